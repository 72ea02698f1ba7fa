"""Composite questions: shorthand that is put out as a tree of atoms.

A composite adds no meaning: every reading sees the tree that it stands for.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.parameters import FREEDOM, PURPOSE, BadArgumentError, Kind, choice
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["COMPOSITES", "RELATIONSHIPS", "Composite"]


@dataclass(frozen=True, slots=True)
class Composite:
    """A shorthand: its JSON Schema, its meaning for people, and the tree it stands for."""

    name: str
    doc: str
    schema: Mapping[str, Any]
    expand: Callable[[object], Any]


_KNOBS: Final[Mapping[str, tuple[Kind, str | None]]] = {
    "purpose": (PURPOSE, None),
    "absent": (FREEDOM, "allow"),
    "absent_on_issuers": (FREEDOM, "allow"),
    "any_on_leaf": (FREEDOM, "allow"),
    "any_on_issuers": (FREEDOM, "allow"),
    "depth": (choice("all", "leaf"), "all"),
    "anchor": (choice("count", "ignore"), "count"),
}


def _permitted(value: object) -> Any:  # noqa: ANN401 - JSON
    """The leaf's usage permits the purpose, and (depth all) so does every issuer's."""
    if not isinstance(value, dict) or "purpose" not in value or not set(value) <= set(_KNOBS):
        others = ", ".join(knob for knob in _KNOBS if knob != "purpose")
        message = f"an object with `purpose` and any of {others} is expected"
        raise BadArgumentError(message)
    given = {knob: value.get(knob, default) for knob, (_, default) in _KNOBS.items()}
    for knob, (kind, _) in _KNOBS.items():
        if not _is_reference(given[knob]):
            kind.parse(given[knob])
    if _is_reference(given["depth"]):
        message = "`depth` cannot be a setting: write `if` with the setting around two conditions"
        raise BadArgumentError(message)
    leaf = {
        "eku.permits": {
            "purpose": given["purpose"],
            "absent": given["absent"],
            "any": given["any_on_leaf"],
        }
    }
    if given["depth"] == "leaf":
        return leaf
    issuers = {
        "purpose": given["purpose"],
        "absent": given["absent_on_issuers"],
        "any": given["any_on_issuers"],
        "anchor": given["anchor"],
    }
    return {"all": [leaf, {"issuers.permit": issuers}]}


def _is_reference(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"setting"}


RELATIONSHIPS: Final = {
    "server-to-server": ("serverAuth", "serverAuth"),
    "client-to-server": ("clientAuth", "serverAuth"),
    "server-to-client": ("serverAuth", "clientAuth"),
    "user-to-user": ("clientAuth", "clientAuth"),
}
"""The rows that draft-frank's truth table defines: the client's purpose, the server's."""


def _only_as(side: str, purpose: str) -> list[Any]:
    """The side's leaf lists this TLS purpose, not the other, and not anyExtendedKeyUsage."""
    other = "clientAuth" if purpose == "serverAuth" else "serverAuth"
    return [
        {f"{side}.eku.includes": purpose},
        {"not": {f"{side}.eku.includes_any": [other, "anyExtendedKeyUsage"]}},
    ]


def _relationship(value: object) -> Any:  # noqa: ANN401 - JSON
    if value == "undefined":
        return {"not": {"any": [_relationship(row) for row in RELATIONSHIPS]}}
    if not isinstance(value, str) or value not in RELATIONSHIPS:
        message = f"one of {', '.join(RELATIONSHIPS)}, undefined is expected"
        raise BadArgumentError(message)
    client, server = RELATIONSHIPS[value]
    return {"all": [*_only_as("client", client), *_only_as("server", server)]}


_REFERENCE: Final = {"$ref": "#/$defs/setting_reference"}

COMPOSITES: Final[Mapping[str, Composite]] = MappingProxyType(
    {
        "purpose.permitted": Composite(
            "purpose.permitted",
            "the purpose is permitted by the leaf and, down the chain, by every issuer",
            {
                "type": "object",
                "properties": {
                    knob: kind.schema if knob == "depth" else {"anyOf": [kind.schema, _REFERENCE]}
                    for knob, (kind, _) in _KNOBS.items()
                },
                "required": ["purpose"],
                "additionalProperties": False,
            },
            _permitted,
        ),
        "relationship.is": Composite(
            "relationship.is",
            "the pair of purposes says that the peers stand in this relationship",
            {"enum": [*RELATIONSHIPS, "undefined"]},
            _relationship,
        ),
    }
)
