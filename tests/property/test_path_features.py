"""Features of path and pair scope: what is realised is read back from bytes and evidence."""

# ruff: noqa: ANN401 - the values of any feature

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.base import Call, Domain, Feature, Scope
from mtlspolicy.features.constraints import CLAUSES, PAIRS, exists
from mtlspolicy.features.registry import ATOMS, FEATURES
from mtlspolicy.features.subject import CertificateSubject, PairSubject, Place
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE
from mtlspolicy.forge.pair import PairDraft, ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.facts.certificate import Certificate

QUESTIONS: dict[str, Any] = {
    "issuers.at_most": 1,
    "issuers.known": True,
    "issuers.permit": {"purpose": "serverAuth"},
    "issuers.permit_any": {"purposes": ["serverAuth", "netscapeServerGatedCrypto"]},
    "path.valid": True,
    "path.group": ["x9", "public"],
    "name.asked": True,
    "name.matches": True,
    "name.type": ["cn", "dn", "dns"],
    "pair.same_certificate": True,
    "pair.same_key": True,
    "programme.disclosed": {"from": "2026-06-15T00:00:00Z"},
    "revocation.not_revoked": True,
    "revocation.status": ["absent"],
    "link.names_identical": True,
    "handshake.alpn_in": ["xmpp-server"],
    "handshake.server_named": True,
    "handshake.transport_in": ["tcp"],
    "handshake.address_from": ["socket", "proxy_protocol"],
    "handshake.possession": True,
    "handshake.early_data": True,
    "handshake.server_port": True,
    "source.known": True,
    "source.is": ["special"],
    "source.carried": True,
    "source.listed": ["192.0.2.18"],
    "peer.expected": True,
    "peer.expected_as": ["dns", "ip"],
    "peer.expected_in": ["peer.example.org"],
    "dns_answers.fault": ["contradiction", "budget"],
    "dns.outcome": {"words": ["bogus", "not_carried", "forward_mismatch"], "exempt": ["local"]},
    "dns.settled": {"words": ["expired"], "exempt": []},
    "dns.reverse": {"words": ["bogus", "reverse_absent"], "exempt": []},
    "dns.confirmed_in": {"names": ["peer.example.org"], "exempt": ["local"]},
    "dns.confirmed_exempt": {"exempt": ["local"]},
    "tlsa.outcome": {"words": ["mismatch", "unsigned_match", "too_many"], "exempt": ["local"]},
    "tlsa.settled": {"words": ["unanswered"], "exempt": []},
    "tlsa.replaces_anchor": {"exempt": ["local"]},
    "service.outcome": {"words": ["named", "bogus"], "exempt": []},
}


def calls(feature: Feature[Any]) -> list[Call]:
    """Return one call per atom of the feature that the table above asks."""
    found = []
    for atom in feature.atoms:
        given = QUESTIONS.get(atom.name)
        if given is None:
            continue
        names = [p.name for p in atom.parameters]
        values = (
            [given]
            if len(names) == 1
            else [given.get(p.name, p.default) for p in atom.parameters]
            if names
            else []
        )
        parsed = tuple(p.kind.parse(v) for p, v in zip(atom.parameters, values, strict=True))
        found.append(Call(feature, atom, parsed))
    return found


def read(feature: Feature[Any], pair: PairDraft) -> Any:
    """Build the pair and read the feature of the client's side, or of both."""
    built = pair.build()
    context = read_context(built.evidence)
    client = derive_side("client", built.client.presented, context, own=False)
    if feature.scope is Scope.PAIR:
        leafs = (
            read_certificate(built.client.presented[0]),
            read_certificate(built.server.presented[0]),
        )
        return feature.read(PairSubject(*leafs, context.at))
    subjects = path_subjects(client, client.candidates[0], context, context.at)
    return feature.read(subjects.leaf)


def cases() -> Iterator[Any]:
    """Yield every representative of every feature of these scopes."""
    for feature in FEATURES:
        if feature.scope is not Scope.CERTIFICATE and calls(feature):
            for number, value in enumerate(Domain(feature, calls(feature)).values):
                yield pytest.param(feature, value, id=f"{feature.name}-{number}")


