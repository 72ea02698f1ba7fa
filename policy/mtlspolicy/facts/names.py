"""Reading names: distinguished names and general names (RFC 5280, 4.1.2.4 and 4.2.1.6).

This module knows how names are encoded and which string type an attribute has. It does
not know which names are good ones, nor how names are compared.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.generic import check_value
from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.strings import (
    BMP,
    CONTROLS,
    IA5,
    PRINTABLE,
    STRING_TAGS,
    TELETEX,
    UNIVERSAL,
    UTF8,
    decode_string,
)
from mtlspolicy.der.values import read_oid
from mtlspolicy.facts.certificate import Attribute, GeneralName, Name
from mtlspolicy.limits import MAX_NAMES, MAX_RDNS

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = [
    "ATTRIBUTE_RULES",
    "DIRECTORY_STRING",
    "NAME_DEPTH",
    "read_general_name",
    "read_general_names",
    "read_name",
]
__all__ += ["read_rdn", "read_text"]

NAME_DEPTH: Final = 10
"""How deep, at most, an attribute value stands in a certificate."""

DIRECTORY_STRING: Final = frozenset({TELETEX, PRINTABLE, UNIVERSAL, UTF8, BMP})
"""The alternatives of DirectoryString (RFC 5280, 4.1.2.4)."""

_ANY_STRING: Final = STRING_TAGS
_PRINTABLE: Final = frozenset({PRINTABLE})
_IA5: Final = frozenset({IA5})

ATTRIBUTE_RULES: Final[dict[str, tuple[frozenset[int], int]]] = {
    "2.5.4.3": (DIRECTORY_STRING, 64),
    "2.5.4.4": (DIRECTORY_STRING, 32_768),
    "2.5.4.5": (_PRINTABLE, 64),
    "2.5.4.6": (_PRINTABLE, 2),
    "2.5.4.7": (DIRECTORY_STRING, 128),
    "2.5.4.8": (DIRECTORY_STRING, 128),
    "2.5.4.10": (DIRECTORY_STRING, 64),
    "2.5.4.11": (DIRECTORY_STRING, 64),
    "2.5.4.12": (DIRECTORY_STRING, 64),
    "2.5.4.41": (DIRECTORY_STRING, 32_768),
    "2.5.4.42": (DIRECTORY_STRING, 32_768),
    "2.5.4.43": (DIRECTORY_STRING, 32_768),
    "2.5.4.44": (DIRECTORY_STRING, 32_768),
    "2.5.4.46": (_PRINTABLE, 32_768),
    "2.5.4.65": (DIRECTORY_STRING, 128),
    "0.9.2342.19200300.100.1.25": (_IA5, 32_768),
    "1.2.840.113549.1.9.1": (_IA5, 255),
}
"""String types and the upper bound in characters of the attributes that RFC 5280,
appendix A, defines. `serialNumber`, `C` and `dnQualifier` are PrintableString, `DC` and
`emailAddress` are IA5String."""

_OTHER_ATTRIBUTE: Final = (_ANY_STRING, 32_768)

_TEXT_KINDS: Final = {0x81: "rfc822Name", 0x82: "dNSName", 0x86: "uniformResourceIdentifier"}
_DNS_BAD: Final = CONTROLS + b" "


def read_name(source: Source, element: Element | None, path: str) -> Name | None:
    """Read an RDNSequence whose SEQUENCE is `element`; None where a part cannot be read."""
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, path)
    rdns: list[tuple[Attribute, ...] | None] = []
    for part, part_path in cursor.elements():
        if len(rdns) == MAX_RDNS:
            source.journal.add("limit.rdns", part.start, path)
            return None
        if part.tag != 0x31:  # SET
            source.journal.add(
                "asn1.tag", part.start, part_path, f"identifier 0x{part.tag:02x} where 0x31 is due"
            )
            rdns.append(None)
            continue
        rdns.append(read_rdn(source, part, part_path))
    readable = tuple(rdn for rdn in rdns if rdn is not None)
    return (
        Name(readable, source.raw(element)) if cursor.whole and len(readable) == len(rdns) else None
    )


def read_rdn(source: Source, element: Element, path: str) -> tuple[Attribute, ...] | None:
    """Read a RelativeDistinguishedName, whatever the tag of its SET is."""
    attributes: list[Attribute | None] = []
    previous = b""
    cursor = Cursor(source, element.content, element.end, path)
    for part, part_path in cursor.elements():
        if len(attributes) == MAX_RDNS:
            source.journal.add("limit.rdns", part.start, path)
            return None
        encoding = source.raw(part)
        if encoding < previous:
            source.journal.add("der.set_order", part.start, part_path)  # X.690, 11.6
        previous = encoding
        attributes.append(_read_attribute(source, part, part_path))
    if not attributes and cursor.whole:
        source.journal.add("asn1.empty_list", element.start, path)
    readable = tuple(attribute for attribute in attributes if attribute is not None)
    return readable if cursor.whole and len(readable) == len(attributes) else None


def _read_attribute(source: Source, element: Element, path: str) -> Attribute | None:
    if element.tag != 0x30:  # SEQUENCE
        source.journal.add(
            "asn1.tag", element.start, path, f"identifier 0x{element.tag:02x} where 0x30 is due"
        )
        return None
    cursor = Cursor(source, element.content, element.end, path)
    type_element = cursor.expect(0x06, "type")
    oid = read_oid(source, type_element, cursor.name("type")) if type_element else None
    value = cursor.take("value")
    cursor.close()
    if oid is None or value is None:
        return None
    return Attribute(
        oid, value.tag, _attribute_text(source, value, oid, cursor.name("value")), source.raw(value)
    )


def _attribute_text(source: Source, value: Element, oid: str, path: str) -> str | None:
    tags, most = ATTRIBUTE_RULES.get(oid, _OTHER_ATTRIBUTE)
    if value.tag not in STRING_TAGS:
        check_value(source, value, path, NAME_DEPTH)
        text = None
    else:
        text = read_text(source, value, path)
    if value.tag not in tags and tags is not _ANY_STRING:
        source.journal.add("name.string_type", value.start, path, f"identifier 0x{value.tag:02x}")
    if text is not None:
        _check_text(source, value, path, text, most)
    return text


def _check_text(source: Source, value: Element, path: str, text: str, most: int) -> None:
    if not text:
        source.journal.add("name.value_empty", value.start, path)
    if len(text) > most:
        source.journal.add(
            "name.value_too_long", value.start, path, f"{len(text)} characters, at most {most}"
        )
    if any(character < " " or character == "\x7f" for character in text):
        source.journal.add("name.control_character", value.content, path)


def read_text(source: Source, element: Element, path: str) -> str | None:
    """Read an element of one of the string types as text, by its own tag."""
    text, code = decode_string(element.tag, source.content(element))
    if code:
        source.journal.add(code, element.content, path)
    return text


def read_general_names(
    source: Source, start: int, end: int, path: str
) -> tuple[GeneralName, ...] | None:
    """Read the GeneralName elements between two offsets; None where one cannot be read."""
    names: list[GeneralName | None] = []
    cursor = Cursor(source, start, end, path)
    for element, element_path in cursor.elements():
        if len(names) == MAX_NAMES:
            source.journal.add("limit.names", element.start, path)
            return None
        names.append(read_general_name(source, element, element_path))
    readable = tuple(name for name in names if name is not None)
    return readable if cursor.whole and len(readable) == len(names) else None


def read_general_name(  # noqa: PLR0911 - one exit for each form
    source: Source, element: Element, path: str, *, constraint: bool = False
) -> GeneralName | None:
    """Read one GeneralName.

    With `constraint` it is the base of a name constraint, where an address carries its
    mask and an empty name means every name (RFC 5280, 4.2.1.10).
    """
    tag = element.tag
    if tag in _TEXT_KINDS:
        return _read_text_name(source, element, path, constraint=constraint)
    if tag == 0x87:  # [7] iPAddress
        return _read_address(source, element, path, constraint=constraint)
    if tag == 0xA4:  # [4] directoryName: explicit, as Name is a CHOICE
        return _read_directory_name(source, element, path)
    if tag == 0xA0:  # [0] otherName
        return _read_other_name(source, element, path)
    if tag == 0x88:  # [8] registeredID
        oid = read_oid(source, element, path)
        return None if oid is None else GeneralName("registeredID", oid, source.content(element))
    if tag in {0xA3, 0xA5}:
        check_value(source, element, path, NAME_DEPTH)
        return GeneralName(
            "x400Address" if tag == 0xA3 else "ediPartyName", "", source.content(element)
        )
    source.journal.add("asn1.tag", element.start, path, f"identifier 0x{tag:02x} is no GeneralName")
    return None


def _read_text_name(
    source: Source, element: Element, path: str, *, constraint: bool
) -> GeneralName | None:
    content = source.content(element)
    kind = _TEXT_KINDS[element.tag]
    journal = source.journal
    if not content.isascii():
        journal.add("asn1.string_character", element.content, path, f"{kind} is an IA5String")
        return None
    if not content and not constraint:
        journal.add("san.dns_empty" if kind == "dNSName" else "san.text_empty", element.start, path)
    bad = _DNS_BAD if kind == "dNSName" else CONTROLS
    if len(content.translate(None, bad)) != len(content):
        journal.add(
            "san.dns_character" if kind == "dNSName" else "san.text_character",
            element.content,
            path,
        )
    return GeneralName(kind, content.decode("ascii"), content)


def _read_address(source: Source, element: Element, path: str, *, constraint: bool) -> GeneralName:
    content = source.content(element)
    if constraint and len(content) not in {8, 32}:
        source.journal.add(
            "name_constraints.ip_length", element.start, path, f"{len(content)} octets"
        )
    if not constraint and len(content) not in {4, 16}:
        source.journal.add("san.ip_length", element.start, path, f"{len(content)} octets")
    return GeneralName("iPAddress", "", content)


def _read_directory_name(source: Source, element: Element, path: str) -> GeneralName | None:
    cursor = Cursor(source, element.content, element.end, path)
    name = read_name(source, cursor.expect(0x30, "rdnSequence"), cursor.name("rdnSequence"))
    cursor.close()
    return None if name is None else GeneralName("directoryName", "", source.content(element), name)


def _read_other_name(source: Source, element: Element, path: str) -> GeneralName | None:
    cursor = Cursor(source, element.content, element.end, path)
    type_element = cursor.expect(0x06, "type-id")
    oid = read_oid(source, type_element, cursor.name("type-id")) if type_element else None
    wrapper = cursor.expect(0xA0, "value")
    cursor.close()
    if wrapper is None:
        return None
    inner = Cursor(source, wrapper.content, wrapper.end, cursor.name("value"))
    value = inner.take("value")
    inner.close()
    if value is None or oid is None:
        return None
    check_value(source, value, inner.path, NAME_DEPTH)
    text = decode_string(value.tag, source.content(value))[0] if value.tag in STRING_TAGS else None
    return GeneralName("otherName", text or "", source.raw(value), None, oid)
