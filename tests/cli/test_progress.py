"""Progress: a line on a terminal that is gone at the end, and nothing elsewhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from mtlspolicy_cli.progress import Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_dumb_terminal_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot clear its line."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "dumb")
    with Progress("cases", 1) as progress:
        progress.show(1)

    assert "" == terminal.getvalue()


def test_a_terminal_is_told_once_per_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("cases", 400) as progress:
        for done in range(1, 401):
            progress.show(done)

    said = terminal.getvalue()
    assert 101 == said.count("cases")
    assert "\r 50 %  200 of 400 cases" in said
    assert said.endswith("\r\x1b[K")


def test_a_pipe_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with Progress("cases", 0) as progress:
        progress.show(0)

    assert "" == pipe.getvalue()
