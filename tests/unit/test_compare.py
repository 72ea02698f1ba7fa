"""Comparing policies: relations, classes of difference, witnesses in words and in bytes."""

# ruff: noqa: ANN401 - conditions are JSON

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compare_support import BASE, ISSUED_LATE, policy, rule
from mtlspolicy import Pair, evaluate
from mtlspolicy.compare import solver
from mtlspolicy.compare.relation import Relation, compare_compiled
from mtlspolicy.compare.witness import WitnessError, forge
from mtlspolicy.compare.words import describe
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.evidence.document import read_context

if TYPE_CHECKING:
    from mtlspolicy import Policy

NO_CLIENT_AUTH = {"not": {"eku.includes": "clientAuth"}}
ONE = policy(BASE, "one")
BAN = policy(
    [*BASE, rule("ban", "server.leaf", NO_CLIENT_AUTH, effective=ISSUED_LATE)], "with-a-ban"
)


def compared(one: Policy, two: Policy) -> Relation:
    return compare_compiled(compile_policy(one, {}), compile_policy(two, {}))


def test_a_policy_is_equivalent_to_itself_under_another_name() -> None:
    found = compared(ONE, policy(BASE, "two"))
    assert (found.relation, found.differences, found.apart) == ("equivalent", [], [])


def test_a_dated_ban_is_a_difference_that_says_since_when() -> None:
    found = compared(ONE, BAN)
    assert found.relation == "more-permissive"
    (difference,) = found.differences
    assert (difference.refusing, difference.rules) == (1, (("ban", "fail"),))
    said = " | ".join(describe(difference.state))
    assert "server leaf: EKU clientAuth" in said
    assert "judged at 2027-03-15" in said


def test_turned_round_it_is_stricter() -> None:
    assert compared(BAN, ONE).relation == "stricter"


def test_a_witness_is_real_and_judged_from_its_bytes() -> None:
    (difference,) = compared(ONE, BAN).differences
    witness = forge(difference.state, (ONE, BAN), ({}, {}))
    assert witness.decisions == ("accept", "reject")
    pair = Pair(client=list(witness.client), server=list(witness.server))
    decision = evaluate(pair, BAN, read_context(dict(witness.evidence)))
    assert [f.rule for f in decision.findings if f.outcome == "fail"] == ["ban"]


def test_a_witness_that_is_not_judged_as_predicted_fails_loudly() -> None:
    (difference,) = compared(ONE, BAN).differences
    with pytest.raises(WitnessError, match="not judged as predicted"):
        forge(difference.state, (ONE, ONE), ({}, {}))


def test_a_policy_that_enforces_nothing_accepts_nothing() -> None:
    found = compared(policy([{**BASE[0], "mode": "warn"}], "idle"), ONE)
    assert found.relation == "stricter"
    assert {d.rules[0][0] for d in found.differences} == {
        "engine.nothing_enforced (client)",
        "engine.nothing_enforced (server)",
    } or len(found.differences) == 1


def test_past_the_limit_the_answer_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "MAX_STATES", 0)
    assert compared(ONE, BAN).relation == "unknown"


@pytest.mark.parametrize(
    ("on", "require", "words"),
    [
        ("pair", {"not": {"pair.same_certificate": True}}, "both sides: the same certificate"),
        ("pair", {"not": {"pair.same_key": True}}, "both sides: the same key"),
        ("client.leaf", {"not": {"extensions.repeats": True}}, "one of all twice"),
        ("client.leaf", {"version.fits_extensions": True}, "v1 with extensions"),
        ("server.path", {"path.valid": True}, "server: path invalid"),
        ("server.leaf", {"name.matches": True}, "server: name does not match"),
        ("server.issuer", {"eku.includes": "serverAuth"}, "server issuer: no EKU"),
        ("client.anchor", {"basic_constraints.ca": True}, "client anchor: no basic constraints"),
        ("client.leaf", {"issuers.known": True}, "and others may follow"),
    ],
)
def test_one_rule_more_is_one_deviation(on: str, require: Any, words: str) -> None:
    two = policy([*BASE, rule("more", on, require)], "two")
    found = compared(ONE, two)
    assert found.relation == "more-permissive"
    assert any(words in " | ".join(describe(d.state)) for d in found.differences)
    for difference in (*found.differences, *found.apart):
        assert difference.state.deviations >= 1
        forge(difference.state, (ONE, two), ({}, {}))
