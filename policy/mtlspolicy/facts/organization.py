"""Reading the CA/Browser Forum's organisation identifier extension (EVG 7.1.2.2).

This module knows its syntax. It must not know which organisation is meant, nor what the
subject says of it.
"""

# ruff: noqa: PLR2004 - tags are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.strings import PRINTABLE, UTF8, decode_string
from mtlspolicy.facts.certificate import OrganizationIdentifier

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = ["read_organization_identifier"]


def read_organization_identifier(
    source: Source, element: Element, path: str, *, critical: bool
) -> OrganizationIdentifier | None:
    """Read the SEQUENCE of scheme, country, state (optional) and reference."""
    cursor = Cursor(source, element.content, element.end, path)
    scheme = _take(cursor, PRINTABLE, "registrationSchemeIdentifier")
    country = _take(cursor, PRINTABLE, "registrationCountry")
    state: str | None = ""
    if cursor.tag() == 0x80:  # [0] IMPLICIT PrintableString
        state = _take(cursor, 0x80, "registrationStateOrProvince")
    reference = _take(cursor, UTF8, "registrationReference")
    whole = cursor.position == cursor.end
    cursor.close()
    if scheme is None or country is None or state is None or reference is None or not whole:
        return None
    return OrganizationIdentifier(scheme, country, state, reference, critical)


def _take(cursor: Cursor, tag: int, part: str) -> str | None:
    element = cursor.expect(tag, part)
    if element is None:
        return None
    kind = PRINTABLE if tag == 0x80 else tag
    text, code = decode_string(kind, cursor.source.content(element))
    if code:
        cursor.source.journal.add(code, element.content, cursor.name(part))
    return text
