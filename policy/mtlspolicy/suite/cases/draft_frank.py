"""The draft's acceptor, statement by statement: purposes, names in the certificate, the peer.

Both sides hold a public serverAuth certificate. The client connects from an address whose
name it is issued to: the PTR and A records are signed, and the TLSA records are denied. Each
case changes one thing. The other modules of this draft start from the same pair.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_client_chain
from mtlspolicy.suite.authoring import NO_ANCHORS, Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.pairs import servers
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.forge.pair import PairDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

Change = Callable[["CaseDraft"], None]
"""What a case does to the pair that it starts from."""

__all__ = [
    "ADDRESS",
    "DRAFT",
    "HOST",
    "REVERSE",
    "SAID",
    "TLSA",
    "Change",
    "add_row",
    "answer",
    "find",
    "peers",
    "put",
    "user",
]

DRAFT: Final = "draft-frank-s2s"
ADDRESS: Final = "192.0.2.17"
REVERSE: Final = "17.2.0.192.in-addr.arpa"
HOST: Final = "client.example.com"
TLSA: Final = f"_5269._tcp.{HOST}"
AT: Final = "2026-05-01T00:00:00Z"

SAID: Final = ("peer.anybody", "peer.blast_radius", "peer.protocol_confusion")
"""What every accept of a server says where nothing binds it."""


def answer(owner: str, kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return one answer: secure, current, and absent unless `data` are given."""
    head = {"owner": owner, "type": kind, "status": "secure", "ttl": 3600, "time": AT}
    return head | ({} if "data" in more else {"failure": "nodata"}) | more


def peers() -> PairDraft:
    """Return two servers, of which the client is confirmed by reverse and forward DNS."""
    pair = servers()
    pair.evidence["client"]["address"] = ADDRESS
    pair.evidence["handshake"] = {
        "transport": "tcp",
        "client_address_source": "socket",
        "proof_of_possession": True,
        "early_data": False,
        "alpn": "xmpp-server",
        "client_port": 50_000,
        "service": {"name": "xmpp-server", "protocol": "tcp", "port": 5269},
    }
    pair.evidence["dns"] = {
        "answers": [
            answer(REVERSE, "PTR", data=[{"target": HOST}]),
            answer(HOST, "A", data=[{"address": ADDRESS}]),
            answer(TLSA, "TLSA"),
        ]
    }
    return pair


def add_row(  # noqa: PLR0913, PLR0917 - a case has as many parts as it has
    space: Namespace,
    name: str,
    flag: str,
    description: str,
    change: Change,
    expected: Expectation,
    *traces: str,
    neighbour: str,
) -> None:
    """Add a case that changes one thing of the pair, to the modules that are tables of cases."""

    def body(draft: CaseDraft) -> None:
        change(draft)
        draft.expect(DRAFT, expected)

    space.add(
        name,
        description,
        body,
        flags=(flag,),
        traces=tuple(f"FRANK:{trace}" for trace in traces),
        neighbour=neighbour,
        start=peers,
    )


def find(draft: CaseDraft, kind: str) -> dict[str, Any]:
    """Return the first answer of this type."""
    answers: list[dict[str, Any]] = draft.evidence["dns"]["answers"]
    return next(one for one in answers if one["type"] == kind)


def put(draft: CaseDraft, *answers: dict[str, Any]) -> None:
    """Give more answers."""
    draft.evidence["dns"]["answers"].extend(answers)


NOTES: Final = {
    "purpose": Flag(
        text="the purposes decide whether the peer is a server or a user",
        bug="lets a user in as a server, or a server as a user",
    ),
    "names": Flag(
        text="what the certificate is issued to",
        bug="takes a certificate for one that it is not validated as",
    ),
    "identity": Flag(
        text="who says which peer it is",
        bug="lets in whoever holds a domain, an address and a certificate",
    ),
    "connection": Flag(
        text="what the handshake shows",
        bug="judges a peer that has not proved itself, or another protocol",
    ),
    "trust": Flag(
        text="the path of the connecting certificate",
        bug="takes the new use of a certificate for a reason to validate it less",
    ),
}

SPACE: Final = Namespace(
    "draft-frank", "the acceptor of draft-frank, statement by statement", NOTES
)
NAMESPACES: Final = (SPACE,)

