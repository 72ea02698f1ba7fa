"""A policy that is named after a stack does what that stack does.

Two comparisons. Of forged chains that vary everything the stacks look at, each stack is asked
now; of the suite, its answers are on record, and another test holds the record to the stacks.
What differs stands with its reason in stack-exceptions.json, and nothing may stand there that
does not differ.
"""

from __future__ import annotations

import base64
import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from mtlspolicy import Pair, evaluate, load_policy
from mtlspolicy.evidence.document import read_context
from mtlspolicy.suite.answers import ROLES, SKIPPED
from mtlspolicy.suite.matrix import RECORD, read_record
from mtlspolicy.suite.model import Case, Suite, write_suite
from mtlspolicy.suite.stacks import OUT_OF_SCOPE, STACKS, policy_verdicts
from mtlspolicy_cli.harness import ask, chosen
from suite_support import cases
from support.stack_pool import AT, Chain, chains, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.suite.matrix import Matrix

ROOT: Final = Path(__file__).parents[2]
EXCEPTIONS: Final = Path(__file__).with_name("stack-exceptions.json")
SECONDS: Final = 240.0
CHAINS: Final = 240
PAIRS: Final = 1000
UNSTEADY: Final = {
    "anchors::no-authority-beside-the-root@java:client": "Java keeps its anchors in a set without "
    "order, and tries the first of two that have one name",
}
"""What a stack answers now so, now otherwise, with the reason: it is not compared."""


# -- forged pairs, asked now


@cache
def pool() -> tuple[Chain, ...]:
    return tuple(chains(CHAINS))


def evidence(client: Chain, server: Chain) -> dict[str, Any]:
    document: dict[str, Any] = {"schema_version": 1, "at": AT}
    for side, chain in (("client", client), ("server", server)):
        anchor = base64.b64encode(chain.anchor).decode("ascii")
        document[side] = {"anchors": [{"certificate": anchor}]}
    return document


@cache
def questions() -> bytes:
    cases = tuple(
        Case(
            id=f"pool::{number}",
            description=chain.words(),
            client=chain.presented,
            server=chain.presented,
            evidence=evidence(chain, chain),
            expected={},
        )
        for number, chain in enumerate(pool())
    )
    suite = Suite(namespace="pool", title="forged chains", notes={}, cases=cases)
    return write_suite(suite).encode("utf-8")


def live(stack: str) -> Mapping[tuple[int, str], bool]:
    """Return whether the stack takes each chain in each role."""
    (harness,) = chosen([stack], [])
    found = ask(harness, questions(), SECONDS)
    if found.absent and not os.environ.get("CI"):
        pytest.skip(found.absent)
    assert "" == found.absent
    assert SKIPPED not in {said.actual for said in found.given.values()}
    return {
        (int(name.removeprefix("pool::")), role): said.actual == "accept"
        for (name, role), said in found.given.items()
    }


@pytest.mark.oracle
@pytest.mark.parametrize("stack", STACKS)
def test_forged_pairs_are_judged_as_the_stack_judges_them(stack: str) -> None:
    policy = load_policy(STACKS[stack].policy)
    taken = live(stack)
    differing = []
    for one, other in pairs(PAIRS, CHAINS):
        client, server = pool()[one], pool()[other]
        context = read_context(evidence(client, server))
        decision = evaluate(Pair(client=client.presented, server=server.presented), policy, context)
        if bool(decision) != (taken[one, "client"] and taken[other, "server"]):
            differing.append((client.words(), server.words(), decision.decision, decision.primary))

    assert [] == differing
    for role in ROLES:  # where nothing is refused, or nothing accepted, nothing is shown
        answers = [taken[number, role] for number in range(CHAINS)]
        assert min(answers.count(True), answers.count(False)) >= CHAINS // 8


# -- the suite, as recorded


@cache
def recorded() -> Matrix:
    return read_record((ROOT / "vectors" / RECORD).read_bytes()).current(cases())


def differences(stack: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where the policy and the record differ on what is strict DER."""
    (column,) = recorded().of([stack]).columns
    for case in cases():
        for role, expected in policy_verdicts(case, STACKS[stack].policy).items():
            said = column.given.get((case.id, role))
            if said is None or SKIPPED == said.actual or OUT_OF_SCOPE == expected:
                continue
            if said.actual != expected:
                found = {"expected": expected, "actual": said.actual}
                yield f"{case.id}@{stack}:{role}", found


@pytest.mark.parametrize("stack", STACKS)
def test_the_suite_is_judged_as_recorded_but_for_the_exceptions(stack: str) -> None:
    known = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    excepted = {
        name: {part: entry[part] for part in ("expected", "actual")}
        for name, entry in known.items()
        if name.partition("@")[2].partition(":")[0] == stack
    }

    found = {name: what for name, what in differences(stack) if name not in UNSTEADY}
    assert found == excepted


def test_every_exception_has_its_reason() -> None:
    known = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))

    assert [] == [name for name, entry in known.items() if len(entry["reason"].split()) < 5]
    assert set(STACKS) >= {name.partition("@")[2].partition(":")[0] for name in known}


def test_the_record_knows_every_case() -> None:
    assert {case.id for case in cases()} == set(recorded().digests)
