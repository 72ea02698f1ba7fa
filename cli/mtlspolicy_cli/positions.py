"""Where in a JSON text each value stands: JSON pointers to lines and columns.

The text has been read before, or refused; so this scanner is as lenient as it needs to be
to say where a fault lies. It never raises, and stops where it understands no more.
"""

from __future__ import annotations

import json
import re
from typing import Final

from mtlspolicy.patterns import pattern

__all__ = ["Positions"]

_SPACE: Final = pattern(r"[ \t\r\n]*")
_SCALAR: Final = pattern(r"[^ \t\r\n,\]}]+")
_STRING: Final = pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_DEEPEST: Final = 64


class Positions:
    """The place of every value of a document, and of every key."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[str, int] = {}
        self.repeated: dict[str, int] = {}
        """pointer of each key that stands twice in its object, to its second place"""
        self._value(0, "", 0)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return where an offset stands; both count from 1."""
        before = self._text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def find(self, pointer: str) -> tuple[int, int]:
        """Return the line and column of a pointer; of its nearest parent where nothing is there."""
        while pointer not in self._starts and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.line_and_column(self._starts.get(pointer, 0))

    # -- scanning: each method returns where it stopped, or -1

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return at if match is None else match.end()

    def _value(self, at: int, pointer: str, depth: int) -> int:
        at = self._skip(at)
        self._starts.setdefault(pointer, at)
        first = self._text[at : at + 1]
        if depth > _DEEPEST:
            return -1
        if first == "{":
            return self._object(at + 1, pointer, depth)
        if first == "[":
            return self._array(at + 1, pointer, depth)
        if first == '"':
            return self._string(at)[1]
        match = _SCALAR.match(self._text, at)
        return -1 if match is None else match.end()

    def _string(self, at: int) -> tuple[str, int]:
        match = _STRING.match(self._text, at)
        try:
            return ("", -1) if match is None else (json.loads(match[0]), match.end())
        except ValueError:
            return "", -1

    def _object(self, at: int, pointer: str, depth: int) -> int:
        seen: set[str] = set()
        at = self._skip(at)
        while at >= 0 and self._text[at : at + 1] == '"':
            start = at
            key, at = self._string(at)
            child = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in seen:
                self.repeated[child] = start
            seen.add(key)
            at = self._skip(at) if at >= 0 else at
            if at < 0 or self._text[at : at + 1] != ":":
                return -1
            self._starts.setdefault(child, start)
            at = self._value(at + 1, child, depth + 1)
            at = self._next(at)
        return self._end(at, "}")

    def _array(self, at: int, pointer: str, depth: int) -> int:
        index = 0
        at = self._skip(at)
        while at >= 0 and self._text[at : at + 1] not in ("]", ""):
            at = self._next(self._value(at, f"{pointer}/{index}", depth + 1))
            index += 1
        return self._end(at, "]")

    def _next(self, at: int) -> int:
        """Go past a comma, if one is there."""
        if at < 0:
            return -1
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at : at + 1] == "," else at

    def _end(self, at: int, bracket: str) -> int:
        return at + 1 if at >= 0 and self._text[at : at + 1] == bracket else -1
