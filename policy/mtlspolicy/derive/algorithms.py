"""Which signature algorithm an AlgorithmIdentifier names, and which keys can have made it.

This module knows the identifiers and parameters of RFC 3279, 4055, 5758, 8410 and 9688.
It must not know how a signature is verified, or which algorithms are good enough.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Cursor, Source
from mtlspolicy.der.values import read_oid, read_unsigned
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import PublicKey

__all__ = ["KEY_KINDS", "SignatureAlgorithm", "fits", "signature_algorithm"]


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """One signature algorithm.

    `family`: rsa, rsa-pss, ec, ed25519 or ed448. `hash_name`: as hashlib writes it, ""
    where the algorithm has its own. `mask_hash` and `salt` (octets): RSASSA-PSS only.
    """

    family: str
    hash_name: str = ""
    mask_hash: str = ""
    salt: int = 0


_RSA: Final = "1.2.840.113549.1.1."
_NIST: Final = "2.16.840.1.101.3.4.3."
_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"

_ALGORITHMS: Final = {
    # RFC 3279, 2.2.1 and RFC 4055, 5: RSASSA-PKCS1-v1_5
    _RSA + "4": SignatureAlgorithm("rsa", "md5"),
    _RSA + "5": SignatureAlgorithm("rsa", "sha1"),
    _RSA + "14": SignatureAlgorithm("rsa", "sha224"),
    _RSA + "11": SignatureAlgorithm("rsa", "sha256"),
    _RSA + "12": SignatureAlgorithm("rsa", "sha384"),
    _RSA + "13": SignatureAlgorithm("rsa", "sha512"),
    # RFC 3279, 2.2.3 and RFC 5758, 3.2: ECDSA
    "1.2.840.10045.4.1": SignatureAlgorithm("ec", "sha1"),
    "1.2.840.10045.4.3.1": SignatureAlgorithm("ec", "sha224"),
    "1.2.840.10045.4.3.2": SignatureAlgorithm("ec", "sha256"),
    "1.2.840.10045.4.3.3": SignatureAlgorithm("ec", "sha384"),
    "1.2.840.10045.4.3.4": SignatureAlgorithm("ec", "sha512"),
    # RFC 9688, 2: SHA-3 with ECDSA and RSASSA-PKCS1-v1_5
    _NIST + "9": SignatureAlgorithm("ec", "sha3_224"),
    _NIST + "10": SignatureAlgorithm("ec", "sha3_256"),
    _NIST + "11": SignatureAlgorithm("ec", "sha3_384"),
    _NIST + "12": SignatureAlgorithm("ec", "sha3_512"),
    _NIST + "13": SignatureAlgorithm("rsa", "sha3_224"),
    _NIST + "14": SignatureAlgorithm("rsa", "sha3_256"),
    _NIST + "15": SignatureAlgorithm("rsa", "sha3_384"),
    _NIST + "16": SignatureAlgorithm("rsa", "sha3_512"),
    # RFC 8410, 3
    "1.3.101.112": SignatureAlgorithm("ed25519"),
    "1.3.101.113": SignatureAlgorithm("ed448"),
}

_HASHES: Final = {
    # RFC 4055, 2.1
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}

_FAMILIES: Final = {
    "rsa": frozenset({"rsa", "rsa-pss"}),
    # RFC 4055, 1.2: a key marked for RSASSA-PSS makes no other signatures
    "rsa-pss": frozenset({"rsa-pss"}),
    "ec": frozenset({"ec"}),
    "ed25519": frozenset({"ed25519"}),
    "ed448": frozenset({"ed448"}),
}

KEY_KINDS: Final = frozenset(_FAMILIES)
"""The kinds of keys whose signatures can be verified.

