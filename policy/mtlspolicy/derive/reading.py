"""What path processing needs to know of one certificate, worked out once.

This module knows which facts of a certificate matter to RFC 5280, 6.1, and the faults
that a certificate has wherever it stands, or as soon as it stands as an issuer. It must
not know the path.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.derive.constraints import Constrained, Layer, names_of, read_layer
from mtlspolicy.derive.distinguished import lookup_key
from mtlspolicy.derive.policies_tree import ANY_POLICY, PolicyFacts
from mtlspolicy.facts.certificate import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    CertificatePolicies,
    InhibitAnyPolicy,
    KeyUsage,
    Name,
    NameConstraints,
    NoteKind,
    PolicyConstraints,
    PolicyMappings,
    SubjectKeyIdentifier,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.facts.certificate import Certificate, Mould

__all__ = ["PROCESSED", "Reading", "Remark", "forget"]

_SUBJECT_KEY, _AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
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


class Reading:
    """The facts of one certificate as path processing sees them.

    What not every path needs is worked out when it is asked for: `subject` and `issuer`
    ("" where empty or unreadable), `layer` and `names` for name constraints, `policies`.
    `own`: faults wherever the certificate stands; `critical`: the critical extensions that
    are not processed; `issuing`: faults as an issuer; `trusted`: faults as an anchor.
    `signers`: the keys (as SubjectPublicKeyInfo) known to have made the signature.
    """

    __slots__ = (
        "_issuing",
        "_layer",
        "_names",
        "_policies",
        "_subject",
        "_trusted",
        "certificate",
        "critical",
        "demands_policy",
        "issuer",
        "key",
        "own",
        "signers",
    )

    def __init__(self, certificate: Certificate) -> None:
        """Work out what every path needs."""
        self.certificate = certificate
        self.issuer, self.own, self.critical, self.demands_policy = _common(certificate)
        self.key = certificate.key_octets()
        self.signers: set[bytes] = set()
        self._subject: str | None = None
        self._layer: Layer | bool | None = False
        self._names: tuple[Constrained, ...] | None = None
        self._policies: PolicyFacts | None = None
        self._issuing: list[Remark] | None = None
        self._trusted: list[Remark] | None = None

    @classmethod
    def of(cls, certificate: Certificate) -> Reading:
        """Return the reading of `certificate`, remembered by its bytes where they are not many."""
        held = _memo.get(certificate.der)
        if held is not None:
            return held
        reading = cls(certificate)
        if len(certificate.der) <= _MAX_REMEMBERED:
            if len(_memo) >= _MAX_READINGS:
                _memo.clear()
            _memo[certificate.der] = reading
        return reading

    @property
    def subject(self) -> str:
        """The subject, to compare and to look up by."""
        if self._subject is None:
            subject = self.certificate.subject
            self._subject = "" if isinstance(subject, Unreadable) else lookup_key(subject)
        return self._subject

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name, and not an empty one (RFC 5280, 6.1)."""
        return bool(self.issuer) and self.subject == self.issuer

    @property
    def path_length(self) -> int | None:
        """The path length constraint of a CA."""
        basic = self.certificate.basic_constraints
        return basic.path_length if isinstance(basic, BasicConstraints) and basic.ca else None

    @property
    def subject_key(self) -> bytes | None:
        """The subject key identifier."""
        found = self.certificate.find(_SUBJECT_KEY)
        return found.key_identifier if isinstance(found, SubjectKeyIdentifier) else None

    @property
    def authority_key(self) -> bytes | None:
        """The identifier of the key that made the signature."""
        found = self.certificate.find(_AUTHORITY_KEY)
        return found.key_identifier if isinstance(found, AuthorityKeyIdentifier) else None

    @property
    def layer(self) -> Layer | None:
        """The name constraints that the certificate imposes as an issuer."""
        if isinstance(self._layer, bool):
            constraints = self.certificate.find(_NAME_CONSTRAINTS)
            self._layer = (
                read_layer(constraints) if isinstance(constraints, NameConstraints) else None
            )
        return self._layer

    @property
    def names(self) -> tuple[Constrained, ...]:
        """The names that constraints apply to."""
        if self._names is None:
            self._names = names_of(self.certificate)
        return self._names

    @property
    def policies(self) -> PolicyFacts:
        """The policy extensions."""
        if self._policies is None:
            self._policies = _policy_facts(self.certificate, self_issued=self.self_issued)
        return self._policies

    @property
    def issuing(self) -> list[Remark]:
        """Faults as an issuer."""
        if self._issuing is None:
            self._issuing = _issuing_faults(self.certificate)
        return self._issuing

    @property
    def trusted(self) -> list[Remark]:
        """Faults as an anchor whose own constraints apply."""
        if self._trusted is None:
            self._trusted = _trusted_faults(self.certificate)
        return self._trusted


