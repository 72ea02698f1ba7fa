"""What was judged: everything a decision and its findings are built from.

Kept small, because the hot path makes one per call; text is made only when somebody looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.ruleset import NOTHING, Masks
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.engine.compile import Compiled
    from mtlspolicy.evidence.context import Context, Pair
    from mtlspolicy.policies.model import Policy

__all__ = ["ACCEPT", "INDETERMINATE", "REJECT", "Judged", "SideJudged", "Trouble"]

ACCEPT, REJECT, INDETERMINATE = "accept", "reject", "indeterminate"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reject that no rule of the policy stands for: a code of the engine, and where."""

    code: str
    role: str
    index: int | None = None
    detail: str = ""


@dataclass(slots=True)
class SideJudged:
    """One side: the derived side, the candidate that decides, and the masks."""

    side: Side
    own: bool
    candidate: Candidate | None = None
    masks: Masks = NOTHING
    troubles: list[Trouble] = field(default_factory=list)
    """what no policy may accept about the presented bytes"""


@dataclass(slots=True)
class Judged:
    """One decision in the making."""

    pair: Pair
    policy: Policy
    context: Context
    at: int
    compiled: Compiled | None = None
    client: SideJudged | None = None
    server: SideJudged | None = None
    pair_masks: Masks = NOTHING
    troubles: list[Trouble] = field(default_factory=list)
    verdict: str = REJECT

    def sides(self) -> tuple[SideJudged, ...]:
        """Return the sides that were derived, the client first."""
        return tuple(side for side in (self.client, self.server) if side is not None)
