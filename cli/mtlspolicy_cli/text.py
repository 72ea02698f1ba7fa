"""Text for people: made safe, wrapped, set in columns.

Whatever comes from a certificate, a file or a flag passes `clean`, so that no control
character reaches a terminal. Nothing here knows what the text is about.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence

from mtlspolicy.patterns import pattern

__all__ = ["beside", "clean", "columns", "indented", "labelled", "terminal_width", "wrapped"]

_NARROWEST, _WIDEST, _PIPE = 40, 120, 100
_GAP = 3
"""Spaces between columns."""
_PAINT = pattern(r"\x1b\[[0-9;]*m")


def clean(text: object) -> str:
    """Return text without anything that does not print, on one line."""
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)


def terminal_width() -> int:
    """Return the width to write for: the terminal's, or that of COLUMNS; 100 in a pipe."""
    if os.environ.get("COLUMNS", "").isdigit() or (sys.stdout is not None and sys.stdout.isatty()):
        return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((_PIPE, 24)).columns))
    return _PIPE


def wrapped(text: object, width: int) -> list[str]:
    """Break text into lines of at most `width` characters; at least one line."""
    lines: list[str] = []
    line = ""
    for word in clean(text).split():
        rest = word
        if line and len(line) + 1 + len(rest) > width:
            lines.append(line)
            line = ""
        while not line and len(rest) > width:
            lines.append(rest[:width])
            rest = rest[width:]
        line = f"{line} {rest}" if line else rest
    return [*lines, line] if line or not lines else lines


def indented(text: object, indent: int, width: int) -> list[str]:
    """Wrap text, all of it moved right."""
    return [" " * indent + line for line in wrapped(text, max(width - indent, _GAP))]


def labelled(label: str, text: object, width: int, *, at: int, indent: int = 0) -> list[str]:
    """Write ``label  text``; the text begins `at` characters after the indent, wrapped there."""
    lines = wrapped(text, max(width - at - indent, _GAP))
    first = f"{' ' * indent}{clean(label):<{at}}{lines[0]}"
    return [first.rstrip(), *(" " * (indent + at) + line for line in lines[1:])]


def columns(rows: Iterable[Sequence[object]], width: int, *, last_wraps: bool = True) -> list[str]:
    """Set rows in columns, each as wide as its widest cell; the last one takes what is left."""
    table = [[clean(cell) for cell in row] for row in rows]
    if not table:
        return []
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]) - 1)]
    at = sum(widths) + 2 * len(widths)
    lines: list[str] = []
    for row in table:
        head = "".join(f"{cell:<{w + 2}}" for cell, w in zip(row, widths, strict=False))
        tail = wrapped(row[-1], max(width - at, _NARROWEST // 2)) if last_wraps else [row[-1]]
        lines.append((head + tail[0]).rstrip())
        lines.extend(" " * at + line for line in tail[1:])
    return lines


def beside(left: Sequence[str], right: Sequence[str], width: int) -> list[str]:
    """Set two blocks of lines side by side; the left one must fit into half of the width."""
    half = (width - _GAP) // 2
    rows = max(len(left), len(right))
    padded = [*left, *[""] * (rows - len(left))], [*right, *[""] * (rows - len(right))]
    return [
        f"{a}{' ' * (half - len(_PAINT.sub('', a)) + _GAP)}{b}".rstrip()
        for a, b in zip(*padded, strict=True)
    ]
