"""Sides judged before come again as they would be judged afresh."""

from __future__ import annotations

import hashlib
from threading import Thread
from typing import TYPE_CHECKING, Any

from mtlspolicy import AnchorEvidence, Context, Pair, PeerName, SideEvidence, evaluate, limits
from mtlspolicy.derive import side as side_module
from mtlspolicy.engine import compile as compile_module
from mtlspolicy.engine import memory as memory_module
from mtlspolicy.forge.pair import ordinary_pair
from support.policies import AT, DAY, leafs, load, ordinary, rule

if TYPE_CHECKING:
    import pytest

    from mtlspolicy.engine.compile import Compiled

LATER = {"validity.evaluated": {"from": "2026-06-01T00:00:00Z"}}
BROKEN = Pair(client=[leafs().client[0] + b"\x00"], server=leafs().server)


def test_bytes_that_are_no_der_are_refused_at_every_instant() -> None:
    """Also where the side was first judged in an interval in which its rules failed."""
    policy = load(rule("later", "both", "leaf", LATER))
    for at in (AT, AT + 40 * DAY, AT, AT + 41 * DAY):
        assert "reject" == evaluate(BROKEN, policy, Context(at=at)).decision
    assert evaluate(BROKEN, policy, Context(at=AT)).valid_until is None


def test_a_chain_beyond_the_limit_is_refused_at_every_instant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_CHAIN_CERTIFICATES", 1)
    policy = load(rule("later", "both", "leaf", LATER))
    for at in (AT, AT + 40 * DAY):
        decision = evaluate(
            Pair(client=ordinary().client, server=leafs().server),
            policy,
            Context(at=at),
        )
        assert "limit.chain_certificates" in {f.code for f in decision.findings}
        assert not decision


def test_disclosures_are_not_forgotten() -> None:
    window = [{"axis": "ccadb_disclosure", "from": "2026-06-01T00:00:00Z"}]
    policy = load(
        rule("current", "both", "leaf", {"validity.current": True}),
        rule("late", "client", "issuer", require=False, effective=window),
    )
    digest = hashlib.sha256(ordinary().client[1]).hexdigest()
    early = Context(at=AT, asserted=("path",))
    late = Context(at=AT, asserted=("path",), ccadb={digest: AT + 60 * DAY})

    for context, expected in ((early, "accept"), (late, "reject"), (early, "accept")):
        assert expected == evaluate(ordinary(), policy, context).decision


OTHERS: list[dict[str, Any]] = [
    {},
    {"perspective": "server"},
    {"perspective": "client"},
    {"asserted": ("path",)},
    {"asserted": ("issuers",)},
    {"asserted": ("client.path",)},
    {"asserted": ("issuers", "path")},
    {"asserted": ("path", "issuers")},
    {"client": SideEvidence(anchors=())},
    {"client": SideEvidence(anchors=(AnchorEvidence(ordinary().server[1]),))},
    {"client": SideEvidence(name=PeerName("dns", "other.example.com"))},
    {"server": SideEvidence(anchors=()), "asserted": ("path",)},
    {"settings": {"strict": True}},
    {"settings": {"count": 1}},
    {"settings": {"strict": False, "count": 0}},
]


def test_whatever_else_is_given_is_not_mixed_up() -> None:
    """One policy object, all these contexts, twice: always what a fresh one says."""
    rules = (
        rule("current", "both", "leaf", {"validity.current": True}),
        rule("path", "both", "path", {"path.valid": True}),
        rule(
            "name",
            "client",
            "leaf",
            {"if": {"name.asked": True}, "then": {"name.matches": True}},
        ),
        rule(
            "strict",
            "both",
            "leaf",
            {"if": {"setting": "strict"}, "then": {"eku.critical": True}},
        ),
        rule("count", "both", "leaf", {"not": {"setting": "count", "is": 1}}, mode="warn"),
        rule("ku", "both", "issuer", {"key_usage.present": True}),
    )
    settings = {
        "strict": {"type": "boolean", "title": "strict", "default": False},
        "count": {"type": "integer", "title": "count", "default": 0},
    }
    warm = load(*rules, settings=settings)
    for other in (*OTHERS, *reversed(OTHERS)):
        context = Context(at=AT, **other)
        fresh = evaluate(ordinary(), load(*rules, settings=settings), context)
        assert fresh.json(everything=True) == evaluate(ordinary(), warm, context).json(
            everything=True,
        )


