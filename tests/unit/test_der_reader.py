"""Elements and their headers (X.690, 8.1)."""

from __future__ import annotations

import pytest

from mtlspolicy.der.journal import MAX_ENTRIES, Journal
from mtlspolicy.der.reader import MAX_ELEMENTS, Cursor, Source, read_header


@pytest.mark.parametrize(
    ("octets", "tag", "length"),
    [
        ("0500", 0x05, 0),
        ("047f", 0x04, 0x7F),
        ("048180", 0x04, 0x80),
        ("30820100", 0x30, 0x100),
        ("9f1f01", 0x9F | 31 << 8, 1),
        ("bf818002 00", 0xBF | 16386 << 8, 0),
    ],
)
def test_a_header_is_read(octets: str, tag: int, length: int) -> None:
    encoded = bytes.fromhex(octets)
    header = read_header(encoded, 0, len(encoded))
    assert (tag, length, [], "", len(encoded)) == (
        header.tag, header.length, header.faults, header.fatal, header.content,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("octets", "tag", "faults"),
    [
        ("048101", 0x04, ["der.length_not_minimal"]),
        ("04820080", 0x04, ["der.length_not_minimal"]),
        ("3f1000", 0x30, ["der.tag_form"]),
        ("3f801f00", 0x3F | 31 << 8, ["der.tag_form"]),
    ],
)
def test_a_long_form_without_need_is_reported(octets: str, tag: int, faults: list[str]) -> None:
    encoded = bytes.fromhex(octets)
    header = read_header(encoded, 0, len(encoded))
    assert (tag, faults, "") == (header.tag, header.faults, header.fatal)


@pytest.mark.parametrize(
    ("octets", "fatal"),
    [
        ("", "asn1.truncated"),
        ("30", "asn1.truncated"),
        ("1f", "asn1.truncated"),
        ("1f8181", "asn1.truncated"),
        ("1f8181818101", "asn1.tag_number"),
        ("30ff", "asn1.length_reserved"),
        ("3082ff", "asn1.truncated"),
        ("0480", "asn1.primitive_indefinite"),
    ],
)
def test_a_header_without_a_meaning_is_fatal(octets: str, fatal: str) -> None:
    encoded = bytes.fromhex(octets)
    assert fatal == read_header(encoded, 0, len(encoded)).fatal


def element(octets: str) -> tuple[tuple[int, int, int] | None, list[str]]:
    encoded = bytes.fromhex(octets)
    source = Source(encoded, Journal())
    found = source.element(0, len(encoded), "x")
    codes = [entry.code for entry in source.journal.entries]
    return (found.content, found.end, found.after) if found else None, codes


def test_an_indefinite_length_is_followed_to_its_end() -> None:
    assert ((2, 4, 6), ["der.length_indefinite"]) == element("308005000000")


def test_indefinite_lengths_nest() -> None:
    assert ((2, 8, 10), ["der.length_indefinite"]) == element("3080 3080 0500 0000 0000")


@pytest.mark.parametrize("octets", ["3080 0500", "3080 30ff 0000", "3080 3080 0000"])
def test_an_indefinite_length_without_end_is_no_element(octets: str) -> None:
    assert (None, ["der.length_indefinite", "asn1.end_of_contents"]) == element(octets)


def test_indefinite_lengths_are_followed_to_a_bounded_depth() -> None:
    depth = 40
    assert None is element("3080" * depth + "0000" * depth)[0]


def test_the_end_of_inner_values_is_found_in_the_same_pass() -> None:
    encoded = bytes.fromhex("3080 3080 0500 0000 0000")
    source = Source(encoded, Journal())
    outer = source.element(0, len(encoded), "x")
    assert outer is not None
    inner = source.element(outer.content, outer.end, "x")
    assert inner is not None
    assert (4, 6, 8) == (inner.content, inner.end, inner.after)


def test_what_is_cut_off_keeps_its_whole_parts_only() -> None:
    assert ((2, 4, 4), ["asn1.truncated"]) == element("3005 0500")
    assert (None, ["asn1.truncated"]) == element("0405 0500")


def test_a_cursor_gives_up_what_it_cannot_read() -> None:
    source = Source(bytes.fromhex("0500 30"), Journal())
    cursor = Cursor(source, 0, 3, "")
    assert ["[0]"] == [path for _, path in cursor.elements()]
    assert (False, 3, -1) == (cursor.whole, cursor.position, cursor.tag())
    assert None is cursor.take("next")
    assert [("asn1.truncated", "[1]"), ("asn1.missing_element", "next")] == [
        (entry.code, entry.path) for entry in source.journal.entries
    ]


@pytest.mark.parametrize(
    ("octets", "tag", "code"),
    [
        ("0500", 0x30, "asn1.tag"),
        ("2400", 0x04, "der.string_constructed"),
        ("a000", 0x80, "der.string_constructed"),
        ("2200", 0x02, "asn1.tag"),
    ],
)
def test_a_cursor_says_what_it_expected(octets: str, tag: int, code: str) -> None:
    source = Source(bytes.fromhex(octets), Journal())
    cursor = Cursor(source, 0, 2, "a")
    assert None is cursor.expect(tag, "b")
    cursor.close()
    entry = source.journal.entries[0]
    assert ((code, "a.b"), 1) == ((entry.code, entry.path), len(source.journal.entries))


def test_a_cursor_reports_what_is_left() -> None:
    source = Source(bytes.fromhex("0500"), Journal())
    Cursor(source, 0, 2, "a").close()
    assert [("asn1.unexpected_element", 0, "a", "2 octets too many")] == source.journal.entries


def test_the_journal_is_bounded_and_its_last_entry_refuses() -> None:
    journal = Journal()
    for offset in range(MAX_ENTRIES + 5):
        journal.add("oid.long", offset, "")
    assert (MAX_ENTRIES + 1, "limit.notes") == (len(journal.entries), journal.entries[-1].code)


def test_the_number_of_elements_is_bounded() -> None:
    encoded = b"\x05\x00" * (MAX_ELEMENTS + 5)
    cursor = Cursor(Source(encoded, Journal()), 0, len(encoded), "a")
    assert MAX_ELEMENTS == sum(1 for _ in cursor.elements())
    assert None is cursor.source.element(0, len(encoded), "a")
    assert ["limit.elements"] == [entry.code for entry in cursor.source.journal.entries]


def test_looking_for_the_end_of_contents_is_bounded_too() -> None:
    encoded = b"\x30\x80" + b"\x05\x00" * (MAX_ELEMENTS + 5) + b"\x00\x00"
    source = Source(encoded, Journal())
    assert None is source.element(0, len(encoded), "")
    assert None is source.element(0, len(encoded), "")
    assert "limit.elements" == source.journal.entries[-1].code
