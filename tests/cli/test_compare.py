"""``mtlspolicy compare`` as users run it: answers, exit codes, files, refusals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from command_support import PROPOSAL, RULE, policy, run
from mtlspolicy.compare import Comparer, Witness, WitnessError, comparison, witness
from mtlspolicy.compare.relation import Relation, Universe
from mtlspolicy.suite.answers import Answer, Answers
from mtlspolicy.suite.witnesses import case_names
from mtlspolicy_cli import compare_all
from mtlspolicy_cli.compare_run import Compared, document_of
from mtlspolicy_cli.compare_text import report, stacks_in_words
from mtlspolicy_cli.html.document import page
from mtlspolicy_cli.main import app
from schema_support import faults

if TYPE_CHECKING:
    from pathlib import Path

PAIR = ("cabf-strict", "chrome-root-program")
CHEAP = ("legacy-dual-use", "dedicated-pki")
"""Two policies that are compared in a moment: the second has two rules more."""
TWICE = ("legacy-dual-use", "legacy-dual-use", "--set-b", "absent_eku=refuse")
DRAFT = ("legacy-dual-use", "draft-frank-s2s-eku-only")


def test_the_text_says_relation_rules_clauses_and_witness() -> None:
    ran = run("compare", *PAIR)

    assert (0, "") == (ran.code, ran.err)
    assert "cabf-strict is more permissive than chrome-root-program" in ran.out
    assert "chrome-leaf fails on the server" in ran.out
    assert "Chrome Root Program Policy 1.8, 1.3.2, item 2" in ran.out
    assert "issued on or after 2027-03-15" in ran.out
    assert "server: issued on or after 2027-03-15, EKU serverAuth and clientAuth" in ran.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*CHEAP, "--require", "no-stricter"), 0),
        ((*CHEAP, "--require", "no-more-permissive"), 1),
        ((*CHEAP, "--require", "equivalent"), 1),
        ((*CHEAP[::-1], "--require", "no-more-permissive"), 0),
        (("s2s-spiffe", "s2s-spiffe", "--require", "equivalent"), 0),
        (("cabf-strict", "nobody"), 2),
        ((*CHEAP, "--set-a", "absent_eku=7"), 2),
        ((*CHEAP, "--set-b", "nothing=true"), 2),
        ((*CHEAP, "--enable-proposal", PROPOSAL), 2),
        ((*CHEAP, "--against", "nobody"), 2),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int) -> None:
    ran = run("compare", *words)

    assert code == ran.code
    assert bool(ran.errors) == (code == 2)
    assert bool(ran.out) == (code != 2)


def test_a_setting_makes_a_difference_of_one_policy_with_itself() -> None:
    ran = run(
        *("compare", *TWICE, "--format", "json"),
    )

    assert [] == faults("comparison", ran.json)
    assert "more-permissive" == ran.json["relation"]
    assert "refuse" == ran.json["policies"]["b"]["settings"]["absent_eku"]


def test_a_proposal_is_compared_and_its_witnesses_are_not_made() -> None:
    ran = run("compare", *DRAFT, "--format", "json")

    assert 0 == ran.code
    assert "is a proposal" in ran.err
    assert [] == faults("comparison", ran.json)
    assert {None} == {one["witness"] for one in (*ran.json["classes"], *ran.json["apart"])}


def test_witnesses_of_a_proposal_want_its_leave(tmp_path: Path) -> None:
    folder = tmp_path / "witnesses"
    refused = run("compare", *DRAFT, "--witness", folder)

    assert (2, "", False) == (refused.code, refused.out, folder.exists())
    allowed = run("compare", *DRAFT, "--witness", folder, "--enable-proposal", PROPOSAL)
    assert (0, True) == (allowed.code, folder.exists())


def test_witnesses_are_files_and_a_suite_that_runs(tmp_path: Path) -> None:
    folder = tmp_path / "witnesses"
    ran = run("compare", *CHEAP, "--witness", folder, "--format", "json")
    found = ran.json["classes"] + ran.json["apart"]

    names = {one["name"] for one in found}
    assert {*names, "comparison.json", "vectors.json"} == {p.name for p in folder.iterdir()}
    assert 0 == run("vectors", "run", folder / "vectors.json").code
    first = folder / found[0]["name"]
    evaluated = run(
        "evaluate",
        *("--client", first / "client.pem", "--server", first / "server.pem"),
        *("--context", first / "evidence.json", "--policy", CHEAP[0], "--policy", CHEAP[1]),
        *("--format", "json"),
    )
    assert ["accept", "reject"] == [d["decision"] for d in evaluated.json["decisions"]]


def test_one_policy_under_two_settings_stands_twice_in_the_suite(tmp_path: Path) -> None:
    folder = tmp_path / "witnesses"
    assert 0 == run("compare", *TWICE, "--witness", folder).code

    cases = json.loads((folder / "vectors.json").read_text())["cases"]
    assert {"a", "b"} == {case["id"][-1] for case in cases}
    assert 0 == run("vectors", "run", folder / "vectors.json").code


@pytest.mark.parametrize("what", ["folder", "file", "no parent", "long"])
def test_a_folder_that_cannot_be_made_is_refused_and_nothing_is_written(
    tmp_path: Path, what: str
) -> None:
    place = tmp_path / "there"
    match what:
        case "folder":
            place.mkdir()
        case "file":
            place.write_text("kept")
        case "no parent":
            place = tmp_path / "nowhere" / "there"
        case _:
            place = tmp_path / ("x" * 250)
    before = sorted(tmp_path.rglob("*"))

    ran = run("compare", *CHEAP, "--witness", place)

    assert (2, "", 1) == (ran.code, ran.out, len(ran.errors))
    assert before == sorted(tmp_path.rglob("*"))


def test_a_policy_file_is_compared(tmp_path: Path) -> None:
    file = policy(tmp_path)
    folder = tmp_path / "witnesses"
    ran = run("compare", file, "legacy-dual-use", "--witness", folder, "--format", "json")

    assert 0 == ran.code
    assert [] == faults("comparison", ran.json)
    # A suite names policies by id, so it can only speak of built-in ones.
    cases = json.loads((folder / "vectors.json").read_text())["cases"]
    assert {("legacy-dual-use",)} == {tuple(case["expected"]) for case in cases}


def test_unknown_is_an_exit_code_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run inside, to reach the limit."""
    monkeypatch.setattr(Universe, "compare", lambda *_, **__: Relation("unknown", states=7))
    ran = CliRunner().invoke(app, ["compare", *CHEAP])

    assert 3 == ran.exit_code
    assert "is unknown: more states than the limit allows" in " ".join(ran.stdout.split())


