"""Running cases against this engine, and comparing what it answers with what is expected.

This module knows how an expectation is compared with a decision. It must not know how
results are shown (`suite.report`), nor how cases are made.
"""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mtlspolicy import canonical
from mtlspolicy.engine.judge import evaluate
from mtlspolicy.errors import EvidenceError, Fault, PolicyError, SuiteError
from mtlspolicy.evidence import check
from mtlspolicy.evidence.context import Context, Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.instants import format_instant
from mtlspolicy.loader import load_policy
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.suite.model import Case, Expectation, Suite

__all__ = [
    "FAILING",
    "READER",
    "Exceptions",
    "Result",
    "Selection",
    "answer",
    "excepted",
    "read_exceptions",
    "refuse_strangers",
    "run",
    "selected",
]

READER: Final = "reader"
"""Stands as the policy of results about what a reader notices."""

FAILING: Final = ("failed", "unexpected-success")
"""The outcomes that make a run fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one expectation of one case.

    `outcome`: passed, failed, skipped, excepted (a known divergence) or unexpected-success
    (a known divergence that is none). `problems` say what differs, or why it was skipped.
    """

    id: str
    policy: str
    outcome: str
    expected: str
    actual: str
    problems: tuple[str, ...] = ()

    @property
    def failing(self) -> bool:
        """Whether the run fails because of it."""
        return self.outcome in FAILING


# -- which cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which cases and expectations to run: globs of ids, policies, flags; empty for all."""

    ids: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def takes(self, case: Case) -> bool:
        """Say whether the case is selected."""
        by_id = not self.ids or any(fnmatchcase(case.id, pattern) for pattern in self.ids)
        by_flag = not self.flags or any(flag in case.flags for flag in self.flags)
        by_policy = not self.policies or any(name in case.expected for name in self.policies)
        return by_id and by_flag and by_policy

    def asks(self, policy: str) -> bool:
        """Say whether expectations of the policy are selected."""
        return not self.policies or policy in self.policies


def selected(suites: Iterable[Suite], selection: Selection) -> list[Case]:
    """Return the selected cases of all suites; SuiteError where an id stands twice."""
    cases = [case for suite in suites for case in suite.cases]
    twice = [name for name, count in Counter(case.id for case in cases).items() if count > 1]
    if twice:
        message = f"the id `{twice[0]}` stands in two files"
        raise SuiteError(message, faults=(Fault("", message),))
    return [case for case in cases if selection.takes(case)]


# -- known divergences

Exceptions = dict[str, dict[str, str]]
"""Known divergences: ``id`` or ``id@policy`` to `expected`, `actual` and `reason`."""

_EXCEPTION: Final = check.record(
    {"expected": check.TEXT, "actual": check.TEXT, "reason": check.TEXT},
    "expected",
    "actual",
    "reason",
)
_EXCEPTIONS: Final = check.mapped(check.TEXT, _EXCEPTION)


def read_exceptions(text: str | bytes, name: str = "the exceptions file") -> Exceptions:
    """Return the known divergences of a file; SuiteError for anything else."""
    document: Exceptions = canonical.loads(text, name)
    faults = tuple(_EXCEPTIONS(document, ""))
    if faults:
        message = f"{name} is invalid at `{faults[0].pointer or '/'}`: {faults[0].message}"
        raise SuiteError(message, faults=faults)
    return document


def refuse_strangers(exceptions: Exceptions, ids: Iterable[str]) -> None:
    """Refuse a known divergence of a case that is none of `ids`; raises SuiteError.

    It would hide the day on which a case of that name comes back.
    """
    there = set(ids)
    strange = sorted(name for name in exceptions if name.partition("@")[0] not in there)
    if strange:
        _refuse_stale(strange)


def _refuse_stale(names: Sequence[str]) -> NoReturn:
    more = f", and {len(names) - 1} more" if len(names) > 1 else ""
    message = f"the exceptions file names `{names[0]}`, which no case is{more}"
    advice = "take the entry out, or name the vectors file that has the case"
    raise SuiteError(message, faults=(Fault(f"/{names[0]}", message, advice),), help=advice)


def excepted(result: Result, exceptions: Exceptions) -> Result:
    """Return the result as it stands beside the known divergences."""
    known = exceptions.get(f"{result.id}@{result.policy}") or exceptions.get(result.id)
    if known is None or result.outcome == "skipped":
        return result
    if result.outcome == "passed":
        problems: tuple[str, ...] = (f"listed as a divergence: {known['reason']}",)
        return _with(result, "unexpected-success", problems)
    if known["actual"] != result.actual:
        listed = f"listed as a divergence to `{known['actual']}`, which it is not"
        return _with(result, "failed", (*result.problems, listed))
    return _with(result, "excepted", (known["reason"],))


def _with(result: Result, outcome: str, problems: tuple[str, ...]) -> Result:
    return Result(
        id=result.id,
        policy=result.policy,
        outcome=outcome,
        expected=result.expected,
        actual=result.actual,
        problems=problems,
    )


# -- running


