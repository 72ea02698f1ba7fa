"""The shipped suite, read once per process: reading it takes longer than most tests."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mtlspolicy import resources
from mtlspolicy.suite import shelf
from mtlspolicy.suite.model import read_suite

if TYPE_CHECKING:
    from mtlspolicy.suite.model import Case, Suite

__all__ = ["cases", "shipped", "suite"]


@cache
def shipped() -> tuple[Suite, ...]:
    """Return every suite, in alphabetical order."""
    return tuple(shelf.shipped())


@cache
def cases() -> tuple[Case, ...]:
    """Return the cases of all of them."""
    return tuple(case for one in shipped() for case in one.cases)


@cache
def suite(namespace: str) -> Suite:
    """Return one of them, without reading the others."""
    return read_suite(resources.read(f"vectors/{namespace}.json"), namespace)
