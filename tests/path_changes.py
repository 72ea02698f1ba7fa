"""Chains with one change each, and which verifiers still find them valid.

A chain is an ordinary one (leaf, two issuers, root). The table says of each change whether
a chain that has it, and nothing else, is a valid path for each of three verifiers; where
they differ it says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name
from path_support import AT, authority, constrain, entity

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.extensions import GeneralNameSpec

DAY: Final = 86_400

OURS, PYCA, PYHANKO = "ours", "pyca", "pyhanko"


# -- chains


def _leaf() -> CertificateDraft:
    draft = entity(("dns", "leaf.example.com"))
    draft.set_key_usage("digitalSignature")
    draft.set_purposes("serverAuth", "clientAuth")
    return draft


@dataclass
class Chain:
    """Drafts of leaf, lower and middle issuer and root, and how the chain is presented."""

    leaf: CertificateDraft = field(default_factory=_leaf)
    lower: CertificateDraft = field(default_factory=lambda: authority("lower", "p256-10"))
    middle: CertificateDraft = field(default_factory=lambda: authority("middle", "p256-9"))
    root: CertificateDraft = field(default_factory=lambda: authority("root", "p256-8"))
    arrange: list[Callable[[list[bytes], bytes], list[bytes]]] = field(default_factory=list)
    anchors: Callable[[list[bytes], bytes], list[bytes]] | None = None

    def build(self) -> tuple[list[bytes], list[bytes]]:
        """Return the presented chain, leaf first, and the anchors."""
        drafts = [self.leaf, self.lower, self.middle, self.root]
        above = [*drafts[1:], self.root]
        *presented, root = [
            draft.build(by.key, by.subject_tree()) for draft, by in zip(drafts, above, strict=True)
        ]
        anchors = [root] if self.anchors is None else self.anchors(presented, root)
        for arrange in self.arrange:
            presented = arrange(presented, root)
        return presented, anchors


# -- changes

Make = Callable[[Chain], None]


def setting(draft: str, **values: object) -> Make:
    """Set fields of a draft."""

    def make(chain: Chain) -> None:
        for field_name, value in values.items():
            setattr(getattr(chain, draft), field_name, value)

    return make


def extension(draft: str, oid: str, value: bytes, *, critical: bool = False) -> Make:
    """Set an extension of a draft."""
    return lambda chain: getattr(chain, draft).set_extension(oid, value, critical=critical)


def without(draft: str, *oids: str) -> Make:
    """Leave extensions of a draft out."""

    def make(chain: Chain) -> None:
        for oid in oids:
            getattr(chain, draft).drop_extension(oid)

    return make


def basic(draft: str, *, ca: bool, length: int | None = None) -> Make:
    """Set the basic constraints of a draft."""
    value = extensions.basic_constraints(ca=ca, path_length=length)
    return extension(draft, "basicConstraints", value, critical=True)


def constrained(
    draft: str,
    permitted: list[GeneralNameSpec] | None,
    excluded: list[GeneralNameSpec] | None,
    *names: GeneralNameSpec,
) -> Make:
    """Give an issuer name constraints and the leaf names."""

    def make(chain: Chain) -> None:
        constrain(getattr(chain, draft), permitted, excluded)
        chain.leaf.set_names(*names)

    return make


def both(*makes: Make) -> Make:
    """Apply several."""

    def make(chain: Chain) -> None:
        for each in makes:
            each(chain)

    return make


def arranged(how: Callable[[list[bytes], bytes], list[bytes]]) -> Make:
    """Present the certificates otherwise; `how` is given them and the root."""
    return lambda chain: chain.arrange.append(how)


def anchored(how: Callable[[list[bytes], bytes], list[bytes]]) -> Make:
    """Trust other anchors; `how` is given the presented certificates and the root."""
    return lambda chain: setattr(chain, "anchors", how)


def keyed(draft: str, key: str) -> Make:
    """Give a draft another key."""
    return setting(draft, key=key)


def policies(draft: str, *oids: str) -> Make:
    """Give a draft certificate policies."""
    return extension(draft, "certificatePolicies", extensions.certificate_policies(*oids))


WRONG: Final = bytes.fromhex("3006020101020101")
NULL: Final = b"\x05\x00"
SHA1_RSA: Final = "rsa-sha1"
DNS: Final = ("dns", "leaf.example.com")


def _issuer_of_another(presented: list[bytes], _root: bytes) -> list[bytes]:
    twin = authority("lower", "p256-13")
    return [presented[0], twin.build(), *presented[1:]]


def _cross(presented: list[bytes], root: bytes) -> list[bytes]:
    middle, lower = authority("middle", "p256-9"), authority("lower", "p256-10")
    back = middle.build(lower.key, lower.subject_tree())
    return [presented[0], back, *presented[1:], root]


_ANCHOR = "pyhanko-certvalidator takes name and key of an anchor and nothing else (6.1.1 (d))"
_PROFILE = "cryptography's CA profile wants version 3, a key usage, serial numbers of 20 octets"
_WEAK = "cryptography permits no such key or hash for issuers; here that is a policy's business"
_BYTES = "cryptography compares names by their bytes; RFC 5280, 7.1 does not"
_FORM = "cryptography refuses constraints on this form outright"
_POLICY = "cryptography does not process policies, so it refuses the critical extension"
_WILDCARD = "pyhanko-certvalidator compares a wildcard as if it were one name"
_ADDRESS = "pyhanko-certvalidator cannot compare addresses and gives up"
_MAPPED = "cryptography takes an IPv4-mapped address for one of IPv6 only"
_HINT = "pyhanko-certvalidator takes key identifiers for more than a hint (RFC 4158, 3.5.12)"

ALL: Final = (OURS, PYCA, PYHANKO)
NONE: Final = ()

TABLE: Final[list[tuple[str, str, Make, tuple[str, ...], str]]] = [
    # group, change, how, valid for, why they differ
    ("time leaf", "leaf expired", setting("leaf", not_after=AT - 1), NONE, ""),
    ("time leaf", "leaf expires now", setting("leaf", not_after=AT), ALL, ""),
    ("time leaf", "leaf begins now", setting("leaf", not_before=AT), ALL, ""),
    ("time leaf", "leaf begins later", setting("leaf", not_before=AT + 1), NONE, ""),
    ("time middle", "issuer expired", setting("middle", not_after=AT - DAY), NONE, ""),
    ("time middle", "issuer begins later", setting("middle", not_before=AT + DAY), NONE, ""),
    ("time root", "root expired", setting("root", not_after=AT - DAY), (PYHANKO,), _ANCHOR),
    ("signature leaf", "leaf signed wrongly", setting("leaf", signature=WRONG), NONE, ""),
    ("signature lower", "issuer signed wrongly", setting("lower", signature=WRONG), NONE, ""),
    (
        "signature middle",
        "upper issuer signed wrongly",
        setting("middle", signature=WRONG),
        NONE,
        "",
    ),
    ("signature root", "root signed wrongly", setting("root", signature=WRONG), ALL, ""),
    ("basic middle", "issuer is no CA", basic("middle", ca=False), NONE, ""),
    (
        "basic middle",
        "issuer without basicConstraints",
        without("middle", "basicConstraints"),
        NONE,
        "",
    ),
    ("basic root", "root is no CA", basic("root", ca=False), (PYHANKO,), _ANCHOR),
    (
        "basic root",
        "root without basicConstraints",
        without("root", "basicConstraints"),
        (PYHANKO,),
        _ANCHOR,
    ),
    ("usage lower", "issuer may not sign", lambda c: c.lower.set_key_usage("cRLSign"), NONE, ""),
    (
        "usage middle",
        "issuer without key usage",
        without("middle", "keyUsage"),
        (OURS, PYHANKO),
        _PROFILE,
    ),
    (
        "usage root",
        "root may not sign",
        lambda c: c.root.set_key_usage("cRLSign"),
        (PYHANKO,),
        _ANCHOR,
    ),
    ("basic middle", "length 0 over one issuer", basic("middle", ca=True, length=0), NONE, ""),
    ("basic middle", "length 1 over one issuer", basic("middle", ca=True, length=1), ALL, ""),
    ("basic middle", "length 0 over the leaf", basic("lower", ca=True, length=0), ALL, ""),
    ("basic root", "root with length 1", basic("root", ca=True, length=1), (PYHANKO,), _ANCHOR),
    ("basic root", "root with length 2", basic("root", ca=True, length=2), ALL, ""),
    (
        "critical leaf",
        "leaf with a critical unknown",
        extension("leaf", "1.2.3.4", NULL, critical=True),
        NONE,
        "",
    ),
    (
        "critical middle",
        "issuer with a critical unknown",
        extension("middle", "1.2.3.4", NULL, critical=True),
        NONE,
        "",
    ),
    (
        "critical root",
        "root with a critical unknown",
        extension("root", "1.2.3.4", NULL, critical=True),
        (PYHANKO,),
        _ANCHOR,
    ),
    ("critical leaf", "leaf with an unknown", extension("leaf", "1.2.3.4", NULL), ALL, ""),
    (
        "names",
        "permitted dNSName",
        constrained("middle", [("dns", "example.com")], None, DNS),
        ALL,
        "",
    ),
    (
        "names",
        "not permitted dNSName",
        constrained("middle", [("dns", "example.org")], None, DNS),
        NONE,
        "",
    ),
    (
        "names",
        "excluded dNSName",
        constrained("lower", None, [("dns", "example.com")], DNS),
        NONE,
        "",
    ),
    (
        "names",
        "dNSName not excluded",
        constrained("lower", None, [("dns", "example.org")], DNS),
        ALL,
        "",
    ),
    (
        "names",
        "dNSName only looks alike",
        constrained("root", [("dns", "eaf.example.com")], None, DNS),
        (PYHANKO,),
        _ANCHOR,
    ),
    ("names", "root permits", constrained("root", [("dns", "example.com")], None, DNS), ALL, ""),
    (
        "names",
        "permitted wildcard",
        constrained("middle", [("dns", "example.com")], None, ("dns", "*.example.com")),
        ALL,
        "",
    ),
    (
        "names",
        "wildcard that may be excluded",
        constrained("middle", None, [("dns", "a.example.com")], ("dns", "*.example.com")),
        (PYHANKO,),
        _WILDCARD,
    ),
    (
        "names",
        "permitted address",
        constrained("middle", [("ip", "192.0.2.0/24")], None, ("ip", "192.0.2.7")),
        (OURS, PYCA),
        _ADDRESS,
    ),
    (
        "names",
        "not permitted address",
        constrained("middle", [("ip", "192.0.2.0/24")], None, ("ip", "192.0.3.7")),
        NONE,
        "",
    ),
    (
        "names",
        "excluded address",
        constrained("middle", None, [("ip", "2001:db8::/32")], ("ip", "2001:db8::1")),
        NONE,
        "",
    ),
    (
        "names",
        "mapped address excluded",
        constrained("middle", None, [("ip", "192.0.2.0/24")], ("ip", "::ffff:192.0.2.1")),
        (PYCA,),
        _MAPPED,
    ),
    (
        "names",
        "address under a dNSName constraint",
        constrained("middle", [("dns", "example.com")], None, ("ip", "192.0.2.7")),
        ALL,
        "",
    ),
    (
        "names",
        "permitted mailbox",
        constrained("middle", [("email", "a@example.com")], None, ("email", "a@example.com")),
        ALL,
        "",
    ),
    (
        "names",
        "not permitted mailbox",
        constrained("middle", [("email", "example.com")], None, ("email", "a@x.example.com")),
        NONE,
        "",
    ),
    (
        "names",
        "permitted subdomain of mailboxes",
        constrained("middle", [("email", ".example.com")], None, ("email", "a@x.example.com")),
        ALL,
        "",
    ),
    (
        "names",
        "permitted URI",
        constrained("middle", [("uri", "example.com")], None, ("uri", "https://example.com/a")),
        (OURS, PYHANKO),
        _FORM,
    ),
    (
        "names",
        "not permitted URI",
        constrained("middle", [("uri", "example.com")], None, ("uri", "https://a.example.com/a")),
        NONE,
        "",
    ),
    (
        "names",
        "permitted subject",
        constrained(
            "root",
            [
                ("dn", name(("CN", "leaf"))),
                ("dn", name(("CN", "lower"))),
                ("dn", name(("CN", "middle"))),
            ],
            None,
            DNS,
        ),
        (OURS, PYHANKO),
        _FORM,
    ),
    (
        "names",
        "not permitted subject",
        constrained(
            "root", [("dn", name(("CN", "lower"))), ("dn", name(("CN", "middle")))], None, DNS
        ),
        (PYHANKO,),
        _ANCHOR,
    ),
    (
        "names",
        "excluded subject",
        constrained("root", None, [("dn", name(("CN", "leaf")))], DNS),
        (PYHANKO,),
        _ANCHOR,
    ),
    (
        "names",
        "other name constrained, none there",
        constrained("middle", None, [("rid", "1.2.3")], DNS),
        ALL,
        "",
    ),
    (
        "names",
        "other name constrained and there",
        constrained("middle", None, [("rid", "1.2.3")], ("rid", "1.2.3")),
        NONE,
        "",
    ),
    ("key leaf", "leaf with Ed25519", keyed("leaf", "ed25519-0"), ALL, ""),
    ("key leaf", "leaf with RSA 1024", keyed("leaf", "rsa1024-0"), ALL, ""),
    ("key leaf", "leaf with P-521", keyed("leaf", "p521-0"), ALL, ""),
    ("key lower", "issuer with RSA", keyed("lower", "rsa2048-0"), ALL, ""),
    (
        "key lower",
        "issuer with RSASSA-PSS",
        both(keyed("lower", "rsa2048-0"), setting("leaf", algorithm="rsa-pss-sha256")),
        ALL,
        "",
    ),
    (
        "key lower",
        "issuer with SHA-1",
        both(keyed("lower", "rsa2048-0"), setting("leaf", algorithm=SHA1_RSA)),
        (OURS, PYHANKO),
        _WEAK,
    ),
    ("key lower", "issuer with P-384", keyed("lower", "p384-0"), ALL, ""),
    ("key lower", "issuer with Ed25519", keyed("lower", "ed25519-0"), (OURS, PYHANKO), _WEAK),
    ("key lower", "issuer with Ed448", keyed("lower", "ed448-0"), (OURS, PYHANKO), _WEAK),
    ("key lower", "issuer with RSA 1024", keyed("lower", "rsa1024-0"), (OURS, PYHANKO), _WEAK),
    ("key lower", "issuer with P-224", keyed("lower", "p224-0"), (OURS, PYHANKO), _WEAK),
    (
        "algorithm leaf",
        "algorithms differ",
        setting("leaf", outer_algorithm=bytes.fromhex("300a06082a8648ce3d040304")),
        NONE,
        "",
    ),
    ("arrange", "issuers in reverse", arranged(lambda p, _: [p[0], *p[:0:-1]]), ALL, ""),
    ("arrange", "issuers twice", arranged(lambda p, _: [*p, *p[1:]]), ALL, ""),
    ("arrange", "root presented", arranged(lambda p, root: [*p, root]), ALL, ""),
    ("arrange", "leaf twice", arranged(lambda p, _: [*p, p[0]]), ALL, ""),
    ("arrange", "issuer missing", arranged(lambda p, _: p[:-1]), NONE, ""),
    ("arrange", "leaf alone", arranged(lambda p, _: p[:1]), NONE, ""),
    ("arrange", "issuer of one name and another key", arranged(_issuer_of_another), ALL, ""),
    ("arrange", "cross-certificates", arranged(_cross), ALL, ""),
    ("anchors", "no anchor", anchored(lambda _p, _r: []), NONE, ""),
    (
        "anchors",
        "other anchor",
        anchored(lambda _p, _r: [authority("x", "p256-7").build()]),
        NONE,
        "",
    ),
    (
        "anchors",
        "anchor of that name and another key",
        anchored(lambda _p, _r: [authority("root", "p256-7").build()]),
        NONE,
        "",
    ),
    (
        "anchors",
        "two anchors",
        anchored(lambda _p, r: [authority("root", "p256-7").build(), r]),
        ALL,
        "",
    ),
    ("anchors", "leaf is the anchor", anchored(lambda p, _r: [p[0]]), ALL, ""),
    (
        "name lower",
        "issuer written in another case",
        setting("leaf", issuer=name(("CN", "LOWER"))),
        (OURS, PYHANKO),
        _BYTES,
    ),
    (
        "name lower",
        "issuer written as another string",
        setting("leaf", issuer=name(("CN", "lower", "printable"))),
        (OURS, PYHANKO),
        _BYTES,
    ),
    (
        "version",
        "issuer of version 1",
        both(setting("middle", version=1), lambda c: c.middle.extensions.clear()),
        NONE,
        "",
    ),
    (
        "version root",
        "root of version 1",
        both(setting("root", version=1), lambda c: c.root.extensions.clear()),
        (OURS, PYHANKO),
        _PROFILE,
    ),
    ("rollover", "self-issued issuer", setting("lower", subject=name(("CN", "middle"))), ALL, ""),
    (
        "policies",
        "explicit policy, all have it",
        both(
            extension(
                "middle", "policyConstraints", extensions.policy_constraints(0), critical=True
            ),
            policies("middle", "1.2.3"),
            policies("lower", "1.2.3"),
            policies("leaf", "1.2.3"),
        ),
        (OURS, PYHANKO),
        _POLICY,
    ),
    (
        "policies",
        "explicit policy, leaf lacks it",
        both(
            extension(
                "middle", "policyConstraints", extensions.policy_constraints(0), critical=True
            ),
            policies("middle", "1.2.3"),
            policies("lower", "1.2.3"),
        ),
        NONE,
        "",
    ),
    (
        "policies",
        "explicit policy, mapped",
        both(
            extension(
                "middle", "policyConstraints", extensions.policy_constraints(0), critical=True
            ),
            policies("middle", "1.2.3"),
            policies("lower", "1.2.3"),
            extension("lower", "policyMappings", extensions.policy_mappings(("1.2.3", "1.2.4"))),
            policies("leaf", "1.2.4"),
        ),
        (OURS, PYHANKO),
        _POLICY,
    ),
    (
        "identifiers",
        "no key identifiers",
        both(
            without("leaf", "authorityKeyIdentifier"),
            without("lower", "authorityKeyIdentifier", "subjectKeyIdentifier"),
        ),
        ALL,
        "",
    ),
    (
        "identifiers",
        "authority key identifier of another",
        extension("leaf", "authorityKeyIdentifier", extensions.authority_key_identifier(bytes(20))),
        (OURS, PYCA),
        _HINT,
    ),
    ("serial", "serial number 0", setting("lower", serial=0), ALL, ""),
    (
        "serial",
        "serial number of 33 octets",
        setting("lower", serial=1 << 260),
        (OURS, PYHANKO),
        _PROFILE,
    ),
]


VALID_FOR: Final = {change: frozenset(valid) for _, change, _, valid, _ in TABLE}

ALONE: Final = frozenset(
    {
        # what these change, other changes would change again or undo
        "leaf is the anchor",
        "anchor of that name and another key",
        "two anchors",
        "cross-certificates",
        "issuer of one name and another key",
        "issuer of version 1",
        "root of version 1",
        "self-issued issuer",
    }
)
