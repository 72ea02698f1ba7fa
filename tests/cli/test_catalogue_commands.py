"""`policy`, `codes` and `schema`: what there is, and what it means."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from command_support import DEMO, PROPOSAL, evaluate, policy, run
from mtlspolicy import resources

IDS = ("cabf-strict", "draft-frank-s2s-eku-only", "legacy-dual-use")


def test_the_list_has_every_policy_with_its_status() -> None:
    ran = run("policy", "list")

    assert (0, "") == (ran.code, ran.err)
    for policy_id in IDS:
        assert policy_id in ran.out
    assert "expired 2025-12-18, never adopted" in " ".join(ran.out.split())


@pytest.mark.parametrize("policy_id", IDS)
def test_show_prints_the_document_that_the_digest_is_over(policy_id: str) -> None:
    shown = run("policy", "show", policy_id)
    canonical = json.dumps(shown.json, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    listed = run("policy", "list", "--format", "json").json["policies"]
    digests = {one["id"]: one["sha256"] for one in listed}

    assert 0 == shown.code
    assert digests[policy_id] == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize("policy_id", IDS)
def test_explain_names_every_rule_source_and_setting(policy_id: str) -> None:
    document = run("policy", "show", policy_id).json
    ran = run("policy", "explain", policy_id)

    assert (0, "") == (ran.code, ran.err)
    for part in (*document["rules"], *document["sources"], *document.get("obligations", ())):
        assert part["id"] in ran.out
    for name in document.get("settings", {}):
        assert f"{name} = " in ran.out


def test_a_proposal_may_be_read_without_leave_and_says_what_it_is() -> None:
    ran = run("policy", "explain", "draft-frank-s2s-eku-only")

    assert 0 == ran.code
    assert "A PROPOSAL, NOT A STANDARD" in ran.out
    assert PROPOSAL in ran.out


def test_explain_says_between_what_a_setting_lies() -> None:
    """A user's own policy: the example of the guide."""
    example = Path(__file__).parents[2] / "docs" / "examples" / "partners-only.json"
    told = " ".join(run("policy", "explain", str(example)).out.split())

    assert "longest_life = 90 days that a client certificate may live; at least 1; at most" in told


def explained(*words: str) -> str:
    """The explanation of legacy-dual-use, on one line."""
    return " ".join(run("policy", "explain", "legacy-dual-use", *words).out.split())


def test_explain_puts_settings_in() -> None:
    """As written, a condition names its settings; under settings it has their values."""
    plain, bound = explained(), explained("--set", "absent_eku=refuse")

    assert "(absent: (setting absent_eku)" in plain
    assert "(absent: refuse" in bound
    assert "(setting absent_eku)" not in bound


def test_explain_says_a_condition_of_several_rules_once() -> None:
    """By the name of its term; under settings nothing of it is left to be said."""
    words = ("policy", "explain", "draft-frank-s2s")
    plain, bound = (" ".join(run(*words, *more).out.split()) for more in ((), ("--side", "client")))

    assert 1 == plain.count("by_dns by_name or by_address")
    assert 1 == plain.count("server_peer the setting acceptor is servers_only or")
    assert "where by_dns: source-known" in plain
    assert "q1_literal" not in plain  # one rule has it, and says it in full
    assert "Conditions that have a name" not in bound


def test_explain_reads_one_side() -> None:
    one = explained("--side", "server")

    assert "Of the server" in one
    assert "Of the client" not in one


@pytest.mark.parametrize(
    "words",
    [
        ("policy", "show", "cabf-strikt"),
        ("policy", "explain", "cabf-strikt"),
        ("policy", "explain", "cabf-strict", "--set", "forbid_client_aut=true"),
        ("codes", "eku.client_auth_missin"),
        ("schema", "show", "polcy"),
    ],
)
def test_a_word_that_is_not_known_is_2_with_help(words: tuple[str, ...]) -> None:
    ran = run(*words)

    assert (2, "") == (ran.code, ran.out)
    assert 1 == len(ran.errors)
    assert "help:" in ran.err


def test_a_code_that_is_begun_is_offered_whole() -> None:
    assert "eku.client_auth_missing" in run("codes", "eku.client").err


def test_codes_are_listed_and_explained() -> None:
    listed, one = run("codes"), run("codes", "chain.empty")

    assert (0, 0) == (listed.code, one.code)
    assert "chain.empty" in listed.out
    for part in ("980", "certificate_required", "RFC 8446, 4.4.2.4"):
        assert part in one.out


def test_a_schema_is_shown_as_it_is_published() -> None:
    assert resources.read("schemas/evidence.schema.json") == run("schema", "show", "evidence").out


def answers(folder: Path) -> list[tuple[str, Any]]:
    broken = policy(folder, status="practise")
    words: list[tuple[str, tuple[Any, ...]]] = [
        ("inspect", ("inspect", DEMO / "bot-broken.pem")),
        ("policy-list", ("policy", "list")),
        ("validation", ("policy", "validate", broken)),
        ("codes", ("codes",)),
        ("schema-list", ("schema", "list")),
        ("statements", ("policy", "explain", "draft-frank-s2s", "--statements")),
    ]
    documents = [(name, run(*rest, "--format", "json").json) for name, rest in words]
    documents.append(("policy", run("policy", "show", "cabf-strict").json))
    documents.append(("evaluation", evaluate("--format", "json", "--all").json))
    return documents


def test_the_json_of_every_command_is_valid_under_its_schema(tmp_path: Path) -> None:
    listed = run("schema", "list", "--format", "json").json["schemas"]
    schemas = {one["name"]: run("schema", "show", one["name"]).json for one in listed}
    registry: Registry[Any] = Registry().with_resources(
        (one["$id"], Resource.from_contents(one)) for one in schemas.values()
    )
    for name, document in answers(tmp_path):
        jsonschema.Draft202012Validator(schemas[name], registry=registry).validate(document)


def test_the_trace_of_a_document_says_what_became_of_each_statement() -> None:
    told = " ".join(run("policy", "explain", "draft-frank-s2s", "--statements").out.split())

    assert "3.3-4a [MUST NOT] A generic application passes authentications" in told
    assert "2-6 [SHOULD] The server validates the certificate" in told
    assert "no rule it names the draft as a whole" in told
    assert "A PROPOSAL, NOT A STANDARD" in told
    assert "draft-frank:: server-where-users-are-expected" in told


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("stack-go", "--statements"), "the policies with a list of statements are"),
        (("cabf-strict", "--statements", "--side", "client"), "leave --set and --side out"),
        (("cabf-strict", "--format", "json"), "`mtlspolicy policy show` prints the document"),
    ],
)
def test_what_has_no_trace_or_no_json_is_refused(words: tuple[str, ...], advice: str) -> None:
    done = run("policy", "explain", *words)

    assert (2, "") == (done.code, done.out)
    assert advice in " ".join(done.err.split())
