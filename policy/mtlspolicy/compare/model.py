"""Policies over one space: every enforced rule as formulas of what it comes to.

The engine judges a rule on each certificate and joins the masks; here a rule is one
*check* per certificate, and one more for what an open chain leaves unknown. A check comes
to pass, fail, unknown or idle (not applicable, not effective, nothing there to judge), as
`engine.outcome` says; each of these is a formula over the space's variables.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.compare.formula import FALSE, TRUE, Formula, Want, every, holds, reading, some
from mtlspolicy.compare.space import MODES, Space
from mtlspolicy.compare.terms import ANCHOR, AT, ISSUERS, LEAF, answer, asked
from mtlspolicy.compare.variables import Key
from mtlspolicy.engine.state import ACCEPT, INDETERMINATE, REJECT
from mtlspolicy.features.subject import SIDES
from mtlspolicy.language.tree import questions
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Iterator, Sequence

    from mtlspolicy.compare.chain import Chain
    from mtlspolicy.engine.compile import Compiled
    from mtlspolicy.engine.outcome import BoundRule
    from mtlspolicy.features.base import Call
    from mtlspolicy.language.tree import Bound, Question

__all__ = [
    "Cause",
    "Check",
    "Enforced",
    "Model",
    "Shape",
    "Status",
    "Verdict",
    "models",
    "nothing_enforced",
]


class Status(Enum):
    """What a check is asked to come to: an outcome, or one of several (see `_outcome`)."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"
    GOOD = "neither fail nor unknown"
    NOT_FAIL = "not fail"
    IDLE = "none of the three"

    __hash__ = object.__hash__  # each exists once; that of Enum is slow


_MISSING: Final = ""
"""The place of the check on certificates that are not known."""


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


class Shape(NamedTuple):
    """All of a rule that decides what it comes to: rules of one shape are never a difference."""

    side: str
    of: str | None
    place: str
    gate: Bound
    when: Bound
    require: Bound
    if_missing: str


class Check:
    """One rule of a shape on one certificate of one side, on what is missing, or on the pair."""

    def __init__(self, shape: Shape, space: Space) -> None:
        self.shape = shape
        self._space = space
        self._listed = -1
        self._known: dict[Status, Formula] = {}
        trees = (shape.gate, shape.when, shape.require)
        keys = {
            key
            for tree in trees
            for question in questions(tree)
            for key, _ in asked(question, shape.side, shape.place or LEAF)
        }
        chains = SIDES if shape.side == "pair" else (shape.side,)
        keys |= {Key(side, "", "chain") for side in chains}
        self._variables = [space[key] for key in keys if key in space]
        self.variables = frozenset([variable.number for variable in self._variables])
        """the numbers of all variables that decide what it comes to"""
        self.required = {
            space.alias(key)
            for question in questions(shape.require)
            for key, _ in asked(question, shape.side, shape.place or LEAF)
        }
        """the variables that the requirement itself asks about"""

    def comes_to(self, status: Status) -> Formula:
        """Return the formula of a status over what the space has listed so far."""
        listed = sum([not variable.open for variable in self._variables])
        if self._listed != listed:
            self._listed = listed
            self._known.clear()
        found = self._known.get(status)
        if found is None:
            found = self._known[status] = self._formula(status)
        return found

    def _formula(self, status: Status) -> Formula:
        if self.shape.place == _MISSING:
            return self._of_the_missing(status)
        chain = self._chain()
        found = _outcome(self.shape, status, self._answer)
        if chain is None:
            return found
        judged, closed = chain
        there = self._space[Key(self.shape.side, "", "chain")].that
        # Of a chain that is not closed, the issuers shown can fail and not pass.
        match status:
            case Status.PASS:
                return every((there(lambda one: judged(one) and closed(one)), found))
            case Status.IDLE:
                fine = _outcome(self.shape, Status.GOOD, self._answer)
                beside = every((there(lambda one: not closed(one)), fine))
                return some((there(lambda one: not judged(one)), beside, found))
            case Status.GOOD | Status.NOT_FAIL:
                return some((there(lambda one: not judged(one)), found))
            case _:
                return every((there(judged), found))

    def _answer(self, question: Question, want: Want) -> Formula:
        return answer(self._space, question, want, self.shape.side, self.shape.place)

    def _chain(self) -> tuple[Callable[[Chain], bool], Callable[[Chain], bool]] | None:
        """Say of which chains the check judges a certificate, and which of these can pass."""
        of, place = self.shape.of, self.shape.place
        if of == "anchor":
            return (lambda chain: chain.anchored), (lambda _: True)
        if of not in ("issuer", "link"):
            return None
        position = 0 if place == LEAF else 1 + ISSUERS.index(place)
        return (lambda chain: chain.judges(str(of), position)), (lambda chain: chain.closed)

    def _of_the_missing(self, status: Status) -> Formula:
        """A rule on certificates that are not known is unknown, unless its time has not come."""
        if status in (Status.PASS, Status.FAIL):
            return FALSE
        if status is Status.NOT_FAIL:
            return TRUE

        def known(chain: Chain) -> bool:
            return chain.anchor_known if self.shape.of == "anchor" else chain.closed

        def nothing(question: Question, want: Want) -> Formula:
            if question.call.atom.name == "validity.evaluated":
                return self._answer(question, want)
            return TRUE if want in (Want.NOT_TRUE, Want.NOT_FALSE) else FALSE

        there = self._space[Key(self.shape.side, "", "chain")].that
        if status in (Status.GOOD, Status.IDLE):
            # What fails of the missing is not counted: only what is unknown is.
            fine = _outcome(self.shape, Status.GOOD, nothing)
            failed = _outcome(self.shape, Status.FAIL, nothing)
            return some((there(known), fine, failed))
        unknown = _outcome(self.shape, Status.UNKNOWN, nothing)
        return every((there(lambda one: not known(one)), unknown))


