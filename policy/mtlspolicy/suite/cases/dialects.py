"""Dialects: what deployed software makes of a connecting server's certificate.

Five rules are in the field, and none of them is another's: the server purpose refuses
clientAuth alone, Postfix's choice loses a peer by adding a purpose, either purpose is the
union, ignoring the purpose lets everything through, and go-spiffe asks for other things.
What is expected follows the source of each (facts in the policies' citations).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.pair import ordinary_client_chain, ordinary_pair
from mtlspolicy.records import dataclass
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft, PairDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "dialect": Flag(
        text="a connecting server is judged as deployed software does it",
        bug="is stricter or laxer than the software that the policy is named after",
    ),
    "spiffe": Flag(
        text="a peer is a workload with a SPIFFE ID",
        bug="takes a certificate for an identity that it does not plainly state, or an authority "
        "for a workload",
    ),
}

SPACE: Final = Namespace("dialects", "connecting servers as deployed software sees them", NOTES)
NAMESPACES: Final = (SPACE,)

DIALECTS: Final = (
    "s2s-server-purpose",
    "s2s-postfix",
    "s2s-either-purpose",
    "s2s-purpose-ignored",
)
SPIFFE: Final = "s2s-spiffe"

NO_CLIENT: Final = "eku.client_auth_missing"
NO_SERVER: Final = "eku.server_auth_missing"
NO_TLS: Final = "eku.tls_purpose_missing"
ISSUER: Final = "purpose.issuer_refuses"
KEY_USAGE: Final = "key_usage.not_for_tls"
TYPE: Final = "netscape_type.refuses"

_BOTH: Final = ("serverAuth", "clientAuth")
_GATED: Final = "1.3.6.1.4.1.311.10.3.3"


def private() -> PairDraft:
    """Return two peers with certificates of a private CA, the client's for both purposes."""
    pair = ordinary_pair()
    pair.client.leaf.set_purposes(*_BOTH)
    pair.server = ordinary_client_chain()
    pair.server.leaf.key = "p256-0"
    pair.server.leaf.set_purposes(*_BOTH)
    pair.server.leaf.set_names(("dns", "server.example.com"))
    return pair


# -- the dialects


@dataclass(frozen=True, slots=True)
class Row:
    """A shape of the client's chain, and the code by which each of `DIALECTS` refuses it."""

    text: str
    codes: tuple[str, str, str, str]
    leaf: tuple[str, ...] | None = _BOTH
    issuer: tuple[str, ...] | None = None
    anchor: tuple[str, ...] | None = None
    key_usage: tuple[str, ...] = ("digitalSignature",)
    netscape: tuple[str, ...] | None = None

    def write(self, chain: ChainDraft) -> None:
        """Give a chain this shape."""
        chain.leaf.drop_extension("extKeyUsage")
        if self.leaf is not None:
            chain.leaf.set_purposes(*self.leaf)
        if self.issuer is not None:
            chain.issuers[0].set_purposes(*self.issuer)
        if self.anchor is not None:
            chain.anchor.set_purposes(*self.anchor)
        chain.leaf.set_key_usage(*self.key_usage)
        if self.netscape is not None:
            encoded = extensions.netscape_cert_type(*self.netscape)
            chain.leaf.set_extension("netscapeCertType", encoded)


_NOBODY: Final = ("", "", "", "")
_SERVER: Final = ("serverAuth",)
_CLIENT: Final = ("clientAuth",)

