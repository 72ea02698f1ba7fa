"""Shapes for TLS stacks: one shape on both sides, and nothing else in the certificates.

Real stacks are asked about every case, but only here does a difference between two of them
have one cause: both chains come from a private CA, the leafs have a name and what the shape
gives them, and the same shape is presented in both roles. The first are those of two measured
matrices (deployed dialects, 25 shapes; web PKI, 19 cases); the rest ask what these left open:
an anchor that restricts itself, RSA keys, Netscape's types, Server Gated Crypto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_client_chain, ordinary_pair
from mtlspolicy.records import dataclass
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.cases.purpose import AS_CLIENT, AS_SERVER, SHAPES
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft, PairDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.cases.purpose import Shape
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "measured": Flag(
        text="one of the shapes of the two matrices that were measured first",
        bug="differs from what stacks of that name have been seen to do",
    ),
    "further": Flag(
        text="a shape beyond the two matrices",
        bug="differs from what stacks of that name have been seen to do",
    ),
    "anchor": Flag(
        text="the anchor's own extended key usage is at issue",
        bug="takes an anchor for a key and a name alone, or for more, without saying which",
    ),
}

CASES: Final = Namespace("shapes", "one shape in both roles, for TLS stacks", NOTES)
NAMESPACES: Final = (CASES,)

_BOTH: Final = ("serverAuth", "clientAuth")
_NETSCAPE_GATED: Final = "2.16.840.1.113730.4.1"
_MICROSOFT_GATED: Final = "1.3.6.1.4.1.311.10.3.3"
_UNKNOWN: Final = "1.3.6.1.4.1.99999.2"


def _plain() -> PairDraft:
    """Return a pair of two private chains, each leaf for both purposes."""
    pair = ordinary_pair()
    for side, key in (("client", "p256-1"), ("server", "p256-0")):
        chain = ordinary_client_chain()
        host = f"{side}.example.com"
        chain.leaf = CertificateDraft(subject=name(("O", "Example Private"), ("CN", host)), key=key)
        chain.leaf.set_key_usage("digitalSignature")
        chain.leaf.set_purposes(*_BOTH)
        chain.leaf.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
        chain.leaf.set_names(("dns", host))
        setattr(pair, side, chain)
    return pair


# -- further shapes


@dataclass(frozen=True, slots=True)
class Further:
    """A shape that one change makes of the plain chain, and what legacy-dual-use says of it."""

    text: str
    change: Callable[[ChainDraft], None]
    verdict: Expectation
    flag: str = "further"
    clause: str = "RFC 5280, 4.2.1.12"


def _leaf_purposes(*purposes: str, critical: bool = False) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.leaf.set_purposes(*purposes, critical=critical)


def _issuer_purposes(*purposes: str, critical: bool = False) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.issuers[0].set_purposes(*purposes, critical=critical)


def _anchor_purposes(*purposes: str) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.anchor.set_purposes(*purposes)


def _key_usage(*bits: str) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.leaf.set_key_usage(*bits)


def _issuer_key_usage(*bits: str) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.issuers[0].set_key_usage(*bits)


def _netscape(*bits: str) -> Callable[[ChainDraft], None]:
    def change(chain: ChainDraft) -> None:
        chain.leaf.drop_extension("extKeyUsage")
        chain.leaf.set_extension("netscapeCertType", extensions.netscape_cert_type(*bits))

    return change


def _rsa(*bits: str) -> Callable[[ChainDraft], None]:
    def change(chain: ChainDraft) -> None:
        chain.leaf.key = "rsa2048-0"
        chain.leaf.set_key_usage(*bits)

    return change


def _without(position: str, extension: str) -> Callable[[ChainDraft], None]:
    def change(chain: ChainDraft) -> None:
        draft = chain.leaf if position == "leaf" else chain.issuers[0]
        draft.drop_extension(extension)

    return change


def _authority(chain: ChainDraft) -> None:
    constraints = extensions.basic_constraints(ca=True)
    chain.leaf.set_extension("basicConstraints", constraints, critical=True)


# legacy-dual-use counts the anchor among the issuers; RFC 5280 leaves that open (6.1.1 (d)).
NO_PURPOSE: Final = reject("eku.client_auth_missing", "eku.server_auth_missing")

FURTHER: Final = {
    "leaf-both-critical": Further(
        "both purposes, critical",
        _leaf_purposes(*_BOTH, critical=True),
        accept(),
        flag="measured",
    ),
    "leaf-both-any": Further(
        "both purposes and anyExtendedKeyUsage", _leaf_purposes(*_BOTH, "any"), accept()
    ),
    "leaf-both-code-signing": Further(
        "both purposes and codeSigning", _leaf_purposes(*_BOTH, "codeSigning"), accept()
    ),
    "leaf-both-ocsp-signing": Further(
        "both purposes and OCSPSigning", _leaf_purposes(*_BOTH, "OCSPSigning"), accept()
    ),
    "leaf-gated-netscape": Further(
        "Netscape's purpose for Server Gated Crypto alone",
        _leaf_purposes(_NETSCAPE_GATED),
        NO_PURPOSE,
    ),
    "leaf-gated-microsoft": Further(
        "Microsoft's purpose for Server Gated Crypto alone",
        _leaf_purposes(_MICROSOFT_GATED),
        NO_PURPOSE,
    ),
    "netscape-client": Further(
        "no extended key usage, but Netscape's type for clients", _netscape("sslClient"), accept()
    ),
    "netscape-both": Further(
        "no extended key usage, but Netscape's types for clients and servers",
        _netscape("sslClient", "sslServer"),
        accept(),
    ),
    "netscape-mail": Further(
        "no extended key usage, but Netscape's type for mail", _netscape("smime"), accept()
    ),
    "both-commitment-only": Further(
        "both purposes, on a key for contentCommitment alone",
        _key_usage("nonRepudiation"),
        reject("key_usage.not_for_tls"),
    ),
    "rsa-signature-only": Further(
        "both purposes, on an RSA key for digitalSignature alone",
        _rsa("digitalSignature"),
        accept(),
    ),
    "rsa-encipherment-only": Further(
        "both purposes, on an RSA key for keyEncipherment alone",
        _rsa("keyEncipherment"),
        reject("key_usage.not_for_tls"),
    ),
    "leaf-authority": Further(
        "both purposes, and is itself a CA certificate",
        _authority,
        accept(),
        clause="RFC 5280, 4.2.1.9",
    ),
    "leaf-nameless": Further(
        "both purposes, and no subject alternative name",
        _without("leaf", "subjectAltName"),
        # RFC 9525, 6.1: no name of the server's can be the one that was asked for.
        reject("name.not_matched", "san.missing"),
        clause="RFC 5280, 4.2.1.6",
    ),
    "issuer-unknown-leaf-both": Further(
        "both purposes, under an issuer for a purpose that nobody knows",
        _issuer_purposes(_UNKNOWN),
        reject("purpose.issuer_refuses"),
    ),
    "issuer-both-any-leaf-both": Further(
        "both purposes, under an issuer for both and anyExtendedKeyUsage",
        _issuer_purposes(*_BOTH, "any"),
        accept(),
    ),
    "issuer-gated-leaf-both": Further(
        "both purposes, under an issuer for Server Gated Crypto (Netscape and Microsoft) alone",
        _issuer_purposes(_NETSCAPE_GATED, _MICROSOFT_GATED),
        reject("purpose.issuer_refuses"),
    ),
    "issuer-both-critical-leaf-both": Further(
        "both purposes, under an issuer for both, critical",
        _issuer_purposes(*_BOTH, critical=True),
        accept(),
    ),
    "issuer-no-key-usage": Further(
        "both purposes, under an issuer without key usage",
        _without("issuer", "keyUsage"),
        accept(),
        clause="RFC 5280, 4.2.1.3",
    ),
    "issuer-no-cert-sign": Further(
        "both purposes, under an issuer whose key is for digitalSignature alone",
        _issuer_key_usage("digitalSignature"),
        reject("path.invalid"),
        clause="RFC 5280, 6.1.4 (n)",
    ),
    "anchor-server-leaf-both": Further(
        "both purposes, under an anchor for serverAuth alone",
        _anchor_purposes("serverAuth"),
        reject("purpose.issuer_refuses"),
        flag="anchor",
        clause="RFC 5280, 6.1.1 (d)",
    ),
    "anchor-client-leaf-both": Further(
        "both purposes, under an anchor for clientAuth alone",
        _anchor_purposes("clientAuth"),
        reject("purpose.issuer_refuses"),
        flag="anchor",
        clause="RFC 5280, 6.1.1 (d)",
    ),
    "anchor-any-leaf-both": Further(
        "both purposes, under an anchor for anyExtendedKeyUsage",
        _anchor_purposes("any"),
        accept(),
        flag="anchor",
        clause="RFC 5280, 6.1.1 (d)",
    ),
    "anchor-email-leaf-both": Further(
        "both purposes, under an anchor for emailProtection alone",
        _anchor_purposes("emailProtection"),
        reject("purpose.issuer_refuses"),
        flag="anchor",
        clause="RFC 5280, 6.1.1 (d)",
    ),
}


# -- registering


def _measured(shape: Shape, verdict: Expectation) -> Callable[[CaseDraft], None]:
    def body(draft: CaseDraft) -> None:
        shape.write(draft.client)
        shape.write(draft.server)
        draft.expect(LEGACY, verdict)

    return body


def _further(shape: Further) -> Callable[[CaseDraft], None]:
    def body(draft: CaseDraft) -> None:
        shape.change(draft.client)
        shape.change(draft.server)
        draft.expect(LEGACY, shape.verdict)

    return body


def _on_both_sides(shape: str) -> Expectation:
    """What legacy-dual-use says of a shape on either side, put together."""
    one, two = AS_CLIENT[shape][0], AS_SERVER[shape][0]
    codes = dict.fromkeys((*one.codes, *two.codes))
    return reject(*codes, primary=one.primary or two.primary) if codes else accept()


@dataclass(frozen=True, slots=True)
class _Row:
    """One case to be."""

    text: str
    body: Callable[[CaseDraft], None]
    verdict: Expectation
    flag: str
    clause: str


def _register(name: str, row: _Row) -> None:
    clause = row.clause.replace("RFC ", "RFC").replace(", ", ":").replace(" ", "")
    CASES.add(
        name,
        f"Each side's private certificate has {row.text} ({row.clause}).",
        row.body,
        flags=(row.flag,),
        traces=(clause, "MATRIX:stacks"),
        neighbour=None if row.verdict.decision == "accept" else "leaf-both",
        start=_plain,
    )


for _name, _shape in SHAPES.items():
    _said = _on_both_sides(_name)
    _clause = "RFC 5280, 4.2.1.12"
    _register(_name, _Row(_shape.text, _measured(_shape, _said), _said, "measured", _clause))
for _name, _one in FURTHER.items():
    _register(_name, _Row(_one.text, _further(_one), _one.verdict, _one.flag, _one.clause))
