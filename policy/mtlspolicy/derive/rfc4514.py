"""Distinguished names written as strings: reading RFC 4514.

This module knows the grammar of RFC 4514, 3 and what a written name may stand for. It
must not know certificates beyond the shape of a canonical name.
"""

from __future__ import annotations

import re
from typing import Final

from mtlspolicy.derive.distinguished import NAMES, TEXT, CanonicalName, fold
from mtlspolicy.patterns import pattern
from mtlspolicy.records import dataclass

__all__ = ["WrittenName", "parse"]

_KEYWORDS: Final = {keyword.lower(): oid for oid, keyword in NAMES.items()} | {
    # other spellings in common use
    "e": "1.2.840.113549.1.9.1",
    "email": "1.2.840.113549.1.9.1",
    "s": "2.5.4.8",
    "sp": "2.5.4.8",
    "t": "2.5.4.12",
    "gn": "2.5.4.42",
    "surname": "2.5.4.4",
    "userid": "0.9.2342.19200300.100.1.1",
    "domaincomponent": "0.9.2342.19200300.100.1.25",
    "commonname": "2.5.4.3",
    "localityname": "2.5.4.7",
    "stateorprovincename": "2.5.4.8",
    "organizationname": "2.5.4.10",
    "organizationalunitname": "2.5.4.11",
    "countryname": "2.5.4.6",
    "streetaddress": "2.5.4.9",
}

_OID: Final = pattern(r"(?:[0-2])(?:\.(?:0|[1-9][0-9]*))+")
_MAX_TEXT: Final = 16_384
"""Characters of a written name: more than any name within the bounds of the reader takes."""

_ESCAPED: Final = ' "#+,;<=>\\'
_UNESCAPED: Final = frozenset('"+,;<>\\\0')


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name as written.

    `rdns`: in the order of the encoding, each with its attributes as (dotted OID, prepared
    text or exact encoding).
    """

    rdns: tuple[tuple[tuple[str, str | bytes], ...], ...]

    def matches(
        self, name: CanonicalName, encodings: tuple[tuple[tuple[str, bytes], ...], ...]
    ) -> bool:
        """Whether this is `name`, attribute by attribute (RFC 5280, 7.1).

        `encodings` are the attributes of `name` as (dotted OID, encoding), for values that
        were written as ``#`` and hexadecimal digits.
        """
        if len(self.rdns) != len(name):
            return False
        return all(map(_same, self.rdns, name, encodings))


def _same(
    written: tuple[tuple[str, str | bytes], ...],
    rdn: tuple[tuple[str, int, str | bytes], ...],
    encodings: tuple[tuple[str, bytes], ...],
) -> bool:
    texts = sorted((oid, value) for oid, value in written if isinstance(value, str))
    octets = sorted((oid, value) for oid, value in written if isinstance(value, bytes))
    if not octets:  # the common case: every value as text
        found = sorted((oid, value) for oid, kind, value in rdn if kind == TEXT)
        return texts == found and len(texts) == len(rdn)
    # RFC 4514 writes one attribute of a type per relative name in nearly all names, so
    # taking the encoded ones away first leaves no choice.
    left = list(encodings)
    for pair in octets:
        if pair not in left:
            return False
        left.remove(pair)
    wanted = {oid for oid, _ in left}
    rest = sorted((oid, value) for oid, kind, value in rdn if kind == TEXT and oid in wanted)
    return len(left) == len(texts) and texts == rest


def parse(text: str) -> WrittenName | None:
    """Read `text` (RFC 4514, 3), or return None; also for the empty name, which names nobody."""
    if not 0 < len(text) <= _MAX_TEXT:
        return None
    rdns: list[tuple[tuple[str, str | bytes], ...]] = []
    attributes: list[tuple[str, str | bytes]] = []
    position = 0
    while True:
        read = _assertion(text, position)
        if read is None:
            return None
        attribute, position = read
        attributes.append(attribute)
        separator = text[position : position + 1]
        if separator != "+":
            rdns.append(tuple(attributes))
            attributes = []
        if not separator:
            # 2.1: the last relative name of the encoding is written first
            return WrittenName(tuple(reversed(rdns)))
        position += 1


def _assertion(text: str, start: int) -> tuple[tuple[str, str | bytes], int] | None:
    """Read one ``type=value`` from `start`; return it and where its separator stands."""
    keyword, equals, _ = text[start:].partition("=")
    # NOTE: RFC 4514 has no spaces around separators; RFC 2253 (4) had, and so do people.
    oid = _KEYWORDS.get(keyword.strip(" ").lower()) or keyword.strip(" ").lower().removeprefix(
        "oid."
    )
    if not equals or not _OID.fullmatch(oid):
        return None
    position = start + len(keyword) + 1
    while text[position : position + 1] == " ":
        position += 1
    read = (
        _hexadecimal(text, position)
        if text[position : position + 1] == "#"
        else _string(text, position)
    )
    return None if read is None else ((oid, read[0]), read[1])


def _hexadecimal(text: str, start: int) -> tuple[bytes, int] | None:
    found = re.compile(r"#((?:[0-9A-Fa-f]{2})+) *(?=[,+]|$)").match(text, start)
    return None if found is None else (bytes.fromhex(found[1]), found.end())


def _string(text: str, start: int) -> tuple[str, int] | None:
    """Read a value up to its separator: escapes resolved, prepared for comparison."""
    octets = bytearray()
    position = start
    kept = 0  # what an escape wrote stays, even where it is a space at the end
    while position < len(text) and text[position] not in ",+":
        character = text[position]
        if character == "\\":
            escaped = _escape(text, position + 1)
            if escaped is None:
                return None
            octets += escaped[0]
            position = escaped[1]
            kept = len(octets)
        elif character in _UNESCAPED:
            return None
        else:
            octets += character.encode(errors="surrogatepass")  # `fold` refuses surrogates
            position += 1
    value = bytes(octets[:kept] + octets[kept:].rstrip(b" "))
    try:
        prepared = fold(value.decode())
    except UnicodeDecodeError:
        return None
    return None if prepared is None else (prepared, position)


def _escape(text: str, position: int) -> tuple[bytes, int] | None:
    """Read what follows a backslash: a special character, or two hexadecimal digits."""
    character = text[position : position + 1]
    if character and character in _ESCAPED:
        return character.encode(), position + 1
    pair = text[position : position + 2]
    if re.fullmatch(r"[0-9A-Fa-f]{2}", pair):
        return bytes.fromhex(pair), position + 2
    return None
