"""TLSA records made for a certificate, good and bad, for witnesses and vectors.

This module knows how a record names a certificate (RFC 6698, 2.1). It must not know rules.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import PublicKey
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features import forged_dns
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.derive.dns.lookup import Lookup
    from mtlspolicy.features.subject import Place

__all__ = ["association", "with_data"]

_NOTHING: Final = b"nothing that there is"


def association(der: bytes, selector: int = 1, matching_type: int = 1) -> str:
    """Return the data of a record about a certificate, in hexadecimal digits."""
    key = read_certificate(der).public_key
    assert isinstance(key, PublicKey)  # noqa: S101 - what is forged can be read
    octets = key.der if selector else der
    digests = {1: hashlib.sha256, 2: hashlib.sha512}
    return (digests[matching_type](octets).digest() if matching_type else octets).hex()


def with_data(place: Place, wanted: Lookup) -> Lookup:
    """Return the lookup with records about the certificate, where they are words so far."""
    records = tuple(
        forged_dns.record(**_record(place, dict(one))) if "word" in dict(one) else one
        for one in wanted.records
    )
    return replace(wanted, records=records)


def _record(place: Place, wanted: Mapping[str, Any]) -> dict[str, object]:
    usage, word, number = wanted["usage"], wanted["word"], wanted["number"]
    chain = place.chain.build().presented
    about = chain[1] if usage == 2 and len(chain) > 1 else chain[0]  # noqa: PLR2004 - DANE-TA
    data = association(about) if word == "match" else hashlib.sha256(_NOTHING).hexdigest()
    if number:
        # RFC 2181, 5: records of one set differ
        data = hashlib.sha256(b"%d" % number).hexdigest()
    kind = 255 if word == "unusable" else 1
    return {
        "usage": usage,
        "selector": 1,
        "matching_type": kind,
        "data": data[:-2] if word == "malformed" else data,
    }
