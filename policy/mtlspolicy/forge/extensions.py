"""The values of certificate extensions, well-formed, from short notations.

This module knows the syntax of each extension (RFC 5280, 4.2, and where else it is
defined). It must not know which values are good: an encoder writes what it is told, and
what is not DER at all is made from the result by edits.

Every encoder returns the content of extnValue. General names are written as pairs of a
kind and a value::

    >>> subject_alt_name(("dns", "a.example"), ("ip", "192.0.2.1")).hex()
    '30118209612e6578616d706c658704c0000201'
"""

from __future__ import annotations

__all__ = [
    "OID",
    "PURPOSES",
    "DistributionPoint",
    "GeneralNameSpec",
    "Sct",
    "authority_key_identifier",
    "basic_constraints",
    "certificate_policies",
    "crl_distribution_points",
    "extended_key_usage",
    "general_name",
    "general_names",
    "information_access",
    "inhibit_any_policy",
    "key_usage",
    "name_constraints",
    "netscape_cert_type",
    "null_value",
    "organization_identifier",
    "policy_constraints",
    "policy_mappings",
    "purpose",
    "reason_flags",
    "signed_certificate_timestamps",
    "subject_alt_name",
    "subject_key_identifier",
    "tls_feature",
]

import hashlib
import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge.names import Name
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node

OID: Final = {
    "subjectDirectoryAttributes": "2.5.29.9",
    "subjectKeyIdentifier": "2.5.29.14",
    "keyUsage": "2.5.29.15",
    "subjectAltName": "2.5.29.17",
    "issuerAltName": "2.5.29.18",
    "basicConstraints": "2.5.29.19",
    "crlNumber": "2.5.29.20",
    "reasonCode": "2.5.29.21",
    "invalidityDate": "2.5.29.24",
    "deltaCRLIndicator": "2.5.29.27",
    "issuingDistributionPoint": "2.5.29.28",
    "certificateIssuer": "2.5.29.29",
    "nameConstraints": "2.5.29.30",
    "cRLDistributionPoints": "2.5.29.31",
    "certificatePolicies": "2.5.29.32",
    "policyMappings": "2.5.29.33",
    "authorityKeyIdentifier": "2.5.29.35",
    "policyConstraints": "2.5.29.36",
    "extKeyUsage": "2.5.29.37",
    "freshestCRL": "2.5.29.46",
    "inhibitAnyPolicy": "2.5.29.54",
    "authorityInfoAccess": "1.3.6.1.5.5.7.1.1",
    "subjectInfoAccess": "1.3.6.1.5.5.7.1.11",
    "tlsFeature": "1.3.6.1.5.5.7.1.24",
    "ocspNonce": "1.3.6.1.5.5.7.48.1.2",
    "ocspNoCheck": "1.3.6.1.5.5.7.48.1.5",
    "signedCertificateTimestamps": "1.3.6.1.4.1.11129.2.4.2",
    "ctPoison": "1.3.6.1.4.1.11129.2.4.3",
    "cabfOrganizationIdentifier": "2.23.140.3.1",
    "netscapeCertType": "2.16.840.1.113730.1.1",
    "unknown": "1.3.6.1.4.1.99999.1",
}
"""Extensions by name. `unknown` is ours: no reader can know it."""

PURPOSES: Final = {
    "any": "2.5.29.37.0",
    "serverAuth": "1.3.6.1.5.5.7.3.1",
    "clientAuth": "1.3.6.1.5.5.7.3.2",
    "codeSigning": "1.3.6.1.5.5.7.3.3",
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "timeStamping": "1.3.6.1.5.5.7.3.8",
    "OCSPSigning": "1.3.6.1.5.5.7.3.9",
    "precertSigning": "1.3.6.1.4.1.11129.2.4.4",
}
"""Key purposes by short name (RFC 5280, 4.2.1.12)."""

