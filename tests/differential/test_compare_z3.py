"""The comparison of policies against an SMT solver, on random and on built-in policies.

The solver is told what each value of a variable answers and how the engine judges a chain;
conditions, Kleene's values, times (as numbers) and searching are its own. What both share is
which values there are, which the laws of the features hold.
"""

# ruff: noqa: ANN401, PLR0911, S311 - formulas are Any; a case per kind; the dice are seeded

from __future__ import annotations

import os
import random
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from compare_support import random_pair
from mtlspolicy import load_policy
from mtlspolicy.compare import moments
from mtlspolicy.compare.chain import MOST_ISSUERS
from mtlspolicy.compare.model import Model, models
from mtlspolicy.compare.relation import Universe
from mtlspolicy.compare.terms import ANCHOR, AT, ISSUERS, LEAF, PLACES
from mtlspolicy.compare.variables import Key, Periods
from mtlspolicy.compare.witness import forge
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.features.base import Scope
from mtlspolicy.features.chain_depth import Depth
from mtlspolicy.features.constraints import CLAUSES, PAIRS
from mtlspolicy.features.issuers import Value as Issuers
from mtlspolicy.features.laws import laws
from mtlspolicy.features.programme import Value as Records
from mtlspolicy.features.subject import SIDES
from mtlspolicy.features.validity import DAY
from mtlspolicy.language.tree import All, AnyOf, Iff, IfThen, Literal, Not, Question
from mtlspolicy.loader import builtin_ids

if TYPE_CHECKING:
    from mtlspolicy import Policy
    from mtlspolicy.compare.relation import Relation
    from mtlspolicy.engine.outcome import BoundRule
    from mtlspolicy.language.tree import Node

z3 = pytest.importorskip("z3", reason="z3-solver is of the dependency group `oracle`")
pytestmark = pytest.mark.oracle

PAIRS_TRIED: Final = int(os.environ.get("MTLSPOLICY_COMPARED_PAIRS", "100"))
BATCH: Final = 20
ALL_OF_THEM: Final = "MTLSPOLICY_COMPARED_BUILT_IN" in os.environ
"""Whether every pair of built-in policies is compared, which takes the solver long."""
EVERY: Final = 12
"""Of the other pairs, one in so many is compared."""


def issuers_value(chain: Any, usages: tuple[Any, Any], anchor: Any) -> Issuers:
    """Return what the feature of the issuers' purposes reads from such a chain."""
    shown = tuple(dict.fromkeys(usages[: chain.issuers]))
    return Issuers(
        shown, closed=chain.closed, asserted=False, anchor=anchor if chain.anchored else None
    )


class Kleene(NamedTuple):
    """A condition as two formulas: when it is true, and when it is false."""

    yes: Any
    no: Any


