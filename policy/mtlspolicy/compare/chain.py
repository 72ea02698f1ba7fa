"""The shapes of one side's chain: how many issuers, and what is known of them.

This module knows which shapes evidence can give a chain, and which path status goes with
each. It knows no rules. One candidate path per side is compared, with at most two issuers
(every two that differ show what `features.issuers` can tell apart); that a caller
vouches for issuers that nobody shows is left out, as it can stand for any issuers.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.derive.trust import PathStatus

__all__ = ["ORDINARY", "Chain", "Known", "fits", "shapes"]

MOST_ISSUERS: Final = 2


class Known(Enum):
    """What is known of the certificates above the leaf."""

    ANCHORED = "the chain up to its anchor"
    CLOSED = "every issuer, but not the anchor"
    OPEN = "not all issuers"
    PINNED = "the leaf is itself the anchor"


@dataclass(frozen=True, slots=True)
class Chain:
    """`issuers`: how many issuers between leaf and anchor are there to be judged."""

    known: Known
    issuers: int

    @property
    def number(self) -> int:
        """How many issuers there are, as `features.issuers` has it."""
        return self.issuers

    @property
    def closed(self) -> bool:
        """Whether there can be no other issuer."""
        return self.known is not Known.OPEN

    @property
    def anchored(self) -> bool:
        """Whether the anchor's certificate is judged."""
        return self.known is Known.ANCHORED

    @property
    def anchor_known(self) -> bool:
        """Whether rules on the anchor have all that they ask about."""
        return self.known in (Known.ANCHORED, Known.PINNED)

    def judges(self, of: str, position: int) -> bool:
        """Say whether a rule on issuers or links is judged on the certificate at `position`."""
        if of == "link":
            return position < self.issuers + self.anchored
        return 1 <= position <= self.issuers

    def __str__(self) -> str:
        """Say it in words."""
        number = {0: "no issuer", 1: "one issuer", 2: "two issuers"}[self.issuers]
        return {
            Known.ANCHORED: f"{number} between leaf and anchor",
            Known.CLOSED: f"{number}, and the anchor is not shown",
            Known.OPEN: f"{number} shown, and others may follow",
            Known.PINNED: "the leaf is itself the anchor",
        }[self.known]


ORDINARY: Final = Chain(Known.ANCHORED, 1)


def shapes(most: int) -> list[Chain]:
    """List all shapes with at most `most` issuers, the ordinary one first."""
    counts = (1, 0, *range(2, most + 1))
    anchored = [Chain(Known.ANCHORED, n) for n in counts]
    closed = [Chain(Known.CLOSED, n) for n in counts if n]
    return [*anchored, *closed, *(Chain(Known.OPEN, n) for n in counts), Chain(Known.PINNED, 0)]


def fits(chain: Chain, path: PathStatus) -> bool:
    """Say whether a chain of this shape can have this path status.

    A chain that is known up to its anchor is one that was found or vouched for; one of
    which the anchor is not known was vouched for; and a pinned leaf is its own path.
    """
    match chain.known:
        case Known.ANCHORED:
            return path.valid is not None
        case Known.CLOSED:
            return path.valid is True
        case Known.PINNED:
            return path.valid is True and path.group is not None
        case _:
            return path.valid is not True or chain.issuers == 0
