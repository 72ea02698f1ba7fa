"""The list of extensions of an ordinary certificate, as its issuer writes it.

This module knows how the lists of one family of certificates look, and expects of the next
one what it saw of those before; a list that looks different is read extension by extension.
What is in no memo is read by `explain`'s readers, and kept if they find nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import IN_PLACE, LATER
from mtlspolicy.facts.extensions import read_extension
from mtlspolicy.facts.kept import MOST_OCTETS, strictly
from mtlspolicy.facts.shapes import (
    END,
    KEY_IDENTIFIER_HEAD,
    SHIFT,
    OddityError,
    content_of,
    span_of_alt_name,
    span_of_critical_alt_name,
    span_of_key_identifier,
    span_of_timestamps,
)
from mtlspolicy.limits import MAX_EXTENSIONS
from mtlspolicy.memos import keep

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Entry, Mould
    from mtlspolicy.facts.kept import Family

__all__ = ["Layout", "forget", "read_list"]

_MOST_LAYOUTS: Final = 4
"""Layouts that are tried for one family: servers and clients, with common name and without."""

_MOST_ALIKE: Final = 2 * MOST_OCTETS
"""Octets of the extensions that a mould may hold on to: their values take a dozen times as many,
and there are thousands of moulds. Ordinary certificates have a quarter of it."""

_extensions: dict[bytes, Entry] = {}
"""Extensions by their exact octets; never one whose value is built later."""


def forget() -> None:
    """Empty the memo, as when it is full."""
    _extensions.clear()


_Check = Callable[[bytes, int], int]
_Step = tuple[bytes, int, int, _Check | None]


class Layout:
    """How the list of extensions looked in certificates of one mould.

    `steps`: octets of whole extensions that are always the same and how many octets these
    are, then number (`IN_PLACE`) and check of the extension that follows, which is of one
    certificate only; no check stands for a key identifier, whose head ends the octets before it.
    `tail`: the `octets` octets after the last of these, and the `closing` of the family.
    """

    __slots__ = ("mould", "octets", "steps", "tail")

    def __init__(self, mould: Mould, steps: tuple[_Step, ...], tail: bytes, closing: bytes) -> None:
        self.mould, self.steps = mould, steps
        self.tail, self.octets = tail + closing, len(tail)

    def fit(self, der: bytes, at: int, end: int) -> list[Any] | None:
        """Return the spans of what is checked in place, None where the list looks different."""
        late = [0, 0, 0]
        for run, length, number, check in self.steps:
            if not der.startswith(run, at):
                return None
            at += length
            if check is None:
                late[number] = at << SHIFT | at + 20
                at += 20
            else:
                span = late[number] = check(der, at)
                if not span:
                    return None
                at = span & END
        return late if at + self.octets == end and der.startswith(self.tail, at) else None


def read_list(family: Family, der: bytes, at: int, end: int) -> tuple[Mould, list[Any]]:
    """Read extensions one by one: what they are, and the spans of those that are built later.

    The same algorithm as inside follows behind them.
    """
    index: dict[str, Entry] = {}
    late = [0, 0, 0]
    start, count, alike, shared = at, 0, 0, True
    while at < end:
        after = content_of(der, at)[1]
        encoded = der[at:after]
        entry = _extensions.get(encoded)
        if entry is None:
            span, entry = _in_place(der, at, after)
            if span:
                late[IN_PLACE[entry[0]]] = span
            else:
                entry, kept = _new_extension(encoded)
                shared = shared and kept
        if entry[1] is not LATER:
            alike += len(encoded)
        index[entry[0]] = entry
        count += 1
        at = after
    if at != end or not 0 < len(index) == count <= MAX_EXTENSIONS:
        raise OddityError
    if not der.startswith(family.closing, end):
        raise OddityError
    shared = shared and alike <= _MOST_ALIKE
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
_NOTHING: Final[Entry] = ("", None, False)


def _in_place(der: bytes, at: int, after: int) -> tuple[int, Entry]:
    for check, entry in _CHECKS:
        span = check(der, at)
        if span and span & END == after:
            return span, entry
    return 0, _NOTHING


def _new_extension(encoded: bytes) -> tuple[Entry, bool]:
    """Read an extension that is in no memo; keep it unless it is of one certificate only."""
    extension = strictly(read_extension, encoded)
    entry = (extension.oid, extension.parsed, extension.critical)
    kept = extension.oid not in IN_PLACE and len(encoded) <= MOST_OCTETS
    if kept:
        keep(_extensions, encoded, entry)
    return entry, kept


def _learn(family: Family, mould: Mould, der: bytes, at: int, end: int) -> None:
    """Expect this list of the next certificates; later, of every eighth surprise only."""
    family.misses += 1
    if len(family.layouts) >= _MOST_LAYOUTS and family.misses & 7:
        return
    if end - at > 2 * MOST_OCTETS:
        return
    steps: list[_Step] = []
    start = at
    for entry in mould.index.values():
        after = content_of(der, at)[1]
        check = _CHECK_OF.get(id(entry))
        if check is span_of_key_identifier:
            stop = at + len(KEY_IDENTIFIER_HEAD)
            steps.append((der[start:stop], stop - start, IN_PLACE[_SKI], None))
            start = after
        elif check is not None:
            steps.append((der[start:at], at - start, IN_PLACE[entry[0]], check))
            start = after
        at = after
    if len(family.layouts) >= _MOST_LAYOUTS:
        del family.layouts[0]
    family.layouts.append(Layout(mould, tuple(steps), der[start:at], family.closing))
