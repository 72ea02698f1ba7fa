"""Reading what a key is for: EKU, KU, basic constraints, and Netscape's certificate type.

This module knows four extension values. It does not know which purposes are wanted.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.values import read_boolean, read_named_bits, read_oid, read_unsigned
from mtlspolicy.facts.certificate import (
    BasicConstraints,
    ExtendedKeyUsage,
    KeyUsage,
    NetscapeCertType,
)
from mtlspolicy.limits import MAX_OIDS

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = [
    "KEY_USAGE_BITS",
    "read_basic_constraints",
    "read_extended_key_usage",
    "read_key_usage",
    "read_netscape_cert_type",
]

KEY_USAGE_BITS: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""The named bits of KeyUsage in order (RFC 5280, 4.2.1.3)."""

NETSCAPE_BITS: Final = (
    "sslClient",
    "sslServer",
    "smime",
    "objectSigning",
    "reserved",
    "sslCA",
    "smimeCA",
    "objectSigningCA",
)
"""The named bits of Netscape's certificate type, as OpenSSL's x509v3 manual lists them."""


def read_extended_key_usage(
    source: Source, element: Element, path: str, *, critical: bool
) -> ExtendedKeyUsage | None:
    """Read an ExtKeyUsageSyntax (RFC 5280, 4.2.1.12)."""
    purposes = read_oids(source, element, path)
    if purposes is None:
        return None
    if not purposes:
        source.journal.add("eku.empty", element.start, path)
    if len(set(purposes)) != len(purposes):
        source.journal.add("eku.repeated_purpose", element.start, path)
    if critical:
        source.journal.add("eku.critical", element.start, path)
    return ExtendedKeyUsage(purposes, critical)


def read_oids(source: Source, element: Element, path: str) -> tuple[str, ...] | None:
    """Read a SEQUENCE OF OBJECT IDENTIFIER; None where one of them has no value."""
    cursor = Cursor(source, element.content, element.end, path)
    oids: list[str] = []
    whole = True
    while cursor.position < cursor.end:
        if len(oids) == MAX_OIDS:
            source.journal.add("limit.oids", cursor.position, path)
            return None
        part = f"{path}[{len(oids)}]"
        inner = cursor.expect(0x06, f"[{len(oids)}]")
        oid = read_oid(source, inner, part) if inner else None
        whole = whole and oid is not None
        oids.append(oid or "")
    return tuple(oids) if whole else None


def read_key_usage(
    source: Source, element: Element, path: str, *, critical: bool
) -> KeyUsage | None:
    """Read a KeyUsage (RFC 5280, 4.2.1.3)."""
    bits = read_named_bits(source, element, path, KEY_USAGE_BITS)
    if bits is None:
        return None
    if not bits:
        source.journal.add("ku.empty", element.start, path)
    return KeyUsage(bits, critical)


def read_netscape_cert_type(
    source: Source, element: Element, path: str, *, critical: bool
) -> NetscapeCertType | None:
    """Read Netscape's certificate type."""
    bits = read_named_bits(source, element, path, NETSCAPE_BITS)
    return None if bits is None else NetscapeCertType(bits, critical)


def read_basic_constraints(
    source: Source, element: Element, path: str, *, critical: bool
) -> BasicConstraints | None:
    """Read a BasicConstraints (RFC 5280, 4.2.1.9)."""
    cursor = Cursor(source, element.content, element.end, path)
    ca: bool | None = False
    length: int | None = None
    readable = True
    if cursor.tag() == 0x01:
        ca = read_default_false(cursor, "cA")
    if cursor.tag() == 0x02:  # INTEGER
        part = cursor.take("pathLenConstraint")
        length = read_unsigned(source, part, cursor.name("pathLenConstraint")) if part else None
        readable = length is not None
    readable = readable and cursor.position == cursor.end
    cursor.close()
    if ca is None or not readable:
        return None
    if length is not None and not ca:
        source.journal.add("basic_constraints.path_length_without_ca", element.start, path)
    return BasicConstraints(ca, length, critical)


def read_default_false(cursor: Cursor, part: str) -> bool | None:
    """Read a BOOLEAN DEFAULT FALSE that is present; DER leaves the default out (X.690, 11.5)."""
    element = cursor.take(part)
    value = read_boolean(cursor.source, element, cursor.name(part)) if element else None
    if element is not None and value is False:
        cursor.source.journal.add("der.default_encoded", element.start, cursor.name(part), "FALSE")
    return value
