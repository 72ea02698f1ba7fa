"""The name constraints of one certificate (RFC 5280, 4.2.1.10).

This module knows the form of the extension. Applying it to names is path processing
(`derive.constraints`), and not known here.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import NameConstraints, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import common_atoms, known, stand_twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["Constraints", "NameConstraintsFeature", "Value"]

OID: Final = "2.5.29.30"


class Constraints(NamedTuple):
    """Which lists there are."""

    permitted: bool
    excluded: bool
    critical: bool


Value = Constraints | Unreadable | None


def _permitted(value: Value) -> Truth:
    return known(value, lambda constraints: constraints.permitted)


def _excluded(value: Value) -> Truth:
    return known(value, lambda constraints: constraints.excluded)


class NameConstraintsFeature(Feature[Value]):
    """Whether a certificate constrains the names below it."""

    name: ClassVar[str] = "name_constraints"
    title: ClassVar[str] = "name constraints"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("name_constraints", "a name constraints extension"),
        Atom(
            "name_constraints.permitted",
            (),
            _permitted,
            "the name constraints permit some names only",
            "the name constraints permit all names",
        ),
        Atom(
            "name_constraints.excluded",
            (),
            _excluded,
            "the name constraints exclude names",
            "the name constraints exclude no names",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Say which lists there are."""
        found = subject.certificate.find(OID)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, NameConstraints)  # noqa: S101 - what is read of this OID
        return Constraints(bool(found.permitted), bool(found.excluded), found.critical)

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:  # noqa: ARG002 - all of them
        """Absent, every combination of lists, unreadable."""
        yield None
        for critical, permitted, excluded in product((True, False), repeat=3):
            yield Constraints(permitted, excluded, critical)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        permitted = [("dns", "example.com"), ("ip", "198.41.0.0/24")]
        if isinstance(value, Unreadable):
            stand_twice(draft, "nameConstraints", extensions.name_constraints(permitted))
        elif value is None:
            draft.drop_extension("nameConstraints")
        else:
            encoded = extensions.name_constraints(
                permitted if value.permitted else None,
                [("dns", "excluded.example.net")] if value.excluded else None,
            )
            draft.set_extension("nameConstraints", encoded, critical=value.critical)

    def show(self, value: Value) -> object:
        """The lists, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else value._asdict()

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no name constraints"
        if isinstance(value, Unreadable):
            return "name constraints unreadable"
        lists = [word for word in ("permitted", "excluded") if getattr(value, word)]
        flag = "" if value.critical else ", not critical"
        return f"name constraints {' and '.join(lists) or 'empty'}{flag}"
