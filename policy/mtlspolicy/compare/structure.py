"""What binds the variables of a space: what no pair of chains can be together.

Declared constraints between the features of one certificate, laws of one connection, shapes
of chains with the path status that goes with them. Each *bond* is about a few variables,
and is worked out again where one of these lists its values.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from mtlspolicy.compare.chain import Chain, Known, fits
from mtlspolicy.compare.formula import Formula, some
from mtlspolicy.compare.ordinary import unasked
from mtlspolicy.compare.terms import ANCHOR, LEAF, PLACES
from mtlspolicy.compare.variables import Key, number_listed
from mtlspolicy.features.constraints import (
    CLAUSES,
    OF_ISSUERS,
    PAIRS,
    READ,
    SOUND,
    current,
)
from mtlspolicy.features.subject import SIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.compare.space import Space
    from mtlspolicy.compare.variables import Variable
    from mtlspolicy.features.laws import Law

    _Kind = Callable[[Any], Hashable]

__all__ = ["Structure"]


class _Bond:
    """What is to hold of some variables, as formulas over the values that are listed."""

    def __init__(
        self,
        variables: Sequence[Variable],
        make: Callable[[Sequence[Variable]], Iterator[Formula]],
    ) -> None:
        self._variables = variables
        self._make = make
        self._listed = -1
        self._known: list[Formula] = []

    def formulas(self) -> list[Formula]:
        listed = number_listed(self._variables)
        if self._listed != listed:
            self._listed = listed
            self._known = list(self._make(self._variables))
        return self._known


class Structure:
    """The bonds between all variables of a space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._bonds = [
            bond
            for side in SIDES
            for bond in (
                *self._chains(side),
                *self._connection(side),
                *self._found_path(side),
                *(one for place in PLACES for one in self._certificate(side, place)),
            )
        ]

    def formulas(self) -> list[Formula]:
        """Return what holds of every pair of chains, as far as values are listed."""
        return [formula for bond in self._bonds for formula in bond.formulas()]

    def _bond(
        self, keys: Sequence[Key], make: Callable[[Sequence[Variable]], Iterator[Formula]]
    ) -> Iterator[_Bond]:
        """Yield the bond of some variables, if rules ask about all of them."""
        variables = [found for found in map(self._space.get, keys) if found is not None]
        if len(variables) == len(keys):
            yield _Bond(variables, make)

    def _chains(self, side: str) -> Iterator[_Bond]:
        chain = Key(side, "", "chain")
        yield from self._bond((chain, Key(side, "", "path")), _both(_same, _same, fits))
        # Only a path that was found has an anchor of which something is recorded.
        yield from self._bond((chain, Key(side, "", "added")), _both(_same, _on_record, _recorded))
        yield from self._bond((chain, Key(side, LEAF, "validity")), _both(_same, current, _pinned))
        yield from self._bond(
            (chain, Key(side, "", "revocation")), _both(_same, _word, _can_be_told)
        )
        for position, place in enumerate(PLACES[:-1]):
            yield from self._bond(
                (chain, Key(side, place, "encoding")), _both(_same, _nameless, _ends_at(position))
            )

    def _connection(self, side: str) -> Iterator[_Bond]:
        """What is of one connection, and of one leaf."""
        for law in self._space.laws[side]:
            keys = [Key(side, LEAF if one == "san" else "", one) for one in law.features]
            yield from self._bond(keys, partial(_lawful, law))

    def _found_path(self, side: str) -> Iterator[_Bond]:
        """What is on record of an anchor is so of a path that was found, and that is sound."""
        upper = Key(side, "", "added"), Key(side, "", "path"), Key(side, "", "chain")
        for position, place in enumerate(PLACES):
            anchor = place == ANCHOR
            asked = [
                READ,
                *([] if anchor else [SOUND]),
                *([] if anchor or not position else [OF_ISSUERS]),
            ]
            absent = partial(_absent, position, anchor=anchor)
            for feature, sound in (one for some_of in asked for one in some_of.items()):
                keys = (*upper, Key(side, place, feature))
                yield from self._bond(keys, partial(_sound, absent, sound))

    def _certificate(self, side: str, place: str) -> Iterator[_Bond]:
        for pair in PAIRS:
            keys = Key(side, place, pair.one), Key(side, place, pair.other)
            yield from self._bond(keys, _both(*pair.kinds, pair.together))
        for clause in CLAUSES:
            if Key(side, place, clause.needs) in self._space and not unasked(
                self._space, side, place
            ):
                conditions = {
                    key: condition
                    for feature, condition in clause.conditions.items()
                    if (key := Key(side, place, feature)) in self._space
                }
                yield from self._bond([*conditions], partial(_one_of, [*conditions.values()]))


