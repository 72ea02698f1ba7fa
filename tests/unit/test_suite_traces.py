"""The suite by statement: listed ones in their order, cited ones after them."""

from __future__ import annotations

from typing import Any

from mtlspolicy.records import replace
from mtlspolicy.suite.shelf import shipped
from mtlspolicy.suite.statements import statements_of
from mtlspolicy.suite.traces import traces_of


def by_trace() -> dict[str, dict[str, Any]]:
    cases = [case for suite in shipped() for case in suite.cases]
    return {one["trace"]: one for one in traces_of(cases)}


def test_every_listed_statement_is_there_in_its_order() -> None:
    found = list(by_trace())
    names = [f"BR:{one['id']}" for one in statements_of("cabf-strict", ())]
    names += [f"FRANK:{one['id']}" for one in statements_of("draft-frank-s2s", ())]

    assert names == found[: len(names)]
    assert sorted(found[len(names) :]) == found[len(names) :]


def test_a_statement_has_the_cases_that_list_it_and_its_words() -> None:
    found = by_trace()
    cases = [case.id for suite in shipped() for case in suite.cases if "BR:S7" in case.traces]

    assert cases
    assert cases == found["BR:S7"]["vectors"]
    assert found["BR:S7"]["document"] == "ca-b-forum-tls-br-2.2.6"
    assert found["BR:S7"]["text"].endswith(".")


def test_a_clause_that_no_catalogue_has_is_listed_without_words() -> None:
    case = replace(shipped()[0].cases[0], traces=("RFC0000:1",))

    *_, last = traces_of([case])

    assert last["vectors"] == [case.id]
    assert (last["trace"], last["document"], last["text"]) == ("RFC0000:1", None, None)


def test_without_cases_the_statements_remain() -> None:
    found = traces_of([])

    assert found
    assert not any(one["vectors"] for one in found)
