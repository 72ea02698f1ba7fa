"""The short way: certificates in which there is nothing to explain.

This module knows the same grammar as `explain` and the modules under it, once more, in
the order in which the octets come. It accepts only what gives no note at all there: on
anything else it returns None, and the certificate is read again by `explain`, the one
reader whose word counts. A property test holds the two together.

It is written for speed, against the habits of this code base: lengths below 128 are read
in place; an index past the end raises, which is caught once; what recurs from certificate
to certificate is known by its exact octets (`kept`); and objects are built (`build`) when
somebody looks at them, after their octets have been checked here. Every container is left
only where it ends exactly, so that a slice which ran past an end is never part of an answer.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

import struct
from struct import Struct
from typing import TYPE_CHECKING, Final

from mtlspolicy.der.times import parse_time
from mtlspolicy.facts import kept
from mtlspolicy.facts.build import Ordinary
from mtlspolicy.facts.certificate import Assembly
from mtlspolicy.facts.explain import YEAR_2050
from mtlspolicy.facts.kept import check_name, families, keep, new_family, other_key, read_list
from mtlspolicy.facts.shapes import OddityError, check_rsa, content_of, long_length

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["forget", "read_ordinary"]

_HEAD: Final = Struct(">IIHIBB")
"""SEQUENCE and length, twice; version and the tag of an INTEGER, its length and first octet."""
_SHORT_HEAD: Final = Struct(">IHBHIBB")
"""The same with a tbsCertificate of 128 to 255 octets."""
_LONG: Final = 0x30820000
"""SEQUENCE with a length of two octets, which are the lower half of the number."""
_VALIDITY: Final = Struct(">4s6s4s2s3s6s4s2s1s")
"""SEQUENCE, UTCTime: day, minute, second; Z, UTCTime: day, minute, second; Z."""
_SECONDS: Final = {b"%02d" % second: second for second in range(60)}
_LIST: Final = Struct(">II")
"""The tag [3] and SEQUENCE, each with a length of two octets."""

_days: dict[bytes, int] = {}
"""Seconds from 1970-01-01T00:00:01Z to the beginning of a day: never 0, so never false."""
_minutes: dict[bytes, int] = {}
"""Seconds from the beginning of a day to a minute, and one more: never false either."""


def forget() -> None:
    """Empty all memos, as when each of them is full."""
    kept.forget()
    _days.clear()
    _minutes.clear()


def read_ordinary(der: bytes) -> Certificate | None:
    """Return the facts of a certificate in which nothing is to be noted, else None."""
    try:
        return _read(der)
    except (IndexError, KeyError, struct.error, OddityError):
        return None


def _read(der: bytes) -> Certificate:  # noqa: C901, PLR0912, PLR0915 - one pass, see above
    # 1. Certificate of 256 to 65,535 octets, TBSCertificate of 128 or more; v3; serialNumber
    size = len(der) - 4
    outer, tbs, version, number, octets, lead = _HEAD.unpack_from(der)
    start = 15
    end = tbs - _LONG + 8
    if end < 0x108:
        outer, tbs, end, version, number, octets, lead = _SHORT_HEAD.unpack_from(der)
        start = 14
        # X.690, 10.1: the shortest lengths
        if tbs != 0x3081 or end < 0x80:
            raise OddityError
        end += 7
    if outer != _LONG + size or not 0x100 <= size < 0x10000:
        raise OddityError
    if version != 0xA003 or number != 0x02010202:
        raise OddityError
    at = start + octets
    # RFC 5280, 4.1.2.2: positive, at most 20 octets; X.690, 8.3.2: the shortest form
    if not 0 < octets <= 20 or lead >= 0x80:
        raise OddityError
    if not lead and (octets == 1 or der[start + 1] < 0x80):
        raise OddityError
    serial = int.from_bytes(der[start:at], "big")

    # 2. signature, issuer: known by their octets, together with the key's algorithm
    start = at
    at += 2 + der[at + 1]
    octets = der[at + 1]
    at = at + 2 + octets if octets < 0x80 else long_length(der, at + 1)[1]
    origin = der[start:at]

    # 3. validity: two UTCTimes, or else
    head, day, minute, second, between, last_day, last_minute, last_second, tail = (
        _VALIDITY.unpack_from(der, at)
    )
    if head == b"\x30\x1e\x17\x0d" and between == b"Z\x17\x0d" and tail == b"Z":
        not_before = (_days.get(day) or _new_day(day)) + (
            _minutes.get(minute) or _new_minute(minute)
        )
        not_before += _SECONDS[second]
        not_after = (_days.get(last_day) or _new_day(last_day)) + (
            _minutes.get(last_minute) or _new_minute(last_minute)
        )
        not_after += _SECONDS[last_second]
        at += 32
    else:
        not_before, not_after, at = _other_validity(der, at)
    if not_after < not_before:
        raise OddityError

    # 4. subject
    subject = at
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        at = start + octets
    else:
        start, at = long_length(der, at + 1)
    if der[subject] != 0x30:
        raise OddityError
    common = check_name(der, start, at)

    # 5. subjectPublicKeyInfo: the algorithm is kept, the key is checked here where it is EC or RSA
    key = at
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        at = start + octets
    else:
        start, at = long_length(der, at + 1)
    if der[key] != 0x30:
        raise OddityError
    bits = start + 2 + der[start + 1]
    encoded = der[start:bits]
    family = families.get((origin, encoded)) or new_family(origin, der[key:at], encoded)
    public_key = None
    if family.point:
        # the BIT STRING of an uncompressed point of this field
        if bits + family.octets != at or not der.startswith(family.point, bits):
            public_key = other_key(der[key:at])
    elif family.sample.kind != "rsa" or not check_rsa(der, bits, at):
        public_key = other_key(der[key:at])

    # 6. extensions; the list ends where the tbsCertificate does
    block = at
    tag, inside = _LIST.unpack_from(der, at)
    octets = end - at - 8
    if tag == 0xA3820004 + octets and inside == _LONG + octets and octets >= 0x100:
        at += 8
    else:
        at = _short_list(der, at, end)
    for layout in family.layouts:
        late = layout.fit(der, at, end)
        if late is not None:
            mould = layout.mould
            break
    else:
        mould, late = read_list(family, der, at, end)

    # 7. signatureAlgorithm, which is the same as inside, and signatureValue in whole octets
    if not der.startswith(family.algorithm.der, end):
        raise OddityError
    at = end + len(family.algorithm.der)
    if der[at] != 0x03:
        raise OddityError
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        at = start + octets
    else:
        start, at = long_length(der, at + 1)
    if at != len(der) or start == at or der[start]:
        raise OddityError

    built = Assembly()
    built.der = der
    built.serial = serial
    built.not_before = not_before
    built.not_after = not_after
    if public_key is not None:
        built.public_key = public_key
        if family.point:
            mould = family.mould(mould.index, shared=False, in_place=False)
    built.late = late
    built.mould = mould
    built.places = (subject, common, key, block, end, start)
    built.__class__ = Ordinary
    return built  # type: ignore[return-value]  # it has just become one


def _new_day(day: bytes) -> int:
    instant, faults = parse_time(day + b"000000Z", generalized=False)
    if instant is None or faults:
        raise OddityError
    keep(_days, day, instant - 1)
    return instant - 1


def _new_minute(minute: bytes) -> int:
    seconds, faults = parse_time(b"700101" + minute + b"00Z", generalized=False)
    if seconds is None or faults:
        raise OddityError
    keep(_minutes, minute, seconds + 1)
    return seconds + 1


def _other_validity(der: bytes, at: int) -> tuple[int, int, int]:
    """Read a Validity with a GeneralizedTime, which stands for a date from 2050 on."""
    if der[at] != 0x30 or der[at + 1] >= 0x80:
        raise OddityError
    end = at + 2 + der[at + 1]
    at += 2
    instants: list[int] = []
    for _ in range(2):
        generalized = der[at] == 0x18
        after = at + 2 + der[at + 1]
        if der[at] not in {0x17, 0x18} or after > end:
            raise OddityError
        instant, faults = parse_time(der[at + 2 : after], generalized=generalized)
        # RFC 5280, 4.1.2.5: dates through 2049 are UTCTime
        if instant is None or faults or (generalized and instant < YEAR_2050):
            raise OddityError
        instants.append(instant)
        at = after
    if at != end:
        raise OddityError
    return instants[0], instants[1], end


def _short_list(der: bytes, at: int, end: int) -> int:
    """Return where the first extension begins in a list with a length below 256."""
    if der[at] != 0xA3:
        raise OddityError
    at, after = content_of(der, at)
    if der[at] != 0x30 or after != end:
        raise OddityError
    at, after = content_of(der, at)
    if after != end:
        raise OddityError
    return at
