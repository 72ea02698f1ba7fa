"""Cases are written as functions; what they leave unsaid is ordinary."""

from __future__ import annotations

import pytest

from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.suite.authoring import (
    NO_ANCHORS,
    CaseDraft,
    Namespace,
    accept,
    indeterminate,
    reject,
)
from mtlspolicy.suite.model import Case, Flag

NOTES = {"odd": Flag(text="odd", bug="even")}


def only(space: Namespace) -> Case:
    (case,) = space.suite().cases
    return case


def test_name_and_docstring_of_the_function_are_id_and_description() -> None:
    space = Namespace("one", "one thing", NOTES)

    @space.case("odd", traces=("RFC5280:4.1",))
    def two_words(draft: CaseDraft) -> None:
        """A description over

        several lines.
        """
        draft.expect("legacy-dual-use", "cabf-strict", accept())

    case = only(space)
    assert ("one::two-words", "A description over several lines.") == (case.id, case.description)
    assert (("odd",), ("RFC5280:4.1",), None) == (case.flags, case.traces, case.neighbour)
    assert ["cabf-strict", "legacy-dual-use"] == sorted(case.expected)


def test_a_case_starts_from_the_ordinary_pair() -> None:
    space = Namespace("one", "one thing", {})
    space.add("case", "a case", lambda _: None)
    built = ordinary_pair().build()

    case = only(space)
    assert (tuple(built.client.presented), tuple(built.server.presented)) == (
        case.client,
        case.server,
    )
    assert built.evidence == case.evidence


def test_a_function_without_a_docstring_has_no_description() -> None:
    space = Namespace("one", "one thing", {})
    space.case()(lambda _: None)

    assert "" == only(space).description


def test_a_name_is_given_once() -> None:
    space = Namespace("one", "one thing", {})
    space.add("case", "a case", lambda _: None)

    with pytest.raises(ValueError, match="one::case already"):
        space.add("case", "another", lambda _: None)
    assert 1 == len(space)


def test_a_proposal_is_enabled_by_its_document() -> None:
    draft = CaseDraft(ordinary_pair())
    draft.expect("draft-frank-s2s-eku-only", accept())

    enabled = draft.expected["draft-frank-s2s-eku-only"].enable_proposal
    assert "draft-frank-mtls-via-serverauth-extension-00" == enabled


def test_the_expectation_stands_last() -> None:
    with pytest.raises(TypeError, match="stands last"):
        CaseDraft(ordinary_pair()).expect("legacy-dual-use")


def test_the_first_code_is_primary_unless_another_is_named() -> None:
    assert ("a.b", ("a.b", "c.d")) == (
        reject("a.b", "c.d", "a.b").primary,
        reject("a.b", "c.d").codes,
    )
    assert "c.d" == indeterminate("a.b", "c.d", primary="c.d").primary


def test_settings_and_details_are_kept_apart() -> None:
    expected = reject("a.b", settings={"x": True}, alert="unknown_ca")

    assert ({"x": True}, {"alert": "unknown_ca"}) == (expected.settings, expected.details)


def test_evidence_can_be_taken_out() -> None:
    space = Namespace("one", "one thing", {})

    @space.case()
    def case(draft: CaseDraft) -> None:
        draft.at("2026-05-02T00:00:00Z")
        draft.without("client", "name", "address")
        draft.evidence["client"]["anchors"] = NO_ANCHORS

    evidence = only(space).evidence
    assert "2026-05-02T00:00:00Z" == evidence["at"]
    assert "client" not in evidence
    assert {"anchors", "name"} == set(evidence["server"])


def test_a_presented_chain_can_be_given_as_bytes() -> None:
    space = Namespace("one", "one thing", {})
    stray = CertificateDraft().build()

    @space.case()
    def case(draft: CaseDraft) -> None:
        draft.presented["client"] = [stray]
        draft.note("client", 0, "eku.empty")
        assert draft.side("client") is draft.client
        assert draft.side("server") is draft.server

    made = only(space)
    assert (stray,) == made.client
    assert ("client", 0, ("eku.empty",)) == (
        made.noted[0].side,
        made.noted[0].index,
        made.noted[0].codes,
    )


def test_a_neighbour_is_of_the_same_namespace() -> None:
    space = Namespace("one", "one thing", {})
    space.add("case", "a case", lambda _: None, neighbour="other")

    assert "one::other" == only(space).neighbour
