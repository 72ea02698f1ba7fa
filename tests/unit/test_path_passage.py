"""The short ways of path processing and of the engine say what the long ones say."""

from __future__ import annotations

import hashlib
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Context, Pair, evaluate, load_policy
from mtlspolicy.derive import anchored, pool, search, side
from mtlspolicy.derive.anchored import Passage, passage_of
from mtlspolicy.derive.names import match_name, presents_host
from mtlspolicy.derive.path import Anchor
from mtlspolicy.derive.reading import Reading
from mtlspolicy.derive.search import search_paths
from mtlspolicy.derive.side import derive_side
from mtlspolicy.evidence.context import AnchorEvidence, PeerName, SideEvidence
from mtlspolicy.facts.read import forget_certificates
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name as distinguished
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from mtlspolicy.records import replace
from path_support import authority, constrain, entity, issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy import Decision, Policy
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import PairDraft

Change = str
AT = ORDINARY_AT


def _changed(draft: CertificateDraft, change: Change) -> CertificateDraft:
    if change == "no CA":
        value = extensions.basic_constraints()
        draft.set_extension("basicConstraints", value, critical=True)
    elif change == "usage":
        draft.set_key_usage("digitalSignature")
    elif change == "unknown critical":
        draft.set_extension("1.2.3.4", b"\x05\x00", critical=True)
    elif change == "policies":
        value = extensions.policy_constraints(0)
        draft.set_extension("policyConstraints", value, critical=True)
    elif change == "names":
        constrain(draft, [("dns", "example.com")])
    elif change == "other names":
        constrain(draft, [("dns", "example.net")])
    elif change == "signature":
        draft.signature = bytes(70)
    elif change == "old":
        draft.not_after = AT - 1
    return draft


_LEAFS = ("", "unknown critical", "policies", "signature")
_MIDDLES = (
    "",
    "no CA",
    "usage",
    "unknown critical",
    "policies",
    "names",
    "other names",
    "signature",
)
_ROOTS = ("", "no CA", "usage", "unknown critical", "policies", "names", "other names")


@pytest.mark.parametrize("lengths", list(product((None, 0, 1), (None, 0))), ids=str)
def test_the_only_way_is_judged_as_a_search_judges_it(
    monkeypatch: pytest.MonkeyPatch, lengths: tuple[int | None, int | None]
) -> None:
    """With every fault that one certificate of the path can have, and most pairs of them."""
    for leaf, middle, root in product(_LEAFS, _MIDDLES, _ROOTS):
        if leaf and middle and root:
            continue
        drafts = (
            _changed(entity(), leaf),
            _changed(authority("low", "p256-9"), middle),
            authority("middle", "p256-10", length=lengths[1]),
            _changed(authority("root", "p256-8", length=lengths[0]), root),
        )
        built = [issue(one, by) for one, by in zip(drafts, (*drafts[1:], drafts[-1]), strict=True)]
        anchors = (Anchor(built.pop(), "test"),)
        pool.forget()
        quick, again = search_paths(built, (), anchors), search_paths(built, (), anchors)
        with monkeypatch.context() as patch:
            patch.setattr(search, "straight_way", lambda *_: [])
            patch.setattr(search, "find", lambda *_: None)
            assert quick == again == search_paths(built, (), anchors)


def test_a_reading_has_no_other_attributes() -> None:
    """What it has not, it does not work out; nor has its standing."""
    reading = Reading.of(issue(entity()))
    for one in (reading, reading.standing):
        with pytest.raises(AttributeError, match="colour"):
            one.colour  # type: ignore[union-attr]  # noqa: B018


# -- names in place


