"""The record of what TLS stacks answer, and the comparison that is read from it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy.errors import SuiteError
from mtlspolicy.suite.answers import ROLES, SKIPPED, Answer, Answers
from mtlspolicy.suite.authoring import CaseDraft, Namespace
from mtlspolicy.suite.disagreement import matrix_document, matrix_text, rows
from mtlspolicy.suite.matrix import (
    Column,
    Matrix,
    column,
    digest,
    joined,
    read_record,
    write_record,
)
from mtlspolicy.suite.stacks import OUT_OF_SCOPE, STACKS, policy_of, policy_verdicts
from schema_support import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.suite.model import Case

ACCEPT = Answer("accept", "")
REFUSED = Answer("reject", "it is not for this")


def cases(*names: str) -> list[Case]:
    space = Namespace("one", "one thing", {})
    for name in names or ("case",):
        space.add(name, "a case", lambda _: None)
    return list(space.suite().cases)


def stack(name: str, client: Answer, server: Answer, *ids: str, version: str = "1.0") -> Column:
    given = {
        (case_id, role): said
        for case_id in ids or ("one::case",)
        for role, said in zip(ROLES, (client, server), strict=True)
    }
    return column(Answers(name, version, given, call=f"{name}.verify"), "2026-11-22")


def matrix(*columns: Column, of: list[Case] | None = None) -> Matrix:
    return Matrix(columns, {case.id: digest(case) for case in of or cases()})


# -- the record


def test_a_record_is_read_as_it_was_written() -> None:
    written = matrix(stack("go", ACCEPT, REFUSED), stack("nss", REFUSED, REFUSED))
    text = write_record(written)

    assert written == read_record(text)
    assert text == write_record(read_record(text))
    assert [] == faults("matrix-record", json.loads(text))


def test_an_answer_holds_for_the_bytes_that_were_asked_about() -> None:
    asked = matrix(stack("go", ACCEPT, ACCEPT))
    (case,) = cases()
    later = replace(case, evidence={**case.evidence, "at": "2027-01-01T00:00:00Z"})
    anchored = replace(case, evidence={**case.evidence, "client": {}})

    assert asked == asked.current([case])
    for other in (later, anchored, replace(case, client=case.server)):
        assert {} == asked.current([other]).digests
        assert {} == asked.current([other]).columns[0].given


def test_what_a_stack_does_not_see_changes_nothing() -> None:
    (case,) = cases()

    assert digest(case) == digest(replace(case, description="another text", expected={}))


def test_a_stack_asked_anew_replaces_its_column_alone() -> None:
    both = cases("old", "new")
    before = matrix(
        stack("go", ACCEPT, ACCEPT, "one::old"),
        stack("nss", REFUSED, REFUSED, "one::old"),
        of=both[:1],
    )
    fresh = stack("go", REFUSED, REFUSED, "one::old", "one::new", version="2.0")

    after = joined(before, [fresh], both)
    assert [("go", "2.0", 4), ("nss", "1.0", 2)] == [
        (one.name, one.version, len(one.given)) for one in after.columns
    ]
    assert after == read_record(write_record(after))
    assert ["go"] == [one.name for one in after.of(["go"]).columns]
    assert after == after.of([])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 2}, "/schema_version"),
        ({"stacks": [{"name": "go"}]}, "/stacks/0"),
        ({"stacks": "STACK STACK"}, "the stack `go` stands twice"),
        ({"said": [["perhaps", ""]]}, "/stacks/0/said/0"),
        ({"said": [["accept"]]}, "/stacks/0/said/0"),
        ({"answers": {"nss": [0, 0]}}, "there is no stack `nss`"),
        ({"answers": {"go": [0]}}, "the number of an answer for each role"),
        ({"answers": {"go": [0, 9]}}, "the number of an answer for each role"),
        ({"digest": "short"}, "/digest"),
    ],
)
def test_what_is_no_record_is_refused(change: dict[str, Any], message: str) -> None:
    document = json.loads(write_record(matrix(stack("go", ACCEPT, ACCEPT))))
    (name, value), *_ = change.items()
    if value == "STACK STACK":
        document["stacks"] *= 2
    elif name in {"answers", "digest"}:
        document["cases"]["one::case"][name] = value
    elif name == "said":
        document["stacks"][0][name] = value
    else:
        document[name] = value

    with pytest.raises(SuiteError, match=message):
        read_record(json.dumps(document))


# -- the comparison


def judged(answer: str) -> Any:  # noqa: ANN401 - a function of case and policy
    def judge(_: Case, __: str) -> Mapping[str, str]:
        return dict.fromkeys(ROLES, answer)

    return judge


def test_disagreements_come_first() -> None:
    both = cases("alike", "apart")
    asked = Matrix(
        (
            Column("own", "1", "", "2026-11-22", dict.fromkeys(_keys(both), ACCEPT)),
            Column(
                "other",
                "1",
                "",
                "2026-11-22",
                dict.fromkeys(_keys(both), ACCEPT) | {("one::apart", "server"): REFUSED},
            ),
        ),
        {case.id: digest(case) for case in both},
    )
    seen: list[int] = []
    found = rows(asked, both, judge=judged("accept"), progress=seen.append)

    document = matrix_document(asked, found)
    assert [] == faults("matrix", document)
    assert ("one::apart", "server", True) == tuple(
        document["rows"][0][key] for key in ("id", "role", "differs")
    )
    assert {"alike": 3, "differ": 1, "questions": 4, "unanswered": 0, "against_policy": 0} == (
        document["counts"]
    )
    assert [1, 2] == seen
    text = matrix_text(asked, found)
    assert "one::apart as server\n    accept  own\n    reject  other: it is not for this\n" in text
    assert "one::alike" not in text


def _keys(of: list[Case]) -> list[tuple[str, str]]:
    return [(case.id, role) for case in of for role in ROLES]


@pytest.mark.parametrize(
    ("answer", "policy", "against"),
    [
        (ACCEPT, "accept", False),
        (ACCEPT, "reject", True),
        (REFUSED, "accept", True),
        (ACCEPT, "indeterminate", True),
        (ACCEPT, OUT_OF_SCOPE, False),
        (Answer(SKIPPED, "why"), "reject", False),
    ],
)
def test_a_stack_is_compared_with_its_policy(answer: Answer, policy: str, against: bool) -> None:  # noqa: FBT001 - a column
    asked = matrix(stack("openssl", answer, answer))
    found = rows(asked, cases(), judge=judged(policy))
    told = matrix_text(asked, found)

    assert [("openssl",) if against else ()] * 2 == [row.contradicted for row in found]
    assert against == (f"its policy: {policy}" in told)
    assert against == (["openssl"] == matrix_document(asked, found)["rows"][0]["against_policy"])


def test_a_case_that_nobody_was_asked_about_has_no_rows() -> None:
    asked = matrix(stack("go", ACCEPT, ACCEPT), of=cases("other"))

    assert [] == rows(asked, cases("other"), judge=judged("accept"))
    assert "0 questions" in matrix_text(Matrix((), {}), [])


# -- the policy of a stack, role by role


def test_a_stack_that_nobody_knows_has_no_policy() -> None:
    assert policy_of("my-own") is None
    assert {"stack-openssl"} == {policy_of("openssl"), policy_of("pyopenssl")}
    assert all(policy_of(name) == one.policy for name, one in STACKS.items())


def verdicts(change: Any, policy: str = "stack-openssl") -> Mapping[str, str]:  # noqa: ANN401
    space = Namespace("one", "one thing", {})
    space.add("case", "a case", change)
    (case,) = space.suite().cases
    return policy_verdicts(case, policy)


def _no_client_auth(draft: CaseDraft) -> None:
    draft.client.leaf.set_purposes("emailProtection")


def _no_der(draft: CaseDraft) -> None:
    draft.client.leaf.tbs_edits.append(lambda tbs: tbs.edit("serial", lambda n: n.long_length()))


def _no_anchors(draft: CaseDraft) -> None:
    draft.evidence.setdefault("client", {})["anchors"] = "no anchors"


@pytest.mark.parametrize(
    ("change", "client"),
    [
        (lambda _: None, "accept"),
        (_no_client_auth, "reject"),
        (_no_der, OUT_OF_SCOPE),
        (_no_anchors, "indeterminate"),
    ],
)
def test_a_policy_is_asked_role_by_role(change: Any, client: str) -> None:  # noqa: ANN401
    assert {"client": client, "server": "accept"} == dict(verdicts(change))
