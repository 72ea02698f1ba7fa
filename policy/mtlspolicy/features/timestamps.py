"""The signed certificate timestamps of one certificate (RFC 6962, 3.3).

This module knows the form of the list and how far its times are from notBefore. It must
not know logs, and checks no signature.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import SignedCertificateTimestamps, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import common_atoms, known, stand_twice
from mtlspolicy.features.parameters import Parameter, integer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["Timestamps", "TimestampsFeature", "Value"]

OID: Final = "1.3.6.1.4.1.11129.2.4.2"

_HOUR: Final = 3_600
_V1: Final = 0
"""RFC 6962, 3.2: v1(0) is the only version."""


class Timestamps(NamedTuple):
    """The list in short.

    `number`: how many, at least one. `known`: all are of version 1. `distance`: seconds from
    notBefore to the earliest of version 1, negative before it; None without such a one and
    where notBefore is unreadable.
    """

    number: int
    known: bool
    distance: int | None
    critical: bool


Value = Timestamps | Unreadable | None


def _count_at_least(value: Value, number: int) -> Truth:
    return known(value, lambda sct: sct.number >= number)


def _versions_known(value: Value) -> Truth:
    return known(value, lambda sct: sct.known)


def _hours(value: Value, hours: int) -> Truth:
    return known(
        value, lambda sct: None if sct.distance is None else abs(sct.distance) <= hours * _HOUR
    )


class TimestampsFeature(Feature[Value]):
    """How many timestamps there are, of which version, and when."""

    name: ClassVar[str] = "sct"
    title: ClassVar[str] = "signed certificate timestamps"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("sct", "an SCT list"),
        Atom(
            "sct.count_at_least",
            (Parameter("number", integer(1, 20)),),
            _count_at_least,
            "there are at least {0} SCTs",
            "there are fewer than {0} SCTs",
        ),
        Atom(
            "sct.versions_known",
            (),
            _versions_known,
            "every SCT is of version 1",
            "an SCT is of an unknown version",
        ),
        Atom(
            "sct.hours_from_not_before",
            (Parameter("hours", integer(0, 8_784)),),
            _hours,
            "the earliest SCT is within {0} hours of notBefore",
            "the earliest SCT is more than {0} hours from notBefore",
            "An estimate of the time of signing.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Summarise the list."""
        certificate = subject.certificate
        found = certificate.find(OID)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, SignedCertificateTimestamps)  # noqa: S101 - what is read of this OID
        start = certificate.not_before
        times = [instant // 1000 for version, _, instant in found.timestamps if version == _V1]
        distance = min(times) - start if times and not isinstance(start, Unreadable) else None
        number = len(found.timestamps)
        return Timestamps(number, len(times) == number, distance, found.critical)

    def cell(self, calls: Sequence[Call]) -> Callable[[Value], Hashable]:
        """Key by the positions among the constants, instead of number and distance."""
        counts, distances = _cuts(calls)

        def key(value: Value) -> Hashable:
            if value is None or isinstance(value, Unreadable):
                return value
            place = bisect_right(counts, value.number)
            if value.distance is None:
                return place, value.known, value.critical
            far = bisect_left(distances, abs(value.distance))
            # Most lists have nothing odd about them, and a short key.
            odd = value.critical or not value.known
            return (place, far, value.known, value.critical) if odd else (place, far)

        return key

    def reader(self, calls: Sequence[Call]) -> Callable[[Certificate, int], Hashable]:
        """Look at the times where they stand: most lists were checked, and never built."""
        cell = super().reader(calls)
        counts, distances = _cuts(calls)

        def read(certificate: Certificate, at: int) -> Hashable:
            times = certificate.timestamps_in_place()
            start = certificate.not_before
            if times is None or isinstance(start, Unreadable):
                return cell(certificate, at)
            far = bisect_left(distances, abs(min(times) // 1000 - start))
            return bisect_right(counts, len(times)), far

        return read

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every number and distance that the calls can tell apart."""
        counts = {c.arguments[0] for c in calls if c.atom.name == "sct.count_at_least"}
        hours = {c.arguments[0] for c in calls if c.atom.name == "sct.hours_from_not_before"}
        numbers = sorted({1, 2, *counts, *(count - 1 for count in counts)} - {0})
        distances = [0, *(n * _HOUR + step for n in sorted(hours) for step in (0, 1)), None]
        yield None
        for critical, versions in product((False, True), (True, False)):
            for number, distance in product(numbers, distances):
                if number == 1 and not versions and distance is not None:
                    continue
                yield Timestamps(number, versions, distance, critical)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the list; its times follow the notBefore that is there.

        Without a distance all are of an unknown version, or notBefore is made unreadable.
        """
        from mtlspolicy.der.writer import primitive  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge import extensions  # noqa: PLC0415
        from mtlspolicy.forge.extensions import Sct  # noqa: PLC0415

        draft = place.certificate
        name = "signedCertificateTimestamps"
        if value is None:
            draft.drop_extension(name)
            return
        first = (
            draft.not_before if isinstance(value, Unreadable) else _first(value, draft.not_before)
        )
        if isinstance(value, Unreadable):
            once = extensions.signed_certificate_timestamps(Sct("log 0", first * 1000))
            stand_twice(draft, name, once)
            return
        if value.distance is None and value.known:
            draft.not_before_node = primitive(0x17, b"251301000000Z")
        stamps = [
            Sct(f"log {index}", (first + index) * 1000, _version(value, index))
            for index in range(value.number)
        ]
        encoded = extensions.signed_certificate_timestamps(*stamps)
        draft.set_extension(name, encoded, critical=value.critical)

    def show(self, value: Value) -> object:
        """The summary, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else value._asdict()

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no SCTs"
        if isinstance(value, Unreadable):
            return "SCT list unreadable"
        text = f"{value.number} SCTs" if value.known else f"{value.number} SCTs of unknown version"
        if value.distance is not None:
            text += f" {value.distance} seconds after notBefore"
        return f"{text}, critical" if value.critical else text


def _cuts(calls: Sequence[Call]) -> tuple[list[int], list[int]]:
    """Return the numbers and the distances in seconds that are asked about, in order."""
    counts = {c.arguments[0] for c in calls if c.atom.name == "sct.count_at_least"}
    hours = {c.arguments[0] for c in calls if c.atom.name == "sct.hours_from_not_before"}
    return sorted(counts), [number * _HOUR for number in sorted(hours)]


def _first(value: Timestamps, not_before: int) -> int:
    return not_before + (value.distance or 0)


def _version(value: Timestamps, index: int) -> int:
    """Return the version of one of the timestamps; the first is known if one of them has to be."""
    known_first = index == 0 and value.distance is not None
    return _V1 if value.known or known_first else _V1 + 1
