"""Saying no: the one way in which input is refused here."""

from __future__ import annotations

from typing import NoReturn

from mtlspolicy.errors import ConflictError, InputError

__all__ = ["contradiction", "nearest", "refuse"]


def refuse(message: str, advice: str) -> NoReturn:
    """Refuse a file or a value: what is wrong and where, and what to do."""
    raise InputError(message, help=advice)


def contradiction(flag: str, pointer: str, ours: object, theirs: object) -> NoReturn:
    """Refuse a flag and an evidence document that give one item differently."""
    message = f"{flag} and the evidence document differ: `{ours}`, and `{theirs}` at `{pointer}`"
    raise ConflictError(message, help=f"leave {flag} out, or correct the document")


def nearest(word: str, known: list[str] | tuple[str, ...], otherwise: str) -> str:
    """Return advice with the nearest right word, the first that it begins, or other advice."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    begun = [one for one in known if one.startswith(word)] if word else []
    near = begun or get_close_matches(word, known, n=1, cutoff=0.45)
    return f"did you mean `{near[0]}`?" if near else otherwise
