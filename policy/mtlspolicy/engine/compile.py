"""A policy made ready: bound to each side and to some settings, sorted by what is judged.

Rules that ask about certificates only are apart from those that ask about the path, for
the former can be remembered per certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.engine.kinds import Kinds
from mtlspolicy.engine.memory import Memory
from mtlspolicy.engine.outcome import BoundRule
from mtlspolicy.engine.ruleset import RuleSet, Slot
from mtlspolicy.features.base import Call, Scope
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.tree import All, Bound, Literal, Question, bind
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from mtlspolicy.engine.ruleset import Masks
    from mtlspolicy.engine.state import Judgement
    from mtlspolicy.features.base import Feature
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
    here: tuple[RuleSet, ...]
    """of those on paths: the rules that are judged on the leaf"""
    above: Mapping[str, Sequence[tuple[RuleSet, bool]]]
    """the rules on what lies above the leaf, per object; and whether on certificates alone"""
    enforced: int
    """mask of the enforced rules"""
    trust: int
    """mask of the rules that one's own side is not asked"""
    by_bit: Mapping[int, BoundRule]
    alone: Kinds
    """of leafs that are presented alone: as far as any rule of the side can tell them apart"""
    told: tuple[Slot, ...]
    """what the rules ask about the path of such a leaf that is not the caller's word alone"""
    level: bool
    """whether what the rules say of a path without a fault depends only on what is above the leaf,
    on how the name matched, on disclosures, on the time, and on what follows"""
    below: Kinds | None
    """of the leaf, as far as rules on paths and links can tell; None where they do not look"""
    linked: bool
    """whether they look at its mould, beside its issuer"""
    beside: bool
    """whether they look at what else was presented, or is known"""
    lines: dict[Hashable, tuple[Masks, dict[Masks, Judgement]]]
    """the masks of such paths, and what they come to with those of the leaf"""
    beyond: bool
    """whether any rule asks about evidence of the connection, which is in no memo's key"""


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
        """Forget every side judged so far, and keep what is known of rules and kinds."""
        self.memory.forget()


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
    alike: dict[int, BoundRule] = {}
    sides = {side: _side(policy, side, settings, alike) for side in ("client", "server")}
    return Compiled(settings, sides, _side(policy, "pair", settings, alike), Memory(sides))


def _side(
    policy: Policy, side: str, settings: Mapping[str, Any], alike: dict[int, BoundRule]
) -> SideRules:
    wanted = ("pair",) if side == "pair" else (side, "both")
    rules = [
        alike.get(1 << number) or _bound(rule, 1 << number, side, settings, alike)
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
    certificate_sets = {of: RuleSet(members) for of, members in certificate.items()}
    path_sets = {of: RuleSet(members) for of, members in path.items()}
    return SideRules(
        certificate=certificate_sets,
        path=path_sets,
        here=tuple(path_sets[of] for of in ("leaf", "path") if of in path_sets),
        above=_above(certificate_sets, path_sets),
        enforced=sum(rule.bit for rule in rules if rule.enforced),
        trust=sum(rule.bit for rule in rules if rule.asks_trust),
        by_bit={rule.bit: rule for rule in rules},
        alone=_alone(certificate_sets, path_sets),
        told=tuple(
            slot
            for of in ("leaf", "path")
            if of in path_sets
            for slot in path_sets[of].slots
            if slot.feature.scope is Scope.PATH and not slot.feature.vouched
        ),
        level=_is_level(path_sets),
        below=_below(path_sets),
        linked="link" in path_sets,
        beside=any(slot.feature.beside for sets in path_sets.values() for slot in sets.slots),
        lines={},
        beyond=any(q.call.feature.beyond for rule in rules for q in rule.questions()),
    )


def _above(
    certificate: Mapping[str, RuleSet], path: Mapping[str, RuleSet]
) -> Mapping[str, Sequence[tuple[RuleSet, bool]]]:
    return {
        of: [(sets[of], sets is certificate) for sets in (certificate, path) if of in sets]
        for of in ("issuer", "link", "anchor")
        if of in certificate or of in path
    }


def _is_level(path: Mapping[str, RuleSet]) -> bool:
    """Say whether the rules on paths see of the leaf how its name matched, and its kind."""
    return all(
        slot.feature.is_above(of, slot.calls)
        or slot.feature.scope is Scope.CERTIFICATE
        or (of == "link" and slot.feature.linking)
        for of, rule_set in path.items()
        for slot in rule_set.slots
    )


def _below(path: Mapping[str, RuleSet]) -> Kinds | None:
    """Return what the rules on paths can tell of the leaf, which has the first link."""
    asked: dict[str, tuple[Feature[Any], list[Call]]] = {}
    for of in ("leaf", "path", "link"):
        for slot in path[of].slots if of in path else ():
            if slot.feature.scope is Scope.CERTIFICATE:
                asked.setdefault(slot.feature.name, (slot.feature, []))[1].extend(slot.calls)
    return _kinds(asked) if asked else None


def _kinds(asked: Mapping[str, tuple[Feature[Any], list[Call]]]) -> Kinds:
    return Kinds([(feature, tuple(dict.fromkeys(calls))) for feature, calls in asked.values()])


def _alone(certificate: Mapping[str, RuleSet], path: Mapping[str, RuleSet]) -> Kinds:
    """Return what rules can tell of a leaf that is presented alone.

    Rules on leaf and path see the leaf. Its issuers, links and anchor are missing: rules about
    them see nothing but the time.
    """
    asked: dict[str, tuple[Feature[Any], list[Call]]] = {}
    for of, rule_set in (*certificate.items(), *path.items()):
        for slot in rule_set.slots:
            if slot.feature.scope is not Scope.CERTIFICATE:
                continue
            seen = of in ("leaf", "path")
            calls = [c for c in slot.calls if seen or c.atom.name == "validity.evaluated"]
            if calls:
                asked.setdefault(slot.feature.name, (slot.feature, []))[1].extend(calls)
    return _kinds(asked)


def _bound(
    rule: Rule, bit: int, side: str, settings: Mapping[str, Any], alike: dict[int, BoundRule]
) -> BoundRule:
    """Bind one rule, and put it into `alike` (by its bit) if it is the same on the other side."""
    bound = BoundRule(
        rule,
        bit,
        _gate(rule.effective, side),
        bind(rule.when, side, settings),
        bind(rule.require, side, settings),
    )
    if bound.when is rule.when and bound.require is rule.require:
        alike[bit] = bound
    return bound


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
