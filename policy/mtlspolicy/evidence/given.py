"""What a caller in Python may have given in place of evidence.

Documents are checked when they are read; here it is classes, for a mistake in a caller's code
is to be told where it was made, and not by a decision. This module knows the notations of
evidence, and must not know what any of it is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from mtlspolicy.errors import EvidenceError, Fault
from mtlspolicy.instants import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["expect", "is_instant", "listed", "refuse", "refuse_disclosures"]

_DIGEST: Final = 64
"""Hexadecimal digits of a SHA-256 value."""


def refuse(pointer: str, message: str) -> NoReturn:
    """Raise EvidenceError with one fault at a JSON pointer."""
    raise EvidenceError(message, faults=(Fault(pointer, message),))


def expect(value: object, kind: type, pointer: str, expected: str) -> None:
    """Raise EvidenceError where the value is not of the class; `expected` says what it is."""
    if not isinstance(value, kind):
        refuse(pointer, f"{expected}, not `{type(value).__name__}`")


def listed(
    values: Any,  # noqa: ANN401 - that is the question
    kind: type,
    pointer: str,
    expected: str,
) -> tuple[Any, ...]:
    """Return the values as a tuple; raise EvidenceError where one is not of the class."""
    try:
        found = tuple(values)
    except TypeError:
        refuse(pointer, f"a list is expected, and {expected}")
    for index, one in enumerate(found):
        if one.__class__ is not kind:
            expect(one, kind, f"{pointer}/{index}", expected)
    return found


def is_instant(value: object) -> bool:
    """Say whether a value is whole seconds within the calendar."""
    return value.__class__ is int and EARLIEST <= value <= LATEST


def refuse_disclosures(given: Mapping[Any, Any]) -> None:
    """Raise EvidenceError unless every key is a digest in lower case and every value an instant.

    A digest that is written otherwise would be that of no certificate, and nobody would notice.
    """
    for digest, at in given.items():
        if not _is_digest(digest):
            refuse("/ccadb", f"`{digest}` is not 64 lower case hexadecimal digits")
        if not is_instant(at):
            refuse("/ccadb", f"a disclosure is whole seconds since 1970, not `{at}`")


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST and not value.strip("0123456789abcdef")