_MAX_READINGS: Final = 1_024
"""Readings remembered; each holds on to the facts of its certificate, some tens of KiB."""

_MAX_REMEMBERED: Final = 4_096
"""Octets of the largest certificate whose reading is remembered; ordinary ones take 1,500."""

_memo: Final[dict[bytes, Reading]] = {}


def forget() -> None:
    """Forget every reading, and with them the good signatures: for benches of a cold start."""
    _memo.clear()
    _moulds.clear()


Common = tuple[str, list[Remark], list[str], bool]
"""What certificates of one mould have in common: issuer, own faults, critical extensions that are
not processed, and whether policies are constrained."""

_moulds: Final[dict[Mould, Common]] = {}


def _common(certificate: Certificate) -> Common:
    """Return what this certificate has in common with those of its mould, worked out once."""
    mould = certificate.mould
    if mould is None or not mould.shared:
        return _read_common(certificate)
    known = _moulds.get(mould)
    if known is None:
        if len(_moulds) >= _MAX_READINGS:
            _moulds.clear()
        known = _moulds[mould] = _read_common(certificate)
    return known


def _read_common(certificate: Certificate) -> Common:
    issuer = certificate.issuer
    index = certificate.index or {}
    return (
        "" if isinstance(issuer, Unreadable) else lookup_key(issuer),
        _own_faults(certificate),
        [oid for oid, _, critical in index.values() if critical and oid not in PROCESSED],
        # without policy constraints, or the caller's wish, no policy can be missed
        _POLICY_CONSTRAINTS in index,
    )


def _policy_facts(certificate: Certificate, *, self_issued: bool) -> PolicyFacts:
    policies = certificate.find(_POLICIES)
    mappings = certificate.find(_MAPPINGS)
    constraints = certificate.find(_POLICY_CONSTRAINTS)
    inhibit = certificate.find(_INHIBIT_ANY)
    return PolicyFacts(
        self_issued,
        tuple(p.oid for p in policies.policies)
        if isinstance(policies, CertificatePolicies)
        else None,
        mappings.mappings if isinstance(mappings, PolicyMappings) else (),
        constraints if isinstance(constraints, PolicyConstraints) else None,
        inhibit.skip_certificates if isinstance(inhibit, InhibitAnyPolicy) else None,
    )


_BROKEN: Final = (NoteKind.MALFORMED, NoteKind.NOT_DER)

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


def _own_faults(certificate: Certificate) -> list[Remark]:
    """Return the faults of `certificate` wherever it stands, critical extensions apart."""
    faults: list[Remark] = []
    if certificate.notes:  # what is malformed, unreadable or there twice has been noted
        faults.extend(_noted_faults(certificate))
    inner, outer = certificate.signature_algorithm, certificate.outer_algorithm
    # what cannot be read has been told
    if inner != outer and not isinstance(inner, Unreadable) and not isinstance(outer, Unreadable):
        # RFC 5280, 4.1.1.2: the field MUST contain the same identifier as the signed one
        detail = "inner and outer signature algorithm differ"
        faults.append(Remark("algorithm_mismatch", detail, inner.oid, outer.oid))
    if isinstance(certificate.issuer, Name) and not certificate.issuer.rdns:
        # RFC 5280, 4.1.2.4: the issuer field MUST contain a non-empty distinguished name
        faults.append(
            Remark("issuer_empty", "the certificate names no issuer", "a name", "an empty name")
        )
    return faults


