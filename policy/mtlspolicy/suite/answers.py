"""Answers of another implementation: what its harness writes, and how it is compared.

A harness reads a vectors file on standard input and writes its answers on standard output;
it knows neither what is expected nor how it is compared. Only decisions are compared: another
implementation has reason codes of its own, or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical
from mtlspolicy.errors import Fault, SuiteError
from mtlspolicy.evidence import check
from mtlspolicy.records import dataclass
from mtlspolicy.suite.run import Exceptions, Result, excepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.suite.model import Case
    from mtlspolicy.suite.run import Selection

__all__ = ["SCHEMA_VERSION", "SKIPPED", "Answer", "Answers", "compare", "read_answers"]

SCHEMA_VERSION: Final = 1
SKIPPED: Final = "SKIPPED"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a decision, or `SKIPPED` with the reason."""

    actual: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of one harness, by id and policy."""

    harness: str
    given: dict[tuple[str, str], Answer]


_ANSWER: Final = check.record(
    {
        "id": check.TEXT,
        "policy": check.TEXT,
        "actual": check.word("accept", "reject", "indeterminate", SKIPPED),
        "reason": check.WHOLE_TEXT,
    },
    "id",
    "policy",
    "actual",
)
_FILE: Final = check.record(
    {
        "$schema": check.TEXT,
        "schema_version": check.whole(SCHEMA_VERSION, SCHEMA_VERSION),
        "harness": check.record({"name": check.TEXT, "version": check.TEXT}, "name", "version"),
        "answers": check.listed(_ANSWER),
    },
    "schema_version",
    "harness",
    "answers",
)


def read_answers(text: str | bytes, name: str = "the answers") -> Answers:
    """Return the answers of a file (answers.schema.json); SuiteError for anything else."""
    document: dict[str, Any] = canonical.loads(text, name)
    faults = list(_FILE(document, "")) or list(_twice(document))
    if faults:
        message = f"{name} is invalid at `{faults[0].pointer or '/'}`: {faults[0].message}"
        raise SuiteError(message, faults=tuple(faults))
    given = {
        (entry["id"], entry["policy"]): Answer(entry["actual"], entry.get("reason", ""))
        for entry in document["answers"]
    }
    return Answers(f"{document['harness']['name']} {document['harness']['version']}", given)


def _twice(document: dict[str, Any]) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for index, entry in enumerate(document["answers"]):
        key = entry["id"], entry["policy"]
        if key in seen:
            yield Fault(f"/answers/{index}", f"`{key[0]}` under `{key[1]}` is answered twice")
        seen.add(key)


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
