"""Reading name constraints (RFC 5280, 4.2.1.10).

This module knows one extension value. It applies no constraint to any name.
"""

# ruff: noqa: PLR2004 - tags and lengths are numbers in X.690 too; names would hide them

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.der.reader import Cursor
from mtlspolicy.der.values import read_unsigned
from mtlspolicy.facts.certificate import GeneralSubtree, NameConstraints
from mtlspolicy.facts.names import read_general_name
from mtlspolicy.limits import MAX_NAMES

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element, Source

__all__ = ["read_name_constraints"]


def read_name_constraints(
    source: Source, element: Element, path: str, *, critical: bool
) -> NameConstraints | None:
    """Read a NameConstraints; both lists may be absent."""
    cursor = Cursor(source, element.content, element.end, path)
    if cursor.position == cursor.end:
        # RFC 5280, 4.2.1.10: MUST NOT issue where name constraints is an empty sequence
        source.journal.add("name_constraints.empty", element.start, path)
    readable = True
    lists: list[tuple[GeneralSubtree, ...] | None] = []
    for tag, part in ((0xA0, "permittedSubtrees"), (0xA1, "excludedSubtrees")):
        subtrees: tuple[GeneralSubtree, ...] | None = None
        if cursor.tag() == tag:
            subtrees = _read_subtrees(cursor, part)
            readable = readable and subtrees is not None
        lists.append(subtrees)
    readable = readable and cursor.position == cursor.end
    cursor.close()
    return NameConstraints(lists[0], lists[1], critical) if readable else None


def _read_subtrees(outer: Cursor, part: str) -> tuple[GeneralSubtree, ...] | None:
    element = outer.take(part)
    if element is None:
        return None
    cursor = Cursor(outer.source, element.content, element.end, outer.name(part))
    if cursor.position == cursor.end:
        outer.source.journal.add("asn1.empty_list", element.start, cursor.path)
    subtrees: list[GeneralSubtree | None] = []
    while cursor.position < cursor.end:
        if len(subtrees) == MAX_NAMES:
            outer.source.journal.add("limit.names", cursor.position, cursor.path)
            return None
        subtrees.append(_read_subtree(cursor, f"[{len(subtrees)}]"))
    readable = tuple(subtree for subtree in subtrees if subtree is not None)
    return readable if len(readable) == len(subtrees) else None


def _read_subtree(outer: Cursor, part: str) -> GeneralSubtree | None:
    source = outer.source
    element = outer.expect(0x30, part)
    if element is None:
        return None
    cursor = Cursor(source, element.content, element.end, outer.path + part)
    base_element = cursor.take("base")
    base = (
        read_general_name(source, base_element, cursor.name("base"), constraint=True)
        if base_element
        else None
    )
    minimum: int | None = 0
    maximum: int | None = None
    readable = True
    if cursor.tag() == 0x80:  # [0] minimum, DEFAULT 0
        minimum = _read_minimum(cursor)
    if cursor.tag() == 0x81:  # [1] maximum
        bound = cursor.take("maximum")
        maximum = read_unsigned(source, bound, cursor.name("maximum")) if bound else None
        readable = maximum is not None
    readable = readable and cursor.position == cursor.end
    cursor.close()
    if base is None or minimum is None or not readable:
        return None
    if minimum or maximum is not None:
        # RFC 5280, 4.2.1.10: minimum MUST be zero, and maximum MUST be absent
        source.journal.add("name_constraints.distance", element.start, cursor.path)
    return GeneralSubtree(base, minimum, maximum)


def _read_minimum(cursor: Cursor) -> int | None:
    element = cursor.take("minimum")
    value = read_unsigned(cursor.source, element, cursor.name("minimum")) if element else None
    if element is not None and value == 0:
        cursor.source.journal.add("der.default_encoded", element.start, cursor.name("minimum"), "0")
    return value
