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

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Source
from mtlspolicy.der.times import parse_time
from mtlspolicy.facts.build import build_field
from mtlspolicy.facts.certificate import LATER, UNREADABLE, Assembly
from mtlspolicy.facts.explain import YEAR_2050
from mtlspolicy.facts.extensions import read_extension
from mtlspolicy.facts.keys import read_algorithm, read_public_key
from mtlspolicy.facts.names import read_name
from mtlspolicy.facts.shapes import Oddity, check_name, check_rsa, check_subject_alt_name, check_timestamps, long_length
from mtlspolicy.limits import MAX_CERTIFICATE_BYTES, MAX_EXTENSIONS, MAX_MEMO_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.facts.certificate import AlgorithmIdentifier, Certificate, Name, PublicKey

__all__ = ["forget", "read_ordinary"]

_MOST_MEMO_OCTETS: Final = 1_024
"""Octets of the largest value that is kept, which bounds each memo at a few MiB."""

_VERSION_3: Final = b"\xa0\x03\x02\x01\x02"
_EKU: Final = "2.5.29.37"
_KU: Final = "2.5.29.15"
_BC: Final = "2.5.29.19"
_SAN: Final = "2.5.29.17"

Entry = tuple[str, object, bool, int]
"""An extension: dotted OID, parsed value or `LATER`, critical, where the content of
extnValue begins (in bytes from the start of the extension)."""

KeyAlgorithm = tuple["AlgorithmIdentifier", str, int, str, int]
"""A key algorithm: its identifier, kind ("" where keys of it are not checked here), bits,
curve, and octets of the BIT STRING of an uncompressed point."""

_T = TypeVar("_T")

_algorithms: dict[bytes, AlgorithmIdentifier] = {}
_key_algorithms: dict[bytes, KeyAlgorithm] = {}
_issuers: dict[bytes, Name] = {}
_extensions: dict[bytes, Entry] = {}
_days: dict[bytes, int] = {}
"""Seconds from 1970-01-01T00:00:01Z to the beginning of a day: never 0, so never false."""
_clocks: dict[bytes, int] = {}
"""Seconds of a day, and one more: the other half of the same trick."""


def forget() -> None:
    """Empty all memos, as when each of them is full."""
    for memo in (_algorithms, _key_algorithms, _issuers, _extensions, _days, _clocks):
        memo.clear()


