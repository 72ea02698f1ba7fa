"""Checks in place: do these octets have the ordinary shape, and nothing to be noted?

This module knows the parts that are different in every certificate: the subject, the key,
alternative names, timestamps. It builds nothing and keeps nothing. A check says True only
where the readers of `names`, `keys`, `identifiers` and `transparency` would give a value
without any note; False and `Oddity` both mean: ask them.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from mtlspolicy.der.strings import CONTROLS, IA5, PRINTABLE, PRINTABLE_OCTETS, UTF8
from mtlspolicy.facts.certificate import LATER
from mtlspolicy.facts.names import ATTRIBUTE_RULES
from mtlspolicy.limits import MAX_INTEGER_BYTES, MAX_NAMES, MAX_RDNS

__all__ = ["Oddity", "check_name", "check_rsa", "content_of", "is_alt_name", "is_key_identifier", "is_timestamps", "long_length"]

_DNS_BAD: Final = CONTROLS + b" "


class Oddity(Exception):
    """Something that is not ordinary; never leaves this package."""


def long_length(octets: bytes, at: int) -> tuple[int, int]:
    """Return where the content begins and ends whose length octets, in the long form, are at `at`.

    The form is the shortest one (X.690, 10.1), and the end is not past the octets.
    """
    count = octets[at] - 0x80
    start = at + 1 + count
    length = int.from_bytes(octets[at + 1 : start], "big")
    if not 1 <= count <= 4 or length < 0x80 or octets[at + 1] == 0 or start + length > len(octets):  # noqa: PLR2004
        raise Oddity
    return start, start + length


def content_of(octets: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the element at `at` begins and ends."""
    length = octets[at + 1]
    return (at + 2, at + 2 + length) if length < 0x80 else long_length(octets, at + 1)  # noqa: PLR2004


def _content_key(dotted: str) -> bytes:
    numbers = [int(number) for number in dotted.split(".")]
    octets = b""
    for number in (40 * numbers[0] + numbers[1], *numbers[2:]):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return octets


_RULES: Final = {_content_key(oid): rule for oid, rule in ATTRIBUTE_RULES.items()}


def check_name(octets: bytes, at: int, end: int) -> object | None:
    """Return `LATER` where the RDNs are single attributes with short, plain values, else None."""
    count = 0
    while at < end:
        after = at + 2 + octets[at + 1]
        # SET { SEQUENCE { OID, value } } with nothing else in it, all lengths below 128
        if octets[at] != 0x31 or octets[at + 2] != 0x30 or octets[at + 4] != 0x06 or octets[at + 1] >= 0x80:  # noqa: PLR2004
            return None
        value = at + 6 + octets[at + 5]
        rule = _RULES.get(octets[at + 6 : value])
        length = octets[value + 1]
        if rule is None or octets[at + 3] != octets[at + 1] - 2 or value + 2 + length != after:
            return None
        tag = octets[value]
        text = octets[value + 2 : after]
        if tag not in rule[0] or not 1 <= length <= rule[1]:
            return None
        if tag == PRINTABLE:
            if text.translate(None, PRINTABLE_OCTETS):
                return None
        elif tag not in {UTF8, IA5} or not text.isascii() or not text.decode("ascii").isprintable():
            return None
        at = after
        count += 1
    return LATER if at == end and count <= MAX_RDNS else None


def check_rsa(octets: bytes, at: int, end: int) -> bool:
    """Whether a BIT STRING that ends at `end` holds an RSAPublicKey (RFC 3279, 2.3.1) of common size."""
    if octets[at] != 0x03 or octets[at + 1] < 0x80:  # noqa: PLR2004
        return False
    start, after = long_length(octets, at + 1)
    if after != end or octets[start] != 0 or octets[start + 1] != 0x30 or octets[start + 2] < 0x80:  # noqa: PLR2004
        return False
    start, after = long_length(octets, start + 2)
    if after != end or octets[start] != 0x02 or octets[start + 1] < 0x80:  # noqa: PLR2004
        return False
    start, after = long_length(octets, start + 1)
    return (
        after - start <= MAX_INTEGER_BYTES
        and _is_positive(octets, start)
        and octets[after] == 0x02  # noqa: PLR2004
        and 0 < octets[after + 1] < 0x80  # noqa: PLR2004
        and _is_positive(octets, after + 2)
        and (octets[after + 1] > 1 or octets[after + 2] != 0)
        and after + 2 + octets[after + 1] == end
    )


