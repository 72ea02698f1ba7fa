"""The comparison of two policies as its readers see it: relation, classes, witnesses.

`Comparer` keeps what several comparisons have in common; `compare` makes one. With
witnesses every class has a real pair of chains, judged again from its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.relation import Universe
from mtlspolicy.compare.witness import Witness, forge
from mtlspolicy.compare.words import describe, effective
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.instants import format_instant
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mtlspolicy.compare.relation import Difference, Relation, State
    from mtlspolicy.policies.model import Policy, Rule

__all__ = ["CausingRule", "Comparer", "Comparison", "DifferenceClass", "Party", "compare"]

_IN_WORDS: Final = {
    "equivalent": "{a} and {b} accept the same pairs",
    "stricter": "{a} is stricter than {b}: it accepts less, and nothing that {b} does not accept",
    "more-permissive": "{a} is more permissive than {b}: it accepts more, and all that {b} accepts",
    "incomparable": "{a} and {b} are incomparable: each accepts pairs that the other does not",
    "unknown": "whether {a} and {b} differ is unknown: more states than the limit allows",
}
_IN_WORDS_OF_NOTHING: Final = {
    "equivalent": "{a} and {b} accept the same pairs: none at all",
    "stricter": "{a} is stricter than {b}: it accepts no pair at all",
    "more-permissive": "{a} is more permissive than {b}, which accepts no pair at all",
}
"""The same where one of them accepts nothing, which nobody may take for agreement."""


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """A policy under its settings (those given, the others have their defaults)."""

    policy: Policy
    settings: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the party as JSON."""
        policy = self.policy
        compiled = compile_policy(policy, self.settings).settings
        return {
            "id": policy.id,
            "version": policy.version,
            "sha256": policy.sha256,
            "status": policy.status,
            "proposal": None if policy.proposal is None else policy.proposal.document,
            "settings": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in compiled.items()
            },
        }


@dataclass(frozen=True, slots=True, eq=False)
class CausingRule:
    """A rule that causes a difference; None for that nothing is enforced on a side.

    `role`: client, server or pair; `outcome`: fail or unknown.
    """

    id: str
    role: str
    outcome: str
    rule: Rule | None

    def document(self) -> dict[str, Any]:
        """Return the rule as JSON."""
        rule = self.rule
        return {
            "rule": self.id,
            "role": self.role,
            "outcome": self.outcome,
            "code": "engine.nothing_enforced" if rule is None else rule.code,
            "title": "no enforced rule applies" if rule is None else rule.title,
            "citation": None if rule is None else str(rule.citation),
            "effective": [] if rule is None else list(effective(rule)),
        }


