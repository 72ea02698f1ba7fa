"""Patterns match as compiled ones do, and are compiled when first used."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

import mtlspolicy
from mtlspolicy import patterns
from mtlspolicy.patterns import pattern


def test_it_matches_as_the_compiled_one_does() -> None:
    for flags in (0, re.IGNORECASE):
        lazy, compiled = pattern("(a+)b", flags), re.compile("(a+)b", flags)
        for text in ("aab", "xAAB", "c"):
            assert (lazy.match(text) is None) == (compiled.match(text) is None)
            assert (lazy.fullmatch(text) is None) == (compiled.fullmatch(text) is None)
            assert (lazy.search(text) is None) == (compiled.search(text) is None)
            assert lazy.findall(text) == compiled.findall(text)
            assert lazy.sub("-", text) == compiled.sub("-", text)
    assert pattern(rb"\d").findall(b"1 2") == [b"1", b"2"]
    assert pattern("a|b").pattern == "a|b"


def test_it_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []

    class Expressions:
        """Stands for the module `re`."""

        @staticmethod
        def compile(text: str, flags: int) -> re.Pattern[str]:
            compiled.append(text)
            return re.compile(text, flags)

    monkeypatch.setattr(patterns, "re", Expressions)
    lazy, faulty = pattern("a"), pattern("(")
    assert not compiled
    assert lazy.match("a")
    assert lazy.sub("b", "a") == "b"
    assert compiled == ["a"]
    with pytest.raises(re.error):
        faulty.match("a")
    with pytest.raises(AttributeError):
        _ = lazy.nothing  # type: ignore[attr-defined]


def test_every_pattern_of_the_package_can_be_compiled() -> None:
    found = [
        value
        for module in pkgutil.walk_packages(mtlspolicy.__path__, "mtlspolicy.")
        if not module.name.endswith("__main__")
        for value in vars(import_module(module.name)).values()
        if isinstance(value, patterns._Pattern)
    ]
    assert len(found) > 20
    assert all(value.pattern for value in found)
