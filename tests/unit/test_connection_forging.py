"""What is seldom wanted of a forged connection: several names, names and addresses taken away."""

from __future__ import annotations

import pytest

from connection_support import Asking
from mtlspolicy.derive.dns.confirm import Confirmation
from mtlspolicy.derive.trust import NameStatus
from mtlspolicy.features import forged_alternatives, forged_connection
from mtlspolicy.features.asserted_peer import AssertedPeer
from mtlspolicy.features.base import Call
from mtlspolicy.features.dns_points import confirmations
from mtlspolicy.features.dns_questions import Base
from mtlspolicy.features.forged_dns import lookup
from mtlspolicy.features.laws import companions, laws
from mtlspolicy.features.record_points import danes, services
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.source_address import SourceValue
from mtlspolicy.features.subject import Place
from mtlspolicy.features.subject_alt_name import NO_COMMON_NAME, Names, San
from mtlspolicy.forge.pair import ordinary_pair

ONE = Base((), "allow", ("a.example.org",))
OTHER = Base((), "allow")


def test_without_questions_about_a_connection_there_are_no_laws() -> None:
    assert ([], {}) == (laws({"san": (), "chain": ()}), companions({"san": ()}))


def test_two_bases_may_know_a_peer_by_two_names_of_an_address_of_ipv6() -> None:
    """A mapped address stands beside a good one only where both are AAAA records."""
    found = [
        value
        for value in confirmations([ONE, OTHER], lambda value: value)
        if {one.found for one in value.candidates} == {"match", "address_mapped"}
    ]

    assert {"AAAA"} == {one.forward.type for value in found for one in value.candidates}


def test_two_questions_under_two_ports_are_each_asked_in_full() -> None:
    questions = ((OTHER, "server"), (OTHER, "source"))
    ends = {
        (group.server and group.server.lookup.end, group.source and group.source.lookup.end)
        for value in danes(questions, lambda value: value.by_name)
        for group in value.by_name
        if value.by_address is None
    }

    assert {("absent", "failed"), (None, "absent"), ("failed", None)} <= ends
    assert any(found.by_name for found in services(questions))


def test_names_and_addresses_are_taken_out_of_a_leaf_one_by_one() -> None:
    leaf = ordinary_pair().client.leaf
    leaf.set_names(("dns", "Client.example.com"), ("ip", "10.0.0.2"), ("ip", "198.41.0.6"))
    forged_alternatives.take_host(leaf, "client.example.com", "good.example.com")
    forged_alternatives.take_address(leaf, "10.0.0.2")
    forged_alternatives.take_address(leaf, "198.41.0.6")
    forged_alternatives.take_address(leaf, "198.41.0.99")

    assert ["good.example.com"] == forged_alternatives.hosts(leaf)
    leaf.drop_extension("subjectAltName")
    forged_alternatives.take_host(leaf, "client.example.com", "good.example.com")
    assert [] == forged_alternatives.hosts(leaf)


def test_an_address_alone_may_leave_the_names_of_the_leaf_unreadable() -> None:
    pair = ordinary_pair()
    value = SourceValue("usable", None, "192.0.2.17")
    forged_connection.realise({"source": value}, Place(pair, "client"), {})

    assert "192.0.2.17" == pair.evidence["client"]["address"]
    assert "dns" not in pair.evidence
    assert [] == forged_alternatives.hosts(pair.client.leaf)


def test_a_listed_address_that_does_not_match_is_no_name_of_the_leaf() -> None:
    asking = Asking.under(3)
    pair = ordinary_pair()
    pair.client.leaf.set_names(("ip", "198.41.0.9"))
    wanted = {
        "peer": AssertedPeer("198.41.0.9", "ip"),
        "name": NameStatus(asked=True, matched=False, kind="ip"),
    }
    forged_connection.realise(wanted, Place(pair, "client"), asking.calls)
    name = {"type": "ip", "value": "198.41.0.9"}

    assert name == pair.evidence["client"]["name"]
    assert b"\xc6\x29\x00\x09" not in pair.client.leaf.build()


