"""Trees in English: plain, and without a second meaning."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy.language.explain import sentence
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import Not, bind
from mtlspolicy.policies.settings import Setting

SETTINGS = {
    "on": Setting("on", "boolean", "on", default=True),
    "any": Setting("any", "choice", "any", default="allow", choices=("allow", "refuse")),
    "groups": Setting("groups", "list", "groups", default=("a",)),
}
A = {"eku.present": True}
B = {"key_usage.present": True}
C = {"eku.critical": True}
SAID_A = "an extended key usage is present"
SAID_B = "a key usage is present"
SAID_C = "the extended key usage is critical"
KNOBS = "clientAuth (absent: allow; anyExtendedKeyUsage: (setting any))"
DENIED_A = "no extended key usage is present"
DENIED_B = "no key usage is present"
DENIED_C = "the extended key usage is not critical"


def said(condition: Any, *, pair: bool = False, denied: bool = False) -> str:  # noqa: ANN401 - JSON, or any of a table
    reader = Reader(SETTINGS, {})
    node = reader.read(condition, "", pair=pair)
    assert [] == reader.faults
    return sentence(Not(node) if denied else node)


@pytest.mark.parametrize(
    ("condition", "text", "denial"),
    [
        (True, "always", "never"),
        (False, "never", "always"),
        (A, SAID_A, DENIED_A),
        ({"not": A}, DENIED_A, SAID_A),
        ({"side": "client"}, "the rule judges the client", "the rule does not judge the client"),
        ({"setting": "on"}, "the setting on is on", "the setting on is off"),
        ({"setting": "on", "is": False}, "the setting on is off", "the setting on is on"),
        (
            {"setting": "any", "is": "allow"},
            "the setting any is allow",
            "the setting any is not allow",
        ),
        (
            {"setting": "groups", "is": ["a", "b"]},
            "the setting groups is a and b",
            "the setting groups is not a and b",
        ),
        (
            {"setting": "groups", "is": []},
            "the setting groups is empty",
            "the setting groups is not empty",
        ),
        ({"all": [A, B]}, f"{SAID_A} and {SAID_B}", f"{DENIED_A} or {DENIED_B}"),
        (
            {"any": [A, B, C]},
            f"{SAID_A}, {SAID_B} or {SAID_C}",
            f"{DENIED_A}, {DENIED_B} and {DENIED_C}",
        ),
        (
            {"all": [A, {"any": [B, C]}]},
            f"{SAID_A} and ({SAID_B} or {SAID_C})",
            f"{DENIED_A} or ({DENIED_B} and {DENIED_C})",
        ),
        (
            {"all": [A, {"all": [{"any": [B, C]}]}]},
            f"{SAID_A} and ({SAID_B} or {SAID_C})",
            f"{DENIED_A} or ({DENIED_B} and {DENIED_C})",
        ),
        ({"if": A, "then": B}, f"if {SAID_A}, then {SAID_B}", f"{SAID_A} and {DENIED_B}"),
        (
            {"any": [C, {"if": A, "then": B}]},
            f"{SAID_C} or (if {SAID_A}, then {SAID_B})",
            f"{DENIED_C} and ({SAID_A} and {DENIED_B})",
        ),
        (
            {"iff": [A, B]},
            f"{SAID_A} exactly when {SAID_B}",
            f"{SAID_A} exactly when not: {SAID_B}",
        ),
        (
            {"all": [C, {"iff": [A, B]}]},
            f"{SAID_C} and ({SAID_A} exactly when {SAID_B})",
            f"{DENIED_C} or ({SAID_A} exactly when not: {SAID_B})",
        ),
        (
            {"eku.includes_any": ["serverAuth", "clientAuth", "1.2.3"]},
            "the extended key usage lists serverAuth, clientAuth or 1.2.3",
            "the extended key usage lists none of serverAuth, clientAuth and 1.2.3",
        ),
        (
            {"path.group": []},
            "the chain ends in the anchor group nothing",
            "the chain does not end in the anchor group nothing",
        ),
        (
            {"eku.permits": {"purpose": "clientAuth", "any": {"setting": "any"}}},
            f"the extended key usage permits {KNOBS}",
            f"the extended key usage does not permit {KNOBS}",
        ),
        (
            {"validity.issued": {"from": "2026-03-15T00:00:00Z", "until": "2026-03-15T00:00:01Z"}},
            "notBefore is from 2026-03-15 until before 2026-03-15T00:00:01Z",
            "notBefore is not from 2026-03-15 until before 2026-03-15T00:00:01Z",
        ),
    ],
)
def test_each_form_has_its_words(condition: Any, text: str, denial: str) -> None:  # noqa: ANN401 - JSON, or any of a table
    assert text == said(condition)
    assert denial == said(condition, denied=True)


def test_a_question_names_its_side() -> None:
    assert f"client: {SAID_A} and server: {DENIED_A}" == said(
        {"all": [{"client.eku.present": True}, {"not": {"server.eku.present": True}}]},
        pair=True,
    )


def test_a_bound_tree_is_said_like_the_written_one() -> None:
    reader = Reader(SETTINGS, {})
    node = reader.read({"all": [A, {"not": B}]}, "", pair=False)

    assert sentence(node) == sentence(bind(node, "client", {}))


def test_a_condition_with_a_name_is_said_by_it() -> None:
    """Wherever it stands, affirmed or denied; its parts alone are not it."""
    reader = Reader(SETTINGS, {})
    whole = reader.read({"all": [A, {"not": B}]}, "", pair=False)
    outer = reader.read({"any": [{"not": {"all": [A, {"not": B}]}}, A]}, "", pair=False)

    assert "it" == sentence(whole, {whole: "it"})
    assert f"not it or {SAID_A}" == sentence(outer, {whole: "it"})
