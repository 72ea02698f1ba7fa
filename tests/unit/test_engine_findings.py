"""Findings: every rule on every subject, with its place, its words and its citation."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest

from mtlspolicy import Context, Decision, Finding, Pair, evaluate
from mtlspolicy.engine.finding import ROLES, sort_key
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.pair import ordinary_pair
from support.policies import AT, CITATION, leafs, load, ordinary, rule

CURRENT = rule("current", "both", "leaf", {"validity.current": True})


def decide(*rules: dict[str, Any], pair: Pair | None = None, **more: Any) -> Decision:  # noqa: ANN401 - JSON, or any of a table
    return evaluate(ordinary() if pair is None else pair, load(*rules), Context(at=AT, **more))


def only(decision: Decision, rule_id: str, role: str = "client") -> Finding:
    (found,) = [f for f in decision.findings if f.rule == rule_id and f.role == role]
    return found


def places(decision: Decision, rule_id: str) -> list[tuple[str, int | None, str]]:
    return [
        (f.role, f.certificate_index, f.outcome) for f in decision.findings if f.rule == rule_id
    ]


def test_a_failure_says_everything() -> None:
    failing = rule(
        "bad",
        "client",
        "leaf",
        {"eku.includes": "serverAuth"},
        effective=[{"axis": "not_before", "from": "2026-01-01T00:00:00Z"}],
        citation={**CITATION, "statement": "X-1"},
    )
    found = only(decide(CURRENT, failing), "bad")

    assert {
        "code": "test.bad",
        "outcome": "fail",
        "severity": "error",
        "role": "client",
        "certificate_index": 0,
        "path": "eku",
        "expected": "the extended key usage lists serverAuth",
        "found": ["clientAuth"],
        "rule": "bad",
        "citation": {
            "document": "Example 1",
            "section": "1",
            "statement": "X-1",
            "certainty": "primary",
        },
        "effective": [{"axis": "not_before", "from": "2026-01-01T00:00:00Z", "until": None}],
        "message": "the extended key usage does not list serverAuth (EKU clientAuth)",
        "remedy": "mend bad",
        "offset": None,
        "octets": None,
    } == found.document()


OPEN = [{"axis": "evaluation_time", "until": "2026-06-01T00:00:00Z"}]
SHUT = [{"axis": "evaluation_time", "until": "2026-05-01T00:00:00Z"}]


@pytest.mark.parametrize(
    ("require", "more", "outcome", "severity", "remedy"),
    [
        (True, {}, "pass", "notice", False),
        (False, {}, "fail", "error", True),
        (False, {"mode": "warn"}, "warn", "warning", True),
        (False, {"when": False}, "not_applicable", "notice", False),
        (False, {"effective": OPEN}, "fail", "error", True),
        (False, {"effective": SHUT}, "not_effective", "notice", False),
        ({"path.valid": True}, {}, "unknown", "error", True),
        ({"path.valid": True}, {"mode": "warn"}, "unknown", "notice", True),
        ({"path.valid": True}, {"if_missing": "not_applicable"}, "not_applicable", "notice", False),
    ],
)
def test_each_outcome_has_its_severity(
    require: Any,  # noqa: ANN401 - of a table
    more: dict[str, Any],
    outcome: str,
    severity: str,
    remedy: bool,  # noqa: FBT001 - of a table
) -> None:
    found = only(decide(CURRENT, rule("r", "client", "leaf", require, **more)), "r")

    assert (outcome, severity, remedy) == (found.outcome, found.severity, found.remedy is not None)
    assert found.message
    assert (more.get("mode", "enforce") == "enforce") == found.enforced


def test_a_rule_without_questions_is_told_by_its_title() -> None:
    found = only(decide(CURRENT, rule("r", "client", "leaf", require=False)), "r")

    assert ("rule r", None, None) == (found.message, found.path, found.found)


def test_a_rule_about_several_features_shows_each() -> None:
    require = {"all": [{"eku.present": True}, {"key_usage.includes": "keyCertSign"}]}
    found = only(decide(CURRENT, rule("r", "client", "leaf", require)), "r")

    assert {"eku": ["clientAuth"], "key_usage": ["digitalSignature"]} == found.found
    assert found.message.endswith("(EKU clientAuth; KU digitalSignature)")


def test_the_condition_speaks_where_the_requirement_asks_nothing() -> None:
    found = only(
        decide(CURRENT, rule("r", "client", "leaf", require=False, when={"eku.present": True})),
        "r",
    )

    assert ("eku", ["clientAuth"]) == (found.path, found.found)


def test_rules_on_the_pair_name_both_sides() -> None:
    require = {
        "any": [{"client.eku.empty": True}, {"server.eku.empty": True}, {"pair.same_key": True}],
    }
    found = only(decide(CURRENT, rule("r", "pair", "", require)), "r", "pair")

    assert {
        "client.eku": ["clientAuth"],
        "server.eku": ["serverAuth"],
        "pair": {"same_certificate": False, "same_key": False},
    } == found.found
    assert ("pair", None, "client.eku") == (found.role, found.certificate_index, found.path)


def test_what_the_callers_word_decided_is_shown_as_asserted() -> None:
    rules = (
        CURRENT,
        rule("path", "client", "path", {"path.valid": True}),
        rule("other", "client", "leaf", {"any": [{"path.valid": True}, {"path.group": ["x"]}]}),
        rule("both", "client", "leaf", {"any": [{"path.valid": True}, {"name.asked": True}]}),
    )
    decision = decide(*rules, asserted=("path", "name"))

    assert ["asserted"] * 3 == [only(decision, name).outcome for name in ("path", "other", "both")]
    assert ["notice"] * 3 == [only(decision, name).severity for name in ("path", "other", "both")]
    assert "pass" == only(decision, "current").outcome


def test_each_certificate_above_the_leaf_has_its_findings() -> None:
    rules = (
        CURRENT,
        rule("issuer", "client", "issuer", {"key_usage.present": True}),
        rule(
            "purpose",
            "client",
            "issuer",
            {"any": [{"key_usage.present": True}, {"path.valid": True}]},
        ),
        rule("link", "client", "link", {"key_usage.present": True}),
        rule("anchor", "client", "anchor", {"key_usage.present": True}),
    )
    built = ordinary_pair().build()
    known = evaluate(ordinary(), load(*rules), read_context(built.evidence))

    assert [("client", 1, "pass")] == places(known, "issuer") == places(known, "purpose")
    assert [("client", 0, "pass"), ("client", 1, "pass")] == places(known, "link")
    assert [("client", None, "pass")] == places(known, "anchor")
    unknown = decide(*rules, pair=leafs())
    for name in ("issuer", "purpose", "link", "anchor"):
        assert [("client", None, "unknown")] == places(unknown, name)
    vouched = decide(*rules, pair=leafs(), asserted=("issuers",))
    assert ["asserted"] * 3 + ["unknown"] == [
        places(vouched, name)[0][2] for name in ("issuer", "purpose", "link", "anchor")
    ]
    some = decide(*rules)
    assert [("client", None, "unknown"), ("client", 1, "pass")] == places(some, "issuer")


def test_an_anchor_that_was_presented_keeps_its_place() -> None:
    built = ordinary_pair().build()
    pair = Pair(client=[*built.client.presented, built.client.anchor], server=ordinary().server)
    policy = load(CURRENT, rule("anchor", "client", "anchor", {"key_usage.present": True}))

    assert [("client", 2, "pass")] == places(
        evaluate(pair, policy, read_context(built.evidence)),
        "anchor",
    )
    assert [("client", 2, "pass")] == places(
        evaluate(pair, policy, Context(at=AT, asserted=("path",))),
        "anchor",
    )


def test_ones_own_trust_is_not_applicable() -> None:
    rules = (
        CURRENT,
        rule("path", "both", "path", {"path.valid": True}),
        rule("up", "both", "issuer", {"path.valid": True}),
    )
    decision = decide(*rules, pair=leafs(), perspective="client", asserted=("server.path",))

    assert ("not_applicable", "it is one's own certificate") == (
        only(decision, "path").outcome,
        only(decision, "path").message,
    )
    assert "asserted" == only(decision, "path", "server").outcome
    assert [] == [place for place in places(decision, "up") if place[0] == "client"]


def test_a_stand_in_for_a_disclosure_is_told() -> None:
    window = [{"axis": "ccadb_disclosure", "from": "2020-01-01T00:00:00Z"}]
    policy = load(CURRENT, rule("sub", "client", "issuer", {"eku.present": True}, effective=window))
    digest = hashlib.sha256(ordinary().client[1]).hexdigest()
    without = evaluate(ordinary(), policy, Context(at=AT, asserted=("path",)))
    given = evaluate(ordinary(), policy, Context(at=AT, asserted=("path",), ccadb={digest: AT}))

    assert only(without, "sub").message.endswith("; notBefore stands in for the date of disclosure")
    assert "stands in" not in only(given, "sub").message


def test_findings_come_in_their_order() -> None:
    rules = [
        rule(name, "both", "leaf", require=True, code=code)
        for name, code in (("z", "a.a"), ("y", "a.a"), ("x", "b.b"))
    ]
    decision = decide(
        *rules,
        rule("p", "pair", "", require=True),
        rule("q", "both", "path", require=True),
    )

    assert list(decision.findings) == sorted(decision.findings, key=sort_key)
    assert [("q", None), ("y", 0), ("z", 0), ("x", 0)] == [
        (f.rule, f.certificate_index) for f in decision.findings if f.role == "client"
    ]
    assert ["client"] * 4 + ["server"] * 4 + ["pair"] == [f.role for f in decision.findings]
    assert list(ROLES) == ["client", "server", "pair"]


@pytest.mark.parametrize("row", sorted(ENCODINGS))
def test_bytes_that_are_no_der_are_told_with_their_offset(row: str) -> None:
    decision = decide(
        rule("any", "both", "leaf", require=True),
        pair=Pair(client=[ENCODINGS[row]()], server=leafs().server),
    )
    told = [f for f in decision.findings if f.rule is None]

    assert (decision.decision == "reject") == bool(told)
    for found in told:
        assert ("fail", "error", "client", 0) == (
            found.outcome,
            found.severity,
            found.role,
            found.certificate_index,
        )
        assert found.offset is not None
        assert found.octets is not None
        assert len(found.octets) <= 32
        assert f"at byte {found.offset}" in found.message


def test_without_a_leaf_only_that_is_told() -> None:
    decision = decide(CURRENT, pair=Pair(client=[], server=leafs().server))

    assert [("chain.empty", "client")] == [(f.code, f.role) for f in decision.findings]


@pytest.mark.parametrize("row", [None, *sorted(ENCODINGS)[:3]])
def test_what_is_notable_is_what_did_not_simply_pass(row: str | None) -> None:
    rules = [
        rule("passes", "both", "leaf", require={"eku.present": True}),
        rule("fails", "server", "leaf", require=False),
        rule("unknown", "client", "issuer", require={"eku.present": True}),
        rule("idle", "both", "leaf", require=False, when=False),
        rule("both", "pair", "", require=True),
    ]
    pair = leafs() if row is None else Pair(client=[ENCODINGS[row]()], server=leafs().server)
    for look_at_all_first in (False, True):
        decision = decide(*rules, pair=pair)
        if look_at_all_first:
            assert decision.findings
        quiet = ("pass", "not_applicable", "not_effective")
        assert decision.notable == tuple(f for f in decision.findings if f.outcome not in quiet)
        assert {"fails", "unknown"} <= {f.rule for f in decision.notable}
        for role in ROLES:
            said = Counter(f.outcome for f in decision.findings if f.role == role)
            assert decision.tally(role) == said
