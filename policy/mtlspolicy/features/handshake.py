"""What the TLS connection itself shows: ALPN, server name, transport, how its address is known.

RFC 9846 for the messages, RFC 7301 for ALPN. None of it is in the certificates, and every
part may be left out of the evidence: then it is not known. Each part is a feature of its own,
for none depends on another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, told_of
from mtlspolicy.features.parameters import TEXTS, Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["HANDSHAKE_FEATURES", "Part", "PartFeature"]

_TRANSPORTS: Final = ("tcp", "udp", "unix")
_VIA: Final = ("socket", "proxy_protocol", "http_header")


class Part(NamedTuple):
    """One part of the handshake: whether it is told, and what; null may be what is told."""

    told: bool
    value: str | int | bool | None = None


_NOT_TOLD: Final = Part(told=False)


def _among(part: Part, words: tuple[str, ...]) -> Truth:
    return part.value in words if part.told else None


def _is(part: Part) -> Truth:
    return bool(part.value) if part.told else None


def _given(part: Part) -> Truth:
    return part.value is not None if part.told else None


def _known(part: Part) -> Truth:
    return True if part.told else None


class PartFeature(ConnectionFeature[Part]):
    """One part of the evidence about the handshake.

    `key`: its name there. `examples`: values that show every answer. `words`: what is said of
    a value, by the value; of any other, the value is put in.
    """

    of_peer: ClassVar[bool] = False
    key: ClassVar[str]
    examples: ClassVar[tuple[str | int | bool | None, ...]]
    words: ClassVar[Mapping[Any, str]] = {}

    def read(self, subject: PathSubject) -> Part:
        """Take the part of the evidence."""
        told = told_of(subject)
        return Part(told=True, value=told[self.key]) if self.key in told else _NOT_TOLD

    def points(self, calls: Sequence[Call]) -> Iterator[Part]:
        """Not told, every example, and every word that a call names."""
        yield _NOT_TOLD
        named = (word for call in calls for words in call.arguments for word in words)
        for value in dict.fromkeys((*self.examples, *named)):
            yield Part(told=True, value=value)

    def realise(self, value: Part, place: Place) -> None:
        """Write the part, or leave it out."""
        told: dict[str, Any] = place.evidence.setdefault("handshake", {})
        told.pop(self.key, None)
        if value.told:
            told[self.key] = value.value

    def show(self, value: Part) -> object:
        """What is told, null where nothing is."""
        return value.value

    def describe(self, value: Part) -> str:
        """In words."""
        if not value.told:
            return f"{self.title} not told"
        said = self.words.get(value.value)
        return f"{self.title} {value.value}" if said is None else said


class AlpnFeature(PartFeature):
    """The protocol that ALPN has agreed on (RFC 7301); null where there is none."""

    name: ClassVar[str] = "handshake.alpn"
    title: ClassVar[str] = "ALPN"
    key: ClassVar[str] = "alpn"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = (None, "another")
    words: ClassVar[Mapping[Any, str]] = {None: "no ALPN"}
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.alpn_in",
            (Parameter("protocols", TEXTS),),
            _among,
            "ALPN has agreed on {0:or}",
            "ALPN has not agreed on {0:or}",
            "False where no protocol was agreed on; unknown where the evidence does not say.",
        ),
    )


class ServerNameFeature(PartFeature):
    """The server name that the client asked for (RFC 6066, 3)."""

    name: ClassVar[str] = "handshake.sni"
    title: ClassVar[str] = "server name"
    key: ClassVar[str] = "sni"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = (None, "server.example.com")
    words: ClassVar[Mapping[Any, str]] = {None: "the server not named"}
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.server_named",
            (),
            _given,
            "the client has named the server",
            "the client has not named the server",
        ),
    )


class TransportFeature(PartFeature):
    """What TLS runs over."""

    name: ClassVar[str] = "handshake.transport"
    title: ClassVar[str] = "transport"
    key: ClassVar[str] = "transport"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = _TRANSPORTS
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.transport_in",
            (Parameter("transports", choices(*_TRANSPORTS)),),
            _among,
            "the transport is {0:or}",
            "the transport is not {0:or}",
        ),
    )


class AddressSourceFeature(PartFeature):
    """How the caller knows the peer's address."""

    name: ClassVar[str] = "handshake.client_address_source"
    title: ClassVar[str] = "address from"
    key: ClassVar[str] = "client_address_source"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = _VIA
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.address_from",
            (Parameter("sources", choices(*_VIA)),),
            _among,
            "the peer's address comes from {0:or}",
            "the peer's address does not come from {0:or}",
        ),
    )


class PossessionFeature(PartFeature):
    """Whether the peer has proved that it holds the key (RFC 9846, CertificateVerify)."""

    name: ClassVar[str] = "handshake.proof_of_possession"
    title: ClassVar[str] = "proof of possession"
    key: ClassVar[str] = "proof_of_possession"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = (True, False)
    words: ClassVar[Mapping[Any, str]] = {True: "key proved", False: "key not proved"}
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.possession",
            (),
            _is,
            "the peer has proved that it holds the key",
            "the peer has not proved that it holds the key",
        ),
    )


class EarlyDataFeature(PartFeature):
    """Whether early data (0-RTT) were accepted."""

    name: ClassVar[str] = "handshake.early_data"
    title: ClassVar[str] = "early data"
    key: ClassVar[str] = "early_data"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = (True, False)
    words: ClassVar[Mapping[Any, str]] = {True: "early data", False: "no early data"}
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.early_data",
            (),
            _is,
            "early data were accepted",
            "no early data were accepted",
        ),
    )


class ServerPortFeature(PartFeature):
    """The port of the service, which the names of TLSA records are built from."""

    name: ClassVar[str] = "handshake.server_port"
    title: ClassVar[str] = "port of the service"
    key: ClassVar[str] = "server_port"
    examples: ClassVar[tuple[str | int | bool | None, ...]] = (5269,)
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "handshake.server_port",
            (),
            _known,
            "the port of the service is known",
            "the port of the service is not known",
            "Never false: more evidence can tell it.",
        ),
    )

    def read(self, subject: PathSubject) -> Part:
        """Take the port of the configured service, or else that of the connection."""
        told = told_of(subject)
        service = told.get("service") or {}
        if "port" in service:
            return Part(told=True, value=service["port"])
        return super().read(subject)

    def realise(self, value: Part, place: Place) -> None:
        """Write the port, or leave it out."""
        place.evidence.setdefault("handshake", {}).pop("service", None)
        super().realise(value, place)


HANDSHAKE_FEATURES: Final = (
    AlpnFeature(),
    ServerNameFeature(),
    TransportFeature(),
    AddressSourceFeature(),
    PossessionFeature(),
    EarlyDataFeature(),
    ServerPortFeature(),
)
"""The parts that rules can ask about."""
