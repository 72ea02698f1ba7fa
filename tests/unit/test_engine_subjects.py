"""What no policy has a part in is worked out once for all policies, and never mixed up."""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Context, Pair, evaluate, loader
from mtlspolicy.derive import side as side_module
from mtlspolicy.engine import subjects as subjects_module
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts import read_certificate
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from mtlspolicy.records import replace
from mtlspolicy.suite.shelf import shipped

if TYPE_CHECKING:
    from mtlspolicy import Decision
    from mtlspolicy.engine.subjects import PathSubjects
    from mtlspolicy.features.base import Call, Feature
    from mtlspolicy.policies.model import Policy
    from mtlspolicy.suite.model import Case

EVERY = 61
"""Cases of the suite of which one is looked at."""


def _subjects(context: Context, chain: list[bytes]) -> PathSubjects:
    side = side_module.derive_side("server", chain, context, own=False)
    return path_subjects(side, side.candidates[0], context, context.at)


def test_subjects_are_made_once_for_several_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the same side, evidence and instant; unless what was given can be changed meanwhile."""
    built = ordinary_pair().build()
    context, chain = read_context(built.evidence), list(built.server.presented)
    first = _subjects(context, chain)
    side = side_module.derive_side("server", chain, context, own=False)

    assert first is _subjects(context, chain)
    assert first is not path_subjects(side, side.candidates[0], context, context.at + 1)
    assert first is not _subjects(replace(context, at=context.at), chain)
    side_module.forget()
    assert first is not _subjects(context, chain)
    asked = replace(context, dns={"answers": []})
    assert _subjects(asked, chain) is not _subjects(asked, chain)

    # what `derive.side` does not hold on to is not held on to here
    monkeypatch.setattr(side_module, "_MOST_OCTETS", 0)
    monkeypatch.setattr(subjects_module, "_last", {})
    side_module.forget()
    assert _subjects(context, chain) is not _subjects(context, chain)
    assert {} == subjects_module._last


def test_evidence_that_its_caller_changes_is_read_again() -> None:
    """Disclosures are a mapping: whatever was in it before, decisions see what is in it now."""
    built = ordinary_pair().build()
    disclosures: dict[str, int] = {}
    context = replace(read_context(built.evidence), ccadb=disclosures)
    chain = list(built.server.presented)
    assert _subjects(context, chain).leaf.disclosed is None

    disclosures[hashlib.sha256(chain[0]).hexdigest()] = 1
    assert 1 == _subjects(context, chain).leaf.disclosed


@cache
def _cases() -> list[Case]:
    return [case for suite in shipped() for case in suite.cases][::EVERY]


@cache
def _policies() -> list[Policy]:
    found = []
    for policy_id in loader.builtin_ids():
        proposal = loader.proposal_of(policy_id)
        named = None if proposal is None else proposal["document"]
        found.append(loader.load_policy(policy_id, enable_proposal=named))
    return found


def _told(decision: Decision) -> tuple[str, tuple[str, ...]]:
    return decision.decision, decision.reasons


def test_a_pair_is_decided_under_several_policies_as_under_each_alone() -> None:
    """One pair after the other under all policies; then every policy with empty memories."""
    cases = _cases()
    asked = [(Pair(client=c.client, server=c.server), read_context(c.evidence)) for c in cases]
    policies = _policies()
    together = [
        [_told(evaluate(pair, policy, context)) for policy in policies] for pair, context in asked
    ]

    for number, policy in enumerate(policies):
        policy.compiled.clear()
        for (pair, context), found in zip(asked, together, strict=True):
            side_module.forget()
            assert found[number] == _told(evaluate(pair, policy, context)), policy.id


@pytest.mark.parametrize("feature", [one for one in FEATURES if one.kept], ids=lambda one: one.name)
def test_what_a_certificate_keeps_is_what_is_read_of_it(feature: Feature[Any]) -> None:
    """Whichever policy asks first, and whatever the time is."""
    asked = _calls(feature)
    for der in {der for case in _cases()[::4] for der in case.server[:2]}:
        certificate = read_certificate(der)
        value = feature.read(CertificateSubject(read_certificate(der), 0))
        for at, calls in product((0, ORDINARY_AT), (*asked, *reversed(asked))):
            cell, read = feature.cell(calls), feature.reader(calls)
            expected = value if cell is None else cell(value)
            assert expected == read(certificate, at)
            assert expected == read(read_certificate(der), at)
        assert {feature.name: value} == certificate.made


def _calls(feature: Feature[Any]) -> list[tuple[Call, ...]]:
    """Return what each policy asks of the certificates of one side."""
    compiled = [compile_policy(policy, {}) for policy in _policies()]
    sets = [found for one in compiled for found in one.sides["server"].certificate.values()]
    slots = [slot for found in sets for slot in found.slots if slot.feature is feature]
    return list(dict.fromkeys(slot.calls for slot in slots))
