"""A state in words: what in it is not as in an ordinary good pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.terms import ANCHOR, AT, LEAF
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.instants import format_instant

if TYPE_CHECKING:
    from mtlspolicy.compare.relation import State
    from mtlspolicy.compare.terms import Key

__all__ = ["describe"]

_BY_NAME: Final = {feature.name: feature for feature in FEATURES}
_PLACES: Final = {LEAF: "leaf", "issuer1": "issuer", "issuer2": "second issuer", ANCHOR: "anchor"}
_MODES: Final = {
    "same key": "both sides: the same key",
    "same certificate": "both sides: the same certificate",
}


def describe(state: State) -> list[str]:
    """Return one phrase per deviation; an ordinary pair has none."""
    found = [_MODES[state.model.space.mode]] if state.model.space.mode in _MODES else []
    space = state.model.space
    at = state.model.values(state.solution)[AT]
    for variable, mask in zip(space.variables, state.solution.values, strict=True):
        value = variable.values[mask.bit_length() - 1]
        if not mask & variable.plain:
            timed = variable.key.feature == "validity"
            found.append(
                _phrase(variable.key, space.period(variable.key, value, at) if timed else value)
            )
    return sorted(found)


def _phrase(key: Key, value: Any) -> str:  # noqa: ANN401 - any variable's value
    match key.feature:
        case "at":
            return f"judged at {format_instant(value)}"
        case "chain":
            return f"{key.side}: {value}"
        case "added":
            return f"{key.side}: the anchor was added {format_instant(value)}"
        case "disclosed":
            return f"{key.side} {_PLACES[key.place]}: disclosed {format_instant(value)}"
        case _:
            pass
    said = _BY_NAME[key.feature].describe(value)
    owner = " ".join(filter(None, (key.side, _PLACES.get(key.place, ""))))
    return f"{owner}: {said}" if owner else said
