"""A vectors file: read, written, and refused where it is not one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mtlspolicy.errors import SuiteError
from mtlspolicy.suite.model import Case, Expectation, Flag, Noted, Suite, read_suite, write_suite

CASE = Case(
    id="one::case",
    description="a case",
    client=(b"\x30\x00", b""),
    server=(),
    evidence={"schema_version": 1, "at": "2026-05-01T00:00:00Z"},
    expected={
        "cabf-strict": Expectation(
            decision="reject",
            codes=("chain.empty",),
            primary="chain.empty",
            warnings=("eku.dual_purpose",),
            settings={"forbid_client_auth": True},
            enable_proposal="a-document",
            details={"relationship": "undetermined", "reasons": {"client": ["path.expired"]}},
        ),
        "legacy-dual-use": Expectation(decision="accept"),
    },
    traces=("RFC5280:4.1",),
    flags=("odd",),
    neighbour="one::other",
    noted=(Noted(side="client", index=1, codes=("asn1.truncated",)),),
)
SUITE = Suite(
    namespace="one", title="one thing", notes={"odd": Flag(text="odd", bug="even")}, cases=(CASE,)
)


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_suite(SUITE))
    return found


def test_what_is_written_is_read_back() -> None:
    assert SUITE == read_suite(write_suite(SUITE))


def test_a_file_is_the_same_bytes_whatever_the_order_of_its_parts() -> None:
    lines = write_suite(SUITE).splitlines()

    assert write_suite(SUITE) == json.dumps(document(), indent=1, sort_keys=True) + "\n"
    assert all(line.count('":') <= 1 for line in lines)


def test_what_is_not_said_is_not_written() -> None:
    plain = document()["cases"][0]["expected"]["legacy-dual-use"]

    assert {"decision": "accept", "codes": [], "primary": None} == plain


def test_a_newer_format_is_refused_for_that_alone() -> None:
    newer = document() | {"schema_version": 2, "cases": "of another form"}

    with pytest.raises(SuiteError, match="schema_version 2 is newer") as caught:
        read_suite(json.dumps(newer))
    assert 1 == len(caught.value.faults)
    assert "use a newer version of mtlspolicy" == caught.value.help


def test_an_id_that_stands_twice_is_refused() -> None:
    twice = document()
    twice["cases"] *= 2
    twice["count"] = 2

    with pytest.raises(SuiteError, match="the id `one::case` stands twice"):
        read_suite(json.dumps(twice))


def spoilt(change: str, value: object) -> dict[str, Any]:
    """Return the document with one value changed; `change` is a path with dots."""
    whole = document()
    holder: Any = whole
    *path, last = change.split(".")
    for part in path:
        holder = holder[int(part)] if part.isdigit() else holder[part]
    holder[last] = value
    return whole


@pytest.mark.parametrize(
    ("change", "value", "pointer"),
    [
        ("schema_version", "1", "/schema_version"),
        ("namespace", "One", "/namespace"),
        ("count", 2, "/count"),
        ("unknown", 1, "/unknown"),
        ("notes", {"odd": {"text": "odd"}}, "/notes/odd"),
        ("cases.0.id", "one:case", "/cases/0/id"),
        ("cases.0.id", "two::case", "/cases/0/id"),
        ("cases.0.description", "", "/cases/0/description"),
        ("cases.0.flags", ["odd", "odd"], "/cases/0/flags"),
        ("cases.0.pair.client", ["MAB="], "/cases/0/pair/client/0"),
        ("cases.0.pair.client", ["MB=="], "/cases/0/pair/client/0"),
        ("cases.0.evidence", [], "/cases/0/evidence"),
        ("cases.0.expected.legacy-dual-use.decision", "yes", None),
        ("cases.0.expected.legacy-dual-use.valid_until", "2026-02-30T00:00:00Z", None),
        ("cases.0.noted", [{"side": "server", "index": 0, "codes": []}], "/cases/0/noted/0/index"),
    ],
)
def test_what_is_no_vectors_file_is_refused(
    change: str, value: object, pointer: str | None
) -> None:
    with pytest.raises(SuiteError, match=r"the vectors file is invalid at `/") as caught:
        read_suite(json.dumps(spoilt(change, value)))

    found = caught.value.faults[0].pointer
    assert found.startswith("/cases/0/expected/") if pointer is None else found == pointer


def test_a_document_that_is_no_object_is_refused() -> None:
    with pytest.raises(SuiteError, match="an object is expected here"):
        read_suite("[]")
