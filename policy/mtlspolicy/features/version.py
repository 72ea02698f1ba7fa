"""Version and unique identifiers of one certificate (RFC 5280, 4.1.2.1 and 4.1.2.8).

This module knows what goes with which version. It must not know which version is wanted.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import Parameter, integer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["UniqueIdsFeature", "Version", "VersionFeature"]

_NEWEST = 3


class Version(NamedTuple):
    """A version, and whether extensions stand beside one that is too old for them.

    `number`: 1 for v1, None where unreadable.
    """

    number: int | None
    misfit: bool


def _is(value: Version, number: int) -> Truth:
    return None if value.number is None else value.number == number


def _fits(value: Version) -> Truth:
    return None if value.number is None else not value.misfit


class VersionFeature(Feature[Version]):
    """Which version a certificate has, and whether extensions go with it."""

    name: ClassVar[str] = "version"
    title: ClassVar[str] = "version"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "version.is",
            (Parameter("number", integer(1, _NEWEST)),),
            _is,
            "the version is v{0}",
            "the version is not v{0}",
        ),
        Atom(
            "version.fits_extensions",
            (),
            _fits,
            "there are no extensions, or the version is v3",
            "there are extensions, and the version is not v3",
            "RFC 5280, 4.1.2.9: extensions appear in version 3 only.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Version:
        """Join the version with the presence of extensions."""
        certificate = subject.certificate
        number = certificate.version
        if number == _NEWEST:
            return _ORDINARY
        if isinstance(number, Unreadable):
            return _UNREADABLE
        # An unreadable list of extensions is one that is there.
        return Version(number, bool(certificate.extensions))

    def points(self, calls: Sequence[Call]) -> Iterator[Version]:  # noqa: ARG002 - all of them
        """Every version, one that does not exist included, with and without extensions."""
        yield _ORDINARY
        for number, misfit in product((1, 2, 4), (True, False)):
            yield Version(number, misfit)
        yield _UNREADABLE

    def realise(self, value: Version, place: Place) -> None:
        """Write the version; an old one that fits leaves no extension in place."""
        from mtlspolicy.der import writer  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge import extensions  # noqa: PLC0415

        draft = place.certificate
        draft.version_node = None
        if value.number is None:
            draft.version_node = writer.explicit(0, writer.primitive(0x02, b""))
            return
        draft.version = value.number
        if value.number == _NEWEST:
            return
        if not value.misfit:
            draft.extensions.clear()
        elif not draft.extensions:
            draft.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)

    def show(self, value: Version) -> object:
        """The number, and whether there are extensions that it does not allow."""
        if value.number is None:
            return "unreadable"
        return {"version": value.number, "extensions_misplaced": value.misfit}

    def describe(self, value: Version) -> str:
        """In words."""
        if value.number is None:
            return "version unreadable"
        return f"v{value.number}{' with extensions' if value.misfit else ''}"


_ORDINARY = Version(_NEWEST, misfit=False)
_UNREADABLE = Version(None, misfit=False)


class UniqueIdsFeature(Feature[bool]):
    """Whether issuer or subject has a unique identifier."""

    name: ClassVar[str] = "unique_ids"
    title: ClassVar[str] = "unique identifiers"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "unique_ids.present",
            (),
            bool,
            "a unique identifier of issuer or subject is present",
            "no unique identifier of issuer or subject is present",
        ),
    )

    def read(self, subject: CertificateSubject) -> bool:
        """Say whether there is one."""
        certificate = subject.certificate
        return certificate.issuer_unique_id or certificate.subject_unique_id

    def points(self, calls: Sequence[Call]) -> Iterator[bool]:  # noqa: ARG002 - both of them
        """Without and with."""
        yield False
        yield True

    def realise(self, value: bool, place: Place) -> None:  # noqa: FBT001 - the value is the flag
        """Write, or leave out, a subjectUniqueID."""
        draft = place.certificate
        draft.issuer_unique_id = None
        draft.subject_unique_id = b"\x01" if value else None

    def show(self, value: bool) -> object:  # noqa: FBT001 - the value is the flag
        """The flag."""
        return value

    def describe(self, value: bool) -> str:  # noqa: FBT001 - the value is the flag
        """In words."""
        return "a unique identifier" if value else "no unique identifiers"
