"""What a certificate revocation list says (RFC 5280, 5): immutable facts, no judgement.

This module knows the syntax of a list. It does not know whose certificates are looked up
in it, nor whether its signature is good. A list that is not strict DER says nothing.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mtlspolicy.der.times import parse_time
from mtlspolicy.facts.locations import REASON_BITS
from mtlspolicy.facts.strict import NOT_DER, Parts, Unusable, read_strictly, refuse
from mtlspolicy.limits import MAX_CRL_ENTRIES
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.der.reader import Cursor
    from mtlspolicy.facts.certificate import AlgorithmIdentifier, Extension, GeneralName, Name

__all__ = ["REASONS", "IssuingPoint", "RevocationList", "RevokedEntry", "read_crl"]

REASONS: Final = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
"""Reason codes by number (RFC 5280, 5.3.1); 7 is not used."""

_REASON, _INVALIDITY, _DELTA = "2.5.29.21", "2.5.29.24", "2.5.29.27"
_POINT, _CERTIFICATE_ISSUER = "2.5.29.28", "2.5.29.29"
_LIST_KNOWN: Final = frozenset({_DELTA, _POINT, "2.5.29.20", "2.5.29.35"})
"""Delta indicator, issuing point, number, authority key identifier (RFC 5280, 5.2)."""
_ENTRY_KNOWN: Final = frozenset({_REASON, _INVALIDITY, _CERTIFICATE_ISSUER})


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """One entry: when (seconds since 1970) and why; `reason` "" where the entry gives none.

    `issuer`: of the certificate where it is not the issuer of the list (5.3.3), else None.
    """

    at: int
    reason: str
    issuer: Name | None


@dataclass(frozen=True, slots=True)
class IssuingPoint:
    """The issuing distribution point (5.2.5): what the list is about.

    `names`: its full names, None where it names no point. `relative`: it names itself
    relative to the issuer. `reasons`: whether it is about some reasons only.
    """

    names: tuple[GeneralName, ...] | None = None
    relative: bool = False
    user_certificates: bool = False
    ca_certificates: bool = False
    attribute_certificates: bool = False
    indirect: bool = False
    reasons: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RevocationList:
    """One list. Instants are seconds since 1970; `next_update` None where there is none.

    `algorithm` is the outer one, `inner_algorithm` the one that is signed. `unknown_critical`:
    the first critical extension of the list or of an entry that is not known here, or "".
    """

    algorithm: AlgorithmIdentifier
    inner_algorithm: AlgorithmIdentifier
    issuer: Name
    this_update: int
    next_update: int | None
    entries: Mapping[int, tuple[RevokedEntry, ...]] = field(repr=False)
    point: IssuingPoint
    is_delta: bool
    unknown_critical: str
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def signature_algorithm(self) -> AlgorithmIdentifier:
        """The algorithm of the signature, under the name that certificates give it."""
        return self.algorithm


def read_crl(der: bytes) -> RevocationList | Unusable:
    """Read a CertificateList (RFC 5280, 5.1); never raises."""
    found = read_strictly(der, _read_list)
    if isinstance(found, Unusable) and found.detail.startswith("limit."):
        # More entries of unusual form than are read: a bound, and nothing wrong with the DER.
        return Unusable("revocation.crl_entries", found.detail)
    return found


def _read_list(outer: Parts) -> RevocationList:
    element = outer.take(0x30, "tbsCertList")
    parts = outer.within(element, "tbsCertList")
    has_version = parts.tag() == 0x02
    if has_version and parts.integer("version") != 1:
        refuse("revocation.crl_version", "only version 2 is ever written")
    inner = parts.algorithm("signature")
    issuer = parts.name("issuer")
    this_update = parts.time("thisUpdate")
    next_update = parts.time("nextUpdate") if parts.tag() in {0x17, 0x18} else None
    unknown: list[str] = []
    entries = _read_entries(parts, unknown) if parts.tag() == 0x30 else {}
    extensions: tuple[Extension, ...] = ()
    if parts.tag() == 0xA0:
        wrapper = parts.inside(0xA0, "crlExtensions")
        extensions = wrapper.extensions("")
        wrapper.close()
    parts.close()
    # 5.1.2.1: lists with extensions are version 2
    if extensions and not has_version:
        refuse("revocation.crl_version", "extensions in version 1")
    algorithm = outer.algorithm("signatureAlgorithm")
    signature = outer.octets_of_bits("signatureValue")
    outer.close()
    by_oid = {extension.oid: extension for extension in extensions}
    unknown.extend(_unknown(extensions, _LIST_KNOWN))
    return RevocationList(
        algorithm=algorithm,
        inner_algorithm=inner,
        issuer=issuer,
        this_update=this_update,
        next_update=next_update,
        entries=MappingProxyType(entries),
        point=_read_point(by_oid[_POINT].value) if _POINT in by_oid else IssuingPoint(),
        is_delta=_DELTA in by_oid,
        unknown_critical=unknown[0] if unknown else "",
        tbs=outer.source.raw(element),
        signature=signature,
    )


def _unknown(extensions: tuple[Extension, ...], known: frozenset[str]) -> list[str]:
    return [e.oid for e in extensions if e.critical and e.oid not in known]


def _read_entries(parts: Parts, unknown: list[str]) -> dict[int, tuple[RevokedEntry, ...]]:
    """Read revokedCertificates (RFC 5280, 5.1.2.6): time and room grow with their number.

    What is alike in most entries of a list is read once: `tails` are the octets after a date,
    `days` the dates without the time of day.
    """
    listed = parts.inside(0x30, "revokedCertificates")
    found: dict[int, list[RevokedEntry]] = {}
    tails: dict[bytes, str] = {b"": ""}
    days: dict[bytes, int | None] = {}
    issuer: Name | None = None
    count = 0
    while listed.more():
        count += 1
        if count > MAX_CRL_ENTRIES:
            refuse("revocation.crl_entries", f"more than {MAX_CRL_ENTRIES} entries")
        ordinary = _read_ordinary(listed.cursor, tails, days)
        if ordinary is None:
            serial, at, reason, named = _read_unusual(listed.inside(0x30, ""), tails, unknown)
            # 5.3.3: an entry without the extension has the issuer of the one before it
            issuer = issuer if named is None else named
        else:
            serial, at, reason = ordinary
        found.setdefault(serial, []).append(RevokedEntry(at, reason, issuer))
    return {serial: tuple(entries) for serial, entries in found.items()}


def _read_unusual(
    entry: Parts, tails: dict[bytes, str], unknown: list[str]
) -> tuple[int, int, str, Name | None]:
    """Read one entry, whatever its form: serial, date, reason, issuer."""
    serial, at = entry.integer("userCertificate"), entry.time("revocationDate")
    tail = entry.source.octets[entry.cursor.position : entry.cursor.end]
    extensions = entry.extensions("crlEntryExtensions") if entry.more() else ()
    entry.close()
    reason, issuer = "", None
    for extension in extensions:
        if extension.oid == _REASON:
            reason = _read_reason(extension.value)
        elif extension.oid == _CERTIFICATE_ISSUER:
            issuer = _read_certificate_issuer(extension.value)
    unknown.extend(_unknown(extensions, _ENTRY_KNOWN))
    if [extension.oid for extension in extensions] == [_REASON]:
        tails[tail] = reason
    return serial, at, reason, issuer


_SHORT: Final = 0x80
"""Lengths from here on take the long form, which no ordinary entry needs (X.690, 8.1.3)."""

_MAX_SERIAL: Final = 20
"""Octets of a serial number (RFC 5280, 4.1.2.2)."""


def _read_ordinary(
    cursor: Cursor, tails: dict[bytes, str], days: dict[bytes, int | None]
) -> tuple[int, int, str] | None:
    """Read the next entry where it is written as nearly all are: serial, date, reason.

    None, with nothing read, where it is not: then it is for the reader that says why.
    """
    octets, position = cursor.source.octets, cursor.position
    head = octets[position : position + 6]
    if len(head) < 6 or head[0] != 0x30 or head[1] >= _SHORT or head[2] != 0x02:
        return None
    end, size = position + 2 + head[1], head[3]
    date = position + 4 + size
    if not 0 < size <= _MAX_SERIAL or date + 15 > end or end > cursor.end:
        return None
    # X.690, 8.3.2: the first nine bits are not all alike
    if size > 1 and head[4] in {0x00, 0xFF} and (head[4] ^ head[5]) < _SHORT:
        return None
    reason = tails.get(octets[date + 15 : end])
    at = _read_date(octets[date : date + 15], days)
    if reason is None or at is None:
        return None
    cursor.position = end
    return int.from_bytes(octets[position + 4 : date], "big", signed=True), at, reason


def _read_date(octets: bytes, days: dict[bytes, int | None]) -> int | None:
    """Read a UTCTime as DER writes it; None for any other."""
    digits = octets[2:14]
    if octets[:2] != b"\x17\x0d" or octets[14] != 0x5A or not digits.isdigit():
        return None
    day = digits[:6]
    if day not in days:
        instant, codes = parse_time(day + b"000000Z", generalized=False)
        days[day] = None if codes else instant
    midnight = days[day]
    hour, minute, second = int(digits[6:8]), int(digits[8:10]), int(digits[10:])
    if midnight is None or hour > 23 or minute > 59 or second > 59:
        return None
    return midnight + hour * 3_600 + minute * 60 + second


def _read_reason(value: bytes) -> str:
    outer = Parts.of(value, "reasonCode")
    number = outer.integer("", 0x0A)
    outer.close()
    if number not in REASONS:
        refuse(NOT_DER, f"reasonCode {number}")
    return REASONS[number]


def _read_certificate_issuer(value: bytes) -> Name:
    """Read a GeneralNames with a directory name in it (RFC 5280, 5.3.3)."""
    outer = Parts.of(value, "certificateIssuer")
    names = outer.names("") if outer.tag() == 0x30 else ()
    outer.close()
    found = next((name.name for name in names if name.name is not None), None)
    if found is None:
        refuse(NOT_DER, "certificateIssuer without a directory name")
    return found


def _read_point(value: bytes) -> IssuingPoint:
    """Read an IssuingDistributionPoint (RFC 5280, 5.2.5)."""
    outer = Parts.of(value, "issuingDistributionPoint")
    parts = outer.inside(0x30, "")
    outer.close()
    names, relative = None, False
    if parts.tag() == 0xA0:  # [0] distributionPoint: explicit, as it is a CHOICE
        names, relative = _read_point_name(parts.inside(0xA0, "distributionPoint"))
    user = parts.flag(0x81, "onlyContainsUserCerts")
    ca = parts.flag(0x82, "onlyContainsCACerts")
    reasons = parts.tag() == 0x83
    if reasons:
        parts.named_bits(0x83, "onlySomeReasons", REASON_BITS)
    indirect = parts.flag(0x84, "indirectCRL")
    attribute = parts.flag(0x85, "onlyContainsAttributeCerts")
    parts.close()
    return IssuingPoint(names, relative, user, ca, attribute, indirect, reasons)


def _read_point_name(parts: Parts) -> tuple[tuple[GeneralName, ...], bool]:
    if parts.tag() == 0xA0:  # [0] fullName
        names = parts.names("fullName")
        parts.close()
        return names, False
    parts.take(0xA1, "nameRelativeToCRLIssuer")
    parts.close()
    return (), True
