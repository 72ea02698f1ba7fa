"""The extended key usage of one certificate (RFC 5280, 4.2.1.12)."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar

from mtlspolicy.facts.certificate import ExtendedKeyUsage, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import (
    both_where_asked,
    common_atoms,
    known,
    named_in,
    stand_twice,
)
from mtlspolicy.features.parameters import FREEDOM, PURPOSE, PURPOSES_LIST, Parameter
from mtlspolicy.features.sets import covering_sets
from mtlspolicy.names import ANY_PURPOSE, purpose_names

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["OTHER_PURPOSE", "ExtendedKeyUsageFeature", "Value", "permits", "write_usage"]

OTHER_PURPOSE = "1.3.6.1.4.1.32473.1.1"
"""Stands for every purpose that no policy at hand names (RFC 5612: the example arc)."""

Value = ExtendedKeyUsage | Unreadable | None


def _listed(value: Value) -> tuple[str, ...] | None:
    """The purposes listed: none where the extension is absent, None where unreadable."""
    if value is None:
        return ()
    return None if isinstance(value, Unreadable) else value.purposes


def _includes(value: Value, purpose: str) -> Truth:
    listed = _listed(value)
    return None if listed is None else purpose in listed


def _includes_any(value: Value, purposes: tuple[str, ...]) -> Truth:
    listed = _listed(value)
    return None if listed is None else any(purpose in listed for purpose in purposes)


def _only(value: Value, purposes: tuple[str, ...]) -> Truth:
    listed = _listed(value)
    return None if listed is None else all(purpose in purposes for purpose in listed)


def _empty(value: Value) -> Truth:
    return known(value, lambda usage: not usage.purposes)


def _repeated(value: Value) -> Truth:
    listed = _listed(value)
    return None if listed is None else len(set(listed)) != len(listed)


def permits(value: Value, purpose: str, absent: str, any_purpose: str) -> Truth:
    """Say whether the usage permits `purpose`; `absent` and `any_purpose`: allow or refuse.

    Neither an absent extension nor anyExtendedKeyUsage has a portable verdict, so both are
    asked of the caller (RFC 5280, 4.2.1.12: an application may insist on a named purpose).
    """
    if value is None:
        return absent == "allow"
    if isinstance(value, Unreadable):
        return None
    return purpose in value.purposes or (any_purpose == "allow" and ANY_PURPOSE in value.purposes)


def _named(calls: Sequence[Call]) -> dict[str, tuple[bool, ...]]:
    """Every purpose that the calls name, with the calls that name it."""
    lists = [
        argument if isinstance(argument, tuple) else (argument,)
        for call in calls
        for argument in call.arguments[:1]
    ]
    lists += [(ANY_PURPOSE,) for call in calls if call.atom.name == "eku.permits"]
    return named_in(lists)


class ExtendedKeyUsageFeature(Feature[Value]):
    """Which purposes a certificate lists, and how."""

    name: ClassVar[str] = "eku"
    title: ClassVar[str] = "extended key usage"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("eku", "an extended key usage"),
        Atom(
            "eku.empty",
            (),
            _empty,
            "the extended key usage lists nothing",
            "the extended key usage is not an empty list",
        ),
        Atom(
            "eku.repeats",
            (),
            _repeated,
            "the extended key usage names a purpose twice",
            "the extended key usage names no purpose twice",
        ),
        Atom(
            "eku.includes",
            (Parameter("purpose", PURPOSE),),
            _includes,
            "the extended key usage lists {0}",
            "the extended key usage does not list {0}",
            "False where the extension is absent: absence lists nothing.",
        ),
        Atom(
            "eku.includes_any",
            (Parameter("purposes", PURPOSES_LIST),),
            _includes_any,
            "the extended key usage lists {0:or}",
            "the extended key usage lists none of {0}",
        ),
        Atom(
            "eku.only",
            (Parameter("purposes", PURPOSES_LIST),),
            _only,
            "the extended key usage lists nothing but {0}",
            "the extended key usage lists something else than {0}",
            "True where the extension is absent: absence lists nothing.",
        ),
        Atom(
            "eku.permits",
            (
                Parameter("purpose", PURPOSE),
                Parameter("absent", FREEDOM, "allow"),
                Parameter("any", FREEDOM, "allow"),
            ),
            permits,
            "the extended key usage permits {0} (absent: {1}; anyExtendedKeyUsage: {2})",
            "the extended key usage does not permit {0} (absent: {1}; anyExtendedKeyUsage: {2})",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Return the extension as a fact."""
        return subject.certificate.extended_key_usage

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every set of purposes that the calls can tell apart, plain ones first."""

        def told(listed: tuple[str, ...]) -> Hashable:
            value = ExtendedKeyUsage(purposes=listed, critical=False)
            # Of nothing, nothing can be repeated.
            return bool(listed), *[call.answer(value) for call in calls]

        found = covering_sets(_named(calls), OTHER_PURPOSE, told)
        yield None
        flags = both_where_asked(calls, "eku.critical", "eku.repeats")
        for (critical, repeats), listed in product(flags, found):
            again = listed[:1] if repeats else ()
            if listed or not repeats:
                yield ExtendedKeyUsage(purposes=listed + again, critical=critical)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        write_usage(place.certificate, value)

    def show(self, value: Value) -> object:
        """The short names in order, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else purpose_names(value.purposes)

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no EKU"
        if isinstance(value, Unreadable):
            return "EKU unreadable"
        listed = " and ".join(purpose_names(value.purposes)) or "empty"
        return f"EKU {listed}{', critical' if value.critical else ''}"


def write_usage(draft: CertificateDraft, value: Value) -> None:
    """Give a draft this usage; an unreadable one stands twice."""
    from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding

    draft.drop_extension("extKeyUsage")
    if isinstance(value, Unreadable):
        stand_twice(draft, "extKeyUsage", extensions.extended_key_usage(OTHER_PURPOSE))
    elif value is not None:
        encoded = extensions.extended_key_usage(*value.purposes)
        draft.set_extension("extKeyUsage", encoded, critical=value.critical)
