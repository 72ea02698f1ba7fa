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
from mtlspolicy.facts import kept, lists
from mtlspolicy.facts.build import Ordinary
from mtlspolicy.facts.certificate import Assembly
from mtlspolicy.facts.explain import YEAR_2050
from mtlspolicy.facts.kept import check_name, families, new_family, other_key, points
from mtlspolicy.facts.lists import read_list
from mtlspolicy.facts.shapes import OddityError, check_rsa, content_of, long_length
from mtlspolicy.limits import MAX_MEMO_ENTRIES

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate, PublicKey
    from mtlspolicy.facts.kept import Family

__all__ = ["forget", "read_ordinary"]

_HEAD: Final = Struct(">IIHIBB")
"""SEQUENCE and length, twice; version and the tag of an INTEGER, its length and first octet."""
_SHORT_HEAD: Final = Struct(">IHBHIBB")
"""The same with a tbsCertificate of 128 to 255 octets."""
_LONG: Final = 0x30820000
"""SEQUENCE with a length of two octets, which are the lower half of the number."""
_VALIDITY: Final = Struct(">IQIBHQIB")
"""SEQUENCE, UTCTime: hour of a day, second of an hour; Z, UTCTime: hour, second; Z."""
_BEGIN, _BETWEEN, _Z = 0x301E170D, 0x170D, 0x5A
_LIST: Final = Struct(">II")
"""The tag [3] and SEQUENCE, each with a length of two octets."""

_MOST_HOURS: Final = 4 * MAX_MEMO_ENTRIES
"""Hours of days kept, 2 MiB of them: the certificates of a year and ten months begin in as many."""


class _Hours(dict[int, int]):
    """Seconds from 1970 to an hour of a day, by the eight digits that begin a UTCTime."""

    def __missing__(self, digits: int) -> int:
        found = _instant(digits.to_bytes(8, "big") + b"0000Z")
        if len(self) >= _MOST_HOURS:
            self.clear()
        self[digits] = found
        return found


class _Seconds(dict[int, int]):
    """Seconds from the beginning of an hour, by four digits: at most 3,600 entries."""

    def __missing__(self, digits: int) -> int:
        found = self[digits] = _instant(b"70010100" + digits.to_bytes(4, "big") + b"Z")
        return found


_hours: Final = _Hours()
_seconds: Final = _Seconds()


def forget() -> None:
    """Empty all memos, as when each of them is full."""
    kept.forget()
    lists.forget()
    _hours.clear()
    _seconds.clear()


def read_ordinary(der: bytes) -> Certificate | None:
    """Return the facts of a certificate in which nothing is to be noted, else None."""
    try:
        return _read(der)
    except (IndexError, struct.error, OddityError):
        return None


def _read(der: bytes) -> Certificate:  # noqa: C901, PLR0912, PLR0915 - one pass, see above
    # 1. Certificate of 256 to 65,535 octets, TBSCertificate of 128 or more; v3; serialNumber
    size = len(der) - 4
    outer, tbs, version, integer, count, lead = _HEAD.unpack_from(der)
    number = 15
    end = tbs - _LONG + 8
    if end < 0x108:
        outer, tbs, end, version, integer, count, lead = _SHORT_HEAD.unpack_from(der)
        number = 14
        # X.690, 10.1: the shortest lengths
        if tbs != 0x3081 or end < 0x80:
            raise OddityError
        end += 7
    if outer != _LONG + size or not 0x100 <= size < 0x10000:
        raise OddityError
    if version != 0xA003 or integer != 0x02010202:
        raise OddityError
    # RFC 5280, 4.1.2.2: positive, at most 20 octets; X.690, 8.3.2: the shortest form
    if not 0 < count <= 20 or lead >= 0x80:
        raise OddityError
    if not lead and (count == 1 or der[number + 1] < 0x80):
        raise OddityError

    # 2. signature, issuer: known by their octets, together with the key's algorithm
    start = number + count
    at = start + 2 + der[start + 1]
    octets = der[at + 1]
    at = at + 2 + octets if octets < 0x80 else long_length(der, at + 1)[1]
    origin = der[start:at]

    # 3. validity: two UTCTimes, or else
    begin, hour, second, z, between, last_hour, last_second, last_z = _VALIDITY.unpack_from(der, at)
    if begin == _BEGIN and between == _BETWEEN and z == last_z == _Z:
        not_before = _hours[hour] + _seconds[second]
        not_after = _hours[last_hour] + _seconds[last_second]
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

    # 5. subjectPublicKeyInfo: a point is known by what stands before it
    key = at
    public_key = None
    for family in points.get(origin, ()):
        if der.startswith(family.point, key):
            at = key + family.octets
            break
    else:
        family, public_key, at = _other_key(origin, der, key)

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

    # 7. signatureValue in whole octets; the list was followed by the same algorithm as inside
    at = end + family.closing_octets
    octets = der[at]
    if octets < 0x80:
        start = at + 1
        at = start + octets
    else:
        start, at = long_length(der, at)
    if at != len(der) or start == at or der[start]:
        raise OddityError

    built = Assembly()
    built.der = der
    built.not_before = not_before
    built.not_after = not_after
    if public_key is not None:
        built.public_key = public_key
        if family.point:
            mould = family.mould(mould.index, shared=False, in_place=False)
    built.late = late
    built.made = {}
    built.mould = mould
    built.places = (subject, common, key, block, end, start, number, number + count)
    built.__class__ = Ordinary
    return built  # type: ignore[return-value]  # it has just become one


def _instant(time: bytes) -> int:
    """Return the seconds since 1970 of a UTCTime."""
    instant, faults = parse_time(time, generalized=False)
    if instant is None or faults:
        raise OddityError
    return instant


def _other_key(origin: bytes, der: bytes, at: int) -> tuple[Family, PublicKey | None, int]:
    """Read a SubjectPublicKeyInfo that was not expected.

    Return the family, the key unless it was checked in place, and where it ends. An algorithm is
    known by its octets.
    """
    if der[at] != 0x30:
        raise OddityError
    start, end = content_of(der, at)
    bits = start + 2 + der[start + 1]
    encoded, key = der[start:bits], der[at:end]
    family = families.get((origin, encoded)) or new_family(origin, key, encoded)
    if family.point:
        in_place = key.startswith(family.point)
    else:
        in_place = family.sample.kind == "rsa" and check_rsa(der, bits, end)
    return family, None if in_place else other_key(key), end


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
