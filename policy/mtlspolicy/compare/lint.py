"""The weak spots of one policy, each shown by a state where there is one.

The questions are those of a comparison, asked about one policy alone. What is found is not
wrong in itself: that a further purpose loses access is the point of a strict profile. But
whoever writes a policy should know it, and see the pair that shows it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.check import Status
from mtlspolicy.compare.formula import (
    FALSE,
    TRUE,
    Every,
    Formula,
    Lit,
    every,
    holds,
    some,
    variables_of,
)
from mtlspolicy.compare.model import Enforced, models
from mtlspolicy.compare.relation import State, Universe
from mtlspolicy.compare.solver import Budget, LimitReachedError
from mtlspolicy.compare.states import Explored
from mtlspolicy.compare.terms import LEAF
from mtlspolicy.compare.variables import Key
from mtlspolicy.compare.witness import Witness, forge
from mtlspolicy.compare.words import describe
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.facts.certificate import ExtendedKeyUsage
from mtlspolicy.features.subject import SIDES
from mtlspolicy.names import purpose_name
from mtlspolicy.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mtlspolicy.compare.model import Model
    from mtlspolicy.compare.solver import Solution
    from mtlspolicy.compare.states import Accepted
    from mtlspolicy.policies.model import Policy
    from mtlspolicy.policies.settings import Setting

__all__ = ["KINDS", "Finding", "lint"]

KINDS: Final = {
    "accepts_nothing": "no pair is accepted",
    "accepts_everything": "every pair is accepted",
    "never_fails": "the rule cannot fail",
    "contradicted": "whenever the rule is kept, another one is broken",
    "shadowed": "the rule never fails alone",
    "purpose_loses": "a further purpose loses access",
    "setting_without_effect": "the setting changes no verdict",
}
"""Every kind of finding, the gravest first."""


_NAMED: Final = 4
"""Rules that are named in one sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One weak spot: `rules` that it is about, in words, and the states that show it.

    `words` and `witnesses` have one entry per state: none where what is found is that there
    is no such state, two (without and with the purpose) where a purpose loses access.
    """

    kind: str
    rules: tuple[str, ...]
    message: str
    words: tuple[tuple[str, ...], ...] = ()
    witnesses: tuple[Witness, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the finding as JSON."""
        return {
            "kind": self.kind,
            "rules": list(self.rules),
            "message": self.message,
            "states": [list(words) for words in self.words],
            "witnesses": [witness.document() for witness in self.witnesses],
        }


def lint(
    policy: Policy,
    settings: Mapping[str, Any],
    *,
    witnesses: bool = True,
    show: Callable[[int, int], None] = lambda _, __: None,
) -> tuple[Finding, ...] | None:
    """Look for the weak spots of a policy under some settings; None past the state limit.

    `witnesses`: make the states real, and judge them from their bytes. `show` is told how
    many of how many rules have been looked at. Raises WitnessError for a fault of ours.
    """
    looking = _Lint(policy, settings, real=witnesses)
    try:
        found = [*looking.whole(), *looking.rules(show), *looking.purposes(), *looking.settings()]
    except LimitReachedError:
        return None
    kinds = list(KINDS)
    return tuple(sorted(found, key=lambda one: (kinds.index(one.kind), one.rules, one.message)))


