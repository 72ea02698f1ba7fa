"""Small policies for the tests of the comparison."""

# ruff: noqa: ANN401 - conditions are JSON

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mtlspolicy.loader import load_policy_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy import Policy

CURRENT = {"validity.current": True}
ISSUED_LATE = [{"axis": "not_before", "from": "2027-03-15T00:00:00Z"}]


def rule(name: str, on: str, require: Any, **more: Any) -> dict[str, Any]:
    """A rule on `side.of`, or on the pair."""
    side, _, of = on.partition(".")
    place = {"side": side, "of": of} if of else {"side": side}
    citation = {"source": "X", "section": "1", "certainty": "primary"}
    return {
        "id": name,
        "code": "test.rule",
        "title": name,
        "on": place,
        "require": require,
        "mode": "enforce",
        "citation": citation,
        "remedy": "mend it",
        **more,
    }


BASE = [rule("current", "both.leaf", CURRENT)]


def policy(rules: Sequence[dict[str, Any]], name: str = "mine") -> Policy:
    """A policy with these rules."""
    source = {"id": "X", "document": "X", "version": "1", "date": "2026-01-01", "url": "http://x"}
    document = {
        "id": name,
        "version": "1.0.0",
        "title": name,
        "status": "practice",
        "sources": [source],
        "rules": [*rules],
    }
    return load_policy_document(json.dumps(document))
