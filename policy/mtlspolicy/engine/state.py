"""What was judged: everything a decision and its findings are built from.

Kept small, because the hot path makes one per call; text is made only when somebody looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.ruleset import NOTHING, Masks
from mtlspolicy.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.engine.compile import Compiled
    from mtlspolicy.evidence.context import Context, Pair
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.policies.model import Policy

__all__ = ["ACCEPT", "INDETERMINATE", "REJECT", "Judged", "Judgement", "SideJudged", "Trouble"]

ACCEPT, REJECT, INDETERMINATE = "accept", "reject", "indeterminate"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reject that no rule of the policy stands for: a code of the engine, and where."""

    code: str
    role: str
    index: int | None = None
    detail: str = ""


class Judgement:
    """What the rules of one side come to: which candidate decides, and the masks.

    `chosen`: its place among the candidates, None where there is no certificate. `failed` and
    `unknown` are the enforced rules of these masks that did; `idle` says that no enforced rule
    passed. `codes` of both, once somebody has asked.
    """

    __slots__ = ("chosen", "codes", "failed", "idle", "masks", "unknown")

    def __init__(self, chosen: int | None, masks: Masks, enforced: int) -> None:
        self.chosen, self.masks = chosen, masks
        passed, failed, unknown, faulted = masks
        self.failed = failed & enforced | faulted
        self.unknown = unknown & enforced
        self.idle = not passed & enforced
        self.codes: tuple[frozenset[str], frozenset[str]] | None = None


class SideJudged:
    """One side and its judgement at the instant `at`.

    `leaf`: the first presented certificate, None where there is none. `troubles`: what no policy
    may accept about the presented bytes. `dated`: the instants at which the judgement can change,
    and what is known of each interval between them, in one place; None until another instant is
    asked for.
    """

    __slots__ = ("_like", "at", "dated", "judgement", "leaf", "own", "troubles")

    def __init__(  # noqa: PLR0913, PLR0917 - one per part; names would take half of the time
        self,
        like: Side | Callable[[], Side],
        leaf: Certificate | None,
        judgement: Judgement,
        at: int,
        own: bool,  # noqa: FBT001 - called for each side of each decision
        troubles: tuple[Trouble, ...],
    ) -> None:
        """Take the parts.

        `like`: the side, or what derives it; or one that differs in nothing but the leaf, which
        is alone there.
        """
        self._like, self.leaf, self.judgement, self.at = like, leaf, judgement, at
        self.own, self.troubles = own, troubles
        self.dated: tuple[tuple[int, ...], list[SideJudged | None]] | None = None

    @property
    def side(self) -> Side:
        """The side that was judged."""
        side, leaf = self._like, self.leaf
        if callable(side):
            side = self._like = side()
            self.leaf = side.leaf
        elif leaf is not None and side.certificates[0] is not leaf:
            side = self._like = replace(side, certificates=(leaf,))
        return side

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that decides."""
        chosen = self.judgement.chosen
        return None if chosen is None else self.side.candidates[chosen]

    @property
    def masks(self) -> Masks:
        """Which rules of the side passed, failed, are unknown, or broke."""
        return self.judgement.masks


class Judged:
    """One decision in the making."""

    __slots__ = (
        "at",
        "client",
        "compiled",
        "context",
        "pair",
        "pair_masks",
        "policy",
        "server",
        "troubles",
        "verdict",
    )

    def __init__(self, pair: Pair, policy: Policy, context: Context, at: int) -> None:
        self.pair, self.policy, self.context, self.at = pair, policy, context, at
        self.compiled: Compiled | None = None
        self.client: SideJudged | None = None
        self.server: SideJudged | None = None
        self.pair_masks = NOTHING
        self.troubles: tuple[Trouble, ...] = ()
        self.verdict = REJECT

    def sides(self) -> tuple[SideJudged, ...]:
        """Return the sides that were derived, the client first."""
        return tuple([side for side in (self.client, self.server) if side is not None])
