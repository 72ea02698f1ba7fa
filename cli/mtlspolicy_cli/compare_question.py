"""What a command line asks of a comparison; nothing here needs the engine."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Question"]


@dataclass(frozen=True)
class Question:
    """What the command line says: policies, settings, leaves, folder, stacks."""

    policies: tuple[str, ...]
    set_a: tuple[str, ...] = ()
    set_b: tuple[str, ...] = ()
    enabled: tuple[str, ...] = ()
    folder: str | None = None
    stacks: tuple[str, ...] = ()
