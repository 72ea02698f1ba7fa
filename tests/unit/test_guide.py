"""The guide's example does what the guide says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mtlspolicy import (
    Context,
    Decision,
    Pair,
    Policy,
    evaluate,
    load_policy,
    load_policy_document,
)
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge.pair import PairDraft, ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "partners-only.json"


@pytest.fixture(name="policy")
def _policy() -> Policy:
    return load_policy_document(EXAMPLE.read_bytes(), name=EXAMPLE.name)


def partner() -> PairDraft:
    """Return an ordinary pair whose client comes from the partner CA after the new rule's date."""
    pair = ordinary_pair()
    pair.evidence["at"] = "2026-11-01T00:00:00Z"
    for leaf in (pair.client.leaf, pair.server.leaf):
        leaf.not_before = 1_792_800_000  # 2026-10-24T00:00:00Z
        leaf.not_after = leaf.not_before + 90 * 86_400 - 1
    return pair


def decide(pair: PairDraft, policy: Policy, group: str = "partners", **settings: int) -> Decision:
    """Decide with the client's root in an anchor group."""
    built = pair.build()
    built.evidence["client"]["anchors"][0]["group"] = group
    context: Context = read_context(built.evidence).with_settings(settings)
    return evaluate(Pair(built.client.presented, built.server.presented), policy, context)


def test_the_example_satisfies_the_published_schema() -> None:
    """An editor that knows the schema shows no fault."""
    schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))

    jsonschema.validate(json.loads(EXAMPLE.read_text(encoding="utf-8")), schema)


def blocks() -> list[Any]:
    """Return the JSON blocks of the page."""
    text = (ROOT / "docs" / "write-a-policy.md").read_text(encoding="utf-8")
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


def test_what_the_page_shows_is_true() -> None:
    """An override names a rule that is there, a rule stands in the example, a condition is one."""
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    inherited = {rule.id for rule in load_policy(example["extends"]).rules}
    kinds = set()
    for block in blocks():
        if set(block) == {"id", "mode"}:
            kinds.add("override")
            assert block["id"] in inherited
        elif "id" in block:
            kinds.add("rule")
            assert block in example["rules"]
        else:
            kinds.add("condition")
            assert block in example["terms"].values()

    assert {"override", "rule", "condition"} == kinds


def test_a_partner_is_accepted_and_the_caller_told_what_is_left_to_do(policy: Policy) -> None:
    """The obligations of an accept are those of the example."""
    decision = decide(partner(), policy)

    assert decision, decision.json()
    assert "check_the_account" in [one["id"] for one in decision.obligations]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("partners.client_only", lambda leaf: leaf.set_purposes("clientAuth", "serverAuth")),
        ("partners.life_too_long", lambda leaf: setattr(leaf, "not_after", leaf.not_after + 1)),
    ],
)
def test_each_rule_of_the_example_refuses_what_it_says(
    policy: Policy, code: str, change: Callable[[CertificateDraft], None]
) -> None:
    """One change to a partner's certificate breaks one rule."""
    pair = partner()
    change(pair.client.leaf)

    decision = decide(pair, policy)

    assert (decision.decision, decision.primary) == ("reject", code)


def test_another_anchor_is_refused(policy: Policy) -> None:
    """A chain to a trusted root of another group is no partner's."""
    assert decide(partner(), policy, group="others").primary == "partners.other_anchor"


def test_a_setting_moves_the_limit(policy: Policy) -> None:
    """`--set longest_life=30` refuses what ninety days allowed."""
    assert decide(partner(), policy, longest_life=30).primary == "partners.life_too_long"


def test_the_new_rule_spares_older_certificates(policy: Policy) -> None:
    """A dual-purpose certificate from before 2026-10-01 is still a partner's."""
    pair = ordinary_pair()
    pair.client.leaf.set_purposes("clientAuth", "serverAuth")

    assert decide(pair, policy)