def _outcome(  # noqa: PLR0911 - one per status
    shape: Shape, status: Status, answer_of: Callable[[Question, Want], Formula]
) -> Formula:
    """Return when a rule comes to a status on one subject (`engine.outcome`)."""
    lenient = shape.if_missing == "not_applicable"

    def read(gate: Want, when: Want, require: Want) -> list[Formula]:
        wanted = ((shape.gate, gate), (shape.when, when), (shape.require, require))
        return [reading(node, want, answer_of) for node, want in wanted]

    match status:
        case Status.PASS:
            return every(read(Want.NOT_FALSE, Want.NOT_FALSE, Want.TRUE))
        case Status.FAIL:
            return every(read(Want.TRUE, Want.TRUE, Want.FALSE))
        case Status.IDLE if not lenient:
            return some(read(Want.FALSE, Want.FALSE, Want.TRUE)[:2])
        case Status.IDLE:
            fine = read(Want.NOT_TRUE, Want.NOT_TRUE, Want.NOT_FALSE)
            return every((some(fine), some(read(Want.FALSE, Want.FALSE, Want.NOT_TRUE))))
        case Status.GOOD if not lenient:
            return some(read(Want.FALSE, Want.FALSE, Want.TRUE))
        case Status.GOOD | Status.NOT_FAIL:
            return some(read(Want.NOT_TRUE, Want.NOT_TRUE, Want.NOT_FALSE))
        case _:
            if lenient:
                return FALSE
            reached = read(Want.NOT_FALSE, Want.NOT_FALSE, Want.NOT_TRUE)
            undecided = some(read(Want.NOT_TRUE, Want.NOT_TRUE, Want.NOT_FALSE))
            return every((*reached, undecided))


