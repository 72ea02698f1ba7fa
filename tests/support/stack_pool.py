"""Chains made to hold a policy to a TLS stack: everything that a stack looks at, varied.

Every chain is a private hierarchy of its own whose certificates are valid from 2000 to 2049,
because some stacks know no clock but the machine's. One part differs from an ordinary
certificate, or two, or several drawn by a fixed generator. The names of anchors and issuers
say what they are, so that one store can hold them all.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ChainDraft

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AT", "LEAF_NAME", "VALIDITY", "Chain", "Shape", "chains", "pairs"]

AT: Final = "2026-05-01T00:00:00Z"
LEAF_NAME: Final = "peer.example.com"

VALIDITY: Final = (946_684_800, 2_493_072_000)  # 2000-01-01 to 2049-01-01

Purposes = tuple[str, ...] | None

_UNKNOWN: Final = "1.3.6.1.4.1.32473.1.1"
_NSSGC: Final = "2.16.840.1.113730.4.1"
_MSSGC: Final = "1.3.6.1.4.1.311.10.3.3"
_IKE: Final = "1.3.6.1.5.5.7.3.17"

LEAF_PURPOSES: Final[tuple[Purposes, ...]] = (
    ("serverAuth", "clientAuth"),
    None,
    ("serverAuth",),
    ("clientAuth",),
    ("any",),
    ("serverAuth", "any"),
    ("clientAuth", "any"),
    ("emailProtection",),
    ("clientAuth", _UNKNOWN),
    (_UNKNOWN,),
    (),
    ("serverAuth", "serverAuth"),
    (_NSSGC,),
    (_MSSGC,),
    ("clientAuth", _NSSGC),
    ("OCSPSigning",),
    ("codeSigning", "timeStamping"),
)
ISSUER_PURPOSES: Final[tuple[Purposes, ...]] = (
    None,
    ("serverAuth",),
    ("clientAuth",),
    ("serverAuth", "clientAuth"),
    ("any",),
    ("emailProtection",),
    ("clientAuth", "any"),
    (_NSSGC,),
    (_MSSGC, "clientAuth"),
    (_UNKNOWN,),
    (),
    ("codeSigning",),
    ("OCSPSigning",),
    ("timeStamping",),
    (_IKE,),
    ("emailProtection", "serverAuth"),
)
ANCHOR_PURPOSES: Final[tuple[Purposes, ...]] = (
    None,
    ("serverAuth",),
    ("clientAuth",),
    ("any",),
    ("emailProtection",),
)
KEY_USAGES: Final[tuple[Purposes, ...]] = (
    ("digitalSignature",),
    None,
    (),
    ("keyEncipherment",),
    ("keyAgreement",),
    ("digitalSignature", "keyEncipherment"),
    ("nonRepudiation",),
    ("digitalSignature", "keyCertSign"),
    ("digitalSignature", "cRLSign"),
    ("keyCertSign",),
    ("dataEncipherment",),
    ("keyAgreement", "encipherOnly"),
)
CONSTRAINTS: Final = ("absent", "no-ca", "ca", "ca-critical")
NETSCAPE: Final[tuple[Purposes, ...]] = (
    None,
    ("sslServer",),
    ("sslClient",),
    ("sslClient", "sslServer"),
    ("smime",),
    ("sslCA",),
    (),
)
ISSUER_NETSCAPE: Final[tuple[Purposes, ...]] = (None, ("sslCA",), ("smimeCA",), ("sslServer",))
KEYS: Final = ("p256-1", "rsa2048-0", "ed25519-0")
SANS: Final = ("dns", "absent", "critical", "uri")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a chain looks like; what is not said is ordinary."""

    purposes: Purposes = ("serverAuth", "clientAuth")
    purposes_critical: bool = False
    key_usage: Purposes = ("digitalSignature",)
    key_usage_critical: bool = True
    constraints: str = "absent"
    netscape: Purposes = None
    key: str = "p256-1"
    san: str = "dns"
    identified: bool = True
    issuer: Purposes = None
    issuer_critical: bool = False
    issuer_netscape: Purposes = None
    anchor: Purposes = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as bytes: presented (leaf first), and its anchor."""

    shape: Shape
    presented: tuple[bytes, ...]
    anchor: bytes

    def words(self) -> str:
        """Return what differs from an ordinary chain."""
        plain = Shape()
        fields = Shape.__dataclass_fields__
        told = {n: getattr(self.shape, n) for n in fields}
        return ", ".join(f"{n}={v}" for n, v in told.items() if v != getattr(plain, n)) or "plain"


_VARIED: Final[dict[str, tuple[Any, ...]]] = {
    "purposes": LEAF_PURPOSES,
    "purposes_critical": (False, True),
    "key_usage": KEY_USAGES,
    "key_usage_critical": (True, False),
    "constraints": CONSTRAINTS,
    "netscape": NETSCAPE,
    "key": KEYS,
    "san": SANS,
    "identified": (True, False),
    "issuer": ISSUER_PURPOSES,
    "issuer_critical": (False, True),
    "issuer_netscape": ISSUER_NETSCAPE,
    "anchor": ANCHOR_PURPOSES,
}


def _shapes() -> Iterator[Shape]:
    plain = Shape()
    for field, values in _VARIED.items():
        for value in values:
            yield replace(plain, **{field: value})
    for leaf, issuer in product(LEAF_PURPOSES[:7], ISSUER_PURPOSES[:9]):
        yield replace(plain, purposes=leaf, issuer=issuer)
    for purposes in ISSUER_PURPOSES[1:4]:
        yield replace(plain, issuer=purposes, issuer_critical=True)
    for key, usage in product(KEYS, KEY_USAGES):
        yield replace(plain, key=key, key_usage=usage)
    for netscape, purposes in product(NETSCAPE, LEAF_PURPOSES[:4]):
        yield replace(plain, netscape=netscape, purposes=purposes)
    for constraints, purposes in product(CONSTRAINTS, LEAF_PURPOSES[:4]):
        yield replace(plain, constraints=constraints, purposes=purposes)
    draw = random.Random(280)  # noqa: S311 - the same draws everywhere; no secret
    while True:
        parts = draw.sample(sorted(_VARIED), draw.randint(2, 6))
        yield replace(plain, **{part: draw.choice(_VARIED[part]) for part in parts})


def chains(number: int) -> list[Chain]:
    """Return the first `number` different chains."""
    found: dict[Shape, None] = {}
    for shape in _shapes():
        if len(found) == number:
            break
        found.setdefault(shape)
    return [_forge(shape) for shape in found]


def pairs(number: int, of: int) -> list[tuple[int, int]]:
    """Return `number` pairs of indices of `of` chains: each chain in both roles, then at random."""
    draw = random.Random(281)  # noqa: S311 - as above
    found = dict.fromkeys((index, index) for index in range(of))
    while len(found) < number:
        found.setdefault((draw.randrange(of), draw.randrange(of)))
    return list(found)


# -- forging


def _authority(title: str, key: str, purposes: Purposes, *, critical: bool) -> CertificateDraft:
    draft = CertificateDraft(subject=name(("O", "Test"), ("CN", title)), key=key)
    draft.not_before, draft.not_after = VALIDITY
    draft.set_extension("basicConstraints", extensions.basic_constraints(ca=True), critical=True)
    draft.set_key_usage("keyCertSign", "cRLSign")
    if purposes is not None:
        draft.set_purposes(*purposes, critical=critical)
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def _leaf(shape: Shape) -> CertificateDraft:
    draft = CertificateDraft(subject=name(("CN", LEAF_NAME)), key=shape.key)
    draft.not_before, draft.not_after = VALIDITY
    if shape.purposes is not None:
        draft.set_purposes(*shape.purposes, critical=shape.purposes_critical)
    if shape.key_usage is not None:
        draft.set_key_usage(*shape.key_usage, critical=shape.key_usage_critical)
    if shape.constraints != "absent":
        value = extensions.basic_constraints(ca=shape.constraints.startswith("ca"))
        critical = shape.constraints == "ca-critical"
        draft.set_extension("basicConstraints", value, critical=critical)
    if shape.netscape is not None:
        draft.set_extension("netscapeCertType", extensions.netscape_cert_type(*shape.netscape))
    if shape.san == "uri":
        draft.set_names(("uri", "spiffe://example.org/peer"), ("dns", LEAF_NAME))
    elif shape.san != "absent":
        draft.set_names(("dns", LEAF_NAME), critical=shape.san == "critical")
    if shape.identified:
        draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def _forge(shape: Shape) -> Chain:
    # The number of the purposes in their table: one name, one certificate.
    root = f"Root {ANCHOR_PURPOSES.index(shape.anchor)}"
    flag = "critical " if shape.issuer_critical else ""
    typed = f"type {ISSUER_NETSCAPE.index(shape.issuer_netscape)} "
    issuing = f"Issuing {flag}{typed}{ISSUER_PURPOSES.index(shape.issuer)} of {root}"
    anchor = _authority(root, "p256-8", shape.anchor, critical=False)
    issuer = _authority(issuing, "p256-9", shape.issuer, critical=shape.issuer_critical)
    if shape.issuer_netscape is not None:
        encoded = extensions.netscape_cert_type(*shape.issuer_netscape)
        issuer.set_extension("netscapeCertType", encoded)
    leaf = _leaf(shape)
    # Some stores take two certificates of one issuer and number, or of one subject, for one.
    leaf.serial = int.from_bytes(hashlib.sha256(repr(shape).encode()).digest()[:15], "big") | 1
    leaf.subject = name(("CN", f"Leaf {leaf.serial:x}"))
    built = ChainDraft(leaf, [issuer], anchor).build()
    return Chain(shape, tuple(built.presented), built.anchor)
