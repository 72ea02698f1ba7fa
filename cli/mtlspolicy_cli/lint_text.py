"""The weak spots of a policy for people: by kind, each with the pair that shows it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mtlspolicy.compare.lint import KINDS
from mtlspolicy_cli.page import Page, page_for_answer, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.compare.lint import Finding
    from mtlspolicy.policies.model import Policy

__all__ = ["report"]

_INDENT = 4
_AT = 10
_STATES = {"purpose_loses": ("without", "with")}


def report(policy: Policy, found: Sequence[Finding] | None) -> str:
    """Return the text; None stands for more states than the limit allows."""
    page = page_for_answer()
    lines = [page.paint(f"{policy.id} {policy.version}", "strong")]
    if found is None:
        lines += page.text("not known: there are more states than the limit allows")
        return text_of(lines)
    if not found:
        lines += page.text("no weak spot: every rule can fail alone, and every setting matters")
        return text_of(lines)
    for kind, members in groupby(found, key=lambda one: one.kind):
        lines += page.title(KINDS[kind])
        for one in members:
            lines += _finding(one, page)
    return text_of(lines)


def _finding(one: Finding, page: Page) -> Iterator[str]:
    yield from page.text(one.message, 2)
    labels = _STATES.get(one.kind, ("pair",))
    for label, words in zip(labels, one.words, strict=False):
        yield from page.quiet_row(label, "; ".join(words) or "an ordinary pair", _AT, _INDENT)
