"""Which subjects there can be: the abstraction of the feature `subject`.

What is asked of the types of attributes and what is asked of the defects are answered apart.
Which defects go with which types is a matter of `subject_plans`.
"""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.features.optional import named_in
from mtlspolicy.features.organization_id import ATTRIBUTE as ORGANIZATION
from mtlspolicy.features.sets import alike
from mtlspolicy.features.subject_name import OTHER_ATTRIBUTE, Subject
from mtlspolicy.features.subject_plans import (
    STRUCTURE,
    base_of,
    is_identified,
    layout,
    within_reach,
)
from mtlspolicy.features.words import ATTRIBUTES
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from mtlspolicy.features.base import Call, Truth
    from mtlspolicy.features.subject_plans import Base

__all__ = ["points"]

_NONE: Final[frozenset[str]] = frozenset()
_ABOUT_DEFECTS: Final = "subject.defect"
_ABOUT_SEVERAL: Final = "subject.includes_all"


def points(calls: Sequence[Call]) -> Iterator[Subject]:
    """Yield a subject for every combination of answers and of `identified`, plain ones first.

    What is asked of the types and what is asked of the defects are answered apart. Of each
    answer to the former, a mask says which choices of defects are still to be shown.
    """
    choices = _choices([c.arguments[0] for c in calls if c.atom.name == _ABOUT_DEFECTS])
    every = (1 << len(choices)) - 1
    left: dict[Hashable, _Left] = {}
    bases: dict[Base, _Base] = {}
    shown: set[Hashable] = set()
    for types, answers in _type_sets([c for c in calls if c.atom.name != _ABOUT_DEFECTS]):
        still = left.get(answers)
        if still is None:
            still = left[answers] = _Left(every, every)
        if not (still.identified if ORGANIZATION in types else still.at_all):
            continue
        one = base_of(types)
        base = bases.get(one)
        if base is None:
            base = bases[one] = _Base(one, choices)
        for number in base.worth(still):
            found = base.chosen(number)
            if found is None or not still.takes(number, identified=found[1]):
                continue
            row = answers, choices[number].told, found[1]
            if row not in shown:
                shown.add(row)
                yield Subject(types, found[0])


class _Choice(NamedTuple):
    """Of each class of `wanted` one defect is there; none of the `banned` ones is.

    `told` is what the questions say to that.
    """

    wanted: tuple[tuple[str, ...], ...]
    banned: frozenset[str]
    told: frozenset[int]


def _choices(lists: list[tuple[str, ...]]) -> list[_Choice]:
    """List the choices of defects that some questions tell apart."""
    named = named_in(lists)
    classes = alike(named)
    found = []
    for taken in product((False, True), repeat=len(classes)):
        parts = list(zip(classes, taken, strict=True))
        wanted = tuple([tuple(words) for words, there in parts if there])
        banned = frozenset(word for words, there in parts if not there for word in words)
        told = [n for words in wanted for n, one in enumerate(named[words[0]]) if one]
        found.append(_Choice(wanted, banned, frozenset(told)))
    return found


@dataclass(slots=True)
class _Left:
    """Masks of the choices not shown at all, and of those not shown by what is `identified`.

    Whatever goes with a subject that is not `identified` goes with one that is.
    """

    at_all: int
    identified: int

    def takes(self, number: int, *, identified: bool) -> bool:
        """Note that a choice can be shown, and say whether that was left to do."""
        mine = 1 << number
        new = self.identified if identified else self.at_all
        self.at_all &= ~mine
        if identified:
            self.identified &= ~mine
        return bool(new & mine)


