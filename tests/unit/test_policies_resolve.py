"""What a policy inherits, and what it can never shed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import limits
from mtlspolicy.errors import PolicyError
from mtlspolicy.policies.resolve import resolve
from support.policies import SOURCE, document, rule

if TYPE_CHECKING:
    from collections.abc import Mapping

PROPOSAL = {"document": "draft-x-00", "state": "expired", "expires": "2025-12-18", "baseline": "b"}
BASE = document(
    rule("one", "both", "leaf", require=True),
    rule("two", "both", "leaf", require=True, mode="warn"),
    **{
        "id": "base",
        "title": "the base",
        "$schema": "s",
        "settings": {"a": {"default": 1}, "b": {"default": 2}},
        "terms": {"t": True},
        "obligations": [{"id": "o", "text": "base"}],
        "not_judged": [{"statement": "X-1", "reason": "base"}],
    },
)


def lookup(*documents: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON, or any of a table
    known: Mapping[str, Any] = {one["id"]: one for one in documents}
    return known.__getitem__


def test_a_policy_that_extends_nothing_is_itself_without_its_schema() -> None:
    assert {key: value for key, value in BASE.items() if key != "$schema"} == resolve(
        BASE,
        lookup(),
    )


def test_a_child_inherits_and_overrides() -> None:
    """A rule with the same id is replaced in its place, {id, mode} changes only the mode."""
    mine = rule("one", "client", "leaf", require=False)
    new = rule("new", "client", "leaf", require=True)
    child = document(
        mine,
        {"id": "two", "mode": "enforce"},
        new,
        extends="base",
        sources=[{**SOURCE, "version": "2"}, {**SOURCE, "id": "Y"}],
        settings={"b": {"default": 3}},
        terms={"u": False},
        obligations=[{"id": "p", "text": "child"}],
        not_judged=[{"statement": "X-1", "reason": "child"}],
    )
    resolved = resolve(child, lookup(BASE))

    assert [mine, {**BASE["rules"][1], "mode": "enforce"}, new] == resolved["rules"]
    assert [{**SOURCE, "version": "2"}, {**SOURCE, "id": "Y"}] == resolved["sources"]
    assert {"a": {"default": 1}, "b": {"default": 3}} == resolved["settings"]
    assert {"t": True, "u": False} == resolved["terms"]
    assert ["o", "p"] == [one["id"] for one in resolved["obligations"]]
    assert [{"statement": "X-1", "reason": "child"}] == resolved["not_judged"]
    assert ("my-policy", "a policy of a test") == (resolved["id"], resolved["title"])
    assert not {"extends", "$schema"} & set(resolved)


@pytest.mark.parametrize("extends", [None, "base"])
def test_a_mode_needs_its_rule(extends: str | None) -> None:
    """Also where a policy extends nothing: then no rule is there."""
    more = {} if extends is None else {"extends": extends}
    with pytest.raises(PolicyError, match="no rule `nix` whose mode") as caught:
        resolve(document({"id": "nix", "mode": "off"}, **more), lookup(BASE))

    assert "/rules/0/id" == caught.value.faults[0].pointer


def test_a_policy_that_extends_a_proposal_is_that_proposal() -> None:
    """However far down, and whatever it calls itself."""
    proposal = {**BASE, "status": "proposal", "proposal": PROPOSAL}
    middle = document(id="middle", extends="base", status="standard")
    other = {**PROPOSAL, "document": "harmless"}
    leaf = document(extends="middle", status="proposal", proposal=other)

    for child in (middle, leaf):
        resolved = resolve(child, lookup(proposal, middle))
        assert (PROPOSAL, "proposal") == (resolved["proposal"], resolved["status"])


@pytest.mark.parametrize("more", [{}, {"extends": "base"}])
def test_a_proposal_says_of_what(more: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match="says which document it implements"):
        resolve(document(status="proposal", **more), lookup(BASE))


@pytest.mark.parametrize("parents", [["my-policy"], ["a", "b", "a"], ["a", "my-policy"]])
def test_cycles_are_refused(parents: list[str]) -> None:
    line = [
        document(id=name, extends=parent)
        for name, parent in zip(["my-policy", *parents], [*parents, "base"], strict=True)
    ]
    with pytest.raises(PolicyError, match="extends itself by way of"):
        resolve(line[0], lookup(*reversed(line)))


def test_a_chain_has_a_bound() -> None:
    def line(length: int) -> list[dict[str, Any]]:
        names = [f"p{number}" for number in range(length)]
        ends = [{**BASE, "id": names[-1]}]
        return [document(id=a, extends=b) for a, b in pairwise(names)] + ends

    most = line(limits.MAX_EXTENDS_DEPTH)
    assert resolve(most[0], lookup(*most))
    more = line(limits.MAX_EXTENDS_DEPTH + 1)
    with pytest.raises(PolicyError, match="at most 7 others"):
        resolve(more[0], lookup(*more))
