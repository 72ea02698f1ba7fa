"""What a state says of each variable: its values by key, and which of them are out of the ordinary.

A state has hundreds of variables, and a witness asks about some dozens of them: a value is
looked up when it is wanted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.compare import moments
from mtlspolicy.compare.ordinary import ordinary
from mtlspolicy.compare.terms import LEAF
from mtlspolicy.compare.variables import Key
from mtlspolicy.features import forged_connection
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES
from mtlspolicy.forge.pair import ORDINARY_AT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from mtlspolicy.compare.relation import State
    from mtlspolicy.compare.space import Space
    from mtlspolicy.features.base import Call, Feature

__all__ = ["Index", "Values", "index"]

_RANKS: Final = {feature.name: rank for rank, feature in enumerate(FEATURES)}
_USUAL: Final = 1
"""The mask of the first value of a variable, that of the ordinary pair."""


class Index(NamedTuple):
    """The variables of a space by key, those of periods, and the features that are asked about.

    By side: `asked` has what is asked of it, and `connected` the variables of the features that
    are written together (`features.forged_connection`), with the names that go with them.
    """

    numbers: dict[Key, int]
    periods: tuple[Key, ...]
    features: frozenset[str]
    asked: Mapping[str, Mapping[str, tuple[Call, ...]]]
    connected: Mapping[str, Mapping[str, Key]]


@lru_cache(maxsize=8)
def index(space: Space) -> Index:
    """Index a space; as many are kept as a comparison or two have."""
    numbers = {variable.key: variable.number for variable in space.variables}
    periods = tuple(key for key in numbers if key.feature == "validity")
    return Index(
        numbers,
        periods,
        frozenset(key.feature for key in numbers),
        {side: space.asked(side) for side in SIDES},
        {side: _connected(space, side, numbers.keys()) for side in SIDES},
    )


def _connected(space: Space, side: str, there: AbstractSet[Key]) -> dict[str, Key]:
    keys = {
        one: space.alias(Key(side, LEAF if one == "san" else "", one))
        for one in (*forged_connection.CONNECTED, "name", "san")
    }
    known = {one: key for one, key in keys.items() if key in there}
    if side != SIDES[0] and known.keys().isdisjoint(("tlsa", "service")):
        # what is of the handshake is written with the side that has it
        known.pop("handshake.server_port", None)
    return {} if known.keys() <= {"name", "san"} else known


class Values:
    """The values of one state; `odd` are the keys of those that have to be written."""

    def __init__(self, state: State) -> None:
        self.at = state.solution.at
        self._masks = state.solution.values
        self._variables = state.model.space.variables
        known = index(state.model.space)
        self._numbers, self.features = known.numbers, known.features
        self.asked, self.connected = known.asked, known.connected
        self._known: dict[Key, Any] = {} if state.exactly is None else dict([state.exactly])
        self.odd = state.odd()
        self.odd |= {one for key in known.periods for one in self._moved(key)}

    def _moved(self, key: Key) -> Iterator[Key]:
        """Yield a period that is not the ordinary one, and the timestamps that tell of it."""
        if self.at == ORDINARY_AT and self._masks[self._numbers[key]] == _USUAL:
            return
        yield key
        stamps = key._replace(feature="sct")
        if stamps in self._numbers:
            yield stamps

    def __contains__(self, key: Key) -> bool:
        """Say whether there is such a variable."""
        return key in self._numbers

    def __getitem__(self, key: Key) -> Any:  # noqa: ANN401 - any variable's value
        """Return the value of a variable; a validity period as it is made."""
        if key not in self._known:
            number = self._numbers[key]
            value = self._variables[number].value(self._masks[number])
            if isinstance(value, moments.Region):
                value = moments.period(value, ordinary(key), self.at)
            self._known[key] = value
        return self._known[key]

    def get(self, key: Key) -> Any:  # noqa: ANN401 - any variable's value
        """Return the value of a variable, None where there is none."""
        return self[key] if key in self._numbers else None

    def written(self) -> dict[tuple[str, str], list[Feature[Any]]]:
        """Return the features to be written by side and place, in the order of writing."""
        ranked = sorted((_RANKS[key.feature], key) for key in self.odd if key.feature in _RANKS)
        found: dict[tuple[str, str], list[Feature[Any]]] = {}
        for rank, key in ranked:
            found.setdefault((key.side, key.place), []).append(FEATURES[rank])
        return found
