"""Whether a CA's key stands elsewhere: what counts as another use, and what is never said."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from mtlspolicy.der.writer import primitive
from mtlspolicy.derive import side as sides
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.key_reuse import KeyReuseFeature, Value, reuse_instants
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import Place
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from mtlspolicy.features.subject import PathSubject
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import PairDraft

FEATURE = KeyReuseFeature()
REUSED = ATOMS["key_reuse.other_purposes"][1].test


def _issuer(pair: PairDraft) -> PathSubject:
    built = pair.build()
    context = read_context(built.evidence)
    side = derive_side("server", built.server.presented, context, own=False)
    return path_subjects(side, side.candidates[0], context, context.at).issuers[0]


def _twin(pair: PairDraft, *purposes: str) -> CertificateDraft:
    twin = pair.server.issuers[0].copy()
    twin.subject = name(("CN", "another"))
    if purposes:
        twin.set_purposes(*purposes)
    else:
        twin.drop_extension("extKeyUsage")
    return twin


def _known(pair: PairDraft, *ders: bytes) -> None:
    listed = [base64.b64encode(der).decode("ascii") for der in ders]
    pair.evidence["server"]["intermediates"] = listed


@pytest.mark.parametrize("value", list(FEATURE.points([])))
def test_what_is_realised_is_read_back(value: Value) -> None:
    pair = ordinary_pair()
    FEATURE.realise(value, Place(pair, "server", 1))

    assert REUSED(value) is REUSED(FEATURE.read(_issuer(pair)))


@pytest.mark.parametrize(
    ("purposes", "reused"),
    [
        (("serverAuth",), None),
        (("serverAuth", "clientAuth"), True),
        (("clientAuth",), True),
        ((), None),
    ],
)
@pytest.mark.parametrize("anchored", [True, False])
def test_other_purposes_count(
    purposes: tuple[str, ...], *, reused: bool | None, anchored: bool
) -> None:
    """With anchors and without: what is given is looked at all the same."""
    pair = ordinary_pair()
    if not anchored:
        pair.evidence["server"]["anchors"] = None
        pair.evidence["asserted"] = ["server.path"]
    _known(pair, _twin(pair, *purposes).build())

    assert reused is REUSED(FEATURE.read(_issuer(pair)))


def test_a_ca_without_purposes_of_its_own_shares_its_key_with_others() -> None:
    pair = ordinary_pair()
    _known(pair, _twin(pair, "clientAuth").build())
    pair.server.issuers[0].drop_extension("extKeyUsage")

    assert REUSED(FEATURE.read(_issuer(pair)))


def test_another_key_is_another_matter() -> None:
    pair = ordinary_pair()
    twin = _twin(pair, "clientAuth")
    twin.key = "p256-7"
    _known(pair, twin.build())

    assert Value((), pair_at(pair)) == FEATURE.read(_issuer(pair))


def pair_at(pair: PairDraft) -> int:
    at: int = read_context(pair.build().evidence).at
    return at


def test_dates_that_cannot_be_read_say_nothing() -> None:
    pair = ordinary_pair()
    twin = _twin(pair, "clientAuth")
    twin.not_after_node = primitive(0x17, b"251301000000Z")
    _known(pair, twin.build())

    assert () == FEATURE.read(_issuer(pair)).spans


def test_a_key_that_cannot_be_read_says_nothing() -> None:
    pair = ordinary_pair()
    subject = _issuer(pair)
    draft = pair.server.issuers[0].copy()
    draft.drop_extension("subjectKeyIdentifier")
    draft.spki_der = b"\x05\x00"
    subject.certificate = read_certificate(draft.build("p256-8"))

    assert () == FEATURE.read(subject).spans


def test_without_certificates_at_hand_nothing_is_found() -> None:
    subject = _issuer(ordinary_pair())

    assert [] == list(reuse_instants(replace(subject.candidate, at_hand=())))


def test_it_is_told_when_the_other_certificate_is_valid() -> None:
    pair = ordinary_pair()
    twin = _twin(pair, "clientAuth")
    _known(pair, twin.build())
    subject = _issuer(pair)
    value = FEATURE.read(subject)

    assert [["2025-01-01T00:00:00Z", "2034-12-31T23:59:59Z"]] == FEATURE.show(value)
    assert "valid 2025-01-01T00:00:00Z to 2034-12-31T23:59:59Z" in FEATURE.describe(value)
    assert "no other certificate" in FEATURE.describe(Value((), 0))
    assert {twin.not_before, twin.not_after + 1} == set(reuse_instants(subject.candidate))


def test_known_intermediates_are_read_once_per_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index by name and key belongs to the list; a full memo starts afresh."""
    pair = ordinary_pair()
    _known(pair, _twin(pair, "clientAuth").build())
    first, second = _issuer(pair).candidate, _issuer(pair).candidate
    monkeypatch.setattr(sides, "_MOST_LISTS", 1)
    _known(pair, _twin(pair, "emailProtection").build())
    third = _issuer(pair).candidate

    assert first.at_hand[1] is second.at_hand[1]
    assert third.at_hand[1] is not first.at_hand[1]
    assert 1 == len(sides._known_memo)
