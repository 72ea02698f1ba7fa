"""The CRL distribution points of one certificate (RFC 5280, 4.2.1.13).

This module knows the form of distribution points. It must not know whether they are
needed, and fetches nothing.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import CrlDistributionPoints, DistributionPoint, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.information_access import location_defect
from mtlspolicy.features.optional import common_atoms, known, named_in, some_of, stand_twice
from mtlspolicy.features.parameters import Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["DEFECTS", "CrlDistributionPointsFeature", "Points", "Value"]

OID: Final = "2.5.29.31"

DEFECTS: Final = {
    "no-name": "a point without a full name",
    "relative": "a point named relative to the issuer",
    "not-uri": "a name that is no uniformResourceIdentifier",
    "not-http": "a name that is no http URL (RFC 9110, 4.2.1)",
    "reasons": "a point that is limited to some reasons",
    "crl-issuer": "a point whose list another CA issues",
}
"""Every word for what is wrong with a point, with what it says."""


class Points(NamedTuple):
    """How many points there are (2 for two or more), and what is wrong with any of them."""

    number: int
    defects: frozenset[str]
    critical: bool


Value = Points | Unreadable | None


def _empty(value: Value) -> Truth:
    return known(value, lambda points: points.number == 0)


def _several(value: Value) -> Truth:
    return known(value, lambda points: points.number > 1)


def _defect(value: Value, words: tuple[str, ...]) -> Truth:
    return known(value, lambda points: not points.defects.isdisjoint(words))


class CrlDistributionPointsFeature(Feature[Value]):
    """Where revocation lists are, by what a certificate says."""

    name: ClassVar[str] = "crldp"
    title: ClassVar[str] = "CRL distribution points"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    kept: ClassVar[bool] = True
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("crldp", "a list of CRL distribution points"),
        Atom(
            "crldp.empty",
            (),
            _empty,
            "the list of CRL distribution points is empty",
            "the list of CRL distribution points is not empty",
        ),
        Atom(
            "crldp.several",
            (),
            _several,
            "there is more than one CRL distribution point",
            "there is at most one CRL distribution point",
        ),
        Atom(
            "crldp.defect",
            (Parameter("defects", choices(*DEFECTS)),),
            _defect,
            "a CRL distribution point has the defect {0:or}",
            "no CRL distribution point has the defect {0:or}",
            "The words: " + "; ".join(f"`{word}` is {text}" for word, text in DEFECTS.items()),
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Summarise the extension."""
        found = subject.certificate.find(OID)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, CrlDistributionPoints)  # noqa: S101 - what is read of this OID
        defects = {word for point in found.points for word in _defects(point)}
        return Points(min(len(found.points), 2), frozenset(defects), found.critical)

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every number and set of defects that the calls can tell apart."""
        defects = named_in([c.arguments[0] for c in calls if c.atom.name == "crldp.defect"])
        yield None
        for critical, number in product((False, True), (1, 2, 0)):
            fits = partial(_can_have, number)
            for wrong in some_of(defects, fits):
                yield Points(number, frozenset(wrong), critical)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.features import forged_locations  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        if isinstance(value, Unreadable):
            stand_twice(draft, "cRLDistributionPoints", forged_locations.ORDINARY_POINTS)
        elif value is None:
            draft.drop_extension("cRLDistributionPoints")
        else:
            encoded = forged_locations.points(value.number, value.defects)
            draft.set_extension("cRLDistributionPoints", encoded, critical=value.critical)

    def show(self, value: Value) -> object:
        """Number and defects, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else _shown(value)

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no CRL distribution points"
        if isinstance(value, Unreadable):
            return "CRL distribution points unreadable"
        number = ("an empty list of", "one", "several")[value.number]
        text = f"{number} CRL distribution point{'' if value.number == 1 else 's'}"
        text += f" with {', '.join(sorted(value.defects))}" if value.defects else ""
        return f"{text}, critical" if value.critical else text


def _defects(point: DistributionPoint) -> Iterator[str]:
    if point.relative:
        yield "relative"
    elif not point.full_name:
        yield "no-name"
    for name in point.full_name:
        wrong = location_defect(name)
        if wrong:
            yield wrong
    if point.reasons is not None:
        yield "reasons"
    if point.crl_issuer:
        yield "crl-issuer"


def _can_have(number: int, words: Collection[str]) -> bool:
    """Whether that many points can have these defects and no others."""
    if number != 1:
        return number > 1 or not words
    # One point has full names, is named relative to the issuer, or has no name at all.
    forms = ("relative" in words, "no-name" in words, "not-uri" in words or "not-http" in words)
    return sum(forms) < 2  # noqa: PLR2004


def _shown(value: Points) -> object:
    number: object = value.number if value.number < 2 else "several"  # noqa: PLR2004 - capped
    return {"points": number, "defects": sorted(value.defects), "critical": value.critical}
