"""What does not come from the presented bytes: time, names, anchors, answers, assertions."""

from __future__ import annotations

from mtlspolicy.evidence.assertions import ASSERTABLE, Assertions, parse_assertions
from mtlspolicy.evidence.context import AnchorEvidence, Context, Pair, PeerName, SideEvidence

__all__ = [
    "ASSERTABLE",
    "AnchorEvidence",
    "Assertions",
    "Context",
    "Pair",
    "PeerName",
    "SideEvidence",
    "parse_assertions",
]
