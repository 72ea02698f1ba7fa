"""What recurs from certificate to certificate, kept by its exact octets.

This module knows what certificates share: algorithms, issuers, most extensions, and the way
in which an issuer writes its list of extensions. What is in no memo is read by `explain`'s
readers, and kept if they find nothing to say. So a memo answers only for octets that have
been found in order once, and it answers as if they were read again. Every memo is bounded,
and starts afresh when it is full.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Source
from mtlspolicy.der.strings import PRINTABLE, PRINTABLE_OCTETS, UTF8
from mtlspolicy.facts.certificate import LATER, Mould
from mtlspolicy.facts.extensions import read_extension
from mtlspolicy.facts.keys import read_algorithm, read_public_key
from mtlspolicy.facts.names import read_name, read_rdn
from mtlspolicy.facts.shapes import (
    END,
    KEY_IDENTIFIER_HEAD,
    SHIFT,
    OddityError,
    content_of,
    long_length,
    span_of_alt_name,
    span_of_critical_alt_name,
    span_of_key_identifier,
    span_of_timestamps,
)
from mtlspolicy.limits import MAX_EXTENSIONS, MAX_MEMO_ENTRIES, MAX_RDNS

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Entry, Name, PublicKey

__all__ = [
    "COMMON_NAME_HEAD",
    "Family",
    "check_name",
    "families",
    "forget",
    "keep",
    "new_family",
    "other_key",
    "read_list",
    "strict_name",
]

_MOST_OCTETS: Final = 1_024
"""Octets of the largest value that is kept, which bounds each memo at a few MiB."""
_MOST_LAYOUTS: Final = 4
"""Layouts that are tried for one family: servers and clients, with common name and without."""
_MOST_FAMILIES: Final = 1_024
"""Families kept. With the layouts they take 16 MiB at most; the public web has some hundreds."""

_T = TypeVar("_T")

families: dict[tuple[bytes, bytes], Family] = {}
"""By the octets of signature algorithm and issuer, and those of the key's algorithm."""
_extensions: dict[bytes, Entry] = {}
"""Extensions by their exact octets; never one whose value is built later."""
_moulds: dict[tuple[object, ...], Mould] = {}
"""By family and the identities of the entries, which the mould holds on to."""
_rdns: dict[bytes, bool] = {}
"""Relative names, but for plain common names: whether there is a common name in it."""


def forget() -> None:
    """Empty all memos, as when each of them is full."""
    for memo in (families, _extensions, _moulds, _rdns):
        memo.clear()


def keep(memo: dict[Any, Any], key: object, value: object, *, most: int = MAX_MEMO_ENTRIES) -> None:
    """Put something into a memo."""
    if len(memo) >= most:
        memo.clear()
    memo[key] = value


def _strictly(read: Callable[..., _T | None], encoded: bytes, tag: int = 0x30) -> _T:
    """Read one element that is all of `encoded`, without any note."""
    source = Source(encoded, Journal())
    element = source.element(0, len(encoded), "")
    if element is None or element.tag != tag or element.after != len(encoded):
        raise OddityError
    value = read(source, element, "")
    if value is None or source.journal.entries:
        raise OddityError
    return value


# -- names


def strict_name(encoded: bytes) -> Name:
    """Read a Name in which nothing is to be noted."""
    return _strictly(read_name, encoded)


COMMON_NAME_HEAD: Final = 11
"""Octets before the text in a relative name that is a plain common name."""


def _common_name_heads() -> tuple[tuple[bytes, ...], ...]:
    """Return how a relative name begins, by its first length, that is one plain common name."""
    found: list[tuple[bytes, ...]] = []
    for size in range(0x100):
        # SET { SEQUENCE { OID 2.5.4.3, string of 1 to 64 characters } }
        text = size - 9 if 10 <= size <= 73 else 0
        start = bytes((0x31, size, 0x30, max(size - 2, 0))) + b"\x06\x03\x55\x04\x03"
        found.append(tuple(start + bytes((tag, text)) for tag in (UTF8, PRINTABLE) if text))
    return tuple(found)


_COMMON_NAMES: Final = _common_name_heads()


