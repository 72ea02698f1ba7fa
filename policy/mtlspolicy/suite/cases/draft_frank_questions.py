"""The open questions of draft-frank: each pair under the reading taken, and with it turned.

Two cases of one question show the same bytes and the same evidence; only a setting differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge.pair import ordinary_client_chain
from mtlspolicy.records import replace
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.draft_frank import (
    ADDRESS,
    DRAFT,
    HOST,
    REVERSE,
    SAID,
    Change,
    answer,
    find,
    peers,
    put,
)
from mtlspolicy.suite.cases.draft_frank_tlsa import named, publish, record
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation


NOTES: Final = {
    "taken": Flag(
        text="the reading that this project takes",
        bug="leaves a question open that an attacker would answer",
    ),
    "turned": Flag(
        text="the same pair under the other reading, which has to be asked for",
        bug="has no switch where the text has two readings",
    ),
}

SPACE: Final = Namespace(
    "draft-frank-questions", "the open questions of draft-frank, read and turned", NOTES
)
NAMESPACES: Final = (SPACE,)


def _question(  # noqa: PLR0913, PLR0917 - a question has as many parts as it has
    name: str,
    ids: str,
    what: str,
    change: Change,
    taken: Expectation,
    turned: Expectation,
    **settings: object,
) -> None:
    """Register both cases; `ids` are the questions, `settings` turn them."""
    traces = tuple(f"FRANK:{one}" for one in ids.split(", "))
    other = replace(turned, settings=settings)
    for suffix, expected, neighbour in (("taken", taken, "turned"), ("turned", other, "taken")):

        def body(draft: CaseDraft, expected: Expectation = expected) -> None:
            change(draft)
            draft.expect(DRAFT, expected)

        SPACE.add(
            f"{name}-{suffix}",
            f"{what} ({ids}), "
            + ("as it is read here" if suffix == "taken" else "read the other way")
            + ".",
            body,
            flags=(suffix,),
            traces=traces,
            neighbour=f"{name}-{neighbour}",
            start=peers,
        )


# -- purposes


def _both(draft: CaseDraft) -> None:
    draft.client.leaf.set_purposes("serverAuth", "clientAuth")


_question(
    "dual-purpose",
    "Q-1",
    "A certificate for both purposes where servers alone are expected",
    _both,
    accept(warnings=(*SAID, "eku.dual_purpose")),
    reject("eku.dual_purpose_refused"),
    q1_dual_eku="literal",
)
_question(
    "dual-purpose-in-public",
    "Q-1",
    "A certificate for both purposes where end users may connect",
    _both,
    accept(warnings=(*SAID, "eku.dual_purpose")),
    reject("eku.dual_purpose_refused", "san.device_name", "purpose.issuer_refuses"),
    acceptor="generic",
)
_question(
    "no-purpose",
    "Q-2",
    "A certificate without extended key usage",
    lambda draft: draft.client.leaf.drop_extension("extKeyUsage"),
    reject("eku.server_auth_missing"),
    accept(),
    q2_absent_eku="literal",
)
_question(
    "any-purpose",
    "Q-2",
    "A certificate with anyExtendedKeyUsage alone",
    lambda draft: draft.client.leaf.set_purposes("any"),
    reject("eku.server_auth_missing"),
    accept(),
    q2_absent_eku="literal",
)
_question(
    "issuer-for-users",
    "Q-3",
    "An issuer that does not permit serverAuth",
    lambda draft: draft.client.issuers[0].set_purposes("clientAuth"),
    reject("purpose.issuer_refuses"),
    accept(),
    q3_issuers="literal",
)
_question(
    "key-that-does-not-sign",
    "Q-4",
    "A key usage without digitalSignature",
    lambda draft: draft.client.leaf.set_key_usage("keyEncipherment"),
    reject("key_usage.no_digital_signature"),
    accept(),
    q4_key_usage="literal",
)
_question(
    "acceptor-without-purpose",
    "Q-12",
    "An acceptor whose own certificate has no extended key usage",
    lambda draft: draft.server.leaf.drop_extension("extKeyUsage"),
    reject("eku.server_auth_missing"),
    accept(),
    q12_own_purpose="literal",
)


def _user(draft: CaseDraft) -> None:
    """A certificate of the private CA, for clientAuth, with a host name."""
    draft.pair.client = ordinary_client_chain()


_question(
    "client-purpose-of-a-server",
    "Q-8, Q-11",
    "clientAuth alone in a server's certificate",
    _user,
    reject("eku.server_auth_missing"),
    accept(warnings=()),
    acceptor="generic",
    accept_device_clients=True,
)
_question(
    "device-or-person",
    "Q-8",
    "A host name in a clientAuth certificate where anybody may connect",
    _user,
    reject("eku.server_auth_missing"),
    reject("san.device_name"),
    acceptor="generic",
)

# -- names


def _named_and_numbered(draft: CaseDraft) -> None:
    draft.client.leaf.set_names(("dns", HOST), ("ip", ADDRESS))
    put(draft, answer(f"_5269._tcp.{REVERSE}", "TLSA"))


_question(
    "names-and-addresses",
    "Q-7",
    "A certificate issued to a name and to the address",
    _named_and_numbered,
    reject("san.mixed_types"),
    accept(),
    allow_dns_plus_ip=True,
)
_question(
    "service-name-beside",
    "Q-7",
    "A certificate with an SRVName beside its dNSName, as XMPP servers have",
    lambda draft: draft.client.leaf.set_names(
        ("dns", HOST),
        ("other", ("1.3.6.1.5.5.7.8.7", b"\x16\x1f_xmpp-server.client.example.com")),
    ),
    reject("san.mixed_types"),
    accept(),
    allow_other_san=True,
)
_question(
    "wildcard",
    "Q-10",
    "A wildcard that carries the name",
    lambda draft: draft.client.leaf.set_names(("dns", "*.example.com")),
    accept(warnings=SAID),
    reject("dns.name_not_carried"),
    wildcards="refuse",
)


def _hosted(draft: CaseDraft) -> None:
    """The address is a hoster's, the certificate is of the domain that is served."""
    draft.client.leaf.set_names(("dns", "chat.example.org"))
    draft.evidence["client"]["name"] = {"type": "dns", "value": "chat.example.org"}