@pytest.mark.parametrize(
    ("value", "direct"),
    [
        ("leaf.example.com", True),
        ("LEAF.example.COM", True),
        ("b.example.com", True),
        ("any.wild.example.com", False),
        ("eaf.example.com", False),
        ("leaf.example.con", False),
        ("under_score.example.com", False),
        ("*.wild.example.com", False),
        ("192.0.2.1", False),
        ("", False),
    ],
)
def test_a_host_name_is_found_in_place(value: str, *, direct: bool) -> None:
    """Where it is found it matches; where it is not, the long way tells."""
    names = ("b.example.com", "Leaf.Example.com", "*.wild.example.com", "under_score.example.com")
    leaf = issue(entity(*[("dns", name) for name in names]))
    content = leaf.names_in_place()

    assert content is not None
    assert direct is presents_host(content, value)
    if value:
        found = match_name(leaf, "dns", value).matched
        assert found is (direct or value == "any.wild.example.com")


# -- passages


def _context(**more: Any) -> Context:  # noqa: ANN401 - fields of a side
    built = ordinary_pair().build()
    client, server = (
        SideEvidence(
            **{
                "name": PeerName("dns", f"{name}.example.com"),
                "anchors": (AnchorEvidence(getattr(built, name).anchor),),
                **more,
            }
        )
        for name in ("client", "server")
    )
    return Context(at=AT, client=client, server=server)


def _passage(context: Context, chain: tuple[bytes, ...]) -> Passage | None:
    """Return the passage, which must be what is derived."""
    found = passage_of("server", chain, context)
    derived = derive_side("server", chain, context, own=False)
    if found is not None:
        (candidate,) = derived.candidates
        assert candidate.found is not None
        assert found.certificates == derived.certificates
        assert found.name == derived.name.seen
        assert found.line.identity == candidate.found.line
        for at in {*candidate.found.instants(), AT}:
            for one in (at - 1, at):
                assert found.is_current(one) is (not candidate.found.faults_at(one))
    return found


def test_a_passage_is_what_is_derived() -> None:
    """With names that match, do not, are not asked for, or are no plain host names."""
    presented = tuple(ordinary_pair().build().server.presented)
    names = (
        PeerName("dns", "server.example.com"),
        PeerName("dns", "other.example.com"),
        PeerName("dns", "no name"),
        PeerName("ip", "192.0.2.1"),
        None,
    )
    matched = []
    for name in names:
        found = _passage(_context(name=name), presented)
        assert found is not None
        matched.append(found.name[1])
    assert [True, False, False, False, None] == matched


def test_there_is_no_passage_without_a_straight_path() -> None:
    """No anchors, none that fits, nobody presented, too many, a signature that is wrong."""
    presented = tuple(ordinary_pair().build().server.presented)
    draft = ordinary_pair()
    draft.server.leaf.signature = bytes(70)
    forged = tuple(draft.build().server.presented)

    assert passage_of("server", presented, _context(anchors=None)) is None
    assert _passage(_context(anchors=()), presented) is None
    assert _passage(_context(), ()) is None
    assert _passage(_context(), presented * 51) is None
    assert _passage(_context(), forged) is None
    assert _passage(_context(), presented[:1]) is None


def test_the_last_passage_is_held_unless_it_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the same chain, evidence and word; another word is another passage."""
    context, presented = _context(), tuple(ordinary_pair().build().server.presented)
    first = passage_of("server", presented, context)
    assert first is passage_of("server", presented, context)
    vouched = Context(at=AT, asserted=("name",), client=context.client, server=context.server)
    assert first is not passage_of("server", presented, vouched)
    side.forget()
    assert {} == anchored._last

    # what stands behind a small leaf counts too
    monkeypatch.setattr(anchored, "_MOST_OCTETS", sum(map(len, presented)) - 1)

    assert first == passage_of("server", presented, context)
    assert {} == anchored._last


def test_that_there_is_no_passage_is_held_for_longer_chains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It holds on to nothing that was not presented: to look once per policy is for nobody."""
    presented = tuple(ordinary_pair().build().server.presented)
    context = _context(anchors=())
    monkeypatch.setattr(anchored, "_MOST_OCTETS", 0)
    side.forget()

    assert passage_of("server", presented, context) is None
    assert (context.server, presented, (), None) == anchored._last["server"]
    side.forget()
    monkeypatch.setattr(anchored, "_MOST_UNFOUND", sum(map(len, presented)) - 1)
    assert passage_of("server", presented, context) is None
    assert {} == anchored._last


