"""The matrix read as a comparison: where stacks differ, and where one differs from its policy.

Disagreements come first: first those with a stack's own policy, which one of the two has
wrong, then those between stacks. This module must not know how answers are come by.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.records import dataclass
from mtlspolicy.suite.answers import ROLES, SKIPPED
from mtlspolicy.suite.stacks import OUT_OF_SCOPE, policy_of, policy_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mtlspolicy.suite.answers import Answer
    from mtlspolicy.suite.matrix import Matrix
    from mtlspolicy.suite.model import Case

    Judge = Callable[[Case, str], Mapping[str, str]]
    """Returns by role what a policy says of a case."""

__all__ = ["SCHEMA_VERSION", "Row", "matrix_document", "matrix_text", "rows"]

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One question, and what each stack answers; `policies`: what each stack's policy says."""

    id: str
    role: str
    answers: Mapping[str, Answer]
    policies: Mapping[str, str]

    @property
    def differs(self) -> bool:
        """Some stacks accept, and some refuse."""
        return len(self.verdicts) > 1

    @property
    def verdicts(self) -> frozenset[str]:
        """What is answered at all."""
        return frozenset(a.actual for a in self.answers.values() if a.actual != SKIPPED)

    @property
    def contradicted(self) -> tuple[str, ...]:
        """The stacks that do not what their policy does."""
        return tuple(
            stack
            for stack, said in self.policies.items()
            if said != OUT_OF_SCOPE and self.answers[stack].actual not in {said, SKIPPED}
        )


def rows(
    matrix: Matrix,
    cases: Sequence[Case],
    *,
    judge: Judge = policy_verdicts,
    progress: Callable[[int], None] | None = None,
) -> list[Row]:
    """Return two rows, one for each role, for every case that some stack has answered.

    `progress` is told how many cases are done.
    """
    found: list[Row] = []
    for number, case in enumerate(cases, 1):
        said = {one.name: one.given for one in matrix.columns if (case.id, "client") in one.given}
        found += _rows(case, said, judge)
        if progress is not None:
            progress(number)
    return found


def _rows(
    case: Case, said: Mapping[str, Mapping[tuple[str, str], Answer]], judge: Judge
) -> Iterator[Row]:
    policies = {stack: policy_of(stack) for stack in said}
    judged = {policy: judge(case, policy) for policy in {*policies.values()} if policy is not None}
    for role in ROLES if said else ():
        yield Row(
            case.id,
            role,
            {stack: given[case.id, role] for stack, given in said.items()},
            {stack: judged[policy][role] for stack, policy in policies.items() if policy},
        )


def _counts(found: Sequence[Row]) -> dict[str, int]:
    return {
        "questions": len(found),
        "differ": sum(row.differs for row in found),
        "against_policy": sum(bool(row.contradicted) for row in found),
        "alike": sum(len(row.verdicts) == 1 for row in found),
        "unanswered": sum(not row.verdicts for row in found),
    }


# -- JSON


def matrix_document(matrix: Matrix, found: Sequence[Row]) -> dict[str, Any]:
    """Return the comparison as a document (matrix.schema.json), disagreements first."""
    return {
        "schema_version": SCHEMA_VERSION,
        "stacks": [
            {"name": one.name, "version": one.version, "call": one.call, "day": one.day}
            for one in matrix.columns
        ],
        "counts": _counts(found),
        "rows": [_entry(row) for row in sorted(found, key=_first)],
    }


def _first(row: Row) -> tuple[bool, bool]:
    return not row.contradicted, not row.differs


def _entry(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "role": row.role,
        "differs": row.differs,
        "against_policy": list(row.contradicted),
        "answers": {
            stack: {"verdict": answer.actual, "words": answer.reason}
            | ({"policy": row.policies[stack]} if stack in row.policies else {})
            for stack, answer in row.answers.items()
        },
    }


# -- text


def matrix_text(matrix: Matrix, found: Sequence[Row]) -> str:
    """Return the comparison for people, disagreements first and nothing of the rest."""
    lines = [f"{one.name} {one.version}, asked on {one.day}: {one.call}" for one in matrix.columns]
    against = [row for row in found if row.contradicted]
    if against:
        lines += ["", "a stack does not what its policy says:"]
        lines += [line for row in against for line in _contradiction(row)]
    lines += ["", "stacks differ:"] if any(row.differs for row in found) else []
    lines += [line for row in found if row.differs for line in _difference(row)]
    return "\n".join([*lines, "", _summary(found)]) + "\n"


def _contradiction(row: Row) -> Iterator[str]:
    yield f"{row.id} as {row.role}"
    for stack in row.contradicted:
        answer = row.answers[stack]
        words = f" ({answer.reason})" if answer.reason else ""
        yield f"    {stack}: {answer.actual}{words}; its policy: {row.policies[stack]}"


def _difference(row: Row) -> Iterator[str]:
    yield f"{row.id} as {row.role}"
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for stack, answer in row.answers.items():
        told[answer.actual, answer.reason].append(stack)
    for (verdict, words), stacks in sorted(told.items()):
        yield f"    {verdict:7} {', '.join(stacks)}" + (f": {words}" if words else "")


def _summary(found: Sequence[Row]) -> str:
    counts = _counts(found)
    return (
        f"{counts['questions']} questions: {counts['alike']} answered alike, "
        f"{counts['differ']} differently, {counts['unanswered']} by nobody; "
        f"{counts['against_policy']} against a stack's policy"
    )
