"""The basic constraints of one certificate (RFC 5280, 4.2.1.9).

This module knows what can be asked about them. It must not know who may be a CA.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar

from mtlspolicy.facts.certificate import UNREADABLE, BasicConstraints, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import common_atoms, known, stand_twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["BasicConstraintsFeature", "Value"]

Value = BasicConstraints | Unreadable | None


def _ca(value: Value) -> Truth:
    return known(value, lambda constraints: constraints.ca)


def _has_path_length(value: Value) -> Truth:
    return known(value, lambda constraints: constraints.path_length is not None)


class BasicConstraintsFeature(Feature[Value]):
    """Whether a certificate is one of a CA, and how it says so."""

    name: ClassVar[str] = "basic_constraints"
    title: ClassVar[str] = "basic constraints"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("basic_constraints", "a basic constraints extension"),
        Atom(
            "basic_constraints.ca",
            (),
            _ca,
            "the basic constraints say that the subject is a CA",
            "the basic constraints do not say that the subject is a CA",
            "False where the extension is absent: cA is FALSE by default.",
        ),
        Atom(
            "basic_constraints.has_path_length",
            (),
            _has_path_length,
            "the basic constraints limit the path length",
            "the basic constraints do not limit the path length",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Return the extension as a fact."""
        return subject.certificate.basic_constraints

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:  # noqa: ARG002 - no constants
        """Absent, every combination of the three flags, and unreadable."""
        yield None
        for critical, ca, length in product((True, False), (False, True), (None, 0)):
            yield BasicConstraints(ca=ca, path_length=length, critical=critical)
        yield UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        if isinstance(value, Unreadable):
            stand_twice(draft, "basicConstraints", extensions.basic_constraints())
        elif value is None:
            draft.drop_extension("basicConstraints")
        else:
            encoded = extensions.basic_constraints(ca=value.ca, path_length=value.path_length)
            draft.set_extension("basicConstraints", encoded, critical=value.critical)

    def show(self, value: Value) -> object:
        """The parts, null where absent."""
        if value is None:
            return None
        if isinstance(value, Unreadable):
            return "unreadable"
        return {"ca": value.ca, "path_length": value.path_length, "critical": value.critical}

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no basic constraints"
        if isinstance(value, Unreadable):
            return "basic constraints unreadable"
        length = "" if value.path_length is None else f", path length {value.path_length}"
        flag = "" if value.critical else ", not critical"
        return f"basic constraints {'CA' if value.ca else 'no CA'}{length}{flag}"
