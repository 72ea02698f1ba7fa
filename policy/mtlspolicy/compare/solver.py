"""Formulas over finite domains, solved exactly, with few deviations from the ordinary.

A domain is a bit mask over the values of a variable, the ordinary value first. Search
looks at the plainest assignment that the domains leave, takes a formula that it violates
and branches over the ways to meet it, which exclude each other: nothing is enumerated that
no formula asks about. Variables with a place in time have spans that must meet. This module
knows nothing of policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy import limits
from mtlspolicy.compare.formula import FALSE, Every, Formula, Lit, Some
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mtlspolicy.compare.moments import Spans

__all__ = ["Budget", "LimitReachedError", "Problem", "Solution", "holds", "variables_of"]

_QUICK_ROUNDS: Final = 3
"""Searches for few deviations before one for any."""
_MOST_POLISH: Final = 400
"""States looked at to make one witness smaller than the first one found."""

Domains = list[int]


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


class _Conflict(Exception):  # noqa: N818 - a turn of the search, not an error
    """Domains that no solution has."""


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
    formulas: list[Formula] = field(default_factory=list)
    watched: dict[int, list[int]] = field(default_factory=dict)
    odd: list[int] = field(default_factory=list)
    """numbers of the formulas that do not hold where everything is ordinary"""
    domains: Domains = field(default_factory=list)
    possible: bool = True

    def __post_init__(self) -> None:
        """Start from everything that is possible."""
        self.domains = self.domains or list(self.full)

    def require(self, more: Iterable[Formula]) -> bool:
        """Add formulas; False where they cannot be met at first sight."""
        start = len(self.formulas)
        ordinary = [1] * len(self.full)
        for formula in more:
            number = len(self.formulas)
            self.formulas.append(formula)
            for variable in variables_of(formula):
                self.watched.setdefault(variable, []).append(number)
            if not holds(formula, ordinary):
                self.odd.append(number)
        try:
            self._propagate(self.domains, range(start, len(self.formulas)), ())
        except _Conflict:
            self.possible = False
        return self.possible

    def extended(self, more: Sequence[Formula]) -> Problem:
        """Return a problem with further formulas."""
        watched = dict(self.watched)
        for formula in more:
            for variable in variables_of(formula):
                watched[variable] = list(watched.get(variable, ()))
        problem = Problem(
            self.full,
            self.plain,
            self.familiar,
            self.prices,
            self.spans,
            self.ordinary_at,
            list(self.formulas),
            watched,
            list(self.odd),
            list(self.domains),
            self.possible,
        )
        if self.possible:
            problem.require(more)
        return problem

    # -- searching

    def solve(self, budget: Budget) -> Solution | None:
        """Return a solution with few deviations; None if there is none.

        Whether there is one is always exact; that no smaller one exists is known unless
        making it smaller took too long. Raises LimitReachedError.
        """
        if not self.possible:
            return None
        most = self.least(self.domains)
        # Most witnesses need one deviation or two, and refuting so few is quick.
        for _ in range(_QUICK_ROUNDS):
            search = _Search(self, budget, None)
            found = search.run(most)
            if found is not None or search.over is None:
                return found
            most = search.over
        best = _Search(self, budget, None).run(None)
        while best is not None and most < best.cost:
            search = _Search(self, budget, budget.states + _MOST_POLISH)
            better = search.run(most)
            if better is not None:
                return better
            if search.stopped or search.over is None:
                break
            most = search.over
        return best

    def least(self, domains: Domains) -> int:
        """Return how many deviations there are at least."""
        count = 0
        for domain, plain, familiar, price in zip(
            domains, self.plain, self.familiar, self.prices, strict=True
        ):
            if not domain & plain:
                count += 1 if domain & familiar else price
        return count if self._possible_at(domains, self.ordinary_at) else count + 1

    def _possible_at(self, domains: Domains, at: int) -> bool:
        return all(domains[variable] & spans.at(at) for variable, spans in self.spans.items())

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

    def narrow(self, domains: Domains, formula: Formula, local: tuple[Formula, ...]) -> None:
        """Let a formula hold as far as domains can say it; raises _Conflict."""
        touched: set[int] = set()
        _assume(formula, domains, touched)
        self._spread(domains, touched, local)

    def _spread(self, domains: Domains, touched: set[int], local: tuple[Formula, ...]) -> None:
        waiting: dict[int, None] = {}
        for variable in touched:
            waiting.update(dict.fromkeys(self.watched.get(variable, ())))
        self._propagate(domains, waiting, local, touched)

    def _propagate(
        self,
        domains: Domains,
        start: Iterable[int],
        local: tuple[Formula, ...],
        touched: Iterable[int] = (),
    ) -> None:
        """Take from the domains what a formula forbids; raises _Conflict."""
        waiting = dict.fromkeys(start)
        timed = bool(self.spans) and any(variable in self.spans for variable in touched)
        again = bool(local)
        while waiting or timed or again:
            changed: set[int] = set()
            if waiting:
                number = next(iter(waiting))
                del waiting[number]
                _assume(self.formulas[number], domains, changed)
            elif timed:
                timed = False
                self._meet(domains, changed)
            else:
                again = False
                for formula in local:
                    _assume(formula, domains, changed)
            for variable in changed:
                waiting.update(dict.fromkeys(self.watched.get(variable, ())))
                timed = timed or variable in self.spans
                again = again or bool(local)

    def _meet(self, domains: Domains, changed: set[int]) -> None:
        """Leave the values whose spans can meet a span of every other variable."""
        firsts = {v: spans.first(domains[v]) for v, spans in self.spans.items()}
        lasts = {v: spans.last(domains[v]) for v, spans in self.spans.items()}
        latest, earliest = max(firsts.values()), min(lasts.values())
        if latest > earliest:
            raise _Conflict
        for variable, spans in self.spans.items():
            domain = domains[variable]
            kept = domain & spans.begun(earliest) & spans.alive(latest)
            if kept != domain:
                _keep(domains, variable, kept, changed)


def _keep(domains: Domains, variable: int, kept: int, changed: set[int]) -> None:
    if not kept:
        raise _Conflict
    domains[variable] = kept
    changed.add(variable)


def _assume(formula: Formula, domains: Domains, changed: set[int]) -> None:
    """Narrow the domains to a formula, as far as it forces single literals."""
    if isinstance(formula, Lit):
        domain = domains[formula.variable]
        kept = domain & formula.mask
        if kept != domain:
            _keep(domains, formula.variable, kept, changed)
        return
    if isinstance(formula, Every):
        for part in formula.parts:
            _assume(part, domains, changed)
        return
    only: Formula | None = None
    for part in formula.parts:
        if _can(part, domains):
            if only is not None:
                return
            only = part
    if only is None:
        raise _Conflict
    _assume(only, domains, changed)


def _can(formula: Formula, domains: Domains) -> bool:
    """Say whether a formula can hold, each part looked at by itself."""
    if isinstance(formula, Lit):
        return bool(domains[formula.variable] & formula.mask)
    if isinstance(formula, Every):
        for part in formula.parts:  # noqa: SIM110 - a generator takes longer than the loop
            if not _can(part, domains):
                return False
        return True
    for part in formula.parts:  # noqa: SIM110 - the same
        if _can(part, domains):
            return True
    return False


class _Search:
    """One search with at most so many deviations; `stop` ends it after so many states."""

    def __init__(self, problem: Problem, budget: Budget, stop: int | None) -> None:
        self.problem = problem
        self.budget = budget
        self.stop = stop
        self.stopped = False
        self.most: int | None = None
        self.over: int | None = None
        """the least cost of what was left out because it cost more than `most`"""

    def run(self, most: int | None) -> Solution | None:
        """Return a solution that costs at most so much, None for any."""
        self.most = most
        return self._search(self.problem.domains, ())

    def _search(self, domains: Domains, local: tuple[Formula, ...]) -> Solution | None:
        """Depth first, the way with the fewest deviations first."""
        self.budget.spend()
        if self.stop is not None and self.budget.states > self.stop:
            self.stopped = True
            return None
        at = self.problem.instant(domains)
        if at is None:
            return None
        low = self._plainest(domains, at)
        broken = self._broken(low, domains, local)
        ways: Sequence[Formula]
        if broken is None:
            cost = self.problem.least(low)
            ways = () if self.most is None or cost <= self.most else self._cheaper(domains, low)
            if not ways:
                return Solution(tuple(low), cost, self.problem.nearest(low))
        else:
            ways = [part for part in broken.parts if _can(part, domains)]
        for child, more in self._children(domains, ways, local):
            found = self._search(child, more)
            if found is not None or self.stopped:
                return found
        return None

    def _cheaper(self, domains: Domains, low: Sequence[int]) -> Sequence[Formula]:
        """Two ways for a variable that is dear at this instant: plain at another, or dear."""
        problem = self.problem
        for variable in problem.spans:
            domain = domains[variable]
            cheap = domain & problem.plain[variable] or domain & problem.familiar[variable]
            if cheap and not low[variable] & cheap:
                return Lit(variable, cheap), Lit(variable, ~cheap)
        return ()  # pragma: no cover - what costs more than its domains has such a variable

    def _plainest(self, domains: Domains, at: int) -> list[int]:
        """Return the plainest assignment at an instant at which there is one."""
        problem = self.problem
        low = [
            chosen & -chosen
            for chosen in [d & p or d for d, p in zip(domains, problem.plain, strict=True)]
        ]
        for variable, spans in problem.spans.items():
            there = domains[variable] & spans.at(at)
            chosen = there & problem.plain[variable] or there
            low[variable] = chosen & -chosen
        return low

    def _children(
        self, domains: Domains, ways: Sequence[Formula], local: tuple[Formula, ...]
    ) -> list[tuple[Domains, tuple[Formula, ...]]]:
        """Return what each way leaves, the least deviating first."""
        problem = self.problem
        base = list(domains)
        found = []
        for number, way in enumerate(ways):
            child = list(base)
            more = local if isinstance(way, Lit) else (*local, way)
            try:
                problem.narrow(child, way, more)
            except _Conflict:
                pass
            else:
                least = problem.least(child)
                if self.most is None or least <= self.most:
                    found.append((least, number, child, more))
                else:
                    self.over = least if self.over is None else min(self.over, least)
            if isinstance(way, Lit):
                # What holds here is looked at here: the other ways may leave it out.
                base[way.variable] &= ~way.mask
                if not base[way.variable]:
                    break
        found.sort(key=lambda one: one[:2])
        return [(child, more) for _, _, child, more in found]

    def _broken(
        self, low: Sequence[int], domains: Domains, local: tuple[Formula, ...]
    ) -> Some | None:
        """A disjunction that these values violate, with the fewest ways to meet it."""
        problem = self.problem
        # The latest choice first: what it leaves open is a part of what the earlier ones do.
        for formula in reversed(local):
            if not holds(formula, low):
                return _choice(formula, low)
        numbers = dict.fromkeys(problem.odd)
        for variable, value in enumerate(low):
            if value != 1:
                numbers.update(dict.fromkeys(problem.watched.get(variable, ())))
        best: Some | None = None
        fewest = 0
        for number in numbers:
            formula = problem.formulas[number]
            if holds(formula, low):
                continue
            choice = _choice(formula, low)
            ways = sum(_can(part, domains) for part in choice.parts)
            if best is None or ways < fewest:
                best, fewest = choice, ways
                if ways <= 2:  # noqa: PLR2004 - hardly better
                    break
        return best


def _choice(formula: Formula, low: Sequence[int]) -> Some:
    """Return the first disjunction of a violated formula that is violated itself."""
    if isinstance(formula, Some):
        return formula
    if isinstance(formula, Lit):  # pragma: no cover - literals are kept by narrowing
        return FALSE
    return next(_choice(part, low) for part in formula.parts if not holds(part, low))
