"""Whole comparisons with the draft, which looks at the connection: every witness is real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compare_support import BASE, on, policy
from connection_support import draft
from mtlspolicy import load_policy
from mtlspolicy.compare import compare

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize("other", ["dedicated-pki", "limbo-webpki", "s2s-spiffe"])
def test_every_difference_from_the_draft_is_shown_by_a_witness(other: str) -> None:
    """`compare` judges each witness from its bytes, and fails where it is not as predicted."""
    found = compare(load_policy(other), draft())

    asked = {rule.id for one in found.classes for rule in one.rules if one.refusing == 1}
    assert "incomparable" == found.relation
    assert {"source-special", "dns-contradiction", "san-pure", "expected-kind"} <= asked
    assert all(one.witness is not None for one in (*found.classes, *found.apart))


def test_records_under_a_services_name_are_found_for_every_port() -> None:
    """Where a port is not told, what is found for it is found for the other one too."""
    literal = {"q23_tlsa_owner": "literal"}
    found = compare(draft(), draft(), settings=({}, literal))

    assert "incomparable" == found.relation
    assert all(one.witness is not None for one in (*found.classes, *found.apart))


def _of_the_name(
    exempt: Sequence[str], among: Sequence[str] = (), *, unlisted: bool = True
) -> list[dict[str, Any]]:
    """Rules on the name that DNS confirms: of these if there are any, some domains exempt."""
    asked = {"exempt": list(exempt), "wildcards": "allow", "among": list(among)}
    known = on("peer-known", "client.path", {"not": {"peer.expected_in": list(among)}})
    wrong = ["bogus", "forward_mismatch"]
    return [
        *BASE,
        on("name", "client.path", {"name.matches": True}),
        on("expected", "client.path", {"peer.expected": True}),
        *([known] if among and unlisted else []),
        on("good", "client.path", {"dns.outcome": {"words": ["secure", "insecure"], **asked}}),
        on("wrong", "client.path", {"not": {"dns.outcome": {"words": wrong, **asked}}}),
    ]


@pytest.mark.parametrize("exempt", [["example.com"], [".Example.Net"]])
@pytest.mark.parametrize("unlisted", [True, False])
def test_a_name_that_stands_for_another_is_exempt_where_that_is(
    exempt: list[str], *, unlisted: bool
) -> None:
    """And a name that is on no list is none that is; no name is expected among several."""
    two = _of_the_name(exempt, ["client.example.com"], unlisted=unlisted)
    one = _of_the_name(exempt)
    found = compare(policy(one, "one"), policy(two, "two"))

    assert "more-permissive" == found.relation
    assert all(one.witness is not None for one in found.classes)


@pytest.mark.parametrize(
    ("uri", "spiffe"), [("spiffe://example.com/service", True), ("https://example.com/", False)]
)
def test_a_uri_on_a_list_is_one_that_the_leaf_carries(uri: str, *, spiffe: bool) -> None:
    """A leaf with a SPIFFE ID matches no other URI, and none without matches one."""
    known = {"san.spiffe_id": True}
    asked = [
        *BASE,
        on("name", "client.path", {"name.matches": True}),
        on("type", "client.path", {"name.type": ["uri"]}),
        on("known", "client.leaf", {"any": [known, {"not": known}]}),
    ]
    listed = on("listed", "client.path", {"not": {"peer.expected_in": [uri]}})
    (found,) = compare(policy(asked, "one"), policy([*asked, listed], "two")).classes

    assert spiffe == ("SPIFFE ID" in found.words[0])
    assert found.witness is not None
    assert {"type": "uri", "value": uri} == found.witness.evidence["client"]["name"]


@pytest.mark.parametrize(("address", "reserved"), [("192.0.2.17", True), ("8.8.8.8", False)])
def test_an_address_on_a_list_is_reserved_or_not(address: str, *, reserved: bool) -> None:
    """No leaf carries a reserved address and is without that defect."""
    asked = [
        *BASE,
        on("name", "client.path", {"name.matches": True}),
        on("type", "client.path", {"name.type": ["ip"]}),
        on("listed", "client.path", {"peer.expected_in": [address]}),
    ]
    defect = on("defect", "client.leaf", {"san.defect": ["ip-reserved"]})
    found = compare(policy(asked, "one"), policy([*asked, defect], "two"))

    assert ("equivalent" if reserved else "more-permissive") == found.relation
    for one in found.classes:
        assert one.witness is not None
        assert {"type": "ip", "value": address} == one.witness.evidence["client"]["name"]
