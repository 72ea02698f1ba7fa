"""The engine's own readers refuse everything that the published schemas refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtlspolicy.errors import EvidenceError, PolicyError, ProposalNotEnabledError
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.base import Scope
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.loader import load_policy_document
from schema_support import JSON, faults, mutated, schemas

POLICIES = [schemas()["policy"]["examples"][0]]
EVIDENCE = schemas()["evidence"]["examples"]
OFTEN = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def loads_policy(document: object) -> bool:
    try:
        load_policy_document(json.dumps(document))
    except PolicyError:
        return False
    except ProposalNotEnabledError:
        return True
    return True


def reads_evidence(document: object) -> bool:
    try:
        read_context(document, at=0)
    except EvidenceError:
        return False
    return True


@pytest.mark.parametrize("document", POLICIES)
def test_an_example_policy_can_be_loaded(document: object) -> None:
    assert [] == faults("policy", document)
    assert loads_policy(document)


@pytest.mark.parametrize("document", EVIDENCE)
def test_an_example_of_evidence_can_be_read(document: object) -> None:
    assert [] == faults("evidence", document)
    assert reads_evidence(document)


@OFTEN
@given(mutated(POLICIES))
def test_the_loader_refuses_what_the_policy_schema_refuses(document: object) -> None:
    found = faults("policy", document)

    assert not (found and loads_policy(document)), found


@OFTEN
@given(mutated(EVIDENCE))
def test_the_reader_refuses_what_the_evidence_schema_refuses(document: object) -> None:
    found = faults("evidence", document)

    assert not (found and reads_evidence(document)), found


# -- every atom with arguments that may be right


def arguments(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values around what a parameter's schema takes."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | JSON
    if "anyOf" in schema:
        return st.one_of([arguments(one) for one in schema["anyOf"]])
    if schema.get("type") == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return st.integers(low - 1, high + 1) | JSON
    if schema.get("type") == "array":
        return st.lists(arguments(schema["items"]), max_size=3) | JSON
    if schema.get("type") == "object":
        parts = {name: arguments(one) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional=parts) | JSON
    return st.sampled_from(["1.2.3", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]) | JSON


@st.composite
def asked(draw: st.DrawFn) -> dict[str, Any]:
    """A policy with one question that may be well asked."""
    name, (feature, atom) = draw(st.sampled_from(sorted(ATOMS.items())))
    if not atom.parameters:
        value = draw(st.just(value=True) | JSON)
    elif len(atom.parameters) == 1:
        value = draw(arguments(dict(atom.parameters[0].kind.schema)))
    else:
        parts = {p.name: arguments(dict(p.kind.schema)) for p in atom.parameters}
        value = draw(st.fixed_dictionaries({}, optional=parts))
    pair = feature.scope is Scope.PAIR or draw(st.booleans())
    whose = draw(st.sampled_from(["", "client.", "server."]))
    document: dict[str, Any] = json.loads(json.dumps(POLICIES[0]))
    document["rules"] = document["rules"][:1]
    document["rules"][0]["on"] = {"side": "pair"} if pair else {"side": "both", "of": "leaf"}
    document["rules"][0]["effective"] = []
    document["rules"][0]["when"] = True
    document["rules"][0]["require"] = {f"{whose}{name}": value}
    return document


@OFTEN
@given(asked())
def test_the_loader_and_the_schema_agree_on_every_atom(document: object) -> None:
    found = faults("policy", document)

    assert not (found and loads_policy(document)), found
