"""Evaluation times and validity periods, as far as the questions at hand can tell them apart.

All certificates of a pair are looked at in one instant, so their validity periods are not
independent. A *region* bounds notBefore and the length by constants of the policies and
says whether the period has begun and whether it lasts; it is possible at the instants of
one interval, its *span*. Intervals that meet two by two have a common point, so what is
possible together is a question of first and last instants alone.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise, product
from operator import or_
from typing import TYPE_CHECKING, Final

from mtlspolicy.features.validity import DAY, Value
from mtlspolicy.forge.pair import ORDINARY_AT
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from mtlspolicy.features.base import Call

__all__ = [
    "ALWAYS",
    "Region",
    "Spans",
    "at",
    "cuts",
    "home",
    "period",
    "regions",
    "shifted",
    "times",
]

_EARLY: Final = DAY
"""1970-01-02: before every window, with a day's room for a notAfter before notBefore."""
_LATE: Final = 4_102_444_800
"""2100-01-01: after every window; a later notBefore shows nothing else."""
_LONGEST: Final = 40_000 * DAY
"""Longer than every limit (`validity.days_at_most` takes 36,500 days)."""
_END: Final = _LATE + _LONGEST
"""The last instant looked at."""
_NEVER: Final = (1, 0)
_MOST_KNOWN: Final = 4096
"""Answers on the spans of one variable that are kept."""
ALWAYS: Final = (0, _END)
"""The span of what is possible at any instant."""


@dataclass(frozen=True, slots=True)
class Region:
    """Bounds of notBefore and of notAfter - notBefore (both included), and what the time shows.

    `started` is None where notBefore cannot be read, `lasting` where notAfter cannot: a
    fraction of a second is DER, and no time of RFC 5280 (4.1.2.5).
    """

    start: tuple[int, int]
    length: tuple[int, int]
    started: bool | None
    lasting: bool | None

    @property
    def not_before(self) -> int | None:
        """The earliest notBefore, None where it cannot be read."""
        return None if self.started is None else self.start[0]

    @property
    def not_after(self) -> int | None:
        """A notAfter that goes with it, None where it cannot be read."""
        return None if self.lasting is None else self.start[0] + self.length[0]

    @property
    def readable(self) -> bool:
        """Whether both ends can be read."""
        return self.started is not None and self.lasting is not None

    def span(self) -> tuple[int, int]:
        """Return the first and the last instant at which the region is possible."""
        (first, last), (shortest, longest) = self.start, self.length
        if self.started is None:
            return ALWAYS
        if self.lasting is None:
            return (first, _END) if self.started else (0, last - 1)
        if self.started:
            if self.lasting:
                return (first, last + longest) if longest >= 0 else _NEVER
            return first + max(0, shortest + 1), _END
        if self.lasting:
            return 0, last + min(-1, longest)
        # Over before it has begun: only where notAfter lies before notBefore.
        return (first + shortest + 1, last - 1) if shortest < 0 else _NEVER

    def holds(self, value: Value) -> bool:
        """Say whether a validity period lies in the region."""
        if value.not_before is None or value.not_after is None or not self.readable:
            return False
        bounds = (
            self.start[0] <= value.not_before <= self.start[1]
            and self.length[0] <= value.not_after - value.not_before <= self.length[1]
        )
        return (
            bounds
            and (value.not_before <= value.at) == self.started
            and (value.at <= value.not_after) == self.lasting
        )

    def value(self, at: int) -> Value:
        """Return a validity period of this region at the instant `at`, which lies in its span.

        As short as can be: what is long enough to be odd is odd by no more than it must.
        """
        if not self.readable:
            start = self.start[0 if self.started else 1]
            end = at if self.lasting else at - 1
            return Value(
                None if self.started is None else start, None if self.lasting is None else end, at
            )
        near = max(self.start[0], min(at, self.start[1]))
        starts = [near, self.start[1], self.start[0], at + 1]
        lengths = (self.length[0], self.length[1])
        ends = [(start, start + length) for start, length in product(starts, lengths)]
        ends += [(start, end) for start in starts for end in (at, at - 1)]
        ends += [(end - length, end) for length in lengths for end in (at, at - 1)]
        made = (Value(start, end, at) for start, end in ends)
        return next(value for value in made if self.holds(value))


