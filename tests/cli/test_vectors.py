"""`mtlspolicy vectors`: list, run and build, through the installed command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from command_support import run
from mtlspolicy.suite.cases import namespaces
from mtlspolicy_cli import vectors_build
from mtlspolicy_cli.main import app
from schema_support import faults

VECTORS = Path(__file__).parents[2] / "vectors"
PURPOSE = VECTORS / "purpose-client.json"


def changed(tmp_path: Path, change: dict[str, Any], **top: Any) -> Path:  # noqa: ANN401 - JSON
    """Return a vectors file of one case, of which something is changed."""
    document = json.loads(PURPOSE.read_text(encoding="utf-8"))
    document["cases"] = [document["cases"][0] | change]
    document["cases"][0].pop("neighbour", None)
    document |= {"count": 1} | top
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_list_shows_what_is_expected_of_each_policy() -> None:
    ran = run("vectors", "list", "--id", "purpose-client::leaf-both", "--policy", "cabf-strict")

    assert (0, "") == (ran.code, ran.err)
    assert ["purpose-client::leaf-both", "cabf-strict", "accept"] == ran.out.split()


def test_list_as_json_is_valid() -> None:
    ran = run("vectors", "list", PURPOSE, "--flag", "any", "--format", "json")

    assert 0 == ran.code
    assert [] == faults("vectors-list", ran.json)
    assert all("any" in case["flags"] for case in ran.json["cases"])


def test_trace_shows_a_statement_with_its_cases() -> None:
    ran = run("vectors", "trace", "--statement", "BR:S7")

    assert (0, "") == (ran.code, ran.err)
    assert "ca-b-forum-tls-br-2.2.6" in ran.out
    assert "vectors" in ran.out
    assert ran.out.endswith(" cases, 0 by none\n")


def test_trace_says_why_no_case_shows_a_statement() -> None:
    ran = run("vectors", "trace", "--missing")

    assert (0, "") == (ran.code, ran.err)
    assert "it defines a word" in ran.out
    assert "0 shown by 0 cases" in ran.out


def test_trace_as_json_is_valid() -> None:
    ran = run("vectors", "trace", PURPOSE, "--id", "*::leaf-both", "--format", "json")

    assert 0 == ran.code
    assert [] == faults("vectors-traces", ran.json)
    assert {"purpose-client::leaf-both"} == {
        case for one in ran.json["traces"] for case in one["vectors"]
    }


def test_trace_refuses_a_statement_that_is_nowhere() -> None:
    ran = run("vectors", "trace", "--statement", "BR:nothing")

    assert 2 == ran.code
    assert "no statement matches" in ran.err


def test_run_passes_on_what_is_shipped() -> None:
    ran = run("vectors", "run", "--id", "purpose-*", "--id", "relationship::*")

    assert (0, "") == (ran.code, ran.err)
    assert ran.out.endswith(" passed\n")


def test_run_takes_files_and_standard_input() -> None:
    data = PURPOSE.read_bytes()

    assert 0 == run("vectors", "run", PURPOSE, VECTORS / "purpose-server.json").code
    assert 0 == run("vectors", "run", "-", stdin=data).code


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    wrong: dict[str, Any] = {"decision": "accept", "codes": [], "primary": None}
    return changed(tmp_path, {"expected": {"cabf-strict": wrong}})


def test_run_fails_where_an_answer_is_not_as_expected(failing: Path) -> None:
    ran = run("vectors", "run", failing)

    assert 1 == ran.code
    assert ran.out.startswith("failed: purpose-client::")
    assert "reject instead of accept" in ran.out


def test_results_come_in_four_forms(failing: Path) -> None:
    as_json, junit, tap = (
        run("vectors", "run", failing, "--format", form) for form in ("json", "junit", "tap")
    )

    assert (1, 1, 1) == (as_json.code, junit.code, tap.code)
    assert [] == faults("vectors-results", as_json.json)
    assert "1" == ET.fromstring(junit.out).get("failures")  # noqa: S314 - our own text
    assert "not ok 1 - " in tap.out


# -- known divergences


def exceptions(tmp_path: Path, name: str, actual: str) -> Path:
    path = tmp_path / "exceptions.json"
    known = {name: {"expected": "accept", "actual": actual, "reason": "we differ"}}
    path.write_text(json.dumps(known), encoding="utf-8")
    return path


def test_a_known_divergence_passes(failing: Path, tmp_path: Path) -> None:
    name = json.loads(failing.read_text())["cases"][0]["id"]
    known = exceptions(tmp_path, name, "reject")

    ran = run("vectors", "run", failing, "--exceptions", known)
    assert 0 == ran.code
    assert "1 excepted" in ran.out


def test_a_divergence_that_is_none_fails(tmp_path: Path) -> None:
    known = exceptions(tmp_path, "purpose-client::leaf-both", "reject")

    ran = run("vectors", "run", PURPOSE, "--exceptions", known)
    assert 1 == ran.code
    assert "unexpected-success: purpose-client::leaf-both" in ran.out


def test_a_divergence_of_no_case_is_refused(tmp_path: Path) -> None:
    known = exceptions(tmp_path, "purpose-client::gone", "reject")

    ran = run("vectors", "run", PURPOSE, "--exceptions", known)
    assert (2, "") == (ran.code, ran.out)
    assert "names `purpose-client::gone`, which no case is" in ran.err
    assert "take the entry out, or name the vectors file that has the case" in ran.err


@pytest.mark.parametrize(
    "options",
    [
        ("--id", "*::leaf-both"),
        ("--answers", "answers.json"),
        ("--harness", "mine=never-started"),
    ],
    ids=["a selection", "answers", "a harness"],
)
def test_nor_does_a_selection_or_another_implementation_excuse_it(
    tmp_path: Path, options: tuple[str, str]
) -> None:
    known = exceptions(tmp_path, "purpose-client::gone@java:client", "reject")
    answers = {"schema_version": 1, "harness": {"name": "other", "version": "1"}, "answers": []}
    (tmp_path / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    flag, value = options
    given = (flag, tmp_path / value if flag == "--answers" else value)

    ran = run("vectors", "run", PURPOSE, *given, "--exceptions", known)
    assert (2, "") == (ran.code, ran.out)
    assert "names `purpose-client::gone@java:client`, which no case is" in ran.err


# -- files that cannot be run


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"schema_version": 2}, "schema_version 2 is newer than this engine"),
        ({"count": 3}, "there are 1 cases"),
        ({"namespace": "other"}, "is not of `other`"),
    ],
)
def test_a_file_that_cannot_be_run_is_an_error(
    top: dict[str, Any], message: str, tmp_path: Path
) -> None:
    ran = run("vectors", "run", changed(tmp_path, {}, **top))

    assert (2, "") == (ran.code, ran.out)
    assert 1 == len(ran.errors)
    assert message in ran.err


def test_evidence_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    ran = run("vectors", "run", changed(tmp_path, {"evidence": {"schema_version": 1}}))

    assert (2, "") == (ran.code, ran.out)
    assert "the evidence of `purpose-client::leaf-absent` is invalid" in ran.err


def test_an_id_in_two_files_is_an_error() -> None:
    ran = run("vectors", "run", PURPOSE, PURPOSE)

    assert (2, "") == (ran.code, ran.out)
    assert "stands in two files" in ran.err


@pytest.mark.parametrize("command", ["run", "list"])
@pytest.mark.parametrize("only", [("--id", "no-such::*"), ("--policy", "nosuch")])
def test_a_selection_of_nothing_is_an_error(command: str, only: tuple[str, str]) -> None:
    ran = run("vectors", command, *only)

    assert (2, "") == (ran.code, ran.out)
    assert "no case matches" in ran.err


@pytest.mark.parametrize("command", ["run", "list"])
@pytest.mark.parametrize(
    ("option", "good", "wrong", "near"),
    [
        ("--policy", "cabf-strict", "legacy-dual-us", "`legacy-dual-use`"),
        ("--flag", "must", "shoud", "`should`"),
        ("--id", "purpose-client::*", "purpos-client::*", "`mtlspolicy vectors list`"),
    ],
)
def test_a_part_of_a_selection_that_picks_nothing_is_an_error(
    command: str, option: str, good: str, wrong: str, near: str
) -> None:
    """A misspelt policy would else never be run, and the run would be green."""
    ran = run("vectors", command, option, good, option, wrong)

    assert (2, "") == (ran.code, ran.out)
    assert f"no case matches `{wrong}` ({option})" in ran.err
    assert near in ran.err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1}'])
def test_what_is_no_vectors_file_is_an_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    path.write_text(text, encoding="utf-8")

    ran = run("vectors", "run", path)
    assert (2, "") == (ran.code, ran.out)
    assert 1 == len(ran.errors)


# -- building


def test_build_makes_what_is_shipped_and_check_tells_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On two of the namespaces; `make vectors` looks at all of them."""
    wanted = {"purpose-client", "relationship"}
    small = [one.suite() for one in namespaces() if one.name in wanted]
    monkeypatch.setattr(vectors_build, "compile_suites", lambda: small)
    (tmp_path / "left-over.json").write_text("{}")
    ran = CliRunner().invoke(app, ["vectors", "build", "--folder", str(tmp_path)])

    assert (0, "") == (ran.exit_code, ran.stderr)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert Path("left-over.json") not in made
    shared = [Path(f"{name}.json") for name in wanted]
    assert {Path("snapshots") / path for path in shared} < set(made)
    assert all((VECTORS / path).read_bytes() == made[path] for path in shared)

    (tmp_path / "README.md").write_text("stale")
    (tmp_path / "relationship.json").unlink()
    ran = CliRunner().invoke(app, ["vectors", "build", "--check", "--folder", str(tmp_path)])
    assert (1, "") == (ran.exit_code, ran.stdout)
    page, suite = tmp_path / "README.md", tmp_path / "relationship.json"
    assert [f"error: {page} is stale", f"error: {suite} is missing"] == [
        line for line in ran.stderr.splitlines() if line.startswith("error:")
    ]
    assert not suite.exists()


