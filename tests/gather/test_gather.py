"""`mtlspolicy gather` against a real authoritative server and a real validating resolver."""

from __future__ import annotations

import json
import os
import shutil
import socket
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest

from command_support import Ran, run
from dns_support import HOST, Servers, Zone, free_port, servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.oracle

TLSA: Final = "3 1 1 " + "ab" * 32
SIGNED: Final = Zone(
    "signed.test.",
    f"""host A 192.0.2.10
    _5269._tcp.host TLSA {TLSA}
    _5269._xmpp-server.host SVCB 1 host.signed.test. alpn=xmpp-server port=5269
    _xmpp-server._tcp.host SRV 5 0 5269 host.signed.test.
    alias CNAME host.unsigned.test.
    one CNAME two.signed.test.
    two CNAME one.signed.test.
    six AAAA 2001:db8::10
    """,
)
UNSIGNED: Final = Zone(
    "unsigned.test.",
    f"host A 192.0.2.20\nhost A 192.0.2.50\n_5269._tcp.host TLSA {TLSA}\n",
    expires=None,
)
EXPIRED: Final = Zone("expired.test.", "host A 192.0.2.30\n", expires="20260201000000")
BROKEN: Final = Zone("broken.test.", "host A 192.0.2.40\n", spoil="host.broken.test.")
PARENT: Final = Zone(
    "test.",
    "ns A 127.0.0.1\n"
    + "".join(f"{one.origin} NS ns.test.\n" for one in (SIGNED, UNSIGNED, EXPIRED, BROKEN))
    + "".join(f"{one.origin} DS {one.ds}\n" for one in (SIGNED, EXPIRED, BROKEN)),
    anchored=True,
)
REVERSE: Final = Zone(
    "2.0.192.in-addr.arpa.",
    """10 PTR host.signed.test.
    20 PTR host.unsigned.test.
    30 PTR host.expired.test.
    40 PTR host.broken.test.
    50 PTR alias.signed.test.
    60 PTR one.signed.test.
    70 PTR peer.local.
    """
    + "".join(f"80 PTR name{number:02}.signed.test.\n" for number in range(20)),
    anchored=True,
)
LOCAL: Final = Zone("local.", "peer A 192.0.2.70\n", expires=None)
SIX: Final = Zone(
    "8.b.d.0.1.0.0.2.ip6.arpa.", "0.1." + "0." * 21 + "0 PTR six.signed.test.\n", expires=None
)


@pytest.fixture(scope="module")
def dns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    for program in ("nsd", "unbound"):
        if shutil.which(program, path="/usr/sbin:/usr/bin") is None:
            reason = f"{program} is not installed (Debian package {program})"
            pytest.fail(reason) if "CI" in os.environ else pytest.skip(reason)
    zones = [PARENT, SIGNED, UNSIGNED, EXPIRED, BROKEN, REVERSE, LOCAL, SIX]
    with servers(tmp_path_factory.mktemp("dns"), zones) as started:
        yield started


def gather(where: str, peer: str, *more: str | Path, port: int = 5269) -> Ran:
    words = ("--peer", peer, "--port", str(port), "--resolver", where, "--probe", "test.")
    return run("gather", *words, *more)


def statuses(ran: Ran) -> dict[tuple[str, str], str]:
    """What came of each question: the status, and the failure where there is one."""
    return {
        (one["owner"], one["type"]): " ".join(filter(None, [one["status"], one.get("failure")]))
        for one in ran.json["dns"]["answers"]
    }


def test_a_signed_peer_is_secure_at_every_hop(dns: Servers) -> None:
    ran = gather(dns.resolver, "192.0.2.10", "--service", "xmpp-server")
    assert ran.code == 0, ran.err
    assert statuses(ran) == {
        ("10.2.0.192.in-addr.arpa", "PTR"): "secure",
        ("_5269._tcp.10.2.0.192.in-addr.arpa", "TLSA"): "secure nxdomain",
        ("host.signed.test", "A"): "secure",
        ("_5269._tcp.host.signed.test", "TLSA"): "secure",
        ("_5269._tcp.host.signed.test", "SRV"): "secure nodata",
        ("_xmpp-server._tcp.host.signed.test", "SRV"): "secure",
        ("_5269._xmpp-server.host.signed.test", "SVCB"): "secure",
    }
    found = {(one["owner"], one["type"]): one.get("data") for one in ran.json["dns"]["answers"]}
    association = {"usage": 3, "selector": 1, "matching_type": 1, "data": "ab" * 32}
    assert found["_5269._tcp.host.signed.test", "TLSA"] == [association]
    binding = {
        "priority": 1,
        "target": "host.signed.test",
        "parameters": {"key1": "0b" + b"xmpp-server".hex(), "key3": "1495"},
    }
    assert found["_5269._xmpp-server.host.signed.test", "SVCB"] == [binding]
    assert ran.json["client"] == {"address": "192.0.2.10"}
    assert ran.json["handshake"]["server_port"] == 5269


