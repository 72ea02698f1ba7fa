"""The comparison of policies against an SMT solver, on random policies.

The solver gets the values of every variable and the outcome of every rule as the engine's
own reading gives it on whole values; how the comparison groups values into classes, filters
domains, branches and stops is its own.
"""

# ruff: noqa: ANN401, S311 - JSON and formulas are Any; the dice are seeded

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from compare_support import BASE, policy, rule
from mtlspolicy.compare.model import GOOD, Model, Status, build_models
from mtlspolicy.compare.relation import compare_compiled
from mtlspolicy.compare.solver import AnyIn, Linked
from mtlspolicy.compare.witness import forge
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.features.subject import SIDES

if TYPE_CHECKING:
    from mtlspolicy import Policy

z3 = pytest.importorskip("z3", reason="the SMT solver is a development extra")
pytestmark = pytest.mark.oracle

CONDITIONS: list[Any] = [
    {"eku.includes": "serverAuth"},
    {"eku.includes": "clientAuth"},
    {"eku.permits": {"purpose": "clientAuth", "absent": "refuse"}},
    {"eku.present": True},
    {"key_usage.includes": "digitalSignature"},
    {"key_usage.present": True},
    {"basic_constraints.ca": True},
    {"extensions.repeats": True},
    {"version.is": 3},
    {"version.fits_extensions": True},
    {"validity.current": True},
    {"validity.days_at_most": 100},
    {"validity.issued": {"from": "2026-03-15T00:00:00Z"}},
    {"validity.issued": {"from": "2027-03-15T00:00:00Z"}},
    {"validity.evaluated": {"from": "2026-06-15T00:00:00Z"}},
]
PATHS: list[Any] = [
    {"path.valid": True},
    {"name.matches": True},
    {"issuers.known": True},
]
ISSUERS: list[Any] = [
    {"issuers.permit": {"purpose": "clientAuth"}},
    {"purpose.permitted": {"purpose": "serverAuth", "any_on_issuers": "refuse"}},
]
"""Their tables have thousands of rows: the solver gets them one at a time, see below."""
PAIRS: list[Any] = [
    {"pair.same_key": True},
    {"pair.same_certificate": True},
    {"relationship.is": "client-to-server"},
    {"client.eku.includes": "serverAuth"},
    {"server.key_usage.present": True},
]


def condition(dice: random.Random, some: list[Any]) -> Any:
    one, other = dice.choice(some), dice.choice(some)
    shapes: list[Any] = [
        one,
        {"not": one},
        {"any": [one, other]},
        {"all": [one, {"not": other}]},
        {"if": one, "then": other},
    ]
    return dice.choice(shapes)


def random_rule(dice: random.Random, number: int) -> dict[str, Any]:
    on = dice.choice(
        [
            "client.leaf",
            "server.leaf",
            "both.leaf",
            "both.path",
            "client.issuer",
            "server.anchor",
            "client.link",
            "pair",
        ]
    )
    some = PAIRS if on == "pair" else CONDITIONS + (PATHS if on.endswith(("leaf", "path")) else [])
    more: dict[str, Any] = {}
    if dice.random() < 0.4:
        more["when"] = condition(dice, some)
    if dice.random() < 0.2 and on != "pair":
        more["effective"] = [{"axis": "not_before", "from": "2026-03-15T00:00:00Z"}]
    if dice.random() < 0.2:
        more["if_missing"] = "not_applicable"
    return rule(f"r{number}", on, condition(dice, some), **more)


def random_pair(seed: int) -> tuple[Policy, Policy]:
    dice = random.Random(seed)
    base = BASE if dice.random() < 0.8 else []
    pool = [random_rule(dice, number) for number in range(4)]
    chosen = [[*base, *(one for one in pool if dice.random() < 0.6)] for _ in range(2)]
    return policy(chosen[0] or BASE, "one"), policy(chosen[1] or BASE, "two")


