"""Answers of another implementation: what its harness writes, and how it is compared.

A harness reads a vectors file on standard input and writes its answers on standard output;
it knows neither what is expected nor how it is compared. Only decisions are compared: another
implementation has reason codes of its own, or none.

There are two kinds. An implementation of policies answers by `policy`, for the pair. A TLS
stack knows no policies: it answers by `role`, for the chain of the client as a client's and for
that of the server as a server's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical
from mtlspolicy.errors import Fault, HarnessError, SuiteError
from mtlspolicy.evidence import check
from mtlspolicy.records import dataclass
from mtlspolicy.suite.run import Exceptions, Result, excepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.suite.model import Case
    from mtlspolicy.suite.run import Selection

__all__ = [
    "ROLES",
    "SCHEMA_VERSION",
    "SKIPPED",
    "Answer",
    "Answers",
    "compare",
    "read_answers",
    "refuse_others",
]

SCHEMA_VERSION: Final = 1
SKIPPED: Final = "SKIPPED"
ROLES: Final = ("client", "server")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a decision, or `SKIPPED`; with the reason, in the implementation's words."""

    actual: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of one harness, by id and policy, or by id and role.

    `call` is what the harness calls, in the notation of its language. `absent` says why the
    implementation is not there; then there are no answers.
    """

    name: str
    version: str
    given: dict[tuple[str, str], Answer]
    call: str = ""
    absent: str = ""

    @property
    def by_policy(self) -> bool:
        """Whether it answers by policy; else by role, as a stack does."""
        return any(asked not in ROLES for _, asked in self.given)

    @property
    def harness(self) -> str:
        """The name with the version."""
        return f"{self.name} {self.version}"


_ANSWER: Final = check.record(
    {
        "id": check.TEXT,
        "policy": check.TEXT,
        "role": check.word(*ROLES),
        "actual": check.word("accept", "reject", "indeterminate", SKIPPED),
        "reason": check.WHOLE_TEXT,
    },
    "id",
    "actual",
)
_HARNESS: Final = check.record(
    {"name": check.TEXT, "version": check.TEXT, "call": check.TEXT, "absent": check.TEXT},
    "name",
    "version",
)
_FILE: Final = check.record(
    {
        "$schema": check.TEXT,
        "schema_version": check.whole(SCHEMA_VERSION, SCHEMA_VERSION),
        "harness": _HARNESS,
        "answers": check.listed(_ANSWER),
    },
    "schema_version",
    "harness",
    "answers",
)


def read_answers(text: str | bytes, name: str = "the answers") -> Answers:
    """Return the answers of a file (answers.schema.json); SuiteError for anything else."""
    document: dict[str, Any] = canonical.loads(text, name)
    faults = list(_FILE(document, "")) or list(_inner(document))
    if faults:
        message = f"{name} is invalid at `{faults[0].pointer or '/'}`: {faults[0].message}"
        raise SuiteError(message, faults=tuple(faults))
    harness = document["harness"]
    return Answers(
        name=harness["name"],
        version=harness["version"],
        given={
            (entry["id"], _asked(entry)): Answer(entry["actual"], entry.get("reason", ""))
            for entry in document["answers"]
        },
        call=harness.get("call", ""),
        absent=harness.get("absent", ""),
    )


def _asked(entry: dict[str, Any]) -> str:
    asked: str = entry["policy"] if "policy" in entry else entry["role"]
    return asked


def _inner(document: dict[str, Any]) -> Iterator[Fault]:
    """Yield what the fields alone do not show."""
    seen: set[tuple[str, str]] = set()
    for index, entry in enumerate(document["answers"]):
        if ("policy" in entry) == ("role" in entry):
            yield Fault(f"/answers/{index}", "either `policy` or `role` is expected here")
            continue
        if "role" in entry and entry["actual"] == "indeterminate":
            yield Fault(f"/answers/{index}/actual", "a stack accepts or refuses, or is not asked")
        key = entry["id"], _asked(entry)
        if key in seen:
            yield Fault(f"/answers/{index}", f"`{key[0]}` under `{key[1]}` is answered twice")
        seen.add(key)
    if document["answers"] and "absent" in document["harness"]:
        yield Fault("/answers", "what is absent gives no answers")


def refuse_others(answers: Answers, cases: Sequence[Case]) -> None:
    """Refuse answers to what was not asked; and of a stack, answers that are not all there.

    Raises HarnessError, because such a harness is broken, and nothing it says is an answer.
    """
    given = answers.given.keys()
    asked = {(case.id, role) for case in cases for role in ROLES}
    if answers.by_policy:
        asked = {(case.id, policy) for case in cases for policy in case.expected}
    for found, what in (
        (given - asked, "answers what was not asked"),
        # For a policy that an implementation does not know, `compare` fails the expectation.
        (set() if answers.by_policy else asked - given, "gives no answer, nor says why, to"),
    ):
        if found:
            case_id, named = min(found)
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            raise HarnessError(answers.name, f"{what}: `{case_id}`, `{named}`{more}")


def compare(
    cases: Sequence[Case], selection: Selection, answers: Answers, exceptions: Exceptions
) -> list[Result]:
    """Return a result for each expectation; an answer that is not given fails."""
    return [
        excepted(_result(case, policy, answers), exceptions)
        for case in cases
        for policy in case.expected
        if selection.asks(policy)
    ]


def _result(case: Case, policy: str, answers: Answers) -> Result:
    expected = case.expected[policy].decision
    answer = answers.given.get((case.id, policy))
    if answer is None:
        outcome, actual = "failed", "none"
        problems: tuple[str, ...] = (f"{answers.harness} gives no answer, nor says why",)
    elif answer.actual == SKIPPED:
        outcome, actual, problems = "skipped", SKIPPED, (answer.reason or "no reason is given",)
    elif answer.actual == expected:
        outcome, actual, problems = "passed", expected, ()
    else:
        outcome, actual = "failed", answer.actual
        problems = (f"{actual} instead of {expected}",)
    return Result(
        id=case.id,
        policy=policy,
        outcome=outcome,
        expected=expected,
        actual=actual,
        problems=problems,
    )
