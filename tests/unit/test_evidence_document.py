"""Between the evidence document and its types."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from mtlspolicy import AnchorEvidence, Context, PeerName, SideEvidence
from mtlspolicy.errors import EvidenceError
from mtlspolicy.evidence.document import read_context, write_context
from support.policies import AT

DER = b"\x30\x03\x02\x01\x01"
TEXT = base64.b64encode(DER).decode()
DIGEST = "0" * 63 + "a"
FULL: dict[str, Any] = {
    "schema_version": 1,
    "at": "2026-05-01T00:00:00Z",
    "perspective": "server",
    "asserted": ["client.name", "path:group=x9"],
    "settings": {"on": True, "days": 3, "word": "x", "list": ["a"]},
    "client": {
        "name": {"type": "uri", "value": "spiffe://example/a"},
        "address": "192.0.2.1",
        "anchors": [{"group": "x9", "added": "2020-01-01T00:00:00Z", "certificate": TEXT}],
        "intermediates": [TEXT],
        "crls": [TEXT],
        "ocsp": [TEXT],
    },
    "server": {"anchors": []},
    "ccadb": [{"sha256": DIGEST, "disclosed": "2026-01-01T00:00:00Z"}],
}
CONTEXT = Context(
    at=AT,
    perspective="server",
    asserted=("client.name", "path:group=x9"),
    settings=FULL["settings"],
    client=SideEvidence(
        name=PeerName("uri", "spiffe://example/a"),
        address="192.0.2.1",
        anchors=(AnchorEvidence(DER, "x9", 1_577_836_800),),
        intermediates=(DER,),
        crls=(DER,),
        ocsp=(DER,),
    ),
    server=SideEvidence(anchors=()),
    ccadb={DIGEST: 1_767_225_600},
)
LEAST = {"schema_version": 1, "at": "2026-05-01T00:00:00Z"}


def faults(value: object, at: int | None = None) -> list[tuple[str, str]]:
    with pytest.raises(EvidenceError) as caught:
        read_context(value, at=at)
    return [(fault.pointer, fault.message) for fault in caught.value.faults]


def test_a_document_is_its_context_and_back() -> None:
    assert CONTEXT == read_context(FULL)
    assert FULL == write_context(CONTEXT)


def test_defaults_are_left_out() -> None:
    assert Context(at=AT) == read_context(LEAST)
    assert {**LEAST, "perspective": "both"} == write_context(Context(at=AT))
    anchor = {"group": "default", "certificate": TEXT}
    side = SideEvidence(anchors=(AnchorEvidence(DER),))
    assert {"anchors": [anchor]} == write_context(Context(at=AT, client=side))["client"]
    assert side == read_context({**LEAST, "client": {"anchors": [{"certificate": TEXT}]}}).client


def test_no_anchors_said_and_an_empty_list_are_different() -> None:
    assert read_context({**LEAST, "client": {}}).client.anchors is None
    assert () == read_context({**LEAST, "client": {"anchors": []}}).client.anchors
    assert write_context(Context(at=AT)) != write_context(
        Context(at=AT, client=SideEvidence(anchors=())),
    )


def test_the_order_of_assertions_is_not_written() -> None:
    one, other = (
        Context(at=AT, asserted=("path", "name")),
        Context(at=AT, asserted=("name", "path")),
    )

    assert write_context(one) == write_context(other)


def test_a_time_from_outside_stands_in_and_does_not_win() -> None:
    assert 7 == read_context({"schema_version": 1}, at=7).at
    assert AT == read_context(LEAST, at=7).at
    assert [("/at", "no evaluation time is given")] == faults({"schema_version": 1})


def test_parts_that_later_rules_read_are_kept() -> None:
    for part in ("handshake", "dns", "proxy", "oauth"):
        assert [f"/{part}"] == [pointer for pointer, _ in faults({**LEAST, part: []})]
    context = Context(at=AT, handshake={"alpn": "h2"})

    assert {"alpn": "h2"} == write_context(context)["handshake"]


@pytest.mark.parametrize("value", [None, [], "x", 1, {}])
def test_evidence_is_an_object(value: object) -> None:
    assert faults(value)


def changed(path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON, or any of a table
    result = copy.deepcopy(FULL)
    place: Any = result
    *above, last = [int(key) if key.isdigit() else key for key in path.split("/")[1:]]
    for key in above:
        place = place[key]
    place[last] = value
    return result


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("/more", 1, "/more"),
        ("/schema_version", 2, "/schema_version"),
        ("/schema_version", True, "/schema_version"),
        ("/schema_version", "1", "/schema_version"),
        ("/$schema", 1, "/$schema"),
        ("/at", 0, "/at"),
        ("/at", None, "/at"),
        ("/at", "2026-02-30T00:00:00Z", "/at"),
        ("/perspective", "peer", "/perspective"),
        ("/perspective", ["both"], "/perspective"),
        ("/asserted", "path", "/asserted"),
        ("/asserted", [1], "/asserted"),
        ("/asserted", ["path", "path"], "/asserted"),
        ("/asserted", ["path", "eku"], "/asserted/1"),
        ("/asserted", ["path:group=a", "path:group=b"], "/asserted/1"),
        ("/settings", [], "/settings"),
        ("/settings/Bad", 1, "/settings/Bad"),
        ("/settings/days", None, "/settings/days"),
        ("/settings/days", {}, "/settings/days"),
        ("/settings/list", [1], "/settings/list"),
        ("/client", [], "/client"),
        ("/client/names", {}, "/client/names"),
        ("/client/name", "x", "/client/name"),
        ("/client/name", {"type": "fqdn", "value": "x"}, "/client/name/type"),
        ("/client/name", {"type": "dns", "value": ""}, "/client/name/value"),
        ("/client/name", {"type": "dns"}, "/client/name/value"),
        ("/client/address", "", "/client/address"),
        ("/client/address", 1, "/client/address"),
        ("/client/anchors", {}, "/client/anchors"),
        ("/client/anchors", None, "/client/anchors"),
        ("/client/anchors/0", TEXT, "/client/anchors/0"),
        ("/client/anchors/0/group", "a b", "/client/anchors/0/group"),
        ("/client/anchors/0/group", 1, "/client/anchors/0/group"),
        ("/client/anchors/0/added", "soon", "/client/anchors/0/added"),
        ("/client/anchors/0/certificate", None, "/client/anchors/0/certificate"),
        ("/client/crls", [""], "/client/crls/0"),
        ("/client/crls", ["MAMCAQE"], "/client/crls/0"),
        ("/client/ocsp", ["MAMCAQF=\n"], "/client/ocsp/0"),
        ("/client/intermediates", ["QR=="], "/client/intermediates/0"),
        ("/client/intermediates", ["MAMC AQE="], "/client/intermediates/0"),
        ("/ccadb", {}, "/ccadb"),
        ("/ccadb/0", [], "/ccadb/0"),
        ("/ccadb/0/sha256", "AA", "/ccadb/0/sha256"),
        ("/ccadb/0/disclosed", "2026", "/ccadb/0/disclosed"),
        ("/ccadb/0/more", 1, "/ccadb/0/more"),
    ],
)
def test_each_fault_has_its_place(path: str, value: Any, pointer: str) -> None:  # noqa: ANN401 - JSON, or any of a table
    assert pointer in [place for place, _ in faults(changed(path, value))]


def test_one_certificate_is_disclosed_once() -> None:
    entry = FULL["ccadb"][0]
    other = {**entry, "disclosed": "2026-01-02T00:00:00Z"}

    assert [("/ccadb/1", "this certificate is given with two dates")] == faults(
        {**FULL, "ccadb": [entry, other]},
    )
    assert read_context({**FULL, "ccadb": [entry, entry]}).ccadb == CONTEXT.ccadb


def test_the_message_names_the_first_fault() -> None:
    with pytest.raises(
        EvidenceError,
        match="the evidence document is invalid at `/at`: an instant",
    ):
        read_context({**FULL, "at": 1})
