"""The two ways in which every answer can be written."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

__all__ = ["Format", "FormatOption"]


class Format(Enum):
    """How an answer is written."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to write the answer.")]
"""The option that chooses, for every command."""
