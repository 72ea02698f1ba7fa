"""Progress on a terminal: one line on standard error that is gone at the end."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self

__all__ = ["Progress"]


class Progress:
    """Counts to `total`; says nothing where nobody looks at a terminal."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._shown = -1
        # A dumb terminal cannot clear its line.
        self._on = (
            sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear the line, whatever happened."""
        if self._on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, done: int) -> None:
        """Say how many are done, at most once per percent."""
        percent = 100 * done // max(self._total, 1)
        if self._on and percent != self._shown:
            self._shown = percent
            sys.stderr.write(f"\r{percent:3} %  {done} of {self._total} {self._what}")
            sys.stderr.flush()

    def show_of(self, done: int, total: int) -> None:
        """Say how many of how many are done, where the total is known later."""
        self._total = total
        self.show(done)
