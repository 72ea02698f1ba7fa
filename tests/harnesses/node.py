"""Node's tls: a real handshake between two ends of one process, under a clock that stands still.

Node takes no time to verify at, so there is one process for each instant that is asked about.
"""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asked
from published_keys import Published, as_pem, idle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Question, Said

NAME: Final = "node"
CALL: Final = "tls.createServer({ca, requestCert}) | tls.connect({ca}), socket.authorized"
SOURCE: Final = Path(__file__).with_name("verify.js")
NO_KEY: Final = "cannot be presented in a handshake: its key is none of the published ones"


class Stack:
    """The program, the library that fakes its clock, and the keys that presenters need."""

    def __init__(self, program: str, library: str) -> None:
        self._program = program
        self._library = library
        self._keys = Published()
        certificate, key = idle()
        self._idle = {"cert": asked.pem(certificate), "key": as_pem(key)}

    def judge(self, questions: Sequence[Question]) -> list[Said]:
        """Put all questions, one process for each instant."""
        known: dict[Question, Said] = {}
        asking: dict[int, list[tuple[Question, str]]] = defaultdict(list)
        for question in questions:
            key = self._key(question)
            if isinstance(key, str):
                asking[question.at].append((question, key))
            else:
                known[question] = key
        with ThreadPoolExecutor(max_workers=2) as pool:
            for group, said in zip(
                asking.values(), pool.map(self._ask, asking.values()), strict=True
            ):
                known.update(zip((question for question, _ in group), said, strict=True))
        return [known[question] for question in questions]

    def _key(self, question: Question) -> str | Said:
        found = self._keys.behind(question.chain[0])
        return as_pem(found) if found else asked.skipped(NO_KEY)

    def _ask(self, group: list[tuple[Question, str]]) -> list[Said]:
        document: dict[str, Any] = {
            "idle": self._idle,
            "questions": [
                {
                    "role": question.role,
                    "chain": asked.pem(*question.chain),
                    "anchors": [asked.pem(der) for der in question.anchors],
                    "key": key,
                }
                for question, key in group
            ],
        }
        done = subprocess.run(
            [self._program, SOURCE],
            input=json.dumps(document),
            capture_output=True,
            text=True,
            check=True,
            env=asked.at_time(self._library, group[0][0].moment),
        )
        return asked.from_lines(done.stdout)


def main() -> None:
    """Answer what is on standard input."""
    program = asked.program(NAME, "node", "nodejs")
    library = asked.fake_time(NAME)
    script = (
        "process.stdout.write(`${process.versions.node} (OpenSSL ${process.versions.openssl})`)"
    )
    version = subprocess.run([program, "-e", script], capture_output=True, text=True, check=True)
    asked.answer(NAME, version.stdout, CALL, Stack(program, library).judge)


if __name__ == "__main__":
    main()