def _nameless(draft: CaseDraft) -> None:
    find(draft, "PTR").pop("data")
    find(draft, "PTR")["failure"] = "nxdomain"


_question(
    "no-reverse-dns",
    "Q-13, Q-14",
    "An address without a name",
    _nameless,
    reject("dns.reverse_absent"),
    accept(),
    identity_from="asserted",
)
_question(
    "hosted-domain",
    "Q-14, Q-16",
    "A certificate of the served domain from an address with the hoster's name",
    _hosted,
    reject("dns.name_not_carried"),
    accept(),
    identity_from="asserted",
)
_question(
    "nobody-expected",
    "Q-16, Q-17",
    "A name that leads back, of a peer that nobody expects",
    lambda draft: draft.without("client", "name"),
    indeterminate("name.reverse_dns_only"),
    accept(warnings=SAID),
    identity_from="reverse_dns",
)
_question(
    "anybody",
    "Q-17",
    "A peer that nobody has allowed",
    lambda _: None,
    accept(warnings=SAID),
    reject("peer.not_allowed"),
    allowed_peers=["server.example.org"],
)
_question(
    "asserted-and-nobody-expected",
    "Q-14",
    "Without reverse DNS, a peer that nobody expects",
    lambda draft: draft.without("client", "name"),
    indeterminate("name.reverse_dns_only"),
    indeterminate("name.not_matched"),
    identity_from="asserted",
)


def _onion(draft: CaseDraft) -> None:
    host = "peer7example.onion"
    draft.client.leaf.set_names(("dns", host))
    draft.evidence["client"]["name"]["value"] = host
    find(draft, "PTR")["data"] = [{"target": host}]


_question(
    "onion",
    "Q-20",
    "A peer of the Tor network",
    _onion,
    reject("dns.name_onion"),
    accept(),
    identity_from="asserted",
)

# -- the address


def _private(draft: CaseDraft) -> None:
    draft.evidence["client"]["address"] = "10.0.0.17"
    find(draft, "PTR")["owner"] = "17.0.0.10.in-addr.arpa"
    find(draft, "A")["data"] = [{"address": "10.0.0.17"}]


_question(
    "private-address",
    "Q-18",
    "A private address, with a name that leads back to it",
    _private,
    reject("dns.source_special"),
    accept(),
    q18_address="literal",
)
_question(
    "address-out-of-a-header",
    "Q-18",
    "An address out of an HTTP header",
    lambda draft: draft.evidence["handshake"].update(client_address_source="http_header"),
    reject("dns.source_untrusted"),
    accept(),
    q18_address="literal",
)

# -- DNS

_question(
    "bogus-tlsa",
    "Q-21",
    "A bogus answer for TLSA records",
    lambda draft: find(draft, "TLSA").update(status="bogus"),
    reject("tlsa.bogus"),
    accept(),
    q21_bogus="literal",
)


def _bogus_service(draft: CaseDraft) -> None:
    put(draft, answer(f"_xmpp-server._tcp.{HOST}", "SRV", status="bogus", failure="servfail"))


_question(
    "bogus-service",
    "Q-21, Q-28",
    "A bogus answer for service records",
    _bogus_service,
    reject("dns.service_bogus"),
    accept(),
    q21_bogus="literal",
)
_question(
    "failed-tlsa",
    "Q-22",
    "A question for TLSA records that fails in time",
    lambda draft: find(draft, "TLSA").update(failure="timeout", status="indeterminate"),
    reject("tlsa.lookup_failed"),
    accept(),
    q22_failures="literal",
)
_question(
    "status-not-found-out",
    "Q-22, Q-26",
    "An answer whose DNSSEC status nobody could find out",
    lambda draft: find(draft, "A").update(status="indeterminate"),
    reject("dns.indeterminate"),
    accept(warnings=(*SAID, "dns.unsigned")),
    q22_failures="literal",
)


