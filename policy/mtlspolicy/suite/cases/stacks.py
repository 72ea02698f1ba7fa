"""Stacks: the shapes by which seven TLS stacks differ, with the code by which each refuses.

What is expected was measured with the stacks themselves (versions in the policies' sources)
and is asked again of those that are installed by the differential tests; here it is written
down, so that a policy that drifts is seen without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.records import dataclass
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.dialects import private
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.authoring import CaseDraft

NOTES: Final = {
    "stack": Flag(
        text="a shape that TLS stacks judge in different ways",
        bug="is not what the stack of that name does, or no longer",
    ),
}

SPACE: Final = Namespace("stacks", "what single TLS stacks refuse", NOTES)
NAMESPACES: Final = (SPACE,)

STACKS: Final = ("openssl", "gnutls", "nss", "go", "java", "pyca")
"""The order of the codes below; Node does what OpenSSL does."""

CLIENT: Final = "eku.client_auth_missing"
SERVER: Final = "eku.server_auth_missing"
ISSUER: Final = "purpose.issuer_refuses"
USAGE: Final = "key_usage.not_for_tls"
SIGNS: Final = "key_usage.no_digital_signature"
TYPE: Final = "netscape_type.refuses"

_BOTH: Final = ("serverAuth", "clientAuth")
_MICROSOFT: Final = "1.3.6.1.4.1.311.10.3.3"
_NETSCAPE: Final = "2.16.840.1.113730.4.1"
_UNKNOWN: Final = "1.3.6.1.4.1.32473.1.1"

_Change = tuple["Callable[[ChainDraft], None]", ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A shape, and the code by which each of `STACKS` refuses it; empty for an accept."""

    text: str
    changes: _Change
    codes: tuple[str, str, str, str, str, str]


# -- changes to a chain


def leaf(*purposes: str, critical: bool = False) -> Callable[[ChainDraft], None]:
    """Give the leaf these purposes."""
    return lambda chain: chain.leaf.set_purposes(*purposes, critical=critical)


def unrestricted(chain: ChainDraft) -> None:
    """Leave the leaf without extended key usage."""
    chain.leaf.drop_extension("extKeyUsage")


def issuer(*purposes: str, critical: bool = False) -> Callable[[ChainDraft], None]:
    """Give the issuing CA these purposes."""
    return lambda chain: chain.issuers[0].set_purposes(*purposes, critical=critical)


def anchor(*purposes: str) -> Callable[[ChainDraft], None]:
    """Give the anchor these purposes."""
    return lambda chain: chain.anchor.set_purposes(*purposes)


def usage(*bits: str, key: str = "") -> Callable[[ChainDraft], None]:
    """Give the leaf this key usage, and perhaps another key."""

    def change(chain: ChainDraft) -> None:
        chain.leaf.key = key or chain.leaf.key
        chain.leaf.set_key_usage(*bits)

    return change


def typed(*bits: str) -> Callable[[ChainDraft], None]:
    """Give the leaf Netscape's certificate type."""
    return lambda chain: _put_type(chain.leaf, *bits)


def issuer_typed(*bits: str) -> Callable[[ChainDraft], None]:
    """Give the issuing CA Netscape's certificate type."""
    return lambda chain: _put_type(chain.issuers[0], *bits)


def _put_type(draft: CertificateDraft, *bits: str) -> None:
    draft.set_extension("netscapeCertType", extensions.netscape_cert_type(*bits))


def dropped(position: str, extension: str) -> Callable[[ChainDraft], None]:
    """Take an extension from the leaf or the issuer."""

    def change(chain: ChainDraft) -> None:
        draft = chain.leaf if position == "leaf" else chain.issuers[0]
        draft.drop_extension(extension)

    return change


def authority(chain: ChainDraft) -> None:
    """Make the leaf one of a CA."""
    encoded = extensions.basic_constraints(ca=True)
    chain.leaf.set_extension("basicConstraints", encoded, critical=True)


def lax_issuer(chain: ChainDraft) -> None:
    """Make the issuer's basic constraints not critical."""
    encoded = extensions.basic_constraints(ca=True, path_length=0)
    chain.issuers[0].set_extension("basicConstraints", encoded, critical=False)


def constrained(chain: ChainDraft) -> None:
    """Give the leaf name constraints."""
    encoded = extensions.name_constraints(permitted=[("dns", "example.com")])
    chain.leaf.set_extension("nameConstraints", encoded, critical=True)


