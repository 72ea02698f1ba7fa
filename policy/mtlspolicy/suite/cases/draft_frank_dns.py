"""What DNS says of a connecting server, good and bad: addresses, aliases, DNSSEC, services.

Evidence is written by whoever gathers it, about zones that the peer may own: every answer can
be wrong on purpose. Whatever cannot be relied on refuses, each with a code of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.draft_frank import (
    ADDRESS,
    HOST,
    REVERSE,
    SAID,
    Change,
    add_row,
    answer,
    find,
    put,
)
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft

NOTES: Final = {
    "confirmed": Flag(
        text="the peer's name is confirmed",
        bug="refuses a peer that the draft lets in, or is known by another name",
    ),
    "address": Flag(
        text="the address of the connection",
        bug="lets the address of many, or of nobody, speak for one peer",
    ),
    "unconfirmed": Flag(
        text="the name does not lead back",
        bug="lets whoever owns a reverse zone choose any name",
    ),
    "evidence": Flag(
        text="answers that cannot be relied on",
        bug="takes one of two stories for the truth, or never comes to an end",
    ),
    "dnssec": Flag(
        text="the DNSSEC status of an answer",
        bug="takes a forged answer for one, or a lost one for unsigned",
    ),
    "missing": Flag(
        text="answers that are not there, or too old",
        bug="decides on what it does not know",
    ),
    "service": Flag(
        text="records of the service",
        bug="lets a service record make good, or break, what it may not",
    ),
}

SPACE: Final = Namespace("draft-frank-dns", "what DNS says of a connecting server", NOTES)
NAMESPACES: Final = (SPACE,)

V6: Final = "2001:db8::17"
V6_REVERSE: Final = "7.1" + ".0" * 22 + ".8.b.d.0.1.0.0.2.ip6.arpa"


_row: Final = partial(add_row, SPACE, neighbour="confirmed")


# -- ways to change the evidence


def _nothing(_: CaseDraft) -> None:
    """The pair is what the case is about."""


def _address(text: str) -> Change:
    return lambda draft: draft.evidence["client"].update(address=text)


def _of(kind: str, **fields: Any) -> Change:  # noqa: ANN401 - JSON
    """Change the first answer of a type; data and failure exclude each other."""

    def change(draft: CaseDraft) -> None:
        one = find(draft, kind)
        if "failure" in fields:
            one.pop("data", None)
        if "data" in fields:
            one.pop("failure", None)
        one.update(fields)

    return change


def _more(*answers: dict[str, Any]) -> Change:
    return lambda draft: put(draft, *answers)


def _less(kind: str) -> Change:
    return lambda draft: draft.evidence["dns"]["answers"].remove(find(draft, kind))


def _each(*changes: Change) -> Change:
    def change(draft: CaseDraft) -> None:
        for one in changes:
            one(draft)

    return change


def _targets(*names: str) -> list[dict[str, str]]:
    return [{"target": name} for name in names]


def _alias(owner: str, target: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return answer(owner, "CNAME", data=_targets(target), **more)


_ok: Final = accept(warnings=SAID)

# -- confirmed

_row(
    "confirmed",
    "confirmed",
    "The PTR record's name has the address, and the certificate carries it (3.3-2a, 3.3-2b).",
    _nothing,
    accept(warnings=SAID, valid_until="2026-05-01T01:00:01Z"),
    "3.3-2a",
    "3.3-2b",
    neighbour="no-name",
)
_row(
    "confirmed-in-a-signed-tree-of-aliases",
    "confirmed",
    "Reverse zones delegate single addresses by aliases (RFC 2317): each hop is followed (3.3-2a).",
    _each(
        _of("PTR", owner="17.16/28.2.0.192.in-addr.arpa"),
        _more(_alias(REVERSE, "17.16/28.2.0.192.in-addr.arpa.")),
    ),
    _ok,
    "3.3-2a",
    "Q-21",
    neighbour="alias-bogus",
)
_row(
    "confirmed-over-ipv6",
    "confirmed",
    "An IPv6 address has its names under ip6.arpa, and AAAA records lead back (3.3-2a).",
    _each(
        _address(V6),
        _of("PTR", owner=V6_REVERSE),
        _of("A", type="AAAA", data=[{"address": V6}]),
    ),
    _ok,
    "3.3-2a",
    neighbour="mapped-in-the-dns",
)
_row(
    "mapped-peer-is-one-of-ipv4",
    "confirmed",
    "A socket for both families shows an IPv4 peer as an IPv4-mapped address (3.3-3, Q-19).",
    _address(f"::ffff:{ADDRESS}"),
    _ok,
    "Q-19",
    neighbour="no-name",
)
_row(
    "one-of-several-names",
    "confirmed",
    "Of several names one leads back and is carried: that is enough (3.3-2b, Q-15).",
    _each(
        _of("PTR", data=_targets("mail.example.net", HOST, "old.example.com")),
        _more(answer("mail.example.net", "A", data=[{"address": ADDRESS}])),
    ),
    _ok,
    "Q-15",
    neighbour="no-name-carried",
)
_row(
    "carried-by-a-wildcard",
    "confirmed",
    "A wildcard stands for one label, as on an outbound connection (3.3-16, Q-10).",
    lambda draft: draft.client.leaf.set_names(("dns", "*.example.com")),
    _ok,
    "Q-10",
    "3.3-16",
    neighbour="no-name-carried",
)
_row(
    "zeroconf-name",
    "confirmed",
    "For a name below .local the DNSSEC status is not evaluated, even where it is bogus (3.3-12).",
    lambda draft: _local(draft, public=False),
    accept(warnings=(*SAID, "dns.unsigned")),
    "3.3-12",
    "3.3-13a",
    "3.3-13b",
    "Q-30",
    neighbour="bogus-address-of-the-name",
)


def _local(draft: CaseDraft, *, public: bool) -> None:
    """Name the client below .local, whose records are bogus as far as the root knows."""
    host = "printer.local"
    draft.client.leaf.set_names(("dns", host))
    if not public:
        draft.client.leaf.drop_extension("certificatePolicies")
    draft.evidence["client"]["name"]["value"] = host
    _of("PTR", data=_targets(host))(draft)
    _of("A", owner=host, status="bogus")(draft)
    _of("TLSA", owner=f"_5269._tcp.{host}", status="bogus")(draft)


_row(
    "zeroconf-name-of-a-public-ca",
    "confirmed",
    "No public CA can know who holds a name below .local (3.3-12, Q-30).",
    lambda draft: _local(draft, public=True),
    reject("dns.exempt_public"),
    "3.3-12",
    "Q-30",
    neighbour="zeroconf-name",
)

# -- the address

_row(
    "address-not-given",
    "address",
    "Without the address there is nothing to look up, and nothing is assumed (3.3-2a, Q-18).",
    lambda draft: draft.evidence["client"].pop("address"),
    indeterminate(
        "dns.not_answered",
        "dns.source_unknown",
        missing_evidence=["client.address", "dns.answers"],
    ),
    "3.3-2a",
)
_row(
    "address-is-none",
    "address",
    "What is no address is nobody's (3.3-3, Q-19).",
    _address("192.0.2.1.5"),
    reject("dns.source_invalid"),
)
_row(
    "address-with-a-zone",
    "address",
    "A zone id means something on one host alone (RFC 4007; Q-19).",
    _address("fe80::17%eth0"),
    reject("dns.source_zone"),
)
for _kind, _text in {
    "private": "10.1.2.3",
    "shared": "100.64.0.9",
    "link-local": "169.254.3.4",
    "loopback": "127.0.0.1",
    "unique-local": "fd00::17",
    "link-local-ipv6": "fe80::17",
    "mapped-loopback": "::ffff:127.0.0.1",
}.items():
    _row(
        f"address-{_kind}",
        "address",
        f"Whoever answers for {_text} in the DNS is not who holds it elsewhere (3.2-4, Q-18).",
        _each(_address(_text), _less("PTR")),
        reject("dns.source_special"),
        "3.2-4" if "loopback" in _kind else "Q-18",
    )
_row(
    "address-out-of-a-header",
    "address",
    "Anybody can write a header (Q-18).",
    lambda draft: draft.evidence["handshake"].update(client_address_source="http_header"),
    reject("dns.source_untrusted"),
    "Q-18",
)

# -- the name does not lead back

_row(
    "no-name",
    "unconfirmed",
    "No PTR record: there is no name to validate against (3.3-2a, Q-13).",
    _of("PTR", failure="nxdomain"),
    reject("dns.reverse_absent", alert="certificate_unknown"),
    "Q-13",
)
_row(
    "no-address-of-the-name",
    "unconfirmed",
    "The name has no address, so it leads nowhere (3.3-2a, Q-13).",
    _of("A", failure="nodata"),
    reject("dns.forward_absent"),
    "Q-13",
)
_row(
    "name-leads-elsewhere",
    "unconfirmed",
    "Whoever owns the reverse zone can write any name there: the name has to lead back (3.3-2a).",
    _of("A", data=[{"address": "192.0.2.99"}]),
    reject("dns.forward_mismatch"),
)
_row(
    "no-name-carried",
    "unconfirmed",
    "The name leads back, and the certificate is issued to another (3.3-2b, 3.3-16).",
    _each(
        _of("PTR", data=_targets("mail.example.net")),
        _more(answer("mail.example.net", "A", data=[{"address": ADDRESS}])),
    ),
    reject("dns.name_not_carried", alert="bad_certificate"),
    "Q-15",
)
_row(
    "answers-about-another-address",
    "unconfirmed",
    "PTR records of another address say nothing of this peer (3.3-2a).",
    _of("PTR", owner="18.2.0.192.in-addr.arpa"),
    reject("dns.unrelated"),
)
_row(
    "nine-names",
    "unconfirmed",
    "The peer says how many names there are: more than eight are not looked at (Q-15, Q-32).",
    _of("PTR", data=_targets(HOST, *(f"n{number}.example.com" for number in range(8)))),
    reject("dns.too_many_names"),
    "Q-15",
    "Q-32",
    neighbour="eight-names",
)
_row(
    "eight-names",
    "confirmed",
    "Eight names are looked at (Q-15, Q-32).",
    _of("PTR", data=_targets(HOST, *(f"n{number}.example.com" for number in range(7)))),
    _ok,
    "Q-15",
    neighbour="nine-names",
)
_row(
    "pointer-to-no-host",
    "unconfirmed",
    "What a PTR record of an address gives is a host, without underscores (3.3-2b).",
    _each(
        lambda draft: draft.client.leaf.set_names(("dns", "*.example.com")),
        _of("PTR", data=_targets("_service.example.com")),
    ),
    reject("dns.name_invalid"),
)


def _onion(draft: CaseDraft) -> None:
    host = "peer7example.onion"
    draft.client.leaf.set_names(("dns", host))
    draft.evidence["client"]["name"]["value"] = host
    _of("PTR", data=_targets(host))(draft)
    _of("A", owner=host)(draft)


_row(
    "pointer-to-an-onion",
    "unconfirmed",
    "No address leads to a name of the Tor network (RFC 7686; Q-20).",
    _onion,
    reject("dns.name_onion"),
    "Q-20",
)


_row(
    "mixed-families",
    "unconfirmed",
    "An A record holds no IPv6 address: such an answer is not one (Q-19).",
    _of("A", data=[{"address": ADDRESS}, {"address": V6}]),
    reject("dns.address_invalid"),
    "Q-19",
)
_row(
    "mapped-in-the-dns",
    "unconfirmed",
    "An AAAA record with an IPv4-mapped address leads to no address of IPv6 (Q-19).",
    _each(
        _address(V6),
        _of("PTR", owner=V6_REVERSE),
        _of("A", type="AAAA", data=[{"address": V6}, {"address": f"::ffff:{ADDRESS}"}]),
    ),
    reject("dns.address_mapped"),
    "Q-19",
    neighbour="confirmed-over-ipv6",
)

# -- evidence that cannot be relied on

_row(
    "two-stories",
    "evidence",
    "Two answers to one question that say different things: neither counts (3.3-9, Q-21).",
    _more(answer(HOST, "A", data=[{"address": "192.0.2.99"}])),
    reject("dns.contradiction"),
)
_row(
    "name-that-does-not-exist-and-does",
    "evidence",
    "NXDOMAIN says that there is nothing at all under a name (RFC 8020).",
    _more(answer(HOST, "AAAA", failure="nxdomain")),
    reject("dns.contradiction"),
)
_row(
    "alias-with-data-beside",
    "evidence",
    "A name with an alias has no other data (RFC 1034, 3.6.2).",
    _more(_alias(HOST, "other.example.com")),
    reject("dns.contradiction"),
)
_row(
    "alias-in-a-circle",
    "evidence",
    "An alias that leads back to itself never ends.",
    _each(_less("PTR"), _more(_alias(REVERSE, "a.example.com"), _alias("a.example.com", REVERSE))),
    reject("dns.alias_loop"),
)
_row(
    "aliases-without-end",
    "evidence",
    "Nine aliases in a row are more than are followed.",
    _each(
        _of("PTR", owner="a9.example.com"),
        _more(
            _alias(REVERSE, "a1.example.com"),
            *(_alias(f"a{n}.example.com", f"a{n + 1}.example.com") for n in range(1, 9)),
        ),
    ),
    reject("dns.alias_too_long"),
    neighbour="aliases-as-many-as-are-followed",
)
_row(
    "aliases-as-many-as-are-followed",
    "confirmed",
    "Eight aliases in a row are followed.",
    _each(
        _of("PTR", owner="a8.example.com"),
        _more(
            _alias(REVERSE, "a1.example.com"),
            *(_alias(f"a{n}.example.com", f"a{n + 1}.example.com") for n in range(1, 8)),
        ),
    ),
    _ok,
    "3.3-2a",
    neighbour="aliases-without-end",
)
_row(
    "alias-to-no-name",
    "evidence",
    "An alias whose target is escaped text is no name that is looked up.",
    _each(_less("PTR"), _more(_alias(REVERSE, r"a\.example.com"))),
    reject("dns.evidence_invalid"),
)
_row(
    "answer-of-tomorrow",
    "evidence",
    "An answer from after the evaluation time: one of the clocks is wrong.",
    _of("A", time="2026-05-01T00:00:01Z"),
    reject("dns.time_future"),
)

# -- DNSSEC

_row(
    "bogus-reverse-zone",
    "dnssec",
    "A failure of DNSSEC validation fails the confirmation, and with it the certificate (3.3-9).",
    _of("PTR", status="bogus"),
    reject("dns.bogus"),
    "3.3-9",
)
_row(
    "bogus-address-of-the-name",
    "dnssec",
    "So does one on the way back (3.3-9).",
    _of("A", status="bogus"),
    reject("dns.bogus"),
    "3.3-9",
    neighbour="zeroconf-name",
)
_row(
    "bogus-and-unanswered",
    "dnssec",
    "A resolver that validates answers SERVFAIL for what is bogus (3.3-9).",
    _of("A", status="bogus", failure="servfail"),
    reject("dns.bogus"),
    "3.3-9",
)
_row(
    "alias-bogus",
    "dnssec",
    "The chain is as good as its worst hop, aliases included (3.3-9, Q-21).",
    _each(
        _of("PTR", owner="17.16/28.2.0.192.in-addr.arpa"),
        _more(_alias(REVERSE, "17.16/28.2.0.192.in-addr.arpa", status="bogus")),
    ),
    reject("dns.bogus"),
    "Q-21",
    neighbour="confirmed-in-a-signed-tree-of-aliases",
)
_row(
    "unsigned-zones",
    "dnssec",
    "A zone that is not signed at all does not fail the validation, and it is said (3.3-10a).",
    _each(_of("PTR", status="insecure"), _of("A", status="insecure")),
    accept(warnings=(*SAID, "dns.unsigned")),
    "3.3-10a",
)
_row(
    "signatures-required",
    "dnssec",
    "An application may demand more of DNSSEC (3.3-10b).",
    _of("PTR", status="insecure"),
    reject(
        "dns.not_secure",
        warnings=(*SAID, "dns.unsigned"),
        settings={"require_dnssec": True},
    ),
    "3.3-10b",
    neighbour="signatures-required-and-there",
)
_row(
    "signatures-required-and-there",
    "dnssec",
    "Where every hop is signed the demand is met (3.3-10b).",
    _nothing,
    accept(warnings=SAID, settings={"require_dnssec": True}),
    "3.3-10b",
    neighbour="signatures-required",
)
_row(
    "signatures-required-with-an-exception",
    "dnssec",
    "If it demands more, it has to offer an override: here a domain that is exempt (3.3-10b).",
    _each(
        lambda draft: draft.client.leaf.drop_extension("certificatePolicies"),
        _of("A", status="insecure"),
    ),
    accept(
        warnings=(*SAID, "dns.unsigned"),
        settings={"require_dnssec": True, "exempt_domains": [".example.com"]},
    ),
    "3.3-10b",
    "Q-31",
    neighbour="signatures-required",
)
_row(
    "failed-in-time",
    "dnssec",
    "A timeout refuses, and is never taken for an unsigned zone or for no record (Q-22).",
    _of("A", failure="timeout", status="indeterminate"),
    reject("dns.lookup_failed"),
    "Q-22",
)
_row(
    "status-not-found-out",
    "dnssec",
    "Unsigned has to be proven (Q-22, Q-26).",
    _of("A", status="indeterminate"),
    reject("dns.indeterminate", warnings=(*SAID, "dns.unsigned")),
    "Q-26",
)

# -- what is missing

_row(
    "name-not-asked",
    "missing",
    "What was not asked is not known (3.3-2a).",
    _less("PTR"),
    indeterminate("dns.not_answered", missing_evidence=["dns.answers"]),
    "3.3-2a",
)
_row(
    "address-of-the-name-not-asked",
    "missing",
    "Nor is a name that nobody has followed back (3.3-2a).",
    _less("A"),
    indeterminate("dns.not_answered", missing_evidence=["dns.answers"]),
    "3.3-2a",
)
_row(
    "answer-of-yesterday",
    "missing",
    "What has outlived its TTL is not known any more (Q-32, Q-37).",
    _of("PTR", time="2026-04-30T00:00:00Z"),
    indeterminate("dns.expired", missing_evidence=["dns.answers"]),
    "Q-37",
)
_row(
    "answer-of-this-handshake",
    "confirmed",
    "A TTL of zero is for the transaction in progress, which a handshake is (RFC 1035, 3.2.1).",
    _of("A", ttl=0, time="2026-04-30T23:59:30Z"),
    accept(warnings=SAID, valid_until="2026-05-01T00:00:31Z"),
    "Q-32",
    neighbour="answer-of-yesterday",
)

# -- services

_SRV: Final = f"_xmpp-server._tcp.{HOST}"


def _srv(target: str, port: int = 5269, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    data = [{"priority": 0, "weight": 5, "port": port, "target": target}]
    return answer(_SRV, "SRV", data=data, **more)


_row(
    "service-leads-here",
    "service",
    "An SRV record that leads to host and port is considered (3.3-15a, 3.3-15e).",
    _more(_srv(HOST)),
    accept(warnings=SAID),
    "3.3-15a",
    "3.3-15e",
    neighbour="service-leads-elsewhere",
)
_row(
    "service-leads-elsewhere",
    "service",
    "One that leads elsewhere does not fail the validation, and it is said (3.3-15c).",
    _more(_srv("chat.example.com")),
    accept(warnings=(*SAID, "dns.service_elsewhere")),
    "3.3-15c",
)
_row(
    "service-by-svcb",
    "service",
    "An SVCB record with the port is considered as well (3.3-15a; RFC 9460).",
    _more(
        answer(
            f"_5269._xmpp-server.{HOST}",
            "SVCB",
            data=[{"priority": 1, "target": HOST, "parameters": {"key3": "1495"}}],
        )
    ),
    accept(warnings=SAID, settings={"check_service": "require"}),
    "3.3-15a",
    "3.3-17b",
    neighbour="service-required",
)
_row(
    "service-required",
    "service",
    "The check of the service is offered: a record that leads here can be required (3.3-17b).",
    _more(_srv(HOST, 5222)),
    reject("dns.service_not_named", settings={"check_service": "require"}),
    "3.3-17b",
    neighbour="service-by-svcb",
)
_row(
    "service-bogus",
    "service",
    "That there is none is no error, unless DNSSEC shows that it was taken away (3.3-15b, Q-28).",
    _more(_srv(HOST, status="bogus")),
    reject("dns.service_bogus"),
    "3.3-15b",
    "Q-28",
    neighbour="service-absent",
)
_row(
    "service-absent",
    "service",
    "That there is none is no error (3.3-15b).",
    _more(answer(_SRV, "SRV")),
    accept(warnings=SAID),
    "3.3-15b",
    neighbour="service-bogus",
)
_row(
    "service-makes-nothing-good",
    "service",
    "A service record never turns a failure into a success (Q-29).",
    _each(_of("PTR", failure="nxdomain"), _more(_srv(HOST))),
    reject("dns.reverse_absent"),
    "Q-29",
    neighbour="service-leads-here",
)
_row(
    "authorisation-records-have-no-effect",
    "service",
    "CAA and CERT records are asked for and have no effect: not even bogus ones (3.3-7a, Q-27).",
    _more(
        answer(HOST, "CAA", data=[{"rdata": "0005697373756561"}], status="bogus"),
        answer(HOST, "CERT", failure="servfail"),
    ),
    accept(warnings=SAID),
    "Q-27",
    neighbour="no-name",
)