def test_lists_of_anchors_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there are too many, they start afresh; equal lists are one."""
    monkeypatch.setattr(anchored, "_MOST_LISTS", 1)
    monkeypatch.setattr(anchored, "_memo", {})
    monkeypatch.setattr(anchored, "_same", {})
    presented = tuple(ordinary_pair().build().server.presented)
    for _ in range(2):
        for anchors in (_context().server.anchors, ()):
            assert (anchors == ()) is (_passage(_context(anchors=anchors), presented) is None)
            assert (1, 1) == (len(anchored._memo), len(anchored._same))


# -- the engine


def _evaluate(draft: PairDraft, context: Context, policy: Policy) -> Decision:
    built = draft.build()
    pair = Pair(client=tuple(built.client.presented), server=tuple(built.server.presented))
    return evaluate(pair, policy, context)


def _leaf(draft: PairDraft) -> CertificateDraft:
    return draft.server.leaf


def _with_another_hash(leaf: CertificateDraft) -> None:
    leaf.algorithm = "ecdsa-sha384"


def _with_a_policy(leaf: CertificateDraft) -> None:
    leaf.set_extension("certificatePolicies", extensions.certificate_policies("1.2.3.4"))


CHANGES: list[Callable[[CertificateDraft], object]] = [
    lambda leaf: leaf.copy(),
    lambda leaf: setattr(leaf, "not_after", AT - 1),
    lambda leaf: setattr(leaf, "not_before", AT + 1),
    lambda leaf: setattr(leaf, "not_before", AT - 86_400 * 500),
    lambda leaf: leaf.set_names(("dns", "other.example.com")),
    lambda leaf: leaf.set_purposes("codeSigning"),
    lambda leaf: leaf.drop_extension("extKeyUsage"),
    lambda leaf: leaf.set_key_usage("keyCertSign"),
    lambda leaf: setattr(leaf, "signature", bytes(70)),
    _with_another_hash,
    _with_a_policy,
]


def _came_to(decision: Decision) -> object:
    sides = [(one.masks, one.judgement.chosen, one.troubles) for one in decision.judged.sides()]
    return decision.decision, decision.reasons, sides


@pytest.mark.parametrize(
    "policy_id",
    [
        "legacy-dual-use",
        "cabf-strict",
        "dedicated-pki",
        "s2s-postfix",
        # they ask about other certificates of a key, and when the anchor was added
        "chrome-root-program",
        "mozilla-root-store",
    ],
)
def test_a_passage_decides_as_the_long_way_does(
    monkeypatch: pytest.MonkeyPatch, policy_id: str
) -> None:
    """Rule by rule, for leafs of every kind on one line, at two instants."""
    policy, context = load_policy(policy_id), _context()
    for later, change in product((0, 86_400 * 10_000), CHANGES):
        draft = ordinary_pair()
        for chain in (draft.client, draft.server):
            change(chain.leaf)
        moment = Context(at=AT + later, client=context.client, server=context.server)
        short = [_came_to(_evaluate(draft, moment, policy)) for _ in range(2)]
        with monkeypatch.context() as patch:
            patch.setattr("mtlspolicy.engine.chains._key", lambda *_: None)
            assert short == [_came_to(_evaluate(draft, moment, policy))] * 2
    assert all(rules.level and rules.lines for rules in policy.compiled[()].sides.values())


@pytest.mark.parametrize("policy_id", ["chrome-root-program", "mozilla-root-store"])
def test_a_passage_does_not_hide_what_is_beside_the_path(
    monkeypatch: pytest.MonkeyPatch, policy_id: str
) -> None:
    """Another certificate of the issuer's key, presented or known; dates of programmes."""
    policy, plain, draft = load_policy(policy_id), _context(), ordinary_pair()
    built = draft.build()
    chain = tuple(built.server.presented)
    twin = draft.server.issuers[0].copy()
    twin.subject = distinguished(("CN", "another certificate of the key"))
    twin.set_purposes("emailProtection")
    reused = twin.build()
    late = {hashlib.sha256(der).hexdigest(): AT + 86_400 * 90 for der in chain}
    added = [tuple(replace(one, added=at) for one in plain.server.anchors or ()) for at in (1, AT)]
    asked = [
        (chain, plain),
        ((*chain, reused), plain),
        (chain, replace(plain, server=replace(plain.server, intermediates=(reused,)))),
        (chain, replace(plain, ccadb=late)),
        *((chain, replace(plain, server=replace(plain.server, anchors=one))) for one in added),
    ]

    def answers() -> list[object]:
        client = tuple(built.client.presented)
        return [_came_to(evaluate(Pair(client, server), policy, one)) for server, one in asked]

    short = [answers() for _ in range(2)]
    assert short[0] == short[1]
    with monkeypatch.context() as patch:
        patch.setattr("mtlspolicy.engine.chains._key", lambda *_: None)
        assert short[0] == answers()
    assert any(one != short[0][0] for one in short[0])


