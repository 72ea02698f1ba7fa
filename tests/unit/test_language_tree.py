"""Binding puts in the side and the settings, and folds what is constant."""

from __future__ import annotations

import pytest

from mtlspolicy.features.base import Call
from mtlspolicy.features.parameters import BadArgumentError
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.tree import (
    All,
    AnyOf,
    Ask,
    Bound,
    Iff,
    IfThen,
    Literal,
    Node,
    Not,
    Question,
    SettingIs,
    SettingReference,
    SideIs,
    bind,
    children,
    questions,
)

T, F = Literal(value=True), Literal(value=False)


def asked(name: str) -> tuple[Ask, Question]:
    feature, atom = ATOMS[name]
    return Ask(feature, atom, (), "self"), Question(Call(feature, atom, ()), "self")


ASK_A, A = asked("eku.present")
ASK_B, B = asked("key_usage.present")


@pytest.mark.parametrize(
    ("node", "bound"),
    [
        (T, T),
        (A, A),
        (ASK_A, A),
        (SideIs("client"), T),
        (SideIs("server"), F),
        (SettingIs("on", value=True), T),
        (SettingIs("word", "b"), F),
        (All((ASK_A, T)), A),
        (All((ASK_A, F)), F),
        (All((T,)), T),
        (All((ASK_A, ASK_B)), All((A, B))),
        (AnyOf((ASK_A, T)), T),
        (AnyOf((ASK_A, F)), A),
        (AnyOf((F,)), F),
        (AnyOf((ASK_A, ASK_B)), AnyOf((A, B))),
        (Not(ASK_A), Not(A)),
        (Not(T), F),
        (IfThen(F, ASK_A), T),
        (IfThen(ASK_A, T), T),
        (IfThen(T, ASK_A), A),
        (IfThen(ASK_A, F), Not(A)),
        (IfThen(ASK_A, ASK_B), IfThen(A, B)),
        (Iff(T, ASK_A), A),
        (Iff(ASK_A, F), Not(A)),
        (Iff(T, F), F),
        (Iff(ASK_A, ASK_B), Iff(A, B)),
    ],
)
def test_constants_are_folded(node: Node, bound: Bound) -> None:
    assert bound == bind(node, "client", {"on": True, "word": "a"})


def test_an_argument_may_be_a_setting() -> None:
    feature, atom = ATOMS["validity.days_at_most"]
    node = Ask(feature, atom, (SettingReference("days"),), "self")

    assert Question(Call(feature, atom, (90,)), "self") == bind(node, "client", {"days": 90})
    with pytest.raises(BadArgumentError, match="a whole number"):
        bind(node, "client", {"days": True})


def test_questions_come_from_left_to_right() -> None:
    tree = All((Not(B), Iff(A, B), IfThen(A, AnyOf((B,)))))

    assert [B, A, B, A, B] == list(questions(tree))
    assert () == children(A)
