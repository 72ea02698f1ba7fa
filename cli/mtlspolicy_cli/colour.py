"""Colour: only where somebody looks at a terminal, or asks for it.

``NO_COLOR`` (not empty) turns it off everywhere, ``FORCE_COLOR`` or ``CLICOLOR_FORCE``
(not empty, not 0) turns it on for pipes too; https://no-color.org, https://bixense.com/clicolors.
"""

from __future__ import annotations

import os
from typing import Final, TextIO

from mtlspolicy.records import dataclass

__all__ = ["Paint", "paint_for"]

_CODES: Final = {
    "good": "32;1",
    "bad": "31;1",
    "doubt": "33;1",
    "strong": "1",
    "dim": "2",
    "loud": "30;43;1",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts colour on text, or leaves it as it is."""

    on: bool

    def __call__(self, text: str, style: str) -> str:
        """Return `text` in a style: good, bad, doubt, strong, dim or loud; "" for none."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and style and text else text


def paint_for(stream: TextIO | None) -> Paint:
    """Return the paint that fits a stream."""
    return Paint(_wanted(stream))


def _wanted(stream: TextIO | None) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if any(
        os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
