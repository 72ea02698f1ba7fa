"""How every rule came out on every subject that decided, before anybody writes about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.engine.outcome import BoundRule, Outcome, outcome
from mtlspolicy.engine.subjects import certificate_of_question, path_subjects
from mtlspolicy.features.subject import CertificateSubject, PathSubject
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.engine.ruleset import RuleSet
    from mtlspolicy.engine.state import Judged, SideJudged
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.base import Truth
    from mtlspolicy.language.tree import Question

__all__ = ["QUIET", "Result", "results"]

QUIET: Final = ("pass", "not_applicable", "not_effective")
"""The outcomes of rules that have nothing to say."""

_VOUCHED = frozenset(("path", "name", "revocation", "issuers"))
"""Features whose value says whether the caller vouches for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """How one rule came out on one subject; `outcome`, `role` and `index` as in a finding.

    `values`: what was asked about, by name of the feature. None where that was not looked
    at, and then `remark` says why.
    """

    rule: BoundRule
    outcome: str
    role: str
    index: int | None
    remark: str
    values: Mapping[str, Any] | None = None


def results(judged: Judged) -> Iterator[Result]:
    """Yield how each rule came out, passes included; nothing where no rule was judged."""
    compiled = judged.compiled
    if compiled is None or not all(side.side.certificates for side in judged.sides()):
        return
    for side in judged.sides():
        yield from _side(judged, side, compiled.sides[side.side.side])
    if compiled.pair.by_bit:
        yield from _pair(judged, compiled.pair.path["pair"])


def _side(judged: Judged, side: SideJudged, rules: SideRules) -> Iterator[Result]:
    leaf = side.side.certificates[0]
    if "leaf" in rules.certificate:
        yield from _rules(side, rules.certificate["leaf"], CertificateSubject(leaf, judged.at), 0)
    assert side.candidate is not None  # noqa: S101 - a side with a leaf has one that decided
    subjects = path_subjects(side.side, side.candidate, judged.context, judged.at)
    for of, index in (("leaf", 0), ("path", None)):
        if of in rules.path:
            yield from _rules(side, rules.path[of], subjects.leaf, index)
    positions = {
        id(c): i for c, i in zip(side.candidate.issuers, side.candidate.indices, strict=True)
    }
    open_list = not side.candidate.closed or side.candidate.issuers_asserted
    for of, above, missing in (
        ("issuer", subjects.issuers, open_list),
        ("link", subjects.links, open_list),
        ("anchor", subjects.anchors, not subjects.anchor_known),
    ):
        for rule_set in (rules.certificate.get(of), rules.path.get(of)):
            if rule_set is None:
                continue
            for subject in above:
                index = _index(subject.certificate, side, positions)
                yield from _rules(side, rule_set, subject, index)
            if missing:
                yield from _missing(judged, side, rule_set, of)


def _index(
    certificate: Certificate, side: SideJudged, positions: Mapping[int, int | None]
) -> int | None:
    if id(certificate) in positions:
        return positions[id(certificate)]
    return next((i for i, c in enumerate(side.side.certificates) if c.der == certificate.der), None)


def _rules(
    side: SideJudged,
    rule_set: RuleSet,
    subject: CertificateSubject | PathSubject,
    index: int | None,
) -> Iterator[Result]:
    values = [slot.feature.read(subject) for slot in rule_set.slots]
    by_name = {slot.feature.name: value for slot, value in zip(rule_set.slots, values, strict=True)}
    asserted = _asserted(by_name)
    answer = rule_set.answers(values)
    for rule in rule_set.rules:
        if side.own and rule.asks_trust:
            yield Result(
                rule, "not_applicable", side.side.side, index, "it is one's own certificate"
            )
            continue
        result = outcome(rule, answer)
        word = _word(rule, result)
        if (
            result is Outcome.PASS
            and asserted
            and outcome(rule, _doubting(answer, asserted)) is not Outcome.PASS
        ):
            word = "asserted"
        yield Result(rule, word, side.side.side, index, "", by_name)


def _asserted(values: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name, value in values.items() if name in _VOUCHED and value.asserted)


def _doubting(
    answer: Callable[[Question], Truth], asserted: frozenset[str]
) -> Callable[[Question], Truth]:
    """Answer as if nothing had been asserted."""
    return lambda question: None if question.call.feature.name in asserted else answer(question)


def _missing(judged: Judged, side: SideJudged, rule_set: RuleSet, of: str) -> Iterator[Result]:
    masks = rule_set.judge_missing(judged.at)
    vouched = side.candidate is not None and side.candidate.issuers_asserted
    for rule in rule_set.rules:
        if rule.bit & masks.unknown and not (side.own and rule.asks_trust):
            word = "asserted" if vouched and of != "anchor" else "unknown"
            remark = f"{rule.rule.title}: the {of} is not known" + (
                ", the caller vouches for it" if word == "asserted" else ""
            )
            yield Result(rule, word, side.side.side, None, remark)


def _pair(judged: Judged, rule_set: RuleSet) -> Iterator[Result]:
    values = [certificate_of_question(judged, slot.feature, slot.whose) for slot in rule_set.slots]
    by_name = {
        (slot.feature.name if slot.whose == "self" else f"{slot.whose}.{slot.feature.name}"): v
        for slot, v in zip(rule_set.slots, values, strict=True)
    }
    answer = rule_set.answers(values)
    for rule in rule_set.rules:
        word = _word(rule, outcome(rule, answer))
        yield Result(rule, word, "pair", None, "", by_name)


def _word(rule: BoundRule, result: Outcome) -> str:
    if result is Outcome.FAULT:
        return "fail"
    if result is Outcome.FAIL:
        return "fail" if rule.enforced else "warn"
    return str(result.value)
