"""Answers of another implementation: read strictly, and compared by decision."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy.errors import HarnessError, SuiteError
from mtlspolicy.suite.answers import compare, read_answers, refuse_others
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.run import Selection
from schema_support import faults

if TYPE_CHECKING:
    from mtlspolicy.suite.model import Case

ABSENT = {"name": "other", "version": "none", "absent": "it is not installed"}
POLICIES = ("legacy-dual-use", "cabf-strict")


def document(*answers: dict[str, str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    harness = {"name": "other", "version": "1.0"}
    return {"schema_version": 1, "harness": harness, "answers": list(answers), **more}


def given(actual: str, policy: str = "legacy-dual-use", **more: str) -> dict[str, str]:
    return {"id": "one::case", "policy": policy, "actual": actual, **more}


def as_role(role: str, actual: str = "accept") -> dict[str, str]:
    return {"id": "one::case", "role": role, "actual": actual}


def case() -> Case:
    space = Namespace("one", "one thing", {})
    space.add("case", "a case", lambda _: None)
    (made,) = space.suite().cases
    return replace(made, expected={POLICIES[0]: accept(), POLICIES[1]: reject("chain.empty")})


def outcomes(*answers: dict[str, str], selection: Selection | None = None) -> list[tuple[str, str]]:
    read = read_answers(json.dumps(document(*answers)))
    results = compare([case()], selection or Selection(), read, {})
    return [(result.outcome, "; ".join(result.problems)) for result in results]


def test_decisions_are_compared() -> None:
    assert [("passed", ""), ("failed", "accept instead of reject")] == outcomes(
        given("accept"), given("accept", "cabf-strict")
    )


def test_what_is_skipped_says_why() -> None:
    assert [("skipped", "knows no such policy"), ("skipped", "no reason is given")] == outcomes(
        given("SKIPPED", reason="knows no such policy"), given("SKIPPED", "cabf-strict")
    )


def test_an_answer_that_is_not_given_fails() -> None:
    only = Selection(policies=("legacy-dual-use",))

    assert [("failed", "other 1.0 gives no answer, nor says why")] == outcomes(selection=only)


def test_known_divergences_count_here_too() -> None:
    read = read_answers(json.dumps(document(given("reject"), given("reject", "cabf-strict"))))
    known = {"one::case": {"expected": "accept", "actual": "reject", "reason": "it is strict"}}

    assert ["excepted", "unexpected-success"] == [
        result.outcome for result in compare([case()], Selection(), read, known)
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 2}, "/schema_version"),
        ({"harness": "other"}, "/harness"),
        ({"answers": [given("perhaps")]}, "/answers/0/actual"),
        ({"answers": [given("accept"), given("reject")]}, "is answered twice"),
        ({"extra": 1}, "/extra"),
        ({"answers": [{"id": "one::case", "actual": "accept"}]}, "either `policy` or `role`"),
        ({"answers": [given("accept", role="client")]}, "either `policy` or `role`"),
        ({"answers": [as_role("client", "indeterminate")]}, "/answers/0/actual"),
        ({"answers": [as_role("client"), as_role("client")]}, "is answered twice"),
        ({"answers": [as_role("user")]}, "/answers/0/role"),
        ({"answers": [given("accept")], "harness": ABSENT}, "gives no answers"),
    ],
)
def test_what_is_no_file_of_answers_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SuiteError, match=message):
        read_answers(json.dumps(document() | change))
    assert faults("answers", document() | change) or "twice" in message


def test_the_schema_says_the_same() -> None:
    good = document(given("accept"), given("SKIPPED", "cabf-strict", reason="why"))

    assert [] == faults("answers", good)
    assert [] == faults("answers", document(as_role("client"), as_role("server", "SKIPPED")))
    assert [] == faults("answers", document(harness=ABSENT))
    assert faults("answers", document(given("perhaps")))


# -- what a harness is asked


def read(*answers: dict[str, str]) -> Any:  # noqa: ANN401 - Answers
    return read_answers(json.dumps(document(*answers)))


def test_a_stack_answers_for_each_role() -> None:
    given_by_role = read(as_role("client"), as_role("server", "reject"))

    assert not given_by_role.by_policy
    refuse_others(given_by_role, [case()])
    assert {"client": "accept", "server": "reject"} == {
        role: answer.actual for (_, role), answer in given_by_role.given.items()
    }


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([], "gives no answer, nor says why, to: `one::case`, `client`, and 1 more"),
        ([as_role("client")], "gives no answer, nor says why, to: `one::case`, `server`"),
        (
            [as_role("client"), as_role("server"), as_role("client") | {"id": "two::case"}],
            "answers what was not asked: `two::case`, `client`",
        ),
        ([given("accept", "another-policy")], "not asked: `one::case`, `another-policy`"),
        ([given("accept"), as_role("client")], "not asked: `one::case`, `client`"),
    ],
)
def test_answers_that_are_not_those_asked_for_are_trouble(
    answers: list[dict[str, str]], message: str
) -> None:
    with pytest.raises(HarnessError, match=message) as raised:
        refuse_others(read(*answers), [case()])
    assert "other" == raised.value.harness


def test_an_implementation_need_not_know_every_policy() -> None:
    refuse_others(read(given("accept")), [case()])


def test_what_is_absent_says_why() -> None:
    assert "it is not installed" == read_answers(json.dumps(document(harness=ABSENT))).absent
