"""Checks in place: do these octets have the ordinary shape, and nothing to be noted?

This module knows the parts that are different in every certificate: the subject, the key,
alternative names, timestamps. It builds nothing and keeps nothing. A check says True only
where the readers of `names`, `keys`, `identifiers` and `transparency` would give a value
without any note; False and `Oddity` both mean: ask them.
"""

from __future__ import annotations

from typing import Final

from mtlspolicy.der.strings import CONTROLS, IA5, PRINTABLE, PRINTABLE_OCTETS, UTF8
from mtlspolicy.facts.certificate import LATER
from mtlspolicy.facts.names import ATTRIBUTE_RULES
from mtlspolicy.facts.transparency import is_first_version
from mtlspolicy.limits import MAX_INTEGER_BYTES, MAX_NAMES, MAX_RDNS

__all__ = ["Oddity", "check_name", "check_rsa", "check_subject_alt_name", "check_timestamps", "long_length"]

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


def check_subject_alt_name(octets: bytes, at: int, end: int) -> bool:
    """Whether a GeneralNames that ends at `end` has names of the common kinds, all in order."""
    if octets[at] != 0x30:  # noqa: PLR2004
        return False
    length = octets[at + 1]
    start, after = (at + 2, at + 2 + length) if length < 0x80 else long_length(octets, at + 1)  # noqa: PLR2004
    if after != end or start == end:
        return False
    at = start
    hosts: list[bytes] = []
    count = 0
    while at < end:
        length = octets[at + 1]
        after = at + 2 + length
        tag = octets[at]
        if tag == 0x82 and 0 < length < 0x80:  # noqa: PLR2004 - dNSName
            hosts.append(octets[at + 2 : after])
        elif tag != 0x87 or length not in {4, 16}:  # noqa: PLR2004 - iPAddress
            return False
        at = after
        count += 1
    joined = b"".join(hosts)
    return at == end and count <= MAX_NAMES and joined.isascii() and len(joined.translate(None, _DNS_BAD)) == len(joined)


def check_timestamps(octets: bytes, at: int, end: int) -> bool:
    """Whether an OCTET STRING that ends at `end` holds a list of version 1 SCTs (RFC 6962, 3.3)."""
    if octets[at] != 0x04:  # noqa: PLR2004
        return False
    length = octets[at + 1]
    start, after = (at + 2, at + 2 + length) if length < 0x80 else long_length(octets, at + 1)  # noqa: PLR2004
    if after != end or end - start < 3 or octets[start] << 8 | octets[start + 1] != end - start - 2:  # noqa: PLR2004
        return False
    at = start + 2
    while at < end:
        after = at + 2 + (octets[at] << 8 | octets[at + 1])
        if after > end or octets[at + 2] != 0 or not is_first_version(octets, at + 2, after):
            return False
        at = after
    return True
