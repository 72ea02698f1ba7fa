"""Comparing policies: relations, classes of difference, witnesses in words and in bytes."""

# ruff: noqa: ANN401 - conditions are JSON

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from compare_support import BASE, ISSUED_LATE, on, policy, random_pair
from mtlspolicy import Pair, evaluate, limits, load_policy, load_policy_document
from mtlspolicy.compare import Comparer, Comparison, Party, WitnessError, compare
from mtlspolicy.compare.relation import Universe
from mtlspolicy.compare.witness import forge
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.evidence.document import read_context
from mtlspolicy.suite.witnesses import witness_suite

if TYPE_CHECKING:
    from collections.abc import Sequence


FROM_2026 = {"from": "2026-01-01T00:00:00Z"}
ADDED_SINCE_2026 = {"programme.anchor_added": FROM_2026}
NO_CLIENT_AUTH = {"not": {"eku.includes": "clientAuth"}}
ONE = policy(BASE, "one")
BAN = policy([*BASE, on("ban", "server.leaf", NO_CLIENT_AUTH, effective=ISSUED_LATE)], "two")


def words_of(found: Comparison) -> list[str]:
    return [" | ".join(one.words) for one in (*found.classes, *found.apart)]


def with_one_more(where: str, require: Any, **more: Any) -> Comparison:
    """Compare the plain policy with one that has a rule more; every witness is judged."""
    return compare(ONE, policy([*BASE, on("more", where, require, **more)], "two"))


def test_a_rule_that_an_ordinary_pair_breaks_has_its_value_told() -> None:
    """ "An ordinary pair" alone would leave to the reader what in it is refused."""
    (ban,) = with_one_more("client.leaf", NO_CLIENT_AUTH).classes

    assert ("client: EKU clientAuth",) == ban.words
    assert 0 == ban.deviations


@pytest.mark.parametrize(
    ("where", "require", "words"),
    [
        ("client.path", {"issuers.at_most": 0}, "client: one issuer between leaf and anchor"),
        ("pair", {"server.validity.evaluated": {"from": "2030-01-01T00:00:00Z"}}, "judged at 2026"),
        (
            "client.leaf",
            {"validity.issued": {"until": "2026-01-01T00:00:00Z"}},
            "client: issued 2026-04-01, valid for 90 days",
        ),
        ("pair", {"pair.same_key": True}, "both sides: different leafs"),
        (
            "client.path",
            {"any": [{"not": {"programme.anchor_added": FROM_2026}}, ADDED_SINCE_2026]},
            "client: when the anchor was added is not told",
        ),
    ],
)
def test_what_is_ordinary_is_told_of_chains_and_times_too(
    where: str, require: Any, words: str
) -> None:
    found = with_one_more(where, require)

    assert any(said.startswith(words) for said in words_of(found))


def test_a_word_that_the_caller_gives_is_told() -> None:
    """Who is shown an issuer that has expired wants to know why its path counts."""
    asked = [*BASE, on("path", "both.path", {"path.valid": True})]
    more = on("more", "server.issuer", {"validity.not_expired": True})
    (found,) = compare(policy(asked, "one"), policy([*asked, more], "two")).classes

    assert "server's issuer: " in found.words[0]
    assert "the caller vouches for both paths" == found.words[-1]


@pytest.mark.parametrize(
    ("atom", "bound"), [("validity.started", "notBefore"), ("validity.not_expired", "notAfter")]
)
def test_an_end_of_a_period_that_cannot_be_read_is_told(atom: str, bound: str) -> None:
    purpose = on("purpose", "both.leaf", {"eku.present": True})
    either = {"any": [{atom: True}, {"not": {atom: True}}]}
    two = policy([purpose, on("either", "client.leaf", either)], "two")
    (found,) = compare(policy([purpose], "one"), two).classes

    assert f"client: {bound} with a fraction of a second" == found.words[0]
    assert ("accept", "indeterminate") == found.decisions