class _Base:
    """What subjects of one base can show: each choice is tried once."""

    def __init__(self, base: Base, choices: Sequence[_Choice]) -> None:
        self._base = base
        self._choices = choices
        self._found: dict[int, tuple[frozenset[str], bool] | None] = {}
        self._never = 0
        self._plain = 0 if ORGANIZATION in base else (1 << len(choices)) - 1

    def worth(self, left: _Left) -> Iterator[int]:
        """Yield the choices that are left and that this base may show."""
        mask = (left.at_all | left.identified & ~self._plain) & ~self._never
        while mask:
            lowest = mask & -mask
            yield lowest.bit_length() - 1
            mask ^= lowest

    def chosen(self, number: int) -> tuple[frozenset[str], bool] | None:
        """Return the defects that show a choice, and whether the subject is `identified`."""
        if number not in self._found:
            found = self._found[number] = _chosen(self._base, self._choices[number])
            if found is None:
                self._never |= 1 << number
            elif not found[1]:
                self._plain |= 1 << number
        return self._found[number]


def _chosen(base: Base, choice: _Choice) -> tuple[frozenset[str], bool] | None:
    """Return the first defects that show a choice, and whether the subject is `identified`."""
    reach = within_reach(frozenset(base), choice.banned) | STRUCTURE
    for words in product(*[[word for word in one if word in reach] for one in choice.wanted]):
        found = layout(base, frozenset(words), choice.banned)
        if found is not None:
            defects = found[1].union(*[carried for _, carried in found[0]])
            return defects, is_identified(base, defects)
    return None


def _type_sets(calls: Sequence[Call]) -> Iterator[tuple[frozenset[str], Hashable]]:
    """Yield sets of attribute types with what the calls answer on them.

    Types named by the same calls are alike: of such a class none or all are there, and where a
    call asks for all of them, some. At first there are as few as can be, smaller sets first,
    then as many: for more attributes can have more defects.
    """
    lists = [c.arguments[0] for c in calls if c.arguments]
    named = named_in([(a,) if isinstance(a, str) else a for a in lists])
    whole = {oid for c in calls if c.atom.name == _ABOUT_SEVERAL for oid in c.arguments[0]}
    unnamed = [OTHER_ATTRIBUTE, *(oid for oid in ATTRIBUTES if oid not in named)]
    classes = [*alike(named), unnamed]
    answers = _Answers(calls, [members[0] in whole for members in classes])
    for large in (False, True):
        takes = [
            list((_parts if members[0] in whole else _states)(members, large=large))
            for members in classes
        ]
        for parts in sorted(product(*takes), key=lambda parts: sum(map(len, parts))):
            yield frozenset(chain.from_iterable(parts)), answers.of(parts)


class _Answers:
    """What some calls answer on sets of types that are put together from parts.

    Only one atom asks for several types at a time. Any other answers as on no attribute, unless
    one of the attributes turns that by itself.
    """

    def __init__(self, calls: Sequence[Call], whole: Sequence[bool]) -> None:
        self._single = [call for call in calls if call.atom.name != _ABOUT_SEVERAL]
        self._several = [call for call in calls if call.atom.name == _ABOUT_SEVERAL]
        self._whole = [place for place, there in enumerate(whole) if there]
        self._turned: dict[tuple[str, ...], int] = {}
        self._together: dict[Hashable, tuple[Truth, ...]] = {}

    def of(self, parts: Sequence[tuple[str, ...]]) -> Hashable:
        """Return what tells the answers on the attributes of all parts from others."""
        turned = 0
        for part in parts:
            mask = self._turned.get(part)
            turned |= self._turn(part) if mask is None else mask
        some = tuple([parts[place] for place in self._whole])
        together = self._together.get(some)
        if together is None:
            types = frozenset(chain.from_iterable(some))
            together = self._together[some] = _answered(self._several, types)
        return turned, together

    def _turn(self, part: tuple[str, ...]) -> int:
        """Return the answers that an attribute of this part turns, as a mask."""
        none = _answered(self._single, _NONE)
        mask = 0
        for oid in part:
            pairs = zip(none, _answered(self._single, frozenset((oid,))), strict=True)
            mask |= sum(1 << place for place, (one, other) in enumerate(pairs) if one != other)
        self._turned[part] = mask
        return mask


def _answered(calls: Sequence[Call], types: frozenset[str]) -> tuple[Truth, ...]:
    subject = Subject(types, _NONE)
    return tuple([call.answer(subject) for call in calls])


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
