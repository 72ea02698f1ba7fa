"""Reading what is used or not used: strict DER, or nothing at all.

A certificate that departs from DER is explained; a revocation list or an OCSP response
that does is of no use to anyone (design: strict to accept). This module knows how the
first departure ends the reading. It does not know what is read.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Cursor, Source
from mtlspolicy.der.times import parse_time
from mtlspolicy.der.values import read_bit_string, read_integer, read_named_bits, read_oid
from mtlspolicy.facts.certificate import Extension
from mtlspolicy.facts.codes import KINDS, REJECTED
from mtlspolicy.facts.identifiers import read_names_part
from mtlspolicy.facts.keys import read_algorithm
from mtlspolicy.facts.names import read_name
from mtlspolicy.facts.purposes import read_default_false
from mtlspolicy.limits import MAX_EXTENSIONS
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.der.reader import Element
    from mtlspolicy.facts.certificate import AlgorithmIdentifier, GeneralName, Name

__all__ = ["NOT_DER", "Parts", "Unusable", "read_strictly", "refuse"]

NOT_DER: Final = "revocation.not_der"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Unusable:
    """What could not be used: a code of the catalogue (``revocation.*``), and for people why."""

    code: str
    detail: str = ""


class RefusedError(Exception):
    """Ends a reading; never leaves the functions that `read_strictly` calls."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def refuse(code: str, detail: str = "") -> NoReturn:
    """End the reading for the reason `code`."""
    raise RefusedError(code, detail)


def read_strictly(der: bytes, read: Callable[[Parts], _T]) -> _T | Unusable:
    """Return what `read` makes of the one SEQUENCE that `der` is; total, whatever the bytes."""
    source = Source(der, Journal())
    try:
        outer = Parts(source, 0, len(der), "")
        found = read(outer.inside(0x30, ""))
        outer.close()
        _refuse_departures(source)
    except RefusedError as error:
        return Unusable(error.code, error.detail)
    return found


def _refuse_departures(source: Source) -> None:
    for entry in source.journal.entries:
        if KINDS[entry.code] in REJECTED:
            detail = f"{entry.code} at byte {entry.offset}"
            refuse(NOT_DER, f"{detail}: {entry.detail}" if entry.detail else detail)


class Parts:
    """The elements of one constructed value, read in order; what cannot be read ends it all."""

    __slots__ = ("cursor",)

    def __init__(self, source: Source, start: int, end: int, path: str) -> None:
        self.cursor = Cursor(source, start, end, path)

    @classmethod
    def of(cls, value: bytes, what: str) -> Parts:
        """Enter the octets of an extension's value."""
        return cls(Source(value, Journal()), 0, len(value), what)

    @property
    def source(self) -> Source:
        """The octets."""
        return self.cursor.source

    def more(self) -> bool:
        """Whether there is another element."""
        return self.cursor.position < self.cursor.end

    def tag(self) -> int:
        """The identifier octet of the next element, -1 where there is none."""
        return self.cursor.tag()

    def take(self, tag: int, part: str) -> Element:
        """Read the next element, which must have `tag`."""
        return self._sure(self.cursor.expect(tag, part))

    def inside(self, tag: int, part: str) -> Parts:
        """Enter the next element, which must have `tag`."""
        return self.within(self.take(tag, part), part)

    def within(self, element: Element, part: str) -> Parts:
        """Enter an element of these."""
        return Parts(self.source, element.content, element.end, self.cursor.name(part))

    def close(self) -> None:
        """Refuse anything that is left."""
        self.cursor.close()
        _refuse_departures(self.source)

    def _sure(self, value: _T | None) -> _T:
        """Return a value that was read; where there is none, the journal says why."""
        if value is None:
            _refuse_departures(self.source)
            refuse(NOT_DER, f"{self.cursor.path}: no value of its type")
        return value

    # -- values of the basic types

    def content(self, tag: int, part: str) -> bytes:
        """Read the content octets of the next element, which must have `tag`."""
        return self.source.content(self.take(tag, part))

    def integer(self, part: str, tag: int = 0x02) -> int:
        """Read an INTEGER, or what is encoded like one."""
        return self._sure(read_integer(self.source, self.take(tag, part), part))

    def oid(self, part: str) -> str:
        """Read an OBJECT IDENTIFIER as dotted text."""
        return self._sure(read_oid(self.source, self.take(0x06, part), part))

    def octets_of_bits(self, part: str) -> bytes:
        """Read a BIT STRING of whole octets, as signatures are."""
        unused, octets = self._sure(read_bit_string(self.source, self.take(0x03, part), part))
        if unused:
            refuse(NOT_DER, f"signature.unused_bits: {unused}")
        return octets

    def time(self, part: str) -> int:
        """Read a Time (RFC 5280, 4.1.2.5) as seconds since 1970."""
        generalized = self.tag() == 0x18
        content = self.content(0x18 if generalized else 0x17, part)
        return self._instant(content, part, generalized=generalized)

    def generalized_time(self, part: str) -> int:
        """Read a GeneralizedTime (RFC 6960, 4.2.2.1: as in RFC 5280, 4.1.2.5.2)."""
        return self._instant(self.content(0x18, part), part, generalized=True)

    @staticmethod
    def _instant(content: bytes, part: str, *, generalized: bool) -> int:
        instant, codes = parse_time(content, generalized=generalized)
        if instant is None or codes:
            refuse(NOT_DER, f"{part}: {', '.join(codes)}")
        return instant

    # -- values that certificates have too

    def algorithm(self, part: str) -> AlgorithmIdentifier:
        """Read an AlgorithmIdentifier."""
        element = self.take(0x30, part)
        return self._sure(read_algorithm(self.source, element, self.cursor.name(part)))

    def name(self, part: str) -> Name:
        """Read a distinguished name."""
        element = self.take(0x30, part)
        return self._sure(read_name(self.source, element, self.cursor.name(part)))

    def extensions(self, part: str) -> tuple[Extension, ...]:
        """Read an Extensions; an extension that stands twice has no one meaning."""
        parts = self.inside(0x30, part)
        found: dict[str, Extension] = {}
        while parts.more():
            extension = parts.extension()
            if extension.oid in found or len(found) == MAX_EXTENSIONS:
                refuse(NOT_DER, f"extension.duplicate: {extension.oid}")
            found[extension.oid] = extension
        return tuple(found.values())

    def extension(self) -> Extension:
        """Read one Extension; its value stays octets."""
        element = self.take(0x30, "")
        parts = self.within(element, "")
        oid = parts.oid("extnID")
        critical = parts.flag(0x01, "critical")
        value = parts.content(0x04, "extnValue")
        parts.close()
        return Extension(oid, critical, value, element.start, None)

    def names(self, part: str) -> tuple[GeneralName, ...]:
        """Read a GeneralNames whose tag has been looked at."""
        return self._sure(read_names_part(self.cursor, part))

    def named_bits(self, tag: int, part: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Read a BIT STRING with named bits as the names of those set."""
        return self._sure(read_named_bits(self.source, self.take(tag, part), part, names))

    def flag(self, tag: int, part: str) -> bool:
        """Read a BOOLEAN DEFAULT FALSE, if it stands next."""
        if self.tag() != tag:
            return False
        return self._sure(read_default_false(self.cursor, part))
