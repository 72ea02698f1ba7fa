"""Revocation lists and OCSP responses about the certificates of a chain.

This module knows who may speak about whom: the issuer about what it issued, and whom it
delegates (RFC 5280, 6.3; RFC 6960, 4.2.2.2). Everything can be changed before building.

    >>> from mtlspolicy.forge.pair import ordinary_client_chain
    >>> chain = ordinary_client_chain()
    >>> crl = crl_of(chain, revoked=[0])
    >>> crl.revoked[0].reason = "keyCompromise"
    >>> response = ocsp_of(chain, status="revoked")
    >>> len(crl.build()) > 0 and len(response.build()) > 0
    True
"""

from __future__ import annotations

__all__ = ["crl_of", "delegate", "indirect_crl", "ocsp_of", "put_status", "serial_of"]

from functools import partial
from typing import TYPE_CHECKING, Any

from mtlspolicy.forge import extensions
from mtlspolicy.forge.crl import CrlDraft, RevokedDraft, issuing_distribution_point
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.extensible import Linked
from mtlspolicy.forge.names import Name, name
from mtlspolicy.forge.ocsp import OcspDraft, ResponderId, SingleDraft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy.forge.pair import ChainDraft


def _issuer(chain: ChainDraft, position: int) -> CertificateDraft:
    return [*chain.issuers, chain.anchor, chain.anchor][position]


def serial_of(chain: ChainDraft, position: int = 0) -> int:
    """Return the serial number of the certificate at `position`; 0 is the leaf."""
    draft = chain.drafts()[position]
    if draft.serial is not None:
        return draft.serial
    named = draft.issuer.node if draft.issuer else _issuer(chain, position).subject_tree()
    return draft.derived_serial(draft.issuer_node or named)


def crl_of(chain: ChainDraft, position: int = 0, revoked: Iterable[int] = ()) -> CrlDraft:
    """Return the list of whoever issued the certificate at `position`.

    `revoked` holds positions of certificates that are on it.
    """
    issuer = _issuer(chain, position)
    entries = [RevokedDraft(serial_of(chain, index)) for index in revoked]
    return CrlDraft(issuer_node=issuer.subject_tree(), key=issuer.key, revoked=entries)


def indirect_crl(chain: ChainDraft, revoked: Iterable[int] = ()) -> CrlDraft:
    """Return a list of the anchor about what others issued (RFC 5280, 5.2.5 and 5.3.3)."""
    draft = crl_of(chain, len(chain.issuers) + 1)
    for index in revoked:
        issuer = _issuer(chain, index).subject
        draft.revoked.append(RevokedDraft(serial_of(chain, index), issuer=issuer))
    point = issuing_distribution_point(indirect=True)
    draft.set_extension("issuingDistributionPoint", point, critical=True)
    return draft


def delegate(chain: ChainDraft, position: int = 0, key: str = "p256-12") -> CertificateDraft:
    """Return the certificate of an OCSP responder for the issuer of `position`.

    Issue it with the issuer's key and name; `ocsp_of` does so.
    """
    organization = _issuer(chain, position).subject.rdns[:-1]
    subject = Name((*organization, *name(("CN", "Example Responder")).rdns))
    draft = CertificateDraft(subject=subject, key=key)
    draft.set_key_usage("digitalSignature")
    draft.set_purposes("OCSPSigning")
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    draft.set_extension("ocspNoCheck", extensions.null_value())
    return draft


def ocsp_of(
    chain: ChainDraft,
    position: int = 0,
    status: str = "good",
    responder: CertificateDraft | None = None,
    by: ResponderId = ResponderId.KEY,
) -> OcspDraft:
    """Return the response about the certificate at `position`.

    It is signed by the issuer, or by the delegate `responder`, whose certificate goes along.
    """
    issuer = _issuer(chain, position)
    single = SingleDraft(
        issuer.subject_tree(), issuer.public_key(), serial_of(chain, position), status
    )
    signer = responder or issuer
    draft = OcspDraft([single], key=signer.key, by=by, responder=signer.subject_tree())
    if responder is not None:
        draft.certificates.append(responder.build(issuer.key, issuer.subject_tree()))
    return draft


# -- a status as evidence


def put_status(chain: ChainDraft, evidence: dict[str, Any], side: str, word: str) -> None:
    """Make the evidence of `side` say of the chain that it is good, partial, revoked or unknown.

    Good: a list of every issuer, with nothing on it. Partial: the list of the leaf's issuer
    alone. Revoked: as good, with the leaf on its issuer's. Unknown: a response that says so
    of the leaf. They are made when the pair
    is built, so it does not matter what else is changed after this; what the evidence held
    of lists and responses, and what was put before, goes.
    """
    for kind in ("crls", "ocsp"):
        evidence.setdefault(side, {}).pop(kind, None)
    revoked = (0,) if word == "revoked" else ()
    lists = _first_list if word == "partial" else partial(_lists, revoked=revoked)
    chain.statements[:] = [_unknown if word == "unknown" else lists]


def _unknown(chain: ChainDraft) -> list[tuple[str, bytes]]:
    return [("ocsp", ocsp_of(chain, status="unknown").build())]


def _lists(chain: ChainDraft, revoked: tuple[int, ...]) -> list[tuple[str, bytes]]:
    positions = range(len(chain.issuers) + 1)
    return [("crls", crl_of(chain, p, () if p else revoked).build()) for p in positions]


def _first_list(chain: ChainDraft) -> list[tuple[str, bytes]]:
    return [("crls", crl_of(chain).build())]
