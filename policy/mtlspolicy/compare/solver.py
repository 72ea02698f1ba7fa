"""Formulas over finite domains, solved exactly, with few deviations from the ordinary.

A domain is a bit mask over the values of a variable, the ordinary value first. Search
looks at the plainest assignment that the domains leave, takes a clause that it violates
and branches over the ways to meet it, which exclude each other: nothing is enumerated that
no formula asks about. The cheapest branch is looked at first, so the first solution is one
of the cheapest. Variables with a place in time have spans that must meet. This module
knows nothing of policies.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy import limits
from mtlspolicy.compare.clauses import TAKEN, Clause, Clauses, Domains, Literal
from mtlspolicy.compare.formula import Lit
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mtlspolicy.compare.formula import Formula
    from mtlspolicy.compare.moments import Spans

__all__ = ["Budget", "LimitReachedError", "Problem", "Solution"]

_MOST_PATIENT: Final = 2000
"""States of one search before it takes any solution in place of the cheapest."""


class LimitReachedError(Exception):
    """More states than `limits.MAX_COMPARED_STATES`: the answer is unknown."""


@dataclass(slots=True)
class Budget:
    """How many states one comparison has looked at."""

    states: int = 0

    def spend(self) -> None:
        """Count one state; raises LimitReachedError past the limit."""
        self.states += 1
        if self.states > limits.MAX_COMPARED_STATES:
            raise LimitReachedError


class Solution(NamedTuple):
    """One mask of one value per variable, what its deviations cost, and when it is looked at."""

    values: tuple[int, ...]
    cost: int
    at: int


@dataclass(slots=True)
class Problem:
    """Formulas that are to hold together, with the domains that they leave.

    `plain` has per variable the mask of the values that are no deviation, `familiar` of those
    that cost next to nothing, `prices` what any other costs, `spans` the variables that have a
    place in time, and `ordinary_at` the instant that costs nothing.
    """

    full: Domains
    plain: Sequence[int]
    familiar: Sequence[int]
    prices: Sequence[int]
    spans: Mapping[int, Spans]
    ordinary_at: int
    clauses: Clauses = field(init=False)
    domains: Domains = field(init=False)
    """those of the variables, and after them those of the clauses' ways"""
    possible: bool = field(init=False)

    def __post_init__(self) -> None:
        """Start from everything that is possible."""
        self.domains = list(self.full)
        self.clauses = Clauses(len(self.full), [{} for _ in self.full])
        self.possible = True

    def require(self, more: Iterable[Formula]) -> bool:
        """Add formulas; False where they cannot be met at first sight."""
        # What single literals settle need not be kept of the others.
        ordered = sorted(more, key=lambda formula: not isinstance(formula, Lit))
        for formula in ordered:
            forced = self.clauses.add(formula, self.domains)
            if forced is None or not self.narrow(self.domains, list(forced)):
                self.possible = False
                break
        return self.possible

    def extended(self, more: Iterable[Formula]) -> Problem:
        """Return a problem with further formulas."""
        problem = Problem(
            self.full, self.plain, self.familiar, self.prices, self.spans, self.ordinary_at
        )
        problem.clauses = self.clauses.copied()
        problem.domains = list(self.domains)
        problem.possible = self.possible
        if self.possible:
            problem.require(more)
        return problem

    def solve(self, budget: Budget) -> Solution | None:
        """Return a solution with few deviations; None if there is none.

        Whether there is one is always exact; that no smaller one exists is known unless
        looking for it took too long. Raises LimitReachedError.
        """
        return _Search(self, budget).run() if self.possible else None

    # -- what domains come to

    def least(self, domains: Sequence[int]) -> int:
        """Return what the deviations cost at least."""
        dear = [
            number
            for number, (domain, plain) in enumerate(zip(domains, self.plain, strict=False))
            if not domain & plain
        ]
        cost = sum([self._price(number, domains[number]) for number in dear])
        return cost if self._possible_at(domains, self.ordinary_at) else cost + 1

    def dearer(self, domains: Domains, literal: Literal) -> int:
        """Return by how much more deviations cost at least where a literal holds."""
        variable, mask = literal
        own = self.clauses.variables
        if variable >= own:
            singles = (one[0] for one in self.clauses.parts[variable - own] if len(one) == 1)
            return sum([self.dearer(domains, one) for one in singles]) if mask == TAKEN else 0
        before = domains[variable]
        after = before & mask
        plain = self.plain[variable]
        if after & plain:
            return 0
        return self._price(variable, after) - (
            0 if before & plain else self._price(variable, before)
        )

    def _price(self, variable: int, domain: int) -> int:
        return 1 if domain & self.familiar[variable] else self.prices[variable]

    def _possible_at(self, domains: Sequence[int], at: int) -> bool:
        for variable, spans in self.spans.items():  # noqa: SIM110 - a generator takes longer
            if not domains[variable] & spans.at(at):
                return False
        return True

    def instant(self, domains: Domains) -> int | None:
        """Return an instant at which every variable can have a value, None if there is none.

        Where there is one, the first instant of some value is one too.
        """
        if self._possible_at(domains, self.ordinary_at):
            return self.ordinary_at
        earliest = max(spans.first(domains[v]) for v, spans in self.spans.items())
        latest = min(spans.last(domains[v]) for v, spans in self.spans.items())
        firsts = {at for spans in self.spans.values() for at in spans.firsts}
        fitting = sorted(at for at in firsts if earliest <= at <= latest)
        # What comes is plainer than what was.
        later = [at for at in fitting if at >= self.ordinary_at]
        earlier = [at for at in reversed(fitting) if at < self.ordinary_at]
        for at in (*later, *earlier):
            if self._possible_at(domains, at):
                return at
        return None

    def nearest(self, values: Sequence[int]) -> int:
        """Return the instant nearest to the ordinary one at which these values are possible."""
        first = max(spans.first(values[v]) for v, spans in self.spans.items())
        last = min(spans.last(values[v]) for v, spans in self.spans.items())
        return min(max(first, self.ordinary_at), last)

    # -- narrowing

    def narrow(self, domains: Domains, changes: list[Literal]) -> bool:
        """Let literals hold, as far as domains can say it; False where they cannot."""
        while True:
            timed = self.clauses.narrow(domains, changes, self.spans)
            if not timed:
                return timed is not None
            if not self._meet(domains, changes):
                return False

    def _meet(self, domains: Domains, changes: list[Literal]) -> bool:
        """Leave the values whose spans can meet a span of every other variable."""
        latest = max([spans.first(domains[v]) for v, spans in self.spans.items()])
        earliest = min([spans.last(domains[v]) for v, spans in self.spans.items()])
        for variable, spans in self.spans.items():
            kept = spans.between(latest, earliest)
            if domains[variable] & ~kept:
                changes.append((variable, kept))
        return latest <= earliest


