"""The straight way above a leaf: remembered, and never for a leaf that it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy import Context, Pair, evaluate, load_policy
from mtlspolicy.derive import pool, side, signatures, straight
from mtlspolicy.derive.path import Anchor, PathOptions
from mtlspolicy.derive.search import search_paths
from mtlspolicy.evidence.context import AnchorEvidence, PeerName, SideEvidence
from mtlspolicy.forge import extensions
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from path_support import AT, authority, chain, constrain, entity, issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy import Decision, Policy
    from mtlspolicy.derive.path import PathSearch
    from mtlspolicy.facts.certificate import Certificate, PublicKey
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import BuiltPair, PairDraft

ROOT = authority("root", "p256-8")
MIDDLE = authority("middle", "p256-9", length=0)


class Place:
    """One set of anchors, and what was asked under it."""

    def __init__(self, *above: CertificateDraft) -> None:
        """Take the issuers, the anchor last."""
        pool.forget()
        presented, anchor = chain(entity(), *above)
        self.above = presented[1:]
        self.anchors = (anchor,)
        self.ask(presented[0])

    def ask(self, leaf: Certificate) -> PathSearch:
        """Search with the same issuers and the same tuple of anchors."""
        return search_paths([leaf, *self.above], (), self.anchors)

    def both(self, leaf: Certificate) -> PathSearch:
        """Search as a line may answer, and as if there were none; both must be one answer."""
        quick = self.ask(leaf)
        straight.forget()
        assert quick == self.ask(leaf)
        return quick


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the list that grows by one for each signature that is verified from now on."""
    asked: list[object] = []
    verify = signatures.verify

    def counted(signed: signatures.Signed, key: PublicKey) -> signatures.Outcome:
        asked.append(signed)
        return verify(signed, key)

    monkeypatch.setattr(signatures, "verify", counted)
    return asked


def test_the_second_leaf_of_an_issuer_takes_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own signature is verified, and nothing else is searched or judged."""
    place = Place(MIDDLE, ROOT)
    asked = _counting(monkeypatch)
    monkeypatch.delattr("mtlspolicy.derive.search.straight_way")

    (first,) = place.ask(issue(entity(cn="one"), MIDDLE)).candidates
    (again,) = place.ask(issue(entity(cn="one"), MIDDLE)).candidates
    (second,) = place.ask(issue(entity(cn="two"), MIDDLE)).candidates

    assert [2, ()] == [len(asked), first.faults]
    assert first == again
    assert first.line is not None
    assert first.line is second.line
    assert (0, 1) == first.indices
    assert place.anchors[0] is first.anchor


def _signed_by_another(leaf: CertificateDraft) -> Certificate:
    return issue(leaf, authority("middle", "p256-7", length=0))


def _with_its_issuers_key(leaf: CertificateDraft) -> Certificate:
    leaf.key = MIDDLE.key
    return issue(leaf, MIDDLE)


def _with_an_unknown_critical_extension(leaf: CertificateDraft) -> Certificate:
    leaf.set_extension("1.2.3.4", b"\x05\x00", critical=True)
    return issue(leaf, MIDDLE)


def _demanding_a_policy(leaf: CertificateDraft) -> Certificate:
    leaf.set_extension("policyConstraints", extensions.policy_constraints(0), critical=True)
    return issue(leaf, MIDDLE)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_signed_by_another, "path.signature_invalid"),
        (_with_an_unknown_critical_extension, "path.unknown_critical_extension"),
        (_demanding_a_policy, "path.policy"),
        (_with_its_issuers_key, None),
        (lambda leaf: issue(leaf, authority("stranger", "p256-7")), "path.issuer_missing"),
    ],
)
def test_what_is_wrong_with_a_leaf_is_told_all_the_same(
    make: Callable[[CertificateDraft], Certificate], code: str | None
) -> None:
    """A line is for leafs that have nothing wrong of their own."""
    found = Place(MIDDLE, ROOT).both(make(entity(cn="other")))

    assert ([] if code is None else [code]) == [f.code for f in found.candidates[0].faults]


def test_a_wrong_signature_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search that explains it does not ask again."""
    place = Place(MIDDLE, ROOT)
    asked = _counting(monkeypatch)

    place.ask(_signed_by_another(entity(cn="other")))

    assert 1 == len(asked)


