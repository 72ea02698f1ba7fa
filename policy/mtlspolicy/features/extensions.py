"""The list of extensions of one certificate, and those without a feature of their own.

RFC 5280, 4.1.2.9 and 4.2. What an extension with a feature of its own says is asked there;
here only whether the list is empty, whether any extension stands twice, and which others
there are. Of these one has a value that is asked for: Netscape's certificate type, which some
verifiers still obey. This module must not know what an extension means.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import UNREADABLE, NetscapeCertType, Unreadable
from mtlspolicy.facts.purposes import NETSCAPE_BITS
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import known, named_in, some_of
from mtlspolicy.features.organization_id import EXTENSION as ORGANIZATION
from mtlspolicy.features.organization_id import agrees
from mtlspolicy.features.parameters import Parameter, choice
from mtlspolicy.features.sets import covering_sets
from mtlspolicy.features.words import (
    EXTENSION,
    EXTENSION_NAMES,
    EXTENSIONS,
    OWN_EXTENSIONS,
    extension_name,
    several,
    spell,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.facts.certificate import Certificate, Extension
    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = [
    "NETSCAPE_TYPE",
    "OTHER_EXTENSION",
    "RECOGNISED",
    "Extensions",
    "ExtensionsFeature",
    "Value",
]

OTHER_EXTENSION: Final = "1.3.6.1.4.1.32473.1.6"
"""Stands for every extension without a word (RFC 5612: the example arc)."""

RECOGNISED: Final = frozenset(
    EXTENSION_NAMES[name]
    for name in ("policyMappings", "policyConstraints", "inhibitAnyPolicy", "issuerAltName")
)
"""Extensions here that may be critical, because path processing or nothing depends on them.

