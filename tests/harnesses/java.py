"""OpenJDK's trust manager: `X509TrustManager.checkClientTrusted` and `checkServerTrusted`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Question, Said

NAME: Final = "java"
CALL: Final = (
    'TrustManagerFactory("PKIX") with PKIXBuilderParameters(A).setDate(T); '
    'checkClientTrusted(chain, key algorithm) | checkServerTrusted(chain, "UNKNOWN")'
)
SOURCE: Final = Path(__file__).with_name("Verify.java")


def run(program: str, lines: str) -> list[str]:
    """Return what the program says to the lines: its version, then an answer for each."""
    done = subprocess.run(
        [program, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", SOURCE],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def main() -> None:
    """Answer what is on standard input."""
    program = asked.program(NAME, "java", "default-jdk-headless")
    asked.program(NAME, "javac", "default-jdk-headless")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)

    def judge(questions: Sequence[Question]) -> list[Said]:
        return asked.from_lines("\n".join(run(program, asked.as_lines(questions))[1:]))

    asked.answer(NAME, version.stdout.split()[1], CALL, judge)


if __name__ == "__main__":
    main()
