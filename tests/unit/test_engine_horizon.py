"""How long a decision holds."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy import Context, Pair, evaluate
from mtlspolicy.engine.horizon import instants
from mtlspolicy.engine.judge import judge_at, verdict_at
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge.pair import ORDINARY_NOT_AFTER, ORDINARY_NOT_BEFORE, ordinary_pair
from mtlspolicy.instants import parse_instant
from support.policies import AT, DAY, leafs, load, ordinary, pair_of, rule

CURRENT = rule("current", "both", "leaf", {"validity.current": True})
JUNE = parse_instant("2026-06-01T00:00:00Z")


def until(*rules: dict[str, Any], at: int = AT) -> int | None:
    return evaluate(leafs(), load(*rules), Context(at=at)).valid_until


def test_an_accept_ends_with_the_last_second_of_the_certificate() -> None:
    """notAfter belongs to the period (RFC 5280, 4.1.2.5)."""
    assert ORDINARY_NOT_AFTER + 1 == until(CURRENT)
    assert ORDINARY_NOT_AFTER + 1 == until(CURRENT, at=ORDINARY_NOT_AFTER)
    assert ORDINARY_NOT_BEFORE == until(CURRENT, at=ORDINARY_NOT_BEFORE - 1)
    assert until(CURRENT, at=ORDINARY_NOT_AFTER + 1) is None


def test_a_rule_that_comes_into_force_ends_it_earlier() -> None:
    window = [{"axis": "evaluation_time", "from": "2026-06-01T00:00:00Z"}]

    assert JUNE == until(CURRENT, rule("new", "client", "leaf", require=False, effective=window))
    assert JUNE == until(CURRENT, rule("new", "pair", "", require=False, effective=window))
    assert ORDINARY_NOT_AFTER + 1 == until(
        CURRENT,
        rule("new", "client", "leaf", require=False, effective=window, mode="warn"),
    )


def test_an_instant_that_changes_nothing_is_passed_over() -> None:
    window = [{"axis": "evaluation_time", "from": "2026-06-01T00:00:00Z"}]
    policy = load(CURRENT, rule("new", "client", "leaf", require=True, effective=window))
    decision = evaluate(leafs(), policy, Context(at=AT))

    assert JUNE in instants(decision.judged)
    assert ORDINARY_NOT_AFTER + 1 == decision.valid_until


def test_rules_on_the_pair_have_dates_of_both_leafs() -> None:
    draft = ordinary_pair()
    draft.server.leaf.not_after = AT + DAY - 1
    policy = load(
        CURRENT | {"mode": "warn"},
        rule("any", "both", "leaf", require=True),
        rule("both", "pair", "", {"server.validity.current": True}),
    )

    assert AT + DAY == evaluate(pair_of(draft), policy, Context(at=AT)).valid_until


def test_never_is_written_as_the_end_of_the_calendar() -> None:
    """9999-12-31T23:59:59Z means no end, and the second after it cannot be written."""
    draft = ordinary_pair()
    for chain in (draft.client, draft.server):
        chain.leaf.not_after = parse_instant("9999-12-31T23:59:59Z")
    decision = evaluate(pair_of(draft), load(CURRENT), Context(at=AT))

    assert decision.valid_until is None
    assert decision.document()["valid_until"] is None


def test_paths_have_dates_of_their_own() -> None:
    draft = ordinary_pair()
    draft.client.issuers[0].not_after = AT + DAY - 1
    built = draft.build()
    pair = Pair(client=built.client.presented, server=built.server.presented)
    decision = evaluate(
        pair,
        load(rule("path", "both", "path", {"path.valid": True})),
        read_context(built.evidence),
    )

    assert "accept" == decision.decision
    assert AT + DAY == decision.valid_until


@pytest.mark.parametrize(
    ("pair", "settings"),
    [(Pair(client=[], server=leafs().server), {}), (leafs(), {"unknown": 1})],
)
def test_what_cannot_be_judged_is_rejected_for_good(pair: Pair, settings: dict[str, Any]) -> None:
    judged = evaluate(pair, load(CURRENT), Context(at=AT, settings=settings)).judged

    assert "reject" == verdict_at(judged, AT + DAY)
    assert judged is judge_at(judged, AT + DAY)
    assert evaluate(pair, load(CURRENT), Context(at=AT, settings=settings)).valid_until is None


def test_judging_at_another_instant_changes_nothing() -> None:
    decision = evaluate(ordinary(), load(CURRENT), Context(at=AT))
    before = decision.json()

    assert "reject" == verdict_at(decision.judged, ORDINARY_NOT_AFTER + 1)
    assert before == decision.json()
