"""The parts of the comparison by themselves: formulas, the solver, chains, states made real."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

import pytest

from compare_support import BASE, on, policy
from mtlspolicy.compare import compare, moments, solver, witness
from mtlspolicy.compare.chain import Chain, Known, shapes
from mtlspolicy.compare.check import Status
from mtlspolicy.compare.formula import (
    FALSE,
    TRUE,
    Every,
    Lit,
    Some,
    Want,
    every,
    holds,
    reading,
    some,
)
from mtlspolicy.compare.model import Verdict, models
from mtlspolicy.compare.moments import ALWAYS, Spans
from mtlspolicy.compare.relation import State
from mtlspolicy.compare.solver import Budget, Problem, Solution
from mtlspolicy.compare.variables import Key
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.features.base import Call
from mtlspolicy.features.constraints import current
from mtlspolicy.features.forged_identity import carried_name
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import SIDES
from mtlspolicy.features.validity import Value
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.language.tree import Iff, Question, SideIs

if TYPE_CHECKING:
    from mtlspolicy import Policy
    from mtlspolicy.compare.formula import Formula

SIZES = (3, 2, 4, 3)


def test_true_and_false_are_told_apart() -> None:
    """Both are tuples without parts, and no set may take one for the other."""
    assert 2 == len({TRUE, FALSE})
    assert FALSE == every((Lit(0, 1), Lit(0, 2)))
    assert TRUE == some((Lit(0, 1), TRUE))
    assert Lit(0, 3) == some((Lit(0, 1), Lit(0, 2), FALSE))


def is_so(truth: bool | None, want: Want) -> bool:  # noqa: FBT001 - a value of three
    """Say whether an answer is as wanted."""
    return {
        Want.TRUE: truth is True,
        Want.FALSE: truth is False,
        Want.NOT_TRUE: truth is not True,
        Want.NOT_FALSE: truth is not False,
    }[want]


@pytest.mark.parametrize(("left", "right"), [*product((True, False, None), repeat=2)])
def test_an_equivalence_is_read_as_kleene_has_it(left: bool | None, right: bool | None) -> None:  # noqa: FBT001 - values of three
    truth = None if None in (left, right) else left == right
    tree = Iff(
        *[Question(Call(*ATOMS[name], ()), "self") for name in ("eku.present", "ski.present")]
    )

    def answer(asked: Question, want: Want) -> Formula:
        told = left if asked.call.atom.name == "eku.present" else right
        return TRUE if is_so(told, want) else FALSE

    for want in Want:
        assert is_so(truth, want) == holds(reading(tree, want, answer), [])


def test_a_tree_with_a_side_in_it_has_no_reading() -> None:
    with pytest.raises(TypeError, match="unbound"):
        reading(SideIs("client"), Want.TRUE, lambda *_: TRUE)


def random_formula(dice: random.Random, depth: int) -> Formula:
    if depth == 0 or dice.random() < 0.2:
        variable = dice.randrange(len(SIZES))
        return Lit(variable, dice.randrange(1, 1 << SIZES[variable]))
    parts = [random_formula(dice, depth - 1) for _ in range(dice.randint(1, 4))]
    return dice.choice((every, some))(parts)


def random_span(dice: random.Random) -> tuple[int, int]:
    first, last = sorted(dice.sample(range(20), 2))
    return first, last


def cost(values: tuple[int, ...], problem: Problem) -> int:
    return problem.least(list(values))


@pytest.mark.parametrize("patience", [10_000, 3, 0])
def test_the_solver_finds_what_enumeration_finds(
    monkeypatch: pytest.MonkeyPatch, patience: int
) -> None:
    """A solution where there is one, none else; the cheapest where there is time to look."""
    monkeypatch.setattr(solver, "_MOST_PATIENT", patience)
    for seed in range(150):
        dice = random.Random(seed)  # noqa: S311 - seeded dice
        spans = {
            variable: Spans([random_span(dice) for _ in range(size)])
            for variable, size in enumerate(SIZES[:3])
        }
        problem = Problem(
            [(1 << size) - 1 for size in SIZES],
            [1] * len(SIZES),
            [3] * len(SIZES),
            [10] * len(SIZES),
            spans,
            10,
        )
        formulas = [random_formula(dice, 3) for _ in range(4)]
        problem.require(formulas[:1])
        found = problem.extended(formulas[1:]).solve(Budget())

        possible = [
            values
            for values in product(*([1 << n for n in range(size)] for size in SIZES))
            if all(holds(formula, values) for formula in formulas)
            and max(s.first(values[v]) for v, s in spans.items())
            <= min(s.last(values[v]) for v, s in spans.items())
        ]
        assert (found is None) == (not possible)
        if found is not None:
            assert found.values in possible
            assert found.cost == cost(found.values, problem)
            if patience > 3:
                assert found.cost == min(cost(values, problem) for values in possible)


def test_parts_of_parts_are_parts() -> None:
    """Formulas that nobody has flattened, and what cannot hold in the midst of them."""
    one, other, never = Lit(0, 2), Lit(1, 2), every((Lit(2, 1), Lit(2, 2)))
    nested = Every((Every((one, Every((other,)))), Some((FALSE, Some((Lit(2, 4), never))))))
    spans = {0: Spans([ALWAYS, ALWAYS])}
    problem = Problem([3, 3, 7], [1] * 3, [1] * 3, [10] * 3, spans, 0)

    found = problem.extended([nested]).solve(Budget())
    assert found is not None
    assert (2, 2, 4) == found.values
    assert problem.extended([Every((one, Every((never,))))]).solve(Budget()) is None


def test_what_is_known_of_spans_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "_MOST_KNOWN", 1)
    spans = Spans([(0, 10), (20, 30)])

    assert [0, 20, 0] == [spans.first(mask) for mask in (1, 2, 3)]
    assert [10, 30, 30] == [spans.last(mask) for mask in (1, 2, 3)]
    assert 1 == len(spans._known)


def test_every_shape_of_a_chain_has_words_of_its_own() -> None:
    listed = shapes(2)

    assert len(listed) == len({str(one) for one in listed})
    assert "the leaf is itself the anchor" == str(Chain(Known.PINNED, 0))


def with_critical(where: str) -> Policy:
    return policy([*BASE, on("more", where, {"ski.critical": True})], "two")


@pytest.mark.parametrize(
    ("shape", "presented", "decisions"),
    [
        (Chain(Known.ANCHORED, 2), 3, ("accept", "reject")),
        (Chain(Known.PINNED, 0), 2, ("accept", "accept")),
        (Chain(Known.CLOSED, 1), 2, ("accept", "reject")),
    ],
)
def test_two_issuers_are_made_as_one_is(
    shape: Chain, presented: int, decisions: tuple[str, str]
) -> None:
    """No witness needs two issuers where one will do; a state with two is made all the same."""
    one, two = (
        policy(BASE, "one"),
        policy([*BASE, on("more", "client.issuer", {"ski.critical": True})], "two"),
    )
    (found,) = compare(one, two, witnesses=False).classes
    model = found.state.model
    variables, values = model.space.variables, list(found.state.solution.values)
    for side in SIDES:
        chain = model.space[Key(side, "", "chain")]
        place = chain.values.index(shape)
        values[variables.index(chain)] = 1 << place
    solution = Solution(tuple(values), 0, found.state.solution.at)
    verdicts = model.policies[0].verdict(values), model.policies[1].verdict(values)
    made = witness.forge(State(model, solution, verdicts), (one, two), ({}, {}))

    assert decisions == made.decisions
    assert presented >= len(made.client)
    assert isinstance(verdicts[0], Verdict)


def test_a_name_that_no_forged_leaf_carries_is_left_to_its_feature() -> None:
    leaf = ordinary_pair().client.leaf

    assert "client.example.com" == carried_name(leaf, "cn")
    assert (None, None) == (carried_name(leaf, "ip"), carried_name(leaf, "dn"))


def test_what_a_period_shows_of_the_time() -> None:
    assert [True, False] == [current(Value(1, 3, at)) for at in (2, 4)]
    assert (0, ALWAYS[1]) == ALWAYS


def test_certificates_that_are_missing_fail_nothing() -> None:
    one = policy([*BASE, on("more", "client.issuer", {"ski.present": True})], "one")
    (model,) = models([compile_policy(one, {})])
    rule = next(rule for rule in model.policies[0].rules if rule.rule.rule.id == "more")

    assert [TRUE] == rule.everywhere(Status.NOT_FAIL)[-1:]
    assert FALSE == rule.checks[-1].comes_to(Status.FAIL)
    assert FALSE not in rule.everywhere(Status.UNKNOWN)
