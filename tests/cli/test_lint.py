"""`mtlspolicy policy lint` through the installed command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command_support import PROPOSAL, RULE, policy, run
from schema_support import faults

if TYPE_CHECKING:
    from pathlib import Path

CLIENTS: dict[str, Any] = {
    **RULE,
    "id": "clients",
    "on": {"side": "client", "of": "leaf"},
    "require": {"eku.includes": "clientAuth"},
}
SERVERS: dict[str, Any] = {**RULE, "on": {"side": "server", "of": "leaf"}}
BAN: dict[str, Any] = {
    **CLIENTS,
    "id": "ban",
    "require": {"not": {"eku.includes": "codeSigning"}},
}


def test_a_clean_policy_is_0(tmp_path: Path) -> None:
    ran = run("policy", "lint", policy(tmp_path, rules=[SERVERS, CLIENTS], settings=None))
    assert (ran.code, ran.err) == (0, "")
    assert "no weak spot" in ran.out


def test_a_weak_spot_is_1_and_shown_by_a_pair(tmp_path: Path) -> None:
    file = policy(tmp_path, rules=[SERVERS, CLIENTS, BAN], settings=None)
    ran = run("policy", "lint", file)
    assert (ran.code, ran.err) == (1, "")
    assert "codeSigning more in the client's leaf can lose access, by ban" in ran.out
    assert "with      client: EKU clientAuth and codeSigning" in ran.out

    ran = run("policy", "lint", file, "--format", "json")
    assert (1, "") == (ran.code, ran.err)
    assert [] == faults("lint", ran.json)
    (one,) = ran.json["findings"]
    assert (one["kind"], len(one["witnesses"])) == ("purpose_loses", 2)


def test_a_setting_is_taken_into_account(tmp_path: Path) -> None:
    when = {"setting": "strict", "is": True}
    file = policy(tmp_path, rules=[SERVERS, CLIENTS, {**BAN, "when": when}])
    assert "ban cannot fail" in run("policy", "lint", file).out
    assert "ban cannot fail" not in run("policy", "lint", file, "--set", "strict=true").out
    ran = run("policy", "lint", file, "--set", "strikt=true")
    assert (ran.code, ran.out) == (2, "")


def test_a_proposal_is_read_and_has_witnesses_by_its_flag_only() -> None:
    words = ("policy", "lint", "draft-frank-s2s-eku-only", "--format", "json")
    ran = run(*words)
    assert (1, []) == (ran.code, [w for one in ran.json["findings"] for w in one["witnesses"]])
    assert "no witness is made of a proposal" in ran.err
    ran = run(*words, "--enable-proposal", PROPOSAL)
    assert ran.code == 1
    assert [w for one in ran.json["findings"] for w in one["witnesses"]]


def test_a_proposal_that_the_policy_does_not_need_is_2() -> None:
    ran = run("policy", "lint", "legacy-dual-use", "--enable-proposal", PROPOSAL)
    assert (ran.code, ran.out) == (2, "")
