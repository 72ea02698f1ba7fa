"""Policies over one space: their enforced rules, and what each policy says of a state.

A state breaks few rules, and what none of the variables out of the ordinary decides comes to
what it comes to in the ordinary state: so only the rules that a state touches are looked at.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from mtlspolicy.compare.check import MISSING, Check, Shape, Status, places
from mtlspolicy.compare.formula import Formula, holds, some
from mtlspolicy.compare.space import MODES, Space
from mtlspolicy.compare.terms import AT, LEAF, asked
from mtlspolicy.engine.state import ACCEPT, INDETERMINATE, REJECT
from mtlspolicy.features.subject import SIDES
from mtlspolicy.language.tree import questions
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.compare.variables import Key
    from mtlspolicy.engine.compile import Compiled
    from mtlspolicy.engine.outcome import BoundRule
    from mtlspolicy.features.base import Call
    from mtlspolicy.language.tree import Bound

__all__ = ["Cause", "Enforced", "Model", "Ruling", "Verdict", "models", "nothing_enforced"]


class Cause(NamedTuple):
    """A rule that keeps a policy from accepting: its id, the side, and `fail` or `unknown`.

    `rule` is `engine.nothing_enforced` where no enforced rule passed on a side.
    """

    rule: str
    side: str
    outcome: str


class Verdict(NamedTuple):
    """What a policy says of a state: the decision, and the causes where it does not accept."""

    decision: str
    causes: tuple[Cause, ...]


@dataclass(slots=True, eq=False)
class Enforced:
    """One enforced rule on one side, with all its checks."""

    rule: BoundRule
    side: str
    checks: tuple[Check, ...]
    space: Space
    variables: frozenset[int]
    """the numbers of all variables that decide what it comes to"""
    known: dict[Status, tuple[int, Formula]] = field(default_factory=dict)

    def somewhere(self, status: Status) -> Formula:
        """Return that some check comes to a status."""
        version = self.space.version
        known = self.known.get(status)
        if known is None or known[0] != version:
            found = some([check.comes_to(status) for check in self.checks])
            known = self.known[status] = version, found
        return known[1]

    def everywhere(self, status: Status) -> list[Formula]:
        """Return that each check comes to a status."""
        return [check.comes_to(status) for check in self.checks]

    def wrong(self, values: Sequence[int]) -> Status:
        """Return what it comes to in a state in which it is not good: `FAIL` or `UNKNOWN`."""
        failed = holds(self.somewhere(Status.FAIL), values)
        return Status.FAIL if failed else Status.UNKNOWN

    def cause(self, outcome: Status) -> Cause:
        """Name the rule."""
        return Cause(self.rule.rule.id, self.side, outcome.value)


class Ruling:
    """The enforced rules of one policy, and what they say of a state."""

    def __init__(self, rules: Sequence[Enforced], space: Space) -> None:
        self.rules = tuple(rules)
        self.named = {(one.rule.rule.id, one.side): one for one in rules}
        self._space = space
        self._known: tuple[int, Callable[[Check], Formula]] | None = None
        self._on_side = {side: [one for one in rules if one.side == side] for side in SIDES}
        self._ordinary = [1] * len(space.variables)
        self._touched: list[list[Check]] = [[] for _ in space.variables]
        self._owners: dict[Check, list[int]] = {}
        for place, rule in enumerate(self.rules):
            for check in rule.checks:
                self._owners.setdefault(check, []).append(place)
        for check in self._owners:
            for variable in check.variables:
                self._touched[variable].append(check)
        self._usually_passes: dict[Enforced, bool] = {}

    def broken(self, values: Sequence[int]) -> list[tuple[Enforced, Status]]:
        """Return the rules that fail or are unknown in a state."""
        good = self._good()
        touched = {check for number in _odd(values) for check in self._touched[number]}
        bad = [check for check in touched if not holds(good(check), values)]
        bad += [check for check in self._unusual if check not in touched]
        places = sorted({place for check in bad for place in self._owners[check]})
        return [(self.rules[place], self.rules[place].wrong(values)) for place in places]

    def passes(self, side: str, values: Sequence[int]) -> bool:
        """Say whether some rule on a side passes."""
        odd = _odd(values)
        touched: list[Enforced] = []
        for rule in self._on_side[side]:
            if not rule.variables.isdisjoint(odd):
                touched.append(rule)
            elif self._passes_usually(rule):
                return True
        return any(holds(rule.somewhere(Status.PASS), values) for rule in touched)

    def verdict(self, values: Sequence[int]) -> Verdict:
        """Judge a state as `engine.judge` does."""
        broken = self.broken(values)
        failed = [rule.cause(status) for rule, status in broken if status is Status.FAIL]
        unknown = [rule.cause(status) for rule, status in broken if status is Status.UNKNOWN]
        if failed or unknown:
            return Verdict(REJECT if failed else INDETERMINATE, tuple(failed or unknown))
        idle = tuple([nothing_enforced(side) for side in SIDES if not self.passes(side, values)])
        return Verdict(REJECT, idle) if idle else Verdict(ACCEPT, ())

    def _good(self) -> Callable[[Check], Formula]:
        """Where a check is good, as far as values are listed: asked of the check only once."""
        if self._known is None or self._known[0] != self._space.version:
            self._known = self._space.version, cache(_where_good)
        return self._known[1]

    @cached_property
    def _unusual(self) -> list[Check]:
        """What the ordinary state breaks; listing does not change what that is."""
        ordinary = self._ordinary
        return [one for one in self._owners if not holds(one.comes_to(Status.GOOD), ordinary)]

    def _passes_usually(self, rule: Enforced) -> bool:
        found = self._usually_passes.get(rule)
        if found is None:
            found = holds(rule.somewhere(Status.PASS), self._ordinary)
            self._usually_passes[rule] = found
        return found


def _where_good(check: Check) -> Formula:
    return check.comes_to(Status.GOOD)


def _odd(values: Sequence[int]) -> list[int]:
    """The variables whose value is not their first, the ordinary one."""
    return [number for number, value in enumerate(values) if value != 1]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Some policies over one space, and what they say of its states."""

    space: Space
    policies: tuple[Ruling, ...]