# -- relations


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("client.leaf", "client.leaf", "one and two accept the same pairs: none at all"),
        ("client.leaf", "both.leaf", "one is stricter than two: it accepts no pair at all"),
        ("both.leaf", "server.leaf", "more permissive than two, which accepts no pair at all"),
    ],
)
def test_a_policy_that_accepts_nothing_is_called_so(one: str, two: str, said: str) -> None:
    """A policy for clients alone accepts no pair; that must not pass for agreement."""
    current = {"validity.current": True}
    found = compare(policy([on("a", one, current)], "one"), policy([on("a", two, current)], "two"))

    assert said in found.sentence()


def test_past_the_limit_no_policy_is_called_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    clients = policy([on("a", "client.leaf", {"validity.current": True})], "one")
    universe = Universe([compile_policy(clients, {})])

    assert not universe.accepts(0)
    monkeypatch.setattr(limits, "MAX_COMPARED_STATES", 0)
    assert Universe([compile_policy(clients, {})]).accepts(0)


def test_policies_of_one_id_are_called_by_version_or_by_place() -> None:
    """As where the next version of a policy is compared with the one in force."""
    older = policy(BASE, "ours", version="1.0.0")
    newer = policy(BASE, "ours", version="1.1.0")

    assert ("ours 1.0.0", "ours 1.1.0") == compare(older, newer).names
    assert ("ours (a)", "ours (b)") == compare(older, older).names
    assert ("one", "two") == compare(ONE, BAN).names


def test_a_policy_is_equivalent_to_itself_under_another_name() -> None:
    found = compare(ONE, policy(BASE, "two"))

    assert ("equivalent", (), ()) == (found.relation, found.classes, found.apart)
    assert "one and two accept the same pairs" == found.sentence()


def test_rules_that_say_the_same_in_other_words_are_equivalent() -> None:
    current = {
        "all": [{"validity.started": True}, {"not": {"not": {"validity.not_expired": True}}}]
    }
    found = compare(ONE, policy([on("current", "both.leaf", current)], "two"))

    assert ("equivalent", ()) == (found.relation, found.classes)


def test_a_dated_ban_is_a_difference_that_says_since_when() -> None:
    found = compare(ONE, BAN)
    (ban,) = found.classes

    assert ("more-permissive", 1, ("accept", "reject")) == (
        found.relation,
        ban.refusing,
        ban.decisions,
    )
    assert [("ban", "server", "fail")] == [(r.id, r.role, r.outcome) for r in ban.rules]
    assert ["issued on or after 2027-03-15"] == ban.rules[0].document()["effective"]
    assert (
        "server: issued on or after 2027-03-15, EKU clientAuth",
        "judged at 2027-03-15",
    ) == ban.words


def test_turned_round_it_is_stricter() -> None:
    assert "stricter" == compare(BAN, ONE).relation


def test_each_may_refuse_what_the_other_accepts() -> None:
    other = policy([*BASE, on("usage", "client.leaf", {"key_usage.present": True})], "three")
    found = compare(BAN, other)

    assert "incomparable" == found.relation
    assert {0, 1} == {one.refusing for one in found.classes}


def test_one_rule_on_both_sides_is_one_class_that_names_both() -> None:
    found = with_one_more("both.leaf", {"key_usage.present": True})
    (one,) = found.classes

    assert ("client", ("server",)) == (one.rules[0].role, one.also)


def test_a_policy_that_enforces_nothing_accepts_nothing() -> None:
    found = compare(policy([{**BASE[0], "mode": "warn"}], "idle"), ONE)

    assert "stricter" == found.relation
    assert {"engine.nothing_enforced"} == {r.id for one in found.classes for r in one.rules}
    assert "engine.nothing_enforced" == found.classes[0].rules[0].document()["code"]


def test_settings_are_fixed_on_each_side() -> None:
    strict = load_policy("cabf-strict")
    found = compare(strict, strict, settings=({}, {"forbid_client_auth": True}), witnesses=False)

    assert "more-permissive" == found.relation
    assert found.document()["policies"]["b"]["settings"]["forbid_client_auth"] is True
    assert {None} == {one.witness for one in found.classes}


