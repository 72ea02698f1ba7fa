"""Bytes to facts: the one door of this package.

This module knows when the short way is enough, and keeps facts that have been read. It
does not know what is in a certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import read_ordinary
from mtlspolicy.limits import MAX_MEMO_ENTRIES

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["forget_certificates", "read_certificate", "read_certificate_cached"]

_cache: dict[bytes, Certificate] = {}


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
    known = _cache.get(der)
    if known is None:
        known = read_certificate(der)
        if len(_cache) >= MAX_MEMO_ENTRIES:
            _cache.clear()
        _cache[der] = known
    return known


def forget_certificates() -> None:
    """Forget the facts of every certificate, as when the cache is full."""
    _cache.clear()
