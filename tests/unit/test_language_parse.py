"""From JSON to trees: every fault has a place and, where one is near, the right word."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy import limits
from mtlspolicy.errors import PolicyError
from mtlspolicy.features.base import Call
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.composites import COMPOSITES
from mtlspolicy.language.parse import Reader, escape
from mtlspolicy.language.tree import (
    All,
    AnyOf,
    Ask,
    Iff,
    IfThen,
    Literal,
    Not,
    Question,
    SettingIs,
    SettingReference,
    SideIs,
)
from mtlspolicy.names import CLIENT_AUTH, SERVER_AUTH
from mtlspolicy.policies.settings import Setting
from support.policies import load, rule

SETTINGS = {
    "on": Setting("on", "boolean", "on", default=True),
    "days": Setting("days", "integer", "days", default=90, least=1, most=398),
    "any": Setting("any", "choice", "any", default="allow", choices=("allow", "refuse")),
    "groups": Setting("groups", "list", "groups", default=("a",)),
    "word": Setting("word", "string", "word", default="x"),
}


def read(condition: object, *, pair: bool = False, terms: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON, or any of a table
    reader = Reader(SETTINGS, terms or {})
    node = reader.read(condition, "/at", pair=pair)
    assert [] == reader.faults
    return node


def faults(
    condition: object,
    *,
    pair: bool = False,
    terms: dict[str, Any] | None = None,
) -> list[tuple[str, str, str]]:
    reader = Reader(SETTINGS, terms or {})
    reader.read(condition, "/at", pair=pair)
    return [(fault.pointer, fault.message, fault.help) for fault in reader.faults]


def ask(name: str, *arguments: object, whose: str = "self") -> Ask | Question:
    feature, atom = ATOMS[name]
    if any(isinstance(argument, SettingReference) for argument in arguments):
        return Ask(feature, atom, arguments, whose)
    return Question(Call(feature, atom, arguments), whose)


PRESENT = ask("eku.present")


@pytest.mark.parametrize(
    ("condition", "tree"),
    [
        (True, Literal(value=True)),
        (False, Literal(value=False)),
        ({"eku.present": True}, PRESENT),
        ({"all": [True]}, All((Literal(value=True),))),
        ({"any": [{"eku.present": True}, False]}, AnyOf((PRESENT, Literal(value=False)))),
        ({"not": {"eku.present": True}}, Not(PRESENT)),
        ({"if": True, "then": False}, IfThen(Literal(value=True), Literal(value=False))),
        ({"iff": [True, False]}, Iff(Literal(value=True), Literal(value=False))),
        ({"side": "client"}, SideIs("client")),
        ({"setting": "on"}, SettingIs("on", value=True)),
        ({"setting": "on", "is": False}, SettingIs("on", value=False)),
        ({"setting": "groups", "is": ["b"]}, SettingIs("groups", ("b",))),
        ({"term": "shared"}, PRESENT),
        ({"eku.includes": "serverAuth"}, ask("eku.includes", SERVER_AUTH)),
        ({"eku.includes": "1.2.3"}, ask("eku.includes", "1.2.3")),
        (
            {"eku.permits": {"purpose": "clientAuth"}},
            ask("eku.permits", CLIENT_AUTH, "allow", "allow"),
        ),
        (
            {"eku.permits": {"purpose": "clientAuth", "any": {"setting": "any"}}},
            ask("eku.permits", CLIENT_AUTH, "allow", SettingReference("any")),
        ),
        (
            {"validity.days_at_most": {"setting": "days"}},
            ask("validity.days_at_most", SettingReference("days")),
        ),
    ],
)
def test_each_form_has_its_tree(condition: object, tree: object) -> None:
    assert tree == read(condition, terms={"shared": {"eku.present": True}})


@pytest.mark.parametrize(
    ("condition", "pointer", "message", "help_"),
    [
        (None, "/at", "true, false or an object", ""),
        (1, "/at", "true, false or an object", ""),
        ([], "/at", "true, false or an object", ""),
        ({}, "/at", "true, false or an object", ""),
        ({"eku.present": True, "eku.critical": True}, "/at", "one key", ""),
        ({"then": True, "is": True}, "/at", "one key", ""),
        ({"if": True}, "/at", "one key", ""),
        ({"not": True, "then": True}, "/at", "one key", ""),
        ({"not": True, "is": True}, "/at", "one key", ""),
        ({"all": []}, "/at/all", "empty list would hold", ""),
        ({"any": []}, "/at/any", "empty list would hold", ""),
        ({"all": {}}, "/at/all", "at least one condition", ""),
        ({"iff": [True]}, "/at/iff", "two conditions", ""),
        ({"iff": [True, True, True]}, "/at/iff", "two conditions", ""),
        ({"all": [True, {"not": {"any": [7]}}]}, "/at/all/1/not/any/0", "true, false", ""),
        ({"if": 7, "then": True}, "/at/if", "true, false", ""),
        ({"if": True, "then": 7}, "/at/then", "true, false", ""),
        ({"side": "pair"}, "/at/side", "client or server", ""),
        ({"side": []}, "/at/side", "client or server", ""),
        ({"setting": "onn"}, "/at/setting", "no setting `onn`", "did you mean `on`?"),
        ({"setting": ["on"]}, "/at/setting", "no setting", ""),
        ({"setting": "on", "is": 1}, "/at", "can never be `1`: true or false", ""),
        ({"setting": "days", "is": True}, "/at", "a whole number is expected", ""),
        ({"setting": "days", "is": 0}, "/at", "at least 1", ""),
        ({"setting": "days", "is": 399}, "/at", "at most 398", ""),
        ({"setting": "any"}, "/at", "a word is expected", ""),
        ({"setting": "any", "is": "maybe"}, "/at", "one of allow, refuse", ""),
        ({"setting": "groups", "is": [1]}, "/at", "a list of texts", ""),
        ({"setting": "groups", "is": "a"}, "/at", "a list of texts", ""),
        ({"term": "shard"}, "/at/term", "no term `shard`", "did you mean `shared`?"),
        ({"term": 1}, "/at/term", "no term `1`", ""),
        ({"term": "loop"}, "/terms/loop/not/term", "defined by itself", ""),
        (
            {"eku.presnt": True},
            "/at/eku.presnt",
            "no atom `eku.presnt`",
            "did you mean `eku.present`?",
        ),
        ({"x/y~z": True}, "/at/x~1y~0z", "no atom", ""),
        ({"eku.present": 1}, "/at/eku.present", "takes no argument", ""),
        ({"eku.present": False}, "/at/eku.present", "`not` around it", ""),
        ({"eku.present": {"setting": "on"}}, "/at/eku.present", "takes no argument", ""),
        (
            {"eku.includes": "serverAut"},
            "/at/eku.includes",
            "a known name",
            "did you mean `serverAuth`?",
        ),
        ({"eku.includes": 7}, "/at/eku.includes", "a known name", ""),
        (
            {"eku.includes": {"setting": "non"}},
            "/at/eku.includes/setting",
            "no setting `non`",
            "did you mean `on`?",
        ),
        ({"eku.includes": {"setting": 1}}, "/at/eku.includes/setting", "no setting `1`", ""),
        ({"eku.includes": {"setting": "word"}}, "/at/eku.includes", "a known name", ""),
        ({"eku.permits": "clientAuth"}, "/at/eku.permits", "takes an object with purpose", ""),
        ({"eku.permits": {}}, "/at/eku.permits", "needs the argument `purpose`", ""),
        (
            {"eku.permits": {"purpose": "clientAuth", "absnt": "allow"}},
            "/at/eku.permits/absnt",
            "no argument `absnt`",
            "did you mean `absent`?",
        ),
        (
            {"eku.permits": {"purpose": "clientAuth", "any": "no"}},
            "/at/eku.permits/any",
            "allow, refuse",
            "",
        ),
        (
            {"client.eku.present": True},
            "/at/client.eku.present",
            "only a rule on the pair",
            "write `eku.present`",
        ),
        ({"pair.same_key": True}, "/at/pair.same_key", "the rule must be on the pair", ""),
        ({"purpose.permitted": {}}, "/at/purpose.permitted", "an object with `purpose`", ""),
        ({"purpose.permitted": {"purpose": "nix"}}, "/at/purpose.permitted", "a known name", ""),
        (
            {"purpose.permitted": {"purpose": "clientAuth", "deep": 1}},
            "/at/purpose.permitted",
            "an object with",
            "",
        ),
        (
            {"purpose.permitted": {"purpose": "clientAuth", "depth": {"setting": "any"}}},
            "/at/purpose.permitted",
            "`depth` cannot be a setting",
            "",
        ),
        ({"relationship.is": "friends"}, "/at/relationship.is", "one of server-to-server", ""),
        ({"relationship.is": 7}, "/at/relationship.is", "one of server-to-server", ""),
    ],
)
def test_each_fault_has_its_place(
    condition: object,
    pointer: str,
    message: str,
    help_: str,
) -> None:
    found = faults(
        condition,
        terms={"shared": {"eku.present": True}, "loop": {"not": {"term": "loop"}}},
    )

    assert pointer in [place for place, _, _ in found]
    assert any(message in text for _, text, _ in found)
    assert help_ in [advice for _, _, advice in found]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"eku.present": True}, "each atom names a side: `eku.present`"),
        ({"purpose.permitted": {"purpose": "clientAuth"}}, "each atom names a side"),
        ({"client.path.valid": True}, "the rule must be on one side"),
        ({"client.pair.same_key": True}, "the rule must be on the pair"),
        ({"client.purpose.permitted": {"purpose": "clientAuth"}}, "there is no atom"),
        ({"anchor.eku.present": True}, "there is no atom"),
    ],
)
def test_a_rule_on_the_pair_asks_both_leafs_and_names_them(condition: object, message: str) -> None:
    assert message in faults(condition, pair=True)[0][1]


def test_a_rule_on_the_pair_asks_both_leafs() -> None:
    assert ask("eku.present", whose="client") == read({"client.eku.present": True}, pair=True)
    assert ask("pair.same_key") == read({"pair.same_key": True}, pair=True)
    assert isinstance(read({"relationship.is": "undefined"}, pair=True), Not)


def test_a_composite_stands_for_its_tree() -> None:
    knobs = {
        "purpose": "clientAuth",
        "any_on_leaf": {"setting": "any"},
        "absent_on_issuers": "refuse",
    }
    leaf = ask("eku.permits", CLIENT_AUTH, "allow", SettingReference("any"))
    issuers = ask("issuers.permit", CLIENT_AUTH, "refuse", "allow", "count")

    assert All((leaf, issuers)) == read({"purpose.permitted": knobs})
    assert leaf == read({"purpose.permitted": {**knobs, "depth": "leaf"}})
    assert {"purpose.permitted", "relationship.is"} == set(COMPOSITES)


def test_every_fault_is_found_at_once() -> None:
    assert 3 == len(faults({"all": [{"nix": True}, {"not": 7}, {"side": "both"}]}))


def test_depth_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on the nodes is told once, however many there are."""

    def nested(levels: int) -> Any:  # noqa: ANN401 - JSON, or any of a table
        return {"not": nested(levels - 1)} if levels else True

    assert read(nested(limits.MAX_TREE_DEPTH))
    assert "too deep" in faults(nested(limits.MAX_TREE_DEPTH + 1))[0][1]
    monkeypatch.setattr(limits, "MAX_TREE_NODES", 10)

    assert read({"all": [True] * 9})
    assert [("/at/all/9", "the condition is nested too deep or too large", "")] == faults(
        {"all": [True] * 50},
    )


