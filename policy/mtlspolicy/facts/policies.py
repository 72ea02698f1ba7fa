"""Reading the extensions about certificate policies (RFC 5280, 4.2.1.4, .5, .11, .14).

This module knows four extension values. It does not process policies along a path.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.generic import check_value
from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.strings import BMP, IA5, UTF8, VISIBLE, decode_string
from mtlspolicy.der.values import read_integer, read_oid, read_unsigned
from mtlspolicy.facts.certificate import (
    CertificatePolicies,
    InhibitAnyPolicy,
    PolicyConstraints,
    PolicyInformation,
    PolicyMappings,
)
from mtlspolicy.limits import MAX_OIDS

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = [
    "read_certificate_policies",
    "read_inhibit_any_policy",
    "read_policy_constraints",
    "read_policy_mappings",
]

_CPS: Final = "1.3.6.1.5.5.7.2.1"
_NOTICE: Final = "1.3.6.1.5.5.7.2.2"
_DISPLAY_TEXT: Final = frozenset({IA5, VISIBLE, BMP, UTF8})
_MOST_TEXT: Final = 200
_QUALIFIER_DEPTH: Final = 10


def read_certificate_policies(
    source: Source, element: Element, path: str, *, critical: bool
) -> CertificatePolicies | None:
    """Read a CertificatePolicies (RFC 5280, 4.2.1.4)."""
    cursor = Cursor(source, element.content, element.end, path)
    policies: list[PolicyInformation | None] = []
    while cursor.position < cursor.end:
        if len(policies) == MAX_OIDS:
            source.journal.add("limit.oids", cursor.position, path)
            return None
        policies.append(_read_policy(cursor, f"[{len(policies)}]"))
    if not policies:
        source.journal.add("asn1.empty_list", element.start, path)
    readable = tuple(policy for policy in policies if policy is not None)
    if len({policy.oid for policy in readable}) != len(readable):
        # RFC 5280, 4.2.1.4: a policy MUST NOT appear more than once
        source.journal.add("policies.repeated", element.start, path)
    return CertificatePolicies(readable, critical) if len(readable) == len(policies) else None


def _read_policy(outer: Cursor, part: str) -> PolicyInformation | None:
    source = outer.source
    element = outer.expect(0x30, part)
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, outer.path + part)
    oid = take_oid(cursor, "policyIdentifier")
    qualifiers: tuple[tuple[str, str], ...] | None = ()
    if cursor.tag() == 0x30:  # SEQUENCE
        qualifiers = _read_qualifiers(cursor)
    cursor.close()
    return None if oid is None or qualifiers is None else PolicyInformation(oid, qualifiers)


def take_oid(cursor: Cursor, part: str) -> str | None:
    """Read an OBJECT IDENTIFIER that stands next."""
    element = cursor.expect(0x06, part)
    return read_oid(cursor.source, element, cursor.name(part)) if element else None


def _read_qualifiers(outer: Cursor) -> tuple[tuple[str, str], ...] | None:
    source = outer.source
    element = outer.take("policyQualifiers")
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, outer.name("policyQualifiers"))
    if cursor.position == cursor.end:
        source.journal.add("asn1.empty_list", element.start, cursor.path)
    qualifiers: list[tuple[str, str] | None] = []
    while cursor.position < cursor.end:
        if len(qualifiers) == MAX_OIDS:
            source.journal.add("limit.oids", cursor.position, cursor.path)
            return None
        qualifiers.append(_read_qualifier(cursor, f"[{len(qualifiers)}]"))
    readable = tuple(qualifier for qualifier in qualifiers if qualifier is not None)
    return readable if len(readable) == len(qualifiers) else None


def _read_qualifier(outer: Cursor, part: str) -> tuple[str, str] | None:
    source = outer.source
    element = outer.expect(0x30, part)
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, outer.path + part)
    oid = take_oid(cursor, "policyQualifierId")
    value = cursor.take("qualifier")
    cursor.close()
    if oid is None or value is None:
        return None
    text = _qualifier_text(source, oid, value, cursor.name("qualifier"))
    return None if text is None else (oid, text)


def _qualifier_text(source: Source, oid: str, value: Element, path: str) -> str | None:
    if oid == _CPS:
        if value.tag != IA5:
            source.journal.add("asn1.tag", value.start, path, "a CPS pointer is an IA5String")
            return None
        return _text(source, value, path)
    if oid == _NOTICE:
        if value.tag != 0x30:  # SEQUENCE
            source.journal.add("asn1.tag", value.start, path, "a user notice is a SEQUENCE")
            return None
        return _read_notice(source, value, path)
    check_value(source, value, path, _QUALIFIER_DEPTH)
    return ""


def _text(source: Source, element: Element, path: str) -> str | None:
    text, code = decode_string(element.tag, source.content(element))
    if code:
        source.journal.add(code, element.content, path)
    return text


def _display_text(source: Source, element: Element, path: str) -> str | None:
    if element.tag not in _DISPLAY_TEXT:
        source.journal.add(
            "asn1.tag", element.start, path, f"identifier 0x{element.tag:02x} is no DisplayText"
        )
        return None
    text = _text(source, element, path)
    if text is not None and not 1 <= len(text) <= _MOST_TEXT:
        source.journal.add("policies.text_length", element.start, path, f"{len(text)} characters")
    return text


def _read_notice(source: Source, element: Element, path: str) -> str | None:
    """Read a UserNotice; its text is the explicit text, as a reference has none of its own."""
    cursor = Cursor(source, element.content, element.end, path)
    readable = True
    text: str | None = ""
    if cursor.tag() == 0x30:  # SEQUENCE
        readable = _read_reference(cursor)
    if cursor.position < cursor.end:
        part = cursor.take("explicitText")
        text = _display_text(source, part, cursor.name("explicitText")) if part else None
    cursor.close()
    return text if readable else None


def _read_reference(outer: Cursor) -> bool:
    source = outer.source
    element = outer.take("noticeRef")
    if element is None:
        return False
    cursor = Cursor(source, element.content, element.end, outer.name("noticeRef"))
    organization = cursor.take("organization")
    text = (
        _display_text(source, organization, cursor.name("organization")) if organization else None
    )
    numbers = cursor.expect(0x30, "noticeNumbers")
    cursor.close()
    if numbers is None or text is None:
        return False
    inside = Cursor(source, numbers.content, numbers.end, cursor.name("noticeNumbers"))
    readable = True
    while inside.position < inside.end:
        number = inside.expect(0x02, "number")
        value = read_integer(source, number, inside.name("number")) if number else None
        readable = readable and value is not None
    return readable


def read_policy_mappings(
    source: Source, element: Element, path: str, *, critical: bool
) -> PolicyMappings | None:
    """Read a PolicyMappings (RFC 5280, 4.2.1.5)."""
    cursor = Cursor(source, element.content, element.end, path)
    mappings: list[tuple[str, str] | None] = []
    while cursor.position < cursor.end:
        if len(mappings) == MAX_OIDS:
            source.journal.add("limit.oids", cursor.position, path)
            return None
        mappings.append(_read_mapping(cursor, f"[{len(mappings)}]"))
    if not mappings:
        source.journal.add("asn1.empty_list", element.start, path)
    readable = tuple(mapping for mapping in mappings if mapping is not None)
    return PolicyMappings(readable, critical) if len(readable) == len(mappings) else None


def _read_mapping(outer: Cursor, part: str) -> tuple[str, str] | None:
    element = outer.expect(0x30, part)
    if element is None:
        return None
    cursor = Cursor(outer.source, element.content, element.end, outer.path + part)
    issuer = take_oid(cursor, "issuerDomainPolicy")
    subject = take_oid(cursor, "subjectDomainPolicy")
    cursor.close()
    return None if issuer is None or subject is None else (issuer, subject)


def read_policy_constraints(
    source: Source, element: Element, path: str, *, critical: bool
) -> PolicyConstraints | None:
    """Read a PolicyConstraints (RFC 5280, 4.2.1.11)."""
    cursor = Cursor(source, element.content, element.end, path)
    if cursor.position == cursor.end:
        source.journal.add("policy_constraints.empty", element.start, path)
    values: list[int | None] = []
    readable = True
    for tag, part in ((0x80, "requireExplicitPolicy"), (0x81, "inhibitPolicyMapping")):
        value: int | None = None
        if cursor.tag() == tag:
            inner = cursor.take(part)
            value = read_unsigned(source, inner, cursor.name(part)) if inner else None
            readable = readable and value is not None
        values.append(value)
    readable = readable and cursor.position == cursor.end
    cursor.close()
    return PolicyConstraints(values[0], values[1], critical) if readable else None


def read_inhibit_any_policy(
    source: Source, element: Element, path: str, *, critical: bool
) -> InhibitAnyPolicy | None:
    """Read an InhibitAnyPolicy (RFC 5280, 4.2.1.14)."""
    skip = read_unsigned(source, element, path)
    return None if skip is None else InhibitAnyPolicy(skip, critical)