class _Lint:
    """The questions about one policy."""

    def __init__(self, policy: Policy, settings: Mapping[str, Any], *, real: bool) -> None:
        self.policy = policy
        self.given = settings
        self.real = real
        self.budget = Budget()
        explored = [Explored(model) for model in models([compile_policy(policy, settings)])]
        self.states = [one.everything for one in explored]
        self.accepting = [one.accepted(0) for one in explored]
        self.accepted = self._find(lambda _: [])

    # -- asking

    def _enforced(self, model: Model) -> tuple[Enforced, ...]:
        return model.policies[0].rules

    def _find(
        self, wanted: Callable[[Model], Iterable[Formula]], *, accept: bool = True
    ) -> State | None:
        """Return the smallest state that is as wanted, among those accepted or among all."""
        found = []
        for states in self.accepting if accept else self.states:
            solution = states.find(partial(wanted, states.model), self.budget)
            if solution is not None:
                found.append(_state(states.model, solution))
        return min(found, key=lambda one: one.solution.cost, default=None)

    def _members(self, model: Model, rule: str) -> list[Enforced]:
        return [one for one in self._enforced(model) if one.rule.rule.id == rule]

    def _others(self, model: Model, rule: str) -> Iterator[Formula]:
        for other in self._enforced(model):
            if other.rule.rule.id != rule:
                yield from other.everywhere(Status.NOT_FAIL)

    def _finding(
        self, kind: str, rules: Iterable[str], message: str, *states: State | None
    ) -> Finding:
        shown = [one for one in states if one is not None]
        real = [self._forged(one) for one in shown] if self.real else []
        # Of two, the last is the one in which a rule breaks: both are told alike.
        words = tuple(describe(one, shown[-1]) for one in shown)
        return Finding(kind, tuple(rules), message, words, tuple(real))

    def _forged(self, state: State) -> Witness:
        return forge(state, (self.policy, self.policy), (self.given, self.given))

    # -- the policy as a whole

    def whole(self) -> Iterator[Finding]:
        """Look for a policy that accepts nothing, or everything."""
        if self.accepted is None:
            core = self._core()
            why = f"{_counted(core)} cannot be kept together" if core else self._idle()
            ordinary = self._find(lambda _: [], accept=False)
            yield self._finding("accepts_nothing", core, f"no pair is accepted: {why}", ordinary)
        elif self._find(self._not_accepted, accept=False) is None:
            message = "every pair in strict DER is accepted"
            yield self._finding("accepts_everything", (), message, self.accepted)

    def _idle(self) -> str:
        """Say on which side no rule passes where none fails or is unknown."""
        sides = [
            side for side in SIDES if self._find(partial(self._good, side), accept=False) is None
        ]
        where = " and ".join(f"the {side}" for side in sides) or "both sides at once"
        return f"it asks nothing of {where}, and where nothing is asked nothing is accepted"

    def _good(self, side: str, model: Model) -> list[Formula]:
        """Return that all rules are kept, and that one on a side passes."""
        rules = self._enforced(model)
        passing = some([one.somewhere(Status.PASS) for one in rules if one.side == side])
        return [passing, *(f for one in rules for f in one.everywhere(Status.GOOD))]

    def _not_accepted(self, model: Model) -> list[Formula]:
        rules = self._enforced(model)
        bad = [one.somewhere(status) for one in rules for status in (Status.FAIL, Status.UNKNOWN)]
        idle = [
            every(f for one in rules if one.side == side for f in one.everywhere(Status.IDLE))
            for side in SIDES
        ]
        return [some([*bad, *idle])]

    def _core(self) -> list[str]:
        """Return a least set of rules that no pair keeps together (leave out one by one)."""

        def kept(rules: Sequence[str]) -> Callable[[Model], list[Formula]]:
            return lambda model: [
                formula
                for one in self._enforced(model)
                if one.rule.rule.id in rules
                for formula in one.everywhere(Status.GOOD)
            ]

        core = self._ids()
        if self._find(kept(core), accept=False) is not None:
            return []
        for rule in list(core):
            fewer = [one for one in core if one != rule]
            if self._find(kept(fewer), accept=False) is None:
                core = fewer
        return core

    def _ids(self) -> list[str]:
        return list(dict.fromkeys(one.rule.rule.id for one in self._enforced(self.states[0].model)))

    # -- one rule after the other

    def rules(self, show: Callable[[int, int], None]) -> Iterator[Finding]:
        """Look for rules that cannot fail, are never kept, or never fail alone."""
        rules = self._ids()
        kept = _passing(self.accepted)
        for number, rule in enumerate(rules):
            show(number, len(rules))
            alone = self._find(partial(self._alone, rule), accept=False)
            told = list(self._never_alone(rule)) if alone is None else []
            yield from told
            idle = any(one.kind == "never_fails" for one in told)
            if self.accepted is not None and rule not in kept and not idle:
                passing = self._find(partial(self._kept, rule))
                kept |= _passing(passing)
                if passing is None:
                    yield from self._never_kept(rule)

    def _failing(self, rule: str, model: Model) -> list[Formula]:
        return [some([one.somewhere(Status.FAIL) for one in self._members(model, rule)])]

    def _left_open(self, rule: str, model: Model) -> list[Formula]:
        return [some([one.somewhere(Status.UNKNOWN) for one in self._members(model, rule)])]

    def _kept(self, rule: str, model: Model) -> list[Formula]:
        return [some([one.somewhere(Status.PASS) for one in self._members(model, rule)])]

    def _alone(self, rule: str, model: Model) -> list[Formula]:
        return [*self._failing(rule, model), *self._others(model, rule)]

    def _never_alone(self, rule: str) -> Iterator[Finding]:
        failing = self._find(partial(self._failing, rule), accept=False)
        if failing is None:
            open_ = self._find(partial(self._left_open, rule), accept=False)
            # What can be unknown holds an acceptance back, so it is no idle rule.
            can = "cannot fail" if open_ is None else "can only be left open: it cannot fail"
            message = f"{rule} {can} under these settings"
            yield self._finding("never_fails", (rule,), message)
            return
        beside = _failing(failing) - {rule}
        covering = [
            one
            for one in sorted(beside)
            if self._find(partial(self._spared, rule, (one,)), accept=False) is None
        ]
        if covering:
            by = f"{_counted(covering)} {'fails' if len(covering) == 1 else 'fail'}"
        else:
            covering = self._together(rule, sorted(beside))
            by = f"one of {_counted(covering)} fails"
        message = f"{rule} never fails alone: {by} wherever it does"
        yield self._finding("shadowed", (rule, *covering), message, failing)

    def _together(self, rule: str, covering: list[str]) -> list[str]:
        """Return a least set of other rules of which one fails wherever a rule does."""
        while found := self._find(partial(self._spared, rule, covering), accept=False):
            covering += sorted(_failing(found) - {rule})
        for one in list(covering):
            fewer = [other for other in covering if other != one]
            if self._find(partial(self._spared, rule, fewer), accept=False) is None:
                covering = fewer
        return covering

    def _spared(self, rule: str, others: Sequence[str], model: Model) -> list[Formula]:
        """Return that a rule fails and some others do not."""
        spared = [
            formula
            for other in others
            for one in self._members(model, other)
            for formula in one.everywhere(Status.NOT_FAIL)
        ]
        return [*self._failing(rule, model), *spared]

    def _never_kept(self, rule: str) -> Iterator[Finding]:
        state = self._find(partial(self._kept, rule), accept=False)
        if state is None:
            members = self._members(self.states[0].model, rule)
            if any(one.rule.rule.if_missing == "not_applicable" for one in members):
                return  # where it is not broken it does not apply
            failing = self._find(partial(self._failing, rule), accept=False)
            message = f"{rule} cannot be kept: wherever it applies, the pair is refused"
            yield self._finding("contradicted", (rule,), message, failing)
            return
        against = sorted(cause.rule for cause in state.verdicts[0].causes)
        message = (
            f"whenever {rule} applies and is kept, the pair is refused: here by {_counted(against)}"
        )
        rules = dict.fromkeys((rule, *against))
        yield self._finding("contradicted", rules, message, state)

    # -- purposes

    def purposes(self) -> Iterator[Finding]:
        """Look for accepted pairs that lose access when a leaf lists one purpose more."""
        if self.accepted is None:
            return
        for side in SIDES:
            losing: dict[str, list[tuple[State, State, str]]] = {}
            for rule in self._ids():
                for accepting in self.accepting:
                    lost = self._losing(accepting, side, rule)
                    if lost is not None:
                        before, after, purpose = lost
                        losing.setdefault(purpose, []).append((before, after, rule))
            for purpose, found in losing.items():
                rules = list(dict.fromkeys(rule for _, _, rule in found))
                before, after, _ = min(found, key=lambda one: one[0].solution.cost)
                message = (
                    f"{purpose} more in the {side}'s leaf can lose access, by {_counted(rules)}"
                )
                yield self._finding("purpose_loses", rules, message, before, after)

    def _losing(self, accepting: Accepted, side: str, rule: str) -> tuple[State, State, str] | None:
        """Return the state without and with the purpose, and the purpose; None if there is none."""
        model = accepting.model
        key = Key(side, LEAF, "eku")
        if key not in model.space:
            return None
        variable = model.space[key]
        if variable.open:
            model.space.list_values([variable])
        steps = list(_steps(model, key))

        def wanted() -> list[Formula]:
            broken = self._broken(model, rule)
            ways = [
                every((Lit(variable.number, before), _with(broken, variable.number, after)))
                for before, after, *_ in steps
                if variable.number in variables_of(broken)
            ]
            return [some(ways)]

        solution = accepting.find(wanted, self.budget)
        if solution is None:
            return None
        now = solution.values[variable.number]
        fixed = dict(enumerate(solution.values))
        # The solution meets one of the ways, so one of its steps breaks the rule.
        values, purpose, more = next(
            (then, name, more)
            for before, after, name, more in steps
            if before == now
            and holds(
                self._broken(model, rule),
                then := tuple({**fixed, variable.number: after}.values()),
            )
        )
        later = _state(model, solution._replace(values=values))
        return _state(model, solution), later._replace(exactly=(variable.key, more)), purpose

    def _broken(self, model: Model, rule: str) -> Formula:
        """Return that a rule fails or is unknown."""
        members = self._members(model, rule)
        return some([one.somewhere(s) for one in members for s in (Status.FAIL, Status.UNKNOWN)])

    # -- settings

    def settings(self) -> Iterator[Finding]:
        """Look for settings of which no value changes a verdict, the others left as they are."""
        for setting in self.policy.settings.values():
            others = list(_alternatives(setting, self.given.get(setting.name, setting.default)))
            if others and not any(self._matters(setting.name, value) for value in others):
                message = f"no value of `{setting.name}` changes a verdict or a warning"
                yield self._finding("setting_without_effect", (), message)

    def _matters(self, name: str, value: object) -> bool:
        """Whether a value changes what a policy says; only then is the solver asked."""
        ours = compile_policy(self.policy, self.given)
        theirs = compile_policy(self.policy, {**self.given, name: value})
        changed = [
            (one, other)
            for side in (*SIDES, "pair")
            for one, other in zip(
                _rules(ours, side).values(), _rules(theirs, side).values(), strict=True
            )
            if _trees(one) != _trees(other)
        ]
        if not changed:
            return False
        if any(not one.enforced for one, _ in changed):
            return True
        found = Universe([ours, theirs]).compare(0, 1)
        return found.relation != "equivalent" or bool(found.apart)


