"""The verdict: what rejects, what is missing, and what can never add up to accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Context, Decision, Pair, Policy, SideEvidence, evaluate, limits
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine import judge as judge_module
from mtlspolicy.evidence.context import AnchorEvidence, PeerName
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.extended_key_usage import ExtendedKeyUsageFeature
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.records import replace
from support.policies import AT, leafs, load, ordinary, pair_of, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

CURRENT = rule("current", "both", "leaf", {"validity.current": True})
UNMET = {"eku.includes": "timeStamping"}
CLIENT_NESTED = rule("nested", "client", "leaf", {"purpose.permitted": {"purpose": "clientAuth"}})


def verdict(policy: Policy, pair: Pair | None = None, **more: Any) -> str:  # noqa: ANN401 - JSON, or any of a table
    return evaluate(ordinary() if pair is None else pair, policy, Context(at=AT, **more)).decision


def codes(decision: Decision) -> set[str]:
    return {finding.code for finding in decision.findings if finding.outcome == "fail"}


# -- nothing enforced


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [rule("w", "both", "leaf", {"validity.current": True}, mode="warn")],
        [rule("o", "both", "leaf", {"validity.current": True}, mode="off")],
        [
            rule(
                "later",
                "both",
                "leaf",
                {"validity.current": True},
                effective=[{"axis": "evaluation_time", "from": "2026-05-01T00:00:01Z"}],
            ),
        ],
        [
            rule(
                "early",
                "both",
                "leaf",
                {"validity.current": True},
                effective=[{"axis": "evaluation_time", "until": "2026-05-01T00:00:00Z"}],
            ),
        ],
        [
            rule(
                "old",
                "both",
                "leaf",
                {"validity.current": True},
                effective=[{"axis": "not_before", "from": "2026-04-01T00:00:01Z"}],
            ),
        ],
        [
            rule(
                "na",
                "both",
                "leaf",
                {"validity.current": True},
                when={"eku.includes": "timeStamping"},
            ),
        ],
        [rule("missing", "both", "path", {"path.valid": True}, if_missing="not_applicable")],
        [rule("pair", "pair", "", {"client.validity.current": True})],
        [rule("one", "server", "leaf", {"validity.current": True})],
    ],
)
def test_what_enforces_nothing_on_a_side_accepts_nothing(rules: list[dict[str, Any]]) -> None:
    decision = evaluate(ordinary(), load(*rules), Context(at=AT))

    assert "reject" == decision.decision
    assert {"engine.nothing_enforced"} == codes(decision)
    assert "engine.nothing_enforced" == decision.primary


def test_ones_own_side_need_not_be_enforced() -> None:
    policy = load(rule("one", "server", "leaf", {"validity.current": True}))

    assert "accept" == verdict(policy, perspective="client")
    assert "reject" == verdict(policy, perspective="server")


# -- failures, unknowns, modes


def test_any_failure_rejects_and_any_unknown_leaves_it_open() -> None:
    path = rule("path", "client", "path", {"path.valid": True})
    bad = rule("bad", "server", "leaf", UNMET)

    assert "accept" == verdict(load(CURRENT))
    assert "indeterminate" == verdict(load(CURRENT, path))
    assert "reject" == verdict(load(CURRENT, path, bad))
    assert "accept" == verdict(load(CURRENT, path | {"mode": "warn"}, bad | {"mode": "warn"}))
    assert "accept" == verdict(load(CURRENT, path | {"mode": "off"}, bad | {"mode": "off"}))
    assert "accept" == verdict(load(CURRENT, path | {"if_missing": "not_applicable"}))


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([], "reject"),
        ([{"axis": "not_before", "from": "2026-04-01T00:00:00Z"}], "reject"),
        ([{"axis": "not_before", "until": "2026-04-01T00:00:00Z"}], "accept"),
        ([{"axis": "evaluation_time", "from": "2026-05-01T00:00:00Z"}], "reject"),
        ([{"axis": "evaluation_time", "until": "2026-05-01T00:00:00Z"}], "accept"),
        (
            [
                {"axis": "not_before", "from": "2026-04-01T00:00:00Z"},
                {"axis": "evaluation_time", "until": "2026-05-01T00:00:00Z"},
            ],
            "accept",
        ),
        (
            [
                {"axis": "not_before", "from": "2026-04-01T00:00:00Z"},
                {
                    "axis": "evaluation_time",
                    "from": "2026-04-30T00:00:00Z",
                    "until": "2026-05-01T00:00:01Z",
                },
            ],
            "reject",
        ),
        ([{"axis": "anchor_added", "from": "2020-01-01T00:00:00Z"}], "indeterminate"),
        (
            [
                {"axis": "anchor_added", "from": "2020-01-01T00:00:00Z"},
                {"axis": "evaluation_time", "until": "2026-05-01T00:00:00Z"},
            ],
            "accept",
        ),
        ([{"axis": "ccadb_disclosure", "from": "2026-04-01T00:00:00Z"}], "reject"),
        ([{"axis": "ccadb_disclosure", "until": "2026-04-01T00:00:00Z"}], "accept"),
    ],
)
def test_all_windows_must_hold(windows: list[dict[str, str]], expected: str) -> None:
    """[from, until); an axis that nothing is known of leaves the rule unknown."""
    assert expected == verdict(
        load(CURRENT, rule("bad", "server", "leaf", UNMET, effective=windows)),
    )


@pytest.mark.parametrize(
    ("added", "expected"),
    [("2019-12-31T23:59:59Z", "accept"), ("2020-01-01T00:00:00Z", "reject")],
)
def test_when_the_anchor_was_added_comes_from_evidence(added: str, expected: str) -> None:
    built = ordinary_pair().build()
    built.evidence["server"]["anchors"][0]["added"] = added
    window = [{"axis": "anchor_added", "from": "2020-01-01T00:00:00Z"}]
    policy = load(CURRENT, rule("bad", "server", "leaf", UNMET, effective=window))

    assert expected == evaluate(ordinary(), policy, read_context(built.evidence)).decision


# -- settings


DAYS = {"days": {"type": "integer", "title": "days", "default": 90}}
LENGTH = rule("days", "both", "leaf", {"validity.days_at_most": {"setting": "days"}})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "accept"),
        ({"days": 90}, "accept"),
        ({"days": 89}, "reject"),
        ({"days": True}, "reject"),
        ({"days": "90"}, "reject"),
        ({"days": 0}, "reject"),
        ({"day": 90}, "reject"),
    ],
)
def test_settings_change_rules_and_never_slip(settings: dict[str, Any], expected: str) -> None:
    """Also after a value that Python takes for the same: true and 1 share a place in dicts."""
    policy = load(LENGTH, settings=DAYS)
    for value in (1, 90):
        evaluate(leafs(), policy, Context(at=AT, settings={"days": value}))
    decision = evaluate(leafs(), policy, Context(at=AT, settings=settings))
    invalid = settings and settings not in ({"days": 90}, {"days": 89})

    assert expected == decision.decision
    assert ({"engine.setting_invalid"} == codes(decision)) == bool(invalid)
    assert decision.json()


# -- missing issuers are never vacuously fine


def stranger(key: str = "p256-5", **more: Any) -> bytes:  # noqa: ANN401 - JSON, or any of a table
    """A certificate that anybody can make, named like the client's issuer."""
    subject = ordinary_pair().client.issuers[0].subject
    return CertificateDraft(subject=subject, key=key, **more).build()


