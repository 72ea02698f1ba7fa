"""Subject and authority key identifiers of one certificate (RFC 5280, 4.2.1.1 and 4.2.1.2).

This module knows which parts there are. It must not know whose keys they identify.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import (
    AuthorityKeyIdentifier,
    SubjectKeyIdentifier,
    Unreadable,
)
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import common_atoms, known, stand_twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["Aki", "AuthorityKeyIdentifierFeature", "Ski", "SubjectKeyIdentifierFeature"]

_AKI: Final = "2.5.29.35"
_SKI: Final = "2.5.29.14"
_IDENTIFIER: Final = bytes(range(20))


class Aki(NamedTuple):
    """Which parts an authority key identifier has."""

    key: bool
    issuer: bool
    serial: bool
    critical: bool


class Ski(NamedTuple):
    """A subject key identifier that is there."""

    critical: bool


AkiValue = Aki | Unreadable | None
SkiValue = Ski | Unreadable | None


def _has_key(value: AkiValue) -> Truth:
    return known(value, lambda aki: aki.key)


def _only_key(value: AkiValue) -> Truth:
    return known(value, lambda aki: aki.key and not aki.issuer and not aki.serial)


class AuthorityKeyIdentifierFeature(Feature[AkiValue]):
    """Whether and how a certificate identifies its issuer's key."""

    name: ClassVar[str] = "aki"
    title: ClassVar[str] = "authority key identifier"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("aki", "an authority key identifier"),
        Atom(
            "aki.key_identifier",
            (),
            _has_key,
            "the authority key identifier has a key identifier",
            "the authority key identifier has no key identifier",
        ),
        Atom(
            "aki.only_key_identifier",
            (),
            _only_key,
            "the authority key identifier has a key identifier and nothing else",
            "the authority key identifier lacks a key identifier or names an issuer too",
        ),
    )

    def read(self, subject: CertificateSubject) -> AkiValue:
        """Say which parts there are."""
        found = subject.certificate.find(_AKI)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, AuthorityKeyIdentifier)  # noqa: S101 - what is read of this OID
        return Aki(
            found.key_identifier is not None,
            bool(found.issuer),
            found.serial is not None,
            found.critical,
        )

    def points(self, calls: Sequence[Call]) -> Iterator[AkiValue]:  # noqa: ARG002 - all of them
        """Absent, every combination of parts, unreadable."""
        yield Aki(key=True, issuer=False, serial=False, critical=False)
        for parts in product((False, True), repeat=4):
            yield Aki(*parts)
        yield None
        yield Unreadable.UNREADABLE

    def realise(self, value: AkiValue, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge.extensible import IssuerKey  # noqa: PLC0415
        from mtlspolicy.forge.names import name  # noqa: PLC0415

        draft = place.certificate
        if isinstance(value, Unreadable):
            encoded = extensions.authority_key_identifier(_IDENTIFIER)
            stand_twice(draft, "authorityKeyIdentifier", encoded)
        elif value is None:
            draft.drop_extension("authorityKeyIdentifier")
        else:
            names = (("dn", name(("CN", "issuer of the issuer"))),) if value.issuer else None
            # Of the key of whoever issues it: whether it is another one is asked of the link.
            beside = IssuerKey(names, 1 if value.serial else None)
            draft.set_extension(
                "authorityKeyIdentifier",
                beside if value.key else extensions.authority_key_identifier(None, *beside),
                critical=value.critical,
            )

    def show(self, value: AkiValue) -> object:
        """The parts, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else value._asdict()

    def describe(self, value: AkiValue) -> str:
        """In words."""
        if value is None:
            return "no AKI"
        if isinstance(value, Unreadable):
            return "AKI unreadable"
        parts = [word for word in ("key", "issuer", "serial") if getattr(value, word)]
        return f"AKI {' and '.join(parts) or 'empty'}{', critical' if value.critical else ''}"


class SubjectKeyIdentifierFeature(Feature[SkiValue]):
    """Whether a certificate identifies its own key."""

    name: ClassVar[str] = "ski"
    title: ClassVar[str] = "subject key identifier"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = common_atoms("ski", "a subject key identifier")

    def read(self, subject: CertificateSubject) -> SkiValue:
        """Say whether it is there."""
        recurring = subject.certificate.recurring
        if recurring is not None:
            # Its octets are of no interest, so it need not be built.
            entry = recurring.get(_SKI)
            return None if entry is None else Ski(entry[2])
        found = subject.certificate.find(_SKI)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, SubjectKeyIdentifier)  # noqa: S101 - what is read of this OID
        return Ski(found.critical)

    def points(self, calls: Sequence[Call]) -> Iterator[SkiValue]:  # noqa: ARG002 - all of them
        """Absent, present, critical, unreadable."""
        yield None
        yield Ski(critical=False)
        yield Ski(critical=True)
        yield Unreadable.UNREADABLE

    def realise(self, value: SkiValue, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge.extensible import Linked  # noqa: PLC0415

        draft = place.certificate
        if isinstance(value, Unreadable):
            encoded = extensions.subject_key_identifier(_IDENTIFIER)
            stand_twice(draft, "subjectKeyIdentifier", encoded)
        elif value is None:
            draft.drop_extension("subjectKeyIdentifier")
        else:
            draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY, critical=value.critical)

    def show(self, value: SkiValue) -> object:
        """Whether it is critical, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else value._asdict()

    def describe(self, value: SkiValue) -> str:
        """In words."""
        if value is None:
            return "no SKI"
        if isinstance(value, Unreadable):
            return "SKI unreadable"
        return f"SKI{', critical' if value.critical else ''}"
