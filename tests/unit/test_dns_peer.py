"""What DNS says of odd certificates: names, keys and purposes that are absent or unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy.der.writer import primitive
from mtlspolicy.derive.dns.answers import read_answers
from mtlspolicy.derive.dns.confirm import confirm, outcome
from mtlspolicy.derive.dns.lookup import follow
from mtlspolicy.derive.dns.peer import peer_instants, peer_of
from mtlspolicy.derive.dns.services import found_in
from mtlspolicy.derive.dns.source import carries
from mtlspolicy.derive.dns.tlsa import Matcher
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.derive.side import derive_side
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts import read_certificate
from mtlspolicy.features.forged_tlsa import association
from mtlspolicy.features.optional import stand_twice
from mtlspolicy.forge import extensions
from mtlspolicy.suite.cases.draft_frank import ADDRESS, HOST, answer, peers

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import PairDraft

AT = 1_777_593_600


def known(pair: PairDraft) -> tuple[Any, Any, Any]:
    """Return context, leaf and candidate of the client."""
    built = pair.build()
    context = read_context(built.evidence)
    side = derive_side("client", built.client.presented, context, own=False)
    return context, side.certificates[0], side.candidates[0]


def twice(pair: PairDraft) -> None:
    stand_twice(
        pair.client.leaf, "subjectAltName", extensions.subject_alt_name(("dns", "a.example"))
    )


@pytest.mark.parametrize(
    "change",
    [twice, lambda pair: pair.client.leaf.drop_extension("subjectAltName")],
    ids=["twice", "absent"],
)
def test_names_that_cannot_be_read_carry_nothing(change: Callable[[PairDraft], None]) -> None:
    pair = peers()
    change(pair)
    context, leaf, candidate = known(pair)
    address = IpAddress.parse(ADDRESS)
    assert address is not None
    found = confirm(read_answers(context.dns), address, leaf, AT)

    assert "not_carried" == outcome(found, (), "allow")
    assert not carries(leaf, address)
    assert peer_of(context, "client", leaf, candidate, AT).dane.by_address is None


def test_dates_that_cannot_be_read_are_no_instants() -> None:
    pair = peers()
    plain = peer_instants(known(pair)[0], "client", *known(pair)[1:])
    leaf = pair.client.leaf
    leaf.not_before_node = primitive(0x17, b"251301000000Z")
    leaf.not_after_node = primitive(0x17, b"251301000000Z")
    context, certificate, candidate = known(pair)

    odd = peer_instants(context, "client", certificate, candidate)
    assert set(odd) < set(plain)
    assert {AT, AT + 3601} <= set(odd)


def test_an_alias_of_a_service_names_no_endpoint() -> None:
    """RFC 9460, 2.4.2: a record of priority zero leads to another name, not to a port."""
    data = [{"priority": 0, "target": HOST}]
    answers = read_answers({"answers": [answer(HOST, "HTTPS", data=data)]})

    assert not found_in(follow(answers, HOST, "HTTPS", AT), HOST, 443).named


@pytest.mark.parametrize(
    ("parameters", "named"), [({}, True), ({"key3": "01bb"}, True), ({"key3": "01bc"}, False)]
)
def test_the_port_of_a_service_record(*, parameters: dict[str, str], named: bool) -> None:
    data = [{"priority": 1, "target": ".", "parameters": parameters}]
    answers = read_answers({"answers": [answer(HOST, "HTTPS", data=data)]})

    assert named == found_in(follow(answers, HOST, "HTTPS", AT), HOST, 443).named


# -- TLSA


def record(usage: int, data: str, selector: int = 1) -> dict[str, Any]:
    return {"usage": usage, "selector": selector, "matching_type": 1, "data": data}


def compared(pair: PairDraft, *records: dict[str, Any]) -> list[str]:
    """Return what each record comes to."""
    _, leaf, candidate = known(pair)
    found = {"answers": [answer("a.example", "TLSA", data=list(records))]}
    lookup = follow(read_answers(found), "a.example", "TLSA", AT)
    return [word for _, word in Matcher(leaf, candidate, AT).records(lookup, ()).found]


def test_a_key_that_cannot_be_read_is_named_by_nothing() -> None:
    pair = peers()
    pair.client.leaf.spki_der = bytes.fromhex("300730000303000102")

    assert ["mismatch"] == compared(pair, record(1, "00" * 32))


def issuer(pair: PairDraft) -> str:
    return association(pair.client.build().presented[1])


def test_an_authority_is_judged_once_however_many_records_name_it() -> None:
    pair = peers()
    named = association(pair.client.build().presented[1], 0)

    both = compared(pair, record(2, issuer(pair)), record(2, named, 0))
    assert ["match", "match"] == both


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda draft: draft.drop_extension("extKeyUsage"), "match"),
        (lambda draft: draft.set_purposes("serverAuth", "clientAuth"), "match"),
        (lambda draft: draft.set_purposes("clientAuth"), "mismatch"),
        (lambda draft: draft.set_purposes("any"), "mismatch"),
        (
            lambda draft: stand_twice(
                draft, "extKeyUsage", extensions.extended_key_usage("serverAuth")
            ),
            "mismatch",
        ),
    ],
    ids=["absent", "both", "users", "any", "twice"],
)
def test_an_authority_that_stands_for_the_anchor_permits_the_purpose(
    change: Callable[[Any], None], word: str
) -> None:
    pair = peers()
    change(pair.client.issuers[0])

    assert [word] == compared(pair, record(2, issuer(pair)))


def test_an_authority_out_of_its_time_stands_for_nothing() -> None:
    pair = peers()
    pair.client.issuers[0].not_after = AT - 1

    assert ["mismatch"] == compared(pair, record(2, issuer(pair)))


def test_the_certificate_that_a_record_is_made_for_is_read() -> None:
    der = peers().client.build().presented[0]

    assert read_certificate(der).der.hex() == association(der, 0, 0)
