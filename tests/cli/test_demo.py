"""The demo's files are what their source makes, and its story ends as it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).parents[1] / "tools"


def run_tool(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], check=False, capture_output=True, text=True, timeout=300
    )


def test_the_files_are_what_their_source_makes() -> None:
    done = run_tool(str(TOOLS / "build_demo.py"), "--check")

    assert (0, "") == (done.returncode, done.stderr)


def test_the_story_ends_as_it_should() -> None:
    done = run_tool(str(TOOLS / "demo.py"))

    assert 0 == done.returncode
    assert "exit codes seen: 0 1 2 0 1 3 1" in done.stdout
