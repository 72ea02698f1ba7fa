"""When verdicts change: along the evaluation time, and along the day of a renewal."""

from __future__ import annotations

from mtlspolicy.timeline.lines import evaluation_line, renewal_line
from mtlspolicy.timeline.model import Cause, Change, Line, Span

__all__ = ["Cause", "Change", "Line", "Span", "evaluation_line", "renewal_line"]
