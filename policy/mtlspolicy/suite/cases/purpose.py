"""Purposes: the shapes over which verifiers differ, in each role, and down the chain.

The shapes are those of two measured matrices (deployed dialects, 25 shapes; web PKI, 19
cases). As there, neither root nor intermediate has an extended key usage unless a shape
says so. A client leaf that lists serverAuth is a public TLS certificate with all that the
TLS BR ask for; any other client leaf comes from a private CA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.pair import ordinary_client_chain
from mtlspolicy.records import dataclass
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import ALL, dual
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "leaf": Flag(
        text="the leaf's extended key usage is at issue",
        bug="takes a certificate for a purpose that it does not list, or refuses one that it lists",
    ),
    "nested": Flag(
        text="an issuer's extended key usage is at issue",
        bug="judges the leaf alone, and lets a CA issue for purposes that it may not issue for",
    ),
    "absent": Flag(
        text="the leaf has no extended key usage",
        bug="takes absence for a purpose, or for none, without saying which policy says so",
    ),
    "any": Flag(
        text="anyExtendedKeyUsage is listed by the leaf or by an issuer",
        bug="takes it to mean every purpose, or none, without saying which policy says so",
    ),
    "key-usage": Flag(
        text="the key usage is at issue",
        bug="judges the extended key usage alone, though both must allow the use",
    ),
    "critical": Flag(
        text="the extended key usage is critical",
        bug="takes criticality for a defect, or for a purpose",
    ),
}

CLIENT: Final = Namespace("purpose-client", "the purposes of the connecting side", NOTES)
SERVER: Final = Namespace("purpose-server", "the purposes of the accepting side", NOTES)
NAMESPACES: Final = (CLIENT, SERVER)

_UNKNOWN: Final = "1.3.6.1.4.1.99999.2"
_SIGNS: Final = ("digitalSignature",)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a chain looks like: the leaf's and the issuer's purposes (None: no extension)."""

    text: str
    leaf: tuple[str, ...] | None
    issuer: tuple[str, ...] | None = None
    critical: bool = False
    key_usage: tuple[str, ...] | None = _SIGNS
    netscape: bool = False
    flags: tuple[str, ...] = ("leaf",)

    def write(self, chain: ChainDraft) -> None:
        """Give a chain this shape."""
        leaf, issuer = chain.leaf, chain.issuers[0]
        leaf.drop_extension("extKeyUsage")
        issuer.drop_extension("extKeyUsage")
        if self.leaf is not None:
            leaf.set_purposes(*self.leaf, critical=self.critical)
        if self.issuer is not None:
            issuer.set_purposes(*self.issuer)
        leaf.drop_extension("keyUsage")
        if self.key_usage is not None:
            leaf.set_key_usage(*self.key_usage)
        if self.netscape:
            leaf.set_extension("netscapeCertType", extensions.netscape_cert_type("sslServer"))


_BOTH: Final = ("serverAuth", "clientAuth")

