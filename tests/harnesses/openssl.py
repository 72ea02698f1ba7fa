"""OpenSSL, by its command line: `openssl verify -purpose`."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asked

if TYPE_CHECKING:
    from asked import Question, Said

NAME: Final = "openssl"
CALL: Final = "openssl verify -purpose sslclient|sslserver -attime T -CAfile A -untrusted I leaf"
PURPOSES: Final = {"client": "sslclient", "server": "sslserver"}


def judge(program: str, question: Question) -> Said:
    """Put one question."""
    with tempfile.TemporaryDirectory() as folder:
        leaf, others, anchors = (Path(folder) / name for name in ("leaf", "others", "anchors"))
        leaf.write_text(asked.pem(question.chain[0]))
        others.write_text(asked.pem(*question.chain[1:]))
        anchors.write_text(asked.pem(*question.anchors))
        given = ("-untrusted", str(others)) if question.chain[1:] else ()
        done = subprocess.run(
            [
                *(program, "verify", "-purpose", PURPOSES[question.role]),
                *("-attime", str(question.at), "-no-CApath", "-no-CAstore"),
                *("-CAfile", str(anchors), *given, str(leaf)),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    return asked.ACCEPT if done.returncode == 0 else asked.reject(words(done.stderr, folder))


def words(talk: str, folder: str) -> str:
    """Return what is said about the certificate: the line with the error, else the first."""
    lines = talk.replace(folder, "").splitlines()
    told = [line.partition(" lookup: ") for line in lines if " lookup: " in line]
    if told:
        return "; ".join(dict.fromkeys(f"{what} ({_where(before)})" for before, _, what in told))
    return lines[0] if lines else "no reason is given"


def _where(before: str) -> str:
    """Say "error 26 at 0 depth" as "error 26, depth 0"."""
    return before.replace(" at ", ", depth ").removesuffix(" depth")


def main() -> None:
    """Answer what is on standard input."""
    program = asked.program(NAME, "openssl", "openssl")
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True)
    asked.answer(
        NAME,
        version.stdout.split()[1],
        CALL,
        lambda questions: asked.in_parallel(lambda q: judge(program, q), questions),
    )


if __name__ == "__main__":
    main()
