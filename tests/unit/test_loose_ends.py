"""Small things that larger tests go past."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mtlspolicy import Context, Pair, evaluate, limits, load_policy
from mtlspolicy.compare import Comparer, Party
from mtlspolicy.compare.moments import Spans
from mtlspolicy.compare.solver import Budget, Problem
from mtlspolicy.derive import side as sides
from mtlspolicy.derive.forms import DnsName, DnsPattern
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.known_as import known_as
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.certificate import UNREADABLE, Certificate
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features import subject_name, subject_plans
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.features.words import ATTRIBUTE_NAMES
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from suite_support import suite

if TYPE_CHECKING:
    import pytest

PROPOSAL: Final = "draft-frank-mtls-via-serverauth-extension-00"


def name(text: str) -> DnsName:
    found = DnsName.parse(text)
    assert found is not None
    return found


def test_a_pattern_stands_for_one_label_or_for_the_name_itself() -> None:
    wild, plain = DnsPattern(name("example.com"), True), DnsPattern(name("example.com"), False)  # noqa: FBT003

    assert [True, False, False] == [
        wild.matches(name(one)) for one in ("a.example.com", "example.com", "a.b.example.com")
    ]
    assert [True, False] == [plain.matches(name(one)) for one in ("example.com", "a.example.com")]


def test_a_relation_by_examples_is_the_relation() -> None:
    parties = [Party(load_policy(one)) for one in ("legacy-dual-use", "service-account")]
    comparer = Comparer(parties)
    whole = comparer.compare(0, 1, witnesses=False)
    short = comparer.compare(0, 1, witnesses=False, most=1)

    assert whole.relation == short.relation == "more-permissive"
    assert 1 == len(short.classes) < len(whole.classes)
    assert () == short.apart


def test_a_side_is_derived_once_until_it_is_forgotten() -> None:
    built = ordinary_pair().build()
    context = read_context(built.evidence)
    chain = built.client.presented
    first = derive_side("client", chain, context, own=False)

    assert first is derive_side("client", chain, context, own=False)
    assert first is not derive_side("client", chain, context, own=True)
    # another context with the same evidence of this side, and another word of the caller
    other = replace(context, asserted=("client.path",))
    assert first is not derive_side("client", chain, other, own=False)
    again = derive_side("client", chain, context, own=False)
    sides.forget()
    assert again is not derive_side("client", chain, context, own=False)


def test_a_subject_that_cannot_be_read_is_not_summarised() -> None:
    leaf = ordinary_pair().client.leaf.build()
    certificate = read_certificate(leaf[:-400])
    assert isinstance(certificate, Certificate)
    assert certificate.subject is UNREADABLE
    feature = ATOMS["subject.defect"][0]

    assert UNREADABLE is feature.read(CertificateSubject(certificate, ORDINARY_AT))


def test_who_asks_nothing_of_the_connection_knows_nobody_by_it() -> None:
    """An address and answers do not name a client whose policy asked for neither."""
    draft = ordinary_pair()
    draft.evidence["client"].pop("name", None)
    draft.evidence["client"]["address"] = "192.0.2.1"
    draft.evidence["dns"] = {"answers": []}
    built = draft.build()
    pair = Pair(client=built.client.presented, server=built.server.presented)
    context: Context = read_context(built.evidence)
    identity = evaluate(pair, load_policy("legacy-dual-use"), context).document()["identity"]

    assert (None, None) == (identity["client"]["type"], identity["client"]["value"])


def test_a_client_of_its_own_address_is_known_by_it() -> None:
    """Where nobody expected a name, as every case of the draft does."""
    cases = suite("draft-frank").cases
    case = next(one for one in cases if one.id == "draft-frank::issued-to-its-address")
    policy = load_policy("draft-frank-s2s", enable_proposal=PROPOSAL)
    context = read_context(case.evidence)
    context = replace(context, client=replace(context.client, name=None))
    decision = evaluate(Pair(client=case.client, server=case.server), policy, context)
    side = decision.judged.client

    assert side is not None
    assert ("ip", "192.0.2.17") == known_as(decision.judged, side)


def test_a_full_memo_of_subjects_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 0)
    feature = ATOMS["subject.defect"][0]
    certificate = read_certificate(ordinary_pair().client.leaf.build())
    first = feature.read(CertificateSubject(certificate, ORDINARY_AT))
    subject_name._memo.clear()

    assert first == feature.read(CertificateSubject(certificate, ORDINARY_AT))


def test_one_value_cannot_have_every_defect() -> None:
    """Nothing but dots is printable; where the attribute may stand twice, each has its own."""
    types, wanted = frozenset((ATTRIBUTE_NAMES["organizationName"],)), ("control", "placeholder")

    assert subject_plans.plan(types, frozenset(wanted), frozenset(("repeated",))) is None
    found = subject_plans.plan(types, frozenset(wanted), frozenset())
    assert found is not None
    assert {"repeated", *wanted} == found.subject.defects


def problem(spans: dict[int, Spans]) -> Problem:
    return Problem([3, 3], [1, 1], [1, 1], [10, 10], spans, ordinary_at=100)


def test_spans_that_overlap_as_a_whole_need_not_meet() -> None:
    apart = {0: Spans([(0, 10), (20, 30)]), 1: Spans([(12, 15), (32, 40)])}

    assert problem(apart).instant([3, 3]) is None
    assert 12 == problem({**apart, 0: Spans([(0, 13), (20, 30)])}).instant([3, 3])


def test_a_search_over_spans_that_never_meet_ends_without_a_solution() -> None:
    apart = {0: Spans([(0, 10), (20, 30)]), 1: Spans([(12, 15), (32, 40)])}

    assert problem(apart).solve(Budget()) is None
