"""Reading a condition as truth: Kleene's three values (True, False, None for unknown)."""

from __future__ import annotations

from collections.abc import Callable

from mtlspolicy.features.base import Truth
from mtlspolicy.language.tree import All, AnyOf, Bound, Iff, IfThen, Literal, Node, Not, Question

__all__ = ["Answers", "holds"]

Answers = Callable[[Question], Truth]
"""Answers one question."""


def holds(node: Bound | Node, answer: Answers) -> Truth:  # noqa: PLR0911 - one per kind
    """Evaluate a bound tree; `answer` is asked for each question that matters."""
    # Asked by class: patterns take three times as long.
    if isinstance(node, Question):
        return answer(node)
    if isinstance(node, AnyOf):
        return _fold(node.parts, answer, decisive=True)
    if isinstance(node, All):
        return _fold(node.parts, answer, decisive=False)
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Not):
        truth = holds(node.part, answer)
        return None if truth is None else not truth
    if isinstance(node, IfThen):
        return _fold((Not(node.condition), node.then), answer, decisive=True)
    if isinstance(node, Iff):
        one, other = holds(node.left, answer), holds(node.right, answer)
        return None if one is None or other is None else one == other
    message = f"an unbound node cannot be evaluated: {node!r}"
    raise TypeError(message)


def _fold(parts: tuple[Node, ...], answer: Answers, *, decisive: bool) -> Truth:
    """Fold a disjunction, which one True decides, or a conjunction, which one False does."""
    result: Truth = not decisive
    for part in parts:
        truth = holds(part, answer)
        if truth is decisive:
            return decisive
        if truth is None:
            result = None
    return result
