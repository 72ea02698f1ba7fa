"""Results of a run as text, JSON, JUnit XML and TAP.

One writer for each form; all take the same results and return the whole text. This module
must not know how results come about.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from mtlspolicy import canonical
from mtlspolicy.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mtlspolicy.suite.run import Result

__all__ = ["FORMATS", "SCHEMA_VERSION", "results_document", "summary"]

SCHEMA_VERSION: Final = 1

_ORDER: Final = ("passed", "failed", "unexpected-success", "excepted", "skipped")


def summary(results: Sequence[Result]) -> str:
    """Return the counts in one line."""
    counts = Counter(result.outcome for result in results)
    said = ", ".join(f"{counts[word]} {word}" for word in _ORDER if counts[word])
    cases = len({result.id for result in results})
    return f"{cases} cases, {len(results)} expectations: {said or 'nothing to run'}"


def _text(results: Sequence[Result]) -> str:
    lines = [line for result in results for line in _told(result)]
    return "\n".join([*lines, summary(results)]) + "\n"


def _told(result: Result) -> Iterator[str]:
    if result.outcome == "passed":
        return
    yield f"{result.outcome}: {result.id} under {result.policy}"
    for problem in result.problems:
        yield f"    {problem}"


# -- JSON


def results_document(results: Sequence[Result]) -> dict[str, Any]:
    """Return the results as a document (vectors-results.schema.json)."""
    counts = Counter(result.outcome for result in results)
    return {
        "schema_version": SCHEMA_VERSION,
        "harness": {"name": "mtlspolicy", "version": VERSION},
        "counts": {word: counts[word] for word in _ORDER},
        "results": [_entry(result) for result in results],
    }


def _entry(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "policy": result.policy,
        "outcome": result.outcome,
        "expected": result.expected,
        "actual": result.actual,
        "problems": list(result.problems),
    }


def _json(results: Sequence[Result]) -> str:
    return canonical.dumps(results_document(results)) + "\n"


# -- JUnit


def _junit(results: Sequence[Result]) -> str:
    failures = sum(result.failing for result in results)
    skipped = sum(result.outcome in {"skipped", "excepted"} for result in results)
    counts = f'tests="{len(results)}" failures="{failures}" errors="0" skipped="{skipped}"'
    body = [line for result in results for line in _testcase(result)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="mtlspolicy vectors" {counts}>',
        f'<testsuite name="mtlspolicy vectors" {counts}>',
        *body,
        "</testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _testcase(result: Result) -> Iterator[str]:
    namespace, _, name = result.id.partition("::")
    shown = f"{name} under {result.policy}"
    opening = f"<testcase classname={quoteattr(namespace)} name={quoteattr(shown)}"
    said = "; ".join(result.problems)
    if result.failing:
        kind = quoteattr(result.outcome)
        yield f"{opening}>"
        yield f"<failure type={kind} message={quoteattr(said)}>{escape(said)}</failure>"
        yield "</testcase>"
    elif result.outcome != "passed":
        yield f"{opening}><skipped message={quoteattr(said)}/></testcase>"
    else:
        yield f"{opening}/>"


# -- TAP


def _tap(results: Sequence[Result]) -> str:
    lines = ["TAP version 14", f"1..{len(results)}"]
    for number, result in enumerate(results, 1):
        lines.extend(_point(number, result))
    return "\n".join(lines) + "\n"


def _point(number: int, result: Result) -> Iterator[str]:
    # TAP 14: a "#" in a description would begin a directive.
    name = f"{result.id} under {result.policy}".replace("#", "\\#")
    said = "; ".join(result.problems)
    if result.outcome == "excepted":
        yield f"not ok {number} - {name} # TODO {said}"
    elif result.outcome == "skipped":
        yield f"ok {number} - {name} # SKIP {said}"
    else:
        yield f"{'not ok' if result.failing else 'ok'} {number} - {name}"
        yield from (f"# {problem}" for problem in result.problems)


FORMATS: Final[Mapping[str, Callable[[Sequence[Result]], str]]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "tap": _tap,
}
"""The writer of each form."""
