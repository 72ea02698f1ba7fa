"""Public keys and their algorithms (RFC 3279, 4055, 5480, 8410)."""

from __future__ import annotations

from functools import partial

import pytest

from mtlspolicy.der.writer import tlv
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.limits import MAX_INTEGER_BYTES
from reader_support import P256, SPKI, cert, codes, read

RSA, PSS = "06092a864886f70d010101", "06092a864886f70d01010a"
EC, DSA, ED25519, ED448 = "06072a8648ce3d0201", "06072a8648ce380401", "06032b6570", "06032b6571"
CURVE256, CURVE521 = "06082a8648ce3d030107", "06052b81040023"


def spki(algorithm: str, key: bytes, unused: int = 0) -> bytes:
    bits = tlv(0x03, bytes([unused]) + key)
    return tlv(0x30, tlv(0x30, bytes.fromhex(algorithm)) + bits)


def integer(value: bytes) -> bytes:
    return tlv(0x02, value)


def rsa(modulus: bytes = b"\x00" + b"\xff" * 256, exponent: bytes = b"\x01\x00\x01") -> bytes:
    return tlv(0x30, integer(modulus) + integer(exponent))


def point(size: int, form: int = 4, *, coordinates: int = 2) -> bytes:
    return bytes([form]) + b"\x01" * size * coordinates


@pytest.mark.parametrize(
    ("encoded", "facts", "expected"),
    [
        (spki(EC + CURVE256, point(32)), ("ec", 256, "secp256r1"), []),
        (spki(EC + CURVE256, point(32, 2, coordinates=1)), ("ec", 256, "secp256r1"), []),
        (spki(EC + CURVE256, point(32, 6)), ("ec", 256, "secp256r1"), ["key.point"]),
        (spki(EC + CURVE256, point(31)), ("ec", 256, "secp256r1"), ["key.point"]),
        (spki(EC + CURVE256, b""), ("ec", 256, "secp256r1"), ["key.point"]),
        (spki(EC + CURVE521, point(66)), ("ec", 521, "secp521r1"), []),
        (spki(EC + "06022a03", point(9)), ("ec", 0, "1.2.3"), []),
        (spki(EC + "06022a03", point(9, 3, coordinates=1)), ("ec", 0, "1.2.3"), []),
        (spki(EC + "06022a03", point(9, 3, coordinates=0)), ("ec", 0, "1.2.3"), ["key.point"]),
        (spki(EC + "06022a03", point(9) + b"\x00"), ("ec", 0, "1.2.3"), ["key.point"]),
        (spki(EC + "0500", point(32)), ("ec", 0, ""), ["key.parameters"]),
        (spki(EC, point(32)), ("ec", 0, ""), ["key.parameters"]),
        (spki(EC + "0602802a", point(9)), ("ec", 0, "1.2"), ["der.oid_padded"]),
        (spki(RSA + "0500", rsa()), ("rsa", 2048, ""), []),
        (spki(RSA + "0500", rsa(b"\x7f" + b"\xff" * 127)), ("rsa", 1023, ""), []),
        (spki(RSA + "0500", rsa(exponent=b"\x03")), ("rsa", 2048, ""), []),
        (spki(RSA + "0500", rsa(b"\x05")), ("rsa", 3, ""), []),
        (spki(RSA, rsa()), ("rsa", 2048, ""), ["key.parameters"]),
        (spki(PSS, rsa()), ("rsa-pss", 2048, ""), []),
        (spki(ED25519, bytes(32)), ("ed25519", 256, ""), []),
        (spki(ED25519, bytes(31)), ("ed25519", 256, ""), ["key.length"]),
        (spki(ED25519 + "0500", bytes(32)), ("ed25519", 256, ""), ["key.parameters"]),
        (spki(ED448, bytes(57)), ("ed448", 456, ""), []),
        (spki(DSA + "300602014002010d", integer(b"\x05")), ("dsa", 7, ""), []),
        (spki(DSA, integer(b"\x05")), ("dsa", 0, ""), []),
        (spki(DSA + "0500", integer(b"\x05")), ("dsa", 0, ""), []),
        (spki(DSA + "3000", integer(b"\x05")), ("dsa", 0, ""), []),
        (spki(DSA + "30030201ff", integer(b"\x05")), ("dsa", 0, ""), []),
        (spki("06022a03", b"anything"), ("other", 0, ""), []),
    ],
)
def test_keys(encoded: bytes, facts: tuple[str, int, str], expected: list[str]) -> None:
    certificate = read(cert(spki=encoded))
    key = certificate.public_key
    assert expected == codes(certificate)
    assert facts == (key.kind, key.bits, key.curve)  # type: ignore[union-attr]
    assert encoded == key.der  # type: ignore[union-attr]


