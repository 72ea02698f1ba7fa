"""RFC 5280, 6.1, step by step: each fault, and a neighbour that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy.der import writer
from mtlspolicy.derive.path import Anchor, AnchorConstraints, CandidatePath, PathOptions
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import EMPTY
from path_support import AT, authority, chain, entity, faults, issue, judged, search

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft

ROOT = authority("root", "p256-8")
MIDDLE = authority("middle", "p256-9")
LOWER = authority("lower", "p256-10")


def _ca(draft: CertificateDraft, *, ca: bool, length: int | None = None) -> CertificateDraft:
    changed = draft.copy()
    value = extensions.basic_constraints(ca=ca, path_length=length)
    changed.set_extension("basicConstraints", value, critical=True)
    return changed


def _without(draft: CertificateDraft, extension: str) -> CertificateDraft:
    changed = draft.copy()
    changed.drop_extension(extension)
    return changed


def test_an_ordinary_path_has_no_fault() -> None:
    """Three certificates and an anchor."""
    assert [] == faults(entity(), LOWER, MIDDLE, ROOT)


# -- 6.1.3 (a): signatures


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_wrong_signature_is_told_where_it_stands(position: int) -> None:
    """In every position, and the other links are judged all the same."""
    drafts = [entity(), LOWER.copy(), MIDDLE.copy(), ROOT]
    drafts[position].signature = bytes.fromhex("3006020101020101")

    candidate = judged(*drafts)

    (fault,) = candidate.faults
    assert ("path.signature_invalid", position) == (fault.code, fault.position)
    assert ("a signature by ec secp256r1", "1.2.840.10045.4.3.2") == (fault.expected, fault.found)


def test_the_signature_of_an_anchor_is_not_looked_at() -> None:
    """RFC 5280, 6.1.1 (d): trust in an anchor does not come from a signature."""
    root = ROOT.copy()
    root.signature = b"\x00"

    assert [] == faults(entity(), root)


def test_inner_and_outer_algorithm_must_be_the_same() -> None:
    """RFC 5280, 4.1.1.2; in the anchor too, as limbo has it."""
    leaf, root = entity(), ROOT.copy()
    leaf.outer_algorithm = bytes.fromhex("300a06082a8648ce3d040303")
    root.outer_algorithm = leaf.outer_algorithm

    assert [("algorithm_mismatch", 0)] == faults(leaf, ROOT)
    assert [("algorithm_mismatch", 1)] == faults(entity(), root)


# -- validity


def _codes_at(candidate: CandidatePath, at: int) -> list[tuple[str, int]]:
    return [(f.code, f.position) for f in candidate.faults_at(at)]


def test_both_ends_of_the_validity_belong_to_it() -> None:
    """RFC 5280, 4.1.2.5: from notBefore through notAfter, inclusive."""
    leaf, middle, root = entity(), MIDDLE.copy(), ROOT.copy()
    leaf.not_before, leaf.not_after = AT - 10, AT + 10
    middle.not_before, middle.not_after = AT - 20, AT + 20
    root.not_before, root.not_after = AT - 30, AT + 30

    candidate = judged(leaf, middle, root)

    assert [] == _codes_at(candidate, AT - 10) == _codes_at(candidate, AT + 10)
    assert [("path.not_yet_valid", 0)] == _codes_at(candidate, AT - 11)
    assert [("path.expired", 0)] == _codes_at(candidate, AT + 11)
    assert [
        ("path.expired", 0),
        ("path.expired", 1),
        ("path.anchor_expired", 2),
    ] == _codes_at(candidate, AT + 31)
    assert [
        ("path.not_yet_valid", 0),
        ("path.not_yet_valid", 1),
        ("path.anchor_not_yet_valid", 2),
    ] == _codes_at(candidate, AT - 31)
    assert (AT - 30, AT - 20, AT - 10, AT + 11, AT + 21, AT + 31) == candidate.instants()


def test_between_two_instants_the_answer_stays() -> None:
    """That is what `instants` promises."""
    candidate = judged(entity(), MIDDLE, ROOT)
    first, *_, last = candidate.instants()

    for instant in candidate.instants():
        assert _codes_at(candidate, instant - 1) != _codes_at(candidate, instant)
    assert _codes_at(candidate, first - 1) == _codes_at(candidate, 0)
    assert _codes_at(candidate, last) == _codes_at(candidate, 2**50)


def test_dated_faults_join_the_others_in_order() -> None:
    """By position, whatever their kind."""
    leaf, root = entity(), ROOT.copy()
    leaf.not_after = AT - 1
    presented, anchor = chain(leaf, _ca(MIDDLE, ca=False), root)

    (candidate,) = search(presented, anchor).candidates

    assert [("path.expired", 0), ("path.not_ca", 1)] == _codes_at(candidate, AT)


def test_a_certificate_without_end_has_no_instant_for_it() -> None:
    """RFC 5280, 4.1.2.5: 99991231235959Z stands for no date at all."""
    leaf = entity()
    leaf.not_after = 253_402_300_799
    certificate = issue(leaf)

    (candidate,) = search([certificate], Anchor(certificate, "pinned")).candidates

    assert (leaf.not_before,) == candidate.instants()


def test_dates_that_cannot_be_read_are_a_fault_at_every_time() -> None:
    """And no instants of their own."""
    leaf = entity()
    leaf.not_before_node = leaf.not_after_node = leaf.subject_tree()
    certificate = issue(leaf)

    (candidate,) = search([certificate], Anchor(certificate, "pinned")).candidates

    assert () == candidate.instants()
    assert {"not_before", "not_after"} <= {f.found for f in candidate.faults}
    assert candidate.faults == candidate.faults_at(AT)


# -- 6.1.4 (k), (n): issuers are CAs


def test_an_issuer_says_that_it_is_one() -> None:
    """RFC 5280, 4.2.1.9: basicConstraints present, cA TRUE."""
    assert [("not_ca", 1)] == faults(entity(), _ca(MIDDLE, ca=False), ROOT)
    assert [("not_ca", 1)] == faults(entity(), _without(MIDDLE, "basicConstraints"), ROOT)


@pytest.mark.parametrize("version", [1, 2])
def test_an_issuer_below_version_3_is_refused(version: int) -> None:
    """It cannot say that it is a CA."""
    middle = MIDDLE.copy()
    middle.version = version
    middle.extensions.clear()

    assert ("not_ca", 1) in faults(entity(), middle, ROOT)


def test_an_issuer_that_may_not_sign_certificates() -> None:
    """RFC 5280, 4.2.1.3: keyCertSign, where there is a key usage."""
    middle = MIDDLE.copy()
    middle.set_key_usage("cRLSign")

    assert [("key_usage", 1)] == faults(entity(), middle, ROOT)
    assert [] == faults(entity(), _without(MIDDLE, "keyUsage"), ROOT)


def test_a_ca_may_stand_in_the_place_of_the_leaf() -> None:
    """RFC 5280 leaves it open; a policy may not."""
    assert [] == faults(LOWER, MIDDLE, ROOT)


# -- anchors


def test_the_anchor_is_judged_by_its_own_certificate() -> None:
    """RFC 5937, 3; OpenSSL and others do so too."""
    usage = ROOT.copy()
    usage.set_key_usage("cRLSign")

    assert [("anchor_not_ca", 1)] == faults(entity(), _ca(ROOT, ca=False))
    assert [("anchor_not_ca", 1)] == faults(entity(), _without(ROOT, "basicConstraints"))
    assert [("anchor_key_usage", 1)] == faults(entity(), usage)
    assert [("path_length", 1)] == faults(entity(), LOWER, _ca(ROOT, ca=True, length=0))


def test_an_anchor_of_version_1_is_a_ca_because_somebody_added_it() -> None:
    """It has no field to say so."""
    root = ROOT.copy()
    root.version = 1
    root.extensions.clear()

    assert [] == faults(entity(), root)


def test_an_anchor_may_be_taken_as_name_and_key_alone() -> None:
    """RFC 5280, 6.1.1 (d) says no more; its dates count as little as its bits."""
    root = _ca(ROOT, ca=False)
    root.set_key_usage("cRLSign")
    root.set_extension("1.2.3.4", b"\x05\x00", critical=True)
    root.not_after = AT - 1
    options = PathOptions(anchor_constraints=AnchorConstraints.IGNORE)

    candidate = judged(entity(), MIDDLE, root, options=options)

    assert () == candidate.faults_at(AT)
    assert root.not_after + 1 not in candidate.instants()


def test_an_anchor_with_an_empty_issuer_is_fine() -> None:
    """Whoever issued it is not on the path."""
    root = ROOT.copy()
    root.issuer = EMPTY

    assert [] == faults(entity(), root)


def test_a_broken_anchor_is_no_anchor() -> None:
    """What is not strict DER is never part of a valid path."""
    root = ROOT.copy()
    root.trailing = b"\x00"

    assert ("not_well_formed", 1) in faults(entity(), root)


# -- 6.1.4 (l), (m): path length


def test_path_length_counts_the_issuers_below() -> None:
    """The leaf is not counted, a CA in its place neither."""
    assert [] == faults(entity(), _ca(LOWER, ca=True, length=0), MIDDLE, ROOT)
    assert [] == faults(LOWER, _ca(MIDDLE, ca=True, length=0), ROOT)
    assert [] == faults(entity(), LOWER, _ca(MIDDLE, ca=True, length=1), ROOT)
    assert [("path_length", 1)] == faults(entity(), LOWER, _ca(MIDDLE, ca=True, length=0), ROOT)


def test_path_length_is_not_raised_again_below() -> None:
    """6.1.4 (m): the smaller one stays; who set it is told."""
    top = authority("top", "p256-11", length=1)
    wide = _ca(MIDDLE, ca=True, length=5)

    candidate = judged(entity(), LOWER, wide, top, ROOT)

    (fault,) = candidate.faults
    assert ("path.path_length", 1) == (fault.code, fault.position)
    assert "one issuer too many under issuer 3" == fault.detail


def test_self_issued_certificates_are_not_counted() -> None:
    """6.1.4 (l): a key rollover takes no length."""
    old, new = authority("same", "p256-9", length=0), authority("same", "p256-10", length=0)

    assert [] == faults(entity(), new, old, ROOT)


def test_the_caller_may_limit_the_length_of_the_path() -> None:
    """6.1.2 (k) begins with as many certificates as there are."""
    one = PathOptions(max_path_length=1)
    none = PathOptions(max_path_length=0)

    assert [] == faults(entity(), MIDDLE, ROOT, options=one)
    assert [("path_length", 1)] == faults(entity(), MIDDLE, ROOT, options=none)
    (fault,) = judged(entity(), MIDDLE, ROOT, options=none).faults
    assert "one issuer too many under the options" == fault.detail


def test_a_path_length_without_a_ca_is_not_one() -> None:
    """RFC 5280, 4.2.1.9: meaningful only if cA is set."""
    assert [("not_ca", 2)] == faults(entity(), LOWER, _ca(MIDDLE, ca=False, length=0), ROOT)


# -- 6.1.4 (o), 6.1.5 (f): critical extensions


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_critical_extension_that_is_not_processed(position: int) -> None:
    """In the leaf, in an issuer, in the anchor."""
    drafts = [entity(), MIDDLE.copy(), ROOT.copy()]
    drafts[position].set_extension("1.2.3.4", b"\x05\x00", critical=True)
    handled = PathOptions(handled_critical=frozenset({"1.2.3.4"}))

    assert [("unknown_critical_extension", position)] == faults(*drafts)
    assert [] == faults(*drafts, options=handled)


def test_what_is_known_and_not_meant_to_be_critical_is_not_processed() -> None:
    """RFC 5280, 4.2.2.1: nobody says what a critical information access demands."""
    leaf = entity()
    value = extensions.information_access(("ocsp", "http://ocsp.example.com"))
    leaf.set_extension("authorityInfoAccess", value, critical=True)

    assert [("unknown_critical_extension", 0)] == faults(leaf, ROOT)


# -- what cannot be read


def test_an_extension_that_occurs_twice() -> None:
    """RFC 5280, 4.2: which one counts differs between readers."""
    leaf = entity()
    leaf.add_extension("1.2.3.4", b"\x05\x00")
    leaf.add_extension("1.2.3.4", b"\x05\x00")

    assert [("duplicate_extension", 0)] == faults(leaf, ROOT)


def test_an_extension_that_cannot_be_read() -> None:
    """Path processing needs it, so it does not guess."""
    middle = MIDDLE.copy()
    middle.set_extension("keyUsage", b"\x04\x00", critical=True)

    found = judged(entity(), middle, ROOT).faults

    assert {"path.not_well_formed", "path.unreadable"} == {f.code for f in found}
    assert "keyUsage" in {f.found for f in found}


def test_an_issuer_that_can_hardly_be_read() -> None:
    """Version and extensions are there and have no value; that is told, and no more."""
    middle = MIDDLE.copy()
    middle.version_node = writer.explicit(0, writer.null())
    middle.extra_tbs = [writer.explicit(3, writer.null())]
    middle.extensions.clear()

    found = judged(entity(), middle, ROOT).faults

    assert {"version", "extensions"} <= {f.found for f in found if f.position == 1}
    assert "path.not_ca" not in {f.code for f in found}


def test_a_certificate_that_is_not_der_is_never_on_a_valid_path() -> None:
    """However well the rest fits."""
    middle = MIDDLE.copy()
    middle.trailing = b"\x00"

    candidate = judged(entity(), middle, ROOT)

    assert ("path.not_well_formed", 1) == (candidate.faults[0].code, candidate.faults[0].position)
    assert candidate.faults[0].found


def test_without_an_anchor_nothing_is_said_about_one() -> None:
    """The open end is the last fault, after those of the links."""
    presented, _ = chain(entity(), _ca(MIDDLE, ca=False), ROOT)

    (candidate,) = search(presented).candidates

    assert ["path.not_ca", "path.issuer_missing"] == [f.code for f in candidate.faults]