def test_past_the_limit_the_answer_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COMPARED_STATES", 0)
    found = compare(ONE, BAN)

    assert ("unknown", (), 1) == (found.relation, found.classes, found.states)
    assert "unknown" in found.sentence()


def test_what_only_one_rejects_and_the_other_leaves_open_is_listed_apart() -> None:
    name = on("name", "server.path", {"name.matches": True})
    one = policy([*BASE, name], "one")
    two = policy([*BASE, name, on("asked", "server.path", {"name.asked": True})], "two")
    found = compare(one, two)

    assert ("equivalent", ()) == (found.relation, found.classes)
    (apart,) = found.apart
    assert ("indeterminate", "reject") == apart.decisions


def test_a_rule_that_a_class_shows_is_not_listed_apart_again() -> None:
    valid = {"path.valid": True}
    one = policy([*BASE, on("path", "server.path", valid)], "one")
    two = policy([*BASE, on("path", "server.path", valid), BAN.document["rules"][1]], "two")
    found = compare(one, two)

    assert "more-permissive" == found.relation
    assert (["ban"], ()) == ([rule.id for one in found.classes for rule in one.rules], found.apart)


def test_several_policies_are_compared_over_what_they_share() -> None:
    some = Comparer([Party(ONE), Party(BAN), Party(policy(BASE, "three"))])

    relations = [some.compare(a, b).relation for a, b in ((0, 1), (1, 2), (0, 2), (0, 1))]
    assert ["more-permissive", "stricter", "equivalent", "more-permissive"] == relations


def test_thirty_rules_over_thirty_dates() -> None:
    """Each rule is a class, and says its own date."""

    def dated(number: int) -> dict[str, Any]:
        window = {"from": f"20{30 + number // 12}-{1 + number % 12:02}-01T00:00:00Z"}
        return on(
            f"r{number}",
            "server.leaf",
            {"any": [{"validity.days_at_most": 400 - number}, {"eku.includes": "serverAuth"}]},
            when={"validity.issued": window},
        )

    found = compare(ONE, policy([*BASE, *map(dated, range(30))], "dates"), witnesses=False)

    assert "more-permissive" == found.relation
    assert {f"r{n}" for n in range(30)} == {r.id for one in found.classes for r in one.rules}


def test_a_rule_of_draft_frank_that_is_switched_off_is_a_difference() -> None:
    """An IPv4-mapped address that DNS gives: with a real pair and real answers to show it."""
    proposal = "draft-frank-mtls-via-serverauth-extension-00"
    ours = load_policy("draft-frank-s2s", enable_proposal=proposal)
    off = {"id": "name-address-mapped", "mode": "off"}
    document: dict[str, Any] = {"id": "lax", "version": "1.0.0", "title": "lax"}
    document["status"] = "proposal"
    document |= {"newest_text_read": "2025-06-16", "extends": "draft-frank-s2s"}
    document |= {"sources": [], "rules": [off]}
    lax = load_policy_document(json.dumps(document), enable_proposal=proposal)

    found = Comparer([Party(ours), Party(lax)]).compare(0, 1, most=1)

    (mapped,) = found.classes
    assert ("stricter", ("reject", "accept")) == (found.relation, mapped.decisions)
    assert ["name-address-mapped"] == [one.id for one in mapped.rules]
    assert mapped.witness is not None
    told = mapped.witness.evidence["dns"]["answers"]
    assert "::ffff:203.0.113.7" in [one["data"][0].get("address") for one in told]


@pytest.mark.parametrize("other", ["s2s-spiffe", "draft-frank-s2s"])
def test_who_is_expected_is_a_name_that_the_leaf_carries(other: str) -> None:
    """Policies about names of several types: an example each way is judged as predicted."""
    proposal = "draft-frank-mtls-via-serverauth-extension-00"
    leave = {"enable_proposal": proposal} if other.startswith("draft") else {}
    parties = [Party(load_policy("service-account")), Party(load_policy(other, **leave))]

    found = Comparer(parties).compare(0, 1, most=1)

    assert "incomparable" == found.relation
    assert all(one.witness is not None for one in found.classes)


