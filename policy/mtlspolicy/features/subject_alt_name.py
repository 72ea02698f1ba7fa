"""The subject alternative names of one certificate, and the common name beside them.

RFC 5280, 4.2.1.6; BR 7.1.2.7.12 and 7.1.4.3. Both are one joint feature, because a common
name that equals an alternative name needs one. This module knows kinds of names, the words
for what is wrong with them (`features.name_defects`), and where the common name stands. It
must not know whether a name is the one that was asked for, nor who controls it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import (
    LATER,
    UNREADABLE,
    Attribute,
    Name,
    SubjectAltName,
    Unreadable,
)
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.name_defects import (
    DEFECTS,
    IMPOSSIBLE_IN_PLACE,
    are_ordinary,
    defects_of,
    defects_of_host,
)
from mtlspolicy.features.optional import known
from mtlspolicy.features.parameters import Parameter, choice, choices
from mtlspolicy.features.subject_name import RANK
from mtlspolicy.features.words import COMMON_NAME
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = [
    "KINDS",
    "NO_COMMON_NAME",
    "URI",
    "ZONES",
    "CommonName",
    "Names",
    "San",
    "SubjectAltNameFeature",
    "is_about_wildcards",
]

KINDS: Final = (
    "dNSName",
    "iPAddress",
    "uniformResourceIdentifier",
    "rfc822Name",
    "directoryName",
    "otherName",
    "registeredID",
    "x400Address",
    "ediPartyName",
)
"""The kinds of general names (RFC 5280, 4.2.1.6)."""

ZONES: Final = ("onion", "other")
"""Where a wildcard can stand: EVG 7.1.2.1 allows it under .onion (RFC 7686) only."""

URI: Final = "uniformResourceIdentifier"

# SPIFFE ID, 2: a trust domain of lower case letters, digits, dots, hyphens and underscores, and
# a path of segments, none of them empty or made of one or two dots; no query, no fragment. An
# identity of a workload has a path (X509-SVID, 2).
_SPIFFE_ID: Final = pattern(
    r"spiffe://[a-z0-9._-]{1,255}(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._-]+)+\Z"
)
_LONGEST_SPIFFE_ID: Final = 2048


def is_about_wildcards(call: Call) -> bool:
    """Say whether a call asks where wildcards stand."""
    return call.atom.name == "san.wildcard"


class San(NamedTuple):
    """Which kinds of names there are, and what is wrong with any of them.

    `spiffe`: the URIs among them are exactly one SPIFFE ID of a workload. `wildcards`: under
    which zones (words of `ZONES`) a dNSName is a wildcard.
    """

    kinds: frozenset[str]
    defects: frozenset[str]
    critical: bool
    spiffe: bool = False
    wildcards: frozenset[str] = frozenset()


class CommonName(NamedTuple):
    """The common names of the subject.

    `number`: 2 for two or more. `in_san`: each equals an alternative name; None where those
    cannot be read. `last`: none stands before, or in one relative name with, another
    attribute. `sound`: each is 1 to 64 characters of UTF8String or PrintableString.
    """

    number: int
    in_san: bool | None
    last: bool
    sound: bool


class Names(NamedTuple):
    """The alternative names (None where absent) and the common names."""

    san: San | Unreadable | None
    common: CommonName | Unreadable


NO_COMMON_NAME: Final = CommonName(0, in_san=False, last=True, sound=True)
_NOWHERE: Final[frozenset[str]] = frozenset()
_HOSTS: Final = San(frozenset(("dNSName",)), frozenset(), critical=False)
"""What nearly all public certificates have: dNSNames without defects."""
_CRITICAL: Final = _HOSTS._replace(critical=True)
_PLAIN: Final = {
    repeated: CommonName(1, in_san=repeated, last=True, sound=True) for repeated in (True, False)
}
"""A single common name at the end of the subject, from the alternative names or not."""


def _san_present(value: Names) -> Truth:
    return value.san is not None


def _san_critical(value: Names) -> Truth:
    return known(value.san, lambda san: san.critical)


def _san_empty(value: Names) -> Truth:
    return known(value.san, lambda san: not san.kinds)


def _includes_type(value: Names, kind: str) -> Truth:
    return known(value.san, lambda san: kind in san.kinds)


def _includes_any_type(value: Names, kinds: tuple[str, ...]) -> Truth:
    return known(value.san, lambda san: not san.kinds.isdisjoint(kinds))


def _only_types(value: Names, kinds: tuple[str, ...]) -> Truth:
    return value.san is None or known(value.san, lambda san: san.kinds.issubset(kinds))


def _defect(value: Names, words: tuple[str, ...]) -> Truth:
    return known(value.san, lambda san: not san.defects.isdisjoint(words))


def _spiffe_id(value: Names) -> Truth:
    return known(value.san, lambda san: san.spiffe)


def _wildcard(value: Names, zones: tuple[str, ...]) -> Truth:
    return known(value.san, lambda san: not san.wildcards.isdisjoint(zones))


def _zone_name(zone: str) -> str:
    return "under .onion" if zone == "onion" else "outside .onion"


def _common_present(value: Names) -> Truth:
    return known(value.common, lambda common: common.number > 0)


def _common_repeats(value: Names) -> Truth:
    return known(value.common, lambda common: common.number > 1)


def _common_in_san(value: Names) -> Truth:
    return known(value.common, lambda common: common.in_san)


def _common_last(value: Names) -> Truth:
    return known(value.common, lambda common: common.last)


def _common_sound(value: Names) -> Truth:
    return known(value.common, lambda common: common.sound)


class SubjectAltNameFeature(Feature[Names]):
    """Which alternative names there are, what is wrong with them, and the common name."""

    name: ClassVar[str] = "san"
    title: ClassVar[str] = "names"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    kept: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "san.present",
            (),
            _san_present,
            "subject alternative names are present",
            "no subject alternative names are present",
        ),
        Atom(
            "san.critical",
            (),
            _san_critical,
            "the subject alternative names are critical",
            "the subject alternative names are not critical",
        ),
        Atom(
            "san.empty",
            (),
            _san_empty,
            "the subject alternative names are an empty list",
            "the subject alternative names are not an empty list",
        ),
        Atom(
            "san.includes_type",
            (Parameter("type", choice(*KINDS)),),
            _includes_type,
            "there is an alternative name of type {0}",
            "there is no alternative name of type {0}",
        ),
        Atom(
            "san.includes_any_type",
            (Parameter("types", choices(*KINDS)),),
            _includes_any_type,
            "there is an alternative name of type {0:or}",
            "there is no alternative name of type {0:or}",
        ),
        Atom(
            "san.only_types",
            (Parameter("types", choices(*KINDS)),),
            _only_types,
            "all alternative names are of type {0:or}",
            "some alternative name is of another type than {0:or}",
            "True where the extension is absent: absence names nothing.",
        ),
        Atom(
            "san.defect",
            (Parameter("defects", choices(*DEFECTS)),),
            _defect,
            "an alternative name has the defect {0:or}",
            "no alternative name has the defect {0:or}",
            "The words are listed with `features.name_defects`.",
        ),
        Atom(
            "san.spiffe_id",
            (),
            _spiffe_id,
            "the URIs among the alternative names are exactly one SPIFFE ID with a path",
            "the URIs among the alternative names are not exactly one SPIFFE ID with a path",
            "SPIFFE ID, 2, and X509-SVID, 2. Other kinds of names do not count.",
        ),
        Atom(
            "san.wildcard",
            (Parameter("zones", choices(*ZONES)),),
            _wildcard,
            "a dNSName is a wildcard {0:or}",
            "no dNSName is a wildcard {0:or}",
            "A wildcard begins with an asterisk and a dot (BR 1.6.1). `onion`: its last label is "
            "onion; `other`: it is another one.",
            show=_zone_name,
        ),
        Atom(
            "common_name.present",
            (),
            _common_present,
            "the subject has a common name",
            "the subject has no common name",
        ),
        Atom(
            "common_name.repeats",
            (),
            _common_repeats,
            "the subject has more than one common name",
            "the subject has at most one common name",
        ),
        Atom(
            "common_name.in_san",
            (),
            _common_in_san,
            "the common name equals an alternative name",
            "the common name equals no alternative name",
            "Character for character; an address as RFC 5952 or dotted decimals write it. "
            "False where there is no common name.",
        ),
        Atom(
            "common_name.last",
            (),
            _common_last,
            "the common name stands alone and after the attributes that BR 7.1.4.2 puts before it",
            "the common name stands together with, or before, an attribute that BR 7.1.4.2 puts "
            "before it",
            "True where there is no common name.",
        ),
        Atom(
            "common_name.sound",
            (),
            _common_sound,
            "the common name is 1 to 64 characters of UTF8String or PrintableString",
            "the common name is not 1 to 64 characters of UTF8String or PrintableString",
            "True where there is no common name.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Names:
        """Summarise both."""
        certificate = subject.certificate
        hosts = certificate.names_in_place()
        parts = certificate.subject_in_place()
        if hosts is None or parts is None:
            san = certificate.subject_alt_name
            name = certificate.subject
            if isinstance(name, Unreadable):
                return Names(_summary(san), UNREADABLE)
            return Names(_summary(san), _common(name, san))
        # What was checked in place has no common name but a plain one at the end.
        text = parts[1]
        common = NO_COMMON_NAME
        if text:
            # 0x82 is no octet of a host name: what is found begins where a name does.
            common = _PLAIN[b"\x82" + bytes((len(text),)) + text in hosts]
        return Names(_summary_in_place(certificate, hosts), common)

    def recurs(self, certificate: Certificate, calls: Sequence[Call]) -> bool:
        """Names that were checked in place are host names; nothing else may be asked of them."""
        entry = (certificate.index or {}).get("2.5.29.17")
        if any(call.atom.name.startswith("common_name.") for call in calls):
            return False
        words = [w for call in calls if call.atom.name == "san.defect" for w in call.arguments[0]]
        if entry is not None and any(map(is_about_wildcards, calls)):
            return False
        return entry is None or (entry[1] is LATER and IMPOSSIBLE_IN_PLACE.issuperset(words))

    def reader(self, calls: Sequence[Call]) -> Callable[[Certificate, int], Hashable]:
        """Leave the subject alone where nobody asks about common names."""
        if any(call.atom.name.startswith("common_name.") for call in calls):
            return super().reader(calls)

        def cell(certificate: Certificate, at: int) -> Hashable:  # noqa: ARG001 - any reader has it
            known = certificate.made.get("san")
            if known is not None:
                return known.san  # type: ignore[no-any-return]
            hosts = certificate.names_in_place()
            if hosts is None:
                return _summary(certificate.subject_alt_name)
            return _summary_in_place(certificate, hosts)

        return cell

    def cell(self, calls: Sequence[Call]) -> Callable[[Names], Hashable] | None:
        """Leave the common names out where nobody asks about them."""
        if any(call.atom.name.startswith("common_name.") for call in calls):
            return None
        return _san_of

    def points(self, calls: Sequence[Call]) -> Iterator[Names]:
        """Alternative names and common names, as far as the calls can tell them apart."""
        from mtlspolicy.features import san_points  # noqa: PLC0415 - comparing is not deciding

        yield from san_points.points(calls)

    def aspect(self, atom: Atom) -> Callable[[Names], Hashable]:
        """Look at the alternative names or at the common names: no atom asks about both."""
        return _common_names_of if atom.name.startswith("common_name.") else _san_of

    def realise(self, value: Names, place: Place) -> None:
        """Write the alternative names, then the common name in or beside the subject."""
        from mtlspolicy.features import forged_names  # noqa: PLC0415 - forging is not deciding

        forged_names.realise(value, place.certificate)

    def show(self, value: Names) -> object:
        """Both parts, null where absent."""
        return {"san": _show_san(value.san), "common_name": _show_common(value.common)}

    def describe(self, value: Names) -> str:
        """In words."""
        san, common = value.san, value.common
        if san is None:
            text = "no SAN"
        elif isinstance(san, Unreadable):
            text = "SAN unreadable"
        else:
            text = f"SAN {' and '.join(sorted(san.kinds)) or 'empty'}"
            text += f" with {', '.join(sorted(san.defects))}" if san.defects else ""
            text += ", one of them a SPIFFE ID" if san.spiffe else ""
            text += "".join(f", a wildcard {_zone_name(zone)}" for zone in sorted(san.wildcards))
            text += ", critical" if san.critical else ""
        if isinstance(common, Unreadable):
            return f"{text}, subject unreadable"
        if not common.number:
            return text
        number = "several CN" if common.number > 1 else "CN"
        equal = {True: " from the SAN", False: " not from the SAN", None: ""}[common.in_san]
        return f"{text}, {number}{equal}"


def _show_san(san: San | Unreadable | None) -> object:
    if san is None:
        return None
    if isinstance(san, Unreadable):
        return "unreadable"
    return {
        "types": sorted(san.kinds),
        "defects": sorted(san.defects),
        "critical": san.critical,
        "spiffe_id": san.spiffe,
        "wildcards": sorted(san.wildcards),
    }


def _show_common(common: CommonName | Unreadable) -> object:
    if isinstance(common, Unreadable):
        return "unreadable"
    return common._asdict() if common.number else None


# -- reading


def _summary(san: SubjectAltName | Unreadable | None) -> San | Unreadable | None:
    if san is None or isinstance(san, Unreadable):
        return san
    defects: frozenset[str] = frozenset()
    for name in san.names:
        defects |= defects_of(name)
    hosts = [name.text for name in san.names if name.kind == "dNSName"]
    uris = [name.text for name in san.names if name.kind == URI]
    spiffe = len(uris) == 1 and _is_spiffe_id(uris[0])
    kinds = frozenset([name.kind for name in san.names])
    return San(kinds, defects, san.critical, spiffe, _wildcards(hosts))


def _wildcards(hosts: Sequence[str]) -> frozenset[str]:
    """Return the zones of the wildcards; a trailing dot, a defect of its own, changes nothing."""
    found = [host.lower().rstrip(".") for host in hosts if host.startswith("*.")]
    if not found:
        return _NOWHERE
    return frozenset("onion" if host.endswith(".onion") else "other" for host in found)


def _is_spiffe_id(text: str) -> bool:
    return len(text) <= _LONGEST_SPIFFE_ID and _SPIFFE_ID.match(text) is not None


def _summary_in_place(certificate: Certificate, hosts: bytes) -> San:
    """Summarise dNSNames as they stand behind one another, each with its tag and length."""
    critical = certificate.index is not None and certificate.index["2.5.29.17"][2]
    if are_ordinary(hosts):
        return _CRITICAL if critical else _HOSTS
    defects: frozenset[str] = frozenset()
    texts = [host[1:].decode("ascii") for host in hosts.split(b"\x82")[1:]]
    for text in texts:
        defects |= defects_of_host(text)
    return San(_HOSTS.kinds, defects, critical, wildcards=_wildcards(texts))


def _common(name: Name, san: SubjectAltName | Unreadable | None) -> CommonName:
    found = _common_attributes(name)
    if not found:
        return NO_COMMON_NAME
    return _common_of(name, found, in_san=known(san, lambda names: _all_repeat(found, names)))


def _common_of(name: Name, found: list[Attribute], *, in_san: Truth) -> CommonName:
    return CommonName(min(len(found), 2), in_san, _stands_last(name), all(map(_is_sound, found)))


def _san_of(value: Names) -> Hashable:
    return value.san


def _common_names_of(value: Names) -> Hashable:
    return value.common


def _common_attributes(name: Name) -> list[Attribute]:
    return [a for rdn in name.rdns for a in rdn if a.oid == COMMON_NAME]


_MAPPED: Final = bytes(10) + b"\xff\xff"
"""What an IPv4-mapped address begins with (RFC 4291, 2.5.5.2)."""


def _all_repeat(found: list[Attribute], san: SubjectAltName) -> bool:
    wanted = {attribute.value for attribute in found}
    wanted -= {name.text for name in san.names if name.kind == "dNSName"}
    if wanted:
        wanted -= {_text(name.octets) for name in san.names if name.kind == "iPAddress"}
    return not wanted


def _text(octets: bytes) -> str | None:
    """Write an address as BR 7.1.4.3 says (RFC 3986, 3.2.2; RFC 5952, 4); "" if it is none."""
    if len(octets) not in (4, 16):
        return ""
    if octets[:12] == _MAPPED:  # section 4, not 5: and Python 3.13 writes it otherwise than 3.12
        return f"::ffff:{octets[12] << 8 | octets[13]:x}:{octets[14] << 8 | octets[15]:x}"
    return str(ipaddress.ip_address(octets))


def _stands_last(name: Name) -> bool:
    """Whether common names stand alone, and none before an attribute that has its place.

    BR 7.1.4.2 orders the attributes of its first table, whose last one is the common name, and
    no others: those of EVG 7.1.4.2, say, may stand anywhere.
    """
    types = [[attribute.oid for attribute in rdn] for rdn in name.rdns]
    first = next(index for index, rdn in enumerate(types) if COMMON_NAME in rdn)
    return not any(
        (COMMON_NAME in rdn and len(rdn) > 1) or not RANK.keys().isdisjoint(rdn)
        for rdn in types[first:]
    )


_SOUND_TAGS: Final = frozenset((0x0C, 0x13))
_MOST_CHARACTERS: Final = 64


def _is_sound(attribute: Attribute) -> bool:
    text = attribute.value
    return (
        attribute.tag in _SOUND_TAGS
        and text is not None
        and 0 < len(text) <= _MOST_CHARACTERS
        and text.isprintable()
    )
