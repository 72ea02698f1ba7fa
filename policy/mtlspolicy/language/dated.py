"""Reading a condition as dates: the instants at which its answer may change.

Only the evaluation time moves; the certificates stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.language.tree import Node, Question, questions

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["instants"]


def instants(node: Node, value_of: Callable[[Question], Any]) -> frozenset[int]:
    """Return seconds since 1970 at which the answer of a bound tree may change.

    The answer is constant between two neighbours of the result. `value_of` gives the value
    of the feature that a question asks about.
    """
    return frozenset(
        instant
        for question in questions(node)
        for instant in question.call.instants(value_of(question))
    )
