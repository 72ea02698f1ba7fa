"""Each rule of each built-in policy fails in one case and passes in another."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

from mtlspolicy import Pair, evaluate, load_policy, resources
from mtlspolicy.evidence.document import read_context
from mtlspolicy.loader import builtin_ids, proposal_of
from suite_support import cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy import Policy
    from mtlspolicy.engine.state import Judged

# The two profiles for x509-limbo are replayed on limbo's own cases.
POLICIES: Final = [name for name in builtin_ids() if not name.startswith("limbo-")]

EXEMPT: Final = {
    ("chrome-root-program", "chrome-subca-key"): "never passes: what is not at hand may show it",
    ("draft-frank-s2s", "anybody"): "warns always where no list is set: it says who may get in",
    ("draft-frank-s2s", "blast-radius"): "warns always: it says what the draft gives up",
    ("draft-frank-s2s", "protocol-confusion"): "warns always where no protocol is required",
    ("draft-frank-s2s", "dns-budget"): "a thousand answers are not published; the tests have them",
    ("draft-frank-s2s-eku-only", "peer-name-left-out"): "warns always: it says what is left out",
}
"""Rules that no case can show on both sides, with the reason. It shrinks."""


def loaded(name: str) -> Policy:
    proposal = proposal_of(name)
    return load_policy(name, enable_proposal=None if proposal is None else proposal["document"])


def own_rules(name: str) -> set[str]:
    """Return the rules that the policy's own document states, not those it inherits."""
    document = json.loads(resources.read(f"catalogue/policies/{name}.json"))
    return {r["id"] for r in document["rules"] if "require" in r and r["mode"] != "off"}


def seen(judged: Judged) -> Iterator[tuple[str, str]]:
    if judged.compiled is None:
        return
    judgements = [(judged.compiled.sides[s.side.side], s.masks) for s in judged.sides()]
    for rules, masks in (*judgements, (judged.compiled.pair, judged.pair_masks)):
        for bit, rule in rules.by_bit.items():
            # What evidence leaves open is unknown, and that is a failure to pass.
            if bit & (masks.failed | masks.unknown):
                yield rule.rule.id, "fails"
            if bit & masks.passed:
                yield rule.rule.id, "passes"


@cache
def shown(name: str) -> dict[str, set[str]]:
    """Return what the shipped cases show of each rule, until every rule has shown both.

    The cases that are about the policy come first, and are all looked at.
    """
    policy, wanted = loaded(name), own_rules(name)
    excused = {rule for policy_id, rule in EXEMPT if policy_id == name}
    ordered = sorted(cases(), key=lambda case: name not in case.expected)
    found: dict[str, set[str]] = defaultdict(set)
    for case in ordered:
        if name not in case.expected and all(len(found[rule]) == 2 for rule in wanted - excused):
            break
        context = read_context(case.evidence)
        given = dict(context.settings)
        if name in case.expected:
            given |= case.expected[name].settings
        known = {n: v for n, v in given.items() if not policy.setting_problem(n, v)}
        pair = Pair(client=case.client, server=case.server)
        decision = evaluate(pair, policy, context.with_settings(known))
        for rule, what in seen(decision.judged):
            found[rule].add(what)
    return found


@pytest.mark.parametrize("name", POLICIES)
def test_each_rule_fails_once_and_passes_once(name: str) -> None:
    exempt = {rule for policy, rule in EXEMPT if policy == name}
    both = {rule for rule, what in shown(name).items() if what == {"fails", "passes"}}

    assert set() == own_rules(name) - both - exempt
    assert set() == exempt & both