def _counted(rules: Sequence[str]) -> str:
    """Name some rules, and say how many there are beside."""
    rest = len(rules) - _NAMED
    if rest > 1:
        return f"{', '.join(rules[:_NAMED])} and {rest} other rules"
    return " and ".join(filter(None, (", ".join(rules[:-1]), *rules[-1:])))


def _rules(compiled: Any, side: str) -> Mapping[int, Any]:  # noqa: ANN401 - Compiled
    rules: Mapping[int, Any] = (compiled.pair if side == "pair" else compiled.sides[side]).by_bit
    return rules


def _trees(rule: Any) -> tuple[Any, ...]:  # noqa: ANN401 - BoundRule
    return rule.gate, rule.when, rule.require


def _state(model: Model, solution: Solution) -> State:
    verdict = model.policies[0].verdict(solution.values)
    return State(model, solution, (verdict, verdict), (0, 0))


def _failing(state: State) -> set[str]:
    return {cause.rule for cause in state.verdicts[0].causes if cause.outcome == "fail"}


def _passing(state: State | None) -> set[str]:
    """Return the rules that pass somewhere in a state."""
    if state is None:
        return set()
    return {
        one.rule.rule.id
        for one in state.model.policies[0].rules
        if holds(one.somewhere(Status.PASS), state.solution.values)
    }


