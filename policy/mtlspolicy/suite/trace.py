"""Which statements a case tests, by the rules that claim them.

A case that yields the code of a rule breaks the statements that claim the rule; its
neighbour, which does not yield it, keeps them. So both are traced to the statement. This
module knows the catalogue of statements; it must not know any case.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from mtlspolicy import resources
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mtlspolicy.suite.model import Case

__all__ = ["STATEMENTS", "broken", "claimed", "traced"]

STATEMENTS: Final = {
    "cabf-strict": ("BR", "ca-b-forum-tls-br-2.2.6"),
    "draft-frank-s2s": ("FRANK", "draft-frank-mtls-via-serverauth-extension-00"),
}
"""Per policy the prefix of its statements in traces, and their file."""


@cache
def claimed(policy: str) -> Mapping[str, frozenset[str]]:
    """Return the codes of the rules that each statement claims, by the statement's trace."""
    prefix, name = STATEMENTS[policy]
    rules = json.loads(resources.read(f"catalogue/policies/{policy}.json"))["rules"]
    code = {rule["id"]: rule["code"] for rule in rules}
    entries = json.loads(resources.read(f"catalogue/statements/{name}.json"))
    return {
        f"{prefix}:{entry['id']}": frozenset(code[rule] for rule in entry.get("rules", ()))
        for entry in entries
    }


def broken(case: Case) -> frozenset[str]:
    """Return the statements that the case breaks, or does not follow."""
    found: set[str] = set()
    for policy in STATEMENTS:
        expected = case.expected.get(policy)
        if expected is not None:
            said = {*expected.codes, *(expected.warnings or ())}
            found |= {trace for trace, codes in claimed(policy).items() if codes & said}
    return frozenset(found)


def traced(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the cases of one file with the statements that they break or keep."""
    made = list(cases)
    tested: dict[str, set[str]] = defaultdict(set)
    for case in made:
        tested[case.id] |= broken(case)
        if case.neighbour is not None:
            tested[case.neighbour] |= broken(case)
    return tuple(_with(case, tested[case.id]) for case in made)


def _with(case: Case, statements: set[str]) -> Case:
    order = [trace for policy in STATEMENTS for trace in claimed(policy)]
    more = [trace for trace in order if trace in statements and trace not in case.traces]
    return replace(case, traces=(*case.traces, *more))
