"""Policies in short: the list, and the verdict on a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mtlspolicy_cli.page import page_for_answer, text_of
from mtlspolicy_cli.text import clean, columns

if TYPE_CHECKING:
    from mtlspolicy_cli.documents import Place

__all__ = ["listing", "verdict"]


def listing(policies: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of policies; with each proposal what became of it."""
    page = page_for_answer()
    rows: list[tuple[str, ...]] = [("ID", "STATUS", "VERSION", "TITLE")]
    for one in policies:
        proposal = one["proposal"]
        state = f" ({proposal['document']}: {proposal['state']})" if proposal else ""
        rows.append((one["id"], one["status"], one["version"], one["title"] + state))
    title, *lines = columns(rows, page.width)
    return text_of([page.paint(title, "dim"), *lines])


def verdict(file: str, faults: Sequence[Place]) -> str:
    """Return what there is to say of a policy file, one fault after the other."""
    page = page_for_answer()
    name = "standard input" if file == "-" else clean(file)
    lines: list[str] = []
    for fault in faults:
        pointer = page.paint(clean(fault.pointer) or "/", "strong")
        lines.append(f"{name}:{fault.line}:{fault.column}: {pointer}")
        lines += page.text(fault.message, 4)
        lines += page.text(f"help: {fault.help}", 4) if fault.help else []
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    word = f"{page.paint('invalid', 'bad')}, {count}" if faults else page.paint("valid", "good")
    return text_of([*lines, f"{name}: {word}"])
