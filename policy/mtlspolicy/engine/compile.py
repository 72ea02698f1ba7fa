"""A policy made ready: bound to each side and to some settings, sorted by what is judged.

Rules that ask about certificates only are apart from those that ask about the path, for
the former can be remembered per certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.engine.memory import Memory
from mtlspolicy.engine.outcome import BoundRule
from mtlspolicy.engine.ruleset import Masks, RuleSet
from mtlspolicy.features.base import Call, Scope
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.tree import All, Bound, Literal, Question, bind
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.derive.side import Candidate
    from mtlspolicy.policies.model import EffectiveWindow, Policy, Rule

__all__ = ["Compiled", "SideRules", "compile_policy"]

_MOST_COMPILED = 32
"""Settings of one policy kept ready; a server uses one or two."""

_AXES = {
    "not_before": "validity.issued",
    "evaluation_time": "validity.evaluated",
    "anchor_added": "programme.anchor_added",
    "ccadb_disclosure": "programme.disclosed",
}


@dataclass(frozen=True, slots=True, eq=False)
class SideRules:
    """The rules of one side: per object, those on certificates alone and those on paths."""

    certificate: Mapping[str, RuleSet]
    path: Mapping[str, RuleSet]
    enforced: int
    """mask of the enforced rules"""
    trust: int
    """mask of the rules that one's own side is not asked"""
    by_bit: Mapping[int, BoundRule]
    alone: dict[tuple[int, bool], tuple[Candidate, Masks]] | None
    """masks of the rules on the path of a leaf that is presented alone, by candidate and whether
    the name is vouched for; None where they depend on the leaf or on the time too"""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """Everything of a policy under some settings.

    `sides` by name, the rules on the pair, and the sides judged so far.
    """

    settings: Mapping[str, Any]
    sides: Mapping[str, SideRules]
    pair: SideRules
    memory: Memory

    def forget_certificates(self) -> None:
        """Forget every certificate and side judged so far, and keep what is known of rules."""
        self.memory.forget()
        for side in (*self.sides.values(), self.pair):
            for rule_set in (*side.certificate.values(), *side.path.values()):
                rule_set.forget_certificates()


def compile_policy(policy: Policy, given: Mapping[str, Any]) -> Compiled:
    """Return the policy under its defaults overridden by `given`, which must be valid settings.

    Raises `features.parameters.BadArgumentError` where a value is no argument of an atom.
    """
    key = tuple(sorted((name, _frozen(value)) for name, value in given.items())) if given else ()
    found = policy.compiled.get(key)
    if found is None:
        found = _compile(policy, given)
        if len(policy.compiled) >= _MOST_COMPILED:
            policy.compiled.clear()
        policy.compiled[key] = found
    return found


def _frozen(value: object) -> tuple[str, object]:
    # The type belongs to the key: 1 and true are equal in Python, and not in a policy.
    return type(value).__name__, tuple(value) if isinstance(value, list) else value


def _compile(policy: Policy, given: Mapping[str, Any]) -> Compiled:
    settings = {
        name: setting.canonical(given.get(name, setting.default))
        for name, setting in policy.settings.items()
    }
    return Compiled(
        settings,
        {side: _side(policy, side, settings) for side in ("client", "server")},
        _side(policy, "pair", settings),
        Memory(),
    )


def _side(policy: Policy, side: str, settings: Mapping[str, Any]) -> SideRules:
    wanted = ("pair",) if side == "pair" else (side, "both")
    rules = [
        _bound(rule, 1 << number, side, settings)
        for number, rule in enumerate(policy.rules)
        if rule.side in wanted and rule.mode != "off"
    ]
    certificate: dict[str, list[BoundRule]] = {}
    path: dict[str, list[BoundRule]] = {}
    for rule in rules:
        alone = all(q.call.feature.scope is Scope.CERTIFICATE for q in rule.questions())
        of = rule.rule.of or "pair"
        (certificate if alone and of in ("leaf", "issuer", "anchor") else path).setdefault(
            of, []
        ).append(rule)
    return SideRules(
        certificate={of: RuleSet(members) for of, members in certificate.items()},
        path={of: RuleSet(members) for of, members in path.items()},
        enforced=sum(rule.bit for rule in rules if rule.enforced),
        trust=sum(rule.bit for rule in rules if rule.asks_trust),
        by_bit={rule.bit: rule for rule in rules},
        alone=None if any(_sees_leaf_or_time(rule) for rule in rules) else {},
    )


def _sees_leaf_or_time(rule: BoundRule) -> bool:
    """Say whether a rule about the path asks about leaf, time, or evidence of the connection."""
    asked = [question.call for question in rule.questions()]
    if any(call.feature.beyond for call in asked):
        return True
    if any(call.feature.scope is Scope.PATH for call in asked):
        return any(
            call.feature.scope is not Scope.PATH or call.feature.name == "programme"
            for call in asked
        )
    if rule.rule.of in ("path", "link"):
        return True
    return rule.rule.of != "leaf" and any(call.atom.name == "validity.evaluated" for call in asked)


def _bound(rule: Rule, bit: int, side: str, settings: Mapping[str, Any]) -> BoundRule:
    return BoundRule(
        rule,
        bit,
        _gate(rule.effective, side),
        bind(rule.when, side, settings),
        bind(rule.require, side, settings),
    )


def _gate(windows: tuple[EffectiveWindow, ...], side: str) -> Bound:
    """Return the windows as one condition: all must hold."""
    asked: list[Bound] = []
    for window in windows:
        feature, atom = ATOMS[_AXES[window.axis]]
        # Both leafs are judged at one time, so either of them can be asked for it.
        asked.append(
            Question(Call(feature, atom, (window.window,)), "client" if side == "pair" else "self")
        )
    if not asked:
        return Literal(value=True)
    return asked[0] if len(asked) == 1 else All(tuple(asked))
