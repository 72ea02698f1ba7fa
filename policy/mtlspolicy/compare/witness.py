"""A state made real: certificates and evidence, judged again from their bytes.

Only what deviates is written, into an ordinary pair. The path and the names are real ones as
long as the certificates allow it; else the caller's word stands for them. Then the engine
itself judges the bytes under both policies, and must say what was predicted.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.evidence import Forged
from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.compare.relation import State
    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.forge.pair import BuiltPair
    from mtlspolicy.policies.model import Policy

__all__ = ["Witness", "WitnessError", "forge"]


class WitnessError(AssertionError):
    """The engine does not say of a witness what the comparison predicted: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Both chains (leaf first) and the evidence document, with the engine's decisions."""

    client: tuple[bytes, ...]
    server: tuple[bytes, ...]
    evidence: Mapping[str, Any]
    decisions: tuple[str, str]

    def document(self) -> dict[str, Any]:
        """Return the witness as JSON: DER as base64, as in vectors."""
        return {
            "client": [base64.b64encode(der).decode("ascii") for der in self.client],
            "server": [base64.b64encode(der).decode("ascii") for der in self.server],
            "evidence": dict(self.evidence),
        }


def forge(
    state: State,
    policies: tuple[Policy, Policy],
    settings: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> Witness:
    """Make the state real and judge it; raises WitnessError where it is not as predicted."""
    complaints = []
    for built, pair, context in _attempts(Forged(state)):
        decisions = [
            evaluate(pair, policy, context.with_settings(given))
            for policy, given in zip(policies, settings, strict=True)
        ]
        complaint = _complaint(state, decisions)
        if not complaint:
            return Witness(
                tuple(pair.client),
                tuple(pair.server),
                built.evidence,
                (decisions[0].decision, decisions[1].decision),
            )
        complaints.append(complaint)
    message = f"a witness is not judged as predicted: {complaints[0]}"
    raise WitnessError(message)


_VOUCHED: Final[tuple[frozenset[str], ...]] = (
    frozenset(),
    frozenset({"name"}),
    frozenset({"path"}),
    frozenset({"path", "name"}),
)
"""What the caller's word stands for, the least first."""


def _attempts(forged: Forged) -> Iterator[tuple[BuiltPair, Pair, Context]]:
    """Yield the state as bytes and evidence, first with what the bytes bear out by themselves."""
    plain = _read(forged, frozenset())
    lacking = forged.lacks(plain[2], plain[1])
    for vouched in (lacking, *(one for one in _VOUCHED if one != lacking)):
        yield _read(forged, vouched) if vouched else plain


def _read(forged: Forged, vouched: frozenset[str]) -> tuple[BuiltPair, Pair, Context]:
    built = forged.under(vouched)
    pair = Pair(client=built.client.presented, server=built.server.presented)
    return built, pair, read_context(built.evidence)


def _complaint(state: State, decisions: list[Decision]) -> str:
    """Say what differs from the prediction; empty where nothing does."""
    for decision, predicted in zip(decisions, state.verdicts, strict=True):
        if decision.decision != predicted.decision:
            return f"{decision.decision} instead of {predicted.decision}"
        found = _broken(decision)
        wanted = {cause.rule for cause in predicted.causes if not cause.rule.startswith("engine.")}
        if found != wanted:
            return f"{sorted(found)} instead of {sorted(wanted)}"
    return ""


def _broken(decision: Decision) -> set[str]:
    """The enforced rules that fail, or where none does, that are unknown."""
    judged = decision.judged
    compiled = judged.compiled
    assert compiled is not None  # noqa: S101 - the settings were checked
    parts = [(side.masks, compiled.sides[side.side.side]) for side in judged.sides()]
    parts.append((judged.pair_masks, compiled.pair))
    failed, unknown = set(), set()
    for masks, rules in parts:
        for bit, rule in rules.by_bit.items():
            if masks.failed & bit & rules.enforced:
                failed.add(rule.rule.id)
            if masks.unknown & bit & rules.enforced:
                unknown.add(rule.rule.id)
    return failed or unknown
