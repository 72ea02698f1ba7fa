"""Checks in place: whether octets have the ordinary shape, with nothing to be noted.

This module knows the parts that are different in every certificate: the subject, the key,
alternative names, timestamps. It builds nothing and keeps nothing. A check says True only
where the readers of `names`, `keys`, `identifiers` and `transparency` would give a value
without any note; False and `OddityError` both mean: ask them.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from struct import Struct
from typing import Final

from mtlspolicy.der.strings import CONTROLS, IA5, PRINTABLE, PRINTABLE_OCTETS, UTF8
from mtlspolicy.facts.certificate import LATER
from mtlspolicy.facts.names import ATTRIBUTE_RULES
from mtlspolicy.limits import MAX_INTEGER_BYTES, MAX_NAMES, MAX_RDNS

__all__ = [
    "KEY_IDENTIFIER_HEAD",
    "OddityError",
    "check_name",
    "check_rsa",
    "content_of",
    "expected_head",
    "is_alt_name",
    "is_key_identifier",
    "is_timestamps",
    "long_length",
]

_DNS_BAD: Final = CONTROLS + b" "


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


_RDN: Final = Struct("6B")
"""Identifier and length of SET, SEQUENCE and OBJECT IDENTIFIER."""


def check_name(octets: bytes, at: int, end: int) -> object | None:
    """Return `LATER` where the RDNs are single attributes with short, plain values, else None."""
    count = 0
    while at < end:
        # SET { SEQUENCE { OID, value } } with nothing else in it, all lengths below 128
        set_tag, size, sequence_tag, inside, oid_tag, length = _RDN.unpack_from(octets, at)
        after = at + 2 + size
        value = at + 6 + length
        rule = _RULES.get(octets[at + 6 : value])
        if (
            rule is None
            or set_tag != 0x31
            or sequence_tag != 0x30
            or oid_tag != 0x06
            or not 2 <= size < 0x80
            or inside != size - 2
        ):
            return None
        tag = octets[value]
        length = octets[value + 1]
        if value + 2 + length != after:
            return None
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


def expected_head(oid: bytes, tag: int, size: int) -> bytes:
    """Return how a non-critical extension of `size` octets begins, up to its value's content.

    `oid` is the encoded extnID, `tag` the identifier octet of the value. In DER the size of
    the whole determines every length in it. Where none fits, the answer begins nothing.
    """
    whole = _head_of(0x30, size)
    octets = _head_of(0x04, size - len(whole) - len(oid))
    value = _head_of(tag, size - len(whole) - len(oid) - len(octets))
    return whole + oid + octets + value if whole and octets and value else b"\xff"


def _head_of(tag: int, size: int) -> bytes:
    """Return identifier and length of an element of `size` octets in all, or nothing."""
    for octets, least, most in ((0, 0, 0x7F), (1, 0x80, 0xFF), (2, 0x100, 0xFFFF)):
        length = size - 2 - octets
        if least <= length <= most:
            first = 0x80 | octets if octets else length
            return bytes((tag, first)) + (length.to_bytes(octets, "big") if octets else b"")
    return b""


def is_alt_name(der: bytes, at: int, end: int) -> bool:
    """Whether a subjectAltName extension is not critical and holds dNSNames only, fit to be seen.

    The first octet of such a name (0x82) can be no octet of a host name. So splitting there
    gives exactly the names, each with its length before it, or something that is wrong.
    """
    head = _alt_name_heads.get(end - at) or _new_head(_alt_name_heads, _ALT_NAME, 0x30, end - at)
    if not der.startswith(head, at):
        return False
    names = der[at + len(head) : end].split(b"\x82")
    if names[0] or not 2 <= len(names) <= MAX_NAMES + 1:
        return False
    del names[0]
    bad = 0
    for name in names:
        length = name[0]
        if length != len(name) - 1 or not length:
            return False
        if length <= 0x20 or length == 0x7F:  # counted below with the bad octets
            bad += 1
    hosts = b"".join(names)
    return hosts.isascii() and len(hosts) - bad == len(hosts.translate(None, _DNS_BAD))


def is_key_identifier(der: bytes, at: int, end: int) -> bool:
    """Whether a subjectKeyIdentifier extension is not critical and holds 20 octets."""
    return end - at == 31 and der.startswith(KEY_IDENTIFIER_HEAD, at)


def is_timestamps(der: bytes, at: int, end: int) -> bool:
    """Whether an SCT list extension is not critical and holds version 1 SCTs without extensions.

    The TLS structure is checked as `transparency.parse_timestamps` does (RFC 6962, 3.2 and 3.3).
    """
    head = _timestamps_heads.get(end - at) or _new_head(
        _timestamps_heads, _TIMESTAMPS, 0x04, end - at
    )
    if not der.startswith(head, at):
        return False
    at += len(head) + 2
    if at >= end or der[at - 2] << 8 | der[at - 1] != end - at:
        return False
    while at < end:
        octets, version, extensions, _, signature = _TIMESTAMP.unpack_from(der, at)
        if version or extensions or octets != signature + 47:
            return False
        at += octets + 2
    return at == end


KEY_IDENTIFIER_HEAD: Final = b"\x30\x1d\x06\x03\x55\x1d\x0e\x04\x16\x04\x14"
"""How a subjectKeyIdentifier of 20 octets begins; these follow, and they can be any."""
_ALT_NAME: Final = b"\x06\x03\x55\x1d\x11"
_TIMESTAMPS: Final = b"\x06\x0a\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02"
_TIMESTAMP: Final = Struct(">HB40xHHH")
"""Length, version 1, log id and time, length of extensions, algorithms, length of the signature."""

_alt_name_heads: dict[int, bytes] = {}
_timestamps_heads: dict[int, bytes] = {}
"""Heads by the size of the extension: at most 65,539 of a dozen octets."""


def _new_head(heads: dict[int, bytes], oid: bytes, tag: int, size: int) -> bytes:
    head = heads[size] = expected_head(oid, tag, size)
    return head
