"""A timeline for people: per policy and axis the spans, and what changes the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy_cli.page import Page, page_for_answer, text_of
from mtlspolicy_cli.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["report"]

_STYLE: Final = {"accept": "good", "reject": "bad", "indeterminate": "doubt"}
_AXES: Final = {
    "evaluation": "By evaluation time (the same bytes, the same evidence)",
    "renewal": "By day of renewal (both leafs issued again on that day, by the same CA)",
}


def report(document: dict[str, Any]) -> str:
    """Return the text of a timeline document."""
    page = page_for_answer()
    lines: list[str] = []
    for one in document["timelines"]:
        policy = one["policy"]
        lines += [page.paint(f"{policy['id']} {clean(policy['version'])}", "strong")]
        for axis, title in _AXES.items():
            lines += ["", f"  {title}"]
            lines += _line(one[axis], page)
        lines.append("")
    return text_of([*lines, *_authorities(document["authorities"], page)])


def _line(line: dict[str, Any] | None, page: Page) -> Iterator[str]:
    if line is None:
        yield "    none: a leaf is missing, malformed, or never expires"
        return
    changes = {change["at"]: change for change in line["changes"]}
    for span in line["spans"]:
        start = span["from"] or ("before" if span["until"] else "always")
        verdict = page.paint(span["decision"], _STYLE[span["decision"]])
        because = f"  ({span['primary']})" if span["primary"] else ""
        yield f"    {start:<20}  {verdict}{because}"
        change = changes.get(span["from"])
        if change is not None:
            yield from _causes(change, page)


def _causes(change: dict[str, Any], page: Page) -> Iterator[str]:
    for word, causes in (("now", change["began"]), ("no longer", change["ended"])):
        for cause in causes:
            index = cause["certificate_index"]
            where = cause["role"] if index is None else f"{cause['role']} [{index}]"
            rule = "" if cause["rule"] is None else f", rule {cause['rule']}"
            failing = "fails" if cause["outcome"] == "fail" else "is not known"
            text = f"{word} {failing}: {cause['code']} ({where}{rule}; {cause['citation']})"
            yield from page.text(text, 8)


def _authorities(authorities: Sequence[dict[str, Any]], page: Page) -> Iterator[str]:
    """What the CAs themselves say of clientAuth."""
    for one in authorities:
        by = ", ".join(f"{o['organization']}{_doubt(o)}" for o in one["recognised_by"])
        whose = " and the ".join(one["roles"])
        who = f"{one['name']} (issuer's organization: {clean(by)}) issued the leaf of the {whose}"
        yield from page.text(f"{who}. clientAuth there: {one['state']}{_doubt(one)}.", 0)
        for event in one["events"]:
            yield from page.text(f"{event['date']}  {event['what']}{_doubt(event)}", 2)
        for note in (*one["notes"], *one["sources"]):
            yield from page.text(note, 2)


def _doubt(entry: dict[str, Any]) -> str:
    return "" if entry["certainty"] == "primary" else f" [{entry['certainty']}]"
