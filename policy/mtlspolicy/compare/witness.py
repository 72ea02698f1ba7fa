"""A state made real: certificates and evidence, judged again from their bytes.

Only what deviates is written, into an ordinary pair. The path and the names are real ones as
long as the certificates allow it; else the caller's word stands for them. Then the engine
itself judges the bytes under both policies, and must say what was predicted.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.evidence import Forged
from mtlspolicy.compare.words import describe
from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mtlspolicy.compare.relation import State
    from mtlspolicy.engine.compile import SideRules
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
            evaluate(pair, policy, context.with_settings(given) if given else context)
            for policy, given in zip(policies, settings, strict=True)
        ]
        complaint = _complaint(state, policies, decisions)
        if not complaint:
            return Witness(
                tuple(pair.client),
                tuple(pair.server),
                built.evidence,
                (decisions[0].decision, decisions[1].decision),
            )
        complaints.append(complaint)
    raise WitnessError(_fault(state, policies, complaints[0]))


def _fault(state: State, policies: tuple[Policy, Policy], complaint: str) -> str:
    """Say which pair and which class of difference a fault is about."""
    rules = dict.fromkeys(cause.rule for verdict in state.verdicts for cause in verdict.causes)
    pair = " and ".join(f"`{policy.id}`" for policy in policies)
    which = (
        f"{', '.join(rules) or 'no rule'} in: {'; '.join(describe(state)) or 'an ordinary pair'}"
    )
    return f"a witness of {pair} is not judged as predicted: {complaint} ({which})"


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


def _complaint(state: State, policies: tuple[Policy, Policy], decisions: Sequence[Decision]) -> str:
    """Say what differs from the prediction; empty where nothing does."""
    for policy, decision, predicted in zip(policies, decisions, state.verdicts, strict=True):
        if decision.decision != predicted.decision:
            return f"`{policy.id}` says {decision.decision} instead of {predicted.decision}"
        found = _broken(decision)
        wanted = {cause.rule for cause in predicted.causes if not cause.rule.startswith("engine.")}
        if found != wanted:
            return f"`{policy.id}` finds {sorted(found)} instead of {sorted(wanted)}"
    return ""


def _broken(decision: Decision) -> set[str]:
    """The enforced rules that fail, or where none does, that are unknown."""
    judged = decision.judged
    compiled = judged.compiled
    assert compiled is not None  # noqa: S101 - the settings were checked
    client, server = judged.client, judged.server
    assert client is not None  # noqa: S101 - nothing was amiss with the settings
    assert server is not None  # noqa: S101 - the same
    parts = (
        (client.masks, compiled.sides["client"]),
        (server.masks, compiled.sides["server"]),
        (judged.pair_masks, compiled.pair),
    )
    failed = {rule for masks, rules in parts for rule in _named(masks.failed, rules)}
    return failed or {rule for masks, rules in parts for rule in _named(masks.unknown, rules)}


def _named(bits: int, rules: SideRules) -> Iterator[str]:
    """Yield the enforced rules that these bits stand for."""
    left = bits & rules.enforced
    while left:
        bit = left & -left
        yield rules.by_bit[bit].rule.id
        left ^= bit
