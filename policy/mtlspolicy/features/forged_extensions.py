"""Further extensions in a draft, for witnesses and vectors.

This module knows a well-formed value for each extension that has a word, so that nothing
else is odd about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.extensions import NETSCAPE_TYPE, OTHER_EXTENSION, Value
from mtlspolicy.features.forged_names import common_name_places
from mtlspolicy.features.organization_id import ATTRIBUTE as ORGANIZATION_ATTRIBUTE
from mtlspolicy.features.organization_id import EXTENSION as ORGANIZATION
from mtlspolicy.features.organization_id import IDENTIFIER, parts
from mtlspolicy.features.words import EXTENSION_NAMES, OWN_EXTENSIONS
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import Name, name

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["realise"]

_VALUES: Final[dict[str, bytes]] = {
    EXTENSION_NAMES[name]: value
    for name, value in {
        "issuerAltName": extensions.subject_alt_name(("dns", "ca.example.com")),
        "policyMappings": extensions.policy_mappings(("2.23.140.1.2.1", "1.3.6.1.4.1.32473.1.7")),
        "policyConstraints": extensions.policy_constraints(0),
        "inhibitAnyPolicy": extensions.inhibit_any_policy(0),
        "freshestCRL": extensions.crl_distribution_points("http://crl.example.com/delta.crl"),
        "subjectInfoAccess": extensions.information_access(
            ("caRepository", "http://ca.example.com/")
        ),
        "tlsFeature": extensions.tls_feature(5),
        "netscapeCertType": extensions.netscape_cert_type("sslServer"),
        # What these hold is not read: an empty SEQUENCE will do.
        "subjectDirectoryAttributes": writer.sequence().encode(),
        "privateKeyUsagePeriod": writer.sequence().encode(),
        "qcStatements": writer.sequence().encode(),
        "cabfOrganizationIdentifier": extensions.organization_identifier("VAT", "DE", "1"),
    }.items()
}


def realise(value: Value, draft: CertificateDraft) -> None:
    """Write the list; an unreadable one holds something that is no extension."""
    kept = [e for e in draft.extensions if e.oid in OWN_EXTENSIONS]
    draft.tbs_edits = [edit for edit in draft.tbs_edits if edit not in (_emptied, _spoiled)]
    draft.extensions = kept
    if isinstance(value, Unreadable):
        _fill(draft)
        draft.tbs_edits.append(_spoiled)
        return
    if value.empty:
        draft.extensions = []
        _fill(draft)
        draft.tbs_edits.append(_emptied)
        return
    for oid in sorted(value.others):
        encoded = _VALUES.get(oid, extensions.null_value())
        if oid == NETSCAPE_TYPE and isinstance(value.netscape, frozenset):
            encoded = extensions.netscape_cert_type(*sorted(value.netscape))
        if oid == ORGANIZATION and value.organization is True:
            encoded = _of_subject(draft)
        draft.add_extension(oid, encoded, critical=oid in value.critical)
    if value.repeats and not _stands_twice(draft):
        _repeat(draft)


def _of_subject(draft: CertificateDraft) -> bytes:
    """Return the identifier of the subject, which is given one where it has none."""
    if not any(a.oid == ORGANIZATION_ATTRIBUTE for rdn in draft.subject.rdns for a in rdn):
        others, common = common_name_places(draft.subject)
        added = name(("organizationIdentifier", IDENTIFIER)).rdns
        draft.subject = Name((*others, *added, *((attribute,) for attribute in common)))
    scheme, country, state, reference = parts(IDENTIFIER) or ("", "", "", "")
    return extensions.organization_identifier(scheme, country, reference, state)


def _fill(draft: CertificateDraft) -> None:
    """Make sure that there is a list to edit."""
    if not draft.extensions:
        draft.add_extension(OTHER_EXTENSION, extensions.null_value())


def _stands_twice(draft: CertificateDraft) -> bool:
    oids = [e.oid for e in draft.extensions]
    return len(set(oids)) != len(oids)


def _repeat(draft: CertificateDraft) -> None:
    """Put one of the others in once more; where there are none, the key usage."""
    others = [e for e in draft.extensions if e.oid not in OWN_EXTENSIONS]
    again = others or draft.extensions
    draft.extensions.extend(again[:1] or [])


def _emptied(tbs: Node) -> Node:
    return _listed(tbs).edit("extensions", lambda block: block.with_children(()))


def _spoiled(tbs: Node) -> Node:
    return _listed(tbs).edit("extensions", lambda block: block.append(writer.primitive(0x06, b"")))


def _listed(tbs: Node) -> Node:
    """Put a list in where there is none: an old version leaves no extension in place."""
    if any(node.label == "extensions" for node in tbs.walk()):
        return tbs
    return tbs.append(writer.explicit(3, writer.sequence().labelled("extensions")))
