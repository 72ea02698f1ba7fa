"""Where a text goes wrong that is no JSON document at all.

What such a text says is known from the reader (`mtlspolicy.canonical`), which does not count
lines. This module finds the place again by the words of the refusal; it must not judge.
"""

from __future__ import annotations

import json
import re
from typing import Final

from mtlspolicy import limits
from mtlspolicy.patterns import pattern

__all__ = ["offset_of", "says_where"]

_STRING: Final = pattern(r'"(?:[^"\\]|\\.)*+"?+', re.DOTALL)
# RFC 8259, 7: a character beyond U+FFFF is two escapes; each half alone is none.
_HALF: Final = pattern(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_KINDS: Final = ("not JSON", "not UTF-8", "nested deeper", "surrogate")


def says_where(problem: str) -> bool:
    """Whether a refusal is of a kind that has a place of its own."""
    return any(kind in problem for kind in _KINDS)


def offset_of(problem: str, octets: bytes) -> int:
    """Return where the fault lies, in characters of the text; 0 where it cannot be told."""
    if "not UTF-8" in problem:
        return _undecodable(octets)
    text = octets.decode("utf-8", errors="replace")
    if "surrogate" in problem:
        half = _HALF.search(text)
        return half.start() if half else 0
    blank = _STRING.sub(lambda string: " " * len(string[0]), text)
    if "nested deeper" in problem:
        return _too_deep(blank)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos
    except ValueError:
        pass
    word = problem.partition("not JSON: ")[2].partition(" ")[0]
    return max(blank.find(word), 0)


def _undecodable(octets: bytes) -> int:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(octets[: error.start].decode("utf-8"))
    return 0


def _too_deep(blank: str) -> int:
    depth = 0
    for offset, character in enumerate(blank):
        depth += (character in "[{") - (character in "]}")
        if depth > limits.MAX_DOCUMENT_DEPTH:
            return offset
    return 0
