"""Sides judged before: a side's judgement as a function of the evaluation time.

A server judges the same chains again and again, at another second each time. What is judged
depends on the bytes, on the caller's word and on the time; and on the time it is
constant between two neighbouring instants of the dated reading. So a side that comes again
costs one look-up. Only sides without further evidence are kept: names, anchors, disclosures
and revocation answers make keys too large to be worth it. Several threads may ask at once:
an interval is judged twice then, and never wrongly.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.evidence.context import SideEvidence
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.engine.state import SideJudged
    from mtlspolicy.evidence.context import Context

__all__ = ["Memory", "Remembered"]

_NO_EVIDENCE: Final = SideEvidence()

_MOST_BYTES: Final = 32 * 1024
"""Bytes of a chain that is remembered: three certificates with ML-DSA-65 keys and signatures
take half of it, and hostile chains of this size fill a memory with 128 MiB at most."""

Key = tuple[object, ...]


@dataclass(slots=True)
class Remembered:
    """One side at the instants judged so far.

    `dated` is None until a second instant is asked for; then it has the instants at which the
    judgement can change, and one place per interval between them. Both are set at once.
    """

    at: int
    first: SideJudged
    dated: tuple[tuple[int, ...], list[SideJudged | None]] | None = None


class Memory:
    """A bounded memo of judged sides; when it is full it starts afresh."""

    def __init__(self) -> None:
        self._sides: dict[Key, Remembered] = {}

    @staticmethod
    def key(
        side: str,
        chain: tuple[bytes, ...],
        context: Context,
        *,
        own: bool,
    ) -> Key | None:
        """Return the key of a side, None where it is not worth keeping.

        Whatever of the evidence a rule on a side can see is in the key, or there is none.
        """
        evidence = context.of(side)
        if evidence is not _NO_EVIDENCE and evidence != _NO_EVIDENCE:
            return None
        if context.dns is not None or context.handshake is not None:
            return None
        if context.ccadb or sum(map(len, chain)) > _MOST_BYTES:
            return None
        return side, chain, context.asserted, own

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
        if found.dated is None:
            instants = breaks(found)
            places: list[SideJudged | None] = [None] * (len(instants) + 1)
            places[bisect_right(instants, found.at)] = found.first
            found.dated = instants, places
        instants, places = found.dated
        place = bisect_right(instants, at)
        judged = places[place]
        if judged is None:
            judged = places[place] = judge(found, at)
        return judged

    def forget(self) -> None:
        """Forget every side."""
        self._sides.clear()

    def keep(self, key: Key, at: int, judged: SideJudged) -> None:
        """Remember a side that was judged at the instant `at`."""
        if len(self._sides) >= limits.MAX_MEMO_ENTRIES:
            self._sides.clear()
        self._sides[key] = Remembered(at, judged)