@pytest.mark.parametrize(
    ("peer", "host", "said"),
    [
        ("192.0.2.20", "host.unsigned.test", "insecure"),
        ("192.0.2.30", "host.expired.test", "bogus servfail"),
        ("192.0.2.40", "host.broken.test", "bogus servfail"),
    ],
)
def test_the_status_is_that_of_the_zone_itself(
    dns: Servers, peer: str, host: str, said: str
) -> None:
    found = statuses(gather(dns.resolver, peer))
    assert found[host, "A"] == said
    assert found[f"{peer.rpartition('.')[2]}.2.0.192.in-addr.arpa", "PTR"] == "secure"
    assert (said == "insecure") == (found[f"_5269._tcp.{host}", "TLSA"] == "insecure")


def test_each_hop_of_an_alias_has_its_own_status(dns: Servers) -> None:
    found = statuses(gather(dns.resolver, "192.0.2.50"))
    assert found["alias.signed.test", "CNAME"] == "secure"
    assert found["host.unsigned.test", "A"] == "insecure"
    assert ("alias.signed.test", "A") not in found


def test_a_loop_of_aliases_ends(dns: Servers) -> None:
    found = statuses(gather(dns.resolver, "192.0.2.60"))
    # The resolver gives up on the loop, or shows it hop by hop: then each hop is asked once.
    hops = {key: said for key, said in found.items() if not key[0].startswith("_")}
    assert set(hops) <= {
        ("60.2.0.192.in-addr.arpa", "PTR"),
        ("one.signed.test", "CNAME"),
        ("two.signed.test", "CNAME"),
        ("one.signed.test", "A"),
    }
    assert ("two.signed.test", "A") not in found


def test_a_crowded_reverse_zone_costs_eight_names(dns: Servers) -> None:
    found = statuses(gather(dns.resolver, "192.0.2.80"))
    asked = [owner for owner, kind in found if kind == "A"]
    assert asked == [f"name{number:02}.signed.test" for number in range(8)]


def test_no_reverse_name_is_an_answer(dns: Servers) -> None:
    ran = gather(dns.resolver, "192.0.2.99")
    assert ran.code == 0
    assert statuses(ran) == {
        ("99.2.0.192.in-addr.arpa", "PTR"): "secure nxdomain",
        ("_5269._tcp.99.2.0.192.in-addr.arpa", "TLSA"): "secure nxdomain",
    }


def test_an_address_of_the_sixth_version(dns: Servers) -> None:
    found = statuses(gather(dns.resolver, "2001:db8::10"))
    assert found["six.signed.test", "AAAA"] == "secure"


def test_a_mapped_address_is_the_one_it_maps(dns: Servers) -> None:
    ran = gather(dns.resolver, "::ffff:192.0.2.10")
    assert ran.json["client"] == {"address": "192.0.2.10"}
    assert "mapped" in ran.err


def test_a_name_that_is_expected_joins_the_evidence(dns: Servers) -> None:
    ran = gather(dns.resolver, "192.0.2.99", "--name", "Host.Signed.Test.")
    assert ran.json["client"]["name"] == {"type": "dns", "value": "host.signed.test"}


def test_records_that_no_rule_uses_are_asked_for_on_demand(dns: Servers) -> None:
    found = statuses(gather(dns.resolver, "192.0.2.10", "--informational"))
    assert found["host.signed.test", "CAA"] == "secure nodata"
    assert found["host.signed.test", "CERT"] == "secure nodata"


def test_a_resolver_that_does_not_validate_is_not_believed(dns: Servers) -> None:
    ran = gather(dns.authority, "192.0.2.10")
    assert {said.split()[0] for said in statuses(ran).values()} == {"indeterminate"}
    assert "does not seem to validate" in ran.err


def test_exempt_domains_have_a_resolver_of_their_own(dns: Servers) -> None:
    ran = gather(dns.resolver, "192.0.2.70", "--exempt-resolver", dns.authority)
    found = {one["owner"]: one["resolver"] for one in ran.json["dns"]["answers"]}
    assert found["peer.local"] == dns.authority
    assert found["70.2.0.192.in-addr.arpa"] == dns.resolver
    ran = gather(
        dns.resolver, "192.0.2.70", "--exempt-resolver", dns.authority, "--exempt-domain", "lan"
    )
    found = {one["owner"]: one["resolver"] for one in ran.json["dns"]["answers"]}
    assert found["peer.local"] == dns.resolver


def test_answers_are_kept_and_every_query_is_recorded(dns: Servers, tmp_path: Path) -> None:
    cache, queries = tmp_path / "cache.json", tmp_path / "queries.json"
    files = ("--cache", cache, "--queries", queries)
    first = gather(dns.resolver, "192.0.2.10", *files)
    sent = json.loads(queries.read_bytes())
    jsonschema.Draft202012Validator(run("schema", "show", "dns-queries").json).validate(sent)
    assert [(one["owner"], one["type"]) for one in sent["queries"][:2]] == [
        ("test", "SOA"),
        ("10.2.0.192.in-addr.arpa", "PTR"),
    ]
    assert len(sent["queries"]) == 6
    assert cache.stat().st_mode & 0o077 == 0
    second = gather(dns.resolver, "192.0.2.10", *files)
    assert second.json == first.json
    assert len(json.loads(queries.read_bytes())["queries"]) == 1


