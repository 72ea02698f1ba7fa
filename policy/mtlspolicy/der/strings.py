"""Character string types: which octets are text of which type (X.680, 41; X.690, 8.23).

This module knows repertoires. It does not know which type is due where.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "BMP",
    "CONTROLS",
    "IA5",
    "NUMERIC",
    "PRINTABLE",
    "STRING_TAGS",
    "TELETEX",
    "UNIVERSAL",
    "UTF8",
    "VISIBLE",
]
__all__ += ["PRINTABLE_OCTETS", "decode_string"]

UTF8: Final = 0x0C
NUMERIC: Final = 0x12
PRINTABLE: Final = 0x13
TELETEX: Final = 0x14
IA5: Final = 0x16
VISIBLE: Final = 0x1A
UNIVERSAL: Final = 0x1C
BMP: Final = 0x1E

STRING_TAGS: Final = frozenset({UTF8, NUMERIC, PRINTABLE, TELETEX, IA5, VISIBLE, UNIVERSAL, BMP})
"""Identifier octets of the string types that are read as text."""

PRINTABLE_OCTETS: Final = (
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?"
)
"""The repertoire of PrintableString (X.680, 41.4, table 10)."""

CONTROLS: Final = bytes(range(0x20)) + b"\x7f"
"""The octets of C0 controls and DELETE."""

_REPERTOIRES: Final[dict[int, bytes]] = {
    PRINTABLE: PRINTABLE_OCTETS,
    NUMERIC: b"0123456789 ",
    VISIBLE: bytes(range(0x20, 0x7F)),
    IA5: bytes(range(0x80)),
}
_CODECS: Final[dict[int, str]] = {UTF8: "utf-8", BMP: "utf-16-be", UNIVERSAL: "utf-32-be"}


def decode_string(tag: int, content: bytes) -> tuple[str | None, str]:
    """Return the text of `content` under the string type `tag`, and a code or "".

    None where the octets are no text of that type.
    """
    repertoire = _REPERTOIRES.get(tag)
    if repertoire is not None:
        if content.translate(None, repertoire):
            return None, "asn1.string_character"
        return content.decode("ascii"), ""
    if tag == TELETEX:
        # NOTE: T.61 and Latin-1 give the octets from 0x80 different letters, and implementations
        # disagree which to use. Only what all read alike is text to us.
        return (content.decode("ascii"), "") if content.isascii() else (None, "name.teletex")
    return _decode_unicode(tag, content)


def _decode_unicode(tag: int, content: bytes) -> tuple[str | None, str]:
    try:
        text = content.decode(_CODECS[tag])
    except UnicodeDecodeError:
        return None, "asn1.string_encoding"
    # X.680, 41.15: BMPString has no characters outside the Basic Multilingual Plane
    if tag == BMP and any(character > "\uffff" for character in text):
        return None, "asn1.string_encoding"
    return text, ""