class Smt:
    """One model as formulas over one Boolean per value of a variable."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.solver = z3.SolverFor("QF_FD")
        self.values = []
        for number, variable in enumerate(model.space.variables):
            some = [z3.Bool(f"v{number}_{n}") for n in range(len(variable.values))]
            self.values.append(some)
            self.solver.add(z3.PbEq([(one, 1) for one in some], 1))
        self.classes: dict[tuple[int, int], Any] = {}
        self.solver.add(*map(self._structure, model.space.structure))

    def _in(self, variable: int, mask: int) -> Any:
        found = self.classes.get((variable, mask))
        if found is None:
            found = self.classes[variable, mask] = z3.Bool(f"c{variable}_{mask:x}")
            self.solver.add(
                found
                == z3.Or([one for n, one in enumerate(self.values[variable]) if mask >> n & 1])
            )
        return found

    def _structure(self, one: Any) -> Any:
        if isinstance(one, AnyIn):
            return z3.Or([self._in(v, mask) for v, mask in one.literals])
        if isinstance(one, Linked):
            return z3.And(
                [
                    z3.Implies(self.values[one.key][n], self._in(one.other, mask))
                    for n, mask in enumerate(one.masks)
                ]
            )
        return self._rows(one.table, one.rows)

    def _rows(self, table: Any, rows: Any) -> Any:
        return z3.Or(
            [
                z3.And(
                    [
                        self._in(v, masks[c])
                        for v, masks, c in zip(table.scope, table.classes, row, strict=True)
                    ]
                )
                for row in rows
            ]
        )

    def comes_to(self, check: Any, *wanted: Status) -> Any:
        return self._rows(
            check.body.table, [row for row, status in check.body.rows.items() if status in wanted]
        )

    def accepts(self, which: int) -> Any:
        checks = self.model.checks[which]
        kept = [self.comes_to(check, *GOOD) for check in checks]
        enforced = [
            z3.Or([self.comes_to(c, Status.PASS) for c in checks if c.side == side])
            for side in SIDES
        ]
        return z3.And([*kept, *enforced])

    def possible(self, *formulas: Any) -> bool:
        wish = z3.FreshBool("wish")
        self.solver.add(z3.Implies(wish, z3.And(*formulas)))
        answer = self.solver.check(wish)
        assert answer != z3.unknown
        return bool(answer == z3.sat)


def relation_by_smt(models: list[Model]) -> str:
    smts = [Smt(model) for model in models]
    stricter = any(smt.possible(z3.Not(smt.accepts(0)), smt.accepts(1)) for smt in smts)
    permissive = any(smt.possible(smt.accepts(0), z3.Not(smt.accepts(1))) for smt in smts)
    names = {
        (False, False): "equivalent",
        (True, False): "stricter",
        (False, True): "more-permissive",
    }
    return names.get((stricter, permissive), "incomparable")


def causes_by_smt(models: list[Model], refusing: int) -> set[tuple[str, str]]:
    """Every rule that breaks in some state that the other policy accepts."""
    found = set()
    for model in models:
        smt = Smt(model)
        accepted = smt.accepts(1 - refusing)
        for check in model.checks[refusing]:
            for bad in (Status.FAIL, Status.UNKNOWN):
                if smt.possible(accepted, smt.comes_to(check, bad)):
                    found.add((check.rule.rule.id, bad.value))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_the_relation_and_its_causes_are_those_of_an_smt_solver(seed: int) -> None:
    one, two = random_pair(seed)
    compiled = compile_policy(one, {}), compile_policy(two, {})
    found = compare_compiled(*compiled)
    models = build_models(compiled)
    assert relation_by_smt(models) == found.relation
    for refusing in (0, 1):
        causes = causes_by_smt(models, refusing)
        shown = {one for d in found.differences if d.refusing == refusing for one in d.rules}
        assert {rule for rule, _ in causes} == {
            rule for rule, _ in shown if not rule.startswith("engine.")
        }


@pytest.mark.parametrize("seed", range(40))
def test_every_witness_is_judged_as_predicted(seed: int) -> None:
    one, two = random_pair(seed)
    found = compare_compiled(compile_policy(one, {}), compile_policy(two, {}))
    for difference in (*found.differences, *found.apart):
        forge(difference.state, (one, two), ({}, {}))


@pytest.mark.parametrize("question", ISSUERS)
def test_what_issuers_permit_is_compared_as_the_smt_solver_does(question: Any) -> None:
    one, two = policy(BASE, "one"), policy([*BASE, rule("issuers", "client.leaf", question)], "two")
    compiled = compile_policy(one, {}), compile_policy(two, {})
    found = compare_compiled(*compiled)
    assert relation_by_smt(build_models(compiled)) == found.relation == "more-permissive"
    for difference in (*found.differences, *found.apart):
        forge(difference.state, (one, two), ({}, {}))
