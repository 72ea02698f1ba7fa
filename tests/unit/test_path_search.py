"""Finding candidate paths: order, loops, crowds, bounds."""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING

import pytest

from mtlspolicy import limits
from mtlspolicy.der import writer
from mtlspolicy.derive import pool, reading, standing
from mtlspolicy.derive.path import Anchor
from mtlspolicy.derive.pool import Entry, Pool
from mtlspolicy.derive.search import search_paths
from mtlspolicy.derive.straight import forget as forget_lines
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.names import EMPTY, name
from path_support import AT, authority, chain, entity, issue, judged, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.facts.certificate import Certificate

ROOT = authority("root", "p256-8")
MIDDLE = authority("middle", "p256-9")
LOWER = authority("lower", "p256-10")


def test_nothing_presented_has_no_candidate() -> None:
    """An empty chain is legal input; that it is a reject is said elsewhere."""
    found = search([])

    assert () == found.candidates
    assert found.exhausted is None


def test_every_order_of_the_issuers_gives_the_same_path() -> None:
    """RFC 8446, 4.4.2: servers are told to keep an order, and do not."""
    (leaf, *issuers), anchor = chain(entity(), LOWER, MIDDLE, ROOT)
    paths = set()
    for order in itertools.permutations(issuers):
        (candidate,) = search([leaf, *order], anchor).candidates
        assert () == candidate.faults
        assert [order.index(c) + 1 for c in issuers] == list(candidate.indices[1:])
        paths.add(candidate.certificates)

    assert {(leaf, *issuers)} == paths


def test_the_anchor_may_be_presented_too() -> None:
    """A root sent along is neither needed nor harmful, and makes no second path."""
    presented, anchor = chain(entity(), MIDDLE, ROOT)

    (candidate,) = search([*presented, anchor.certificate], anchor).candidates

    assert () == candidate.faults
    assert (0, 1) == candidate.indices
    assert anchor is candidate.anchor


def test_known_intermediates_complete_a_chain() -> None:
    """A server that sends its leaf alone is helped by whoever knows the issuer."""
    (leaf, middle), anchor = chain(entity(), MIDDLE, ROOT)

    (alone,) = search([leaf], anchor).candidates
    (helped,) = search([leaf], anchor, known=(middle,)).candidates
    (both,) = search([leaf, middle], anchor, known=(middle,)).candidates

    assert ["path.issuer_missing"] == [f.code for f in alone.faults]
    assert alone.anchor is None
    assert (0, None) == helped.indices
    assert () == helped.faults
    assert (0, 1) == both.indices  # presented and known: one path, not two


def test_a_missing_issuer_is_named() -> None:
    """The operator learns which certificate to send or to trust."""
    presented, _ = chain(entity(), MIDDLE, ROOT)

    (candidate,) = search(presented).candidates

    (fault,) = candidate.faults
    assert ("path.issuer_missing", 1) == (fault.code, fault.position)
    assert "an issuer `CN=root`" == fault.expected
    assert not candidate.is_pinned


def test_an_untrusted_root_is_told_apart() -> None:
    """A chain that is whole but ends elsewhere wants an anchor, not an intermediate."""
    presented, anchor = chain(entity(), MIDDLE, ROOT)
    other = Anchor(issue(authority("other", "p256-7")), "test")

    (candidate,) = search([*presented, anchor.certificate], other).candidates

    assert [("path.root_untrusted", 2)] == [(f.code, f.position) for f in candidate.faults]


def test_a_self_signed_leaf_is_an_untrusted_root() -> None:
    """Nobody vouches for it."""
    leaf = issue(entity())

    (candidate,) = search([leaf]).candidates

    assert [("path.root_untrusted", 0)] == [(f.code, f.position) for f in candidate.faults]


def test_the_leaf_may_itself_be_an_anchor() -> None:
    """A pinned leaf needs no issuer, and need not be a CA."""
    leaf = issue(entity())

    (candidate,) = search([leaf], Anchor(leaf, "pinned")).candidates

    assert candidate.is_pinned
    assert (leaf,) == candidate.certificates
    assert () == candidate.faults_at(AT)
    assert (leaf.not_before, int(str(leaf.not_after)) + 1) == candidate.instants()