def refusing() -> Pair:
    """The client's issuer is for servers only."""
    draft = ordinary_pair()
    draft.client.issuers[0].set_purposes("serverAuth")
    return pair_of(draft)


def chains(ordinary_chain: Sequence[bytes], server_issuer: bytes) -> dict[str, list[bytes]]:
    leaf, issuer = ordinary_chain
    return {
        "leaf alone": [leaf],
        "leaf twice": [leaf, leaf],
        "unrelated": [leaf, server_issuer],
        "issuer and look-alike": [leaf, issuer, stranger()],
        "look-alike first": [leaf, stranger(), issuer],
        "issued look-alike first": [
            leaf,
            stranger(issuer=ordinary_pair().client.anchor.subject),
            issuer,
        ],
        "issuer and unrelated": [leaf, server_issuer, issuer],
        "issuer twice": [leaf, issuer, issuer],
    }


NAMES = sorted(chains([b"", b""], b""))


@pytest.mark.parametrize("asserted", [(), ("path",), ("path", "name")])
@pytest.mark.parametrize("name", NAMES)
def test_an_issuer_that_refuses_cannot_be_hidden(name: str, asserted: tuple[str, ...]) -> None:
    """Whatever a peer adds or leaves out: without the issuer nothing is permitted."""
    pair = refusing()
    chain = chains(pair.client, pair.server[1])[name]

    assert "accept" != verdict(
        load(CURRENT, CLIENT_NESTED),
        Pair(client=chain, server=pair.server),
        asserted=asserted,
    )


