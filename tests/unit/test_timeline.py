"""Timelines: sampling agrees with them, and they can be shown."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mtlspolicy import Context, Pair, evaluate, load_policy, resources
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.certificate import Name, SignedCertificateTimestamps
from mtlspolicy.facts.pem import split_certificates
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.forge.extensions import Sct, signed_certificate_timestamps
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ORDINARY_NOT_BEFORE, ordinary_pair
from mtlspolicy.forge.revocation import put_status
from mtlspolicy.instants import parse_instant
from mtlspolicy.loader import codes
from mtlspolicy.timeline import Line, evaluation_line, renewal_line
from mtlspolicy.timeline.authorities import recognise
from mtlspolicy.timeline.lines import renewal_verdict
from mtlspolicy.timeline.picture import draw
from mtlspolicy.timeline.renewed import length_of, renew_leaf

if TYPE_CHECKING:
    from mtlspolicy.forge.pair import PairDraft

POLICIES = (
    "cabf-strict",
    "chrome-root-program",
    "mozilla-root-store",
    "apple-root-program",
    "microsoft-root-program",
    "legacy-dual-use",
)
DAY = 86_400


def built(pair: PairDraft) -> tuple[Pair, Context]:
    made = pair.build()
    return Pair(made.client.presented, made.server.presented), read_context(made.evidence)


def dual(*, evidence: str = "") -> tuple[Pair, Context]:
    pair = ordinary_pair()
    pair.server.leaf.set_purposes("serverAuth", "clientAuth")
    if evidence:
        put_status(pair.server, pair.evidence, "server", evidence)
    return built(pair)


def dates(line: Line | None) -> list[tuple[str | None, str, str | None]]:
    assert line is not None
    spans = line.document()["spans"]
    return [(span["from"], span["decision"], span["primary"]) for span in spans]


def samples(line: Line) -> list[int]:
    """Instants around every change, inside every span, and far away."""
    cuts = [change.at for change in line.changes]
    around = [cut + step for cut in cuts for step in (-1, 0, 1, DAY)]
    middles = [(a + b) // 2 for a, b in pairwise(cuts)]
    months = range(
        parse_instant("2024-01-01T00:00:00Z"), parse_instant("2036-01-01T00:00:00Z"), 211 * DAY
    )
    return [*around, *middles, *months]


# -- sampling agrees


@pytest.mark.parametrize("policy_id", POLICIES)
@pytest.mark.parametrize("evidence", ["", "good", "revoked", "unknown"])
def test_sampling_agrees_along_evaluation_time(policy_id: str, evidence: str) -> None:
    pair, context = dual(evidence=evidence)
    policy = load_policy(policy_id)
    line = evaluation_line(pair, policy, context)
    for at in samples(line):
        assert line.verdict(at) == evaluate(pair, policy, replace(context, at=at)).decision


@pytest.mark.parametrize("policy_id", POLICIES)
def test_sampling_agrees_along_renewal(policy_id: str) -> None:
    pair, context = dual(evidence="good")
    policy = load_policy(policy_id)
    line = renewal_line(pair, policy, context)
    assert line is not None
    for at in samples(line):
        assert line.verdict(at) == renewal_verdict(pair, policy, context, at)


@pytest.mark.parametrize("policy_id", POLICIES)
def test_a_renewal_is_what_the_same_ca_would_issue(policy_id: str) -> None:
    """Forge the pair of each day with real signatures; the verdict is the timeline's."""
    pair, context = dual()
    line = renewal_line(pair, load_policy(policy_id), context)
    assert line is not None
    for at in samples(line)[::3]:
        other = ordinary_pair()
        other.server.leaf.set_purposes("serverAuth", "clientAuth")
        for chain in (other.client, other.server):
            length = chain.leaf.not_after - chain.leaf.not_before
            chain.leaf.not_before, chain.leaf.not_after = at, at + length
        moved = (at + 3600) * 1000
        stamps = signed_certificate_timestamps(Sct("log one", moved), Sct("log two", moved + 250))
        other.server.leaf.set_extension("signedCertificateTimestamps", stamps)
        forged, evidence = built(other)
        found = evaluate(forged, load_policy(policy_id), replace(evidence, at=at))
        assert line.verdict(at) == found.decision


# -- what they say


def test_chromes_date_is_a_date_of_renewal() -> None:
    pair, context = dual()
    line = renewal_line(pair, load_policy("chrome-root-program"), context)
    assert ("2027-03-15T00:00:00Z", "reject", "programme.chrome_leaf") in dates(line)
    assert line is not None
    change = next(c for c in line.changes if c.at == parse_instant("2027-03-15T00:00:00Z"))
    assert [cause.rule for cause in change.began] == ["chrome-leaf"]
    assert (change.before, change.after, change.ended) == ("accept", "reject", ())