class Smt:
    """One model as formulas: a Boolean per value, numbers for times."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.space = model.space
        self.solver = z3.Solver()
        self.at = z3.Int("at")
        self.values: dict[Key, list[Any]] = {}
        self.times: dict[Key, tuple[Any, Any, Any, Any]] = {}
        self.sets: dict[tuple[Key, tuple[int, ...]], Any] = {}
        model.space.list_values([one for one in model.space.variables if one.open])
        for variable in model.space.variables:
            key = variable.key
            if isinstance(variable, Periods):
                self.times[key] = self._period(key)
            elif key != AT:
                some = [z3.Bool(f"{key} {n}") for n in range(len(variable.values))]
                self.solver.add(z3.PbEq([(one, 1) for one in some], 1))
                self.values[key] = some
        self.solver.add(self.at >= 0, self.at <= 4_102_444_800 + 40_000 * DAY)
        self._structure()

    def _period(self, key: Key) -> tuple[Any, Any, Any, Any]:
        """notBefore, notAfter, and whether each can be read."""
        start, end = z3.Int(f"{key} start"), z3.Int(f"{key} end")
        self.solver.add(start >= DAY, start < 4_102_444_800)
        self.solver.add(end - start >= -DAY, end - start < 40_000 * DAY)
        return start, end, z3.Bool(f"{key} start read"), z3.Bool(f"{key} end read")

    # -- values

    def where(self, key: Key, test: Any) -> Any:
        """The value of a variable passes a test."""
        key = self.space.alias(key)
        values = self.space[key].values
        passing = tuple(n for n, value in enumerate(values) if test(value))
        known = self.sets.get((key, passing))
        if known is None:
            # one name for each set of values, however many questions it answers
            known = self.sets[key, passing] = z3.Bool(f"{key} in {len(self.sets)}")
            self.solver.add(known == z3.Or([self.values[key][n] for n in passing]))
        return known

    def told(self, key: Key, ask: Any) -> Kleene:
        """What a question answers on the value of a variable."""
        return Kleene(
            self.where(key, lambda v: ask(v) is True), self.where(key, lambda v: ask(v) is False)
        )

    def chain(self, side: str, test: Any) -> Any:
        return self.where(Key(side, "", "chain"), test)

    def time(self, key: Key, call: Any) -> Kleene:
        start, end, start_read, end_read = self.times[self.space.alias(key)]
        begun, lasts = start <= self.at, self.at <= end
        both = z3.And(start_read, end_read)
        match call.atom.name:
            case "validity.issued":
                return self._known(start_read, self._within(start, call.arguments[0]))
            case "validity.evaluated":
                return self._known(z3.BoolVal(val=True), self._within(self.at, call.arguments[0]))
            case "validity.days_at_most":
                return self._known(both, end - start + 1 <= call.arguments[0] * DAY)
            case "validity.ordered":
                return self._known(both, end >= start)
            case "validity.started":
                return self._known(start_read, begun)
            case "validity.not_expired":
                return self._known(end_read, lasts)
            case _:
                assert call.atom.name == "validity.current"
                no = z3.Or(z3.And(start_read, z3.Not(begun)), z3.And(end_read, z3.Not(lasts)))
                return Kleene(z3.And(both, begun, lasts), no)

    @staticmethod
    def _known(read: Any, truth: Any) -> Kleene:
        return Kleene(z3.And(read, truth), z3.And(read, z3.Not(truth)))

    @staticmethod
    def _within(number: Any, window: Any) -> Any:
        bounds = [] if window.start is None else [number >= window.start]
        return z3.And([*bounds, *([] if window.end is None else [number < window.end])])

    # -- structure

    def _structure(self) -> None:
        for side in SIDES:
            self._chains(side)
            self._connection(side)
            for place in PLACES:
                self._certificate(side, place)

    def _connection(self, side: str) -> None:
        """No values of one connection that break a law stand beside each other."""
        for law in laws(self.space.asked(side)):
            keys = [Key(side, LEAF if name == "san" else "", name) for name in law.features]
            kinds = [
                dict.fromkeys(kind(value) for value in self.space[key].values)
                for key, kind in zip(keys, law.kinds, strict=True)
            ]
            for told in product(*kinds):
                if not law.holds(*told):
                    there = [
                        self.where(key, lambda v, k=kind, t=one: k(v) == t)
                        for key, kind, one in zip(keys, law.kinds, told, strict=True)
                    ]
                    self.solver.add(z3.Not(z3.And(there)))

    def _chains(self, side: str) -> None:
        path, added = Key(side, "", "path"), Key(side, "", "added")
        told, leaf = Key(side, "", "revocation"), Key(side, LEAF, "validity")
        for chain in self.space[Key(side, "", "chain")].values:
            here = self.chain(side, lambda one, chain=chain: one == chain)
            words = {"absent", "good", "unknown"}
            words |= {"partial"} if chain.issuers else set()
            words |= {"revoked"} if chain.issuers or chain.anchored else set()
            if path in self.space:
                fitting = self.where(path, lambda status, c=chain: _status_fits(c, status))
                self.solver.add(z3.Implies(here, fitting))
            if added in self.space and not chain.anchor_known:
                self.solver.add(z3.Implies(here, self.where(added, lambda one: one is None)))
            if told in self.space:
                fitting = self.where(told, lambda one, words=words: one.word in words)
                self.solver.add(z3.Implies(here, fitting))
            if leaf in self.space and chain.known.name == "PINNED":
                self.solver.add(z3.Implies(here, self._current(leaf)))
            for position, place in enumerate(PLACES[:-1]):
                notes = Key(side, place, "encoding")
                open_end = chain.known.name == "OPEN" and chain.issuers == position
                if notes in self.space and position <= chain.issuers and not open_end:
                    nameless = self.where(notes, lambda some: "issuer.empty" in some)
                    self.solver.add(z3.Implies(here, z3.Not(nameless)))
        if added in self.space and path in self.space:
            found = z3.And(
                self.where(added, lambda one: one is not None),
                self.where(path, lambda status: status.valid is True),
            )
            self._found(side, found)

    def _found(self, side: str, found: Any) -> None:
        """A path that was found validates."""
        for position, place in enumerate(PLACES):
            top = place == ANCHOR
            here = z3.And(
                found,
                self.chain(
                    side, lambda one, n=position, t=top: one.anchored if t else one.issuers >= n
                ),
            )
            for name in ("eku", "key_usage", "basic_constraints", "san", "ski"):
                key = Key(side, place, name)
                if key in self.space:
                    read = self.where(key, lambda v: getattr(v, "san", v) is not UNREADABLE)
                    self.solver.add(z3.Implies(here, read))
            period, listed = Key(side, place, "validity"), Key(side, place, "extensions")
            if period in self.space:
                _, _, *read = self.times[self.space.alias(period)]
                fine = z3.And(read) if top else self._current(period)
                self.solver.add(z3.Implies(here, fine))
            if listed in self.space:
                harmless = self.where(listed, lambda one: not (one.critical or one.repeats))
                self.solver.add(z3.Implies(here, harmless))
            for feature, test in (("basic_constraints", _authority), ("key_usage", _signs)):
                key = Key(side, place, feature)
                if position and not top and key in self.space:
                    self.solver.add(z3.Implies(here, self.where(key, test)))

    def _current(self, key: Key) -> Any:
        start, end, start_read, end_read = self.times[self.space.alias(key)]
        return z3.And(start_read, end_read, start <= self.at, self.at <= end)

    def _certificate(self, side: str, place: str) -> None:
        for pair in PAIRS:
            one, other = (Key(side, place, name) for name in (pair.one, pair.other))
            if one not in self.space or other not in self.space:
                continue
            if pair.other == "validity":
                _, _, start_read, end_read = self.times[self.space.alias(other)]
                fraction = self.where(one, lambda notes: "time.fraction" in notes)
                self.solver.add(fraction == z3.Not(z3.And(start_read, end_read)))
                continue
            alike: dict[Any, list[Any]] = {}
            for value in self.space[one].values:
                fits = tuple(pair.together(value, v) for v in self.space[other].values)
                alike.setdefault(fits, []).append(value)
            for fits, values in alike.items():
                there = self.where(one, lambda v, some=values: any(v is w for w in some))
                fitting = iter(fits)
                beside = self.where(other, lambda _, fitting=fitting: next(fitting))
                self.solver.add(z3.Implies(there, beside))
        for clause in CLAUSES:
            keys = {name: Key(side, place, name) for name in clause.conditions}
            asked = {name: key for name, key in keys.items() if key in self.space}
            if clause.needs in asked and self._all_asked(side, place, keys):
                ways = [self.where(key, clause.conditions[name]) for name, key in asked.items()]
                self.solver.add(z3.Or(ways))

    def _all_asked(self, side: str, place: str, keys: dict[str, Key]) -> bool:
        """Whether no extension of the ordinary certificate is without a variable."""
        there = {
            ("client", LEAF): "ski key_usage san aki eku",
            ("server", LEAF): "key_usage san crldp policies aki eku aia sct",
            ("client", "issuer"): "ski key_usage basic_constraints aki",
            ("server", "issuer"): "ski key_usage basic_constraints crldp policies aki eku aia",
        }
        known = there.get((side, "issuer" if place in ISSUERS else place))
        words = (known or "ski key_usage basic_constraints aki").split()
        return all(keys.get(word, Key(side, place, word)) in self.space for word in words)

    # -- conditions

    def question(self, question: Question, side: str, place: str) -> Kleene:
        call, feature = question.call, question.call.feature
        owner = side if question.whose == "self" else question.whose
        match feature.name:
            case "validity" if call.atom.name == "validity.evaluated":
                bound = self._within(self.at, call.arguments[0])
                return Kleene(bound, z3.Not(bound))
            case "validity":
                return self.time(Key(owner, place, "validity"), call)
            case "issuers":
                return self._issuers(call, side)
            case "depth":
                key = Key(side, "", "chain")
                return self.told(key, lambda one: call.answer(Depth(one.issuers, one.closed)))
            case "programme":
                return self._records(call, side, place)
            case "pair":
                return self.told(Key("", "", "pair"), call.answer)
            case "link":
                said = self.told(Key(side, place, "link"), call.answer)
                position = PLACES.index(place)
                there = self.chain(
                    side,
                    lambda one: place != ANCHOR and position < one.issuers + one.anchored,
                )
                if call.atom.name == "link.key_identifiers_identical" and place != ANCHOR:
                    said = self._identifiers(said, side, place)
                return Kleene(z3.And(there, said.yes), z3.And(there, said.no))
            case _:
                of_side = feature.scope is Scope.PATH and feature.trust
                return self.told(Key(owner, "" if of_side else place, feature.name), call.answer)

    def _identifiers(self, octets: Kleene, side: str, place: str) -> Kleene:
        """Octets are compared where both certificates have them; no octets are no others."""
        position = PLACES.index(place)
        own = Key(side, place, "aki")
        none = [self.where(own, lambda v: v is None or (v is not UNREADABLE and not v.key))]
        read = [self.where(own, lambda v: v is not UNREADABLE)]
        for above in (*ISSUERS[position:], ANCHOR):
            key = Key(side, above, "ski")
            number = MOST_ISSUERS + 1 if above == ANCHOR else PLACES.index(above)
            here = self.chain(
                side,
                lambda one, n=number: (
                    (one.issuers == position and one.anchored)
                    if n > MOST_ISSUERS
                    else n == position + 1 <= one.issuers
                ),
            )
            if key in self.space:
                none.append(z3.And(here, self.where(key, lambda v: v is None)))
                read.append(z3.Implies(here, self.where(key, lambda v: v is not UNREADABLE)))
        absent = z3.Or(none)
        there = z3.And(*read, z3.Not(absent))
        return Kleene(z3.And(there, octets.yes), z3.Or(absent, z3.And(there, octets.no)))

    def _issuers(self, call: Any, side: str) -> Kleene:
        """Every combination of what the answer depends on, put to the atom itself."""
        yes, no = [], []
        if not call.arguments:
            return Kleene(self.chain(side, lambda one: one.closed), z3.BoolVal(val=False))
        kinds = {place: self._kinds(Key(side, place, "eku"), call) for place in ISSUERS}
        above = self._kinds(Key(side, ANCHOR, "eku"), call)
        for chain in self.space[Key(side, "", "chain")].values:
            here = self.chain(side, lambda one, chain=chain: one == chain)
            for first, first_is in kinds[ISSUERS[0]]:
                for second, second_is in kinds[ISSUERS[1]]:
                    for top, top_is in above:
                        value = issuers_value(chain, (first, second), top)
                        answer = call.answer(value)
                        state = z3.And(here, first_is, second_is, top_is)
                        yes += [state] if answer is True else []
                        no += [state] if answer is False else []
        return Kleene(z3.Or(yes), z3.Or(no))

    def _kinds(self, key: Key, call: Any) -> list[tuple[Any, Any]]:
        """One usage for each way in which `call` can see it, with when it is of that kind."""
        if key not in self.space:
            return [(None, z3.BoolVal(val=True))]
        seen: dict[Any, Any] = {}
        alone = [c for c in self.space[Key(key.side, "", "chain")].values if c.issuers == 1]
        anchored = next(c for c in alone if c.anchored)

        def kind(usage: Any) -> Any:
            below = call.answer(issuers_value(anchored, (usage, None), None))
            top = call.answer(issuers_value(anchored, (None, None), usage))
            return below, top, usage is None

        for usage in self.space[key].values:
            seen.setdefault(kind(usage), usage)
        return [
            (usage, self.where(key, lambda v, one=one: kind(v) == one))
            for one, usage in seen.items()
        ]

    def _records(self, call: Any, side: str, place: str) -> Kleene:
        if call.atom.name == "programme.anchor_added":
            key = Key(side, "", "added")
            return self.told(key, lambda one: call.answer(Records(one, None, stands_in=False)))
        key = Key(side, place, "disclosed")
        said = self.told(key, lambda one: call.answer(Records(None, one, stands_in=False)))
        silent = self.where(key, lambda one: one is None)
        start, _, read, _ = self.times[self.space.alias(Key(side, place, "validity"))]
        within = self._within(start, call.arguments[0])
        return Kleene(
            z3.If(silent, z3.And(read, within), said.yes),
            z3.If(silent, z3.And(read, z3.Not(within)), said.no),
        )

    def holds(self, node: Node, ask: Any) -> Kleene:
        """Kleene's three values."""
        match node:
            case Literal(value):
                return Kleene(z3.BoolVal(value), z3.BoolVal(not value))
            case Question():
                return Kleene(*ask(node))
            case Not(part):
                inner = self.holds(part, ask)
                return Kleene(inner.no, inner.yes)
            case All(parts):
                some = [self.holds(part, ask) for part in parts]
                return Kleene(z3.And([s.yes for s in some]), z3.Or([s.no for s in some]))
            case AnyOf(parts):
                some = [self.holds(part, ask) for part in parts]
                return Kleene(z3.Or([s.yes for s in some]), z3.And([s.no for s in some]))
            case IfThen(condition, then):
                return self.holds(AnyOf((Not(condition), then)), ask)
            case Iff(left, right):
                one, other = self.holds(left, ask), self.holds(right, ask)
                yes = z3.Or(z3.And(one.yes, other.yes), z3.And(one.no, other.no))
                return Kleene(yes, z3.Or(z3.And(one.yes, other.no), z3.And(one.no, other.yes)))
            case _:
                raise TypeError(node)

    # -- rules

    def outcome(self, rule: BoundRule, ask: Any) -> tuple[Any, Any, Any]:
        """When a rule passes, fails and is unknown on one subject."""
        gate, when, require = (
            self.holds(node, ask) for node in (rule.gate, rule.when, rule.require)
        )
        reached = z3.And(z3.Not(gate.no), z3.Not(when.no))
        passed = z3.And(reached, require.yes)
        failed = z3.And(gate.yes, when.yes, require.no)
        unknown = z3.And(reached, z3.Not(require.yes), z3.Not(failed))
        if rule.rule.if_missing == "not_applicable":
            unknown = z3.BoolVal(val=False)
        return passed, failed, unknown

    def rule(self, rule: BoundRule, side: str) -> tuple[Any, Any, Any]:
        """The same over all certificates that a rule judges."""
        of = rule.rule.of
        if of in ("leaf", "path", None):
            return self.outcome(rule, lambda q: self.question(q, side, LEAF))
        places = {
            "issuer": ISSUERS,
            "link": (LEAF, *ISSUERS),
            "anchor": (ANCHOR,),
        }[str(of)]
        found: list[list[Any]] = [[], [], []]
        for place in places:
            position = MOST_ISSUERS + 1 if place == ANCHOR else PLACES.index(place)

            def judged(one: Any, n: int = position) -> bool:
                if of == "anchor":
                    return bool(one.anchored)
                return bool(n < one.issuers + one.anchored if of == "link" else n <= one.issuers)

            here = self.chain(side, judged)
            told = self.outcome(rule, lambda q, place=place: self.question(q, side, place))
            for into, formula in zip(found, told, strict=True):
                into.append(z3.And(here, formula))
        known = self.chain(side, lambda one: one.anchor_known if of == "anchor" else one.closed)
        nothing = Kleene(z3.BoolVal(val=False), z3.BoolVal(val=False))
        _, _, missing = self.outcome(
            rule,
            lambda q: (
                self.question(q, side, LEAF)
                if q.call.atom.name == "validity.evaluated"
                else nothing
            ),
        )
        passed, failed, unknown = map(z3.Or, found)
        return (
            z3.And(known, passed) if of != "anchor" else passed,
            failed,
            z3.Or(unknown, z3.And(z3.Not(known), missing)),
        )

    def judged(self, which: int) -> list[tuple[str, str, tuple[Any, Any, Any]]]:
        """Each enforced rule on each side: when it passes, fails, is unknown."""
        return [
            (one.rule.rule.id, one.side, self.rule(one.rule, one.side))
            for one in self.model.policies[which].rules
        ]

    def accepts(self, judged: Any) -> Any:
        kept = [z3.Not(z3.Or(failed, unknown)) for _, _, (_, failed, unknown) in judged]
        enforced = [
            z3.Or([passed for _, owner, (passed, _, _) in judged if owner == side])
            for side in SIDES
        ]
        return z3.And([*kept, *enforced])

    def undecided(self, judged: Any) -> Any:
        failed = [z3.Not(failed) for _, _, (_, failed, _) in judged]
        return z3.And([*failed, z3.Or([unknown for _, _, (_, _, unknown) in judged])])

    def possible(self, *formulas: Any) -> bool:
        answer = self.solver.check(*formulas)
        assert answer != z3.unknown
        return bool(answer == z3.sat)


