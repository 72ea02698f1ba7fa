"""Values of one feature that show every answer to some questions, each answer worked out once.

The variables of all certificates are listed from the same values, for each shows the answers
to all questions and so those to some of them. This module knows no chains.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from mtlspolicy.features.constraints import exists

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from mtlspolicy.features.base import Call, Feature, Truth

__all__ = ["Listing", "Points"]


class Listing(NamedTuple):
    """The values of a variable; which are no deviations, and which no strange ones.

    `answers` has per question what each value answers, where that is known already.
    """

    values: tuple[Any, ...]
    plain: int = 1
    familiar: int = 1
    answers: Mapping[Call, Sequence[Truth]] = {}


class Points:
    """One value per combination of answers to `calls` and of kind.

    The kind is what constraints between features tell apart.
    """

    def __init__(
        self, feature: Feature[Any], calls: Sequence[Call], kind: Callable[[Any], Hashable]
    ) -> None:
        self._feature = feature
        self._kind = kind
        self._numbers: dict[Hashable, int] = {}
        table: dict[Hashable, Any] = {}
        for value in feature.points(calls):
            if exists(feature.name, value):
                table.setdefault(self._row(value, calls), value)
        self.values = tuple(table.values())
        columns: list[Sequence[Any]] = list(zip(*table, strict=True)) or [()] * (len(calls) + 1)
        self._answers = dict(zip(calls, columns, strict=False))
        self._kinds = columns[-1]

    def _row(self, value: Any, calls: Sequence[Call]) -> tuple[Any, ...]:  # noqa: ANN401 - any value
        """The answers of a value, and the number of its kind."""
        kind = self._numbers.setdefault(self._kind(value), len(self._numbers))
        return (*[call.atom.test(value, *call.arguments) for call in calls], kind)

    def listing(self, calls: Sequence[Call], known: Sequence[Any]) -> Listing:
        """One value per combination of answers to some of the calls, the known ones first."""
        first = [value for value in known if exists(self._feature.name, value)]
        rows = [self._row(value, calls) for value in first]
        table: dict[Hashable, Any] = {}
        answers = [self._answers[call] for call in calls]
        points = zip(zip(*answers, self._kinds, strict=True), self.values, strict=True)
        for row, value in chain(zip(rows, first, strict=True), points):
            table.setdefault(row, value)
        columns = zip(*table, strict=True)
        return Listing(
            tuple(table.values()),
            1,
            (1 << len(set(rows))) - 1,
            dict(zip(calls, columns, strict=False)),
        )
