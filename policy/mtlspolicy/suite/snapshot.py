"""What policies answer that a case is not about: recorded, to show when it changes.

Thousands of answers are recorded, so this reads the masks of a judged pair instead of
having findings told; a test holds both to the same codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.codes import REJECTED
from mtlspolicy.loader import builtin_ids, load_policy, proposal_of
from mtlspolicy.suite.model import pretty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.engine.ruleset import Masks
    from mtlspolicy.engine.state import Judged, SideJudged
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.policies.model import Policy
    from mtlspolicy.suite.model import Case

__all__ = ["codes_behind", "write_snapshot"]


def write_snapshot(namespace: str, cases: Iterable[Case]) -> str:
    """Return the snapshot file of one namespace."""
    policies = [_loaded(name) for name in builtin_ids()]
    recorded = {case.id: _answers(case, policies) for case in cases}
    return pretty({"schema_version": 1, "namespace": namespace, "cases": recorded})


def _loaded(policy_id: str) -> Policy:
    proposal = proposal_of(policy_id)
    document = None if proposal is None else proposal["document"]
    return load_policy(policy_id, enable_proposal=document)


def _answers(case: Case, policies: Iterable[Policy]) -> dict[str, Any]:
    context = read_context(case.evidence)
    pair = Pair(client=case.client, server=case.server)
    return {
        policy.id: _recorded(pair, policy, context)
        for policy in policies
        if policy.id not in case.expected
    }


def _recorded(pair: Pair, policy: Policy, context: Context) -> dict[str, Any]:
    """Record an answer; settings that the policy does not have are not put to it."""
    known = {n: v for n, v in context.settings.items() if not policy.setting_problem(n, v)}
    decision = evaluate(pair, policy, context.with_settings(known))
    return {"decision": decision.decision, "codes": codes_behind(decision)}


def codes_behind(decision: Decision) -> list[str]:
    """Return what fails on reject, what is unknown and enforced on indeterminate, sorted."""
    judged = decision.judged
    if decision.decision == "accept":
        return []
    if decision.decision == "reject":
        found = {trouble.code for trouble in judged.troubles if trouble.code}
        found |= {code for side in judged.sides() for code in _noted(side)}
        return sorted(found | set(_rules(judged, failed=True)))
    return sorted(set(_rules(judged, failed=False)))


def _noted(side: SideJudged) -> Iterator[str]:
    for certificate in side.side.certificates:
        yield from (note.code for note in certificate.notes if note.kind in REJECTED)


def _rules(judged: Judged, *, failed: bool) -> Iterator[str]:
    compiled = judged.compiled
    # Where a chain is empty, no rule is told, though the other side may have been judged.
    if compiled is None or not all(side.side.certificates for side in judged.sides()):
        return
    for side in judged.sides():
        yield from _of(compiled.sides[side.side.side], side.masks, failed=failed)
    yield from _of(compiled.pair, judged.pair_masks, failed=failed)


def _of(rules: SideRules, masks: Masks, *, failed: bool) -> Iterator[str]:
    said = masks.failed & rules.enforced | masks.faulted
    if not failed:
        said = masks.unknown & rules.enforced
    yield from (rule.rule.code for bit, rule in rules.by_bit.items() if bit & said)
