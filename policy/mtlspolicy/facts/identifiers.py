"""Reading the extensions that identify keys and names: SKI, AKI, SAN, IAN.

This module knows four extension values. It does not match names nor keys.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.values import read_integer
from mtlspolicy.facts.certificate import (
    AuthorityKeyIdentifier,
    SubjectAltName,
    SubjectKeyIdentifier,
)
from mtlspolicy.facts.names import read_general_names

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source
    from mtlspolicy.facts.certificate import GeneralName

__all__ = [
    "read_authority_key_identifier",
    "read_issuer_alt_name",
    "read_subject_alt_name",
    "read_subject_key_identifier",
]


def read_subject_key_identifier(
    source: Source, element: Element, path: str, *, critical: bool
) -> SubjectKeyIdentifier | None:
    """Read a SubjectKeyIdentifier (RFC 5280, 4.2.1.2)."""
    del path  # an OCTET STRING has nothing that could be wrong inside
    return SubjectKeyIdentifier(source.content(element), critical)


def read_authority_key_identifier(
    source: Source, element: Element, path: str, *, critical: bool
) -> AuthorityKeyIdentifier | None:
    """Read an AuthorityKeyIdentifier (RFC 5280, 4.2.1.1)."""
    cursor = Cursor(source, element.content, element.end, path)
    key: bytes | None = None
    issuer: tuple[GeneralName, ...] | None = ()
    serial: int | None = None
    readable = has_issuer = has_serial = False
    if cursor.tag() == 0x80:  # [0] keyIdentifier
        part = cursor.take("keyIdentifier")
        key = source.content(part) if part else None
        readable = part is not None
    else:
        readable = True
    if cursor.tag() == 0xA1:  # [1] authorityCertIssuer
        has_issuer = True
        issuer = read_names_part(cursor, "authorityCertIssuer")
    if cursor.tag() == 0x82:  # [2] authorityCertSerialNumber
        has_serial = True
        part = cursor.take("authorityCertSerialNumber")
        serial = (
            read_integer(source, part, cursor.name("authorityCertSerialNumber")) if part else None
        )
        readable = readable and serial is not None
    readable = readable and cursor.position == cursor.end
    cursor.close()
    if issuer is None or not readable:
        return None
    if has_issuer != has_serial:
        # RFC 5280, appendix A.2: both present or both absent
        source.journal.add("aki.issuer_without_serial", element.start, path)
    return AuthorityKeyIdentifier(key, issuer, serial, critical)


def read_names_part(cursor: Cursor, part: str) -> tuple[GeneralName, ...] | None:
    """Read a GeneralNames (SIZE (1..MAX)) that stands next; its tag has been looked at."""
    element = cursor.take(part)
    if element is None:
        return None
    names = read_general_names(cursor.source, element.content, element.end, cursor.name(part))
    if names == ():
        cursor.source.journal.add("asn1.empty_list", element.start, cursor.name(part))
    return names


def read_subject_alt_name(
    source: Source, element: Element, path: str, *, critical: bool
) -> SubjectAltName | None:
    """Read a SubjectAltName (RFC 5280, 4.2.1.6)."""
    names = read_general_names(source, element.content, element.end, path)
    if names == ():
        source.journal.add("san.empty", element.start, path)
    return None if names is None else SubjectAltName(names, critical)


def read_issuer_alt_name(
    source: Source, element: Element, path: str, *, critical: bool
) -> SubjectAltName | None:
    """Read an IssuerAltName (RFC 5280, 4.2.1.7)."""
    names = read_general_names(source, element.content, element.end, path)
    if names == ():
        source.journal.add("asn1.empty_list", element.start, path)
    return None if names is None else SubjectAltName(names, critical)
