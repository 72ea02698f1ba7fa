"""The evidence as types: what it refuses, and what it makes the same."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest

from mtlspolicy import AnchorEvidence, Context, Pair, PeerName, SideEvidence
from mtlspolicy.errors import EvidenceError, ProposalNotEnabledError
from mtlspolicy.instants import EARLIEST, LATEST
from support.policies import AT


@pytest.mark.parametrize(
    "at",
    [
        AT,
        "2026-05-01T00:00:00Z",
        datetime(2026, 5, 1, tzinfo=UTC),
        datetime(2026, 5, 1, 0, 0, 0, 999_999, tzinfo=UTC),
        datetime(2026, 5, 1, 2, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_an_instant_may_be_given_in_three_ways(at: Any) -> None:  # noqa: ANN401 - JSON, or any of a table
    assert AT == Context(at=at).at


def test_a_fraction_before_1970_is_cut_off_downwards() -> None:
    assert -1 == Context(at=datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)).at


@pytest.mark.parametrize(
    "at",
    [
        None,
        True,
        1.5,
        "now",
        "2026-05-01",
        datetime(2026, 5, 1),  # noqa: DTZ001 - that is the fault
        EARLIEST - 1,
        LATEST + 1,
        10**40,
    ],
)
def test_what_is_no_instant_is_refused(at: Any) -> None:  # noqa: ANN401 - JSON, or any of a table
    with pytest.raises(EvidenceError) as caught:
        Context(at=at)

    assert ["/at"] == [fault.pointer for fault in caught.value.faults]


def test_the_calendar_is_taken_whole() -> None:
    assert [EARLIEST, LATEST] == [Context(at=EARLIEST).at, Context(at=LATEST).at]


@pytest.mark.parametrize("perspective", ["", "peer", "Both", None, ["both"]])
def test_a_perspective_is_one_of_three(perspective: Any) -> None:  # noqa: ANN401 - JSON, or any of a table
    with pytest.raises(EvidenceError, match="the perspective is one of both, client, server"):
        Context(at=AT, perspective=perspective)


@pytest.mark.parametrize(
    ("perspective", "judged"),
    [("both", ["client", "server"]), ("server", ["client"]), ("client", ["server"])],
)
def test_who_is_asking_judges_the_peer(perspective: str, judged: list[str]) -> None:
    context = Context(at=AT, perspective=perspective)

    assert judged == [side for side in ("client", "server") if context.judges(side)]


@pytest.mark.parametrize("value", [None, 1.5, b"x", {}, [1], [["a"]], "\ud800", ["\udfff"]])
def test_what_no_document_can_say_is_no_setting(value: Any) -> None:  # noqa: ANN401 - JSON, or any of a table
    with pytest.raises(EvidenceError) as caught:
        Context(at=AT, settings={"name": value})

    assert ["/settings/name"] == [fault.pointer for fault in caught.value.faults]


@pytest.mark.parametrize("value", [True, 0, 10**20, "", "text", [], ["a"], ("a",)])
def test_a_setting_is_judged_by_the_policy_alone(value: Any) -> None:  # noqa: ANN401 - JSON, or any of a table
    assert {"name": value} == Context(at=AT, settings={"name": value}).settings


def test_assertions_given_as_a_list_are_the_same() -> None:
    given: Any = ["path", "client.name"]

    assert Context(at=AT, asserted=("path", "client.name")) == Context(at=AT, asserted=given)
    with pytest.raises(EvidenceError, match="`p` cannot be asserted"):
        Context(at=AT, asserted="path")  # type: ignore[arg-type]


def test_evidence_is_kept_by_side() -> None:
    client, server = SideEvidence(address="192.0.2.1"), SideEvidence(anchors=())
    context = Context(at=AT, client=client, server=server)

    assert [client, server] == [context.of("client"), context.of("server")]
    assert SideEvidence() != server
    assert {"a": 1} == context.with_settings({"a": 1}).settings
    assert context.client is context.with_settings({}).client


def test_a_setting_has_a_name_that_is_a_text() -> None:
    with pytest.raises(EvidenceError):
        Context(at=AT, settings={1: "x"})  # type: ignore[dict-item]


# -- octets


LEAF = b"\x30\x00"


@pytest.mark.parametrize(
    ("chain", "octets"),
    [
        ([LEAF], (LEAF,)),
        ((bytearray(LEAF), memoryview(b"\x300\x00")[::2]), (LEAF, LEAF)),
        ((der for der in [LEAF]), (LEAF,)),
        ([], ()),
        (None, (b"",)),
        ([None, "0", 5, LEAF], (b"", b"", b"", LEAF)),
        (LEAF, (b"", b"")),
    ],
)
def test_a_pair_holds_octets_whatever_it_is_given(chain: Any, octets: tuple[bytes, ...]) -> None:  # noqa: ANN401 - that is the question
    """And what is no octets is no certificate, rather than an exception."""
    pair = Pair(client=chain, server=[LEAF])

    assert (octets, (LEAF,)) == (pair.client, pair.server)


def test_a_decision_tells_of_what_was_judged_whatever_becomes_of_the_buffers() -> None:
    chain: list[Any] = [bytearray(LEAF)]
    pair = Pair(client=chain, server=chain)
    chain[0][:] = b""
    chain.clear()

    assert ((LEAF,), (LEAF,)) == (pair.client, pair.server)


def test_octets_that_claim_to_equal_others_are_not_believed() -> None:
    """Memories ask whether octets are equal: only the class `bytes` has the say."""

    class Liar(bytes):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = bytes.__hash__

    pair = Pair(client=[Liar(LEAF)], server=[])

    assert [bytes] == [type(der) for der in pair.client]


def test_evidence_may_come_in_lists_and_buffers() -> None:
    """It can be looked up in memories all the same, and does not change afterwards."""
    loose: Any = [bytearray(LEAF)]
    anchors: Any = [AnchorEvidence(certificate=loose[0])]
    given = SideEvidence(anchors=anchors, intermediates=loose, crls=loose, ocsp=loose)
    loose.clear()
    anchors.clear()

    strict = SideEvidence(
        anchors=(AnchorEvidence(LEAF),), intermediates=(LEAF,), crls=(LEAF,), ocsp=(LEAF,)
    )
    assert (strict, hash(strict)) == (given, hash(given))


def test_an_error_can_be_told_by_another_process() -> None:
    error = ProposalNotEnabledError("ours", "draft-x-00", "expired")

    assert str(error) == str(copy(error))


# -- mistakes of a caller


@pytest.mark.parametrize(
    ("part", "value", "pointer"),
    [
        ("settings", [1], "/settings"),
        ("settings", None, "/settings"),
        ("asserted", None, "/asserted"),
        ("asserted", [1], "/asserted/0"),
        ("asserted", [["path"]], "/asserted"),
        ("client", None, "/client"),
        ("server", {"address": "192.0.2.1"}, "/server"),
        ("ccadb", None, "/ccadb"),
        ("ccadb", [1], "/ccadb"),
        ("ccadb", {1: AT}, "/ccadb"),
        ("ccadb", {"ab": AT}, "/ccadb"),
        ("ccadb", {"AB" * 32: AT}, "/ccadb"),
        ("ccadb", {"ab" * 32: "y"}, "/ccadb"),
        ("ccadb", {"ab" * 32: LATEST + 1}, "/ccadb"),
    ],
)
def test_a_part_of_another_class_is_refused_where_it_is_given(
    part: str,
    value: Any,  # noqa: ANN401 - that is the question
    pointer: str,
) -> None:
    """A decision over it would be wrong in silence, or could not be written."""
    with pytest.raises(EvidenceError) as caught:
        Context(at=AT, **{part: value})

    assert [pointer] == [fault.pointer for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("part", "value", "pointer"),
    [
        ("name", "host.example", "/name"),
        ("name", PeerName("host", "host.example"), "/name/type"),
        ("name", PeerName("dns", None), "/name/value"),  # type: ignore[arg-type]
        ("address", 1, "/address"),
        ("anchors", 1, "/anchors"),
        ("anchors", [AnchorEvidence(LEAF), LEAF], "/anchors/1"),
    ],
)
def test_a_side_refuses_what_is_none_of_its_parts(
    part: str,
    value: Any,  # noqa: ANN401 - that is the question
    pointer: str,
) -> None:
    with pytest.raises(EvidenceError) as caught:
        SideEvidence(**{part: value})

    assert [pointer] == [fault.pointer for fault in caught.value.faults]


@pytest.mark.parametrize(("part", "value"), [("group", 1), ("added", "2026"), ("added", True)])
def test_an_anchor_refuses_what_is_none_of_its_parts(part: str, value: Any) -> None:  # noqa: ANN401 - that is the question
    with pytest.raises(EvidenceError) as caught:
        AnchorEvidence(LEAF, **{part: value})

    assert [f"/{part}"] == [fault.pointer for fault in caught.value.faults]


def test_what_inherits_from_a_part_is_one() -> None:
    class Named(AnchorEvidence):
        """A caller's own."""

    anchors = (Named(LEAF),)
    parts = Context(at=AT, settings=MappingProxyType({}), ccadb=MappingProxyType({"ab" * 32: AT}))

    assert anchors is SideEvidence(anchors=anchors).anchors
    assert ({}, {"ab" * 32: AT}) == (parts.settings, parts.ccadb)
