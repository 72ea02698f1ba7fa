"""What holds of every decision, whatever the policy, the pair and the evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mtlspolicy import Context, Decision, Pair, Policy, evaluate, load_policy_document
from mtlspolicy.engine.horizon import instants as horizon
from mtlspolicy.engine.judge import verdict_at
from mtlspolicy.evidence.assertions import ASSERTABLE
from mtlspolicy.evidence.context import AnchorEvidence, PeerName, SideEvidence
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE
from mtlspolicy.forge.pair import ordinary_pair
from support import naive
from support.policies import AT, leafs, load, ordinary, rule
from support.strategies import INSTANTS, instants, leaf_pairs, policies

if TYPE_CHECKING:
    from random import Random

EXAMPLES = settings(max_examples=50, deadline=None)
PERSPECTIVES = st.sampled_from(["both", "client", "server"])


def policy_of(document: dict[str, Any]) -> Policy:
    """Load afresh: without anything remembered."""
    return load_policy_document(json.dumps(document))


def texts(decision: Decision) -> str:
    return decision.json(everything=True)


@EXAMPLES
@given(policies(), leaf_pairs(), instants(), PERSPECTIVES)
def test_the_same_input_gives_the_same_bytes(
    document: dict[str, Any],
    pair: Pair,
    at: int,
    perspective: str,
) -> None:
    """Twice under one policy, and once more under the same policy loaded again."""
    context, policy = Context(at=at, perspective=perspective), policy_of(document)
    first = texts(evaluate(pair, policy, context))

    assert first == texts(evaluate(pair, policy, context))
    assert first == texts(evaluate(pair, policy_of(document), context))


@EXAMPLES
@given(policies(), leaf_pairs(), instants(), st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(
    document: dict[str, Any],
    pair: Pair,
    at: int,
    random: Random,
) -> None:
    rules = list(document["rules"])
    random.shuffle(rules)
    one = evaluate(pair, policy_of(document), Context(at=at))
    other = evaluate(pair, policy_of({**document, "rules": rules}), Context(at=at))

    assert one.decision == other.decision
    assert one.findings == other.findings
    assert one.valid_until == other.valid_until


@EXAMPLES
@given(
    policies(),
    leaf_pairs(),
    st.lists(st.tuples(instants(), PERSPECTIVES), min_size=2, max_size=6),
)
def test_memory_changes_no_decision(
    document: dict[str, Any],
    pair: Pair,
    times: list[tuple[int, str]],
) -> None:
    """A policy object that has judged before decides like a fresh one, at every instant."""
    warm = policy_of(document)
    for at, perspective in times:
        context = Context(at=at, perspective=perspective)

        assert texts(evaluate(pair, policy_of(document), context)) == texts(
            evaluate(pair, warm, context),
        )


@EXAMPLES
@given(policies(), st.lists(st.tuples(leaf_pairs(), instants()), min_size=2, max_size=6))
def test_other_pairs_change_no_decision(
    document: dict[str, Any],
    pairs: list[tuple[Pair, int]],
) -> None:
    """What was learnt from other leafs, of the same mould or another, is true of each of them."""
    warm = policy_of(document)
    for pair, at in pairs:
        context = Context(at=at)

        assert texts(evaluate(pair, policy_of(document), context)) == texts(
            evaluate(pair, warm, context),
        )


@EXAMPLES
@given(policies(), leaf_pairs(readable=True), instants())
def test_the_masks_agree_with_a_naive_interpreter(
    document: dict[str, Any],
    pair: Pair,
    at: int,
) -> None:
    expected = naive.judge(document, pair.client[0], pair.server[0], at)

    assert expected == evaluate(pair, policy_of(document), Context(at=at)).decision


@EXAMPLES
@given(policies(), leaf_pairs(), instants(), instants())
def test_a_verdict_is_constant_between_the_instants_of_its_dated_reading(
    document: dict[str, Any],
    pair: Pair,
    at: int,
    other: int,
) -> None:
    policy = policy_of(document)
    judged = evaluate(pair, policy, Context(at=at)).judged
    fresh = evaluate(pair, policy_of(document), Context(at=other))
    low, high = sorted((at, other))

    assert fresh.decision == verdict_at(judged, other)
    if not any(low < instant <= high for instant in horizon(judged)):
        assert judged.verdict == fresh.decision


@EXAMPLES
@given(policies(), leaf_pairs(), instants())
def test_valid_until_is_the_first_instant_with_another_verdict(
    document: dict[str, Any],
    pair: Pair,
    at: int,
) -> None:
    """By brute force over every second at which anything in these policies can change."""
    policy = policy_of(document)

    def verdict(second: int) -> str:
        policy.compiled.clear()  # all that it remembers
        return evaluate(pair, policy, Context(at=second)).decision

    decision = evaluate(pair, policy, Context(at=at))
    seconds = sorted({*INSTANTS, *(step + 1 for step in INSTANTS)})
    later = (second for second in seconds if second > at)
    differing = (second for second in later if verdict(second) != decision.decision)

    assert next(differing, None) == decision.valid_until


@EXAMPLES
@given(policies(), leaf_pairs(), instants())
def test_a_decision_carries_its_cause(document: dict[str, Any], pair: Pair, at: int) -> None:
    """What decided is among the findings: a failure, an unknown, or nothing of the kind."""
    decision = evaluate(pair, policy_of(document), Context(at=at))
    enforced = {finding.outcome for finding in decision.findings if finding.enforced}
    codes = {finding.code for finding in decision.findings}
    refusing = "fail" if decision.decision == "reject" else "unknown"

    assert ("fail" in enforced) == (decision.decision == "reject")
    assert decision.decision != "accept" or "unknown" not in enforced
    assert decision.reasons == tuple(
        sorted(
            {f.code for f in decision.findings if f.enforced and f.outcome == refusing}
            if not decision
            else ()
        ),
    )
    assert (decision.primary in codes) == (decision.decision != "accept")
    assert bool(decision) == (decision.decision == "accept") == (decision.alert is None)


# -- the caller's word and the evidence

FULL = load(
    rule("current", "both", "leaf", {"validity.current": True}),
    rule("path", "both", "path", {"path.valid": True}),
    rule("name", "server", "leaf", {"name.matches": True}),
    rule("ku", "both", "issuer", {"key_usage.includes": "keyCertSign"}),
    rule("link", "both", "link", {"validity.ordered": True}),
    rule("anchor", "client", "anchor", {"key_usage.present": True}),
    rule("nested", "client", "leaf", {"purpose.permitted": {"purpose": "clientAuth"}}),
)
WORDS = [word for bare in ASSERTABLE for word in (bare, f"client.{bare}", f"server.{bare}")]


@st.composite
def presented(draw: st.DrawFn) -> Pair:
    """Leaf alone, with its issuer, with strangers, twice; with odd purposes above."""
    draft = ordinary_pair()
    if draw(st.booleans()):
        draft.client.issuers[0].set_purposes(draw(st.sampled_from(["serverAuth", "clientAuth"])))
    built = draft.build()
    stranger = ordinary().server[1]

    def chain(*wire: bytes, anchor: bytes) -> list[bytes]:
        above = st.sampled_from([*wire, anchor, stranger])
        return [wire[0], *draw(st.lists(above, max_size=3))]

    return Pair(
        client=chain(*built.client.presented[:2], anchor=built.client.anchor),
        server=chain(*built.server.presented[:2], anchor=built.server.anchor),
    )


def evidence(*, anchors: str, name: str) -> SideEvidence:
    draft = ordinary_pair().build()
    known = {"ours": (AnchorEvidence(draft.server.anchor),), "none": (), "unsaid": None}[anchors]
    return SideEvidence(anchors=known, name=PeerName("dns", name) if name else None)


@EXAMPLES
@given(presented(), st.sets(st.sampled_from(WORDS)), st.sets(st.sampled_from(WORDS)))
def test_asserting_more_never_turns_an_accept_round(
    pair: Pair,
    some: set[str],
    more: set[str],
) -> None:
    before = evaluate(pair, FULL, Context(at=AT, asserted=tuple(sorted(some))))
    after = evaluate(pair, FULL, Context(at=AT, asserted=tuple(sorted(some | more))))

    assert not before or after.decision == "accept"


@EXAMPLES
@given(
    presented(),
    st.sets(st.sampled_from(WORDS)),
    st.sampled_from(["ours", "none", "unsaid"]),
    st.sampled_from(["server.example.com", "other.example.com", ""]),
)
def test_evidence_wins_over_the_callers_word(
    pair: Pair,
    words: set[str],
    anchors: str,
    name: str,
) -> None:
    """What evidence shows to be wrong stays wrong, whatever is asserted."""
    server = evidence(anchors=anchors, name=name)
    told = evaluate(pair, FULL, Context(at=AT, server=server))
    vouched = evaluate(pair, FULL, Context(at=AT, server=server, asserted=tuple(sorted(words))))

    assert told.decision != "reject" or vouched.decision == "reject"


@EXAMPLES
@given(
    presented(),
    st.sampled_from(["ours", "none"]),
    st.sampled_from(["server.example.com", "other.example.com"]),
    st.sets(st.sampled_from(["anchors", "name"])),
)
def test_taking_evidence_away_accepts_nothing_more(
    pair: Pair,
    anchors: str,
    name: str,
    without: set[str],
) -> None:
    full = evidence(anchors=anchors, name=name)
    less = replace(
        full,
        anchors=None if "anchors" in without else full.anchors,
        name=None if "name" in without else full.name,
    )
    words = ("client.path", "client.issuers")
    with_all = evaluate(pair, FULL, Context(at=AT, server=full, asserted=words))
    with_less = evaluate(pair, FULL, Context(at=AT, server=less, asserted=words))

    assert with_all.decision != "reject" or with_less.decision != "accept"


@EXAMPLES
@given(policies(), leaf_pairs(), instants(), st.sets(st.sampled_from(WORDS)))
def test_the_callers_word_covers_trust_only(
    document: dict[str, Any],
    pair: Pair,
    at: int,
    words: set[str],
) -> None:
    """Rules on leafs ask about bytes and time alone: no assertion touches them."""
    bare = evaluate(pair, policy_of(document), Context(at=at))
    vouched = evaluate(pair, policy_of(document), Context(at=at, asserted=tuple(sorted(words))))

    assert bare.decision == vouched.decision
    assert bare.findings == vouched.findings


# -- whatever comes

ROW = st.sampled_from(sorted(HOSTILE) + sorted(ENCODINGS))


def forged(row: str) -> bytes:
    return HOSTILE[row]() if row in HOSTILE else ENCODINGS[row]()


LENIENT = load(
    rule("any", "both", "leaf", {"validity.evaluated": {"from": "1990-01-01T00:00:00Z"}}),
    rule("dated", "both", "leaf", {"validity.current": True}, mode="warn"),
)


@EXAMPLES
@given(
    st.lists(st.binary(max_size=80) | ROW.map(forged), max_size=4),
    st.lists(instants(), min_size=1, max_size=3),
)
def test_no_bytes_break_the_engine_and_none_but_der_is_accepted(
    chain: list[bytes],
    times: list[int],
) -> None:
    """Under a policy that would take anything, at several instants of one policy object."""
    good = bool(chain) and all(read_certificate(der).well_formed for der in chain)
    pair = Pair(client=chain, server=leafs().server)
    for at in times:
        decision = evaluate(pair, LENIENT, Context(at=at))

        assert ("accept" if good else "reject") == decision.decision
        assert json.loads(texts(decision))["decision"] == decision.decision
        assert decision.primary != "engine.fault"


@EXAMPLES
@given(policies(), st.lists(ROW.map(forged), min_size=1, max_size=2), instants())
def test_hostile_shapes_fault_no_rule(
    document: dict[str, Any],
    chain: list[bytes],
    at: int,
) -> None:
    decision = evaluate(Pair(client=chain, server=chain), policy_of(document), Context(at=at))

    assert "engine.fault" not in {finding.code for finding in decision.findings}
    assert not decision or all(read_certificate(der).well_formed for der in chain)
