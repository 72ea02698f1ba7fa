"""Reading a condition as English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, assert_never

from mtlspolicy.language.tree import (
    All,
    AnyOf,
    Ask,
    Iff,
    IfThen,
    Literal,
    Node,
    Not,
    Question,
    SettingIs,
    SettingReference,
    SideIs,
)
from mtlspolicy.names import purpose_name

if TYPE_CHECKING:
    from mtlspolicy.features.base import Atom

__all__ = ["Names", "phrase", "sentence"]


Names = Mapping[Node, str]
"""What stands for a whole condition, instead of its parts."""
_NO_NAMES: Final[Names] = {}


def sentence(node: Node, names: Names = _NO_NAMES) -> str:
    """Write a tree, bound or not, in English; lower case, without a final period.

    A condition that has a name in `names` is written as that, also inside of another one.
    """
    return _Writer(names).say(node, truth=True, inner=False)


class _Writer:
    """Writes conditions, some of which have names."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def say(self, node: Node, *, truth: bool, inner: bool) -> str:
        """Write that `node` is `truth`; `inner` asks for brackets where several parts stand."""
        name = self._names.get(node) if self._names else None
        if name is None:
            return self._spell(node, truth=truth, inner=inner)
        return name if truth else f"not {name}"

    def _spell(self, node: Node, *, truth: bool, inner: bool) -> str:  # noqa: C901, PLR0911 - one line per kind of node
        match node:
            case Literal(value):
                return "always" if value == truth else "never"
            case SideIs(side):
                return (
                    f"the rule judges the {side}"
                    if truth
                    else f"the rule does not judge the {side}"
                )
            case SettingIs(name, value):
                return _setting(name, value, truth=truth)
            case Ask(_, atom, arguments, whose):
                return _owner(whose) + phrase(atom, arguments, truth=truth)
            case Question(call, whose):
                return _owner(whose) + phrase(call.atom, call.arguments, truth=truth)
            case Not(part):
                return self.say(part, truth=not truth, inner=inner)
            case All(parts):
                return self._list(parts, "and" if truth else "or", truth=truth, inner=inner)
            case AnyOf(parts):
                return self._list(parts, "or" if truth else "and", truth=truth, inner=inner)
            case IfThen(condition, then):
                return self._implication(condition, then, truth=truth, inner=inner)
            case Iff(left, right):
                return self._equivalence(left, right, truth=truth, inner=inner)
            case _:  # pragma: no cover - the union is closed
                assert_never(node)

    def _list(self, parts: tuple[Node, ...], word: str, *, truth: bool, inner: bool) -> str:
        if len(parts) == 1:
            return self.say(parts[0], truth=truth, inner=inner)
        return _bracket(
            _series([self.say(part, truth=truth, inner=True) for part in parts], word), inner=inner
        )

    def _implication(self, condition: Node, then: Node, *, truth: bool, inner: bool) -> str:
        first = self.say(condition, truth=True, inner=True)
        second = self.say(then, truth=truth, inner=True)
        return _bracket(
            f"if {first}, then {second}" if truth else f"{first} and {second}", inner=inner
        )

    def _equivalence(self, left: Node, right: Node, *, truth: bool, inner: bool) -> str:
        word = "exactly when" if truth else "exactly when not:"
        one, other = self.say(left, truth=True, inner=True), self.say(right, truth=True, inner=True)
        return _bracket(f"{one} {word} {other}", inner=inner)


def _setting(name: str, value: object, *, truth: bool) -> str:
    if isinstance(value, bool):
        return f"the setting {name} is {'on' if value == truth else 'off'}"
    words = [str(word) for word in value] if isinstance(value, tuple) else [str(value)]
    written = _series(words, "and") or "empty"
    return f"the setting {name} is {'' if truth else 'not '}{written}"


def _owner(whose: str) -> str:
    return "" if whose == "self" else f"{whose}: "


def _bracket(text: str, *, inner: bool) -> str:
    return f"({text})" if inner else text


def _series(items: list[str], word: str) -> str:
    if len(items) < 3:  # noqa: PLR2004 - one or two items need no comma
        return f" {word} ".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def phrase(atom: Atom, arguments: tuple[Any, ...], *, truth: bool = True) -> str:
    """Write one atom, affirmed or denied, with its arguments."""
    template = atom.phrase if truth else atom.denial
    return template.format(*(_Said(argument, atom) for argument in arguments))


class _Said:
    """An argument that a template can print plainly (``{0}``) or with "or" (``{0:or}``)."""

    def __init__(self, argument: object, atom: Atom) -> None:
        self.argument = argument
        self.atom = atom

    def __format__(self, word: str) -> str:
        if isinstance(self.argument, tuple):
            return _series([self._one(item) for item in self.argument], word or "and") or "nothing"
        return self._one(self.argument)

    def _one(self, item: object) -> str:
        if isinstance(item, SettingReference):
            return f"(setting {item.name})"
        if self.atom.show is not None:
            return self.atom.show(item)
        return purpose_name(item) if isinstance(item, str) else str(item)
