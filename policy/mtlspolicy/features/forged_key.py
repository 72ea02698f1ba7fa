"""Public keys with given properties, for witnesses and vectors.

This module knows how to make a modulus that has, or lacks, small factors. Nobody knows
the private halves of what it makes, so such a key can be certified and cannot sign.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.public_key import CURVE_OIDS, PRIMORIAL, Key, Value

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node
    from mtlspolicy.features.subject import Place

__all__ = ["realise"]

_TEST_KEYS: Final = {
    Key("ec", 256, "secp256r1", canonical=True): ("p256-0", "p256-1"),
    Key("ec", 384, "secp384r1", canonical=True): ("p384-0", "p384-1"),
    Key("ec", 521, "secp521r1", canonical=True): ("p521-0", "p521-1"),
    Key("ed25519", 256): ("ed25519-0", "ed25519-1"),
    Key("rsa", 2048, "", 65_537, odd=True, canonical=True): ("rsa2048-0", "rsa2048-1"),
}
"""Keys that exist and can sign: one for servers and one for clients."""

_RSA_OID: Final = "1.2.840.113549.1.1.1"
_PSS_OID: Final = "1.2.840.113549.1.1.10"
_EC_OID: Final = "1.2.840.10045.2.1"
_DSA_OID: Final = "1.2.840.10040.4.1"
_EDWARDS: Final = {"ed25519": ("1.3.101.112", 32), "ed448": ("1.3.101.113", 57)}
_EXAMPLE_OID: Final = "1.3.6.1.4.1.32473.1.3"


def realise(value: Value, place: Place) -> None:
    """Certify a key of that value, another one on each side.

    A certificate whose key has that value already keeps it.
    """
    draft = place.certificate
    other = place.side == "client"
    draft.spki_der = None
    if isinstance(value, Unreadable):
        # An RSAPublicKey without its two numbers.
        draft.spki_der = _spki(_algorithm(_RSA_OID, writer.null()), writer.sequence().encode())
        return
    test_keys = _TEST_KEYS.get(value)
    if test_keys is None:
        draft.spki_der = _make(value, 2 * other)
    elif not _alike(draft.key, test_keys[other]):
        draft.key = test_keys[other]


def _alike(one: str, other: str) -> bool:
    """Whether two test keys differ in nothing but their number."""
    family, _, number = one.partition("-")
    return number.isdigit() and family == other.partition("-")[0]


def _algorithm(oid: str, *parameters: Node) -> Node:
    return writer.sequence(writer.oid(oid), *parameters)


def _spki(algorithm: Node, bits: bytes) -> bytes:
    return writer.sequence(algorithm, writer.bit_string(bits)).encode()


def _make(value: Key, step: int) -> bytes:
    """Return a SubjectPublicKeyInfo; another `step` gives another key."""
    if value.kind in {"rsa", "rsa-pss"}:
        return _rsa(value, step)
    filler = bytes([1 + step])
    if value.kind == "ec":
        return _elliptic(value, filler)
    if value.kind in _EDWARDS:
        oid, octets = _EDWARDS[value.kind]
        return _spki(_algorithm(oid), filler * (octets if value.sound else octets - 1))
    if value.kind == "dsa":
        return _dsa(value.bits, 5 + step)
    return _spki(_algorithm(_EXAMPLE_OID), filler * 32)


def _rsa(value: Key, step: int) -> bytes:
    parameters = (writer.null(),) if value.canonical else ()
    oid = _RSA_OID if value.kind == "rsa" else _PSS_OID
    modulus = _modulus(value, (3 << (value.bits - 2)) + 1 + (step << 16))
    public = writer.sequence(writer.integer(modulus), writer.integer(value.exponent))
    return _spki(_algorithm(oid, *parameters), public.encode())


def _modulus(value: Key, number: int) -> int:
    """Return a number from the odd `number` on: even, divisible by three, or by no small prime."""
    if not value.odd:
        return number + 1
    if value.small_factor:
        # Of three odd numbers in a row one is divisible by three.
        return next(n for n in (number, number + 2, number + 4) if n % 3 == 0)
    while gcd(number, PRIMORIAL) != 1:
        number += 2
    return number


def _elliptic(value: Key, filler: bytes) -> bytes:
    oid, bits = CURVE_OIDS.get(value.curve, (value.curve, 256))
    form = b"\x04" if value.sound else b"\x05"
    return _spki(_algorithm(_EC_OID, writer.oid(oid)), form + filler * 2 * ((bits + 7) // 8))


def _dsa(bits: int, number: int) -> bytes:
    # RFC 3279, 2.3.2: without parameters they are those of the issuer.
    prime = (1 << bits >> 1) + 1
    parameters = [writer.sequence(*map(writer.integer, (prime, 7, 2)))] if bits else []
    return _spki(_algorithm(_DSA_OID, *parameters), writer.integer(number).encode())
