"""x509-limbo through the whole engine: the two profiles, and our own suite in its form.

What differs is listed with its reason in vectors/limbo-exceptions.json, and nothing there
accepts what limbo refuses.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from mtlspolicy.suite.limbo import export, known_divergences, read_limbo, run_limbo
from mtlspolicy.suite.shelf import shipped

CORPORA: Final = Path(__file__).resolve().parents[3] / "shared" / "corpora"
CORPUS: Final = CORPORA / "limbo.json"
SCHEMA: Final = CORPORA / "limbo-schema.json"


@pytest.mark.skipif(not CORPUS.exists(), reason="the x509-limbo corpus is not beside the project")
def test_every_case_is_as_expected_but_for_known_divergences() -> None:
    cases = read_limbo(CORPUS.read_bytes())

    results = run_limbo(cases, known_divergences())

    assert [] == [result for result in results if result.failing]
    outcomes = Counter(result.outcome for result in results)
    assert {"passed": len(cases) - 4, "excepted": 4} == outcomes


@pytest.mark.skipif(not CORPUS.exists(), reason="the x509-limbo corpus is not beside the project")
def test_no_known_divergence_accepts_what_limbo_refuses_and_each_names_a_case() -> None:
    ids = {case.id for case in read_limbo(CORPUS.read_bytes())}

    assert ids >= known_divergences().keys()
    assert {"FAILURE"} == {known["actual"] for known in known_divergences().values()}


@pytest.mark.skipif(not SCHEMA.exists(), reason="limbo's schema is not beside the project")
def test_our_suite_in_limbos_form_is_valid_under_its_schema() -> None:
    written = json.loads(json.dumps(export(case for s in shipped() for case in s.cases)))

    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(written)
    assert 300 < len(written["testcases"])