# -- witnesses


def test_a_witness_is_real_and_judged_from_its_bytes() -> None:
    witness = compare(ONE, BAN).classes[0].witness

    assert witness is not None
    pair = Pair(client=list(witness.client), server=list(witness.server))
    decision = evaluate(pair, BAN, read_context(dict(witness.evidence)))
    assert ["ban"] == [f.rule for f in decision.findings if f.outcome == "fail"]


def test_a_witness_that_is_not_judged_as_predicted_fails_loudly() -> None:
    (ban,) = compare(ONE, BAN).classes
    other = policy([*BASE, on("other", "both.leaf", {"not": {"eku.present": True}})], "other")

    with pytest.raises(WitnessError, match="not judged as predicted: `one` says accept instead"):
        forge(ban.state, (ONE, ONE), ({}, {}))
    with pytest.raises(WitnessError) as fault:
        forge(ban.state, (ONE, other), ({}, {}))
    said = "`other` finds ['other'] instead of ['ban'] (ban in: "
    assert f"a witness of `one` and `other` is not judged as predicted: {said}" in str(fault.value)


@pytest.mark.parametrize("extension", ["aia", "sct", "aki", "ski"])
def test_an_anchor_on_record_has_no_critical_extension_below_that_nobody_processes(
    extension: str,
) -> None:
    """RFC 5280, 4.2: a path with such an extension does not validate."""
    added = {"programme.anchor_added": {"from": "2025-04-15T00:00:00Z"}}
    asked = [*BASE, on("path", "server.path", {"path.valid": True})]
    ban = on("ban", "server.leaf", {"not": added}, when={f"{extension}.critical": True})
    found = compare(policy(asked, "one"), policy([*asked, ban], "two"))

    # No anchor is on record, so all that is left is not to know.
    assert {"unknown"} == {rule.outcome for one in found.classes for rule in one.rules}


def test_an_anchor_on_record_is_that_of_a_path_that_validates() -> None:
    """Who is on record was found, so nothing on the way to it can be amiss."""
    added = {"programme.anchor_added": {"from": "2025-04-15T00:00:00Z"}}
    asked = [*BASE, on("path", "server.path", {"path.valid": True})]
    asked += [on("usage", "server.issuer", {"key_usage.present": True})]
    two = policy([*asked, on("added", "server.leaf", {"not": added})], "two")
    found = compare(policy(asked, "one"), two)

    assert "more-permissive" == found.relation
    document = found.document()["classes"][0]["witness"]
    assert {"client", "server", "evidence"} == set(document)


def test_policies_that_are_not_built_in_are_no_part_of_the_suite() -> None:
    case, *apart = witness_suite(compare(ONE, BAN)).cases

    assert ("comparison::01-ban", {}) == (case.id, case.expected)
    assert [{}] * len(apart) == [one.expected for one in apart]
    assert (
        () == witness_suite(Comparer([Party(ONE), Party(BAN)]).compare(0, 1, witnesses=False)).cases
    )


