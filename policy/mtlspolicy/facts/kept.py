"""What recurs from certificate to certificate, kept by its exact octets.

This module knows what certificates share: algorithms, issuers, relative names, and in `lists`
most extensions. What is in no memo is read by `explain`'s readers, and kept if they find nothing
to say. So a memo answers only for octets that have been found in order once, and it answers as
if they were read again. Every memo is bounded, and starts afresh when it is full.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Source
from mtlspolicy.der.strings import PRINTABLE, PRINTABLE_OCTETS, UTF8
from mtlspolicy.facts.certificate import Mould
from mtlspolicy.facts.keys import read_algorithm, read_public_key
from mtlspolicy.facts.names import read_name, read_rdn
from mtlspolicy.facts.shapes import OddityError, content_of, long_length
from mtlspolicy.limits import MAX_RDNS
from mtlspolicy.memos import keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.facts.certificate import Entry, Name, PublicKey
    from mtlspolicy.facts.lists import Layout

__all__ = [
    "COMMON_NAME_HEAD",
    "MOST_OCTETS",
    "Family",
    "check_name",
    "families",
    "forget",
    "keep",
    "new_family",
    "other_key",
    "points",
    "strict_name",
    "strictly",
]

MOST_OCTETS: Final = 1_024
"""Octets of the largest value that is kept, which bounds each memo at a few MiB."""
_MOST_FAMILIES: Final = 1_024
"""Families kept. With the layouts they take 16 MiB at most; the public web has some hundreds."""

_T = TypeVar("_T")

families: dict[tuple[bytes, bytes], Family] = {}
"""By the octets of signature algorithm and issuer, and those of the key's algorithm."""
points: dict[bytes, list[Family]] = {}
"""Those of them whose keys are plain EC points, by the octets of signature algorithm and issuer."""
_moulds: dict[tuple[object, ...], Mould] = {}
"""By family and the identities of the entries, which the mould holds on to."""
_rdns: dict[bytes, bool] = {}
"""Relative names, but for plain common names: whether there is a common name in it."""


def forget() -> None:
    """Empty all memos, as when each of them is full."""
    for memo in (families, points, _moulds, _rdns):
        memo.clear()


def strictly(read: Callable[..., _T | None], encoded: bytes, tag: int = 0x30) -> _T:
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
    return strictly(read_name, encoded)


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
        found = _rdns.get(der[last:at])
        if found is None:
            if der.startswith(_COMMON_NAMES[size], last) and _is_plain(der, last, at):
                common = -1 if common else last
            elif _new_rdn(der[last:at]):
                common = -1
        elif found:
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
    attributes = strictly(read_rdn, encoded, 0x31)
    common = any(attribute.oid == "2.5.4.3" for attribute in attributes)
    if len(encoded) <= MOST_OCTETS:
        keep(_rdns, encoded, common)
    return common


# -- families


class Family:
    """What certificates with one issuer, one signature algorithm and one kind of key share.

    `closing`: the algorithm, as it stands once more behind what is signed, and the tag of the
    signature, `closing_octets` in all. `sample`: the first key. `point`: how a
    SubjectPublicKeyInfo of `octets` octets begins that holds an uncompressed point, up to that;
    empty for other keys. `layouts`: how their extensions may look.
    """

    __slots__ = (
        "algorithm",
        "closing",
        "closing_octets",
        "issuer",
        "layouts",
        "misses",
        "octets",
        "point",
        "sample",
    )

    def __init__(self, origin: bytes, sample: PublicKey) -> None:
        # the identifier of the algorithm, then the name of the issuer
        middle = content_of(origin, 0)[1]
        self.algorithm = strictly(read_algorithm, origin[:middle])
        self.issuer = strict_name(origin[middle:])
        if not self.issuer.rdns:
            raise OddityError  # RFC 5280, 4.1.2.4: an issuer has a name
        self.closing = self.algorithm.der + b"\x03"
        self.closing_octets = len(self.closing)
        self.sample = sample
        # SEC 1, 2.3.3: an uncompressed point has two coordinates; larger fields have long lengths
        octets = 2 * ((sample.bits + 7) // 8) + 2
        inside = sample.algorithm.der + bytes((0x03, octets & 0x7F, 0x00, 0x04))
        self.octets = len(inside) + octets
        plain = sample.kind == "ec" and octets > 2 and self.octets - 2 < 0x80
        self.point = bytes((0x30, self.octets - 2)) + inside if plain else b""
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
    if len(origin) <= MOST_OCTETS and len(key) <= MOST_OCTETS:
        if len(families) >= _MOST_FAMILIES:
            families.clear()
            points.clear()
        families[origin, encoded] = family
        if family.point:
            points.setdefault(origin, []).append(family)
    return family


def other_key(encoded: bytes) -> PublicKey:
    """Read a SubjectPublicKeyInfo in which nothing is to be noted."""
    return strictly(read_public_key, encoded)
