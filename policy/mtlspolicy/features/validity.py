"""Validity and evaluation time of one certificate: one joint feature.

notBefore, the length of the validity period and the evaluation time are one value,
because rules relate them: a window on notBefore, a limit on the length, "is current now".
Lengths count both end seconds (BR 1.6.1 takes the Validity Period from RFC 5280, 4.1.2.5:
"from notBefore through notAfter, inclusive"), so a certificate of 398 days has
``not_after - not_before + 1 == 398 * 86400``.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import INSTANT, BadArgumentError, Kind, Parameter, integer
from mtlspolicy.instants import format_instant
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["DAY", "WINDOW", "ValidityFeature", "Value", "Window"]

DAY: Final = 86_400
"""Seconds of a day (BR 6.3.2: a day is 86,400 seconds)."""

_FIRST: Final = 1_577_836_800
"""2020-01-01T00:00:00Z: where points lie that no constant ties down."""


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end) in seconds since 1970; None is open."""

    start: int | None
    end: int | None

    def holds(self, instant: int) -> bool:
        """Say whether the instant lies in the window."""
        return (self.start is None or instant >= self.start) and (
            self.end is None or instant < self.end
        )

    def cuts(self) -> tuple[int, ...]:
        """List the instants at which the answer changes."""
        return tuple(cut for cut in (self.start, self.end) if cut is not None)

    def __str__(self) -> str:
        """Write the window in words."""
        if self.end is None:
            return "always" if self.start is None else f"on or after {_short(self.start)}"
        return (
            f"before {_short(self.end)}"
            if self.start is None
            else f"from {_short(self.start)} until before {_short(self.end)}"
        )


def _short(instant: int) -> str:
    """Midnight as its date, any other instant in full."""
    written = format_instant(instant)
    return written.removesuffix("T00:00:00Z")


def _second(value: object) -> int:
    parsed = INSTANT.parse(value)
    return parsed if isinstance(parsed, int) else 0


def _window(value: object) -> Window:
    if not isinstance(value, dict) or not value or not set(value) <= {"from", "until"}:
        message = "a window is an object with `from`, `until`, or both"
        raise BadArgumentError(message)
    bounds = {key: _second(bound) for key, bound in value.items()}
    window = Window(bounds.get("from"), bounds.get("until"))
    if window.start is not None and window.end is not None and window.start >= window.end:
        message = "the window ends before it begins"
        raise BadArgumentError(message)
    return window


WINDOW: Final = Kind(
    "window",
    {
        "type": "object",
        "properties": {"from": INSTANT.schema, "until": INSTANT.schema},
        "additionalProperties": False,
        "minProperties": 1,
    },
    _window,
)


@dataclass(frozen=True, slots=True)
class Value:
    """Seconds since 1970; None where a bound is unreadable."""

    not_before: int | None
    not_after: int | None
    at: int


def _current(value: Value) -> Truth:
    started = None if value.not_before is None else value.not_before <= value.at
    lasting = None if value.not_after is None else value.at <= value.not_after
    if started is False or lasting is False:
        return False
    return None if started is None or lasting is None else True


def _not_expired(value: Value) -> Truth:
    return None if value.not_after is None else value.at <= value.not_after


def _started(value: Value) -> Truth:
    return None if value.not_before is None else value.not_before <= value.at


def _bound_instants(value: Value) -> Iterable[int]:
    if value.not_before is not None:
        yield value.not_before
    if value.not_after is not None:
        yield value.not_after + 1


def _length(value: Value) -> int | None:
    if value.not_before is None or value.not_after is None:
        return None
    return value.not_after - value.not_before + 1


def _ordered(value: Value) -> Truth:
    length = _length(value)
    return None if length is None else length > 0


def _days_at_most(value: Value, days: int) -> Truth:
    length = _length(value)
    return None if length is None else length <= days * DAY


def _issued(value: Value, window: Window) -> Truth:
    return None if value.not_before is None else window.holds(value.not_before)


def _evaluated(value: Value, window: Window) -> Truth:
    return window.holds(value.at)


def _evaluated_instants(_: Value, window: Window) -> Iterable[int]:
    return window.cuts()


def _cuts(calls: Sequence[Call], name: str) -> list[int]:
    return sorted(
        {cut for call in calls if call.atom.name == name for cut in call.arguments[0].cuts()}
    )


def _spans(calls: Sequence[Call]) -> list[int]:
    """Distances from notBefore to notAfter in seconds, on either side of every limit."""
    limits = (n + extra for n in _lengths(calls) for extra in (-1, 0))
    return [0, DAY, *limits, 40_000 * DAY]


def _lengths(calls: Sequence[Call]) -> list[int]:
    return sorted({c.arguments[0] * DAY for c in calls if c.atom.name == "validity.days_at_most"})


def _place_among(calls: Sequence[Call]) -> Callable[[int, int, int], Hashable]:
    """Return the function from two dates and the time to what `calls` can tell of them."""
    issued = _cuts(calls, "validity.issued")
    evaluated = _cuts(calls, "validity.evaluated")
    lengths = _lengths(calls)

    def place(start: int, end: int, at: int) -> Hashable:
        order = (start <= at) + 2 * (at <= end) + 4 * (start <= end)
        if issued:
            order += 8 * bisect_right(issued, start)
        if not lengths and not evaluated:
            return order
        return order, bisect_right(lengths, end - start), bisect_right(evaluated, at)

    return place


