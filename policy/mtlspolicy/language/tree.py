"""The rule language: conditions as data.

A condition is a small tree over questions. The same tree is *evaluated* on values,
*explained* in English, *dated* (at which instants its answer may change) and *compared*;
what cannot be read all four ways does not belong here. There is no code, no regular
expression and no loop: quantifiers live in the features.

This module knows the shape of trees, bound and unbound. `language.parse` makes them from
JSON, `bind` puts in the side and the settings.
"""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, Any, assert_never

from mtlspolicy.features.base import Atom, Call, Feature
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "All",
    "AnyOf",
    "Ask",
    "Bound",
    "IfThen",
    "Iff",
    "Literal",
    "Node",
    "Not",
    "Question",
    "SettingIs",
    "SettingReference",
    "SideIs",
    "asked",
    "bind",
    "questions",
]


@dataclass(frozen=True, slots=True)
class SettingReference:
    """An argument that is the value of a setting."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """True or False."""

    value: bool


@dataclass(frozen=True, slots=True)
class SideIs:
    """Whether the rule is judged on this side."""

    side: str


@dataclass(frozen=True, slots=True)
class SettingIs:
    """Whether a setting has this value."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Ask:
    """An atom of whose arguments at least one is a reference to a setting.

    `whose`: self, client or server.
    """

    feature: Feature[Any]
    atom: Atom
    arguments: tuple[Any, ...]
    whose: str


@dataclass(frozen=True, slots=True)
class Question:
    """An atom with all its arguments, asked of `whose` certificate or path."""

    call: Call
    whose: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; at least one part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class IfThen:
    """An implication."""

    condition: Node
    then: Node


@dataclass(frozen=True, slots=True)
class Iff:
    """Both hold, or neither."""

    left: Node
    right: Node


Node = Literal | SideIs | SettingIs | Ask | Question | All | AnyOf | Not | IfThen | Iff
"""Any tree."""

Bound = Literal | Question | All | AnyOf | Not | IfThen | Iff
"""A tree without sides and settings (its parts are bound too)."""

TRUE = Literal(value=True)
FALSE = Literal(value=False)


def bind(node: Node, side: str, settings: Mapping[str, Any]) -> Bound:  # noqa: PLR0911 - one per kind
    """Put in the side (client, server or pair) and the settings, and simplify.

    Simplifying keeps Kleene's meaning: a constant part is folded, nothing else. Raises
    `features.parameters.BadArgumentError` where a setting's value is no argument of its atom.
    """
    match node:
        case Literal() | Question():
            return node
        case SideIs(wanted):
            return TRUE if wanted == side else FALSE
        case SettingIs(name, value):
            return TRUE if settings[name] == value else FALSE
        case Ask(feature, atom, arguments, whose):
            return Question(
                Call(
                    feature,
                    atom,
                    tuple(_argument(a, atom, i, settings) for i, a in enumerate(arguments)),
                ),
                whose,
            )
        case All(parts):
            return _fold(node, [bind(part, side, settings) for part in parts], neutral=True)
        case AnyOf(parts):
            return _fold(node, [bind(part, side, settings) for part in parts], neutral=False)
        case Not(part):
            bound = bind(part, side, settings)
            return node if bound is part and not isinstance(bound, Literal) else _negate(bound)
        case IfThen(condition, then):
            return _implication(bind(condition, side, settings), bind(then, side, settings))
        case Iff(left, right):
            return _equivalence(bind(left, side, settings), bind(right, side, settings))
        case _:  # pragma: no cover - the union above is closed
            assert_never(node)


def _argument(argument: object, atom: Atom, index: int, settings: Mapping[str, Any]) -> object:
    if isinstance(argument, SettingReference):
        return atom.parameters[index].kind.parse(settings[argument.name])
    return argument


def _fold(node: All | AnyOf, parts: list[Bound], *, neutral: bool) -> Bound:
    """Fold a conjunction (`neutral` True) or a disjunction (False) of the bound parts."""
    rest = [part for part in parts if not isinstance(part, Literal)]
    if any(part.value is not neutral for part in parts if isinstance(part, Literal)):
        return FALSE if neutral else TRUE
    if len(rest) < 2:  # noqa: PLR2004 - a list of one is that one
        return rest[0] if rest else TRUE if neutral else FALSE
    if all(map(is_, rest, node.parts)) and len(rest) == len(node.parts):
        return node
    return All(tuple(rest)) if neutral else AnyOf(tuple(rest))


def _negate(part: Bound) -> Bound:
    if isinstance(part, Literal):
        return FALSE if part.value else TRUE
    return Not(part)


def _implication(condition: Bound, then: Bound) -> Bound:
    if condition == FALSE or then == TRUE:
        return TRUE
    if condition == TRUE:
        return then
    return _negate(condition) if then == FALSE else IfThen(condition, then)


def _equivalence(left: Bound, right: Bound) -> Bound:
    if isinstance(left, Literal):
        left, right = right, left
    if isinstance(right, Literal):
        return left if right.value else _negate(left)
    return Iff(left, right)


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of a node."""
    match node:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case IfThen(left, right) | Iff(left, right):
            return (left, right)
        case _:
            return ()


def questions(node: Node) -> list[Question]:
    """List the questions of a bound tree, from left to right."""
    found: list[Any] = []
    _gather(node, Question, found)
    return found


def asked(node: Node) -> list[tuple[Feature[Any], Atom]]:
    """List what a tree asks, be it bound or not, from left to right."""
    found: list[Any] = []
    _gather(node, (Question, Ask), found)
    asks = [one.call if isinstance(one, Question) else one for one in found]
    return [(one.feature, one.atom) for one in asks]


def _gather(node: Node, kind: type | tuple[type, ...], found: list[Any]) -> None:
    if isinstance(node, kind):
        found.append(node)
    else:
        for part in children(node):
            _gather(part, kind, found)