def test_a_passage_is_explained_as_the_long_way_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Document by document."""
    policy, context = load_policy("legacy-dual-use"), _context()
    for change in CHANGES:
        draft = ordinary_pair()
        change(draft.server.leaf)
        short = [_evaluate(draft, context, policy).json(everything=True) for _ in range(2)]
        with monkeypatch.context() as patch:
            patch.setattr("mtlspolicy.engine.chains._key", lambda *_: None)
            assert short == [_evaluate(draft, context, policy).json(everything=True)] * 2


def test_a_leaf_whose_kind_is_its_own_is_judged_anew() -> None:
    """A rule on links looks at what leafs of one mould share; this one shares nothing."""
    policy, context = load_policy("cabf-strict"), _context()
    draft = ordinary_pair()
    draft.server.leaf.set_extension("1.2.3.4", bytes(2_000))
    _evaluate(draft, context, policy)
    rules = policy.compiled[()].sides["server"]
    rules.lines.clear()

    answers = [_evaluate(draft, context, policy).json(everything=True) for _ in range(2)]

    assert answers[0] == answers[1]
    assert rules.linked
    assert {} == rules.lines


def test_what_is_malformed_beside_the_path_is_told() -> None:
    """A passage looks at the path; bytes that nobody can read are refused all the same."""
    policy, context = load_policy("legacy-dual-use"), _context()
    built = ordinary_pair().build()
    odd = (*built.server.presented, b"\x30\x03\x02\x01")
    answers = [
        evaluate(Pair(tuple(built.client.presented), odd), policy, context) for _ in range(2)
    ]

    assert ["reject", "reject"] == [answer.decision for answer in answers]
    assert answers[0].json() == answers[1].json()
    assert ("server", 2) in {
        (f.role, f.certificate_index) for f in answers[1].findings if f.rule is None
    }


def test_what_is_derived_later_is_the_side_of_all_certificates() -> None:
    """Also where the facts of its leaf have been forgotten and are read again."""
    policy, context = load_policy("legacy-dual-use"), _context()
    decisions = [_evaluate(ordinary_pair(), context, policy) for _ in range(2)]
    forget_certificates()
    side.forget()

    (judged,) = [one for one in decisions[1].judged.sides() if one.side.side == "server"]

    assert 2 == len(judged.side.certificates)
    assert judged.leaf is judged.side.certificates[0]
    assert decisions[0].json(everything=True) == decisions[1].json(everything=True)


def test_judgements_of_one_path_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there are too many they start afresh, and the answers stay."""
    monkeypatch.setattr("mtlspolicy.engine.chains._MOST_JUDGEMENTS", 1)
    policy, context = load_policy("legacy-dual-use"), _context()
    _evaluate(ordinary_pair(), context, policy)
    for rules in policy.compiled[()].sides.values():
        rules.lines.clear()
    found = []
    for _ in range(3):
        for purpose in ("serverAuth", "codeSigning"):
            draft = ordinary_pair()
            _leaf(draft).set_purposes(purpose)
            found.append(_evaluate(draft, context, policy).decision)

    assert ["accept", "reject"] * 3 == found
    known = policy.compiled[()].sides["server"].lines.values()
    assert [1] == [len(judgements) for _, judgements in known if judgements]
