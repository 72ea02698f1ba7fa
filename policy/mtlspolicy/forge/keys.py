"""TEST ONLY keys: everybody knows them, nobody may trust them.

Every private key here follows from its published name, by the recipes below, so that
certificates forged with it are the same bytes on every machine. This is the only module
that holds private keys; it must not read a key from anywhere, and nothing but forged
test material may be signed with one.

Scalars and seeds are hashes of the label ``mtlspolicy TEST ONLY <name>``. An RSA prime is
the first prime at or above such a hash; only the distance is written down here.

Signatures are byte-stable: RFC 6979 for ECDSA (cryptography 43 or newer, with OpenSSL 3.2
or newer, which its own wheels have), RFC 8032, PKCS #1 v1.5, and PSS with a salt that is
a hash of the message. RSA is done with plain integers, because libraries refuse the odd
sizes that the tests are about. None of this is safe against timing, and need not be.
"""

from __future__ import annotations

__all__ = [
    "ALGORITHMS",
    "SignatureAlgorithm",
    "TestKey",
    "key",
    "key_identifier",
    "key_names",
]

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.der import writer
from mtlspolicy.forge.algorithms import (
    ALGORITHMS,
    DIGESTS,
    SignatureAlgorithm,
    algorithm_node,
    encode_pkcs1,
    encode_pss,
)
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

    from mtlspolicy.der.writer import Node

_LABEL: Final = "mtlspolicy TEST ONLY "

# -- the keys


@dataclass(frozen=True, slots=True)
class TestKey:
    """One published key.

    `kind`: ec, rsa, ed25519, ed448, or another that cannot sign. `spki_der`: its
    SubjectPublicKeyInfo. `algorithm`: the signature algorithm it uses unless told, empty
    for a key that only exists as a public key. `signer` makes the signature itself.
    """

    __test__: ClassVar[bool] = False
    """pytest must not take the class for a test"""

    name: str
    kind: str
    spki_der: bytes
    algorithm: str = ""
    signer: Callable[[bytes, SignatureAlgorithm], bytes] | None = field(default=None, repr=False)

    @property
    def key_identifier(self) -> bytes:
        """The identifier of the public key, 20 octets."""
        return key_identifier(self.spki_der)

    def sign(self, tbs: bytes, algorithm: str = "") -> bytes:
        """Return the signature over `tbs`; ValueError if the key cannot make such a one."""
        chosen = self.scheme(algorithm)
        if self.signer is None or chosen.kind != self.kind:
            message = f"key `{self.name}` cannot sign with `{algorithm}`"
            raise ValueError(message)
        return self.signer(tbs, chosen)

    def scheme(self, algorithm: str = "") -> SignatureAlgorithm:
        """Return the algorithm of that name, by default the key's own; ValueError without one."""
        named = algorithm or self.algorithm
        if not named:
            message = f"key `{self.name}` cannot sign"
            raise ValueError(message)
        return ALGORITHMS[named]


@lru_cache(maxsize=256)
def key_identifier(spki_der: bytes) -> bytes:
    """Return the SHA-1 of the bits of a public key (RFC 5280, 4.2.1.2, method 1), 20 octets."""
    bits = writer.parse(spki_der).items()[1].content[1:]
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def _expand(label: str, octets: int) -> bytes:
    return hashlib.shake_256((_LABEL + label).encode("ascii")).digest(octets)


