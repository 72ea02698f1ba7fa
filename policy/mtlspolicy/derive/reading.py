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
    from collections.abc import Callable, Iterator

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

    `issuer` and `subject`: names to compare and to look up by, "" where empty or unreadable.
    `own`: faults wherever the certificate stands; `critical`: the critical extensions that
    are not processed; `demands_policy`: whether it constrains policies. `key`: the whole
    SubjectPublicKeyInfo; `signers`: the keys, written so, known to have made the signature.

    What not every path needs is worked out when it is asked for. `self_issued`: whether subject
    and issuer are one name, and not an empty one (RFC 5280, 6.1). `issuing`: faults as an
    issuer; `trusted`: faults as an anchor whose own constraints apply. `path_length`: the path
    length constraint of a CA. `layer`: the name constraints that the certificate imposes as an
    issuer; `names`: the names that constraints apply to. `policies`: the policy extensions.
    `plain`: whether as an issuer it has no fault and imposes nothing but a path length.
    `subject_key`: its subject key identifier; `authority_key`: that of the signing key.
    """

    __slots__ = (
        "authority_key",
        "certificate",
        "critical",
        "demands_policy",
        "issuer",
        "issuing",
        "key",
        "layer",
        "names",
        "own",
        "path_length",
        "plain",
        "policies",
        "self_issued",
        "signers",
        "subject",
        "subject_key",
        "trusted",
    )

    certificate: Certificate
    issuer: str
    subject: str
    own: list[Remark]
    critical: list[str]
    demands_policy: bool
    key: bytes
    signers: set[bytes]
    self_issued: bool
    issuing: list[Remark]
    trusted: list[Remark]
    path_length: int | None
    plain: bool
    layer: Layer | None
    names: tuple[Constrained, ...]
    policies: PolicyFacts
    subject_key: bytes | None
    authority_key: bytes | None

    def __init__(self, certificate: Certificate) -> None:
        """Work out what every path needs."""
        self.certificate = certificate
        self.issuer, self.own, self.critical, self.demands_policy = _common(certificate)
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

    if not TYPE_CHECKING:  # pragma: no branch - for a checker, any name would be an attribute

        def __getattr__(self, name: str) -> object:
            """Work out what is asked for the first time."""
            work_out = _LATER.get(name)
            if work_out is None:
                raise AttributeError(name)
            value = work_out(self)
            setattr(self, name, value)
            return value


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


def _subject(reading: Reading) -> str:
    subject = reading.certificate.subject
    return "" if isinstance(subject, Unreadable) else lookup_key(subject)


def _self_issued(reading: Reading) -> bool:
    return bool(reading.issuer) and reading.subject == reading.issuer


def _path_length(reading: Reading) -> int | None:
    basic = reading.certificate.basic_constraints
    return basic.path_length if isinstance(basic, BasicConstraints) and basic.ca else None


def _plain(reading: Reading) -> bool:
    faults = reading.own or reading.critical or reading.issuing
    return not faults and not reading.demands_policy and reading.layer is None


def _subject_key(reading: Reading) -> bytes | None:
    found = reading.certificate.find(_SUBJECT_KEY)
    return found.key_identifier if isinstance(found, SubjectKeyIdentifier) else None


def _authority_key(reading: Reading) -> bytes | None:
    found = reading.certificate.find(_AUTHORITY_KEY)
    return found.key_identifier if isinstance(found, AuthorityKeyIdentifier) else None


def _layer(reading: Reading) -> Layer | None:
    constraints = reading.certificate.find(_NAME_CONSTRAINTS)
    return read_layer(constraints) if isinstance(constraints, NameConstraints) else None


def _policies(reading: Reading) -> PolicyFacts:
    certificate, self_issued = reading.certificate, reading.self_issued
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
    if inner is outer:
        pass  # of most certificates it is read once
    elif inner != outer and not isinstance(inner, Unreadable) and not isinstance(outer, Unreadable):
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


_LATER: Final[dict[str, Callable[[Reading], object]]] = {
    "authority_key": _authority_key,
    "issuing": lambda reading: _issuing_faults(reading.certificate),
    "layer": _layer,
    "names": lambda reading: names_of(reading.certificate),
    "path_length": _path_length,
    "plain": _plain,
    "policies": _policies,
    "self_issued": _self_issued,
    "subject": _subject,
    "subject_key": _subject_key,
    "trusted": lambda reading: _trusted_faults(reading.certificate),
}
"""What is worked out when it is asked for."""