def run(
    cases: Sequence[Case],
    selection: Selection,
    *,
    exceptions: Exceptions | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Result]:
    """Run the cases and return a result for each expectation, in order.

    `progress` is told how many cases are done. Raises SuiteError for a case whose evidence
    cannot be read, and for a known divergence that names no case.
    """
    known = exceptions or {}
    results: list[Result] = []
    for number, case in enumerate(cases, 1):
        results.extend(excepted(result, known) for result in _case(case, selection))
        if progress is not None:
            progress(number)
    # Of a selection, `refuse_strangers` tells what names no case at all.
    there = {name for r in results for name in (r.id, f"{r.id}@{r.policy}")}
    stale = sorted(set(known) - there) if selection == Selection() else []
    if stale:
        _refuse_stale(stale)
    return results


def _case(case: Case, selection: Selection) -> Iterator[Result]:
    try:
        context = read_context(case.evidence)
    except EvidenceError as error:
        message = f"the evidence of `{case.id}` is invalid: {error.message}"
        raise SuiteError(message, faults=error.faults) from None
    for name, expected in case.expected.items():
        if selection.asks(name):
            yield _expectation(case, name, expected, context)
    if selection.asks(READER):
        yield from _noted(case)


def _expectation(case: Case, name: str, expected: Expectation, context: Context) -> Result:
    wanted = expected.decision
    try:
        decision = answer(case, name, expected, context)
    except PolicyError as error:
        problems: tuple[str, ...] = (error.message,)
        return _result(case, name, wanted, "SKIPPED", problems, outcome="skipped")
    return _result(case, name, wanted, decision.decision, tuple(_problems(expected, decision)))


def _result(  # noqa: PLR0913 - one place makes them
    case: Case,
    policy: str,
    expected: str,
    actual: str,
    problems: tuple[str, ...],
    *,
    outcome: str = "",
) -> Result:
    said = outcome or ("failed" if problems else "passed")
    return Result(
        id=case.id,
        policy=policy,
        outcome=said,
        expected=expected,
        actual=actual,
        problems=problems,
    )


def answer(case: Case, policy: str, expected: Expectation, context: Context) -> Decision:
    """Return what this engine decides over a case under a policy."""
    loaded = load_policy(policy, enable_proposal=expected.enable_proposal)
    given = context.with_settings({**context.settings, **expected.settings})
    return evaluate(Pair(client=case.client, server=case.server), loaded, given)


# -- comparing


def _problems(expected: Expectation, decision: Decision) -> Iterator[str]:
    if decision.decision != expected.decision:
        yield f"{decision.decision} instead of {expected.decision}"
    yield from _differing("codes", set(expected.codes), _codes(decision))
    if decision.primary != expected.primary:
        yield f"primary is {decision.primary}, not {expected.primary}"
    if expected.warnings is not None:
        warned = {f.code for f in decision.notable if f.outcome == "warn"}
        yield from _differing("warnings", set(expected.warnings), warned)
    for name, value in expected.details.items():
        found = _DETAILS[name](decision)
        if found != value:
            yield f"{name} is {found}, not {value}"


def _codes(decision: Decision) -> set[str]:
    if decision.decision == "reject":
        return {f.code for f in decision.notable if f.outcome == "fail"}
    if decision.decision == "indeterminate":
        return {f.code for f in decision.notable if f.outcome == "unknown" and f.enforced}
    return set()


def _differing(what: str, expected: set[str], found: set[str]) -> Iterator[str]:
    if expected - found:
        yield f"{what} lack {', '.join(sorted(expected - found))}"
    if found - expected:
        yield f"{what} have {', '.join(sorted(found - expected))} as well"


def _valid_until(decision: Decision) -> str | None:
    return None if decision.valid_until is None else format_instant(decision.valid_until)


def _decisive(decision: Decision) -> bool:
    return decision.proposal is not None and bool(decision.proposal["decisive"])


def _reasons(decision: Decision) -> dict[str, list[str]]:
    """Return the codes behind path and revocation per side, where there are any."""
    found: dict[str, set[str]] = {}
    for finding in decision.findings:
        if isinstance(finding.found, dict):
            said = (*finding.found.get("faults", ()), *finding.found.get("codes", ()))
            found.setdefault(finding.role, set()).update(said)
    return {side: sorted(codes) for side, codes in sorted(found.items()) if codes}


_DETAILS: Final[Mapping[str, Callable[[Decision], Any]]] = {
    "alert": lambda decision: decision.alert,
    "decisive": _decisive,
    "missing_evidence": lambda decision: list(decision.missing_evidence),
    "reasons": _reasons,
    "relationship": lambda decision: decision.relationship,
    "valid_until": _valid_until,
}


def _noted(case: Case) -> Iterator[Result]:
    """Compare what the reader notices with what a case says that there is to notice."""
    for noted in case.noted:
        chain = case.client if noted.side == "client" else case.server
        found = {note.code for note in read_certificate(chain[noted.index]).notes}
        where = f"{noted.side}[{noted.index}]"
        problems = _differing(f"notes of {where}", set(noted.codes), found)
        wanted = ", ".join(sorted(noted.codes)) or "nothing"
        actual = ", ".join(sorted(found)) or "nothing"
        yield _result(case, READER, wanted, actual, tuple(problems))
