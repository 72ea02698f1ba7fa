"""Reading the list of extensions (RFC 5280, 4.1.2.9 and 4.2).

This module knows which extension is read by which function, and what is wrong with the
list itself: nothing in it, the same extension twice, unknown and critical.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.values import read_oid
from mtlspolicy.facts.certificate import UNREADABLE, Extension
from mtlspolicy.facts.constraints import read_name_constraints
from mtlspolicy.facts.identifiers import (
    read_authority_key_identifier,
    read_issuer_alt_name,
    read_subject_alt_name,
    read_subject_key_identifier,
)
from mtlspolicy.facts.locations import read_distribution_points, read_information_access
from mtlspolicy.facts.organization import read_organization_identifier
from mtlspolicy.facts.policies import (
    read_certificate_policies,
    read_inhibit_any_policy,
    read_policy_constraints,
    read_policy_mappings,
)
from mtlspolicy.facts.purposes import (
    read_basic_constraints,
    read_default_false,
    read_extended_key_usage,
    read_key_usage,
    read_netscape_cert_type,
)
from mtlspolicy.facts.second import readings_differ
from mtlspolicy.facts.transparency import read_marker, read_timestamps, read_tls_feature
from mtlspolicy.limits import MAX_EXTENSIONS

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = ["READERS", "read_extension", "read_extensions"]


class _Reader(Protocol):
    def __call__(
        self, source: Source, element: Element, path: str, /, *, critical: bool
    ) -> object | None: ...


READERS: Final[dict[str, tuple[int, _Reader]]] = {
    "2.5.29.14": (0x04, read_subject_key_identifier),
    "2.5.29.15": (0x03, read_key_usage),
    "2.5.29.17": (0x30, read_subject_alt_name),
    "2.5.29.18": (0x30, read_issuer_alt_name),
    "2.5.29.19": (0x30, read_basic_constraints),
    "2.5.29.30": (0x30, read_name_constraints),
    "2.5.29.31": (0x30, read_distribution_points),
    "2.5.29.32": (0x30, read_certificate_policies),
    "2.5.29.33": (0x30, read_policy_mappings),
    "2.5.29.35": (0x30, read_authority_key_identifier),
    "2.5.29.36": (0x30, read_policy_constraints),
    "2.5.29.37": (0x30, read_extended_key_usage),
    "2.5.29.46": (0x30, read_distribution_points),
    "2.5.29.54": (0x02, read_inhibit_any_policy),
    "1.3.6.1.5.5.7.1.1": (0x30, read_information_access),
    "1.3.6.1.5.5.7.1.11": (0x30, read_information_access),
    "1.3.6.1.5.5.7.1.24": (0x30, read_tls_feature),
    "1.3.6.1.5.5.7.48.1.5": (0x05, read_marker),
    "1.3.6.1.4.1.11129.2.4.2": (0x04, read_timestamps),
    "1.3.6.1.4.1.11129.2.4.3": (0x05, read_marker),
    "2.16.840.1.113730.1.1": (0x03, read_netscape_cert_type),
    "2.23.140.3.1": (0x30, read_organization_identifier),
}
"""The extensions that are read: identifier octet of the value, and the function for it."""


def read_extensions(source: Source, element: Element, path: str) -> tuple[Extension, ...] | None:
    """Read an Extensions; None where one of them is no extension at all."""
    cursor = Cursor(source, element.content, element.end, path)
    extensions: list[Extension | None] = []
    for part, part_path in cursor.elements():
        if len(extensions) == MAX_EXTENSIONS:
            source.journal.add("limit.extensions", part.start, path)
            return None
        extensions.append(_read_element(source, part, part_path))
    if not extensions and cursor.whole:
        source.journal.add("extensions.empty", element.start, path)
    readable = tuple(extension for extension in extensions if extension is not None)
    _report_duplicates(source, readable, path)
    return readable if cursor.whole and len(readable) == len(extensions) else None


def _report_duplicates(source: Source, extensions: tuple[Extension, ...], path: str) -> None:
    seen: set[str] = set()
    for extension in extensions:
        if extension.oid in seen:
            # RFC 5280, 4.2: MUST NOT include more than one instance of a particular extension
            source.journal.add("extension.duplicate", extension.offset, path, extension.oid)
        seen.add(extension.oid)


def _read_element(source: Source, element: Element, path: str) -> Extension | None:
    if element.tag != 0x30:  # SEQUENCE
        source.journal.add(
            "asn1.tag", element.start, path, f"identifier 0x{element.tag:02x} where 0x30 is due"
        )
        return None
    return read_extension(source, element, path)


def read_extension(source: Source, element: Element, path: str) -> Extension | None:
    """Read one Extension, whose SEQUENCE is `element`, and its value where it is a known one."""
    cursor = Cursor(source, element.content, element.end, path)
    oid_element = cursor.expect(0x06, "extnID")
    oid = read_oid(source, oid_element, cursor.name("extnID")) if oid_element else None
    critical: bool | None = False
    if cursor.tag() == 0x01:
        critical = read_default_false(cursor, "critical")
    value = cursor.expect(0x04, "extnValue")
    cursor.close()
    if oid is None or critical is None or value is None:
        return None
    parsed = _read_value(source, value, cursor.name("extnValue"), oid, critical=critical)
    if critical and oid not in READERS:
        source.journal.add("extension.unknown_critical", element.start, path, oid)
    return Extension(oid, critical, source.content(value), element.start, parsed)


def _read_value(
    source: Source, value: Element, path: str, oid: str, *, critical: bool
) -> object | None:
    """Read the one value inside extnValue; None where the extension is not known."""
    known = READERS.get(oid)
    if known is None:
        return None
    tag, read = known
    cursor = Cursor(source, value.content, value.end, path)
    element = cursor.take("")
    cursor.close("asn1.trailing_data")
    if element is None:
        return UNREADABLE
    if element.tag != tag:
        source.journal.add(
            "asn1.tag",
            element.start,
            path,
            f"identifier 0x{element.tag:02x} where 0x{tag:02x} is due",
        )
        return UNREADABLE
    parsed = read(source, element, path, critical=critical)
    if parsed is not None and readings_differ(source.content(value), parsed):
        source.journal.add("encoding.readings_differ", value.content, path)
        parsed = None
    # two values in one extnValue are not one value
    return UNREADABLE if parsed is None or element.after != value.end else parsed
