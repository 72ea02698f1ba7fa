"""The relation of two policies, and the classes of their difference.

1. For each enforced rule of one policy and each side, ask for a state that the other
   accepts and that this rule fails; where there is none, one that it leaves unknown.
2. Where that state breaks further rules, ask again for one that keeps those, until one
   breaks this rule alone or there is none.
3. Ask for a state that the other accepts and in which one enforces nothing on a side.
4. What is found in one direction only makes a policy stricter; in both, incomparable.
5. States that one rejects and the other leaves indeterminate are listed apart, for the rules
   that no state of 1 shows to fail: what refuses a state that the other accepts refuses as
   well one that the other cannot decide for whatever reason, and that is no other difference.

Checks that both policies share are never the cause of a difference, so they are not asked
about. A class is the set of rules that its smallest witness breaks.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.compare.check import Check, Status
from mtlspolicy.compare.formula import FALSE, Formula, some
from mtlspolicy.compare.model import Cause, Enforced, Model, Verdict, models, nothing_enforced
from mtlspolicy.compare.solver import Budget, LimitReachedError
from mtlspolicy.compare.states import Explored
from mtlspolicy.engine.state import ACCEPT
from mtlspolicy.features.subject import SIDES
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from mtlspolicy.compare.solver import Solution
    from mtlspolicy.compare.space import Space
    from mtlspolicy.compare.variables import Key
    from mtlspolicy.engine.compile import Compiled

__all__ = [
    "RELATIONS",
    "Difference",
    "Relation",
    "State",
    "Universe",
]

RELATIONS: Final = ("equivalent", "stricter", "more-permissive", "incomparable", "unknown")
"""What the first policy is compared with the second."""


_ACCEPTED: Final = Verdict(ACCEPT, ())


class State(NamedTuple):
    """One combination of values, and what each policy (by its number in the model) says of it.

    `exactly`: a variable, and the value that is told and written of it instead of the listed
    one, from which no rule can tell it.
    """

    model: Model
    solution: Solution
    verdicts: tuple[Verdict, Verdict]
    parties: tuple[int, int] = (0, 1)
    exactly: tuple[Key, Any] | None = None

    @property
    def deviations(self) -> int:
        """How many values are not those of an ordinary good pair."""
        return len(self.odd()) + (self.model.space.mode != "different")

    def odd(self) -> set[Key]:
        """Return the variables whose values are no plain ones."""
        space = self.model.space
        found = set(_odd(space, space.version, self.solution.values))
        return found if self.exactly is None else {*found, self.exactly[0]}


@lru_cache(maxsize=16)
def _odd(space: Space, _version: int, values: tuple[int, ...]) -> frozenset[Key]:
    """Return what is not plain; a state is asked more than once, and its space may yet grow."""
    return frozenset(
        variable.key
        for variable, mask in zip(space.variables, values, strict=True)
        if not mask & variable.plain
    )


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A class of difference: the rules that cause it, and its smallest witness.

    `refusing`: 0 where the first policy is the one that does not accept (or rejects, where
    the other is indeterminate), 1 where the second is. `causes`: the rules that the witness
    breaks; `asked`: those rules, with side and outcome, whose question led to this class.
    """

    refusing: int
    asked: tuple[Cause, ...]
    causes: tuple[Cause, ...]
    state: State


@dataclass(slots=True)
class Relation:
    """What comparing found; `apart` are differences between reject and indeterminate."""

    relation: str
    differences: list[Difference] = field(default_factory=list)
    apart: list[Difference] = field(default_factory=list)
    states: int = 0


