"""UTCTime and GeneralizedTime (X.690, 11.7 and 11.8; RFC 5280, 4.1.2.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mtlspolicy.der.times import days_since_epoch, parse_time

AT = 1_775_001_600  # 2026-04-01T00:00:00Z


@pytest.mark.parametrize(
    ("text", "generalized", "instant", "codes"),
    [
        (b"260401000000Z", False, AT, ()),
        (b"20260401000000Z", True, AT, ()),
        (b"700101000000Z", False, 0, ()),
        (b"500101000000Z", False, -631_152_000, ()),
        (b"491231235959Z", False, 2_524_607_999, ()),
        (b"99991231235959Z", True, 253_402_300_799, ()),
        (b"20000229000000Z", True, 951_782_400, ()),
        (b"2604010000Z", False, AT, ("time.no_seconds",)),
        (b"260401010000+0100", False, AT, ("time.offset",)),
        (b"260331233000-0030", False, AT, ("time.offset",)),
        (b"20260401000000.5Z", True, None, ("time.fraction",)),
        (b"20260401000000.50Z", True, None, ("time.fraction_form", "time.fraction")),
        (b"20260401000000,5Z", True, None, ("time.fraction_form", "time.fraction")),
        (b"20260401000000.Z", True, None, ("time.fraction_form", "time.fraction")),
        (b"202604010000.5Z", True, None, ("time.no_seconds", "time.form", "time.fraction")),
        (b"260401000000.5Z", False, None, ("time.form", "time.fraction")),
        (b"20260401000000", True, None, ("time.form",)),
        (b"202604010000Z", True, AT, ("time.no_seconds",)),
        (b"2026040100Z", True, None, ("time.form",)),
        (b"260401000000Z", True, None, ("time.no_seconds", "time.day")),
        (b"20260401000000Z", False, None, ("time.form",)),
        (b"", False, None, ("time.form",)),
        (b"26040100000Z", False, None, ("time.form",)),
        (b"26 401000000Z", False, None, ("time.form",)),
        ("\uff1260401000000Z".encode(), False, None, ("time.form",)),
        (b"260001000000Z", False, None, ("time.month",)),
        (b"261301000000Z", False, None, ("time.month",)),
        (b"260400000000Z", False, None, ("time.day",)),
        (b"260431000000Z", False, None, ("time.day",)),
        (b"260229000000Z", False, None, ("time.day",)),
        (b"19000229000000Z", True, None, ("time.day",)),
        (b"260401240000Z", False, None, ("time.hour",)),
        (b"260401006000Z", False, None, ("time.minute",)),
        (b"260401000060Z", False, None, ("time.second",)),
        (b"2613010000+0100", False, None, ("time.no_seconds", "time.offset", "time.month")),
    ],
)  # fmt: skip
def test_times(text: bytes, generalized: bool, instant: int | None, codes: tuple[str, ...]) -> None:  # noqa: FBT001
    assert (instant, codes) == parse_time(text, generalized=generalized)


@pytest.mark.parametrize("year", [1, 4, 1600, 1899, 1900, 1970, 2000, 2026, 2100, 9999])
@pytest.mark.parametrize("month", range(1, 13))
def test_days_are_those_of_the_calendar(year: int, month: int) -> None:
    moment = datetime(year, month, 28, tzinfo=UTC)
    assert (moment - datetime(1970, 1, 1, tzinfo=UTC)).days == days_since_epoch(year, month, 28)
