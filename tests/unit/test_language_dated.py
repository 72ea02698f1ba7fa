"""Conditions as dates."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy.features.validity import Value
from mtlspolicy.instants import parse_instant
from mtlspolicy.language.dated import instants
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import bind

VALUE = Value(1_000, 2_000, 1_500)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (True, set()),
        ({"validity.days_at_most": 1}, set()),
        ({"validity.issued": {"from": "2026-01-01T00:00:00Z"}}, set()),
        ({"validity.current": True}, {1_000, 2_001}),
        (
            {"validity.evaluated": {"from": "2026-01-01T00:00:00Z"}},
            {parse_instant("2026-01-01T00:00:00Z")},
        ),
        (
            {
                "not": {
                    "all": [
                        {"validity.started": True},
                        {"validity.evaluated": {"until": "2026-01-01T00:00:00Z"}},
                    ],
                },
            },
            {1_000, 2_001, parse_instant("2026-01-01T00:00:00Z")},
        ),
    ],
)
def test_only_questions_about_the_time_have_instants(condition: Any, expected: set[int]) -> None:  # noqa: ANN401 - JSON, or any of a table
    tree = bind(Reader({}, {}).read(condition, "", pair=False), "client", {})

    assert expected == instants(tree, lambda _: VALUE)


def test_dates_that_cannot_be_read_have_no_instants() -> None:
    tree = bind(Reader({}, {}).read({"validity.current": True}, "", pair=False), "client", {})

    assert frozenset() == instants(tree, lambda _: Value(None, None, 0))
