"""UTCTime and GeneralizedTime (X.690, 11.7 and 11.8; RFC 5280, 4.1.2.5).

This module knows how an instant is written. It does not know which instants are sensible,
and it has no clock.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    import re

__all__ = ["DAY", "days_since_epoch", "parse_time"]

DAY: Final = 86_400
"""Seconds of a day; leap seconds do not exist in this count (POSIX)."""

_REST: Final = (
    rb"(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
    rb"(?P<second>[0-9]{2})?(?P<fraction>[.,][0-9]*)?(?P<zone>Z|[+-][0-9]{4})?"
)
_UTC: Final = pattern(rb"(?P<year>[0-9]{2})" + _REST)
_GENERALIZED: Final = pattern(rb"(?P<year>[0-9]{4})" + _REST)
_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_since_epoch(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the Gregorian calendar."""
    # years counted from March, so that the leap day is the last of its year
    shifted = year - (month <= 2)
    from_march = (month + 9) % 12
    day_of_year = (153 * from_march + 2) // 5 + day - 1
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719_468


def parse_time(content: bytes, *, generalized: bool) -> tuple[int | None, tuple[str, ...]]:
    """Return the instant in seconds since 1970-01-01T00:00:00Z, and the codes of what is odd.

    None where the octets name no instant, or not exactly one whole second. DER has one
    form for each type: ``YYMMDDHHMMSSZ`` and ``YYYYMMDDHHMMSSZ``.
    """
    match = (_GENERALIZED if generalized else _UTC).fullmatch(content)
    if match is None:
        return None, ("time.form",)
    faults = _form_faults(match, generalized=generalized)
    year = int(match["year"])
    if not generalized:
        # RFC 5280, 4.1.2.5.1: 50 to 99 are of the twentieth century
        year += 1900 if year >= 50 else 2000
    fields = (
        int(match["month"]),
        int(match["day"]),
        int(match["hour"]),
        int(match["minute"]),
        int(match["second"] or 0),
    )
    wrong = _calendar_fault(year, fields)
    if wrong:
        return None, (*faults, wrong)
    if "time.form" in faults or "time.fraction" in faults:
        return None, tuple(faults)
    month, day, hour, minute, second = fields
    local = days_since_epoch(year, month, day) * DAY + hour * 3600 + minute * 60 + second
    return local - _offset(match["zone"]), tuple(faults)


def _form_faults(match: re.Match[bytes], *, generalized: bool) -> list[str]:
    faults: list[str] = []
    if match["second"] is None:
        faults.append("time.no_seconds")  # X.690, 11.7.2 and 11.8.2
    fraction = match["fraction"]
    if fraction is not None:
        if not generalized or match["second"] is None:
            faults.append("time.form")  # UTCTime has no fractions (X.680, 47.3)
        if fraction[:1] == b"," or fraction[-1:] in {b"0", b"."}:
            faults.append("time.fraction_form")  # X.690, 11.7.3 and 11.7.4
        faults.append("time.fraction")  # RFC 5280, 4.1.2.5.2
    if match["zone"] is None:
        faults.append("time.form")  # local time names no instant
    elif match["zone"] != b"Z":
        faults.append("time.offset")  # X.690, 11.7.1 and 11.8.1
    return faults


def _calendar_fault(year: int, fields: tuple[int, int, int, int, int]) -> str:
    month, day, hour, minute, second = fields
    if not 1 <= month <= 12:
        return "time.month"
    leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    if not 1 <= day <= _MONTHS[month - 1] + leap:
        return "time.day"
    if hour > 23:
        return "time.hour"
    if minute > 59:
        return "time.minute"
    return "time.second" if second > 59 else ""


def _offset(zone: bytes) -> int:
    if zone == b"Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
    return -seconds if zone[:1] == b"-" else seconds
