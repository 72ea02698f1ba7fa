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
    from collections.abc import Callable, Hashable, Mapping

    from mtlspolicy.derive.side import Side
    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.engine.state import Judgement, SideJudged
    from mtlspolicy.evidence.context import Context

__all__ = ["Memory", "Table"]

_MOST_BYTES: Final = 32 * 1024
"""Bytes of a chain that is remembered: three certificates with ML-DSA-65 keys and signatures
take half of it."""

_MOST_OCTETS: Final = 8 * 1024 * 1024
"""Bytes of all chains that are remembered: more than 3,000 of two ordinary certificates. A side
holds on to its facts, and those of hostile certificates take 25 times their octets and more."""

_MOST_TABLES: Final = 16
"""Ways of vouching that are kept apart; a server has one or two, which no peer can choose."""

Chain = bytes | tuple[bytes, ...]
"""The key of a chain: a leaf that is presented alone is its own key."""


class Table:
    """One side, as far as the caller vouches for it alike, and what is remembered of it.

    `name`, `own` and `rules` are those of the side. `sides` by their chains. `alone`: of leafs
    that are presented alone the judgement by kind (`engine.kinds`), for no rule can tell leafs
    of one kind apart. `like` is the side of one such leaf: that of another one differs in
    its certificate only.
    """

    __slots__ = ("alone", "like", "name", "own", "rules", "sides")

    def __init__(self, name: str, rules: SideRules, *, own: bool) -> None:
        self.name, self.rules, self.own = name, rules, own
        self.sides: dict[Chain, SideJudged] = {}
        self.alone: dict[Hashable, Judgement] = {}
        self.like: Side | None = None


class Memory:
    """Bounded memos of judged sides; when they are full they start afresh."""

    def __init__(self, rules: Mapping[str, SideRules]) -> None:
        self._rules = rules
        self._tables: dict[tuple[object, ...], tuple[Table, Table]] = {}
        self._kept = self._octets = 0

    def tables(self, context: Context) -> tuple[Table, Table]:
        """Return the tables of client and server for this perspective and the caller's word."""
        key = context.perspective, context.asserted
        known = self._tables.get(key)
        if known is None:
            if len(self._tables) >= _MOST_TABLES:
                self._tables.clear()
            known = self._tables[key] = (
                Table("client", self._rules["client"], own=not context.judges("client")),
                Table("server", self._rules["server"], own=not context.judges("server")),
            )
        return known

    @staticmethod
    def serves(table: Table, context: Context) -> bool:
        """Say whether sides with this evidence are remembered in their table.

        Whatever of the evidence a rule on a side can see is in the key, or they are not.
        """
        evidence = context.client if table.name == "client" else context.server
        if evidence is not NO_EVIDENCE and evidence != NO_EVIDENCE:
            return False
        if context.ccadb:
            return False
        return not table.rules.beyond or (context.dns is None and context.handshake is None)

    @staticmethod
    def find(
        known: SideJudged,
        at: int,
        judge: Callable[[int], SideJudged],
        breaks: Callable[[], tuple[int, ...]],
    ) -> SideJudged:
        """Return the judgement of a known side at the instant `at`.

        `judge` judges it at another instant, `breaks` gives the instants at which it changes.
        """
        if known.dated is None:
            instants = breaks()
            places: list[SideJudged | None] = [None] * (len(instants) + 1)
            places[bisect_right(instants, known.at)] = known
            known.dated = instants, places
        instants, places = known.dated
        place = bisect_right(instants, at)
        judged = places[place]
        if judged is None:
            judged = places[place] = judge(at)
        return judged

    def forget(self) -> None:
        """Forget every side, as when there are too many."""
        self._kept = self._octets = 0
        for pair in self._tables.values():
            for table in pair:
                table.sides.clear()

    def keep(self, table: Table, key: Chain, judged: SideJudged) -> None:
        """Remember a side, unless it is large."""
        octets = len(key) if isinstance(key, bytes) else sum(map(len, key))
        if octets > _MOST_BYTES:
            return
        if self._kept >= limits.MAX_MEMO_ENTRIES or self._octets + octets > _MOST_OCTETS:
            self.forget()
        self._kept += 1
        self._octets += octets
        table.sides[key] = judged
