"""The evidence document as types (schemas/evidence.schema.json), and the pair itself.

Everything is passed in; nothing is fetched. Instants are seconds since 1970, UTC. The
parts that only later rules read (`handshake`, `dns`, `proxy`, `oauth`) are kept as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.errors import EvidenceError, Fault
from mtlspolicy.evidence import given
from mtlspolicy.evidence.assertions import Assertions, parse_assertions
from mtlspolicy.instants import EARLIEST, LATEST, parse_instant
from mtlspolicy.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NAME_TYPES",
    "NO_EVIDENCE",
    "PERSPECTIVES",
    "AnchorEvidence",
    "Context",
    "Pair",
    "PeerName",
    "SideEvidence",
    "is_setting_value",
]

PERSPECTIVES: Final = ("both", "client", "server")
NAME_TYPES: Final = ("dns", "ip", "uri", "email", "cn", "dn", "srv")


@dataclass(frozen=True, slots=True)
class Pair:
    """Both presented chains: DER bytes, leaf first, exactly as on the wire.

    An empty chain is legal input, and a reject. Buffers are copied, so that a decision tells
    of what was judged whatever becomes of them; what is no octets counts as a certificate
    without any, which is a reject too.
    """

    client: Sequence[bytes]
    server: Sequence[bytes]

    def __post_init__(self) -> None:
        """Take the octets as they are now."""
        object.__setattr__(self, "client", _octets(self.client))
        object.__setattr__(self, "server", _octets(self.server))


def _octets(chain: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - whatever a caller hands over
    try:
        found = tuple(chain)
    except TypeError:  # no chain at all is none that could be judged
        return (b"",)
    for der in found:
        if type(der) is not bytes:  # a class of its own may say that it equals another one
            return tuple(map(_read, found))
    return found


def _read(der: object) -> bytes:
    return bytes(memoryview(der)) if isinstance(der, (bytes, bytearray, memoryview)) else b""


@dataclass(frozen=True, slots=True)
class PeerName:
    """A name asked for: `type` is dns, ip, uri, email, cn, dn or srv."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class AnchorEvidence:
    """One trust anchor as DER; its group, and when its programme added it (seconds, UTC).

    Raises EvidenceError for a group that is no text, and an instant that is no whole number.
    """

    certificate: bytes
    group: str = "default"
    added: int | None = None

    def __post_init__(self) -> None:
        """Copy a buffer, and refuse what is none of the evidence."""
        if type(self.certificate) is not bytes:
            object.__setattr__(self, "certificate", _read(self.certificate))
        given.expect(self.group, str, "/group", "the name of a group is a text")
        if self.added is not None and not given.is_instant(self.added):
            given.refuse("/added", f"`added` is whole seconds since 1970, not `{self.added}`")


@dataclass(frozen=True, slots=True)
class SideEvidence:
    """What is known of one side.

    `anchors` are those to which *that side's* chain must lead; None where nothing was
    said, which is not the same as an empty list: that one trusts nobody. `intermediates`
    are further known issuers. `crls` and `ocsp` are DER. Lists will do for the tuples.
    Raises EvidenceError for a name, an address or an anchor that is of another class.
    """

    name: PeerName | None = None
    address: str | None = None
    anchors: tuple[AnchorEvidence, ...] | None = None
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Take lists as they are now, and the octets in them; refuse what is no evidence."""
        if self.name is not None:
            given.expect(self.name, PeerName, "/name", "a name asked for is a `PeerName`")
            if self.name.type not in NAME_TYPES:
                expected = f"one of {', '.join(NAME_TYPES)}"
                given.refuse("/name/type", f"the type of a name is {expected}")
            given.expect(self.name.value, str, "/name/value", "the value of a name is a text")
        if self.address is not None:
            given.expect(self.address, str, "/address", "an address is a text")
        if self.anchors is not None:
            anchors = given.listed(
                self.anchors, AnchorEvidence, "/anchors", "an anchor is an `AnchorEvidence`"
            )
            object.__setattr__(self, "anchors", anchors)
        for name in ("intermediates", "crls", "ocsp"):
            if found := getattr(self, name):
                object.__setattr__(self, name, _octets(found))


NO_EVIDENCE: Final = SideEvidence()
"""Nothing is known of a side."""


def _seconds(at: object) -> int:
    """Return the instant in whole seconds; a fraction is cut off (X.509 knows seconds)."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            message = "the evaluation time has no zone"
            raise EvidenceError(
                message,
                faults=(Fault("/at", message),),
                help="give an aware datetime, such as datetime(2026, 5, 1, tzinfo=UTC)",
            )
        return int(at.timestamp() // 1)
    if isinstance(at, int) and not isinstance(at, bool):
        message = f"`{at}` is no second of the years 1 to 9999"
        raise EvidenceError(message, faults=(Fault("/at", message),))
    try:
        return parse_instant(at)
    except ValueError as error:
        message = f"`at`: {error}"
        raise EvidenceError(message, faults=(Fault("/at", str(error)),)) from None


def _refuse_settings(settings: Mapping[Any, Any]) -> None:
    """Refuse what no evidence document can say; what a policy makes of the rest is its own."""
    for name, value in settings.items():
        if not isinstance(name, str) or not is_setting_value(value):
            message = f"the setting `{name}` is no boolean, whole number, text or list of texts"
            raise EvidenceError(message, faults=(Fault(f"/settings/{name}", message),))


def is_setting_value(value: object) -> bool:
    """Say whether a value may be given for a setting, of whatever type."""
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, str) and _is_text(item) for item in value)
    return _is_text(value) if isinstance(value, str) else isinstance(value, (bool, int))