def nothing_enforced(side: str) -> Cause:
    """Name that no enforced rule passed on a side."""
    return Cause("engine.nothing_enforced", side, "fail")


# -- building


class _Trees:
    """Conditions, of which equal ones are one, with the variables that they ask about.

    A policy's root programmes have most of their rules in common: whether two conditions are
    equal is found out once for each, not for each certificate.
    """

    def __init__(self) -> None:
        self._same: dict[Bound, Bound] = {}
        self._seen: dict[int, tuple[Bound, Bound]] = {}
        self._asked: dict[tuple[int, str, str], tuple[tuple[Key, Call], ...]] = {}

    def same(self, tree: Bound) -> Bound:
        """Return the first tree that is equal to this one."""
        known = self._seen.get(id(tree))
        if known is None:
            # The tree is kept with it: as long as it is there, its id is its own.
            known = self._seen[id(tree)] = tree, self._same.setdefault(tree, tree)
        return known[1]

    def asked(self, tree: Bound, side: str, place: str) -> tuple[tuple[Key, Call], ...]:
        """Return the variables that a tree needs where it judges `place`, and the questions."""
        key = id(tree), side, place
        known = self._asked.get(key)
        if known is None:
            found = (one for each in questions(tree) for one in asked(each, side, place))
            known = self._asked[key] = tuple(found)
        return known


def models(compiled: Sequence[Compiled]) -> list[Model]:
    """Return a model per mode in which the leafs of both sides can be related."""
    trees = _Trees()
    rules = [
        [(rule, side, tuple(_shapes(rule, side, trees))) for rule, side in _enforced(one)]
        for one in compiled
    ]
    wanted: dict[Key, list[Call]] = {AT: []}
    shapes = {shape.identity(): shape for some_of in rules for *_, own in some_of for shape in own}
    for shape in shapes.values():
        for tree in shape.trees() if shape.place != MISSING else ():
            for key, call in trees.asked(tree, shape.side, shape.place):
                wanted.setdefault(key, []).append(call)
    related = any(key.feature == "pair" for key in wanted)
    return [_model(wanted, mode, rules, trees) for mode in (MODES if related else MODES[:1])]


def _enforced(compiled: Compiled) -> Iterator[tuple[BoundRule, str]]:
    for side in (*SIDES, "pair"):
        rules = compiled.pair if side == "pair" else compiled.sides[side]
        yield from ((rule, side) for rule in rules.by_bit.values() if rule.enforced)


def _shapes(rule: BoundRule, side: str, trees: _Trees) -> Iterator[Shape]:
    gate, when, require = map(trees.same, (rule.gate, rule.when, rule.require))
    for place in places(rule.rule.of):
        yield Shape(side, rule.rule.of, place, gate, when, require, rule.rule.if_missing)


def _model(
    wanted: dict[Key, list[Call]],
    mode: str,
    rules: Sequence[Sequence[tuple[BoundRule, str, Sequence[Shape]]]],
    trees: _Trees,
) -> Model:
    space = Space(wanted, mode)
    known: dict[Hashable, Check] = {}

    def check(shape: Shape) -> Check:
        found = known.get(shape.identity())
        if found is None:
            asks = [trees.asked(tree, shape.side, shape.place or LEAF) for tree in shape.trees()]
            keys = [frozenset([space.alias(key) for key, _ in some_of]) for some_of in asks]
            found = known[shape.identity()] = Check(shape, space, keys)
        return found

    def enforced(rule: BoundRule, side: str, shapes: Sequence[Shape]) -> Enforced:
        checks = tuple([check(shape) for shape in shapes])
        variables = frozenset().union(*[one.variables for one in checks])
        return Enforced(rule, side, checks, space, variables)

    return Model(
        space, tuple([Ruling([enforced(*one) for one in some_of], space) for some_of in rules])
    )
