"""How long a decision holds: the dated reading of everything that decided.

The verdict is constant between two neighbouring instants of the dated reading, so it is
enough to judge again at each of them, in order, until the verdict differs.
"""

from __future__ import annotations

from collections.abc import Iterator

from mtlspolicy.engine.compile import SideRules
from mtlspolicy.engine.judge import verdict_at
from mtlspolicy.engine.ruleset import RuleSet
from mtlspolicy.engine.state import Judged, SideJudged
from mtlspolicy.facts.certificate import Certificate
from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.features.validity import ValidityFeature

__all__ = ["instants", "next_change"]

_VALIDITY = ValidityFeature()


def next_change(judged: Judged) -> int | None:
    """Return the first instant after the evaluation time at which the verdict differs."""
    for instant in instants(judged):
        if instant > judged.at and verdict_at(judged, instant) != judged.verdict:
            return instant
    return None


def instants(judged: Judged) -> tuple[int, ...]:
    """Return every instant (seconds since 1970) at which the verdict can change, in order."""
    if judged.compiled is None:
        return ()
    found: set[int] = set()
    for side in judged.sides():
        if side.side.certificates:
            found.update(_of_side(side, judged.compiled.sides[side.side.side], judged.at))
            found.update(_of_pair(judged, side))
    return tuple(sorted(found))


def _of_side(side: SideJudged, rules: SideRules, at: int) -> Iterator[int]:
    leaf = side.side.certificates[0]
    for rule_set in (*rules.certificate.values(), *rules.path.values()):
        yield from _of_rules(rule_set, leaf, at)
    for candidate in side.side.candidates:
        if candidate.found is not None:
            yield from candidate.found.instants()
        for certificate in (*candidate.issuers, *((candidate.anchor,) if candidate.anchor is not None else ())):
            for rule_set in (*rules.certificate.values(), *rules.path.values()):
                yield from _of_rules(rule_set, certificate, at)


def _of_pair(judged: Judged, side: SideJudged) -> Iterator[int]:
    if judged.compiled is not None:
        for rule_set in judged.compiled.pair.path.values():
            yield from _of_rules(rule_set, side.side.certificates[0], judged.at)


def _of_rules(rules: RuleSet, certificate: Certificate, at: int) -> Iterator[int]:
    """List the instants of the rules' questions on time; only validity moves with it."""
    value = _VALIDITY.read(CertificateSubject(certificate, at))
    for rule in rules.rules:
        for question in rule.questions():
            if question.call.feature.name == _VALIDITY.name:
                yield from question.call.instants(value)
