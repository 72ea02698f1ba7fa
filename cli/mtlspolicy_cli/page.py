"""The page that an answer is written on: how wide it is, and whether it has colour."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from mtlspolicy.records import dataclass
from mtlspolicy_cli.colour import Paint, paint_for
from mtlspolicy_cli.text import indented, labelled, terminal_width

__all__ = ["Page", "page_for_answer", "text_of"]


@dataclass(frozen=True, slots=True)
class Page:
    """Lays out lines for one width and one kind of terminal."""

    width: int
    paint: Paint

    def title(self, text: str) -> list[str]:
        """Return a title under an empty line."""
        return ["", *(self.paint(line, "strong") for line in self.text(text))]

    def text(self, text: object, indent: int = 0) -> list[str]:
        """Return wrapped text."""
        return indented(text, indent, self.width)

    def row(self, label: str, text: object, at: int, indent: int = 0) -> list[str]:
        """Return text that begins `at` characters after the indent, beside its label."""
        return labelled(label, text, self.width, at=at, indent=indent)

    def quiet_row(self, label: str, text: object, at: int, indent: int = 0) -> list[str]:
        """Return the same with a label that does not draw the eye."""
        first, *rest = self.row(label, text, at, indent)
        return [first.replace(label, self.paint(label, "dim"), 1), *rest]

    def loud(self, text: str) -> list[str]:
        """Return text that nobody may miss."""
        return [self.paint(line, "loud") for line in self.text(text)]


def page_for_answer() -> Page:
    """Return the page for standard output."""
    return Page(terminal_width(), paint_for(sys.stdout))


def text_of(lines: Iterable[str]) -> str:
    """Join lines into the text of an answer."""
    return "".join(f"{line.rstrip()}\n" for line in lines)
