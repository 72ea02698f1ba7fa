"""GnuTLS, by certtool: `certtool --verify --verify-purpose`, under a clock that stands still."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asked

if TYPE_CHECKING:
    from asked import Question, Said

NAME: Final = "gnutls"
CALL: Final = "certtool --verify --verify-purpose=OID --load-ca-certificate=A --infile chain"
PURPOSES: Final = {"client": "1.3.6.1.5.5.7.3.2", "server": "1.3.6.1.5.5.7.3.1"}
OUTCOME: Final = "Chain verification output: "


def judge(program: str, library: str, question: Question) -> Said:
    """Put one question."""
    with tempfile.TemporaryDirectory() as folder:
        chain, anchors = Path(folder) / "chain", Path(folder) / "anchors"
        chain.write_text(asked.pem(*question.chain))
        anchors.write_text(asked.pem(*question.anchors))
        done = subprocess.run(
            [
                *(program, "--verify", f"--verify-purpose={PURPOSES[question.role]}"),
                *(f"--load-ca-certificate={anchors}", f"--infile={chain}"),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=asked.at_time(library, question.moment),
        )
    return asked.ACCEPT if done.returncode == 0 else asked.reject(words(done.stdout, done.stderr))


def words(said: str, talk: str) -> str:
    """Return the outcome for the chain without its preamble, or else the error."""
    for line in said.splitlines():
        if line.startswith(OUTCOME):
            return line.removeprefix(OUTCOME).partition("NOT trusted. ")[2] or line
    errors = [line for line in talk.splitlines() if "error" in line.lower()]
    return errors[0] if errors else "no reason is given"


def main() -> None:
    """Answer what is on standard input."""
    program = asked.program(NAME, "certtool", "gnutls-bin")
    library = asked.fake_time(NAME)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    asked.answer(
        NAME,
        version.stdout.split()[1],
        CALL,
        lambda questions: asked.in_parallel(lambda q: judge(program, library, q), questions),
    )


if __name__ == "__main__":
    main()