@dataclass(slots=True, eq=False)
class Enforced:
    """One enforced rule on one side, with all its checks.

    `fails` and `open` say where it fails and is unknown, as far as the space had listed values
    by `version`.
    """

    rule: BoundRule
    side: str
    checks: tuple[Check, ...]
    space: Space
    variables: frozenset[int]
    """the numbers of all variables that decide what it comes to"""
    known: dict[Status, tuple[int, Formula]] = field(default_factory=dict)
    version: int = -1
    fails: Formula = FALSE
    open: Formula = FALSE

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

    def status(self, values: Sequence[int]) -> Status:
        """Return what it comes to in a state: `FAIL` or `UNKNOWN`, else `GOOD`."""
        if self.version != self.space.version:
            self.version = self.space.version
            self.fails, self.open = map(self.somewhere, (Status.FAIL, Status.UNKNOWN))
        if holds(self.fails, values):
            return Status.FAIL
        return Status.UNKNOWN if holds(self.open, values) else Status.GOOD

    def cause(self, outcome: Status) -> Cause:
        """Name the rule."""
        return Cause(self.rule.rule.id, self.side, outcome.value)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Some policies over one space: their enforced rules."""

    space: Space
    policies: tuple[tuple[Enforced, ...], ...]
    structure_of: dict[int, list[Formula]] = field(default_factory=dict)
    usual_of: dict[Enforced, Status] = field(default_factory=dict)

    def structure(self) -> list[Formula]:
        """Return the structure of the space, as far as its values are listed."""
        found = self.structure_of.get(self.space.version)
        if found is None:
            self.structure_of.clear()
            found = self.structure_of[self.space.version] = self.space.structure()
        return found

    def verdict(self, which: int, values: Sequence[int], kept: Container[Enforced] = ()) -> Verdict:
        """Judge a state as `engine.judge` does; of the rules `kept` none fails or is unknown."""
        failed: list[Cause] = []
        unknown: list[Cause] = []
        odd = [number for number, value in enumerate(values) if value != 1]
        for one in self.policies[which]:
            if one in kept:
                continue
            status = self._usual(one) if one.variables.isdisjoint(odd) else one.status(values)
            if status is Status.FAIL:
                failed.append(one.cause(Status.FAIL))
            elif status is Status.UNKNOWN:
                unknown.append(one.cause(Status.UNKNOWN))
        if failed or unknown:
            return Verdict(REJECT if failed else INDETERMINATE, tuple(failed or unknown))
        idle = tuple(
            [nothing_enforced(side) for side in SIDES if not self._passes(which, side, values)]
        )
        return Verdict(REJECT, idle) if idle else Verdict(ACCEPT, ())

    def _usual(self, rule: Enforced) -> Status:
        """What a rule comes to where its variables have their first, the ordinary value."""
        found = self.usual_of.get(rule)
        if found is None:
            found = self.usual_of[rule] = rule.status([1] * len(self.space.variables))
        return found

    def _passes(self, which: int, side: str, values: Sequence[int]) -> bool:
        """Whether some rule on a side passes."""
        rules = (one for one in self.policies[which] if one.side == side)
        return any(holds(one.somewhere(Status.PASS), values) for one in rules)


def nothing_enforced(side: str) -> Cause:
    """Name that no enforced rule passed on a side."""
    return Cause("engine.nothing_enforced", side, "fail")


# -- building


def models(compiled: Sequence[Compiled]) -> list[Model]:
    """Return a model per mode in which the leafs of both sides can be related."""
    rules = [list(_enforced(one)) for one in compiled]
    wanted: dict[Key, list[Call]] = {AT: []}
    for bound, side in (one for some_of in rules for one in some_of):
        for place in _places(bound.rule.of):
            for question in bound.questions() if place != _MISSING else ():
                for key, call in asked(question, side, place):
                    wanted.setdefault(key, []).append(call)
    related = any(key.feature == "pair" for key in wanted)
    return [_model(wanted, mode, rules) for mode in (MODES if related else MODES[:1])]


def _enforced(compiled: Compiled) -> Iterator[tuple[BoundRule, str]]:
    for side in (*SIDES, "pair"):
        rules = compiled.pair if side == "pair" else compiled.sides[side]
        yield from ((rule, side) for rule in rules.by_bit.values() if rule.enforced)


def _model(
    wanted: dict[Key, list[Call]], mode: str, rules: Sequence[Sequence[tuple[BoundRule, str]]]
) -> Model:
    space = Space(wanted, mode)
    known: dict[Hashable, Check] = {}

    def checks(rule: BoundRule, side: str) -> tuple[Check, ...]:
        found = []
        for place in _places(rule.rule.of):
            shape = Shape(
                side,
                rule.rule.of,
                place,
                rule.gate,
                rule.when,
                rule.require,
                rule.rule.if_missing,
            )
            if shape not in known:
                known[shape] = Check(shape, space)
            found.append(known[shape])
        return tuple(found)

    def enforced(rule: BoundRule, side: str) -> Enforced:
        own = checks(rule, side)
        variables = frozenset().union(*[check.variables for check in own])
        return Enforced(rule, side, own, space, variables)

    return Model(space, tuple(tuple(enforced(*one) for one in some_rules) for some_rules in rules))


def _places(of: str | None) -> tuple[str, ...]:
    match of:
        case "issuer":
            return (*ISSUERS, _MISSING)
        case "link":
            return (LEAF, *ISSUERS, _MISSING)
        case "anchor":
            return (ANCHOR, _MISSING)
        case _:
            return (LEAF,)
