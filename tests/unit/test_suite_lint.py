"""What has to hold of the suite as a whole, each rule broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mtlspolicy.loader import codes
from mtlspolicy.suite import lint as linter
from mtlspolicy.suite import trace
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.lint import codes_yielded, exemptions, gaps, lint
from mtlspolicy.suite.model import Case, Expectation, Flag, Noted, Suite

LEGACY = "legacy-dual-use"


def case(name: str = "a", **more: Any) -> Case:  # noqa: ANN401 - a case's parts
    """Return a case to which nothing can be said."""
    space = Namespace("one", "one thing", {})
    space.add(name, "a case", lambda _: None, flags=("odd",), traces=("RFC5280:4.1",))
    (made,) = space.suite().cases
    return replace(made, expected={LEGACY: accept()}, **more)


def suite(*cases: Case, **notes: str) -> Suite:
    flags = {name: Flag(text=text, bug="x") for name, text in (notes or {"odd": "odd"}).items()}
    return Suite(namespace="one", title="one", notes=flags, cases=cases)


def complaints(*cases: Case) -> list[str]:
    return lint([suite(*cases)])


def test_a_good_case_is_good() -> None:
    assert [] == complaints(case())


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (case(description=""), "one::a: there is no description"),
        (case(traces=()), "one::a: no statement or clause is traced"),
        (replace(case(), expected={}), "one::a: nothing is expected"),
        (replace(case(), expected={"x": accept()}), "one::a: there is no policy `x`"),
        (
            replace(case(), expected={LEGACY: replace(accept(), primary="eku.empty")}),
            "one::a: under `legacy-dual-use` only an accept has no primary code",
        ),
        (
            replace(
                case(), expected={LEGACY: Expectation(decision="reject", codes=("eku.empty",))}
            ),
            "one::a: under `legacy-dual-use` only an accept has no primary code",
        ),
        (
            replace(
                case(), expected={LEGACY: replace(reject("eku.empty"), primary="eku.critical")}
            ),
            "one::a: under `legacy-dual-use` the primary code is none of the codes",
        ),
        (
            replace(case(), expected={LEGACY: indeterminate("no.such", warnings=("nor.such",))}),
            "one::a: under `legacy-dual-use` there is no code `no.such`",
        ),
        (case(neighbour="one::b"), "one::a: the neighbour `one::b` does not exist"),
    ],
)
def test_each_rule_can_be_broken(made: Case, complaint: str) -> None:
    assert complaint in complaints(made)


def test_a_flag_is_explained_and_used() -> None:
    assert [
        "one: the flag `odd` is not explained in the notes",
        "one: the flag `even` is explained, and no case has it",
    ] == lint([suite(case(), even="even")])


def test_a_neighbour_is_answered_otherwise() -> None:
    one = case(neighbour="one::b")
    rejected = replace(case("b"), expected={LEGACY: reject("eku.empty")})
    noticed = case("b", noted=(Noted(side="client", index=0, codes=("eku.critical",)),))

    assert ["one::a: the neighbour `one::b` is answered alike under every policy"] == complaints(
        one, case("b")
    )
    assert [] == complaints(one, rejected)
    assert [] == complaints(one, noticed)


# -- codes


def yielding(*said: str, **more: Any) -> Case:  # noqa: ANN401 - a case's parts
    return replace(case(**more), expected={LEGACY: reject(*said)})


def test_every_way_of_yielding_a_code_counts() -> None:
    noted = (Noted(side="client", index=0, codes=("asn1.truncated",)),)
    expected = reject("eku.empty", warnings=("eku.critical",), reasons={"client": ["path.expired"]})
    made = replace(case(noted=noted), expected={LEGACY: expected})

    assert {"asn1.truncated", "eku.empty", "eku.critical", "path.expired"} == codes_yielded(made)


@pytest.fixture
def two_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of two codes, of which the second is exempt."""
    monkeypatch.setattr(linter, "codes", lambda: dict.fromkeys(("a.b", "c.d")))
    monkeypatch.setattr(linter, "exemptions", lambda: {"c.d": "nobody can"})
    monkeypatch.setattr(linter, "STATEMENTS", ())


@pytest.mark.usefixtures("two_codes")
def test_a_code_wants_a_case_and_a_neighbour() -> None:
    plain = case("b")
    beside = yielding("a.b", neighbour="one::b")

    assert ["the code `a.b` has no case that yields it"] == gaps([suite(plain)])
    assert ["the code `a.b` has no case whose neighbour lacks it"] == gaps([suite(yielding("a.b"))])
    assert [] == gaps([suite(beside, plain)])


@pytest.mark.usefixtures("two_codes")
def test_an_exemption_ends_with_the_first_case() -> None:
    both = yielding("a.b", "c.d", neighbour="one::b")

    assert ["the code `c.d` is exempt, and has a case: one::a"] == gaps([suite(both, case("b"))])


def test_an_exemption_is_of_a_code_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linter, "codes", dict)
    monkeypatch.setattr(linter, "STATEMENTS", ())
    monkeypatch.setattr(linter, "exemptions", lambda: {"c.d": "nobody can"})

    assert ["the code `c.d` is exempt, and is none of the catalogue"] == gaps([suite()])


def test_exemptions_have_a_reason() -> None:
    assert set(exemptions()) <= set(codes())
    assert all(exemptions().values())


# -- statements


@pytest.fixture
def one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of one statement that a rule claims, and one that none does."""
    monkeypatch.setattr(linter, "codes", dict)
    monkeypatch.setattr(linter, "exemptions", dict)
    monkeypatch.setattr(trace, "STATEMENTS", {LEGACY: ("X", "")})
    monkeypatch.setattr(linter, "STATEMENTS", {LEGACY: ("X", "")})
    known = {"X:1": frozenset({"eku.empty"}), "X:2": frozenset()}
    monkeypatch.setattr(trace, "claimed", lambda _: known)
    monkeypatch.setattr(linter, "claimed", lambda _: known)


@pytest.mark.usefixtures("one_statement")
def test_a_statement_wants_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    breaks, keeps = yielding("eku.empty", neighbour="one::b"), case("b")
    elsewhere = replace(case("c"), expected={"cabf-strict": accept()})

    assert [
        "the statement `X:1` has no case that breaks it",
        "the statement `X:1` has no case that keeps it and is accepted",
    ] == gaps([suite(keeps, elsewhere)])
    made = trace.traced([breaks, keeps, elsewhere])
    assert [("RFC5280:4.1", "X:1"), ("RFC5280:4.1", "X:1"), ("RFC5280:4.1",)] == [
        one.traces for one in made
    ]
    assert [] == gaps([suite(*made)])


@pytest.mark.usefixtures("one_statement")
def test_a_statement_is_traced_once() -> None:
    (made,) = trace.traced([yielding("eku.empty", traces=("X:1",))])

    assert ("X:1",) == made.traces


def test_every_statement_of_a_policy_has_its_codes() -> None:
    claimed = trace.claimed("cabf-strict")

    assert {"eku.server_auth_missing"} == claimed["BR:S8"]
    assert set() == claimed["BR:br-life-825"]
