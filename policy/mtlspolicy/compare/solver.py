"""Finite-domain constraints, solved exactly, with the fewest deviations from the ordinary.

A domain is a bit mask over the values of a variable. A *table* lists which classes of
values of its variables go together; a *clause* wants one of several variables in a set.
Search starts from the plainest values, takes a table that they violate and branches over
its rows, which exclude each other: nothing is enumerated that no constraint asks about.
This module knows nothing of policies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MAX_STATES", "LimitReachedError", "Rows", "Solution", "Solver", "Table"]

MAX_STATES: Final = 200_000
"""States looked at in one comparison. The built-in policies need a few thousand per pair;
past the limit the answer is `unknown`, after about a minute."""

_MAX_POLISH: Final = 2_000
"""States looked at to make one witness smaller than the first one found."""

Domains = list[int]


class LimitReachedError(Exception):
    """More states than `MAX_STATES`: the answer is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The classes into which some variables fall: per variable the masks of its classes."""

    scope: tuple[int, ...]
    classes: tuple[tuple[int, ...], ...]
    class_of: tuple[dict[int, int], ...]
    """per variable: from a mask of one value to its class"""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A constraint: a table with the rows (one class per variable) that are allowed.

    `support` has per variable and class the mask of the rows in which the class stands.
    """

    table: Table
    rows: tuple[tuple[int, ...], ...]
    allowed: frozenset[tuple[int, ...]] = field(repr=False)
    support: tuple[tuple[int, ...], ...] = field(repr=False)

    @classmethod
    def of(cls, table: Table, rows: Iterable[tuple[int, ...]]) -> Rows:
        """Return the constraint of these rows."""
        listed = tuple(rows)
        support = [[0] * len(masks) for masks in table.classes]
        for number, row in enumerate(listed):
            for place, one in enumerate(row):
                support[place][one] |= 1 << number
        return cls(table, listed, frozenset(listed), tuple(map(tuple, support)))

    def live(self, domains: Domains) -> int:
        """Return the mask of the rows that the domains leave."""
        left = (1 << len(self.rows)) - 1
        for variable, masks, support in zip(
            self.table.scope, self.table.classes, self.support, strict=True
        ):
            domain = domains[variable]
            seen = 0
            for mask, rows in zip(masks, support, strict=True):
                if domain & mask:
                    seen |= rows
            left &= seen
        return left


@dataclass(frozen=True, slots=True, eq=False)
class AnyIn:
    """A constraint: at least one variable has a value of its mask."""

    literals: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """A constraint: per value of `key` the mask of the values of `other` that go with it."""

    key: int
    other: int
    masks: tuple[int, ...]

    def with_keys(self, domain: int) -> int:
        """Return the values of `other` that go with a value of this domain."""
        return _union(mask for place, mask in enumerate(self.masks) if domain >> place & 1)

    def keys_of(self, domain: int) -> int:
        """Return the values of `key` that go with a value of `other` in this domain."""
        return _union(1 << place for place, mask in enumerate(self.masks) if mask & domain)


Constraint = Rows | AnyIn | Linked


@dataclass(frozen=True, slots=True)
class Solution:
    """One mask of one value per variable, and how many of them are deviations."""

    values: tuple[int, ...]
    cost: int


class Solver:
    """Solves conjunctions of constraints over fixed variables.

    `plain` has per variable the mask of the values that are no deviation.
    """

    def __init__(self, sizes: Sequence[int], plain: Sequence[int]) -> None:
        self.plain = tuple(plain)
        self.full = [(1 << size) - 1 for size in sizes]
        self.states = 0

    def root(self, constraints: Sequence[Constraint]) -> Root | None:
        """Make constraints ready to be solved with more; None if they exclude each other."""
        watched: list[list[int]] = [[] for _ in self.full]
        for number, constraint in enumerate(constraints):
            for variable in _scope(constraint):
                watched[variable].append(number)
        root = Root(self, list(constraints), watched, list(self.full))
        return root if root.propagate(root.domains, range(len(constraints))) else None


