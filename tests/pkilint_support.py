"""pkilint's findings on one certificate as a TLS server leaf, and ours beside them.

pkilint is asked as its own command `lint_cabf_serverauth_cert lint --type ...` asks it, filters
included; the type is always one of the final subscriber certificates. Only how its containers
find the validators of a node is replaced, by the same tests with the outcome kept per path and
type: that is half of its time.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mtlspolicy import load_policy
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.engine.outcome import outcome
from mtlspolicy.facts import read_certificate
from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.forge.pair import ORDINARY_AT
from mtlspolicy.language.evaluate import holds
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import Bound, Question, bind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.engine.outcome import Outcome
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.base import Truth

__all__ = ["Ours", "condition", "findings_of_pkilint", "judge"]


# -- pkilint


def findings_of_pkilint(der: bytes) -> dict[str, str] | None:
    """Return its findings, code to severity; None where it cannot read the certificate."""
    from pkilint import finding_filter, loader  # noqa: PLC0415 - it may be absent

    try:
        certificate = loader.load_certificate(der, "leaf")
        kind = _kind(certificate)
    except ValueError:
        return None
    container, filters = _linter(kind)
    results, _ = finding_filter.filter_results(filters, container.validate(certificate.root))
    return {
        found.finding.code: found.finding.severity.name
        for result in results
        for found in result.finding_descriptions
    }


def _kind(certificate: Any) -> Any:  # noqa: ANN401 - pkilint has no types
    """Return the type by policy alone: pkilint's own detection lints a cA leaf as a CA."""
    from pkilint.cabf.serverauth import serverauth_constants as words  # noqa: PLC0415

    types, policies = words.CertificateType, certificate.policy_oids
    for policy, kind in (
        (words.ID_POLICY_EV, types.EV_FINAL_CERTIFICATE),
        (words.ID_POLICY_IV, types.IV_FINAL_CERTIFICATE),
        (words.ID_POLICY_OV, types.OV_FINAL_CERTIFICATE),
    ):
        if policy in policies:
            return kind
    return types.DV_FINAL_CERTIFICATE


@cache
def _linter(kind: Any) -> tuple[Any, Any]:  # noqa: ANN401
    from pkilint.cabf import serverauth  # noqa: PLC0415
    from pkilint.pkix import certificate  # noqa: PLC0415

    logging.getLogger("pkilint").setLevel(logging.CRITICAL)
    _find_validators_once()
    container = certificate.create_pkix_certificate_validator_container(
        serverauth.create_decoding_validators(), serverauth.create_validators(kind)
    )
    return container, serverauth.create_serverauth_finding_filters(kind)


@cache
def _find_validators_once() -> None:
    """Keep per path and type which validators can match at all."""
    from pkilint.validation import ValidatorContainer  # noqa: PLC0415

    kept: dict[tuple[int, str, type], list[Any]] = {}

    def candidates(container: Any, node: Any) -> list[Any]:  # noqa: ANN401
        key = (id(container), node.path, type(node.pdu))
        if key not in kept:
            kept[key] = [one for one in container.validators if _can_match(one, node)]
        return kept[key]

    def validate(self: Any, node: Any, results: list[Any]) -> None:  # noqa: ANN401
        for validator in candidates(self, node):
            if validator.match(node):
                found = validator.validate_wrapper(node)
                results.extend(found if isinstance(found, list) else [found])
        for child in node.children.values():
            validate(self, child, results)

    ValidatorContainer._validate_rec = validate


def _can_match(validator: Any, node: Any) -> bool:  # noqa: ANN401
    # The first three tests of NodeVisitor.match, which all validators call.
    path, pattern, kind = validator._path, validator._path_re, validator._pdu_class
    return (
        (path is None or path == node.path)
        and (pattern is None or pattern.match(node.path) is not None)
        and (kind is None or isinstance(node.pdu, kind))
    )


# -- ours


class Ours(NamedTuple):
    """What `cabf-strict` says of a leaf: rule to outcome; and the values to ask more of."""

    certificate: Certificate
    outcomes: Mapping[str, Outcome]
    values: Mapping[str, Any]
    side: str

    def holds(self, asked: Bound) -> bool:
        """Whether a condition holds; what is unknown does not."""
        return holds(asked, self.answer) is True

    def answer(self, question: Question) -> Truth:
        """Answer one question."""
        return question.call.answer(self.values[question.call.feature.name])


def judge(der: bytes, side: str = "server") -> Ours:
    """Judge one leaf by the rules on leafs of a side that ask about the certificate alone."""
    compiled = compile_policy(load_policy("cabf-strict"), {})
    rules = compiled.sides[side].certificate["leaf"]
    certificate = read_certificate(der)
    subject = CertificateSubject(certificate, ORDINARY_AT)
    values = {slot.feature.name: slot.feature.read(subject) for slot in rules.slots}
    ours = Ours(certificate, {}, values, side)
    outcomes = {rule.rule.id: outcome(rule, ours.answer) for rule in rules.rules}
    return ours._replace(outcomes=outcomes)


def condition(written: object, side: str = "server") -> Bound:
    """Parse a condition of the rule language, with the terms and settings of `cabf-strict`."""
    policy = load_policy("cabf-strict")
    reader = Reader(policy.settings, {})
    tree = reader.read(written, "", pair=False)
    assert not reader.faults, reader.faults
    return bind(tree, side, {})
