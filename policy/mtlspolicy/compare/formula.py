"""Formulas over finite variables: what a rule comes to, as conditions on values.

A *literal* says that a variable has one of some values, as a bit mask. `Every` and `Some`
join formulas; there is no negation, because a Kleene condition has four readings that are
formulas each (see `Want`) and the negation of one is another. This module knows the rule
language's trees and nothing of features.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.language.tree import (
    All,
    AnyOf,
    Bound,
    Iff,
    IfThen,
    Literal,
    Node,
    Not,
    Question,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "FALSE",
    "TRUE",
    "Every",
    "Formula",
    "Lit",
    "Some",
    "Want",
    "every",
    "holds",
    "reading",
    "some",
    "variables_of",
]


class Lit(NamedTuple):
    """The variable has a value of the mask."""

    variable: int
    mask: int


class Every(NamedTuple):
    """All parts hold; without parts it is true. `kind` tells it from `Some`: both are tuples."""

    parts: tuple[Formula, ...]
    kind: str = "every"


class Some(NamedTuple):
    """At least one part holds; without parts it is false."""

    parts: tuple[Formula, ...]
    kind: str = "some"


Formula = Lit | Every | Some
TRUE: Final = Every(())
FALSE: Final = Some(())


class Want(Enum):
    """The four readings of a Kleene condition: it is (not) true, it is (not) false."""

    TRUE = "true"
    FALSE = "false"
    NOT_TRUE = "not true"
    NOT_FALSE = "not false"

    __hash__ = object.__hash__  # each exists once; that of Enum is slow


_OPPOSITE: Final = {
    Want.TRUE: Want.FALSE,
    Want.FALSE: Want.TRUE,
    Want.NOT_TRUE: Want.NOT_FALSE,
    Want.NOT_FALSE: Want.NOT_TRUE,
}
_JOINED: Final = (Want.TRUE, Want.NOT_FALSE)
"""Readings of a conjunction that want every part to be read so; the others want one part."""


def every(parts: Iterable[Formula]) -> Formula:
    """Return the conjunction, with literals on one variable joined to one."""
    masks: dict[int, int] = {}
    rest: dict[Formula, None] = {}
    for part in _flat(parts, Every):
        if isinstance(part, Lit):
            masks[part.variable] = masks.get(part.variable, part.mask) & part.mask
        elif part == FALSE:
            return FALSE
        else:
            rest[part] = None
    if 0 in masks.values():
        return FALSE
    found = (*(Lit(variable, mask) for variable, mask in masks.items()), *rest)
    return found[0] if len(found) == 1 else Every(found)


def some(parts: Iterable[Formula]) -> Formula:
    """Return the disjunction, with literals on one variable joined to one."""
    masks: dict[int, int] = {}
    rest: dict[Formula, None] = {}
    for part in _flat(parts, Some):
        if isinstance(part, Lit):
            masks[part.variable] = masks.get(part.variable, 0) | part.mask
        elif part == TRUE:
            return TRUE
        else:
            rest[part] = None
    found = (*(Lit(variable, mask) for variable, mask in masks.items() if mask), *rest)
    return found[0] if len(found) == 1 else Some(found)


def _flat(parts: Iterable[Formula], kind: type[Every | Some]) -> Iterable[Formula]:
    for part in parts:
        if isinstance(part, (Every, Some)) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def holds(formula: Formula, values: Sequence[int]) -> bool:
    """Say whether a formula holds where every variable has one value."""
    if isinstance(formula, Lit):
        return bool(values[formula.variable] & formula.mask)
    parts = formula.parts
    if isinstance(formula, Every):
        for part in parts:
            if not (values[part[0]] & part[1] if isinstance(part, Lit) else holds(part, values)):
                return False
        return True
    for part in parts:
        if values[part[0]] & part[1] if isinstance(part, Lit) else holds(part, values):
            return True
    return False


def variables_of(formula: Formula) -> set[int]:
    """Return the variables that a formula speaks of."""
    if isinstance(formula, Lit):
        return {formula.variable}
    return set().union(*map(variables_of, formula.parts))


def reading(  # noqa: PLR0911 - one per kind
    node: Bound | Node, want: Want, answer: Callable[[Question, Want], Formula]
) -> Formula:
    """Return one reading of a bound tree; `answer` gives that of a question."""
    match node:
        case Question():
            return answer(node, want)
        case Not(part):
            return reading(part, _OPPOSITE[want], answer)
        case All(parts):
            join = every if want in _JOINED else some
            return join([reading(part, want, answer) for part in parts])
        case AnyOf(parts):
            join = some if want in _JOINED else every
            return join([reading(part, want, answer) for part in parts])
        case IfThen(condition, then):
            join = some if want in _JOINED else every
            return join((reading(condition, _OPPOSITE[want], answer), reading(then, want, answer)))
        case Iff(left, right):
            return _equivalence(left, right, want, answer)
        case Literal(value):
            return TRUE if value == (want in _JOINED) else FALSE
        case _:
            message = f"an unbound node cannot be compared: {node!r}"
            raise TypeError(message)


def _equivalence(
    left: Node, right: Node, want: Want, answer: Callable[[Question, Want], Formula]
) -> Formula:
    """Both known and alike; known and different; and what is not so."""

    def pair(one: Want, other: Want) -> Sequence[Formula]:
        return reading(left, one, answer), reading(right, other, answer)

    match want:
        case Want.TRUE:
            return some((every(pair(Want.TRUE, Want.TRUE)), every(pair(Want.FALSE, Want.FALSE))))
        case Want.FALSE:
            return some((every(pair(Want.TRUE, Want.FALSE)), every(pair(Want.FALSE, Want.TRUE))))
        case Want.NOT_TRUE:
            return every(
                (
                    some(pair(Want.NOT_TRUE, Want.NOT_TRUE)),
                    some(pair(Want.NOT_FALSE, Want.NOT_FALSE)),
                )
            )
        case _:
            return every(
                (
                    some(pair(Want.NOT_TRUE, Want.NOT_FALSE)),
                    some(pair(Want.NOT_FALSE, Want.NOT_TRUE)),
                )
            )