NO_AUTHORITY = {"not": {"basic_constraints.ca": True}}
POLICIES = {"policies.present": True}
ONE_DEVIATION: Sequence[tuple[str, Any, str]] = [
    ("pair", {"not": {"pair.same_certificate": True}}, "both sides: the same certificate"),
    ("pair", {"not": {"pair.same_key": True}}, "both sides: the same key"),
    ("pair", {"client.eku.includes": "serverAuth"}, ""),
    ("client.leaf", {"not": {"extensions.repeats": True}}, "one of all twice"),
    ("client.leaf", {"version.fits_extensions": True}, "v1 with extensions"),
    (
        "client.leaf",
        {"any": [{"not": {"extensions.empty": True}}, {"version.is": 3}]},
        "an empty list of extensions",
    ),
    ("server.path", {"path.valid": True}, "server: path invalid"),
    ("server.path", {"path.group": ["x9"]}, ""),
    ("server.path", {"not": {"path.group": ["x9"]}}, "path to a `x9` anchor"),
    (
        "client.anchor",
        {
            "not": {
                "all": [
                    {"programme.disclosed": {"from": "2026-06-15T00:00:00Z"}},
                    {"validity.issued": {"until": "2025-06-15T00:00:00Z"}},
                ]
            }
        },
        "client's anchor: disclosed 2026-06-15",
    ),
    ("server.leaf", {"name.matches": True}, "server: name does not match"),
    ("server.leaf", {"not": {"name.type": ["ip"]}}, "name"),
    ("server.leaf", {"not": {"name.type": ["uri", "srv"]}}, "name"),
    ("server.leaf", {"not": {"name.type": ["dn"]}}, "name"),
    ("server.leaf", {"not": {"revocation.status": ["revoked"]}}, "server: revocation revoked"),
    ("server.leaf", {"not": {"revocation.status": ["partial"]}}, "server: revocation partial"),
    ("server.issuer", {"eku.includes": "serverAuth"}, "server's issuer: no EKU"),
    ("client.anchor", {"basic_constraints.ca": True}, "client's anchor: no basic constraints"),
    ("client.anchor", {"link.names_identical": True}, ""),
    ("client.issuer", {"not": {"basic_constraints.ca": True}}, ""),
    ("client.link", {"link.names_identical": True}, "named in other bytes"),
    ("client.leaf", {"link.names_identical": True}, "named in other bytes"),
    ("client.leaf", {"issuers.known": True}, "and others may follow"),
    ("client.leaf", {"not": {"issuers.known": True}}, ""),
    ("client.leaf", {"issuers.permit": {"purpose": "clientAuth"}}, "client's issuer: EKU"),
    ("client.leaf", {"not": {"issuers.permit": {"purpose": "clientAuth"}}}, ""),
    (
        "client.leaf",
        {"issuers.permit_any": {"purposes": ["clientAuth", "serverAuth"], "anchor": "ignore"}},
        "client's issuer: EKU",
    ),
    ("client.leaf", {"validity.days_at_most": 100}, "client: valid for 100 days and 1 second"),
    ("client.leaf", {"not": {"validity.days_at_most": 50}}, "client: valid for"),
    ("client.leaf", {"validity.issued": {"from": "2026-01-01T00:00:00Z"}}, "issued before 2026"),
    ("client.issuer", {"validity.started": True}, "client's issuer: "),
    ("client.issuer", {"validity.not_expired": True}, "expired"),
    ("client.issuer", {"validity.ordered": True}, "notAfter before notBefore"),
    ("client.issuer", {"not": {"encoding.notes": "time.fraction"}}, "fractions of a second"),
    ("client.anchor", {"not": {"key_reuse.other_purposes": True}}, "anchor: the key is also in"),
    ("client.issuer", {"not": {"encoding.notes": "issuer.empty"}}, "issuer is the empty name"),
    (
        "client.leaf",
        {
            "any": [
                {"not": {"encoding.notes": "time.generalized_before_2050"}},
                {"validity.days_at_most": 9},
            ]
        },
        "is written as GeneralizedTime",
    ),
    (
        "server.leaf",
        {"any": [{"validity.issued": FROM_2026}, {"not": {"sct.count_at_least": 1}}]},
        "server: issued before 2026",
    ),
    (
        "client.leaf",
        {"any": [{"path.valid": True}, {"issuers.known": True}]},
        "path invalid",
    ),
    ("both.leaf", {"validity.evaluated": {"until": "2027-01-01T00:00:00Z"}}, "judged at 2027"),
    ("both.leaf", {"validity.evaluated": {"from": "2026-01-01T00:00:00Z"}}, "judged at 2025-12-31"),
    (
        "server.leaf",
        {"not": {"programme.anchor_added": {"from": "2025-04-15T00:00:00Z"}}},
        "the anchor was added 2025-04-15",
    ),
    (
        "server.issuer",
        {"programme.disclosed": {"from": "2024-06-15T00:00:00Z"}},
        "server's issuer: ",
    ),
    (
        "server.issuer",
        {
            "not": {
                "all": [
                    {"programme.disclosed": {"from": "2026-03-15T00:00:00Z"}},
                    {"validity.issued": {"until": "2025-06-15T00:00:00Z"}},
                ]
            }
        },
        "server's issuer: disclosed 2026-03-15",
    ),
    (
        "server.leaf",
        {"if": {"eku.present": True}, "then": {"san.present": True}},
        "SAN",
    ),
    (
        "server.leaf",
        {"iff": [{"eku.present": True}, {"key_usage.present": True}]},
        "server: no",
    ),
    ("server.leaf", {"not": {"iff": [{"eku.critical": True}, {"eku.empty": True}]}}, ""),
    ("client.leaf", {"any": [{"san.present": True}, {"basic_constraints.present": True}]}, "SAN"),
    ("client.leaf", {"any": [{"basic_constraints.ca": True}, NO_AUTHORITY]}, "unreadable"),
    (
        "client.leaf",
        {
            "any": [
                {"basic_constraints.ca": True},
                NO_AUTHORITY,
                {"not": {"extensions.repeats": True}},
            ]
        },
        "unreadable",
    ),
    (
        "client.leaf",
        {"not": {"all": [{"aia.present": True}, {"crldp.present": True}, POLICIES]}},
        " as a public server's",
    ),
]


