"""Which public CA issued a leaf, and what that CA says of clientAuth.

A CA is recognised by the organizationName of the leaf's issuer, exactly. The dates are data
(catalogue/ca-timelines.json), which is handed in: this module must not read files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.facts.certificate import Certificate

__all__ = ["authorities_of", "dates_for"]

_ORGANIZATION: Final = "2.5.4.10"


def authorities_of(
    leaf: Certificate, document: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the authorities of `document` that issued `leaf`, each with the name that says so."""
    found = _organizations(leaf)
    for authority in document.get("authorities", ()) if found else ():
        for organization in authority["organizations"]:
            if organization["name"] in found:
                yield authority, organization


def dates_for(code: str, leaf: Certificate, document: Mapping[str, Any]) -> str:
    """Return what to add to the remedy of a finding: the CA's own dates; empty for none.

    What is unconfirmed is marked, as is a CA that is recognised by a name nobody has seen.
    """
    if code not in document.get("cited_for", ()):
        return ""
    return "".join(_cited(*found, document["as_of"]) for found in authorities_of(leaf, document))


def _cited(authority: Mapping[str, Any], organization: Mapping[str, Any], as_of: str) -> str:
    events = ", ".join(
        f"{event['date']} {event['what']}{_doubt(event)}" for event in authority["events"]
    )
    source = f"; {authority['sources'][0]}" if authority["sources"] else ""
    return (
        f"; {authority['name']} (by the issuer's organization{_doubt(organization)}) on "
        f"clientAuth, as of {as_of}: {authority['state']}{_doubt(authority)}"
        f"{': ' if events else ''}{events}{source}"
    )


def _doubt(entry: Mapping[str, Any]) -> str:
    return "" if entry["certainty"] == "primary" else f" [{entry['certainty']}]"


def _organizations(leaf: Certificate) -> set[str]:
    if not isinstance(leaf.issuer, Name):
        return set()
    return {
        attribute.value
        for rdn in leaf.issuer.rdns
        for attribute in rdn
        if attribute.oid == _ORGANIZATION and attribute.value is not None
    }