RFC 5280, 4.2: a critical extension that is not recognised, or whose content cannot be
processed, MUST lead to refusal. The list is closed: a critical TLS feature, poison or
Netscape type is one that nothing here processes.
"""
NETSCAPE_TYPE: Final = EXTENSION_NAMES["netscapeCertType"]


class Extensions(NamedTuple):
    """The others by dotted OID, those of them that are critical, and the two flags.

    `repeats`: any extension stands twice, also one with a feature of its own. `empty`: the
    list is there and has nothing in it. `netscape`: the bits of Netscape's certificate type,
    None where it is absent, and unreadable where anything stands twice. `organization`:
    whether the organisation identifier extension says what the subject says; likewise.
    """

    others: frozenset[str]
    critical: frozenset[str]
    repeats: bool
    empty: bool
    netscape: frozenset[str] | Unreadable | None = None
    organization: bool | Unreadable | None = None


Value = Extensions | Unreadable

_NONE: Final[frozenset[str]] = frozenset()
_ORDINARY: Final = Extensions(_NONE, _NONE, repeats=False, empty=False)


def _includes(value: Value, oid: str) -> Truth:
    return None if isinstance(value, Unreadable) else oid in value.others


def _includes_any(value: Value, oids: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else not value.others.isdisjoint(oids)


def _only(value: Value, oids: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else value.others.issubset(oids)


def _critical(value: Value, oid: str) -> Truth:
    return None if isinstance(value, Unreadable) else oid in value.critical


def _unknown_critical(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else not value.critical.issubset(RECOGNISED)


def _repeats(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.repeats


def _empty(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.empty


def _netscape_includes(value: Value, bit: str) -> Truth:
    if isinstance(value, Unreadable):
        return None
    return known(value.netscape, lambda bits: bit in bits)


def _organization_agrees(value: Value) -> Truth:
    if isinstance(value, Unreadable):
        return None
    return known(value.organization, lambda agree: agree)


class ExtensionsFeature(Feature[Value]):
    """Which further extensions there are, and whether the list is in order."""

    name: ClassVar[str] = "extensions"
    title: ClassVar[str] = "other extensions"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "extensions.includes",
            (Parameter("extension", EXTENSION),),
            _includes,
            "there is an extension {0}",
            "there is no extension {0}",
            show=extension_name,
        ),
        Atom(
            "extensions.includes_any",
            (Parameter("extensions", several(EXTENSION, "extensions")),),
            _includes_any,
            "there is an extension {0:or}",
            "there is no extension {0:or}",
            show=extension_name,
        ),
        Atom(
            "extensions.only",
            (Parameter("extensions", several(EXTENSION, "extensions", least=0)),),
            _only,
            "there are no extensions but the usual ones and {0}",
            "there are other extensions than the usual ones and {0}",
            "The usual ones are those with atoms of their own: "
            + ", ".join(f"`{word}`" for word in sorted(OWN_EXTENSIONS.values())),
            show=extension_name,
        ),
        Atom(
            "extensions.critical",
            (Parameter("extension", EXTENSION),),
            _critical,
            "there is a critical extension {0}",
            "there is no critical extension {0}",
            show=extension_name,
        ),
        Atom(
            "extensions.unknown_critical",
            (),
            _unknown_critical,
            "there is a critical extension that is not recognised",
            "every critical extension is recognised",
            "RFC 5280, 4.2: such a certificate MUST be rejected.",
        ),
        Atom(
            "extensions.repeats",
            (),
            _repeats,
            "an extension stands twice",
            "no extension stands twice",
            "RFC 5280, 4.2: a certificate MUST NOT include one more than once.",
        ),
        Atom(
            "extensions.empty",
            (),
            _empty,
            "the list of extensions is there and empty",
            "the list of extensions is absent or has entries",
            "RFC 5280, 4.1: Extensions ::= SEQUENCE SIZE (1..MAX).",
        ),
        Atom(
            "netscape_type.includes",
            (Parameter("bit", choice(*NETSCAPE_BITS)),),
            _netscape_includes,
            "Netscape's certificate type sets {0}",
            "Netscape's certificate type does not set {0}",
            "False where the extension is absent: absence sets nothing.",
        ),
        Atom(
            "organization_id.agrees",
            (),
            _organization_agrees,
            "the organisation identifier extension says what the subject's "
            "organizationIdentifier says",
            "the organisation identifier extension does not say what the subject's "
            "organizationIdentifier says",
            "EVG 7.1.2.2: scheme, country, state and reference. False where either is absent.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Sort out the list."""
        certificate = subject.certificate
        recurring = certificate.recurring
        if recurring and OWN_EXTENSIONS.keys() >= recurring.keys():
            return _ORDINARY
        extensions = certificate.extensions
        if isinstance(extensions, Unreadable):
            return UNREADABLE
        oids = [extension.oid for extension in extensions]
        repeats = len(set(oids)) != len(oids)
        if OWN_EXTENSIONS.keys() >= set(oids) and oids and not repeats:
            return _ORDINARY
        empty = not oids and any(note.code == "extensions.empty" for note in certificate.notes)
        others = [e for e in extensions if e.oid not in OWN_EXTENSIONS]
        return Extensions(
            frozenset(e.oid for e in others),
            frozenset(e.oid for e in others if e.critical),
            repeats,
            empty,
            _netscape_of(others, repeats=repeats),
            _organization_of(certificate, others, repeats=repeats),
        )

    def recurs(self, certificate: Certificate, calls: Sequence[Call]) -> bool:  # noqa: ARG002
        """Only what one extension says has to do with the subject, which is of one certificate."""
        return ORGANIZATION not in (certificate.index or {})

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every set of extensions, critical or not, that the calls can tell apart."""
        lists = [c.arguments[0] for c in calls if c.arguments and not _about_netscape(c)]
        if any(map(_about_netscape, calls)):
            lists.append(NETSCAPE_TYPE)
        if any(map(_about_organization, calls)):
            lists.append(ORGANIZATION)
        named = named_in([(a,) if isinstance(a, str) else a for a in lists])
        signatures = {oid: (*mark, oid in RECOGNISED) for oid, mark in named.items()}
        signatures[_recognised_stranger(named)] = (*_blank(lists), True)
        signatures[OTHER_EXTENSION] = (*_blank(lists), False)
        for chosen, repeats in product(some_of(signatures), (False, True)):
            for critical in some_of({oid: signatures[oid] for oid in chosen}):
                plain = Extensions(frozenset(chosen), frozenset(critical), repeats, empty=False)
                for one in _with_netscape(plain, calls):
                    yield from _with_organization(one, calls)
        yield Extensions(_NONE, _NONE, repeats=False, empty=True)
        yield UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write the others at the end; what must stand twice is one that nobody names."""
        from mtlspolicy.features import forged_extensions  # noqa: PLC0415 - forging is not deciding

        forged_extensions.realise(value, place.certificate)

    def show(self, value: Value) -> object:
        """The names of the others, and the flags."""
        if isinstance(value, Unreadable):
            return "unreadable"
        return {
            "others": spell(EXTENSIONS, value.others),
            "critical": spell(EXTENSIONS, value.critical),
            "repeats": value.repeats,
            "empty": value.empty,
            "netscape_type": _show_netscape(value.netscape),
            "organization_id_agrees": _show_organization(value.organization),
        }

    def describe(self, value: Value) -> str:
        """In words."""
        if isinstance(value, Unreadable):
            return "extensions unreadable"
        if value.empty:
            return "an empty list of extensions"
        listed = [
            f"{name}{' (critical)' if oid in value.critical else ''}"
            for oid, name in ((oid, extension_name(oid)) for oid in sorted(value.others))
        ]
        text = f"further extensions {', '.join(listed)}" if listed else "no further extensions"
        if isinstance(value.netscape, frozenset):
            text += f" (type {' and '.join(sorted(value.netscape)) or 'empty'})"
        if isinstance(value.organization, bool):
            text += f" (organisation as in the subject: {'yes' if value.organization else 'no'})"
        return f"{text}, one of all twice" if value.repeats else text


