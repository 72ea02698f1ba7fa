"""Which subjects there can be: the abstraction of the feature `subject`.

Not every set of defects fits every set of attributes: one country cannot be a placeholder
and a proper code, and a single attribute cannot be out of order. A *plan* is a list of
attributes with the defects that each has; a subject exists if there is a plan for it. This
module must not know how a plan is written into a certificate (`forged_subject` does).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, combinations_with_replacement, product
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
    from collections.abc import Collection, Hashable, Iterator, Sequence

    from mtlspolicy.features.base import Call

__all__ = ["Plan", "identified", "plan", "points"]

_STRUCTURE: Final = frozenset(("repeated", "multivalued", "disorder", "empty-rdn"))
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


# -- plans


def plan(types: frozenset[str], wanted: frozenset[str], banned: frozenset[str]) -> Plan | None:
    """Return the smallest plan with these types, the `wanted` defects and none of the `banned`."""
    base = sorted(types, key=_order)
    layout = _layout(tuple(map(_alike, base)), wanted, banned)
    if layout is None:
        return None
    return Plan(tuple([(base[place], carried) for place, carried in layout[0]]), layout[1])


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
def _layout(
    base: tuple[str, ...], wanted: frozenset[str], banned: frozenset[str]
) -> tuple[list[tuple[int, frozenset[str]]], frozenset[str]] | None:
    """Return the attributes of a plan by their place in `base`, and the defects of its structure.

    `base` has a type for each attribute that is alike: many sets of types have one layout.
    """
    structure = wanted & _STRUCTURE
    values = wanted - _STRUCTURE
    if not values <= _within_reach(base, banned):
        return None
    for extra in _extras(base, wanted, banned):
        attributes = [*range(len(base)), *extra]
        if _can_be(base, attributes, structure):
            kinds = [base[place] for place in attributes]
            carried = _carry(kinds, sorted(values), banned)
            if carried is not None:
                repeated = {"repeated"} if _repeats(base, attributes) else set()
                return list(zip(attributes, carried, strict=True)), structure | repeated
    return None


def _within_reach(base: tuple[str, ...], banned: frozenset[str]) -> set[str]:
    """Return the defects that some attribute can carry without one that is banned."""
    options = {option for kind in set(base) for option in _options(kind)}
    return {word for option in options if not option & banned for word in option}


def identified(subject: Subject) -> bool:
    """Whether the plan of a subject has one organizationIdentifier, and in its form."""
    if ORGANIZATION not in subject.types:
        return False
    found = plan(subject.types, subject.defects, frozenset(DEFECTS) - subject.defects)
    carried = [] if found is None else [d for oid, d in found.attributes if oid == ORGANIZATION]
    return len(carried) == 1 and CODED[ORGANIZATION][0] not in carried[0]


def _extras(
    base: tuple[str, ...], wanted: Collection[str], banned: Collection[str]
) -> Iterator[tuple[int, ...]]:
    """Yield the places of attributes that may stand there once more, fewer first."""
    once = {place for place, oid in enumerate(base) if oid not in REPEATABLE}
    pool = [place for place in range(len(base)) if place not in once or "repeated" not in banned]
    for size in range(_MOST_EXTRA + 1):
        for extra in combinations_with_replacement(pool, size):
            if "repeated" not in wanted or not once.isdisjoint(extra):
                yield extra


def _repeats(base: tuple[str, ...], attributes: list[int]) -> bool:
    once = [place for place in attributes if base[place] not in REPEATABLE]
    return len(set(once)) != len(once)


def _can_be(base: tuple[str, ...], attributes: list[int], structure: Collection[str]) -> bool:
    """Whether these attributes can have that structure."""
    merged, moved = "multivalued" in structure, "disorder" in structure
    ranked = {place for place in attributes if base[place] in RANK}
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
    """Yield a subject for every combination of answers and of `identified`, plain ones first."""
    on_types = [c for c in calls if c.atom.name != "subject.defect"]
    choices = _choices([c.arguments[0] for c in calls if c.atom.name == "subject.defect"])
    # Which defects fit together is a matter of what each attribute can carry, not of its type.
    fitting: dict[Hashable, tuple[frozenset[str], bool] | None] = {}
    shown: dict[Hashable, bool] = {}
    for types in chain(_type_sets(calls, large=False), _type_sets(calls, large=True)):
        base = tuple([_alike(oid) for oid in sorted(types, key=_order)])
        plain = Subject(frozenset(types), frozenset())
        answers = tuple([call.answer(plain) for call in on_types])
        for number, choice in enumerate(choices):
            # Whatever goes with a subject that is not `identified` goes with one that is.
            known = shown.get((answers, number))
            if known or (known is False and ORGANIZATION not in types):
                continue
            if (base, number) not in fitting:
                fitting[base, number] = _chosen(plain.types, choice)
            found = fitting[base, number]
            if found is not None and found[1] is not known:
                shown[answers, number] = found[1]
                yield Subject(plain.types, found[0])


class _Choice(NamedTuple):
    """Of each class of `wanted` one defect is there; none of the `banned` ones is."""

    wanted: tuple[tuple[str, ...], ...]
    banned: frozenset[str]


def _choices(lists: list[tuple[str, ...]]) -> list[_Choice]:
    """List the choices of defects that some questions tell apart."""
    classes: dict[tuple[bool, ...], list[str]] = {}
    for word, mark in named_in(lists).items():
        classes.setdefault(mark, []).append(word)
    found = []
    for taken in product((False, True), repeat=len(classes)):
        parts = list(zip(classes.values(), taken, strict=True))
        wanted = tuple([tuple(words) for words, there in parts if there])
        banned = frozenset(word for words, there in parts if not there for word in words)
        found.append(_Choice(wanted, banned))
    return found


def _chosen(types: frozenset[str], choice: _Choice) -> tuple[frozenset[str], bool] | None:
    """Return the defects of a subject with these types, and whether it is `identified`."""
    for words in product(*choice.wanted):
        found = plan(types, frozenset(words), choice.banned)
        if found is not None:
            return found.subject.defects, identified(found.subject)
    return None


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
