"""The statements of a policy's document for people: what each asks, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy_cli.page import Page, page_for_answer, text_of
from mtlspolicy_cli.traces_text import cases_by_space

if TYPE_CHECKING:
    from mtlspolicy import Policy

__all__ = ["report"]

_LABEL: Final = 10
_NO_KEYWORD: Final = ("none", "open question")


def report(policy: Policy, statements: Sequence[dict[str, Any]]) -> str:
    """Return the whole trace: statement, keyword, rules or reason, vectors."""
    page = page_for_answer()
    lines = [f"{page.paint(f'{policy.id} {policy.version}', 'strong')}: statement by statement"]
    if policy.proposal is not None:
        one = policy.proposal
        lines += page.loud(f"!! A PROPOSAL, NOT A STANDARD: {one.document}, {one.state}.")
    section = ""
    for statement in statements:
        if statement["section"] != section:
            section = statement["section"]
            title = "Open questions" if section == "open question" else f"Section {section}"
            lines += page.title(title.replace("Section Abstract", "Abstract"))
        lines += _statement(statement, page)
    return text_of([*lines, "", _sum(statements)])


def _statement(statement: dict[str, Any], page: Page) -> Iterator[str]:
    keyword = statement["keyword"]
    said = "" if keyword in _NO_KEYWORD else f"[{keyword}] "
    yield from page.row(statement["id"], said + statement["text"], _LABEL, 2)
    told = (
        ("read as", statement["reading"]),
        ("settings", ", ".join(statement["settings"])),
        ("rules", ", ".join(statement["rules"])),
        ("you must", ", ".join(statement["obligations"])),
        ("no rule" if not statement["rules"] else "but", statement["not_judged"]),
        ("taught", statement["taught"]),
        ("vectors", cases_by_space(statement["vectors"])),
    )
    for label, text in told:
        if text:
            yield from page.quiet_row(label, text, _LABEL, 2 + _LABEL)


def _sum(statements: Sequence[dict[str, Any]]) -> str:
    ruled = sum(1 for one in statements if one["rules"])
    cases = {case for one in statements for case in one["vectors"]}
    return (
        f"{len(statements)} statements: {ruled} with rules, {len(statements) - ruled} with a "
        f"reason instead; {len(cases)} vectors"
    )