def names_critical(chain: ChainDraft) -> None:
    """Make the leaf's names critical beside its subject."""
    chain.leaf.set_names(("dns", "peer.example.com"), critical=True)


# -- the shapes; the order of the codes is that of STACKS

_NONE: Final = ("", "", "", "", "", "")


def _all(code: str) -> tuple[str, str, str, str, str, str]:
    return (code, code, code, code, code, code)


def _alone(stack: str, code: str) -> tuple[str, str, str, str, str, str]:
    one, two, three, four, five, six = (code if name == stack else "" for name in STACKS)
    return one, two, three, four, five, six


AS_CLIENT: Final = {
    "plain": Row("both purposes", (), _NONE),
    "server": Row("serverAuth alone", (leaf("serverAuth"),), _all(CLIENT)),
    "any": Row("anyExtendedKeyUsage alone", (leaf("any"),), (CLIENT, "", CLIENT, "", "", CLIENT)),
    "empty": Row("an empty list", (leaf(),), (CLIENT, "", CLIENT, "", CLIENT, CLIENT)),
    "critical": Row(
        "both, critical", (leaf(*_BOTH, critical=True),), _alone("pyca", "eku.critical")
    ),
    "encipherment": Row(
        "a key for encipherment alone",
        (usage("keyEncipherment"),),
        (USAGE, "", SIGNS, "", SIGNS, ""),
    ),
    "agreement": Row(
        "a key for agreement alone", (usage("keyAgreement"),), ("", "", SIGNS, "", SIGNS, "")
    ),
    "signs-certificates": Row(
        "a key that signs certificates too",
        (usage("digitalSignature", "keyCertSign"),),
        _alone("pyca", "key_usage.cert_sign_without_ca"),
    ),
    "absent-typed": Row(
        "no list, but Netscape's type for servers",
        (unrestricted, typed("sslServer")),
        (TYPE, "", CLIENT, "", TYPE, ""),
    ),
    "both-typed": Row(
        "both purposes, and Netscape's type for servers",
        (typed("sslServer"),),
        (TYPE, "", "", "", TYPE, ""),
    ),
    "authority": Row(
        "both purposes in a CA's own certificate",
        (authority,),
        ("", "", CLIENT, "", "", "basic_constraints.ca"),
    ),
    "edwards": Row(
        "an Ed25519 key",
        (usage("digitalSignature", key="ed25519-0"),),
        _alone("nss", "key.kind_not_allowed"),
    ),
    "no-names": Row(
        "no names", (dropped("leaf", "subjectAltName"),), _alone("pyca", "san.missing")
    ),
    "names-critical": Row(
        "critical names beside a subject", (names_critical,), _alone("pyca", "san.criticality")
    ),
    "no-identifier": Row(
        "no authority key identifier",
        (dropped("leaf", "authorityKeyIdentifier"),),
        _alone("pyca", "aki.missing"),
    ),
    "constrained": Row(
        "name constraints", (constrained,), _alone("pyca", "extension.name_constraints")
    ),
    "issuer-server": Row(
        "an issuer for serverAuth alone",
        (issuer("serverAuth"),),
        (ISSUER, ISSUER, "", ISSUER, "", ISSUER),
    ),
    "issuer-any": Row(
        "an issuer for anyExtendedKeyUsage", (issuer("any"),), (ISSUER, ISSUER, ISSUER, "", "", "")
    ),
    "issuer-email": Row(
        "an issuer for emailProtection",
        (issuer("emailProtection"),),
        (ISSUER, ISSUER, ISSUER, ISSUER, "", ISSUER),
    ),
    "issuer-unknown": Row(
        "an issuer for a purpose that nobody knows",
        (issuer(_UNKNOWN),),
        (ISSUER, ISSUER, "", ISSUER, "", ISSUER),
    ),
    "issuer-empty": Row(
        "an issuer with an empty list", (issuer(),), (ISSUER, "", "", "", "", ISSUER)
    ),
    "issuer-typed": Row(
        "an issuer of Netscape's type for mail", (issuer_typed("smimeCA"),), _alone("nss", ISSUER)
    ),
    "issuer-critical": Row(
        "an issuer for both, critical",
        (issuer(*_BOTH, critical=True),),
        _alone("pyca", "eku.critical"),
    ),
    "issuer-without-usage": Row(
        "an issuer without key usage",
        (dropped("issuer", "keyUsage"),),
        _alone("pyca", "key_usage.missing"),
    ),
    "issuer-lax": Row(
        "an issuer whose basic constraints are not critical",
        (lax_issuer,),
        _alone("pyca", "basic_constraints.form"),
    ),
    "anchor-server": Row(
        "an anchor for serverAuth alone",
        (anchor("serverAuth"),),
        (ISSUER, "", "", ISSUER, "", ISSUER),
    ),
    "anchor-any": Row(
        "an anchor for anyExtendedKeyUsage", (anchor("any"),), (ISSUER, "", "", "", "", "")
    ),
}

