"""What the harnesses of real stacks share: reading what is asked, writing what is answered.

A case asks two questions of a stack: does it take the client's chain in the client's role,
and the server's in the server's? A harness is a function from questions to answers; equal
questions are put once, however many cases ask them. docs/harness.md is the contract.

Not asked, but SKIPPED with the reason: a side that presents nothing, and a side without
anchors (there the caller vouches for the path, or it is unknown, and a stack that builds its
own path could only say "unknown issuer", which is not what the case is about).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FIRST: Final = "-----BEGIN CERTIFICATE-----\n"
LAST: Final = "-----END CERTIFICATE-----\n"
NOTHING: Final = "nothing is presented"
NO_ANCHORS: Final = "the case gives this side no anchors"
WORDS: Final = 300
"""Characters of a stack's own words that are kept."""


@dataclass(frozen=True, slots=True)
class Question:
    """Is this chain (leaf first) fine in this role, at this second, under these anchors?"""

    role: str
    at: int
    chain: tuple[bytes, ...]
    anchors: tuple[bytes, ...]

    @property
    def moment(self) -> datetime:
        """The instant as a datetime in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


class Said(NamedTuple):
    """An answer: accept, reject or SKIPPED, and the stack's own words."""

    verdict: str
    words: str = ""


ACCEPT: Final = Said("accept")


def reject(words: object) -> Said:
    """Return a refusal in the stack's words, on one line."""
    return Said("reject", " ".join(str(words).split())[:WORDS])


def skipped(reason: object) -> Said:
    """Return that a question was not put, and why."""
    return Said("SKIPPED", " ".join(str(reason).split())[:WORDS])


# -- what is asked


def _asked(case: dict[str, Any], role: str) -> Question | Said:
    evidence = case["evidence"].get(role, {})
    presented = case["pair"][role]
    anchors = [anchor["certificate"] for anchor in evidence.get("anchors", ())]
    if not presented:
        return skipped(NOTHING)
    if not anchors:
        return skipped(NO_ANCHORS)
    at = datetime.fromisoformat(case["evidence"]["at"]).timestamp()
    chain = [*presented, *evidence.get("intermediates", ())]
    return Question(role, int(at), _decoded(chain), _decoded(anchors))


def _decoded(certificates: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(text) for text in certificates)


# -- what is answered


def answer(
    name: str, version: str, call: str, judge: Callable[[Sequence[Question]], Iterable[Said]]
) -> None:
    """Answer the vectors file on standard input with the stack `name`.

    `judge` returns one answer for each question, in order. `call` names what is called.
    """
    cases = json.load(sys.stdin)["cases"]
    asked = {
        (case["id"], role): _asked(case, role) for case in cases for role in ("client", "server")
    }
    questions = list(dict.fromkeys(q for q in asked.values() if isinstance(q, Question)))
    known = dict(zip(questions, judge(questions), strict=True))
    answers = []
    for (case_id, role), question in asked.items():
        said = known[question] if isinstance(question, Question) else question
        entry = {"id": case_id, "role": role, "actual": said.verdict}
        answers.append(entry | ({"reason": said.words} if said.words else {}))
    _write({"name": name, "version": version, "call": call}, answers)


def _write(harness: dict[str, str], answers: list[dict[str, str]]) -> None:
    json.dump({"schema_version": 1, "harness": harness, "answers": answers}, sys.stdout)


def absent(name: str, why: str) -> NoReturn:
    """Answer that the stack is not on this machine, and end."""
    _write({"name": name, "version": "none", "absent": why}, [])
    sys.exit(0)


# -- what the harnesses of programs need


def program(stack: str, name: str, package: str) -> str:
    """Return the path of a program; without it the stack is absent."""
    found = shutil.which(name)
    if found is None:
        absent(stack, f"there is no program `{name}` (Debian: {package})")
    return found


def fake_time(stack: str) -> str:
    """Return libfaketime, for what takes the time from the system alone."""
    places = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64")
    for place in places:
        path = f"{place}/faketime/libfaketime.so.1"
        if os.path.exists(path):  # noqa: PTH110 - a name for LD_PRELOAD, nothing else
            return path
    absent(stack, "there is no libfaketime, and the stack takes no time (Debian: faketime)")


def at_time(library: str, moment: datetime) -> dict[str, str]:
    """Return an environment in which the clock stands still at `moment`."""
    return {
        **os.environ,
        "LD_PRELOAD": library,
        "FAKETIME": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
        "LC_ALL": "C",
    }


def pem(*certificates: bytes) -> str:
    """Return DER as PEM, byte for byte, whatever it is."""
    return "".join(FIRST + base64.encodebytes(der).decode("ascii") + LAST for der in certificates)


def in_parallel(judge: Callable[[Question], Said], questions: Sequence[Question]) -> list[Said]:
    """Put the questions to a program that is started for each, a few at a time."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(judge, questions))


def as_lines(questions: Iterable[Question]) -> str:
    """Return questions for a program of another language: four fields a line, tabs between."""
    return "".join(
        f"{q.role}\t{q.at}\t{_joined(q.chain)}\t{_joined(q.anchors)}\n" for q in questions
    )


def _joined(certificates: Iterable[bytes]) -> str:
    return ",".join(base64.b64encode(der).decode("ascii") for der in certificates)


def from_lines(text: str) -> list[Said]:
    """Return the answers of such a program: verdict and words, a tab between."""
    said = (line.partition("\t") for line in text.splitlines())
    return [
        ACCEPT if verdict == "accept" else skipped(words) if verdict == "SKIPPED" else reject(words)
        for verdict, _, words in said
    ]
