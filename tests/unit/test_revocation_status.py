"""What lists and responses come to: cases of the suite, and what no case can reach."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Context, Pair, evaluate, limits, load_policy
from mtlspolicy.derive import revocation as module
from mtlspolicy.derive.crl import ask_crl
from mtlspolicy.derive.ocsp import ask_ocsp
from mtlspolicy.derive.revocation import revocation_of
from mtlspolicy.derive.side import derive_side
from mtlspolicy.derive.signatures import Outcome
from mtlspolicy.derive.statements import Delegate, Statement
from mtlspolicy.engine.horizon import instants
from mtlspolicy.evidence.context import SideEvidence
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.crl import RevocationList, read_crl
from mtlspolicy.facts.ocsp import OcspResponse, read_ocsp
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.facts.strict import Unusable
from mtlspolicy.features.subject import Place
from mtlspolicy.features.trust import RevocationFeature
from mtlspolicy.forge import extensions
from mtlspolicy.forge.crl import NEXT_UPDATE, REVOKED_AT, THIS_UPDATE, issuing_distribution_point
from mtlspolicy.forge.extensions import DistributionPoint
from mtlspolicy.forge.pair import ORDINARY_AT, ChainDraft, ordinary_pair
from mtlspolicy.forge.revocation import crl_of, delegate, indirect_crl, ocsp_of, put_status
from suite_support import suite

if TYPE_CHECKING:
    from mtlspolicy.derive.trust import RevocationStatus
    from mtlspolicy.suite.model import Case

CASES = [*suite("revocation").cases, *suite("programmes").cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_answered_as_authored(case: Case) -> None:
    for policy, expected in case.expected.items():
        document = {**case.evidence, "settings": dict(expected.settings)}
        found = evaluate(
            Pair(case.client, case.server), load_policy(policy), read_context(document)
        )
        word = "fail" if found.decision == "reject" else "unknown"
        codes = {f.code for f in found.findings if f.enforced and f.outcome == word}
        assert (expected.decision, expected.primary) == (found.decision, found.primary)
        if found.decision != "accept":
            assert set(expected.codes) == codes


# -- one chain, its evidence, and the status at a time


def status(
    chain: ChainDraft,
    *said: tuple[str, bytes],
    at: int = ORDINARY_AT,
    anchored: bool = True,
    asserted: bool = False,
) -> RevocationStatus:
    built = chain.build()
    document: dict[str, Any] = {"schema_version": 1, "at": "2026-05-01T00:00:00Z"}
    if anchored:
        anchor = base64.b64encode(built.anchor).decode()
        document["server"] = {"anchors": [{"certificate": anchor}]}
    context = read_context(document)
    evidence = replace(
        context.server,
        crls=tuple(der for kind, der in said if kind == "crls"),
        ocsp=tuple(der for kind, der in said if kind == "ocsp"),
    )
    side = derive_side("server", built.presented, context, own=False)
    found = revocation_of(side.certificates[0], side.candidates[0], evidence)
    return found.status(at, asserted=asserted)


def chain() -> ChainDraft:
    return ordinary_pair().server


def codes(found: RevocationStatus) -> list[str]:
    return [code for one in found.certificates for code in one.codes]


def test_nothing_given_is_absent_or_the_callers_word() -> None:
    assert status(chain()).word == "absent"
    assert status(chain(), asserted=True).asserted


def test_the_callers_word_stands_for_what_nobody_spoke_of() -> None:
    one = chain()
    assert status(one, ("crls", crl_of(one).build()), asserted=True).asserted
    lists = [("crls", crl_of(one, p).build()) for p in (0, 1)]
    full = status(one, *lists, asserted=True)
    assert (full.word, full.asserted) == ("good", False)


def test_unreadable_evidence_counts_against_whom_nothing_else_speaks_of() -> None:
    one = chain()
    found = status(one, ("crls", crl_of(one).build()), ("ocsp", b"garbage"))
    assert found.word == "unknown"
    assert [c.word for c in found.certificates] == ["good", "bad"]
    assert codes(found) == ["revocation.not_der"]


def test_unrelated_evidence_is_unknown() -> None:
    other = crl_of(ordinary_pair().client).build()
    found = status(chain(), ("crls", other))
    assert (found.word, found.codes) == ("unknown", ("revocation.unrelated",))


def test_the_earliest_of_several_revocations_counts() -> None:
    one = chain()
    early, late = crl_of(one, revoked=[0]), crl_of(one, revoked=[0])
    early.revoked[0].at -= 60
    found = status(one, ("crls", late.build()), ("crls", early.build()))
    assert found.certificates[0].revoked_at == REVOKED_AT - 60


def test_without_the_issuer_nobody_can_tell() -> None:
    other = chain()
    lone = ChainDraft(other.leaf, [], other.issuers[0])
    said = [("crls", crl_of(other).build()), ("ocsp", ocsp_of(other).build())]
    found = status(lone, *said, anchored=False)
    assert set(codes(found)) == {"revocation.issuer_unknown"}


def test_items_and_signatures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    one = chain()
    said = [("crls", crl_of(one).build())] * 2
    monkeypatch.setattr(limits, "MAX_REVOCATION_ITEMS", 1)
    monkeypatch.setattr(module, "_known", {})
    assert "revocation.budget" in codes(status(one, *said))
    monkeypatch.setattr(limits, "MAX_SIGNATURE_CHECKS", 0)
    monkeypatch.setattr(module, "_known", {})
    assert "revocation.signature" in codes(status(one, said[0]))


def test_memories_start_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_REMEMBERED", 0)
    one = chain()
    assert status(one, ("crls", crl_of(one).build())).word == "partial"


def test_a_pinned_leaf_has_no_issuer_to_speak_of_it() -> None:
    one = chain()
    built = one.build()
    anchor = {"certificate": base64.b64encode(built.presented[0]).decode()}
    document = {"schema_version": 1, "at": "2026-05-01T00:00:00Z", "server": {"anchors": [anchor]}}
    context = read_context(document)
    side = derive_side("server", built.presented[:1], context, own=False)
    evidence = SideEvidence(crls=(crl_of(one).build(),))
    found = revocation_of(side.certificates[0], side.candidates[0], evidence).status(ORDINARY_AT)
    assert codes(found) == ["revocation.issuer_unknown"]


# -- lists


def test_an_issuer_that_may_not_sign_lists() -> None:
    one = chain()
    one.issuers[0].set_key_usage("keyCertSign")
    assert "revocation.crl_key_usage" in codes(status(one, ("crls", crl_of(one).build())))


def test_algorithms_inside_and_outside() -> None:
    one = chain()
    draft = crl_of(one)
    draft.list_edits.append(
        lambda tree: tree.edit("outer_algorithm", lambda node: node.at(0, lambda _: _rsa()))
    )
    assert "revocation.signature" in codes(status(one, ("crls", draft.build())))


def _rsa() -> Any:  # noqa: ANN401 - a node
    from mtlspolicy.der import writer  # noqa: PLC0415

    return writer.oid("1.2.840.10045.4.3.3")


def test_a_leaf_without_points_has_one_by_its_issuers_name() -> None:
    one = chain()
    one.leaf.drop_extension("cRLDistributionPoints")
    for subject, word in ((one.issuers[0].subject, "partial"), (one.anchor.subject, "unknown")):
        draft = crl_of(one)
        point = issuing_distribution_point(DistributionPoint((("dn", subject),)))
        draft.set_extension("issuingDistributionPoint", point, critical=True)
        assert status(one, ("crls", draft.build())).word == word


def test_points_by_directory_name_are_compared_as_names() -> None:
    one = chain()
    point = DistributionPoint((("uri", "http://a.example"), ("dn", one.anchor.subject)))
    one.leaf.set_extension("cRLDistributionPoints", extensions.crl_distribution_points(point))
    for subject, word in ((one.anchor.subject, "partial"), (one.issuers[0].subject, "unknown")):
        draft = crl_of(one)
        value = issuing_distribution_point(DistributionPoint((("dn", subject),)))
        draft.set_extension("issuingDistributionPoint", value, critical=True)
        assert status(one, ("crls", draft.build())).word == word


def test_a_named_list_issuer_that_is_not_on_the_path() -> None:
    one, other = chain(), ordinary_pair().client
    point = DistributionPoint(crl_issuer=(("dn", other.anchor.subject),))
    one.leaf.set_extension("cRLDistributionPoints", extensions.crl_distribution_points(point))
    draft = indirect_crl(other)
    assert "revocation.issuer_unknown" in codes(status(one, ("crls", draft.build())))


def test_unreadable_certificates_are_on_no_list() -> None:
    built = chain().build()
    found = read_crl(crl_of(chain()).build())
    assert isinstance(found, RevocationList)
    broken = read_certificate(b"\x30\x00")
    assert ask_crl(found, broken, (), lambda *_: Outcome.VALID) is None
    assert read_certificate(built.presented[0]).well_formed


# -- responses


def responses(draft: Any) -> OcspResponse:  # noqa: ANN401 - a draft
    found = read_ocsp(draft.build())
    assert isinstance(found, OcspResponse)
    return found


def asked(response: OcspResponse, leaf: bytes, issuer: bytes | None) -> list[object]:
    def verify(*_: object) -> Outcome:
        return Outcome.VALID

    above = None if issuer is None else read_certificate(issuer)
    return list(ask_ocsp(response, read_certificate(leaf), above, verify, lambda *_: None))  # type: ignore[arg-type]


def test_unreadable_certificates_are_asked_about_in_vain() -> None:
    leaf = chain().build().presented[0]
    response = responses(ocsp_of(chain()))
    assert asked(response, b"\x30\x00", None) == []
    assert asked(response, leaf, b"\x30\x00") == []


def test_another_issuer_of_the_same_serial() -> None:
    one = chain()
    draft = ocsp_of(one)
    draft.singles[0].issuer = one.anchor.subject_tree()
    assert asked(responses(draft), one.build().presented[0], one.build().presented[1]) == []
    draft = ocsp_of(one)
    draft.singles[0].issuer_key = one.anchor.public_key()
    assert asked(responses(draft), one.build().presented[0], one.build().presented[1]) == []


@pytest.mark.parametrize(
    "part", ["key_usage", "critical", "ber", "broken", "name", "stranger", "same"]
)
def test_responders_that_may_not_speak(part: str) -> None:
    one = chain()
    responder = delegate(one)
    if part == "key_usage":
        responder.set_key_usage("keyEncipherment")
    if part == "critical":
        responder.add_extension(extensions.OID["unknown"], extensions.null_value(), critical=True)
    draft = ocsp_of(one, responder=responder)
    if part == "ber":
        draft.certificates[0] = draft.certificates[0].replace(b"\x01\x01\xff", b"\x01\x01\x01")
    if part == "broken":
        draft.certificates[0] = draft.certificates[0][:-1] + b"\0\0"
    if part == "name":
        draft.certificates[0] = responder.build("p256-9", one.anchor.subject_tree())
    if part == "stranger":
        draft.certificates.clear()
    if part == "same":
        draft = ocsp_of(one)
        draft.certificates.append(one.build().presented[1])
        draft.basic_edits.append(
            lambda tree: tree.edit("signature", lambda node: node.with_content(b"\0" * 70))
        )
    found = status(one, ("ocsp", draft.build()))
    wanted = {"same": "revocation.signature", "broken": "revocation.not_der"}
    assert wanted.get(part, "revocation.ocsp_responder_unauthorized") in codes(found)


def test_a_delegate_that_did_not_sign() -> None:
    one = chain()
    draft = ocsp_of(one, responder=delegate(one))
    draft.basic_edits.append(
        lambda tree: tree.edit("signature", lambda node: node.with_content(b"\0" * 70))
    )
    assert "revocation.signature" in codes(status(one, ("ocsp", draft.build())))


def test_a_revoked_delegate_is_not_believed() -> None:
    one = chain()
    responder = delegate(one)
    responder.drop_extension("ocspNoCheck")
    responder.serial = 4711
    response = ocsp_of(one, responder=responder)
    listed = crl_of(one)
    listed.revoked.append(type(crl_of(one, revoked=[0]).revoked[0])(4711))
    found = status(one, ("ocsp", response.build()), ("crls", listed.build()))
    assert found.certificates[0].word == "good"  # by the list, not by the delegate
    assert found.certificates[0].source == "crl"


# -- time


def pair_with(word: str) -> tuple[Pair, dict[str, Any]]:
    pair = ordinary_pair()
    put_status(pair.server, pair.evidence, "server", word)
    built = pair.build()
    return Pair(built.client.presented, built.server.presented), built.evidence


def test_every_date_of_the_evidence_is_an_instant() -> None:
    pair, evidence = pair_with("revoked")
    found = evaluate(pair, load_policy("cabf-strict"), read_context(evidence))
    assert {THIS_UPDATE, NEXT_UPDATE + 1, REVOKED_AT} <= set(instants(found.judged))


def test_the_dates_of_a_delegate_are_instants_too() -> None:
    one = chain()
    responder = delegate(one)
    responder.drop_extension("ocspNoCheck")
    built = one.build()
    context = Context(at=ORDINARY_AT)
    side = derive_side("server", built.presented, context, own=False)
    said = SideEvidence(
        ocsp=(ocsp_of(one, responder=responder).build(),), crls=(crl_of(one).build(),)
    )
    found = revocation_of(side.certificates[0], side.candidates[0], said).instants()
    assert {responder.not_before, responder.not_after + 1, THIS_UPDATE} <= set(found)


def test_an_accept_lasts_until_the_evidence_is_stale() -> None:
    pair, evidence = pair_with("good")
    found = evaluate(pair, load_policy("cabf-strict"), read_context(evidence))
    assert (found.decision, found.valid_until) == ("accept", NEXT_UPDATE + 1)


# -- words


@pytest.mark.parametrize("word", ["absent", "good", "partial", "revoked", "unknown"])
def test_the_feature_makes_and_reads_each_word(word: str) -> None:
    feature = RevocationFeature()
    value = next(point for point in feature.points(()) if point.word == word)
    pair = ordinary_pair()
    feature.realise(value, Place(pair, "server"))
    built = pair.build()
    context = read_context(built.evidence)
    side = derive_side("server", built.server.presented, context, own=False)
    said = revocation_of(side.certificates[0], side.candidates[0], context.server)
    found = said.status(ORDINARY_AT, asserted="revocation" in context.assertions.of("server"))
    key = feature.cell(())
    assert key is not None
    assert key(found) == word
    assert word in feature.describe(found) or found.asserted
    json.dumps(feature.show(found))


def test_a_later_revocation_is_told() -> None:
    one = chain()
    draft = crl_of(one, revoked=[0])
    draft.revoked[0].at, draft.revoked[0].reason = ORDINARY_AT + 60, "superseded"
    found = status(one, ("crls", draft.build()))
    text = RevocationFeature().describe(found)
    assert "2026-05-01T00:01:00Z (superseded), after the evaluation time" in text
    stale = status(one, ("crls", draft.build()), at=NEXT_UPDATE + 1)
    assert "is revoked since" in RevocationFeature().describe(stale)
    issuer = status(one, ("crls", crl_of(one, 1, [1]).build()))
    assert "issuer 1 is revoked since" in RevocationFeature().describe(issuer)
    assert isinstance(read_crl(b""), Unusable)


def test_a_delegate_whose_dates_cannot_be_read_is_not_believed() -> None:
    unreadable = Delegate(read_certificate(b"\x30\x00"), None)
    said = Statement("ocsp", "good", 10, None, delegate=unreadable)
    assert said.at(10) == ("bad", "revocation.ocsp_responder_expired")
    assert said.instants() == {10}
