"""How long a decision holds: the dated reading of everything that decided.

The verdict is constant between two neighbouring instants of the dated reading, so it is
enough to judge again at each of them, in order, until the verdict differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.dates import (
    peer_instants,
    revocation_instants,
    rule_instants,
    side_instants,
)
from mtlspolicy.engine.judge import verdict_at
from mtlspolicy.instants import LATEST

if TYPE_CHECKING:
    from mtlspolicy.engine.state import Judged

__all__ = ["instants", "next_change"]


def next_change(judged: Judged) -> int | None:
    """Return the first instant after the evaluation time at which the verdict differs.

    None where it never does, as far as documents can write instants.
    """
    for instant in instants(judged):
        if instant > LATEST:
            # 9999-12-31T23:59:59Z is how certificates say never (RFC 5280, 4.1.2.5).
            break
        if instant > judged.at and verdict_at(judged, instant) != judged.verdict:
            return instant
    return None


def instants(judged: Judged) -> tuple[int, ...]:
    """Return every instant (seconds since 1970) at which the verdict can change, in order."""
    compiled = judged.compiled
    if compiled is None:
        return ()
    found: set[int] = set()
    for side in judged.sides():
        found.update(side_instants(side, compiled.sides[side.side.side]))
        found.update(revocation_instants(side, judged.context.of(side.side.side)))
        found.update(peer_instants(side, judged.context))
        for rule_set in compiled.pair.path.values():
            for certificate in side.side.certificates[:1]:
                found.update(rule_instants(rule_set, certificate))
    return tuple(sorted(found))
