"""The states of a model: those there can be, and those that a policy accepts or cannot decide.

A policy has hundreds of rules, and few of them decide what is asked. So a search starts with
none of them; the state that it finds is put to the policy, and the rules that it breaks are
required from then on. What is found with fewer conditions is never dearer: so the first
state that the policy agrees to is the cheapest that there is, and where there is none with
some of the rules there is none with all.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from mtlspolicy.compare.check import Status
from mtlspolicy.compare.formula import Formula, some
from mtlspolicy.compare.solver import Problem
from mtlspolicy.compare.structure import Structure
from mtlspolicy.features.subject import SIDES
from mtlspolicy.forge.pair import ORDINARY_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from mtlspolicy.compare.model import Enforced, Model, Ruling
    from mtlspolicy.compare.solver import Budget, Solution

    _Requirement = Callable[[], Iterable[Formula]]

__all__ = ["Accepted", "Explored", "States", "Undecided"]

_PRICE: Final = 10
_OPEN_PRICE: Final = 11
"""What a deviation costs; less what is known than what would have to be listed first, and
next to nothing for another time."""


class States:
    """All states that there can be."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._structure = Structure(model.space)
        self._known: tuple[int, Problem] | None = None

    def find(self, wanted: Callable[[], Iterable[Formula]], budget: Budget) -> Solution | None:
        """Return the cheapest state that is as wanted, None if there is none.

        Lists the values of open variables until none is used; `wanted` is asked anew each
        time. Raises LimitReachedError.
        """
        space = self.model.space
        while True:
            found = self.problem().extended(list(dict.fromkeys(wanted()))).solve(budget)
            if found is None:
                return None
            unlisted = {
                variable.key.feature
                for variable in space.variables
                if variable.open and found.values[variable.number] == variable.anything
            }
            if unlisted:
                # What one side's rules ask about, the other's are likely to ask about too.
                space.list_values(
                    [one for one in space.variables if one.open and one.key.feature in unlisted]
                )
            elif not self._learns(found.values):
                return found

    def problem(self) -> Problem:
        """Return what holds of all of them, as far as values are listed."""
        version = self.model.space.version
        if self._known is None or self._known[0] != version:
            self._known = version, self._begun()
        return self._known[1]

    def _begun(self) -> Problem:
        variables = self.model.space.variables
        problem = Problem(
            [one.full for one in variables],
            [one.plain for one in variables],
            [one.familiar for one in variables],
            [_OPEN_PRICE if one.open else _PRICE for one in variables],
            self.model.space.spans(),
            ORDINARY_AT,
        )
        problem.require(self._structure.formulas())
        return problem

    def _learns(self, values: Sequence[int]) -> bool:  # noqa: ARG002 - here nothing more is asked
        """Say whether a state is none of these after all, and why, from then on."""
        return False


class _Ruled(States):
    """States of which a policy says something: what that takes is learnt from those that fail."""

    def __init__(self, everything: States, ruling: Ruling) -> None:
        self.model = everything.model
        self._known = None
        self._everything = everything
        self._ruling = ruling
        self._required: dict[Hashable, _Requirement] = {}

    def _begun(self) -> Problem:
        return self._everything.problem().extended(_once(self._required.values()))

    def _require(self, more: Mapping[Hashable, _Requirement]) -> bool:
        """Require something of every state from now on; says whether that is anything."""
        self._required.update(more)
        if more and self._known is not None:
            version, problem = self._known
            self._known = version, problem.extended(_once(more.values()))
        return bool(more)

    def _rules(self, rules: Iterable[Enforced], status: Status) -> dict[Hashable, _Requirement]:
        return {rule: partial(rule.everywhere, status) for rule in rules}


class Accepted(_Ruled):
    """The states that a policy accepts."""

    def _learns(self, values: Sequence[int]) -> bool:
        broken = [rule for rule, _ in self._ruling.broken(values)]
        if broken:
            return self._require(self._rules(broken, Status.GOOD))
        idle = [side for side in SIDES if not self._ruling.passes(side, values)]
        return self._require({side: partial(self._passing, side) for side in idle})

    def _passing(self, side: str) -> Iterable[Formula]:
        """A rule on a side passes, where none fails or is unknown."""
        rules = [rule for rule in self._ruling.rules if rule.side == side]
        return (some([rule.somewhere(Status.PASS) for rule in rules]),)


class Undecided(_Ruled):
    """The states that a policy leaves indeterminate: no rule fails, and some rule is unknown."""

    def _learns(self, values: Sequence[int]) -> bool:
        broken = self._ruling.broken(values)
        failed = [rule for rule, status in broken if status is Status.FAIL]
        if broken:
            return self._require(self._rules(failed, Status.NOT_FAIL))
        # There are hundreds of ways to be unknown, which mostly need not be told.
        return self._require({Status.UNKNOWN: self._unknown})

    def _unknown(self) -> Iterable[Formula]:
        return (some([rule.somewhere(Status.UNKNOWN) for rule in self._ruling.rules]),)


class Explored:
    """One model, with what has been found out about the states of each policy."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.everything = States(model)
        self._accepted: dict[int, Accepted] = {}

    def accepted(self, which: int) -> Accepted:
        """Return the states that a policy accepts."""
        found = self._accepted.get(which)
        if found is None:
            found = Accepted(self.everything, self.model.policies[which])
            self._accepted[which] = found
        return found

    def undecided(self, which: int) -> Undecided:
        """Return the states that a policy leaves indeterminate."""
        return Undecided(self.everything, self.model.policies[which])


def _once(required: Iterable[_Requirement]) -> list[Formula]:
    """Return what some requirements come to, each formula once."""
    return list(dict.fromkeys(formula for one in required for formula in one()))