def cuts(calls: Sequence[Call], name: str) -> list[int]:
    """Return the instants at which windows of these questions begin or end."""
    return sorted(
        {cut for call in calls if call.atom.name == name for cut in call.arguments[0].cuts()}
    )


def _starts(calls: Sequence[Call]) -> list[int]:
    return [_EARLY, *cuts(calls, "validity.issued"), _LATE]


def _lengths(calls: Sequence[Call]) -> list[int]:
    limits = {
        call.arguments[0] * DAY for call in calls if call.atom.name == "validity.days_at_most"
    }
    return [-DAY, 0, *sorted(limits), _LONGEST]


def home(value: Value, calls: Sequence[Call]) -> Region:
    """Return the region of a readable validity period that is current."""
    assert value.not_before is not None  # noqa: S101 - it is readable
    assert value.not_after is not None  # noqa: S101 - the same
    starts, lengths = _starts(calls), _lengths(calls)
    start = bisect_right(starts, value.not_before)
    length = bisect_right(lengths, value.not_after - value.not_before)
    return Region(
        (starts[start - 1], starts[start] - 1),
        (lengths[length - 1], lengths[length] - 1),
        started=True,
        lasting=True,
    )


@lru_cache(maxsize=64)
def regions(calls: tuple[Call, ...]) -> tuple[Region, ...]:
    """List the regions that the questions can tell apart and that exist at some instant."""
    starts = _starts(calls)
    lengths = [(low, high - 1) for low, high in pairwise(_lengths(calls))]
    found = []
    # The plainest first: current, not over before it has begun, and issued late.
    for started, lasting in product((True, False), (True, False)):
        for length, (first, after) in product(
            (*lengths[1:], lengths[0]), reversed(list(pairwise(starts)))
        ):
            region = Region((first, after - 1), length, started, lasting)
            begin, end = region.span()
            if begin <= end:
                found.append(region)
    whole = (starts[0], starts[-1] - 1), (lengths[0][0], lengths[-1][1])
    found += [Region(*whole, None, lasting) for lasting in (True, False)]
    for started, (first, after) in product((True, False), reversed(list(pairwise(starts)))):
        found.append(Region((first, after - 1), whole[1], started, None))
    return (*found, Region(*whole, None, None))


_Part = tuple["Hashable", "Callable[[], Value]"]
"""What of a region decides an answer, and a validity period with such a part."""


def _issued(region: Region) -> _Part:
    key = region.started is None, region.start
    return key, lambda: Value(region.not_before, None, 0)


def _long(region: Region) -> _Part:
    key = region.readable, region.length
    return key, lambda: Value(0, region.length[0] if region.readable else None, 0)


def _current(region: Region) -> _Part:
    start, end = region.started, region.lasting
    ends = None if start is None else 2 * (not start), None if end is None else 2 * end
    return (start, end), lambda: Value(*ends, 1)


_PARTS: Final = {
    "validity.issued": _issued,
    **dict.fromkeys(("validity.days_at_most", "validity.ordered"), _long),
    **dict.fromkeys(("validity.current", "validity.started", "validity.not_expired"), _current),
}
"""The part of a region that a question looks at."""


class Parts:
    """Regions by the parts that questions look at: each part is looked at once."""

    def __init__(self, some: Sequence[Region]) -> None:
        self._regions = some
        self._alike: dict[Callable[[Region], _Part], list[tuple[Callable[[], Value], int]]] = {}

    def masks(self, call: Call) -> tuple[int, int]:
        """Return the masks of the regions on which a question is true, and is false."""
        found = {True: 0, False: 0, None: 0}
        for value, mask in self._by(_PARTS[call.atom.name]):
            found[call.answer(value())] |= mask
        return found[True], found[False]

    def _by(self, part_of: Callable[[Region], _Part]) -> list[tuple[Callable[[], Value], int]]:
        alike = self._alike.get(part_of)
        if alike is None:
            masks: dict[Hashable, int] = {}
            values: dict[Hashable, Callable[[], Value]] = {}
            for number, region in enumerate(self._regions):
                key, value = part_of(region)
                masks[key] = masks.get(key, 0) | 1 << number
                values.setdefault(key, value)
            alike = self._alike[part_of] = [(values[key], mask) for key, mask in masks.items()]
        return alike


