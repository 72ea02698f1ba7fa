"""What has to hold of the whole suite, beyond the form of each file.

Every flag is explained and used, every case is about at least one policy, a neighbour is a
case that is answered otherwise, every code of the catalogue has a case that yields it beside
one that does not, and every statement that a rule claims is broken by one case and kept by
another. This module must not know any case.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mtlspolicy import resources
from mtlspolicy.loader import builtin_ids, codes
from mtlspolicy.suite.trace import STATEMENTS, broken, claimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mtlspolicy.suite.model import Case, Suite

__all__ = ["EXEMPT", "codes_yielded", "exemptions", "gaps", "lint"]

EXEMPT: Final = "catalogue/codes_without_vectors.json"
"""Codes that no vector can yield, or none yields yet, each with the reason. It shrinks."""


def exemptions() -> Mapping[str, str]:
    """Return the reason for each code that has no case."""
    found: dict[str, str] = json.loads(resources.read(EXEMPT))
    return found


def lint(suites: Iterable[Suite]) -> list[str]:
    """Return every complaint about the cases themselves; none if all is well."""
    made = list(suites)
    cases = {case.id: case for suite in made for case in suite.cases}
    return [
        *(complaint for suite in made for complaint in _flags(suite)),
        *(complaint for case in cases.values() for complaint in _case(case, cases)),
    ]


def gaps(suites: Iterable[Suite]) -> list[str]:
    """Return what the suite as a whole leaves out: codes and statements without cases."""
    cases = [case for suite in suites for case in suite.cases]
    return [*_codes(cases), *_statements(cases)]


def _flags(suite: Suite) -> Iterator[str]:
    used = {flag for case in suite.cases for flag in case.flags}
    for flag in sorted(used - set(suite.notes)):
        yield f"{suite.namespace}: the flag `{flag}` is not explained in the notes"
    for flag in sorted(set(suite.notes) - used):
        yield f"{suite.namespace}: the flag `{flag}` is explained, and no case has it"


def _case(case: Case, cases: Mapping[str, Case]) -> Iterator[str]:
    if not case.description:
        yield f"{case.id}: there is no description"
    if not case.traces:
        yield f"{case.id}: no statement or clause is traced"
    if not case.expected:
        yield f"{case.id}: nothing is expected"
    for name in sorted(set(case.expected) - set(builtin_ids())):
        yield f"{case.id}: there is no policy `{name}`"
    for name, expected in case.expected.items():
        if (expected.decision == "accept") != (expected.primary is None):
            yield f"{case.id}: under `{name}` only an accept has no primary code"
        if expected.primary is not None and expected.primary not in expected.codes:
            yield f"{case.id}: under `{name}` the primary code is none of the codes"
        for code in sorted({*expected.codes, *(expected.warnings or ())} - set(codes())):
            yield f"{case.id}: under `{name}` there is no code `{code}`"
    yield from _neighbour(case, cases)


def _neighbour(case: Case, cases: Mapping[str, Case]) -> Iterator[str]:
    if case.neighbour is None:
        return
    other = cases.get(case.neighbour)
    if other is None:
        yield f"{case.id}: the neighbour `{case.neighbour}` does not exist"
    elif case.noted == other.noted and all(
        _same(case, other, name) for name in case.expected if name in other.expected
    ):
        yield f"{case.id}: the neighbour `{case.neighbour}` is answered alike under every policy"


def _same(case: Case, other: Case, name: str) -> bool:
    one, two = case.expected[name], other.expected[name]
    return (one.decision, set(one.codes), set(one.warnings or ())) == (
        two.decision,
        set(two.codes),
        set(two.warnings or ()),
    )


# -- every code has a case that yields it, beside one that does not


def codes_yielded(case: Case) -> frozenset[str]:
    """Return every code that the case expects somewhere."""
    said: set[str] = {code for noted in case.noted for code in noted.codes}
    for expected in case.expected.values():
        said.update(expected.codes, expected.warnings or ())
        for reasons in expected.details.get("reasons", {}).values():
            said.update(reasons)
    return frozenset(said)


def _codes(cases: list[Case]) -> Iterator[str]:
    yielded = {case.id: codes_yielded(case) for case in cases}
    exempt = exemptions()
    for code in codes():
        with_it = [case for case in cases if code in yielded[case.id]]
        if not with_it:
            if code not in exempt:
                yield f"the code `{code}` has no case that yields it"
            continue
        if code in exempt:
            yield f"the code `{code}` is exempt, and has a case: {with_it[0].id}"
        if not any(_beside(case, code, yielded) for case in with_it):
            yield f"the code `{code}` has no case whose neighbour lacks it"
    for code in sorted(set(exempt) - set(codes())):
        yield f"the code `{code}` is exempt, and is none of the catalogue"


def _beside(case: Case, code: str, yielded: Mapping[str, frozenset[str]]) -> bool:
    return case.neighbour is not None and code not in yielded[case.neighbour]


# -- every statement that a rule claims has a case that breaks it and one that keeps it


def _statements(cases: list[Case]) -> Iterator[str]:
    for policy in STATEMENTS:
        about = [case for case in cases if policy in case.expected]
        for trace, codes_of_rules in claimed(policy).items():
            tracing = [case for case in about if trace in case.traces]
            if not codes_of_rules:
                continue
            if not any(trace in broken(case) for case in tracing):
                yield f"the statement `{trace}` has no case that breaks it"
            if not any(_keeps(case, trace, policy) for case in tracing):
                yield f"the statement `{trace}` has no case that keeps it and is accepted"


def _keeps(case: Case, trace: str, policy: str) -> bool:
    return case.expected[policy].decision == "accept" and trace not in broken(case)
