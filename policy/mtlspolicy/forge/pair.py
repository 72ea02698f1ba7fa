"""Chains and pairs of chains, ordinary until somebody changes them.

This module knows how certificates hang together: names, key identifiers, signatures. The
ordinary server leaf keeps every leaf row of the CA/B TLS Baseline Requirements, its
issuers the rows for issuers; the ordinary client comes from a private CA. It must not
know policies: what is ordinary here is what the documents say, not what a rule asks.

    >>> pair = ordinary_pair()
    >>> pair.client.leaf.set_purposes("serverAuth")
    >>> built = pair.build()
    >>> len(built.client.presented), len(built.server.presented)
    (2, 2)
"""

from __future__ import annotations

__all__ = [
    "ORDINARY_AT",
    "ORDINARY_NOT_AFTER",
    "ORDINARY_NOT_BEFORE",
    "BuiltChain",
    "BuiltPair",
    "ChainDraft",
    "PairDraft",
    "copied",
    "ordinary_client_chain",
    "ordinary_client_leaf",
    "ordinary_issuer",
    "ordinary_leaf",
    "ordinary_pair",
    "ordinary_root",
    "ordinary_server_chain",
    "ordinary_server_leaf",
]

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.extensions import Sct
from mtlspolicy.forge.names import Name, name
from mtlspolicy.records import dataclass, field

ORDINARY_AT: Final = 1_777_593_600
"""2026-05-01T00:00:00Z, the instant at which ordinary pairs are judged."""
ORDINARY_NOT_BEFORE: Final = 1_775_001_600
"""2026-04-01T00:00:00Z."""
ORDINARY_NOT_AFTER: Final = 1_782_777_599
"""2026-06-29T23:59:59Z: ninety days of 86,400 seconds, both end seconds counted."""
_ISSUER_VALIDITY: Final = (1_735_689_600, 2_051_222_399)
"""2025-01-01T00:00:00Z to 2034-12-31T23:59:59Z."""
_ROOT_VALIDITY: Final = (1_704_067_200, 2_335_219_199)
"""2024-01-01T00:00:00Z to 2043-12-31T23:59:59Z: 7,305 days (TLS BR, 7.1.2.1.1: 2,922 to 9,132)."""
_DOMAIN_VALIDATED: Final = "2.23.140.1.2.1"


# -- chains


@dataclass(frozen=True, slots=True)
class BuiltChain:
    """A chain as bytes: `presented` (leaf first), and the `anchor` it leads to."""

    presented: list[bytes]
    anchor: bytes


Statement = Callable[["ChainDraft"], list[tuple[str, bytes]]]
"""Makes revocation lists ("crls") and responses ("ocsp") about a chain: which, and their DER."""


@dataclass(slots=True)
class ChainDraft:
    """A chain in the making: `leaf`, `issuers` from the leaf upwards, and the `anchor`.

    Building links each certificate to the next: issuer name, signing key, and identifiers
    where an extension's value is linked. What a draft sets itself, stays. `signers`
    overrides the signing key per position (0 is the leaf, the last is the anchor): who signs
    with a key of his own still names that of the certificate above. `extra`
    certificates are presented after the issuers. `statements` are revocation lists and
    responses about the chain, made when a pair is built (see `forge.revocation`).
    """

    leaf: CertificateDraft
    issuers: list[CertificateDraft]
    anchor: CertificateDraft
    signers: dict[int, str] = field(default_factory=dict)
    extra: list[bytes] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def copy(self) -> ChainDraft:
        """Return a draft of its own that starts out the same."""
        made = {id(draft): draft.copy() for draft in self.drafts()}
        return ChainDraft(
            made[id(self.leaf)],
            [made[id(issuer)] for issuer in self.issuers],
            made[id(self.anchor)],
            dict(self.signers),
            list(self.extra),
            list(self.statements),
        )

    def drafts(self) -> list[CertificateDraft]:
        """Return all drafts, from the leaf to the anchor."""
        return [self.leaf, *self.issuers, self.anchor]

    def build(self) -> BuiltChain:
        """Return the chain as bytes."""
        drafts = self.drafts()
        above = [*drafts[1:], self.anchor]
        built = [
            draft.build(
                self.signers.get(index, issuer.key),
                issuer.subject_tree(),
                None if self._is_stranger(index, draft) else issuer.public_key(),
            )
            for index, (draft, issuer) in enumerate(zip(drafts, above, strict=True))
        ]
        return BuiltChain([*built[:-1], *self.extra], built[-1])

    def _is_stranger(self, index: int, draft: CertificateDraft) -> bool:
        """Whether a draft names another issuer than the one above, and another key signs it."""
        return draft.issuer is not None and index in self.signers


