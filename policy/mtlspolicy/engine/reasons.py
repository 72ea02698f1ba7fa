"""Why a decision refuses, as codes: what the masks say, before any finding is made.

This module knows which rules and which departures of form refuse. It must not know how they
are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.state import REJECT
from mtlspolicy.facts.codes import REJECTED

if TYPE_CHECKING:
    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.engine.state import Judged

__all__ = ["codes_of"]


def codes_of(judged: Judged) -> set[str]:
    """Return the codes of enforced failures on a reject, else those of enforced unknowns."""
    rejected = judged.verdict == REJECT
    found = {trouble.code for trouble in judged.troubles if trouble.code}
    compiled, sides = judged.compiled, judged.sides()
    for side in sides:
        for certificate in side.side.certificates:
            if not certificate.well_formed:
                found.update(note.code for note in certificate.notes if note.kind in REJECTED)
    # where a side has no leaf, nothing else was judged
    if compiled is None or not all(side.side.certificates for side in sides):
        return found
    for side in sides:
        judgement = side.judgement
        if judgement.codes is None:
            rules = compiled.sides[side.side.side]
            judgement.codes = _codes(rules, judgement.failed), _codes(rules, judgement.unknown)
        found |= judgement.codes[0 if rejected else 1]
    if compiled.pair.by_bit:
        masks, enforced = judged.pair_masks, compiled.pair.enforced
        word = masks.failed & enforced | masks.faulted if rejected else masks.unknown & enforced
        found |= _codes(compiled.pair, word)
    return found


def _codes(rules: SideRules, word: int) -> frozenset[str]:
    """Return the codes of the rules whose bits are set."""
    return frozenset(rule.rule.code for bit, rule in rules.by_bit.items() if bit & word)