def _status_fits(chain: Any, status: Any) -> bool:
    return {
        "ANCHORED": status.valid is not None,
        "CLOSED": status.valid is True,
        "PINNED": status.valid is True and status.group is not None,
        "OPEN": status.valid is not True or chain.issuers == 0,
    }[chain.known.name]


def _authority(value: Any) -> bool:
    return getattr(value, "ca", False) is True


def _signs(value: Any) -> bool:
    return value is None or "keyCertSign" in getattr(value, "bits", ())


NAMES: Final = {
    (False, False): "equivalent",
    (True, False): "stricter",
    (False, True): "more-permissive",
    (True, True): "incomparable",
}


class Found(NamedTuple):
    """The relation, and per refusing policy every rule and side that makes a difference.

    `apart`: those that only make a reject of what the other policy leaves indeterminate.
    """

    relation: str
    causes: tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]
    apart: tuple[set[tuple[str, str]], set[tuple[str, str]]]


def by_smt(policies: tuple[Policy, Policy]) -> Found:
    causes: tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]] = (set(), set())
    apart: tuple[set[tuple[str, str]], set[tuple[str, str]]] = (set(), set())
    refused = [False, False]
    for model in models([compile_policy(one, {}) for one in policies]):
        smt = Smt(model)
        judged = [smt.judged(0), smt.judged(1)]
        accepts = [z3.Bool("accepts 0"), z3.Bool("accepts 1")]
        smt.solver.add(*(a == smt.accepts(j) for a, j in zip(accepts, judged, strict=True)))
        for which in (0, 1):
            other = accepts[1 - which]
            undecided = smt.undecided(judged[1 - which])
            differs = smt.possible(other, z3.Not(accepts[which]))
            refused[which] = refused[which] or differs
            for rule, side, (_, failed, unknown) in judged[which]:
                for word, formula in (("fail", failed), ("unknown", unknown)) if differs else ():
                    if smt.possible(other, formula):
                        causes[which].add((rule, side, word))
                if (rule, side, "fail") not in causes[which] and smt.possible(undecided, failed):
                    apart[which].add((rule, side))
    return Found(NAMES[refused[0], refused[1]], causes, apart)


