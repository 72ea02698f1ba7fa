"""Every exit code of the contract; each once through the installed command."""

from __future__ import annotations

import json

import pytest

from command_support import AT, DEMO, PROPOSAL, evaluate, run, start

ANCHORED = (
    *("--client-anchors", DEMO / "public-root.pem"),
    *("--server-anchors", DEMO / "public-root.pem"),
    *("--server-name", "shop.example.com"),
)


def test_accept_is_0() -> None:
    ran = evaluate(*ANCHORED, by=start)

    assert (0, "accept") == (ran.code, ran.out.split()[0].lower())


def test_reject_is_1_and_says_why() -> None:
    """What decided, the clause, which certificate, what was found, and what to change (P1)."""
    ran = evaluate(*ANCHORED, client="bot-renewed.pem", by=start)

    assert 1 == ran.code
    for part in ("REJECT", "leaf [0]", "eku.client_auth_missing", "4.2.1.12", "required", "found"):
        assert part in ran.out
    assert "The smallest change that would make it pass" in ran.out


def test_indeterminate_is_3_and_names_the_evidence() -> None:
    ran = evaluate("--format", "json", by=start)

    assert 3 == ran.code
    assert ["client.anchors", "server.anchors", "server.name"] == sorted(
        {*ran.json["decisions"][0]["missing_evidence"]}
    )
    assert "--client-anchors" in evaluate().out


def test_an_accept_says_whom_it_does_not_accept() -> None:
    """A policy that leaves a client's name to the caller does not hide that it differs."""
    dialect = ("--policy", "s2s-either-purpose", *ANCHORED)
    other = evaluate(*dialect, "--client-name", "dns:other.example.com")
    right = evaluate(*dialect, "--client-name", "dns:bot.example.com")
    nobody = evaluate(*dialect)

    assert [0, 0, 0] == [ran.code for ran in (other, right, nobody)]
    assert "client is       NOT whom you asked for" in other.out
    assert "client is       dns bot.example.com" in right.out
    assert "client is       nobody in particular: no name was asked for" in nobody.out


def test_a_clients_name_is_judged_where_one_is_given() -> None:
    assert evaluate(*ANCHORED, "--client-name", "dns:other.example.com").code == 1
    assert evaluate(*ANCHORED, "--client-name", "dns:bot.example.com").code == 0


@pytest.mark.parametrize(
    ("policies", "code"),
    [
        # bot-private: cabf-strict accepts; the proposal rejects
        (("cabf-strict", "draft-frank-s2s-eku-only"), 1),
        (("draft-frank-s2s-eku-only", "cabf-strict"), 1),
        (("cabf-strict", "legacy-dual-use"), 0),
    ],
)
def test_with_several_policies_1_comes_before_0(policies: tuple[str, ...], code: int) -> None:
    words = [word for one in policies for word in ("--policy", one)]
    leave = ("--enable-proposal", PROPOSAL) if "draft-frank-s2s-eku-only" in policies else ()
    ran = evaluate(
        *words,
        *leave,
        *("--client-anchors", DEMO / "private-root.pem"),
        *("--server-anchors", DEMO / "public-root.pem"),
        *("--server-name", "shop.example.com", "--format", "json"),
        client="bot-private.pem",
    )

    assert code == ran.code
    assert list(policies) == [one["policy"]["id"] for one in ran.json["decisions"]]


def test_1_comes_before_3() -> None:
    """Without anchors the strict policy does not know; the purpose alone rejects elsewhere."""
    words = ("--policy", "cabf-strict", "--policy", "draft-frank-s2s-eku-only")
    ran = evaluate(*words, "--enable-proposal", PROPOSAL, client="bot-private.pem")

    assert 1 == ran.code


def test_a_proposal_that_is_not_enabled_is_2_and_evaluates_nothing() -> None:
    words = ("--policy", "legacy-dual-use", "--policy", "draft-frank-s2s-eku-only")
    ran = evaluate(*words, by=start)

    assert (2, "") == (ran.code, ran.out)
    for part in (PROPOSAL, "expired 2025-12-18", "never adopted", f"--enable-proposal {PROPOSAL}"):
        assert part in ran.err


def test_a_proposal_accepts_loudly_and_says_whether_it_was_decisive() -> None:
    words = (*ANCHORED, "--policy", "draft-frank-s2s-eku-only", "--enable-proposal", PROPOSAL)
    text = evaluate(*words, client="bot-renewed.pem")
    document = evaluate(*words, "--format", "json", client="bot-renewed.pem")

    assert 0 == text.code
    assert "!! ACCEPTED UNDER A PROPOSAL" in text.out
    assert "would NOT have accepted" in text.out
    assert document.json["decisions"][0]["proposal"]["decisive"]


