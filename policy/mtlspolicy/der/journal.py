"""The list of departures found while reading.

This module knows how departures are collected and that their number is bounded. It does
not know what a code means (``catalogue/codes/encoding.json``).
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["MAX_ENTRIES", "Entry", "Journal"]

MAX_ENTRIES: Final = 1_000
"""Departures kept for one certificate: enough for any honest defect, and a bound on what
a hostile certificate of a megabyte can make us remember."""


class Entry(NamedTuple):
    """One departure: catalogue code, offset in bytes, path of the part, text for people."""

    code: str
    offset: int
    path: str
    detail: str


class Journal:
    """Collects departures in the order in which they are found."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, code: str, offset: int, path: str, detail: str = "") -> None:
        """Record one departure; the one after the last that fits becomes ``limit.notes``."""
        count = len(self.entries)
        if count < MAX_ENTRIES:
            self.entries.append(Entry(code, offset, path, detail))
        elif count == MAX_ENTRIES:
            # what follows is not listed, so it must not be possible to accept (design: limits)
            self.entries.append(
                Entry("limit.notes", offset, path, f"more than {MAX_ENTRIES} departures")
            )
