"""Objects for octets that have been checked: what `hot` leaves for later.

This module knows how to make the facts of an ordinary certificate from its octets. It
checks nothing: `hot` has, and only octets that passed there may come here.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.der.oids import decode_oid
from mtlspolicy.facts.certificate import (
    Attribute,
    Certificate,
    Extension,
    GeneralName,
    Name,
    PublicKey,
    SignedCertificateTimestamps,
    SubjectAltName,
    SubjectKeyIdentifier,
)
from mtlspolicy.facts.transparency import parse_timestamps

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["build_field"]


def build_field(certificate: Certificate, name: str) -> object:
    """Build one field of `Certificate`, or the value of an extension given by its dotted OID."""
    make = _FIELDS.get(name)
    return make(certificate) if make else _extension_value(certificate, name)


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the element at `at` begins and ends."""
    length = der[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    start = at + 2 + (length & 0x7F)
    return start, start + int.from_bytes(der[at + 2 : start], "big")


def _subject(certificate: Certificate) -> Name:
    der, subject = certificate.der, certificate.material[0]
    at, end = _content(der, subject)
    rdns: list[tuple[Attribute, ...]] = []
    while at < end:
        value = at + 6 + der[at + 5]
        after = at + 2 + der[at + 1]
        text = der[value + 2 : after].decode("ascii")
        rdns.append(
            (Attribute(decode_oid(der[at + 6 : value]), der[value], text, der[value:after]),)
        )
        at = after
    return Name(tuple(rdns), der[subject:end])


def _public_key(certificate: Certificate) -> PublicKey:
    der = certificate.der
    _, key, (algorithm, kind, bits, curve, _) = certificate.material[:3]
    start, end = _content(der, key)
    spki = der[key:end]
    if kind == "ec":
        return PublicKey(kind, bits, curve, 0, 0, algorithm, spki)
    numbers, _ = _content(der, _content(der, _content(der, start)[1])[0] + 1)
    first, middle = _content(der, numbers)
    second, last = _content(der, middle)
    modulus = int.from_bytes(der[first:middle], "big")
    exponent = int.from_bytes(der[second:last], "big")
    return PublicKey(kind, modulus.bit_length(), "", exponent, modulus, algorithm, spki)


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
    at, end = _content(der, _content(der, certificate.material[3])[0])
    starts: list[int] = []
    while at < end:
        starts.append(at)
        at = _content(der, at)[1]
    return starts


def _value_at(der: bytes, at: int) -> int:
    """Return where extnValue begins in the extension at `at`."""
    after_oid = _content(der, _content(der, at)[0])[1]
    return after_oid + 3 if der[after_oid] == 0x01 else after_oid  # BOOLEAN


def _extension_value(certificate: Certificate, oid: str) -> object:
    """Build the value of one of the extensions that are different in each certificate."""
    der = certificate.der
    return _VALUES[oid](der, _content(der, _value_at(der, certificate.late[oid]))[0])


def _names(certificate: Certificate) -> bytes:
    der = certificate.der
    at, _ = _content(der, _value_at(der, certificate.late["2.5.29.17"]))
    start, end = _content(der, at)
    return der[start:end]


def _key_identifier(der: bytes, at: int) -> SubjectKeyIdentifier:
    start, end = _content(der, at)
    return SubjectKeyIdentifier(der[start:end], critical=False)


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


def _alternative_names(der: bytes, at: int) -> SubjectAltName:
    at, end = _content(der, at)
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
    return SubjectAltName(tuple(names), critical=False)


def _timestamps(der: bytes, at: int) -> SignedCertificateTimestamps:
    start, end = _content(der, at)
    return SignedCertificateTimestamps(parse_timestamps(der, start, end) or (), critical=False)


_VALUES: Final[dict[str, Callable[[bytes, int], object]]] = {
    "2.5.29.14": _key_identifier,
    "2.5.29.17": _alternative_names,
    "1.3.6.1.4.1.11129.2.4.2": _timestamps,
}

_FIELDS: Final[dict[str, Callable[[Certificate], object]]] = {
    "names": _names,
    "subject": _subject,
    "public_key": _public_key,
    "extensions": _extensions,
    "extended_key_usage": lambda certificate: certificate.find("2.5.29.37"),
    "key_usage": lambda certificate: certificate.find("2.5.29.15"),
    "basic_constraints": lambda certificate: certificate.find("2.5.29.19"),
    "subject_alt_name": lambda certificate: certificate.find("2.5.29.17"),
    "tbs": lambda certificate: certificate.der[4 : certificate.material[4]],
    "signature": lambda certificate: certificate.der[certificate.material[5] + 1 :],
}
