"""Whether an OCSP response speaks of a certificate, and what it says (RFC 6960, 3.2).

1. An answer has the certificate's issuer (hashes of name and key) and serial number.
2. The responder is the issuer, or whom the issuer delegated: a certificate that the issuer
   itself signed, for OCSPSigning, and that is not revoked or says that nobody need ask.
3. The response was signed by the responder's key.

Where step 1 fails, the response is about others. This module knows responses and
certificates. It must not know the time: the windows are in the statements.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.crl import same_name
from mtlspolicy.derive.signatures import Outcome
from mtlspolicy.derive.statements import Delegate, Statement
from mtlspolicy.facts.certificate import (
    Certificate,
    ExtendedKeyUsage,
    KeyUsage,
    Marker,
    Name,
    PublicKey,
    Unreadable,
)
from mtlspolicy.facts.read import read_certificate_cached
from mtlspolicy.facts.strict import Parts, Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtlspolicy.derive.signatures import Signed
    from mtlspolicy.derive.statements import About
    from mtlspolicy.facts.ocsp import OcspResponse, SingleResponse

    Verify = Callable[[Signed, Certificate], Outcome]

__all__ = ["ask_ocsp"]

_DIGESTS: Final = {"1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.1": "sha256"}
"""Hashes of a CertID that are recomputed: SHA-1 (RFC 5019, 2.1.1) and SHA-256 (RFC 9654)."""

_OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"


def ask_ocsp(
    response: OcspResponse,
    certificate: Certificate,
    issuer: Certificate | None,
    verify: Verify,
    check: Callable[[Certificate, Certificate], About],
) -> Sequence[Statement | Unusable]:
    """Return what the response says of `certificate`; nothing where it is about others.

    `check` gives what the lists at hand say of a responder's certificate.
    """
    answers = [one for one in response.answers if _may_mean(one, certificate)]
    meant = [one for one in answers if _is_about(one, certificate, issuer)]
    if not meant:
        unread = any(one.digest not in _DIGESTS for one in answers)
        return [Unusable("revocation.ocsp_digest", answers[0].digest)] if unread else []
    if issuer is None:
        return [Unusable("revocation.issuer_unknown")]
    if response.unknown_critical:
        return [Unusable("revocation.ocsp_critical_extension", response.unknown_critical)]
    delegate = _responder(response, issuer, verify, check)
    if isinstance(delegate, Unusable):
        return [delegate]
    return [_statement(one, delegate) for one in meant]


# -- step 1


def _may_mean(answer: SingleResponse, certificate: Certificate) -> bool:
    return not isinstance(certificate.serial, Unreadable) and answer.serial == certificate.serial


def _is_about(answer: SingleResponse, certificate: Certificate, issuer: Certificate | None) -> bool:
    """RFC 6960, 4.1.1: the issuer's name as it stands in the certificate, and its key.

    Without the issuer the name alone has to do: enough to say that nobody can tell.
    """
    digest = _DIGESTS.get(answer.digest)
    if digest is None or not isinstance(certificate.issuer, Name):
        return False
    if answer.name_hash != _hash(digest, certificate.issuer.der):
        return False
    if issuer is None:
        return True
    bits = _key_octets(issuer)
    return bits is not None and answer.key_hash == _hash(digest, bits)


def _hash(digest: str, octets: bytes) -> bytes:
    return hashlib.new(digest, octets, usedforsecurity=False).digest()


def _key_octets(certificate: Certificate) -> bytes | None:
    """Return the octets of the BIT STRING of a certificate's key, None where it has no key."""
    key = certificate.public_key
    if not isinstance(key, PublicKey):
        return None
    # That it is a SubjectPublicKeyInfo was seen when it was read.
    parts = Parts.of(key.der, "subjectPublicKeyInfo").inside(0x30, "")
    parts.take(0x30, "algorithm")
    return parts.octets_of_bits("subjectPublicKey")


# -- steps 2 and 3


def _is_responder(response: OcspResponse, certificate: Certificate) -> bool:
    """RFC 6960, 4.2.2.3: by name, or by the SHA-1 of the key."""
    if response.responder_name is not None:
        return same_name(response.responder_name, certificate.subject)
    bits = _key_octets(certificate)
    return bits is not None and response.responder_key == _hash("sha1", bits)


def _responder(
    response: OcspResponse,
    issuer: Certificate,
    verify: Verify,
    check: Callable[[Certificate, Certificate], About],
) -> Delegate | Unusable | None:
    """Return the delegate who answered, None where it was the issuer itself."""
    if _is_responder(response, issuer) and verify(response, issuer) is Outcome.VALID:
        return None
    reason = Unusable("revocation.signature") if _is_responder(response, issuer) else None
    for der in response.certificates:
        candidate = read_certificate_cached(der)
        if not _is_responder(response, candidate) or candidate.der == issuer.der:
            continue
        problem = _unauthorized(candidate, issuer, verify)
        if not problem and verify(response, candidate) is Outcome.VALID:
            checked = isinstance(candidate.find(_NO_CHECK), Marker)
            return Delegate(candidate, None if checked else check(candidate, issuer))
        code = "revocation.ocsp_responder_unauthorized" if problem else "revocation.signature"
        reason = Unusable(code, problem)
    return reason or Unusable(
        "revocation.ocsp_responder_unauthorized", "nobody of that name or key"
    )


def _unauthorized(candidate: Certificate, issuer: Certificate, verify: Verify) -> str:
    """Say why a certificate is no delegate of `issuer`; empty where it is one (4.2.2.2)."""
    usage, purposes = candidate.key_usage, candidate.extended_key_usage
    if not candidate.well_formed:
        return "the responder's certificate is not strict DER"
    if any(note.code == "extension.unknown_critical" for note in candidate.notes):
        return "the responder's certificate has an unknown critical extension"
    if not isinstance(purposes, ExtendedKeyUsage) or _OCSP_SIGNING not in purposes.purposes:
        return "the responder's certificate is not for OCSPSigning"
    # RFC 5280, 4.2.1.12: digitalSignature and/or nonRepudiation
    if isinstance(usage, Unreadable) or (
        isinstance(usage, KeyUsage) and not {"digitalSignature", "nonRepudiation"} & set(usage.bits)
    ):
        return "the responder's key usage does not allow signatures"
    if (
        not same_name(candidate.issuer, issuer.subject)
        or verify(candidate, issuer) is not Outcome.VALID
    ):
        return "the responder's certificate is not of the issuer that is asked about"
    return ""


def _statement(answer: SingleResponse, delegate: Delegate | None) -> Statement | Unusable:
    if answer.unknown_critical:
        return Unusable("revocation.ocsp_critical_extension", answer.unknown_critical)
    return Statement(
        source="ocsp",
        says=answer.status,
        start=answer.this_update,
        end=answer.next_update,
        revoked_at=answer.revoked_at,
        reason=answer.reason,
        delegate=delegate,
    )
