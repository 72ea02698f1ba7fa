"""The space of a comparison: all variables that some policies ask about, with their values.

In two of the three modes the leafs of both sides share variables. What no pair of chains can
be together is `compare.structure`'s affair. This module knows no rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import moments
from mtlspolicy.compare.chain import Chain, shapes
from mtlspolicy.compare.ordinary import ordinary, shown
from mtlspolicy.compare.points import Kinds, Listing, Points
from mtlspolicy.compare.terms import AT, ISSUERS, LEAF
from mtlspolicy.compare.variables import Key, Periods, Variable
from mtlspolicy.features.constraints import kinds_of
from mtlspolicy.features.laws import companions, kinds_by_law, laws
from mtlspolicy.features.pair import Value as PairValue
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mtlspolicy.features.base import Call, Feature

__all__ = ["MODES", "Space"]

MODES: Final = ("different", "same key", "same certificate")
"""How the leafs of both sides are related; each is a space of its own."""

_BY_NAME: Final[dict[str, Feature[Any]]] = {feature.name: feature for feature in FEATURES}


class Space:
    """All variables of some questions, in one mode; `version` counts what was listed since."""

    def __init__(self, asked: Mapping[Key, Sequence[Call]], mode: str) -> None:
        self.mode = mode
        self.version = 0
        self.variables: list[Variable] = []
        self._index: dict[Key, Variable] = {}
        self._found: dict[Key, Variable | None] = {}
        """what a name stands for, as far as it was asked; the leafs can share variables"""
        self._points: dict[str, Points] = {}
        self._kinds: dict[str, Kinds] = {}
        self._calls: dict[Key, dict[Call, None]] = {}
        for side in SIDES:
            self._calls[Key(side, "", "chain")] = {}
        for key, calls in asked.items():
            self._calls.setdefault(self.alias(key), {}).update(dict.fromkeys(calls))
        self._calls.setdefault(AT, {})
        for side in SIDES:
            for name, calls in companions(self.asked(side)).items():
                self._calls.setdefault(Key(side, "", name), {}).update(dict.fromkeys(calls))
        self.laws = {side: laws(self.asked(side)) for side in SIDES}
        for key, calls_of in self._calls.items():
            variable = self._variable(key, tuple(calls_of))
            self.variables.append(variable)
            self._index[key] = variable
        for variable in self.variables:
            if variable.key.feature in _AT_HAND:
                variable.list_values()

    def asked(self, side: str) -> dict[str, tuple[Call, ...]]:
        """Return what is asked of one side: of its features, and of the names of its leaf."""
        found = {
            key.feature: tuple(calls)
            for key, calls in self._calls.items()
            if key.side == side and not key.place
        }
        shared = {
            key.feature: tuple(calls)
            for key, calls in self._calls.items()
            if _is_shared(key.feature)
        }
        names = self._calls.get(self.alias(Key(side, LEAF, "san")))
        return found | shared | ({} if names is None else {"san": tuple(names)})

    def alias(self, key: Key) -> Key:
        """Return the variable that stands for `key`: in two modes the leafs share theirs.

        There is one handshake for both sides.
        """
        if _is_shared(key.feature):
            return key._replace(side=SIDES[0])
        shared = self.mode == "same certificate" or (
            self.mode == "same key" and key.feature == "key"
        )
        if shared and key.side == "client" and key.place == LEAF and key.feature != "disclosed":
            return key._replace(side="server")
        return key

    def __getitem__(self, key: Key) -> Variable:
        """Return the variable of this name."""
        found = self.get(key)
        assert found is not None  # noqa: S101 - who is not sure asks `get`
        return found

    def __contains__(self, key: Key) -> bool:
        """Say whether a rule asks about this variable."""
        return self.get(key) is not None

    def get(self, key: Key) -> Variable | None:
        """Return the variable of this name, None where no rule asks about it."""
        try:
            return self._found[key]
        except KeyError:
            found = self._found[key] = self._index.get(self.alias(key))
            return found

    def list_values(self, some_open: Sequence[Variable]) -> None:
        """List the real values of open variables."""
        for variable in some_open:
            variable.list_values()
        self.version += 1

    def like(self, key: Key, value: Any) -> int:  # noqa: ANN401 - any feature's value
        """Return the mask of the listed value that stands for `value`, 0 where none does."""
        calls = tuple(self._calls[self.alias(key)])
        kinds = self._kinds_of(key.feature)

        def told(one: Any) -> tuple[Any, ...]:  # noqa: ANN401 - the same
            return (*(call.answer(one) for call in calls), kinds.of(one))

        wanted = told(value)
        values = self[key].values
        return next((1 << n for n, one in enumerate(values) if told(one) == wanted), 0)

    # -- values

    def _variable(self, key: Key, calls: tuple[Call, ...]) -> Variable:
        number = len(self.variables)
        match key.feature:
            case "at":
                cells = tuple(moments.times(calls))
                return Variable(key, number, cells[:1], lambda: Listing(cells))
            case "chain":
                return Variable(key, number, self._shapes()[:1], lambda: Listing(self._shapes()))
            case "added" | "disclosed":
                return Variable(key, number, (None,), lambda: _records(calls))
            case "pair":
                value = PairValue(self.mode == "same certificate", self.mode != "different")
                return Variable(key, number, (value,), lambda: Listing((value,)))
            case "validity":
                return Periods(key, number, ordinary(key), calls)
            case _:
                known = shown(key)
                return Variable(key, number, known, lambda: self._read(key, calls, known))

    def _shapes(self) -> tuple[Chain, ...]:
        # A rule that counts issuers tells two from one too.
        two = any(
            key.place == ISSUERS[1] or (key.feature == "chain" and asked)
            for key, asked in self._calls.items()
        )
        return tuple(shapes(2 if two else 1))

    def _read(self, key: Key, calls: tuple[Call, ...], known: tuple[Any, ...]) -> Listing:
        points = self._points.get(key.feature)
        if points is None:
            everything: dict[Call, None] = {}
            for other, asked in self._calls.items():
                if other.feature == key.feature:
                    everything.update(asked)
            feature = _BY_NAME[key.feature]
            points = Points(feature, tuple(everything), self._kinds_of(key.feature))
            self._points[key.feature] = points
        return points.listing(calls, known)

    def _kinds_of(self, feature: str) -> Kinds:
        """Return all that constraints and laws tell of a feature."""
        known = self._kinds.get(feature)
        if known is None:
            by_law = [one for some in self.laws.values() for one in kinds_by_law(feature, some)]
            known = self._kinds[feature] = Kinds((*kinds_of(feature), *by_law))
        return known

    def spans(self) -> dict[int, moments.Spans]:
        """Return the variables that have a place in time, with their spans."""
        found = {self[AT].number: moments.Spans(self[AT].values)}
        for variable in self.variables:
            if isinstance(variable, Periods):
                found[variable.number] = variable.spans()
        return found


_AT_HAND: Final = ("at", "chain", "added", "disclosed", "pair")
"""Variables with so few values that they are listed at once."""


def _is_shared(feature: str) -> bool:
    """Whether a feature is of the connection, not of a side."""
    return feature.startswith("handshake.")


def _records(calls: Sequence[Call]) -> Listing:
    """Nothing on record, and an instant on either side of every bound of the windows asked."""
    cuts = sorted({cut for call in calls for cut in call.arguments[0].cuts()}, reverse=True)
    table: dict[Any, int] = {}
    for instant in (cut + step for cut in cuts for step in (0, -1)):
        table.setdefault(tuple(call.arguments[0].holds(instant) for call in calls), instant)
    return Listing((None, *table.values()))
