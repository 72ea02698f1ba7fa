"""Values of no known type, checked to be one DER value all the way down.

This module knows the rules that hold for universal types wherever they stand. It walks
with a stack of its own, so that nesting is bounded by a number and not by luck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der.reader import CONSTRUCTED, Cursor
from mtlspolicy.der.strings import STRING_TAGS, decode_string
from mtlspolicy.der.values import read_bit_string, read_boolean, read_integer, read_null, read_oid
from mtlspolicy.limits import MAX_DER_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mtlspolicy.der.reader import Element, Source

__all__ = ["check_value"]

_PRIMITIVE: Final[dict[int, Callable[[Source, Element, str], object]]] = {
    0x01: read_boolean,
    0x02: read_integer,
    0x03: read_bit_string,
    0x05: read_null,
    0x06: read_oid,
    0x0A: read_integer,
}
_CONSTRUCTED_ONLY: Final = frozenset({0x08, 0x0B, 0x10, 0x11})
_SEQUENCES: Final = frozenset({0x28, 0x2B, 0x30, 0x31})


def check_value(source: Source, element: Element, path: str, depth: int = 0) -> None:
    """Report whatever is not DER in `element` and everything in it.

    `depth` is how deep `element` itself stands.
    """
    _check_one(source, element, path)
    open_values = [_parts(source, element, path)]
    while open_values:
        part = next(open_values[-1], None)
        if part is None:
            open_values.pop()
        elif depth + len(open_values) > MAX_DER_DEPTH:
            source.journal.add("limit.depth", part.start, path)
            return
        else:
            _check_one(source, part, path)
            open_values.append(_parts(source, part, path))


def _parts(source: Source, element: Element, path: str) -> Iterator[Element]:
    if element.tag & CONSTRUCTED:
        for part, _ in Cursor(source, element.content, element.end, path).elements():
            yield part


def _check_one(source: Source, element: Element, path: str) -> None:
    tag = element.tag
    if tag & 0xC0:
        return  # not universal: its type is known to others
    if tag & CONSTRUCTED:
        if tag not in _SEQUENCES:
            source.journal.add(
                "der.string_constructed", element.start, path, f"identifier 0x{tag:02x}"
            )
    elif tag == 0 or tag in _CONSTRUCTED_ONLY:
        source.journal.add("asn1.tag", element.start, path, f"identifier 0x{tag:02x}")
    elif tag in _PRIMITIVE:
        _PRIMITIVE[tag](source, element, path)
    elif tag in STRING_TAGS:
        _, code = decode_string(tag, source.content(element))
        if code:
            source.journal.add(code, element.content, path)
