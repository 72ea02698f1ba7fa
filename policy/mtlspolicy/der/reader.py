"""Elements: identifier, length, content (X.690, 8.1), read with offsets.

This module knows how one element follows another. It does not know any type: `values`,
`strings`, `times` and `oids` read contents, `generic` what has no known type.

Recovery, so that an odd certificate can still be shown: a length that is too long is cut
at the end of what encloses it, an indefinite length is followed to its end-of-contents.
Each of these is reported; nothing reported here is ever accepted.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.limits import MAX_DER_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.der.journal import Journal

__all__ = [
    "CONSTRUCTED",
    "INDEFINITE",
    "MAX_ELEMENTS",
    "Cursor",
    "Element",
    "Header",
    "Source",
    "read_header",
]

CONSTRUCTED: Final = 0x20
"""The bit of the identifier octet that says that the content is elements (X.690, 8.1.2.5)."""

INDEFINITE: Final = -1
"""The length of a header whose content ends with end-of-contents octets (X.690, 8.1.3.6)."""

MAX_ELEMENTS: Final = 100_000
"""Elements read in one source: ten for each of 10,000 names. A certificate of 64 KiB cannot
have as many, one of a mebibyte could have five times more, each of which takes its time."""

_MAX_TAG_OCTETS: Final = 4
_STRINGS: Final = frozenset(
    {0x03, 0x04, 0x0C, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1A, 0x1B, 0x1C, 0x1E}
)


class Header:
    """Identifier and length of one element.

    `tag` is the identifier octet; for tag numbers above 30 the number stands above the
    low eight bits. `content` is where the content begins, `length` its length in bytes or
    `INDEFINITE`. `faults` are codes that leave the header readable, `fatal` is the code
    of one that does not ("" where there is none).
    """

    __slots__ = ("content", "fatal", "faults", "length", "tag")

    def __init__(self) -> None:
        self.tag = 0
        self.content = 0
        self.length = 0
        self.faults: list[str] = []
        self.fatal = ""


def read_header(octets: bytes, position: int, limit: int) -> Header:
    """Read the header at `position`; no octet at or after `limit` is looked at."""
    header = Header()
    at = _read_identifier(header, octets, position, limit)
    if not header.fatal:
        _read_length(header, octets, at, limit)
    return header


def _read_identifier(header: Header, octets: bytes, position: int, limit: int) -> int:
    if position >= limit:
        header.fatal = "asn1.truncated"
        return position
    first = header.tag = octets[position]
    if first & 0x1F != 0x1F:  # X.690, 8.1.2.4: all ones announce the high-tag-number form
        return position + 1
    return _read_high_tag(header, octets, position + 1, limit)


def _read_high_tag(header: Header, octets: bytes, start: int, limit: int) -> int:
    number = 0
    for at in range(start, min(limit, start + _MAX_TAG_OCTETS)):
        number = number << 7 | octets[at] & 0x7F
        if octets[at] < 0x80:  # X.690, 8.1.2.4.2: bit 8 is set in all but the last
            # X.690, 8.1.2.4.2 c and 8.1.2.2: no leading zero, and numbers below 31 use the low form
            if number <= 30 or octets[start] == 0x80:
                header.faults.append("der.tag_form")
            header.tag = header.tag & 0xE0 | number if number <= 30 else header.tag | number << 8
            return at + 1
    header.fatal = "asn1.truncated" if start + _MAX_TAG_OCTETS > limit else "asn1.tag_number"
    return limit


def _read_length(header: Header, octets: bytes, at: int, limit: int) -> None:
    if at >= limit:
        header.fatal = "asn1.truncated"
        return
    first = octets[at]
    header.content = at + 1
    if first < 0x80:  # X.690, 8.1.3.4: the short form
        header.length = first
    elif first == 0x80:  # X.690, 8.1.3.6
        header.length = INDEFINITE
        header.faults.append("der.length_indefinite")
        if not header.tag & CONSTRUCTED:
            header.fatal = "asn1.primitive_indefinite"
    elif first == 0xFF:  # X.690, 8.1.3.5 c
        header.fatal = "asn1.length_reserved"
    else:
        _read_long_length(header, octets, at + 1, first & 0x7F, limit)


def _read_long_length(header: Header, octets: bytes, start: int, count: int, limit: int) -> None:
    if start + count > limit:
        header.fatal = "asn1.truncated"
        return
    header.content = start + count
    header.length = int.from_bytes(octets[start : start + count], "big")
    # X.690, 10.1: the least number of octets
    if octets[start] == 0 or header.length < 0x80:
        header.faults.append("der.length_not_minimal")


class Element:
    """One element, by its offsets in bytes from the start of the source.

    `tag` is as in `Header`; `start` is where the identifier stands, `content` and `end` are
    where the content does, `after` is where the next element would.
    """

    __slots__ = ("after", "content", "end", "start", "tag")

    def __init__(self, tag: int, start: int, content: int, end: int, after: int) -> None:
        self.tag = tag
        self.start = start
        self.content = content
        self.end = end
        self.after = after


class Source:
    """The octets that are read, and the journal of what was found in them."""

    __slots__ = ("_ends", "_left", "journal", "octets")

    def __init__(self, octets: bytes, journal: Journal) -> None:
        self.octets = octets
        self.journal = journal
        self._ends: dict[int, int] = {}
        self._left = MAX_ELEMENTS

    def element(self, position: int, limit: int, path: str) -> Element | None:
        """Read the element at `position`; None where its end cannot be known."""
        if self._left <= 0:
            self._exhausted(position, path)
            return None
        self._left -= 1
        header = read_header(self.octets, position, limit)
        for code in header.faults:
            self.journal.add(code, position, path)
        if header.fatal:
            self.journal.add(header.fatal, position, path)
            return None
        if header.length == INDEFINITE:
            return self._indefinite(header, position, limit, path)
        end = header.content + header.length
        if end > limit:
            missing = min(end - limit, 1 << 64)
            self.journal.add("asn1.truncated", position, path, f"{missing} octets are missing")
            if not header.tag & CONSTRUCTED:
                return None  # a piece of a value is no value
            end = limit
        return Element(header.tag, position, header.content, end, end)

    def _exhausted(self, position: int, path: str) -> None:
        if self._left == 0:
            self._left = -1
            self.journal.add("limit.elements", position, path)

    def raw(self, element: Element) -> bytes:
        """Return the exact encoding of `element`."""
        return self.octets[element.start : element.after]

    def content(self, element: Element) -> bytes:
        """Return the content octets of `element`."""
        return self.octets[element.content : element.end]

    def _indefinite(self, header: Header, position: int, limit: int, path: str) -> Element | None:
        if header.content not in self._ends:
            self._find_ends(header.content, limit)
        end = self._ends.get(header.content)
        if end is None:
            self.journal.add("asn1.end_of_contents", position, path)
            return None
        return Element(header.tag, position, header.content, end, end + 2)

    def _find_ends(self, position: int, limit: int) -> None:
        """Note where this indefinite element ends, and all inside it: one pass for all levels."""
        octets = self.octets
        open_elements = [position]
        at = position
        while open_elements and at + 2 <= limit and self._left > 0:
            self._left -= 1
            if octets[at] == 0 and octets[at + 1] == 0:
                self._ends[open_elements.pop()] = at
                at += 2
                continue
            header = read_header(octets, at, limit)
            if header.fatal or len(open_elements) > MAX_DER_DEPTH:
                return
            at = header.content + max(header.length, 0)
            if header.length == INDEFINITE:
                open_elements.append(header.content)


class Cursor:
    """Reads the elements of one constructed value in order.

    `whole` turns False once an element could not be read, so that the rest was given up.
    """

    __slots__ = ("end", "path", "position", "source", "whole")

    def __init__(self, source: Source, start: int, end: int, path: str) -> None:
        self.source = source
        self.position = start
        self.end = end
        self.path = path
        self.whole = True

    def tag(self) -> int:
        """Return the identifier octet of the next element, -1 where there is none."""
        return self.source.octets[self.position] if self.position < self.end else -1

    def name(self, part: str) -> str:
        """Return the path of a part of this value; a part may be an index (``[3]``)."""
        return f"{self.path}.{part}" if self.path and part and part[0] != "[" else self.path + part

    def take(self, part: str) -> Element | None:
        """Read the next element, whatever its tag; if it cannot be read, the rest is given up."""
        if self.position >= self.end:
            self.source.journal.add("asn1.missing_element", self.position, self.name(part))
            return None
        return self._next(self.name(part))

    def expect(self, tag: int, part: str) -> Element | None:
        """Read the next element, which must have `tag`."""
        element = self.take(part)
        if element is None or element.tag == tag:
            return element
        self.source.journal.add(*_wrong_tag(element, tag, self.name(part)))
        return None

    def elements(self) -> Iterator[tuple[Element, str]]:
        """Yield the elements that are left, each with its path."""
        index = 0
        while self.position < self.end:
            path = f"{self.path}[{index}]"
            element = self._next(path)
            if element:
                yield element, path
            index += 1

    def _next(self, path: str) -> Element | None:
        element = self.source.element(self.position, self.end, path)
        if element is None:
            self.whole = False
            self.position = self.end
        else:
            self.position = element.after
        return element

    def close(self, code: str = "asn1.unexpected_element") -> None:
        """Report what is left, if anything is."""
        if self.position < self.end:
            self.source.journal.add(
                code, self.position, self.path, f"{self.end - self.position} octets too many"
            )


def _wrong_tag(element: Element, tag: int, path: str) -> tuple[str, int, str, str]:
    detail = f"identifier 0x{element.tag:02x} where 0x{tag:02x} is due"
    if element.tag == tag | CONSTRUCTED and (tag in _STRINGS or tag & 0xC0 == 0x80):
        return "der.string_constructed", element.start, path, detail
    return "asn1.tag", element.start, path, detail
