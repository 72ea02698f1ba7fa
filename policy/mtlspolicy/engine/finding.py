"""One finding: what a rule, or the reader, has to say about one subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROLES", "Finding", "sort_key"]

ROLES = {"client": 0, "server": 1, "pair": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    `outcome`: pass, fail, warn, not_applicable, not_effective, asserted or unknown.
    `severity`: error, warning or notice. `certificate_index` counts in the presented chain
    (0 is the leaf), None where no presented certificate is meant. `path`: the place in the
    facts. `expected` and `found` are for programs, `message` for the operator's log, `remedy`
    for whoever can change something. `offset` and `octets` (hexadecimal, bounded): of
    encoding findings.
    """

    code: str
    outcome: str
    severity: str
    role: str
    certificate_index: int | None
    path: str | None
    expected: str | None
    found: Any
    rule: str | None
    citation: Mapping[str, Any] | None
    effective: tuple[Mapping[str, Any], ...]
    message: str
    remedy: str | None
    offset: int | None = None
    octets: str | None = None
    rank: int = 0
    """how well it explains a reject; not part of the document"""
    enforced: bool = False
    """whether it counts in the verdict; not part of the document"""

    def document(self) -> dict[str, Any]:
        """Return the finding as it stands in a decision document."""
        return {
            "code": self.code,
            "outcome": self.outcome,
            "severity": self.severity,
            "role": self.role,
            "certificate_index": self.certificate_index,
            "path": self.path,
            "expected": self.expected,
            "found": self.found,
            "rule": self.rule,
            "citation": None if self.citation is None else dict(self.citation),
            "effective": [dict(window) for window in self.effective],
            "message": self.message,
            "remedy": self.remedy,
            "offset": self.offset,
            "octets": self.octets,
        }


def sort_key(finding: Finding) -> tuple[Any, ...]:
    """Order findings: client, server, pair; index, null first; code; rule; offset."""
    index = -1 if finding.certificate_index is None else finding.certificate_index
    offset = -1 if finding.offset is None else finding.offset
    return ROLES[finding.role], index, finding.code, finding.rule or "", offset, finding.path or ""