def test_a_witness_that_fails_costs_its_example_and_not_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fault of ours is said loudly; the relations and the examples in words remain."""

    def failing(*_: object) -> Witness:
        message = "indeterminate instead of accept"
        raise WitnessError(message)

    monkeypatch.setattr(compare_all, "builtin_ids", lambda: CHEAP)
    monkeypatch.setattr(comparison, "forge", failing)
    ran = CliRunner().invoke(app, ["compare", "--all", "--format", "html"])

    assert 1 == ran.exit_code
    said = "no example is made of legacy-dual-use and dedicated-pki: indeterminate instead of"
    assert f"error: a fault of mtlspolicy: {said} accept" in ran.stderr
    assert "</strong> (reject): " in ran.stdout
    assert "No certificates are made for this witness." in ran.stdout


def test_a_witness_that_fails_ends_the_comparison_of_two_and_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pair, the class, what was predicted and what came; no traceback."""
    monkeypatch.setattr(witness, "_broken", lambda _: {"another-rule"})
    ran = CliRunner().invoke(app, ["compare", *CHEAP])

    assert (2, "") == (ran.exit_code, ran.stdout)
    said = " ".join(ran.stderr.split())
    assert "error: a fault inside mtlspolicy: a witness of `legacy-dual-use` and `ded" in said
    assert "` finds ['another-rule'] instead of [" in said
    assert " in: " in said
    assert "Traceback" not in said


def test_what_stacks_say_stands_beside_the_witness() -> None:
    comparison = Comparer(_parties()).compare(0, 1, witnesses=False)
    name = case_names(comparison)[0][0]
    said = Answers(
        name="gnutls",
        version="3.8",
        given={
            (f"comparison::{name}", "client"): Answer("accept", ""),
            (f"comparison::{name}", "server"): Answer("reject", "purpose"),
            ("comparison::02-other", "server"): Answer("SKIPPED", "why"),
        },
    )
    document: dict[str, Any] = document_of(Compared(comparison, (said,)))

    assert [] == faults("comparison", document)
    stacks = document["classes"][0]["stacks"]
    assert [("client", "accept"), ("server", "reject")] == [
        (s["role"], s["actual"]) for s in stacks
    ]
    text = "gnutls 3.8 on the client: accept; on the server: reject: purpose"
    assert text in " ".join(report(document, comparison.names).split())
    compared = Compared(comparison, (said,))
    assert f"<dd>{text}</dd>" in page(comparison.parties, [comparison], compared.said)


def test_a_stack_that_says_the_same_in_both_roles_says_it_once() -> None:
    one = {"stack": "go", "version": "1.19.8", "actual": "SKIPPED", "reason": "no anchors"}
    said = [{**one, "role": role} for role in ("client", "server")]

    told = "go 1.19.8 on the client and the server: SKIPPED: no anchors"
    assert [told] == list(stacks_in_words(said))


def test_two_versions_of_one_policy_are_told_apart(tmp_path: Path) -> None:
    """What a gate before a roll-out compares: the same id, and another version."""
    older, newer = tmp_path / "older.json", tmp_path / "newer.json"
    policy(tmp_path).rename(older)
    strict = {**RULE, "id": "strict", "require": {"eku.only": ["serverAuth"]}}
    policy(tmp_path, version="2.0.0", rules=[RULE, strict]).rename(newer)
    ran = run("compare", newer, older, "--require", "no-more-permissive")

    assert 0 == ran.code
    assert "our-servers 2.0.0 is stricter than our-servers 1.0.0" in ran.out
    assert "our-servers 2.0.0 does not accept what our-servers 1.0.0 accepts" in ran.out
    page_of_both = run("compare", newer, older, "--format", "html").out
    assert '<th scope="col">our-servers 2.0.0</th>' in page_of_both


def test_a_policy_that_accepts_nothing_is_said_to(tmp_path: Path) -> None:
    """Two policies for clients alone agree, for they accept no pair at all."""
    file = policy(tmp_path, rules=[{**RULE, "on": {"side": "client", "of": "leaf"}}])
    ran = run("compare", file, file, "--require", "equivalent")

    assert 0 == ran.code
    assert "accept the same pairs: none at all" in ran.out
    assert "note: `our-servers (a)` accepts no pair at all: " in ran.err


def _parties() -> list[Any]:
    from mtlspolicy import load_policy  # noqa: PLC0415 - only here
    from mtlspolicy.compare import Party  # noqa: PLC0415

    return [Party(load_policy(name)) for name in CHEAP]
