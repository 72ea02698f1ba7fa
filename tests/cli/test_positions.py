"""The place of a value in a JSON text, for any text that is JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlspolicy_cli.positions import Positions

KEYS = st.text(max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def pointers(value: Any, pointer: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - JSON
    found = [(pointer, value)]
    if isinstance(value, dict):
        for key, part in value.items():
            found += pointers(part, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for index, part in enumerate(value):
            found += pointers(part, f"{pointer}/{index}")
    return found


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_value_is_found_where_it_stands(value: Any, indent: Any, ascii_: bool) -> None:  # noqa: ANN401, FBT001 - drawn
    """From the place on, the text is the value, or its key and then the value."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    lines = text.split("\n")
    for pointer, part in pointers(value):
        line, column = Positions(text).find(pointer)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        decoded, end = json.JSONDecoder().raw_decode(rest)
        if rest[end:].lstrip().startswith(":"):
            decoded, _ = json.JSONDecoder().raw_decode(rest[end:].lstrip()[1:].lstrip())
        assert part == decoded


@given(st.text(max_size=60) | VALUES.map(json.dumps).map(lambda text: text[: len(text) // 2]))
def test_no_text_makes_it_fail(text: str) -> None:
    line, column = Positions(text).find("/a/0/b")

    assert line >= 1
    assert column >= 1


@pytest.mark.parametrize(
    ("text", "pointer"),
    [('{"a": 1, "a": 2}', "/a"), ('{"x": [{"y": 1, "y": 2}]}', "/x/0/y")],
)
def test_a_key_that_stands_twice_is_found(text: str, pointer: str) -> None:
    assert [pointer] == list(Positions(text).repeated)
    assert text.index('"', text.index(",")) == Positions(text).repeated[pointer]
