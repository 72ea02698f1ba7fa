"""Instants as documents write them: ``YYYY-MM-DDTHH:MM:SSZ``, UTC, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from mtlspolicy.limits import MAX_MEMO_ENTRIES
from mtlspolicy.patterns import pattern

__all__ = ["EARLIEST", "INSTANT_PATTERN", "LATEST", "format_instant", "parse_instant"]

EARLIEST: Final = -62_135_596_800
"""0001-01-01T00:00:00Z: the calendar of documents begins."""

LATEST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z: four digits of a year end."""

INSTANT_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_INSTANT: Final = pattern(INSTANT_PATTERN.replace("$", r"\Z"))
_NUMBERS: Final = pattern(r"[0-9]+")


def parse_instant(value: object) -> int:
    """Return the seconds since 1970; raise ValueError for anything else than an instant."""
    if not isinstance(value, str) or not _INSTANT.match(value):
        message = "an instant is written as YYYY-MM-DDTHH:MM:SSZ, in UTC"
        raise ValueError(message)
    return _seconds(value)


@lru_cache(maxsize=256)
def _seconds(value: str) -> int:
    """Return the seconds of a written instant; a policy writes a few in many of its rules."""
    try:
        # By hand: strptime takes a hundred times as long to be imported as this to run.
        year, month, day, hour, minute, second = map(int, _NUMBERS.findall(value))
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except ValueError:
        message = f"`{value}` is no date of the calendar"
        raise ValueError(message) from None


@lru_cache(maxsize=MAX_MEMO_ENTRIES)
def format_instant(seconds: int) -> str:
    """Write seconds since 1970 as an instant; beyond the calendar, as ``@seconds``."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (OverflowError, ValueError, OSError):
        return f"@{seconds}"
