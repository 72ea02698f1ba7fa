"""Certificates from raw parts, for tests of the reader: every octet is the test's own choice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Source
from mtlspolicy.der.writer import tlv
from mtlspolicy.facts.certificate import Certificate
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import forget, read_ordinary
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE
from mtlspolicy.forge.pair import ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.der.reader import Element

EC_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
NAME = bytes.fromhex("300c310a300806035504030c0161")  # CN=a
VALIDITY = tlv(0x30, tlv(0x17, b"260401000000Z") + tlv(0x17, b"260501000000Z"))
P256 = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
SPKI = tlv(0x30, P256 + tlv(0x03, b"\x00\x04" + bytes(64)))
EKU = bytes.fromhex("301306 03551d25 040c 300a 0608 2b06010505070302")


def ext(oid: str, value: bytes, *, critical: bytes = b"") -> bytes:
    """Return an extension; `oid` is the hex of the OID's content."""
    return tlv(0x30, tlv(0x06, bytes.fromhex(oid)) + critical + tlv(0x04, value))


def tbs(  # noqa: PLR0913 - the parts of a certificate
    *,
    version: bytes = b"\xa0\x03\x02\x01\x02",
    serial: bytes = b"\x02\x01\x05",
    inner: bytes = EC_SHA256,
    issuer: bytes = NAME,
    validity: bytes = VALIDITY,
    subject: bytes = NAME,
    spki: bytes = SPKI,
    unique: bytes = b"",
    extensions: bytes | None = None,
    rest: bytes = b"",
) -> bytes:
    """Return a tbsCertificate; `extensions` is what stands in the list, b"" leaves it out."""
    block = (
        ext("551d25", bytes.fromhex("300a06082b06010505070302"))
        if extensions is None
        else extensions
    )
    wrapped = tlv(0xA3, tlv(0x30, block)) if block else b""
    parts = version, serial, inner, issuer, validity, subject, spki, unique, wrapped, rest
    return tlv(0x30, b"".join(parts))


def cert(
    body: bytes | None = None,
    *,
    outer: bytes = EC_SHA256,
    signature: bytes = b"\x03\x7f\x00" + b"\x02" * 126,
    tail: bytes = b"",
    **parts: bytes,
) -> bytes:
    """Return a certificate with these parts; the signature is none."""
    return tlv(0x30, (tbs(**parts) if body is None else body) + outer + signature + tail)


def read(der: bytes) -> Certificate:
    """Read both ways, from cold and from warm memos, and hold that all agree."""
    explained = explain_certificate(der)
    forget()
    for _ in range(3):
        ordinary = read_ordinary(der)
        if ordinary is not None:
            assert_same(ordinary, explained)
    return explained


def assert_same(ordinary: Certificate, explained: Certificate) -> None:
    """Hold that two readings give the same facts, which can only be without notes."""
    assert explained.notes == ()
    for name in Certificate.FIELDS:
        assert getattr(ordinary, name) == getattr(explained, name), name
    assert list(ordinary.index or ()) == list(explained.index or ())
    for oid in ordinary.index or ():
        assert ordinary.find(oid) == explained.find(oid), oid


def codes(certificate: Certificate) -> list[str]:
    """Return the codes of a certificate's notes, in their order."""
    return [note.code for note in certificate.notes]


def reading(
    read_value: Callable[[Source, Element, str], object], encoded: bytes
) -> tuple[object, list[str]]:
    """Return what a reader of one element makes of `encoded`, and the codes."""
    source = Source(encoded, Journal())
    element = source.element(0, len(encoded), "x")
    assert element is not None
    value = read_value(source, element, "x")
    return value, [entry.code for entry in source.journal.entries]


@cache
def forged() -> dict[str, bytes]:
    """Return certificates of all kinds by name: ordinary, odd and hostile ones."""
    built = ordinary_pair().build()
    named = {f"client-{i}": der for i, der in enumerate(built.client.presented)}
    named |= {f"server-{i}": der for i, der in enumerate(built.server.presented)}
    named |= {name: make() for name, make in ENCODINGS.items()}
    return named | {name: make() for name, make in HOSTILE.items()}