class _Branch(NamedTuple):
    """Domains in which one of some literals holds, and none of those before it.

    By `rank` the cheapest comes first, of these the deepest, of these the first; where
    patience is at an end the deepest comes first of all.
    """

    rank: tuple[int, int, int]
    cost: int
    depth: int
    domains: Domains
    literals: Sequence[Literal]
    taken: int


class _Search:
    """One search; what is left to look at is a heap of branches."""

    def __init__(self, problem: Problem, budget: Budget) -> None:
        self.problem = problem
        self.budget = budget
        self.left: list[_Branch] = []
        self.best: Solution | None = None
        self.looked = 0
        self.made = 0

    def run(self) -> Solution | None:
        """Return the cheapest solution, or where that takes too long any."""
        domains = self.problem.domains
        self._push(self.problem.least(domains), 0, domains, (), 0)
        while self.left and not self._content():
            self._look(heappop(self.left))
        return self.best

    def _content(self) -> bool:
        """Whether no other solution is worth looking for."""
        if self.best is None:
            return False
        return self.looked >= _MOST_PATIENT or self.best.cost <= self.left[0].cost

    def _push(
        self, cost: int, depth: int, domains: Domains, literals: Sequence[Literal], taken: int
    ) -> None:
        self.made += 1
        hasty = self.looked >= _MOST_PATIENT
        rank = (-depth, cost, self.made) if hasty else (cost, -depth, self.made)
        heappush(self.left, _Branch(rank, cost, depth, domains, literals, taken))

    def _look(self, branch: _Branch) -> None:
        """Find a solution in a branch, or divide it."""
        self.budget.spend()
        self.looked += 1
        if self.looked == _MOST_PATIENT:
            left, self.left = self.left, []
            for one in left:
                self._push(*one[1:])
        domains = self._narrowed(branch)
        if domains is None:
            return
        cost = self.problem.least(domains)
        if branch.cost < cost and self.left and self.left[0].cost < cost:
            self._push(cost, branch.depth, domains, (), 0)
            return
        at = self.problem.instant(domains)
        if at is None:
            return
        low = self._plainest(domains, at)
        ways = self._broken(low, domains)
        if not ways:
            found = self._found(low)
            ways = self._cheaper(domains, low) if cost < found.cost else []
        dearer = self.problem.dearer
        ranked = sorted([(dearer(domains, way), number) for number, way in enumerate(ways)])
        literals = [ways[number] for _, number in ranked]
        for taken, (more, _) in enumerate(ranked):
            self._push(cost + more, branch.depth + 1, domains, literals, taken)

    def _found(self, low: Sequence[int]) -> Solution:
        problem = self.problem
        values = tuple(low[: len(problem.full)])
        found = Solution(values, problem.least(values), problem.nearest(values))
        if self.best is None or found.cost < self.best.cost:
            self.best = found
        return found

    def _narrowed(self, branch: _Branch) -> Domains | None:
        """Return the domains of a branch with all that follows; None where nothing is left."""
        if not branch.literals:
            return branch.domains
        domains = list(branch.domains)
        changes = [(variable, ~mask) for variable, mask in branch.literals[: branch.taken]]
        changes.append(branch.literals[branch.taken])
        return domains if self.problem.narrow(domains, changes) else None

    def _plainest(self, domains: Domains, at: int) -> list[int]:
        """Return the plainest assignment at an instant at which there is one."""
        problem = self.problem
        low = [
            chosen & -chosen
            for chosen in [d & p or d for d, p in zip(domains, problem.plain, strict=False)]
        ]
        for variable, spans in problem.spans.items():
            there = domains[variable] & spans.at(at)
            chosen = there & problem.plain[variable] or there
            low[variable] = chosen & -chosen
        low += [domain & -domain for domain in domains[len(low) :]]
        return low

    def _cheaper(self, domains: Domains, low: Sequence[int]) -> list[Literal]:
        """Two ways for a variable that is dear at this instant: plain at another, or dear."""
        problem = self.problem
        for variable in problem.spans:
            domain = domains[variable]
            cheap = domain & problem.plain[variable] or domain & problem.familiar[variable]
            if cheap and not low[variable] & cheap:
                return [(variable, cheap), (variable, ~cheap)]
        return []  # pragma: no cover - what costs more than its domains has such a variable

    def _broken(self, low: Sequence[int], domains: Domains) -> list[Literal]:
        """Return the ways to meet a clause that these values violate, none if there is none.

        Of several the one that is the dearest to meet, with the fewest ways.
        """
        clauses = self.problem.clauses
        some: dict[int, Clause] = {id(clause): clause for clause in clauses.odd}
        for variable, value in enumerate(low):
            if value != 1:
                for mask, woken in clauses.woken[variable].items():
                    if not value & mask:
                        some.update([(id(clause), clause) for clause in woken])
        best: list[Literal] = []
        most = (0, 0)
        for clause in some.values():
            if not clauses.met(clause, low):
                ways = [one for one in clause if domains[one[0]] & one[1]]
                dearer = min([self.problem.dearer(domains, one) for one in ways])
                if not best or (dearer, -len(ways)) > most:
                    best, most = ways, (dearer, -len(ways))
        return best
