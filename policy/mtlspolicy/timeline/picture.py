"""A timeline as a picture: SVG that is read on light and dark screens, on paper, and aloud.

Every span carries its verdict as a word, and a pattern beside its colour. The columns lie
between neighbouring changes and are equally wide: the dates are under their borders, and
the picture says that it is not to scale. Nothing in it is loaded from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from mtlspolicy.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.timeline.model import Line

__all__ = ["draw"]

_LEFT, _TOP, _BAR, _ROW, _COLUMN, _RIGHT = 250, 74, 30, 46, 128, 24
_LEAST: Final = 620
"""How wide the picture is at least: its second line needs as much."""
_AXES: Final = {"evaluation": "judged at this time", "renewal": "issued again on this day"}
_LETTER: Final = 7
"""Width of one letter of a label, in pixels, generously."""

_STYLE: Final = """
    svg { color-scheme: light dark; background: #fff; font-family: system-ui, sans-serif; }
    text { fill: #1b1b1b; font-size: 13px; }
    .head { font-size: 16px; font-weight: 600; }
    .small { font-size: 11px; }
    .accept { fill: #cfe8cf; } .reject { fill: #f3c9c4; } .indeterminate { fill: #f6e3b0; }
    .edge { fill: none; stroke: #1b1b1b; stroke-width: 1; }
    .hatch { stroke: #8d2c20; stroke-width: 1.2; } .dot { fill: #7d5c00; }
    .now { stroke: #1b1b1b; stroke-width: 2; stroke-dasharray: 5 3; }
    @media (prefers-color-scheme: dark) {
      svg { background: #15181c; }
      text { fill: #ececec; }
      .accept { fill: #1f4a2a; } .reject { fill: #5c211b; } .indeterminate { fill: #57430c; }
      .edge, .now { stroke: #ececec; }
      .hatch { stroke: #e0968c; } .dot { fill: #e6c766; }
    }
    @media print {
      svg { background: #fff; }
      text { fill: #000; }
      .accept { fill: #fff; } .reject { fill: #e4e4e4; } .indeterminate { fill: #f4f4f4; }
      .edge, .now, .hatch { stroke: #000; } .dot { fill: #000; }
    }
"""
_PATTERNS: Final = """  <defs>
    <pattern id="r" width="8" height="8" patternUnits="userSpaceOnUse"
     patternTransform="rotate(45)"><path class="hatch" d="M0 0V8"/></pattern>
    <pattern id="i" width="8" height="8" patternUnits="userSpaceOnUse">
      <circle class="dot" cx="2" cy="2" r="1.1"/></pattern>
  </defs>"""
_PATTERN_OF: Final = {"reject": "r", "indeterminate": "i"}


def draw(lines: Sequence[tuple[str, Line]], at: int) -> str:
    """Return the picture of some lines, each with its policy's id; `at` is marked."""
    cuts = sorted({change.at for _, line in lines for change in line.changes})
    marks = sorted({*cuts, at})
    width = max(_LEFT + _COLUMN * (len(marks) + 1) + _RIGHT, _LEAST)
    height = _TOP + _ROW * len(lines) + 96
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    scale = f"not to scale; dashed: {_day(at)}, the time asked about. UTC."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">',
        '  <title id="t">When the verdict changes</title>',
        f'  <desc id="d">{escape(_spoken(lines, at))}</desc>',
        f"  <style>{_STYLE}  </style>",
        _PATTERNS,
        f'  <text class="head" x="{_RIGHT}" y="28">When the verdict changes</text>',
        f'  <text class="small" x="{_RIGHT}" y="48">Columns lie between changes, {scale}</text>',
    ]
    for number, (policy, line) in enumerate(lines):
        parts += _row(policy, line, _TOP + _ROW * number, marks)
    foot = _TOP + _ROW * len(lines)
    for number, mark in enumerate(marks):
        parts += _mark(mark, _x(number + 1), foot, now=mark == at)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(border: int) -> int:
    """Return where a border lies; 0 is the left end."""
    return _LEFT + _COLUMN * border


def _row(policy: str, line: Line, y: int, marks: Sequence[int]) -> list[str]:
    parts = [
        f'  <text x="{_RIGHT}" y="{y + 14}">{escape(policy)}</text>',
        f'  <text class="small" x="{_RIGHT}" y="{y + 28}">{_AXES[line.axis]}</text>',
    ]
    for span in line.spans:
        left = _x(0 if span.start is None else marks.index(span.start) + 1)
        right = _x(len(marks) + 1 if span.end is None else marks.index(span.end) + 1)
        box = f'x="{left}" y="{y}" width="{right - left}" height="{_BAR}"'
        parts.append(f'  <rect class="{span.verdict}" {box}/>')
        if span.verdict in _PATTERN_OF:
            parts.append(f'  <rect fill="url(#{_PATTERN_OF[span.verdict]})" opacity=".35" {box}/>')
        parts.append(f'  <rect class="edge" {box}/>')
        # In the first column, so that no border and no mark runs through the word.
        middle, wide = left + _COLUMN // 2, _LETTER * len(span.verdict) + 10
        plate = f'x="{middle - wide // 2}" y="{y + 6}" width="{wide}" height="18" rx="3"'
        parts.append(f'  <rect class="{span.verdict}" {plate}/>')
        parts.append(
            f'  <text x="{middle}" y="{y + 20}" text-anchor="middle">{span.verdict}</text>'
        )
    return parts


def _mark(at: int, x: int, foot: int, *, now: bool) -> list[str]:
    """Write the date under a border, the time of day under it unless it is midnight."""
    day, _, time = format_instant(at).partition("T")
    style = "now" if now else "edge"
    top = _TOP - 8 if now else foot - _ROW + _BAR
    parts = [
        f'  <path class="{style}" d="M{x} {top}V{foot + 6}"/>',
        f'  <text class="small" x="{x}" y="{foot + 22}" text-anchor="middle">{day}</text>',
    ]
    if time not in ("00:00:00Z", ""):
        clock = time.removesuffix("Z")
        parts.append(
            f'  <text class="small" x="{x}" y="{foot + 37}" text-anchor="middle">{clock}</text>'
        )
    return parts


def _day(at: int) -> str:
    return format_instant(at).removesuffix("T00:00:00Z")


def _spoken(lines: Sequence[tuple[str, Line]], at: int) -> str:
    """Say the whole picture in words, for whoever does not see it."""
    said = []
    for policy, line in lines:
        first, *rest = line.spans
        steps = [f"{first.verdict} at first"]
        steps += [f"{s.verdict} from {_day(s.start)}" for s in rest if s.start is not None]
        said.append(f"{policy}, {_AXES[line.axis]}: {', '.join(steps)}.")
    return " ".join([*said, f"The time asked about is {_day(at)}."])
