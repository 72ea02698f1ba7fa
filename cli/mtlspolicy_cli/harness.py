"""Running the harness of another implementation: a document in, answers out, nothing trusted.

A harness is somebody else's program. It gets so much time and may write so much; it is ended
with everything that it started, by the id of its own process group; and whatever is wrong
with it is trouble with the harness (HarnessError), never a verdict.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, TYPE_CHECKING, Final

from mtlspolicy import resources
from mtlspolicy.errors import DocumentError, HarnessError
from mtlspolicy.limits import MAX_HARNESS_BYTES
from mtlspolicy.records import dataclass, replace
from mtlspolicy.suite.answers import read_answers
from mtlspolicy.suite.stacks import STACKS
from mtlspolicy_cli.refuse import nearest, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.suite.answers import Answers

__all__ = ["Harness", "ask", "chosen"]

_TOLD: Final = 500
"""Characters of what a broken harness said on standard error that are shown."""
_CHUNK: Final = 1 << 16
_LOOK: Final = 0.01
"""Seconds between two looks at whether a harness has ended."""
_GRACE: Final = 5
"""Seconds for what is in the pipes when everything has been ended."""
_FOLDER: Final = resources.folder("tests") / "harnesses"
"""Where the harnesses of known stacks lie in a source tree; a wheel has none."""


@dataclass(frozen=True, slots=True)
class Harness:
    """A harness: the name of what it asks, and the command."""

    name: str
    command: tuple[str, ...]


# -- which


def chosen(stacks: Sequence[str], own: Sequence[str]) -> list[Harness]:
    """Return the harnesses of known stacks, and those of the user (``NAME=COMMAND``)."""
    found = [*map(_known, stacks), *map(_own, own)]
    names = [harness.name for harness in found]
    for name in names:
        if names.count(name) > 1:
            refuse(f"the stack `{name}` is named twice", "name each stack once")
    return found


def _known(name: str) -> Harness:
    if name not in STACKS:
        known = ", ".join(STACKS)
        advice = nearest(name, tuple(STACKS), f"known: {known}; for others: --harness NAME=COMMAND")
        refuse(f"there is no stack `{name}`", advice)
    script = _FOLDER / f"{name}.py"
    if not script.is_file():
        refuse(
            f"the harness of `{name}` is not installed",
            "the harnesses of stacks are part of the source tree, not of the package; run this "
            f"there, or name a harness: --harness {name}=COMMAND",
        )
    return Harness(name, (sys.executable, str(script)))


def _own(given: str) -> Harness:
    name, _, command = given.partition("=")
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        words = ()
    if not name or not words:
        refuse(f"`{given}` is no harness", "write --harness NAME=COMMAND")
    return Harness(name, words)


# -- asking


def ask(harness: Harness, document: bytes, seconds: float) -> Answers:
    """Return what a harness answers to a vectors file; HarnessError where it breaks."""
    output, errors, code = _run(harness, document, seconds)
    if code != 0:
        raise HarnessError(harness.name, f"{_ended(code)}{_told(errors)}")
    try:
        answers = read_answers(output, "its output")
    except DocumentError as problem:
        raise HarnessError(harness.name, f"writes no answers: {problem.message}") from None
    return replace(answers, name=harness.name)


def _run(harness: Harness, document: bytes, seconds: float) -> tuple[bytes, bytes, int]:
    # A file cannot block as a pipe does, if the harness does not read.
    with tempfile.TemporaryFile() as given:
        given.write(document)
        given.seek(0)
        process = _start(harness, given)
        out, err = _Reader(process, process.stdout), _Reader(process, process.stderr)
        try:
            late = not _waited(process, seconds)
        finally:
            # Before the process is reaped: so long its id can be nobody else's.
            _end(process)
            code = process.wait()
        output, errors = out.all(), err.all()
    if late:
        raise HarnessError(harness.name, f"does not end within {seconds:g} seconds")
    if output is None or errors is None:
        raise HarnessError(harness.name, "leaves something behind that keeps its output open")
    if out.full or err.full:
        raise HarnessError(harness.name, f"writes more than {MAX_HARNESS_BYTES} bytes")
    return output, errors, code


def _start(harness: Harness, given: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own command
            harness.command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as problem:
        reason = (problem.strerror or "unknown error").lower()
        raise HarnessError(harness.name, f"cannot be started: {reason}") from None


def _waited(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the process to end, without reaping it; say whether it did in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(_LOOK)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the harness and what it has started: the group that has its own id."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class _Reader:
    """Reads a pipe to its end, or to the bound, where it ends the process."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: IO[bytes] | None) -> None:
        self._process = process
        self._pipe = pipe
        self._parts: list[bytes] = []
        self.full = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._pipe is not None  # noqa: S101 - it was asked for
        size = 0
        with self._pipe as pipe:
            while part := pipe.read(_CHUNK):
                size += len(part)
                if size > MAX_HARNESS_BYTES:
                    self.full = True
                    _end(self._process)
                    return
                self._parts.append(part)

    def all(self) -> bytes | None:
        """Return everything that was written, None if somebody could still write."""
        self._thread.join(_GRACE)
        return None if self._thread.is_alive() else b"".join(self._parts)


def _ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"exits with {code}"


def _told(errors: bytes) -> str:
    lines = errors.decode("utf-8", errors="replace").strip().splitlines()
    return f": {lines[-1][:_TOLD]}" if lines else ""