# -- pairs


@dataclass(frozen=True, slots=True)
class BuiltPair:
    """Both chains as bytes, and the evidence document that goes with them."""

    client: BuiltChain
    server: BuiltChain
    evidence: dict[str, Any]


@dataclass(slots=True)
class PairDraft:
    """Both chains in the making, with the evidence (schemas/evidence.schema.json).

    Building adds to each side of the evidence the chain's anchor, unless the side has
    `anchors` already, were it an empty list (None there: no anchors are given); and what
    the chain's statements say. `records`: what programmes have on record of the certificate of
    a side at a position (0 is the leaf), as instants: when its anchor was added, when it was
    disclosed.
    """

    client: ChainDraft
    server: ChainDraft
    evidence: dict[str, Any] = field(default_factory=dict)
    records: dict[tuple[str, int], tuple[str | None, str | None]] = field(default_factory=dict)

    def copy(self) -> PairDraft:
        """Return a draft of its own that starts out the same."""
        return PairDraft(
            self.client.copy(), self.server.copy(), copied(self.evidence), dict(self.records)
        )

    def build(self) -> BuiltPair:
        """Return both chains as bytes, with the evidence."""
        client, server = self.client.build(), self.server.build()
        evidence = copied(self.evidence)
        for side, chain in (("client", client), ("server", server)):
            anchor = {"certificate": base64.b64encode(chain.anchor).decode("ascii")}
            known = evidence.setdefault(side, {})
            if known.setdefault("anchors", [anchor]) is None:
                del known["anchors"]
        for side, draft in (("client", self.client), ("server", self.server)):
            for statement in draft.statements:
                for kind, der in statement(draft):
                    listed = evidence[side].setdefault(kind, [])
                    listed.append(base64.b64encode(der).decode("ascii"))
        self._put_records(evidence, {"client": client, "server": server})
        return BuiltPair(client, server, evidence)

    def _put_records(self, evidence: dict[str, Any], chains: dict[str, BuiltChain]) -> None:
        for (side, position), (added, disclosed) in self.records.items():
            if added is not None:
                for anchor in evidence[side].get("anchors", ()):
                    anchor["added"] = added
            if disclosed is not None:
                digest = hashlib.sha256(chains[side].presented[position]).hexdigest()
                entry = {"sha256": digest, "disclosed": disclosed}
                evidence.setdefault("ccadb", []).append(entry)