_USERS: Final = {"acceptor": "end_users_only"}
_GENERIC: Final = {"acceptor": "generic"}


@SPACE.case("purpose", traces=("FRANK:A-3", "FRANK:2-3"), neighbour="client-purpose", start=peers)
def server_to_server(draft: CaseDraft) -> None:
    """Two serverAuth certificates, and a name that leads back: server-to-server (A-3, 2-3)."""
    draft.expect(DRAFT, accept(warnings=SAID, relationship="server-to-server", decisive=True))


@SPACE.case("purpose", neighbour="server-to-server", start=peers)
def client_purpose(draft: CaseDraft) -> None:
    """A server that expects servers alone declines clientAuth certificates (2-5)."""
    draft.client.leaf.set_purposes("clientAuth")
    draft.client.issuers[0].drop_extension("extKeyUsage")
    draft.expect(
        DRAFT,
        reject("eku.server_auth_missing", alert="unsupported_certificate"),
    )


@SPACE.case("purpose", neighbour="server-to-server", start=peers)
def issuer_of_users(draft: CaseDraft) -> None:
    """The assurance is that of a server's certificate, so its issuers permit serverAuth (3.1-2)."""
    draft.client.issuers[0].set_purposes("clientAuth")
    draft.expect(DRAFT, reject("purpose.issuer_refuses"))


@SPACE.case("purpose", neighbour="server-to-server", start=peers)
def acceptor_is_a_user(draft: CaseDraft) -> None:
    """A clientAuth certificate is no server's: no row of the table accepts it (A-3, Q-12)."""
    draft.server.leaf.set_purposes("clientAuth")
    draft.server.issuers[0].drop_extension("extKeyUsage")
    draft.expect(DRAFT, reject("eku.server_auth_missing", relationship="server-to-client"))


@SPACE.case("purpose", neighbour="server-to-server", start=peers)
def both_purposes(draft: CaseDraft) -> None:
    """A certificate for both purposes may be used for either side, and it is said (2-3)."""
    draft.client.leaf.set_purposes("serverAuth", "clientAuth")
    draft.expect(DRAFT, accept(warnings=(*SAID, "eku.dual_purpose")))


@SPACE.case("purpose", neighbour="both-purposes-refused", start=peers)
def one_purpose(draft: CaseDraft) -> None:
    """The option to reject certificates for both purposes leaves others alone (3.3-5)."""
    draft.expect(DRAFT, accept(warnings=SAID, settings={"reject_dual_eku": True}))


@SPACE.case("purpose", neighbour="both-purposes", start=peers)
def both_purposes_refused(draft: CaseDraft) -> None:
    """There is an option to reject every certificate for both purposes (3.3-5)."""
    draft.client.leaf.set_purposes("serverAuth", "clientAuth")
    draft.expect(
        DRAFT,
        reject(
            "eku.dual_purpose_refused",
            warnings=(*SAID, "eku.dual_purpose"),
            settings={"reject_dual_eku": True},
        ),
    )


@SPACE.case("purpose", neighbour="user-to-a-generic-application", start=peers)
def server_where_users_are_expected(draft: CaseDraft) -> None:
    """A server that expects end users alone declines serverAuth certificates (2-4)."""
    draft.expect(
        DRAFT,
        reject(
            "eku.client_auth_missing",
            "eku.server_auth_declined",
            "purpose.issuer_refuses",
            "san.device_name",
            settings=_USERS,
        ),
    )


def user(draft: CaseDraft) -> None:
    """Make the client a person with a certificate of a private CA."""
    draft.pair.client = ordinary_client_chain()
    draft.client.leaf.subject = name(("O", "Example Private"), ("CN", "Jane Example"))
    draft.client.leaf.set_names(("email", "jane@example.com"))
    draft.evidence["client"] = {}


@SPACE.case(
    "purpose",
    traces=("FRANK:Q-36",),
    neighbour="server-where-users-are-expected",
    start=peers,
)
def user_where_users_are_expected(draft: CaseDraft) -> None:
    """A clientAuth certificate of a person authenticates an end user (2-1, 2-4)."""
    user(draft)
    draft.expect(DRAFT, accept(warnings=(), settings=_USERS, relationship="client-to-server"))


