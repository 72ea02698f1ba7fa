"""The parts of the evidence that are checked and kept as JSON, each fault once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mtlspolicy import Context, Pair, evaluate, load_policy
from mtlspolicy.errors import EvidenceError
from mtlspolicy.evidence.dns import FAILURES, STATUSES
from mtlspolicy.evidence.document import read_context, write_context
from mtlspolicy.evidence.handshake import told
from mtlspolicy.evidence.proxy import FORMATS
from schema_support import faults, schemas

SHA256 = "A" * 43
ANSWER = {
    "owner": "client.example.com",
    "type": "A",
    "status": "secure",
    "ttl": 60,
    "time": "2026-05-01T00:00:00Z",
}
PARTS: dict[str, Any] = {
    "handshake": {
        "transport": "tcp",
        "tls_version": "1.3",
        "sni": None,
        "alpn": "xmpp-server",
        "proof_of_possession": True,
        "client_port": 50_000,
        "client_address_source": "socket",
        "service": {"name": "xmpp-server", "protocol": "tcp", "port": 5269},
        "certificate_request": {
            "sent": True,
            "certificate_authorities": ["MAA="],
            "oid_filters": [{"oid": "2.5.29.37", "values": "3000"}],
            "signature_schemes": ["ecdsa_secp256r1_sha256", "ed25519"],
        },
    },
    "dns": {
        "answers": [
            ANSWER | {"data": [{"address": "192.0.2.1"}], "resolver": "default"},
            ANSWER | {"type": "PTR", "data": [{"target": "client.example.com"}]},
            ANSWER | {"type": "MX", "data": [{"preference": 10, "target": "mx.example.com"}]},
            ANSWER
            | {
                "type": "SRV",
                "data": [{"priority": 0, "weight": 0, "port": 5269, "target": "x.example.com"}],
            },
            ANSWER
            | {
                "type": "SVCB",
                "data": [{"priority": 1, "target": ".", "parameters": {"key1": "026832"}}],
            },
            ANSWER
            | {
                "type": "TLSA",
                "data": [{"usage": 3, "selector": 1, "matching_type": 1, "data": "00"}],
            },
            ANSWER | {"type": "CAA", "data": [{"rdata": "00"}]},
            ANSWER | {"type": "AAAA", "failure": "nodata"},
        ]
    },
    "proxy": {
        "trusted": True,
        "authenticated_by": "mtls",
        "format": "rfc9440",
        "headers": [{"name": "Client-Cert", "value": ":MAA=:"}],
        "element": 0,
        "carries": "leaf",
        "verification": {"result": "failed", "detail": "unsupported certificate purpose"},
    },
    "oauth": {
        "endpoint": "authorization_server",
        "client_id": "bot",
        "client": {
            "client_id": "bot",
            "token_endpoint_auth_method": "self_signed_tls_client_auth",
            "tls_client_auth_san_dns": "bot.example.com",
            "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x5c": ["MAA="], "x5t#S256": SHA256}]},
        },
        "token": {"source": "jwt", "cnf": {"x5t#S256": SHA256}},
        "server_metadata": {
            "token_endpoint_auth_methods_supported": ["tls_client_auth"],
            "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example.com/token"},
        },
    },
}
WHOLE: dict[str, Any] = {"schema_version": 1, "at": "2026-05-01T00:00:00Z", "perspective": "both"}


def read(part: str, value: object) -> list[str]:
    """Return the pointers of the faults, none if the part is good."""
    try:
        read_context(WHOLE | {part: value})
    except EvidenceError as error:
        return [fault.pointer for fault in error.faults]
    return []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_kept_as_it_is(part: str) -> None:
    document = WHOLE | {part: PARTS[part]}

    assert [] == faults("evidence", document)
    assert document == write_context(read_context(document))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_an_object(part: str) -> None:
    assert [f"/{part}"] == read(part, [])


def answers(**changed: object) -> dict[str, Any]:
    return {"answers": [ANSWER | {"data": [{"address": "192.0.2.1"}]} | changed]}


def without(name: str) -> dict[str, Any]:
    whole = answers()
    del whole["answers"][0][name]
    return whole


@pytest.mark.parametrize(
    ("part", "value", "pointer"),
    [
        ("handshake", {"sni": ""}, "/handshake/sni"),
        ("handshake", {"alpn": "x" * 256}, "/handshake/alpn"),
        ("handshake", {"resumed": 1}, "/handshake/resumed"),
        ("handshake", {"tls_version": 1.3}, "/handshake/tls_version"),
        ("handshake", {"client_port": 0}, "/handshake/client_port"),
        ("handshake", {"server_port": 0}, "/handshake/server_port"),
        ("handshake", {"service": {"port": 0}}, "/handshake/service/port"),
        ("handshake", {"client_port": 65_536}, "/handshake/client_port"),
        ("handshake", {"client_port": True}, "/handshake/client_port"),
        ("handshake", {"unknown": 1}, "/handshake/unknown"),
        ("handshake", {"service": {"name": "a_b"}}, "/handshake/service/name"),
        (
            "handshake",
            {"certificate_request": {"oid_filters": [{"oid": "3.1", "values": "00"}]}},
            "/handshake/certificate_request/oid_filters/0/oid",
        ),
        (
            "handshake",
            {"certificate_request": {"oid_filters": [{"oid": "2.5.29.37", "values": "0"}]}},
            "/handshake/certificate_request/oid_filters/0/values",
        ),
        (
            "handshake",
            {"certificate_request": {"signature_schemes": ["ed25519", "ed25519"]}},
            "/handshake/certificate_request/signature_schemes",
        ),
        ("dns", {}, "/dns"),
        ("dns", {"answers": {}}, "/dns/answers"),
        ("dns", {"answers": [1]}, "/dns/answers/0"),
        ("dns", answers(type="TXT"), "/dns/answers/0/type"),
        ("dns", answers(owner="a b"), "/dns/answers/0/owner"),
        ("dns", answers(ttl=-1), "/dns/answers/0/ttl"),
        ("dns", answers(time="2026-05-01"), "/dns/answers/0/time"),
        ("dns", answers(failure="nodata"), "/dns/answers/0"),
        ("dns", without("data"), "/dns/answers/0"),
        ("dns", without("type"), "/dns/answers/0"),
        ("dns", answers(data=[]), "/dns/answers/0/data"),
        ("dns", answers(data=["192.0.2.1"]), "/dns/answers/0/data/0"),
        ("dns", answers(data=[{"target": "x"}]), "/dns/answers/0/data/0/target"),
        (
            "dns",
            answers(type="SVCB", data=[{"priority": 1, "target": ".", "parameters": {"alpn": ""}}]),
            "/dns/answers/0/data/0/parameters/alpn",
        ),
        (
            "dns",
            answers(type="SVCB", data=[{"priority": 1, "target": ".", "parameters": []}]),
            "/dns/answers/0/data/0/parameters",
        ),
        ("proxy", {"format": "rfc 9440"}, "/proxy/format"),
        ("proxy", {"headers": [{"name": "a b", "value": ""}]}, "/proxy/headers/0/name"),
        ("proxy", {"headers": [{"name": "a"}]}, "/proxy/headers/0"),
        ("oauth", {"token": {"cnf": {"x5t#S256": "short"}}}, "/oauth/token/cnf/x5t#S256"),
        ("oauth", {"client": {"jwks": {"keys": [{}]}}}, "/oauth/client/jwks/keys/0"),
        (
            "oauth",
            {"client": {"jwks": {"keys": [{"kty": "EC", "x5c": []}]}}},
            "/oauth/client/jwks/keys/0/x5c",
        ),
    ],
)
def test_each_fault_has_its_place(part: str, value: object, pointer: str) -> None:
    assert pointer in read(part, value)
    assert faults("evidence", WHOLE | {part: value})


def test_one_text_per_value_in_base64() -> None:
    """RFC 4648, 3.5: bits that nothing needs are zero."""
    request = "certificate_request"
    for text, good in (("MAA=", True), ("MAB=", False), ("MA==", True), ("MB==", False)):
        found = read("handshake", {request: {"certificate_authorities": [text]}})
        assert good == (not found), text


def test_words_are_those_of_the_schema() -> None:
    defs = schemas()["evidence"]["$defs"]

    assert list(STATUSES) == defs["answer"]["properties"]["status"]["enum"]
    assert list(FAILURES) == defs["answer"]["properties"]["failure"]["enum"]
    assert list(FORMATS) == defs["proxy"]["properties"]["format"]["enum"]


@pytest.mark.parametrize(
    "handshake",
    [
        None,
        [],
        {"proof_of_possession": "false"},
        {"client_address_source": "HTTP_HEADER"},
        {"server_port": "5269"},
        {"service": []},
        {"alpn": "h2", "unknown": 1},
    ],
)
def test_a_handshake_that_no_document_could_say_tells_nothing(handshake: Any) -> None:  # noqa: ANN401 - anything
    assert {} == told(handshake)


def test_a_handshake_tells_what_it_says() -> None:
    assert {"alpn": None, "server_port": 5269} == told({"alpn": None, "server_port": 5269})


def test_evidence_that_is_no_json_decides_and_has_a_digest() -> None:
    answers = [{"owner": "a.test", "type": "A", "status": "secure", "ttl": 1.5, "time": "x"}]
    context = Context(at=0, dns={"answers": answers})
    decision = evaluate(Pair([], []), load_policy("legacy-dual-use"), context)

    assert 64 == len(json.loads(decision.json())["inputs"]["evidence"])
