"""Ordinary certificates: objects for octets that have been checked, built when asked for.

This module knows how to make the facts of an ordinary certificate from its octets. It
checks nothing: `hot` has, and only octets that passed there may come here.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import (
    IN_PLACE,
    Certificate,
    Extension,
    GeneralName,
    Name,
    PublicKey,
    SignedCertificateTimestamps,
    SubjectAltName,
    SubjectKeyIdentifier,
)
from mtlspolicy.facts.kept import COMMON_NAME_HEAD, strict_name
from mtlspolicy.facts.shapes import END, SHIFT
from mtlspolicy.facts.transparency import parse_timestamps

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Ordinary"]

_number: Final = int.from_bytes

_SAN: Final = "2.5.29.17"
_SCT: Final = "1.3.6.1.4.1.11129.2.4.2"
_NAMES, _STAMPS = IN_PLACE[_SAN], IN_PLACE[_SCT]
_TIME: Final = Struct(">H33xQ")
"""Length of an SCT, version and log id, time (RFC 6962, 3.2)."""


class Ordinary(Certificate):
    """A certificate in which nothing is to be noted, with what such certificates have in common.

    `places`: where the subject begins, and where its common name does (its end if there is none,
    0 if there is another one); where key and extensions begin; where the tbsCertificate ends;
    where the content of the signature begins; and where that of the serial number begins and ends.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch - for a checker these are attributes as elsewhere
        well_formed = True
        notes = ()
        version = 3
        issuer_unique_id = subject_unique_id = False
        index = property(lambda self: self.mould.index)
        issuer = property(lambda self: self.mould.issuer)
        signature_algorithm = property(lambda self: self.mould.algorithm)
        outer_algorithm = signature_algorithm
        # It is positive: the bit of its sign is not set.
        serial = property(lambda self: _number(self.der[self.places[6] : self.places[7]]))
        serial_octets = property(lambda self: self.places[7] - self.places[6])
        # wanted once, for the signature: not worth keeping
        tbs = property(lambda self: self.der[4 : self.places[4]])
        signature = property(lambda self: self.der[self.places[5] + 1 :])

    def key_octets(self) -> bytes:
        """Return the whole SubjectPublicKeyInfo, which ends where the extensions begin."""
        return self.der[self.places[2] : self.places[3]]

    def names_in_place(self) -> bytes | None:
        """Return the dNSNames where they were checked and not built."""
        found = self.late[_NAMES]
        return self.der[found >> SHIFT : found & END] if found and found.__class__ is int else None

    def timestamps_in_place(self) -> list[int] | None:
        """Return the times of the SCTs where they were checked and not built."""
        found = self.late[_STAMPS]
        if not found or found.__class__ is not int:
            return None
        at, end = found >> SHIFT, found & END
        times: list[int] = []
        while at < end:
            octets, instant = _TIME.unpack_from(self.der, at)
            times.append(instant)
            at += octets + 2
        return times

    def subject_in_place(self) -> tuple[bytes, bytes] | None:
        """Return the subject in two parts, None where it has an unusual common name."""
        subject, common, end = self.places[:3]
        if not common:
            return None
        der = self.der
        start = subject + 2 if der[subject + 1] < 0x80 else _content(der, subject)[0]
        return der[start:common], der[common + COMMON_NAME_HEAD : end]

    def later(self, name: str) -> object:
        """Build one field, or the value of an extension given by its dotted OID."""
        make = _FIELDS.get(name)
        if make is not None:
            return make(self)
        found = self.late[IN_PLACE[name]]
        return _VALUES[name](self, found >> SHIFT, found & END)


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the element at `at` begins and ends."""
    length = der[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    start = at + 2 + (length & 0x7F)
    return start, start + int.from_bytes(der[at + 2 : start], "big")


def _subject(certificate: Certificate) -> Name:
    return strict_name(certificate.der[certificate.places[0] : certificate.places[2]])


def _public_key(certificate: Certificate) -> PublicKey:
    der, key = certificate.der, certificate.places[2]
    assert certificate.mould is not None  # noqa: S101 - an ordinary certificate has one
    sample = certificate.mould.key
    start, end = _content(der, key)
    spki = der[key:end]
    if sample.kind == "ec":
        return PublicKey("ec", sample.bits, sample.curve, 0, 0, sample.algorithm, spki)
    numbers, _ = _content(der, _content(der, _content(der, start)[1])[0] + 1)
    first, middle = _content(der, numbers)
    second, last = _content(der, middle)
    modulus = int.from_bytes(der[first:middle], "big")
    exponent = int.from_bytes(der[second:last], "big")
    return PublicKey("rsa", modulus.bit_length(), "", exponent, modulus, sample.algorithm, spki)


def _extensions(certificate: Certificate) -> tuple[Extension, ...]:
    der = certificate.der
    built: list[Any] = []
    for (oid, _, critical), at in zip(
        (certificate.index or {}).values(), _starts(certificate), strict=True
    ):
        value, end = _content(der, _value_at(der, at))
        extension = _Extension()
        extension.oid = oid
        extension.critical = critical
        extension.value = der[value:end]
        extension.offset = at
        extension.parsed = certificate.find(oid)
        extension.__class__ = Extension  # type: ignore[assignment]
        built.append(extension)
    return tuple(built)


def _starts(certificate: Certificate) -> list[int]:
    """Return where the extensions begin, in their order."""
    der = certificate.der
    at, end = _content(der, _content(der, certificate.places[3])[0])
    starts: list[int] = []
    while at < end:
        starts.append(at)
        at = _content(der, at)[1]
    return starts


def _value_at(der: bytes, at: int) -> int:
    """Return where extnValue begins in the extension at `at`."""
    after_oid = _content(der, _content(der, at)[0])[1]
    return after_oid + 3 if der[after_oid] == 0x01 else after_oid  # BOOLEAN


class _Host:
    """A GeneralName while it is filled in.

    There may be thousands of names, and a frozen dataclass takes four times as long to make
    by its own means.
    """

    __slots__ = ("kind", "name", "octets", "other", "text")

    kind: str
    text: str
    octets: bytes
    name: Name | None
    other: str


class _Extension:
    """An Extension while it is filled in."""

    __slots__ = ("critical", "offset", "oid", "parsed", "value")

    oid: str
    critical: bool
    value: bytes
    offset: int
    parsed: object | None


def _alternative_names(certificate: Certificate, at: int, end: int) -> SubjectAltName:
    der = certificate.der
    names: list[Any] = []
    while at < end:
        after = at + 2 + der[at + 1]
        octets = der[at + 2 : after]
        host = _Host()
        host.kind = "dNSName"
        host.text = octets.decode("ascii")
        host.octets = octets
        host.name = None
        host.other = ""
        host.__class__ = GeneralName  # type: ignore[assignment]
        names.append(host)
        at = after
    assert certificate.index is not None  # noqa: S101 - there is an extension in it
    return SubjectAltName(tuple(names), certificate.index[_SAN][2])


def _key_identifier(certificate: Certificate, at: int, end: int) -> SubjectKeyIdentifier:
    return SubjectKeyIdentifier(certificate.der[at:end], critical=False)


def _timestamps(certificate: Certificate, at: int, end: int) -> SignedCertificateTimestamps:
    # before the first of them stands the length of the list
    found = parse_timestamps(certificate.der, at - 2, end)
    return SignedCertificateTimestamps(found or (), critical=False)


_VALUES: Final[dict[str, Callable[[Certificate, int, int], object]]] = {
    "2.5.29.14": _key_identifier,
    _SAN: _alternative_names,
    _SCT: _timestamps,
}

_FIELDS: Final[dict[str, Callable[[Certificate], object]]] = {
    "subject": _subject,
    "public_key": _public_key,
    "extensions": _extensions,
    "extended_key_usage": lambda certificate: certificate.find("2.5.29.37"),
    "key_usage": lambda certificate: certificate.find("2.5.29.15"),
    "basic_constraints": lambda certificate: certificate.find("2.5.29.19"),
    "subject_alt_name": lambda certificate: certificate.find(_SAN),
}