def at(value: Value, instant: int) -> Value:
    """Return the same certificate at another instant."""
    return Value(value.not_before, value.not_after, instant)


def shifted(value: Value, at: int) -> Value:
    """Return the same certificate, issued as long before `at` as it was before its own time."""
    step = at - value.at
    return Value(max(0, (value.not_before or 0) + step), max(1, (value.not_after or 0) + step), at)


def period(region: Region, usual: Value, at: int) -> Value:
    """Return a validity period of a region that is possible at the instant `at`.

    The usual one where that will do, the same certificate issued later, or any other.
    """
    for one in (Value(usual.not_before, usual.not_after, at), shifted(usual, at)):
        if region.holds(one):
            return one
    return region.value(at)


def times(calls: Sequence[Call]) -> list[tuple[int, int]]:
    """Return the intervals (first, last) of evaluation times, that of the ordinary time first."""
    bounds = [0, *cuts(calls, "validity.evaluated"), _END + 1]
    cells = [(first, after - 1) for first, after in pairwise(bounds)]
    return sorted(cells, key=lambda cell: (not cell[0] <= ORDINARY_AT <= cell[1], -cell[0]))


class Spans:
    """The first and last instants of the values of one variable, ready to be narrowed.

    Values are numbered from 0; a set of values is a bit mask.
    """

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.spans = tuple(spans)
        self.firsts, self._from = _prefixes([first for first, _ in spans])
        negated, masks = _prefixes([-last for _, last in spans])
        self._lasts, self._until = negated, masks
        self._known: dict[tuple[str, int, int], int] = {}
        """answers by question: searches ask the same again and again"""

    def at(self, instant: int) -> int:
        """Return the mask of the values that are possible at an instant."""
        return self.between(instant, instant)

    def between(self, begin: int, end: int) -> int:
        """Return the mask of those possible at `end` or earlier and at `begin` or later."""
        key = "between", begin, end
        mask = self._known.get(key)
        if mask is None:
            begun = self._from[bisect_right(self.firsts, end)]
            alive = self._until[bisect_right(self._lasts, -begin)]
            mask = self._keep(key, begun & alive)
        return mask

    def first(self, domain: int) -> int:
        """Return the earliest instant at which a value of the domain is possible."""
        key = "first", domain, 0
        instant = self._known.get(key)
        if instant is None:
            instant = self._keep(key, self.firsts[_search(self._from, domain)])
        return instant

    def last(self, domain: int) -> int:
        """Return the latest instant at which a value of the domain is possible."""
        key = "last", domain, 0
        instant = self._known.get(key)
        if instant is None:
            instant = self._keep(key, -self._lasts[_search(self._until, domain)])
        return instant

    def _keep(self, key: tuple[str, int, int], answer: int) -> int:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[key] = answer
        return answer


def _prefixes(keys: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the distinct keys in order, and for each number of them the values below."""
    masks: dict[int, int] = {}
    for number, key in enumerate(keys):
        masks[key] = masks.get(key, 0) | 1 << number
    ordered = sorted(masks)
    return ordered, list(accumulate((masks[key] for key in ordered), or_, initial=0))


def _search(prefixes: Sequence[int], domain: int) -> int:
    """Return the least place whose prefix, the one after it, meets the domain."""
    low, high = 0, len(prefixes) - 2
    while low < high:
        middle = (low + high) // 2
        if prefixes[middle + 1] & domain:
            high = middle
        else:
            low = middle + 1
    return low
