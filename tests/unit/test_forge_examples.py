"""The examples in the docstrings of the forge are true."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "der.writer",
        "forge.draft",
        "forge.encodings",
        "forge.extensions",
        "forge.hostile",
        "forge.names",
        "forge.pair",
        "forge.revocation",
    ],
)
def test_examples_are_true(module: str) -> None:
    """Each module that starts with an example."""
    results = doctest.testmod(importlib.import_module(f"mtlspolicy.{module}"))
    assert results.attempted > 0
    assert results.failed == 0
