"""Results as text, JSON, JUnit XML and TAP."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from mtlspolicy.suite.report import FORMATS, summary
from mtlspolicy.suite.run import Result
from schema_support import faults


def result(outcome: str, name: str = "case", *problems: str) -> Result:
    return Result(
        id=f"one::{name}",
        policy="cabf-strict",
        outcome=outcome,
        expected="accept",
        actual="SKIPPED" if outcome == "skipped" else "reject",
        problems=problems,
    )


RESULTS = [
    result("passed"),
    result("failed", "a#b", "codes have x<y & z as well"),
    result("unexpected-success", "c", "listed"),
    result("excepted", "d", "we know"),
    result("skipped", "e", "no such policy"),
]


def test_the_summary_counts_what_there_is() -> None:
    told = "1 passed, 1 failed, 1 unexpected-success, 1 excepted, 1 skipped"

    assert f"5 cases, 5 expectations: {told}" == summary(RESULTS)
    assert "0 cases, 0 expectations: nothing to run" == summary([])


def test_text_tells_what_did_not_simply_pass() -> None:
    lines = FORMATS["text"](RESULTS).splitlines()

    assert [
        "failed: one::a#b under cabf-strict",
        "    codes have x<y & z as well",
    ] == lines[:2]
    assert 9 == len(lines)
    assert lines[-1] == summary(RESULTS)


def test_json_is_valid_under_its_schema() -> None:
    document = json.loads(FORMATS["json"](RESULTS))

    assert [] == faults("vectors-results", document)
    assert {"passed": 1, "failed": 1, "unexpected-success": 1, "excepted": 1, "skipped": 1} == (
        document["counts"]
    )


def test_junit_counts_failures_and_what_was_skipped() -> None:
    root = ET.fromstring(FORMATS["junit"](RESULTS))  # noqa: S314 - our own text

    assert ("5", "2", "2") == (root.get("tests"), root.get("failures"), root.get("skipped"))
    failure = root.find(".//failure")
    assert failure is not None
    assert "codes have x<y & z as well" == failure.text
    assert "one" == root.findall(".//testcase")[0].get("classname")


def test_tap_has_a_line_for_each_expectation() -> None:
    lines = FORMATS["tap"](RESULTS).splitlines()

    assert ["TAP version 14", "1..5", "ok 1 - one::case under cabf-strict"] == lines[:3]
    assert "not ok 2 - one::a\\#b under cabf-strict" == lines[3]
    assert "# codes have x<y & z as well" == lines[4]
    assert "not ok 4 - one::d under cabf-strict # TODO we know" == lines[7]
    assert "ok 5 - one::e under cabf-strict # SKIP no such policy" == lines[8]
