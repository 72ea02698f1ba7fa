"""What an OCSP response says (RFC 6960, 4.2): immutable facts, no judgement.

This module knows the syntax of a response. It does not know which certificate is asked
about, nor who may answer. A response that is not strict DER says nothing. The nonce is
not looked at: nothing was sent, so there is nothing that it could repeat.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.facts.crl import REASONS
from mtlspolicy.facts.strict import NOT_DER, Parts, Unusable, read_strictly, refuse
from mtlspolicy.limits import MAX_OCSP_ANSWERS, MAX_OCSP_CERTIFICATES
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import AlgorithmIdentifier, Name

__all__ = ["OcspResponse", "SingleResponse", "read_ocsp"]

_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"

_OUTCOMES: Final = {
    1: "malformedRequest",
    2: "internalError",
    3: "tryLater",
    5: "sigRequired",
    6: "unauthorized",
}
"""Outcomes that carry no answer (RFC 6960, 4.2.1); 4 is not used."""

_KNOWN: Final = frozenset(
    {
        "1.3.6.1.5.5.7.48.1.2",  # nonce (4.4.1)
        "1.3.6.1.5.5.7.48.1.3",  # CRL references (4.4.2)
        "1.3.6.1.5.5.7.48.1.6",  # archive cutoff (4.4.4)
        "1.3.6.1.5.5.7.48.1.9",  # extended revoked definition (4.4.8)
        "2.5.29.21",  # reason code, as an extension of CRL entries (4.4.5)
        "2.5.29.24",  # invalidity date (4.4.5)
    }
)


@dataclass(frozen=True, slots=True)
class SingleResponse:
    """The answer about one certificate; instants are seconds since 1970.

    `digest` is the dotted OID of the hash that made `name_hash` and `key_hash` (4.1.1).
    `status`: good, revoked or unknown; `revoked_at` and `reason` only where revoked.
    `unknown_critical`: a critical extension that is not known here, or "".
    """

    digest: str
    name_hash: bytes
    key_hash: bytes
    serial: int
    status: str
    this_update: int
    next_update: int | None
    revoked_at: int | None
    reason: str
    unknown_critical: str


@dataclass(frozen=True, slots=True, eq=False)
class OcspResponse:
    """One successful response. The responder is named by key hash or by name, never both.

    `certificates` are the encodings of those that came along.
    """

    responder_key: bytes | None
    responder_name: Name | None
    produced_at: int
    answers: tuple[SingleResponse, ...]
    unknown_critical: str
    signature_algorithm: AlgorithmIdentifier
    certificates: tuple[bytes, ...] = field(repr=False)
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read_ocsp(der: bytes) -> OcspResponse | Unusable:
    """Read an OCSPResponse (RFC 6960, 4.2.1); never raises."""
    return read_strictly(der, _read_response)


def _read_response(outer: Parts) -> OcspResponse:
    outcome = outer.integer("responseStatus", 0x0A)
    if outcome:
        word = _OUTCOMES.get(outcome, str(outcome))
        refuse("revocation.ocsp_not_successful", word)
    wrapper = outer.inside(0xA0, "responseBytes")
    outer.close()
    octets = wrapper.inside(0x30, "")
    wrapper.close()
    kind = octets.oid("responseType")
    if kind != _BASIC:
        refuse("revocation.ocsp_type", kind)
    basic = octets.inside(0x04, "response")
    octets.close()
    parts = basic.inside(0x30, "")
    basic.close()
    return _read_basic(parts)


def _read_basic(parts: Parts) -> OcspResponse:
    element = parts.take(0x30, "tbsResponseData")
    tbs = parts.within(element, "tbsResponseData")
    if tbs.tag() == 0xA0:  # [0] version: DEFAULT v1 is the only one there is
        refuse("revocation.ocsp_version")
    by_key, by_name = _read_responder(tbs)
    produced_at = tbs.generalized_time("producedAt")
    answers = _read_answers(tbs.inside(0x30, "responses"))
    unknown = _read_extensions(tbs, "responseExtensions")
    tbs.close()
    algorithm = parts.algorithm("signatureAlgorithm")
    signature = parts.octets_of_bits("signature")
    certificates = _read_certificates(parts) if parts.more() else ()
    parts.close()
    return OcspResponse(
        responder_key=by_key,
        responder_name=by_name,
        produced_at=produced_at,
        answers=answers,
        unknown_critical=unknown,
        signature_algorithm=algorithm,
        certificates=certificates,
        tbs=parts.source.raw(element),
        signature=signature,
    )


def _read_responder(tbs: Parts) -> tuple[bytes | None, Name | None]:
    by_name = tbs.tag() == 0xA1
    wrapper = tbs.inside(0xA1 if by_name else 0xA2, "responderID")
    found = (None, wrapper.name("")) if by_name else (wrapper.content(0x04, ""), None)
    wrapper.close()
    return found


def _read_answers(listed: Parts) -> tuple[SingleResponse, ...]:
    found: list[SingleResponse] = []
    while listed.more():
        if len(found) == MAX_OCSP_ANSWERS:
            refuse("revocation.ocsp_answers", f"more than {MAX_OCSP_ANSWERS} answers")
        found.append(_read_answer(listed.inside(0x30, "")))
    return tuple(found)


def _read_answer(parts: Parts) -> SingleResponse:
    identifier = parts.inside(0x30, "certID")
    digest = identifier.algorithm("hashAlgorithm").oid
    name_hash = identifier.content(0x04, "issuerNameHash")
    key_hash = identifier.content(0x04, "issuerKeyHash")
    serial = identifier.integer("serialNumber")
    identifier.close()
    status, revoked_at, reason = _read_status(parts)
    this_update = parts.generalized_time("thisUpdate")
    next_update = None
    if parts.tag() == 0xA0:
        wrapper = parts.inside(0xA0, "nextUpdate")
        next_update = wrapper.generalized_time("")
        wrapper.close()
    unknown = _read_extensions(parts, "singleExtensions")
    parts.close()
    return SingleResponse(
        digest=digest,
        name_hash=name_hash,
        key_hash=key_hash,
        serial=serial,
        status=status,
        this_update=this_update,
        next_update=next_update,
        revoked_at=revoked_at,
        reason=reason,
        unknown_critical=unknown,
    )


def _read_status(parts: Parts) -> tuple[str, int | None, str]:
    for tag, word in ((0x80, "good"), (0x82, "unknown")):
        if parts.tag() == tag:  # implicit NULL
            if parts.content(tag, "certStatus"):
                refuse(NOT_DER, "asn1.null_content: certStatus")
            return word, None, ""
    revoked = parts.inside(0xA1, "certStatus")
    at = revoked.generalized_time("revocationTime")
    reason = ""
    if revoked.more():
        wrapper = revoked.inside(0xA0, "revocationReason")
        number = wrapper.integer("", 0x0A)
        wrapper.close()
        if number not in REASONS:
            refuse(NOT_DER, f"revocationReason {number}")
        reason = REASONS[number]
    revoked.close()
    return "revoked", at, reason


def _read_extensions(parts: Parts, part: str) -> str:
    """Read extensions, if there are any; return the first critical one that is not known."""
    if parts.tag() != 0xA1:  # [1], in both places
        return ""
    wrapper = parts.inside(0xA1, part)
    found = wrapper.extensions("")
    wrapper.close()
    return next((e.oid for e in found if e.critical and e.oid not in _KNOWN), "")


def _read_certificates(parts: Parts) -> tuple[bytes, ...]:
    wrapper = parts.inside(0xA0, "certs")
    listed = wrapper.inside(0x30, "")
    wrapper.close()
    found: list[bytes] = []
    while listed.more():
        if len(found) == MAX_OCSP_CERTIFICATES:
            detail = f"more than {MAX_OCSP_CERTIFICATES} certificates"
            refuse("revocation.ocsp_answers", detail)
        found.append(listed.source.raw(listed.take(0x30, "")))
    return tuple(found)
