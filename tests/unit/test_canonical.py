"""One reading and one writing of JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlspolicy import canonical, limits
from mtlspolicy.errors import DocumentError
from mtlspolicy.instants import EARLIEST, LATEST, format_instant, parse_instant

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda part: (
        st.lists(part) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), part)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    text = canonical.dumps(value)

    assert value == canonical.loads(text, "it")
    assert text == canonical.dumps(json.loads(text))


def test_keys_are_in_order_of_utf_16_code_units() -> None:
    """RFC 8785, 3.2.3: its own example, in which a pair of surrogates comes before U+FB33."""
    keys = ["€", "\r", "\ufb33", "1", "😀", "\x80", "ö"]

    assert ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"] == list(
        json.loads(canonical.dumps(dict.fromkeys(keys, 0))),
    )


def test_writing_leaves_no_space_and_escapes_no_more_than_it_must() -> None:
    assert '{"a":["é\\u001f/\\"",null,true,-1]}' == canonical.dumps(
        {"a": ('é\x1f/"', None, True, -1)},
    )


@pytest.mark.parametrize("value", [1.5, [1.0], {"a": {"b": float("nan")}}])
def test_fractions_are_not_written(value: object) -> None:
    with pytest.raises(TypeError, match="no fractions"):
        canonical.dumps(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a":1,"a":2}', "the key `a` twice"),
        ('{"b":{"a":1,"a":1}}', "the key `a` twice"),
        ("[NaN]", "NaN is no JSON number"),
        ("[-Infinity]", "-Infinity is no JSON number"),
        ("[1e400]", "1e400 is no whole number"),
        ("[1.0]", "1.0 is no whole number"),
        ("[9007199254740992]", "too many digits"),
        ("[-9007199254740992]", "too many digits"),
        ("[" + "9" * 5000 + "]", "too many digits"),
        ('["\\ud800"]', "half of a surrogate pair"),
        (b'["\xff"]', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ('["\n"]', "invalid control character at line 1, column 3"),
        ('["', "unterminated string at line 1, column 2"),
        ("", "line 1, column 1"),
        ("{} {}", "extra data"),
        ("{'a':1}", "column 2"),
        ("[" * 65 + "]" * 65, "nested deeper than 64"),
        ("[" * 100_000, "nested deeper than 64"),
    ],
)
def test_what_two_readers_may_read_differently_is_refused(text: str | bytes, problem: str) -> None:
    with pytest.raises(DocumentError) as caught:
        canonical.loads(text, "the file")

    assert "the file" in caught.value.message
    assert problem in caught.value.message
    assert [fault.pointer for fault in caught.value.faults] == [""]


def test_bounds_are_reached_and_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brackets in texts are no nesting; a document of exactly the bound is read."""
    assert ['[[[["\\'] == canonical.loads('["[[[[\\"\\\\"]', "it")
    assert canonical.loads("[" * 64 + "]" * 64, "it")
    assert [2**53 - 1, -(2**53) + 1] == canonical.loads(f"[{2**53 - 1},{-(2**53) + 1}]", "it")
    monkeypatch.setattr(limits, "MAX_DOCUMENT_BYTES", 2)

    assert [] == canonical.loads("[]", "it")
    with pytest.raises(DocumentError, match="longer than 2 characters"):
        canonical.loads("[ ]", "it")


@given(st.integers(EARLIEST, LATEST))
def test_instants_are_written_as_they_are_read(seconds: int) -> None:
    written = format_instant(seconds)

    assert 20 == len(written)
    assert seconds == parse_instant(written)


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        "2026-05-01",
        "2026-05-01T00:00:00",
        "2026-05-01T00:00:00+00:00",
        "2026-05-01T00:00:00z",
        "2026-05-01T00:00:00Z\n",
        "2026-05-01T00:00:00.5Z",
        "٢٠٢٦-05-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-05-01T24:00:00Z",
        "2026-05-01T23:59:60Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_nothing_else_is_an_instant(value: object) -> None:
    with pytest.raises(ValueError, match=r"instant|calendar"):
        parse_instant(value)


@pytest.mark.parametrize("seconds", [EARLIEST - 1, LATEST + 1, 10**40])
def test_beyond_the_calendar_seconds_are_written(seconds: int) -> None:
    assert f"@{seconds}" == format_instant(seconds)
