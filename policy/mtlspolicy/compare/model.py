"""Two policies over one space: every enforced rule as tables of what it comes to.

The engine judges a rule on each certificate and joins the masks; here a rule is one
*check* per certificate, and one more for what an open chain leaves unknown. The outcome of
a check depends on few classes of values, so it is a small table that the engine's own
reading of the rule (`engine.outcome`) fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.solver import MAX_STATES, LimitReachedError, Rows, Table
from mtlspolicy.compare.space import MODES, Space
from mtlspolicy.compare.terms import ANCHOR, AT, ISSUERS, LEAF, Key, Term, term
from mtlspolicy.engine.outcome import BoundRule, Outcome, outcome
from mtlspolicy.engine.state import ACCEPT, INDETERMINATE, REJECT
from mtlspolicy.features.subject import SIDES
from mtlspolicy.features.validity import Value as Validity

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from mtlspolicy.compare.chain import Chain
    from mtlspolicy.compare.solver import Solution
    from mtlspolicy.engine.compile import Compiled
    from mtlspolicy.features.base import Call, Truth
    from mtlspolicy.language.tree import Question

__all__ = ["Check", "Model", "Status", "Verdict", "build_models"]


class Status(Enum):
    """What a check comes to."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"
    IDLE = "idle"
    """not applicable, not effective, or nothing there to judge"""


