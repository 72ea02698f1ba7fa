"""One policy looked at for its weak spots, as the command line asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.compare.lint import Finding, lint
from mtlspolicy.records import dataclass
from mtlspolicy.version import VERSION
from mtlspolicy_cli import output
from mtlspolicy_cli.inputs import Inputs
from mtlspolicy_cli.policies import (
    has_leave,
    load_to_read,
    parse_settings,
    refuse_idle,
    settings_for,
)
from mtlspolicy_cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mtlspolicy.policies.model import Policy

__all__ = ["Linted", "linted"]

_FOUND, _UNKNOWN = 1, 3


@dataclass(frozen=True, slots=True, eq=False)
class Linted:
    """A policy under some settings, and what was found: None past the state limit."""

    policy: Policy
    settings: Mapping[str, Any]
    findings: tuple[Finding, ...] | None

    @property
    def code(self) -> int:
        """The exit code."""
        if self.findings is None:
            return _UNKNOWN
        return _FOUND if self.findings else 0

    def document(self) -> dict[str, Any]:
        """Return the findings as JSON (schemas/lint.schema.json)."""
        return {
            "schema_version": 1,
            "engine_version": VERSION,
            "policy": self.policy.id,
            "settings": dict(self.settings),
            "known": self.findings is not None,
            "findings": [one.document() for one in self.findings or ()],
        }


def linted(word: str, given: Sequence[str], enabled: Sequence[str]) -> Linted:
    """Look at a policy; raises what the shell reports."""
    policy = load_to_read(word, Inputs())
    settings = settings_for(policy, parse_settings(given), [policy])
    with Progress("rules", 1) as progress:
        found = lint(policy, settings, witnesses=_allowed(policy, enabled), show=progress.show_of)
    return Linted(policy, settings, found)


def _allowed(policy: Policy, enabled: Sequence[str]) -> bool:
    """Say whether witnesses may be made: a proposal needs leave."""
    refuse_idle([policy], enabled)
    allowed = has_leave(policy, enabled)
    if not allowed:
        output.note("no witness is made of a proposal without --enable-proposal")
    return allowed
