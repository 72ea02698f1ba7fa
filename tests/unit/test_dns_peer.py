"""What DNS says of odd certificates: names, keys and purposes that are absent or unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy.der.writer import primitive
from mtlspolicy.derive.dns.answers import read_answers
from mtlspolicy.derive.dns.confirm import best, confirm, listed, outcome
from mtlspolicy.derive.dns.lookup import follow
from mtlspolicy.derive.dns.names import reverse_name
from mtlspolicy.derive.dns.peer import NOBODY, peer_instants, peer_of
from mtlspolicy.derive.dns.services import found_in
from mtlspolicy.derive.dns.source import carries
from mtlspolicy.derive.dns.tlsa import Matcher
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.derive.side import derive_side
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts import read_certificate
from mtlspolicy.features.base import Call
from mtlspolicy.features.forged_tlsa import association
from mtlspolicy.features.optional import stand_twice
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.forge import extensions
from mtlspolicy.records import replace
from mtlspolicy.suite.cases.draft_frank import ADDRESS, HOST, REVERSE, answer, peers

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
    [lambda _: None, twice, lambda pair: pair.client.leaf.set_names(("ip", ADDRESS))],
    ids=["ordinary", "twice", "address"],
)
def test_nothing_is_known_of_a_peer_of_which_nothing_is_told(
    change: Callable[[PairDraft], object],
) -> None:
    """What is at hand for such peers is what is derived from a document without answers."""
    pair = peers()
    change(pair)
    del pair.evidence["client"]["address"]
    pair.evidence["dns"] = {"answers": []}
    context, leaf, candidate = known(pair)
    untold = replace(context, dns=None)

    for at in (AT, None):
        assert NOBODY == peer_of(context, "client", leaf, candidate, at)
        assert NOBODY is peer_of(untold, "client", leaf, candidate, at)


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


@pytest.mark.parametrize(
    ("among", "expected", "name", "word"),
    [
        ((), None, "a.example", "secure"),
        (("C.example.",), None, "c.example", "insecure"),
        (("b.example",), None, None, "forward_mismatch"),
        (("b.example", "c.example"), None, "c.example", "insecure"),
        (("nobody.example",), None, "a.example", "secure"),
        (("a.example",), "C.example.", "c.example", "insecure"),
        (("a.example",), "b.example", None, "forward_mismatch"),
        ((), "nobody.example", "a.example", "secure"),
    ],
)
def test_everything_is_asked_of_the_name_that_lets_the_peer_in(
    among: tuple[str, ...], expected: str | None, name: str | None, word: str
) -> None:
    """What is known of one name is never taken for what is known of another."""
    pair = peers()
    names = ("a.example", "b.example", "c.example")
    pair.client.leaf.set_names(*(("dns", one) for one in names))
    leaf = known(pair)[1]
    answers = [answer("1.2.0.192.in-addr.arpa", "PTR", data=[{"target": one} for one in names])]
    for one, status, text in zip(
        names,
        ("secure", "secure", "insecure"),
        ("192.0.2.1", "192.0.2.9", "192.0.2.1"),
        strict=True,
    ):
        answers.append(answer(one, "A", status=status, data=[{"address": text}]))
    address = IpAddress.parse("192.0.2.1")
    found = confirm(read_answers({"answers": answers}), address, leaf, AT, expected)
    index = best(found, (), "allow", among)

    assert word == outcome(found, (), "allow", among)
    assert name == (None if index is None else found.candidates[index].name)
    lower = {one.lower().removesuffix(".") for one in among}
    assert listed(found, among, (), "allow") == (name in lower)


@pytest.mark.parametrize(
    ("kind", "texts", "found"),
    [
        ("A", ["192.0.2.17"], "match"),
        ("A", ["::ffff:192.0.2.17"], "address_invalid"),
        ("A", ["192.0.2.17", "2001:db8::1"], "address_invalid"),
        ("A", ["192.0.2.017"], "address_invalid"),
        ("AAAA", ["2001:db8::17"], "match"),
        ("AAAA", ["0:0:0:0:0:ffff:c000:211"], "address_invalid"),
        ("AAAA", ["2001:db8::17", "192.0.2.17"], "address_invalid"),
        ("AAAA", ["2001:db8::17", "::ffff:192.0.2.17"], "address_mapped"),
    ],
)
def test_a_record_holds_addresses_of_its_own_family(
    kind: str, texts: list[str], found: str
) -> None:
    address = IpAddress.parse(ADDRESS if kind == "A" else "2001:db8::17")
    assert address is not None
    answers = [
        answer(reverse_name(address), "PTR", data=[{"target": HOST}]),
        answer(HOST, kind, data=[{"address": text} for text in texts]),
    ]
    leaf = known(peers())[1]

    seen = confirm(read_answers({"answers": answers}), address, leaf, AT).candidates[0]
    assert found == seen.found


@pytest.mark.parametrize(
    ("of_name", "of_address", "replaces"),
    [
        ("right", "right", True),
        ("right", "wrong", False),
        ("wrong", "right", False),
        ("right", None, None),
        (None, "right", None),
        ("right", "none", False),
    ],
)
def test_records_of_a_name_and_an_address_both_count(
    of_name: str | None, of_address: str | None, *, replaces: bool | None
) -> None:
    """Draft-frank, 3.3-8a and 3.3-11a: who authenticates by both satisfies both."""
    pair = peers()
    pair.client.leaf.set_names(("dns", HOST), ("ip", ADDRESS))
    answers = pair.evidence["dns"]["answers"]
    answers.pop()
    data = {"right": association(pair.client.build().presented[0]), "wrong": "00" * 32}
    for base, how in ((HOST, of_name), (REVERSE, of_address)):
        if how in data:
            answers.append(answer(f"_5269._tcp.{base}", "TLSA", data=[record(3, data[how])]))
        elif how is not None:
            answers.append(answer(f"_5269._tcp.{base}", "TLSA"))
    context, leaf, candidate = known(pair)
    dane = peer_of(context, "client", leaf, candidate, AT).dane
    feature = next(one for one in FEATURES if one.name == "tlsa")

    def told(atom: str, *words: tuple[str, ...]) -> bool | None:
        found = next(one for one in feature.atoms if one.name == atom)
        return Call(feature, found, (*words, (), "allow", "server", ())).answer(dane)

    assert replaces == told("tlsa.replaces_anchor")
    assert ("wrong" in (of_name, of_address)) == bool(told("tlsa.outcome", ("mismatch",)))
    assert (None if None in (of_name, of_address) else True) == told(
        "tlsa.settled", ("unanswered",)
    )


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
