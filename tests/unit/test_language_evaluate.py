"""Kleene's tables, read from trees."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from mtlspolicy.features.base import Call, Truth
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.evaluate import holds
from mtlspolicy.language.tree import All, AnyOf, Iff, IfThen, Literal, Node, Not, Question, SideIs

TRUTHS: tuple[Truth, ...] = (True, False, None)


def question(name: str) -> Question:
    feature, atom = ATOMS[name]
    return Question(Call(feature, atom, ()), "self")


A, B = question("eku.present"), question("key_usage.present")


def answer(one: Truth, other: Truth) -> Any:  # noqa: ANN401 - JSON, or any of a table
    return {A: one, B: other}.__getitem__


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_connectives_are_kleenes(one: Truth, other: Truth) -> None:
    """Conjunction is the minimum, disjunction the maximum, with unknown between both."""
    rank: dict[Truth, int] = {False: 0, None: 1, True: 2}
    negated: dict[Truth, Truth] = {True: False, False: True, None: None}
    ask = answer(one, other)
    same = None if one is None or other is None else one is other

    assert negated[one] == holds(Not(A), ask)
    assert min(one, other, key=rank.__getitem__) == holds(All((A, B)), ask)
    assert max(one, other, key=rank.__getitem__) == holds(AnyOf((A, B)), ask)
    assert max(negated[one], other, key=rank.__getitem__) == holds(IfThen(A, B), ask)
    assert same == holds(Iff(A, B), ask)


@pytest.mark.parametrize(
    "tree",
    [All((A, B)), AnyOf((A, B)), IfThen(A, B), Iff(A, B), All((Not(A), AnyOf((A, B))))],
)
@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_knowing_more_only_refines(tree: Node, one: Truth, other: Truth) -> None:
    """An answer that is known stays, whatever the unknown turns out to be."""
    before = holds(tree, answer(one, other))
    refined = {
        holds(tree, answer(left, right))
        for left in ((True, False) if one is None else (one,))
        for right in ((True, False) if other is None else (other,))
    }

    assert before is None or {before} == refined


def test_literals_hold_or_do_not() -> None:
    assert holds(Literal(value=True), answer(None, None)) is True
    assert holds(Literal(value=False), answer(None, None)) is False


def test_only_what_matters_is_asked() -> None:
    def nobody(_: Question) -> Truth:
        raise AssertionError

    assert holds(All((Literal(value=False), A)), nobody) is False
    assert holds(AnyOf((Literal(value=True), A)), nobody) is True


def test_an_unbound_tree_has_no_truth() -> None:
    with pytest.raises(TypeError, match="unbound"):
        holds(SideIs("client"), answer(None, None))
