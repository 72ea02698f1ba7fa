"""One side of the pair in a column: what it presents, and how the rules came out on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mtlspolicy_cli.facts_text import (
    alternative_names,
    key_text,
    name_text,
    purposes_text,
    usage_text,
    validity_text,
)
from mtlspolicy_cli.page import Page

if TYPE_CHECKING:
    from mtlspolicy import Decision
    from mtlspolicy.engine.state import SideJudged
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["side_block"]

_LABEL: Final = 11
_MOST_ISSUERS: Final = 4
_OUTCOMES: Final = {
    "fail": "failed",
    "unknown": "not known",
    "warn": "warned",
    "asserted": "asserted",
    "pass": "passed",
}


def side_block(name: str, decisions: Sequence[Decision], page: Page) -> list[str]:
    """Return the lines of one side; its path and facts are the same under every policy."""
    first = decisions[0].judged
    judged = first.client if name == "client" else first.server
    lines = [page.paint(name.upper(), "strong")]
    if judged is None or not judged.side.certificates:
        lines += page.text("presents no certificate")
    else:
        lines += _leaf(judged.side.certificates[0], page)
        lines += _issuers(judged.side.certificates[1:], page)
        lines += page.row("path", _path(judged, first.at), _LABEL)
    for decision in decisions:
        label = decision.judged.policy.id if len(decisions) > 1 else "rules"
        lines += page.row(label, _counts(decision, name), max(_LABEL, len(label) + 1))
    return lines


def _leaf(leaf: Certificate, page: Page) -> Iterator[str]:
    yield from page.text(name_text(leaf.subject))
    yield from page.row("names", ", ".join(alternative_names(leaf.subject_alt_name)), _LABEL)
    yield from page.row("purposes", purposes_text(leaf), _LABEL)
    yield from page.row("key usage", usage_text(leaf), _LABEL)
    yield from page.row("key", key_text(leaf.public_key), _LABEL)
    yield from page.row("validity", validity_text(leaf), _LABEL)
    if not leaf.well_formed:
        yield from page.row("encoding", "not strict DER", _LABEL)


def _issuers(others: Sequence[Certificate], page: Page) -> Iterator[str]:
    count = f"the leaf and {len(others)} more" if others else "the leaf alone"
    yield from page.row("presented", count, _LABEL)
    for certificate in others[:_MOST_ISSUERS]:
        text = f"{name_text(certificate.subject)}; purposes {purposes_text(certificate)}"
        yield from page.row("", text, _LABEL)
    if len(others) > _MOST_ISSUERS:
        yield from page.row("", f"and {len(others) - _MOST_ISSUERS} more", _LABEL)


def _path(judged: SideJudged, at: int) -> str:
    candidate = judged.candidate or next(iter(judged.side.candidates), None)
    if judged.own:
        return "one's own certificate, not in question"
    if candidate is None:
        return "none was found"
    if candidate.found is None:
        return "asserted by you" if candidate.path_asserted else "not known: no anchors given"
    if candidate.found.anchor is None:
        return "leads to none of the anchors"
    faults = candidate.status(at).faults
    failed = f", and fails: {', '.join(faults)}" if faults else ""
    return f"leads to an anchor of group {candidate.group}{failed}"


def _counts(decision: Decision, name: str) -> str:
    count = decision.tally(name)
    said = (f"{count[outcome]} {word}" for outcome, word in _OUTCOMES.items() if count[outcome])
    return ", ".join(said) or "none judged"
