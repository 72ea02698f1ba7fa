"""Asking TLS stacks about the suite: live for a run or a matrix, or as it was recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mtlspolicy import resources
from mtlspolicy.suite.answers import SKIPPED, compare, refuse_others
from mtlspolicy.suite.matrix import (
    RECORD,
    Matrix,
    column,
    digest,
    joined,
    read_record,
    write_record,
)
from mtlspolicy.suite.model import Suite, write_suite
from mtlspolicy.suite.run import Result, excepted
from mtlspolicy.suite.stacks import OUT_OF_SCOPE, STACKS, policy_of, policy_verdicts
from mtlspolicy_cli import output
from mtlspolicy_cli.harness import ask, chosen
from mtlspolicy_cli.progress import Progress
from mtlspolicy_cli.refuse import nearest, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.suite.answers import Answer, Answers
    from mtlspolicy.suite.model import Case
    from mtlspolicy.suite.run import Exceptions, Selection
    from mtlspolicy_cli.harness import Harness

__all__ = ["against", "asked", "matrix_of", "recorded"]


def asked(
    harnesses: Sequence[Harness], cases: Sequence[Case], seconds: float, *, every: bool
) -> list[Answers]:
    """Return what each harness answers; one that is absent is refused if `every` is wanted."""
    document = _selection(cases)
    found = []
    with Progress("stacks have answered", len(harnesses)) as progress:
        for number, harness in enumerate(harnesses):
            progress.show(number)
            answers = ask(harness, document, seconds)
            if not answers.absent:
                refuse_others(answers, cases)
                found.append(answers)
            elif every:
                refuse(f"`{harness.name}` is absent: {answers.absent}", "install it")
            else:
                output.note(f"`{harness.name}` is absent: {answers.absent}")
    if not found:
        refuse("no stack is there to be asked", "install one, or name a harness")
    return found


def _selection(cases: Sequence[Case]) -> bytes:
    suite = Suite(namespace="selection", title="what is asked", notes={}, cases=tuple(cases))
    return write_suite(suite).encode("utf-8")


# -- the matrix


def recorded() -> Matrix:
    """Return the record that is shipped; empty where there is none."""
    place = resources.folder("vectors") / RECORD
    if not place.is_file():
        return Matrix((), {})
    return read_record(place.read_bytes(), RECORD)


def matrix_of(
    cases: Sequence[Case],
    asking: tuple[Sequence[str], Sequence[str], float],
    *,
    live: bool,
    recording: bool,
) -> Matrix:
    """Return the answers of the stacks: live, or as recorded of the same bytes.

    `asking`: known stacks (none: all, unless there are own ones), own harnesses, seconds.
    """
    stacks, own, seconds = asking
    if not live:
        _refuse_unknown(stacks)
        return _told(recorded().of(stacks), cases)
    named = stacks or ([] if own else list(STACKS))
    answers = asked(chosen(named, own), cases, seconds, every=bool(stacks or own))
    fresh = measured(answers, cases)
    if recording:
        output.note(f"recorded in {record(fresh, cases)}")
    return fresh


def _refuse_unknown(stacks: Sequence[str]) -> None:
    there = [one.name for one in recorded().columns]
    for name in stacks:
        if name not in there:
            advice = nearest(name, there, f"recorded: {', '.join(there) or 'none'}")
            refuse(f"the record has no stack `{name}`", advice)


def _told(found: Matrix, cases: Sequence[Case]) -> Matrix:
    """Return what holds for these cases, and say how many are not recorded as they are now."""
    current = found.current(cases)
    if len(current.digests) < len(cases):
        output.note(
            f"{len(cases) - len(current.digests)} of {len(cases)} cases are not recorded as they "
            "are now: `mtlspolicy vectors matrix --record` asks the stacks"
        )
    return current


def measured(answers: Sequence[Answers], cases: Sequence[Case]) -> Matrix:
    """Return live answers as a matrix, dated today."""
    today = datetime.now(UTC).date().isoformat()
    digests = {case.id: digest(case) for case in cases}
    return Matrix(tuple(column(one, today) for one in answers), digests)


def record(fresh: Matrix, cases: Sequence[Case]) -> Path:
    """Put fresh columns into the record, and return where it is."""
    folder = resources.folder("vectors")
    if not isinstance(folder, Path):
        refuse("the record lies in an archive", "record in a source tree")
    place = folder / RECORD
    text = write_record(joined(recorded(), fresh.columns, cases))
    try:
        place.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"cannot write `{place}`: {error.strerror}", "check the path and its permissions")
    return place


# -- a run


def against(
    answers: Answers, cases: Sequence[Case], selection: Selection, known: Exceptions
) -> list[Result]:
    """Compare a harness: by policy with what is expected, by role with what a policy answers.

    By role, that is the stack's own policy, or the one that is selected.
    """
    if answers.by_policy:
        return compare(cases, selection, answers, known)
    policy = selection.policies[0] if selection.policies else policy_of(answers.name)
    if policy is None:
        refuse(f"there is no policy of `{answers.name}`", "name one to compare with: --policy ID")
    with Progress("cases", len(cases)) as progress:
        results = []
        for number, case in enumerate(cases, 1):
            results += [excepted(one, known) for one in _by_role(case, policy, answers)]
            progress.show(number)
    return results


def _by_role(case: Case, policy: str, answers: Answers) -> Iterator[Result]:
    for role, expected in policy_verdicts(case, policy).items():
        answer = answers.given[case.id, role]
        outcome, problem = _outcome(expected, answer, policy)
        yield Result(
            id=case.id,
            policy=f"{answers.name}:{role}",
            outcome=outcome,
            expected=expected,
            actual=answer.actual,
            problems=(problem,) if problem else (),
        )


def _outcome(expected: str, answer: Answer, policy: str) -> tuple[str, str]:
    if answer.actual == SKIPPED:
        return "skipped", answer.reason or "no reason is given"
    if expected == OUT_OF_SCOPE:
        return "skipped", f"{OUT_OF_SCOPE} of {policy}: these bytes are not strict DER"
    if answer.actual == expected:
        return "passed", ""
    words = f": {answer.reason}" if answer.reason else ""
    return "failed", f"{answer.actual} instead of {expected}, which {policy} says{words}"