def compiled(*rules: dict[str, Any]) -> Compiled:
    found = evaluate(leafs(), load(*rules), Context(at=AT)).judged.compiled
    assert found is not None
    return found


def test_what_is_remembered_depends_on_the_perspective_and_on_the_callers_word() -> None:
    memory = compiled().memory
    more: list[dict[str, Any]] = [
        {},
        {"asserted": ("path",)},
        {"asserted": ("issuers",)},
        {"perspective": "server"},
        {"perspective": "client"},
    ]
    tables = [memory.tables(Context(at=AT, **one)) for one in more]

    assert tables[0] is memory.tables(Context(at=AT + 1, server=SideEvidence(anchors=())))
    assert 2 * len(tables) == len({id(table) for pair in tables for table in pair})
    assert [(False, False)] * 3 + [(False, True), (True, False)] == [
        (client.own, server.own) for client, server in tables
    ]


def test_only_sides_without_further_evidence_are_remembered() -> None:
    memory = compiled().memory
    client, server = memory.tables(Context(at=AT))
    more: list[tuple[dict[str, Any], bool, bool]] = [
        ({}, True, True),
        ({"client": SideEvidence()}, True, True),
        ({"client": SideEvidence(anchors=())}, False, True),
        ({"server": SideEvidence(name=PeerName("dns", "a.example"))}, True, False),
        ({"ccadb": {"0" * 64: 1}}, False, False),
        ({"dns": {}}, True, True),
    ]
    for given, one, other in more:
        context = Context(at=AT, **given)
        assert (one, other) == (memory.serves(client, context), memory.serves(server, context))


def test_evidence_of_the_connection_matters_where_rules_ask_about_it() -> None:
    memory = compiled(rule("alpn", "client", "path", {"handshake.alpn_in": ["xmpp-server"]})).memory
    client, server = memory.tables(Context(at=AT))
    connections: list[dict[str, Any]] = [{"dns": {}}, {"handshake": {"alpn": "xmpp-server"}}]
    for more in connections:
        context = Context(at=AT, **more)
        assert (False, True) == (memory.serves(client, context), memory.serves(server, context))
    assert memory.serves(client, Context(at=AT))


def test_there_are_few_tables_and_no_large_chains() -> None:
    memory = compiled().memory
    for number in range(40):
        memory.tables(Context(at=AT, asserted=(f"path:group=x{number}",)))
    assert len(memory._tables) <= memory_module._MOST_TABLES
    judged = evaluate(leafs(), load(), Context(at=AT)).judged.client
    assert judged is not None
    table = memory.tables(Context(at=AT))[0]
    for large in (b"x" * 40_000, (b"x" * 20_000,) * 2):
        memory.keep(table, large, judged)
    assert {} == table.sides
    for small in (b"x" * 20_000, (b"x" * 10_000,) * 2):
        memory.keep(table, small, judged)
    assert [b"x" * 20_000, (b"x" * 10_000,) * 2] == list(table.sides)


