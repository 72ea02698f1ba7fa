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
from mtlspolicy.evidence.context import NO_EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.engine.ruleset import Masks
    from mtlspolicy.engine.state import SideJudged
    from mtlspolicy.evidence.context import Context

__all__ = ["Memory", "Remembered", "Table", "key_of"]

_MOST_BYTES: Final = 32 * 1024
"""Bytes of a chain that is remembered: three certificates with ML-DSA-65 keys and signatures
take half of it, and hostile chains of this size fill a memory with 128 MiB at most."""

_MOST_TABLES: Final = 16
"""Ways of vouching that are kept apart; a server has one or two, which no peer can choose."""

Chain = bytes | tuple[bytes, ...]
"""The key of a chain: a leaf that is presented alone is its own key."""


class Remembered:
    """One side at the instants judged so far.

    `dated` is None until a second instant is asked for; then it has the instants at which the
    judgement can change, and one place per interval between them. Both are set at once.
    """

    __slots__ = ("at", "dated", "first")

    def __init__(self, at: int, first: SideJudged) -> None:
        self.at, self.first = at, first
        self.dated: tuple[tuple[int, ...], list[SideJudged | None]] | None = None


class Table:
    """What is remembered of sides for which the caller vouches alike.

    `sides` by their chains. `alone`: of leafs that are presented alone, the candidate, and the
    masks by kind (`engine.kinds`), for no rule can tell leafs of one kind apart. `like` is one
    side of such a leaf: another one differs in its certificate only.
    """

    __slots__ = ("alone", "like", "sides")

    def __init__(self) -> None:
        self.sides: dict[Chain, Remembered] = {}
        self.alone: dict[Hashable, tuple[Candidate | None, Masks]] = {}
        self.like: Side | None = None


class Memory:
    """Bounded memos of judged sides; when they are full they start afresh."""

    def __init__(self) -> None:
        self._tables: dict[tuple[object, ...], Table] = {}
        self._kept = 0

    def table(self, side: str, context: Context, *, own: bool, beyond: bool) -> Table | None:
        """Return the table in which a side is remembered, None where that is not worth it.

        Whatever of the evidence a rule on a side can see is in the key, or there is none.
        `beyond`: whether any rule sees evidence of the connection.
        """
        evidence = context.client if side == "client" else context.server
        if evidence is not NO_EVIDENCE and evidence != NO_EVIDENCE:
            return None
        if context.ccadb:
            return None
        if beyond and (context.dns is not None or context.handshake is not None):
            return None
        key = side, own, context.asserted
        table = self._tables.get(key)
        if table is None:
            if len(self._tables) >= _MOST_TABLES:
                self._tables.clear()
            table = self._tables[key] = Table()
        return table

    @staticmethod
    def find(
        found: Remembered,
        at: int,
        judge: Callable[[Remembered, int], SideJudged],
        breaks: Callable[[Remembered], tuple[int, ...]],
    ) -> SideJudged:
        """Return the judgement of a known side at the instant `at`.

        `judge` judges it at another instant, `breaks` gives the instants at which it changes.
        """
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
        """Forget every side, as when there are too many."""
        self._kept = 0
        for table in self._tables.values():
            table.sides.clear()

    def keep(self, table: Table, chain: Sequence[bytes], judged: SideJudged, at: int) -> None:
        """Remember a side that was judged at the instant `at`, unless it is large."""
        if sum(map(len, chain)) > _MOST_BYTES:
            return
        if self._kept >= limits.MAX_MEMO_ENTRIES:
            self.forget()
        self._kept += 1
        table.sides[key_of(chain)] = Remembered(at, judged)


def key_of(chain: Sequence[bytes]) -> Chain:
    """Return the key of a chain."""
    return chain[0] if len(chain) == 1 else tuple(chain)
