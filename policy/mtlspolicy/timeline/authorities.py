"""What is known of a public CA's own dates for clientAuth (catalogue/ca-timelines.json).

A CA is recognised by the organizationName of a leaf's issuer, exactly. This module must not
read files: the document is handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.facts.certificate import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mtlspolicy.facts.certificate import Certificate

__all__ = ["recognise"]

_ORGANIZATION = "2.5.4.10"


def recognise(
    leafs: Mapping[str, Certificate], document: Mapping[str, Any]
) -> Sequence[dict[str, Any]]:
    """Return the authorities that issued the leafs, each with the roles of the leafs.

    `leafs` by role, client or server; `document` is the catalogue.
    """
    found: list[dict[str, Any]] = []
    for authority in document["authorities"]:
        names = set(authority["organizations"])
        roles = [role for role, leaf in leafs.items() if names & _organizations(leaf)]
        if roles:
            shown = {key: value for key, value in authority.items() if key != "organizations"}
            found.append({"roles": roles, **shown})
    return found


def _organizations(leaf: Certificate) -> set[str]:
    if not isinstance(leaf.issuer, Name):
        return set()
    return {
        attribute.value
        for rdn in leaf.issuer.rdns
        for attribute in rdn
        if attribute.oid == _ORGANIZATION and attribute.value is not None
    }
