"""What a state says of each variable: its values by key, and which of them are out of the ordinary.

A state has hundreds of variables, and a witness asks about some dozens of them: a value is
looked up when it is wanted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.compare import moments
from mtlspolicy.compare.space import ordinary
from mtlspolicy.features.registry import FEATURES

if TYPE_CHECKING:
    from mtlspolicy.compare.relation import State
    from mtlspolicy.compare.space import Space
    from mtlspolicy.compare.variables import Key
    from mtlspolicy.features.base import Feature

__all__ = ["Values"]

_RANKS: Final = {feature.name: rank for rank, feature in enumerate(FEATURES)}
_ALWAYS: Final = ("validity", "sct")
"""Timestamps tell of the notBefore that stands beside them, whatever that is."""


class _Index(NamedTuple):
    """The variables of a space by key, and those which are always written."""

    numbers: dict[Key, int]
    always: tuple[Key, ...]


@lru_cache(maxsize=8)
def _index(space: Space) -> _Index:
    """Index a space; as many are kept as a comparison or two have."""
    numbers = {variable.key: variable.number for variable in space.variables}
    return _Index(numbers, tuple(key for key in numbers if key.feature in _ALWAYS))


class Values:
    """The values of one state; `odd` are the keys of those that have to be written."""

    def __init__(self, state: State) -> None:
        self.at = state.solution.at
        self._masks = state.solution.values
        self._variables = state.model.space.variables
        self._numbers, always = _index(state.model.space)
        self.odd = state.odd().union(always)

    def __contains__(self, key: Key) -> bool:
        """Say whether there is such a variable."""
        return key in self._numbers

    def __getitem__(self, key: Key) -> Any:  # noqa: ANN401 - any variable's value
        """Return the value of a variable; a validity period as it is made."""
        number = self._numbers[key]
        value = self._variables[number].value(self._masks[number])
        if isinstance(value, moments.Region):
            return moments.period(value, ordinary(key), self.at)
        return value

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
