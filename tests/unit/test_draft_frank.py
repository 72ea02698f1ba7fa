"""The draft as a policy: nothing of it is left out, and every refusal has its rule."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import mtlspolicy
from mtlspolicy import Context, Pair, evaluate, limits, load_policy
from mtlspolicy.derive.dns import confirm, lookup, tlsa
from mtlspolicy.errors import InputError
from mtlspolicy.evidence.document import read_context
from mtlspolicy.loader import codes
from mtlspolicy.suite import shelf
from mtlspolicy.suite.authoring import Namespace, accept
from mtlspolicy.suite.cases.draft_frank import DRAFT, HOST, answer, peers
from mtlspolicy.suite.model import Suite
from mtlspolicy.suite.statements import statements_of

if TYPE_CHECKING:
    from mtlspolicy.suite.model import Case

DOCUMENT = "draft-frank-mtls-via-serverauth-extension-00"
CATALOGUE = Path(mtlspolicy.__file__).parent / "catalogue"
SHEET = Path(__file__).parents[3] / "shared" / "facts" / "draft-frank.md"

IDS = [
    *("A-1", "A-2", "A-3", "A-4", "2-1", "2-2", "2-3", "2-4", "2-5", "2-6", "3.1-1", "3.1-2"),
    *("3.2-1", "3.2-2", "3.2-3", "3.2-4", "3.3-1a", "3.3-1b", "3.3-1c", "3.3-2a", "3.3-2b"),
    *("3.3-3", "3.3-4a", "3.3-4b", "3.3-4c", "3.3-5", "3.3-6", "3.3-7a", "3.3-7b", "3.3-8a"),
    *("3.3-8b", "3.3-8c", "3.3-9", "3.3-10a", "3.3-10b", "3.3-11a", "3.3-11b", "3.3-11c"),
    *("3.3-12", "3.3-13a", "3.3-13b", "3.3-13c", "3.3-14a", "3.3-14b", "3.3-15a", "3.3-15b"),
    *("3.3-15c", "3.3-15d", "3.3-15e", "3.3-15f", "3.3-16", "3.3-17a", "3.3-17b"),
    *(f"Q-{number}" for number in range(1, 42)),
]
"""Every statement of the draft, and every open question about it."""


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CATALOGUE / f"policies/{DRAFT}.json").read_text("utf-8"))
    return found


@cache
def cases() -> dict[str, Case]:
    """Return every case that is about the policy."""
    found = (case for suite in shelf.shipped() for case in suite.cases)
    return {case.id: case for case in found if DRAFT in case.expected}


def suite_of() -> Suite:
    return Suite(namespace="all", title="all", notes={}, cases=tuple(cases().values()))


@cache
def statements() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in statements_of(DRAFT, [suite_of()])}


def cited(citation: dict[str, str]) -> set[str]:
    found = re.findall(r"A-\d|Q-\d+|\d(?:\.\d)?-\d+[a-f]?", citation.get("statement", ""))
    return set(found) if citation["source"] == "FRANK" else set()


# -- the statements


def test_every_statement_of_the_draft_is_there() -> None:
    assert list(statements()) == IDS


@pytest.mark.skipif(not SHEET.is_file(), reason="the fact sheet is not published")
def test_the_list_is_that_of_the_sheet() -> None:
    text = SHEET.read_text(encoding="utf-8").partition("\n## 3.")[0]
    rows = re.findall(r"^\| (A-\d|\d(?:\.\d)?-\d+[a-f]?) \|", text, re.MULTILINE)
    points = re.findall(r"^- (\d\.\d-\d) \(", text, re.MULTILINE)
    questions = re.findall(r"^- \*\*(Q-\d+) ", text, re.MULTILINE)

    assert {*rows, *points, *questions} == set(IDS)


def test_every_statement_has_a_rule_or_an_obligation_or_says_why_not() -> None:
    for one in statements().values():
        assert one["rules"] or one["not_judged"], one["id"]
        assert not (one["rules"] and one["not_judged"]) or one["not_judged"].startswith("in part")
        assert one["text"].endswith(".")


def test_rules_and_statements_name_each_other() -> None:
    for rule in document()["rules"]:
        for one in cited(rule["citation"]):
            assert rule["id"] in statements()[one]["rules"], rule["id"]
    for obligation in document()["obligations"]:
        for one in cited(obligation["citation"]):
            assert obligation["id"] in statements()[one]["obligations"], obligation["id"]
    named = {rule for one in statements().values() for rule in one["rules"]}
    assert named <= {rule["id"] for rule in document()["rules"]}


def test_what_is_not_judged_says_so_in_the_policy_too() -> None:
    told = {one["statement"]: one["reason"] for one in document()["not_judged"]}

    assert told == {i: s["not_judged"] for i, s in statements().items() if s["not_judged"]}


def test_every_statement_with_a_rule_has_an_accepting_and_a_rejecting_case() -> None:
    for one in statements().values():
        found = {cases()[i].expected[DRAFT].decision == "accept" for i in one["vectors"]}
        assert found == {True, False} or not one["rules"], one["id"]


def test_every_question_with_a_setting_is_read_and_turned() -> None:
    for one in statements().values():
        turned = set(one["settings"])
        assert turned <= set(document()["settings"])
        given = [set(cases()[i].expected[DRAFT].settings) for i in one["vectors"]]
        assert not turned or (set() in given and any(turned & some for some in given)), one["id"]
        if one["keyword"] == "open question" and not turned:
            assert (
                one["not_judged"]
                or "No reading" in one["reading"]
                or "no reading" in (one["reading"])
            ), one["id"]


def test_policies_without_a_list_of_statements_say_so() -> None:
    with pytest.raises(InputError, match="statements of `stack-go`"):
        statements_of("stack-go", [])


def test_statements_list_the_cases_that_are_about_the_policy() -> None:
    space = Namespace("one", "one", {})
    space.add("a", "a", lambda draft: draft.expect(DRAFT, accept()), traces=("FRANK:2-4",))
    space.add("b", "b", lambda _: None, traces=("FRANK:2-4",))
    found = {one["id"]: one["vectors"] for one in statements_of(DRAFT, [space.suite()])}

    assert ["one::a"] == found["2-4"]


# -- every way to fail has its rule


def words_of(rule: dict[str, Any], atom: str) -> set[str]:
    """Return the words that an enforced rule refuses (or cannot settle) by an atom."""
    found: set[str] = set()

    def walk(node: Any) -> None:  # noqa: ANN401 - JSON
        if isinstance(node, dict):
            for key, value in node.items():
                if key == atom:
                    found.update(value["words"] if isinstance(value, dict) else value)
                walk(value)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    walk(rule["require"])
    return found


def refused(*atoms: str) -> set[str]:
    enforced = [rule for rule in document()["rules"] if rule["mode"] == "enforce"]
    return {word for rule in enforced for atom in atoms for word in words_of(rule, atom)}


def test_every_outcome_of_the_name_is_good_or_has_a_rule() -> None:
    """A word that nobody asks about would be an accept."""
    good = {"secure", "insecure", "indeterminate"}
    by_fault = {"fault"}

    assert set(confirm.OUTCOMES) - good - by_fault <= refused("dns.outcome", "dns.settled")
    assert set(lookup.FAULTS) == refused("dns_answers.fault")


def test_every_outcome_of_tlsa_records_is_good_or_has_a_rule() -> None:
    good = {"match", "absent", "unsigned_match", "unsigned_unusable"}
    elsewhere = {"fault", "no_base", "no_port"}

    left = set(tlsa.OUTCOMES) - good - elsewhere
    assert left <= refused("tlsa.outcome", "tlsa.settled")


def test_codes_that_refuse_have_an_alert() -> None:
    for rule in document()["rules"]:
        if rule["mode"] == "enforce":
            assert codes()[rule["code"]].alert, rule["code"]


# -- bounds that no vector is published for


def test_a_thousand_answers_are_not_read() -> None:
    built = peers().build()
    more = [answer(f"n{number}.example", "A") for number in range(limits.MAX_DNS_ANSWERS)]
    built.evidence["dns"]["answers"] += more
    decision = decide(built.client.presented, built.server.presented, built.evidence)

    assert ("reject", "dns.budget") == (decision.decision, decision.primary)


def test_an_answer_of_sixty_thousand_addresses_is_not_read() -> None:
    built = peers().build()
    found = next(one for one in built.evidence["dns"]["answers"] if one["type"] == "A")
    found["data"] *= 60_000
    decision = decide(built.client.presented, built.server.presented, built.evidence)

    assert ("reject", "dns.budget") == (decision.decision, decision.primary)


def test_ten_thousand_names_of_one_address() -> None:
    built = peers().build()
    names = [{"target": f"n{number}.example.com"} for number in range(10_000)]
    built.evidence["dns"]["answers"][0]["data"] = [*names, {"target": HOST}]
    decision = decide(built.client.presented, built.server.presented, built.evidence)

    assert ("reject", "dns.too_many_names") == (decision.decision, decision.primary)


def test_a_negative_ttl_past_the_schema() -> None:
    built = peers().build()
    context = read_context(built.evidence)
    answers = [{**one, "ttl": -1} for one in built.evidence["dns"]["answers"]]
    other = Context(
        at=context.at, client=context.client, server=context.server, dns={"answers": answers}
    )
    policy = load_policy(DRAFT, enable_proposal=DOCUMENT)
    decision = evaluate(Pair(built.client.presented, built.server.presented), policy, other)

    assert ("reject", "dns.evidence_invalid") == (decision.decision, decision.primary)


def decide(client: Any, server: Any, evidence: dict[str, Any], **settings: Any) -> Any:  # noqa: ANN401 - JSON
    policy = load_policy(DRAFT, enable_proposal=DOCUMENT)
    context = read_context(evidence).with_settings(settings)
    return evaluate(Pair(client, server), policy, context)


# -- as whom, and until when


@pytest.mark.parametrize(
    ("settings", "name", "identity"),
    [
        ({}, HOST, ("dns", HOST)),
        ({"identity_from": "reverse_dns"}, None, ("dns", HOST)),
        ({"allowed_peers": [HOST]}, None, ("dns", HOST)),
        ({"identity_from": "asserted"}, HOST, ("dns", HOST)),
    ],
)
def test_the_identity_is_the_name_that_was_confirmed_or_expected(
    settings: dict[str, Any], name: str | None, identity: tuple[str, str]
) -> None:
    built = peers().build()
    if name is None:
        del built.evidence["client"]["name"]
    decision = decide(built.client.presented, built.server.presented, built.evidence, **settings)

    assert identity == tuple(decision.identity["client"][key] for key in ("type", "value"))


def test_a_name_that_is_vouched_for_is_nobodys_without_reverse_dns() -> None:
    built = peers().build()
    del built.evidence["client"]["name"]
    built.evidence["asserted"] = ["client.name"]
    decision = decide(
        built.client.presented, built.server.presented, built.evidence, identity_from="asserted"
    )

    assert (None, True) == tuple(decision.identity["client"][key] for key in ("value", "asserted"))


def test_the_answer_holds_as_long_as_the_shortest_lived_answer() -> None:
    built = peers().build()
    built.evidence["dns"]["answers"][1]["ttl"] = 300
    decision = decide(built.client.presented, built.server.presented, built.evidence)

    assert "2026-05-01T00:05:01Z" == decision.document()["valid_until"]


def test_evidence_of_the_connection_is_never_remembered() -> None:
    """The same chains with other answers are judged anew."""
    built = peers().build()
    first = decide(built.client.presented, built.server.presented, built.evidence)
    built.evidence["dns"]["answers"][1]["data"] = [{"address": "192.0.2.99"}]
    second = decide(built.client.presented, built.server.presented, built.evidence)

    assert ("accept", "reject") == (first.decision, second.decision)


def test_a_literal_reading_needs_the_port_that_it_looks_under() -> None:
    """TLSA records that could not be looked for are not known to be absent (Q-23)."""
    built = peers().build()
    del built.evidence["handshake"]["client_port"]
    decision = decide(
        built.client.presented, built.server.presented, built.evidence, q23_tlsa_owner="literal"
    )

    assert ("indeterminate", "tlsa.not_answered") == (decision.decision, decision.primary)