def test_an_issuer_presented_as_leaf_does_not_take_its_own_line() -> None:
    """Neither itself, nor an anchor that is presented as the leaf."""
    place = Place(MIDDLE, ROOT)
    middle, root = place.above[0], issue(ROOT)

    assert [()] == [c.faults for c in place.both(middle).candidates]
    assert place.both(root).candidates[0].is_pinned


def test_a_leaf_that_is_an_anchor_is_pinned_also_where_a_line_is_known() -> None:
    """What the caller trusts itself comes first, with and without a line."""
    pool.forget()
    pinned = issue(entity(cn="pinned"), MIDDLE)
    (first, middle), anchor = chain(entity(), MIDDLE, ROOT)
    anchors = (anchor, Anchor(pinned, "pins"))
    search_paths([first, middle], (), anchors)

    found = search_paths([pinned, middle], (), anchors)

    assert ["pins", "test"] == [c.anchor.group for c in found.candidates if c.anchor]


def test_a_pinned_leaf_makes_nobody_an_issuer() -> None:
    """It is trusted as a leaf; what its key signed in its name is under an anchor that is no CA."""
    pool.forget()
    draft = entity(cn="pinned")
    anchors = (Anchor(issue(draft), "pins"),)
    below = issue(entity(cn="below", key="p256-1"), draft)
    (pinned,) = search_paths([anchors[0].certificate], (), anchors).candidates

    found = search_paths([below], (), anchors)

    assert () == pinned.faults
    assert {} == straight._lines
    assert ["path.anchor_not_ca"] == [f.code for f in found.candidates[0].faults]


def test_the_key_of_an_issuer_in_a_leaf_makes_no_line() -> None:
    """Such a leaf may be a loop; which one is the business of the search."""
    pool.forget()
    (_, middle), anchor = chain(entity(), MIDDLE, ROOT)
    leaf = _with_its_issuers_key(entity(cn="other"))
    (candidate,) = search_paths([leaf, middle], (), anchors := (anchor,)).candidates

    assert () == candidate.faults
    assert {} == straight._lines
    assert search_paths([leaf, middle], (), anchors).candidates == (candidate,)


@pytest.mark.parametrize(
    "above",
    [
        # constraints look at the names of each leaf
        (constrain(authority("middle", "p256-9"), [("dns", "example.com")]), ROOT),
        (MIDDLE, constrain(authority("root", "p256-8"), [("dns", "example.com")])),
    ],
)
def test_name_constraints_are_judged_for_each_leaf(above: tuple[CertificateDraft, ...]) -> None:
    """The first leaf kept them, which says nothing of the second."""
    place = Place(*above)
    other = issue(entity(("dns", "other.example.net"), cn="other"), above[0])

    assert {} == straight._lines
    assert ["path.name_constraint_permitted"] == [
        f.code for f in place.both(other).candidates[0].faults
    ]


def test_nothing_is_learned_where_there_is_a_choice_or_a_fault() -> None:
    """Two certificates of the issuer's name, an end that is no anchor, an issuer that is no CA."""
    pool.forget()
    (leaf, middle), anchor = chain(entity(), MIDDLE, ROOT)
    twin = issue(authority("middle", "p256-9"), ROOT)
    anchors = (anchor,)
    poor = authority("middle", "p256-9")
    poor.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)

    search_paths([leaf, middle, twin], (), anchors)
    search_paths([leaf], (), anchors)
    search_paths([leaf, issue(poor, ROOT)], (), anchors)
    search_paths([leaf, middle], (), list(anchors))  # not a tuple: its pool is not kept
    search_paths([leaf, middle], (), anchors, options=PathOptions(max_path_length=5))

    assert {} == straight._lines


