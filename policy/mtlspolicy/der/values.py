"""Contents of the basic types: BOOLEAN, INTEGER, BIT STRING, NULL, OBJECT IDENTIFIER.

This module knows what octets mean under a type (X.690, 8 and 11). Each function takes an
element whose tag has been checked, reports departures, and returns None where there is
no one value.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.oids import decode_oid, oid_faults
from mtlspolicy.limits import MAX_INTEGER_BYTES

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = [
    "LONG_OID",
    "read_bit_string",
    "read_boolean",
    "read_integer",
    "read_named_bits",
    "read_null",
    "read_oid",
]
__all__ += ["read_unsigned"]

LONG_OID: Final = 20
"""Content octets of an identifier from which on implementations begin to refuse it: the
longest in common use, those from a UUID under 2.25, take 19 or 20."""


def read_boolean(source: Source, element: Element, path: str) -> bool | None:
    """Read a BOOLEAN: one octet, and in DER that is 00 or FF (X.690, 8.2 and 11.1)."""
    content = source.content(element)
    if len(content) != 1:
        source.journal.add("asn1.boolean_length", element.start, path, f"{len(content)} octets")
        return None
    if content[0] not in {0x00, 0xFF}:
        source.journal.add(
            "der.boolean_not_canonical", element.content, path, f"0x{content[0]:02x}"
        )
    return content[0] != 0


def read_integer(source: Source, element: Element, path: str) -> int | None:
    """Read an INTEGER of any sign (X.690, 8.3)."""
    content = source.content(element)
    if not content:
        source.journal.add("asn1.integer_empty", element.start, path)
        return None
    if len(content) > MAX_INTEGER_BYTES:
        source.journal.add("limit.integer_bytes", element.start, path, f"{len(content)} octets")
        return None
    # X.690, 8.3.2: the first nine bits are not all equal
    if len(content) > 1 and (content[0], content[1] >> 7) in {(0x00, 0), (0xFF, 1)}:
        source.journal.add("der.integer_not_minimal", element.content, path)
    return int.from_bytes(content, "big", signed=True)


def read_unsigned(source: Source, element: Element, path: str) -> int | None:
    """Read an INTEGER (0..MAX); a negative number is a broken constraint and no value."""
    number = read_integer(source, element, path)
    if number is not None and number < 0:
        source.journal.add("asn1.integer_negative", element.content, path)
        return None
    return number


def read_null(source: Source, element: Element, path: str) -> bool:
    """Read a NULL: no content (X.690, 8.8.2)."""
    if element.content == element.end:
        return True
    source.journal.add("asn1.null_content", element.start, path)
    return False


def read_oid(source: Source, element: Element, path: str) -> str | None:
    """Read an OBJECT IDENTIFIER as dotted text (X.690, 8.19)."""
    content = source.content(element)
    faults = oid_faults(content)
    for code in faults:
        source.journal.add(code, element.content, path)
    if faults and faults != ("der.oid_padded",):
        return None
    if len(content) > LONG_OID:
        source.journal.add("oid.long", element.content, path, f"{len(content)} octets")
    return decode_oid(content)


def read_bit_string(source: Source, element: Element, path: str) -> tuple[int, bytes] | None:
    """Read a BIT STRING as (unused bits, octets) (X.690, 8.6 and 11.2.1)."""
    content = source.content(element)
    if not content:
        source.journal.add("asn1.bit_string_empty", element.start, path)
        return None
    unused = content[0]
    if unused > 7 or (unused and len(content) == 1):  # X.690, 8.6.2.2 and 8.6.2.3
        source.journal.add("asn1.unused_bits", element.content, path, f"{unused} unused bits")
        return None
    if unused and content[-1] & ((1 << unused) - 1):
        source.journal.add("der.unused_bits_nonzero", element.end - 1, path)
    return unused, content[1:]


def read_named_bits(
    source: Source, element: Element, path: str, names: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Read a BIT STRING with named bits as the names of those set, in bit order.

    Bits beyond those that have a name are reported and left out.
    """
    bits = read_bit_string(source, element, path)
    if bits is None:
        return None
    unused, octets = bits
    # X.690, 11.2.2: no trailing zero bits; without any set bit the string is empty
    if octets and not octets[-1] >> unused & 1:
        source.journal.add("der.named_bits_not_minimal", element.content, path)
    used = len(octets) * 8 - unused
    if used > len(names):
        source.journal.add(
            "bits.unnamed", element.content, path, f"{used} bits, {len(names)} have a name"
        )
        used = len(names)
    return tuple(names[i] for i in range(used) if octets[i // 8] & 0x80 >> i % 8)