_KEY_USAGE: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
_REASONS: Final = (
    "unused",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
)
_CERT_TYPES: Final = (
    "sslClient",
    "sslServer",
    "smime",
    "objectSigning",
    "reserved",
    "sslCA",
    "smimeCA",
    "objectSigningCA",
)
_ACCESS: Final = {
    "ocsp": "1.3.6.1.5.5.7.48.1",
    "caIssuers": "1.3.6.1.5.5.7.48.2",
    "caRepository": "1.3.6.1.5.5.7.48.5",
}
_CPS: Final = "1.3.6.1.5.5.7.2.1"
_USER_NOTICE: Final = "1.3.6.1.5.5.7.2.2"


def _bits(names: Sequence[str], table: tuple[str, ...]) -> Node:
    return writer.named_bits(table.index(name) for name in names)


# -- what a key may do


def purpose(name: str) -> str:
    """Return the dotted OID of a key purpose; a dotted OID stands for itself."""
    return PURPOSES.get(name, name)


def extended_key_usage(*purposes: str) -> bytes:
    """RFC 5280, 4.2.1.12: short names or dotted OIDs, in this order."""
    return writer.sequence(*(writer.oid(purpose(name)) for name in purposes)).encode()


def key_usage(*bits: str) -> bytes:
    """RFC 5280, 4.2.1.3: names of the bits that are set (bit 1 is `nonRepudiation`)."""
    return _bits(bits, _KEY_USAGE).encode()


def basic_constraints(*, ca: bool = False, path_length: int | None = None) -> bytes:
    """RFC 5280, 4.2.1.9; cA FALSE is the default and therefore not encoded (X.690, 11.5)."""
    parts = [writer.boolean(value=True)] if ca else []
    if path_length is not None:
        parts.append(writer.integer(path_length))
    return writer.sequence(*parts).encode()


def organization_identifier(scheme: str, country: str, reference: str, state: str = "") -> bytes:
    """Return the CA/Browser Forum's organisation identifier (EVG 7.1.2.2)."""
    place = [writer.implicit(0, writer.string("printable", state))] if state else []
    return writer.sequence(
        writer.string("printable", scheme),
        writer.string("printable", country),
        *place,
        writer.string("utf8", reference),
    ).encode()


def netscape_cert_type(*bits: str) -> bytes:
    """Return the old Netscape extension: sslClient, sslServer, sslCA and so on."""
    return _bits(bits, _CERT_TYPES).encode()


def tls_feature(*features: int) -> bytes:
    """RFC 7633, 4: TLS extension numbers; 5 alone is must-staple."""
    return writer.sequence(*(writer.integer(feature) for feature in features)).encode()


def null_value() -> bytes:
    """Return the value of an extension that says all by being there.

    OCSP no check (RFC 6960, 4.2.2.2.1) and the precertificate poison (RFC 6962, 3.1).
    """
    return writer.null().encode()


# -- names

GeneralNameValue = str | bytes | Name | tuple[str | None, str | bytes]
GeneralNameSpec = tuple[str, GeneralNameValue]
"""A kind and a value. The kinds, with what the value is:

dns, email, uri (text or octets), ip (an address, a network, or octets), dn (a `Name`),
rid (a dotted OID), other (dotted type and DER of the value), edi (assigner or None, and
party), x400 (the content octets of the ORAddress).
"""

_TEXT_NAMES: Final = {"email": 1, "dns": 2, "uri": 6}


def general_name(  # noqa: PLR0911 - an arm for each kind
    kind: str, value: GeneralNameValue
) -> Node:
    """Return one GeneralName (RFC 5280, 4.2.1.6); TypeError for a value of another kind."""
    match kind, value:
        case (("dns" | "email" | "uri"), str() | bytes()):
            return writer.implicit(_TEXT_NAMES[kind], writer.string("ia5", value))
        case "ip", str() | bytes():
            octets = _address(value) if isinstance(value, str) else value
            return writer.implicit(7, writer.octet_string(octets))
        case "dn", Name():
            # A choice cannot be tagged implicitly (X.680, 31.2.9), so this tag is explicit.
            return writer.explicit(4, value.node)
        case "rid", str():
            return writer.implicit(8, writer.oid(value))
        case "x400", bytes():
            return writer.implicit(3, writer.sequence(writer.raw(value)))
        case "other", (str(oid), bytes(der)):
            inner = writer.explicit(0, writer.raw(der))
            return writer.implicit(0, writer.sequence(writer.oid(oid), inner))
        case "edi", (assigner, str(party)):
            return writer.implicit(5, writer.sequence(*_edi(assigner, party)))
        case _:
            message = f"no value of a general name of kind `{kind}`"
            raise TypeError(message)