AS_SERVER: Final = {
    "plain": Row("both purposes", (), _NONE),
    "client": Row("clientAuth alone", (leaf("clientAuth"),), _all(SERVER)),
    "any": Row("anyExtendedKeyUsage alone", (leaf("any"),), (SERVER, "", SERVER, "", "", SERVER)),
    "microsoft": Row(
        "Microsoft's server-gated cryptography",
        (leaf(_MICROSOFT),),
        ("", SERVER, SERVER, SERVER, "", SERVER),
    ),
    "netscape": Row(
        "Netscape's server-gated cryptography",
        (leaf(_NETSCAPE),),
        ("", SERVER, "", SERVER, "", SERVER),
    ),
    "encipherment": Row(
        "a key for encipherment alone", (usage("keyEncipherment"),), ("", "", USAGE, "", SIGNS, "")
    ),
    "agreement": Row("a key for agreement alone", (usage("keyAgreement"),), _alone("java", SIGNS)),
    "non-repudiation": Row(
        "a key for nonRepudiation alone",
        (usage("nonRepudiation"),),
        (USAGE, "", USAGE, "", SIGNS, ""),
    ),
    "rsa-signs": Row(
        "an RSA key for signatures alone",
        (usage("digitalSignature", key="rsa2048-0"),),
        _alone("nss", USAGE),
    ),
    "rsa-enciphers": Row(
        "an RSA key for encipherment alone",
        (usage("keyEncipherment", key="rsa2048-0"),),
        _alone("java", SIGNS),
    ),
    "pss-signs": Row(
        "a PSS key for signatures", (usage("digitalSignature", key="rsa2048-pss"),), _NONE
    ),
    "pss-enciphers": Row(
        "a PSS key for encipherment alone",
        (usage("keyEncipherment", key="rsa2048-pss"),),
        ("", "", SIGNS, "", SIGNS, ""),
    ),
    "absent-typed": Row(
        "no list, but Netscape's type for clients",
        (unrestricted, typed("sslClient")),
        (TYPE, "", SERVER, "", TYPE, ""),
    ),
    "issuer-client": Row(
        "an issuer for clientAuth alone",
        (issuer("clientAuth"),),
        (ISSUER, ISSUER, "", ISSUER, "", ISSUER),
    ),
    "issuer-netscape": Row(
        "an issuer for Netscape's server-gated cryptography",
        (issuer(_NETSCAPE),),
        ("", "", "", ISSUER, "", ISSUER),
    ),
    "issuer-microsoft": Row(
        "an issuer for clientAuth and Microsoft's server-gated cryptography",
        (issuer(_MICROSOFT, "clientAuth"),),
        ("", ISSUER, "", ISSUER, "", ISSUER),
    ),
    "anchor-client": Row(
        "an anchor for clientAuth alone",
        (anchor("clientAuth"),),
        (ISSUER, "", "", ISSUER, "", ISSUER),
    ),
}


def _register(side: str, shape: str, row: Row) -> None:
    def body(draft: CaseDraft) -> None:
        for change in row.changes:
            change(draft.side(side))
        for stack, code in zip(STACKS, row.codes, strict=True):
            draft.expect(f"stack-{stack}", reject(code) if code else accept())
        draft.expect("stack-node", reject(row.codes[0]) if row.codes[0] else accept())

    SPACE.add(
        f"{side}-{shape}",
        f"The {side}'s chain has {row.text}.",
        body,
        flags=("stack",),
        traces=("MATRIX:5.1",),
        neighbour=f"{side}-plain" if any(row.codes) else None,
        start=private,
    )


for _name, _row in AS_CLIENT.items():
    _register("client", _name, _row)
for _name, _row in AS_SERVER.items():
    _register("server", _name, _row)
