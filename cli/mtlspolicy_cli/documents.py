"""Faults of JSON documents, told with line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mtlspolicy.errors import DocumentError, Fault
from mtlspolicy.records import dataclass
from mtlspolicy_cli.broken import offset_of, says_where
from mtlspolicy_cli.positions import Positions

__all__ = ["Place", "located", "places"]


@dataclass(frozen=True, slots=True)
class Place:
    """A fault and where it stands: `line` and `column` count from 1."""

    line: int
    column: int
    pointer: str
    message: str
    help: str

    def document(self) -> dict[str, Any]:
        """Return the fault as it stands in a report (validation.schema.json)."""
        return {
            "pointer": self.pointer,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "help": self.help or None,
        }


def located(
    error: DocumentError,
    text: bytes,
    name: str,
    *,
    advice: str = "",
    written: Mapping[str, str] | None = None,
) -> DocumentError:
    """Return the same error with line and column of its first fault (`written`: see `places`)."""
    found = places(error.faults, text, written)
    if not found:
        return error
    first = found[0]
    where = f"line {first.line}, column {first.column}"
    where += f", `{first.pointer}`" if first.pointer else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    message = f"{name} is invalid at {where}: {first.message}{more}"
    return type(error)(message, help="; ".join(filter(None, (first.help, advice))))


def places(
    faults: Iterable[Fault], text: bytes, written: Mapping[str, str] | None = None
) -> list[Place]:
    """Find the place of each fault, in the order of the text.

    `written` maps pointers of a resolved document to those of the text.
    """
    positions = Positions(text.decode("utf-8", errors="replace"))
    found = {_place(fault, text, positions, written or {}) for fault in faults}
    return sorted(found, key=lambda place: (place.line, place.column, place.message))


def _place(fault: Fault, text: bytes, positions: Positions, written: Mapping[str, str]) -> Place:
    if not fault.pointer and positions.repeated and "twice" in fault.message:
        pointer, offset = next(iter(positions.repeated.items()))
        line, column = positions.line_and_column(offset)
        return Place(line, column, pointer, fault.message, fault.help or "keep one of the two")
    if not fault.pointer and says_where(fault.message):
        message = fault.message.partition(" at line ")[0]
        line, column = positions.line_and_column(offset_of(message, text))
        return Place(line, column, "", message, fault.help)
    here, rest = _rewritten(fault.pointer, written)
    pointer, message, advice = here + rest, fault.message, fault.help
    if here == _INHERITED and rest:  # what is inherited stands in another text
        pointer, message = here, f"in an inherited rule, at `{rest}`: {message}"
        advice = advice or "a setting or a term with a name of its own would be in nobody's way"
    line, column = positions.find(pointer)
    return Place(line, column, pointer, message, advice)


_INHERITED: Final = "/extends"


def _rewritten(pointer: str, written: Mapping[str, str]) -> tuple[str, str]:
    """Return where the entry of a list stands that a pointer leads to, and the way on."""
    parts = pointer.split("/")
    here = written.get("/".join(parts[:3]))
    return (pointer, "") if here is None else (here, "".join(f"/{part}" for part in parts[3:]))
