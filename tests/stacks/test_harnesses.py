"""Every TLS stack, asked now, answers the shapes as the record says; so does the page's example.

A stack that is not on this machine is skipped with the reason; where CI is set, it fails.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mtlspolicy.suite.answers import SKIPPED, refuse_others
from mtlspolicy.suite.matrix import RECORD, read_record
from mtlspolicy.suite.model import read_suite
from mtlspolicy.suite.stacks import STACKS
from mtlspolicy_cli.harness import Harness, ask, chosen

if TYPE_CHECKING:
    from mtlspolicy.suite.answers import Answers

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "vectors"
SHAPES = VECTORS / "shapes.json"
SECONDS = 120.0


def answers(stack: str) -> Answers:
    (harness,) = chosen([stack], [])
    found = ask(harness, SHAPES.read_bytes(), SECONDS)
    if found.absent and not os.environ.get("CI"):
        pytest.skip(found.absent)
    assert "" == found.absent
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_does_what_is_recorded_of_it(stack: str) -> None:
    cases = read_suite(SHAPES.read_bytes()).cases
    record = read_record((VECTORS / RECORD).read_bytes()).current(cases)
    (column,) = record.of([stack]).columns
    live = answers(stack)

    refuse_others(live, cases)
    assert {case.id for case in cases} == set(record.digests), "record anew: the shapes changed"
    differing = {
        question: (column.given[question].actual, now.actual)
        for question, now in live.given.items()
        if column.given[question].actual != now.actual
    }
    if differing and live.version != column.version:
        # News about another version, and no fault of ours: the record says whose it is.
        pytest.skip(f"{stack} {live.version} differs from {column.version}: {differing}")
    assert {} == differing, f"recorded of {stack} {column.version}, asked {live.version}"


@pytest.mark.oracle
@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_judges_every_shape(stack: str) -> None:
    """A shape that is skipped would leave a hole in the page."""
    record = read_record((VECTORS / RECORD).read_bytes())
    (column,) = record.of([stack]).columns
    shapes = {q: said for q, said in column.given.items() if q[0].startswith("shapes::")}

    assert shapes
    assert [] == [q for q, said in shapes.items() if said.actual == SKIPPED]
    assert column.version != "none"
    assert column.call


@pytest.mark.oracle
def test_the_example_of_the_page_is_a_harness(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "harness.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    place = tmp_path / "example.py"
    place.write_text(example, encoding="utf-8")
    expected = answers("openssl").given

    assert len([line for line in example.splitlines() if line]) <= 40
    found = ask(Harness("example", (sys.executable, str(place))), SHAPES.read_bytes(), SECONDS)
    assert {q: said.actual for q, said in expected.items()} == {
        q: said.actual for q, said in found.given.items()
    }
