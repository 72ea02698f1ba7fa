"""Bytes to facts: the one door of this package.

This module knows when the short way is enough, and keeps facts that have been read. It
does not know what is in a certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import read_ordinary
from mtlspolicy.limits import MAX_MEMO_ENTRIES

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["forget_certificates", "read_certificate", "read_certificate_cached"]

_MOST_CACHED_OCTETS: Final = 4 * 1024 * 1024
"""Octets of all certificates whose facts are kept: more than 3,000 leaves. Facts take up to
a hundred times the octets of a certificate that is made to be large."""


class _Cache:
    """Facts by the octets of their certificate, bounded in number and in octets."""

    __slots__ = ("facts", "octets")

    def __init__(self) -> None:
        self.facts: dict[bytes, Certificate] = {}
        self.octets = 0

    def keep(self, certificate: Certificate) -> None:
        size = len(certificate.der)
        if len(self.facts) >= MAX_MEMO_ENTRIES or self.octets + size > _MOST_CACHED_OCTETS:
            self.clear()
        self.facts[certificate.der] = certificate
        self.octets += size

    def clear(self) -> None:
        self.facts.clear()
        self.octets = 0


_cache: Final = _Cache()


def read_certificate(der: bytes) -> Certificate:
    """Read the facts of one certificate (RFC 5280, 4.1).

    `der` is what was presented, whatever it is: this function never raises. What is wrong
    or unusual is in `Certificate.notes`; what can never be accepted has `well_formed` False.
    """
    return read_ordinary(der) or explain_certificate(der)


def read_certificate_cached(der: bytes) -> Certificate:
    """Return the facts of `der`, kept from an earlier call where there was one.

    The cache is bounded and starts afresh when it is full.
    """
    known = _cache.facts.get(der)
    if known is None:
        known = read_ordinary(der) or explain_certificate(der)
        _cache.keep(known)
    return known


def forget_certificates() -> None:
    """Forget the facts of every certificate, as when the cache is full."""
    _cache.clear()