def _under_the_source_port(draft: CaseDraft) -> None:
    """Records under the port that the peer connects from name another key."""
    data = [record(3, "00" * 32)]
    put(draft, answer(f"_50000._tcp.{HOST}", "TLSA", data=data))


_question(
    "port-of-tlsa",
    "Q-23",
    "TLSA records under the port that the peer happens to connect from",
    _under_the_source_port,
    accept(warnings=SAID),
    reject("tlsa.mismatch"),
    q23_tlsa_owner="literal",
)
_question(
    "unsigned-tlsa",
    "Q-24",
    "TLSA records of usage 1 from an unsigned zone that name another key",
    lambda draft: publish(draft, record(1, "00" * 32), status="insecure"),
    accept(warnings=(*SAID, "tlsa.unsigned_ignored")),
    reject("tlsa.unsigned_mismatch"),
    unsigned_tlsa="restrict",
)


def _self_made(draft: CaseDraft) -> None:
    """The client's chain leads to no anchor, and its zone names its key."""
    draft.client.signers[1] = "p256-7"
    publish(draft, named(draft, 3))


_question(
    "usage-three",
    "Q-25",
    "A secure TLSA record of usage 3 for a chain that leads to no anchor",
    _self_made,
    reject("path.invalid"),
    accept(warnings=SAID),
    tlsa_usages_2_3="replace",
)


def _local(draft: CaseDraft) -> None:
    host = "printer.local"
    draft.client.leaf.set_names(("dns", host))
    draft.evidence["client"]["name"]["value"] = host
    find(draft, "PTR")["data"] = [{"target": host}]
    find(draft, "A")["owner"] = host
    find(draft, "TLSA")["owner"] = f"_5269._tcp.{host}"


_question(
    "public-and-exempt",
    "Q-30",
    "A public certificate for a name below .local",
    _local,
    reject("dns.exempt_public"),
    accept(),
    q30_exempt_public="literal",
)
_question(
    "nothing-exempt",
    "Q-30",
    "A public certificate for a name below .local, where the list is empty",
    _local,
    reject("dns.exempt_public"),
    accept(warnings=SAID),
    exempt_domains=[],
)
_question(
    "unsigned-name",
    "Q-31",
    "A name in an unsigned zone",
    lambda draft: find(draft, "A").update(status="insecure"),
    accept(warnings=(*SAID, "dns.unsigned")),
    reject("dns.not_secure"),
    require_dnssec=True,
)


def _elsewhere(draft: CaseDraft) -> None:
    data = [{"priority": 0, "weight": 0, "port": 5269, "target": "chat.example.org"}]
    put(draft, answer(f"_xmpp-server._tcp.{HOST}", "SRV", data=data))


_question(
    "service-elsewhere",
    "Q-29",
    "A service record that leads elsewhere",
    _elsewhere,
    accept(warnings=(*SAID, "dns.service_elsewhere")),
    reject("dns.service_not_named"),
    check_service="require",
)

# -- the connection

_question(
    "web-server",
    "Q-35, Q-36",
    "A peer that agrees on the protocol of the web",
    lambda draft: draft.evidence["handshake"].update(alpn="h2"),
    accept(warnings=SAID),
    reject("handshake.alpn_not_bound"),
    required_alpn=["xmpp-server"],
)
_question(
    "early-data",
    "Q-37",
    "Early data",
    lambda draft: draft.evidence["handshake"].update(early_data=True),
    reject("handshake.early_data"),
    accept(),
    q37_early_data="literal",
)


def _datagrams(draft: CaseDraft) -> None:
    draft.evidence["handshake"].update(transport="udp", service={"port": 5269})
    find(draft, "TLSA")["owner"] = f"_5269._udp.{HOST}"


_question(
    "datagrams",
    "Q-40",
    "A handshake over datagrams",
    _datagrams,
    reject("handshake.transport"),
    accept(),
    q40_transport="literal",
)

# -- the whole reading


def _everything(draft: CaseDraft) -> None:
    """Break what the safest reading asks for, and what no literal one does."""
    draft.client.leaf.drop_extension("extKeyUsage")
    draft.without("client", "name")
    find(draft, "A")["status"] = "indeterminate"
    find(draft, "TLSA").update(owner=f"_50000._tcp.{HOST}", status="bogus")


_question(
    "whole-reading",
    "Q-2, Q-16, Q-21, Q-22, Q-23, Q-26",
    "What several questions are about at once",
    _everything,
    reject("eku.server_auth_missing", "dns.indeterminate"),
    accept(warnings=(*SAID, "dns.unsigned")),
    reading="literal",
)


_question(
    "single-question-apart",
    "Q-16",
    "A literal reading with one question set apart, of a peer that nobody expects",
    _everything,
    reject("eku.server_auth_missing", "dns.indeterminate"),
    indeterminate("name.reverse_dns_only"),
    reading="literal",
    identity_from="both",
)
