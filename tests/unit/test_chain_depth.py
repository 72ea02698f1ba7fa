"""How many issuers there are: self-issued ones aside, and as far as they are known."""

from __future__ import annotations

import pytest

from mtlspolicy.compare.chain import Chain, Known
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.base import Call
from mtlspolicy.features.chain_depth import ChainDepthFeature, Depth
from mtlspolicy.features.subject import Place
from mtlspolicy.forge.pair import PairDraft, ordinary_issuer, ordinary_pair

FEATURE = ChainDepthFeature()
(AT_MOST,) = FEATURE.atoms


def depth(pair: PairDraft) -> Depth:
    built = pair.build()
    context = read_context(built.evidence)
    side = derive_side("client", built.client.presented, context, own=False)
    return FEATURE.read(path_subjects(side, side.candidates[0], context, context.at).leaf)


@pytest.mark.parametrize("value", list(FEATURE.points([Call(FEATURE, AT_MOST, (2,))])))
def test_every_depth_is_written_read_back_and_told(value: Depth) -> None:
    pair = ordinary_pair()
    FEATURE.realise(value, Place(pair, "client"))

    assert value == depth(pair)
    assert {"issuers": value.number, "known": value.closed} == FEATURE.show(value)
    assert f"{value.number} issuers" in FEATURE.describe(value)


def test_self_issued_certificates_do_not_count() -> None:
    pair = ordinary_pair()
    (issuer,) = pair.client.issuers
    above = ordinary_issuer(issuer.subject, "p256-9")
    pair.client.issuers = [issuer, above]

    assert 1 == depth(pair).number


@pytest.mark.parametrize(
    ("number", "closed", "expected"),
    [(2, True, True), (3, True, False), (2, False, None), (3, False, False)],
)
def test_an_open_list_can_only_be_too_long(number: int, closed: object, expected: object) -> None:
    assert expected is AT_MOST.test(Depth(number, bool(closed)), 2)
    known = Known.ANCHORED if closed else Known.OPEN
    assert expected is AT_MOST.test(Chain(known, number), 2)
