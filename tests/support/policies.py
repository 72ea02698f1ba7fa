"""Small policies and ordinary pairs, so that each test shows only what it is about."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from mtlspolicy import Pair, Policy, load_policy_document
from mtlspolicy.forge.pair import ORDINARY_AT, PairDraft, ordinary_pair

__all__ = [
    "AT",
    "CITATION",
    "DAY",
    "SOURCE",
    "document",
    "leafs",
    "load",
    "ordinary",
    "pair_of",
    "rule",
]

AT: Final = ORDINARY_AT
DAY: Final = 86_400
SOURCE: Final = {
    "id": "X",
    "document": "Example",
    "version": "1",
    "date": "2026-01-01",
    "url": "https://example.com/",
}
CITATION: Final = {"source": "X", "section": "1", "certainty": "primary"}


def rule(name: str, side: str, of: str, require: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON, or any of a table
    """Return a rule as JSON; `of` is empty for a rule on the pair."""
    return {
        "id": name,
        "code": f"test.{name.replace('-', '_')}",
        "title": f"rule {name}",
        "on": {"side": side, "of": of} if of else {"side": side},
        "require": require,
        "mode": "enforce",
        "citation": CITATION,
        "remedy": f"mend {name}",
        **more,
    }


def document(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON, or any of a table
    """Return a policy document with these rules."""
    return {
        "id": "my-policy",
        "version": "1.0.0",
        "title": "a policy of a test",
        "status": "practice",
        "sources": [SOURCE],
        "rules": list(rules),
        **more,
    }


def load(*rules: dict[str, Any], **more: Any) -> Policy:  # noqa: ANN401 - JSON, or any of a table
    """Load a policy with these rules, afresh: no memo of another test is in it."""
    return load_policy_document(json.dumps(document(*rules, **more)))


def pair_of(draft: PairDraft) -> Pair:
    """Build a draft and return what both sides present."""
    built = draft.build()
    return Pair(client=built.client.presented, server=built.server.presented)


@cache
def ordinary() -> Pair:
    """Return the ordinary pair: each side a leaf and its issuer."""
    return pair_of(ordinary_pair())


@cache
def leafs() -> Pair:
    """Return the leafs of the ordinary pair alone."""
    return Pair(client=ordinary().client[:1], server=ordinary().server[:1])