GOOD: Final = (Status.PASS, Status.IDLE)
_STATUS: Final = {
    Outcome.PASS: Status.PASS,
    Outcome.FAIL: Status.FAIL,
    Outcome.UNKNOWN: Status.UNKNOWN,
    Outcome.NOT_APPLICABLE: Status.IDLE,
    Outcome.NOT_EFFECTIVE: Status.IDLE,
    Outcome.FAULT: Status.FAIL,
}
_MISSING: Final = ""
"""The place of the check on certificates that are not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A check's table, with the rows per status; alike checks of both policies share it."""

    table: Table
    rows: dict[tuple[int, ...], Status]

    def only(self, *wanted: Status) -> Rows:
        """Return the constraint that the check comes to one of `wanted`."""
        return Rows.of(self.table, [row for row, status in self.rows.items() if status in wanted])

    def can(self, *wanted: Status) -> bool:
        """Say whether the check can come to one of `wanted`, all others aside."""
        return any(status in wanted for status in self.rows.values())

    def status(self, values: Sequence[int]) -> Status:
        """Return what the check comes to at a solution."""
        return self.rows[
            tuple(
                of[values[v]] for v, of in zip(self.table.scope, self.table.class_of, strict=True)
            )
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One enforced rule on one certificate (or on what is missing) of one side, or on the pair."""

    rule: BoundRule
    side: str
    place: str
    body: Body


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of a state: the decision and the rules that keep it from accepting."""

    decision: str
    broken: tuple[tuple[str, str], ...]
    """ids of rules with `fail` or `unknown`; `engine.nothing_enforced` for an idle side"""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Two policies over one space; `checks` per policy."""

    space: Space
    checks: tuple[tuple[Check, ...], tuple[Check, ...]]

    def verdict(self, which: int, values: Sequence[int]) -> Verdict:
        """Judge a state as `engine.judge` does."""
        failed: dict[tuple[str, str], None] = {}
        unknown: dict[tuple[str, str], None] = {}
        passed = set()
        for check in self.checks[which]:
            match check.body.status(values):
                case Status.FAIL:
                    failed[check.rule.rule.id, "fail"] = None
                case Status.UNKNOWN:
                    unknown[check.rule.rule.id, "unknown"] = None
                case Status.PASS:
                    passed.add(check.side)
                case Status.IDLE:
                    pass
        if failed or unknown:
            return Verdict(REJECT if failed else INDETERMINATE, tuple(failed or unknown))
        idle = tuple(
            (f"engine.nothing_enforced ({side})", "fail") for side in SIDES if side not in passed
        )
        return Verdict(REJECT, idle) if idle else Verdict(ACCEPT, ())

    def values(self, solution: Solution) -> dict[Key, Any]:
        """Return the value of every variable at a solution."""
        return {
            v.key: v.values[mask.bit_length() - 1]
            for v, mask in zip(self.space.variables, solution.values, strict=True)
        }


# -- building


@dataclass(frozen=True, slots=True)
class _Blueprint:
    """A check before its variables have values."""

    rule: BoundRule
    side: str
    place: str
    terms: dict[Question, Term]

    def asks(self) -> Iterable[tuple[Key, tuple[Call, ...]]]:
        if self.rule.rule.of in ("issuer", "link", "anchor"):
            yield Key(self.side, "", "chain"), ()
        for one in self.terms.values():
            yield from zip(one.keys, one.calls, strict=True)

    def likeness(self) -> Hashable:
        rule = self.rule
        return (
            self.side,
            self.place,
            rule.rule.of,
            rule.gate,
            rule.when,
            rule.require,
            rule.rule.if_missing,
        )


def build_models(compiled: tuple[Compiled, Compiled]) -> list[Model]:
    """Return a model per mode in which the leafs of both sides can be related."""
    blueprints = tuple(list(_blueprints(one)) for one in compiled)
    asked: dict[Key, list[Call]] = {AT: []}
    for one in (*blueprints[0], *blueprints[1]):
        for key, calls in one.asks():
            asked.setdefault(key, []).extend(calls)
    modes = MODES if any(key.feature == "pair" for key in asked) else MODES[:1]
    return [_model(asked, mode, blueprints[0], blueprints[1]) for mode in modes]


def _model(
    asked: dict[Key, list[Call]],
    mode: str,
    first: Sequence[_Blueprint],
    second: Sequence[_Blueprint],
) -> Model:
    space = Space(asked, mode)
    bodies: dict[Hashable, Body] = {}

    def checks(blueprints: Sequence[_Blueprint]) -> tuple[Check, ...]:
        found = []
        for one in blueprints:
            likeness = one.likeness()
            if likeness not in bodies:
                bodies[likeness] = _body(one, space)
            found.append(Check(one.rule, one.side, one.place, bodies[likeness]))
        return tuple(found)

    return Model(space, (checks(first), checks(second)))


def _blueprints(compiled: Compiled) -> Iterable[_Blueprint]:
    for side in (*SIDES, "pair"):
        rules = compiled.pair if side == "pair" else compiled.sides[side]
        for rule in rules.by_bit.values():
            if rule.enforced:
                for place in _places(rule.rule.of):
                    terms = (
                        {}
                        if place == _MISSING
                        else {q: term(q, side, place) for q in rule.questions()}
                    )
                    yield _Blueprint(rule, side, place, terms)


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


def _body(one: _Blueprint, space: Space) -> Body:
    if one.place == _MISSING:
        return _missing(one, space)
    chain = Key(one.side, "", "chain")
    guarded = one.rule.rule.of in ("issuer", "link", "anchor")
    functions: dict[Key, list[Callable[[Any], Hashable]]] = (
        {chain: [_guard(one)]} if guarded else {}
    )
    for question in one.terms.values():
        for key, function in zip(question.keys, question.classes, strict=True):
            functions.setdefault(space.alias(key), []).append(function)
    keys = list(functions)
    table, representatives = space.table(keys, [_joined(some) for some in functions.values()])
    number = {key: place for place, key in enumerate(keys)}
    places = {
        question: [number[space.alias(key)] for key in asked.keys]
        for question, asked in one.terms.items()
    }

    def status(chosen: Sequence[Any]) -> Status:
        def answer(question: Question) -> Truth:
            return one.terms[question].answer([chosen[place] for place in places[question]])

        judged, is_open = _guard(one)(chosen[0]) if guarded else (True, False)
        if not judged:
            return Status.IDLE
        found = _STATUS[outcome(one.rule, answer)]
        # Of a chain that is not closed, the issuers shown can fail and not pass.
        return Status.IDLE if is_open and found is Status.PASS else found

    return _filled(table, representatives, status)


def _guard(one: _Blueprint) -> Callable[[Chain], tuple[bool, bool]]:
    of = one.rule.rule.of
    if of == "anchor":
        return lambda chain: (chain.anchored, False)
    position = 0 if one.place == LEAF else 1 + ISSUERS.index(one.place)
    return lambda chain: (chain.judges(str(of), position), not chain.closed)


def _joined(functions: Sequence[Callable[[Any], Hashable]]) -> Callable[[Any], Hashable]:
    return lambda value: tuple([function(value) for function in functions])


def _missing(one: _Blueprint, space: Space) -> Body:
    """A rule on certificates that are not known is unknown, unless its time has not come."""

    def known(chain: Chain) -> bool:
        return chain.anchor_known if one.rule.rule.of == "anchor" else chain.closed

    def unknown(at: int) -> bool:
        nothing = Validity(None, None, at)

        def answer(question: Question) -> Truth:
            return (
                question.call.answer(nothing) if question.call.feature.name == "validity" else None
            )

        return outcome(one.rule, answer) is Outcome.UNKNOWN

    table, representatives = space.table((Key(one.side, "", "chain"), AT), (known, unknown))
    return _filled(
        table,
        representatives,
        lambda chosen: (
            Status.UNKNOWN if not known(chosen[0]) and unknown(chosen[1]) else Status.IDLE
        ),
    )


def _filled(
    table: Table,
    representatives: Sequence[Sequence[Any]],
    status: Callable[[Sequence[Any]], Status],
) -> Body:
    if prod(map(len, representatives)) > MAX_STATES:
        raise LimitReachedError
    rows = {
        row: status([one[place] for one, place in zip(representatives, row, strict=True)])
        for row in product(*(range(len(one)) for one in representatives))
    }
    return Body(table, rows)
