"""Values of one feature that show every answer to some questions, each answer worked out once.

The variables of all certificates are listed from the same values, for each shows the answers
to all questions and so those to some of them. What questions look at of a value, its aspects,
is often the same for many values: each is asked once. This module knows no chains.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.features.constraints import exists, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from mtlspolicy.features.base import Call, Feature, Truth

    Row = tuple[int, ...]

__all__ = ["Kinds", "Listing", "Points", "Told", "masks_of"]


_UNKNOWN: Final = 2
_TRUE: Final = bytes.maketrans(bytes((True, False, _UNKNOWN)), b"100")
_FALSE: Final = bytes.maketrans(bytes((True, False, _UNKNOWN)), b"010")


def masks_of(answers: Sequence[Truth]) -> tuple[int, int]:
    """Return the masks of the values of which the answer is true, and false."""
    return _masks(bytes(map(_code, reversed(answers))))


def _code(answer: Truth) -> int:
    return _UNKNOWN if answer is None else answer


def _masks(codes: bytes) -> tuple[int, int]:
    """Return those of the answers with these codes, the last one first."""
    return int(codes.translate(_TRUE), 2), int(codes.translate(_FALSE), 2)


class Kinds:
    """The kind of a value: all that constraints and laws tell of it, by these functions.

    On the values of one kind, each of the functions returns the same.
    """

    def __init__(self, functions: Sequence[Callable[[Any], Hashable]]) -> None:
        self.functions = frozenset(functions)
        self._telling = telling(dict.fromkeys(functions))

    def of(self, value: Any) -> Hashable:  # noqa: ANN401 - any value
        """Return the kind of a value."""
        return tuple([function(value) for function in self._telling])


class Told:
    """What is known of listed values: what they answer, and of which kinds they are."""

    def __init__(
        self,
        answers: Mapping[Call, tuple[Sequence[Truth], Sequence[int]]],
        kinds: Kinds,
        numbers: Sequence[int],
    ) -> None:
        self._answers = answers
        self._known: dict[Call, tuple[int, int]] = {}
        self._kinds = kinds
        self._numbers = numbers
        self._by_kind: tuple[int, ...] = ()

    def masks(self, call: Call) -> tuple[int, int] | None:
        """Return the masks of the values that say yes and no, None where that is not known."""
        known = self._known.get(call)
        if known is None and call in self._answers:
            answers, column = self._answers[call]
            codes = [_code(answer) for answer in answers]
            known = self._known[call] = _masks(bytes([codes[n] for n in reversed(column)]))
        return known

    def by_kind(self, function: Callable[[Any], Hashable]) -> tuple[int, ...]:
        """Return masks of values on each of which the function returns the same, if known."""
        if function not in self._kinds.functions:
            return ()
        if not self._by_kind:
            found: dict[int, int] = {}
            for place, number in enumerate(self._numbers):
                found[number] = found.get(number, 0) | 1 << place
            self._by_kind = tuple(found.values())
        return self._by_kind


class Listing(NamedTuple):
    """The values of a variable; which are no deviations, and which no strange ones.

    `told` is what is known of them already.
    """

    values: tuple[Any, ...]
    plain: int = 1
    familiar: int = 1
    told: Told | None = None


class _Aspect:
    """What some calls look at of a value; their answers to it have a number."""

    def __init__(self, look: Callable[[Any], Hashable] | None, calls: Sequence[Call]) -> None:
        self.calls = calls
        self.answers: list[tuple[Truth, ...]] = []
        self._look = look
        self._numbers: dict[tuple[Truth, ...], int] = {}
        self._seen: dict[Hashable, int] = {}

    def number(self, value: Any) -> int:  # noqa: ANN401 - any value
        """Return the number of what the calls answer on a value."""
        if self._look is None:
            return self._asked(value)
        seen = self._look(value)
        number = self._seen.get(seen)
        if number is None:
            number = self._seen[seen] = self._asked(value)
        return number

    def _asked(self, value: Any) -> int:  # noqa: ANN401 - any value
        answers = tuple([call.atom.test(value, *call.arguments) for call in self.calls])
        number = self._numbers.setdefault(answers, len(self.answers))
        if number == len(self.answers):
            self.answers.append(answers)
        return number

    def of(self, calls: frozenset[Call]) -> tuple[dict[Call, list[Truth]], list[int]]:
        """Return per number what some of the calls answer, and the first number that does so."""
        mine = {n: call for n, call in enumerate(self.calls) if call in calls}
        answers = {call: [row[n] for row in self.answers] for n, call in mine.items()}
        rows = list(zip(*answers.values(), strict=True)) or [()] * len(self.answers)
        firsts: dict[tuple[Truth, ...], int] = {}
        return answers, [firsts.setdefault(row, n) for n, row in enumerate(rows)]


class Points:
    """One value per combination of answers to `calls` and of kind.

    The kind is what constraints between features tell apart.
    """

    def __init__(self, feature: Feature[Any], calls: Sequence[Call], kinds: Kinds) -> None:
        self._feature = feature
        self._kinds = kinds
        self._numbers: dict[Hashable, int] = {}
        by_aspect: dict[Callable[[Any], Hashable] | None, list[Call]] = {}
        for call in calls:
            by_aspect.setdefault(feature.aspect(call.atom), []).append(call)
        self._aspects = [_Aspect(*one) for one in by_aspect.items()]
        self._listings: dict[Hashable, Listing] = {}
        table: dict[Row, Any] = {}
        for value in feature.points(calls):
            if exists(feature.name, value):
                table.setdefault(self._row(value), value)
        self.values = tuple(table.values())
        self._rows = tuple(table)

    def _row(self, value: Any) -> Row:  # noqa: ANN401 - any value
        """The numbers of the kind of a value, and of its answers per aspect."""
        kind = self._numbers.setdefault(self._kinds.of(value), len(self._numbers))
        return kind, *[aspect.number(value) for aspect in self._aspects]

    def listing(self, calls: Sequence[Call], known: Sequence[Any]) -> Listing:
        """One value per combination of answers to some of the calls, the known ones first."""
        key = frozenset(calls), tuple(known)
        found = self._listings.get(key)
        if found is None:
            found = self._listings[key] = self._listed(*key)
        return found

    def _listed(self, calls: frozenset[Call], known: Sequence[Any]) -> Listing:
        first = [value for value in known if exists(self._feature.name, value)]
        rows = [self._row(value) for value in first]
        asked = [aspect.of(calls) for aspect in self._aspects]
        kinds, *numbers = zip(*rows, *self._rows, strict=True)
        columns = [
            map(firsts.__getitem__, column)
            for (_, firsts), column in zip(asked, numbers, strict=True)
        ]
        keys = list(zip(kinds, *columns, strict=True))
        familiar = len(set(keys[: len(first)]))
        table: dict[Row, Any] = {}
        for key, value in zip(keys, chain(first, self.values), strict=True):
            table.setdefault(key, value)
        kinds, *numbers = zip(*table, strict=True)
        answers = {
            call: (some[call], column)
            for (some, _), column in zip(asked, numbers, strict=True)
            for call in some
        }
        told = Told(answers, self._kinds, kinds)
        return Listing(tuple(table.values()), 1, (1 << familiar) - 1, told)
