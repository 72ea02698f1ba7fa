"""What a state of a comparison is made of: one variable per feature and certificate.

A variable's values are one representative per combination of answers that the questions
at hand can give: first the ordinary one, then the *familiar* one, which the other side of
an ordinary pair has. Many variables are never looked at, and some have thousands of
values: so a variable starts out *open*, with these two and one that stands for all others
and may answer anything. Only when a search would use that one are the real values listed.
What holds of the open variable may be too much, never too little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mtlspolicy.compare import moments
from mtlspolicy.compare.formula import FALSE, TRUE, Formula, Lit, Want
from mtlspolicy.compare.points import Listing, masks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from mtlspolicy.compare.points import Told
    from mtlspolicy.features.base import Call, Truth
    from mtlspolicy.features.validity import Value

__all__ = ["Key", "Periods", "Variable", "number_listed"]


class Key(NamedTuple):
    """The name of a variable; `place` is a certificate of the side, or "" for the side itself."""

    side: str
    place: str
    feature: str


class _Readings:
    """The masks of the values that answer a question with yes and no; its readings so far."""

    __slots__ = ("false", "known", "true")

    def __init__(self, true: int, false: int) -> None:
        self.true = true
        self.false = false
        self.known: dict[Want, Formula] = {}

    def mask(self, want: Want, full: int) -> int:
        """Return the mask of the values whose answer is as wanted."""
        match want:
            case Want.TRUE:
                return self.true
            case Want.FALSE:
                return self.false
            case Want.NOT_TRUE:
                return full & ~self.true
            case _:
                return full & ~self.false


class Variable:
    """One variable; `lister` makes its real values when they are wanted."""

    def __init__(
        self, key: Key, number: int, known: tuple[Any, ...], lister: Callable[[], Listing]
    ) -> None:
        self.key = key
        self.number = number
        self.plain = 1
        self.familiar = (1 << len(known)) - 1
        self._lister = lister
        self._has(known, is_open=True)

    def _has(self, values: tuple[Any, ...], *, is_open: bool) -> None:
        """Take these values; what was worked out on others is forgotten."""
        self.open = is_open
        self.values = values
        self.anything = 1 << len(values) if is_open else 0
        """the mask of the value that may be anything, 0 where there is none"""
        self.full = (1 << len(values)) - 1 | self.anything
        """the mask of all values"""
        self._told: Told | None = None
        self._literals: dict[Hashable, _Readings] = {}
        self._at_once: dict[int, tuple[Call, _Readings]] = {}
        self._classes: dict[Callable[[Any], Hashable], dict[Hashable, int]] = {}

    def list_values(self) -> None:
        """List the real values."""
        values, self.plain, self.familiar, told = self._lister()
        self._has(values, is_open=False)
        self._told = told

    def value(self, mask: int) -> Any:  # noqa: ANN401 - any feature's value
        """Return the value of a mask of one."""
        return self.values[mask.bit_length() - 1]

    def where(self, call: Call, want: Want, answer: Callable[[Any], Truth]) -> Formula:
        """Return that the answer to a question is as wanted."""
        known = self._at_once.get(id(call))
        if known is None:
            question = call.atom.name, call.arguments
            readings = self._literals.get(question)
            if readings is None:
                true, false = self._masks(call, answer)
                readings = self._literals[question] = _Readings(true, false)
            # The call is kept with them: as long as it is there, its id is its own.
            known = self._at_once[id(call)] = call, readings
        readings = known[1]
        found = readings.known.get(want)
        if found is None:
            mask = readings.mask(want, self.full) | self.anything
            found = readings.known[want] = self._literal(mask)
        return found

    def _masks(self, call: Call, answer: Callable[[Any], Truth]) -> tuple[int, int]:
        """The masks of the values of which the answer to a question is true, and false."""
        known = None if self._told is None else self._told.masks(call)
        return known or masks_of([answer(value) for value in self.values])

    def that(self, test: Callable[[Any], bool]) -> Formula:
        """Return that the value passes a test."""
        mask = sum(1 << n for n, value in enumerate(self.values) if test(value))
        return self._literal(mask | self.anything)

    def within(self, mask: int) -> Formula:
        """Return that the value is one of a mask."""
        return self._literal(mask)

    def classes(self, kind: Callable[[Any], Hashable]) -> dict[Hashable, int]:
        """Return the masks of the values of each kind; the open value is of none.

        Remembered by the function, which is to be one that stays.
        """
        known = self._classes.get(kind)
        if known is None:
            known = self._classes[kind] = {}
            # Of values of which all the same is told, the first one is asked.
            alike = None if self._told is None else self._told.by_kind(kind)
            for mask in alike or [1 << number for number in range(len(self.values))]:
                one = kind(self.value(mask & -mask))
                known[one] = known.get(one, 0) | mask
        return known

    def always(self, test: Callable[[Any], bool]) -> Formula:
        """Return that the value passes a test, which is to be a function that stays."""
        return self._literal(self.classes(test).get(True, 0) | self.anything)

    def _literal(self, mask: int) -> Formula:
        if not mask:
            return FALSE
        return TRUE if mask == self.full else Lit(self.number, mask)


def number_listed(some: Iterable[Variable]) -> int:
    """Return of how many variables the real values are listed: what was made of fewer is old."""
    return sum([not one.open for one in some])


class Periods(Variable):
    """A validity period: its values are regions of periods (see `moments`)."""

    def __init__(self, key: Key, number: int, usual: Value, calls: Sequence[Call]) -> None:
        home = moments.home(usual, calls)
        super().__init__(key, number, (home,), lambda: _periods(home, tuple(calls)))

    def _has(self, values: tuple[Any, ...], *, is_open: bool) -> None:
        super()._has(values, is_open=is_open)
        self._parts = moments.Parts(values)
        self._spans: moments.Spans | None = None

    def _masks(self, call: Call, answer: Callable[[Any], Truth]) -> tuple[int, int]:  # noqa: ARG002 - see Variable
        """The masks of the regions on which a question is true, and is false."""
        return self._parts.masks(call)

    def spans(self) -> moments.Spans:
        """Return the instants at which each value is possible; the open one always is."""
        if self._spans is None:
            known = [region.span() for region in self.values]
            self._spans = moments.Spans([*known, moments.ALWAYS] if self.open else known)
        return self._spans


def _periods(home: moments.Region, calls: tuple[Call, ...]) -> Listing:
    """The regions, that of the ordinary period first; plain are those of a usual length."""
    some = (home, *(region for region in moments.regions(calls) if region != home))
    plain = sum(
        1 << number
        for number, region in enumerate(some)
        if region.started and region.lasting and region.length == home.length
    )
    return Listing(some, plain, plain)
