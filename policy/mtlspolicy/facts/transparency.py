"""Reading what certificate transparency and status stapling put into a certificate.

This module knows SCT lists (RFC 6962, 3.3), the precertificate poison (3.1), the
TLS feature (RFC 7633) and id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1). It verifies nothing.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.values import read_null, read_unsigned
from mtlspolicy.facts.certificate import Marker, SignedCertificateTimestamps, TlsFeature
from mtlspolicy.limits import MAX_NAMES

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = ["parse_timestamps", "read_marker", "read_timestamps", "read_tls_feature"]

_LEAST: Final = 47
"""Octets of a version 1 SCT without extensions and with an empty signature: version 1,
log id 32, timestamp 8, length of extensions 2, algorithms 2, length of signature 2."""


def read_timestamps(
    source: Source, element: Element, path: str, *, critical: bool
) -> SignedCertificateTimestamps | None:
    """Read a SignedCertificateTimestampList, which is a TLS structure in an OCTET STRING."""
    timestamps = parse_timestamps(source.octets, element.content, element.end)
    if timestamps is None:
        source.journal.add("sct.structure", element.content, path)
        return None
    if any(version for version, _, _ in timestamps):
        source.journal.add("sct.version", element.content, path)
    return SignedCertificateTimestamps(timestamps, critical)


def parse_timestamps(
    octets: bytes, start: int, end: int
) -> tuple[tuple[int, bytes, int], ...] | None:
    """Return (version, log id, timestamp in ms) of each SCT, or None.

    Of an SCT of another version than v1 only the version can be told.
    """
    # RFC 6962, 3.3: opaque SerializedSCT<1..2^16-1>; SerializedSCT sct_list<1..2^16-1>
    if end - start < 3 or int.from_bytes(octets[start : start + 2], "big") != end - start - 2:
        return None
    timestamps: list[tuple[int, bytes, int]] = []
    at = start + 2
    while at < end:
        begin = at + 2
        at = begin + int.from_bytes(octets[at:begin], "big")
        if at > end or begin >= at:
            return None
        if octets[begin] == 0 and not is_first_version(octets, begin, at):
            return None
        known = octets[begin] == 0
        log = octets[begin + 1 : begin + 33] if known else b""
        instant = int.from_bytes(octets[begin + 33 : begin + 41], "big") if known else 0
        timestamps.append((octets[begin], log, instant))
    return tuple(timestamps)


def is_first_version(octets: bytes, begin: int, end: int) -> bool:
    """Whether the lengths inside a version 1 SCT add up (RFC 6962, 3.2)."""
    if end - begin < _LEAST:
        return False
    signature = begin + 45 + int.from_bytes(octets[begin + 41 : begin + 43], "big")
    return (
        signature + 2 <= end
        and signature + 2 + int.from_bytes(octets[signature : signature + 2], "big") == end
    )


def read_marker(source: Source, element: Element, path: str, *, critical: bool) -> Marker | None:
    """Read an extension whose value is NULL: it says what it says by being there."""
    return Marker(critical) if read_null(source, element, path) else None


def read_tls_feature(
    source: Source, element: Element, path: str, *, critical: bool
) -> TlsFeature | None:
    """Read a TLS feature: a SEQUENCE OF INTEGER (RFC 7633, 4.1)."""
    cursor = Cursor(source, element.content, element.end, path)
    features: list[int] = []
    readable = True
    while cursor.position < cursor.end:
        if len(features) == MAX_NAMES:
            source.journal.add("limit.names", cursor.position, path)
            return None
        part = f"[{len(features)}]"
        number = cursor.expect(0x02, part)
        value = read_unsigned(source, number, path + part) if number else None
        readable = readable and value is not None
        features.append(value or 0)
    if not features:
        source.journal.add("asn1.empty_list", element.start, path)
    return TlsFeature(tuple(features), critical) if readable else None
