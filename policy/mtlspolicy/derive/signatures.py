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
    from collections.abc import Callable

    from mtlspolicy.facts.certificate import AlgorithmIdentifier, PublicKey

__all__ = ["VALID", "Outcome", "Signed", "verify"]


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


VALID: Final = Outcome.VALID
"""The good outcome: Python 3.11 looks a member of an enumeration up by a function of its own."""

_MAX_KEY_BYTES: Final = 4_096
"""Longest SubjectPublicKeyInfo, with the algorithm that is asked of it, that is remembered: RSA
of 16,384 bits takes 2,100."""

_MAX_CHECKS: Final = 1_024
"""Checks remembered; each holds a loaded key, some kilobytes outside Python."""

Check = tuple["Callable[..., None] | None", Any]
"""How an algorithm is verified with a key: the backend's function and what it takes after signature
and data; or None and the outcome that is certain beforehand."""

_checks: dict[tuple[bytes, str, str, bytes], Check] = {}


def verify(signed: Signed, key: PublicKey) -> Outcome:
    """Return whether `key` made the signature of `signed`."""
    identifier = signed.signature_algorithm
    if isinstance(identifier, Unreadable):
        return Outcome.ALGORITHM_UNSUPPORTED
    question = identifier.der, key.kind, key.curve, key.der
    ask, arguments = _checks.get(question) or _prepare(question, key)
    if ask is None:
        return arguments  # type: ignore[no-any-return]  # the outcome
    try:
        ask(signed.signature, signed.tbs, *arguments)
    except _invalid():
        return Outcome.INVALID
    except Exception:  # noqa: BLE001 - a backend without this hash or size
        return Outcome.ALGORITHM_UNSUPPORTED
    return VALID


def _prepare(question: tuple[bytes, str, str, bytes], key: PublicKey) -> Check:
    """Find out how to verify, once per algorithm and key."""
    check = _check(question[0], key)
    if len(question[0]) + len(key.der) <= _MAX_KEY_BYTES:
        if len(_checks) >= _MAX_CHECKS:
            _checks.clear()
        _checks[question] = check
    return check


def _check(identifier: bytes, key: PublicKey) -> Check:
    algorithm = signature_algorithm(identifier)
    if algorithm is None:
        return None, Outcome.ALGORITHM_UNSUPPORTED
    # RFC 5480, 2.1.1: specifiedCurve and implicitCurve MUST NOT be used
    if key.kind not in KEY_KINDS or (key.kind == "ec" and not key.curve):
        return None, Outcome.KEY_UNSUPPORTED
    if not fits(key, algorithm):
        return None, Outcome.INVALID
    loaded = _load(key.der)
    if loaded is None:
        return None, Outcome.KEY_UNSUPPORTED
    try:
        return loaded.verify, _arguments(algorithm)
    except Exception:  # noqa: BLE001 - a backend that has never heard of this hash
        return None, Outcome.ALGORITHM_UNSUPPORTED


def _load(spki: bytes) -> Any:  # noqa: ANN401 - one of the backend's key classes, or None
    """Load a public key; None where the backend cannot."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - lazy: 100 ms

    try:
        return load_der_public_key(spki)
    except Exception:  # noqa: BLE001 - whatever the backend says, the key cannot be used
        return None


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