def _with(formula: Formula, variable: int, value: int) -> Formula:
    """Return the formula with one variable fixed to a value."""
    if isinstance(formula, Lit):
        if formula.variable != variable:
            return formula
        return TRUE if formula.mask & value else FALSE
    parts = [_with(part, variable, value) for part in formula.parts]
    return every(parts) if isinstance(formula, Every) else some(parts)


def _steps(model: Model, key: Key) -> Iterator[tuple[int, int, str, ExtendedKeyUsage]]:
    """Yield a listed usage, the one that stands for it with a purpose more, its name, and it."""
    values = model.space[key].values
    usages = [one for one in values if isinstance(one, ExtendedKeyUsage)]
    purposes = sorted({purpose for usage in usages for purpose in usage.purposes})
    for number, value in enumerate(values):
        if not isinstance(value, ExtendedKeyUsage):
            continue
        for purpose in purposes:
            if purpose not in value.purposes:
                more = replace(value, purposes=(*value.purposes, purpose))
                after = model.space.like(key, more)
                if after and after != 1 << number:
                    yield 1 << number, after, purpose_name(purpose), more


def _alternatives(setting: Setting, now: object) -> Iterator[object]:
    """Yield other values of a setting: all of them, or those at its bounds; none of a free text."""
    match setting.type:
        case "boolean":
            yield not now
        case "choice":
            yield from (one for one in setting.choices if one != now)
        case "integer":
            bounds = (setting.least, setting.most)
            yield from (one for one in bounds if one is not None and one != now)
        case "list" if setting.choices:
            yield from (value for value in ([], list(setting.choices)) if value != now)