def test_evidence_bounds_the_evaluation_and_not_the_renewal() -> None:
    pair, context = dual(evidence="good")
    line = evaluation_line(pair, load_policy("cabf-strict"), context)
    assert [verdict for _, verdict, _ in dates(line)] == [
        "reject",
        "indeterminate",
        "accept",
        "indeterminate",
        "reject",
    ]
    renewal = renewal_line(pair, load_policy("cabf-strict"), context)
    assert [verdict for _, verdict, _ in dates(renewal)] == ["reject", "accept", "reject"]


def test_what_cannot_be_renewed_has_no_line() -> None:
    pair, context = dual()
    policy = load_policy("cabf-strict")
    never = ordinary_pair()
    never.client.leaf.not_after = parse_instant("9999-12-31T23:59:59Z")
    for other in (Pair([], pair.server), Pair([b"\x30\x00"], pair.server), built(never)[0]):
        assert renewal_line(other, policy, context) is None
        assert evaluation_line(other, policy, context).spans
    assert length_of(read_certificate(b"\x30\x00")) is None


def test_settings_that_are_none_reject_at_all_times() -> None:
    pair, context = dual()
    wrong = context.with_settings({"nonsense": True})
    assert dates(evaluation_line(pair, load_policy("cabf-strict"), wrong)) == [
        (None, "reject", "engine.setting_invalid")
    ]
    assert renewal_line(pair, load_policy("cabf-strict"), wrong) is None


def test_a_pinned_leaf_is_pinned_again() -> None:
    pair, context = dual()
    pinned = replace(
        context,
        server=replace(
            context.server,
            anchors=(replace((context.server.anchors or ())[0], certificate=pair.server[0]),),
        ),
    )
    line = renewal_line(pair, load_policy("legacy-dual-use"), pinned)
    assert line is not None
    assert line.verdict(parse_instant("2028-01-01T00:00:00Z")) == "accept"


def test_without_anchors_the_presented_chain_is_renewed() -> None:
    pair, context = dual()
    bare = Context(at=context.at, asserted=("path", "name", "issuers"))
    line = renewal_line(pair, load_policy("legacy-dual-use"), bare)
    assert line is not None
    assert line.verdict(parse_instant("2028-01-01T00:00:00Z")) == "accept"


def test_a_renewed_leaf_differs_in_its_days_alone() -> None:
    leaf = read_certificate(dual()[0].server[0])
    at = parse_instant("2050-06-01T00:00:00Z")
    again = renew_leaf(leaf, at)
    assert isinstance(leaf.not_before, int)
    assert (again.not_before, length_of(again)) == (at, length_of(leaf))
    assert (again.serial, again.subject, again.issuer) == (leaf.serial, leaf.subject, leaf.issuer)
    assert again.well_formed
    old, new = (one.find("1.3.6.1.4.1.11129.2.4.2") for one in (leaf, again))
    assert isinstance(old, SignedCertificateTimestamps)
    assert isinstance(new, SignedCertificateTimestamps)
    moved = [b[2] - a[2] for a, b in zip(old.timestamps, new.timestamps, strict=True)]
    assert moved == [(at - leaf.not_before) * 1000] * 2


def test_a_version_one_leaf_is_renewed_too() -> None:
    pair = ordinary_pair()
    pair.client.leaf.extensions.clear()
    pair.client.leaf.version = 1
    leaf = read_certificate(pair.client.build().presented[0])
    assert renew_leaf(leaf, ORDINARY_NOT_BEFORE + DAY).not_before == ORDINARY_NOT_BEFORE + DAY


# -- authorities


def catalogue() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.read("catalogue/ca-timelines.json"))
    return found