def test_faults_without_tlsa_questions_hide_in_the_reverse_zone_of_an_address() -> None:
    """A leaf issued to an address has room for as many as there are ports."""
    calls = Asking.under(0).calls
    asked = {one: calls[one] for one in ("dns", "dns_answers", "san")}
    law = next(one for one in laws(asked) if one.features == ("dns", "san", "dns_answers"))
    hosts, address = (
        Names(San(frozenset((kind,)), frozenset(), critical=False), NO_COMMON_NAME)
        for kind in ("dNSName", "iPAddress")
    )
    absent = Confirmation(lookup("17.2.0.192.in-addr.arpa", "PTR", "absent"))

    def allowed(names: Names, *faults: str) -> bool:
        values = absent, names, frozenset(faults)
        kinds = [kind(value) for kind, value in zip(law.kinds, values, strict=True)]
        return law.holds(*kinds)

    assert allowed(hosts)
    assert not allowed(hosts, "future")
    assert allowed(address, "future", "contradiction")
    assert not allowed(address, "future", "contradiction", "invalid")


def test_a_listed_uri_is_the_only_one_of_a_leaf() -> None:
    """A leaf with a SPIFFE ID matches no other URI that is expected of it."""
    calls = Asking.under(0).calls
    expected = Call(*ATOMS["peer.expected_in"], (("spiffe://example.org/service",),))
    asked = {"name": calls["name"], "peer": (expected,), "san": calls["san"]}
    law = next(one for one in laws(asked) if one.features == ("name", "peer", "san"))
    uri = AssertedPeer("spiffe://example.org/service", "uri")
    status = NameStatus(asked=True, matched=True, kind="uri")
    san = San(frozenset(("uniformResourceIdentifier",)), frozenset(), critical=False)

    def allowed(*, spiffe: bool) -> bool:
        values = status, uri, Names(san._replace(spiffe=spiffe), NO_COMMON_NAME)
        kinds = [kind(value) for kind, value in zip(law.kinds, values, strict=True)]
        return law.holds(*kinds)

    assert (True, False) == (allowed(spiffe=True), allowed(spiffe=False))


def expecting(kind: str, text: str) -> tuple[dict[str, AssertedPeer], dict[str, tuple[Call, ...]]]:
    """Return a listed name as the value of its feature, and the question about the list."""
    asked = Call(*ATOMS["peer.expected_in"], ((text,),))
    return {"peer": AssertedPeer(text, kind)}, {"peer": (asked,)}


def test_a_listed_name_is_expected_though_nobody_asks_whether_the_leaf_has_it() -> None:
    pair = ordinary_pair()
    before = pair.client.leaf.build()
    wanted, asked = expecting("dns", "peer.example.org")
    forged_connection.realise(wanted, Place(pair, "client"), asked)

    assert {"type": "dns", "value": "peer.example.org"} == pair.evidence["client"]["name"]
    assert before == pair.client.leaf.build()


@pytest.mark.parametrize(
    ("kind", "text"), [("email", "peer@example.org"), ("uri", "https://example.org/peer")]
)
def test_a_leaf_is_issued_to_a_listed_name_once(kind: str, text: str) -> None:
    pair = ordinary_pair()
    wanted, asked = expecting(kind, text)
    matching = {**wanted, "name": NameStatus(asked=True, matched=True, kind=kind)}
    forged_connection.realise(matching, Place(pair, "client"), asked)
    once = pair.client.leaf.build()
    forged_connection.realise(matching, Place(pair, "client"), asked)

    assert text.encode() in once
    assert once == pair.client.leaf.build()


def test_an_address_leaves_names_alone_that_have_a_value_of_their_own() -> None:
    pair = ordinary_pair()
    before = pair.client.leaf.build()
    names = Names(San(frozenset(("dNSName",)), frozenset(), critical=False), NO_COMMON_NAME)
    source = SourceValue("usable", None, "192.0.2.17")
    forged_connection.realise({"source": source, "san": names}, Place(pair, "client"), {})

    assert before == pair.client.leaf.build()
