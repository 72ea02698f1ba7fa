"""The built-in documents as lists: policies in short, and schemas."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from mtlspolicy import canonical, resources
from mtlspolicy.loader import builtin_ids, resolved_document

__all__ = ["schema_names", "schema_text", "summaries"]

_SUFFIX: Final = ".schema.json"


def summaries() -> list[dict[str, Any]]:
    """Return of each built-in policy what a list shows, without building its rules."""
    return [_summary(policy_id) for policy_id in builtin_ids()]


def _summary(policy_id: str) -> dict[str, Any]:
    document = canonical.loads(resources.read(f"catalogue/policies/{policy_id}.json"), policy_id)
    resolved = resolved_document(document)
    return {
        "id": policy_id,
        "version": resolved["version"],
        "status": resolved["status"],
        "title": resolved["title"],
        "extends": document.get("extends"),
        "newest_text_read": resolved.get("newest_text_read"),
        "sha256": hashlib.sha256(canonical.dumps(resolved).encode("utf-8")).hexdigest(),
        "rules": len(resolved["rules"]),
        "proposal": resolved.get("proposal"),
    }


def schema_names() -> list[str]:
    """Return the names of the schemas."""
    names = (entry.name for entry in resources.folder("schemas").iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def schema_text(name: str) -> str:
    """Return a schema as it is published."""
    return resources.read(f"schemas/{name}{_SUFFIX}")
