"""Decide whether the certificate pair of a mutual-TLS handshake is acceptable.

>>> from mtlspolicy import Context, Pair, evaluate, load_policy
>>> pair = Pair(client=[b"no certificate"], server=[b"no certificate"])
>>> decision = evaluate(pair, load_policy("cabf-strict"), Context(at="2026-05-01T00:00:00Z"))
>>> decision.decision, bool(decision)
('reject', False)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from mtlspolicy.version import VERSION

if TYPE_CHECKING:
    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.engine.finding import Finding
    from mtlspolicy.engine.judge import evaluate
    from mtlspolicy.errors import (
        ConflictError,
        DocumentError,
        EvidenceError,
        InputError,
        MtlsPolicyError,
        NoCertificateError,
        PolicyError,
        ProposalNotEnabledError,
    )
    from mtlspolicy.evidence.context import AnchorEvidence, Context, Pair, PeerName, SideEvidence
    from mtlspolicy.loader import load_policy, load_policy_document
    from mtlspolicy.policies.model import Policy

__version__ = VERSION

__all__ = [
    "AnchorEvidence",
    "ConflictError",
    "Context",
    "Decision",
    "DocumentError",
    "EvidenceError",
    "Finding",
    "InputError",
    "MtlsPolicyError",
    "NoCertificateError",
    "Pair",
    "PeerName",
    "Policy",
    "PolicyError",
    "ProposalNotEnabledError",
    "SideEvidence",
    "__version__",
    "evaluate",
    "load_policy",
    "load_policy_document",
]

_HOMES: Final = {
    "engine.decision": ("Decision",),
    "engine.finding": ("Finding",),
    "engine.judge": ("evaluate",),
    "errors": (
        "ConflictError",
        "DocumentError",
        "EvidenceError",
        "InputError",
        "MtlsPolicyError",
        "NoCertificateError",
        "PolicyError",
        "ProposalNotEnabledError",
    ),
    "evidence.context": ("AnchorEvidence", "Context", "Pair", "PeerName", "SideEvidence"),
    "loader": ("load_policy", "load_policy_document"),
    "policies.model": ("Policy",),
}
"""The module of each public name. It is imported when the name is first used: whoever wants
only facts, as `mtlspolicy inspect` does, need not wait for the engine."""


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"mtlspolicy.{module}"), name)
            return value
    message = f"module `mtlspolicy` has no attribute `{name}`"
    raise AttributeError(message)
