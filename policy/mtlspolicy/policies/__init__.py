"""Policy documents: their types, and how a document becomes a policy."""

from __future__ import annotations

from mtlspolicy.policies.model import (
    Citation,
    EffectiveWindow,
    Obligation,
    Policy,
    Proposal,
    Rule,
    Source,
)
from mtlspolicy.policies.settings import Setting

__all__ = [
    "Citation",
    "EffectiveWindow",
    "Obligation",
    "Policy",
    "Proposal",
    "Rule",
    "Setting",
    "Source",
]