class Universe:
    """Some policies, each under its settings, made ready to be compared with each other."""

    def __init__(self, compiled: Sequence[Compiled]) -> None:
        self._known = [Explored(model) for model in models(compiled)]

    def compare(self, first: int, second: int, *, most: int | None = None) -> Relation:
        """Compare two of the policies; never guesses: `unknown` past the limit.

        With `most` the relation is as exact, and only so many differences are shown in each
        direction, the first that are found; those apart are not looked for.
        """
        budget = Budget()
        try:
            searches = [_Search(known, (first, second), budget) for known in self._known]
            for search in searches if most is None else ():
                search.prepare()
            found = [
                _sorted(_merged([_least(searches, n, most)]))
                if most is not None
                else _sorted(_merged(search.differences(n) for search in searches))
                for n in (0, 1)
            ]
            apart = [
                _sorted(_merged(search.apart(n, _failing(found[n])) for search in searches))
                if most is None
                else []
                for n in (0, 1)
            ]
        except LimitReachedError:
            return Relation("unknown", states=budget.states)
        # A difference in which the first refuses makes the first stricter.
        name = {
            (False, False): "equivalent",
            (True, False): "stricter",
            (False, True): "more-permissive",
        }
        relation = name.get((bool(found[0]), bool(found[1])), "incomparable")
        return Relation(relation, [*found[0], *found[1]], [*apart[0], *apart[1]], budget.states)

    def accepts(self, which: int) -> bool:
        """Say whether a policy accepts any pair; past the limit nothing speaks against it."""
        budget = Budget()
        try:
            return any(one.accepted(which).find(list, budget) is not None for one in self._known)
        except LimitReachedError:
            return True


def _failing(differences: Iterable[Difference]) -> set[Cause]:
    """The rules that these show to fail."""
    return {cause for one in differences for cause in one.asked if cause.outcome == "fail"}


def _least(searches: Iterable[_Search], refusing: int, most: int) -> Iterator[Difference]:
    """Yield the first differences in one direction."""
    return islice(chain.from_iterable(one.differences(refusing) for one in searches), most)


def _merged(some_found: Iterable[Iterable[Difference]]) -> list[Difference]:
    """Keep per question the witness that breaks the fewest, and each class once."""
    best: dict[Cause, Difference] = {}
    for one in (difference for listed in some_found for difference in listed):
        known = best.get(one.asked[0])
        if known is None or _size(one) < _size(known):
            best[one.asked[0]] = one
    classes: dict[tuple[tuple[str, str], ...], list[Difference]] = {}
    # A rule that can fail is not shown as unknown too.
    failing = {cause[:2] for cause in best if cause.outcome == "fail"}
    kept = [o for c, o in best.items() if c.outcome == "fail" or c[:2] not in failing]
    for one in kept:
        causes = {(cause.rule, cause.outcome) for cause in one.causes}
        classes.setdefault(tuple(sorted(causes)), []).append(one)
    found = []
    for members in classes.values():
        least = min(members, key=_size)
        asked = tuple(sorted({cause for one in members for cause in one.asked}))
        found.append(Difference(least.refusing, asked, least.causes, least.state))
    return found


def _size(one: Difference) -> tuple[int, int]:
    return len(one.causes), one.state.deviations


