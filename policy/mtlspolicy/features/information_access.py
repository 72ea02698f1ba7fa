"""The authority information access of one certificate (RFC 5280, 4.2.2.1).

This module knows access methods and the form of their locations. It must not know which
ones are wanted, and asks nobody.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import GeneralName, InformationAccess, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import common_atoms, known, named_in, some_of, stand_twice
from mtlspolicy.features.parameters import Parameter, choices
from mtlspolicy.features.web_urls import HTTP_URL
from mtlspolicy.features.words import METHOD, METHODS, method_name, several, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = [
    "DEFECTS",
    "OTHER_METHOD",
    "InformationAccessFeature",
    "Locations",
    "Value",
    "location_defect",
]

OID: Final = "1.3.6.1.5.5.7.1.1"

OTHER_METHOD: Final = "1.3.6.1.4.1.32473.1.9"
"""Stands for every access method that no call names (RFC 5612: the example arc)."""

DEFECTS: Final = {
    "not-uri": "a location that is no uniformResourceIdentifier",
    "not-http": "a location that is no http URL (RFC 9110, 4.2.1)",
    "repeated": "the same location twice for one method",
}
"""Every word for what is wrong with a location, with what it says."""


class Locations(NamedTuple):
    """The access methods by dotted OID, and what is wrong with any location."""

    methods: frozenset[str]
    defects: frozenset[str]
    critical: bool


Value = Locations | Unreadable | None


def location_defect(name: GeneralName) -> str:
    """Return what is wrong with a location under BR 7.1.2.7.7 and 7.1.2.11.2, or ""."""
    if name.kind != "uniformResourceIdentifier":
        return "not-uri"
    return "" if HTTP_URL.match(name.text) else "not-http"


def _empty(value: Value) -> Truth:
    return known(value, lambda access: not access.methods)


def _includes(value: Value, method: str) -> Truth:
    return known(value, lambda access: method in access.methods)


def _only(value: Value, methods: tuple[str, ...]) -> Truth:
    return value is None or known(value, lambda access: access.methods.issubset(methods))


def _defect(value: Value, words: tuple[str, ...]) -> Truth:
    return known(value, lambda access: not access.defects.isdisjoint(words))


class InformationAccessFeature(Feature[Value]):
    """Where the issuer answers, by what a certificate says."""

    name: ClassVar[str] = "aia"
    title: ClassVar[str] = "authority information access"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    kept: ClassVar[bool] = True
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("aia", "an authority information access"),
        Atom(
            "aia.empty",
            (),
            _empty,
            "the authority information access is an empty list",
            "the authority information access is not an empty list",
        ),
        Atom(
            "aia.includes",
            (Parameter("method", METHOD),),
            _includes,
            "the authority information access names {0}",
            "the authority information access does not name {0}",
            show=method_name,
        ),
        Atom(
            "aia.only",
            (Parameter("methods", several(METHOD, "access methods")),),
            _only,
            "the authority information access names nothing but {0}",
            "the authority information access names something else than {0}",
            "True where the extension is absent: absence names nothing.",
            show=method_name,
        ),
        Atom(
            "aia.defect",
            (Parameter("defects", choices(*DEFECTS)),),
            _defect,
            "the authority information access has the defect {0:or}",
            "the authority information access has not the defect {0:or}",
            "The words: " + "; ".join(f"`{word}` is {text}" for word, text in DEFECTS.items()),
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Summarise the extension."""
        found = subject.certificate.find(OID)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, InformationAccess)  # noqa: S101 - what is read of this OID
        entries = found.entries
        defects = {location_defect(entry.location) for entry in entries} - {""}
        if len({(e.method, e.location.kind, e.location.octets) for e in entries}) != len(entries):
            defects.add("repeated")
        return Locations(frozenset(e.method for e in entries), frozenset(defects), found.critical)

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every set of methods and defects that the calls can tell apart."""
        lists = [c.arguments[0] for c in calls if c.arguments and c.atom.name != "aia.defect"]
        methods = named_in([(a,) if isinstance(a, str) else a for a in lists])
        methods.setdefault(OTHER_METHOD, (False,) * len(lists))
        defects = named_in([c.arguments[0] for c in calls if c.atom.name == "aia.defect"])
        yield None
        for critical, chosen in product((False, True), some_of(methods)):
            for wrong in some_of(defects) if chosen else [()]:
                yield Locations(frozenset(chosen), frozenset(wrong), critical)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.features import forged_locations  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        if isinstance(value, Unreadable):
            stand_twice(draft, "authorityInfoAccess", forged_locations.ORDINARY_ACCESS)
        elif value is None:
            draft.drop_extension("authorityInfoAccess")
        else:
            encoded = forged_locations.access(value.methods, value.defects)
            draft.set_extension("authorityInfoAccess", encoded, critical=value.critical)

    def show(self, value: Value) -> object:
        """Methods and defects, null where absent."""
        if value is None:
            return None
        if isinstance(value, Unreadable):
            return "unreadable"
        return {
            "methods": spell(METHODS, value.methods),
            "defects": sorted(value.defects),
            "critical": value.critical,
        }

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no AIA"
        if isinstance(value, Unreadable):
            return "AIA unreadable"
        text = f"AIA {' and '.join(spell(METHODS, value.methods)) or 'empty'}"
        text += f" with {', '.join(sorted(value.defects))}" if value.defects else ""
        return f"{text}, critical" if value.critical else text
