"""Values of one feature that show every answer to some questions, each answer worked out once.

The variables of all certificates are listed from the same values, for each shows the answers
to all questions and so those to some of them. What questions look at of a value, its aspects,
is often the same for many values: each is asked once. This module knows no chains.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from mtlspolicy.features.constraints import exists

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from mtlspolicy.features.base import Call, Feature, Truth

    Row = tuple[int, ...]

__all__ = ["Listing", "Points"]


class Listing(NamedTuple):
    """The values of a variable; which are no deviations, and which no strange ones.

    `answers` has per question what each value answers, where that is known already.
    """

    values: tuple[Any, ...]
    plain: int = 1
    familiar: int = 1
    answers: Mapping[Call, Sequence[Truth]] = {}


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

    def __init__(
        self, feature: Feature[Any], calls: Sequence[Call], kind: Callable[[Any], Hashable]
    ) -> None:
        self._feature = feature
        self._kind = kind
        self._kinds: dict[Hashable, int] = {}
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
        kind = self._kinds.setdefault(self._kind(value), len(self._kinds))
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
        told = [
            map(firsts.__getitem__, column)
            for (_, firsts), column in zip(asked, numbers, strict=True)
        ]
        keys = list(zip(kinds, *told, strict=True))
        familiar = len(set(keys[: len(first)]))
        table: dict[Row, Any] = {}
        for key, value in zip(keys, chain(first, self.values), strict=True):
            table.setdefault(key, value)
        _, *numbers = zip(*table, strict=True)
        answers = {
            call: [of[n] for n in column]
            for (some, _), column in zip(asked, numbers, strict=True)
            for call, of in some.items()
        }
        return Listing(tuple(table.values()), 1, (1 << familiar) - 1, answers)
