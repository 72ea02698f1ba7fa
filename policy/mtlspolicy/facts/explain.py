"""The reading that explains: every certificate, and every departure in it.

This module knows the outer shape of a certificate (RFC 5280, 4.1). It never raises, reads
on where it can, and says UNREADABLE where it cannot. It takes its time: `hot` is the
shortcut for certificates in which there is nothing to explain.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Cursor, Element, Source
from mtlspolicy.der.times import parse_time
from mtlspolicy.der.values import read_bit_string, read_integer
from mtlspolicy.facts.certificate import (
    UNREADABLE,
    Assembly,
    BasicConstraints,
    ExtendedKeyUsage,
    KeyUsage,
    Note,
    SubjectAltName,
    Unreadable,
)
from mtlspolicy.facts.codes import KINDS, REJECTED
from mtlspolicy.facts.extensions import read_extensions
from mtlspolicy.facts.keys import read_algorithm, read_public_key
from mtlspolicy.facts.names import read_name
from mtlspolicy.limits import MAX_CERTIFICATE_BYTES, MAX_HEX_BYTES

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import (
        AlgorithmIdentifier,
        Certificate,
        Entry,
        Extension,
        Name,
        PublicKey,
    )

__all__ = ["MAX_SERIAL_OCTETS", "MAX_VERSION", "YEAR_2050", "explain_certificate"]

MAX_SERIAL_OCTETS: Final = 20
"""RFC 5280, 4.1.2.2: serial numbers longer than 20 octets MUST NOT be used."""

MAX_VERSION: Final = 3
"""RFC 5280, 4.1.2.1: v1, v2 and v3 are all there is."""
YEAR_2050: Final = 2_524_608_000
"""2050-01-01T00:00:00Z: where GeneralizedTime begins (RFC 5280, 4.1.2.5)."""
_T = TypeVar("_T")
_TBS: Final = "tbsCertificate"


def explain_certificate(der: bytes) -> Certificate:
    """Read `der` with a note for every departure; total, whatever the bytes."""
    journal = Journal()
    explanation = _Explanation(Source(der, journal))
    if len(der) > MAX_CERTIFICATE_BYTES:
        journal.add(
            "limit.certificate_bytes", 0, "", f"{len(der)} octets, at most {MAX_CERTIFICATE_BYTES}"
        )
    else:
        explanation.read()
    return explanation.result()


def _or_unreadable(value: _T | None) -> _T | Unreadable:
    return UNREADABLE if value is None else value


class _Explanation:
    """The facts found so far; every field begins as what it is when nothing can be read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.version: int | None = None
        self.serial: int | None = None
        self.serial_octets = 0
        self.inner: AlgorithmIdentifier | None = None
        self.outer: AlgorithmIdentifier | None = None
        self.issuer: Name | None = None
        self.subject: Name | None = None
        self.not_before: int | None = None
        self.not_after: int | None = None
        self.public_key: PublicKey | None = None
        self.unique_ids = [False, False]
        self.extensions: tuple[Extension, ...] | None = None
        self.tbs = b""
        self.signature = b""

    def read(self) -> None:
        """Read Certificate ::= SEQUENCE {tbsCertificate, signatureAlgorithm, signatureValue}."""
        source = self.source
        file = Cursor(source, 0, len(source.octets), "")
        certificate = file.expect(0x30, "")
        file.close("asn1.trailing_data")
        if certificate is None:
            return
        cursor = Cursor(source, certificate.content, certificate.end, "")
        tbs = cursor.expect(0x30, _TBS)
        if tbs:
            self.tbs = source.raw(tbs)
            self.read_tbs(Cursor(source, tbs.content, tbs.end, _TBS))
        outer = cursor.expect(0x30, "signatureAlgorithm")
        self.outer = read_algorithm(source, outer, "signatureAlgorithm")
        if outer and self.outer and self.inner and self.outer != self.inner:
            # RFC 5280, 4.1.1.2: MUST contain the same algorithm identifier
            source.journal.add("signature.algorithm_mismatch", outer.start, "signatureAlgorithm")
        self.read_signature(cursor.expect(0x03, "signatureValue"))
        cursor.close()

    def read_signature(self, element: Element | None) -> None:
        bits = read_bit_string(self.source, element, "signatureValue") if element else None
        if element is None or bits is None:
            return
        if bits[0]:
            # every signature algorithm in use gives whole octets (RFC 3279, 2.2; RFC 8410, 6)
            self.source.journal.add("signature.unused_bits", element.content, "signatureValue")
            return
        self.signature = bits[1]

    def read_tbs(self, cursor: Cursor) -> None:
        """Read a TBSCertificate (RFC 5280, 4.1.2)."""
        self.read_version(cursor)
        self.read_serial(cursor.expect(0x02, "serialNumber"))
        self.inner = read_algorithm(
            self.source, cursor.expect(0x30, "signature"), cursor.name("signature")
        )
        self.issuer = self.read_issuer(cursor.expect(0x30, "issuer"))
        self.read_validity(cursor.expect(0x30, "validity"))
        self.subject = read_name(
            self.source, cursor.expect(0x30, "subject"), cursor.name("subject")
        )
        key = cursor.expect(0x30, "subjectPublicKeyInfo")
        self.public_key = read_public_key(self.source, key, cursor.name("subjectPublicKeyInfo"))
        self.read_unique_ids(cursor)
        self.read_extensions(cursor)
        cursor.close()
        if not cursor.whole:
            self.extensions = None  # what could not be read might have been extensions

    def read_version(self, cursor: Cursor) -> None:
        self.version = 1
        if cursor.tag() != 0xA0:  # [0] version
            return
        self.version = None
        wrapper = cursor.take("version")
        if wrapper is None:
            return
        inner = Cursor(self.source, wrapper.content, wrapper.end, cursor.name("version"))
        element = inner.expect(0x02, "")
        inner.close()
        number = read_integer(self.source, element, inner.path) if element else None
        if element is None or number is None:
            return
        self.version = number + 1
        if number == 0:
            self.source.journal.add("der.default_encoded", wrapper.start, inner.path, "v1")
        elif not 1 < self.version <= MAX_VERSION:
            self.source.journal.add("version.unsupported", element.content, inner.path)

    def read_serial(self, element: Element | None) -> None:
        path = f"{_TBS}.serialNumber"
        if element is None:
            return
        journal = self.source.journal
        self.serial = read_integer(self.source, element, path)
        self.serial_octets = element.end - element.content
        if self.serial is None:
            return
        # RFC 5280, 4.1.2.2: a positive integer of at most 20 octets
        if self.serial < 0:
            journal.add("serial.negative", element.content, path)
        if self.serial == 0:
            journal.add("serial.zero", element.content, path)
        if self.serial_octets > MAX_SERIAL_OCTETS:
            journal.add("serial.too_long", element.content, path, f"{self.serial_octets} octets")

    def read_issuer(self, element: Element | None) -> Name | None:
        name = read_name(self.source, element, f"{_TBS}.issuer")
        if element and name and not name.rdns:
            # RFC 5280, 4.1.2.4: MUST contain a non-empty distinguished name
            self.source.journal.add("issuer.empty", element.start, f"{_TBS}.issuer")
        return name

    def read_validity(self, element: Element | None) -> None:
        if element is None:
            return
        cursor = Cursor(self.source, element.content, element.end, f"{_TBS}.validity")
        self.not_before = self.read_time(cursor, "notBefore")
        self.not_after = self.read_time(cursor, "notAfter")
        cursor.close()
        if (
            self.not_before is not None
            and self.not_after is not None
            and self.not_after < self.not_before
        ):
            self.source.journal.add("validity.inverted", element.start, cursor.path)

    def read_time(self, cursor: Cursor, part: str) -> int | None:
        path = cursor.name(part)
        element = cursor.take(part)
        if element is None:
            return None
        if element.tag not in {0x17, 0x18}:
            self.source.journal.add(
                "asn1.tag", element.start, path, f"identifier 0x{element.tag:02x} is no Time"
            )
            return None
        generalized = element.tag == 0x18  # GeneralizedTime
        instant, faults = parse_time(self.source.content(element), generalized=generalized)
        for code in faults:
            self.source.journal.add(code, element.content, path)
        if generalized and instant is not None and instant < YEAR_2050:
            # RFC 5280, 4.1.2.5: dates through 2049 MUST be UTCTime
            self.source.journal.add("time.generalized_before_2050", element.start, path)
        return instant

    def read_unique_ids(self, cursor: Cursor) -> None:
        for index, (tag, part) in enumerate(((0x81, "issuerUniqueID"), (0x82, "subjectUniqueID"))):
            if cursor.tag() != tag:
                continue
            element = cursor.take(part)
            if element is None:
                continue
            self.unique_ids[index] = True
            read_bit_string(self.source, element, cursor.name(part))
            if self.version == 1:
                # RFC 5280, 4.1.2.1 and 4.1.2.8: unique identifiers need v2 or v3
                self.source.journal.add(
                    "version.unique_ids_require_v2", element.start, cursor.name(part)
                )

    def read_extensions(self, cursor: Cursor) -> None:
        self.extensions = ()
        if cursor.tag() != 0xA3:  # [3] extensions
            return
        self.extensions = None
        path = cursor.name("extensions")
        wrapper = cursor.take("extensions")
        if wrapper is None:
            return
        if self.version is not None and self.version < MAX_VERSION:
            # RFC 5280, 4.1.2.9: MUST only appear if the version is 3
            self.source.journal.add("version.extensions_require_v3", wrapper.start, path)
        inner = Cursor(self.source, wrapper.content, wrapper.end, path)
        element = inner.expect(0x30, "")
        inner.close()
        if element:
            self.extensions = read_extensions(self.source, element, path)

    def result(self) -> Certificate:
        notes = make_notes(self.source)
        built = Assembly()
        built.der = self.source.octets
        built.notes = notes
        built.well_formed = not any(note.kind in REJECTED for note in notes)
        built.version = _or_unreadable(self.version)
        built.serial = _or_unreadable(self.serial)
        built.serial_octets = self.serial_octets
        built.signature_algorithm = _or_unreadable(self.inner)
        built.outer_algorithm = _or_unreadable(self.outer)
        built.issuer = _or_unreadable(self.issuer)
        built.subject = _or_unreadable(self.subject)
        built.not_before = _or_unreadable(self.not_before)
        built.not_after = _or_unreadable(self.not_after)
        built.public_key = _or_unreadable(self.public_key)
        built.issuer_unique_id, built.subject_unique_id = self.unique_ids
        built.tbs = self.tbs
        built.signature = self.signature
        self.put_extensions(built)
        return built.finish()

    def put_extensions(self, built: Assembly) -> None:
        built.extensions = _or_unreadable(self.extensions)
        index: dict[str, Entry] = {}
        for extension in self.extensions or ():
            # an extension that occurs twice has no one value
            parsed = UNREADABLE if extension.oid in index else extension.parsed
            index[extension.oid] = (extension.oid, parsed, extension.critical)
        built.index = None if self.extensions is None else index
        built.late = []
        built.made = {}
        built.mould = None
        built.extended_key_usage = _one(built.index, "2.5.29.37", ExtendedKeyUsage)
        built.key_usage = _one(built.index, "2.5.29.15", KeyUsage)
        built.basic_constraints = _one(built.index, "2.5.29.19", BasicConstraints)
        built.subject_alt_name = _one(built.index, "2.5.29.17", SubjectAltName)


def _one(index: dict[str, Entry] | None, oid: str, kind: type[_T]) -> _T | Unreadable | None:
    """Return the value of an extension: None if absent, UNREADABLE if it is not exactly one."""
    if index is None:
        return UNREADABLE
    found = index[oid][1] if oid in index else None
    return found if found is None or isinstance(found, kind) else UNREADABLE


def make_notes(source: Source) -> tuple[Note, ...]:
    """Turn the journal into notes, in order of offset."""
    notes = [
        Note(
            code, KINDS[code], offset, path, detail, source.octets[offset : offset + MAX_HEX_BYTES]
        )
        for code, offset, path, detail in source.journal.entries
    ]
    return tuple(sorted(notes, key=lambda note: note.offset))
