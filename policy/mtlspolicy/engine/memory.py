"""Sides judged before: a side's judgement as a function of the evaluation time.

A server judges the same chains again and again, at another second each time. What is judged
depends on the bytes, on the caller's word and on the time; and on the time it is
constant between two neighbouring instants of the dated reading. So a side that comes again
costs one look-up. Only sides without further evidence are kept: names, anchors and
revocation answers make keys too large to be worth it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.evidence.context import SideEvidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.engine.state import SideJudged

__all__ = ["Memory", "Remembered"]

_NO_EVIDENCE: Final = SideEvidence()

Key = tuple[object, ...]


@dataclass(slots=True)
class Remembered:
    """One side at the instants judged so far.

    `breaks` are the instants at which the judgement can change, None until a second instant
    is asked for; `judged` has then one place per interval between them.
    """

    at: int
    first: SideJudged
    breaks: tuple[int, ...] | None = None
    judged: list[SideJudged | None] = field(default_factory=list)


class Memory:
    """A bounded memo of judged sides; when it is full it starts afresh."""

    def __init__(self) -> None:
        self._sides: dict[Key, Remembered] = {}

    @staticmethod
    def key(
        side: str,
        chain: tuple[bytes, ...],
        evidence: SideEvidence,
        asserted: tuple[str, ...],
        *,
        own: bool,
    ) -> Key | None:
        """Return the key of a side, None where it is not worth keeping."""
        if evidence is not _NO_EVIDENCE and evidence != _NO_EVIDENCE:
            return None
        return side, chain, asserted, own

    def find(
        self,
        key: Key,
        at: int,
        judge: Callable[[Remembered, int], SideJudged],
        breaks: Callable[[Remembered], tuple[int, ...]],
    ) -> SideJudged | None:
        """Return the judgement at the instant `at`, None where the side is new.

        `judge` judges a known side at another instant, `breaks` gives its instants.
        """
        found = self._sides.get(key)
        if found is None:
            return None
        if at == found.at:
            return found.first
        if found.breaks is None:
            found.breaks = breaks(found)
            found.judged = [None] * (len(found.breaks) + 1)
            found.judged[bisect_right(found.breaks, found.at)] = found.first
        place = bisect_right(found.breaks, at)
        judged = found.judged[place]
        if judged is None:
            judged = found.judged[place] = judge(found, at)
        return judged

    def forget(self) -> None:
        """Forget every side."""
        self._sides.clear()

    def keep(self, key: Key, at: int, judged: SideJudged) -> None:
        """Remember a side that was judged at the instant `at`."""
        if len(self._sides) >= limits.MAX_MEMO_ENTRIES:
            self._sides.clear()
        self._sides[key] = Remembered(at, judged)
