"""What was judged: everything a decision and its findings are built from.

Kept small, because the hot path makes one per call; text is made only when somebody looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.ruleset import NOTHING, Masks
from mtlspolicy.records import dataclass

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


class SideJudged:
    """One side: the derived side, the candidate that decides, and the masks.

    `failed` and `unknown` are the enforced rules of these masks that did; `idle` says that no
    enforced rule passed. `troubles`: what no policy may accept about the presented bytes.
    """

    __slots__ = ("candidate", "failed", "idle", "masks", "own", "side", "troubles", "unknown")

    def __init__(  # noqa: PLR0913 - one per part
        self,
        side: Side,
        candidate: Candidate | None,
        masks: Masks,
        *,
        own: bool,
        enforced: int,
        troubles: tuple[Trouble, ...] = (),
    ) -> None:
        self.side, self.candidate, self.masks, self.own = side, candidate, masks, own
        passed, failed, unknown, faulted = masks
        self.failed = failed & enforced | faulted
        self.unknown = unknown & enforced
        self.idle = not passed & enforced
        self.troubles = troubles


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
