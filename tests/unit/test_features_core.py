"""Features and atoms: what they answer, what their arguments are, what they tell."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

from mtlspolicy import Context, Pair, evaluate
from mtlspolicy.derive.relationship import relationship
from mtlspolicy.derive.trust import NameStatus, PathStatus
from mtlspolicy.facts.certificate import ExtendedKeyUsage, KeyUsage, Unreadable
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.base import Call, Domain, Scope
from mtlspolicy.features.extended_key_usage import ExtendedKeyUsageFeature, permits
from mtlspolicy.features.issuers import Value as Issuers
from mtlspolicy.features.optional import named_in
from mtlspolicy.features.pair import Value as Both
from mtlspolicy.features.parameters import (
    FLAG,
    FREEDOM,
    INSTANT,
    OID,
    OIDS,
    PURPOSE,
    PURPOSES_LIST,
    TEXTS,
    BadArgumentError,
    Kind,
    choice,
    choices,
    integer,
)
from mtlspolicy.features.programme import Value as Records
from mtlspolicy.features.registry import ATOMS, FEATURES
from mtlspolicy.features.sets import covering_sets
from mtlspolicy.features.validity import DAY, WINDOW, Window
from mtlspolicy.features.validity import Value as Dates
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.names import (
    ANY_PURPOSE,
    CLIENT_AUTH,
    PURPOSES,
    SERVER_AUTH,
    purpose_name,
    purpose_names,
)
from support.policies import AT, load, pair_of, rule

UNREADABLE = Unreadable.UNREADABLE


def ask(name: str, value: object, *arguments: object) -> object:
    feature, atom = ATOMS[name]
    return Call(feature, atom, arguments).answer(value)


def usage(*purposes: str, critical: bool = False) -> ExtendedKeyUsage:
    return ExtendedKeyUsage(purposes=tuple(PURPOSES.get(p, p) for p in purposes), critical=critical)


def bits(*names: str, critical: bool = True) -> KeyUsage:
    return KeyUsage(bits=names, critical=critical)


ONLY_SERVER = (SERVER_AUTH,)


@pytest.mark.parametrize(
    ("value", "answers"),
    [
        # present, critical, empty, repeats, includes server, includes_any server, only server
        (None, (False, False, False, False, False, False, True)),
        (UNREADABLE, (True, None, None, None, None, None, None)),
        (usage(), (True, False, True, False, False, False, True)),
        (usage("serverAuth", critical=True), (True, True, False, False, True, True, True)),
        (usage("serverAuth", "serverAuth"), (True, False, False, True, True, True, True)),
        (usage("clientAuth", "serverAuth"), (True, False, False, False, True, True, False)),
        (usage("clientAuth"), (True, False, False, False, False, False, False)),
    ],
)
def test_extended_key_usage(value: Any, answers: tuple[bool | None, ...]) -> None:  # noqa: ANN401 - JSON, or any of a table
    """RFC 5280, 4.2.1.12; what cannot be read is present, and nothing else is known."""
    assert answers == (
        ask("eku.present", value),
        ask("eku.critical", value),
        ask("eku.empty", value),
        ask("eku.repeats", value),
        ask("eku.includes", value, SERVER_AUTH),
        ask("eku.includes_any", value, ONLY_SERVER),
        ask("eku.only", value, ONLY_SERVER),
    )


@pytest.mark.parametrize(
    ("value", "absent", "any_purpose", "expected"),
    [
        (None, "allow", "allow", True),
        (None, "refuse", "allow", False),
        (UNREADABLE, "allow", "allow", None),
        (usage(), "allow", "allow", False),
        (usage("clientAuth"), "refuse", "refuse", True),
        (usage("serverAuth"), "allow", "allow", False),
        (usage("anyExtendedKeyUsage"), "allow", "allow", True),
        (usage("anyExtendedKeyUsage"), "allow", "refuse", False),
        (usage("anyExtendedKeyUsage", "clientAuth"), "allow", "refuse", True),
    ],
)
def test_permission_has_its_knobs(
    value: Any,  # noqa: ANN401 - of a table
    absent: str,
    any_purpose: str,
    expected: object,
) -> None:
    assert expected is permits(value, CLIENT_AUTH, absent, any_purpose)


@pytest.mark.parametrize(
    ("value", "answers"),
    [
        # present, critical, empty, includes, includes_any, only
        (None, (False, False, False, False, False, True)),
        (UNREADABLE, (True, None, None, None, None, None)),
        (bits(), (True, True, True, False, False, True)),
        (bits("digitalSignature", critical=False), (True, False, False, True, True, True)),
        (bits("keyCertSign"), (True, True, False, False, False, False)),
    ],
)
def test_key_usage(value: Any, answers: tuple[bool | None, ...]) -> None:  # noqa: ANN401 - JSON, or any of a table
    some = ("digitalSignature", "keyAgreement")
    arguments: dict[str, tuple[object, ...]] = {
        "key_usage.includes": ("digitalSignature",),
        "key_usage.includes_any": (some,),
        "key_usage.only": (some,),
    }
    order = ["present", "critical", "empty", "includes", "includes_any", "only"]

    assert [a for word, a in zip(order, answers, strict=True) if f"key_usage.{word}" in ATOMS] == [
        ask(f"key_usage.{word}", value, *arguments.get(f"key_usage.{word}", ()))
        for word in order
        if f"key_usage.{word}" in ATOMS
    ]


@pytest.mark.parametrize(
    ("dates", "current", "started", "not_expired", "ordered"),
    [
        (Dates(10, 20, 9), False, False, True, True),
        (Dates(10, 20, 10), True, True, True, True),
        (Dates(10, 20, 20), True, True, True, True),
        (Dates(10, 20, 21), False, True, False, True),
        (Dates(10, 10, 10), True, True, True, True),
        (Dates(10, 9, 10), False, True, False, False),
        (Dates(None, 20, 15), None, None, True, None),
        (Dates(None, 20, 21), False, None, False, None),
        (Dates(10, None, 15), None, True, None, None),
        (Dates(10, None, 9), False, False, None, None),
        (Dates(None, None, 0), None, None, None, None),
    ],
)
def test_validity_counts_both_ends(
    dates: Dates,
    current: Any,  # noqa: ANN401 - of a table
    started: Any,  # noqa: ANN401 - of a table
    not_expired: Any,  # noqa: ANN401 - of a table
    ordered: Any,  # noqa: ANN401 - JSON, or any of a table
) -> None:
    assert (current, started, not_expired, ordered) == tuple(
        ask(f"validity.{word}", dates) for word in ("current", "started", "not_expired", "ordered")
    )


def test_a_length_counts_the_last_second() -> None:
    """BR 1.6.1: 398 days are exceeded by one second more."""
    assert ask("validity.days_at_most", Dates(0, 398 * DAY - 1, 0), 398) is True
    assert ask("validity.days_at_most", Dates(0, 398 * DAY, 0), 398) is False
    assert ask("validity.days_at_most", Dates(0, None, 0), 398) is None


def test_cells_tell_apart_what_answers_differ_on() -> None:
    """The key of a value decides every answer: around each constant, all seconds."""
    feature, length = ATOMS["validity.days_at_most"]
    window = Window(100, 200)
    calls = [
        Call(feature, length, (1,)),
        *(Call(feature, ATOMS[f"validity.{w}"][1], (window,)) for w in ("issued", "evaluated")),
        *(
            Call(feature, ATOMS[f"validity.{w}"][1], ())
            for w in ("current", "started", "not_expired", "ordered")
        ),
    ]
    cell = feature.cell(calls)
    assert cell is not None
    seen: dict[object, tuple[object, ...]] = {}
    starts = (None, 0, 99, 100, 199, 200)
    lengths = (None, -2, -1, 0, DAY - 1, DAY)
    for start, size, at in product(starts, lengths, (0, 99, 100, 150, 199, 200, DAY + 99)):
        end = None if size is None else (start or 0) + size
        value = Dates(start, end, at)
        answers = tuple(call.answer(value) for call in calls)
        assert answers == seen.setdefault(cell(value), answers)


@pytest.mark.parametrize(
    ("window", "text"),
    [
        ({"from": "2026-03-15T00:00:00Z"}, "on or after 2026-03-15"),
        ({"until": "2026-03-15T00:00:01Z"}, "before 2026-03-15T00:00:01Z"),
        (
            {"from": "2026-03-15T00:00:00Z", "until": "2026-03-16T00:00:00Z"},
            "from 2026-03-15 until before 2026-03-16",
        ),
    ],
)
def test_windows_are_written_in_words(window: dict[str, str], text: str) -> None:
    assert text == str(WINDOW.parse(window))
    assert "always" == str(Window(None, None))


def test_a_window_takes_its_start_and_not_its_end() -> None:
    window = Window(10, 20)

    assert [False, True, True, False] == [window.holds(second) for second in (9, 10, 19, 20)]
    assert ((10, 20), (10,), ()) == (
        window.cuts(),
        Window(10, None).cuts(),
        Window(None, None).cuts(),
    )


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"to": 1},
        {"from": 1},
        {"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
    ],
)
def test_no_window(value: object) -> None:
    with pytest.raises(BadArgumentError):
        WINDOW.parse(value)


@pytest.mark.parametrize(
    ("value", "permitted"),
    [
        (Issuers((), closed=True, asserted=False, anchor=None), True),
        (Issuers((), closed=False, asserted=False, anchor=None), None),
        (Issuers((None,), closed=True, asserted=False, anchor=None), True),
        (Issuers((usage("serverAuth"),), closed=True, asserted=False, anchor=None), False),
        (Issuers((usage("serverAuth"),), closed=False, asserted=False, anchor=None), False),
        (Issuers((usage("serverAuth"),), closed=True, asserted=True, anchor=None), False),
        (Issuers((usage("clientAuth"),), closed=False, asserted=False, anchor=None), None),
        (
            Issuers((usage("clientAuth"), UNREADABLE), closed=True, asserted=False, anchor=None),
            None,
        ),
        (
            Issuers(
                (usage("clientAuth"),),
                closed=True,
                asserted=False,
                anchor=usage("serverAuth"),
            ),
            False,
        ),
        (Issuers((usage("clientAuth"),), closed=True, asserted=False, anchor=UNREADABLE), None),
    ],
)
def test_issuers_permit_where_all_are_known_and_none_refuses(
    value: Issuers,
    permitted: object,
) -> None:
    assert permitted is ask("issuers.permit", value, CLIENT_AUTH, "allow", "allow", "count")
    assert (True if value.closed else None) is ask("issuers.known", value)


def test_an_anchor_may_be_left_out() -> None:
    value = Issuers((usage("clientAuth"),), closed=True, asserted=False, anchor=usage("serverAuth"))

    assert ask("issuers.permit", value, CLIENT_AUTH, "allow", "allow", "ignore") is True
    bare = Issuers((None,), closed=True, asserted=False, anchor=None)
    assert ask("issuers.permit", bare, CLIENT_AUTH, "refuse", "allow", "count") is False


@pytest.mark.parametrize(
    ("value", "valid", "in_group"),
    [
        (PathStatus(valid=True, group="x"), True, True),
        (PathStatus(valid=True, group="y"), True, False),
        (PathStatus(valid=True), True, None),
        (PathStatus(valid=False), False, False),
        (PathStatus(valid=None), None, None),
        (PathStatus(valid=None, asserted=True), True, None),
        (PathStatus(valid=None, asserted=True, group="x"), True, True),
    ],
)
def test_paths_and_their_groups(value: PathStatus, valid: object, in_group: object) -> None:
    assert valid is ask("path.valid", value)
    assert in_group is ask("path.group", value, ("x",))


@pytest.mark.parametrize(
    ("value", "matches", "asked"),
    [
        (NameStatus(asked=False, matched=None), None, False),
        (NameStatus(asked=True, matched=True), True, True),
        (NameStatus(asked=True, matched=False), False, True),
        (NameStatus(asked=True, matched=None), None, True),
        (NameStatus(asked=False, matched=None, asserted=True), True, True),
    ],
)
def test_names(value: NameStatus, matches: object, asked: object) -> None:
    assert (matches, asked) == (ask("name.matches", value), ask("name.asked", value))


@pytest.mark.parametrize(
    ("value", "of_type"),
    [
        (NameStatus(asked=False, matched=None), None),
        (NameStatus(asked=True, matched=True, kind="cn"), True),
        (NameStatus(asked=True, matched=False, kind="cn"), True),
        (NameStatus(asked=True, matched=True, kind="dns"), False),
        (NameStatus(asked=False, matched=None, asserted=True), True),
    ],
)
def test_types_of_names(value: NameStatus, *, of_type: object) -> None:
    """Whoever vouches for the name has asked for it; otherwise an unasked name has no type."""
    assert of_type is ask("name.type", value, ("cn", "dn"))


def test_programme_records() -> None:
    window = Window(10, 20)
    for second, expected in ((None, None), (9, False), (10, True), (20, False)):
        assert (
            ask("programme.anchor_added", Records(second, None, stands_in=True), window) is expected
        )
        assert ask("programme.disclosed", Records(None, second, stands_in=True), window) is expected


def test_both_leafs() -> None:
    assert ask("pair.same_key", Both(same_certificate=False, same_key=None)) is None
    draft = ordinary_pair()
    same = Pair(client=pair_of(draft).client[:1], server=pair_of(draft).client[:1])
    draft.client.leaf.key = draft.server.leaf.key
    policy = load(
        rule("any", "both", "leaf", require=True),
        rule("key", "pair", "", {"pair.same_key": True}),
        rule("certificate", "pair", "", {"pair.same_certificate": True}, mode="warn"),
    )
    for pair, outcomes in ((same, ["pass", "pass"]), (pair_of(draft), ["warn", "pass"])):
        found = evaluate(pair, policy, Context(at=AT)).findings
        assert outcomes == [f.outcome for f in found if f.role == "pair"]
    draft.server.leaf.spki_der = b"\x30\x00"
    found = evaluate(pair_of(draft), policy, Context(at=AT)).findings
    assert ["warn", "unknown"] == [f.outcome for f in found if f.role == "pair"]


PURPOSE_SETS: tuple[tuple[str, ...] | None, ...] = (
    None,
    (),
    ("serverAuth",),
    ("clientAuth",),
    ("serverAuth", "clientAuth"),
    ("serverAuth", "anyExtendedKeyUsage"),
    ("emailProtection",),
    ("clientAuth", "emailProtection"),
)


def test_the_composite_says_what_the_truth_table_says() -> None:
    """Every pair of usages: the rule `relationship.is` agrees with the field of the decision."""
    rows = ["server-to-server", "client-to-server", "server-to-client", "user-to-user", "undefined"]
    policy = load(
        rule("any", "both", "leaf", require=True),
        *(rule(row, "pair", "", {"relationship.is": row}, mode="warn") for row in rows),
    )
    leafs_of: dict[str, list[bytes]] = {"client": [], "server": []}
    for purposes in PURPOSE_SETS:
        draft = ordinary_pair()
        for leaf in (draft.client.leaf, draft.server.leaf):
            leaf.drop_extension("extKeyUsage")
            if purposes is not None:
                leaf.set_purposes(*(PURPOSES[p] for p in purposes))
        built = pair_of(draft)
        leafs_of["client"].append(built.client[0])
        leafs_of["server"].append(built.server[0])
    for client, server in product(leafs_of["client"], leafs_of["server"]):
        decision = evaluate(Pair(client=[client], server=[server]), policy, Context(at=AT))
        passed = [f.rule for f in decision.findings if f.role == "pair" and f.outcome == "pass"]
        assert [decision.relationship] == passed


def test_an_unreadable_usage_leaves_the_relationship_undetermined() -> None:
    draft = ordinary_pair()
    for _ in range(2):
        draft.client.leaf.add_extension("extKeyUsage", b"\x30\x00")
    client, server = (
        read_certificate(chain[0]) for chain in (pair_of(draft).client, pair_of(draft).server)
    )

    assert "undetermined" == relationship(client, server) == relationship(None, server)
    assert "client-to-server" == relationship(
        read_certificate(pair_of(ordinary_pair()).client[0]),
        server,
    )


@pytest.mark.parametrize(
    ("kind", "good", "parsed"),
    [
        (FLAG, True, True),
        (INSTANT, "1970-01-01T00:00:01Z", 1),
        (OID, "2.23.140.1.2.1", "2.23.140.1.2.1"),
        (OIDS, ["1.2.3"], ("1.2.3",)),
        (PURPOSE, "serverAuth", SERVER_AUTH),
        (PURPOSE, "1.2.3", "1.2.3"),
        (PURPOSES_LIST, ["serverAuth", "1.2.3"], (SERVER_AUTH, "1.2.3")),
        (TEXTS, [], ()),
        (TEXTS, ["a"], ("a",)),
        (FREEDOM, "allow", "allow"),
        (integer(1, 3), 3, 3),
        (choice("a", "b"), "b", "b"),
        (choices("a", "b"), ["b", "a"], ("b", "a")),
    ],
)
def test_arguments_are_parsed(kind: Kind, good: object, parsed: object) -> None:
    assert parsed == kind.parse(good)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        *((FLAG, value) for value in (False, 1, "true", None)),
        *((INSTANT, value) for value in (0, "2026", None)),
        *((OID, value) for value in ("", "1", "3.1", "1.02", "1.2.", "serverAuth", "1.2.3\n", 1)),
        *((PURPOSE, value) for value in ("", "serverauth", 1, None)),
        *((OIDS, value) for value in ([], "1.2.3", [1], ["1.2.3", "1.2.3"])),
        (PURPOSES_LIST, ["serverAuth", SERVER_AUTH]),
        *((TEXTS, value) for value in ("a", [""], [1], ["a", "a"])),
        *((integer(1, 3), value) for value in (0, 4, True, 1.0, "1", None)),
        *((choice("a"), value) for value in ("b", 1, ["a"])),
        *((choices("a"), value) for value in ([], ["b"], "a")),
    ],
)
def test_arguments_of_another_type_are_refused(kind: Kind, bad: object) -> None:
    with pytest.raises(BadArgumentError):
        kind.parse(bad)


def test_every_atom_belongs_to_its_feature() -> None:
    for name, (feature, atom) in ATOMS.items():
        assert name == atom.name
        assert atom in feature.atoms
    assert len(ATOMS) == sum(len(feature.atoms) for feature in FEATURES)
    scopes = [list(Scope).index(feature.scope) for feature in FEATURES]
    assert sorted(scopes) == scopes


def test_a_domain_keeps_one_value_per_combination_of_answers() -> None:
    feature, atom = ATOMS["eku.includes"]
    call = Call(feature, atom, (SERVER_AUTH,))
    domain = Domain(ExtendedKeyUsageFeature(), [call, call])

    assert (call,) == domain.calls
    assert {(True,), (False,), (None,)} == {domain.answers(value) for value in domain.values}
    assert domain.values[0] is None
    assert domain.abstract(usage("clientAuth")) is None
    assert () == tuple(call.instants(None))


_ASKED = [
    [("a",), ("b", "c"), ("d", "e", "f")],
    [("a", "b", "c"), ("b", "c", "d"), ("c", "d", "e")],
    [("a", "b"), ("a", "b"), ("f",)],
    [],
]


@pytest.mark.parametrize("asked", _ASKED)
def test_sets_show_all_that_questions_tell_apart(asked: list[tuple[str, ...]]) -> None:
    """Of all sets of which the same is told there is one, and none is smaller."""

    def told(some: tuple[str, ...]) -> tuple[bool, ...]:
        any_of = [not set(some).isdisjoint(one) for one in asked]
        return *any_of, *[set(some) <= set(one) for one in asked], bool(some)

    sets = covering_sets(named_in(asked), "o", told)
    smallest: dict[tuple[bool, ...], int] = {}
    for size in range(8):
        for some in combinations("abcdefo", size):
            smallest.setdefault(told(some), size)

    assert {told(one): len(one) for one in sets} == smallest
    assert len(sets) == len(smallest)
    assert [len(one) for one in sets] == sorted(len(one) for one in sets)


def test_purposes_have_names() -> None:
    assert ["serverAuth", "1.2.3"] == purpose_names((SERVER_AUTH, "1.2.3"))
    assert ["anyExtendedKeyUsage", "clientAuth"] == purpose_names(
        frozenset({CLIENT_AUTH, ANY_PURPOSE}),
    )
    assert "clientAuth" == purpose_name(CLIENT_AUTH)
