"""Files of x509-limbo on the command line: written from our own suite, and replayed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from command_support import run

if TYPE_CHECKING:
    from pathlib import Path

_IDS = ("--id", "paths::ordinary", "--id", "paths::issuer-expired")
_SERVER = "mtlspolicy::paths::issuer-expired::server"


@pytest.fixture(scope="module")
def exported() -> dict[str, Any]:
    """Return two cases of the suite, as limbo cases of each role."""
    ran = run("vectors", "export", "--format", "limbo", *_IDS)

    assert (0, "") == (ran.code, ran.err)
    return dict(ran.json)


def _file(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "limbo.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def _changed(document: dict[str, Any], **change: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Change the case of the expired issuer."""
    cases = [
        {**case, **change} if case["id"] == _SERVER else case for case in document["testcases"]
    ]
    return {**document, "testcases": cases}


def test_what_is_exported_is_replayed(tmp_path: Path, exported: dict[str, Any]) -> None:
    """Each role alone; the progress and the counts are those of limbo cases."""
    ran = run("vectors", "run", _file(tmp_path, exported), "--format", "json")
    results = {one["id"]: (one["policy"], one["actual"]) for one in ran.json["results"]}

    assert (0, "") == (ran.code, ran.err)
    assert 4 == len(results)
    assert ("limbo-rfc5280", "FAILURE") == results[_SERVER]
    assert ("limbo-rfc5280", "SUCCESS") == results["mtlspolicy::paths::ordinary::server"]


def test_a_divergence_fails_unless_it_is_known(tmp_path: Path, exported: dict[str, Any]) -> None:
    """And a known one that does not happen fails too."""
    wrong = _file(tmp_path, _changed(exported, expected_result="SUCCESS"))
    known = {"expected": "SUCCESS", "actual": "FAILURE", "reason": "for this test"}
    (tmp_path / "known.json").write_text(json.dumps({_SERVER: known}), "utf-8")
    failed = run("vectors", "run", wrong)
    excepted = run("vectors", "run", wrong, "--exceptions", tmp_path / "known.json")
    right = _file(tmp_path, exported)
    unexpected = run("vectors", "run", right, "--exceptions", tmp_path / "known.json")

    assert [1, 0, 1] == [failed.code, excepted.code, unexpected.code]
    assert "FAILURE instead of SUCCESS" in failed.out
    assert "for this test" in unexpected.out


def test_a_divergence_of_no_case_is_refused(tmp_path: Path, exported: dict[str, Any]) -> None:
    known = {"expected": "SUCCESS", "actual": "FAILURE", "reason": "for this test"}
    (tmp_path / "known.json").write_text(json.dumps({"rfc5280::gone": known}), "utf-8")
    path = _file(tmp_path, exported)
    ran = run("vectors", "run", path, "--id", _SERVER, "--exceptions", tmp_path / "known.json")

    assert (2, "") == (ran.code, ran.out)
    assert "names `rfc5280::gone`, which no case is" in ran.err


def test_cases_are_selected_by_id_and_by_profile(tmp_path: Path, exported: dict[str, Any]) -> None:
    path = _file(tmp_path, exported)
    one = run("vectors", "run", path, "--id", "*::client", "--format", "json")
    none = run("vectors", "run", path, "--policy", "limbo-webpki")
    flagged = run("vectors", "run", path, "--flag", "path")

    assert (0, 2) == (one.code, len(one.json["results"]))
    assert (2, "") == (none.code, none.out)
    assert "no case matches" in none.err
    assert (2, "") == (flagged.code, flagged.out)
    assert "limbo's cases have no flags" in flagged.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"validation_kind": "BOTH"}, "/testcases/"),
        ({"validation_time": "2026-05-01T00:00:00"}, "has no zone"),
        ({"peer_certificate": "-----BEGIN CERTIFICATE-----\n*\n"}, "cannot be read"),
    ],
)
def test_a_file_of_another_form_is_2(
    tmp_path: Path, exported: dict[str, Any], change: dict[str, Any], said: str
) -> None:
    ran = run("vectors", "run", _file(tmp_path, _changed(exported, **change)))

    assert (2, "") == (ran.code, ran.out)
    assert said in ran.err


def test_what_no_profile_judges_is_skipped_with_the_reason(
    tmp_path: Path, exported: dict[str, Any]
) -> None:
    asked = _changed(exported, extended_key_usage=["OCSPSigning"])
    ran = run("vectors", "run", _file(tmp_path, asked), "--format", "json")
    (skipped,) = [one for one in ran.json["results"] if one["outcome"] == "skipped"]

    assert (0, _SERVER) == (ran.code, skipped["id"])
    assert ["the profile judges nothing about the purpose OCSPSigning"] == skipped["problems"]
