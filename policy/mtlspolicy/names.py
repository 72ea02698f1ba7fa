"""The short names of object identifiers: extended key usages, policies, extensions, attributes.

One table per arc, each under its source. A name that is not here is written as dotted
decimals everywhere.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANY_PURPOSE",
    "CLIENT_AUTH",
    "PURPOSES",
    "SERVER_AUTH",
    "dotted_purpose",
    "purpose_name",
    "purpose_names",
]

SERVER_AUTH: Final = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
ANY_PURPOSE: Final = "2.5.29.37.0"

PURPOSES: Final[dict[str, str]] = {
    # RFC 5280, 4.2.1.12
    "serverAuth": SERVER_AUTH,
    "clientAuth": CLIENT_AUTH,
    "codeSigning": "1.3.6.1.5.5.7.3.3",
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "timeStamping": "1.3.6.1.5.5.7.3.8",
    "OCSPSigning": "1.3.6.1.5.5.7.3.9",
    "anyExtendedKeyUsage": ANY_PURPOSE,
    # RFC 9336, RFC 9509, RFC 9734, RFC 9809 and the BIMI mark certificates
    "brandIndicatorforMessageIdentification": "1.3.6.1.5.5.7.3.31",
    "documentSigning": "1.3.6.1.5.5.7.3.36",
    "jwt": "1.3.6.1.5.5.7.3.37",
    "httpContentEncrypt": "1.3.6.1.5.5.7.3.38",
    "oauthAccessTokenSigning": "1.3.6.1.5.5.7.3.39",
    "imUri": "1.3.6.1.5.5.7.3.40",
    "configSigning": "1.3.6.1.5.5.7.3.41",
    "trustAnchorConfigSigning": "1.3.6.1.5.5.7.3.42",
    "updatePackageSigning": "1.3.6.1.5.5.7.3.43",
    "safetyCommunication": "1.3.6.1.5.5.7.3.44",
    # RFC 6962, 3.1: precertificate signing
    "precertificateSigning": "1.3.6.1.4.1.11129.2.4.4",
    # legacy server-gated crypto, still read as serverAuth by some stacks
    "microsoftServerGatedCrypto": "1.3.6.1.4.1.311.10.3.3",
    "netscapeServerGatedCrypto": "2.16.840.1.113730.4.1",
    "smartcardLogon": "1.3.6.1.4.1.311.20.2.2",
}
"""Short name to dotted OID of the extended key usages that people meet."""

_PURPOSE_NAMES: Final = {oid: name for name, oid in PURPOSES.items()}


def dotted_purpose(name: str) -> str:
    """Return the dotted OID of the purpose called `name`, which must be known."""
    return PURPOSES[name]


def purpose_name(oid: str) -> str:
    """Return the short name of a purpose, or its dotted OID where it has none."""
    return _PURPOSE_NAMES.get(oid, oid)


def purpose_names(oids: tuple[str, ...] | frozenset[str]) -> list[str]:
    """Return the short names of `oids`: in order for a tuple, sorted for a set."""
    names = [purpose_name(oid) for oid in oids]
    return names if isinstance(oids, tuple) else sorted(names)