@pytest.mark.parametrize("name", ["all", "*", "draft-frank-mtls-via-serverauth-extension", ""])
def test_a_proposal_has_one_name_and_no_wildcard(name: str) -> None:
    ran = evaluate("--policy", "draft-frank-s2s-eku-only", "--enable-proposal", name)

    assert (2, "") == (ran.code, ran.out)


def test_a_leave_that_no_policy_needs_is_2() -> None:
    ran = evaluate("--enable-proposal", PROPOSAL)

    assert (2, "") == (ran.code, ran.out)
    assert "no given policy needs" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("--set", "no_such_setting=1"),
        ("--set", "absent_eku=maybe"),
        ("--set", "absent_eku"),
        ("--set", "absent_eku=allow", "--set", "absent_eku=refuse"),
        ("--asserted", "validity"),
        ("--client-name", "bot.example.com"),
        ("--client-name", "dns:not a name"),
        ("--server-name", "*.example.com"),
        ("--perspective", "nobody"),
        ("--at", "2026-05-01T00:00:00Z", "--at", "2026-06-01T00:00:00Z"),
        ("--no-such-flag",),
        ("--policy", "cabf-strikt"),
        ("--policy", "legacy-dual-use", "--policy", "legacy-dual-use"),
    ],
)
def test_wrong_usage_is_2_with_one_error_and_help(words: tuple[str, ...]) -> None:
    ran = evaluate(*words)

    assert (2, "") == (ran.code, ran.out)
    assert 1 == len(ran.errors)
    assert "help:" in ran.err


@pytest.mark.parametrize("words", [(), ("policy",), ("gather",), ("policy", "explain")])
def test_nothing_at_all_is_2_in_two_short_lines(words: tuple[str, ...]) -> None:
    """The parser's message would be the whole help, its ends of lines written out."""
    ran = run(*words)

    assert (2, "") == (ran.code, ran.out)
    assert "\\n" not in ran.err
    assert ["error:", "help:"] == [line.split()[0] for line in ran.err.splitlines()]


def test_a_setting_goes_to_the_policies_that_have_it() -> None:
    ran = evaluate(
        *("--policy", "cabf-strict", "--policy", "legacy-dual-use"),
        *("--set", "absent_eku=refuse", "--format", "json"),
    )
    strict, legacy = (one["inputs"]["settings"] for one in ran.json["decisions"])

    assert "absent_eku" not in strict
    assert "refuse" == legacy["absent_eku"]


@pytest.mark.parametrize(
    "words", [(), ("--help",), ("-h",), ("evaluate", "--help"), ("--version",)]
)
def test_help_and_version_answer_on_standard_output(words: tuple[str, ...]) -> None:
    ran = start(*words)

    assert (0, True, "") == (
        ran.code if words else 0,
        bool(ran.out or not words),
        ran.err if words else "",
    )


def test_an_unknown_command_is_2() -> None:
    assert 2 == run("evaluat").code


def test_json_is_canonical_and_the_same_in_each_process() -> None:
    words = (*ANCHORED, "--format", "json", "--all")
    one, two = evaluate(*words), evaluate(*words, by=start)
    canonical = json.dumps(one.json, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert one.out == two.out == canonical + "\n"


def test_without_a_time_the_clock_is_read_and_said() -> None:
    ran = run(
        *("evaluate", "--client", DEMO / "bot-dual.pem", "--server", DEMO / "shop.pem"),
        *("--policy", "legacy-dual-use", "--format", "json"),
    )

    assert f"evaluated at {ran.json['decisions'][0]['evaluated_at']}" in ran.err


def test_an_offset_is_turned_into_utc() -> None:
    ran = evaluate("--at", "2026-05-01T02:30:00+02:30", "--format", "json")

    assert AT[1] == ran.json["decisions"][0]["evaluated_at"]
    assert "" == ran.err


@pytest.mark.parametrize(
    "at",
    [
        "2026-05-01T00:00:00",
        "2026-05-01",
        "2026-02-30T00:00:00Z",
        "2026-05-01T00:00:60Z",
        "2026-05-01T25:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "yesterday",
        "",
    ],
)
def test_a_time_without_zone_or_day_is_2(at: str) -> None:
    ran = evaluate("--at", at)

    assert (2, "") == (ran.code, ran.out)
    assert "--at" in ran.err
