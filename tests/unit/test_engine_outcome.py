"""What one rule comes to: windows, condition, requirement, and what is missing."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from mtlspolicy.engine.outcome import BoundRule, Outcome, outcome
from mtlspolicy.features.base import Call, Truth
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.tree import Question
from support.policies import load, rule

if TYPE_CHECKING:
    from collections.abc import Callable

TRUTHS: tuple[Truth, ...] = (True, False, None)


def question(name: str) -> Question:
    feature, atom = ATOMS[name]
    return Question(Call(feature, atom, ()), "self")


GATE, WHEN, REQUIRE = map(question, ("eku.present", "eku.critical", "eku.empty"))


def bound(mode: str = "enforce", if_missing: str = "unknown") -> BoundRule:
    policy = load(rule("r", "both", "leaf", require=True, mode=mode, if_missing=if_missing))
    return BoundRule(policy.rules[0], 1, GATE, WHEN, REQUIRE)


def answers(gate: Truth, when: Truth, require: Truth) -> Callable[[Question], Truth]:
    return {GATE: gate, WHEN: when, REQUIRE: require}.__getitem__


@pytest.mark.parametrize(("gate", "when", "require"), list(product(TRUTHS, TRUTHS, TRUTHS)))
def test_a_rule_is_an_implication(gate: Truth, when: Truth, require: Truth) -> None:
    """What holds passes whatever the rest; what is known not to apply does not."""
    missing = None in (gate, when, require)
    expected = (
        Outcome.NOT_EFFECTIVE
        if gate is False
        else Outcome.NOT_APPLICABLE
        if when is False
        else Outcome.PASS
        if require is True
        else Outcome.UNKNOWN
        if missing
        else Outcome.FAIL
    )
    lenient = Outcome.NOT_APPLICABLE if expected is Outcome.UNKNOWN else expected

    assert expected is outcome(bound(), answers(gate, when, require))
    assert lenient is outcome(bound(if_missing="not_applicable"), answers(gate, when, require))


@pytest.mark.parametrize("mode", ["enforce", "warn"])
def test_a_fault_inside_a_rule_is_no_pass(mode: str) -> None:
    def broken(_: Question) -> Truth:
        raise ZeroDivisionError

    assert Outcome.FAULT is outcome(bound(mode), broken)


def test_a_rule_knows_its_questions_and_its_mode() -> None:
    assert (GATE, WHEN, REQUIRE) == bound().questions()
    assert bound().enforced
    assert not bound("warn").enforced
    assert not bound().asks_trust
    asking = BoundRule(bound().rule, 1, GATE, question("path.valid"), REQUIRE)
    assert asking.asks_trust