def test_a_pinned_leaf_still_has_faults_of_its_own() -> None:
    """Trusting a certificate does not make its critical extensions understood."""
    draft = entity()
    draft.set_extension("1.2.3.4", b"\x05\x00", critical=True)
    leaf = issue(draft)

    (candidate,) = search([leaf], Anchor(leaf, "pinned")).candidates

    assert ["path.unknown_critical_extension"] == [f.code for f in candidate.faults]
    assert ["path.unknown_critical_extension", "path.expired"] == [
        f.code for f in candidate.faults_at(2**40)
    ]


def test_a_leaf_that_is_pinned_in_one_group_and_issued_in_another_has_both_paths() -> None:
    """Where the chain ends decides, so both ends are told."""
    (leaf,), anchor = chain(entity(), ROOT)

    pinned, issued = search([leaf], anchor, Anchor(leaf, "pinned")).candidates

    assert ("pinned", "test") == (pinned.anchor.group, issued.anchor.group)  # type: ignore[union-attr]


def test_an_intermediate_may_be_an_anchor() -> None:
    """The path ends at the first anchor, and goes on where there is a further one."""
    (leaf, middle), anchor = chain(entity(), MIDDLE, ROOT)

    short, long = search([leaf, middle], anchor, Anchor(middle, "middle")).candidates

    assert ("middle", "test") == (short.anchor.group, long.anchor.group)  # type: ignore[union-attr]
    assert ((leaf,), (leaf, middle)) == (short.certificates, long.certificates)


def test_an_anchor_of_two_groups_gives_two_candidates_and_of_one_group_twice_one() -> None:
    """Groups are what policies ask about; duplicates are only noise."""
    presented, anchor = chain(entity(), ROOT)
    again = Anchor(anchor.certificate, "test", added=5)
    other = Anchor(anchor.certificate, "other")

    found = search(presented, anchor, again, other)

    assert ["test", "other"] == [c.anchor.group for c in found.candidates if c.anchor]


def test_a_good_path_comes_before_a_bad_one() -> None:
    """Two anchors of one name and key, one of them no CA."""
    (leaf,), anchor = chain(entity(), ROOT)
    poor = ROOT.copy()
    poor.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)

    found = search([leaf], Anchor(issue(poor), "poor"), anchor)

    assert ["test", "poor"] == [c.anchor.group for c in found.candidates if c.anchor]
    assert ["path.anchor_not_ca"] == [f.code for f in found.candidates[1].faults]


def test_of_issuers_with_one_name_the_one_that_signed_is_followed() -> None:
    """Identifiers decide the order only: here they point to the wrong one."""
    right, wrong = authority("twin", "p256-9"), authority("twin", "p256-10")
    draft = entity()
    draft.set_extension(
        "authorityKeyIdentifier",
        extensions.authority_key_identifier(identifier=_identifier(issue(wrong, ROOT))),
    )
    leaf = issue(draft, right)
    root = Anchor(issue(ROOT), "test")

    (candidate,) = search([leaf, issue(wrong, ROOT), issue(right, ROOT)], root).candidates

    assert (0, 2) == candidate.indices
    assert () == candidate.faults


def _identifier(certificate: Certificate) -> bytes:
    found = reading.Reading.of(certificate).subject_key
    assert found is not None
    return found


def test_without_a_signer_the_issuer_whose_identifier_fits_explains() -> None:
    """The link is broken, and the reader is told at the issuer that was meant."""
    meant, other = authority("twin", "p256-9"), authority("twin", "p256-10")
    bare = CertificateDraft(subject=name(("CN", "twin")), key="p256-12")
    draft = entity()
    draft.signature = b"\x30\x06\x02\x01\x01\x02\x01\x01"
    leaf = issue(draft, meant)
    root = Anchor(issue(ROOT), "test")

    found = search([leaf, issue(bare, ROOT), issue(other, ROOT), issue(meant, ROOT)], root)

    (candidate,) = found.candidates
    assert (0, 3) == candidate.indices
    assert [("path.signature_invalid", 0)] == [(f.code, f.position) for f in candidate.faults]


def test_two_authorities_that_sign_each_other_end_in_a_loop() -> None:
    """A pair of cross-certificates without a way out."""
    one, two = authority("one", "p256-9"), authority("two", "p256-10")
    leaf = issue(entity(), one)

    (candidate,) = search([leaf, issue(one, two), issue(two, one)]).candidates

    assert [("path.loop", 2)] == [(f.code, f.position) for f in candidate.faults]
    assert 3 == len(candidate.certificates)


