"""What the shell offers after a tab: policies, codes, schemas, documents of proposals, stacks."""

from __future__ import annotations

__all__ = ["codes", "policies", "proposals", "schemas", "stacks"]


def policies(incomplete: str) -> list[tuple[str, str]]:
    """Offer the built-in policies with their titles."""
    from mtlspolicy_cli.catalogue import summaries  # noqa: PLC0415 - only on a tab

    return [(one["id"], one["title"]) for one in summaries() if one["id"].startswith(incomplete)]


def proposals(incomplete: str) -> list[tuple[str, str]]:
    """Offer the documents of the built-in proposals."""
    from mtlspolicy_cli.catalogue import summaries  # noqa: PLC0415 - only on a tab

    found = {
        one["proposal"]["document"]: one["proposal"]["state"]
        for one in summaries()
        if one["proposal"]
    }
    return [
        (document, state) for document, state in found.items() if document.startswith(incomplete)
    ]


def codes(incomplete: str) -> list[tuple[str, str]]:
    """Offer the codes with their titles."""
    from mtlspolicy.loader import codes as catalogue  # noqa: PLC0415 - only on a tab

    return [
        (code.code, code.title) for code in catalogue().values() if code.code.startswith(incomplete)
    ]


def schemas(incomplete: str) -> list[str]:
    """Offer the names of the schemas."""
    from mtlspolicy_cli.catalogue import schema_names  # noqa: PLC0415 - only on a tab

    return [name for name in schema_names() if name.startswith(incomplete)]


def stacks(incomplete: str) -> list[tuple[str, str]]:
    """Offer the TLS stacks with their titles."""
    from mtlspolicy.suite.stacks import STACKS  # noqa: PLC0415 - only on a tab

    return [(one.name, one.title) for one in STACKS.values() if one.name.startswith(incomplete)]