def _noted_faults(certificate: Certificate) -> Iterator[Remark]:
    if not certificate.well_formed:
        codes = [note.code for note in certificate.notes if note.kind in _BROKEN]
        yield Remark(
            "not_well_formed", "the certificate is not strict DER", "DER", codes[0] if codes else ""
        )
    odd = [part for part in _PARTS if isinstance(getattr(certificate, part), Unreadable)]
    extensions = certificate.extensions
    if not isinstance(extensions, Unreadable):
        oids = [extension.oid for extension in extensions]
        twice = [oid for oid, count in Counter(oids).items() if count > 1]
        if twice:
            # RFC 5280, 4.2: not more than one instance of a particular extension
            yield Remark(
                "duplicate_extension", "an extension occurs more than once", "once", twice[0]
            )
        odd += [
            PROCESSED[e.oid]
            for e in extensions
            if isinstance(e.parsed, Unreadable) and e.oid in PROCESSED and e.oid not in twice
        ]
    for part in odd:
        yield Remark("unreadable", f"{part} cannot be read as one value", "one value", part)


def _issuing_faults(certificate: Certificate) -> list[Remark]:
    """Return the faults that `certificate` has as an issuer: RFC 5280, 6.1.4 (a), (k), (n)."""
    faults = []
    mappings = certificate.find(_MAPPINGS)
    if isinstance(mappings, PolicyMappings) and any(
        ANY_POLICY in pair for pair in mappings.mappings
    ):
        faults.append(Remark("policy_mapping_any", "a policy is mapped to or from anyPolicy"))
    if certificate.version == V3:
        basic = certificate.basic_constraints
        if not isinstance(basic, BasicConstraints):
            faults.append(
                Remark("not_ca", "the issuer has no basicConstraints", "cA TRUE", "absent")
            )
        elif not basic.ca:
            faults.append(Remark("not_ca", "the issuer is no CA", "cA TRUE", "cA FALSE"))
    elif not isinstance(certificate.version, Unreadable):
        # (k): below v3, only other means could show that this is a CA; there are none
        found = f"version {certificate.version}"
        faults.append(Remark("not_ca", "the issuer is not of version 3", "version 3", found))
    faults.extend(_usage_faults(certificate))
    return faults


def _trusted_faults(certificate: Certificate) -> list[Remark]:
    """Return the faults that `certificate` has as an anchor, where its own constraints apply."""
    faults = []
    basic = certificate.basic_constraints
    # An anchor below v3 cannot say that it is a CA; that it is one, whoever added it said.
    if certificate.version == V3 and not (isinstance(basic, BasicConstraints) and basic.ca):
        found = "cA FALSE" if isinstance(basic, BasicConstraints) else "absent"
        faults.append(
            Remark("anchor_not_ca", "the anchor is no CA, only good as the leaf", "cA TRUE", found)
        )
    faults.extend(
        fault._replace(code="anchor_" + fault.code) for fault in _usage_faults(certificate)
    )
    return faults


def _usage_faults(certificate: Certificate) -> list[Remark]:
    """RFC 5280, 6.1.4 (n): a key usage, where there is one, has keyCertSign."""
    usage = certificate.key_usage
    if isinstance(usage, KeyUsage) and "keyCertSign" not in usage.bits:
        return [
            Remark(
                "key_usage",
                "the key may not sign certificates",
                "keyCertSign",
                ", ".join(usage.bits),
            )
        ]
    return []
