"""The vectors that come with the product: which files there are, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy import resources
from mtlspolicy.suite.build import LEDGER, is_ours
from mtlspolicy.suite.model import read_suite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from mtlspolicy.suite.model import Suite

__all__ = ["published", "shipped"]


def shipped() -> list[Suite]:
    """Return the suites that are shipped, in alphabetical order."""
    texts = published()
    names = sorted(name for name in texts if is_ours(name) and "/" not in name)
    return [read_suite(texts[name], name) for name in names if name != LEDGER]


def published() -> dict[str, str]:
    """Return the text of every file of the suite by its path below ``vectors/``."""
    top = resources.folder("vectors")
    return dict(_files(top, "")) if top.is_dir() else {}


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        path = f"{above}{entry.name}"
        if entry.is_dir():
            yield from _files(entry, f"{path}/")
        elif path.endswith((".json", ".md")):
            yield path, entry.read_text(encoding="utf-8")
