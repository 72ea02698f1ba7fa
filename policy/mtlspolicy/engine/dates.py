"""The dated reading of a side: the instants at which its judgement can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.features.key_reuse import KeyReuseFeature, reuse_instants
from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.features.validity import ValidityFeature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.engine.compile import SideRules
    from mtlspolicy.engine.ruleset import RuleSet
    from mtlspolicy.engine.state import SideJudged
    from mtlspolicy.evidence.context import Context, SideEvidence
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["peer_instants", "revocation_instants", "rule_instants", "side_instants"]

_VALIDITY = ValidityFeature()


def side_instants(judged: SideJudged, rules: SideRules) -> tuple[int, ...]:
    """Return the seconds since 1970 at which the judgement of a side can change, in order."""
    found: set[int] = set()
    if judged.side.certificates:
        sets = (*rules.certificate.values(), *rules.path.values())
        for certificate in _judged_certificates(judged):
            for rule_set in sets:
                found.update(rule_instants(rule_set, certificate))
        reuse = any(_asks(rule_set, KeyReuseFeature.name) for rule_set in sets)
        for candidate in judged.side.candidates:
            if candidate.found is not None:
                found.update(candidate.found.instants())
            if reuse:
                found.update(reuse_instants(candidate))
    return tuple(sorted(found))


def revocation_instants(judged: SideJudged, evidence: SideEvidence) -> Iterator[int]:
    """List the instants at which what is known of revocation changes.

    Apart from `side_instants`, because a side with such evidence is not remembered.
    """
    if not evidence.crls and not evidence.ocsp:
        return
    from mtlspolicy.derive.revocation import revocation_of  # noqa: PLC0415 - only with evidence

    for candidate in judged.side.candidates:
        yield from revocation_of(judged.side.certificates[0], candidate, evidence).instants()


def peer_instants(judged: SideJudged, context: Context) -> Iterator[int]:
    """List the instants at which what DNS says of a side's peer changes, bounded by its TTLs."""
    if context.dns is None or not judged.side.certificates:
        return
    from mtlspolicy.derive.dns import peer  # noqa: PLC0415 - only with evidence

    leaf, side = judged.side.certificates[0], judged.side.side
    for candidate in judged.side.candidates:
        yield from peer.peer_instants(context, side, leaf, candidate)


def _judged_certificates(judged: SideJudged) -> Iterator[Certificate]:
    yield judged.side.certificates[0]
    for candidate in judged.side.candidates:
        yield from candidate.issuers
        if candidate.anchor is not None:
            yield candidate.anchor


def _asks(rules: RuleSet, feature: str) -> bool:
    return any(
        question.call.feature.name == feature
        for rule in rules.rules
        for question in rule.questions()
    )


def rule_instants(rules: RuleSet, certificate: Certificate) -> Iterator[int]:
    """List the instants of the rules' questions; only validity moves with the time."""
    value = _VALIDITY.read(CertificateSubject(certificate, 0))
    for rule in rules.rules:
        for question in rule.questions():
            if question.call.feature.name == _VALIDITY.name:
                yield from question.call.instants(value)