def test_a_folder_that_cannot_be_written_is_an_error() -> None:
    ran = run("vectors", "build", "--folder", "/dev/null/vectors")

    assert (2, "") == (ran.code, ran.out)
    assert 1 == len(ran.errors)


# -- another implementation


def test_a_harness_answers_and_its_answers_are_compared(tmp_path: Path) -> None:
    harness = Path(__file__).parents[1] / "harnesses" / "this_engine.py"
    done = subprocess.run(
        [sys.executable, harness], input=PURPOSE.read_bytes(), check=True, capture_output=True
    )
    answers = tmp_path / "answers.json"
    answers.write_bytes(done.stdout)

    assert [] == faults("answers", json.loads(done.stdout))
    ran = run("vectors", "run", PURPOSE, "--answers", answers)
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.endswith(" passed\n")


def test_answers_of_another_kind_are_an_error(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"schema_version": 1}', encoding="utf-8")

    ran = run("vectors", "run", PURPOSE, "--answers", answers)
    assert (2, "") == (ran.code, ran.out)
    assert "`harness` is missing" in ran.err


def test_divergences_of_another_implementation_can_be_known(tmp_path: Path) -> None:
    answers, known = (
        tmp_path / "answers.json",
        exceptions(tmp_path, "purpose-client::leaf-both", "reject"),
    )
    harness = {"name": "other", "version": "1"}
    document = {"schema_version": 1, "harness": harness, "answers": []}
    answers.write_text(json.dumps(document), encoding="utf-8")

    ran = run("vectors", "run", PURPOSE, "--answers", answers, "--exceptions", known)
    assert 1 == ran.code
    assert "other 1 gives no answer, nor says why" in ran.out