def agree(found: Relation, policies: tuple[Policy, Policy]) -> None:
    wanted = by_smt(policies)

    assert wanted.relation == found.relation
    for which in (0, 1):
        causes = wanted.causes[which]
        asked = {c for d in found.differences if d.refusing == which for c in d.asked}
        ours = {tuple(cause) for cause in asked if cause.rule != "engine.nothing_enforced"}
        # A rule that can fail is not shown as unknown too, and one that is shown not apart.
        failing = {(rule, side) for rule, side, word in causes if word == "fail"}
        assert {c for c in causes if c[2] == "fail" or c[:2] not in failing} == ours
        apart = {c for d in found.apart if d.refusing == which for c in d.asked}
        assert wanted.apart[which] - failing == {(cause.rule, cause.side) for cause in apart}


@pytest.mark.parametrize("batch", range(max(1, PAIRS_TRIED // BATCH)))
def test_random_policies_are_compared_as_the_solver_does(batch: int) -> None:
    """Relation and causes agree, and every witness is judged as predicted from its bytes."""
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        policies = random_pair(random.Random(seed))
        compiled = [compile_policy(one, {}) for one in policies]
        found = Universe(compiled).compare(0, 1)
        agree(found, policies)
        for difference in (*found.differences, *found.apart):
            forge(difference.state, policies, ({}, {}))


def built_in(policy_id: str) -> Policy:
    """Load a policy, with the flag of a proposal where it is one."""
    if policy_id.startswith("draft-frank"):
        proposal = "draft-frank-mtls-via-serverauth-extension-00"
        return load_policy(policy_id, enable_proposal=proposal)
    return load_policy(policy_id)


PAIRS_OF_ALL: Final = list(combinations(builtin_ids(), 2))
STRICT: Final = (
    "cabf-strict",
    *(one for one in builtin_ids() if one.endswith(("-program", "-store"))),
)
SHARE: Final = [
    pair
    for number, pair in enumerate(PAIRS_OF_ALL)
    # Every pair of the strict profiles takes the solver a minute, those with the draft seconds.
    if not {*pair} & {*STRICT, "draft-frank-s2s"} and number % EVERY == 0
]
CHOSEN: Final = PAIRS_OF_ALL if ALL_OF_THEM else [*SHARE, ("dedicated-pki", "draft-frank-s2s")]


@pytest.mark.parametrize(("one", "two"), CHOSEN, ids=[" ".join(pair) for pair in CHOSEN])
def test_built_in_policies_are_compared_as_the_solver_does(one: str, two: str) -> None:
    """Relation and causes of a share of the pairs, and of all of them for those who ask."""
    policies = built_in(one), built_in(two)
    found = Universe([compile_policy(policy, {}) for policy in policies]).compare(0, 1)
    agree(found, policies)


def test_times_of_the_solver_are_those_of_the_comparison() -> None:
    """Both look at the same stretch of time."""
    last = max(cell[1] for cell in moments.times([]))

    assert 4_102_444_800 + 40_000 * DAY == last
