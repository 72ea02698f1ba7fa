"""Findings for people: who, which certificate, what was required and found, and the clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy_cli.page import Page
from mtlspolicy_cli.text import clean

if TYPE_CHECKING:
    from mtlspolicy import Finding

__all__ = ["finding_lines", "found_text", "hex_text", "remedies", "unknown_lines"]

_STYLE: Final = {
    "fail": "bad",
    "warn": "doubt",
    "unknown": "doubt",
    "asserted": "doubt",
    "pass": "good",
}
_WORD: Final = {"not_applicable": "n/a", "not_effective": "not yet"}
_INDENT: Final = 10
_MANY: Final = 3
"""Rules from which on those that lack the same share a line."""


def finding_lines(findings: Sequence[Finding], page: Page, *, brief: bool = False) -> Iterator[str]:
    """Yield the lines of findings; `brief` leaves the details out."""
    for finding in findings:
        word = f"{_WORD.get(finding.outcome, finding.outcome):<8}"
        rule = f" ({finding.rule})" if brief and finding.rule else ""
        painted = page.paint(word, _STYLE.get(finding.outcome, "dim"))
        said = page.text(f"{_where(finding)}: {finding.message}{rule}", _INDENT)
        yield from _behind(painted, said)
        if not brief:
            for label, text in _details(finding):
                yield from page.quiet_row(label, text, at=_INDENT, indent=_INDENT)


def unknown_lines(findings: Sequence[Finding], page: Page) -> Iterator[str]:
    """Yield what is not known; rules that lack the same thing of a side share a line."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        lacking = finding.message.rpartition(": ")[2]
        groups.setdefault((_where(finding), lacking), []).append(finding)
    word = page.paint(f"{'unknown':<8}", _STYLE["unknown"])
    for (where, lacking), members in groups.items():
        if len(members) < _MANY:
            for finding in members:
                said = f"{where}: {finding.message} ({finding.rule})"
                yield from _behind(word, page.text(said, _INDENT))
        else:
            rules = ", ".join(str(finding.rule) for finding in members)
            said = f"{where}: {lacking}, so {len(members)} rules have no answer: {rules}"
            yield from _behind(word, page.text(said, _INDENT))


def _behind(word: str, lines: list[str]) -> list[str]:
    """Put a word, as wide as the indent allows, in front of the first line."""
    return [f"  {word}{lines[0][_INDENT:]}", *lines[1:]]


def _where(finding: Finding) -> str:
    """Say whose certificate, and which."""
    if finding.role == "pair":
        return "the pair"
    index = finding.certificate_index
    if index is None:
        return f"the {finding.role}"
    return f"the {finding.role}'s {'certificate' if index else 'leaf'} [{index}]"


def _details(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "code", finding.code + (f" (rule {finding.rule})" if finding.rule else "")
    if finding.expected not in (None, "never") and finding.outcome != "asserted":
        yield "required", str(finding.expected)
    if finding.found is not None and finding.outcome != "asserted":
        yield "found", found_text(finding.found)
    if finding.offset is not None:
        place = finding.path or "the certificate"
        yield "at", f"byte {finding.offset}, {place}: {hex_text(finding.octets or '')}"
    if finding.citation is not None:
        yield "clause", _citation(finding.citation)
    for window in finding.effective:
        yield "in force", _window(window)
    if finding.outcome == "warn" and finding.remedy:
        yield "consider", finding.remedy


def _citation(citation: Mapping[str, Any]) -> str:
    section = f", {citation['section']}" if citation["section"] else ""
    statement = f" ({citation['statement']})" if citation["statement"] else ""
    sure = citation["certainty"] in ("primary", "measured")
    doubt = "" if sure else f" [{citation['certainty']}]"
    return f"{citation['document']}{section}{statement}{doubt}"


def _window(window: Mapping[str, Any]) -> str:
    start = f" from {window['from']}" if window["from"] else ""
    end = f" until {window['until']}" if window["until"] else ""
    return f"by {window['axis'].replace('_', ' ')}{start}{end}"


def hex_text(octets: str) -> str:
    """Write hexadecimal digits in pairs."""
    pairs = (octets[i : i + 2] for i in range(0, len(octets), 2))
    return " ".join(pairs) or "(the data ends here)"


def found_text(found: Any) -> str:  # noqa: ANN401 - JSON
    """Write a JSON value without its brackets."""
    if isinstance(found, dict):
        parts = (f"{key.replace('_', ' ')}: {found_text(value)}" for key, value in found.items())
        return "; ".join(parts) or "nothing"
    if isinstance(found, (list, tuple)):
        return ", ".join(found_text(item) for item in found) or "nothing"
    if found is None or isinstance(found, bool):
        return {True: "yes", False: "no", None: "none"}[found]
    return clean(found)


def remedies(failing: Sequence[Finding]) -> list[tuple[str, str]]:
    """Return each different remedy once, with whom it concerns."""
    found: dict[str, dict[str, None]] = {}
    for finding in failing:
        remedy = finding.remedy or f"see `mtlspolicy codes {finding.code}`"
        found.setdefault(remedy, {})[_where(finding)] = None
    return [(" and ".join(who), remedy) for remedy, who in found.items()]