# -- Netscape's certificate type


def _netscape_of(others: list[Extension], *, repeats: bool) -> frozenset[str] | Unreadable | None:
    """Return the bits; where anything stands twice, which of two counts is not asked."""
    found = [e.parsed for e in others if e.oid == NETSCAPE_TYPE]
    if not found:
        return None
    value = found[0]
    if repeats or not isinstance(value, NetscapeCertType):
        return UNREADABLE
    return frozenset(value.bits)


def _about_netscape(call: Call) -> bool:
    return call.atom.name == "netscape_type.includes"


def _with_netscape(value: Extensions, calls: Sequence[Call]) -> Iterator[Extensions]:
    """Every set of bits that the calls can tell apart, where there is a type."""
    if NETSCAPE_TYPE not in value.others:
        yield value
    elif value.repeats:
        yield value._replace(netscape=UNREADABLE)
    else:
        asked = [c.arguments for c in calls if _about_netscape(c)]
        named = named_in(asked)
        unnamed = next((bit for bit in NETSCAPE_BITS if bit not in named), "")
        for bits in covering_sets(named, unnamed, frozenset(named).intersection):
            yield value._replace(netscape=frozenset(bits))


def _show_netscape(netscape: frozenset[str] | Unreadable | None) -> object:
    if isinstance(netscape, Unreadable):
        return "unreadable"
    return None if netscape is None else sorted(netscape)


# -- the organisation identifier


def _organization_of(
    certificate: Certificate, others: list[Extension], *, repeats: bool
) -> bool | Unreadable | None:
    """Say whether it is that of the subject; where anything stands twice, which one is open."""
    found = [e.parsed for e in others if e.oid == ORGANIZATION]
    if not found:
        return None
    return UNREADABLE if repeats else agrees(certificate, found[0])


def _about_organization(call: Call) -> bool:
    return call.atom.name == "organization_id.agrees"


def _with_organization(value: Extensions, calls: Sequence[Call]) -> Iterator[Extensions]:
    """The subject's, and another, where there is one and somebody asks."""
    if ORGANIZATION not in value.others or not any(map(_about_organization, calls)):
        yield value
    elif value.repeats:
        yield value._replace(organization=UNREADABLE)
    else:
        yield from (value._replace(organization=agree) for agree in (True, False))


def _show_organization(agree: bool | Unreadable | None) -> object:  # noqa: FBT001 - a value of four
    return "unreadable" if isinstance(agree, Unreadable) else agree


def _blank(lists: Sequence[object]) -> tuple[bool, ...]:
    """The marks of an extension that no call names."""
    return (False,) * len(lists)


def _recognised_stranger(named: dict[str, tuple[bool, ...]]) -> str:
    """A recognised extension that no call names, as far as there is one."""
    free = sorted(RECOGNISED - named.keys())
    return free[0] if free else OTHER_EXTENSION
