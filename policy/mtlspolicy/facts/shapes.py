"""Checks in place: whether octets have the ordinary shape, with nothing to be noted.

This module knows the parts that are different in every certificate: the key, alternative
names, timestamps. It builds nothing, and keeps nothing but heads of extensions, which follow
from their size. A check says yes only where the readers of `names`, `keys`, `identifiers` and
`transparency` would give a value without any note; a no, `OddityError` and IndexError all
mean: ask them.

Where an extension is checked in place, the answer is the *span* of what is different in
it: where that begins, and where it and the extension end, in one number.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from struct import Struct
from typing import Final

from mtlspolicy.limits import MAX_INTEGER_BYTES, MAX_NAMES

__all__ = [
    "END",
    "KEY_IDENTIFIER_HEAD",
    "SHIFT",
    "OddityError",
    "check_rsa",
    "content_of",
    "expected_head",
    "long_length",
    "span_of_alt_name",
    "span_of_critical_alt_name",
    "span_of_key_identifier",
    "span_of_timestamps",
]

SHIFT: Final = 20
"""Bits of the end in a span: what is read in place has at most 65,539 octets."""
END: Final = (1 << SHIFT) - 1


class OddityError(Exception):
    """Something that is not ordinary; never leaves this package."""


def long_length(octets: bytes, at: int) -> tuple[int, int]:
    """Return where the content begins and ends whose length octets, in the long form, are at `at`.

    The form is the shortest one (X.690, 10.1), and the end is not past the octets.
    """
    count = octets[at] - 0x80
    start = at + 1 + count
    length = int.from_bytes(octets[at + 1 : start], "big")
    if not 1 <= count <= 4 or length < 0x80 or octets[at + 1] == 0 or start + length > len(octets):
        raise OddityError
    return start, start + length


def content_of(octets: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the element at `at` begins and ends."""
    length = octets[at + 1]
    return (at + 2, at + 2 + length) if length < 0x80 else long_length(octets, at + 1)


def check_rsa(octets: bytes, at: int, end: int) -> bool:
    """Whether a BIT STRING up to `end` holds an RSAPublicKey (RFC 3279, 2.3.1) of common size."""
    if octets[at] != 0x03 or octets[at + 1] < 0x80:
        return False
    start, after = long_length(octets, at + 1)
    if after != end or octets[start] != 0 or octets[start + 1] != 0x30 or octets[start + 2] < 0x80:
        return False
    start, after = long_length(octets, start + 2)
    if after != end or octets[start] != 0x02 or octets[start + 1] < 0x80:
        return False
    start, after = long_length(octets, start + 1)
    return (
        after - start <= MAX_INTEGER_BYTES
        and _is_positive(octets, start)
        and octets[after] == 0x02
        and 0 < octets[after + 1] < 0x80
        and _is_positive(octets, after + 2)
        and (octets[after + 1] > 1 or octets[after + 2] != 0)
        and after + 2 + octets[after + 1] == end
    )


def _is_positive(octets: bytes, at: int) -> bool:
    """Whether an INTEGER of at least two octets at `at` is positive and has no padding."""
    return octets[at] < 0x80 and (octets[at] != 0 or octets[at + 1] >= 0x80)


# In the checks below the size of an extension is read first, and its whole head, all lengths
# included, is held to what DER demands for that size: a wrong length fits no head.


def span_of_critical_alt_name(der: bytes, at: int) -> int:
    """Return the same of one that is critical (RFC 5280, 4.1.2.6: beside an empty subject)."""
    return span_of_alt_name(der, at, _CRITICAL_ALT_NAMES)


def span_of_alt_name(der: bytes, at: int, heads: _Heads | None = None) -> int:
    """Return the span of the names of a subjectAltName extension, 0 where it is another one.

    It is not critical, and has host names only: dNSNames of 1 to 127 letters, digits, dots,
    hyphens, underscores and asterisks.
    """
    if heads is None:
        heads = _ALT_NAMES
    octets = der[at + 1]
    size = octets + 2 if octets < 0x80 else _size_of(der, at)
    head = heads[size]
    if not der.startswith(head, at):
        return 0
    after = at + size
    at += len(head)
    # Neither a host name nor a length has an octet 0x82, the tag of a dNSName. So splitting
    # there gives exactly the names, each with its length before it; the head had the first tag.
    names = der[at:after].translate(_LETTERS).split(b"\x82")
    if len(names) > MAX_NAMES or not (_HOSTS.issuperset(names) or _are_hosts(der[at:after])):
        return 0
    return at - 1 << SHIFT | after


def _are_hosts(names: bytes) -> bool:
    """Whether there are host names of any length, each with its length, between the tags."""
    return all(
        1 < len(name) <= 0x80 and name[0] == len(name) - 1 and not name[1:].translate(None, _HOST)
        for name in names.split(b"\x82")
    )


