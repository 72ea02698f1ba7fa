"""Evaluation times and validity periods, as far as the questions at hand can tell them apart.

All certificates of a pair are looked at in one instant, so their validity periods are not
independent. A *region* bounds notBefore and the length by constants of the policies and
says whether the period has begun and whether it lasts; it is possible at the instants of
one interval, which follows from the bounds. Where regions of several certificates are
possible together, they are at the latest of their first instants: so those are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final

from mtlspolicy.features.validity import DAY, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.base import Call

__all__ = ["Region", "cuts", "regions", "shifted"]

_EARLY: Final = DAY
"""1970-01-02: before every window, with a day's room for a notAfter before notBefore."""
_LATE: Final = 4_102_444_800
"""2100-01-01: after every window; a later notBefore shows nothing else."""
_LONGEST: Final = 40_000 * DAY
"""Longer than every limit (`validity.days_at_most` takes 36,500 days)."""
_NEVER: Final = (1, 0)


@dataclass(frozen=True, slots=True)
class Region:
    """Bounds of notBefore and of notAfter - notBefore (both included), and what the time shows."""

    start: tuple[int, int]
    length: tuple[int, int]
    started: bool
    lasting: bool

    def span(self) -> tuple[int, int]:
        """Return the first and the last instant at which the region is possible."""
        (first, last), (shortest, longest) = self.start, self.length
        if self.started:
            if self.lasting:
                return (first, last + longest) if longest >= 0 else _NEVER
            return first + max(0, shortest + 1), _LATE + _LONGEST
        if self.lasting:
            return 0, last + min(-1, longest)
        # Over before it has begun: only where notAfter lies before notBefore.
        return (first + shortest + 1, last - 1) if shortest < 0 else _NEVER

    def holds(self, value: Value) -> bool:
        """Say whether a validity period lies in the region."""
        if value.not_before is None or value.not_after is None:
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

    def value(self, at: int) -> Value | None:
        """Return a validity period of this region at the instant `at`, None if there is none."""
        starts = [
            n
            for n in (min(at, self.start[1]), self.start[1], self.start[0], at + 1)
            if self.start[0] <= n <= self.start[1]
        ]
        lengths = (self.length[1], self.length[0])
        ends = [(start, start + length) for start, length in product(starts, lengths)]
        ends += [(start, end) for start in starts for end in (at, at - 1)]
        ends += [(end - length, end) for length in lengths for end in (at, at - 1)]
        for start, end in ends:
            if self.holds(Value(start, end, at)):
                return Value(start, end, at)
        return None


def cuts(calls: Sequence[Call], name: str) -> list[int]:
    """Return the instants at which windows of these questions begin or end."""
    return sorted(
        {cut for call in calls if call.atom.name == name for cut in call.arguments[0].cuts()}
    )


def regions(calls: Sequence[Call]) -> Iterator[Region]:
    """List the regions that the questions can tell apart and that exist at some instant."""
    starts = [_EARLY, *cuts(calls, "validity.issued"), _LATE]
    limits = sorted(
        {call.arguments[0] * DAY for call in calls if call.atom.name == "validity.days_at_most"}
    )
    lengths = [(low, high - 1) for low, high in pairwise([-DAY, 0, *limits, _LONGEST])]
    # The plainest first: current, and not over before it has begun.
    for started, lasting in product((True, False), (True, False)):
        for length, (first, after) in product((*lengths[1:], lengths[0]), pairwise(starts)):
            region = Region((first, after - 1), length, started, lasting)
            begin, end = region.span()
            if begin <= end:
                yield region


def shifted(value: Value, at: int) -> Value:
    """Return the same certificate, issued as long before `at` as it was before its own time."""
    step = at - value.at
    return Value(max(0, (value.not_before or 0) + step), max(1, (value.not_after or 0) + step), at)
