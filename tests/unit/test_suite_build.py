"""From cases to files: ledger, snapshots, README, and what counts as stale."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mtlspolicy import Context, Pair, evaluate, load_policy, resources
from mtlspolicy.errors import SuiteError
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from mtlspolicy.loader import builtin_ids
from mtlspolicy.suite import shelf
from mtlspolicy.suite.authoring import Namespace, accept
from mtlspolicy.suite.build import Difference, compile_suites, differences, files, is_ours
from mtlspolicy.suite.model import Flag, read_suite
from mtlspolicy.suite.snapshot import codes_behind

if TYPE_CHECKING:
    from pathlib import Path

    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Suite


def suite(*names: str) -> Suite:
    space = Namespace("one", "one thing", {"odd": Flag(text="it is odd", bug="is even")})
    for name in names:

        def body(draft: CaseDraft) -> None:
            draft.evidence["settings"] = {"any_eku": "refuse"}
            draft.expect("legacy-dual-use", accept())

        space.add(name, f"the case {name}", body, flags=("odd",), traces=("RFC5280:4.1",))
    return space.suite()


def test_a_suite_becomes_four_files() -> None:
    made = files([suite("a")], None)

    assert {"one.json", "snapshots/one.json", "ids.json", "README.md"} == set(made)
    assert suite("a") == read_suite(made["one.json"])


def test_the_same_sources_make_the_same_bytes() -> None:
    assert files([suite("a", "b")], None) == files([suite("a", "b")], None)


def test_a_snapshot_records_the_policies_that_a_case_is_not_about() -> None:
    recorded = json.loads(files([suite("a")], None)["snapshots/one.json"])["cases"]["one::a"]

    assert set(builtin_ids()) - {"legacy-dual-use"} == set(recorded)
    # A setting that a policy does not have is not put to it.
    assert {"decision": "accept", "codes": []} == recorded["cabf-strict"]
    assert {"decision": "reject", "codes": ["eku.server_auth_missing"]} == (
        recorded["draft-frank-s2s-eku-only"]
    )


def test_of_a_chain_that_is_empty_no_rule_is_recorded() -> None:
    """Whatever the rules found on the other side: nobody was judged."""
    given = ordinary_pair().build()
    decision = evaluate(
        Pair(client=(), server=given.server.presented), load_policy("cabf-strict"), Context(at=0)
    )

    assert ["chain.empty"] == codes_behind(decision)


def test_of_what_cannot_be_decided_the_codes_of_what_is_unknown_are_recorded() -> None:
    """Without anchors nothing fails on a good pair, and its paths are not known."""
    built = ordinary_pair().build()
    pair = Pair(client=built.client.presented, server=built.server.presented)
    decision = evaluate(pair, load_policy("legacy-dual-use"), Context(at=ORDINARY_AT))

    assert "indeterminate" == decision.decision
    assert "path.invalid" in codes_behind(decision)


# -- the ledger


def ledger(*names: str, before: str | None = None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(files([suite(*names)], before)["ids.json"])
    return found


def test_the_ledger_lists_what_is_there() -> None:
    assert (["one::a", "one::b"], []) == (
        ledger("b", "a")["live"],
        ledger("b", "a")["retired"],
    )


def test_an_id_that_is_gone_is_retired_for_good() -> None:
    first = files([suite("a", "b")], None)["ids.json"]
    second = files([suite("b")], first)["ids.json"]

    assert {"schema_version": 1, "live": ["one::b"], "retired": ["one::a"]} == json.loads(second)
    assert ["one::a"] == ledger("b", before=second)["retired"]
    with pytest.raises(SuiteError, match="the id `one::a` was retired"):
        files([suite("a", "b")], second)


# -- what is stale


def test_differences_are_told_by_file() -> None:
    made = {"a.json": "1", "b.json": "2", "README.md": "3"}
    there = {"a.json": "1", "README.md": "old", "c.json": "4", "demo/evidence.json": "5"}

    assert [
        Difference("README.md", "stale"),
        Difference("b.json", "missing"),
        Difference("c.json", "left over"),
    ] == differences(made, there)


def test_only_what_is_made_here_can_be_left_over() -> None:
    assert is_ours("one.json")
    assert is_ours("snapshots/one.json")
    assert not is_ours("demo/evidence.json")
    assert not is_ours("README.txt")


# -- the page


def test_the_page_counts_cases_and_explains_flags() -> None:
    page = files([suite("a", "b")], None)["README.md"]

    assert "## 2 cases, 2 expectations" in page
    assert "| [one](one.json) | one thing | 2 | 2 | 0 | 0 |" in page
    assert "| `legacy-dual-use` | 2 | 0 | 0 |" in page
    assert "| one | `odd` | 2 | it is odd | is even |" in page


# -- what is shipped


def test_progress_is_told_before_each_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    space = Namespace("one", "one thing", {})
    monkeypatch.setattr("mtlspolicy.suite.build.namespaces", lambda: (space,))
    told: list[str] = []

    assert [space.suite()] == compile_suites(told.append)
    assert ["one"] == told
    assert [space.suite()] == compile_suites()


def test_shipped_suites_are_those_below_the_folder() -> None:
    found = shelf.shipped()

    assert len(found) == len({one.namespace for one in found})
    assert {"encoding", "purpose-client", "evidence"} <= {one.namespace for one in found}


def test_nothing_is_shipped_where_there_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path / "gone")

    assert {} == shelf.published()
    assert [] == shelf.shipped()


def test_other_files_in_the_folder_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "evidence.json").write_text("{}")
    (tmp_path / "demo" / "chain.pem").write_text("no text of ours")
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path)

    assert {"demo/evidence.json": "{}"} == shelf.published()
    assert [] == shelf.shipped()


def test_a_case_without_evidence_that_can_be_read_is_not_published() -> None:
    broken = suite("a")
    case = replace(broken.cases[0], description="")

    with pytest.raises(SuiteError, match="one is invalid at `/cases/0/description`"):
        files([replace(broken, cases=(case,))], None)
