"""The words that atoms take for object identifiers, one table per kind of thing.

This module knows how attributes, extensions, policies and access methods are called in
policy documents. It must not know what any of them is good for. The names are those of
the documents that define them; a dotted identifier may stand for any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.features.parameters import OID_PATTERN, BadArgumentError, Kind
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ANY_POLICY",
    "ATTRIBUTE",
    "ATTRIBUTES",
    "ATTRIBUTE_NAMES",
    "COMMON_NAME",
    "EXTENSION",
    "EXTENSIONS",
    "EXTENSION_NAMES",
    "METHOD",
    "METHODS",
    "METHOD_NAMES",
    "OWN_EXTENSIONS",
    "POLICIES",
    "POLICY",
    "POLICY_NAMES",
    "attribute_name",
    "extension_name",
    "method_name",
    "policy_name",
    "several",
    "spell",
]

_OID: Final = pattern(OID_PATTERN.replace("$", r"\Z"))

COMMON_NAME: Final = "2.5.4.3"

ATTRIBUTE_NAMES: Final[dict[str, str]] = {
    # BR 7.1.4.2, in the order of its table
    "domainComponent": "0.9.2342.19200300.100.1.25",
    "countryName": "2.5.4.6",
    "stateOrProvinceName": "2.5.4.8",
    "localityName": "2.5.4.7",
    "postalCode": "2.5.4.17",
    "streetAddress": "2.5.4.9",
    "organizationName": "2.5.4.10",
    "surname": "2.5.4.4",
    "givenName": "2.5.4.42",
    "organizationalUnitName": "2.5.4.11",
    # BR 7.1.4.2, the second table: no order
    "businessCategory": "2.5.4.15",
    "jurisdictionCountry": "1.3.6.1.4.1.311.60.2.1.3",
    "jurisdictionStateOrProvince": "1.3.6.1.4.1.311.60.2.1.2",
    "jurisdictionLocality": "1.3.6.1.4.1.311.60.2.1.1",
    "serialNumber": "2.5.4.5",
    "organizationIdentifier": "2.5.4.97",
    # RFC 5280, appendix A, and RFC 4519
    "dnQualifier": "2.5.4.46",
    "emailAddress": "1.2.840.113549.1.9.1",
    "generationQualifier": "2.5.4.44",
    "initials": "2.5.4.43",
    "pseudonym": "2.5.4.65",
    "title": "2.5.4.12",
    "userId": "0.9.2342.19200300.100.1.1",
}
"""Attribute types of a subject, without the common name: it has questions of its own."""

EXTENSION_NAMES: Final[dict[str, str]] = {
    "subjectDirectoryAttributes": "2.5.29.9",
    "privateKeyUsagePeriod": "2.5.29.16",
    "issuerAltName": "2.5.29.18",
    "policyMappings": "2.5.29.33",
    "policyConstraints": "2.5.29.36",
    "freshestCRL": "2.5.29.46",
    "inhibitAnyPolicy": "2.5.29.54",
    "qcStatements": "1.3.6.1.5.5.7.1.3",
    "subjectInfoAccess": "1.3.6.1.5.5.7.1.11",
    "tlsFeature": "1.3.6.1.5.5.7.1.24",
    "ocspNoCheck": "1.3.6.1.5.5.7.48.1.5",
    "ctPoison": "1.3.6.1.4.1.11129.2.4.3",
    "netscapeCertType": "2.16.840.1.113730.1.1",
    "cabfOrganizationIdentifier": "2.23.140.3.1",
}
"""Extensions without a feature of their own."""

OWN_EXTENSIONS: Final[dict[str, str]] = {
    "2.5.29.14": "ski",
    "2.5.29.15": "key_usage",
    "2.5.29.17": "san",
    "2.5.29.19": "basic_constraints",
    "2.5.29.30": "name_constraints",
    "2.5.29.31": "crldp",
    "2.5.29.32": "policies",
    "2.5.29.35": "aki",
    "2.5.29.37": "eku",
    "1.3.6.1.5.5.7.1.1": "aia",
    "1.3.6.1.4.1.11129.2.4.2": "sct",
}
"""Extensions with a feature of their own, and the first word of its atoms."""

ANY_POLICY: Final = "2.5.29.32.0"

POLICY_NAMES: Final[dict[str, str]] = {
    # BR 7.1.6.1, the reserved certificate policy identifiers
    "extendedValidation": "2.23.140.1.1",
    "domainValidated": "2.23.140.1.2.1",
    "organizationValidated": "2.23.140.1.2.2",
    "individualValidated": "2.23.140.1.2.3",
    # RFC 5280, 4.2.1.4
    "anyPolicy": ANY_POLICY,
}

METHOD_NAMES: Final[dict[str, str]] = {
    # RFC 5280, 4.2.2
    "ocsp": "1.3.6.1.5.5.7.48.1",
    "caIssuers": "1.3.6.1.5.5.7.48.2",
    "caRepository": "1.3.6.1.5.5.7.48.5",
}

ATTRIBUTES: Final = {oid: name for name, oid in ATTRIBUTE_NAMES.items()}
EXTENSIONS: Final = {oid: name for name, oid in EXTENSION_NAMES.items()}
POLICIES: Final = {oid: name for name, oid in POLICY_NAMES.items()}
METHODS: Final = {oid: name for name, oid in METHOD_NAMES.items()}


def _named(title: str, table: Mapping[str, str], elsewhere: Mapping[str, str]) -> Kind:
    """Return the kind of a name of `table` or a dotted identifier.

    `elsewhere` has the identifiers that another feature asks about, with its word.
    """

    def parse(value: object) -> str:
        if isinstance(value, str):
            dotted = table.get(value, value)
            if dotted in elsewhere:
                message = f"`{value}` has atoms of its own: see `{elsewhere[dotted]}.*`"
                raise BadArgumentError(message)
            if _OID.match(dotted):
                return dotted
        message = f"one of {', '.join(table)} or a dotted object identifier is expected here"
        raise BadArgumentError(message)

    dotted: dict[str, object] = {"type": "string", "pattern": OID_PATTERN}
    if elsewhere:
        dotted["not"] = {"enum": sorted(elsewhere)}
    return Kind(title, {"anyOf": [{"enum": list(table)}, dotted]}, parse, tuple(table))


def several(kind: Kind, name: str, least: int = 1) -> Kind:
    """Return the kind of a list of `kind` with at least `least` items, none twice."""

    def parse(value: object) -> object:
        if not isinstance(value, list) or len(value) < least:
            message = f"a list of at least {least} is expected here"
            raise BadArgumentError(message)
        parsed = tuple(kind.parse(item) for item in value)
        if len(set(parsed)) != len(parsed):
            message = "the list names one item twice"
            raise BadArgumentError(message)
        return parsed

    schema = {"type": "array", "items": kind.schema, "minItems": least, "uniqueItems": True}
    return Kind(name, schema, parse, kind.words)


ATTRIBUTE: Final = _named("attribute type", ATTRIBUTE_NAMES, {COMMON_NAME: "common_name"})
EXTENSION: Final = _named("extension", EXTENSION_NAMES, OWN_EXTENSIONS)
POLICY: Final = _named("certificate policy", POLICY_NAMES, {})
METHOD: Final = _named("access method", METHOD_NAMES, {})


def spell(table: Mapping[str, str], oids: frozenset[str]) -> list[str]:
    """Return the names of `oids`, sorted."""
    return sorted(table.get(oid, oid) for oid in oids)


def attribute_name(oid: str) -> str:
    """Return the name of an attribute type, or its dotted identifier."""
    return ATTRIBUTES.get(oid, oid)


def extension_name(oid: str) -> str:
    """Return the name of an extension, or its dotted identifier."""
    return EXTENSIONS.get(oid, oid)


def policy_name(oid: str) -> str:
    """Return the name of a certificate policy, or its dotted identifier."""
    return POLICIES.get(oid, oid)


def method_name(oid: str) -> str:
    """Return the name of an access method, or its dotted identifier."""
    return METHODS.get(oid, oid)
