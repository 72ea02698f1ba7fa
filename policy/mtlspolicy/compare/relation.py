"""The relation of two policies, and the classes of their difference.

1. For each enforced check of one policy that the other does not have, ask for a state that
   the other accepts and that breaks this rule alone; failing that, this rule among others.
2. Ask for a state that the other accepts and in which one enforces nothing on a side.
3. What is found in one direction only makes a policy stricter; in both, incomparable.
4. The same for states that one rejects and the other leaves indeterminate, listed apart.

Checks that both policies share are never the cause of a difference, so they are not asked
about. A class is the set of rules that its smallest witness breaks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mtlspolicy.compare.model import GOOD, Model, Status, Verdict, build_models
from mtlspolicy.compare.solver import LimitReachedError, Solver
from mtlspolicy.features.subject import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.compare.model import Check
    from mtlspolicy.compare.solver import Constraint, Root, Solution
    from mtlspolicy.engine.compile import Compiled

__all__ = ["RELATIONS", "Difference", "Relation", "State", "compare_compiled"]

RELATIONS: Final = ("equivalent", "stricter", "more-permissive", "incomparable", "unknown")
"""What the first policy is compared with the second."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """One combination of values, and what each policy says of it."""

    model: Model
    solution: Solution
    verdicts: tuple[Verdict, Verdict]

    @property
    def deviations(self) -> int:
        """How many values are not those of an ordinary good pair."""
        return self.solution.cost + (self.model.space.mode != "different")


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A class of difference: the rules that cause it, and its smallest witness.

    `refusing`: 0 where the first policy is the one that does not accept (or rejects, where
    the other is indeterminate), 1 where the second is. `asked`: the rule that was to break,
    `rules`: all that do, ids with `fail` or `unknown`.
    """

    refusing: int
    asked: tuple[str, str]
    rules: tuple[tuple[str, str], ...]
    state: State


@dataclass(slots=True)
class Relation:
    """What comparing found; `apart` are differences between reject and indeterminate."""

    relation: str
    differences: list[Difference] = field(default_factory=list)
    apart: list[Difference] = field(default_factory=list)
    states: int = 0


def compare_compiled(first: Compiled, second: Compiled) -> Relation:
    """Compare two policies, each under its settings; never guesses: `unknown` past the limit."""
    try:
        searches = [_Search(model) for model in build_models((first, second))]
        found = [
            _sorted(_merged(search.differences(which) for search in searches)) for which in (0, 1)
        ]
        apart = [_sorted(_merged(search.apart(which) for search in searches)) for which in (0, 1)]
    except LimitReachedError:
        return Relation("unknown")
    states = sum(search.solver.states for search in searches)
    # A difference in which the first refuses makes the first stricter.
    name = {
        (False, False): "equivalent",
        (True, False): "stricter",
        (False, True): "more-permissive",
    }
    relation = name.get((bool(found[0]), bool(found[1])), "incomparable")
    return Relation(relation, [*found[0], *found[1]], [*apart[0], *apart[1]], states)


def _merged(some: Iterator[list[Difference]]) -> list[Difference]:
    """Keep per rule asked about the witness that breaks the fewest, and each class once."""
    best: dict[tuple[str, str], Difference] = {}
    for one in (difference for listed in some for difference in listed):
        known = best.get(one.asked)
        if known is None or _size(one) < _size(known):
            best[one.asked] = one
    classes: dict[tuple[tuple[str, str], ...], Difference] = {}
    for one in best.values():
        known = classes.get(one.rules)
        if known is None or _size(one) < _size(known):
            classes[one.rules] = one
    return list(classes.values())


def _size(one: Difference) -> tuple[int, int]:
    return len(one.rules), one.state.deviations


