"""Reading algorithm identifiers and public keys (RFC 5280, 4.1.1.2 and 4.1.2.7).

This module knows how keys are encoded (RFC 3279, 4055, 5480, 8410). It does not know
which keys are strong enough, and does no arithmetic with them.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.generic import check_value
from mtlspolicy.der.journal import Journal
from mtlspolicy.der.oids import NAMES, decode_oid, oid_faults
from mtlspolicy.der.reader import Cursor, Source
from mtlspolicy.der.values import read_bit_string, read_integer, read_oid
from mtlspolicy.facts.certificate import AlgorithmIdentifier, PublicKey

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element

__all__ = ["CURVE_BITS", "KEY_KINDS", "RAW_KEYS", "is_point", "read_algorithm", "read_public_key"]

KEY_KINDS: Final = {
    "1.2.840.113549.1.1.1": "rsa",
    "1.2.840.113549.1.1.10": "rsa-pss",
    "1.2.840.10045.2.1": "ec",
    "1.3.101.112": "ed25519",
    "1.3.101.113": "ed448",
    "1.2.840.10040.4.1": "dsa",
}
"""What each key algorithm is called in `PublicKey.kind`."""

CURVE_BITS: Final = {
    "secp192r1": 192,
    "secp224r1": 224,
    "secp256r1": 256,
    "secp256k1": 256,
    "secp384r1": 384,
    "secp521r1": 521,
    "brainpoolP256r1": 256,
    "brainpoolP384r1": 384,
    "brainpoolP512r1": 512,
}
"""Field sizes of the named curves (RFC 5480, 2.1.1.1; RFC 5639)."""

RAW_KEYS: Final = {"ed25519": (32, 256), "ed448": (57, 456)}
"""Octets and bits of the keys that are no ASN.1 value (RFC 8410, 4; RFC 8032)."""

_PARAMETER_DEPTH: Final = 4


def read_algorithm(
    source: Source, element: Element | None, path: str
) -> AlgorithmIdentifier | None:
    """Read an AlgorithmIdentifier; its parameters are any one DER value, or absent."""
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, path)
    oid_element = cursor.expect(0x06, "algorithm")
    oid = read_oid(source, oid_element, cursor.name("algorithm")) if oid_element else None
    if cursor.position < cursor.end:
        parameters = cursor.take("parameters")
        if parameters:
            check_value(source, parameters, cursor.name("parameters"), _PARAMETER_DEPTH)
    cursor.close()
    return None if oid is None else AlgorithmIdentifier(oid, source.raw(element))


def read_public_key(source: Source, element: Element | None, path: str) -> PublicKey | None:
    """Read a SubjectPublicKeyInfo; None where it is no key of the algorithm that it names."""
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, path)
    algorithm_element = cursor.expect(0x30, "algorithm")
    algorithm = read_algorithm(source, algorithm_element, cursor.name("algorithm"))
    bits_element = cursor.expect(0x03, "subjectPublicKey")
    bits_path = cursor.name("subjectPublicKey")
    cursor.close()
    bits = read_bit_string(source, bits_element, bits_path) if bits_element else None
    if algorithm_element is None or algorithm is None or bits_element is None or bits is None:
        return None
    if bits[0]:
        # RFC 3279, 2.3; RFC 5480, 2.2; RFC 8410, 4: the key is whole octets
        source.journal.add("key.unused_bits", bits_element.content, bits_path)
        return None
    reader = _Key(
        source, algorithm, algorithm_element, bits_element, bits_path, source.raw(element)
    )
    return reader.read()


class _Key:
    """One key under construction: what the readers of the single kinds share."""

    __slots__ = ("algorithm", "algorithm_element", "bits", "der", "kind", "path", "source")

    def __init__(  # noqa: PLR0913, PLR0917 - private, called once
        self,
        source: Source,
        algorithm: AlgorithmIdentifier,
        algorithm_element: Element,
        bits: Element,
        path: str,
        der: bytes,
    ) -> None:
        self.source = source
        self.algorithm = algorithm
        self.algorithm_element = algorithm_element
        self.bits = bits
        self.path = path
        self.der = der
        self.kind = KEY_KINDS.get(algorithm.oid, "other")

    def read(self) -> PublicKey | None:
        if self.kind in {"rsa", "rsa-pss"}:
            return self.rsa()
        if self.kind == "ec":
            return self.elliptic()
        if self.kind in RAW_KEYS:
            return self.raw()
        return self.make(self.prime_bits() if self.kind == "dsa" else 0)

    def make(self, bits: int, curve: str = "", exponent: int = 0, modulus: int = 0) -> PublicKey:
        return PublicKey(self.kind, bits, curve, exponent, modulus, self.algorithm, self.der)

    def note(self, code: str, detail: str = "") -> None:
        self.source.journal.add(code, self.bits.start, self.path, detail)

    def parameters(self) -> Element | None:
        """Return the parameters; that they are well formed has been checked."""
        source = Source(self.source.octets, Journal())
        inside = Cursor(source, self.algorithm_element.content, self.algorithm_element.end, "")
        inside.take("")
        return inside.take("") if inside.position < inside.end else None

    def rsa(self) -> PublicKey | None:
        # RFC 3279, 2.3.1: NULL parameters; RFC 4055, 3.1: RSASSA-PSS has its own or none
        if self.kind == "rsa" and self.algorithm.der[-2:] != b"\x05\x00":
            self.note("key.parameters", "NULL is due")
        outer = Cursor(self.source, self.bits.content + 1, self.bits.end, self.path)
        sequence = outer.expect(0x30, "RSAPublicKey")
        outer.close("asn1.trailing_data")
        if sequence is None:
            return None
        cursor = Cursor(self.source, sequence.content, sequence.end, self.path)
        modulus = self.number(cursor, "modulus")
        exponent = self.number(cursor, "publicExponent")
        cursor.close()
        if modulus is None or exponent is None:
            return None
        return self.make(modulus.bit_length(), "", exponent, modulus)

    def number(self, cursor: Cursor, part: str) -> int | None:
        element = cursor.expect(0x02, part)
        value = read_integer(self.source, element, cursor.name(part)) if element else None
        if value is not None and value <= 0:
            self.note("key.number", f"{part} is not positive")
            return None
        return value

    def elliptic(self) -> PublicKey | None:
        parameters = self.parameters()
        if parameters is None or parameters.tag != 0x06:
            # RFC 5480, 2.1.1: namedCurve; implicitCurve and specifiedCurve MUST NOT be used
            self.note("key.parameters", "a named curve is due")
            return self.make(0)
        content = self.source.content(parameters)
        if set(oid_faults(content)) - {"der.oid_padded"}:
            return None  # reported where the parameters were checked
        oid = decode_oid(content)
        curve = NAMES.get(oid, oid)
        bits = CURVE_BITS.get(curve, 0)
        if not is_point(self.source.octets[self.bits.content + 1 : self.bits.end], bits):
            self.note("key.point")
        return self.make(bits, curve)

    def raw(self) -> PublicKey | None:
        octets, bits = RAW_KEYS[self.kind]
        if self.parameters() is not None:
            self.note("key.parameters", "no parameters are due")  # RFC 8410, 3
        if self.bits.end - self.bits.content - 1 != octets:
            self.note("key.length", f"{octets} octets are due")
        return self.make(bits)

    def prime_bits(self) -> int:
        """Return the size of the prime p of DSA, 0 where the parameters are inherited."""
        parameters = self.parameters()
        if parameters is None or parameters.tag != 0x30:
            return 0
        prime = Source(self.source.octets, Journal()).element(
            parameters.content, parameters.end, ""
        )
        if prime is None or prime.tag != 0x02:
            return 0
        return max(int.from_bytes(self.source.content(prime), "big", signed=True), 0).bit_length()


def is_point(octets: bytes, bits: int) -> bool:
    """Whether these octets have the form of a point of a field of `bits` (SEC 1, 2.3.3).

    Only the length and the first octet are looked at; without a known field any length will do.
    """
    size = (bits + 7) // 8
    form, length = octets[:1], len(octets) - 1
    if form == b"\x04":
        return length == 2 * size if size else length > 0 and length % 2 == 0
    return form in {b"\x02", b"\x03"} and (length == size if size else length > 0)