@SPACE.case("purpose", neighbour="user-purpose-missing", start=peers)
def user_to_a_generic_application(draft: CaseDraft) -> None:
    """Where clientAuth is listed, a generic application assumes an end user (3.3-1a)."""
    user(draft)
    draft.expect(DRAFT, accept(warnings=(), settings=_GENERIC))


@SPACE.case("purpose", neighbour="user-where-users-are-expected", start=peers)
def user_purpose_missing(draft: CaseDraft) -> None:
    """Who is to be an end user has a certificate for clientAuth (2-1)."""
    user(draft)
    draft.client.leaf.set_purposes("emailProtection")
    draft.expect(DRAFT, reject("eku.client_auth_missing", settings=_USERS))


@SPACE.case("purpose", neighbour="user-where-users-are-expected", start=peers)
def user_issuer(draft: CaseDraft) -> None:
    """The issuers of an end user's certificate permit clientAuth (3.3-1a)."""
    user(draft)
    draft.client.issuers[0].set_purposes("serverAuth")
    draft.expect(DRAFT, reject("purpose.issuer_refuses", settings=_USERS))


@SPACE.case("purpose", neighbour="user-to-a-generic-application", start=peers)
def device_to_a_generic_application(draft: CaseDraft) -> None:
    """It rejects a clientAuth certificate with a host name among its names (3.3-1b)."""
    user(draft)
    draft.client.leaf.set_names(("dns", HOST))
    draft.expect(DRAFT, reject("san.device_name", settings=_GENERIC))


@SPACE.case("purpose", neighbour="user-to-a-generic-application", start=peers)
def device_by_its_common_name(draft: CaseDraft) -> None:
    """It rejects a clientAuth certificate with a host name as common name (3.3-1b, Q-8)."""
    user(draft)
    draft.client.leaf.subject = name(("CN", HOST))
    draft.expect(DRAFT, reject("san.device_name", settings=_GENERIC))


@SPACE.case("purpose", neighbour="server-to-server", start=peers)
def server_to_a_generic_application(draft: CaseDraft) -> None:
    """A server may connect to a generic application, which judges it by DNS (3.3-2a)."""
    find(draft, "A")["data"] = [{"address": "192.0.2.99"}]
    draft.expect(DRAFT, reject("dns.forward_mismatch", settings=_GENERIC))


# -- names in the certificate


@SPACE.case("names", neighbour="server-to-server", start=peers)
def other_type_beside(draft: CaseDraft) -> None:
    """Issued to a dNSName as well as any other type, it is invalid (3.3-6)."""
    draft.client.leaf.set_names(("dns", HOST), ("email", "postmaster@example.com"))
    draft.expect(DRAFT, reject("san.mixed_types", alert="bad_certificate"))


@SPACE.case("names", neighbour="server-to-server", start=peers)
def no_device_name(draft: CaseDraft) -> None:
    """A serverAuth certificate is a device's: it is issued to a host name or an address (2-2)."""
    draft.client.leaf.set_names(("uri", "spiffe://example.com/service"))
    draft.without("client", "name")
    draft.evidence["client"]["name"] = {"type": "dns", "value": HOST}
    draft.expect(DRAFT, reject("san.mixed_types", "san.missing", "name.not_matched"))


@SPACE.case("names", neighbour="address-of-another", start=peers)
def issued_to_its_address(draft: CaseDraft) -> None:
    """Issued to an ipAddress, it is validated against the source address (3.3-3, 3.3-8c)."""
    by_address(draft)
    draft.expect(DRAFT, accept(warnings=SAID))


def by_address(draft: CaseDraft, *, carried: str = ADDRESS) -> None:
    """Issue the client's certificate to an address, and ask about the reverse zone alone."""
    draft.client.leaf.set_names(("ip", carried))
    draft.evidence["client"]["name"] = {"type": "ip", "value": ADDRESS}
    draft.evidence["dns"]["answers"] = [
        answer(REVERSE, "PTR"),
        answer(f"_5269._tcp.{REVERSE}", "TLSA"),
    ]


@SPACE.case("names", neighbour="issued-to-its-address", start=peers)
def address_of_another(draft: CaseDraft) -> None:
    """Another source address is not the one that the certificate is issued to (3.3-3)."""
    by_address(draft, carried="192.0.2.99")
    draft.expect(DRAFT, reject("name.not_matched", "dns.address_not_carried"))