def test_issuers_that_permit_are_known_only_where_the_path_is() -> None:
    policy = load(CURRENT, CLIENT_NESTED)
    pair = ordinary()
    with_path = {
        name: verdict(policy, Pair(client=chain, server=pair.server), asserted=("client.path",))
        for name, chain in chains(pair.client, pair.server[1]).items()
    }

    assert "indeterminate" == verdict(policy, pair)
    assert {"issuer and unrelated", "issuer twice"} == {
        n for n, v in with_path.items() if v == "accept"
    }
    assert {"accept", "indeterminate"} == set(with_path.values())


def test_the_word_about_issuers_stands_in_for_those_that_are_missing() -> None:
    policy = load(
        CURRENT,
        CLIENT_NESTED,
        rule("ku", "client", "issuer", {"key_usage.includes": "keyCertSign"}),
    )

    assert "accept" == verdict(policy, leafs(), asserted=("issuers",))
    assert "accept" == verdict(policy, ordinary(), asserted=("issuers",))
    assert "reject" == verdict(policy, refusing(), asserted=("issuers",))
    assert "indeterminate" == verdict(policy, leafs(), asserted=("server.issuers",))


def test_an_issuer_that_is_there_and_cannot_be_read_stays_unknown() -> None:
    """The caller's word is for what is missing."""
    draft = ordinary_pair()
    for _ in range(2):
        draft.client.issuers[0].add_extension(
            "extKeyUsage",
            extensions.extended_key_usage("clientAuth"),
        )
    policy = load(CURRENT, rule("eku", "client", "issuer", {"eku.includes": "clientAuth"}))

    for asserted in ((), ("path",), ("issuers",)):
        assert "indeterminate" == verdict(policy, pair_of(draft), asserted=asserted)


def test_an_anchor_that_nobody_knows_is_unknown() -> None:
    policy = load(CURRENT, rule("anchor", "both", "anchor", {"key_usage.present": True}))
    built = ordinary_pair().build()

    for asserted in ((), ("path",), ("issuers",), ("path", "issuers")):
        assert "indeterminate" == verdict(policy, leafs(), asserted=asserted)
        assert "indeterminate" == verdict(policy, ordinary(), asserted=asserted)
    assert "accept" == evaluate(ordinary(), policy, read_context(built.evidence)).decision


def test_loops_of_names_end() -> None:
    one, other = (CertificateDraft(key=f"p256-{n}") for n in (2, 3))
    names = ordinary_pair().client.issuers[0].subject, ordinary_pair().client.anchor.subject
    (one.subject, one.issuer), (other.subject, other.issuer) = names, names[::-1]
    chain = [ordinary().client[0], one.build("p256-3"), other.build("p256-2")]
    policy = load(CURRENT, CLIENT_NESTED)

    assert "indeterminate" == verdict(policy, Pair(client=chain, server=ordinary().server))


def test_a_leaf_that_is_an_anchor_has_no_issuers() -> None:
    anchors = SideEvidence(anchors=(AnchorEvidence(ordinary().client[0]),))
    policy = load(
        CURRENT,
        CLIENT_NESTED,
        rule("ku", "client", "issuer", {"key_usage.present": True}),
    )

    assert "accept" == verdict(policy, leafs(), client=anchors)


# -- evidence and the caller's word


TRUST = load(
    CURRENT,
    rule("path", "server", "path", {"path.valid": True}),
    rule("name", "server", "leaf", {"name.matches": True}),
)


def test_the_callers_word_counts_where_evidence_says_nothing() -> None:
    assert "indeterminate" == verdict(TRUST)
    assert "indeterminate" == verdict(TRUST, asserted=("path",))
    assert "indeterminate" == verdict(TRUST, asserted=("client.path", "client.name"))
    assert "accept" == verdict(TRUST, asserted=("path", "name"))


@pytest.mark.parametrize(
    "server",
    [
        SideEvidence(anchors=()),
        SideEvidence(anchors=(AnchorEvidence(ordinary().client[1]),)),
        SideEvidence(name=PeerName("dns", "other.example.com")),
        SideEvidence(name=PeerName("dns", "not a name")),
    ],
)
def test_the_callers_word_loses_against_evidence(server: SideEvidence) -> None:
    assert "reject" == verdict(TRUST, server=server, asserted=("path", "name"))


def test_ones_own_trust_is_not_in_question() -> None:
    assert "accept" == verdict(TRUST, perspective="server")
    assert "indeterminate" == verdict(TRUST, perspective="client")
    nobody = SideEvidence(anchors=(), name=PeerName("dns", "other.example.com"))
    assert "accept" == verdict(TRUST, perspective="server", server=nobody)
    purpose = load(CURRENT, rule("purpose", "server", "leaf", {"eku.includes": "clientAuth"}))
    assert "reject" == verdict(purpose, perspective="server")


# -- candidates