def _sorted(differences: list[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda one: (one.state.deviations, len(one.rules), one.rules))


class _Search:
    """The questions about one model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        variables = model.space.variables
        self.solver = Solver([len(v.values) for v in variables], [v.plain for v in variables])
        self.shared = {check.body for check in model.checks[0]} & {
            check.body for check in model.checks[1]
        }

    # -- accept against not accept

    def differences(self, refusing: int) -> list[Difference]:
        """States that the other accepts and `refusing` does not, by causing rules."""
        root = self._accepting(1 - refusing)
        if root is None:
            return []
        found = []
        for check in self._own(refusing):
            for bad in (Status.FAIL, Status.UNKNOWN):
                solution = self._breaking(root, check, bad, refusing)
                if solution is not None:
                    found.append(
                        self._difference(refusing, (check.rule.rule.id, bad.value), solution)
                    )
                    break
        found += self._idle(root, refusing)
        return _merged(iter([found]))

    def _accepting(self, which: int) -> Root | None:
        """The states in which every rule of a policy is kept, as far as rules go."""
        return self.solver.root([*self.model.space.structure, *self._constraints(which, GOOD)])

    def _constraints(
        self, which: int, wanted: Sequence[Status], skip: Check | None = None
    ) -> list[Constraint]:
        bodies = dict.fromkeys(
            check.body
            for check in self.model.checks[which]
            if skip is None or check.rule is not skip.rule
        )
        bad = [status for status in Status if status not in wanted]
        return [body.only(*wanted) for body in bodies if body.can(*bad)]

    def _own(self, which: int) -> Iterator[Check]:
        """The checks that only this policy has; a second issuer shows no more than the first."""
        seen = set()
        for check in self.model.checks[which]:
            if (
                check.body not in self.shared
                and check.place != "issuer2"
                and check.body not in seen
            ):
                seen.add(check.body)
                yield check

    def _breaking(self, root: Root, check: Check, bad: Status, refusing: int) -> Solution | None:
        """The smallest state in which the check is `bad`: its rule alone, else among others."""
        if not check.body.can(bad):
            return None
        broken = check.body.only(bad)
        others = self._constraints(refusing, GOOD, skip=check)
        for more in ([broken, *others], [broken]):
            start = root.extended(more)
            solution = None if start is None else self._enforcing(start, 1 - refusing)
            if solution is not None:
                return solution
        return None

    def _enforcing(self, root: Root, which: int) -> Solution | None:
        """The smallest solution in which the policy enforces something on each side."""
        solution = root.solve()
        if solution is None:
            return None
        passed = {
            c.side
            for c in self.model.checks[which]
            if c.body.status(solution.values) is Status.PASS
        }
        idle = next((side for side in SIDES if side not in passed), None)
        if idle is None:
            return solution
        best: Solution | None = None
        for check in self.model.checks[which]:
            if check.side == idle and check.body.can(Status.PASS):
                start = root.extended([check.body.only(Status.PASS)])
                found = None if start is None else self._enforcing(start, which)
                if found is not None and (best is None or found.cost < best.cost):
                    best = found
        return best

    def _idle(self, root: Root, refusing: int) -> Iterator[Difference]:
        """States that the other accepts and in which a side has no enforced rule that applies."""
        for side in SIDES:
            bodies = dict.fromkeys(
                check.body for check in self.model.checks[refusing] if check.side == side
            )
            start = root.extended(
                [*(body.only(Status.IDLE) for body in bodies), *self._constraints(refusing, GOOD)]
            )
            solution = None if start is None else self._enforcing(start, 1 - refusing)
            if solution is not None:
                yield self._difference(refusing, ("engine.nothing_enforced", side), solution)

    def _difference(self, refusing: int, asked: tuple[str, str], solution: Solution) -> Difference:
        verdicts = self.model.verdict(0, solution.values), self.model.verdict(1, solution.values)
        return Difference(
            refusing, asked, verdicts[refusing].broken, State(self.model, solution, verdicts)
        )

    # -- reject against indeterminate

    def apart(self, rejecting: int) -> list[Difference]:
        """States that `rejecting` rejects and the other leaves indeterminate, by rejecting rule."""
        other = 1 - rejecting
        no_failure = [
            *self.model.space.structure,
            *self._constraints(other, (*GOOD, Status.UNKNOWN)),
        ]
        root = self.solver.root(no_failure)
        if root is None:
            return []
        found = []
        for check in self._own(rejecting):
            if check.body.can(Status.FAIL):
                start = root.extended([check.body.only(Status.FAIL)])
                solution = None if start is None else self._undecided(start, other)
                if solution is not None:
                    found.append(
                        self._difference(rejecting, (check.rule.rule.id, "fail"), solution)
                    )
        return _merged(iter([found]))

    def _undecided(self, root: Root, which: int) -> Solution | None:
        """A small solution that leaves the policy undecided."""
        solution = root.solve()
        if solution is None:
            return None
        checks = [c for c in self.model.checks[which] if c.body.can(Status.UNKNOWN)]
        if any(c.body.status(solution.values) is Status.UNKNOWN for c in checks):
            return solution
        best: Solution | None = None
        for body in dict.fromkeys(c.body for c in checks if c.place != "issuer2"):
            start = root.extended([body.only(Status.UNKNOWN)])
            found = None if start is None else start.solve(None if best is None else best.cost - 1)
            best = found or best
        return best
