"""The suite by statement: which cases trace each, and which statements no case shows.

The other way round from a case, which lists its statements. This module knows the catalogue of
statements; it must not know how the list is printed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import resources
from mtlspolicy.suite.trace import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtlspolicy.suite.model import Case

__all__ = ["traces_of"]

_READ: Final = ("section", "keyword", "text")


def traces_of(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Return every statement with the ids of the cases that trace it.

    First the statements of the documents in the catalogue, in their order, whether or not a
    case traces them; then what else the cases trace, by name. Each has `trace` (as cases write
    it, such as ``BR:S7``); `document`, `section`, `keyword` and `text`, None where the catalogue
    does not have the statement; `not_judged`, why no rule stands for it or what rules leave out,
    or None; and `vectors`.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        for trace in case.traces:
            found[trace].append(case.id)
    listed = [_listed(*one, found) for one in _entries()]
    known = {one["trace"] for one in listed}
    return [*listed, *(_other(trace, found[trace]) for trace in sorted(found.keys() - known))]


def _entries() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Go through the catalogue: document, trace, statement."""
    for prefix, document in STATEMENTS.values():
        for entry in json.loads(resources.read(f"catalogue/statements/{document}.json")):
            yield document, f"{prefix}:{entry['id']}", entry


def _listed(
    document: str, trace: str, entry: dict[str, Any], found: dict[str, list[str]]
) -> dict[str, Any]:
    return {
        "trace": trace,
        "document": document,
        **{key: entry[key] for key in _READ},
        "not_judged": entry.get("not_judged"),
        "vectors": found.get(trace, []),
    }


def _other(trace: str, vectors: list[str]) -> dict[str, Any]:
    return {
        "trace": trace,
        "document": None,
        **dict.fromkeys((*_READ, "not_judged")),
        "vectors": vectors,
    }