SHAPES: Final = {
    "leaf-absent": Shape("no extended key usage", None, flags=("absent",)),
    "leaf-server": Shape("serverAuth alone", ("serverAuth",)),
    "leaf-client": Shape("clientAuth alone", ("clientAuth",)),
    "leaf-both": Shape("both TLS purposes", _BOTH),
    "leaf-any": Shape("anyExtendedKeyUsage alone", ("any",), flags=("any",)),
    "leaf-server-any": Shape(
        "serverAuth and anyExtendedKeyUsage", ("serverAuth", "any"), flags=("any",)
    ),
    "leaf-client-any": Shape(
        "clientAuth and anyExtendedKeyUsage", ("clientAuth", "any"), flags=("any",)
    ),
    "leaf-email": Shape("emailProtection alone", ("emailProtection",)),
    "leaf-server-email": Shape("serverAuth and emailProtection", ("serverAuth", "emailProtection")),
    "leaf-unknown": Shape("one purpose that nobody knows", (_UNKNOWN,)),
    "leaf-server-unknown": Shape(
        "serverAuth and a purpose that nobody knows", ("serverAuth", _UNKNOWN)
    ),
    "leaf-empty": Shape("an empty list of purposes", ()),
    "leaf-server-twice": Shape("serverAuth twice", ("serverAuth", "serverAuth")),
    "leaf-server-critical": Shape(
        "serverAuth alone, critical", ("serverAuth",), critical=True, flags=("critical",)
    ),
    "leaf-client-critical": Shape(
        "clientAuth alone, critical", ("clientAuth",), critical=True, flags=("critical",)
    ),
    "both-encipherment-only": Shape(
        "both purposes, on an EC key for keyEncipherment alone",
        _BOTH,
        key_usage=("keyEncipherment",),
        flags=("key-usage",),
    ),
    "both-agreement-only": Shape(
        "both purposes, on an EC key for keyAgreement alone",
        _BOTH,
        key_usage=("keyAgreement",),
        flags=("key-usage",),
    ),
    "both-no-key-usage": Shape(
        "both purposes, and no key usage", _BOTH, key_usage=None, flags=("key-usage",)
    ),
    "both-cert-sign": Shape(
        "both purposes, on a key that may sign certificates too",
        _BOTH,
        key_usage=("digitalSignature", "keyCertSign"),
        flags=("key-usage",),
    ),
    "netscape-server": Shape(
        "no extended key usage, but Netscape's type for servers",
        None,
        netscape=True,
        flags=("absent",),
    ),
    "issuer-server-leaf-both": Shape(
        "both purposes, under an issuer for serverAuth alone",
        _BOTH,
        ("serverAuth",),
        flags=("nested",),
    ),
    "issuer-client-leaf-both": Shape(
        "both purposes, under an issuer for clientAuth alone",
        _BOTH,
        ("clientAuth",),
        flags=("nested",),
    ),
    "issuer-both-leaf-both": Shape(
        "both purposes, under an issuer for both", _BOTH, _BOTH, flags=("nested",)
    ),
    "issuer-any-leaf-both": Shape(
        "both purposes, under an issuer for anyExtendedKeyUsage",
        _BOTH,
        ("any",),
        flags=("nested", "any"),
    ),
    "issuer-email-leaf-both": Shape(
        "both purposes, under an issuer for emailProtection alone",
        _BOTH,
        ("emailProtection",),
        flags=("nested",),
    ),
    "issuer-server-leaf-absent": Shape(
        "no extended key usage, under an issuer for serverAuth alone",
        None,
        ("serverAuth",),
        flags=("nested", "absent"),
    ),
    "issuer-server-leaf-server": Shape(
        "serverAuth alone, under an issuer for the same",
        ("serverAuth",),
        ("serverAuth",),
        flags=("nested",),
    ),
}

Verdicts = tuple["Expectation", "Expectation", "Expectation"]
"""Under `ALL` in its order: legacy-dual-use, cabf-strict, draft-frank-s2s-eku-only."""

NO_CLIENT: Final = "eku.client_auth_missing"
NO_SERVER: Final = "eku.server_auth_missing"
FORBIDDEN: Final = "eku.forbidden_purpose"
ISSUER: Final = "purpose.issuer_refuses"
NO_SIGNATURE: Final = "key_usage.no_digital_signature"

# The client's leaf is for both purposes, and neither issuer restricts itself.
_UNUSUAL: Final = ("eku.dual_purpose", "eku.missing", "eku.unusual_purpose")