def _edi(assigner: str | bytes | None, party: str) -> list[Node]:
    parts = [] if assigner is None else [writer.explicit(0, writer.string("utf8", assigner))]
    return [*parts, writer.explicit(1, writer.string("utf8", party))]


def _address(text: str) -> bytes:
    if "/" in text:
        network = ipaddress.ip_network(text)
        return network.network_address.packed + network.netmask.packed
    return ipaddress.ip_address(text).packed


def general_names(*names: GeneralNameSpec) -> Node:
    """Return a SEQUENCE of general names."""
    return writer.sequence(*(general_name(kind, value) for kind, value in names))


def subject_alt_name(*names: GeneralNameSpec) -> bytes:
    """RFC 5280, 4.2.1.6; the issuer's (4.2.1.7) has the same syntax."""
    return general_names(*names).encode()


def name_constraints(
    permitted: Sequence[GeneralNameSpec] | None = None,
    excluded: Sequence[GeneralNameSpec] | None = None,
) -> bytes:
    """RFC 5280, 4.2.1.10: lists of subtrees, None for one that is absent."""
    lists = ((0, permitted), (1, excluded))
    return writer.sequence(
        *(writer.implicit(tag, _subtrees(names)) for tag, names in lists if names is not None)
    ).encode()


def _subtrees(names: Sequence[GeneralNameSpec]) -> Node:
    # minimum is 0 by default and maximum absent: the only values that RFC 5280 allows.
    return writer.sequence(*(writer.sequence(general_name(*spec)) for spec in names))


# -- keys


def subject_key_identifier(identifier: bytes) -> bytes:
    """RFC 5280, 4.2.1.2."""
    return writer.octet_string(identifier).encode()


def authority_key_identifier(
    identifier: bytes | None = None,
    issuer: Sequence[GeneralNameSpec] | None = None,
    serial: int | None = None,
) -> bytes:
    """RFC 5280, 4.2.1.1: each part None where it is absent."""
    parts = []
    if identifier is not None:
        parts.append(writer.implicit(0, writer.octet_string(identifier)))
    if issuer is not None:
        parts.append(writer.implicit(1, general_names(*issuer)))
    if serial is not None:
        parts.append(writer.implicit(2, writer.integer(serial)))
    return writer.sequence(*parts).encode()


# -- policies

PolicySpec = str | tuple[str, Sequence[tuple[str, str]]]
"""A dotted OID, alone or with qualifiers: ("cps", URI) or ("notice", text)."""


def certificate_policies(*policies: PolicySpec) -> bytes:
    """RFC 5280, 4.2.1.4."""
    return writer.sequence(*(_policy(policy) for policy in policies)).encode()


def _policy(policy: PolicySpec) -> Node:
    if isinstance(policy, str):
        return writer.sequence(writer.oid(policy))
    oid, qualifiers = policy
    return writer.sequence(writer.oid(oid), writer.sequence(*(_qualifier(*q) for q in qualifiers)))


def _qualifier(kind: str, text: str) -> Node:
    if kind == "cps":
        return writer.sequence(writer.oid(_CPS), writer.string("ia5", text))
    notice = writer.sequence(writer.string("utf8", text))
    return writer.sequence(writer.oid(_USER_NOTICE), notice)


def policy_constraints(
    require_explicit: int | None = None, inhibit_mapping: int | None = None
) -> bytes:
    """RFC 5280, 4.2.1.11: numbers of certificates to skip, None for a part that is absent."""
    parts = ((0, require_explicit), (1, inhibit_mapping))
    return writer.sequence(
        *(writer.implicit(tag, writer.integer(skip)) for tag, skip in parts if skip is not None)
    ).encode()