@SPACE.case("names", neighbour="issued-to-its-address", start=peers)
def mapped_address_in_the_certificate(draft: CaseDraft) -> None:
    """Sixteen octets never match four: a mapped address is no IPv4 address (3.3-3, Q-19)."""
    by_address(draft, carried="::ffff:192.0.2.17")
    draft.without("client", "name")
    settings = {"identity_from": "reverse_dns"}
    draft.expect(DRAFT, reject("dns.address_not_carried", settings=settings))


@SPACE.case("names", neighbour="issued-to-its-address", start=peers)
def reverse_zone_bogus(draft: CaseDraft) -> None:
    """That records are missing is no fault for an address; that they are forged is (3.3-8c)."""
    by_address(draft)
    find(draft, "PTR")["status"] = "bogus"
    draft.expect(DRAFT, reject("dns.bogus"))


@SPACE.case("names", neighbour="issued-to-its-address", start=peers)
def reverse_zone_tlsa_not_asked(draft: CaseDraft) -> None:
    """For an address the reverse lookup zone is asked for TLSA records (3.3-8a)."""
    by_address(draft)
    draft.evidence["dns"]["answers"].pop()
    draft.expect(DRAFT, indeterminate("tlsa.not_answered", missing_evidence=["dns.answers"]))


# -- identity


@SPACE.case("identity", neighbour="server-to-server", start=peers)
def another_peer_expected(draft: CaseDraft) -> None:
    """A name that leads back is not yet the peer that is expected (3.3-2b, Q-16)."""
    draft.evidence["client"]["name"] = {"type": "dns", "value": "chat.example.org"}
    draft.expect(DRAFT, reject("name.not_matched", alert="certificate_unknown"))


@SPACE.case("identity", neighbour="server-to-server", start=peers)
def nobody_expected(draft: CaseDraft) -> None:
    """Reverse DNS alone makes no identity: who is meant has to be said (Q-16, Q-17)."""
    draft.without("client", "name")
    draft.expect(DRAFT, indeterminate("name.reverse_dns_only", missing_evidence=["client.name"]))


@SPACE.case("identity", neighbour="expected-by-host-name", start=peers)
def expected_by_common_name(draft: CaseDraft) -> None:
    """A common name is no name of a server's certificate (3.3-16, Q-9)."""
    draft.client.leaf.subject = name(("CN", HOST))
    draft.evidence["client"]["name"] = {"type": "cn", "value": HOST}
    draft.expect(DRAFT, reject("name.not_of_a_device"))


@SPACE.case("identity", neighbour="expected-by-common-name", start=peers)
def expected_by_host_name(draft: CaseDraft) -> None:
    """A host name is one, whatever the common name says (3.3-16, Q-9)."""
    draft.client.leaf.subject = name(("CN", "another.example.org"))
    draft.expect(DRAFT, accept())


@SPACE.case("identity", neighbour="peer-on-the-list", start=peers)
def peer_not_on_the_list(draft: CaseDraft) -> None:
    """Peers that are known beforehand are listed, and others are refused (3.1-1, Q-17)."""
    draft.expect(
        DRAFT,
        reject(
            "peer.not_allowed",
            settings={"allowed_peers": ["server.example.org"]},
            alert="access_denied",
        ),
    )


@SPACE.case("identity", traces=("FRANK:3.3-4a",), neighbour="peer-not-on-the-list", start=peers)
def peer_on_the_list(draft: CaseDraft) -> None:
    """A confirmed name on the list says who the peer is, and nobody else may get in (Q-17)."""
    draft.without("client", "name")
    draft.expect(
        DRAFT,
        accept(
            warnings=("peer.blast_radius",),
            settings={"allowed_peers": [HOST], "required_alpn": ["xmpp-server"]},
        ),
    )


@SPACE.case("identity", neighbour="address-not-on-the-list", start=peers)
def address_on_the_list(draft: CaseDraft) -> None:
    """A peer that is known by its address can be listed by it (3.3-3, Q-17)."""
    by_address(draft)
    draft.without("client", "name")
    draft.expect(DRAFT, accept(settings={"allowed_peers": [ADDRESS]}))


