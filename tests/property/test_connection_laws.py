"""What the laws of a connection allow is what evidence can show: no less, and no more.

Real evidence and certificates, those of the suite and random ones, are always among the states
that a comparison looks at; and every such state, chosen at random, can be made and is read back.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from connection_support import (
    CHOSEN,
    SETTINGS,
    Asking,
    random_connection,
    random_state,
    read,
    realised,
)
from suite_support import suite

if TYPE_CHECKING:
    from collections.abc import Mapping

TRIED: Final = int(os.environ.get("MTLSPOLICY_CONNECTIONS", "60"))
"""Random connections per way of asking; a thousand of them take minutes."""
ONE_BASE: Final = [number for number, given in enumerate(SETTINGS) if len(given) == 1]
SEVERAL: Final = [number for number, given in enumerate(SETTINGS) if len(given) > 1]


def is_looked_at(asking: Asking, shown: Mapping[str, Any]) -> bool:
    """Whether some values that answer as these do are allowed together."""
    choices: dict[str, Any] = {name: [shown[name]] for name in ("chain", "path", "san")}
    for name in CHOSEN:
        if name in asking.calls and name != "san":
            answers = asking.answers(name, shown[name])
            assert answers in asking.domain(name), name
            choices[name] = asking.domain(name)[answers]
    return asking.fitting(choices) is not None


@pytest.mark.parametrize("name", ["", "-dns", "-questions", "-several", "-tlsa"])
def test_no_case_of_the_suite_is_left_out(name: str) -> None:
    """The evidence of every case of the draft is one that a comparison looks at."""
    for number, case in enumerate(suite(f"draft-frank{name}").cases):
        if case.client:
            asking = Asking.under(ONE_BASE[number % len(ONE_BASE)])
            assert is_looked_at(asking, read(case.client, case.evidence)), case.id


@pytest.mark.parametrize("number", ONE_BASE)
def test_no_random_evidence_is_left_out(number: int) -> None:
    """Names, answers, ports and a path as they come: a law that forbade them would be wrong."""
    asking = Asking.under(number)
    for seed in range(TRIED):
        client, evidence = random_connection(random.Random(seed))  # noqa: S311 - a seeded choice
        assert is_looked_at(asking, read(client, evidence)), seed


@pytest.mark.parametrize("number", ONE_BASE)
def test_what_is_allowed_can_be_made(number: int) -> None:
    """Evidence made for random values that the laws allow shows those values."""
    asking = Asking.under(number)
    for seed in range(TRIED):
        state = random_state(random.Random(seed), asking)  # noqa: S311 - a seeded choice
        found = realised(state, asking)
        asked = [name for name in CHOSEN if name in asking.calls]
        wanted = {name: asking.answers(name, state[name]) for name in asked}
        assert wanted == {name: asking.answers(name, found[name]) for name in asked}, seed


@pytest.mark.slow
@pytest.mark.skipif("MTLSPOLICY_CONNECTIONS" not in os.environ, reason="minutes; for those who ask")
@pytest.mark.parametrize("number", SEVERAL)
def test_policies_that_know_a_peer_by_different_names_are_asked_too(number: int) -> None:
    """Two policies, each by its own allowed names or exempt domains, see one connection."""
    test_no_random_evidence_is_left_out(number)
    test_what_is_allowed_can_be_made(number)