# Of a client: RFC 5280, 4.2.1.12 with the readings that each policy states; TLS BR, 7.1.2.7.10
# where the leaf is public; the draft asks for serverAuth, listed.
AS_CLIENT: Final[dict[str, Verdicts]] = {
    "leaf-absent": (accept(), reject(NO_CLIENT), reject(NO_SERVER)),
    "leaf-server": (reject(NO_CLIENT), reject(NO_CLIENT), accept()),
    "leaf-client": (accept(), accept(), reject(NO_SERVER)),
    "leaf-both": (accept(), accept(), accept()),
    "leaf-any": (accept(), reject(NO_CLIENT), reject(NO_SERVER)),
    "leaf-server-any": (accept(), reject(NO_CLIENT, FORBIDDEN), accept()),
    "leaf-client-any": (accept(), accept(), reject(NO_SERVER)),
    "leaf-email": (reject(NO_CLIENT), reject(NO_CLIENT), reject(NO_SERVER)),
    "leaf-server-email": (reject(NO_CLIENT), reject(NO_CLIENT, FORBIDDEN), accept()),
    "leaf-unknown": (reject(NO_CLIENT), reject(NO_CLIENT), reject(NO_SERVER)),
    "leaf-server-unknown": (reject(NO_CLIENT), reject(NO_CLIENT), accept()),
    "leaf-empty": (
        reject("eku.empty", NO_CLIENT),
        reject("eku.empty", NO_CLIENT),
        reject("eku.empty", NO_SERVER),
    ),
    "leaf-server-twice": (reject(NO_CLIENT), reject(NO_CLIENT), accept()),
    "leaf-server-critical": (reject(NO_CLIENT), reject(NO_CLIENT, "eku.critical"), accept()),
    "leaf-client-critical": (accept(), accept(), reject(NO_SERVER)),
    "both-encipherment-only": (
        reject("key_usage.not_for_tls"),
        reject(NO_SIGNATURE, "key_usage.bits"),
        reject(NO_SIGNATURE),
    ),
    "both-agreement-only": (
        accept(),
        reject(NO_SIGNATURE, "key_usage.bits"),
        reject(NO_SIGNATURE),
    ),
    "both-no-key-usage": (accept(), accept(), accept()),
    "both-cert-sign": (
        accept(),
        reject("key_usage.bits", "key_usage.cert_sign_without_ca"),
        accept(),
    ),
    "netscape-server": (accept(), reject(NO_CLIENT), reject(NO_SERVER)),
    "issuer-server-leaf-both": (reject(ISSUER), reject(ISSUER), accept()),
    # TLS BR, 7.1.2.10.6: an issuing CA of public TLS certificates lists serverAuth.
    "issuer-client-leaf-both": (accept(), reject(NO_SERVER), reject(ISSUER)),
    "issuer-both-leaf-both": (accept(), accept(), accept()),
    # TLS BR, 7.1.2.2.3: a cross-certificate of an affiliate may have anyExtendedKeyUsage alone.
    "issuer-any-leaf-both": (accept(), accept(), reject(ISSUER)),
    "issuer-email-leaf-both": (
        reject(ISSUER),
        reject(NO_SERVER, ISSUER, FORBIDDEN),
        reject(ISSUER),
    ),
    "issuer-server-leaf-absent": (
        reject(ISSUER),
        reject(NO_CLIENT, ISSUER),
        reject(NO_SERVER),
    ),
    "issuer-server-leaf-server": (
        reject(NO_CLIENT, ISSUER),
        reject(NO_CLIENT, ISSUER),
        accept(),
    ),
}

