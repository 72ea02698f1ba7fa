"""The suite by statement, for people: each statement with the cases that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from mtlspolicy_cli.page import Page, page_for_answer, text_of

__all__ = ["cases_by_space", "report"]

_LABEL: Final = 9
_OTHERS: Final = "Other clauses that cases cite"


def report(traces: Sequence[dict[str, Any]]) -> str:
    """Return all statements under the titles of their documents, and a sum."""
    page = page_for_answer()
    lines: list[str] = []
    for title, group in _by_document(traces).items():
        lines += page.title(title)
        for one in group:
            lines += _statement(one, page)
    return text_of([*lines[1:], "", _sum(traces)])


def cases_by_space(ids: Sequence[str]) -> str:
    """List cases, each namespace named once."""
    by_space: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        space, _, name = one.partition("::")
        by_space[space].append(name)
    return "; ".join(f"{space}:: {', '.join(names)}" for space, names in by_space.items())


def _by_document(traces: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in traces:
        groups[one["document"] or _OTHERS].append(one)
    return groups


def _statement(one: dict[str, Any], page: Page) -> Iterator[str]:
    yield from page.text(page.paint(one["trace"], "strong"), 2)
    if one["text"] is not None:
        yield from page.text(one["text"], 4)
    if one["vectors"]:
        yield from page.quiet_row("vectors", cases_by_space(one["vectors"]), _LABEL, 4)
    else:
        why = one["not_judged"] or "no case traces it"
        yield from page.quiet_row("none", why, _LABEL, 4)


def _sum(traces: Sequence[dict[str, Any]]) -> str:
    shown = [one for one in traces if one["vectors"]]
    cases = {case for one in shown for case in one["vectors"]}
    return (
        f"{len(traces)} statements: {len(shown)} shown by {len(cases)} cases, "
        f"{len(traces) - len(shown)} by none"
    )
