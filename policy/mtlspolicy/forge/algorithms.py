"""Signature algorithms: how they are named, and how RSA pads what it signs.

This module knows AlgorithmIdentifiers (RFC 5758, 4055, 8410) and the encodings of
RFC 8017. It must not know a key.
"""

from __future__ import annotations

__all__ = [
    "ALGORITHMS",
    "DIGESTS",
    "SignatureAlgorithm",
    "algorithm_node",
    "encode_pkcs1",
    "encode_pss",
]

import hashlib
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """How a signature is made: for keys of which `kind`, over which `digest`; `der` names it.

    `salt`: octets of the salt, for RSASSA-PSS alone.
    """

    kind: str
    digest: str
    der: bytes
    pss: bool = False
    salt: int = 0


DIGESTS: Final = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
"""Hash functions by the name that hashlib has for them."""


def algorithm_node(oid: str, *parameters: Node) -> Node:
    """Return the AlgorithmIdentifier of a dotted OID, with its parameters if it has any."""
    return writer.sequence(writer.oid(oid), *parameters)


def _pss(digest: str, salt: int | None = None) -> SignatureAlgorithm:
    # RFC 4055, 3.1: the hash, MGF1 over the same hash, and a salt, by custom as long as the hash.
    octets = hashlib.new(digest).digest_size if salt is None else salt
    inner = algorithm_node(DIGESTS[digest], writer.null())
    parameters = writer.sequence(
        writer.explicit(0, inner),
        writer.explicit(1, algorithm_node("1.2.840.113549.1.1.8", inner)),
        writer.explicit(2, writer.integer(octets)),
    )
    der = algorithm_node("1.2.840.113549.1.1.10", parameters).encode()
    return SignatureAlgorithm("rsa", digest, der, pss=True, salt=octets)


def _rsa(digest: str, arc: int) -> SignatureAlgorithm:
    der = algorithm_node(f"1.2.840.113549.1.1.{arc}", writer.null()).encode()
    return SignatureAlgorithm("rsa", digest, der)


def _plain(kind: str, digest: str, oid: str) -> SignatureAlgorithm:
    # RFC 5758, 3.2 and RFC 8410, 3: no parameters, not even NULL.
    return SignatureAlgorithm(kind, digest, algorithm_node(oid).encode())


ALGORITHMS: Final = {
    "ecdsa-sha1": _plain("ec", "sha1", "1.2.840.10045.4.1"),
    "ecdsa-sha224": _plain("ec", "sha224", "1.2.840.10045.4.3.1"),
    "ecdsa-sha256": _plain("ec", "sha256", "1.2.840.10045.4.3.2"),
    "ecdsa-sha384": _plain("ec", "sha384", "1.2.840.10045.4.3.3"),
    "ecdsa-sha512": _plain("ec", "sha512", "1.2.840.10045.4.3.4"),
    "rsa-md5": _rsa("md5", 4),
    "rsa-sha1": _rsa("sha1", 5),
    "rsa-sha256": _rsa("sha256", 11),
    "rsa-sha384": _rsa("sha384", 12),
    "rsa-sha512": _rsa("sha512", 13),
    "rsa-pss-sha256": _pss("sha256"),
    "rsa-pss-sha384": _pss("sha384"),
    "rsa-pss-sha512": _pss("sha512"),
    # Valid (RFC 4055, 3.1), and none of the encodings that BR 7.1.3.2.1 allows.
    "rsa-pss-sha256-salt10": _pss("sha256", 10),
    "ed25519": _plain("ed25519", "", "1.3.101.112"),
    "ed448": _plain("ed448", "", "1.3.101.113"),
}
"""The signature algorithms that the forge can use, by name."""


# -- padding for RSA


def encode_pkcs1(tbs: bytes, digest: str, bits: int) -> int:
    """EMSA-PKCS1-v1_5 (RFC 8017, 9.2) for a modulus of `bits` bits."""
    info = writer.sequence(
        algorithm_node(DIGESTS[digest], writer.null()),
        writer.octet_string(hashlib.new(digest, tbs, usedforsecurity=False).digest()),
    ).encode()
    padding = b"\xff" * ((bits + 7) // 8 - len(info) - 3)
    return int.from_bytes(b"\x00\x01" + padding + b"\x00" + info, "big")


def encode_pss(tbs: bytes, digest: str, bits: int, octets: int) -> int:
    """EMSA-PSS (RFC 8017, 9.1.1) for a modulus of `bits` bits.

    The salt is the first `octets` of a hash of the message.
    """
    hashed = hashlib.new(digest, tbs).digest()
    salt = hashlib.new(digest, b"salt" + hashed).digest()[:octets]
    size = (bits - 1 + 7) // 8
    seed = hashlib.new(digest, bytes(8) + hashed + salt).digest()
    block = b"\x01".rjust(size - len(salt) - len(seed) - 1, b"\x00") + salt
    mask = _mgf1(seed, digest, len(block))
    masked = int.from_bytes(block, "big") ^ int.from_bytes(mask, "big")
    masked &= (1 << (bits - 1 - 8 * (size - len(block)))) - 1
    return int.from_bytes(masked.to_bytes(len(block), "big") + seed + b"\xbc", "big")


def _mgf1(seed: bytes, digest: str, size: int) -> bytes:
    mask = b""
    while len(mask) < size:
        counter = (len(mask) // len(seed)).to_bytes(4, "big")
        mask += hashlib.new(digest, seed + counter).digest()
    return mask[:size]
