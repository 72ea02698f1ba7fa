"""The short way: certificates in which there is nothing to explain.

This module knows the same grammar as `explain` and the modules under it, once more, in
the order in which the octets come. It accepts only what gives no note at all there: on
anything else it returns None, and the certificate is read again by `explain`, the one
reader whose word counts. A property test holds the two together.

It is written for speed, against the habits of this code base: lengths below 128 are read
in place; an index past the end raises, which is caught once; what recurs from certificate
to certificate (algorithms, issuers, most extensions) is kept by its exact octets after
`explain`'s readers found nothing to say; and objects are built (`build`) when somebody
looks at them, after their octets have been checked here. Every container is left only
where it ends exactly, so that a slice which ran past an end is never part of an answer.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

import struct
from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Source
from mtlspolicy.der.times import parse_time
from mtlspolicy.facts.build import build_field
from mtlspolicy.facts.certificate import LATER, Assembly, Certificate
from mtlspolicy.facts.explain import YEAR_2050
from mtlspolicy.facts.extensions import read_extension
from mtlspolicy.facts.keys import read_algorithm, read_public_key
from mtlspolicy.facts.names import read_name
from mtlspolicy.facts.shapes import (
    KEY_IDENTIFIER_HEAD,
    OddityError,
    check_name,
    check_rsa,
    content_of,
    is_alt_name,
    is_key_identifier,
    is_timestamps,
    long_length,
)
from mtlspolicy.limits import MAX_EXTENSIONS, MAX_MEMO_ENTRIES

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import AlgorithmIdentifier, Entry, Name, PublicKey

__all__ = ["forget", "read_ordinary"]

_MOST_MEMO_OCTETS: Final = 1_024
"""Octets of the largest value that is kept, which bounds each memo at a few MiB."""

_HEAD: Final = Struct(">HHHH6sB")
"""SEQUENCE and length, SEQUENCE and length, version and the tag of an INTEGER, its length."""
_SHORT_HEAD: Final = Struct(">HHHB6sB")
"""The same with a tbsCertificate of 128 to 255 octets."""
_VERSION_3: Final = b"\xa0\x03\x02\x01\x02\x02"
_VALIDITY: Final = Struct(">4s6s4s2s3s6s4s2s1s")
"""SEQUENCE, UTCTime: day, minute, second; Z, UTCTime: day, minute, second; Z."""
_SECONDS: Final = {b"%02d" % second: second for second in range(60)}
_LIST: Final = Struct(">HHHH")

KeyAlgorithm = tuple["AlgorithmIdentifier", str, int, str, bytes]
"""A key algorithm: its identifier, kind ("" where keys of it are not checked here), bits,
curve, and how the BIT STRING of an uncompressed point begins."""

_T = TypeVar("_T")

_algorithms: dict[bytes, AlgorithmIdentifier] = {}
_key_algorithms: dict[bytes, KeyAlgorithm] = {}
_issuers: dict[bytes, _Issuer] = {}
_extensions: dict[bytes, Entry] = {}
"""Extensions by their exact octets; never one whose value is built later."""
_days: dict[bytes, int] = {}
"""Seconds from 1970-01-01T00:00:01Z to the beginning of a day: never 0, so never false."""
_minutes: dict[bytes, int] = {}
"""Seconds from the beginning of a day to a minute, and one more: never false either."""


_Check = Callable[[bytes, int, int], bool]
_Step = tuple[bytes, int, str, _Check | None]


class _Issuer:
    """An issuer's name, and how the list of extensions looked in a certificate of it.

    `steps`: octets of whole extensions that are always the same and how many octets these
    are, then OID and check of the extension that follows, which is of one certificate only.
    `tail`: the octets after the last of these, `length` of them. `index`: all entries.
    """

    __slots__ = ("index", "length", "misses", "name", "steps", "tail")

    def __init__(self, name: Name) -> None:
        self.name = name
        self.steps: tuple[_Step, ...] = ()
        self.tail = b"?"
        self.length = 0
        self.index: dict[str, Entry] = {}
        self.misses = 0

    def learn(self, der: bytes, at: int, index: dict[str, Entry]) -> None:
        """Learn from every eighth surprise only: an issuer may have several kinds."""
        self.misses += 1
        if self.misses & 7 != 1:
            return
        steps: list[_Step] = []
        start = begin = at
        for oid, entry in index.items():
            after = content_of(der, at)[1]
            if entry[1] is LATER:
                check: _Check | None = _CHECKS[oid]
                stop = at
                if check is is_key_identifier:
                    stop += len(KEY_IDENTIFIER_HEAD)
                    check = None
                steps.append((der[start:stop], stop - start, oid, check))
                start = after
            elif oid in _CHECKS:
                return  # built at once, so it must not be taken for another certificate's
            at = after
        if at - begin <= 2 * _MOST_MEMO_OCTETS:
            self.steps, self.tail, self.length, self.index = (
                tuple(steps),
                der[start:at],
                at - start,
                index,
            )


def forget() -> None:
    """Empty all memos, as when each of them is full."""
    for memo in (_algorithms, _key_algorithms, _issuers, _extensions, _days, _minutes):
        memo.clear()


def read_ordinary(der: bytes) -> Certificate | None:
    """Return the facts of a certificate in which nothing is to be noted, else None."""
    try:
        return _read(der)
    except (IndexError, KeyError, struct.error, OddityError):
        return None


def _read(der: bytes) -> Certificate:  # noqa: C901, PLR0912, PLR0915 - one pass, see above
    # 1. Certificate of 256 to 65,535 octets, TBSCertificate of 128 or more; v3; serialNumber
    outer, size, tbs, tbs_end, version, octets = _HEAD.unpack_from(der)
    start = 15
    if tbs == 0x3081:
        outer, size, tbs, tbs_end, version, octets = _SHORT_HEAD.unpack_from(der)
        start = 14
    # X.690, 10.1: the shortest lengths; these two headers stand for 256 and for 128 octets or more
    if size + 4 != len(der) or size < 0x100 or tbs_end < (0x100 if start == 15 else 0x80):
        raise OddityError
    if outer != 0x3082 or (tbs != 0x3082 and start == 15) or version != _VERSION_3:
        raise OddityError
    tbs_end += start - 7
    at = start + octets
    first = der[start]
    # RFC 5280, 4.1.2.2: positive, at most 20 octets; X.690, 8.3.2: the shortest form
    if not 0 < octets <= 20 or first >= 0x80:
        raise OddityError
    if first == 0 and (octets == 1 or der[start + 1] < 0x80):
        raise OddityError
    serial = int.from_bytes(der[start:at], "big")
    serial_octets = octets

    # 2. signature, issuer: kept by their octets
    start = at
    at += 2 + der[at + 1]
    inner = der[start:at]
    algorithm = _algorithms.get(inner) or _new_algorithm(inner)
    start = at
    octets = der[at + 1]
    at = at + 2 + octets if octets < 0x80 else long_length(der, at + 1)[1]
    encoded = der[start:at]
    issuer = _issuers.get(encoded) or _new_issuer(encoded)

    # 3. validity: two UTCTimes, or else
    head, day, minute, second, middle, last_day, last_minute, last_second, tail = (
        _VALIDITY.unpack_from(der, at)
    )
    if head == b"\x30\x1e\x17\x0d" and middle == b"Z\x17\x0d" and tail == b"Z":
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
    subject_name = check_name(der, start, at) or _other_name(der[subject:at])

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
    known = _key_algorithms.get(encoded) or _new_key_algorithm(der[key:at], encoded)
    public_key = None
    if known[1] == "ec":
        # the BIT STRING of an uncompressed point of this field
        if der[bits : bits + 4] != known[4] or bits + 2 + der[bits + 1] != at:
            public_key = _other_key(der[key:at])
    elif known[1] != "rsa" or not check_rsa(der, bits, at):
        public_key = _other_key(der[key:at])

    # 6. extensions; the list ends where the tbsCertificate does
    tag, size, inside, octets = _LIST.unpack_from(der, at)
    block = at
    if (
        tag == 0xA382
        and inside == 0x3082
        and at + 4 + size == tbs_end
        and octets + 4 == size > 0x103
    ):
        at += 8
    else:
        at = _short_list(der, at, tbs_end)
    first = at
    late: dict[str, Any] = {}
    index: dict[str, Entry] | None = None
    for run, length, oid, check in issuer.steps:
        # what this issuer writes into every certificate, then what is of this one only
        if not der.startswith(run, at):
            break
        at += length
        if check is None:
            # the run ended with the head of a key identifier
            late[oid] = at - 11
            at += 20
            continue
        octets = der[at + 1]
        after = at + 2 + octets if octets < 0x80 else long_length(der, at + 1)[1]
        if not check(der, at, after):
            break
        late[oid] = at
        at = after
    else:
        if at + issuer.length == tbs_end and der.startswith(issuer.tail, at):
            index = issuer.index
    if index is None:
        index, late = _read_extensions(der, first, tbs_end)
        issuer.learn(der, first, index)
    at = tbs_end

    # 7. signatureAlgorithm, which is the same as inside, and signatureValue in whole octets
    at += len(inner)
    if der[tbs_end:at] != inner or der[at] != 0x03:
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
    built.well_formed = True
    built.notes = ()
    built.version = 3
    built.serial = serial
    built.serial_octets = serial_octets
    built.signature_algorithm = built.outer_algorithm = algorithm
    built.issuer = issuer.name
    built.not_before = not_before
    built.not_after = not_after
    built.issuer_unique_id = built.subject_unique_id = False
    if subject_name is not LATER:
        built.subject = cast("Name", subject_name)
    if public_key is not None:
        built.public_key = public_key
    built.index = index
    built.later = build_field
    built.late = late
    built.material = (subject, key, known, block, tbs_end, start)
    built.__class__ = Certificate
    return built  # type: ignore[return-value]  # it has just become one


# What is not in a memo is read by `explain`'s readers, and kept if they find nothing to say.


def _keep(memo: dict[bytes, Any], encoded: bytes, value: object) -> None:
    if len(encoded) <= _MOST_MEMO_OCTETS:
        if len(memo) >= MAX_MEMO_ENTRIES:
            memo.clear()
        memo[encoded] = value


def _strictly(read: Callable[..., _T | None], encoded: bytes) -> _T:
    """Read one SEQUENCE that is all of `encoded`, without any note."""
    source = Source(encoded, Journal())
    element = source.element(0, len(encoded), "")
    if element is None or element.tag != 0x30 or element.after != len(encoded):  # SEQUENCE
        raise OddityError
    value = read(source, element, "")
    if value is None or source.journal.entries:
        raise OddityError
    return value


def _new_algorithm(encoded: bytes) -> AlgorithmIdentifier:
    algorithm = _strictly(read_algorithm, encoded)
    _keep(_algorithms, encoded, algorithm)
    return algorithm


def _new_issuer(encoded: bytes) -> _Issuer:
    name = _strictly(read_name, encoded)
    if not name.rdns:
        raise OddityError  # RFC 5280, 4.1.2.4: an issuer has a name
    issuer = _Issuer(name)
    _keep(_issuers, encoded, issuer)
    return issuer


def _other_name(encoded: bytes) -> Name:
    return _strictly(read_name, encoded)


def _other_key(encoded: bytes) -> PublicKey:
    return _strictly(read_public_key, encoded)


def _new_key_algorithm(key: bytes, encoded: bytes) -> KeyAlgorithm:
    """Keep what the first key of an algorithm tells of the next ones."""
    public = _strictly(read_public_key, key)
    if public.algorithm.der != encoded:
        raise OddityError
    # SEC 1, 2.3.3: an uncompressed point has two coordinates; larger fields have long lengths
    octets = 2 * ((public.bits + 7) // 8) + 2
    plain = public.kind == "ec" and 2 < octets < 0x80
    point = bytes((0x03, octets, 0x00, 0x04)) if plain else b""
    kind = public.kind if plain or public.kind == "rsa" else ""
    known = (public.algorithm, kind, public.bits, public.curve, point)
    _keep(_key_algorithms, encoded, known)
    return known


def _new_day(day: bytes) -> int:
    instant, faults = parse_time(day + b"000000Z", generalized=False)
    if instant is None or faults:
        raise OddityError
    _keep(_days, day, instant - 1)
    return instant - 1


def _new_minute(minute: bytes) -> int:
    seconds, faults = parse_time(b"700101" + minute + b"00Z", generalized=False)
    if seconds is None or faults:
        raise OddityError
    _keep(_minutes, minute, seconds + 1)
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


def _read_extensions(der: bytes, at: int, end: int) -> tuple[dict[str, Entry], dict[str, Any]]:
    """Read extensions one by one: all entries, and where those begin that are built later."""
    index: dict[str, Entry] = {}
    late: dict[str, Any] = {}
    count = 0
    while at < end:
        after = content_of(der, at)[1]
        encoded = der[at:after]
        entry = _extensions.get(encoded) or _new_extension(encoded)
        index[entry[0]] = entry
        if entry[1] is LATER:
            late[entry[0]] = at
        count += 1
        at = after
    if at != end or not 0 < len(index) == count <= MAX_EXTENSIONS:
        raise OddityError
    return index, late


def _new_extension(encoded: bytes) -> Entry:
    """Check an extension that is in no memo; keep it unless it is of one certificate only."""
    oid = _UNIQUE.get(encoded[slice(*content_of(encoded, content_of(encoded, 0)[0]))])
    if oid is not None and _CHECKS[oid](encoded, 0, len(encoded)):
        return oid, LATER, False
    extension = _strictly(read_extension, encoded)
    entry = (extension.oid, extension.parsed, extension.critical)
    if oid is None:
        _keep(_extensions, encoded, entry)
    return entry


_CHECKS: Final[dict[str, _Check]] = {
    "2.5.29.14": is_key_identifier,
    "2.5.29.17": is_alt_name,
    "1.3.6.1.4.1.11129.2.4.2": is_timestamps,
}
"""Extensions whose values are of one certificate only, and the checks in place."""
_UNIQUE: Final = {
    b"\x55\x1d\x0e": "2.5.29.14",
    b"\x55\x1d\x11": "2.5.29.17",
    b"\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02": "1.3.6.1.4.1.11129.2.4.2",
}
"""The same by the content octets of their OIDs."""
