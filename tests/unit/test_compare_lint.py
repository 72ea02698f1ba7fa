"""The weak spots of small policies: found where they are, and shown by real certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Pair, evaluate, limits
from mtlspolicy.compare.lint import KINDS, Finding, lint
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.certificate import ExtendedKeyUsage
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.names import CLIENT_AUTH, SERVER_AUTH
from support.policies import load, rule

if TYPE_CHECKING:
    from mtlspolicy import Policy
    from mtlspolicy.compare import Witness

SERVERS = rule("servers", "server", "leaf", {"eku.includes": "serverAuth"})
CLIENTS = rule("clients", "client", "leaf", {"eku.includes": "clientAuth"})
PLAIN = (SERVERS, CLIENTS)


def found(policy: Policy, **settings: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - any setting
    findings = lint(policy, settings)
    assert findings is not None
    return findings


def told(policy: Policy, **settings: Any) -> list[tuple[str, tuple[str, ...]]]:  # noqa: ANN401
    return [(one.kind, one.rules) for one in found(policy, **settings)]


def decided(policy: Policy, witness: Witness) -> tuple[str, list[str | None]]:
    """What the engine says of a witness, from its bytes alone."""
    pair = Pair(client=list(witness.client), server=list(witness.server))
    decision = evaluate(pair, policy, read_context(dict(witness.evidence)))
    return decision.decision, [one.rule for one in decision.findings if one.outcome == "fail"]


def test_a_policy_without_weak_spots_is_clean() -> None:
    assert told(load(*PLAIN)) == []


def test_a_rule_that_cannot_fail() -> None:
    always = rule(
        "always",
        "client",
        "leaf",
        {"any": [{"key_usage.present": True}, {"not": {"key_usage.present": True}}]},
    )
    (one,) = found(load(*PLAIN, always))
    assert (one.kind, one.rules, one.words, one.witnesses) == ("never_fails", ("always",), (), ())
    assert one.message == "always cannot fail under these settings"


def test_a_rule_that_can_be_unknown_is_no_idle_one() -> None:
    """It never fails, and it holds an acceptance back where what it asks about is not known."""
    asked = rule("possession", "client", "leaf", {"handshake.server_port": True})
    (one,) = found(load(*PLAIN, asked))
    assert (one.kind, one.rules) == ("never_fails", ("possession",))
    assert "possession can only be left open" in one.message


def test_a_rule_that_another_one_covers() -> None:
    strict = rule("strict", "client", "leaf", {"eku.only": ["clientAuth"]})
    lax = rule("lax", "client", "leaf", {"eku.only": ["clientAuth", "serverAuth"]})
    policy = load(SERVERS, CLIENTS, strict, lax)
    shadowed = [one for one in found(policy) if one.kind == "shadowed"]
    assert [one.rules for one in shadowed] == [("lax", "strict")]
    (witness,) = shadowed[0].witnesses
    decision, rules = decided(policy, witness)
    assert decision == "reject"
    assert {"lax", "strict"} <= set(rules)


def test_a_rule_that_several_others_cover_together() -> None:
    """Where one of two others fails, and neither of them always does."""
    both = rule("both", "client", "leaf", {"eku.only": ["clientAuth", "codeSigning", "serverAuth"]})
    signing = rule(
        "no-signing",
        "client",
        "leaf",
        {"eku.only": ["clientAuth"]},
        when={"key_usage.present": True},
    )
    other = rule(
        "no-other",
        "client",
        "leaf",
        {"eku.only": ["clientAuth"]},
        when={"not": {"key_usage.present": True}},
    )
    covered = [one for one in found(load(*PLAIN, both, signing, other)) if one.kind == "shadowed"]
    (one,) = covered
    assert (one.rules[0], sorted(one.rules[1:])) == ("both", ["no-other", "no-signing"])
    assert f"one of {' and '.join(one.rules[1:])} fails wherever it does" in one.message


def test_a_rule_that_many_cover_names_some() -> None:
    limit = [rule(f"most-{n}", "client", "leaf", {"validity.days_at_most": n}) for n in range(1, 8)]
    covered = [one for one in found(load(*PLAIN, *limit)) if one.kind == "shadowed"]
    assert [len(one.rules) for one in covered] == [2, 3, 4, 5, 6, 7]
    assert "most-1 and most-2 fail wherever it does" in covered[1].message
    assert "most-4 and 2 other rules fail" in covered[-1].message


def test_rules_that_cannot_be_kept_together() -> None:
    never = rule("never", "client", "leaf", {"not": {"eku.includes": "clientAuth"}})
    (one, *_) = found(load(*PLAIN, never))
    assert (one.kind, one.rules) == ("accepts_nothing", ("clients", "never"))
    assert decided(load(*PLAIN, never), one.witnesses[0])[0] == "reject"


def test_a_policy_whose_rules_never_apply_accepts_nothing() -> None:
    """Each rule can be kept; on no pair does one pass on both sides."""
    idle = rule(
        "idle",
        "client",
        "leaf",
        {"key_usage.present": True},
        when={"not": {"any": [{"key_usage.present": True}, {"not": {"key_usage.present": True}}]}},
    )
    (one, *_) = found(load(SERVERS, idle))
    assert (one.kind, one.rules) == ("accepts_nothing", ())
    assert "it asks nothing of the client," in one.message


def test_a_policy_that_asks_one_side_or_the_other_accepts_nothing() -> None:
    """A rule can pass on each side, and never on both."""
    always = {"any": [{"key_usage.present": True}, {"not": {"key_usage.present": True}}]}
    by_time = [
        rule(
            side,
            side,
            "leaf",
            always,
            effective=[{"axis": "evaluation_time", word: "2027-01-01T00:00:00Z"}],
        )
        for side, word in (("client", "from"), ("server", "until"))
    ]
    one = next(one for one in found(load(*by_time)) if one.kind == "accepts_nothing")
    assert "it asks nothing of both sides at once" in one.message


def test_a_rule_that_is_kept_by_no_accepted_pair() -> None:
    wanted = rule(
        "wanted", "client", "leaf", {"san.present": True}, when={"key_usage.present": True}
    )
    against = rule("against", "client", "leaf", {"not": {"key_usage.present": True}})
    policy = load(*PLAIN, wanted, against)
    (one,) = [one for one in found(policy) if one.kind == "contradicted"]
    assert one.rules == ("wanted", "against")
    assert decided(policy, one.witnesses[0]) == ("reject", ["against"])


def test_a_rule_that_contradicts_itself() -> None:
    both = {"all": [{"san.present": True}, {"not": {"san.present": True}}]}
    never = rule("never", "client", "leaf", both, when={"key_usage.critical": True})
    policy = load(*PLAIN, never)
    (one,) = [one for one in found(policy) if one.kind == "contradicted"]
    assert (one.rules, one.message.partition(":")[0]) == (("never",), "never cannot be kept")
    assert "never" in decided(policy, one.witnesses[0])[1]


def test_a_rule_that_further_evidence_can_only_break_contradicts_nothing() -> None:
    """What is not at hand is never known to be well, and the rule does not apply then."""
    reuse = {"not": {"key_reuse.other_purposes": True}}
    lenient = rule("reuse", "client", "issuer", reuse, if_missing="not_applicable")
    assert told(load(*PLAIN, lenient)) == []


def test_a_policy_that_refuses_nothing() -> None:
    anything = {"any": [{"key_usage.present": True}, {"not": {"key_usage.present": True}}]}
    policy = load(rule("a", "client", "leaf", anything), rule("b", "server", "leaf", anything))
    (one, *_) = found(policy)
    assert (one.kind, one.rules) == ("accepts_everything", ())
    assert decided(policy, one.witnesses[0])[0] == "accept"


@pytest.mark.parametrize("side", ["client", "server"])
def test_a_further_purpose_that_loses_access(side: str) -> None:
    ban = rule("ban", side, "leaf", {"not": {"eku.includes": "codeSigning"}})
    policy = load(*PLAIN, ban)
    (one,) = found(policy)
    assert (one.kind, one.rules) == ("purpose_loses", ("ban",))
    assert one.message.startswith(f"codeSigning more in the {side}'s leaf")
    before, after = one.witnesses
    assert decided(policy, before) == ("accept", [])
    assert decided(policy, after) == ("reject", ["ban"])


def test_the_purpose_that_loses_access_is_one_more_and_nothing_else() -> None:
    """Not another usage that rules cannot tell from it."""
    only = rule("only", "client", "leaf", {"eku.only": ["clientAuth"]})
    (one,) = found(load(*PLAIN, only))
    assert one.words == (("client: EKU clientAuth",), ("client: EKU clientAuth and serverAuth",))
    usages = [read_certificate(one.client[0]).extended_key_usage for one in one.witnesses]
    purposes = [one.purposes for one in usages if isinstance(one, ExtendedKeyUsage)]
    assert purposes == [(CLIENT_AUTH,), (CLIENT_AUTH, SERVER_AUTH)]


def test_many_rules_are_counted_and_not_all_named() -> None:
    bans = [
        rule(f"ban-{n}", "client", "leaf", {"not": {"eku.includes": "codeSigning"}})
        for n in range(6)
    ]
    losing = [one for one in found(load(*PLAIN, *bans)) if one.kind == "purpose_loses"]
    assert [len(one.rules) for one in losing] == [6]
    assert "and 2 other rules" in losing[0].message


SETTINGS = {
    "strict": {"type": "boolean", "title": "t", "default": False},
    "idle": {"type": "boolean", "title": "t", "default": False},
    "absent": {"type": "choice", "title": "t", "default": "allow", "choices": ["allow", "refuse"]},
    "days": {"type": "integer", "title": "t", "default": 90, "minimum": 1, "maximum": 400},
    "either": {"type": "boolean", "title": "t", "default": True},
    "kinds": {
        "type": "list",
        "title": "t",
        "default": ["dNSName"],
        "choices": ["dNSName", "iPAddress"],
    },
    "warned": {"type": "boolean", "title": "t", "default": False},
    "free": {"type": "string", "title": "t", "default": "x"},
}


def test_settings_without_effect_are_told() -> None:
    extra = (
        rule(
            "strictly",
            "client",
            "leaf",
            {"san.present": True},
            when={"setting": "strict", "is": True},
        ),
        rule(
            "warning",
            "client",
            "leaf",
            {"key_usage.present": True},
            when={"setting": "warned", "is": True},
            mode="warn",
        ),
        # Whatever `either` says, the same is asked.
        rule(
            "same",
            "client",
            "leaf",
            {
                "any": [
                    {"all": [{"setting": "either", "is": True}, {"key_usage.present": True}]},
                    {"all": [{"setting": "either", "is": False}, {"key_usage.present": True}]},
                ]
            },
        ),
    )
    findings = found(load(*PLAIN, *extra, settings=SETTINGS))
    idle = [one.message.split("`")[1] for one in findings if one.kind == "setting_without_effect"]
    assert idle == ["absent", "days", "either", "idle", "kinds"]


def test_words_come_without_witnesses_where_none_are_wanted() -> None:
    ban = rule("ban", "client", "leaf", {"not": {"eku.includes": "codeSigning"}})
    findings = lint(load(*PLAIN, ban), {}, witnesses=False)
    assert findings is not None
    assert [(len(one.words), one.witnesses) for one in findings] == [(2, ())]
    assert findings[0].document()["states"][1] == ["client: EKU clientAuth and codeSigning"]


def test_progress_is_told_rule_by_rule() -> None:
    seen: list[tuple[int, int]] = []
    lint(load(*PLAIN), {}, show=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2)]


def test_past_the_state_limit_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COMPARED_STATES", 3)
    assert lint(load(*PLAIN), {}) is None


def test_every_kind_has_words() -> None:
    assert all(KINDS.values())
