"""Typed settings of a policy: what a value may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TYPES", "Setting", "canonical"]

TYPES: Final = {
    "boolean": "true or false",
    "integer": "a whole number",
    "string": "a text",
    "choice": "a word",
    "list": "a list of texts",
}
"""Every type, and what is expected of a value of it."""


def canonical(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return a hashable form of a JSON value: a list becomes a tuple."""
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `type` is boolean, integer, string, choice or list.

    `choices` bounds a choice, or the items of a list; `least` and `most` an integer.
    """

    name: str
    type: str
    title: str
    default: Any
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    def problem(self, value: object) -> str:
        """Say what is wrong with a value; an empty text if it is fine."""
        if not self._typed(value):
            return f"{TYPES[self.type]} is expected"
        if self.choices:
            given = value if isinstance(value, (list, tuple)) else [value]
            if any(item not in self.choices for item in given):
                return f"one of {', '.join(self.choices)} is expected"
        if isinstance(value, int) and self.type == "integer":
            if self.least is not None and value < self.least:
                return f"at least {self.least} is expected"
            if self.most is not None and value > self.most:
                return f"at most {self.most} is expected"
        return ""

    def _typed(self, value: object) -> bool:
        match self.type:
            case "boolean":
                return isinstance(value, bool)
            case "integer":
                return isinstance(value, int) and not isinstance(value, bool)
            case "list":
                return isinstance(value, (list, tuple)) and all(
                    isinstance(item, str) for item in value
                )
            case _:
                return isinstance(value, str)

    def canonical(self, value: object) -> Any:  # noqa: ANN401 - JSON
        """Return the value as the engine compares it."""
        return canonical(value)

    def document(self) -> Mapping[str, Any]:
        """Return the setting as it stands in a policy document."""
        default = list(self.default) if isinstance(self.default, tuple) else self.default
        written: dict[str, Any] = {"type": self.type, "title": self.title, "default": default}
        if self.choices:
            written["choices"] = list(self.choices)
        if self.least is not None:
            written["minimum"] = self.least
        if self.most is not None:
            written["maximum"] = self.most
        return written