def test_cross_certificates_lead_out_where_there_is_a_way() -> None:
    """The loop is left for the anchor."""
    one, two = authority("one", "p256-9"), authority("two", "p256-10")
    leaf = issue(entity(), one)
    presented = [leaf, issue(two, one), issue(one, two), issue(two, ROOT)]

    (candidate,) = search(presented, Anchor(issue(ROOT), "test")).candidates

    assert (0, 2, 3) == candidate.indices
    assert () == candidate.faults


def test_an_intermediate_that_is_the_leaf_leads_nowhere() -> None:
    """A leaf that is presented twice is not its own issuer."""
    leaf = issue(entity(), MIDDLE)

    (candidate,) = search([leaf, leaf, leaf]).candidates

    assert (leaf,) == candidate.certificates
    assert ["path.issuer_missing"] == [f.code for f in candidate.faults]


def test_a_new_key_of_a_root_is_reached_through_the_old_one() -> None:
    """RFC 5280, 6.1: a self-issued certificate for a key rollover."""
    old, new = authority("root", "p256-8"), authority("root", "p256-9")
    leaf = issue(entity(), new)

    (candidate,) = search([leaf, issue(new, old)], Anchor(issue(old), "test")).candidates

    assert () == candidate.faults
    assert 2 == len(candidate.certificates)


def test_names_that_are_written_otherwise_still_link() -> None:
    """RFC 5280, 7.1: case, spaces and string types do not count."""
    issuer = authority("x", "p256-9")
    issuer.subject = name(("O", "Example  Trust"), ("CN", "Issuing Émile", "bmp"))
    draft = entity()
    draft.issuer = name(("O", " example trust ", "printable"), ("CN", "ISSUING ÉMILE"))
    leaf = read_certificate(draft.build(issuer.key))

    (candidate,) = search([leaf, issue(issuer, ROOT)], Anchor(issue(ROOT), "test")).candidates

    assert () == candidate.faults


def test_an_empty_issuer_links_to_nobody() -> None:
    """Not even to an anchor whose subject is empty too."""
    root = authority("x", "p256-8")
    root.subject = EMPTY

    presented, anchor = chain(entity(), root)
    (candidate,) = search(presented, anchor).candidates

    assert ["path.issuer_empty", "path.issuer_missing"] == [f.code for f in candidate.faults]
    assert candidate.anchor is None


def test_an_unreadable_issuer_links_to_nobody() -> None:
    """And says so, without a name."""
    draft = entity()
    draft.issuer_node = CertificateDraft(subject=EMPTY).subject_tree()
    broken = read_certificate(issue(entity(), ROOT).der[:40])

    (candidate,) = search([broken], Anchor(issue(ROOT), "test")).candidates

    assert "path.not_well_formed" == candidate.faults[0].code
    assert "an issuer ``" == candidate.faults[-1].expected
    assert "path.unreadable" in [f.code for f in candidate.faults]


# -- crowds and bounds


def _ladder(count: int) -> list[Certificate]:
    """Return a leaf and `count` issuers, each signed by the next; the last by itself."""
    keys = [f"p256-{i}" for i in range(16)]
    drafts = [authority(f"CA {i}", keys[i % 16]) for i in range(count)]
    above = [*drafts[1:], drafts[-1]]
    issuers = [issue(draft, by) for draft, by in zip(drafts, above, strict=True)]
    return [issue(entity(), drafts[0]), *issuers]


def test_a_long_chain_is_followed_to_its_end() -> None:
    """Ninety-eight issuers and an anchor."""
    *presented, root = _ladder(99)

    (candidate,) = search(presented, Anchor(root, "test")).candidates

    assert () == candidate.faults
    assert 99 == len(candidate.certificates)


def test_a_path_as_long_as_the_bound_may_only_end() -> None:
    """It may reach an anchor, and no further issuer."""
    presented = _ladder(limits.MAX_CHAIN_CERTIFICATES)

    groups = [Anchor(presented[-1], group) for group in ("test", "other")]
    (ends,) = search(presented[:-1], groups[0]).candidates
    both = search(presented[:-1], *groups).candidates
    found = search(presented)

    assert [(), (), ()] == [one.faults for one in (ends, *both)]
    assert "path.budget_length" == found.exhausted
    assert ["path.budget_length"] == [f.code for f in found.candidates[0].faults]


def test_a_path_that_is_too_long_does_not_hide_a_short_one() -> None:
    """The bound cuts one branch, not the search."""
    presented = _ladder(limits.MAX_CHAIN_CERTIFICATES)
    issuer = authority("CA 0", "p256-0")

    found = search(presented, Anchor(issue(issuer), "test"))

    assert () == found.candidates[0].faults