AS_SERVER: Final[dict[str, Verdicts]] = {
    # TLS BR, 7.1.2.7.6 and 7.1.2.7.10: present, and serverAuth listed.
    "leaf-absent": (accept(), reject(NO_SERVER, "eku.missing"), reject(NO_SERVER)),
    "leaf-server": (accept(), accept(), accept()),
    "leaf-client": (reject(NO_SERVER), reject(NO_SERVER), reject(NO_SERVER)),
    "leaf-both": (accept(), accept(), accept()),
    "leaf-any": (accept(), reject(NO_SERVER, FORBIDDEN), reject(NO_SERVER)),
    "leaf-server-any": (accept(), reject(FORBIDDEN), accept()),
    "leaf-client-any": (accept(), reject(NO_SERVER, FORBIDDEN), reject(NO_SERVER)),
    "leaf-email": (reject(NO_SERVER), reject(NO_SERVER, FORBIDDEN), reject(NO_SERVER)),
    "leaf-server-email": (accept(), reject(FORBIDDEN), accept()),
    "leaf-unknown": (reject(NO_SERVER), reject(NO_SERVER), reject(NO_SERVER)),
    "leaf-server-unknown": (accept(), accept(warnings=_UNUSUAL), accept()),
    "leaf-empty": (
        reject("eku.empty", NO_SERVER),
        reject("eku.empty", NO_SERVER),
        reject("eku.empty", NO_SERVER),
    ),
    "leaf-server-twice": (accept(), accept(), accept()),
    "leaf-server-critical": (accept(), reject("eku.critical"), accept()),
    "leaf-client-critical": (
        reject(NO_SERVER),
        reject(NO_SERVER, "eku.critical"),
        reject(NO_SERVER),
    ),
    # RFC 5280, 4.2.1.12: serverAuth goes with any of three bits; TLS BR, 7.1.2.7.11 wants
    # digitalSignature on EC keys, and so does the draft's Q-4.
    "both-encipherment-only": (accept(), reject("key_usage.bits"), reject(NO_SIGNATURE)),
    "both-agreement-only": (accept(), reject("key_usage.bits"), reject(NO_SIGNATURE)),
    "both-no-key-usage": (accept(), accept(), accept()),
    "both-cert-sign": (
        accept(),
        reject("key_usage.bits", "key_usage.cert_sign_without_ca"),
        accept(),
    ),
    "netscape-server": (accept(), reject(NO_SERVER, "eku.missing"), reject(NO_SERVER)),
    "issuer-server-leaf-both": (accept(), accept(), accept()),
    "issuer-client-leaf-both": (reject(ISSUER), reject(NO_SERVER, ISSUER), reject(ISSUER)),
    "issuer-both-leaf-both": (accept(), accept(), accept()),
    "issuer-any-leaf-both": (accept(), accept(), reject(ISSUER)),
    "issuer-email-leaf-both": (
        reject(ISSUER),
        reject(NO_SERVER, ISSUER, FORBIDDEN),
        reject(ISSUER),
    ),
    "issuer-server-leaf-absent": (
        accept(),
        reject(NO_SERVER, "eku.missing"),
        reject(NO_SERVER),
    ),
    "issuer-server-leaf-server": (accept(), accept(), accept()),
}

_NEIGHBOURS: Final = {"leaf-both": "leaf-email", "issuer-both-leaf-both": "issuer-email-leaf-both"}


def _register(space: Namespace, side: str, name: str, verdicts: Verdicts) -> None:
    shape = SHAPES[name]
    public = side == "server" or (shape.leaf is not None and "serverAuth" in shape.leaf)

    def body(draft: CaseDraft) -> None:
        if not public:
            draft.pair.client = ordinary_client_chain()
        shape.write(draft.side(side))
        for policy, verdict in zip(ALL, verdicts, strict=True):
            draft.expect(policy, verdict)

    kind = "public" if public else "private"
    space.add(
        name,
        f"The {side}'s {kind} certificate has {shape.text} (RFC 5280, 4.2.1.12).",
        body,
        flags=shape.flags,
        traces=("RFC5280:4.2.1.12", "MATRIX:25-shapes"),
        neighbour=_neighbour(verdicts, name, AS_CLIENT if side == "client" else AS_SERVER),
        start=dual,
    )


def _neighbour(verdicts: Verdicts, name: str, others: dict[str, Verdicts]) -> str | None:
    """The shape with both purposes, or for it and its like one that is answered otherwise."""
    nested = "issuer-both-leaf-both" if name.startswith("issuer-") else "leaf-both"
    chosen = _NEIGHBOURS.get(name, nested)
    return None if others[chosen] == verdicts else chosen


for _name in SHAPES:
    _register(CLIENT, "client", _name, AS_CLIENT[_name])
    _register(SERVER, "server", _name, AS_SERVER[_name])