def test_the_catalogue_fits_its_schema() -> None:
    schema = json.loads(resources.read("schemas/ca-timelines.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(catalogue())
    names = [n["name"] for one in catalogue()["authorities"] for n in one["organizations"]]
    assert len(names) == len(set(names))
    assert [] == [code for code in catalogue()["cited_for"] if code not in codes()]


def test_a_ca_is_recognised_by_the_issuers_organization() -> None:
    pair = ordinary_pair()
    pair.server.issuers[0].subject = name(("C", "US"), ("O", "DigiCert Inc"), ("CN", "X"))
    made = pair.build()
    leafs = {
        "client": read_certificate(b"\x30\x00"),
        "server": read_certificate(made.server.presented[0]),
    }
    (found,) = recognise(leafs, catalogue())
    assert (found["roles"], found["id"]) == (["server"], "digicert")
    assert {"date": "2027-03-01", "certainty": "primary"}.items() <= found["events"][-1].items()
    assert [{"organization": "DigiCert Inc", "certainty": "primary"}] == found["recognised_by"]


def test_one_ca_with_two_names_is_told_once() -> None:
    """Both leafs, under two organizations of one CA."""
    pair = ordinary_pair()
    pair.server.issuers[0].subject = name(("O", "Let's Encrypt"), ("O", "ISRG"), ("CN", "X"))
    pair.client.issuers[0].subject = name(("O", "Let's Encrypt"), ("CN", "Y"))
    made = pair.build()
    leafs = {
        "client": read_certificate(made.client.presented[0]),
        "server": read_certificate(made.server.presented[0]),
    }
    (found,) = recognise(leafs, catalogue())
    named = [one["organization"] for one in found["recognised_by"]]
    assert (["client", "server"], ["Let's Encrypt", "ISRG"]) == (found["roles"], named)


def test_a_remedy_cites_the_dates_of_the_ca() -> None:
    """Where the purpose is missing and the issuer is recognised; elsewhere the remedy stays."""
    remedies = {}
    for organization in ("DigiCert Inc", "GoDaddy Inc.", "Example Private"):
        pair = ordinary_pair()
        pair.client.issuers[0].subject = name(("O", organization), ("CN", "X"))
        pair.client.leaf.set_purposes("serverAuth")
        made = pair.build()
        decision = evaluate(
            Pair(client=made.client.presented, server=made.server.presented),
            load_policy("legacy-dual-use"),
            read_context(made.evidence),
        )
        (finding,) = [f for f in decision.findings if f.code == "eku.client_auth_missing"]
        remedies[organization] = finding.remedy or ""
        others = [f.remedy or "" for f in decision.findings if f.code != finding.code]
        assert not any("organization" in one for one in others)
    plain = remedies["Example Private"]
    assert all(remedy.startswith(plain) for remedy in remedies.values())
    assert "DigiCert (by the issuer's organization) on clientAuth" in remedies["DigiCert Inc"]
    assert "2027-03-01 last possible" in remedies["DigiCert Inc"]
    assert "(by the issuer's organization [unconfirmed])" in remedies["GoDaddy Inc."]
    assert "moving to its R1 hierarchy [secondary]" in remedies["GoDaddy Inc."]


@pytest.mark.oracle
def test_organizations_that_are_sure_are_those_of_public_roots() -> None:
    """A name that is said to be a public root's is one; nobody else's is taken for it."""
    import certifi  # noqa: PLC0415 - of the group `oracle`, which may be absent

    text = Path(certifi.where()).read_bytes()
    roots = map(read_certificate, split_certificates(text).certificates)
    found = {
        attribute.value
        for root in roots
        if isinstance(root.subject, Name)
        for rdn in root.subject.rdns
        for attribute in rdn
        if attribute.oid == "2.5.4.10"
    }
    claimed = {
        one["name"]
        for authority in catalogue()["authorities"]
        for one in authority["organizations"]
        if one["seen"].startswith("organization of a root")
    }
    # a later bundle may leave roots out, so most is enough
    assert len(claimed & found) > 0.8 * len(claimed)


# -- the picture


def test_the_picture_is_xml_that_says_everything_in_words() -> None:
    pair, context = dual(evidence="good")
    policy = load_policy("chrome-root-program")
    lines = [(policy.id, evaluation_line(pair, policy, context))]
    renewal = renewal_line(pair, policy, context)
    assert renewal is not None
    drawn = draw([*lines, (policy.id, renewal)], context.at)
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{space}title") == "When the verdict changes"
    spoken = root.findtext(f"{space}desc") or ""
    assert (
        "issued again on this day: reject at first, accept from 2025-01-01, reject from 2027-03-15."
        in spoken
    )
    words = [element.text for element in root.iter(f"{space}text")]
    assert {"2027-03-15", "00:00:01", "accept", "indeterminate"} <= set(words)
    for word in ("prefers-color-scheme: dark", "@media print"):
        assert word in drawn


def test_a_picture_of_one_verdict_has_one_span() -> None:
    pair, context = dual()
    line = evaluation_line(Pair([], pair.server), load_policy("cabf-strict"), context)
    assert ">reject</text>" in draw([("cabf-strict", line)], context.at)