def copied(document: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a document (JSON) of its own."""
    if isinstance(document, dict):
        return {key: copied(value) for key, value in document.items()}
    if isinstance(document, (list, tuple)):
        return [copied(value) for value in document]
    return document


# -- ordinary authorities


def ordinary_root(subject: Name, key: str) -> CertificateDraft:
    """Return a root under TLS BR, 7.1.2.1: no extended key usage, critical CA extensions."""
    draft = CertificateDraft(subject=subject, key=key)
    draft.not_before, draft.not_after = _ROOT_VALIDITY
    constraints = extensions.basic_constraints(ca=True)
    draft.set_extension("basicConstraints", constraints, critical=True)
    draft.set_key_usage("keyCertSign", "cRLSign")
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def ordinary_issuer(subject: Name, key: str, *purposes: str) -> CertificateDraft:
    """Return an intermediate CA that issues leafs only; without `purposes` it has no EKU."""
    draft = CertificateDraft(subject=subject, key=key)
    draft.not_before, draft.not_after = _ISSUER_VALIDITY
    constraints = extensions.basic_constraints(ca=True, path_length=0)
    draft.set_extension("basicConstraints", constraints, critical=True)
    draft.set_key_usage("keyCertSign", "cRLSign")
    if purposes:
        draft.set_purposes(*purposes)
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def _publish(draft: CertificateDraft, authority: str) -> None:
    """Say where `authority` answers (TLS BR, 7.1.2.7.7 and 7.1.2.11.2: http URIs only)."""
    access = extensions.information_access(
        ("ocsp", f"http://ocsp.example.com/{authority}"),
        ("caIssuers", f"http://ca.example.com/{authority}.cer"),
    )
    draft.set_extension("authorityInfoAccess", access)
    lists = extensions.crl_distribution_points(f"http://crl.example.com/{authority}.crl")
    draft.set_extension("cRLDistributionPoints", lists)


# -- ordinary leafs


def ordinary_server_leaf() -> CertificateDraft:
    """Return a domain validated TLS server certificate under TLS BR, 7.1.2.7."""
    # 7.1.4.3: a common name is not recommended; 7.1.2.7.2: the country may stand alone, and
    # a subject that is not empty keeps the alternative names non-critical (7.1.2.7.12).
    draft = CertificateDraft(subject=name(("C", "US")), key="p256-0")
    draft.set_key_usage("digitalSignature")
    draft.set_purposes("serverAuth")
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    draft.set_names(("dns", "server.example.com"))
    policies = extensions.certificate_policies(_DOMAIN_VALIDATED)
    draft.set_extension("certificatePolicies", policies)
    _publish(draft, "issuing")
    # 7.1.2.7: notBefore lies within 48 hours of the signing, of which these times tell.
    logged = (ORDINARY_NOT_BEFORE + 3600) * 1000
    stamps = extensions.signed_certificate_timestamps(
        Sct("log one", logged), Sct("log two", logged + 250)
    )
    draft.set_extension("signedCertificateTimestamps", stamps)
    return draft


def ordinary_client_leaf() -> CertificateDraft:
    """Return a private TLS client certificate under RFC 5280."""
    subject = name(("C", "US"), ("O", "Example Private"), ("CN", "client.example.com"))
    draft = CertificateDraft(subject=subject, key="p256-1")
    draft.set_key_usage("digitalSignature")
    draft.set_purposes("clientAuth")
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    draft.set_names(("dns", "client.example.com"))
    return draft


def ordinary_leaf(*purposes: str) -> CertificateDraft:
    """Return the ordinary server leaf for these purposes, by default for both TLS roles."""
    draft = ordinary_server_leaf()
    draft.set_purposes(*(purposes or ("serverAuth", "clientAuth")))
    return draft


# -- ordinary chains and the ordinary pair


def ordinary_server_chain(*issuer_purposes: str) -> ChainDraft:
    """Return a chain of a public TLS hierarchy.

    The issuing CA is a TLS subordinate CA (TLS BR, 7.1.2.6) for `issuer_purposes`, by
    default for serverAuth alone.
    """
    return _server_chain(*issuer_purposes).copy()


@lru_cache(maxsize=16)
def _server_chain(*issuer_purposes: str) -> ChainDraft:
    """Make the chain, of which everybody gets a copy."""
    root = ordinary_root(
        name(("C", "US"), ("O", "Example Trust"), ("CN", "Example Public Root")), "p256-8"
    )
    issuer = ordinary_issuer(
        name(("C", "US"), ("O", "Example Trust"), ("CN", "Example Public Issuing")),
        "p256-9",
        *(issuer_purposes or ("serverAuth",)),
    )
    policies = extensions.certificate_policies(_DOMAIN_VALIDATED)
    issuer.set_extension("certificatePolicies", policies)
    _publish(issuer, "root")
    return ChainDraft(ordinary_server_leaf(), [issuer], root)


def ordinary_client_chain(*issuer_purposes: str) -> ChainDraft:
    """Return a chain of a private CA, whose issuing CA has no EKU unless told."""
    return _client_chain(*issuer_purposes).copy()


@lru_cache(maxsize=16)
def _client_chain(*issuer_purposes: str) -> ChainDraft:
    """Make the chain, of which everybody gets a copy."""
    root = ordinary_root(
        name(("C", "US"), ("O", "Example Private"), ("CN", "Example Private Root")), "p256-10"
    )
    issuer = ordinary_issuer(
        name(("C", "US"), ("O", "Example Private"), ("CN", "Example Private Issuing")),
        "p256-11",
        *issuer_purposes,
    )
    return ChainDraft(ordinary_client_leaf(), [issuer], root)


def ordinary_pair() -> PairDraft:
    """Return an ordinary client and server, with time, names and (when built) anchors."""
    evidence: dict[str, Any] = {
        "schema_version": 1,
        "at": "2026-05-01T00:00:00Z",
        "client": {"name": {"type": "dns", "value": "client.example.com"}},
        "server": {"name": {"type": "dns", "value": "server.example.com"}},
    }
    return PairDraft(ordinary_client_chain(), ordinary_server_chain(), evidence)
