"""Why a decision refuses, as codes: what the masks say, before any finding is made.

This module knows which rules and which departures of form refuse. It must not know how they
are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.state import REJECT
from mtlspolicy.facts.codes import REJECTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.engine.ruleset import Masks
    from mtlspolicy.engine.state import Judged

__all__ = ["codes_of"]


def codes_of(judged: Judged) -> frozenset[str]:
    """Return the codes of enforced failures on a reject, else those of enforced unknowns."""
    return frozenset(_failed(judged) if judged.verdict == REJECT else _unknown(judged))


def _failed(judged: Judged) -> Iterator[str]:
    yield from (trouble.code for trouble in judged.troubles if trouble.code)
    for side in judged.sides():
        for certificate in side.side.certificates:
            yield from (note.code for note in certificate.notes if note.kind in REJECTED)
    for rules, masks in _judged_rules(judged):
        yield from _codes(rules, masks.failed & rules.enforced | masks.faulted)


def _unknown(judged: Judged) -> Iterator[str]:
    for rules, masks in _judged_rules(judged):
        yield from _codes(rules, masks.unknown & rules.enforced)


def _judged_rules(judged: Judged) -> Iterator[tuple[SideRules, Masks]]:
    """Yield the rules of sides and pair with their masks; none where a side has no leaf."""
    compiled, sides = judged.compiled, judged.sides()
    if compiled is None or not all(side.side.certificates for side in sides):
        return
    for side in sides:
        yield compiled.sides[side.side.side], side.masks
    yield compiled.pair, judged.pair_masks


def _codes(rules: SideRules, word: int) -> Iterator[str]:
    while word:
        bit = word & -word
        yield rules.by_bit[bit].rule.code
        word ^= bit
