"""What TLS stacks answer to the cases, as it was recorded: versions, dates, their own words.

The record is data (matrix-record.schema.json), so that it can be read where no stack is
installed. An answer holds for the bytes that were asked about: each case has a digest of
what a stack sees of it, and an answer to other bytes is not shown.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical
from mtlspolicy.errors import Fault, SuiteError
from mtlspolicy.evidence import check
from mtlspolicy.records import dataclass
from mtlspolicy.suite.answers import ROLES, SKIPPED, Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mtlspolicy.suite.answers import Answers
    from mtlspolicy.suite.model import Case

__all__ = [
    "RECORD",
    "Column",
    "Matrix",
    "column",
    "digest",
    "joined",
    "read_record",
    "write_record",
]

RECORD: Final = "matrix.json"
"""The record's name below ``vectors/``."""
SCHEMA: Final = "https://mtlspolicy.dev/schemas/v1/matrix-record.schema.json"
SCHEMA_VERSION: Final = 1
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Column:
    """What one stack answers, by id and role; `day` (YYYY-MM-DD) is when it was asked."""

    name: str
    version: str
    call: str
    day: str
    given: Mapping[tuple[str, str], Answer]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All columns, and for each case the digest of what the stacks were asked."""

    columns: tuple[Column, ...]
    digests: Mapping[str, str]

    def current(self, cases: Iterable[Case]) -> Matrix:
        """Return what holds for these cases: of others, and of other bytes, nothing is kept."""
        kept = {case.id: digest(case) for case in cases}
        kept = {name: value for name, value in kept.items() if self.digests.get(name) == value}
        columns = tuple(_only(one, kept) for one in self.columns)
        return Matrix(columns, kept)

    def of(self, names: Sequence[str]) -> Matrix:
        """Return the columns of these stacks, all if none is named."""
        columns = tuple(one for one in self.columns if not names or one.name in names)
        return Matrix(columns, self.digests)


def column(answers: Answers, day: str) -> Column:
    """Return a stack's answers as a column."""
    return Column(answers.name, answers.version, answers.call, day, answers.given)


def _only(one: Column, kept: Mapping[str, str]) -> Column:
    given = {key: said for key, said in one.given.items() if key[0] in kept}
    return Column(one.name, one.version, one.call, one.day, given)


def joined(before: Matrix, columns: Iterable[Column], cases: Sequence[Case]) -> Matrix:
    """Return a record with columns asked anew; what others said of bytes now gone is dropped."""
    fresh = {one.name: one for one in columns}
    old = before.current(cases)
    names = dict.fromkeys([*(one.name for one in before.columns), *fresh])
    kept = {one.name: one for one in old.columns} | fresh
    return Matrix(tuple(kept[name] for name in names), {case.id: digest(case) for case in cases})


def digest(case: Case) -> str:
    """Return sixteen digits for what a stack sees of a case: chains, anchors and time."""
    seen: dict[str, Any] = {"at": case.evidence["at"]}
    for role, chain in (("client", case.client), ("server", case.server)):
        known = case.evidence.get(role, {})
        anchors = [anchor["certificate"] for anchor in known.get("anchors", ())]
        seen[role] = [[der.hex() for der in chain], anchors, known.get("intermediates", [])]
    return hashlib.sha256(canonical.dumps(seen).encode("utf-8")).hexdigest()[:_DIGITS]


# -- writing


def write_record(matrix: Matrix) -> str:
    """Return the record as a file: each stack and each case on a line, words kept once."""
    tables = {one.name: _table(one) for one in matrix.columns}
    stacks = [
        {
            "name": one.name,
            "version": one.version,
            "call": one.call,
            "day": one.day,
            "said": [[said.actual, said.reason] for said in tables[one.name]],
        }
        for one in matrix.columns
    ]
    cases = [
        f"{json.dumps(name)}: {canonical.dumps(_entry(name, matrix, tables))}"
        for name in sorted(matrix.digests)
    ]
    return (
        f'{{\n"$schema": {json.dumps(SCHEMA)},\n"schema_version": {SCHEMA_VERSION},\n"stacks": [\n'
        + ",\n".join(canonical.dumps(stack) for stack in stacks)
        + '\n],\n"cases": {\n'
        + ",\n".join(cases)
        + "\n}\n}\n"
    )


