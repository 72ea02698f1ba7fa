"""The serial number of one certificate (RFC 5280, 4.1.2.2).

This module knows sign and size of the number. It must not know how random it is: no
single certificate can show that.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import UNREADABLE, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import Parameter, integer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["Serial", "SerialFeature", "Value"]

_OCTET = 8
_MOST_BITS: Final = 20 * _OCTET - 1
"""Bits of the largest number in which nothing is to be noted (RFC 5280, 4.1.2.2: 20 octets)."""


class Serial(NamedTuple):
    """Sign (-1, 0, 1) and bits of the magnitude."""

    sign: int
    bits: int


Value = Serial | Unreadable


def _positive(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.sign > 0


def _octets_at_most(value: Value, octets: int) -> Truth:
    # One bit is the sign's, so n octets hold a magnitude of 8n - 1 bits.
    return _bits_at_most(value, _OCTET * octets - 1)


def _bits_at_most(value: Value, bits: int) -> Truth:
    return None if isinstance(value, Unreadable) else value.bits <= bits


def _bits_at_least(value: Value, bits: int) -> Truth:
    return None if isinstance(value, Unreadable) else value.bits >= bits


def _cut(call: Call) -> int:
    """Return the first number of bits with the other answer."""
    number: int = call.arguments[0]
    if call.atom.name == "serial.octets_at_most":
        return _OCTET * number
    return number + 1 if call.atom.name == "serial.bits_at_most" else number


class SerialFeature(Feature[Value]):
    """Sign and size of the serial number."""

    name: ClassVar[str] = "serial"
    title: ClassVar[str] = "serial number"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "serial.positive",
            (),
            _positive,
            "the serial number is positive",
            "the serial number is not positive",
        ),
        Atom(
            "serial.octets_at_most",
            (Parameter("octets", integer(1, 64)),),
            _octets_at_most,
            "the serial number has at most {0} octets",
            "the serial number has more than {0} octets",
            "Octets of the shortest encoding, sign bit included.",
        ),
        Atom(
            "serial.bits_at_most",
            (Parameter("bits", integer(1, 512)),),
            _bits_at_most,
            "the serial number has at most {0} bits",
            "the serial number has more than {0} bits",
            "Bits of the magnitude: at most 159 bits is below 2 to the power of 159.",
        ),
        Atom(
            "serial.bits_at_least",
            (Parameter("bits", integer(1, 512)),),
            _bits_at_least,
            "the serial number has at least {0} bits",
            "the serial number has fewer than {0} bits",
            "A floor is a hint at best: a random number may begin with zero bits.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Measure the number."""
        serial = subject.certificate.serial
        if isinstance(serial, Unreadable):
            return UNREADABLE
        return Serial((serial > 0) - (serial < 0), serial.bit_length())

    def cell(self, calls: Sequence[Call]) -> Callable[[Value], Hashable]:
        """Key by the position among the constants, and by the sign of what is not positive."""
        cuts = sorted({_cut(call) for call in calls if call.arguments})

        def key(value: Value) -> Hashable:
            if isinstance(value, Unreadable):
                return value
            place = bisect_right(cuts, value.bits)
            return place if value.sign > 0 else (value.sign, place)

        return key

    def recurs(self, certificate: Certificate, calls: Sequence[Call]) -> bool:
        """A number that was in order is positive and has at most 20 octets: 159 bits."""
        return certificate.mould is not None and all(
            _cut(call) > _MOST_BITS for call in calls if call.arguments
        )

    def reader(self, calls: Sequence[Call]) -> Callable[[Certificate, int], Hashable]:
        """Measure a positive number without a summary of it."""
        cell = super().reader(calls)
        cuts = sorted({_cut(call) for call in calls if call.arguments})

        def read(certificate: Certificate, at: int) -> Hashable:
            serial = certificate.serial
            if isinstance(serial, Unreadable) or serial <= 0:
                return cell(certificate, at)
            return bisect_right(cuts, serial.bit_length())

        return read

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Sizes on both sides of every constant, with either sign; zero; unreadable."""
        cuts = sorted({_cut(call) for call in calls if call.arguments})
        sizes = dict.fromkeys([127, *(c + step for c in cuts for step in (-1, 0)), 1])
        for sign in (1, -1):
            for bits in sizes:
                if bits > 0:
                    yield Serial(sign, bits)
        yield Serial(0, 0)
        yield UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write a number of that sign and size; an unreadable one has no octets."""
        from mtlspolicy.der import writer  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        draft.serial_node = None
        if isinstance(value, Unreadable):
            draft.serial_node = writer.primitive(0x02, b"")
        else:
            # The lowest bit set too, so that the number does not look like a power of two.
            draft.serial = value.sign * ((1 << value.bits >> 1) | (value.bits > 0))

    def show(self, value: Value) -> object:
        """Sign and size."""
        if isinstance(value, Unreadable):
            return "unreadable"
        return {"sign": value.sign, "bits": value.bits}

    def describe(self, value: Value) -> str:
        """In words."""
        if isinstance(value, Unreadable):
            return "serial number unreadable"
        sign = {1: "", 0: "zero, ", -1: "negative, "}[value.sign]
        return f"serial number {sign}{value.bits} bits"
