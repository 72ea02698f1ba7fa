"""Whole comparisons with the draft, which looks at the connection: every witness is real."""

from __future__ import annotations

import pytest

from connection_support import draft
from mtlspolicy import load_policy
from mtlspolicy.compare import compare


@pytest.mark.parametrize("other", ["dedicated-pki", "limbo-webpki", "s2s-spiffe"])
def test_every_difference_from_the_draft_is_shown_by_a_witness(other: str) -> None:
    """`compare` judges each witness from its bytes, and fails where it is not as predicted."""
    found = compare(load_policy(other), draft())

    asked = {rule.id for one in found.classes for rule in one.rules if one.refusing == 1}
    assert "incomparable" == found.relation
    assert {"source-special", "dns-contradiction", "san-pure", "expected-kind"} <= asked
    assert all(one.witness is not None for one in (*found.classes, *found.apart))
