"""Laws of DNS evidence under draft-frank's policy: less, worse or odd answers admit nobody."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from mtlspolicy import Context, Pair, evaluate, load_policy
from mtlspolicy.derive.dns.answers import read_answers
from mtlspolicy.derive.dns.lookup import MAX_ALIASES, follow
from mtlspolicy.evidence.document import read_context
from mtlspolicy.instants import format_instant
from mtlspolicy.suite.cases.draft_frank import ADDRESS, DRAFT, HOST, REVERSE, TLSA, peers

if TYPE_CHECKING:
    from mtlspolicy import Decision, Policy

AT = 1_777_593_600
NAMES = [REVERSE, HOST, TLSA, "a.example", "b.example", "_xmpp-server._tcp." + HOST]
STATUSES = ["secure", "insecure", "indeterminate", "bogus"]
NEEDED = 3
"""The answers that the ordinary pair stands on: PTR, A and the denial of TLSA."""


@cache
def policy() -> Policy:
    document = "draft-frank-mtls-via-serverauth-extension-00"
    return load_policy(DRAFT, enable_proposal=document)


@cache
def built() -> tuple[Pair, dict[str, Any]]:
    pair = peers().build()
    return Pair(client=pair.client.presented, server=pair.server.presented), pair.evidence


def decide(answers: list[Any], **settings: Any) -> Decision:  # noqa: ANN401 - JSON
    pair, evidence = built()
    document = {**evidence, "dns": {"answers": answers}, "settings": settings}
    return evaluate(pair, policy(), read_context(document))


def ordinary() -> list[dict[str, Any]]:
    return [dict(one) for one in built()[1]["dns"]["answers"]]


DATA: dict[str, st.SearchStrategy[Any]] = {
    "PTR": st.sampled_from(NAMES).map(lambda name: {"target": name}),
    "CNAME": st.sampled_from(NAMES).map(lambda name: {"target": name}),
    "A": st.sampled_from([ADDRESS, "192.0.2.99", "::1", "none"]).map(lambda one: {"address": one}),
    "TLSA": st.fixed_dictionaries(
        {
            "usage": st.integers(0, 4),
            "selector": st.integers(0, 2),
            "matching_type": st.integers(0, 3),
            "data": st.sampled_from(["", "00", "00" * 32, "00" * 64]),
        }
    ),
    "SRV": st.fixed_dictionaries(
        {
            "priority": st.just(0),
            "weight": st.just(0),
            "port": st.sampled_from([5269, 5222]),
            "target": st.sampled_from([*NAMES, "."]),
        }
    ),
}


@st.composite
def some_answer(draw: st.DrawFn) -> dict[str, Any]:
    """One answer about a few names, of any content, status and age."""
    kind = draw(st.sampled_from(sorted(DATA)))
    found: dict[str, Any] = {
        "owner": draw(st.sampled_from(NAMES)),
        "type": kind,
        "status": draw(st.sampled_from(STATUSES)),
        "ttl": draw(st.sampled_from([0, 300, 2**31 - 1])),
        "time": format_instant(AT + draw(st.sampled_from([-86_400, -10, 0, 10]))),
    }
    if draw(st.booleans()):
        found["data"] = draw(st.lists(DATA[kind], min_size=1, max_size=12))
    else:
        found["failure"] = draw(st.sampled_from(["nxdomain", "nodata", "timeout", "servfail"]))
    return found


@given(st.lists(some_answer(), max_size=12), st.sampled_from(NAMES), st.sampled_from(sorted(DATA)))
def test_every_question_comes_to_an_end(answers: list[Any], owner: str, kind: str) -> None:
    """Whatever the aliases are, the chain is short and its word is one of the known."""
    found = follow(read_answers({"answers": answers}), owner, kind, AT)

    # at every owner the answer that is followed, and one beside it
    assert len(found.hops) <= 2 * (MAX_ALIASES + 2)
    assert bool(found.records) == (found.end == "data")


@given(st.lists(some_answer(), max_size=8))
def test_no_other_answers_let_a_peer_in(answers: list[Any]) -> None:
    """Only a PTR and an A record that fit, and an answer about TLSA, let anybody in."""
    if decide(answers):
        assert {"PTR", "A", "TLSA"} <= {one["type"] for one in answers}


@given(st.sets(st.integers(0, NEEDED - 1), min_size=1))
def test_fewer_answers_are_never_an_accept(left_out: set[int]) -> None:
    """What was not asked is unknown: never a refusal that more would lift, never an accept."""
    answers = [one for number, one in enumerate(ordinary()) if number not in left_out]

    assert "indeterminate" == decide(answers).decision


@given(st.integers(0, NEEDED - 1), st.sampled_from(["bogus", "failed", "future"]))
def test_a_bad_answer_is_always_a_refusal(number: int, how: str) -> None:
    """Each of the answers that are needed can be bad, and each then refuses."""
    answers = ordinary()
    bad = answers[number]
    if how == "future":
        bad["time"] = format_instant(AT + 1)
    elif how == "bogus":
        bad["status"] = "bogus"
    else:
        bad.pop("data", None)
        bad |= {"failure": "timeout", "status": "indeterminate"}

    assert "reject" == decide(answers).decision


@given(st.lists(st.sampled_from(STATUSES), min_size=2, max_size=2))
def test_worse_dnssec_never_turns_a_refusal_into_an_accept(statuses: list[str]) -> None:
    """The chain is as good as its worst hop, with and without a demand for signatures."""
    answers = ordinary()
    for one, status in zip(answers, statuses, strict=False):
        one["status"] = status
    worst = max(STATUSES.index(status) for status in statuses)

    assert (worst <= 1) == bool(decide(answers))
    assert (worst == 0) == bool(decide(answers, require_dnssec=True))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda part: (
            st.lists(part, max_size=3)
            | st.dictionaries(
                st.sampled_from(["answers", "owner", "type", "data"]), part, max_size=3
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_came_past_the_schema_is_refused(document: Any) -> None:  # noqa: ANN401 - JSON
    """The engine is total: a context made by hand may hold anything."""
    pair, evidence = built()
    context = read_context(evidence)
    other = Context(
        at=context.at,
        client=context.client,
        server=context.server,
        handshake=context.handshake,
        dns=document,
    )
    decision = evaluate(pair, policy(), other)

    assert not decision
    assert "engine.fault" not in {finding.code for finding in decision.findings}