def check_name(der: bytes, at: int, end: int) -> int:
    """Check the relative names between `at` and `end`; raise OddityError where one is odd.

    Return where the common name begins if there is one, plain and the last of all; `end` if
    there is none; 0 if there is any other.
    """
    common = last = count = 0
    while at < end:
        last = at
        size = der[at + 1]
        at = at + 2 + size if size < 0x80 else long_length(der, at + 1)[1]
        if der.startswith(_COMMON_NAMES[size], last) and _is_plain(der, last, at):
            common = -1 if common else last
        else:
            encoded = der[last:at]
            found = _rdns.get(encoded)
            if _new_rdn(encoded) if found is None else found:
                common = -1
        count += 1
    if at != end or count > MAX_RDNS:
        raise OddityError
    if not common:
        return end
    return common if common == last else 0


def _is_plain(der: bytes, at: int, end: int) -> bool:
    """Whether the text of a common name is ASCII that can be printed, of its own type."""
    text = der[at + COMMON_NAME_HEAD : end]
    if not text.translate(None, PRINTABLE_OCTETS):
        return True
    return der[at + 9] == UTF8 and text.isascii() and text.decode("ascii").isprintable()


def _new_rdn(encoded: bytes) -> bool:
    attributes = _strictly(read_rdn, encoded, 0x31)
    common = any(attribute.oid == "2.5.4.3" for attribute in attributes)
    if len(encoded) <= _MOST_OCTETS:
        keep(_rdns, encoded, common)
    return common


# -- families


