"""The standing of a certificate on a path: what certificates that are made alike have in common.

This module knows the faults that a certificate has wherever it stands, or as soon as it stands
as an issuer (RFC 5280, 6.1), and what it imposes there. All that follows from its `mould`,
so it is worked out once for all certificates of one. It must not know the path, nor what
makes one certificate another one than the next.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.derive.constraints import Layer, read_layer
from mtlspolicy.derive.distinguished import lookup_key
from mtlspolicy.derive.policies_tree import ANY_POLICY
from mtlspolicy.facts.certificate import (
    BasicConstraints,
    KeyUsage,
    Name,
    NameConstraints,
    NoteKind,
    PolicyMappings,
    Unreadable,
)
from mtlspolicy.late import Late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.facts.certificate import Certificate, Mould

__all__ = ["PROCESSED", "Remark", "Standing", "forget", "standing_of"]

_NAME_CONSTRAINTS, _MAPPINGS = "2.5.29.30", "2.5.29.33"
_POLICY_CONSTRAINTS = "2.5.29.36"

V3: Final = 3

PROCESSED: Final = {
    # RFC 5280, 6.1: processed on the path itself
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.19": "basicConstraints",
    _NAME_CONSTRAINTS: "nameConstraints",
    "2.5.29.32": "certificatePolicies",
    _MAPPINGS: "policyMappings",
    _POLICY_CONSTRAINTS: "policyConstraints",
    "2.5.29.54": "inhibitAnyPolicy",
    # processed by the rules on purpose and revocation that every policy has or lacks on purpose
    "2.5.29.37": "extKeyUsage",
    "2.5.29.31": "cRLDistributionPoints",
}
"""Extensions that may be critical: dotted OID to name.

NOTE: key identifiers, information access and freshestCRL are known, but RFC 5280 (4.2.1.1,
4.2.1.2, 4.2.1.15, 4.2.2) wants them non-critical, so nobody says what a critical one
demands; like OpenSSL we refuse it.
"""


class Remark(NamedTuple):
    """A fault without a place: `code` after ``path.``."""

    code: str
    detail: str
    expected: str = ""
    found: str = ""


class Standing(Late):
    """What can be said of a certificate on a path without knowing which one of its mould it is.

    `sample`: one of them. `issuer`: the name to look up by, "" where empty or unreadable.
    `own`: faults wherever the certificate stands; `critical`: the critical extensions that are
    not processed; `demands_policy`: whether it constrains policies. `sound`: none of these three.

    What not every path needs is worked out when it is asked for. `issuing`: faults as an issuer;
    `trusted`: faults as an anchor whose own constraints apply; `path_length`: the path length
    constraint of a CA; `layer`: the name constraints that it imposes as an issuer, and
    `constrains_names`: whether there are any. `plain`: whether it is sound, has no fault as an
    issuer and imposes nothing but a path length.
    """

    __slots__ = (
        "constrains_names",
        "critical",
        "demands_policy",
        "issuer",
        "issuing",
        "layer",
        "own",
        "path_length",
        "plain",
        "sample",
        "sound",
        "trusted",
    )

    sample: Certificate
    issuer: str
    own: list[Remark]
    critical: list[str]
    demands_policy: bool
    sound: bool
    issuing: list[Remark]
    trusted: list[Remark]
    path_length: int | None
    layer: Layer | None
    constrains_names: bool
    plain: bool

    def __init__(self, certificate: Certificate) -> None:
        """Work out what every path needs."""
        self.sample = certificate
        issuer = certificate.issuer
        index = certificate.index or {}
        self.issuer = "" if isinstance(issuer, Unreadable) else lookup_key(issuer)
        self.own = _own_faults(certificate)
        self.critical = [o for o, _, critical in index.values() if critical and o not in PROCESSED]
        # without policy constraints, or the caller's wish, no policy can be missed
        self.demands_policy = _POLICY_CONSTRAINTS in index
        self.sound = not (self.own or self.critical or self.demands_policy)


def standing_of(certificate: Certificate) -> Standing:
    """Return the standing of `certificate`, worked out once for those of its mould."""
    mould = certificate.mould
    if mould is None or not mould.shared:
        return Standing(certificate)
    known = _moulds.get(mould)
    if known is None:
        known = Standing(certificate)
        if len(certificate.der) <= _MAX_REMEMBERED:
            if len(_moulds) >= _MAX_MOULDS:
                _moulds.clear()
            _moulds[mould] = known
    return known


_MAX_MOULDS: Final = 1_024
"""Moulds whose standing is remembered; each holds on to one certificate."""

_MAX_REMEMBERED: Final = 4_096
"""Octets of the largest certificate that is held on to as the sample of its mould: what it does not
share with others of it, such as its names, may be large."""

_moulds: Final[dict[Mould, Standing]] = {}


def forget() -> None:
    """Forget the standing of all moulds: for benches of a cold start."""
    _moulds.clear()


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


def _constraints(certificate: Certificate) -> NameConstraints | None:
    constraints = certificate.find(_NAME_CONSTRAINTS)
    return constraints if isinstance(constraints, NameConstraints) else None


def _layer(certificate: Certificate) -> Layer | None:
    constraints = _constraints(certificate)
    return None if constraints is None else read_layer(constraints)


def _is_plain(standing: Standing) -> bool:
    return standing.sound and not standing.issuing and not standing.constrains_names


def _path_length(certificate: Certificate) -> int | None:
    basic = certificate.basic_constraints
    return basic.path_length if isinstance(basic, BasicConstraints) and basic.ca else None


Standing.LATE = {
    "constrains_names": lambda standing: _constraints(standing.sample) is not None,
    "issuing": lambda standing: _issuing_faults(standing.sample),
    "layer": lambda standing: _layer(standing.sample),
    "path_length": lambda standing: _path_length(standing.sample),
    "plain": _is_plain,
    "trusted": lambda standing: _trusted_faults(standing.sample),
}