def _crowd(count: int) -> list[Certificate]:
    """Return a leaf under one of two names, and `count` cross-certificates between them."""
    one, two = authority("one", "p256-9"), authority("two", "p256-10")
    crossed = []
    for serial in range(1, count + 1):
        for subject, issuer in ((one, two), (two, one)):
            draft = subject.copy()
            draft.serial = serial
            crossed.append(issue(draft, issuer))
    return [issue(entity(), one), *crossed]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many certificates of a name were looked at, each time that a pool was asked for one."""
    counts: list[int] = []
    named = Pool.named

    def counted(pool: Pool, name: str) -> Sequence[Entry]:
        found = named(pool, name)
        counts.append(len(found))
        return found

    monkeypatch.setattr(Pool, "named", counted)
    return counts


def test_a_hundred_cross_certificates_run_into_a_bound(looked_at: list[int]) -> None:
    """The work stays small, the bound is named, and nothing is accepted."""
    found = search(_crowd(100))

    # a straight way is looked for first, and the last name asked for goes past the bound
    assert limits.MAX_PATH_STEPS - 200 < sum(looked_at) <= limits.MAX_PATH_STEPS + 200
    assert "path.budget_steps" == found.exhausted
    assert 0 < len(found.candidates) <= 4
    assert all(c.anchor is None and c.faults for c in found.candidates)


def test_a_crowd_does_not_hide_a_good_path() -> None:
    """The anchor is found before the bound is reached, and stays found."""
    anchor = Anchor(issue(authority("two", "p256-10")), "test")

    found = search(_crowd(100), anchor)

    assert "path.budget_steps" == found.exhausted
    assert () == found.candidates[0].faults


def test_more_paths_than_anybody_needs_are_not_looked_at() -> None:
    """Each of seventy certificates of one authority leads to the anchor."""
    anchor = Anchor(issue(authority("two", "p256-10")), "test")

    leaf, *crossed = _crowd(70)
    found = search([leaf, *crossed[::2]], anchor)

    assert limits.MAX_CANDIDATE_PATHS == len(found.candidates)
    assert "path.budget_candidates" == found.exhausted
    assert () == found.candidates[0].faults


def test_issuers_of_one_name_and_many_keys_run_into_the_bound_on_signatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None of them signed, so each has to be tried."""
    monkeypatch.setattr(limits, "MAX_SIGNATURE_CHECKS", 3)
    twins = [issue(authority("twin", f"p256-{i}"), ROOT) for i in range(1, 9)]
    leaf = issue(entity(), authority("twin", "p384-0"))

    found = search([leaf, *twins], Anchor(issue(ROOT), "test"))

    assert "path.budget_signatures" == found.exhausted
    assert [("path.budget_signatures", 0)] == [
        (f.code, f.position) for f in found.candidates[0].faults
    ]


