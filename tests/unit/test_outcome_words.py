"""What looking something up came to, in words that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.explain import phrase

if TYPE_CHECKING:
    from mtlspolicy.features.parameters import Kind


def _kind(atom: str) -> Kind:
    return ATOMS[atom][1].parameters[0].kind


@pytest.mark.parametrize(
    "atom",
    [
        "dns.outcome",
        "dns.reverse",
        "dns.settled",
        "dns_answers.fault",
        "service.outcome",
        "source.is",
        "tlsa.outcome",
        "tlsa.settled",
    ],
)
def test_no_short_word_of_a_policy_is_left(atom: str) -> None:
    """Each has a text of its own, which is no word with underscores."""
    found = ATOMS[atom][1]
    words = _kind(atom).words
    told = [phrase(found, ((word,), (), "allow", "server", ())) for word in words]

    assert len(words) == len(set(told))
    assert not any("_" in text for text in told)


def test_a_port_is_told_too() -> None:
    _, atom = ATOMS["tlsa.outcome"]

    assert (
        "looking for TLSA records under the port of the connection does not end with a malformed "
        "record"
    ) == phrase(atom, (("malformed",), (), "allow", "source", ()), truth=False)
