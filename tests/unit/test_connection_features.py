"""What connections look like as values: every point has words, JSON, and one cell per answers."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy import Pair, evaluate, load_policy
from mtlspolicy.derive.dns.source import carries, read_source
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.derive.side import derive_side
from mtlspolicy.derive.trust import RevocationStatus
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts import read_certificate
from mtlspolicy.features.base import Call, Domain, Feature
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.forged_dns import ADDRESS, give_address
from mtlspolicy.features.handshake import HANDSHAKE_FEATURES, ServerPortFeature
from mtlspolicy.features.host_subject import HostSubjectFeature
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import CertificateSubject, PathSubject, Place
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.suite.cases import draft_frank
from suite_support import suite

OURS = [feature for feature in FEATURES if isinstance(feature, ConnectionFeature)]
WORDS: dict[str, Any] = {
    "exempt": (".local", ".onion"),
    "wildcards": "refuse",
    "port": "source",
    "names": ("peer.example.org",),
    "addresses": ("192.0.2.18",),
    "protocols": ("xmpp-server",),
}


def calls(feature: Feature[Any]) -> list[Call]:
    """Ask every atom of the feature, with the first words of its lists."""
    return [
        Call(
            feature,
            atom,
            tuple(WORDS.get(p.name, tuple(p.kind.words[:2])) for p in atom.parameters),
        )
        for atom in feature.atoms
    ]


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
def test_every_point_has_words_and_a_cell(feature: Feature[Any]) -> None:
    domain = Domain(feature, calls(feature))
    cell = feature.cell(domain.calls)

    assert cell is not None
    for value in feature.points(domain.calls):
        assert feature.describe(value)
        feature.show(value)
        assert cell(value) == domain.answers(value)
        assert domain.abstract(value) in domain.values


def single_words(feature: Feature[Any]) -> list[Call]:
    """Ask every atom of the feature, each word of its lists by itself."""
    found: list[Call] = []
    for call in calls(feature):
        first = next(iter(call.atom.parameters), None)
        listed = first is not None and first.name not in WORDS
        words = first.kind.words if first is not None and listed else ()
        given: list[Any] = [(word,) for word in words] or [
            call.arguments[0] if call.arguments else ()
        ]
        for word in given:
            arguments = (word, *call.arguments[1:]) if call.arguments else ()
            found.append(Call(feature, call.atom, arguments))
    return found


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
def test_every_point_is_realised_as_it_is(feature: Feature[Any]) -> None:
    """Evidence that is made for a value has that value, as far as any word can tell."""
    asked = single_words(feature)
    for value in feature.points(calls(feature)):
        pair = ordinary_pair()
        feature.realise(value, Place(pair, "client"))
        built = pair.build()
        context = read_context(built.evidence)
        side = derive_side("client", built.client.presented, context, own=False)
        subject = path_subjects(side, side.candidates[0], context, context.at).leaf
        found = feature.read(subject)

        answers = [(call.arguments, call.answer(value)) for call in asked]
        assert answers == [(call.arguments, call.answer(found)) for call in asked], (value, found)


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
def test_without_evidence_nothing_is_known_of_a_connection(feature: Feature[Any]) -> None:
    """A subject that was made without evidence answers like one about which nothing was given."""
    built = ordinary_pair().build()
    leaf = read_certificate(built.client.presented[0])
    context = read_context({"schema_version": 1, "at": "2026-05-01T00:00:00Z"})
    policy = load_policy("legacy-dual-use")
    pair = Pair(built.client.presented, built.server.presented)
    side = evaluate(pair, policy, context).judged.client
    assert side is not None
    assert side.candidate is not None
    subject = PathSubject(
        side="client",
        certificate=leaf,
        at=context.at,
        candidate=side.candidate,
        path=side.candidate.status(context.at),
        name=side.side.name,
        revocation=RevocationStatus("absent"),
    )

    assert {True} != {call.answer(feature.read(subject)) for call in calls(feature)}
    assert known_of(subject) is known_of(subject)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (None, "absent"),
        ("192.0.2.17", "usable"),
        ("8.8.8.8", "usable"),
        ("::ffff:8.8.8.8", "usable"),
        ("::ffff:10.0.0.1", "special"),
        ("::10.0.0.1", "special"),
        ("::ffff:0:8.8.8.8", "special"),
        ("64:ff9b::808:808", "special"),
        ("2002:808:808::1", "special"),
        ("2001::1", "special"),
        ("2001:200::1", "usable"),
        ("198.19.255.255", "special"),
        ("198.20.0.1", "usable"),
        ("192.0.0.9", "special"),
        ("100::1", "special"),
        ("2001:db8::1", "usable"),
        ("ff02::1", "special"),
        ("255.255.255.255", "special"),
        ("fe80::1%eth0", "zone"),
        ("fe80::1", "special"),
        ("192.0.2.17:5269", "invalid"),
        ("[2001:db8::1]", "invalid"),
    ],
)
def test_kinds_of_addresses(text: str | None, kind: str) -> None:
    assert kind == read_source(text).kind


@pytest.mark.parametrize(
    ("text", "is_host"),
    [
        ("host.example.com", True),
        ("*.example.com", True),
        ("host.example.com.", True),
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("localhost", True),
        ("LOCALHOST:5269", True),
        ("[2001:db8::1]", True),
        ("[2001:db8::1]:5269", True),
        ("192.0.2.1:5269", True),
        ("host.example.com:5269", True),
        ("https://host.example.com", True),
        ("https://jane@host.example.com:443/path?query", True),
        ("https://[2001:db8::1]/", True),
        ("b\u00fccher.example", True),
        ("*.b\u00fccher.example.", True),
        ("b\u00fccher\u3002example", True),
        ("J\u00f6rg", False),
        ("B\u00fccher GmbH. & Co.", False),
        ("[Jane]", False),
        ("Jane: 1", False),
        ("Jane Example", False),
        ("Example Ltd.", False),
    ],
)
def test_what_reads_as_a_host(text: str, *, is_host: bool) -> None:
    draft = ordinary_pair().client.leaf
    draft.subject = name(("O", "Example"), ("CN", text))
    feature = HostSubjectFeature()
    value = feature.read(CertificateSubject(read_certificate(draft.build("p256-9")), 0))

    assert is_host == value
    assert is_host == feature.show(value)
    assert feature.describe(value)


def test_a_certificate_is_issued_to_an_address_and_away_from_it() -> None:
    pair = draft_frank.peers()
    place = Place(pair, "client")
    address = IpAddress.parse(ADDRESS)
    assert address is not None
    for carried in (True, True, False):
        give_address(place, ADDRESS, carried)
        leaf = read_certificate(pair.client.build().presented[0])

        assert carried == carries(leaf, address)


def test_the_configured_port_comes_before_that_of_the_connection() -> None:
    feature = next(one for one in HANDSHAKE_FEATURES if isinstance(one, ServerPortFeature))
    built = draft_frank.peers().build()
    built.evidence["handshake"]["server_port"] = 443
    context = read_context(built.evidence)
    subject = type("Subject", (), {"context": context, "told": None})()

    assert 5269 == feature.read(subject).value


# -- the cases, replayed


SPACES = ["", "-dns", "-questions", "-several", "-tlsa"]


@pytest.mark.parametrize("space", SPACES)
def test_the_cases_are_answered_as_their_clauses_demand(space: str) -> None:
    """Each case by itself; of some, every finding is written out."""
    document = "draft-frank-mtls-via-serverauth-extension-00"
    policy = load_policy("draft-frank-s2s", enable_proposal=document)
    for number, case in enumerate(suite(f"draft-frank{space}").cases):
        expected = case.expected["draft-frank-s2s"]
        context = read_context(case.evidence).with_settings(expected.settings)
        decision = evaluate(Pair(case.client, case.server), policy, context)

        assert (expected.decision, expected.primary) == (decision.decision, decision.primary), case
        if number % 10 == 0:
            assert decision.document(everything=True)["findings"]


# -- every word can be shown

NEVER_REVERSE = {
    "name_invalid",
    "name_onion",
    "address_invalid",
    "address_mapped",
    "forward_absent",
    "forward_mismatch",
    "not_carried",
}
"""What only asking for the addresses of a name can come to."""


def realised(feature: Feature[Any], value: Any) -> Any:  # noqa: ANN401 - any feature's value
    """Return the value that is read from the bytes and evidence made for a value."""
    pair = ordinary_pair()
    feature.realise(value, Place(pair, "client"))
    built = pair.build()
    context = read_context(built.evidence)
    side = derive_side("client", built.client.presented, context, own=False)
    return feature.read(path_subjects(side, side.candidates[0], context, context.at).leaf)


def shows(call: Call, value: Any) -> bool:  # noqa: ANN401 - any feature's value
    """Whether the word of a call is what a value comes to: left open, where it is about that."""
    wanted = None if call.atom.name.endswith(".settled") else True
    return call.answer(value) is wanted


@pytest.mark.parametrize("feature", OURS, ids=lambda feature: feature.name)
def test_every_word_has_a_point(feature: Feature[Any]) -> None:
    """A word without a point would be a difference between policies that nobody sees."""
    asked = [c for c in single_words(feature) if c.arguments and c.atom.name != "dns.reverse"]
    settled = {c.arguments[0] for c in asked if c.atom.name.endswith(".settled")}
    if feature.name == "service":
        settled = {("unanswered",), ("expired",)}  # no rule can tell these two apart
    if feature.name == "dns":
        asked += [
            call
            for call in single_words(feature)
            if call.atom.name == "dns.reverse" and call.arguments[0][0] not in NEVER_REVERSE
        ]
    points = list(feature.points(asked))

    for call in asked:
        if not call.atom.name.endswith(".settled") and call.arguments[0] in settled:
            continue
        shown = [value for value in points if shows(call, value)]
        assert shown, (call.atom.name, call.arguments)
        assert any(shows(call, realised(feature, value)) for value in shown)
