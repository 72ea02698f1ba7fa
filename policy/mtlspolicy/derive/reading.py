"""What path processing needs to know of one certificate, worked out once.

This module knows which facts of a certificate matter to RFC 5280, 6.1, and the faults
that a certificate has wherever it stands, or as soon as it stands as an issuer. It must
not know the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.derive.constraints import Constrained, Layer, names_of, read_layer
from mtlspolicy.derive.distinguished import CanonicalName, canonical
from mtlspolicy.derive.policies_tree import ANY_POLICY, PolicyFacts
from mtlspolicy.facts.certificate import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    CertificatePolicies,
    InhibitAnyPolicy,
    KeyUsage,
    NameConstraints,
    PolicyConstraints,
    PolicyMappings,
    SubjectKeyIdentifier,
    Unreadable,
)

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["PROCESSED", "Reading", "Remark"]

_KEY_IDENTIFIER, _AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
_NAME_CONSTRAINTS, _POLICIES, _MAPPINGS = "2.5.29.30", "2.5.29.32", "2.5.29.33"
_POLICY_CONSTRAINTS, _INHIBIT_ANY = "2.5.29.36", "2.5.29.54"

PROCESSED: Final = {
    # RFC 5280, 6.1: processed on the path itself
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.19": "basicConstraints",
    _NAME_CONSTRAINTS: "nameConstraints",
    _POLICIES: "certificatePolicies",
    _MAPPINGS: "policyMappings",
    _POLICY_CONSTRAINTS: "policyConstraints",
    _INHIBIT_ANY: "inhibitAnyPolicy",
    # processed by the rules on purpose and revocation that every policy has or lacks on purpose
    "2.5.29.37": "extKeyUsage",
    "2.5.29.31": "cRLDistributionPoints",
}
"""Extensions that may be critical: dotted OID to name.

NOTE: key identifiers, information access and freshestCRL are known, but RFC 5280 (4.2.1.1,
4.2.1.2, 4.2.1.15, 4.2.2) wants them non-critical, so nobody says what a critical one
demands; like OpenSSL we refuse it.
"""

V3: Final = 3


class Remark(NamedTuple):
    """A fault without a place: `code` after ``path.``."""

    code: str
    detail: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts of one certificate as path processing sees them.

    `subject` and `issuer`: () where empty or unreadable. `own`: faults wherever it stands;
    `issuing`: faults as an issuer; `trusted`: faults as an anchor.
    """

    certificate: Certificate
    subject: CanonicalName
    issuer: CanonicalName
    self_issued: bool
    key: bytes
    path_length: int | None
    subject_key: bytes | None
    authority_key: AuthorityKeyIdentifier | None
    layer: Layer | None
    policies: PolicyFacts
    own: tuple[Remark, ...]
    issuing: tuple[Remark, ...]
    trusted: tuple[Remark, ...]

    @classmethod
    def of(cls, certificate: Certificate) -> Reading:
        """Work out the reading of `certificate`."""
        extensions: dict[str, object] = {}
        if not isinstance(certificate.extensions, Unreadable):
            extensions = {extension.oid: extension.parsed for extension in certificate.extensions}
        subject = () if isinstance(certificate.subject, Unreadable) else canonical(certificate.subject)
        issuer = () if isinstance(certificate.issuer, Unreadable) else canonical(certificate.issuer)
        # RFC 5280, 6.1: self-issued if the same name stands in subject and issuer, and is not empty
        self_issued = bool(subject) and subject == issuer
        constraints = extensions.get(_NAME_CONSTRAINTS)
        identifier = extensions.get(_KEY_IDENTIFIER)
        authority = extensions.get(_AUTHORITY_KEY)
        basic = certificate.basic_constraints
        return cls(
            certificate,
            subject,
            issuer,
            self_issued,
            b"" if isinstance(certificate.public_key, Unreadable) else certificate.public_key.der,
            basic.path_length if isinstance(basic, BasicConstraints) and basic.ca else None,
            identifier.key_identifier if isinstance(identifier, SubjectKeyIdentifier) else None,
            authority if isinstance(authority, AuthorityKeyIdentifier) else None,
            read_layer(constraints) if isinstance(constraints, NameConstraints) else None,
            _policy_facts(extensions, self_issued=self_issued),
            _own_faults(certificate),
            tuple(_issuing_faults(certificate, extensions)),
            tuple(_trusted_faults(certificate)),
        )

    def names(self) -> tuple[Constrained, ...]:
        """Return the names that constraints apply to; asked only where there are constraints."""
        return names_of(self.certificate)


