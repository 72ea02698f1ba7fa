"""Typed settings: true is no number, and no word stands for another type."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy.policies.settings import Setting, canonical
from support.policies import load, rule

BOOLEAN = Setting("b", "boolean", "b", default=True)
INTEGER = Setting("i", "integer", "i", default=5, least=1, most=9)
OPEN = Setting("o", "integer", "o", default=5)
STRING = Setting("s", "string", "s", default="x")
CHOICE = Setting("c", "choice", "c", default="a", choices=("a", "b"))
LIST = Setting("l", "list", "l", default=("a",), choices=("a", "b"))
FREE = Setting("f", "list", "f", default=())


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        (BOOLEAN, False, ""),
        (BOOLEAN, 1, "true or false is expected"),
        (BOOLEAN, "true", "true or false is expected"),
        (INTEGER, 9, ""),
        (INTEGER, 0, "at least 1 is expected"),
        (INTEGER, 10, "at most 9 is expected"),
        (INTEGER, True, "a whole number is expected"),
        (INTEGER, "5", "a whole number is expected"),
        (OPEN, -(10**9), ""),
        (STRING, "", ""),
        (STRING, 1, "a text is expected"),
        (CHOICE, "b", ""),
        (CHOICE, "z", "one of a, b is expected"),
        (CHOICE, ["a"], "a word is expected"),
        (LIST, ["b", "a"], ""),
        (LIST, ("b",), ""),
        (LIST, ["z"], "one of a, b is expected"),
        (LIST, "a", "a list of texts is expected"),
        (LIST, [1], "a list of texts is expected"),
        (FREE, ["anything"], ""),
        (FREE, None, "a list of texts is expected"),
    ],
)
def test_a_value_has_the_type_of_its_setting(setting: Setting, value: Any, problem: str) -> None:  # noqa: ANN401 - JSON, or any of a table
    assert problem == setting.problem(value)


def test_a_list_is_compared_as_a_tuple() -> None:
    assert ("a",) == canonical(["a"]) == LIST.canonical(["a"])
    assert 5 == INTEGER.canonical(5)


def test_a_setting_is_written_as_it_was_declared() -> None:
    assert {
        "type": "integer",
        "title": "i",
        "default": 5,
        "minimum": 1,
        "maximum": 9,
    } == INTEGER.document()
    assert {
        "type": "list",
        "title": "l",
        "default": ["a"],
        "choices": ["a", "b"],
    } == LIST.document()
    assert {"type": "boolean", "title": "b", "default": True} == BOOLEAN.document()


def test_a_policy_says_what_is_wrong_with_a_setting() -> None:
    policy = load(
        rule("r", "both", "leaf", require=True),
        settings={"days": {"type": "integer", "title": "days", "default": 1, "minimum": 1}},
    )

    assert "" == policy.setting_problem("days", 2)
    assert (
        "the setting `days` cannot be `True`: a whole number is expected"
        == policy.setting_problem("days", value=True)
    )
    assert "policy `my-policy` has no setting `day`" == policy.setting_problem("day", 2)
