"""Running cases: what is compared, what is skipped, and what a known divergence does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from mtlspolicy.errors import SuiteError
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.model import Case, Expectation, Noted, Suite
from mtlspolicy.suite.run import (
    READER,
    Exceptions,
    Result,
    Selection,
    read_exceptions,
    refuse_strangers,
    run,
    selected,
)

ALL = Selection()


def made(expected: Expectation | None = None, *, name: str = "case", **more: Any) -> Case:  # noqa: ANN401 - a case's parts
    """Return an ordinary case, which legacy-dual-use accepts."""
    space = Namespace("one", "one thing", {})
    space.add(name, "a case", lambda _: None, flags=("odd",))
    (case,) = space.suite().cases
    return replace(case, expected={"legacy-dual-use": expected or accept()}, **more)


def only(case: Case, **more: Any) -> Result:  # noqa: ANN401 - what run takes
    (result,) = run([case], ALL, **more)
    return result


def test_a_case_that_is_answered_as_expected_passes() -> None:
    result = only(made(accept(relationship="client-to-server", alert=None, decisive=False)))

    assert ("passed", "accept", "accept", ()) == (
        result.outcome,
        result.expected,
        result.actual,
        result.problems,
    )
    assert not result.failing


def test_every_difference_is_told() -> None:
    wrong = reject("eku.empty", warnings=("eku.critical",), valid_until="2026-07-01T00:00:00Z")
    result = only(made(wrong))

    assert result.failing
    assert (
        "accept instead of reject",
        "codes lack eku.empty",
        "primary is None, not eku.empty",
        "warnings lack eku.critical",
        "warnings have eku.missing as well",
        "valid_until is 2026-06-30T00:00:00Z, not 2026-07-01T00:00:00Z",
    ) == result.problems


def test_codes_are_those_that_fail() -> None:
    case = made(reject("chain.empty"), client=())

    assert "passed" == only(case).outcome
    assert ("codes have chain.empty as well",) == only(
        replace(
            case,
            expected={"legacy-dual-use": Expectation(decision="reject", primary="chain.empty")},
        )
    ).problems


def test_codes_of_an_indeterminate_decision_are_those_that_are_unknown() -> None:
    evidence = {"schema_version": 1, "at": "2026-05-01T00:00:00Z", "asserted": ["path"]}
    unknown = indeterminate("name.not_matched", missing_evidence=["server.name"], valid_until=None)
    case = made(unknown, evidence=evidence)

    assert ("valid_until is 2026-06-30T00:00:00Z, not None",) == only(case).problems


def test_an_answer_that_never_changes_is_valid_for_ever() -> None:
    case = made(reject("chain.empty", valid_until=None), client=(), server=())

    assert "passed" == only(case).outcome


def test_reasons_are_compared_per_side() -> None:
    anchors: dict[str, Any] = {"client": {"anchors": []}, "server": {"anchors": []}}
    evidence = {"schema_version": 1, "at": "2026-05-01T00:00:00Z", "asserted": ["name"], **anchors}
    missing = {"client": ["path.issuer_missing"], "server": ["path.issuer_missing"]}

    assert (
        "passed" == only(made(reject("path.invalid", reasons=missing), evidence=evidence)).outcome
    )


def test_settings_of_an_expectation_are_put_to_the_evidence() -> None:
    refused = reject("engine.setting_invalid", settings={"no_such_setting": True})

    assert "passed" == only(made(refused)).outcome


def test_a_policy_that_is_not_here_is_skipped() -> None:
    case = replace(made(), expected={"no-such-policy": accept()})
    result = only(case)

    assert ("skipped", "SKIPPED") == (result.outcome, result.actual)
    assert "there is no built-in policy `no-such-policy`" in result.problems[0]
    assert not result.failing


def test_what_the_reader_notices_is_compared() -> None:
    noted = (
        Noted(side="client", index=0, codes=()),
        Noted(side="server", index=0, codes=("eku.empty",)),
    )
    results = run([made(noted=noted)], Selection(policies=(READER, "legacy-dual-use")))

    assert ["passed", "passed", "failed"] == [result.outcome for result in results]
    assert ("eku.empty", "nothing") == (results[2].expected, results[2].actual)
    assert ("notes of server[0] lack eku.empty",) == results[2].problems


def test_evidence_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(SuiteError, match="the evidence of `one::case` is invalid"):
        only(made(evidence={"schema_version": 1}))


def test_progress_is_told_after_each_case() -> None:
    told: list[int] = []
    run([made(), made(name="other")], ALL, progress=told.append)

    assert [1, 2] == told


# -- which cases


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), ["one::a", "one::b"]),
        (Selection(ids=("*::a",)), ["one::a"]),
        (Selection(flags=("even",)), ["one::b"]),
        (Selection(policies=("cabf-strict",)), ["one::b"]),
        (Selection(ids=("*::a",), flags=("even",)), []),
    ],
)
def test_cases_are_selected(selection: Selection, ids: list[str]) -> None:
    other = replace(made(name="b"), flags=("even",), expected={"cabf-strict": accept()})
    suite = Suite(namespace="one", title="one", notes={}, cases=(made(name="a"), other))

    assert ids == [case.id for case in selected([suite], selection)]


def test_only_selected_policies_are_asked() -> None:
    case = replace(made(), expected={"legacy-dual-use": accept(), "cabf-strict": accept()})
    results = run([case], Selection(policies=("cabf-strict",)))

    assert ["cabf-strict"] == [result.policy for result in results]


def test_an_id_in_two_files_is_refused() -> None:
    suite = Suite(namespace="one", title="one", notes={}, cases=(made(),))

    with pytest.raises(SuiteError, match="the id `one::case` stands in two files"):
        selected([suite, suite], ALL)


# -- known divergences

KNOWN = {"one::case": {"expected": "reject", "actual": "accept", "reason": "we are lenient"}}


def test_a_known_divergence_does_not_fail() -> None:
    result = only(made(reject("eku.empty")), exceptions=KNOWN)

    assert ("excepted", ("we are lenient",)) == (result.outcome, result.problems)
    assert not result.failing


def test_another_divergence_than_the_known_one_fails() -> None:
    known = {"one::case": KNOWN["one::case"] | {"actual": "indeterminate"}}
    result = only(made(reject("eku.empty")), exceptions=known)

    assert "failed" == result.outcome
    assert "listed as a divergence to `indeterminate`, which it is not" == result.problems[-1]


def test_a_known_divergence_that_is_none_fails() -> None:
    result = only(made(), exceptions=KNOWN)

    assert result.failing
    assert ("unexpected-success", ("listed as a divergence: we are lenient",)) == (
        result.outcome,
        result.problems,
    )


def test_a_divergence_can_be_of_one_policy() -> None:
    case = replace(
        made(), expected={"legacy-dual-use": reject("eku.empty"), "cabf-strict": accept()}
    )
    known = {"one::case@legacy-dual-use": KNOWN["one::case"]}

    assert ["excepted", "passed"] == [r.outcome for r in run([case], ALL, exceptions=known)]


def test_what_is_skipped_is_no_divergence() -> None:
    case = replace(made(), expected={"no-such-policy": reject("eku.empty")})

    assert "skipped" == only(case, exceptions=KNOWN).outcome


def test_a_divergence_of_no_case_is_refused() -> None:
    with pytest.raises(SuiteError, match="names `one::gone`, which no case is"):
        only(made(), exceptions={"one::gone": KNOWN["one::case"]})


def test_a_divergence_is_of_a_case_that_there_is_under_any_policy() -> None:
    known = dict.fromkeys(("one::case", "one::case@go:client"), KNOWN["one::case"])
    refuse_strangers(known, ["one::case"])

    with pytest.raises(SuiteError, match="which no case is, and 1 more") as raised:
        refuse_strangers(known, ["one::other"])
    assert "take the entry out" in raised.value.help
    assert ["/one::case"] == [fault.pointer for fault in raised.value.faults]


def test_a_divergence_outside_the_selection_is_not_asked_for() -> None:
    gone = {"one::gone": KNOWN["one::case"]}

    assert 1 == len(run([made()], Selection(ids=("one::*",)), exceptions=gone))


def test_a_divergence_of_no_case_is_refused_whatever_is_run() -> None:
    known: Exceptions = {"one::a": {}, "one::b@legacy-dual-use": {}}

    refuse_strangers(known, ["one::a", "one::b"])
    with pytest.raises(SuiteError, match="`one::b@legacy-dual-use`, which no case is"):
        refuse_strangers(known, ["one::a"])


def test_an_exceptions_file_is_read_strictly() -> None:
    assert KNOWN == read_exceptions(json.dumps(KNOWN))
    with pytest.raises(SuiteError, match="`reason` is missing"):
        read_exceptions('{"one::case": {"expected": "accept", "actual": "reject"}}')
