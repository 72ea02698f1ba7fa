"""Decisions and policies from hand to hand: unchangeable, copied, and in another process."""

from __future__ import annotations

import copy
import copyreg
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import (
    Context,
    Decision,
    Pair,
    PeerName,
    Policy,
    SideEvidence,
    evaluate,
    load_policy,
    load_policy_document,
    loader,
)
from mtlspolicy.engine import decision as decision_module
from mtlspolicy.engine.judge import judge_at
from mtlspolicy.errors import InputError, PolicyError, ProposalNotEnabledError
from support.policies import AT, DAY, document, leafs, load, ordinary, rule

if TYPE_CHECKING:
    from collections.abc import Callable

DRAFT = "draft-frank-mtls-via-serverauth-extension-00"
PROPOSAL = "draft-frank-s2s-eku-only"
CURRENT = rule("current", "both", "leaf", {"validity.current": True})
OWN = rule("days", "client", "leaf", {"validity.days_at_most": {"setting": "days"}}, mode="warn")
DAYS = {"days": {"type": "integer", "title": "days", "default": 90}}


def sent(value: Any) -> Any:  # noqa: ANN401 - whatever it is
    """Send it to another process and back, as far as bytes are concerned."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def proposal() -> Policy:
    return load_policy(PROPOSAL, enable_proposal=DRAFT)


DECISIONS: dict[str, Callable[[], Decision]] = {
    "accept": lambda: evaluate(leafs(), load(CURRENT), Context(at=AT)),
    "reject": lambda: evaluate(leafs(), load(CURRENT), Context(at=0)),
    "indeterminate": lambda: evaluate(leafs(), load_policy("cabf-strict"), Context(at=AT)),
    "broken": lambda: evaluate(Pair(client=[b"0"], server=[]), load(CURRENT), Context(at=AT)),
    "settings": lambda: evaluate(
        leafs(),
        load(CURRENT, OWN, settings=DAYS),
        Context(at=AT, settings={"days": 7}, asserted=("path", "client.name")),
    ),
    "evidence": lambda: evaluate(
        ordinary(),
        load(CURRENT, rule("name", "both", "leaf", {"name.matches": True})),
        Context(at=AT, server=SideEvidence(name=PeerName("dns", "other.example"))),
    ),
    "proposal": lambda: evaluate(ordinary(), proposal(), Context(at=AT, asserted=("path",))),
}


@pytest.mark.parametrize("name", sorted(DECISIONS))
def test_a_decision_says_the_same_in_another_process(name: str) -> None:
    decision = DECISIONS[name]()
    again = sent(decision)

    assert decision is not again
    assert decision.json(everything=True) == again.json(everything=True)
    assert bool(decision) == bool(again)


def test_a_decision_cannot_be_made_another_one() -> None:
    decision: Any = DECISIONS["reject"]()

    for name, value in (("decision", "accept"), ("primary", None), ("more", 1)):
        with pytest.raises(AttributeError):
            setattr(decision, name, value)
    assert ("reject", False) == (decision.decision, bool(decision))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_what_nothing_changes_is_its_own_copy(copied: Callable[[Any], Any]) -> None:
    decision, policy = DECISIONS["reject"](), load(CURRENT)

    assert (decision, policy) == (copied(decision), copied(policy))


def test_a_pickle_claims_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is decided again; and where another version could decide otherwise, refused."""
    pickled = pickle.dumps(DECISIONS["reject"]())
    with pytest.raises(InputError, match="the decision is one of mtlspolicy"):
        pickle.loads(pickled.replace(b"\x06reject", b"\x06accept"))  # noqa: S301 - our own
    monkeypatch.setattr(decision_module, "VERSION", "0.0.0")
    with pytest.raises(InputError, match=r"and this is mtlspolicy 0\.0\.0") as caught:
        pickle.loads(pickled)  # noqa: S301 - our own

    assert "pass `decision.json()` between different versions" == caught.value.help


def test_what_was_judged_for_another_instant_is_not_sent() -> None:
    """Its evidence is that of the first: nobody could decide it again."""
    later = Decision(judge_at(DECISIONS["accept"]().judged, AT + DAY))

    with pytest.raises(TypeError, match=r"pass its `json\(\)`"):
        pickle.dumps(later)


# -- policies


def test_a_built_in_policy_is_sent_by_its_id() -> None:
    policy = load_policy("cabf-strict")

    assert policy is sent(policy)


def test_a_policy_of_ones_own_is_sent_as_its_document() -> None:
    base = {"extends": "legacy-dual-use", "settings": DAYS}
    policy = load_policy_document(json.dumps(document(OWN, **base)))
    again = sent(policy)

    assert (policy.sha256, policy.id) == (again.sha256, again.id)
    assert policy is not again
    assert [one.id for one in policy.rules] == [one.id for one in again.rules]
    assert list(policy.settings) == list(again.settings)


def test_a_proposal_is_sent_with_the_name_that_enables_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What travels is what was given when it was loaded, and it is asked for again."""
    own = load_policy_document(
        json.dumps(document(CURRENT, extends=PROPOSAL)), enable_proposal=DRAFT
    )
    for policy in (proposal(), own):
        reduced: Any = copyreg.dispatch_table[Policy](policy)
        restore, (given, name, digest) = reduced
        monkeypatch.setattr(loader, "_loaded", {})  # as in a process that has loaded nothing

        assert (DRAFT, policy.sha256) == (name, restore(given, name, digest).sha256)
        assert policy.sha256 == sent(policy).sha256
        with pytest.raises(ProposalNotEnabledError):
            load_policy(PROPOSAL)
        with pytest.raises(ProposalNotEnabledError):
            restore(given, None, digest)


def test_a_policy_that_is_another_one_there_is_refused() -> None:
    pickled = pickle.dumps(load_policy("cabf-strict"))
    digest = load_policy("cabf-strict").sha256.encode()

    with pytest.raises(PolicyError, match="`cabf-strict` is another one in this version"):
        pickle.loads(pickled.replace(digest, b"0" * len(digest)))  # noqa: S301 - our own
