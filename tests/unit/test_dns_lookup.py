"""One question of the DNS, followed through answers that may be wrong on purpose."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy import limits
from mtlspolicy.derive.dns.answers import NO_ANSWERS, read_answers
from mtlspolicy.derive.dns.lookup import Hop, follow, security, word
from mtlspolicy.derive.dns.names import (
    canonical_name,
    is_within,
    port_name,
    reverse_name,
    service_name,
)
from mtlspolicy.derive.dns.questions import endpoint_of, unanswered
from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.instants import parse_instant

AT = parse_instant("2026-05-01T00:00:00Z")
HOUR = 3600


def answer(owner: str, kind: str = "A", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    head = {"owner": owner, "type": kind, "status": "secure", "ttl": HOUR}
    head |= {"time": "2026-05-01T00:00:00Z"}
    return head | ({} if "data" in more else {"failure": "nodata"}) | more


def alias(owner: str, target: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return answer(owner, "CNAME", data=[{"target": target}], **more)


def address(owner: str, text: str = "192.0.2.1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return answer(owner, data=[{"address": text}], **more)


def asked(*answers: dict[str, Any], owner: str = "a.example", at: int | None = AT) -> Any:  # noqa: ANN401 - a lookup
    return follow(read_answers({"answers": list(answers)}), owner, "A", at)


# -- names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.COM.", "example.com"),
        ("0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa"),
        ("_5269._tcp.example.com", "_5269._tcp.example.com"),
        ("", None),
        (".", None),
        ("a..b", None),
        ("a\\.b", None),
        ("a b", None),
        ("é.example", None),
        (f"{'a' * 64}.example", None),
        (".".join(["a" * 60] * 5), None),
        (5, None),
    ],
)
def test_a_name_is_written_in_one_way(text: object, name: str | None) -> None:
    assert name == canonical_name(text)


def test_reverse_names() -> None:
    four, six = IpAddress.parse("192.0.2.17"), IpAddress.parse("2001:db8::1")
    assert four is not None
    assert six is not None

    assert "17.2.0.192.in-addr.arpa" == reverse_name(four)
    assert f"{'1.' + '0.' * 23}8.b.d.0.1.0.0.2.ip6.arpa" == reverse_name(six)


def test_names_of_ports_and_services() -> None:
    assert "_25._tcp.a.example" == port_name(25, "tcp", "a.example")
    assert "_xmpp-server._tcp.a.example" == service_name("XMPP-server", "tcp", "a.example")


def test_a_domain_holds_itself_and_what_is_below_it() -> None:
    assert is_within("local", (".local",))
    assert is_within("printer.local", ("local.",))
    assert not is_within("notlocal", (".local",))
    assert not is_within("printer.local", ("", "."))


# -- answers


def test_without_answers_nothing_is_known() -> None:
    assert NO_ANSWERS == read_answers(None)


@pytest.mark.parametrize(
    "document",
    [
        5,
        {},
        {"answers": 5},
        {"answers": [address("a.example", ttl=-1)]},
        {"answers": [address("a.example", time="tomorrow")]},
        {"answers": [answer("a.example", data=[{"target": "b.example"}])]},
        {"answers": [None]},
    ],
)
def test_what_came_past_the_schema_is_not_read(document: object) -> None:
    """A negative TTL, for one, is no evidence (RFC 2181, 8)."""
    answers = read_answers(document)

    assert "invalid" == answers.fault
    assert "fault" == word(follow(answers, "a.example", "A", AT), ())


def test_more_answers_than_are_read_are_not_read_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DNS_ANSWERS", 10)
    many = [address(f"n{number}.example") for number in range(limits.MAX_DNS_ANSWERS + 1)]

    assert "budget" == read_answers({"answers": many}).fault
    assert "" == read_answers({"answers": many[1:]}).fault


def test_more_records_than_an_answer_can_have_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DNS_RECORDS", 3)
    many = [{"address": f"192.0.2.{number}"} for number in range(4)]
    before, least, most = (address("b.example"), *(address("a.example") for _ in range(2)))
    least["data"], most["data"] = many[1:], many

    assert "" == read_answers({"answers": [before, least]}).fault
    assert "budget" == read_answers({"answers": [before, most]}).fault
    assert "invalid" == read_answers({"answers": [None, {"data": 1}]}).fault


def test_an_answer_about_no_name_is_left_out() -> None:
    found = asked(address("a\\.example"), address("a.example"))

    assert "data" == found.end


def test_the_same_answer_twice_is_one_and_the_later_counts() -> None:
    old = address("a.example", time="2026-04-30T23:30:00Z")
    found = asked(old, address("a.example"))

    assert asked(address("a.example")).instants == found.instants
    assert found.instants == asked(address("a.example"), old).instants


@pytest.mark.parametrize(
    "other",
    [
        address("a.example", "192.0.2.2"),
        address("a.example", status="insecure"),
        answer("a.example"),
        answer("a.example", "AAAA", failure="nxdomain"),
        alias("a.example", "b.example"),
    ],
)
def test_answers_that_cannot_all_be_true(other: dict[str, Any]) -> None:
    assert "contradiction" == asked(address("a.example"), other).end


def test_an_alias_has_one_target() -> None:
    both = answer("a.example", "CNAME", data=[{"target": "b.example"}, {"target": "c.example"}])

    assert "contradiction" == asked(both).end


# -- following


def test_an_alias_is_followed_and_every_hop_is_kept() -> None:
    found = asked(alias("a.example", "B.example."), address("b.example", status="insecure"))

    assert (Hop("a.example", "CNAME", "secure"), Hop("b.example", "A", "insecure")) == found.hops
    assert "insecure" == word(found, ())
    assert ((("address", "192.0.2.1"),),) == found.records


def test_an_alias_that_could_not_be_had_is_a_failure() -> None:
    """That there is no alias is not known, so the question itself is not answered either."""
    found = asked(answer("a.example", "CNAME", failure="timeout"))

    assert "failed" == found.end
    assert "unanswered" == asked(answer("a.example", "CNAME", failure="nodata")).end
    assert "data" == asked(answer("a.example", "CNAME"), address("a.example")).end


@pytest.mark.parametrize(
    ("how", "end", "found"),
    [
        ({"failure": "servfail", "status": "bogus"}, "failed", "bogus"),
        ({"status": "bogus"}, "data", "bogus"),
        ({"failure": "timeout", "status": "indeterminate"}, "failed", "failed"),
        ({}, "data", "secure"),
    ],
)
def test_an_answer_beside_the_one_that_is_followed_counts(
    how: dict[str, Any], end: str, found: str
) -> None:
    """Neither an alias nor an answer at its owner hides that the other was bogus or lost."""
    behind_alias = asked(
        answer("a.example", **how), alias("a.example", "b.example"), address("b.example")
    )
    at_the_end = asked(answer("a.example", "CNAME", **how), address("a.example"))

    for one in (behind_alias, at_the_end):
        assert end == one.end
        assert found == word(one, ())


def test_a_bogus_denial_of_an_alias_has_decided_before_the_question_is_asked() -> None:
    assert "bogus" == word(asked(answer("a.example", "CNAME", status="bogus")), ())


def test_two_spellings_of_one_name_are_one_answer() -> None:
    """RFC 4343: neither letter case nor the final dot makes another name."""
    spelt = ("b.example", "B.Example", "b.example.")
    found = asked(*(alias("a.example", text) for text in spelt), address("b.example"))

    assert "data" == found.end


def test_what_is_not_answered_names_what_to_ask() -> None:
    found = asked(alias("a.example", "b.example"))

    assert ("unanswered", "b.example") == (found.end, found.owner)


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({"time": "2026-05-01T00:00:01Z"}, "future"),
        ({"time": "2026-04-30T22:59:59Z"}, "expired"),
        ({"time": "2026-04-30T23:00:00Z"}, "data"),
        ({"time": "2026-04-30T23:59:00Z", "ttl": 0}, "data"),
        ({"time": "2026-04-30T23:58:59Z", "ttl": 0}, "expired"),
        ({"time": "2026-04-20T00:00:00Z", "ttl": 2**31 - 1}, "expired"),
    ],
)
def test_an_answer_holds_for_its_ttl(more: dict[str, Any], end: str) -> None:
    assert end == asked(address("a.example", **more)).end
    assert "data" == asked(address("a.example", **more), at=None).end


def test_what_is_bogus_has_decided() -> None:
    """A bogus alias refuses, whether or not its target has been asked for."""
    assert "bogus" == word(asked(alias("a.example", "b.example", status="bogus")), ())
    assert "expired" == word(
        asked(address("a.example", status="bogus", time="2026-04-01T00:00:00Z")), ()
    )


def test_an_exempt_name_counts_as_unsigned_never_as_better() -> None:
    hops = [Hop("printer.local", "A", status) for status in ("secure", "bogus", "indeterminate")]

    assert "insecure" == security(hops, (".local",))
    assert "bogus" == security(hops, (".localhost",))
    assert "secure" == security((), ())


# -- what is still to be asked


def test_each_round_of_questions_follows_from_the_answers_before() -> None:
    peer = IpAddress.parse("192.0.2.17")
    assert peer is not None
    handshake = {"service": {"name": "https", "port": 443}}
    reverse = "17.2.0.192.in-addr.arpa"
    answers: list[dict[str, Any]] = []

    def left() -> tuple[tuple[str, str], ...]:
        return unanswered({"answers": answers}, peer, handshake, AT)

    assert ((reverse, "PTR"), (f"_443._tcp.{reverse}", "TLSA")) == left()
    answers += [alias(reverse, "r.example"), answer(f"_443._tcp.{reverse}", "TLSA")]
    assert (("r.example", "PTR"),) == left()
    answers.append(answer("r.example", "PTR", data=[{"target": "a.example"}, {"target": "b\\."}]))
    assert [
        ("a.example", "A"),
        ("_443._tcp.a.example", "TLSA"),
        ("_https._tcp.a.example", "SRV"),
        ("_443._tcp.a.example", "SRV"),
        ("_443._https.a.example", "SVCB"),
        ("a.example", "HTTPS"),
    ] == list(left())
    answers += [answer(owner, kind) for owner, kind in left()]
    assert () == left()


def test_without_a_port_no_question_needs_one() -> None:
    peer = IpAddress.parse("2001:db8::1")
    assert peer is not None
    answers = [answer(reverse_name(peer), "PTR", data=[{"target": "a.example"}])]

    assert (("a.example", "AAAA"),) == unanswered({"answers": answers}, peer, None, AT)
    assert () == unanswered({"answers": 5}, peer, None, AT)


def test_the_transport_of_the_service_comes_first() -> None:
    assert "udp" == endpoint_of({"transport": "tcp", "service": {"protocol": "udp"}}).transport
    assert "sctp" == endpoint_of({"service": {"protocol": "sctp"}}).transport
    assert "tcp" == endpoint_of({"transport": "unix"}).transport