def _number(label: str, bits: int) -> int:
    """Return the odd number of exactly `bits` bits, the top two set, that the label names."""
    value = int.from_bytes(_expand(label, (bits + 7) // 8), "big") & ((1 << bits) - 1)
    return value | (3 << (bits - 2)) | 1


def _spki(algorithm: Node, bits: bytes) -> bytes:
    return writer.sequence(algorithm, writer.bit_string(bits)).encode()


# -- elliptic curves


@dataclass(frozen=True, slots=True)
class _Curve:
    """A named curve: dotted OID, its class in cryptography, order, algorithm used by default."""

    oid: str
    kind: str
    order: int
    algorithm: str


_CURVES: Final = {
    "p224": _Curve(
        "1.3.132.0.33",
        "SECP224R1",
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D,
        "ecdsa-sha256",
    ),
    "p256": _Curve(
        "1.2.840.10045.3.1.7",
        "SECP256R1",
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        "ecdsa-sha256",
    ),
    "p384": _Curve(
        "1.3.132.0.34",
        "SECP384R1",
        (1 << 384) - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
        "ecdsa-sha384",
    ),
    "p521": _Curve(
        "1.3.132.0.35",
        "SECP521R1",
        (1 << 521) - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
        "ecdsa-sha512",
    ),
    "secp256k1": _Curve(
        "1.3.132.0.10",
        "SECP256K1",
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
        "ecdsa-sha256",
    ),
}


def _scalar(name: str, curve: _Curve) -> int:
    # Eight octets more than the order has: the remainder is then as good as even.
    wide = int.from_bytes(_expand(name, (curve.order.bit_length() + 7) // 8 + 8), "big")
    return wide % (curve.order - 1) + 1


def _elliptic(name: str, *, compressed: bool = False) -> TestKey:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        PublicFormat,
    )

    curve = _CURVES[name.partition("-")[0]]
    scalar = _scalar(name.removesuffix("-compressed"), curve)
    private = ec.derive_private_key(scalar, getattr(ec, curve.kind)())
    form = PublicFormat.CompressedPoint if compressed else PublicFormat.UncompressedPoint
    point = private.public_key().public_bytes(Encoding.X962, form)
    algorithm = algorithm_node("1.2.840.10045.2.1", writer.oid(curve.oid))

    def sign(tbs: bytes, chosen: SignatureAlgorithm) -> bytes:
        return _ecdsa(private, tbs, chosen.digest)

    return TestKey(name, "ec", _spki(algorithm, point), curve.algorithm, sign)


def _ecdsa(private: ec.EllipticCurvePrivateKey, tbs: bytes, digest: str) -> bytes:
    return private.sign(tbs, _nonce_of_message(digest))


@lru_cache(maxsize=len(DIGESTS))
def _nonce_of_message(digest: str) -> ec.ECDSA:
    """Return ECDSA with the nonces of RFC 6979."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    return ec.ECDSA(getattr(hashes, digest.upper())(), deterministic_signing=True)


def _edwards(name: str) -> TestKey:
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519  # noqa: PLC0415

    kind = name.partition("-")[0]
    private: ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
    if kind == "ed25519":
        private = ed25519.Ed25519PrivateKey.from_private_bytes(_expand(name, 32))
    else:
        private = ed448.Ed448PrivateKey.from_private_bytes(_expand(name, 57))
    spki = writer.sequence(
        writer.raw(ALGORITHMS[kind].der),
        writer.bit_string(private.public_key().public_bytes_raw()),
    )
    return TestKey(name, kind, spki.encode(), kind, lambda tbs, _: private.sign(tbs))


# -- RSA


@dataclass(frozen=True, slots=True)
class _RsaRecipe:
    """An RSA key: per prime its bits and its distance from the number of its label."""

    p_bits: int
    p_distance: int
    q_bits: int
    q_distance: int
    exponent: int


_RSA: Final = {
    "rsa1024-0": _RsaRecipe(512, 76, 512, 328, 65537),
    "rsa2048-0": _RsaRecipe(1024, 362, 1024, 422, 65537),
    "rsa2048-1": _RsaRecipe(1024, 430, 1024, 1566, 65537),
    "rsa2048-2": _RsaRecipe(1024, 276, 1024, 242, 65537),
    "rsa2048-3": _RsaRecipe(1024, 668, 1024, 42, 65537),
    "rsa2048-e3": _RsaRecipe(1024, 2704, 1024, 1092, 3),
    "rsa2049-0": _RsaRecipe(1024, 8, 1025, 40, 65537),
    "rsa3072-0": _RsaRecipe(1536, 1556, 1536, 432, 65537),
    "rsa4096-0": _RsaRecipe(2048, 238, 2048, 276, 65537),
}


def _rsa_primes(name: str) -> tuple[int, int, int]:
    recipe = _RSA[name]
    p = _number(f"{name} p", recipe.p_bits) + recipe.p_distance
    q = _number(f"{name} q", recipe.q_bits) + recipe.q_distance
    return p, q, recipe.exponent


def _rsa_spki(modulus: int, exponent: int, algorithm: Node | None = None) -> bytes:
    public = writer.sequence(writer.integer(modulus), writer.integer(exponent))
    named = algorithm or algorithm_node("1.2.840.113549.1.1.1", writer.null())
    return _spki(named, public.encode())


def _rsa_key(name: str) -> TestKey:
    p, q, exponent = _rsa_primes(name)
    modulus, private = p * q, pow(exponent, -1, (p - 1) * (q - 1))

    def sign(tbs: bytes, chosen: SignatureAlgorithm) -> bytes:
        bits = modulus.bit_length()
        if chosen.pss:
            message = encode_pss(tbs, chosen.digest, bits, chosen.salt)
        else:
            message = encode_pkcs1(tbs, chosen.digest, bits)
        # The Chinese remainder: two small powers instead of a large one.
        at_p, at_q = pow(message, private % (p - 1), p), pow(message, private % (q - 1), q)
        signature = at_q + q * ((at_p - at_q) * pow(q, -1, p) % p)
        return signature.to_bytes((bits + 7) // 8, "big")

    return TestKey(name, "rsa", _rsa_spki(modulus, exponent), "rsa-sha256", sign)


# -- keys that only exist as public keys


def _rsa_even(name: str) -> TestKey:
    # RFC 8017, 3.1: an even exponent has no inverse, so nobody can have made such a key.
    p, q, _ = _rsa_primes("rsa2048-0")
    return TestKey(name, "rsa", _rsa_spki(p * q, 65536))


def _rsa_factor(name: str) -> TestKey:
    # CA/B TLS BR, 6.1.6: the modulus should have no factor smaller than 752.
    p, _, exponent = _rsa_primes("rsa2048-0")
    cofactor = _number(f"{name} q", 1015)
    return TestKey(name, "rsa", _rsa_spki(p * 521 * cofactor, exponent))


def _rsa_pss(name: str) -> TestKey:
    # RFC 4055, 1.2: a key that is for PSS only has an algorithm of its own.
    p, q, exponent = _rsa_primes("rsa2048-1")
    algorithm = algorithm_node("1.2.840.113549.1.1.10")
    return TestKey(name, "rsa-pss", _rsa_spki(p * q, exponent, algorithm))


_DSA_Q_DISTANCE: Final = 486
_DSA_K_DISTANCE: Final = 1424


def _dsa(name: str) -> TestKey:
    # RFC 3279, 2.3.2: q divides p - 1; g generates the group of order q.
    q = _number(f"{name} q", 256) + _DSA_Q_DISTANCE
    p = 2 * (_number(f"{name} k", 1791) + _DSA_K_DISTANCE) * q + 1
    g = pow(2, (p - 1) // q, p)
    y = pow(g, _number(f"{name} x", 255), p)
    parameters = writer.sequence(*(writer.integer(value) for value in (p, q, g)))
    algorithm = algorithm_node("1.2.840.10040.4.1", parameters)
    return TestKey(name, "dsa", _spki(algorithm, writer.integer(y).encode()))


def _x25519(name: str) -> TestKey:
    # RFC 8410, 4: for key agreement only; any 32 octets are a public key.
    return TestKey(name, "x25519", _spki(algorithm_node("1.3.101.110"), _expand(name, 32)))


def _unknown(name: str) -> TestKey:
    return TestKey(name, "other", _spki(algorithm_node("1.3.6.1.4.1.99999.9"), _expand(name, 32)))


# -- the register


_MAKERS: Final[dict[str, Callable[[str], TestKey]]] = {
    **{f"p256-{index}": _elliptic for index in range(16)},
    **{f"p384-{index}": _elliptic for index in range(4)},
    **{f"p521-{index}": _elliptic for index in range(2)},
    "p224-0": _elliptic,
    "secp256k1-0": _elliptic,
    "p256-0-compressed": lambda name: _elliptic(name, compressed=True),
    **{f"ed25519-{index}": _edwards for index in range(2)},
    "ed448-0": _edwards,
    **dict.fromkeys(_RSA, _rsa_key),
    "rsa2048-even": _rsa_even,
    "rsa2048-factor": _rsa_factor,
    "rsa2048-pss": _rsa_pss,
    "dsa2048-0": _dsa,
    "x25519-0": _x25519,
    "unknown-0": _unknown,
}


def key_names() -> tuple[str, ...]:
    """Return the names of all test keys."""
    return tuple(_MAKERS)


@lru_cache(maxsize=None)  # noqa: UP033 - a fixed register, made once per process
def key(name: str) -> TestKey:
    """Return the test key of that name; KeyError for one that is not published here."""
    return _MAKERS[name](name)