NOTE: DSA is not among them. No TLS version in force has DSA certificates (RFC 9846,
4.3.3), and backends are dropping it one by one, so a verdict would depend on the machine.
"""

_NULL: Final = b"\x05\x00"
_SEQUENCE, _OID, _INTEGER = 0x30, 0x06, 0x02
_MAX_SALT: Final = 2048
"""Octets of a salt: not longer than the longest modulus that a backend takes."""


@lru_cache(maxsize=256)
def signature_algorithm(algorithm: bytes) -> SignatureAlgorithm | None:
    """Return what an AlgorithmIdentifier means, or None where it or its parameters are unknown."""
    parts = _split(algorithm)
    if parts is None:
        return None
    oid, parameters = parts
    if oid == _PSS:
        return _pss(parameters)
    known = _ALGORITHMS.get(oid)
    # RFC 4055, 5: with RSA the parameters are NULL, and absent ones are accepted; RFC
    # 5758, 3.2 and RFC 8410, 3: with the others they MUST be absent.
    if known is None or (parameters and (known.family != "rsa" or parameters != _NULL)):
        return None
    return known


@lru_cache(maxsize=256)
def _bound(algorithm: bytes) -> SignatureAlgorithm | None:
    """Return what the parameters of an id-RSASSA-PSS key bind it to.

    Without parameters `hash_name` is empty: any hash will do. None where they cannot be read.
    """
    parts = _split(algorithm)
    if parts is None:
        return None
    return _pss(parts[1]) if parts[1] else SignatureAlgorithm("rsa-pss")


def fits(key: PublicKey, algorithm: SignatureAlgorithm) -> bool:
    """Whether a key of this kind can have made a signature of this algorithm."""
    if algorithm.family not in _FAMILIES.get(key.kind, ()):
        return False
    if key.kind != "rsa-pss":
        return True
    # RFC 4055, 3.3: same hash functions, and a salt that is at least as long
    bound = _bound(key.algorithm.der)
    return bound is not None and (
        not bound.hash_name
        or (
            (bound.hash_name, bound.mask_hash) == (algorithm.hash_name, algorithm.mask_hash)
            and bound.salt <= algorithm.salt
        )
    )


def _open(data: bytes, tag: int) -> Cursor | None:
    """Return a cursor into the one value, of this tag, that `data` is."""
    outer = Cursor(Source(data, Journal()), 0, len(data), "")
    element = outer.expect(tag, "")
    if element is None or outer.position < outer.end:
        return None
    return Cursor(outer.source, element.content, element.end, "")


def _is_whole(cursor: Cursor) -> bool:
    """Whether everything was read, and without a departure from DER."""
    return cursor.position == cursor.end and not cursor.source.journal.entries


def _split(algorithm: bytes) -> tuple[str, bytes] | None:
    """Split an AlgorithmIdentifier into its dotted OID and its parameters' encoding."""
    cursor = _open(algorithm, _SEQUENCE)
    element = cursor.expect(_OID, "") if cursor is not None else None
    if cursor is None or element is None:
        return None
    oid = read_oid(cursor.source, element, "")
    if oid is None or cursor.source.journal.entries:
        return None
    return oid, cursor.source.octets[cursor.position : cursor.end]


def _pss(parameters: bytes) -> SignatureAlgorithm | None:
    """Read RSASSA-PSS-params (RFC 4055, 3.1); a field that is absent has its default."""
    cursor = _open(parameters, _SEQUENCE)
    if cursor is None:
        return None
    hash_name: str | None = "sha1"
    mask_hash: str | None = "sha1"
    salt: int | None = 20
    trailer: int | None = 1
    for tag in (0xA0, 0xA1, 0xA2, 0xA3):
        element = cursor.expect(tag, "") if cursor.tag() == tag else None
        if element is None:
            continue
        content = cursor.source.content(element)
        if tag == 0xA0:  # noqa: PLR2004 - [0] hashAlgorithm
            hash_name = _hash(content)
        elif tag == 0xA1:  # noqa: PLR2004 - [1] maskGenAlgorithm
            mask_hash = _mask(content)
        elif tag == 0xA2:  # noqa: PLR2004 - [2] saltLength
            salt = _number(content)
        else:
            trailer = _number(content)
    # "The trailerField MUST be 1", trailerFieldBC
    if (
        not _is_whole(cursor)
        or hash_name is None
        or mask_hash is None
        or salt is None
        or trailer != 1
    ):
        return None
    return SignatureAlgorithm("rsa-pss", hash_name, mask_hash, salt)


def _hash(algorithm: bytes) -> str | None:
    """Read a hash's AlgorithmIdentifier (RFC 4055, 2.1: parameters NULL or absent)."""
    parts = _split(algorithm)
    return _HASHES.get(parts[0]) if parts is not None and parts[1] in {b"", _NULL} else None


def _mask(algorithm: bytes) -> str | None:
    """Read the mask generation function: MGF1, and its hash."""
    parts = _split(algorithm)
    return _hash(parts[1]) if parts is not None and parts[0] == _MGF1 else None


def _number(data: bytes) -> int | None:
    outer = Cursor(Source(data, Journal()), 0, len(data), "")
    element = outer.expect(_INTEGER, "")
    value = read_unsigned(outer.source, element, "") if element is not None else None
    return value if _is_whole(outer) and value is not None and value <= _MAX_SALT else None
