"""Step 4 of the decision: how the rules of one side come out on its leaf and its chain.

The rules are judged on the leaf, then per candidate path until one has no enforced failure.
What depends on what lies above the leaf alone is remembered, in the same second. Nothing about
issuers holds because there are none: what is missing is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.engine.ruleset import NOTHING, Masks
from mtlspolicy.engine.state import Judgement
from mtlspolicy.engine.subjects import path_subjects

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mtlspolicy.derive.anchored import Passage
    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import PathSubject

__all__ = ["judge_passage", "judgement_of", "sees_more"]

_LISTS: Final = {"issuer": "issuers", "link": "links", "anchor": "anchors"}
"""The subjects above the leaf, by the word that rules have for one of them."""

_MOST_LINES: Final = 256
"""Paths that are remembered per side of a policy; each may hold on to its certificates."""

_MOST_JUDGEMENTS: Final = 64
"""Judgements that are remembered per path: leafs of one issuer are judged alike, or nearly."""


def judgement_of(
    side: Side, rules: SideRules, context: Context, at: int, *, own: bool
) -> Judgement:
    """Judge the leaf, then each candidate path until one has no enforced failure."""
    if not side.certificates:
        return Judgement(None, NOTHING, rules.enforced)
    leaf = rules.certificate.get("leaf")
    masks = NOTHING if leaf is None else leaf.judge_certificate(side.certificates[0], at)
    chosen, found = _best(side, rules, context, at, own=own)
    return Judgement(chosen, masks.join(found), rules.enforced)


def _best(
    side: Side, rules: SideRules, context: Context, at: int, *, own: bool
) -> tuple[int, Masks]:
    """Return the place of the candidate that decides, and its masks.

    The first candidate without an enforced failure decides; else the one whose failure says
    most explains.
    """
    best: tuple[int, Masks] | None = None
    most = 0
    for number, candidate in enumerate(side.candidates):
        found = _judge_line(side, candidate, rules, context, at)
        if own:
            found = _without(found, rules.trust)
        failed = found.failed & rules.enforced | found.faulted
        if not failed:
            return number, found
        rank = _rank(failed, rules)
        if best is None or rank > most:
            best, most = (number, found), rank
    assert best is not None  # noqa: S101 - a leaf has a candidate, were it itself alone
    return best


def judge_passage(
    passage: Passage, rules: SideRules, context: Context, at: int
) -> Judgement | None:
    """Judge a side by its passage, from memory; None where this is the first of its line."""
    if not passage.is_current(at):
        return None
    key = _key(rules, passage.certificates, passage.line.identity, passage.name, context, at)
    known = rules.lines.get(key)
    if known is None:
        return None
    above, judgements = known
    leaf = rules.certificate.get("leaf")
    masks = NOTHING if leaf is None else leaf.judge_certificate(passage.certificates[0], at)
    found = judgements.get(masks)
    if found is None:
        if len(judgements) >= _MOST_JUDGEMENTS:
            judgements.clear()
        found = judgements[masks] = Judgement(0, masks.join(above), rules.enforced)
    return found


def _without(masks: Masks, bits: int) -> Masks:
    return Masks(
        masks.passed & ~bits, masks.failed & ~bits, masks.unknown & ~bits, masks.faulted & ~bits
    )


def _rank(failed: int, rules: SideRules) -> int:
    """Return the highest rank among the rules of some bits, of which there is one."""
    most = 0
    while failed:
        bit = failed & -failed
        most = max(most, rules.by_bit[bit].rule.rank)
        failed ^= bit
    return most


def _key(  # noqa: PLR0913, PLR0917 - one per thing seen
    rules: SideRules,
    certificates: tuple[Certificate, ...],
    line: Hashable,
    name: Hashable,
    context: Context,
    at: int,
) -> Hashable:
    """Return all that rules that are level see of a path without a fault; None if it is too much.

    What lies above the leaf, the instant, what the caller vouches for, how the name matched, and
    as far as the rules look: of the leaf its kind and its mould, and what else was presented.
    """
    leaf = certificates[0]
    mould = None
    if rules.linked:
        mould = leaf.mould
        if mould is None or not mould.shared:
            return None
    kind = None if rules.below is None else rules.below.of(leaf, at)
    beside = tuple([one.der for one in certificates[1:]]) if rules.beside else None
    return line, at, context.asserted, name, kind, mould, beside


def sees_more(rules: SideRules, context: Context, side: str) -> bool:
    """Whether the rules may see of the evidence what is not in the key of a line."""
    evidence = context.client if side == "client" else context.server
    return bool(
        not rules.level
        or evidence.crls
        or evidence.ocsp
        or context.ccadb
        or (rules.beside and evidence.intermediates)
    )


def _judge_line(
    side: Side, candidate: Candidate, rules: SideRules, context: Context, at: int
) -> Masks:
    """Judge what depends on the path, from memory where only the leaf is another one of its kind.

    The first such leaf of a line is judged for all, in the same second.
    """
    found = candidate.found
    if (
        found is None
        or found.line is None
        or sees_more(rules, context, side.side)
        or found.faults_at(at)
    ):
        return _judge_candidate(side, candidate, rules, context, at)
    key = _key(rules, side.certificates, found.line, side.name.seen, context, at)
    if key is None:
        return _judge_candidate(side, candidate, rules, context, at)
    known = rules.lines.get(key)
    if known is None:
        masks = _judge_candidate(side, candidate, rules, context, at)
        if len(rules.lines) >= _MOST_LINES:
            rules.lines.clear()
        known = rules.lines[key] = masks, {}
    return known[0]


def _judge_candidate(
    side: Side, candidate: Candidate, rules: SideRules, context: Context, at: int
) -> Masks:
    """Judge what depends on the path: leaf and path rules, then each certificate above."""
    masks = NOTHING
    subjects = path_subjects(side, candidate, context, at)
    for rule_set in rules.here:
        masks = masks.join(rule_set.judge_subject(subjects.leaf))
    closed = candidate.closed and not candidate.issuers_asserted
    for of, rule_sets in rules.above.items():
        above: tuple[PathSubject, ...] = getattr(subjects, _LISTS[of])
        known = subjects.anchor_known if of == "anchor" else closed
        vouched = candidate.issuers_asserted and of != "anchor"
        for rule_set, alone in rule_sets:
            found = NOTHING
            for subject in above:
                found = found.join(
                    rule_set.judge_certificate(subject.certificate, at)
                    if alone
                    else rule_set.judge_subject(subject)
                )
            if not known:
                found = _open(found, rule_set.judge_missing(at), vouched=vouched)
            masks = masks.join(found)
    return masks


def _open(found: Masks, missing: Masks, *, vouched: bool) -> Masks:
    """Join the masks of certificates that are known with those of the `missing` ones.

    A failure stands. The caller's word (`vouched`) is for what is missing; what is there
    and cannot be read stays unknown all the same.
    """
    if vouched:
        asserted = missing.unknown & ~found.failed & ~found.unknown
        return Masks(found.passed | asserted, found.failed, found.unknown, found.faulted)
    return Masks(0, found.failed, (found.unknown | missing.unknown) & ~found.failed, found.faulted)
