"""Whether a revocation list speaks of a certificate, and what it says (RFC 5280, 6.3).

1. The list is of the certificate's issuer, or of whom a distribution point of the
   certificate names as cRLIssuer: an indirect list that nobody named is refused.
2. Its scope includes the certificate: kind of certificate, distribution point, reasons.
3. It is complete: a delta alone says nothing about who is not on it.
4. It was signed by the issuer's key, which may sign lists.

Where step 1 fails, the list is about others. This module knows lists and certificates. It
must not know the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.distinguished import canonical
from mtlspolicy.derive.signatures import Outcome
from mtlspolicy.derive.statements import Statement
from mtlspolicy.facts.certificate import (
    BasicConstraints,
    Certificate,
    CrlDistributionPoints,
    DistributionPoint,
    GeneralName,
    KeyUsage,
    Name,
    Unreadable,
)
from mtlspolicy.facts.strict import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtlspolicy.derive.signatures import Signed
    from mtlspolicy.facts.crl import IssuingPoint, RevocationList, RevokedEntry

    Verify = Callable[[Signed, Certificate], Outcome]

__all__ = ["ask_crl", "same_name"]

_POINTS: Final = "2.5.29.31"


def same_name(one: Name | Unreadable | None, other: Name | Unreadable | None) -> bool:
    """Whether both are one readable name (RFC 5280, 7.1)."""
    if not isinstance(one, Name) or not isinstance(other, Name):
        return False
    return one.der == other.der or canonical(one) == canonical(other)


def ask_crl(
    crl: RevocationList,
    certificate: Certificate,
    above: Sequence[Certificate],
    verify: Verify,
) -> Statement | Unusable | None:
    """Return what the list says of `certificate`; None where it is about others.

    `above`: the certificates above it on the path, its issuer first; empty where nobody
    knows the issuer.
    """
    points = _points(certificate)
    direct = same_name(crl.issuer, certificate.issuer)
    named = [point for point in points if _names_issuer(point, crl.issuer)]
    if not direct and not named:
        return _unnamed(crl, certificate)
    # 6.3.3 (b)(1): without cRLIssuer the list is the issuer's own, with it an indirect one
    used = [point for point in points if not point.crl_issuer] if direct else named
    refused = _refuse(crl, certificate, used, direct=direct)
    if refused is not None:
        return refused
    signer = _signer(crl, above, direct=direct)
    if signer is None:
        return Unusable("revocation.issuer_unknown")
    unproven = _refuse_signature(crl, signer, verify)
    return unproven or _statement(crl, certificate, used)


def _points(certificate: Certificate) -> tuple[DistributionPoint, ...]:
    found = certificate.find(_POINTS)
    return found.points if isinstance(found, CrlDistributionPoints) else ()


def _names_issuer(point: DistributionPoint, issuer: Name) -> bool:
    return any(same_name(name.name, issuer) for name in point.crl_issuer)


def _unnamed(crl: RevocationList, certificate: Certificate) -> Unusable | None:
    """Step 1: a list that claims to speak for others, and that nobody named."""
    entries = crl.entries.get(_serial(certificate), ())
    claims = any(same_name(entry.issuer, certificate.issuer) for entry in entries)
    return Unusable("revocation.crl_indirect_unnamed") if claims else None


def _serial(certificate: Certificate) -> int:
    return -1 if isinstance(certificate.serial, Unreadable) else certificate.serial


# -- steps 2 and 3


def _refuse(
    crl: RevocationList,
    certificate: Certificate,
    used: Sequence[DistributionPoint],
    *,
    direct: bool,
) -> Unusable | None:
    point = crl.point
    if crl.unknown_critical:
        # 5.2 and 5.3: such a list MUST NOT be used to say that a certificate is valid
        return Unusable("revocation.crl_critical_extension", crl.unknown_critical)
    if crl.is_delta:
        return Unusable("revocation.crl_delta")
    if not direct and not point.indirect:
        return Unusable(
            "revocation.crl_indirect_unnamed", "the list does not say that it is indirect"
        )
    if _out_of_scope(point, certificate):
        return Unusable("revocation.crl_scope")
    if point.names is not None and not _meets(point, certificate, used):
        return Unusable("revocation.crl_distribution_point")
    return None


def _out_of_scope(point: IssuingPoint, certificate: Certificate) -> bool:
    """6.3.3 (b)(2)(ii) to (iv)."""
    constraints = certificate.basic_constraints
    is_ca = isinstance(constraints, BasicConstraints) and constraints.ca
    excluded = point.user_certificates if is_ca else point.ca_certificates
    return excluded or point.attribute_certificates


def _meets(
    point: IssuingPoint, certificate: Certificate, used: Sequence[DistributionPoint]
) -> bool:
    """6.3.3 (b)(2)(i): one name of the list's point is one of the certificate's.

    Names relative to the issuer are not compared: what cannot be compared does not match.
    A certificate without any point has one by its issuer's name (6.3.3, last paragraph).
    """
    names = point.names or ()
    if not used:
        return any(same_name(name.name, certificate.issuer) for name in names)
    listed = [name for one in used for name in one.full_name or one.crl_issuer]
    return any(_same(name, other) for name in names for other in listed)


def _same(one: GeneralName, other: GeneralName) -> bool:
    if one.kind != other.kind:
        return False
    return one.octets == other.octets or same_name(one.name, other.name)


# -- step 4


def _signer(
    crl: RevocationList, above: Sequence[Certificate], *, direct: bool
) -> Certificate | None:
    """Return the certificate whose key is to verify the list.

    NOTE: 6.3.3 (f) allows any certificate of that name for which a path can be found; here
    it must be on the path that is judged, so that no second search is begun.
    """
    if direct:
        return above[0] if above else None
    return next((one for one in above if same_name(one.subject, crl.issuer)), None)


def _refuse_signature(crl: RevocationList, signer: Certificate, verify: Verify) -> Unusable | None:
    usage = signer.key_usage
    if isinstance(usage, Unreadable) or (
        isinstance(usage, KeyUsage) and "cRLSign" not in usage.bits
    ):
        return Unusable("revocation.crl_key_usage")  # 6.3.3 (f)
    # 5.1.1.2: MUST contain the same algorithm identifier
    if crl.algorithm.der != crl.inner_algorithm.der:
        return Unusable("revocation.signature", "the algorithms inside and outside differ")
    outcome = verify(crl, signer)
    if outcome is Outcome.VALID:
        return None
    return Unusable("revocation.signature", outcome.value)


# -- what it says


def _statement(
    crl: RevocationList, certificate: Certificate, used: Sequence[DistributionPoint]
) -> Statement:
    entry = _entry(crl, certificate)
    partial = crl.point.reasons or (bool(used) and all(p.reasons is not None for p in used))
    return Statement(
        source="crl",
        says="good" if entry is None else "revoked",
        start=crl.this_update,
        end=crl.next_update,
        revoked_at=None if entry is None else entry.at,
        reason="" if entry is None else entry.reason,
        limit="revocation.crl_some_reasons" if partial else "",
    )


def _entry(crl: RevocationList, certificate: Certificate) -> RevokedEntry | None:
    """Return the earliest entry of the certificate; 5.3.3: by default of the list's issuer."""
    found = [
        entry
        for entry in crl.entries.get(_serial(certificate), ())
        if same_name(entry.issuer or crl.issuer, certificate.issuer)
    ]
    return min(found, key=lambda entry: entry.at, default=None)
