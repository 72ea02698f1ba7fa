"""Which subjects there can be: the abstraction of the feature `subject`.

Not every set of defects fits every set of attributes: one country cannot be a placeholder
and a proper code, and a single attribute cannot be out of order. A *plan* is a list of
attributes with the defects that each has; a subject exists if there is a plan for it. This
module must not know how a plan is written into a certificate (`forged_subject` does).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.features.optional import named_in
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
from mtlspolicy.features.words import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mtlspolicy.features.base import Call

__all__ = ["Plan", "identified", "plan", "points"]

_STRUCTURE: Final = frozenset(("repeated", "multivalued", "disorder", "empty-rdn"))
_PRINTABLE: Final = 0x13
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


# -- plans


@lru_cache(maxsize=4096)
def plan(types: frozenset[str], wanted: frozenset[str], banned: frozenset[str]) -> Plan | None:
    """Return the smallest plan with these types, the `wanted` defects and none of the `banned`."""
    base = sorted(types, key=lambda oid: (RANK.get(oid, len(RANK)), oid))
    structure = wanted & _STRUCTURE
    values = wanted - _STRUCTURE
    for extra in _extras(base, wanted, banned):
        attributes = [*base, *extra]
        if _can_be(attributes, structure):
            carried = _carry(attributes, sorted(values), banned)
            if carried is not None:
                repeated = {"repeated"} if _repeats(attributes) else set()
                return Plan(tuple(zip(attributes, carried, strict=True)), structure | repeated)
    return None


def identified(subject: Subject) -> bool:
    """Whether the plan of a subject has one organizationIdentifier, and in its form."""
    if ORGANIZATION not in subject.types:
        return False
    found = plan(subject.types, subject.defects, frozenset(DEFECTS) - subject.defects)
    carried = [] if found is None else [d for oid, d in found.attributes if oid == ORGANIZATION]
    return len(carried) == 1 and CODED[ORGANIZATION][0] not in carried[0]


def _extras(
    base: list[str], wanted: Collection[str], banned: Collection[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the attributes that may stand there once more, fewer first."""
    pool = [oid for oid in base if oid in REPEATABLE or "repeated" not in banned]
    for size in range(_MOST_EXTRA + 1):
        for extra in combinations_with_replacement(pool, size):
            if "repeated" not in wanted or any(oid not in REPEATABLE for oid in extra):
                yield extra


def _repeats(attributes: list[str]) -> bool:
    once = [oid for oid in attributes if oid not in REPEATABLE]
    return len(set(once)) != len(once)


def _can_be(attributes: list[str], structure: Collection[str]) -> bool:
    """Whether these attributes can have that structure."""
    merged, moved = "multivalued" in structure, "disorder" in structure
    ranked = {oid for oid in attributes if oid in RANK}
    # Two of different rank change places; two others, or one of them with another, are merged.
    return (not moved or len(ranked) > 1) and len(attributes) >= merged + moved + (merged or moved)


def _carry(
    attributes: list[str], words: Sequence[str], banned: frozenset[str]
) -> list[frozenset[str]] | None:
    """Spread the defects over the attributes; None where they do not fit."""
    carried: list[frozenset[str]] = [frozenset()] * len(attributes)
    return carried if _spread(attributes, words, banned, carried) else None


def _spread(
    attributes: list[str],
    words: Sequence[str],
    banned: frozenset[str],
    carried: list[frozenset[str]],
) -> bool:
    missing = next((word for word in words if not any(word in one for one in carried)), None)
    if missing is None:
        return True
    for index, oid in enumerate(attributes):
        if carried[index]:
            continue
        for option in _options(oid):
            if missing in option and not option & banned:
                carried[index] = option
                if _spread(attributes, words, banned, carried):
                    return True
        carried[index] = frozenset()
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


# -- points


def points(calls: Sequence[Call]) -> Iterator[Subject]:
    """Yield subjects that show every combination of answers, plain ones first."""
    defects = named_in([c.arguments[0] for c in calls if c.atom.name == "subject.defect"])
    classes: dict[tuple[bool, ...], list[str]] = {}
    for word, mark in defects.items():
        classes.setdefault(mark, []).append(word)
    for large in (False, True):
        for types in _type_sets(calls, large=large):
            yield from _with_defects(frozenset(types), list(classes.values()))


def _with_defects(types: frozenset[str], classes: list[list[str]]) -> Iterator[Subject]:
    """Yield one subject of these types for each choice of classes of defects, if there is one."""
    for taken in product((False, True), repeat=len(classes)):
        banned = frozenset(w for c, take in zip(classes, taken, strict=True) if not take for w in c)
        wanted = [c for c, take in zip(classes, taken, strict=True) if take]
        for words in product(*wanted):
            found = plan(types, frozenset(words), banned)
            if found is not None:
                yield found.subject
                break


def _type_sets(calls: Sequence[Call], *, large: bool) -> Iterator[tuple[str, ...]]:
    """Yield sets of attribute types.

    Types named by the same calls are alike: of such a class none or all are there, and where a
    call asks for all of them, some. With `large` they are as many as possible, for more
    attributes can have more defects.
    """
    asked = [c for c in calls if c.arguments and c.atom.name != "subject.defect"]
    lists = [c.arguments[0] for c in asked]
    named = named_in([(a,) if isinstance(a, str) else a for a in lists])
    whole = {oid for c in asked if c.atom.name == "subject.includes_all" for oid in c.arguments[0]}
    classes: dict[tuple[bool, ...], list[str]] = {}
    for oid, mark in named.items():
        classes.setdefault(mark, []).append(oid)
    unnamed = [OTHER_ATTRIBUTE, *(oid for oid in ATTRIBUTES if oid not in named)]
    takes = [
        list((_parts if members[0] in whole else _states)(members, large=large))
        for members in (*classes.values(), unnamed)
    ]
    for parts in sorted(product(*takes), key=lambda parts: sum(map(len, parts))):
        yield tuple(oid for part in parts for oid in part)


def _states(members: list[str], *, large: bool) -> Iterator[tuple[str, ...]]:
    """Yield none of the members, and one or all: for calls that do not tell more apart."""
    yield ()
    yield tuple(members if large else members[:1])


def _parts(members: list[str], *, large: bool) -> Iterator[tuple[str, ...]]:
    """Yield none, some and all of the members."""
    yield ()
    if large:
        for left_out in members if len(members) > 1 else ():
            yield tuple(oid for oid in members if oid != left_out)
    elif len(members) > 1:
        yield tuple(members[:1])
    yield tuple(members)