ROWS: Final = {
    "server": Row("serverAuth alone", _NOBODY, _SERVER),
    "client": Row("clientAuth alone", (NO_SERVER, "", "", ""), _CLIENT),
    "both": Row("both purposes", _NOBODY),
    "absent": Row("no extended key usage", _NOBODY, None),
    "any": Row("anyExtendedKeyUsage alone", (NO_SERVER, NO_CLIENT, NO_TLS, ""), ("any",)),
    "email": Row("emailProtection alone", (NO_SERVER, NO_CLIENT, NO_TLS, ""), ("emailProtection",)),
    "empty": Row("an empty list of purposes", (NO_SERVER, NO_CLIENT, NO_TLS, ""), ()),
    "gated": Row("Microsoft's server-gated cryptography", ("", NO_CLIENT, "", ""), (_GATED,)),
    "server-under-server": Row(
        "serverAuth alone, under an issuer for the same", _NOBODY, _SERVER, _SERVER
    ),
    "both-under-server": Row(
        "both purposes, under an issuer for serverAuth alone", ("", ISSUER, "", ""), _BOTH, _SERVER
    ),
    "both-under-client": Row(
        "both purposes, under an issuer for clientAuth alone", (ISSUER, "", "", ""), _BOTH, _CLIENT
    ),
    "server-under-client": Row(
        "serverAuth alone, under an issuer for clientAuth alone",
        (ISSUER, ISSUER, ISSUER, ""),
        _SERVER,
        _CLIENT,
    ),
    "client-under-server": Row(
        "clientAuth alone, under an issuer for serverAuth alone",
        (NO_SERVER, ISSUER, ISSUER, ""),
        _CLIENT,
        _SERVER,
    ),
    "server-under-gated": Row(
        "serverAuth alone, under an issuer for server-gated cryptography",
        _NOBODY,
        _SERVER,
        (_GATED,),
    ),
    "absent-under-any": Row(
        "no extended key usage, under an issuer for anyExtendedKeyUsage",
        (ISSUER, ISSUER, ISSUER, ""),
        None,
        ("any",),
    ),
    "server-anchor-for-clients": Row(
        "serverAuth alone, under an anchor for clientAuth alone",
        (ISSUER, ISSUER, ISSUER, ""),
        _SERVER,
        anchor=_CLIENT,
    ),
    "server-encipherment": Row(
        "serverAuth alone, on a key for keyEncipherment",
        _NOBODY,
        _SERVER,
        key_usage=("keyEncipherment",),
    ),
    "client-encipherment": Row(
        "clientAuth alone, on a key for keyEncipherment",
        (NO_SERVER, KEY_USAGE, KEY_USAGE, ""),
        _CLIENT,
        key_usage=("keyEncipherment",),
    ),
    "both-encipherment": Row(
        "both purposes, on a key for keyEncipherment",
        ("", KEY_USAGE, "", ""),
        key_usage=("keyEncipherment",),
    ),
    "server-non-repudiation": Row(
        "serverAuth alone, on a key for nonRepudiation",
        (KEY_USAGE, KEY_USAGE, KEY_USAGE, ""),
        _SERVER,
        key_usage=("nonRepudiation",),
    ),
    "server-typed-client": Row(
        "serverAuth alone, and Netscape's type for clients",
        (TYPE, TYPE, TYPE, ""),
        _SERVER,
        netscape=("sslClient",),
    ),
    "server-typed-server": Row(
        "serverAuth alone, and Netscape's type for servers",
        _NOBODY,
        _SERVER,
        netscape=("sslServer",),
    ),
    "absent-typed-client": Row(
        "no extended key usage, but Netscape's type for clients",
        (TYPE, "", "", ""),
        None,
        netscape=("sslClient",),
    ),
    "absent-typed-server": Row(
        "no extended key usage, but Netscape's type for servers",
        ("", TYPE, "", ""),
        None,
        netscape=("sslServer",),
    ),
}


def _said(code: str) -> Expectation:
    return reject(code) if code else accept()


def _register(shape: str, row: Row) -> None:
    def body(draft: CaseDraft) -> None:
        row.write(draft.client)
        for policy, code in zip(DIALECTS, row.codes, strict=True):
            draft.expect(policy, _said(code))

    SPACE.add(
        f"client-{shape}",
        f"The connecting server's certificate has {row.text} (RFC 5280, 4.2.1.12).",
        body,
        flags=("dialect",),
        traces=("RFC5280:4.2.1.12", "DIALECTS:2"),
        neighbour="client-both" if any(row.codes) else None,
        start=private,
    )


for _name, _row in ROWS.items():
    _register(_name, _row)