@pytest.mark.parametrize(("where", "require", "words"), ONE_DEVIATION)
def test_one_rule_more_is_shown_by_a_small_witness(where: str, require: Any, words: str) -> None:
    """Whatever a rule asks about, its difference is found, told and judged from bytes."""
    found = with_one_more(where, require)

    assert "more-permissive" == found.relation
    assert any(words in said for said in words_of(found))


@pytest.mark.parametrize(
    "more",
    [
        {"if_missing": "not_applicable"},
        {"when": {"key_usage.present": True}},
        {"effective": ISSUED_LATE},
        {"effective": [{"axis": "evaluation_time", "from": "2027-03-15T00:00:00Z"}]},
        {"effective": [{"axis": "anchor_added", "from": "2025-03-15T00:00:00Z"}]},
    ],
)
@pytest.mark.parametrize("where", ["client.leaf", "client.issuer", "both.link", "server.anchor"])
def test_rules_that_do_not_always_bind(where: str, more: dict[str, Any]) -> None:
    """Windows, conditions and leniency on every certificate: found, and judged from bytes."""
    found = with_one_more(where, {"ski.critical": True}, **more)

    assert "more-permissive" == found.relation


@pytest.mark.parametrize("seed", range(6))
def test_random_policies_turned_round(seed: int) -> None:
    """Which is called the first does not matter, and every witness is as predicted."""
    one, two = random_pair(random.Random(seed))  # noqa: S311 - seeded dice
    found, turned = compare(one, two), compare(two, one)

    opposite = {"stricter": "more-permissive", "more-permissive": "stricter"}
    assert turned.relation == opposite.get(found.relation, found.relation)
    assert {causes(c) for c in found.classes} == {causes(c) for c in turned.classes}


def causes(one: Any) -> frozenset[str]:
    return frozenset(rule.id for rule in one.rules)


def test_one_built_in_policy_under_two_settings_is_two_cases() -> None:
    legacy = load_policy("legacy-dual-use")
    found = compare(legacy, legacy, settings=({}, {"absent_eku": "refuse"}))
    cases = witness_suite(found).cases

    assert "more-permissive" == found.relation
    assert {"a", "b"} == {case.id[-1] for case in cases}
    assert {"refuse", None} == {
        one.settings.get("absent_eku") for case in cases for one in case.expected.values()
    }
