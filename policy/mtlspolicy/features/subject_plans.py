"""How the defects of a subject fit its attributes.

Not every set of defects fits every set of attributes: one country cannot be a placeholder
and a proper code, and a single attribute cannot be out of order. A *plan* is a list of
attributes with the defects that each has; a subject exists if there is a plan for it. This
module must not know how a plan is written into a certificate (`forged_subject` does).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.features.organization_id import ATTRIBUTE as ORGANIZATION
from mtlspolicy.features.subject_name import (
    CODED,
    DEFECTS,
    OTHER_ATTRIBUTE,
    RANK,
    REPEATABLE,
    RULES,
    Subject,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

__all__ = [
    "STRUCTURE",
    "Base",
    "Plan",
    "base_of",
    "identified",
    "is_identified",
    "layout",
    "plan",
    "within_reach",
]

Base = tuple[str, ...]
"""For each type of a subject one whose attributes are alike: many sets of types have one base."""

STRUCTURE: Final = frozenset(("repeated", "multivalued", "disorder", "empty-rdn"))
"""The defects that no single value has."""

_NONE: Final[frozenset[str]] = frozenset()
_PRINTABLE: Final = 0x13
_MOST_LAYOUTS: Final = 4096
_MOST_EXTRA: Final = 3
"""Repeated attributes of a plan: enough for one to be merged, one misplaced, one repeated."""


class Plan(NamedTuple):
    """Attributes as (dotted type, defects of its value), and the defects of the structure."""

    attributes: tuple[tuple[str, frozenset[str]], ...]
    structure: frozenset[str]

    @property
    def subject(self) -> Subject:
        """The value that a subject by this plan has."""
        words = self.structure.union(*(defects for _, defects in self.attributes))
        return Subject(frozenset(oid for oid, _ in self.attributes), words)


def plan(types: frozenset[str], wanted: frozenset[str], banned: frozenset[str]) -> Plan | None:
    """Return the smallest plan with these types, the `wanted` defects and none of the `banned`."""
    base = sorted(types, key=_order)
    found = layout(tuple(map(_alike, base)), wanted, banned)
    if found is None:
        return None
    return Plan(tuple([(base[place], carried) for place, carried in found[0]]), found[1])


@lru_cache(maxsize=_MOST_LAYOUTS)
def base_of(types: frozenset[str]) -> Base:
    """Return the base of these types."""
    return tuple([_alike(oid) for oid in sorted(types, key=_order)])


def _order(oid: str) -> tuple[int, str]:
    return RANK.get(oid, len(RANK)), oid


@lru_cache(maxsize=256)
def _alike(oid: str) -> str:
    """Return the first type whose attributes can be placed and carry defects as those of this."""

    def carrier(one: str) -> tuple[bool, bool, tuple[frozenset[str], ...]]:
        return one in RANK, one in REPEATABLE, _options(one)

    mine = carrier(oid)
    return next(one for one in (OTHER_ATTRIBUTE, *RANK, *RULES, oid) if carrier(one) == mine)


@lru_cache(maxsize=_MOST_LAYOUTS)
def layout(
    base: Base, wanted: frozenset[str], banned: frozenset[str]
) -> tuple[list[tuple[int, frozenset[str]]], frozenset[str]] | None:
    """Return the attributes of a plan by their place in `base`, and the defects of its structure.

    `base` has a type for each attribute that is alike: many sets of types have one layout.
    """
    structure = wanted & STRUCTURE
    values = wanted - STRUCTURE
    if not values <= within_reach(frozenset(base), banned):
        return None
    for extra in _extras(base, wanted, banned):
        attributes = (*range(len(base)), *extra)
        if _can_be(base, attributes, structure):
            kinds = tuple([base[place] for place in attributes])
            carried = _carry(kinds, values, banned - STRUCTURE)
            if carried is not None:
                twice = any(base[place] not in REPEATABLE for place in extra)
                repeated = {"repeated"} if twice else set()
                return list(zip(attributes, carried, strict=True)), structure | repeated
    return None


@lru_cache(maxsize=_MOST_LAYOUTS)
def within_reach(base: frozenset[str], banned: frozenset[str]) -> frozenset[str]:
    """Return the defects that some attribute can carry without one that is banned."""
    return frozenset(word for kind in base for option in _allowed(kind, banned) for word in option)


@lru_cache(maxsize=_MOST_LAYOUTS)
def _allowed(oid: str, banned: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Return the sets of defects that one value of this type can have without a banned one."""
    return tuple([option for option in _options(oid) if not option & banned])


