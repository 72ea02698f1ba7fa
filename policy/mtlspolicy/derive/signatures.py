"""Whether one key made the signature of a certificate, a revocation list or a response.

This module is the only one that asks `cryptography`. A weak key or hash is verified like
any other: whether it is good enough is a policy's business. What `algorithms` does not
know, or the backend cannot do, is *unsupported*: never *invalid*, and never *valid*. It
must not know paths.
"""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from mtlspolicy.derive.algorithms import KEY_KINDS, SignatureAlgorithm, fits, signature_algorithm
from mtlspolicy.facts.certificate import Unreadable

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import AlgorithmIdentifier, PublicKey

__all__ = ["Outcome", "Signed", "verify"]


class Signed(Protocol):
    """What carries a signature: a certificate, a revocation list, an OCSP response."""

    @property
    def signature_algorithm(self) -> AlgorithmIdentifier | Unreadable:
        """The algorithm of the signature."""

    @property
    def tbs(self) -> bytes:
        """The octets that are signed."""

    @property
    def signature(self) -> bytes:
        """The octets of the signature."""


class Outcome(Enum):
    """What came of one signature check."""

    VALID = "valid"
    INVALID = "invalid"
    KEY_UNSUPPORTED = "key unsupported"
    """the issuer's key cannot be read, or is of a type that is not known here"""
    ALGORITHM_UNSUPPORTED = "algorithm unsupported"
    """the algorithm or its parameters are not known"""


_MAX_KEY_BYTES: Final = 4_096
"""Longest SubjectPublicKeyInfo whose key is remembered: RSA of 16,384 bits takes 2,100."""

_MAX_KEYS: Final = 1_024
"""Loaded keys remembered; each holds some kilobytes outside Python."""

_keys: dict[bytes, Any] = {}


def verify(signed: Signed, key: PublicKey) -> Outcome:
    """Return whether `key` made the signature of `signed`."""
    identifier = signed.signature_algorithm
    if isinstance(identifier, Unreadable):
        return Outcome.ALGORITHM_UNSUPPORTED
    algorithm = signature_algorithm(identifier.der)
    if algorithm is None:
        return Outcome.ALGORITHM_UNSUPPORTED
    # RFC 5480, 2.1.1: specifiedCurve and implicitCurve MUST NOT be used
    if key.kind not in KEY_KINDS or (key.kind == "ec" and not key.curve):
        return Outcome.KEY_UNSUPPORTED
    if not fits(key, algorithm):
        return Outcome.INVALID
    return _ask(_load(key.der), algorithm, signed)


def _load(spki: bytes) -> Any:  # noqa: ANN401 - one of the backend's key classes, or None
    """Load a public key; None where the backend cannot."""
    if spki in _keys:
        return _keys[spki]
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - lazy: 100 ms

    try:
        key: Any = load_der_public_key(spki)
    except Exception:  # noqa: BLE001 - whatever the backend says, the key cannot be used
        key = None
    if len(spki) <= _MAX_KEY_BYTES:
        if len(_keys) >= _MAX_KEYS:
            _keys.clear()
        _keys[spki] = key
    return key


def _ask(key: Any, algorithm: SignatureAlgorithm, signed: Signed) -> Outcome:  # noqa: ANN401 - as `_load`
    """Let the backend verify one signature."""
    if key is None:
        return Outcome.KEY_UNSUPPORTED
    try:
        key.verify(signed.signature, signed.tbs, *_arguments(algorithm))
    except _invalid():
        return Outcome.INVALID
    except Exception:  # noqa: BLE001 - a backend without this hash or size
        return Outcome.ALGORITHM_UNSUPPORTED
    return Outcome.VALID


@cache
def _invalid() -> type[Exception]:
    """Return what the backend raises for a signature that the key did not make."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - lazy

    return InvalidSignature


@lru_cache(maxsize=256)
def _arguments(algorithm: SignatureAlgorithm) -> tuple[Any, ...]:
    """Return what the backend's `verify` takes after signature and data."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - lazy
    from cryptography.hazmat.primitives.asymmetric import ec, padding  # noqa: PLC0415 - lazy

    if not algorithm.hash_name:
        return ()
    digest = getattr(hashes, algorithm.hash_name.upper())()
    if algorithm.family == "ec":
        return (ec.ECDSA(digest),)
    if algorithm.family == "rsa":
        return padding.PKCS1v15(), digest
    mask = padding.MGF1(getattr(hashes, algorithm.mask_hash.upper())())
    return padding.PSS(mask, algorithm.salt), digest
