"""From JSON to trees, with every fault located.

A condition in JSON is true, false, or an object with one key: a connective (``all``,
``any``, ``not``, ``if`` with ``then``, ``iff``), a leaf (``term``, ``side``, ``setting``),
a composite (``purpose.permitted``, ``relationship.is``) or an atom. This module knows the
registry of atoms, and which whose (``client.``, ``server.``) a rule may ask about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mtlspolicy import limits
from mtlspolicy.errors import Fault
from mtlspolicy.features.base import Atom, Call, Feature, Scope
from mtlspolicy.features.parameters import FLAG, BadArgumentError, Parameter
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.composites import COMPOSITES
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
from mtlspolicy.records import dataclass, field

__all__ = ["Reader", "Settings", "escape"]

Settings = Mapping[str, "Any"]
"""Declared settings by name (`policies.settings`, which this module must not import)."""

_CONNECTIVES = ("all", "any", "not", "if", "iff", "term", "side", "setting")


@dataclass(slots=True)
class Reader:
    """Parses the conditions of one policy document and gathers the faults."""

    settings: Settings
    terms: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)
    _open_terms: list[str] = field(default_factory=list)
    _reached: set[str] = field(default_factory=set)
    """the terms that have been read"""
    _trees: dict[tuple[str, bool], tuple[Node, int, int]] = field(default_factory=dict)
    """faultless terms by name, and whether they are asked about a pair: nodes and height too"""
    _nodes: int = 0
    _deepest: int = 0

    def read(self, value: object, pointer: str, *, pair: bool) -> Node:
        """Return the tree of the condition at `pointer`; a faulty part becomes False.

        `pair`: the rule is on the pair, so its atoms name a side.
        """
        self._nodes = self._deepest = 0
        return self._node(value, pointer, pair, 0)

    def read_rest(self) -> None:
        """Read the terms that no rule has led to: a fault in one must not sleep.

        Such a term may be meant for rules on a side, or for rules on the pair: it is fine if
        it is fine for either.
        """
        for name in self.terms:
            if name not in self._reached:
                found = self._faults_of(name, pair=False)
                if found and self._faults_of(name, pair=True):
                    self.faults.extend(found)

    def _faults_of(self, name: str, *, pair: bool) -> list[Fault]:
        before = len(self.faults)
        self.read({"term": name}, "", pair=pair)
        found = self.faults[before:]
        del self.faults[before:]
        return found

    def _fault(self, pointer: str, message: str, help_: str = "") -> Node:
        self.faults.append(Fault(pointer, message, help_))
        return Literal(value=False)

    def _node(self, value: object, pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001, PLR0911 - carried along; one return per form
        self._nodes += 1
        self._deepest = max(self._deepest, depth)
        if self._nodes > limits.MAX_TREE_NODES + 1:
            return Literal(value=False)  # told once
        if depth > limits.MAX_TREE_DEPTH or self._nodes > limits.MAX_TREE_NODES:
            return self._fault(pointer, "the condition is nested too deep or too large")
        if isinstance(value, bool):
            return Literal(value)
        if not isinstance(value, dict) or not value:
            return self._fault(pointer, "a condition is true, false or an object with one key")
        keys = [key for key in value if key not in ("then", "is")]
        if (
            len(keys) != 1
            or ("then" in value) != (keys == ["if"])
            or ("is" in value and keys != ["setting"])
        ):
            return self._fault(
                pointer, "a condition has one key, or `if` with `then`, or `setting` with `is`"
            )
        key = keys[0]
        handler: Callable[[dict[str, Any], str, bool, int], Node] | None = (
            getattr(self, f"_{key}", None) if key in _CONNECTIVES else None
        )
        if handler is not None:
            return handler(value, pointer, pair, depth)
        return self._atom(key, value[key], f"{pointer}/{escape(key)}", pair, depth)

    # -- connectives

    def _parts(self, parts: object, pointer: str, pair: bool, depth: int) -> tuple[Node, ...]:  # noqa: FBT001
        if not isinstance(parts, list) or not parts:
            count = "at least one condition: an empty list would hold of everything, or of nothing"
            return (self._fault(pointer, f"a list of {count}"),)
        return tuple(
            self._node(part, f"{pointer}/{i}", pair, depth + 1) for i, part in enumerate(parts)
        )

    def _all(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        return All(self._parts(value["all"], f"{pointer}/all", pair, depth))

    def _any(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        return AnyOf(self._parts(value["any"], f"{pointer}/any", pair, depth))

    def _iff(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        parts = self._parts(value["iff"], f"{pointer}/iff", pair, depth)
        if len(parts) != 2:  # noqa: PLR2004 - the two sides of it
            return self._fault(f"{pointer}/iff", "`iff` takes a list of two conditions")
        return Iff(*parts)

    def _not(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        return Not(self._node(value["not"], f"{pointer}/not", pair, depth + 1))

    def _if(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        condition = self._node(value["if"], f"{pointer}/if", pair, depth + 1)
        return IfThen(condition, self._node(value["then"], f"{pointer}/then", pair, depth + 1))

    # -- leaves

    def _term(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        name = value["term"]
        if not isinstance(name, str) or name not in self.terms:
            return self._fault(
                f"{pointer}/term", f"there is no term `{name}`", _nearest(name, self.terms)
            )
        if name in self._open_terms:
            return self._fault(f"{pointer}/term", f"the term `{name}` is defined by itself")
        known = self._trees.get((name, pair))
        if known is None or not self._has_room(known, depth):
            return self._read_term(name, pair, depth)
        self._nodes += known[1]
        self._deepest = max(self._deepest, depth + known[2])
        return known[0]

    def _has_room(self, known: tuple[Node, int, int], depth: int) -> bool:
        return (
            self._nodes + known[1] <= limits.MAX_TREE_NODES
            and depth + known[2] <= limits.MAX_TREE_DEPTH
        )

    def _read_term(self, name: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        faults, nodes, deepest = len(self.faults), self._nodes, self._deepest
        self._reached.add(name)
        self._open_terms.append(name)
        self._deepest = depth
        tree = self._node(self.terms[name], f"/terms/{escape(name)}", pair, depth + 1)
        self._open_terms.pop()
        if len(self.faults) == faults:
            self._trees[name, pair] = tree, self._nodes - nodes, self._deepest - depth
        self._deepest = max(self._deepest, deepest)
        return tree

    def _side(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: ARG002, FBT001
        if value["side"] not in ("client", "server"):
            advice = _nearest(value["side"], ("client", "server"))
            return self._fault(f"{pointer}/side", "`side` is client or server", advice)
        return SideIs(value["side"])

    def _setting(self, value: dict[str, Any], pointer: str, pair: bool, depth: int) -> Node:  # noqa: ARG002, FBT001
        name = value["setting"]
        setting = self.settings.get(name) if isinstance(name, str) else None
        if setting is None:
            return self._fault(
                f"{pointer}/setting", f"there is no setting `{name}`", _nearest(name, self.settings)
            )
        wanted = value.get("is", True)
        problem = setting.problem(wanted)
        if problem:
            return self._fault(pointer, f"the setting `{name}` can never be `{wanted}`: {problem}")
        return SettingIs(name, setting.canonical(wanted))

    # -- atoms

    def _atom(self, key: str, value: object, pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        whose, _, rest = key.partition(".")
        name = rest if whose in ("client", "server") else key
        if key in COMPOSITES:
            return self._composite(key, value, pointer, pair, depth)
        if name not in ATOMS:
            return self._fault(
                pointer,
                f"there is no atom `{key}`",
                _nearest(key, [*ATOMS, *COMPOSITES, *_CONNECTIVES]),
            )
        feature, atom = ATOMS[name]
        whose = whose if name != key else "self"
        if feature.scope is Scope.PAIR:
            if not pair or whose != "self":
                return self._fault(
                    pointer, f"`{name}` asks about both sides: the rule must be on the pair"
                )
        elif pair != (whose != "self"):
            message = (
                "in a rule on the pair each atom names a side"
                if pair
                else "only a rule on the pair names a side"
            )
            return self._fault(
                pointer,
                f"{message}: `{key}`",
                f"write `client.{name}` or `server.{name}`" if pair else f"write `{name}`",
            )
        elif pair and feature.scope is Scope.PATH:
            return self._fault(
                pointer, f"`{name}` is decided per path: the rule must be on one side"
            )
        return self._ask(feature, atom, value, pointer, whose)

    def _composite(self, key: str, value: object, pointer: str, pair: bool, depth: int) -> Node:  # noqa: FBT001
        try:
            expanded = COMPOSITES[key].expand(value)
        except BadArgumentError as error:
            return self._fault(pointer, f"`{key}`: {error}")
        return self._node(expanded, pointer, pair, depth + 1)

    def _ask(
        self, feature: Feature[Any], atom: Atom, value: object, pointer: str, whose: str
    ) -> Node:
        arguments = []
        for parameter, given, place in self._given(atom, value, pointer):
            arguments.append(self._argument(parameter, given, place))
        if len(arguments) != len(atom.parameters):
            return Literal(value=False)
        if any(isinstance(argument, SettingReference) for argument in arguments):
            return Ask(feature, atom, tuple(arguments), whose)
        return Question(Call(feature, atom, tuple(arguments)), whose)

    def _given(
        self, atom: Atom, value: object, pointer: str
    ) -> list[tuple[Parameter, object, str]]:
        """Pair each parameter with what was given for it; fewer where something is amiss."""
        if not atom.parameters:
            self._argument(Parameter("", FLAG), value, pointer)
            return []
        if len(atom.parameters) == 1:
            return [(atom.parameters[0], value, pointer)]
        if not isinstance(value, dict):
            self._fault(
                pointer,
                f"`{atom.name}` takes an object with {', '.join(p.name for p in atom.parameters)}",
            )
            return []
        names = [p.name for p in atom.parameters]
        for extra in set(value) - set(names):
            self._fault(
                f"{pointer}/{escape(extra)}",
                f"`{atom.name}` has no argument `{extra}`",
                _nearest(extra, names),
            )
        found = []
        for parameter in atom.parameters:
            if parameter.name not in value and parameter.default is None:
                self._fault(pointer, f"`{atom.name}` needs the argument `{parameter.name}`")
            else:
                found.append(
                    (
                        parameter,
                        value.get(parameter.name, parameter.default),
                        f"{pointer}/{parameter.name}",
                    )
                )
        return found

    def _argument(self, parameter: Parameter, value: object, pointer: str) -> object:
        if isinstance(value, dict) and set(value) == {"setting"} and parameter.name:
            name = value["setting"]
            if not isinstance(name, str) or name not in self.settings:
                return self._fault(
                    f"{pointer}/setting",
                    f"there is no setting `{name}`",
                    _nearest(name, self.settings),
                )
            value, reference = self.settings[name].default, SettingReference(name)
        else:
            reference = None
        try:
            parsed = parameter.kind.parse(value)
        except BadArgumentError as error:
            return self._fault(pointer, str(error), _nearest(value, parameter.kind.words))
        return parsed if reference is None else reference


def _nearest(word: object, words: object) -> str:
    """Return advice with the nearest right word, or nothing."""
    if not isinstance(word, str):
        return ""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    close = get_close_matches(word, list(words), n=1, cutoff=0.5)  # type: ignore[call-overload]
    return f"did you mean `{close[0]}`?" if close else ""


def escape(key: str) -> str:
    """Escape one segment of a JSON pointer (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1")