def test_the_numbers_of_an_rsa_key() -> None:
    key = read(cert(spki=spki(RSA + "0500", rsa(b"\x00\x80" + b"\x00" * 127 + b"\x01")))).public_key
    assert (65_537, 1 << 1031 | 1) == (key.exponent, key.modulus)  # type: ignore[union-attr]


BIG = b"\x01" * (MAX_INTEGER_BYTES + 1)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (spki(RSA + "0500", rsa(b"\xff" * 256)), ["der.integer_not_minimal", "key.number"]),
        (spki(RSA + "0500", rsa(b"\x80" + bytes(255))), ["key.number"]),
        (spki(RSA + "0500", rsa(b"\x00\x7f" + bytes(255))), ["der.integer_not_minimal"]),
        (spki(RSA + "0500", rsa(exponent=b"\x00")), ["key.number"]),
        (spki(RSA + "0500", rsa(exponent=b"")), ["asn1.integer_empty"]),
        (spki(RSA + "0500", rsa(exponent=b"\x00\x03")), ["der.integer_not_minimal"]),
        (spki(RSA + "0500", rsa(BIG)), ["limit.integer_bytes"]),
        (spki(RSA + "0500", rsa() + b"\x05\x00"), ["asn1.trailing_data"]),
        (spki(RSA + "0500", b""), ["asn1.missing_element"]),
        (spki(RSA + "0500", tlv(0x31, rsa()[4:])), ["asn1.tag"]),
        (spki(RSA + "0500", tlv(0x30, rsa()[4:] + b"\x05\x00")), ["asn1.unexpected_element"]),
        (spki(RSA + "0500", tlv(0x30, tlv(0x04, bytes(256)) + integer(b"\x03"))), ["asn1.tag"]),
        (spki(RSA + "0500", tlv(0x30, integer(b"\x01" * 200) + tlv(0x04, b"\x03"))), ["asn1.tag"]),
        (spki(RSA + "0500", rsa(), 1), ["der.unused_bits_nonzero", "key.unused_bits"]),
        (spki(EC + CURVE256, point(32)[:-1] + b"\x00", 1), ["key.unused_bits"]),
        (spki(EC + "0601" + "81", point(32)), ["asn1.oid_truncated"]),
        (spki("0500", b""), ["asn1.tag"]),
        (tlv(0x30, P256), ["asn1.missing_element"]),
        (tlv(0x30, P256 + tlv(0x04, b"")), ["asn1.tag"]),
        (tlv(0x30, P256 + tlv(0x03, b"")), ["asn1.bit_string_empty"]),
        (tlv(0x30, tlv(0x31, b"") + tlv(0x03, b"\x00")), ["asn1.tag"]),
        (SPKI[:1] + bytes([SPKI[1] + 2]) + SPKI[2:] + b"\x05\x00", ["asn1.unexpected_element"]),
        (tlv(0x31, b""), ["asn1.tag"]),
        (tlv(0x31, bytes(200)), ["asn1.tag"]),
    ],
)
def test_what_is_no_key_of_its_algorithm(encoded: bytes, expected: list[str]) -> None:
    certificate = read(cert(spki=encoded))
    assert sorted(expected) == sorted(codes(certificate))
    recovered = {"der.integer_not_minimal", "asn1.unexpected_element"}
    assert (certificate.public_key is UNREADABLE) == (not set(expected) <= recovered) or (
        expected == ["asn1.trailing_data"]
    )


def test_the_same_algorithm_is_read_once_and_its_keys_are_not() -> None:
    read_key = partial(read, cert(spki=spki(EC + CURVE256, point(32))))
    first, second = read_key().public_key, read(cert(spki=SPKI)).public_key
    assert (SPKI, False) == (second.der, first == second)  # type: ignore[union-attr]