@dataclass(slots=True)
class Root:
    """Some constraints with the domains that they leave."""

    solver: Solver
    constraints: list[Constraint]
    watched: list[list[int]]
    domains: Domains

    def extended(self, more: Sequence[Constraint]) -> Root | None:
        """Return a root with further constraints, None if they cannot be met at first sight."""
        watched = self.watched
        constraints = [*self.constraints, *more]
        if more:
            watched = [list(one) for one in watched]
            for number, constraint in enumerate(more, len(self.constraints)):
                for variable in _scope(constraint):
                    watched[variable].append(number)
        root = Root(self.solver, constraints, watched, list(self.domains))
        return (
            root
            if root.propagate(root.domains, range(len(self.constraints), len(constraints)))
            else None
        )

    def solve(self, most: int | None = None) -> Solution | None:
        """Return the solution with the fewest deviations, at most `most`; None if there is none.

        Whether there is one is always exact. Raises LimitReachedError.
        """
        least = self._least(self.domains)
        limit = len(self.domains) if most is None else most
        if least > limit:
            return None
        # A few deviations are tried first: most witnesses need one or two.
        for budget in range(least, min(least + 2, limit + 1)):
            found = self._search(self.domains, budget, None)
            if found is not None:
                return found
        best = self._search(self.domains, limit, None)
        start = self.solver.states
        while best is not None:
            better = self._search(self.domains, best.cost - 1, start + _MAX_POLISH)
            if better is None:
                break
            best = better
        return best

    def _least(self, domains: Domains) -> int:
        return sum(
            not domain & plain for domain, plain in zip(domains, self.solver.plain, strict=True)
        )

    def _search(self, domains: Domains, budget: int, stop: int | None) -> Solution | None:
        """Depth first; `stop` ends a search that only makes something better."""
        solver = self.solver
        solver.states += 1
        if solver.states > MAX_STATES:
            raise LimitReachedError
        if stop is not None and solver.states > stop:
            return None
        low = [_lowest(d & p or d) for d, p in zip(domains, solver.plain, strict=True)]
        broken = self._broken(low, domains)
        if broken is None:
            return Solution(tuple(low), self._least(domains))
        for branch in _branches(broken, domains, low):
            child = list(domains)
            for variable, mask in branch:
                child[variable] &= mask
            touched = {number for variable, _ in branch for number in self.watched[variable]}
            if not all(child[variable] for variable, _ in branch):
                continue
            if self.propagate(child, touched) and self._least(child) <= budget:
                found = self._search(child, budget, stop)
                if found is not None:
                    return found
        return None

    def _broken(self, low: Sequence[int], domains: Domains) -> Constraint | None:
        """The constraint that these values violate and that leaves the fewest ways out."""
        best: Constraint | None = None
        fewest = 0
        for constraint in self.constraints:
            if isinstance(constraint, AnyIn):
                if any(low[v] & mask for v, mask in constraint.literals):
                    continue
                ways = sum(bool(domains[v] & mask) for v, mask in constraint.literals)
            elif isinstance(constraint, Linked):
                if constraint.masks[low[constraint.key].bit_length() - 1] & low[constraint.other]:
                    continue
                ways = domains[constraint.key].bit_count()
            else:
                table = constraint.table
                row = tuple([of[low[v]] for v, of in zip(table.scope, table.class_of, strict=True)])
                if row in constraint.allowed:
                    continue
                ways = len(constraint.rows)
            if best is None or ways < fewest:
                best, fewest = constraint, ways
        return best

    def propagate(self, domains: Domains, start: Iterable[int]) -> bool:
        """Take from the domains what no row supports; False where one runs empty."""
        waiting = dict.fromkeys(start)
        while waiting:
            number = next(iter(waiting))
            del waiting[number]
            constraint = self.constraints[number]
            changed = _filter(constraint, domains)
            if changed is None:
                return False
            for variable in changed:
                waiting.update(dict.fromkeys(self.watched[variable]))
            waiting.pop(number, None)
        return True


def _scope(constraint: Constraint) -> Iterable[int]:
    if isinstance(constraint, AnyIn):
        return [variable for variable, _ in constraint.literals]
    if isinstance(constraint, Linked):
        return (constraint.key, constraint.other)
    return constraint.table.scope


def _lowest(mask: int) -> int:
    return mask & -mask


def _filter(constraint: Constraint, domains: Domains) -> list[int] | None:
    """Narrow the domains of one constraint; return what changed, None if it cannot hold."""
    if isinstance(constraint, AnyIn):
        alive = [(v, mask) for v, mask in constraint.literals if domains[v] & mask]
        if len(alive) != 1:
            return [] if alive else None
        wanted = [alive[0]]
    elif isinstance(constraint, Linked):
        wanted = [
            (constraint.other, constraint.with_keys(domains[constraint.key])),
            (constraint.key, constraint.keys_of(domains[constraint.other])),
        ]
    else:
        table = constraint.table
        left = constraint.live(domains)
        if not left:
            return None
        wanted = [
            (v, _union(mask for mask, rows in zip(masks, support, strict=True) if rows & left))
            for v, masks, support in zip(
                table.scope, table.classes, constraint.support, strict=True
            )
        ]
    changed = []
    for variable, mask in wanted:
        kept_values = domains[variable] & mask
        if kept_values != domains[variable]:
            if not kept_values:
                return None
            domains[variable] = kept_values
            changed.append(variable)
    return changed


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _branches(
    constraint: Constraint, domains: Domains, low: Sequence[int]
) -> list[list[tuple[int, int]]]:
    """The ways to meet a constraint, which exclude each other; those near `low` first."""
    if isinstance(constraint, AnyIn):
        # One literal holds and none before it: no state is looked at twice.
        branches = []
        before: list[tuple[int, int]] = []
        for variable, mask in constraint.literals:
            if domains[variable] & mask:
                branches.append([*before, (variable, mask)])
            before.append((variable, ~mask))
        return branches
    if isinstance(constraint, Linked):
        return [
            [(constraint.key, 1 << place), (constraint.other, mask)]
            for place, mask in enumerate(constraint.masks)
            if domains[constraint.key] >> place & 1
        ]
    table = constraint.table
    left = constraint.live(domains)
    live = [row for number, row in enumerate(constraint.rows) if left >> number & 1]
    here = [of[low[v]] for v, of in zip(table.scope, table.class_of, strict=True)]
    live.sort(key=lambda row: sum(a != b for a, b in zip(row, here, strict=True)))
    return [
        [(v, masks[c]) for v, masks, c in zip(table.scope, table.classes, row, strict=True)]
        for row in live
    ]
