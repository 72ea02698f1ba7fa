"""The statements of the TLS Baseline Requirements, and what `cabf-strict` makes of each."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import mtlspolicy
from mtlspolicy.loader import builtin_ids, codes

CATALOGUE = Path(mtlspolicy.__file__).parent / "catalogue"
PROFILE = "statements/ca-b-forum-tls-br-2.2.6.json"
SHEET = [f"S{number}" for number in range(1, 39)]
DATED = [
    "br-eku-old",
    "br-eku-new",
    "br-ca-eku-new",
    "br-root-eku",
    "br-life-39m",
    "br-life-825",
    "br-life-398",
    "br-life-200",
    "br-life-100",
    "br-life-47",
    "br-short",
    "br-arpa",
    "br-precertca",
    "br-sha1",
]


@cache
def load(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((CATALOGUE / name).read_text(encoding="utf-8"))


def statements() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in load(PROFILE)}


def rules() -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for rule in load("policies/cabf-strict.json")["rules"]}


def test_every_row_of_the_sheet_is_a_statement() -> None:
    assert [i for i in (*SHEET, *DATED) if i not in statements()] == []


def test_no_statement_stands_twice() -> None:
    ids = [entry["id"] for entry in load(PROFILE)]
    assert len(ids) == len(set(ids))


def test_every_statement_is_claimed_by_rules_or_says_why_not() -> None:
    for entry in statements().values():
        assert entry.get("rules") or entry.get("not_judged"), entry["id"]
        assert entry["text"].endswith(".")
        assert entry["section"]
        assert entry["keyword"]


def test_every_rule_that_a_statement_names_is_in_the_policy() -> None:
    named = {rule for entry in statements().values() for rule in entry.get("rules", [])}
    assert named - rules().keys() == set()


def test_every_statement_that_a_rule_cites_claims_the_rule() -> None:
    for rule in rules().values():
        citation = rule["citation"]
        cited = citation.get("statement")
        if cited and citation["source"] in {"BR", "EVG"}:
            assert rule["id"] in statements()[cited]["rules"], rule["id"]


def test_what_is_not_judged_says_so_in_the_policy_too() -> None:
    told = {e["statement"]: e["reason"] for e in load("policies/cabf-strict.json")["not_judged"]}
    written = {i: e["not_judged"] for i, e in statements().items() if "not_judged" in e}
    assert told == written


def test_only_musts_reject() -> None:
    soft = {"MAY", "SHOULD", "NOT RECOMMENDED"}
    for rule in rules().values():
        cited = statements().get(rule["citation"].get("statement", ""))
        if cited is None or rule["mode"] != "enforce" or cited["keyword"] not in soft:
            continue
        # S31: the list is optional, its form is not.
        assert rule["id"] == "sct-form"


def test_rules_without_a_date_of_their_own_are_few_and_known() -> None:
    """Rows apply from 2023-09-15 unless the sheet dates them; these hold for all times."""
    undated = {
        rule["id"]
        for rule in rules().values()
        if "effective" not in rule and rule["citation"]["source"] == "BR"
    }
    assert undated == {
        "ca-key-curve",
        "ca-rsa-size",
        "ca-signature-same",
        "dual-purpose",
        "key-curve",
        "rsa-size",
        "server-issuers",
        "signature-same",
    }


def test_windows_of_one_statement_do_not_overlap_by_accident() -> None:
    """The lengths follow each other without a gap (BR 6.3.2)."""
    lengths = [
        rule for i, rule in rules().items() if re.fullmatch(r"validity-(398|200|100|47)-days", i)
    ]
    bounds = [(r["effective"][0].get("from"), r["effective"][0].get("until")) for r in lengths]
    assert [until for _, until in bounds[:-1]] == [start for start, _ in bounds[1:]]
    assert bounds[0][0] == "2020-09-01T00:00:00Z"
    assert bounds[-1][1] is None


def test_every_code_of_the_policies_is_in_the_catalogue() -> None:
    for policy in ("cabf-strict", "legacy-dual-use", "draft-frank-s2s-eku-only"):
        used = {rule["code"] for rule in load(f"policies/{policy}.json")["rules"]}
        assert used - codes().keys() == set()


def test_a_code_of_a_rule_that_only_warns_needs_no_alert_and_others_have_one() -> None:
    enforced = {
        rule["code"]
        for policy in builtin_ids()
        for rule in load(f"policies/{policy}.json")["rules"]
        if rule.get("mode") == "enforce"
    }
    for entry in load("codes/policy.json"):
        assert (entry["alert"] is not None) == (entry["code"] in enforced), entry["code"]
