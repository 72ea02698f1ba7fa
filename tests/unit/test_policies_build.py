"""From a resolved document to a policy."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from mtlspolicy import canonical
from mtlspolicy.codes import read_codes
from mtlspolicy.errors import PolicyError
from mtlspolicy.features.validity import Window
from mtlspolicy.instants import parse_instant
from mtlspolicy.policies.model import Citation, EffectiveWindow
from support.policies import CITATION, document, load, rule


def faults(*rules: dict[str, Any], **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON, or any of a table
    with pytest.raises(PolicyError) as caught:
        load(*rules, **more)
    return [(fault.pointer, fault.message) for fault in caught.value.faults]


def test_bounds_of_a_setting_that_leave_nothing_are_a_fault_of_their_own() -> None:
    """No default can lie between them, so the default is not to blame."""
    bounds = {"type": "integer", "title": "x", "default": 5, "minimum": 9, "maximum": 3}

    assert [("/settings/n/minimum", "the minimum is above the maximum")] == faults(
        rule("one", "client", "leaf", {"eku.present": True}), settings={"n": bounds}
    )


def test_a_policy_is_what_its_document_says() -> None:
    cited = {**CITATION, "statement": "X-1", "certainty": "unconfirmed"}
    policy = load(
        rule(
            "one",
            "client",
            "leaf",
            {"eku.present": True},
            effective=[{"axis": "not_before", "until": "2026-01-01T00:00:00Z"}],
            if_missing="not_applicable",
            citation=cited,
        ),
        rule("two", "pair", "", {"pair.same_key": True}, code="engine.fault"),
        newest_text_read="2026-01-02",
        obligations=[{"id": "o", "text": "do", "citation": CITATION}, {"id": "p", "text": "be"}],
    )
    one, two = policy.rules

    assert ("my-policy", "1.0.0", "practice", "2026-01-02") == (
        policy.id,
        policy.version,
        policy.status,
        policy.newest_text_read,
    )
    assert ("client", "leaf", "enforce", "not_applicable", 300) == (
        one.side,
        one.of,
        one.mode,
        one.if_missing,
        one.rank,
    )
    assert (
        EffectiveWindow("not_before", Window(None, parse_instant("2026-01-01T00:00:00Z"))),
    ) == one.effective
    assert "Example 1, 1 (X-1) [unconfirmed]" == str(one.citation)
    assert ("pair", None, "unknown", 990) == (two.side, two.of, two.if_missing, two.rank)
    assert "Example 1, 1" == str(two.citation)
    assert [Citation("Example 1", "1", None, "primary"), None] == [
        o.citation for o in policy.obligations
    ]
    assert policy.proposal is None
    assert policy.baseline is None


@pytest.mark.parametrize("of", ["issuer", "link", "anchor"])
def test_only_the_leaf_speaks_for_a_peer(of: str) -> None:
    """Asked of an issuer, the names of its certificate would stand for the peer's."""
    carried = {
        "if": {"source.carried": True},
        "then": {"not": {"tlsa.settled": {"words": ["unanswered"], "exempt": []}}},
    }
    where = {"dns.confirmed_exempt": {"exempt": {"setting": "names"}}}
    names = {"type": "list", "title": "names", "default": []}
    found = faults(rule("one", "client", of, carried, when=where), settings={"names": names})

    told = "asks about a peer, and issuers and anchors are none"
    assert [
        ("/rules/0/when", f"`dns.confirmed_exempt` {told}"),
        ("/rules/0/require", f"`source.carried` {told}"),
        ("/rules/0/require", f"`tlsa.settled` {told}"),
    ] == found
    tcp = {"handshake.transport_in": ["tcp"]}
    assert load(rule("one", "client", of, {"ski.present": True}, when=tcp)).rules[0].of == of


def test_the_digest_is_over_the_resolved_document() -> None:
    plain = document(rule("r", "both", "leaf", require=True))
    policy = load(*plain["rules"], **{"$schema": "https://example.com/"})

    assert hashlib.sha256(canonical.dumps(plain).encode()).hexdigest() == policy.sha256
    assert policy.document == plain


def test_every_fault_is_reported() -> None:
    found = faults(
        rule("a", "both", "leaf", {"nix": True}, when={"nix": True}),
        rule("b", "both", "leaf", require=True, citation={**CITATION, "source": "Z"}),
        rule(
            "c",
            "pair",
            "",
            require=True,
            effective=[{"axis": "not_before", "from": "2026-01-01T00:00:00Z"}],
        ),
        settings={"days": {"type": "integer", "title": "d", "default": True}},
        obligations=[{"id": "o", "text": "t", "citation": {**CITATION, "source": "Z"}}],
    )

    assert [
        ("/settings/days/default", "a whole number is expected"),
        ("/rules/0/when/nix", "there is no atom `nix`"),
        ("/rules/0/require/nix", "there is no atom `nix`"),
        ("/rules/1/citation/source", "there is no source `Z`"),
        (
            "/rules/2/effective/0/axis",
            "a rule on the pair has no certificate of its own: only evaluation_time applies",
        ),
        ("/obligations/0/citation/source", "there is no source `Z`"),
    ] == found


def test_the_message_names_the_first_fault_and_counts_the_rest() -> None:
    with pytest.raises(PolicyError) as caught:
        load(rule("a", "both", "leaf", {"eku.presnt": True}, when={"nix": True}))

    assert (
        "policy `my-policy` is invalid at `/rules/0/when/nix`: there is no atom `nix` (and 1 more)"
        == caught.value.message
    )


def test_a_code_stands_once_in_the_catalogue() -> None:
    entry = {"code": "a.b", "title": "t", "meaning": "m", "clause": "c"}

    assert 300 == read_codes([("policy", [entry])])["a.b"].rank
    assert 600 == read_codes([("path", [entry])])["a.b"].rank
    assert (7, None) == (
        read_codes([("path", [{**entry, "rank": 7, "alert": None}])])["a.b"].rank,
        read_codes([("path", [{**entry, "rank": 7, "alert": None}])])["a.b"].alert,
    )
    codes = read_codes([("policy", [entry])])
    assert codes["a.b"] is codes["a.b"]
    assert (["a.b"], 1, True, False) == (list(codes), len(codes), "a.b" in codes, "a" in codes)
    assert None is codes.get("a")
    with pytest.raises(ValueError, match=r"a\.b stands twice"):
        read_codes([("policy", [entry]), ("path", [entry])])