@pytest.mark.parametrize(("feature", "value"), list(cases()))
def test_what_is_realised_is_read_back(feature: Feature[Any], value: Any) -> None:
    """abstract(read(realise(v))) == abstract(v)."""
    domain = Domain(feature, calls(feature))
    pair = ordinary_pair()

    feature.realise(value, Place(pair, "client"))

    assert domain.answers(value) == domain.answers(read(feature, pair))


def certificates() -> Iterator[Any]:
    """Yield strict DER certificates, ordinary and odd."""
    for name, build in {**ENCODINGS, **HOSTILE}.items():
        certificate = read_certificate(build())
        if certificate.well_formed:
            yield pytest.param(certificate, id=name)


@pytest.mark.parametrize("certificate", list(certificates()))
def test_strict_certificates_keep_the_declared_constraints(certificate: Certificate) -> None:
    """No certificate shows a combination of values that the comparison would leave out."""
    subject = CertificateSubject(certificate, 1_777_593_600)
    alone = {f.name: f.read(subject) for f in FEATURES if f.scope is Scope.CERTIFICATE}

    assert [] == [name for name, value in alone.items() if not exists(name, value)]
    assert [] == [(p.one, p.other) for p in PAIRS if not p.together(alone[p.one], alone[p.other])]
    assert [] == [
        c.needs for c in CLAUSES if not any(test(alone[f]) for f, test in c.conditions.items())
    ]


def test_every_atom_of_a_path_is_asked() -> None:
    """A new atom of these scopes is added to the table, or named here with the reason."""
    asked = {name for name, (feature, _) in ATOMS.items() if feature.scope is not Scope.CERTIFICATE}

    left_out = {
        # an anchor's date is on record only where anchors are given, which the leaf alone has not
        "programme.anchor_added",
        # judged on links to an RSA or EC issuer: the feature's own tests forge those
        "link.hash_fits_curve",
        # unknown without a name that leads to the issuer: `test_key_identifiers` has every way
        "link.key_identifiers_identical",
        # asked of issuers: the cases of the programmes and the feature's own tests have it
        "key_reuse.other_purposes",
        # the words of `revocation.status` stand for it
        "revocation.known",
    }
    assert asked - QUESTIONS.keys() == left_out


def test_values_of_one_kind_go_together_alike() -> None:
    """The kinds of a constraint tell apart all that decides whether two values go together."""
    subjects = [CertificateSubject(param.values[0], 1_777_593_600) for param in certificates()]
    features = {f.name: f for f in FEATURES}
    for pair in PAIRS:
        ones = [features[pair.one].read(subject) for subject in subjects]
        others = [features[pair.other].read(subject) for subject in subjects]
        seen: dict[Any, bool] = {}
        for one in ones:
            for other in others:
                kind = pair.kinds[0](one), pair.kinds[1](other)
                assert pair.together(one, other) == seen.setdefault(kind, pair.together(one, other))


def test_a_pair_with_an_unreadable_key_is_not_compared() -> None:
    """What is not strict DER is refused under every policy, so no rule decides on it."""
    feature = next(f for f in FEATURES if f.name == "pair")
    readable = [v for v in feature.points([]) if v.same_key is not None]

    assert [True] * len(readable) == [exists("pair", value) for value in readable]
    assert not all(exists("pair", value) for value in feature.points([]))


def test_leafs_that_share_a_key_are_parted() -> None:
    """Realising different leafs gives the client a key of its own."""
    feature = next(f for f in FEATURES if f.name == "pair")
    pair = ordinary_pair()
    pair.client.leaf.key = pair.server.leaf.key
    different = next(v for v in feature.points([]) if not v.same_key and v.same_key is not None)

    feature.realise(different, Place(pair, "client"))

    assert different == read(feature, pair)


def test_the_date_of_an_anchor_reaches_the_evidence() -> None:
    """`records` writes when the anchor was added beside every anchor of that side."""
    pair = ordinary_pair()
    pair.records["client", 0] = "2025-04-01T00:00:00Z", None

    anchors = pair.build().evidence["client"]["anchors"]

    assert ["2025-04-01T00:00:00Z"] == [anchor["added"] for anchor in anchors]
