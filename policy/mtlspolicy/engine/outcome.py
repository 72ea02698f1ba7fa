"""What one rule comes to on one subject.

A rule fails where its windows hold, `when` holds and `require` does not. With Kleene's
unknown: a requirement that holds passes whatever the rest; an unknown window or condition
leaves a requirement that does not hold unknown.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from mtlspolicy.language.evaluate import Answers, holds
from mtlspolicy.language.tree import Bound, Question, questions
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.policies.model import Rule

__all__ = ["BoundRule", "Outcome", "outcome"]


class Outcome(Enum):
    """The outcome of one rule on one subject, before its mode is looked at."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    NOT_EFFECTIVE = "not_effective"
    FAULT = "fault"
    """the engine failed inside the rule: a reject, whatever the mode"""


@dataclass(frozen=True, slots=True, eq=False)
class BoundRule:
    """A rule bound to a side and settings; `bit` is its place in the masks of that side."""

    rule: Rule
    bit: int
    gate: Bound
    """the windows, as one condition"""
    when: Bound
    require: Bound
    _asked: tuple[Question, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Walk the trees once: the questions are wanted many times."""
        asked = (*questions(self.gate), *questions(self.when), *questions(self.require))
        object.__setattr__(self, "_asked", tuple(dict.fromkeys(asked)))

    def questions(self) -> tuple[Question, ...]:
        """List every question of the rule."""
        return self._asked

    @property
    def enforced(self) -> bool:
        """Whether a failure rejects."""
        return self.rule.mode == "enforce"

    @property
    def asks_trust(self) -> bool:
        """Whether the rule asks about trust, which one's own side is not asked."""
        return any(question.call.feature.trust for question in self.questions())


def outcome(rule: BoundRule, answer: Answers) -> Outcome:
    """Judge one rule; never raises: a fault inside becomes `Outcome.FAULT`."""
    try:
        return _outcome(rule, answer)
    except Exception:  # noqa: BLE001 - fail closed: whatever went wrong, it is no pass
        return Outcome.FAULT


def _outcome(rule: BoundRule, answer: Answers) -> Outcome:
    gate = holds(rule.gate, answer)
    if gate is False:
        return Outcome.NOT_EFFECTIVE
    when = holds(rule.when, answer)
    if when is False:
        return Outcome.NOT_APPLICABLE
    require = holds(rule.require, answer)
    if require is True:
        return Outcome.PASS
    if require is False and gate is True and when is True:
        return Outcome.FAIL
    return Outcome.NOT_APPLICABLE if rule.rule.if_missing == "not_applicable" else Outcome.UNKNOWN