def test_a_memory_is_bounded_in_octets_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of hostile certificates take many times their octets."""
    memory = compiled().memory
    judged = evaluate(leafs(), load(), Context(at=AT)).judged.client
    assert judged is not None
    monkeypatch.setattr(memory_module, "_MOST_OCTETS", 2_500)
    memory.forget()
    client, server = memory.tables(Context(at=AT))
    for number in range(5):
        memory.keep((client, server)[number % 2], bytes([number]) * 1_000, judged)
        kept = [*client.sides, *server.sides]
        assert 1 + number % 2 == len(kept)
        assert bytes([number]) * 1_000 in kept


def test_a_full_memory_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 2)
    policy = load(
        rule("current", "both", "leaf", {"validity.current": True}),
        rule("now", "both", "leaf", LATER, mode="warn"),
    )
    for number in range(8):
        for client in (ordinary().client, ordinary().server, leafs().client, leafs().server):
            pair = Pair(client=client, server=leafs().server)
            assert evaluate(pair, policy, Context(at=AT + number * 10 * DAY)).decision == (
                "accept" if number < 6 else "reject"
            )


def test_what_was_forgotten_is_judged_again() -> None:
    policy = load(rule("current", "both", "leaf", {"validity.current": True}))
    before = evaluate(ordinary(), policy, Context(at=AT))
    compiled = before.judged.compiled
    assert compiled is not None
    compiled.forget_certificates()
    after = evaluate(ordinary(), policy, Context(at=AT))

    assert before.judged.client is not after.judged.client
    assert before.json() == after.json()


def test_threads_share_a_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memos that are full all the time, and four threads that fill them."""
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 2)
    policy = load(
        rule("current", "both", "leaf", {"validity.current": True}),
        rule("ca", "client", "leaf", {"eku.includes": "clientAuth"}),
    )
    wrong: list[object] = []

    def ask(swapped: bool) -> None:  # noqa: FBT001 - of a table
        pair = Pair(
            *((leafs().server, leafs().client) if swapped else (leafs().client, leafs().server)),
        )
        for number in range(200):
            at = AT + (number % 5) * 30 * DAY
            expected = "accept" if not swapped and number % 5 < 2 else "reject"
            if evaluate(pair, policy, Context(at=at)).decision != expected:
                wrong.append((swapped, number))

    threads = [Thread(target=ask, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == wrong
    assert memory_module._MOST_BYTES > sum(map(len, ordinary().client))


def test_every_other_memo_has_a_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, lists of anchors, leafs that come alone: full memos start afresh."""
    monkeypatch.setattr(compile_module, "_MOST_COMPILED", 1)
    monkeypatch.setattr(side_module, "_MOST_LISTS", 1)
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 1)
    policy = load(
        rule("days", "both", "leaf", {"validity.days_at_most": {"setting": "days"}}),
        rule("path", "client", "leaf", {"path.valid": True}),
        settings={"days": {"type": "integer", "title": "days", "default": 90}},
    )
    own, other = (AnchorEvidence(chain[0]) for chain in (leafs().client, leafs().server))
    for _ in range(2):
        for days, verdict in ((89, "reject"), (90, "accept")):
            for more, expected in (
                ({"asserted": ("path",)}, verdict),
                ({"asserted": ("client.path", "name")}, verdict),
                ({"client": SideEvidence(anchors=(own,))}, verdict),
                ({"client": SideEvidence(anchors=(other,))}, "reject"),
            ):
                context = Context(at=AT, settings={"days": days}, **more)
                assert expected == evaluate(leafs(), policy, context).decision
    assert 1 == len(policy.compiled)


def test_leafs_of_one_kind_are_told_apart_by_those_who_look() -> None:
    """They are judged once; each decision shows its own leaf, with dates and hash."""
    policy = load(rule("serial", "both", "leaf", {"serial.octets_at_most": 20}))
    draft = ordinary_pair()
    clients = []
    for serial in (1 << 150, 5, (1 << 159) - 1):
        draft.client.leaf.serial = serial
        clients.append(draft.build().client.presented[0])
    decisions = [
        evaluate(Pair([client], leafs().server), policy, Context(at=AT)) for client in clients
    ]
    judgements = {decision.judged.client.judgement for decision in decisions}  # type: ignore[union-attr]
    assert 1 == len(judgements)
    for client, decision in zip(clients, decisions, strict=True):
        assert [client] == [c.der for c in decision.judged.client.side.certificates]  # type: ignore[union-attr]
        assert [hashlib.sha256(client).hexdigest()] == decision.document()["inputs"]["client"]
    assert ["accept"] * 3 == [decision.decision for decision in decisions]


def test_where_a_rule_asks_for_the_size_of_a_serial_number_it_is_looked_at() -> None:
    policy = load(rule("serial", "both", "leaf", {"serial.bits_at_least": 64}))
    draft = ordinary_pair()
    for serial, expected in ((1 << 150, "accept"), (5, "reject"), (1 << 64, "accept")) * 2:
        draft.client.leaf.serial = serial
        client = draft.build().client.presented[:1]
        decision = evaluate(Pair(client, leafs().server), policy, Context(at=AT))
        assert expected == decision.decision


def test_an_empty_chain_is_refused_at_every_instant() -> None:
    policy = load(rule("later", "both", "leaf", LATER))
    for at in (AT, AT + 40 * DAY, AT + 41 * DAY):
        decision = evaluate(Pair([], leafs().server), policy, Context(at=at))
        assert ("chain.empty",) == decision.reasons
