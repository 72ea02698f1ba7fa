"""Reading where more is to be had: AIA, SIA, CRL distribution points, freshest CRL.

This module knows four extension values. It fetches nothing.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.values import read_named_bits
from mtlspolicy.facts.certificate import (
    AccessDescription,
    CrlDistributionPoints,
    DistributionPoint,
    InformationAccess,
)
from mtlspolicy.facts.identifiers import read_names_part
from mtlspolicy.facts.names import read_general_name, read_rdn
from mtlspolicy.facts.policies import take_oid
from mtlspolicy.limits import MAX_NAMES

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source
    from mtlspolicy.facts.certificate import GeneralName

__all__ = ["REASON_BITS", "read_distribution_points", "read_information_access"]

REASON_BITS: Final = (
    "unused",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
)
"""The named bits of ReasonFlags in order (RFC 5280, 4.2.1.13)."""


def read_information_access(
    source: Source, element: Element, path: str, *, critical: bool
) -> InformationAccess | None:
    """Read an AuthorityInfoAccessSyntax or SubjectInfoAccessSyntax (RFC 5280, 4.2.2)."""
    cursor = Cursor(source, element.content, element.end, path)
    entries: list[AccessDescription | None] = []
    while cursor.position < cursor.end:
        if len(entries) == MAX_NAMES:
            source.journal.add("limit.names", cursor.position, path)
            return None
        entries.append(_read_access(cursor, f"[{len(entries)}]"))
    if not entries:
        source.journal.add("asn1.empty_list", element.start, path)
    readable = tuple(entry for entry in entries if entry is not None)
    return InformationAccess(readable, critical) if len(readable) == len(entries) else None


def _read_access(outer: Cursor, part: str) -> AccessDescription | None:
    element = outer.expect(0x30, part)
    if element is None:
        return None
    cursor = Cursor(outer.source, element.content, element.end, outer.path + part)
    method = take_oid(cursor, "accessMethod")
    place = cursor.take("accessLocation")
    location = (
        read_general_name(outer.source, place, cursor.name("accessLocation")) if place else None
    )
    cursor.close()
    return None if method is None or location is None else AccessDescription(method, location)


def read_distribution_points(
    source: Source, element: Element, path: str, *, critical: bool
) -> CrlDistributionPoints | None:
    """Read a CRLDistributionPoints or FreshestCRL (RFC 5280, 4.2.1.13 and 4.2.1.15)."""
    cursor = Cursor(source, element.content, element.end, path)
    points: list[DistributionPoint | None] = []
    while cursor.position < cursor.end:
        if len(points) == MAX_NAMES:
            source.journal.add("limit.names", cursor.position, path)
            return None
        points.append(_read_point(cursor, f"[{len(points)}]"))
    if not points:
        source.journal.add("asn1.empty_list", element.start, path)
    readable = tuple(point for point in points if point is not None)
    return CrlDistributionPoints(readable, critical) if len(readable) == len(points) else None


def _read_point(outer: Cursor, part: str) -> DistributionPoint | None:
    source = outer.source
    element = outer.expect(0x30, part)
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, outer.path + part)
    names: tuple[GeneralName, ...] | None = ()
    relative = False
    reasons: tuple[str, ...] | None = None
    issuer: tuple[GeneralName, ...] | None = ()
    readable = True
    if cursor.tag() == 0xA0:  # [0] distributionPoint: explicit, as it is a CHOICE
        names, relative = _read_point_name(cursor)
    if cursor.tag() == 0x81:  # [1] reasons
        flags = cursor.take("reasons")
        reasons = (
            read_named_bits(source, flags, cursor.name("reasons"), REASON_BITS) if flags else None
        )
        readable = reasons is not None
    if cursor.tag() == 0xA2:  # [2] cRLIssuer
        issuer = read_names_part(cursor, "cRLIssuer")
    readable = readable and cursor.position == cursor.end
    cursor.close()
    if names is None or issuer is None or not readable:
        return None
    if not names and not relative and not issuer:
        # RFC 5280, 4.2.1.13: MUST NOT consist of only the reasons field
        source.journal.add("crldp.no_name", element.start, cursor.path)
    return DistributionPoint(names, relative, reasons, issuer)


def _read_point_name(outer: Cursor) -> tuple[tuple[GeneralName, ...] | None, bool]:
    """Read a DistributionPointName: full names, or that it is relative to the issuer."""
    wrapper = outer.take("distributionPoint")
    if wrapper is None:
        return None, False
    cursor = Cursor(outer.source, wrapper.content, wrapper.end, outer.name("distributionPoint"))
    names: tuple[GeneralName, ...] | None = None
    relative = False
    if cursor.tag() == 0xA0:  # [0] fullName
        names = read_names_part(cursor, "fullName")
    else:
        element = cursor.expect(0xA1, "nameRelativeToCRLIssuer")
        relative = element is not None and read_rdn(cursor.source, element, cursor.path) is not None
        names = () if relative else None
    cursor.close()
    return names, relative
