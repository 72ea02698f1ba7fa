"""A comparison for people: the relation, and each class with its rules, clauses and witness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy_cli.page import Page, page_for_answer, text_of
from mtlspolicy_cli.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["report", "stacks_in_words"]

_INDENT: Final = 4
_AT: Final = 10
"""Where the text behind a label begins."""
_OUTCOMES: Final = {"fail": "fails", "unknown": "is not known"}
_ROLES: Final = {"client": "the client", "server": "the server", "pair": "the pair"}


def report(document: dict[str, Any], names: tuple[str, str]) -> str:
    """Return the text of a comparison document; `names`: what its policies are called."""
    page = page_for_answer()
    a, b = (document["policies"][key] for key in "ab")
    first = page.text(f"a: {_named(a)}, compared with b: {_named(b)}")
    lines = [page.paint(line, "strong") for line in first]
    lines += page.text(document["summary"])
    for one, label in ((a, "a"), (b, "b")):
        if one["proposal"] is not None:
            lines += page.loud(f"{label}: {one['id']} implements the proposal {one['proposal']}")
    for refusing, (this, other) in enumerate((names, names[::-1])):
        some = [one for one in document["classes"] if one["refused_by"] == "ab"[refusing]]
        lines += _classes(f"{this} does not accept what {other} accepts", some, page)
    lines += _apart(document["apart"], names, page)
    return text_of(lines)


def _named(party: dict[str, Any]) -> str:
    return f"{party['id']} {clean(party['version'])}"


def _classes(title: str, some: Sequence[dict[str, Any]], page: Page) -> Iterator[str]:
    if not some:
        return
    yield from page.title(f"{title}: {_counted(len(some))}")
    for one in some:
        yield ""
        yield from _class(one, page)


def _counted(number: int) -> str:
    return f"{number} class" if number == 1 else f"{number} classes"


def _class(one: dict[str, Any], page: Page) -> Iterator[str]:
    yield from page.text(page.paint(_heading(one), "bad"), 2)
    for rule in one["rules"]:
        where = _ROLES[rule["role"]]
        text = f"{rule['rule']} {_OUTCOMES[rule['outcome']]} on {where}: {rule['title']}"
        yield from page.quiet_row("rule", text, _AT, _INDENT)
        if rule["citation"]:
            yield from page.quiet_row("clause", rule["citation"], _AT, _INDENT)
        if rule["effective"]:
            since = " and ".join(rule["effective"])
            yield from page.quiet_row("when", since, _AT, _INDENT)
    if one["also"]:
        yield from page.quiet_row(
            "also", " and ".join(_ROLES[role] for role in one["also"]), _AT, _INDENT
        )
    words = one["words"] or ["an ordinary pair"]
    for label, text in zip(["witness", *[""] * len(words)], words, strict=False):
        yield from page.row(label, text, _AT, _INDENT)
    yield from _stacks(one["stacks"], page)


def _heading(one: dict[str, Any]) -> str:
    rules = ", ".join(dict.fromkeys(rule["rule"] for rule in one["rules"]))
    decisions = one["decisions"]
    return f"{one['name']}: {rules} (a {decisions['a']}, b {decisions['b']})"


def _stacks(said: Sequence[dict[str, str]], page: Page) -> Iterator[str]:
    for text in stacks_in_words(said):
        yield from page.quiet_row("stack", text, _AT, _INDENT)


def stacks_in_words(said: Sequence[dict[str, str]]) -> Iterator[str]:
    """Say what each stack answers, once where it answers the same in both roles."""
    answers: dict[str, dict[str, list[str]]] = {}
    for one in said:
        reason = f": {one['reason']}" if one["reason"] else ""
        by_answer = answers.setdefault(f"{one['stack']} {one['version']}", {})
        by_answer.setdefault(f"{one['actual']}{reason}", []).append(one["role"])
    for stack, by_answer in answers.items():
        told = [f"the {' and the '.join(roles)}: {what}" for what, roles in by_answer.items()]
        yield f"{stack} on {'; on '.join(told)}"


def _apart(some: Sequence[dict[str, Any]], names: tuple[str, str], page: Page) -> Iterator[str]:
    """Differences that are none of the relation, in a line each."""
    if not some:
        return
    title = "Apart, in no class above: rejected by one, indeterminate under the other"
    yield from page.title(f"{title}: {_counted(len(some))}")
    for one in some:
        rules = ", ".join(dict.fromkeys(rule["rule"] for rule in one["rules"]))
        who = names["ab".index(one["refused_by"])]
        text = f"{one['name']}: {rules} ({who} rejects): {'; '.join(one['words'])}"
        yield from page.text(text, 2)
        yield from _stacks(one["stacks"], page)