def identified(subject: Subject) -> bool:
    """Whether there is one organizationIdentifier, and in its form."""
    return is_identified(base_of(subject.types), subject.defects)


def is_identified(base: Base, defects: frozenset[str]) -> bool:
    """Say so of a subject with this base; what is repeated, only its plan shows."""
    if ORGANIZATION not in base or CODED[ORGANIZATION][0] in defects:
        return False
    return "repeated" not in defects or not _repeats_identifier(base, defects)


@lru_cache(maxsize=_MOST_LAYOUTS)
def _repeats_identifier(base: Base, defects: frozenset[str]) -> bool:
    # No other type is like that of the identifier.
    found = layout(base, defects, frozenset(DEFECTS) - defects)
    return found is None or sum(base[place] == ORGANIZATION for place, _ in found[0]) > 1


def _extras(
    base: Base, wanted: Collection[str], banned: Collection[str]
) -> Iterator[tuple[int, ...]]:
    """Yield the places of attributes that may stand there once more, fewer first."""
    if "repeated" not in wanted:
        yield ()
    once = {place for place, oid in enumerate(base) if oid not in REPEATABLE}
    pool = [place for place in range(len(base)) if place not in once or "repeated" not in banned]
    for size in range(1, _MOST_EXTRA + 1):
        for extra in combinations_with_replacement(pool, size):
            if "repeated" not in wanted or not once.isdisjoint(extra):
                yield extra


def _can_be(base: Base, attributes: Sequence[int], structure: Collection[str]) -> bool:
    """Whether these attributes can have that structure."""
    merged, moved = "multivalued" in structure, "disorder" in structure
    if moved and len({place for place in attributes if base[place] in RANK}) < _TO_MOVE:
        return False
    # Two of different rank change places; two others, or one of them with another, are merged.
    return len(attributes) >= merged + moved + (merged or moved)


_TO_MOVE: Final = 2


@lru_cache(maxsize=_MOST_LAYOUTS)
def _carry(
    attributes: tuple[str, ...], words: frozenset[str], banned: frozenset[str]
) -> tuple[frozenset[str], ...] | None:
    """Spread the defects over the attributes; None where they do not fit."""
    carried = [_NONE] * len(attributes)
    return tuple(carried) if _spread(attributes, sorted(words), banned, carried, _NONE) else None


def _spread(
    attributes: tuple[str, ...],
    words: Sequence[str],
    banned: frozenset[str],
    carried: list[frozenset[str]],
    done: frozenset[str],
) -> bool:
    missing = next((word for word in words if word not in done), None)
    if missing is None:
        return True
    for index, oid in enumerate(attributes):
        if carried[index]:
            continue
        for option in _allowed(oid, banned):
            if missing in option:
                carried[index] = option
                if _spread(attributes, words, banned, carried, done | option):
                    return True
        carried[index] = _NONE
    return False


@lru_cache(maxsize=256)
def _options(oid: str) -> tuple[frozenset[str], ...]:
    """Return the sets of defects that one value of this type can have, smaller ones first."""
    types = [(), ("string-type",)] if oid in RULES else [()]
    contents: list[tuple[str, ...]] = [(), ("placeholder",), ("control",)]
    lengths = [(), ("too-long",)] if RULES.get(oid, ((), 0))[1] else [()]
    found = {frozenset((*t, *c, *n)) for t, c, n in product(types, contents, lengths)}
    if oid in RULES and RULES[oid][0] == {_PRINTABLE}:
        # X.680, 41.4: a PrintableString has no control characters.
        found = {one for one in found if "control" not in one or "string-type" in one}
    if oid in CODED:
        # Whatever is wrong with its text, it has not its form then.
        proper = {frozenset(t) for t in types}
        found = proper | {one | {CODED[oid][0]} for one in found}
    return tuple(sorted(found - {frozenset()}, key=lambda one: (len(one), sorted(one))))