def _both(
    one_kind: _Kind, other_kind: _Kind, holds: Callable[[Any, Any], bool]
) -> Callable[[Sequence[Variable]], Iterator[Formula]]:
    """Return what makes the formulas for that `holds` of two variables, by what kinds tell."""

    def make(variables: Sequence[Variable]) -> Iterator[Formula]:
        one, other = variables
        others = [(other.value(mask & -mask), mask) for mask in other.classes(other_kind).values()]
        for mask in one.classes(one_kind).values():
            first = one.value(mask & -mask)
            fitting = sum([kind for value, kind in others if holds(first, value)])
            unless = one.within(one.full & ~mask)
            yield some((unless, other.within(fitting | other.anything)))

    return make


def _lawful(law: Law, variables: Sequence[Variable]) -> Iterator[Formula]:
    """Yield that a law holds."""
    classes = [
        list(variable.classes(kind).items())
        for variable, kind in zip(variables, law.kinds, strict=True)
    ]
    *others, last = variables
    for chosen in product(*classes[:-1]):
        known = [kind for kind, _ in chosen]
        fitting = [mask for kind, mask in classes[-1] if law.holds(*known, kind)]
        unless = [
            variable.within(variable.full & ~mask)
            for variable, (_, mask) in zip(others, chosen, strict=True)
        ]
        yield some((*unless, last.within(sum(fitting) | last.anything)))


def _sound(
    absent: Callable[[Chain], bool], sound: Callable[[Any], bool], variables: Sequence[Variable]
) -> Iterator[Formula]:
    """Yield that a certificate is sound, where it is there and its path was found."""
    added, path, chain, feature = variables
    yield some(
        (
            added.that(_not_on_record),
            path.that(_not_valid),
            chain.that(absent),
            feature.always(sound),
        )
    )


def _one_of(
    conditions: Sequence[Callable[[Any], bool]], variables: Sequence[Variable]
) -> Iterator[Formula]:
    """Yield that one condition holds of its variable."""
    yield some([v.always(condition) for v, condition in zip(variables, conditions, strict=True)])


def _same(value: Any) -> Any:  # noqa: ANN401 - any value
    return value


def _on_record(value: int | None) -> bool:
    return value is not None


def _not_on_record(value: int | None) -> bool:
    return value is None


def _recorded(chain: Chain, told: int | None) -> bool:
    return told is None or chain.anchor_known


def _pinned(chain: Chain, period: Any) -> bool:  # noqa: ANN401 - a validity period
    """A leaf that is its own anchor validates as long as it is current."""
    return chain.known is not Known.PINNED or current(period)


def _not_valid(status: Any) -> bool:  # noqa: ANN401 - a path status
    return status.valid is not True


def _word(status: Any) -> str:  # noqa: ANN401 - a revocation status
    return str(status.word)


def _can_be_told(chain: Chain, status: Any) -> bool:  # noqa: ANN401 - a revocation status
    """Only an issuer that is there can revoke; of one certificate alone nothing is partial."""
    if status.word == "partial":
        return chain.issuers > 0
    return status.word != "revoked" or chain.issuers > 0 or chain.anchored


def _absent(position: int, chain: Chain, *, anchor: bool) -> bool:
    return not chain.anchored if anchor else chain.issuers < position


def _nameless(notes: frozenset[str]) -> bool:
    return "issuer.empty" in notes


def _ends_at(position: int) -> Callable[[Chain, frozenset[str]], bool]:
    """A certificate that names no issuer is the last one of a chain that is not known further."""

    def holds(chain: Chain, notes: frozenset[str]) -> bool:
        if not _nameless(notes) or position > chain.issuers:
            return True
        return chain.known is Known.OPEN and chain.issuers == position

    return holds
