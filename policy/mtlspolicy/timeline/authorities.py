"""What is known of a public CA's own dates for clientAuth, beside a timeline.

This module must not read files: the document (catalogue/ca-timelines.json) is handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.derive.authorities import authorities_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mtlspolicy.facts.certificate import Certificate

__all__ = ["recognise"]


def recognise(
    leafs: Mapping[str, Certificate], document: Mapping[str, Any]
) -> Sequence[dict[str, Any]]:
    """Return the authorities that issued the leafs, each with the roles of the leafs.

    `leafs` by role, client or server; `document` is the catalogue.
    """
    found: dict[str, dict[str, Any]] = {}
    for role, leaf in leafs.items():
        for authority, organization in authorities_of(leaf, document):
            known = found.setdefault(
                authority["id"],
                {"roles": [], **authority, "recognised_by": []},
            )
            known.pop("organizations", None)
            by = {"organization": organization["name"], "certainty": organization["certainty"]}
            if by not in known["recognised_by"]:
                known["recognised_by"].append(by)
            if role not in known["roles"]:
                known["roles"].append(role)
    order = [authority["id"] for authority in document["authorities"]]
    return sorted(found.values(), key=lambda one: order.index(one["id"]))
