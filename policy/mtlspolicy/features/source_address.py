"""The address of the connection, and whether the certificate is issued to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.parameters import TEXTS, Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["SourceFeature", "SourceValue"]

_KINDS: Final = ("usable", "special", "zone", "invalid")
_EXAMPLES: Final = {
    # of either family, in a block of a registry of special purposes and in none
    "usable": ("192.0.2.17", "198.41.0.5", "2001:db8::7", "2001:500:2::c"),
    "special": ("10.1.2.3", "224.0.0.1", "fd00::1", "fec0::1"),
    "zone": ("fe80::1%eth0",),
    "invalid": ("192.0.2.1.5",),
}


class SourceValue(NamedTuple):
    """The kind of the address (see `derive.dns.source`), as text, and whether it is carried."""

    kind: str
    carried: bool | None
    text: str = ""


def _known(value: SourceValue) -> Truth:
    return None if value.kind == "absent" else True


def _is(value: SourceValue, kinds: tuple[str, ...]) -> Truth:
    return None if value.kind == "absent" else value.kind in kinds


def _carried(value: SourceValue) -> Truth:
    return False if value.kind in ("zone", "invalid") else value.carried


def _listed(value: SourceValue, addresses: tuple[str, ...]) -> Truth:
    from mtlspolicy.derive.forms import IpAddress  # noqa: PLC0415 - only where a list is asked for

    if value.kind == "absent":
        return None
    address = IpAddress.parse(value.text)
    return address is not None and address in map(IpAddress.parse, addresses)


class SourceFeature(ConnectionFeature[SourceValue]):
    """Where the connection comes from."""

    name: ClassVar[str] = "source"
    title: ClassVar[str] = "address of the connection"
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "source.known",
            (),
            _known,
            "the address of the connection is known",
            "the address of the connection is not known",
            "Never false: more evidence can tell it.",
        ),
        Atom(
            "source.is",
            (Parameter("kinds", choices(*_KINDS)),),
            _is,
            "the address of the connection is {0:or}",
            "the address of the connection is not {0:or}",
            "`special`: private, link-local, loopback, multicast; `zone`: it has a zone id.",
            show=outcome_words.address,
        ),
        Atom(
            "source.carried",
            (),
            _carried,
            "the certificate carries the address of the connection",
            "the certificate does not carry the address of the connection",
            "Octet by octet; four octets never match sixteen.",
        ),
        Atom(
            "source.listed",
            (Parameter("addresses", TEXTS),),
            _listed,
            "the address of the connection is among {0:or}",
            "the address of the connection is not among {0:or}",
        ),
    )

    def read(self, subject: PathSubject) -> SourceValue:
        """Take what was derived."""
        known = known_of(subject)
        address = known.source.address
        text = "" if address is None else str(address)
        return SourceValue(known.source.kind, known.carried, text)

    def points(self, calls: Sequence[Call]) -> Iterator[SourceValue]:
        """Every kind, carried and not, of both families, and the addresses that are listed."""
        from mtlspolicy.derive.dns.source import read_source  # noqa: PLC0415 - forging

        listed = (
            text
            for call in calls
            if call.atom.name == "source.listed"
            for text in call.arguments[0]
        )
        yield SourceValue("absent", None)
        given = [text for texts in _EXAMPLES.values() for text in texts]
        for text in dict.fromkeys((*given, *listed)):
            found = read_source(text)
            plain = "" if found.address is None else str(found.address)
            for carried in (False, True, None) if plain else (None,):
                yield SourceValue(found.kind, carried, plain)

    def realise(self, value: SourceValue, place: Place) -> None:
        """Write the address, and where need be give the certificate to it."""
        from mtlspolicy.features.forged_dns import give_address  # noqa: PLC0415 - forging

        side = place.evidence.setdefault(place.side, {})
        side.pop("address", None)
        if value.kind != "absent":
            side["address"] = value.text or _EXAMPLES[value.kind][0]
        if value.kind in ("usable", "special"):
            give_address(place, side["address"], value.carried)

    def show(self, value: SourceValue) -> object:
        """Kind, address, and whether it is carried."""
        return {"kind": value.kind, "address": value.text or None, "carried": value.carried}

    def describe(self, value: SourceValue) -> str:
        """In words."""
        if value.kind == "absent":
            return "address of the connection not given"
        return f"connection from {value.text or 'an address'} ({value.kind})"