class ValidityFeature(Feature[Value]):
    """When a certificate is valid, how long, and when it is looked at."""

    name: ClassVar[str] = "validity"
    title: ClassVar[str] = "validity and time"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "validity.current",
            (),
            _current,
            "the evaluation time lies within the validity period",
            "the evaluation time lies outside the validity period",
            instants=_bound_instants,
        ),
        Atom(
            "validity.started",
            (),
            _started,
            "the validity period has begun",
            "the validity period has not begun",
            instants=_bound_instants,
        ),
        Atom(
            "validity.not_expired",
            (),
            _not_expired,
            "the validity period has not ended",
            "the validity period has ended",
            instants=_bound_instants,
        ),
        Atom(
            "validity.ordered",
            (),
            _ordered,
            "notAfter is not before notBefore",
            "notAfter is before notBefore",
        ),
        Atom(
            "validity.days_at_most",
            (Parameter("days", integer(1, 36_500)),),
            _days_at_most,
            "the validity period is at most {0} days",
            "the validity period is longer than {0} days",
            "Both end seconds count, and a day has 86,400 seconds.",
        ),
        Atom(
            "validity.issued",
            (Parameter("window", WINDOW),),
            _issued,
            "notBefore is {0}",
            "notBefore is not {0}",
        ),
        Atom(
            "validity.evaluated",
            (Parameter("window", WINDOW),),
            _evaluated,
            "the evaluation time is {0}",
            "the evaluation time is not {0}",
            instants=_evaluated_instants,
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Join the certificate's dates with the evaluation time."""
        certificate = subject.certificate
        start, end = certificate.not_before, certificate.not_after
        return Value(
            None if isinstance(start, Unreadable) else start,
            None if isinstance(end, Unreadable) else end,
            subject.at,
        )

    def cell(self, calls: Sequence[Call]) -> Callable[[Value], Hashable]:
        """Key by the positions among the constants, and by where the time lies."""
        place = _place_among(calls)

        def key(value: Value) -> Hashable:
            if value.not_before is None or value.not_after is None:
                return value
            return place(value.not_before, value.not_after, value.at)

        return key

    def reader(self, calls: Sequence[Call]) -> Callable[[Certificate, int], Hashable]:
        """Place the dates among the constants without a summary of them."""
        cell = super().reader(calls)
        place = _place_among(calls)

        def read(certificate: Certificate, at: int) -> Hashable:
            # dates of a certificate in which nothing was to be noted are numbers
            if certificate.mould is None:
                return cell(certificate, at)
            return place(certificate.not_before, certificate.not_after, at)  # type: ignore[arg-type]

        return read

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """A grid around the constants, current certificates first.

        Where no rule asks about the evaluation time it lies where it is plainest: at the
        beginning of the period, just after its end, just before its beginning.
        """
        evaluated = _cuts(calls, "validity.evaluated")
        for start, length in product(_samples(_cuts(calls, "validity.issued")), _spans(calls)):
            if not evaluated and start + length < _LAST:
                for at in (start, start + length + 1, start - 1):
                    yield Value(start, start + length, at)
        for at in _samples(evaluated):
            yield from self.points_at(calls, at)

    def points_at(self, calls: Sequence[Call], at: int) -> Iterator[Value]:
        """The points that share one evaluation time, which both sides of a pair do."""
        issued = _cuts(calls, "validity.issued")
        lengths = _spans(calls)
        ends = [at - length for length in lengths] + [at - length - 1 for length in lengths]
        starts = list(dict.fromkeys([*_samples(issued), at, at + 1, at - DAY // 2, *ends]))
        for start, length in product(starts, lengths):
            if start >= 0 and start + length < _LAST:
                yield Value(start, start + length, at)
        for start in starts:
            # the end on either side of the time and of the start
            for end in (at, at - 1, start - 1):
                if end >= 0:
                    yield Value(start, end, at)
        yield from (Value(None, end, at) for end in (None, at, at - 1))
        yield from (Value(start, None, at) for start in starts)

    def realise(self, value: Value, place: Place) -> None:
        """Write both dates and the evaluation time; an unreadable one has a 13th month."""
        from mtlspolicy.der.writer import primitive  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        place.evidence["at"] = format_instant(value.at)
        for bound, instant in (("not_before", value.not_before), ("not_after", value.not_after)):
            if instant is None:
                setattr(draft, f"{bound}_node", primitive(0x17, b"251301000000Z"))
            else:
                setattr(draft, f"{bound}_node", None)
                setattr(draft, bound, instant)

    def show(self, value: Value) -> object:
        """Both dates, the length in days (exact seconds kept), and the time."""
        length = _length(value)
        return {
            "not_before": None if value.not_before is None else format_instant(value.not_before),
            "not_after": None if value.not_after is None else format_instant(value.not_after),
            "seconds": length,
            "at": format_instant(value.at),
        }

    def describe(self, value: Value) -> str:
        """In words."""
        start = "unreadable" if value.not_before is None else format_instant(value.not_before)
        end = "unreadable" if value.not_after is None else format_instant(value.not_after)
        return f"valid from {start} through {end}, judged at {format_instant(value.at)}"


_LAST: Final = 253_402_300_800
"""10000-01-01T00:00:00Z: GeneralizedTime ends before (RFC 5280, 4.1.2.5.2)."""


def _samples(cuts: Sequence[int]) -> list[int]:
    """Instants on either side of every cut, the latest first: the newest is the plainest."""
    if not cuts:
        return [_FIRST]
    return sorted({cut + step for cut in cuts for step in (-1, 0)}, reverse=True)