def policy_mappings(*mappings: tuple[str, str]) -> bytes:
    """RFC 5280, 4.2.1.5: pairs of the issuer's and the subject's policy, dotted."""
    return writer.sequence(
        *(writer.sequence(writer.oid(theirs), writer.oid(ours)) for theirs, ours in mappings)
    ).encode()


def inhibit_any_policy(skip: int) -> bytes:
    """RFC 5280, 4.2.1.14: number of certificates to skip."""
    return writer.integer(skip).encode()


# -- where to ask


def information_access(*entries: tuple[str, str | GeneralNameSpec]) -> bytes:
    """RFC 5280, 4.2.2: methods with a URI or any other general name.

    A method is ocsp, caIssuers, caRepository or a dotted OID.
    """
    return writer.sequence(*(_access(*entry) for entry in entries)).encode()


def _access(method: str, location: str | GeneralNameSpec) -> Node:
    spec: GeneralNameSpec = ("uri", location) if isinstance(location, str) else location
    return writer.sequence(writer.oid(_ACCESS.get(method, method)), general_name(*spec))


@dataclass(frozen=True, slots=True)
class DistributionPoint:
    """One distribution point (RFC 5280, 4.2.1.13); None or empty for a part that is absent.

    `full_name`: general names. `relative`: a name of one relative name, relative to the
    issuer of the list. `reasons`: names of reason bits. `crl_issuer`: general names.
    """

    full_name: tuple[GeneralNameSpec, ...] = ()
    relative: Name | None = None
    reasons: tuple[str, ...] | None = None
    crl_issuer: tuple[GeneralNameSpec, ...] = ()

    @property
    def node(self) -> Node:
        """The point as a tree."""
        parts = []
        if self.full_name or self.relative:
            parts.append(writer.explicit(0, self.point_name))
        if self.reasons is not None:
            parts.append(writer.implicit(1, reason_flags(*self.reasons)))
        if self.crl_issuer:
            parts.append(writer.implicit(2, general_names(*self.crl_issuer)))
        return writer.sequence(*parts)

    @property
    def point_name(self) -> Node:
        """The DistributionPointName alone."""
        if self.relative is None:
            return writer.implicit(0, general_names(*self.full_name))
        return writer.implicit(1, self.relative.node.items()[0])


def reason_flags(*reasons: str) -> Node:
    """Return the reasons as named bits (RFC 5280, 4.2.1.13)."""
    return _bits(reasons, _REASONS)


def crl_distribution_points(*points: str | DistributionPoint) -> bytes:
    """RFC 5280, 4.2.1.13: points, or URIs that stand for points of that full name.

    The freshest CRL (4.2.1.15) has the same syntax.
    """
    return writer.sequence(
        *((DistributionPoint((("uri", p),)) if isinstance(p, str) else p).node for p in points)
    ).encode()


# -- certificate transparency


@dataclass(frozen=True, slots=True)
class Sct:
    """One signed certificate timestamp (RFC 6962, 3.2), well-formed and not true.

    `log`: any name, its hash is the log id. `timestamp`: milliseconds since 1970.
    """

    log: str
    timestamp: int
    version: int = 0

    @property
    def octets(self) -> bytes:
        """The SCT in TLS presentation: ECDSA with SHA-256, two numbers that sign nothing."""
        log_id = hashlib.sha256(self.log.encode("utf-8")).digest()
        numbers = (hashlib.sha256(log_id + bytes([half])).digest() for half in range(2))
        signature = writer.sequence(
            *(writer.integer(int.from_bytes(n, "big")) for n in numbers)
        ).encode()
        head = bytes([self.version]) + log_id + self.timestamp.to_bytes(8, "big")
        return head + b"\x00\x00" + b"\x04\x03" + len(signature).to_bytes(2, "big") + signature


@lru_cache(maxsize=256)
def signed_certificate_timestamps(*timestamps: Sct) -> bytes:
    """RFC 6962, 3.3: the list in an OCTET STRING of its own."""
    entries = b"".join(len(t.octets).to_bytes(2, "big") + t.octets for t in timestamps)
    return writer.octet_string(len(entries).to_bytes(2, "big") + entries).encode()