@SPACE.case("identity", neighbour="address-on-the-list", start=peers)
def address_not_on_the_list(draft: CaseDraft) -> None:
    """Another address is not on the list (3.3-3, Q-17)."""
    by_address(draft)
    draft.expect(
        DRAFT, reject("peer.not_allowed", settings={"allowed_peers": ["192.0.2.99", HOST]})
    )


# -- the connection


@SPACE.case("connection", neighbour="server-to-server", start=peers)
def no_proof_of_possession(draft: CaseDraft) -> None:
    """Whoever has not proved the key is not yet a peer (3.3-16, Q-5)."""
    draft.evidence["handshake"]["proof_of_possession"] = False
    draft.expect(DRAFT, reject("handshake.no_possession", alert="decrypt_error"))


@SPACE.case("connection", neighbour="protocol-bound", start=peers)
def another_protocol(draft: CaseDraft) -> None:
    """The certificate of a web server is no XMPP server's: ALPN binds it (3.3-17b, Q-35)."""
    draft.evidence["handshake"]["alpn"] = "h2"
    draft.expect(
        DRAFT,
        reject(
            "handshake.alpn_not_bound",
            settings={"required_alpn": ["xmpp-server"]},
            alert="no_application_protocol",
        ),
    )


@SPACE.case("connection", neighbour="another-protocol", start=peers)
def protocol_bound(draft: CaseDraft) -> None:
    """The protocol is agreed on by ALPN, and the accept does not warn of it (3.3-17b, Q-35)."""
    draft.expect(
        DRAFT,
        accept(
            warnings=("peer.anybody", "peer.blast_radius"),
            settings={"required_alpn": ["xmpp-server"]},
        ),
    )


@SPACE.case("connection", neighbour="server-to-server", start=peers)
def protocol_not_told(draft: CaseDraft) -> None:
    """A protocol that nobody has told of is not known (3.3-17b)."""
    del draft.evidence["handshake"]["alpn"]
    draft.expect(
        DRAFT,
        indeterminate(
            "handshake.alpn_not_bound",
            settings={"required_alpn": ["xmpp-server"]},
            missing_evidence=["handshake.alpn"],
        ),
    )


# -- trust


@SPACE.case("trust", neighbour="server-to-server", start=peers)
def path_to_no_anchor(draft: CaseDraft) -> None:
    """Apart from the name, validation is what an outbound connection would do (3.3-16, Q-5)."""
    draft.client.signers[0] = "p256-7"
    draft.expect(DRAFT, reject("path.invalid", alert="unknown_ca"))


@SPACE.case("trust", neighbour="server-to-server", start=peers)
def no_anchors_given(draft: CaseDraft) -> None:
    """No anchors are assumed: without them nothing leads anywhere (3.3-16, Q-6)."""
    draft.evidence["client"]["anchors"] = NO_ANCHORS
    draft.expect(
        DRAFT,
        indeterminate(
            "path.invalid", "purpose.issuer_refuses", missing_evidence=["client.anchors"]
        ),
    )


@SPACE.case("trust", neighbour="server-to-server", start=peers)
def key_usage_without_signatures(draft: CaseDraft) -> None:
    """The peer signs the handshake, so its key usage sets digitalSignature (3.3-16, Q-4)."""
    draft.client.leaf.set_key_usage("keyEncipherment")
    draft.expect(DRAFT, reject("key_usage.no_digital_signature"))


_ALL_KNOWN: Final = {"revocation": "required"}


@SPACE.case("trust", traces=("FRANK:Q-5",), neighbour="status-vouched-for", start=peers)
def status_not_known(draft: CaseDraft) -> None:
    """Revocation is judged as it is configured for outbound connections (Q-5)."""
    draft.expect(
        DRAFT,
        indeterminate(
            "revocation.required",
            settings=_ALL_KNOWN,
            missing_evidence=["client.crls", "server.crls"],
        ),
    )


@SPACE.case("trust", traces=("FRANK:Q-5",), neighbour="status-not-known", start=peers)
def status_vouched_for(draft: CaseDraft) -> None:
    """Whoever has checked it may say so (Q-5)."""
    draft.evidence["asserted"] = ["revocation"]
    draft.expect(DRAFT, accept(warnings=SAID, settings=_ALL_KNOWN))