def _sorted(differences: list[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda one: (one.state.deviations, len(one.causes), one.causes))


class _Search:
    """The questions about one model and two of its policies."""

    def __init__(self, known: Explored, pair: tuple[int, int], budget: Budget) -> None:
        self.known = known
        self.model = known.model
        self.pair = pair
        self.budget = budget
        checks = [{c for rule in self._rules(n) for c in rule.checks} for n in (0, 1)]
        self.shared = checks[0] & checks[1]

    def _rules(self, which: int) -> tuple[Enforced, ...]:
        return self.model.policies[self.pair[which]].rules

    def prepare(self) -> None:
        """List at once what all own rules ask about: each is to be broken, and to apply."""
        space = self.model.space
        own = {check for n in (0, 1) for rule in self._rules(n) for check in self._own(rule)}
        asked = {number for check in own for number in check.variables}
        features = {space.variables[number].key.feature for number in asked}
        wanted = [one for one in space.variables if one.open and one.key.feature in features]
        if wanted:
            space.list_values(wanted)

    # -- accept against not accept

    def differences(self, refusing: int) -> Iterator[Difference]:
        """Yield states that the other accepts and `refusing` does not, by causing rules."""
        for rule in self._rules(refusing):
            if self._own(rule):
                yield from self._broken_by(rule, refusing)
        yield from self._idle(refusing)

    def _own(self, rule: Enforced) -> tuple[Check, ...]:
        return tuple(check for check in rule.checks if check not in self.shared)

    def _broken_by(self, rule: Enforced, refusing: int) -> Iterator[Difference]:
        for outcome in (Status.FAIL, Status.UNKNOWN):
            first = None
            kept: list[Enforced] = []
            # Until a state breaks this rule alone, or there is none that breaks no other.
            while found := self._ask(refusing, partial(self._breaking, rule, outcome, kept)):
                difference = self._difference(refusing, rule.cause(outcome), found)
                others = self._others(rule, refusing, difference)
                first = first if first and others else difference
                if not others:
                    break
                kept += others
            if first is not None:
                yield first
                return

    def _breaking(
        self, rule: Enforced, outcome: Status, kept: Sequence[Enforced]
    ) -> Iterator[Formula]:
        yield self._bad(rule, outcome)
        for other in kept:
            yield from other.everywhere(Status.GOOD)

    def _bad(self, rule: Enforced, outcome: Status) -> Formula:
        return some([check.comes_to(outcome) for check in self._own(rule)])

    def _others(self, rule: Enforced, refusing: int, found: Difference) -> list[Enforced]:
        """The other rules that a state breaks; the same one on the other side is no other."""
        named = self.model.policies[self.pair[refusing]].named
        causes = [cause[:2] for cause in found.causes if cause.rule != rule.rule.rule.id]
        return [named[cause] for cause in causes if cause in named]

    def _idle(self, refusing: int) -> Iterator[Difference]:
        """States that the other accepts and in which a side has no enforced rule that passes."""
        for side in SIDES:
            found = self._ask(refusing, partial(self._nothing, refusing, side))
            if found is not None:
                yield self._difference(refusing, nothing_enforced(side), found)

    def _nothing(self, refusing: int, side: str) -> Sequence[Formula]:
        """No rule fails or is unknown, and none on a side passes."""
        wanted: list[Formula] = []
        rules = self._rules(refusing)
        for rule in sorted(rules, key=lambda rule: rule.side != side):
            status = Status.IDLE if rule.side == side else Status.GOOD
            for check in rule.checks:
                wanted.append(check.comes_to(status))
                if wanted[-1] == FALSE:
                    return (FALSE,)
        return wanted

    def _ask(self, refusing: int, wanted: Callable[[], Iterable[Formula]]) -> Solution | None:
        """The smallest state that the other policy accepts and that is as wanted."""
        return self.known.accepted(self.pair[1 - refusing]).find(wanted, self.budget)

    def _difference(
        self, refusing: int, asked: Cause, solution: Solution, other: Verdict | None = None
    ) -> Difference:
        """The class of a state, which the other policy accepts if nothing else is said."""
        other = other or _ACCEPTED
        mine = self.model.policies[self.pair[refusing]].verdict(solution.values)
        verdicts = (mine, other) if refusing == 0 else (other, mine)
        return Difference(
            refusing, (asked,), mine.causes, State(self.model, solution, verdicts, self.pair)
        )

    # -- reject against indeterminate

    def apart(self, rejecting: int, shown: Container[Cause]) -> Iterator[Difference]:
        """Yield states that `rejecting` rejects by a rule not shown, the other indeterminate."""
        undecided = self.known.undecided(self.pair[1 - rejecting])
        for rule in self._rules(rejecting):
            if not self._own(rule) or rule.cause(Status.FAIL) in shown:
                continue
            found = undecided.find(partial(self._fails, rule), self.budget)
            if found is not None:
                other = self.model.policies[self.pair[1 - rejecting]].verdict(found.values)
                yield self._difference(rejecting, rule.cause(Status.FAIL), found, other)

    def _fails(self, rule: Enforced) -> tuple[Formula]:
        return (self._bad(rule, Status.FAIL),)
