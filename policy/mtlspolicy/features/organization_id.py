"""Whether the organisation identifier extension says what the subject says (EVG 7.1.2.2).

The subject has scheme, country, state and reference in one text, the extension in four.
This module knows how the text is made up. It must not know schemes, nor who registers whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.facts.certificate import Name, OrganizationIdentifier
from mtlspolicy.features.words import ATTRIBUTE_NAMES, EXTENSION_NAMES
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["ATTRIBUTE", "EXTENSION", "IDENTIFIER", "STRUCTURE", "agrees", "parts"]

ATTRIBUTE: Final = ATTRIBUTE_NAMES["organizationIdentifier"]
EXTENSION: Final = EXTENSION_NAMES["cabfOrganizationIdentifier"]

IDENTIFIER: Final = "NTRUS+CA-12345678"
"""An example of EVG 7.1.4.2.8."""

# EVG 7.1.4.2.8: three characters of the scheme, two of the country, plus and the subdivision
# (ISO 3166-2: up to three) where there is one; the left-most hyphen separates the reference.
STRUCTURE: Final = pattern(r"([A-Z]{3})([A-Z]{2})(?:\+([A-Z0-9]{1,3}))?-(.+)\Z")


def parts(text: str) -> tuple[str, str, str, str] | None:
    """Return scheme, country, state ("" where there is none) and reference; None for no such."""
    found = STRUCTURE.match(text) if text.isprintable() else None
    return None if found is None else (found[1], found[2], found[3] or "", found[4])


def agrees(certificate: Certificate, extension: object) -> bool:
    """Whether the subject has an organizationIdentifier, and each says the same as `extension`."""
    subject = certificate.subject
    if not isinstance(extension, OrganizationIdentifier) or not isinstance(subject, Name):
        return False
    told = (extension.scheme, extension.country, extension.state, extension.reference)
    texts = [a.value for rdn in subject.rdns for a in rdn if a.oid == ATTRIBUTE]
    return bool(texts) and all(text is not None and parts(text) == told for text in texts)
