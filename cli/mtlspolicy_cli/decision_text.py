"""A decision for people: the verdict, both roles side by side, why, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mtlspolicy.instants import format_instant
from mtlspolicy_cli.finding_text import finding_lines, remedies, unknown_lines
from mtlspolicy_cli.page import Page, page_for_answer, text_of
from mtlspolicy_cli.result_text import how_to_give, result
from mtlspolicy_cli.side_text import side_block
from mtlspolicy_cli.text import beside, clean, columns

if TYPE_CHECKING:
    from mtlspolicy import Decision, Finding

__all__ = ["report"]

_WIDE_ENOUGH: Final = 90
"""Characters from which on both roles stand side by side."""

_STYLE: Final = {"accept": "good", "reject": "bad", "indeterminate": "doubt"}
_GROUPS: Final = {
    "fail": "Rejected because",
    "unknown": "Not known",
    "warn": "Warnings",
    "asserted": "Taken on your word",
}
_QUIET: Final = ("pass", "not_applicable", "not_effective")


def report(decisions: Sequence[Decision], *, everything: bool) -> str:
    """Return the whole text; several policies are set side by side first."""
    page = page_for_answer()
    several = len(decisions) > 1
    lines = _comparison(decisions, page) if several else [*_heading(decisions[0], page)]
    lines += ["", *_roles(decisions, page)]
    for decision in decisions:
        if several:
            lines += ["", "", *_heading(decision, page)]
        lines += _one(decision, page, everything=everything)
    return text_of(lines)


# -- the verdict


def _heading(decision: Decision, page: Page) -> Iterator[str]:
    """The verdict; loudly where a proposal made it."""
    judged, policy = decision.judged, decision.judged.policy
    perspective = judged.context.perspective
    whose = "" if perspective == "both" else f", from the {perspective}'s perspective"
    verdict = page.paint(decision.decision.upper(), _STYLE[decision.decision])
    at = format_instant(judged.at)
    name = f"{policy.id} {clean(policy.version)} ({policy.status})"
    yield f"{verdict}  under {name} at {at}{whose}"
    proposal = decision.proposal
    if proposal is not None:
        state = f"{proposal['document']} is a proposal, not a standard: {proposal['state']}"
        if decision.decision == "accept":
            base = "" if policy.baseline is None else f" ({policy.baseline.id})"
            word = "would NOT have accepted" if proposal["decisive"] else "accepts, too,"
            text = f"!! ACCEPTED UNDER A PROPOSAL: {state}. The baseline{base} {word} this pair."
            yield from page.loud(text)
        else:
            yield from page.text(state, 2)


def _comparison(decisions: Sequence[Decision], page: Page) -> list[str]:
    rows = [("POLICY", "DECISION", "BECAUSE")]
    for one in decisions:
        policy = one.judged.policy
        kind = " (proposal)" if policy.proposal else ""
        rows.append((f"{policy.id} {policy.version}{kind}", one.decision.upper(), _because(one)))
    title, *lines = columns(rows, page.width)
    for verdict, style in _STYLE.items():
        plain, painted = f" {verdict.upper()} ", f" {page.paint(verdict.upper(), style)} "
        lines = [line.replace(plain, painted, 1) for line in lines]
    return [page.paint(title, "dim"), *lines]


def _because(decision: Decision) -> str:
    if decision.decision == "accept":
        until = decision.valid_until
        return (
            "holds whatever the time" if until is None else f"holds until {format_instant(until)}"
        )
    wanted = "fail" if decision.decision == "reject" else "unknown"
    for finding in decision.notable:
        if finding.code == decision.primary and finding.outcome == wanted:
            index = "" if finding.certificate_index is None else f" [{finding.certificate_index}]"
            return f"{decision.primary} ({finding.role}{index})"
    return str(decision.primary)


def _roles(decisions: Sequence[Decision], page: Page) -> list[str]:
    """Both sides: what they presented, and how each policy's rules came out on them."""
    wide = page.width >= _WIDE_ENOUGH
    column = Page((page.width - 3) // 2, page.paint) if wide else page
    left, right = (side_block(name, decisions, column) for name in ("client", "server"))
    return beside(left, right, page.width) if wide else [*left, "", *right]


# -- why


def _one(decision: Decision, page: Page, *, everything: bool) -> Iterator[str]:
    groups = _grouped(decision.findings if everything else decision.notable, decision.primary)
    for outcome, title in _GROUPS.items():
        if groups[outcome]:
            yield from page.title(title)
            write = unknown_lines if outcome == "unknown" else finding_lines
            yield from write(groups[outcome], page)
    if everything:
        yield from page.title("Everything else")
        yield from finding_lines(groups["rest"], page, brief=True)
    yield from _change(decision, groups["fail"], page)
    yield ""
    yield from result(decision, page)


def _grouped(findings: Sequence[Finding], primary: str | None) -> dict[str, list[Finding]]:
    """Sort findings by outcome, the primary one first; what does not count goes to the rest."""
    groups: dict[str, list[Finding]] = {outcome: [] for outcome in (*_GROUPS, "rest")}
    for finding in findings:
        idle = finding.outcome == "unknown" and not finding.enforced
        groups["rest" if idle or finding.outcome in _QUIET else finding.outcome].append(finding)
    groups["fail"].sort(key=lambda finding: (finding.code != primary, -finding.rank))
    return groups


def _change(decision: Decision, failing: Sequence[Finding], page: Page) -> Iterator[str]:
    """What would make it pass: the remedies of what failed, or the evidence that is missing."""
    if decision.decision == "reject":
        yield from page.title("The smallest change that would make it pass")
        for number, (who, remedy) in enumerate(remedies(failing), 1):
            yield from page.row(f"{number}.", f"{who}: {remedy}", at=4, indent=2)
    elif decision.decision == "indeterminate":
        yield from page.title("What would decide it")
        for path in decision.missing_evidence:
            yield from page.row(path, how_to_give(path), at=24, indent=2)
        if not decision.missing_evidence:
            yield from page.text("evidence that the rules above ask for", 2)
