"""Object identifiers: decoding (X.690, 8.19) and short names.

This module knows numbers and what they are called. It does not know what an identifier
is good for.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import Final

from mtlspolicy.limits import MAX_OID_BYTES
from mtlspolicy.memos import keep

__all__ = ["NAMES", "NUMBERS", "decode_oid", "oid_faults", "short_name"]

NAMES: Final[dict[str, str]] = {
    # RFC 5280, 4.2: extensions
    "2.5.29.9": "subjectDirectoryAttributes",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.16": "privateKeyUsagePeriod",
    "2.5.29.17": "subjectAltName",
    "2.5.29.18": "issuerAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.32.0": "anyPolicy",
    "2.5.29.33": "policyMappings",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.36": "policyConstraints",
    "2.5.29.37": "extKeyUsage",
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "2.5.29.46": "freshestCRL",
    "2.5.29.54": "inhibitAnyPolicy",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
    "1.3.6.1.5.5.7.1.3": "qcStatements",
    "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
    "1.3.6.1.5.5.7.1.24": "tlsFeature",
    "1.3.6.1.5.5.7.48.1.5": "ocspNoCheck",
    "1.3.6.1.4.1.11129.2.4.2": "signedCertificateTimestampList",
    "1.3.6.1.4.1.11129.2.4.3": "ctPoison",
    "2.16.840.1.113730.1.1": "netscapeCertType",
    # RFC 5280, 4.2.1.12, and other extended key usages
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "1.3.6.1.5.5.7.3.17": "ipsecIKE",
    "1.3.6.1.5.5.7.3.36": "documentSigning",
    "1.3.6.1.4.1.11129.2.4.4": "precertificateSigning",
    "1.3.6.1.4.1.311.10.3.3": "msServerGatedCrypto",
    "1.3.6.1.4.1.311.20.2.2": "msSmartcardLogon",
    "1.3.6.1.5.2.3.4": "pkinitClientAuth",
    "1.3.6.1.5.2.3.5": "pkinitKdc",
    "2.16.840.1.113730.4.1": "netscapeServerGatedCrypto",
    # RFC 5280, 4.2.2.1 and 4.2.1.4
    "1.3.6.1.5.5.7.48.1": "ocsp",
    "1.3.6.1.5.5.7.48.2": "caIssuers",
    "1.3.6.1.5.5.7.48.5": "caRepository",
    "1.3.6.1.5.5.7.2.1": "cps",
    "1.3.6.1.5.5.7.2.2": "userNotice",
    # CA/Browser Forum reserved policies
    "2.23.140.1.1": "cabfExtendedValidation",
    "2.23.140.1.2.1": "cabfDomainValidated",
    "2.23.140.1.2.2": "cabfOrganizationValidated",
    "2.23.140.1.2.3": "cabfIndividualValidated",
    # RFC 5280, 4.1.2.4 and appendix A; RFC 4519
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
    # subjectAltName otherName types
    "1.3.6.1.4.1.311.20.2.3": "userPrincipalName",
    "1.3.6.1.5.5.7.8.5": "xmppAddr",
    "1.3.6.1.5.5.7.8.7": "dnsSRV",
    "1.3.6.1.5.5.7.8.9": "smtpUtf8Mailbox",
    # RFC 3279, 4055, 5480, 8410: keys and signatures
    "1.2.840.113549.1.1.1": "rsaEncryption",
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.8": "mgf1",
    "1.2.840.113549.1.1.10": "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.10040.4.1": "dsa",
    "1.2.840.10040.4.3": "dsaWithSHA1",
    "1.2.840.10045.2.1": "ecPublicKey",
    "1.2.840.10045.4.1": "ecdsaWithSHA1",
    "1.2.840.10045.4.3.2": "ecdsaWithSHA256",
    "1.2.840.10045.4.3.3": "ecdsaWithSHA384",
    "1.2.840.10045.4.3.4": "ecdsaWithSHA512",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "1.2.840.10045.3.1.1": "secp192r1",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.33": "secp224r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""Short names of dotted identifiers, as the documents that define them write them."""

NUMBERS: Final[dict[str, str]] = {name: number for number, name in NAMES.items()}
"""Dotted identifiers of short names: the other direction of `NAMES`."""

_decoded: dict[bytes, str] = {}


def short_name(oid: str) -> str:
    """Return the short name of a dotted identifier, or the identifier itself."""
    return NAMES.get(oid, oid)


def oid_faults(content: bytes) -> tuple[str, ...]:
    """Return the codes of what is wrong with the content octets of an identifier."""
    if not content:
        return ("asn1.oid_empty",)
    if len(content) > MAX_OID_BYTES:
        return ("limit.oid_bytes",)
    faults: tuple[str, ...] = ()
    # X.690, 8.19.2: a subidentifier does not begin with 0x80
    if content[0] == 0x80 or any(
        content[i] == 0x80 and content[i - 1] < 0x80 for i in range(1, len(content))
    ):
        faults = ("der.oid_padded",)
    # X.690, 8.19.2: bit 8 is zero in the last octet of a subidentifier
    return (*faults, "asn1.oid_truncated") if content[-1] & 0x80 else faults


def decode_oid(content: bytes) -> str:
    """Return the dotted form of content octets in which `oid_faults` finds nothing fatal.

    Padding is read through. An octet string that ends in the middle of a subidentifier
    has no value: its last, unfinished number is left out.
    """
    known = _decoded.get(content)
    if known is None:
        known = keep(_decoded, content, _decode(content))
    return known


def _decode(content: bytes) -> str:
    numbers: list[int] = []
    number = 0
    for octet in content:
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            numbers.append(number)
            number = 0
    if numbers:
        # X.690, 8.19.4: the first two arcs share one number
        first = min(numbers[0] // 40, 2)
        numbers[:1] = [first, numbers[0] - 40 * first]
    return ".".join(map(str, numbers))