@SPACE.case("dialect", traces=("DIALECTS:2",), neighbour="client-server", start=private)
def server_for_clients_alone(draft: CaseDraft) -> None:
    """Only the connecting side is judged otherwise: the accepting side is a server's."""
    draft.client.leaf.set_purposes("serverAuth")
    draft.server.leaf.set_purposes("clientAuth")
    draft.expect(*DIALECTS, reject(NO_SERVER))


@SPACE.case("dialect", traces=("DIALECTS:2",), neighbour="client-server", start=private)
def relaxation_is_told(draft: CaseDraft) -> None:
    """A client that gets in by the dialect alone is accepted with a warning that says so."""
    draft.client.leaf.set_purposes("serverAuth")
    draft.expect(*DIALECTS, accept(warnings=("purpose.relaxed",)))


@SPACE.case("dialect", traces=("DIALECTS:2",), neighbour="client-server", start=private)
def relaxation_keeps_the_path(draft: CaseDraft) -> None:
    """The purpose alone is relaxed: a chain that another key has signed stays outside."""
    draft.client.leaf.set_purposes("serverAuth")
    draft.client.signers[0] = "p256-7"
    draft.expect(*DIALECTS, reject("path.invalid"))


@SPACE.case("dialect", traces=("DIALECTS:2",), neighbour="client-server", start=private)
def relaxation_keeps_the_validity(draft: CaseDraft) -> None:
    """The purpose alone is relaxed: an expired certificate stays outside."""
    draft.client.leaf.set_purposes("serverAuth")
    draft.client.leaf.not_after = draft.client.leaf.not_before + 86_400
    draft.expect(*DIALECTS, reject("validity.expired", "path.invalid"))


@SPACE.case("dialect", traces=("DIALECTS:2",), neighbour="status-is-vouched-for", start=private)
def status_is_asked_for(draft: CaseDraft) -> None:
    """None of the deployed software asks for revocation; who wants it, says so."""
    asked = {"revocation": "required"}
    draft.expect(*DIALECTS, SPIFFE, indeterminate("revocation.required", settings=asked))
    _as_workload(draft.client)
    _as_workload(draft.server)


@SPACE.case("dialect", traces=("DIALECTS:2",), neighbour="status-is-asked-for", start=private)
def status_is_vouched_for(draft: CaseDraft) -> None:
    """Who wants the status known and has asked for it elsewhere, asserts that it is."""
    asked = {"revocation": "required"}
    draft.evidence["asserted"] = ["client.revocation", "server.revocation"]
    draft.expect(*DIALECTS, SPIFFE, accept(settings=asked))
    _as_workload(draft.client)
    _as_workload(draft.server)


# -- SPIFFE

_ID: Final = ("uri", "spiffe://example.org/ns/payments/api")


def _as_workload(chain: ChainDraft) -> None:
    chain.leaf.set_names(_ID)


def workloads() -> PairDraft:
    """Return two workloads, each with its SPIFFE ID."""
    pair = private()
    _as_workload(pair.client)
    _as_workload(pair.server)
    return pair


def _names(*names: tuple[str, str]) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.leaf.set_names(*names)


def _bits(*bits: str, critical: bool = True) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.leaf.set_key_usage(*bits, critical=critical)


def _purposes(*purposes: str) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.leaf.set_purposes(*purposes)


def _authority(chain: ChainDraft) -> None:
    constraints = extensions.basic_constraints(ca=True)
    chain.leaf.set_extension("basicConstraints", constraints, critical=True)


def _no_key_usage(chain: ChainDraft) -> None:
    chain.leaf.drop_extension("keyUsage")


def _host(text: str) -> Callable[[ChainDraft], None]:
    return _names(("uri", text))


_NO_ID: Final = "san.spiffe_id"
_NO_SIGNATURE: Final = "key_usage.no_digital_signature"
_RELAXED: Final = ("purpose.relaxed",)