class Family:
    """What certificates with one issuer, one signature algorithm and one kind of key share.

    `sample`: the first key. `point`: how the BIT STRING of an uncompressed point begins, of
    `octets` octets in all; empty for other keys. `layouts`: how their extensions may look.
    """

    __slots__ = ("algorithm", "issuer", "layouts", "misses", "octets", "point", "sample")

    def __init__(self, origin: bytes, sample: PublicKey) -> None:
        # the identifier of the algorithm, then the name of the issuer
        middle = content_of(origin, 0)[1]
        self.algorithm = _strictly(read_algorithm, origin[:middle])
        self.issuer = strict_name(origin[middle:])
        if not self.issuer.rdns:
            raise OddityError  # RFC 5280, 4.1.2.4: an issuer has a name
        self.sample = sample
        # SEC 1, 2.3.3: an uncompressed point has two coordinates; larger fields have long lengths
        octets = 2 * ((sample.bits + 7) // 8) + 2
        plain = sample.kind == "ec" and 2 < octets < 0x80
        self.point = bytes((0x03, octets, 0x00, 0x04)) if plain else b""
        self.octets = octets + 2
        self.layouts: list[Layout] = []
        self.misses = 0

    def mould(self, index: dict[str, Entry], *, shared: bool, in_place: bool = True) -> Mould:
        """Return the mould of certificates with these extensions.

        `shared`: whether other certificates can have it. `in_place`: whether the key is a point
        that was checked in place.
        """
        point = self.sample.algorithm if self.point and in_place else None
        fresh = Mould(self.algorithm, self.issuer, self.sample, point, index, shared=shared)
        if not shared:
            return fresh
        key = (self, *map(id, index.values()))
        found = _moulds.get(key)
        if found is None:
            keep(_moulds, key, fresh)
        return found or fresh


def new_family(origin: bytes, key: bytes, encoded: bytes) -> Family:
    """Read what a family shares; `key` is one of its keys, `encoded` the algorithm of that."""
    sample = other_key(key)
    if sample.algorithm.der != encoded:
        raise OddityError
    family = Family(origin, sample)
    if len(origin) <= _MOST_OCTETS and len(key) <= _MOST_OCTETS:
        keep(families, (origin, encoded), family, most=_MOST_FAMILIES)
    return family


def other_key(encoded: bytes) -> PublicKey:
    """Read a SubjectPublicKeyInfo in which nothing is to be noted."""
    return _strictly(read_public_key, encoded)


# -- lists of extensions

_Check = Callable[[bytes, int], int]
_Step = tuple[bytes, int, str, _Check | None]


class Layout:
    """How the list of extensions looked in certificates of one mould.

    `steps`: octets of whole extensions that are always the same and how many octets these
    are, then OID and check of the extension that follows, which is of one certificate only;
    no check stands for a key identifier, whose head ends the octets before it. `tail`: the
    octets after the last of these.
    """

    __slots__ = ("mould", "steps", "tail")

    def __init__(self, mould: Mould, steps: tuple[_Step, ...], tail: bytes) -> None:
        self.mould, self.steps, self.tail = mould, steps, tail

    def fit(self, der: bytes, at: int, end: int) -> dict[str, Any] | None:
        """Return the spans of what is checked in place, None where the list looks different."""
        late: dict[str, Any] = {}
        for run, length, oid, check in self.steps:
            if not der.startswith(run, at):
                return None
            at += length
            if check is None:
                late[oid] = at << SHIFT | at + 20
                at += 20
            else:
                span = check(der, at)
                if not span:
                    return None
                late[oid] = span
                at = span & END
        return late if at + len(self.tail) == end and der.startswith(self.tail, at) else None


def read_list(family: Family, der: bytes, at: int, end: int) -> tuple[Mould, dict[str, Any]]:
    """Read extensions one by one: what they are, and the spans of those that are built later."""
    index: dict[str, Entry] = {}
    late: dict[str, Any] = {}
    start, count, shared = at, 0, True
    while at < end:
        after = content_of(der, at)[1]
        encoded = der[at:after]
        entry = _extensions.get(encoded)
        if entry is None:
            span, entry = _in_place(der, at, after)
            if span:
                late[entry[0]] = span
            else:
                entry, kept = _new_extension(encoded)
                shared = shared and kept
        index[entry[0]] = entry
        count += 1
        at = after
    if at != end or not 0 < len(index) == count <= MAX_EXTENSIONS:
        raise OddityError
    mould = family.mould(index, shared=shared)
    if shared:
        _learn(family, mould, der, start, end)
    return mould, late


_SKI: Final = "2.5.29.14"
_SAN: Final = "2.5.29.17"
_SCT: Final = "1.3.6.1.4.1.11129.2.4.2"
_CHECKS: Final[tuple[tuple[_Check, Entry], ...]] = (
    (span_of_alt_name, (_SAN, LATER, False)),
    (span_of_key_identifier, (_SKI, LATER, False)),
    (span_of_timestamps, (_SCT, LATER, False)),
    (span_of_critical_alt_name, (_SAN, LATER, True)),
)
"""Extensions whose values are of one certificate only, with the checks in place."""
_CHECK_OF: Final = {id(entry): check for check, entry in _CHECKS}
_UNIQUE: Final = frozenset((_SAN, _SKI, _SCT))
_NOTHING: Final[Entry] = ("", None, False)


def _in_place(der: bytes, at: int, after: int) -> tuple[int, Entry]:
    for check, entry in _CHECKS:
        span = check(der, at)
        if span and span & END == after:
            return span, entry
    return 0, _NOTHING


def _new_extension(encoded: bytes) -> tuple[Entry, bool]:
    """Read an extension that is in no memo; keep it unless it is of one certificate only."""
    extension = _strictly(read_extension, encoded)
    entry = (extension.oid, extension.parsed, extension.critical)
    kept = extension.oid not in _UNIQUE and len(encoded) <= _MOST_OCTETS
    if kept:
        keep(_extensions, encoded, entry)
    return entry, kept


def _learn(family: Family, mould: Mould, der: bytes, at: int, end: int) -> None:
    """Expect this list of the next certificates; later, of every eighth surprise only."""
    family.misses += 1
    if len(family.layouts) >= _MOST_LAYOUTS and family.misses & 7:
        return
    if end - at > 2 * _MOST_OCTETS:
        return
    steps: list[_Step] = []
    start = at
    for entry in mould.index.values():
        after = content_of(der, at)[1]
        check = _CHECK_OF.get(id(entry))
        if check is span_of_key_identifier:
            stop = at + len(KEY_IDENTIFIER_HEAD)
            steps.append((der[start:stop], stop - start, _SKI, None))
            start = after
        elif check is not None:
            steps.append((der[start:at], at - start, entry[0], check))
            start = after
        at = after
    if len(family.layouts) >= _MOST_LAYOUTS:
        del family.layouts[0]
    family.layouts.append(Layout(mould, tuple(steps), der[start:at]))