def test_terms_cannot_blow_up() -> None:
    """Terms that double each other end at the bound, and quickly."""
    terms: dict[str, Any] = {"t0": True}
    for number in range(1, 31):
        terms[f"t{number}"] = {"all": [{"term": f"t{number - 1}"}] * 2}

    assert 1 == len({message for _, message, _ in faults({"term": "t30"}, terms=terms)})


def test_a_term_is_read_once_and_counts_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tall: Any = {"eku.present": True}
    for _ in range(10):
        tall = {"not": tall}
    terms = {"tall": tall, "outer": {"all": [{"term": "tall"}, {"term": "tall"}]}}
    tree = read({"term": "outer"}, terms=terms)
    assert tree.parts[0] is tree.parts[1]
    assert tree.parts[0] == read(tall)

    # Its height is added to the depth of each place: the second place here is too deep.
    room = limits.MAX_TREE_DEPTH - 11
    deep: Any = {"term": "tall"}
    for _ in range(room):
        deep = {"not": deep}
    assert faults({"all": [{"term": "tall"}, deep]}, terms=terms)
    assert not faults({"all": [{"term": "tall"}, deep["not"]]}, terms=terms)

    # One for the list, and twice the term with its eleven nodes.
    monkeypatch.setattr(limits, "MAX_TREE_NODES", 25)
    both = {"all": [{"term": "tall"}, {"term": "tall"}]}
    assert not faults(both, terms=terms)
    monkeypatch.setattr(limits, "MAX_TREE_NODES", 24)
    assert faults(both, terms=terms)


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"t": {"eku.presnt": True}}, "/terms/t/eku.presnt"),
        ({"t": {"term": "t"}}, "/terms/t/term"),
        ({"t": {"term": "u"}, "u": {"term": "t"}}, "/terms/u/term"),
        (
            {"t": {"all": [{"client.eku.present": True}, {"eku.present": True}]}},
            "/terms/t/all/0/client.eku.present",
        ),
    ],
)
def test_a_fault_in_a_term_that_no_rule_uses_does_not_sleep(
    terms: dict[str, Any],
    pointer: str,
) -> None:
    with pytest.raises(PolicyError) as caught:
        load(rule("r", "both", "leaf", require=True), terms=terms)

    assert pointer in [fault.pointer for fault in caught.value.faults]


def test_an_unused_term_may_be_for_pairs_or_for_sides() -> None:
    terms = {
        "one": {"eku.present": True},
        "both": {"client.eku.present": True},
        "more": {"term": "both"},
    }

    assert "my-policy" == load(rule("r", "both", "leaf", require=True), terms=terms).id


def test_pointers_are_escaped() -> None:
    """RFC 6901, 3: the tilde first."""
    assert "a~1b~01" == escape("a/b~1")