def test_a_known_intermediate_makes_a_line_too() -> None:
    """It has no place in the presented chain."""
    pool.forget()
    (leaf, middle), anchor = chain(entity(), MIDDLE, ROOT)
    known, anchors = (middle,), (anchor,)
    search_paths([leaf], known, anchors)

    (candidate,) = search_paths([issue(entity(cn="two"), MIDDLE)], known, anchors).candidates

    assert (0, None) == candidate.indices
    assert candidate.line is not None


def test_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there are too many they start afresh, and answers stay."""
    monkeypatch.setattr(straight, "_MAX_LINES", 1)
    place = Place(MIDDLE, ROOT)
    low = authority("low", "p256-10")
    presented, _ = chain(entity(), low, ROOT)
    search_paths(presented, (), place.anchors)

    assert 1 == len(straight._lines)
    assert () == place.ask(issue(entity(cn="two"), MIDDLE)).candidates[0].faults


def test_the_dates_of_each_leaf_count() -> None:
    """Of the leaf, its issuer and the anchor, at both ends."""
    place = Place(MIDDLE, ROOT)
    old = entity(cn="old")
    old.not_after = AT - 1
    (candidate,) = place.ask(issue(old, MIDDLE)).candidates

    assert candidate.line is not None
    assert () == candidate.faults_at(AT - 1)
    assert ["path.expired"] == [f.code for f in candidate.faults_at(AT)]


# -- the engine's side of it


def _evaluate(draft: PairDraft, context: Context, policy: Policy) -> Decision:
    built = draft.build()
    pair = Pair(client=tuple(built.client.presented), server=tuple(built.server.presented))
    return evaluate(pair, policy, context)


def _context(built: BuiltPair) -> Context:
    client, server = (
        SideEvidence(
            name=PeerName("dns", f"{name}.example.com"),
            anchors=(AnchorEvidence(getattr(built, name).anchor),),
        )
        for name in ("client", "server")
    )
    return Context(at=ORDINARY_AT, client=client, server=server)


def test_decisions_on_one_line_are_those_of_a_cold_start() -> None:
    """Accepted leafs, an expired one, a wrong name, a purpose: warm and cold say the same."""
    drafts = []
    for change in ("none", "later", "expired", "name", "purpose"):
        draft = ordinary_pair()
        leaf = draft.server.leaf
        if change == "later":
            leaf.not_before += 60
        if change == "expired":
            leaf.not_after = ORDINARY_AT - 1
        if change == "name":
            leaf.set_names(("dns", "other.example.com"))
        if change == "purpose":
            leaf.set_purposes("codeSigning")
        drafts.append(draft)
    context = _context(drafts[0].build())
    policy = load_policy("legacy-dual-use")
    warm = [_evaluate(draft, context, policy) for draft in drafts]
    assert all(rules.lines for rules in policy.compiled[()].sides.values())
    cold = []
    for draft in drafts:
        pool.forget()
        side.forget()
        for rules in policy.compiled[()].sides.values():
            rules.lines.clear()
        cold.append(_evaluate(draft, context, policy))

    assert ["accept", "accept", "reject", "reject", "reject"] == [d.decision for d in warm]
    assert [d.findings for d in cold] == [d.findings for d in warm]
    assert [d.reasons for d in cold] == [d.reasons for d in warm]


def test_remembered_judgements_of_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each second is a key of its own, so they have to be."""
    monkeypatch.setattr("mtlspolicy.engine.chains._MOST_LINES", 1)
    context = _context(ordinary_pair().build())
    policy = load_policy("legacy-dual-use")
    for second in range(3):
        later = Context(at=ORDINARY_AT + second, client=context.client, server=context.server)
        assert _evaluate(ordinary_pair(), later, policy)

    assert [1, 1] == [len(rules.lines) for rules in policy.compiled[()].sides.values()]
