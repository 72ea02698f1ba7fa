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
    found = _troubles(judged) if judged.troubles else set()
    compiled, client, server = judged.compiled, judged.client, judged.server
    # where a side has no leaf, nothing else was judged
    if compiled is None or client is None or server is None:
        return found
    if client.leaf is None or server.leaf is None:
        return found
    for name, judgement in (("client", client.judgement), ("server", server.judgement)):
        codes = judgement.codes
        if codes is None:
            rules = compiled.sides[name]
            codes = _codes(rules, judgement.failed), _codes(rules, judgement.unknown)
            judgement.codes = codes
        found |= codes[0 if rejected else 1]
    if compiled.pair.by_bit:
        masks, enforced = judged.pair_masks, compiled.pair.enforced
        word = masks.failed & enforced | masks.faulted if rejected else masks.unknown & enforced
        found |= _codes(compiled.pair, word)
    return found


def _troubles(judged: Judged) -> set[str]:
    """Return the codes of what no rule stands for; every certificate that is refused has one."""
    found = {trouble.code for trouble in judged.troubles if trouble.code}
    for side in judged.sides():
        for certificate in side.side.certificates:
            if not certificate.well_formed:
                found.update(note.code for note in certificate.notes if note.kind in REJECTED)
    return found


def _codes(rules: SideRules, word: int) -> frozenset[str]:
    """Return the codes of the rules whose bits are set."""
    return frozenset(rule.rule.code for bit, rule in rules.by_bit.items() if bit & word)