def read_ordinary(der: bytes) -> Certificate | None:
    """Return the facts of a certificate in which nothing is to be noted, else None."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        return None
    try:
        return _read(der)
    except (IndexError, Oddity):
        return None


def _read(der: bytes) -> Certificate:  # noqa: C901, PLR0912, PLR0914, PLR0915 - one pass, see above
    # 1. Certificate and TBSCertificate; nothing shorter than 256 octets comes this way
    if der[0] != 0x30 or der[1] != 0x82 or der[4] != 0x30:
        raise Oddity
    size = len(der)
    if size != (der[2] << 8 | der[3]) + 4 or der[2] == 0:
        raise Oddity
    if der[5] == 0x82:
        at = 8
        tbs_end = 8 + (der[6] << 8 | der[7])
        if der[6] == 0:
            raise Oddity
    else:
        at, tbs_end = long_length(der, 5)

    # 2. version v3, serialNumber
    if der[at : at + 5] != _VERSION_3 or der[at + 5] != 0x02:
        raise Oddity
    octets = der[at + 6]
    at += 7
    first = der[at]
    # RFC 5280, 4.1.2.2: positive, at most 20 octets; X.690, 8.3.2: the shortest form
    if not 0 < octets <= 20 or first >= 0x80 or (first == 0 and (octets == 1 or der[at + 1] < 0x80)):
        raise Oddity
    serial_octets = octets
    start = at
    at += octets
    serial = int.from_bytes(der[start:at], "big")

    # 3. signature, issuer: kept by their octets
    start = at
    at += 2 + der[at + 1]
    inner = der[start:at]
    algorithm = _algorithms.get(inner) or _new_algorithm(inner)
    start = at
    octets = der[at + 1]
    at = at + 2 + octets if octets < 0x80 else long_length(der, at + 1)[1]
    encoded = der[start:at]
    issuer = _issuers.get(encoded) or _new_issuer(encoded)

    # 4. validity: two UTCTimes, or else
    if der[at : at + 4] == b"\x30\x1e\x17\x0d" and der[at + 17 : at + 19] == b"\x17\x0d":
        if der[at + 16] != 0x5A or der[at + 31] != 0x5A:
            raise Oddity
        day = der[at + 4 : at + 10]
        clock = der[at + 10 : at + 16]
        not_before = (_days.get(day) or _new_day(day)) + (_clocks.get(clock) or _new_clock(clock))
        day = der[at + 19 : at + 25]
        clock = der[at + 25 : at + 31]
        not_after = (_days.get(day) or _new_day(day)) + (_clocks.get(clock) or _new_clock(clock))
        at += 32
    else:
        not_before, not_after, at = _other_validity(der, at)
    if not_after < not_before:
        raise Oddity

    # 5. subject
    if der[at] != 0x30:
        raise Oddity
    subject = at
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        at = start + octets
    else:
        start, at = long_length(der, at + 1)
    subject_name = check_name(der, start, at) or _other_name(der[subject:at])

    # 6. subjectPublicKeyInfo: the algorithm is kept, the key is checked here where it is EC or RSA
    if der[at] != 0x30:
        raise Oddity
    key = at
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        at = start + octets
    else:
        start, at = long_length(der, at + 1)
    bits = start + 2 + der[start + 1]
    encoded = der[start:bits]
    known = _key_algorithms.get(encoded) or _new_key_algorithm(der[key:at], encoded)
    public_key = None
    if known[1] == "ec":
        # SEC 1, 2.3.3: the uncompressed point of this field, in whole octets
        octets = known[4]
        if der[bits : bits + 4] != bytes((0x03, octets, 0x00, 0x04)) or bits + 2 + octets != at:
            public_key = _other_key(der[key:at])
    elif known[1] != "rsa" or not check_rsa(der, bits, at):
        public_key = _other_key(der[key:at])

    # 7. extensions
    if der[at] != 0xA3:
        raise Oddity
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        end = start + octets
    else:
        start, end = long_length(der, at + 1)
    if der[start] != 0x30 or end != tbs_end:
        raise Oddity
    octets = der[start + 1]
    if octets < 0x80:
        at = start + 2
        end = at + octets
    else:
        at, end = long_length(der, start + 1)
    if end != tbs_end:
        raise Oddity
    index: dict[str, Any] = {}
    entries: list[Entry] = []
    starts: list[int] = []
    while at < end:
        starts.append(at)
        octets = der[at + 1]
        after = at + 2 + octets if octets < 0x80 else long_length(der, at + 1)[1]
        encoded = der[at:after]
        entry = _extensions.get(encoded) or _new_extension(encoded)
        entries.append(entry)
        index[entry[0]] = entry[1]
        at = after
    if at != end or not 0 < len(index) == len(entries) <= MAX_EXTENSIONS:
        raise Oddity

    # 8. signatureAlgorithm, which is the same as inside, and signatureValue in whole octets
    at += len(inner)
    if der[tbs_end:at] != inner or der[at] != 0x03:
        raise Oddity
    octets = der[at + 1]
    if octets < 0x80:
        start = at + 2
        at = start + octets
    else:
        start, at = long_length(der, at + 1)
    if at != size or start == at or der[start]:
        raise Oddity

    built = Assembly()
    built.der = der
    built.well_formed = True
    built.notes = ()
    built.version = 3
    built.serial = serial
    built.serial_octets = serial_octets
    built.signature_algorithm = built.outer_algorithm = algorithm
    built.issuer = issuer
    built.not_before = not_before
    built.not_after = not_after
    built.issuer_unique_id = built.subject_unique_id = False
    built.extended_key_usage = index.get(_EKU)
    built.key_usage = index.get(_KU)
    built.basic_constraints = index.get(_BC)
    names = index.get(_SAN)
    if names is not LATER:
        built.subject_alt_name = names
    if subject_name is not LATER:
        built.subject = subject_name
    if public_key is not None:
        built.public_key = public_key
    built.index = index
    built.later = build_field
    built.material = (subject, key, known, entries, starts, tbs_end, start)
    return built.finish()


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
    if element is None or element.tag != 0x30 or element.after != len(encoded):  # noqa: PLR2004 - SEQUENCE
        raise Oddity
    value = read(source, element, "")
    if value is None or source.journal.entries:
        raise Oddity
    return value


def _new_algorithm(encoded: bytes) -> AlgorithmIdentifier:
    algorithm = _strictly(read_algorithm, encoded)
    _keep(_algorithms, encoded, algorithm)
    return algorithm


def _new_issuer(encoded: bytes) -> Name:
    name = _strictly(read_name, encoded)
    if not name.rdns:
        raise Oddity  # RFC 5280, 4.1.2.4: an issuer has a name
    _keep(_issuers, encoded, name)
    return name


def _other_name(encoded: bytes) -> Name:
    return _strictly(read_name, encoded)


def _other_key(encoded: bytes) -> PublicKey:
    return _strictly(read_public_key, encoded)


def _new_key_algorithm(key: bytes, encoded: bytes) -> KeyAlgorithm:
    """Keep what the first key of an algorithm tells of the next ones."""
    public = _strictly(read_public_key, key)
    if public.algorithm.der != encoded:
        raise Oddity
    field = (public.bits + 7) // 8
    point = 2 * field + 2 if public.kind == "ec" and field and 2 * field + 2 < 0x80 else 0  # noqa: PLR2004
    known = (public.algorithm, public.kind if point or public.kind == "rsa" else "", public.bits, public.curve, point)
    _keep(_key_algorithms, encoded, known)
    return known


def _new_day(day: bytes) -> int:
    instant, faults = parse_time(day + b"000000Z", generalized=False)
    if instant is None or faults:
        raise Oddity
    _keep(_days, day, instant - 1)
    return instant - 1


def _new_clock(clock: bytes) -> int:
    seconds, faults = parse_time(b"700101" + clock + b"Z", generalized=False)
    if seconds is None or faults:
        raise Oddity
    _keep(_clocks, clock, seconds + 1)
    return seconds + 1


def _other_validity(der: bytes, at: int) -> tuple[int, int, int]:
    """Read a Validity with a GeneralizedTime, which stands for a date from 2050 on."""
    if der[at] != 0x30 or der[at + 1] >= 0x80:  # noqa: PLR2004
        raise Oddity
    end = at + 2 + der[at + 1]
    at += 2
    instants: list[int] = []
    for _ in range(2):
        generalized = der[at] == 0x18  # noqa: PLR2004
        after = at + 2 + der[at + 1]
        if der[at] not in {0x17, 0x18} or after > end:
            raise Oddity
        instant, faults = parse_time(der[at + 2 : after], generalized=generalized)
        # RFC 5280, 4.1.2.5: dates through 2049 are UTCTime
        if instant is None or faults or (generalized and instant < YEAR_2050):
            raise Oddity
        instants.append(instant)
        at = after
    if at != end:
        raise Oddity
    return instants[0], instants[1], end


def _new_extension(encoded: bytes) -> Entry:
    """Check an extension that is in no memo; keep it unless its kind is different in each certificate."""
    if encoded[0] != 0x30:  # noqa: PLR2004
        raise Oddity
    at = 2 if encoded[1] < 0x80 else long_length(encoded, 1)[0]  # noqa: PLR2004
    unique = _UNIQUE.get(encoded[at : at + 2 + encoded[at + 1]])
    if unique is not None:
        oid, check = unique
        start = at + 2 + encoded[at + 1]
        if encoded[start] == 0x04:  # noqa: PLR2004 - OCTET STRING: not critical
            start, end = _short_or_long(encoded, start + 1)
            if end == len(encoded) and check(encoded, start, end):
                return oid, LATER, False, start
    extension = _strictly(read_extension, encoded)
    if extension.parsed is UNREADABLE:
        raise Oddity
    entry = (extension.oid, extension.parsed, extension.critical, len(encoded) - len(extension.value))
    if unique is None:
        _keep(_extensions, encoded, entry)
    return entry


def _short_or_long(octets: bytes, at: int) -> tuple[int, int]:
    """Return where the content begins and ends whose length octets are at `at`."""
    return (at + 1, at + 1 + octets[at]) if octets[at] < 0x80 else long_length(octets, at)  # noqa: PLR2004


def _check_key_identifier(octets: bytes, start: int, end: int) -> bool:
    return octets[start] == 0x04 and octets[start + 1] < 0x80 and start + 2 + octets[start + 1] == end  # noqa: PLR2004


_UNIQUE: Final[dict[bytes, tuple[str, Callable[[bytes, int, int], bool]]]] = {
    b"\x06\x03\x55\x1d\x0e": ("2.5.29.14", _check_key_identifier),
    b"\x06\x03\x55\x1d\x11": (_SAN, check_subject_alt_name),
    b"\x06\x0a\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02": ("1.3.6.1.4.1.11129.2.4.2", check_timestamps),
}
"""Extensions whose values are of one certificate only, and how they are checked in place."""