def test_a_signature_past_the_bound_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only one path is judged."""
    monkeypatch.setattr(limits, "MAX_SIGNATURE_CHECKS", 1)

    candidate = judged(entity(), LOWER, MIDDLE, ROOT)

    assert [("path.budget_signatures", 1), ("path.budget_signatures", 2)] == [
        (f.code, f.position) for f in candidate.faults
    ]


def test_an_issuer_whose_key_cannot_be_read_is_not_asked() -> None:
    """It is on the path, and says itself what is wrong with it."""
    broken = authority("twin", "p256-9")
    broken.spki_der = bytes.fromhex("3019301306072a8648ce3d020106082a8648ce3d03010703020102")
    twin = authority("twin", "p256-10")
    leaf = issue(entity(), authority("twin", "p256-11"))
    root = Anchor(issue(ROOT), "test")

    alone = search([leaf, issue(broken, ROOT)], root).candidates[0]
    (beside,) = search([leaf, issue(broken, ROOT), issue(twin, ROOT)], root).candidates

    assert "path.unreadable" in [f.code for f in alone.faults]
    assert "path.signature_invalid" not in [f.code for f in alone.faults]
    assert "path.signature_invalid" in [f.code for f in beside.faults]


def test_a_thousand_anchors_are_as_quick_as_one(
    monkeypatch: pytest.MonkeyPatch, looked_at: list[int]
) -> None:
    """They are indexed once for as long as they are the same tuple, and asked for by name."""
    drafts = [authority(f"root {i}", "p256-8") for i in range(1000)]
    for draft in drafts:
        draft.signature = b"\x00"  # anchors are not verified, and signing takes its time
    anchors = tuple(Anchor(issue(draft), "many") for draft in drafts)
    leaf = issue(entity(), drafts[500])
    search_paths([leaf], (), anchors)
    monkeypatch.setattr(Pool, "__init__", None)  # no other index can be made
    looked_at.clear()

    forget_lines()
    (candidate,) = search_paths([leaf], (), anchors).candidates

    assert () == candidate.faults
    assert {1} == set(looked_at)
    assert len(looked_at) < 5


def _ed25519(number: int) -> bytes:
    octets = hashlib.sha256(b"key %d" % number).digest()
    algorithm = writer.sequence(writer.oid("1.3.101.112"))
    return writer.sequence(algorithm, writer.bit_string(octets)).encode()


def test_a_thousand_anchors_of_one_name_run_into_the_bound_on_signatures() -> None:
    """As many keys as are tried have not signed; whoever is behind them is not trusted."""
    anchors = []
    for number in range(1_000):
        draft = authority("twin", "p256-9")
        draft.spki_der = _ed25519(number)
        anchors.append(Anchor(issue(draft), "test"))
    leaf = issue(entity(), authority("twin", "p384-0"))

    found = search_paths([leaf], (), tuple(anchors))

    assert "path.budget_signatures" == found.exhausted
    assert all(candidate.faults for candidate in found.candidates)


def test_one_anchor_in_a_thousand_groups_runs_into_the_bound_on_candidates() -> None:
    """Each group is a candidate of its own, since policies tell groups apart."""
    root = issue(authority("root", "p256-9"))
    leaf = issue(entity(), authority("root", "p256-9"))
    anchors = tuple(Anchor(root, f"group-{number}") for number in range(1_000))

    found = search_paths([leaf], (), anchors)

    assert "path.budget_candidates" == found.exhausted
    assert limits.MAX_CANDIDATE_PATHS == len(found.candidates)
    pinned = search_paths([root], (), anchors)
    assert ("path.budget_candidates", limits.MAX_CANDIDATE_PATHS) == (
        pinned.exhausted,
        len(pinned.candidates),
    )


def test_the_answer_does_not_depend_on_what_was_asked_before() -> None:
    """Memos are filled, used, emptied: same question, same answer."""
    presented, anchor = chain(entity(), MIDDLE, ROOT)
    pool.forget()

    cold = search(presented, anchor)
    warm = search(presented, anchor)
    pool.forget()

    assert ({}, {}, {}) == (reading._memo, pool._chains, pool._pools)
    assert cold == warm == search(presented, anchor)


def test_every_memo_starts_afresh_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds hold, and answers stay."""
    presented, anchor = chain(entity(), MIDDLE, ROOT)
    expected = search(presented, anchor)
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 1)
    for module, constant in (
        (reading, "_MAX_READINGS"),
        (pool, "_MAX_POOLS"),
        (pool, "_MAX_CHAINS"),
        (standing, "_MAX_MOULDS"),
    ):
        monkeypatch.setattr(module, constant, 1)

    for _ in range(3):
        assert expected == search(presented, anchor)
        assert 1 == len(search(chain(entity(cn="other"), LOWER, ROOT)[0], anchor).candidates)

    assert len(reading._memo) <= 1
    assert len(standing._moulds) <= 1
    assert len(pool._chains) <= 1
    assert len(pool._pools) <= 1


def test_anchors_in_a_list_are_read_each_time() -> None:
    """A list may change behind our back."""
    presented, anchor = chain(entity(), ROOT)
    anchors: list[Anchor] = []

    (missing,) = search_paths(presented, [], anchors).candidates
    anchors.append(anchor)
    (found,) = search_paths(presented, [], anchors).candidates

    assert missing.anchor is None
    assert found.anchor is anchor


def test_what_is_large_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of many names is read each time, and held no longer than needed."""
    monkeypatch.setattr(reading, "_MAX_REMEMBERED", 10)
    monkeypatch.setattr(standing, "_MAX_REMEMBERED", 10)
    monkeypatch.setattr(pool, "_MAX_CHAIN", 10)
    reading.forget()
    standing.forget()
    pool._chains.clear()
    presented, anchor = chain(entity(), MIDDLE, ROOT)

    assert () == search(presented, anchor).candidates[0].faults
    assert ({}, {}, {}) == (reading._memo, standing._moulds, pool._chains)
