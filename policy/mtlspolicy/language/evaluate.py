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
    match node:
        case Literal(value):
            return value
        case Question():
            return answer(node)
        case Not(part):
            truth = holds(part, answer)
            return None if truth is None else not truth
        case All(parts):
            return _fold(parts, answer, decisive=False)
        case AnyOf(parts):
            return _fold(parts, answer, decisive=True)
        case IfThen(condition, then):
            return _fold((Not(condition), then), answer, decisive=True)
        case Iff(left, right):
            one, other = holds(left, answer), holds(right, answer)
            return None if one is None or other is None else one == other
        case _:
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
