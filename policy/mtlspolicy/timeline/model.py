"""A timeline as values: spans of one verdict, and the changes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.instants import format_instant
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.engine import Finding

__all__ = ["Cause", "Change", "Line", "Span"]


@dataclass(frozen=True, slots=True)
class Cause:
    """An enforced finding that stands on one side of a change and not on the other.

    `outcome` is fail or unknown, where it stands; `index` counts in the presented chain.
    """

    code: str
    rule: str | None
    role: str
    index: int | None
    outcome: str
    message: str
    citation: str
    remedy: str | None

    @classmethod
    def of(cls, finding: Finding) -> Cause:
        """Take from a finding what a timeline tells of it."""
        cited = finding.citation or {"document": "", "section": "", "certainty": "primary"}
        doubt = cited["certainty"]
        where = ", ".join(part for part in (cited["document"], cited["section"]) if part)
        return cls(
            finding.code,
            finding.rule,
            finding.role,
            finding.certificate_index,
            finding.outcome,
            finding.message,
            where if doubt in ("primary", "measured") else f"{where} [{doubt}]",
            finding.remedy,
        )

    def document(self) -> dict[str, Any]:
        """Return the cause as it stands in a timeline document."""
        return {
            "code": self.code,
            "rule": self.rule,
            "role": self.role,
            "certificate_index": self.index,
            "outcome": self.outcome,
            "message": self.message,
            "citation": self.citation,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Span:
    """One verdict over [start, end) in seconds since 1970; None is open."""

    start: int | None
    end: int | None
    verdict: str
    primary: str | None

    def document(self) -> dict[str, Any]:
        """Return the span as it stands in a timeline document."""
        return {
            "from": None if self.start is None else format_instant(self.start),
            "until": None if self.end is None else format_instant(self.end),
            "decision": self.verdict,
            "primary": self.primary,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """The verdict becomes another one `at` an instant.

    `began`: what fails or is unknown from then on; `ended`: what did until then.
    """

    at: int
    before: str
    after: str
    began: tuple[Cause, ...]
    ended: tuple[Cause, ...]

    def document(self) -> dict[str, Any]:
        """Return the change as it stands in a timeline document."""
        return {
            "at": format_instant(self.at),
            "before": self.before,
            "after": self.after,
            "began": [cause.document() for cause in self.began],
            "ended": [cause.document() for cause in self.ended],
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One policy's verdict along one axis: evaluation or renewal."""

    axis: str
    spans: tuple[Span, ...]
    changes: tuple[Change, ...]

    def verdict(self, at: int) -> str:
        """Return the verdict at an instant."""
        return next(s.verdict for s in reversed(self.spans) if s.start is None or at >= s.start)

    def document(self) -> dict[str, Any]:
        """Return the line as it stands in a timeline document."""
        return {
            "spans": [span.document() for span in self.spans],
            "changes": [change.document() for change in self.changes],
        }
