"""The suite that is shipped: this engine answers as expected, and the files are fresh."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from mtlspolicy import resources
from mtlspolicy.evidence.document import read_context
from mtlspolicy.suite.lint import gaps, lint
from mtlspolicy.suite.run import Selection, answer, run, selected
from mtlspolicy.suite.snapshot import codes_behind
from schema_support import faults
from suite_support import shipped

if TYPE_CHECKING:
    from mtlspolicy.suite.model import Suite

NAMES = [suite.namespace for suite in shipped()]


@pytest.fixture(scope="module")
def suites() -> dict[str, Suite]:
    return {suite.namespace: suite for suite in shipped()}


@pytest.mark.parametrize("name", NAMES)
def test_this_engine_answers_as_expected(name: str, suites: dict[str, Suite]) -> None:
    everything = Selection()
    results = run(selected([suites[name]], everything), everything)

    assert [] == [(r.id, r.policy, r.problems) for r in results if r.outcome != "passed"]


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_records_the_codes_that_findings_tell(
    name: str, suites: dict[str, Suite]
) -> None:
    for case in suites[name].cases:
        context = read_context(case.evidence)
        for policy, expected in case.expected.items():
            recorded = codes_behind(answer(case, policy, expected, context))
            assert sorted(expected.codes) == recorded, case.id


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_valid_under_its_schema(name: str) -> None:
    assert [] == faults("vectors", json.loads(resources.read(f"vectors/{name}.json")))


@pytest.mark.parametrize("name", NAMES)
def test_decisions_are_valid_under_their_schema(name: str, suites: dict[str, Suite]) -> None:
    """The first case of each file with everything that passed, every tenth without it."""
    for number, case in enumerate(suites[name].cases[::10]):
        context = read_context(case.evidence)
        for policy, expected in case.expected.items():
            decision = answer(case, policy, expected, context)
            document = decision.document(everything=number == 0)
            # The schema of a decision is part of it.
            found = faults("evaluation", {"schema_version": 1, "decisions": [document]})
            assert [] == found, (case.id, policy)


def test_the_suite_keeps_its_rules_and_leaves_nothing_out(suites: dict[str, Suite]) -> None:
    """That the files are what their sources make is looked at by `make vectors`."""
    assert [] == lint(list(suites.values()))
    assert [] == gaps(list(suites.values()))


def test_every_policy_of_the_first_three_is_accepted_and_refused(suites: dict[str, Suite]) -> None:
    said = Counter(
        (policy, expected.decision)
        for suite in suites.values()
        for case in suite.cases
        for policy, expected in case.expected.items()
    )

    for policy in ("cabf-strict", "legacy-dual-use", "draft-frank-s2s-eku-only"):
        assert said[policy, "accept"] >= 20
        assert said[policy, "reject"] >= 20


def test_bytes_that_are_not_der_are_accepted_nowhere(suites: dict[str, Suite]) -> None:
    """Neither by what is expected nor by what is recorded of the other policies."""
    broken = {"malformed", "not-der"}
    for suite in suites.values():
        recorded = json.loads(resources.read(f"vectors/snapshots/{suite.namespace}.json"))["cases"]
        for case in suite.cases:
            if broken & set(case.flags):
                assert {"reject"} == {one.decision for one in case.expected.values()}, case.id
                others = {one["decision"] for one in recorded[case.id].values()}
                assert others <= {"reject"}, case.id