@dataclass(frozen=True, slots=True, eq=False)
class DifferenceClass:
    """One class of difference: what causes it, and its smallest witness.

    `refusing` is 0 where the first policy refuses what the second accepts, 1 the other way
    round (among the classes apart: rejects what the other leaves indeterminate). `rules` are
    those that the witness breaks; `also` other roles in which the same rules differ.
    `witness` is None where none was asked for.
    """

    refusing: int
    rules: tuple[CausingRule, ...]
    also: tuple[str, ...]
    decisions: tuple[str, str]
    deviations: int
    at: int
    state: State
    witness: Witness | None

    @property
    def words(self) -> tuple[str, ...]:
        """The state in words, one sentence per certificate or side that is not ordinary.

        Where the bytes do not bear out what is predicted of the path or of a name, the last
        one says whose word stands for it.
        """
        given = () if self.witness is None else self.witness.evidence.get("asserted", ())
        return (*describe(self.state), *_vouched(given))

    def document(self) -> dict[str, Any]:
        """Return the class as JSON."""
        return {
            "refused_by": "ab"[self.refusing],
            "decisions": {"a": self.decisions[0], "b": self.decisions[1]},
            "rules": [rule.document() for rule in self.rules],
            "also": list(self.also),
            "words": list(self.words),
            "deviations": self.deviations,
            "evaluated_at": format_instant(self.at),
            "witness": None if self.witness is None else self.witness.document(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What comparing two policies found; `classes` by the fewest deviations.

    `relation` is what the first is, compared with the second: equivalent, stricter,
    more-permissive, incomparable or unknown. `apart`: states that one rejects and the other
    leaves indeterminate, by rules that no class shows; no difference of the relation. `empty`:
    which of them accepts no pair at all, as far as the relation leaves that open.
    """

    parties: tuple[Party, Party]
    relation: str
    classes: tuple[DifferenceClass, ...]
    apart: tuple[DifferenceClass, ...]
    states: int
    empty: tuple[bool, bool] = (False, False)

    @property
    def names(self) -> tuple[str, str]:
        """What the parties are called: by their ids, and more where these are the same."""
        a, b = (one.policy for one in self.parties)
        if a.id != b.id:
            return a.id, b.id
        if a.version != b.version:
            return f"{a.id} {a.version}", f"{b.id} {b.version}"
        return f"{a.id} (a)", f"{b.id} (b)"

    def sentence(self) -> str:
        """Say the relation in words."""
        a, b = self.names
        said = _IN_WORDS_OF_NOTHING if any(self.empty) else _IN_WORDS
        return said[self.relation].format(a=a, b=b)

    def document(self) -> dict[str, Any]:
        """Return the comparison as JSON (schemas/comparison.schema.json)."""
        return {
            "schema_version": 1,
            "policies": {"a": self.parties[0].document(), "b": self.parties[1].document()},
            "relation": self.relation,
            "classes": [one.document() for one in self.classes],
            "apart": [one.document() for one in self.apart],
            "states": self.states,
        }


class Comparer:
    """Some policies, ready to be compared two by two: what they share is worked out once."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = tuple(parties)
        compiled = [compile_policy(one.policy, one.settings) for one in self.parties]
        self._universe = Universe(compiled)

    def compare(
        self, first: int, second: int, *, witnesses: bool = True, most: int | None = None
    ) -> Comparison:
        """Compare two of them, given by number.

        With `most` the relation is as exact, with so many classes in each direction and none
        apart. Raises WitnessError where a witness is not judged as predicted: a fault of ours.
        """
        parties = self.parties[first], self.parties[second]
        found = self._universe.compare(first, second, most=most)
        # Of two that are incomparable each accepts something.
        empty = (
            found.relation in ("equivalent", "stricter") and not self._universe.accepts(first),
            found.relation in ("equivalent", "more-permissive")
            and not self._universe.accepts(second),
        )
        return _comparison(parties, found, empty, witnesses=witnesses)


def compare(
    first: Policy,
    second: Policy,
    *,
    settings: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
    witnesses: bool = True,
) -> Comparison:
    """Compare two policies exactly, each under its settings (valid ones).

    Raises WitnessError where a witness is not judged as predicted: a fault of ours.
    """
    parties = [Party(first, settings[0]), Party(second, settings[1])]
    return Comparer(parties).compare(0, 1, witnesses=witnesses)


def _comparison(
    parties: tuple[Party, Party], found: Relation, empty: tuple[bool, bool], *, witnesses: bool
) -> Comparison:
    first, second = ({rule.id: rule for rule in party.policy.rules} for party in parties)

    def shown(some: Sequence[Difference]) -> tuple[DifferenceClass, ...]:
        return tuple(_class(parties, (first, second), one, witnesses=witnesses) for one in some)

    classes, apart = shown(found.differences), shown(found.apart)
    return Comparison(parties, found.relation, classes, apart, found.states, empty)


def _class(
    parties: tuple[Party, Party],
    rules: tuple[Mapping[str, Rule], Mapping[str, Rule]],
    one: Difference,
    *,
    witnesses: bool,
) -> DifferenceClass:
    state = one.state
    mine = rules[one.refusing]
    witness = None
    if witnesses:
        witness = forge(
            state,
            (parties[0].policy, parties[1].policy),
            (parties[0].settings, parties[1].settings),
        )
    return DifferenceClass(
        refusing=one.refusing,
        rules=tuple(CausingRule(c.rule, c.side, c.outcome, mine.get(c.rule)) for c in one.causes),
        also=_also(one),
        decisions=(state.verdicts[0].decision, state.verdicts[1].decision),
        deviations=state.deviations,
        at=state.solution.at,
        state=state,
        witness=witness,
    )


def _vouched(given: Sequence[str]) -> Iterator[str]:
    """Say what the caller's word stands for, such as ``the caller vouches for both paths``."""
    sides: dict[str, list[str]] = {}
    for word in given:
        side, _, what = word.partition(":")[0].rpartition(".")
        sides.setdefault(what, []).append(side)
    told = [
        f"the {found[0]}'s {what}" if len(found) == 1 else f"both {what}s"
        for what, found in sides.items()
    ]
    if told:
        yield f"the caller vouches for {' and '.join(told)}"


def _also(one: Difference) -> tuple[str, ...]:
    """Other roles in which the rules of a class make a difference."""
    broken = {cause.rule for cause in one.causes}
    shown = {cause.side for cause in one.causes}
    others = {cause.side for cause in one.asked if cause.rule in broken}
    return tuple(sorted(others - shown))
