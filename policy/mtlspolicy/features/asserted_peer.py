"""The name that the application expects of a peer, as a member of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.evidence.context import NAME_TYPES
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature
from mtlspolicy.features.parameters import TEXTS, Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["AssertedPeer", "AssertedPeerFeature"]


_EXAMPLES: Final = {
    "cn": "client.example.com",
    "ip": "198.41.0.4",
    "uri": "spiffe://example.org/service",
    "email": "someone@example.com",
    "dn": "CN=client.example.com",
    "srv": "_imap.example.com",
}
"""A name of each type that is not of a host."""


_LISTED: Final = ("dns", "ip", "uri", "email", "cn")
"""The types of which a name on a list can be."""


class AssertedPeer(NamedTuple):
    """The name as given and its type (dns, ip, ...), both None where none is given."""

    name: str | None
    type: str | None = "dns"


def _is_name(kind: str, text: str) -> bool:
    from mtlspolicy.derive.reference import parse_reference  # noqa: PLC0415 - forging
    from mtlspolicy.errors import InputError  # noqa: PLC0415 - the same

    try:
        parse_reference(kind, text)
    except InputError:
        return False
    return True


def _given(value: AssertedPeer) -> Truth:
    return value.name is not None


def _in(value: AssertedPeer, names: tuple[str, ...]) -> Truth:
    if value.name is None:
        return False
    return value.name.lower().removesuffix(".") in {n.lower().removesuffix(".") for n in names}


def _as(value: AssertedPeer, types: tuple[str, ...]) -> Truth:
    return value.name is not None and value.type in types


class AssertedPeerFeature(ConnectionFeature[AssertedPeer]):
    """Whom the application takes the peer to be."""

    name: ClassVar[str] = "peer"
    title: ClassVar[str] = "expected peer"
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "peer.expected",
            (),
            _given,
            "the application says which peer it expects",
            "the application does not say which peer it expects",
        ),
        Atom(
            "peer.expected_in",
            (Parameter("names", TEXTS),),
            _in,
            "the expected peer is among {0:or}",
            "the expected peer is not among {0:or}",
            "False where no peer is expected.",
        ),
        Atom(
            "peer.expected_as",
            (Parameter("types", choices(*NAME_TYPES)),),
            _as,
            "the expected peer is named by a name of type {0:or}",
            "the expected peer is not named by a name of type {0:or}",
            "False where no peer is expected.",
        ),
    )

    def read(self, subject: PathSubject) -> AssertedPeer:
        """Take the name of the side's evidence."""
        given = None if subject.context is None else subject.context.of(subject.side).name
        return AssertedPeer(None, None) if given is None else AssertedPeer(given.value, given.type)

    def points(self, calls: Sequence[Call]) -> Iterator[AssertedPeer]:
        """None, a name of each type, a stranger, and every name that is listed."""
        yield AssertedPeer("client.example.com")
        yield AssertedPeer(None, None)
        for kind, name in _EXAMPLES.items():
            yield AssertedPeer(name, kind)
        for call in calls:
            if call.atom.name == "peer.expected_in":
                yield from (
                    AssertedPeer(name, kind)
                    for name in call.arguments[0]
                    for kind in _LISTED
                    if _is_name(kind, name)
                )
        yield AssertedPeer("stranger.example.net")

    def realise(self, value: AssertedPeer, place: Place) -> None:
        """Ask for the name."""
        side = place.evidence.setdefault(place.side, {})
        side.pop("name", None)
        if value.name is not None:
            side["name"] = {"type": value.type, "value": value.name}

    def show(self, value: AssertedPeer) -> object:
        """The name, or null."""
        return None if value.name is None else {"type": value.type, "value": value.name}

    def describe(self, value: AssertedPeer) -> str:
        """In words."""
        return "no peer is expected" if value.name is None else f"{value.name} is expected"
