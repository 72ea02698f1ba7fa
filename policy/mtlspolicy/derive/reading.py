"""What path processing needs to know of one certificate, worked out once.

This module knows which facts of a certificate matter to RFC 5280, 6.1, and which of its
signatures are known to be good. What it shares with others of its mould is its `standing`.
It must not know the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.constraints import Constrained, names_of
from mtlspolicy.derive.distinguished import lookup_key
from mtlspolicy.derive.policies_tree import PolicyFacts
from mtlspolicy.derive.standing import standing_of
from mtlspolicy.facts.certificate import (
    AuthorityKeyIdentifier,
    CertificatePolicies,
    InhibitAnyPolicy,
    PolicyConstraints,
    PolicyMappings,
    SubjectKeyIdentifier,
    Unreadable,
)
from mtlspolicy.late import Late

if TYPE_CHECKING:
    from mtlspolicy.derive.standing import Standing
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["Reading", "forget"]

_SUBJECT_KEY, _AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
_POLICIES, _MAPPINGS = "2.5.29.32", "2.5.29.33"
_POLICY_CONSTRAINTS, _INHIBIT_ANY = "2.5.29.36", "2.5.29.54"


class Reading(Late):
    """The facts of one certificate as path processing sees them.

    `standing`: what it has in common with those of its mould. `issuer` and `subject`: names to
    compare and to look up by, "" where empty or unreadable. `key`: the whole
    SubjectPublicKeyInfo; `signers`: the keys, written so, known to have made the signature.

    What not every path needs is worked out when it is asked for. `self_issued`: whether subject
    and issuer are one name, and not an empty one (RFC 5280, 6.1). `names`: those that
    constraints apply to. `policies`: the policy extensions. `subject_key`: its subject key
    identifier; `authority_key`: that of the signing key.
    """

    __slots__ = (
        "authority_key",
        "certificate",
        "issuer",
        "key",
        "names",
        "policies",
        "self_issued",
        "signers",
        "standing",
        "subject",
        "subject_key",
    )

    certificate: Certificate
    standing: Standing
    issuer: str
    subject: str
    key: bytes
    signers: set[bytes]
    self_issued: bool
    names: tuple[Constrained, ...]
    policies: PolicyFacts
    subject_key: bytes | None
    authority_key: bytes | None

    def __init__(self, certificate: Certificate) -> None:
        """Work out what every path needs."""
        self.certificate = certificate
        standing = self.standing = standing_of(certificate)
        self.issuer = standing.issuer
        self.key = certificate.key_octets()
        self.signers = set()

    @classmethod
    def of(cls, certificate: Certificate) -> Reading:
        """Return the reading of `certificate`, remembered by its bytes where they are not many."""
        der = certificate.der
        held = _memo.get(der)
        if held is not None:
            return held
        reading = cls(certificate)
        if len(der) <= _MAX_REMEMBERED:
            if len(_memo) >= _MAX_READINGS:
                _memo.clear()
            _memo[der] = reading
        return reading


_MAX_READINGS: Final = 1_024
"""Readings remembered; each holds on to the facts of its certificate, some tens of KiB."""

_MAX_REMEMBERED: Final = 4_096
"""Octets of the largest certificate whose reading is remembered; ordinary ones take 1,500."""

_memo: Final[dict[bytes, Reading]] = {}


def forget() -> None:
    """Forget every reading, and with them the good signatures: for benches of a cold start."""
    _memo.clear()


def _subject(reading: Reading) -> str:
    subject = reading.certificate.subject
    return "" if isinstance(subject, Unreadable) else lookup_key(subject)


def _self_issued(reading: Reading) -> bool:
    return bool(reading.issuer) and reading.subject == reading.issuer


def _subject_key(reading: Reading) -> bytes | None:
    found = reading.certificate.find(_SUBJECT_KEY)
    return found.key_identifier if isinstance(found, SubjectKeyIdentifier) else None


def _authority_key(reading: Reading) -> bytes | None:
    found = reading.certificate.find(_AUTHORITY_KEY)
    return found.key_identifier if isinstance(found, AuthorityKeyIdentifier) else None


def _policies(reading: Reading) -> PolicyFacts:
    find = reading.certificate.find
    policies, mappings = find(_POLICIES), find(_MAPPINGS)
    constraints, inhibit = find(_POLICY_CONSTRAINTS), find(_INHIBIT_ANY)
    return PolicyFacts(
        reading.self_issued,
        tuple(p.oid for p in policies.policies)
        if isinstance(policies, CertificatePolicies)
        else None,
        mappings.mappings if isinstance(mappings, PolicyMappings) else (),
        constraints if isinstance(constraints, PolicyConstraints) else None,
        inhibit.skip_certificates if isinstance(inhibit, InhibitAnyPolicy) else None,
    )


Reading.LATE = {
    "authority_key": _authority_key,
    "names": lambda reading: names_of(reading.certificate),
    "policies": _policies,
    "self_issued": _self_issued,
    "subject": _subject,
    "subject_key": _subject_key,
}