def span_of_key_identifier(der: bytes, at: int) -> int:
    """Return the span of the 20 octets of a subjectKeyIdentifier that is not critical, else 0."""
    return at + 11 << SHIFT | at + 31 if der.startswith(KEY_IDENTIFIER_HEAD, at) else 0


def span_of_timestamps(der: bytes, at: int) -> int:
    """Return the span of the SCTs of an SCT list that is not critical, 0 for another extension.

    They are of version 1 and without extensions; the TLS structure is checked as
    `transparency.parse_timestamps` does (RFC 6962, 3.2 and 3.3).
    """
    # two timestamps or more: the usual length has two octets
    size = (der[at + 2] << 8 | der[at + 3]) + 4 if der[at + 1] == 0x82 else _size_of(der, at)
    head = _SCT_LISTS[size]
    if not der.startswith(head, at):
        return 0
    after = at + size
    at += len(head)
    start = at
    while at < after:
        octets, version, extensions, signature = _TIMESTAMP.unpack_from(der, at)
        if version or extensions or octets != signature + 47:
            return 0
        at += octets + 2
    return start << SHIFT | after if at == after else 0


def _size_of(der: bytes, at: int) -> int:
    """Return the octets of the element at `at`, whatever form its length has; 0 where huge."""
    if der[at + 1] < 0x80:
        return der[at + 1] + 2
    if der[at + 1] == 0x81:
        return der[at + 2] + 3
    return (der[at + 2] << 8 | der[at + 3]) + 4 if der[at + 1] == 0x82 else 0


_HOST: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*"
_LETTERS: Final = bytes(0x61 if octet in _HOST else octet for octet in range(0x100))
"""What makes one letter of all that host names have, `a`, and leaves other octets as they are."""
_HOSTS: Final = frozenset(
    bytes((length,)) + b"a" * length for length in range(1, 0x80) if length not in _HOST
)
"""Host names with their lengths before them, all letters made one. Of those as long as the number
of a letter this cannot show the length."""
KEY_IDENTIFIER_HEAD: Final = b"\x30\x1d\x06\x03\x55\x1d\x0e\x04\x16\x04\x14"
"""How a subjectKeyIdentifier of 20 octets begins; these follow, and they can be any."""
_TIMESTAMP: Final = Struct(">HB40xH2xH")
"""Length, version, log id and time, length of extensions, algorithms, length of the signature."""


class _Heads(dict[int, bytes]):
    """How an extension begins, by its size: at most 65,539 entries of two dozen octets.

    `before`: encoded extnID, and critical where it is True; `tag`: of the value. `first`: what
    follows that always is the same, None for the length of a TLS vector.
    """

    def __init__(self, before: bytes, tag: int, first: bytes | None) -> None:
        super().__init__()
        self._before, self._tag, self._first = before, tag, first

    def __missing__(self, size: int) -> bytes:
        head = expected_head(self._before, self._tag, size)
        rest = size - len(head)
        if self._first is not None:
            head += self._first
        elif head != _NO_HEAD:
            # RFC 6962, 3.3: a list has at least one octet
            head = head + (rest - 2).to_bytes(2, "big") if rest > 2 else _NO_HEAD
        self[size] = head
        return head


_NO_HEAD: Final = b"\xff"
"""Begins nothing: no extension has this tag."""


def expected_head(before: bytes, tag: int, size: int) -> bytes:
    """Return how an extension of `size` octets begins, up to its value's content.

    `before` is the encoded extnID, and critical where it is True; `tag` the identifier octet of
    the value. In DER the size of the whole determines every length in it. Where none fits,
    the answer begins nothing.
    """
    whole = _head_of(0x30, size)
    octets = _head_of(0x04, size - len(whole) - len(before))
    value = _head_of(tag, size - len(whole) - len(before) - len(octets))
    return whole + before + octets + value if whole and octets and value else _NO_HEAD


def _head_of(tag: int, size: int) -> bytes:
    """Return identifier and length of an element of `size` octets in all, or nothing."""
    for octets, least, most in ((0, 0, 0x7F), (1, 0x80, 0xFF), (2, 0x100, 0xFFFF)):
        length = size - 2 - octets
        if least <= length <= most:
            first = 0x80 | octets if octets else length
            return bytes((tag, first)) + (length.to_bytes(octets, "big") if octets else b"")
    return b""


_ALT_NAMES: Final = _Heads(b"\x06\x03\x55\x1d\x11", 0x30, b"\x82")
_CRITICAL_ALT_NAMES: Final = _Heads(b"\x06\x03\x55\x1d\x11\x01\x01\xff", 0x30, b"\x82")
_SCT_LISTS: Final = _Heads(b"\x06\x0a\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02", 0x04, None)
