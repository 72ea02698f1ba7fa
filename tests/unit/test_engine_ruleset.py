"""Rules judged together come to the same as one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Context, Pair, evaluate, limits, load_policy
from mtlspolicy.engine import ruleset
from mtlspolicy.engine.outcome import Outcome, outcome
from mtlspolicy.engine.ruleset import NOTHING, Masks, RuleSet
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.subject import CertificateSubject
from reader_support import forged
from support.policies import AT, DAY, leafs, load, ordinary, rule

if TYPE_CHECKING:
    from mtlspolicy.engine.outcome import BoundRule

LEAFS = [read_certificate(der) for der in (*leafs().client, *leafs().server)]
RULES = [
    rule("a", "client", "leaf", {"eku.includes": "clientAuth"}),
    rule("b", "client", "leaf", {"eku.includes": "serverAuth"}),
    rule("c", "client", "leaf", {"all": [{"eku.present": True}, {"validity.current": True}]}),
    rule("d", "client", "leaf", {"validity.days_at_most": 90}, mode="warn"),
    rule("e", "client", "leaf", require=True),
    rule("f", "client", "leaf", {"validity.evaluated": {"until": "2026-05-02T00:00:00Z"}}),
    rule("off", "client", "leaf", require=False, mode="off"),
]


def rule_set(*rules: dict[str, Any]) -> RuleSet:
    compiled = evaluate(leafs(), load(*(rules or RULES)), Context(at=AT)).judged.compiled
    assert compiled is not None
    compiled.forget_certificates()
    return compiled.sides["client"].certificate["leaf"]


def one_by_one(rules: RuleSet, subject: CertificateSubject) -> Masks:
    values = [slot.feature.read(subject) for slot in rules.slots]
    found: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
    for bound in rules.rules:
        found[outcome(bound, rules.answers(values))] |= bound.bit
    return Masks(*(found[o] for o in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.FAULT)))


def test_masks_are_the_outcomes_of_the_rules() -> None:
    rules = rule_set()
    for at in (AT, AT + DAY, AT + 100 * DAY, AT, AT - 100 * DAY):
        for leaf in LEAFS:
            assert one_by_one(rules, CertificateSubject(leaf, at)) == rules.judge_certificate(
                leaf,
                at,
            )


def test_a_rule_that_is_off_is_not_there() -> None:
    assert ["a", "b", "c", "d", "e", "f"] == [bound.rule.id for bound in rule_set().rules]


def test_memos_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memo that is full starts afresh, and answers the same."""
    rules = rule_set()
    expected = {
        (leaf, at): rules.judge_certificate(leaf, at)
        for leaf in LEAFS
        for at in (AT, AT + 100 * DAY)
    }
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 1)
    small = rule_set()
    for _ in range(3):
        for (leaf, at), masks in expected.items():
            assert masks == small.judge_certificate(leaf, at)
            assert len(small._kinds._moulds) <= 1
            assert len(small._memo) <= 1


def test_a_certificate_that_is_missing_is_unknown_but_for_the_time() -> None:
    gate = [{"axis": "evaluation_time", "from": "2026-06-01T00:00:00Z"}]
    rules = rule_set(
        rule("a", "client", "leaf", {"eku.present": True}),
        rule("b", "client", "leaf", {"eku.present": True}, effective=gate),
        rule("c", "client", "leaf", {"validity.current": True}),
        rule("d", "client", "leaf", {"validity.evaluated": {"from": "2020-01-01T00:00:00Z"}}),
    )
    a, b, c, d = (bound.bit for bound in rules.rules)

    assert Masks(d, 0, a | c, 0) == rules.judge_missing(AT)
    assert (
        Masks(d, 0, a | b | c, 0)
        == rules.judge_missing(AT + 60 * DAY)
        == rules.judge_missing(AT + 60 * DAY)
    )


def test_a_fault_in_one_rule_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(bound: BoundRule, answer: Any) -> Outcome:  # noqa: ANN401 - JSON, or any of a table
        return Outcome.FAULT if bound.rule.id == "b" else outcome(bound, answer)

    monkeypatch.setattr(ruleset, "outcome", broken)
    masks = rule_set().judge_certificate(LEAFS[0], AT)

    assert (0b10, 0) == (masks.faulted, masks.failed)
    assert masks.passed & 0b1


def test_masks_join() -> None:
    assert (
        Masks(1, 2, 4, 8)
        == NOTHING.join(Masks(1, 2, 4, 8))
        == Masks(1, 2, 0, 8).join(Masks(1, 0, 4, 0))
    )


def test_many_rules_share_one_look() -> None:
    """400 rules over one feature are one group: nothing is judged again for a known kind."""
    rules = rule_set(
        *(rule(f"r{n}", "client", "leaf", {"eku.includes": f"1.2.{n}"}) for n in range(400)),
    )
    first = rules.judge_certificate(LEAFS[0], AT)

    assert first is rules.judge_certificate(LEAFS[0], AT + DAY)
    assert 1 == len(rules._groups)
    assert first.failed == (1 << 400) - 1


@pytest.mark.parametrize("name", ["cabf-strict", "legacy-dual-use"])
def test_every_certificate_is_judged_as_rule_by_rule(name: str) -> None:
    """Whatever was judged before, by its mould, by its kind, at one time or another."""
    policy = load_policy(name)
    for der in (*forged().values(), *ordinary().client, *ordinary().server):
        for at in (AT, AT + 400 * DAY):
            judged = evaluate(Pair([der], [der]), policy, Context(at=at)).judged
            assert judged.compiled is not None
            for side in judged.sides():
                rules = judged.compiled.sides[side.side.side].certificate["leaf"]
                expected = one_by_one(rules, CertificateSubject(side.side.certificates[0], at))
                asked = sum(rule.bit for rule in rules.rules)

                assert expected == rules.judge_certificate(side.side.certificates[0], at)
                assert expected == Masks(*(word & asked for word in side.masks))
