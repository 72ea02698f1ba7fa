"""Go's crypto/x509: `Certificate.Verify` with KeyUsages, as crypto/tls calls it for each role."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Question, Said

NAME: Final = "go"
CALL: Final = "x509.Certificate.Verify(VerifyOptions{KeyUsages: ClientAuth|ServerAuth})"
SOURCE: Final = Path(__file__).with_name("verify.go")
# One file, the standard library alone: nothing may be looked for elsewhere.
SETTINGS: Final = {"GO111MODULE": "off", "GOFLAGS": "", "GOPROXY": "off", "GOTOOLCHAIN": "local"}


def judge(program: str, questions: Sequence[Question]) -> list[Said]:
    """Build the program and put all questions to it."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "verify"
        environment = {**os.environ, **SETTINGS}
        environment.setdefault("GOCACHE", _cache(folder))
        subprocess.run([program, "build", "-o", built, SOURCE], check=True, env=environment)
        done = subprocess.run(
            [built], input=asked.as_lines(questions), capture_output=True, text=True, check=True
        )
    return asked.from_lines(done.stdout)


def _cache(folder: str) -> str:
    home = os.environ.get("HOME")
    return f"{home}/.cache/go-build" if home else f"{folder}/cache"


def main() -> None:
    """Answer what is on standard input."""
    program = asked.program(NAME, "go", "golang-go")
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True)
    told = version.stdout.split()[2].removeprefix("go")
    asked.answer(NAME, told, CALL, lambda questions: judge(program, questions))


if __name__ == "__main__":
    main()