def _is_positive(octets: bytes, at: int) -> bool:
    """Whether an INTEGER of at least two octets at `at` is positive and has no padding."""
    return octets[at] < 0x80 and (octets[at] != 0 or octets[at + 1] >= 0x80)  # noqa: PLR2004


_ALT_NAMES: Final = [
    bytes((0x30, n + 9, 0x06, 0x03, 0x55, 0x1D, 0x11, 0x04, n + 2, 0x30, n)) for n in range(0x80 - 9)
]
"""How a non-critical subjectAltName begins, by the octets of its names (up to 118)."""


def is_alt_name(encoded: bytes) -> bool:
    """Whether a subjectAltName extension is not critical and holds dNSNames only, fit to be seen.

    The first octet of such a name (0x82) can be no octet of a host name. So splitting there
    gives exactly the names, each with its length before it, or something that is wrong.
    """
    size = len(encoded)
    if 11 < size < 0x82:  # noqa: PLR2004 - all lengths are short
        if encoded[:11] != _ALT_NAMES[size - 11]:
            return False
        start = 11
    else:
        at, end = content_of(encoded, 0)
        if encoded[at + 5] != 0x04:  # noqa: PLR2004
            return False
        at, after = content_of(encoded, at + 5)
        start, stop = content_of(encoded, at)
        if encoded[at] != 0x30 or not end == after == stop == size:  # noqa: PLR2004
            return False
    names = encoded[start:].split(b"\x82")
    if names[0] or not 2 <= len(names) <= MAX_NAMES + 1:  # noqa: PLR2004
        return False
    del names[0]
    parts = [name[1:] for name in names if name[0] == len(name) - 1 != 0]
    hosts = b"".join(parts)
    return len(parts) == len(names) and hosts.isascii() and hosts.translate(None, _DNS_BAD) == hosts


def is_key_identifier(encoded: bytes) -> bool:
    """Whether a subjectKeyIdentifier extension is not critical and holds 20 octets (a SHA-1 hash)."""
    return len(encoded) == 31 and encoded[:11] == b"\x30\x1d\x06\x03\x55\x1d\x0e\x04\x16\x04\x14"  # noqa: PLR2004


def is_timestamps(encoded: bytes) -> bool:
    """Whether an SCT list extension is not critical and holds version 1 SCTs without extensions.

    The TLS structure is checked as `transparency.parse_timestamps` does (RFC 6962, 3.2 and 3.3).
    """
    size = len(encoded)
    at, end = content_of(encoded, 0)
    if end != size or encoded[at : at + 13] != _TIMESTAMPS:
        return False
    at += 12
    octets = size - at - 6
    if 0x80 <= octets < 0xFD and encoded[at : at + 6] == _LISTS[octets]:  # noqa: PLR2004
        at += 6
    else:
        at, end = content_of(encoded, at)
        start, stop = content_of(encoded, at)
        if encoded[at] != 0x04 or not end == stop == size:  # noqa: PLR2004
            return False
        at = start
    if encoded[at] << 8 | encoded[at + 1] != size - at - 2:
        return False
    at += 2
    if at == size:
        return False
    while at < size:
        octets, version, extensions, _, signature = _TIMESTAMP.unpack_from(encoded, at)
        if version or extensions or octets != signature + 47:
            return False
        at += octets + 2
    return at == size


_TIMESTAMPS: Final = b"\x06\x0a\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02\x04"
_LISTS: Final = [bytes((0x04, 0x81, (n + 3) & 0xFF, 0x04, 0x81, n)) for n in range(0xFD)]
"""How an OCTET STRING in an OCTET STRING begins, by the octets of the inner one (128 to 252)."""
_TIMESTAMP: Final = Struct(">HB40xHHH")
"""Length, version 1, log id and time, length of extensions, algorithms, length of the signature."""
