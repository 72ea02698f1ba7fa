"""The one place that knows where the data files lie: in a wheel, or in a checkout.

Schemas and vectors lie flat at the top of the checkout, for readers of other languages,
and join the package in the wheel. Nothing else may ask where it is installed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["folder", "read"]


@cache
def folder(name: str) -> Traversable:
    """Return the folder `name`: catalogue, schemas or vectors."""
    here = Path(__file__)
    for parent in (here.parent, here.parents[2]):
        if (parent / name).is_dir():
            return parent / name
    # Not among files: in an archive. Slow to import, and hardly ever wanted.
    from importlib.resources import files  # noqa: PLC0415

    return files("mtlspolicy") / name


@cache
def read(name: str) -> str:
    """Return the text of a data file, named from its folder on: ``catalogue/codes/path.json``.

    Raises FileNotFoundError for a file that does not exist.
    """
    top, _, rest = name.partition("/")
    return (folder(top) / rest).read_text(encoding="utf-8")