def test_the_document_is_evidence_and_joins_what_is_known(dns: Servers, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    known.write_text('{"schema_version": 1, "asserted": ["path"]}', "utf-8")
    ran = gather(dns.resolver, "192.0.2.10", "--context", known)
    jsonschema.Draft202012Validator(run("schema", "show", "evidence").json).validate(ran.json)
    assert ran.json["asserted"] == ["path"]
    known.write_text(ran.out, "utf-8")
    again = gather(dns.resolver, "192.0.2.10", "--context", known)
    assert (again.code, again.out) == (2, "")
    assert "has answers already" in again.err


def test_who_does_not_answer_is_told_apart_from_who_is_not_there() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as mute:
        mute.bind((HOST, 0))
        where = f"{HOST}:{mute.getsockname()[1]}"
        ran = gather(where, "192.0.2.10", "--timeout", "0.2", "--deadline", "0.5")
    assert ran.code == 3
    assert statuses(ran)["10.2.0.192.in-addr.arpa", "PTR"] == "indeterminate timeout"
    ran = gather(f"{HOST}:{free_port()}", "192.0.2.10", "--timeout", "0.2")
    assert ran.code == 3
    assert statuses(ran)["10.2.0.192.in-addr.arpa", "PTR"] in {
        "indeterminate unreachable",
        "indeterminate timeout",
    }


def test_what_the_bounds_leave_no_room_for_stays_unasked(dns: Servers) -> None:
    ran = gather(dns.resolver, "192.0.2.10", "--max-queries", "2")
    assert ran.code == 3
    assert set(statuses(ran)) == {
        ("10.2.0.192.in-addr.arpa", "PTR"),
        ("_5269._tcp.10.2.0.192.in-addr.arpa", "TLSA"),
    }
    assert "host.signed.test A: not asked" in ran.err


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"handshake": {"service": {"name": "x", "port": 5222}}}, "/handshake/service/port"),
        ({"handshake": {"server_port": 1}}, "/handshake/server_port"),
        ({"client": {"address": "192.0.2.2"}}, "/client/address"),
    ],
)
def test_a_document_that_says_otherwise_is_refused_before_anybody_is_asked(
    tmp_path: Path, part: dict[str, Any], said: str
) -> None:
    known = tmp_path / "known.json"
    known.write_text(json.dumps({"schema_version": 1, **part}), "utf-8")
    queries = tmp_path / "queries.json"
    ran = gather(f"{HOST}:9", "192.0.2.1", "--context", known, "--queries", queries)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not queries.exists()


WRONG: Final[list[tuple[dict[str, str], str]]] = [
    ({"--peer": "host.example"}, "is no IP address"),
    ({"--peer": "fe80::1%eth0"}, "without a zone"),
    ({"--port": "0"}, "--port"),
    ({"--name": "*.example.com"}, "--name"),
    ({"--resolver": "dns.example"}, "no address of a resolver"),
    ({"--resolver": "127.0.0.1:0"}, "no port"),
    ({"--context": "absent.json"}, "cannot read"),
    ({"--service": "bad service!"}, "no name of a service"),
    ({"--probe": "a..b"}, "no domain name"),
    ({"--deadline": "nan"}, "numbers of seconds"),
    ({"--cache": "/dev/null/cache.json"}, "cannot be written (--cache)"),
    ({"--queries": "/nowhere/queries.json"}, "cannot be written (--queries)"),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_wrong_usage_asks_nobody(changed: dict[str, str], said: str) -> None:
    flags = {"--peer": "192.0.2.1", "--port": "5269", "--resolver": f"{HOST}:9", **changed}
    ran = run("gather", *(word for flag in flags.items() for word in flag))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("text", ["[]", "{", '{"answers": [{"owner": "x"}]}'])
def test_a_cache_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    cache = tmp_path / "cache.json"
    cache.write_text(text, "utf-8")
    ran = gather(f"{HOST}:9", "192.0.2.1", "--cache", cache)
    assert (ran.code, ran.out) == (2, "")
    assert cache.read_text("utf-8") == text


def test_without_dnspython_the_extra_is_named(tmp_path: Path) -> None:
    hidden: dict[str, Any] = {"PYTHONPATH": str(tmp_path)}
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'dns' else find(name, *a)\n",
        "utf-8",
    )
    inherited = os.environ.get("PYTHONPATH")
    hidden["PYTHONPATH"] += f":{inherited}" if inherited else ""
    ran = run("gather", "--peer", "192.0.2.1", "--port", "1", env=hidden)
    assert (ran.code, ran.out) == (2, "")
    assert "mtlspolicy[dns]" in ran.err
