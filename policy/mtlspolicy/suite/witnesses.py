"""Witnesses of a comparison as cases: ready to be run, kept, or put to another implementation.

What a case expects is what this engine says of the witness under both policies; it is a
record of a difference, not an authored expectation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.loader import builtin_ids
from mtlspolicy.patterns import pattern
from mtlspolicy.suite.model import Case, Expectation, Suite
from mtlspolicy.suite.snapshot import codes_behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.compare import Comparison, DifferenceClass, Party

__all__ = ["NAMESPACE", "case_names", "witness_suite"]

NAMESPACE: Final = "comparison"
_STRANGE: Final = pattern(r"[^a-z0-9]+")


def case_names(comparison: Comparison) -> list[tuple[str, DifferenceClass]]:
    """Return the name of each class, those apart last, such as ``01-chrome-leaf``."""
    found = []
    for number, one in enumerate((*comparison.classes, *comparison.apart), 1):
        word = _STRANGE.sub("-", one.rules[0].id.lower()).strip("-") or "rule"
        found.append((f"{number:02}-{word}", one))
    return found


def witness_suite(comparison: Comparison) -> Suite:
    """Return the witnesses as a suite; policies that are not built in are left out of it.

    A case whose policies are one under two settings stands there twice, as ``-a`` and ``-b``.
    """
    a, b = comparison.parties
    cases = [
        case
        for name, one in case_names(comparison)
        for case in _cases(name, one, comparison.parties)
    ]
    title = f"What {a.policy.id} and {b.policy.id} answer differently"
    return Suite(namespace=NAMESPACE, title=title, notes={}, cases=tuple(cases))


def _cases(name: str, one: DifferenceClass, parties: tuple[Party, Party]) -> Iterator[Case]:
    if one.witness is None:
        return
    expected = [(party, _expected(one, party)) for party in parties]
    known = [
        (party.policy.id, said) for party, said in expected if party.policy.id in builtin_ids()
    ]
    if parties[0].policy.id != parties[1].policy.id:
        yield _case(name, one, dict(known))
        return
    for suffix, (policy, said) in zip("ab", known, strict=False):
        yield _case(f"{name}-{suffix}", one, {policy: said})


def _case(name: str, one: DifferenceClass, expected: dict[str, Expectation]) -> Case:
    assert one.witness is not None  # noqa: S101 - asked before
    rules = ", ".join(dict.fromkeys(rule.id for rule in one.rules))
    words = "; ".join(one.words) or "an ordinary pair"
    return Case(
        id=f"{NAMESPACE}::{name}",
        description=f"{rules}: {words}",
        client=one.witness.client,
        server=one.witness.server,
        evidence=one.witness.evidence,
        expected=expected,
    )


def _expected(one: DifferenceClass, party: Party) -> Expectation:
    """What the engine says of a witness under one policy."""
    witness = one.witness
    assert witness is not None  # noqa: S101 - asked before
    context = read_context(dict(witness.evidence)).with_settings(dict(party.settings))
    pair = Pair(client=list(witness.client), server=list(witness.server))
    decision = evaluate(pair, party.policy, context)
    proposal = party.policy.proposal
    settings: dict[str, Any] = dict(party.settings)
    return Expectation(
        decision=decision.decision,
        codes=tuple(codes_behind(decision)),
        primary=decision.primary,
        settings=settings,
        enable_proposal=None if proposal is None else proposal.document,
    )
