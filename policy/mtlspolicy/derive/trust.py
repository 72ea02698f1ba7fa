"""What is known of one side's trust: its path, its name, its revocation status.

Three small values that the features of path scope read. Each has three sources: evidence
(computed), the caller's word (asserted), or nothing (unknown). How they are computed is
the business of the other modules of this package.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NameStatus", "PathStatus", "RevocationStatus"]


@dataclass(frozen=True, slots=True)
class PathStatus:
    """Whether the chain leads to an anchor of that side (RFC 5280, 6.1).

    `valid` is None where no anchors were given; `asserted` says that the caller's word
    stands for it. `group` is the anchor's group where it is known. `faults` are the codes
    of what is wrong with the path, in order.
    """

    valid: bool | None
    asserted: bool = False
    group: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameStatus:
    """Whether the certificate carries the name that was asked for.

    `asked` is False where no name was given; then `matched` is None.
    """

    asked: bool
    matched: bool | None
    asserted: bool = False


@dataclass(frozen=True, slots=True)
class RevocationStatus:
    """What the revocation evidence says of the path.

    `word`: good, revoked, unknown (evidence was given and says nothing usable: stale, bad
    or for others), absent (no evidence was given).
    """

    word: str
    asserted: bool = False
