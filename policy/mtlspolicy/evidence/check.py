"""Small checks of JSON values, put together to checks of whole objects.

A check takes a value and its JSON pointer and yields every fault. This module knows JSON
and the notations that evidence is written in; it must not know any part of the evidence.
schemas/evidence.schema.json says the same, and a property test compares both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mtlspolicy.errors import Fault
from mtlspolicy.instants import parse_instant
from mtlspolicy.patterns import pattern

__all__ = [
    "BASE64",
    "BASE64_FORM",
    "BASE64_OR_EMPTY",
    "FLAG",
    "HEX",
    "OID",
    "PORT",
    "SHA256_URL",
    "TEXT",
    "WHOLE_TEXT",
    "Check",
    "either_null",
    "instant",
    "listed",
    "mapped",
    "matching",
    "record",
    "whole",
    "word",
]

Check = Callable[[object, str], Iterator[Fault]]
"""Yields the faults of a value at a JSON pointer."""


def text(least: int, most: int | None, form: str) -> Check:
    """Return the check of a text with `least` to `most` characters."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if (
            not isinstance(value, str)
            or len(value) < least
            or (most is not None and len(value) > most)
        ):
            yield Fault(pointer, f"{form} is expected here")

    return check


TEXT: Final = text(1, None, "a text that is not empty")
WHOLE_TEXT: Final = text(0, None, "a text")


def FLAG(value: object, pointer: str) -> Iterator[Fault]:  # noqa: N802 - a check among checks
    """Check that a value is true or false."""
    if not isinstance(value, bool):
        yield Fault(pointer, "true or false is expected here")


def word(*words: str) -> Check:
    """Return the check of one of `words`."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in words:
            yield Fault(pointer, f"one of {', '.join(words)} is expected here")

    return check


def whole(least: int, most: int) -> Check:
    """Return the check of a whole number from `least` to `most`."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield Fault(pointer, f"a whole number from {least} to {most} is expected here")

    return check


PORT: Final = whole(1, 65_535)
"""The check of a port: 0 is reserved (RFC 6335, 6), and no connection has it."""


def matching(text: str, form: str) -> Check:
    """Return the check of a text that matches `text` as a whole; `form` says how it looks."""
    compiled = pattern(text)

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Fault(pointer, f"{form} is expected here")

    return check


BASE64_FORM: Final = "DER in base64, without line breaks,"
# RFC 4648, 4 and 3.5: padded, and with the bits that nothing needs zero: one text per value.
_CANONICAL: Final = (
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
)
BASE64: Final = matching(f"(?=.){_CANONICAL}", BASE64_FORM)
BASE64_OR_EMPTY: Final = matching(_CANONICAL, BASE64_FORM)
HEX: Final = matching(r"(?:[0-9a-f]{2})*", "octets as lower case hexadecimal digits")
OID: Final = matching(
    r"[0-2](\.(0|[1-9][0-9]{0,38})){1,63}", "an object identifier in dotted decimals"
)
SHA256_URL: Final = matching(
    r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", "a SHA-256 value in base64url without padding"
)


def instant(value: object, pointer: str) -> Iterator[Fault]:
    """Check an instant, ``YYYY-MM-DDTHH:MM:SSZ``."""
    try:
        parse_instant(value)
    except ValueError as error:
        yield Fault(pointer, str(error))


def either_null(check: Check) -> Check:
    """Return the check of null, or of what `check` takes."""

    def both(value: object, pointer: str) -> Iterator[Fault]:
        if value is not None:
            yield from check(value, pointer)

    return both


def listed(item: Check, *, least: int = 0, unique: bool = False) -> Check:
    """Return the check of a list of at least `least` items; `unique`: no text stands twice."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list) or len(value) < least:
            yield Fault(
                pointer,
                "a list is expected here"
                if not least
                else "a list that is not empty is expected here",
            )
            return
        for index, one in enumerate(value):
            yield from item(one, f"{pointer}/{index}")
        texts = [one for one in value if isinstance(one, str)]
        if unique and len(set(texts)) != len(texts):
            yield Fault(pointer, "an item stands twice")

    return check


def mapped(key: Check, item: Check) -> Check:
    """Return the check of an object with any keys that `key` takes."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(pointer, "an object is expected here")
            return
        for name, one in value.items():
            yield from key(name, f"{pointer}/{name}")
            yield from item(one, f"{pointer}/{name}")

    return check


def record(fields: Mapping[str, Check], *needed: str, closed: bool = True) -> Check:
    """Return the check of an object with these fields, of which `needed` must be there."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(pointer, "an object is expected here")
            return
        yield from _keys(value, fields, needed, pointer, closed=closed)
        for name, one in value.items():
            if name in fields:
                yield from fields[name](one, f"{pointer}/{name}")

    return check


def _keys(
    value: dict[str, Any],
    fields: Mapping[str, Check],
    needed: tuple[str, ...],
    pointer: str,
    *,
    closed: bool,
) -> Iterator[Fault]:
    for name in value:
        if closed and name not in fields:
            yield Fault(
                f"{pointer}/{name}", f"there is no `{name}` here; known: {', '.join(fields)}"
            )
    for name in needed:
        if name not in value:
            yield Fault(pointer, f"`{name}` is missing")
