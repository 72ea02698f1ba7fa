"""Rules judged together on one kind of subject, through masks.

Every outcome depends only on the values of the features that the rules ask about, and each
value only on the *cell* in which it lies (see `features.base`). So a set of rules keeps a
memo from the cells to its masks: the cost of judging does not grow with the number of
rules. On a miss the rules that share the same features are judged through a memo of
their own, so that one unusual value costs only the rules that ask about it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.engine.kinds import Kinds
from mtlspolicy.engine.outcome import BoundRule, Outcome, outcome
from mtlspolicy.features.base import Call, Feature, Scope, Truth
from mtlspolicy.features.subject import CertificateSubject, PathSubject
from mtlspolicy.features.validity import Value
from mtlspolicy.memos import keep
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.language.evaluate import Answers
    from mtlspolicy.language.tree import Question

__all__ = ["NOTHING", "Masks", "RuleSet", "Slot"]


class Masks(NamedTuple):
    """Which rules passed, failed, are unknown, or broke; a bit per rule of the side."""

    passed: int
    failed: int
    unknown: int
    faulted: int

    def join(self, other: Masks) -> Masks:
        """Return the union of both."""
        if self is NOTHING:
            return other
        return Masks(
            self.passed | other.passed,
            self.failed | other.failed,
            self.unknown | other.unknown,
            self.faulted | other.faulted,
        )


_COUNTED: Final = (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.FAULT)
"""The outcomes that masks hold, in the order of their fields."""

NOTHING: Final = Masks(0, 0, 0, 0)
Reading = Callable[[Feature[Any], str], Any]
"""Gives the value of a feature of `whose` certificate or path."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One feature of one owner, with the calls that ask about it and the function to its cell."""

    feature: Feature[Any]
    whose: str
    calls: tuple[Call, ...]
    cell: Callable[[Any], Hashable] | None

    def read(self, subject: PathSubject) -> Hashable:
        """Return the cell of the value that the subject has."""
        return _cell(self, self.feature.read(subject))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The rules that ask about the same slots."""

    pick: Callable[[tuple[Hashable, ...]], Hashable]
    rules: tuple[BoundRule, ...]
    memo: dict[Hashable, Masks]


class RuleSet:
    """Rules that are judged on the same subjects."""

    def __init__(self, rules: Sequence[BoundRule]) -> None:
        self.rules = tuple(rules)
        asked = [rule.questions() for rule in self.rules]
        self.slots = _slots(asked)
        index = {(slot.feature.name, slot.whose): number for number, slot in enumerate(self.slots)}
        groups: dict[tuple[int, ...], list[BoundRule]] = {}
        for rule, questions in zip(self.rules, asked, strict=True):
            key = tuple(sorted({index[q.call.feature.name, q.whose] for q in questions}))
            groups.setdefault(key, []).append(rule)
        self._groups = [
            _Group(itemgetter(*slots) if slots else _nothing, tuple(members), {})
            for slots, members in groups.items()
        ]
        self._memo: dict[Hashable, Masks] = {}
        self._kinds = Kinds([(slot.feature, slot.calls) for slot in self.slots])
        windows = [
            window
            for rule in asked
            for question in rule
            if question.call.atom.name == "validity.evaluated"
            for window in question.call.arguments
        ]
        self._cuts = sorted({cut for window in windows for cut in window.cuts()})
        self._missing: dict[int, Masks] = {}

    def judge_certificate(self, certificate: Certificate, at: int) -> Masks:
        """Judge all rules, which must ask about certificates only, at the instant `at`.

        Certificates that no rule can tell apart are of one kind, and judged once.
        """
        kind = self._kinds.of(certificate, at)
        found = self._memo.get(kind)
        if found is None:
            cells = self._kinds.cells(certificate, at, kind)
            subject = CertificateSubject(certificate, at)
            found = keep(self._memo, kind, self._masks(cells, lambda: _looking_at(subject)))
        return found

    def judge_subject(self, subject: PathSubject) -> Masks:
        """Judge all rules on one certificate of one path."""
        return self.judge([slot.feature.read(subject) for slot in self.slots])

    def judge_missing(self, at: int) -> Masks:
        """Judge all rules on a certificate of which nothing is known but the time.

        Unknown, except rules whose window on the evaluation time is closed.
        """
        place = bisect_right(self._cuts, at)
        found = self._missing.get(place)
        if found is None:
            nothing = Value(None, None, at)

            def answer(question: Question) -> Truth:
                return (
                    question.call.answer(nothing)
                    if question.call.feature.name == "validity"
                    else None
                )

            found = self._missing[place] = _masks(self.rules, answer)
        return found

    def judge(self, values: Sequence[Any]) -> Masks:
        """Judge all rules on the values of `slots`, in that order."""
        cells = tuple(map(_cell, self.slots, values))
        found = self._memo.get(cells)
        if found is None:
            found = keep(self._memo, cells, self._masks(cells, lambda: self.answers(values)))
        return found

    def _masks(self, cells: tuple[Hashable, ...], answers: Callable[[], Answers]) -> Masks:
        passed = failed = unknown = faulted = 0
        answer = None
        for group in self._groups:
            key = group.pick(cells)
            found = group.memo.get(key)
            if found is None:
                answer = answer or answers()
                found = keep(group.memo, key, _masks(group.rules, answer))
            passed |= found.passed
            failed |= found.failed
            unknown |= found.unknown
            faulted |= found.faulted
        return Masks(passed, failed, unknown, faulted)

    def answers(self, values: Sequence[Any]) -> Answers:
        """Return the function that answers a question from the values of `slots`."""
        by_name = {
            (slot.feature.name, slot.whose): value
            for slot, value in zip(self.slots, values, strict=True)
        }

        def answer(question: Question) -> Truth:
            return question.call.answer(by_name[question.call.feature.name, question.whose])

        return answer


def _looking_at(subject: CertificateSubject) -> Answers:
    """Return the function that answers questions about a certificate: what none asks is unread."""
    values: dict[str, Any] = {}

    def answer(question: Question) -> Truth:
        call = question.call
        name = call.feature.name
        if name not in values:
            values[name] = call.feature.read(subject)
        return call.answer(values[name])

    return answer


def _nothing(_: tuple[Hashable, ...]) -> Hashable:
    """Pick nothing: rules that ask about nothing are judged alike on everything."""
    return ()


def _cell(slot: Slot, value: Any) -> Hashable:  # noqa: ANN401 - any feature's value
    return value if slot.cell is None else slot.cell(value)


def _slots(asked: Sequence[Sequence[Question]]) -> tuple[Slot, ...]:
    """List the features asked about, those of certificates first."""
    calls: dict[tuple[str, str], list[Call]] = {}
    for questions in asked:
        for question in questions:
            calls.setdefault((question.call.feature.name, question.whose), []).append(question.call)
    slots = []
    for (_, whose), found in calls.items():
        asked_once = tuple(dict.fromkeys(found))
        feature = found[0].feature
        slots.append(Slot(feature, whose, asked_once, feature.cell(asked_once)))
    return tuple(sorted(slots, key=lambda slot: slot.feature.scope is not Scope.CERTIFICATE))


def _masks(rules: Sequence[BoundRule], answer: Answers) -> Masks:
    found = [0] * len(_COUNTED)
    for rule in rules:
        told = outcome(rule, answer)
        if told in _COUNTED:
            found[_COUNTED.index(told)] |= rule.bit
    return Masks(*found)