def test_the_first_candidate_without_a_failure_decides() -> None:
    """Two anchors of one name: one is too young for the rule, the other is fine."""
    draft = ordinary_pair()
    built = draft.build()
    draft.client.anchor.not_before = AT - 1
    young = draft.client.build().anchor
    policy = load(
        CURRENT,
        rule("old", "client", "anchor", {"validity.issued": {"until": "2026-01-01T00:00:00Z"}}),
    )
    anchors = {"good": built.client.anchor, "young": young}

    for names, expected in (
        ("good", "accept"),
        ("young", "reject"),
        ("good young", "accept"),
        ("young good", "accept"),
    ):
        side = SideEvidence(anchors=tuple(AnchorEvidence(anchors[name]) for name in names.split()))
        assert expected == verdict(policy, ordinary(), client=side)


def test_of_candidates_that_all_fail_the_most_telling_explains() -> None:
    """The first stays where the second has no better reason, and goes where it has."""
    draft = ordinary_pair()
    built = draft.build()
    draft.client.anchor.not_before = AT - 1
    young = draft.client.build().anchor
    window = {"validity.issued": {"until": "2026-01-01T00:00:00Z"}}
    policy = load(
        CURRENT,
        rule("never", "client", "anchor", require=False),
        rule("old", "client", "anchor", window, code="engine.fault"),
    )
    anchors = [AnchorEvidence(built.client.anchor), AnchorEvidence(young)]
    for order in (anchors, anchors[::-1]):
        side = SideEvidence(anchors=tuple(order))
        decision = evaluate(ordinary(), policy, Context(at=AT, client=side))
        assert "engine.fault" == decision.primary


# -- bytes and faults


@pytest.mark.parametrize(
    ("pair", "code"),
    [
        (Pair(client=[], server=leafs().server), "chain.empty"),
        (Pair(client=leafs().client, server=[]), "chain.empty"),
        (Pair(client=[b""], server=leafs().server), None),
        (Pair(client=[*leafs().client, b"\x30\x00"], server=leafs().server), None),
        (Pair(client=[*leafs().client] * 101, server=leafs().server), "limit.chain_certificates"),
        (
            Pair(client=[b"\x30" * (limits.MAX_CERTIFICATE_BYTES + 1)], server=leafs().server),
            "limit.certificate_bytes",
        ),
    ],
)
def test_what_no_policy_accepts(pair: Pair, code: str | None) -> None:
    decision = evaluate(pair, load(rule("any", "both", "leaf", require=True)), Context(at=AT))

    assert "reject" == decision.decision
    assert code is None or code == decision.primary
    assert decision.primary in codes(decision)
    assert decision.json()


def test_a_fault_inside_rejects_and_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(ExtendedKeyUsageFeature, "read", broken)
    decision = evaluate(
        ordinary(),
        load(rule("eku", "both", "leaf", {"eku.present": True})),
        Context(at=AT),
    )

    assert ("reject", "engine.fault", "internal_error") == (
        decision.decision,
        decision.primary,
        decision.alert,
    )
    assert decision.valid_until is None
    assert "RuntimeError" in decision.json()


def test_a_fault_inside_a_rule_rejects_in_every_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = load(CURRENT, rule("eku", "both", "leaf", {"eku.includes": "serverAuth"}, mode="warn"))

    def broken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr("mtlspolicy.features.base.Call.answer", broken)
    decision = evaluate(ordinary(), policy, Context(at=AT))

    assert "reject" == decision.decision
    assert {"test.current", "test.eku"} == codes(decision)


def test_a_side_without_candidates_would_be_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot happen; if it did, the rules on paths would not be passed over in silence."""
    derive = derive_side

    def bare(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - JSON, or any of a table
        return replace(derive(*arguments, **more), candidates=())

    monkeypatch.setattr(judge_module, "derive_side", bare)

    assert "engine.fault" == evaluate(ordinary(), load(CURRENT), Context(at=AT)).primary


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"policy": "cabf-strict"}, "the policy is a `str`: give what `load_policy` returns"),
        ({"context": None}, "the context is a `NoneType`: give the evidence in a `Context`"),
        ({"context": SideEvidence()}, "the context is a `SideEvidence`: give the evidence"),
        ({"pair": ([b""], [b""])}, "the pair is a `tuple`: give both chains in a `Pair`"),
    ],
)
def test_a_mistake_in_the_callers_code_is_no_decision(arguments: Any, told: str) -> None:  # noqa: ANN401 - that is the question
    """Fail closed is for peers; a server that refuses everybody in silence is hard to mend."""
    given = {"pair": ordinary(), "policy": load(CURRENT), "context": Context(at=AT)}

    with pytest.raises(TypeError, match=told):
        evaluate(**(given | arguments))
