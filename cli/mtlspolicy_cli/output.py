"""What leaves the program: the answer on standard output, the talk on standard error."""

from __future__ import annotations

import errno
import os
import sys
from typing import NoReturn, TextIO

from mtlspolicy_cli.colour import paint_for
from mtlspolicy_cli.text import clean

__all__ = ["answer", "answer_json", "error", "failure", "note", "warn"]


def answer(text: str) -> None:
    """Write the answer; what cannot be written is an error."""
    encoding = "utf-8" if sys.stdout is None else sys.stdout.encoding or "utf-8"
    _write(text.encode(encoding, errors="backslashreplace"))


def answer_json(document: object) -> None:
    """Write a document as canonical JSON (RFC 8785) in UTF-8: the same bytes everywhere."""
    from mtlspolicy import canonical  # noqa: PLC0415 - the engine is slow to import

    _write(canonical.dumps(document).encode("utf-8") + b"\n")


def _write(data: bytes) -> None:
    if sys.stdout is None:
        _lost("it is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as problem:
        _let_go(sys.stdout)
        if isinstance(problem, BrokenPipeError):
            raise
        _lost((problem.strerror or "unknown error").lower())


def _let_go(stream: TextIO) -> None:
    """Turn a stream that failed away: its buffer would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _lost(reason: str) -> NoReturn:
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415 - only when something is wrong

    refuse(f"standard output cannot be written: {reason}", "the answer is lost; run it again")


def note(text: str) -> None:
    """Say something that is worth knowing."""
    _talk("note", "dim", text)


def warn(text: str) -> None:
    """Say something that the user should look at."""
    _talk("warning", "doubt", text)


def error(message: str, advice: str = "") -> None:
    """Say what is wrong, where, and what to do."""
    _talk("error", "bad", message)
    if advice:
        _talk("help", "strong", advice)


def _talk(word: str, style: str, text: str) -> None:
    if sys.stderr is None:
        return
    label = paint_for(sys.stderr)(f"{word}:", style)
    encoding = sys.stderr.encoding or "utf-8"
    line = f"{label} {clean(text)}\n".encode(encoding, errors="backslashreplace")
    try:
        sys.stderr.write(line.decode(encoding))
        sys.stderr.flush()
    except OSError:
        _let_go(sys.stderr)  # the talk may be lost; the answer and the exit code stay


def failure(problem: Exception) -> None:
    """Report an exception: one of ours with its advice, any other as a fault of ours."""
    # Not imported here: what broke may be the import of the engine itself.
    errors = sys.modules.get("mtlspolicy.errors")
    if errors is not None and isinstance(problem, errors.MtlsPolicyError):
        error(str(problem), getattr(problem, "help", ""))
        return
    if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:  # typer writes the help
        _let_go(sys.stdout)
        error("standard output cannot be written: no space left on device")
        return
    kind = type(problem).__name__
    advice = "report it, with what the same command says under MTLSPOLICY_DEBUG=1"
    witness = sys.modules.get("mtlspolicy.compare.witness")
    if witness is not None and isinstance(problem, witness.WitnessError):
        error(f"a fault inside mtlspolicy: {problem}", advice)
        return
    error(f"a fault inside mtlspolicy ({kind}); nothing was decided", advice)
