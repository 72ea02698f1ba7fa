"""The engine: total and pure. For any pair and any evidence it returns a decision."""

from __future__ import annotations

from mtlspolicy.engine.decision import Decision
from mtlspolicy.engine.finding import Finding
from mtlspolicy.engine.judge import evaluate

__all__ = ["Decision", "Finding", "evaluate"]