def _policy_facts(extensions: dict[str, object], *, self_issued: bool) -> PolicyFacts:
    policies = extensions.get(_POLICIES)
    mappings = extensions.get(_MAPPINGS)
    constraints = extensions.get(_POLICY_CONSTRAINTS)
    inhibit = extensions.get(_INHIBIT_ANY)
    return PolicyFacts(
        self_issued,
        tuple(p.oid for p in policies.policies) if isinstance(policies, CertificatePolicies) else None,
        mappings.mappings if isinstance(mappings, PolicyMappings) else (),
        constraints if isinstance(constraints, PolicyConstraints) else None,
        inhibit.skip_certificates if isinstance(inhibit, InhibitAnyPolicy) else None,
    )


_PARTS: Final = (
    "version",
    "signature_algorithm",
    "outer_algorithm",
    "issuer",
    "subject",
    "not_before",
    "not_after",
    "public_key",
    "extensions",
)


def _own_faults(certificate: Certificate) -> tuple[Remark, ...]:
    """Return the faults of `certificate` wherever it stands, critical extensions apart."""
    faults = []
    if not certificate.well_formed:
        first = next((note.code for note in certificate.notes if note.kind.value in {"malformed", "not-der"}), "")
        faults.append(Remark("not_well_formed", "the certificate is not strict DER", "DER", first))
    faults.extend(
        Remark("unreadable", f"{part} cannot be read as one value", "one value", part)
        for part in _PARTS
        if isinstance(getattr(certificate, part), Unreadable)
    )
    if not isinstance(certificate.extensions, Unreadable):
        # dict: an extension that occurs twice is told once
        odd = [e.oid for e in certificate.extensions if isinstance(e.parsed, Unreadable) and e.oid in PROCESSED]
        faults.extend(
            Remark("unreadable", f"{name} cannot be read as one value", "one value", name)
            for name in dict.fromkeys(PROCESSED[oid] for oid in odd)
        )
        oids = [extension.oid for extension in certificate.extensions]
        if len(set(oids)) < len(oids):
            # RFC 5280, 4.2: not more than one instance of a particular extension
            twice = next(oid for oid in oids if oids.count(oid) > 1)
            faults.append(Remark("duplicate_extension", "an extension occurs more than once", "once", twice))
    inner, outer = certificate.signature_algorithm, certificate.outer_algorithm
    if not isinstance(inner, Unreadable) and not isinstance(outer, Unreadable) and inner.der != outer.der:
        # RFC 5280, 4.1.1.2: the field MUST contain the same identifier as the signed one
        faults.append(Remark("algorithm_mismatch", "inner and outer signature algorithm differ", inner.oid, outer.oid))
    if not isinstance(certificate.issuer, Unreadable) and not certificate.issuer.rdns:
        # RFC 5280, 4.1.2.4: the issuer field MUST contain a non-empty distinguished name
        faults.append(Remark("issuer_empty", "the certificate names no issuer", "a name", "an empty name"))
    return tuple(faults)


def _issuing_faults(certificate: Certificate, extensions: dict[str, object]) -> list[Remark]:
    """Return the faults that `certificate` has as an issuer: RFC 5280, 6.1.4 (a), (k), (n)."""
    faults = []
    mappings = extensions.get(_MAPPINGS)
    if isinstance(mappings, PolicyMappings) and any(ANY_POLICY in pair for pair in mappings.mappings):
        faults.append(Remark("policy_mapping_any", "a policy is mapped to or from anyPolicy"))
    if certificate.version == V3:
        basic = certificate.basic_constraints
        if not isinstance(basic, BasicConstraints):
            faults.append(Remark("not_ca", "the issuer has no basicConstraints", "cA TRUE", "absent"))
        elif not basic.ca:
            faults.append(Remark("not_ca", "the issuer is no CA", "cA TRUE", "cA FALSE"))
    elif not isinstance(certificate.version, Unreadable):
        # 6.1.4 (k): below v3, only other means could show that this is a CA; there are none
        faults.append(Remark("not_ca", "the issuer is not of version 3", "version 3", f"version {certificate.version}"))
    faults.extend(_usage_faults(certificate))
    return faults


def _trusted_faults(certificate: Certificate) -> list[Remark]:
    """Return the faults that `certificate` has as an anchor, where its own constraints apply."""
    faults = []
    basic = certificate.basic_constraints
    # An anchor below v3 cannot say that it is a CA; that it is one, whoever added it said.
    if certificate.version == V3 and not (isinstance(basic, BasicConstraints) and basic.ca):
        found = "cA FALSE" if isinstance(basic, BasicConstraints) else "absent"
        faults.append(Remark("anchor_not_ca", "the anchor is no CA, so it can only be a leaf", "cA TRUE", found))
    faults.extend(fault._replace(code="anchor_" + fault.code) for fault in _usage_faults(certificate))
    return faults


def _usage_faults(certificate: Certificate) -> list[Remark]:
    """RFC 5280, 6.1.4 (n): a key usage, where there is one, has keyCertSign."""
    usage = certificate.key_usage
    if isinstance(usage, KeyUsage) and "keyCertSign" not in usage.bits:
        return [Remark("key_usage", "the key may not sign certificates", "keyCertSign", ", ".join(usage.bits))]
    return []