def _is_text(value: str) -> bool:
    """Say whether every document can hold the text: half a surrogate pair is none."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


@dataclass(frozen=True, slots=True)
class Context:
    """The evidence: when, who is asking, what is known and what is asserted.

    `at`: an aware datetime, whole seconds since 1970, or ``YYYY-MM-DDTHH:MM:SSZ``.
    `perspective`: `server` judges the connecting client, `client` the server, `both` both.
    Raises EvidenceError for a time without a zone or beyond the calendar, an unknown
    perspective or assertion, a setting that is no value of any type, and for sides, settings
    and disclosures of another class. What the rules on the connection read (`handshake`, `dns`,
    `proxy`, `oauth`) is theirs to refuse.

        >>> Context(at="2026-05-01T00:00:00Z", asserted=("path", "name")).perspective
        'both'
    """

    at: Any
    perspective: str = "both"
    asserted: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    client: SideEvidence = NO_EVIDENCE
    server: SideEvidence = NO_EVIDENCE
    handshake: Mapping[str, Any] | None = None
    dns: Mapping[str, Any] | None = None
    proxy: Mapping[str, Any] | None = None
    oauth: Mapping[str, Any] | None = None
    ccadb: Mapping[str, int] = field(default_factory=dict)
    """sha256 of a CA certificate (lower case hex) to the instant of its disclosure"""
    assertions: Assertions = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what could be read in two ways."""
        if self.at.__class__ is not int or not EARLIEST <= self.at <= LATEST:
            object.__setattr__(self, "at", _seconds(self.at))
        if self.perspective not in PERSPECTIVES:
            message = (
                f"the perspective is one of {', '.join(PERSPECTIVES)}, not `{self.perspective}`"
            )
            raise EvidenceError(message, faults=(Fault("/perspective", message),))
        if self.settings or self.settings.__class__ is not dict:
            given.expect(self.settings, Mapping, "/settings", "settings are a mapping")
            _refuse_settings(self.settings)
        if self.client is not NO_EVIDENCE or self.server is not NO_EVIDENCE:
            expected = "what is known of a side is a `SideEvidence`"
            given.expect(self.client, SideEvidence, "/client", expected)
            given.expect(self.server, SideEvidence, "/server", expected)
        if self.ccadb or self.ccadb.__class__ is not dict:
            given.expect(self.ccadb, Mapping, "/ccadb", "the disclosures are a mapping")
            given.refuse_disclosures(self.ccadb)
        try:
            object.__setattr__(self, "asserted", tuple(self.asserted))
            object.__setattr__(self, "assertions", parse_assertions(self.asserted))
        except TypeError:  # no list, or a word that cannot be looked up
            given.refuse("/asserted", "what is asserted is a list of words")

    def of(self, side: str) -> SideEvidence:
        """Return what is known of one side."""
        return self.client if side == "client" else self.server

    def with_settings(self, settings: Mapping[str, Any]) -> Context:
        """Return the same evidence with other settings."""
        return replace(self, settings=settings)

    def judges(self, side: str) -> bool:
        """Say whether this side is the peer that is judged, not one's own."""
        return self.perspective == "both" or self.perspective != side
