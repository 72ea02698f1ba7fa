"""The shape of a policy document: what is refused, where, and with which advice."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from mtlspolicy import limits
from mtlspolicy.policies.shape import Shape
from support.policies import CITATION, SOURCE, document, rule

FULL = document(
    rule(
        "one",
        "both",
        "leaf",
        {"eku.present": True},
        when={"setting": "on"},
        effective=[{"axis": "not_before", "from": "2026-01-01T00:00:00Z"}],
        if_missing="not_applicable",
    ),
    rule("two", "pair", "", require=True, mode="warn"),
    {"id": "three", "mode": "off"},
    **{
        "$schema": "https://example.com/policy.schema.json",
        "newest_text_read": "2026-02-28",
        "extends": "legacy-dual-use",
        "settings": {
            "on": {"type": "boolean", "title": "on", "default": True},
            "days": {"type": "integer", "title": "n", "default": 1, "minimum": 1, "maximum": 9},
            "word": {"type": "choice", "title": "w", "default": "a", "choices": ["a", "b"]},
            "list": {"type": "list", "title": "l", "default": []},
        },
        "terms": {"t": {"eku.present": True}},
        "obligations": [{"id": "o", "text": "do", "citation": CITATION}],
        "not_judged": [{"statement": "X-1", "reason": "cannot be seen"}],
    },
)
PROPOSAL = {
    "document": "draft-x-00",
    "state": "expired",
    "expires": "2025-12-18",
    "baseline": "legacy-dual-use",
}


def faults(value: object) -> list[tuple[str, str, str]]:
    shape = Shape()
    assert shape.check(value) == (not shape.faults)
    return [(fault.pointer, fault.message, fault.help) for fault in shape.faults]


def changed(path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON, or any of a table
    """Return the full document with the place `path` set to `value`, or left out for `...`."""
    result = copy.deepcopy(FULL)
    place: Any = result
    *above, last = [int(key) if key.isdigit() else key for key in path.split("/")[1:]]
    for key in above:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return result


def test_a_document_with_everything_is_fine() -> None:
    assert [] == faults(FULL)
    assert [] == faults(document(status="proposal", proposal=PROPOSAL))
    assert [] == faults(document(status="proposal", extends="legacy-dual-use"))


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_a_policy_is_an_object(value: object) -> None:
    assert [("", "an object is expected here", "")] == faults(value)


@pytest.mark.parametrize("name", ["id", "version", "title", "status", "sources", "rules"])
def test_what_a_policy_needs(name: str) -> None:
    assert [("", f"`{name}` is missing", "")] == faults(changed(f"/{name}", ...))


@pytest.mark.parametrize(
    "name",
    ["id", "code", "title", "on", "require", "mode", "citation", "remedy"],
)
def test_what_a_rule_needs(name: str) -> None:
    assert [("/rules/0", f"`{name}` is missing", "")] == faults(changed(f"/rules/0/{name}", ...))


@pytest.mark.parametrize(
    ("path", "value", "pointer", "message"),
    [
        ("/$schema", 1, "/$schema", "a text"),
        ("/id", "Upper", "/id", "lower case letters"),
        ("/id", "a" * 65, "/id", "lower case letters"),
        ("/id", "a\n", "/id", "lower case letters"),
        ("/version", "1.0", "/version", "three numbers"),
        ("/version", 1, "/version", "three numbers"),
        ("/title", "", "/title", "not empty"),
        ("/status", "law", "/status", "one of standard, industry"),
        ("/status", ["standard"], "/status", "one of standard"),
        ("/newest_text_read", "2026-02-29", "/newest_text_read", "a date of the calendar"),
        ("/newest_text_read", "2026-2-28", "/newest_text_read", "a date of the calendar"),
        ("/newest_text_read", 20260228, "/newest_text_read", "a date of the calendar"),
        ("/extends", "no such id!", "/extends", "the id of a policy"),
        ("/sources", {}, "/sources", "a list"),
        ("/sources/0", "X", "/sources/0", "an object"),
        ("/sources/0/id", "a b", "/sources/0/id", "letters, digits"),
        ("/sources/0/url", ..., "/sources/0", "`url` is missing"),
        ("/sources/0/date", "2026-13-01", "/sources/0/date", "a date of the calendar"),
        ("/sources", [SOURCE, SOURCE], "/sources/1/id", "`X` stands twice"),
        ("/settings", [], "/settings", "an object"),
        ("/settings/Bad name", {}, "/settings/Bad name", "a setting's name"),
        ("/settings/on", 1, "/settings/on/type", "the type is one of"),
        ("/settings/on/type", "float", "/settings/on/type", "the type is one of"),
        ("/settings/on/type", ["list"], "/settings/on/type", "the type is one of"),
        ("/settings/on/minimum", 1, "/settings/on/minimum", "no `minimum` here"),
        ("/settings/on/default", ..., "/settings/on", "`default` is missing"),
        ("/settings/days/minimum", True, "/settings/days/minimum", "a whole number"),
        ("/settings/days/maximum", "9", "/settings/days/maximum", "a whole number"),
        ("/settings/word/choices", ..., "/settings/word", "`choices` is missing"),
        ("/settings/word/choices", [], "/settings/word/choices", "different words"),
        ("/settings/word/choices", ["a", "a"], "/settings/word/choices", "different words"),
        ("/settings/word/choices", ["a", 1], "/settings/word/choices", "different words"),
        ("/settings/word/choices", "ab", "/settings/word/choices", "different words"),
        ("/terms", [], "/terms", "an object"),
        ("/terms/T", True, "/terms/T", "a term's name"),
        ("/terms/t", [], "/terms/t", "a condition is"),
        ("/obligations/0/id", "no-dash", "/obligations/0/id", "underscores"),
        ("/obligations/0/text", "", "/obligations/0/text", "not empty"),
        ("/obligations/0/citation", {}, "/obligations/0/citation", "`source` is missing"),
        ("/obligations/0", 1, "/obligations/0", "an object"),
        ("/not_judged/0", 1, "/not_judged/0", "an object"),
        ("/not_judged/0/reason", ..., "/not_judged/0", "`reason` is missing"),
        ("/rules", {}, "/rules", "a list"),
        ("/rules/0", 1, "/rules/0", "an object"),
        ("/rules/0/id", "three", "/rules/2/id", "`three` stands twice"),
        ("/rules/0/code", "EKU", "/rules/0/code", "dotted lower case words"),
        ("/rules/0/code", "eku", "/rules/0/code", "dotted lower case words"),
        ("/rules/0/mode", "enforced", "/rules/0/mode", "one of enforce, warn, off"),
        ("/rules/0/if_missing", "fail", "/rules/0/if_missing", "one of unknown"),
        ("/rules/0/when", [], "/rules/0/when", "a condition is"),
        ("/rules/0/require", None, "/rules/0/require", "a condition is"),
        ("/rules/0/on", "leaf", "/rules/0/on", "an object"),
        ("/rules/0/on", {"side": "both"}, "/rules/0/on", "says what it is `of`"),
        ("/rules/1/on", {"side": "pair", "of": "leaf"}, "/rules/1/on", "on the pair does not"),
        ("/rules/0/on/side", "peer", "/rules/0/on/side", "one of client, server"),
        ("/rules/0/on/of", "root", "/rules/0/on/of", "one of leaf, issuer"),
        ("/rules/0/citation", 1, "/rules/0/citation", "an object"),
        ("/rules/0/citation/certainty", "sure", "/rules/0/citation/certainty", "one of primary"),
        ("/rules/0/citation/source", "a b", "/rules/0/citation/source", "the id of a source"),
        ("/rules/0/effective", {}, "/rules/0/effective", "a list"),
        ("/rules/0/effective/0", 1, "/rules/0/effective/0", "an object"),
        ("/rules/0/effective/0/axis", "now", "/rules/0/effective/0/axis", "one of not_before"),
        ("/rules/0/effective/0/from", ..., "/rules/0/effective/0", "a window is an object with"),
        (
            "/rules/0/effective/0/from",
            "2026-02-30T00:00:00Z",
            "/rules/0/effective/0/from",
            "no date of the calendar",
        ),
        (
            "/rules/0/effective/0/until",
            "2026-01-01T00:00:00Z",
            "/rules/0/effective/0",
            "ends before it begins",
        ),
        ("/rules/2/id", "Bad Id", "/rules/2/id", "the id of a rule"),
        ("/rules/2/mode", "on", "/rules/2/mode", "one of enforce"),
        ("/a/b~", ..., "", ""),
    ],
)
def test_each_fault_has_its_place(path: str, value: Any, pointer: str, message: str) -> None:  # noqa: ANN401 - JSON, or any of a table
    if path == "/a/b~":
        found = faults({**FULL, "a/b~": 1})
        assert "/a~1b~0" == found[0][0]
        return
    found = faults(changed(path, value))

    assert pointer in [place for place, _, _ in found]
    assert any(message in text for place, text, _ in found if place == pointer)


def test_a_near_word_is_offered() -> None:
    assert ("/titel", "there is no `titel` here", "did you mean `title`?") in faults(
        {**FULL, "titel": "x"},
    )
    assert "did you mean `enforce`?" == faults(changed("/rules/0/mode", "enforced"))[0][2]
    assert faults({**FULL, "zzzz": 1})[0][2].startswith("known: ")
    assert "" == faults(changed("/rules/0/mode", 1))[0][2]


def test_rules_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_POLICY_RULES", 2)

    assert [("/rules", "a policy has at most 2 rules", "")] == faults(FULL)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"status": "proposal"}, "/proposal"),
        ({"status": "practice", "proposal": PROPOSAL}, "/status"),
        ({"status": "proposal", "proposal": {}}, "/proposal"),
        ({"status": "proposal", "proposal": []}, "/proposal"),
        ({"status": "proposal", "proposal": {**PROPOSAL, "expires": "soon"}}, "/proposal/expires"),
        ({"status": "proposal", "proposal": {**PROPOSAL, "baseline": ""}}, "/proposal/baseline"),
    ],
)
def test_a_proposal_says_so_and_of_what(more: dict[str, Any], pointer: str) -> None:
    assert pointer in [place for place, _, _ in faults(document(**more))]