def _table(one: Column) -> list[Answer]:
    """Return everything the stack says, each once, in an order of its own."""
    return sorted(set(one.given.values()), key=lambda said: (said.actual, said.reason))


def _entry(name: str, matrix: Matrix, tables: Mapping[str, list[Answer]]) -> dict[str, Any]:
    answers = {
        one.name: [tables[one.name].index(one.given[name, role]) for role in ROLES]
        for one in matrix.columns
        if (name, ROLES[0]) in one.given
    }
    return {"digest": matrix.digests[name], "answers": answers}


# -- reading

_SAID: Final = check.listed(check.WHOLE_TEXT)
_STACK: Final = check.record(
    {
        "name": check.TEXT,
        "version": check.TEXT,
        "call": check.WHOLE_TEXT,
        "day": check.matching(r"\d{4}-\d{2}-\d{2}", "a day, YYYY-MM-DD,"),
        "said": check.listed(_SAID),
    },
    *("name", "version", "call", "day", "said"),
)
_CASE: Final = check.record(
    {
        "digest": check.matching(rf"[0-9a-f]{{{_DIGITS}}}", f"{_DIGITS} hexadecimal digits"),
        "answers": check.mapped(check.TEXT, check.listed(check.whole(0, 2**31))),
    },
    *("digest", "answers"),
)
_FILE: Final = check.record(
    {
        "$schema": check.TEXT,
        "schema_version": check.whole(SCHEMA_VERSION, SCHEMA_VERSION),
        "stacks": check.listed(_STACK),
        "cases": check.mapped(check.TEXT, _CASE),
    },
    *("schema_version", "stacks", "cases"),
)


def read_record(text: str | bytes, name: str = "the record") -> Matrix:
    """Return the matrix of a record (matrix-record.schema.json); SuiteError for anything else."""
    document: dict[str, Any] = canonical.loads(text, name)
    faults = list(_FILE(document, "")) or list(_inner(document))
    if faults:
        message = f"{name} is invalid at `{faults[0].pointer or '/'}`: {faults[0].message}"
        raise SuiteError(message, faults=tuple(faults))
    cases = document["cases"]
    columns = tuple(
        Column(
            stack["name"],
            stack["version"],
            stack["call"],
            stack["day"],
            _given(stack["name"], [Answer(*said) for said in stack["said"]], cases),
        )
        for stack in document["stacks"]
    )
    return Matrix(columns, {name: entry["digest"] for name, entry in cases.items()})


def _given(
    stack: str, said: list[Answer], cases: Mapping[str, Any]
) -> dict[tuple[str, str], Answer]:
    return {
        (name, role): said[number]
        for name, entry in cases.items()
        for role, number in zip(ROLES, entry["answers"].get(stack, ()), strict=False)
    }


def _inner(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what only several parts of the record show together."""
    known: dict[str, int] = {}
    for number, stack in enumerate(document["stacks"]):
        if stack["name"] in known:
            yield Fault(f"/stacks/{number}/name", f"the stack `{stack['name']}` stands twice")
        known[stack["name"]] = len(stack["said"])
        for index, said in enumerate(stack["said"]):
            if len(said) != len(Answer.__slots__) or said[0] not in _VERDICTS:
                yield Fault(f"/stacks/{number}/said/{index}", "a verdict and words are expected")
    for name, entry in document["cases"].items():
        for stack, numbers in entry["answers"].items():
            pointer = f"/cases/{name}/answers/{stack}"
            if stack not in known:
                yield Fault(pointer, f"there is no stack `{stack}`")
            elif len(numbers) != len(ROLES) or max(numbers) >= known[stack]:
                yield Fault(pointer, "the number of an answer for each role is expected")


_VERDICTS: Final = ("accept", "reject", SKIPPED)
