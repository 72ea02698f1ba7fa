"""The statements of the document that a policy implements, and what became of each.

A statement has rules, or obligations, or a reason why it has neither; and the cases that show
it. This module knows the catalogue and the suite; it must not know how they are printed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import resources
from mtlspolicy.errors import InputError
from mtlspolicy.suite.trace import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy.suite.model import Suite

__all__ = ["statements_of"]

_LISTS: Final = ("rules", "obligations", "settings")
_TEXTS: Final = ("reading", "not_judged", "taught")


def statements_of(policy: str, suites: Iterable[Suite]) -> list[dict[str, Any]]:
    """Return every statement of a policy's document, in order, with the cases that trace it.

    Each has `id`, `section`, `keyword` and `text`; `rules`, `obligations` and `settings` as
    lists of names; `reading` (of an open question), `not_judged` (the reason) and `taught` (by
    implementing it) as text or None; and `vectors`, the ids of the cases. Raises InputError
    where the policy has no such list.
    """
    if policy not in STATEMENTS:
        known = ", ".join(STATEMENTS)
        message = f"the statements of `{policy}` are not in the catalogue"
        raise InputError(message, help=f"the policies with a list of statements are: {known}")
    prefix, name = STATEMENTS[policy]
    cases: dict[str, list[str]] = defaultdict(list)
    for case in (case for suite in suites for case in suite.cases if policy in case.expected):
        for trace in case.traces:
            cases[trace].append(case.id)
    entries = json.loads(resources.read(f"catalogue/statements/{name}.json"))
    return [_statement(entry, cases[f"{prefix}:{entry['id']}"]) for entry in entries]


def _statement(entry: dict[str, Any], vectors: list[str]) -> dict[str, Any]:
    return {
        **{key: entry[key] for key in ("id", "section", "keyword", "text")},
        **{key: list(entry.get(key, ())) for key in _LISTS},
        **{key: entry.get(key) for key in _TEXTS},
        "vectors": vectors,
    }
