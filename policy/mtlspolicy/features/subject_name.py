"""The subject of one certificate, without its common names (RFC 5280, 4.1.2.6; BR 7.1.4.2).

Common names belong to the joint feature of names. This module knows attribute types, their
order, and the words for what is wrong with a name. It must not know which attributes a
kind of validation needs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import UNREADABLE, Attribute, Name, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.countries import COUNTRIES, ELSEWHERE
from mtlspolicy.features.organization_id import STRUCTURE
from mtlspolicy.features.parameters import Parameter, choices
from mtlspolicy.features.words import (
    ATTRIBUTE,
    ATTRIBUTE_NAMES,
    ATTRIBUTES,
    COMMON_NAME,
    attribute_name,
    several,
    spell,
)
from mtlspolicy.memos import keep
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = [
    "CODED",
    "DEFECTS",
    "OTHER_ATTRIBUTE",
    "RANK",
    "REPEATABLE",
    "RULES",
    "Subject",
    "SubjectFeature",
    "Value",
]

DEFECTS: Final[dict[str, str]] = {
    "string-type": "a value in another string type than BR 7.1.4.2 prescribes",
    "too-long": "a value longer than BR 7.1.4.2 allows",
    "placeholder": "a value that says that there is none: empty, nothing but punctuation and "
    "spaces, `n/a` or `not applicable` (BR 7.1.2.7)",
    "control": "a value with a character that cannot be printed, such as NUL",
    "country-code": "a country that is no officially assigned code of two capital letters "
    "(ISO 3166-1), nor XX (BR 3.2.2.3)",
    "business-category": "a businessCategory that is none of the four words of EVG 7.1.4.2.3",
    "organization-identifier": "an organizationIdentifier that is not made of scheme, country, "
    "state where there is one, and reference (EVG 7.1.4.2.8)",
    "repeated": "an attribute twice that may occur once (BR 7.1.4.2)",
    "multivalued": "a relative name with several attributes (BR 7.1.4.2)",
    "disorder": "attributes in another order than that of BR 7.1.4.2",
    "empty-rdn": "a relative name without attributes (RFC 5280, appendix A.1)",
}
"""Every word for what is wrong with a subject, with what it says."""

RANK: Final = {oid: rank for rank, oid in enumerate(list(ATTRIBUTE_NAMES.values())[:10])}
"""The attributes whose order BR 7.1.4.2 prescribes, in that order, without the common name."""

REPEATABLE: Final = frozenset(
    (ATTRIBUTE_NAMES["domainComponent"], ATTRIBUTE_NAMES["streetAddress"])
)
"""BR 7.1.2.7.3 and .4: attributes of which there may be several."""

OTHER_ATTRIBUTE: Final = "1.3.6.1.4.1.32473.1.5"
"""Stands for every attribute type without a word (RFC 5612: the example arc)."""

_UTF8, _PRINTABLE, _IA5 = 0x0C, 0x13, 0x16
_DIRECTORY: Final = (_UTF8, _PRINTABLE)

RULES: Final[dict[str, tuple[frozenset[int], int]]] = {
    ATTRIBUTE_NAMES[name]: (frozenset(tags), most)
    for name, tags, most in (
        ("domainComponent", (_IA5,), 63),
        ("countryName", (_PRINTABLE,), 2),
        ("stateOrProvinceName", _DIRECTORY, 128),
        ("localityName", _DIRECTORY, 128),
        ("postalCode", _DIRECTORY, 40),
        ("streetAddress", _DIRECTORY, 128),
        ("organizationName", _DIRECTORY, 64),
        ("surname", _DIRECTORY, 64),
        ("givenName", _DIRECTORY, 64),
        ("organizationalUnitName", _DIRECTORY, 64),
        ("businessCategory", _DIRECTORY, 128),
        ("jurisdictionCountry", (_PRINTABLE,), 2),
        ("jurisdictionStateOrProvince", _DIRECTORY, 128),
        ("jurisdictionLocality", _DIRECTORY, 128),
        ("serialNumber", (_PRINTABLE,), 64),
        ("organizationIdentifier", _DIRECTORY, 0),
    )
}
"""BR 7.1.4.2, both tables: string types, and the most characters (0 is no limit)."""

_COUNTRY: Final = pattern(rf"(?:{'|'.join(sorted({*COUNTRIES, ELSEWHERE}))})\Z")
CODED: Final = {
    ATTRIBUTE_NAMES["countryName"]: ("country-code", _COUNTRY),
    ATTRIBUTE_NAMES["jurisdictionCountry"]: ("country-code", _COUNTRY),
    ATTRIBUTE_NAMES["businessCategory"]: (
        "business-category",
        pattern(
            r"(?:Private Organization|Government Entity|Business Entity|Non-Commercial Entity)\Z"
        ),
    ),
    ATTRIBUTE_NAMES["organizationIdentifier"]: ("organization-identifier", STRUCTURE),
}
"""Attributes whose values have a form: the defect of those that have another, and the form."""

# BR 7.1.2.7.2: only metadata such as dots, hyphens and spaces, or another sign of absence.
# Punctuation and spaces of ASCII, of Latin-1 and of the blocks U+2000 and U+3000, without symbols:
# written out, so that no Python's tables of characters decide.
_PLACEHOLDER: Final = pattern(
    r"(?:[ !-#%-*,-/:;?@\[-\]_{}\xa0\xa1\xa7\xab\xad\xb6\xb7\xbb\xbf"
    r"\u2000-\u2043\u2045-\u2051\u2053-\u206f\u3000-\u3003]*|n/a|not applicable)\Z",
    re.IGNORECASE,
)


class Subject(NamedTuple):
    """What the subject says, common names aside: dotted attribute types, words of `DEFECTS`."""

    types: frozenset[str]
    defects: frozenset[str]


Value = Subject | Unreadable


def _has_attributes(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else bool(value.types)


def _includes(value: Value, oid: str) -> Truth:
    return None if isinstance(value, Unreadable) else oid in value.types


def _includes_any(value: Value, oids: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else not value.types.isdisjoint(oids)


def _includes_all(value: Value, oids: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else value.types.issuperset(oids)


def _only(value: Value, oids: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else value.types.issubset(oids)


def _defect(value: Value, words: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else not value.defects.isdisjoint(words)


def _types_of(value: Value) -> Hashable:
    return value if isinstance(value, Unreadable) else value.types


def _defects_of(value: Value) -> Hashable:
    return value if isinstance(value, Unreadable) else value.defects


_LIST: Final = several(ATTRIBUTE, "attribute types")


class SubjectFeature(Feature[Value]):
    """Which attributes the subject has, and how they are written."""

    name: ClassVar[str] = "subject"
    title: ClassVar[str] = "subject"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "subject.has_attributes",
            (),
            _has_attributes,
            "the subject has attributes besides a common name",
            "the subject has no attribute besides a common name",
            "An empty subject has none, and no `common_name.present` either.",
        ),
        Atom(
            "subject.includes",
            (Parameter("attribute", ATTRIBUTE),),
            _includes,
            "the subject has {0}",
            "the subject has no {0}",
            show=attribute_name,
        ),
        Atom(
            "subject.includes_any",
            (Parameter("attributes", _LIST),),
            _includes_any,
            "the subject has {0:or}",
            "the subject has none of {0}",
            show=attribute_name,
        ),
        Atom(
            "subject.includes_all",
            (Parameter("attributes", _LIST),),
            _includes_all,
            "the subject has {0}",
            "the subject lacks one of {0}",
            show=attribute_name,
        ),
        Atom(
            "subject.only",
            (Parameter("attributes", several(ATTRIBUTE, "attribute types", least=0)),),
            _only,
            "the subject has, besides a common name, no attribute but {0}",
            "the subject has, besides a common name, another attribute than {0}",
            show=attribute_name,
        ),
        Atom(
            "subject.defect",
            (Parameter("defects", choices(*DEFECTS)),),
            _defect,
            "the subject has the defect {0:or}",
            "the subject has not the defect {0:or}",
            "The words: " + "; ".join(f"`{word}` is {text}" for word, text in DEFECTS.items()),
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Summarise the name; without its common name, it is often that of other certificates."""
        certificate = subject.certificate
        parts = certificate.subject_in_place()
        if parts is not None:
            known = _memo.get(parts[0])
            if known is not None:
                return known
        name = certificate.subject
        if isinstance(name, Unreadable):
            return UNREADABLE
        found = summary(name)
        if parts is not None and len(parts[0]) <= _MOST_MEMO_OCTETS:
            keep(_memo, parts[0], found)
        return found

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Attributes and defects, as far as the calls can tell them apart."""
        from mtlspolicy.features import subject_points  # noqa: PLC0415 - comparing is not deciding

        yield from subject_points.points(calls)
        yield UNREADABLE

    def aspect(self, atom: Atom) -> Callable[[Value], Hashable]:
        """Look at what is wrong, or at the types of attributes."""
        return _defects_of if atom.name == "subject.defect" else _types_of

    def realise(self, value: Value, place: Place) -> None:
        """Write the attributes, with what common names there are behind them."""
        from mtlspolicy.features import forged_subject  # noqa: PLC0415 - forging is not deciding

        forged_subject.realise(value, place.certificate)

    def show(self, value: Value) -> object:
        """The attribute types and what is wrong."""
        if isinstance(value, Unreadable):
            return "unreadable"
        return {"attributes": spell(ATTRIBUTES, value.types), "defects": sorted(value.defects)}

    def describe(self, value: Value) -> str:
        """In words."""
        if isinstance(value, Unreadable):
            return "subject unreadable"
        text = f"subject {' and '.join(spell(ATTRIBUTES, value.types)) or 'without attributes'}"
        return f"{text}, {', '.join(sorted(value.defects))}" if value.defects else text


# -- reading

_MOST_MEMO_OCTETS: Final = 1_024
_memo: dict[bytes, Subject] = {}
"""Subjects by the octets of their relative names but a plain common name at the end."""
_NONE: Final[frozenset[str]] = frozenset()
_EMPTY: Final = Subject(_NONE, _NONE)


def summary(name: Name) -> Subject:
    """Summarise a name that could be read."""
    rdns = [[a for a in rdn if a.oid != COMMON_NAME] for rdn in name.rdns]
    attributes = [attribute for rdn in rdns for attribute in rdn]
    if not attributes and all(name.rdns):
        return _EMPTY
    defects = {word for attribute in attributes for word in value_defects(attribute)}
    defects.update(_structure_defects(rdns))
    if not all(name.rdns):
        defects.add("empty-rdn")
    types = frozenset(attribute.oid for attribute in attributes)
    return Subject(types, frozenset(defects) if defects else _NONE)


def _structure_defects(rdns: list[list[Attribute]]) -> Iterator[str]:
    once = [a.oid for rdn in rdns for a in rdn if a.oid not in REPEATABLE]
    if len(set(once)) != len(once):
        yield "repeated"
    if any(len(rdn) > 1 for rdn in rdns):
        yield "multivalued"
    # Inside one relative name DER sorts the attributes: only the names' order counts.
    ranks = [r for rdn in rdns for r in sorted(RANK[a.oid] for a in rdn if a.oid in RANK)]
    if ranks != sorted(ranks):
        yield "disorder"


def value_defects(attribute: Attribute) -> Iterator[str]:
    """Yield the words for what is wrong with one value."""
    text = attribute.value
    tags, most = RULES.get(attribute.oid, (None, 0))
    if tags is not None and attribute.tag not in tags:
        yield "string-type"
    if text is None:
        return
    if _PLACEHOLDER.match(text):
        yield "placeholder"
    if most and len(text) > most:
        yield "too-long"
    if not text.isprintable():
        yield "control"
    word, form = CODED.get(attribute.oid, ("", _PLACEHOLDER))
    if word and not (form.match(text) and text.isprintable()):
        yield word