WORKLOADS: Final[dict[str, tuple[str, Callable[[ChainDraft], None], Expectation]]] = {
    "svid": ("exactly one URI, a SPIFFE ID", _names(_ID), accept(warnings=())),
    "svid-and-host": (
        "a SPIFFE ID and a host name, which does not count",
        _names(_ID, ("dns", "api.example.org")),
        accept(),
    ),
    "svid-for-email": (
        "a SPIFFE ID and emailProtection, for the purpose is ignored",
        _purposes("emailProtection"),
        accept(warnings=_RELAXED),
    ),
    "svid-for-servers": (
        "a SPIFFE ID and serverAuth alone, where an SVID should have both",
        _purposes("serverAuth"),
        accept(warnings=_RELAXED),
    ),
    "svid-usage-not-critical": (
        "a key usage that is not critical, which go-spiffe does not mind",
        _bits("digitalSignature", critical=False),
        accept(),
    ),
    "host-alone": ("a host name and no URI", _names(("dns", "api.example.org")), reject(_NO_ID)),
    "two-ids": (
        "two SPIFFE IDs",
        _names(_ID, ("uri", "spiffe://example.org/other")),
        reject(_NO_ID),
    ),
    "id-and-page": (
        "a SPIFFE ID and the URI of a page",
        _names(_ID, ("uri", "https://example.org/")),
        reject(_NO_ID),
    ),
    "page": ("the URI of a page", _host("https://example.org/api"), reject(_NO_ID)),
    "trust-domain": (
        "the SPIFFE ID of a trust domain, without a path",
        _host("spiffe://example.org"),
        reject(_NO_ID),
    ),
    "path-of-a-slash": (
        "a SPIFFE ID whose path ends in a slash",
        _host("spiffe://example.org/api/"),
        reject(_NO_ID),
    ),
    "path-of-dots": (
        "a SPIFFE ID whose path climbs",
        _host("spiffe://example.org/ns/../root"),
        reject(_NO_ID),
    ),
    "path-of-percent": (
        "a SPIFFE ID with an encoded slash in its path",
        _host("spiffe://example.org/ns%2Fapi"),
        reject(_NO_ID),
    ),
    "domain-in-capitals": (
        "a SPIFFE ID whose trust domain is in capitals",
        _host("spiffe://EXAMPLE.org/api"),
        reject(_NO_ID),
    ),
    "domain-with-port": (
        "a SPIFFE ID with a port",
        _host("spiffe://example.org:443/api"),
        reject(_NO_ID),
    ),
    "id-with-query": (
        "a SPIFFE ID with a query",
        _host("spiffe://example.org/api?as=root"),
        reject(_NO_ID),
    ),
    "authority": ("a SPIFFE ID, and is one of a CA", _authority, reject("basic_constraints.ca")),
    "no-key-usage": ("no key usage", _no_key_usage, reject(_NO_SIGNATURE)),
    "agreement-alone": ("a key for agreement alone", _bits("keyAgreement"), reject(_NO_SIGNATURE)),
    "signs-certificates": (
        "a key that may sign certificates",
        _bits("digitalSignature", "keyCertSign"),
        reject("key_usage.bits"),
    ),
    "signs-lists": (
        "a key that may sign revocation lists",
        _bits("digitalSignature", "cRLSign"),
        reject("key_usage.bits"),
    ),
}


def _register_workload(side: str, shape: str) -> None:
    text, change, verdict = WORKLOADS[shape]

    def body(draft: CaseDraft) -> None:
        change(draft.side(side))
        draft.expect(SPIFFE, verdict)

    SPACE.add(
        f"spiffe-{side}-{shape}",
        f"The {side}'s certificate has {text} (SPIFFE X509-SVID, 2 to 5).",
        body,
        flags=("spiffe",),
        traces=("DIALECTS:2",),
        neighbour=f"spiffe-{side}-svid" if verdict.decision == "reject" else None,
        start=workloads,
    )


for _name in WORKLOADS:
    _register_workload("client", _name)
for _name in ("svid", "host-alone", "authority", "no-key-usage", "signs-certificates"):
    _register_workload("server", _name)
