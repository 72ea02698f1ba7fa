"""The variables of a comparison: everything that the rules of both policies ask about.

A variable's values are one representative per combination of answers that both policies'
questions can give: first what the ordinary pair has, then the plainest of each. What no
certificate can be together is a structural constraint here.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import moments
from mtlspolicy.compare.chain import MOST_ISSUERS, Chain, Known, fits, shapes
from mtlspolicy.compare.solver import AnyIn, Linked, Rows, Table
from mtlspolicy.compare.terms import ANCHOR, AT, ISSUERS, LEAF, PLACES, Key
from mtlspolicy.derive.trust import NameStatus, PathStatus, RevocationStatus
from mtlspolicy.facts.read import read_certificate_cached
from mtlspolicy.features.constraints import CLAUSES, OPTIONAL, PAIRS, exists
from mtlspolicy.features.pair import Value as PairValue
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES, CertificateSubject
from mtlspolicy.features.validity import DAY
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from mtlspolicy.compare.solver import Constraint
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.base import Call, Feature

__all__ = ["MODES", "Space", "Variable"]

MODES: Final = ("different", "same key", "same certificate")
"""How the leafs of both sides are related; each is a space of its own."""

_BY_NAME: Final[dict[str, Feature[Any]]] = {feature.name: feature for feature in FEATURES}

_ORDINARY_SIDE: Final[dict[str, Any]] = {
    "path": PathStatus(valid=True, group="default"),
    "name": NameStatus(asked=True, matched=True),
    "revocation": RevocationStatus("absent"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A variable; `plain` is the mask of the values that are no deviation."""

    key: Key
    values: tuple[Any, ...]
    plain: int


class Space:
    """All variables of some questions, in one mode, with what binds them together."""

    def __init__(self, asked: Mapping[Key, Sequence[Call]], mode: str) -> None:
        self.mode = mode
        calls: dict[Key, list[Call]] = {}
        for key, wanted in asked.items():
            calls.setdefault(self.alias(key), []).extend(wanted)
        self.most_issuers = MOST_ISSUERS if any(key.place == ISSUERS[1] for key in calls) else 1
        self._about_time = calls.pop(AT)
        self.regions: dict[Key, list[list[moments.Region]]] = {}
        self.variables = [
            self._variable(key, tuple(dict.fromkeys(some))) for key, some in calls.items()
        ]
        self.variables.insert(0, self._instants())
        self.index = {variable.key: number for number, variable in enumerate(self.variables)}
        self.structure = list(self._structure())

    def alias(self, key: Key) -> Key:
        """Return the variable that stands for `key`: in two modes the leafs share theirs."""
        shared = self.mode == "same certificate" or (
            self.mode == "same key" and key.feature == "key"
        )
        if shared and key.side == "client" and key.place == LEAF and key.feature != "disclosed":
            return key._replace(side="server")
        return key

    def table(
        self, keys: Sequence[Key], classes: Sequence[Callable[[Any], Hashable]]
    ) -> tuple[Table, list[list[Any]]]:
        """Return a table over some variables with one representative per class."""
        scope, masks, class_of, representatives = [], [], [], []
        for key, function in zip(keys, classes, strict=True):
            number = self.index[self.alias(key)]
            found: dict[Hashable, int] = {}
            mask: list[int] = []
            chosen: list[Any] = []
            of: dict[int, int] = {}
            for place, value in enumerate(self.variables[number].values):
                one = found.setdefault(function(value), len(mask))
                if one == len(mask):
                    mask.append(0)
                    chosen.append(value)
                mask[one] |= 1 << place
                of[1 << place] = one
            scope.append(number)
            masks.append(tuple(mask))
            class_of.append(of)
            representatives.append(chosen)
        return Table(tuple(scope), tuple(masks), tuple(class_of)), representatives

    # -- values

    def _variable(self, key: Key, calls: tuple[Call, ...]) -> Variable:
        match key.feature:
            case "chain":
                return Variable(key, tuple(shapes(self.most_issuers)), 1)
            case "added" | "disclosed":
                return _variable(key, None, _records(calls))
            case "pair":
                value = PairValue(self.mode == "same certificate", self.mode != "different")
                return Variable(key, (value,), 1)
            case "validity":
                return self._periods(key, calls)
            case _:
                return self._read(key, calls)

    def _read(self, key: Key, calls: tuple[Call, ...]) -> Variable:
        feature = _BY_NAME[key.feature]
        points = [value for value in feature.points(calls) if exists(key.feature, value)]
        if key.place:
            ordinary = feature.read(CertificateSubject(_ordinary(key.side, key.place), ORDINARY_AT))
        else:
            ordinary = _ORDINARY_SIDE.get(key.feature, points[0])
        table: dict[Any, Any] = {}
        for value in (ordinary, *points):
            table.setdefault(tuple([call.answer(value) for call in calls]), value)
        return Variable(key, tuple(table.values()), 1)

    def _periods(self, key: Key, calls: tuple[Call, ...]) -> Variable:
        """One period per combination of answers; `spans` says when each is possible."""
        feature = _BY_NAME["validity"]
        ordinary = feature.read(CertificateSubject(_ordinary(key.side, key.place), ORDINARY_AT))
        table: dict[Any, Any] = {tuple([call.answer(ordinary) for call in calls]): ordinary}
        found: dict[Any, list[moments.Region]] = {}
        for region in moments.regions(calls):
            value = region.value(region.span()[0])
            answers = tuple([call.answer(value) for call in calls])
            table.setdefault(answers, value)
            found.setdefault(answers, []).append(region)
        self.regions[key] = [found[answers] for answers in table]
        usual = {
            tuple([call.answer(moments.shifted(ordinary, at)) for call in calls])
            for at in self._times(calls)
        }
        plain = sum(1 << place for place, answers in enumerate(table) if answers in usual)
        return Variable(key, tuple(table.values()), plain)

    def _times(self, calls: Sequence[Call]) -> list[int]:
        """A time shortly after each begin of a window, at which a usual certificate is in it."""
        return [
            ORDINARY_AT,
            *(cut + 120 * DAY for cut in moments.cuts(calls, "validity.issued")),
        ]

    def _instants(self) -> Variable:
        """The instants at which all that is possible together shows, without the redundant ones."""
        evaluated = moments.cuts(self._about_time, "validity.evaluated")
        spans = [(*region.span(), number) for number, (_, region) in enumerate(self._all_regions())]
        candidates = sorted({*evaluated, 0, *(begin for begin, _, _ in spans)})
        shown = {
            at: (
                bisect_right(evaluated, at),
                sum(1 << n for begin, end, n in spans if begin <= at <= end),
            )
            for at in (ORDINARY_AT, *candidates)
        }
        kept = [ORDINARY_AT]
        for at in sorted(
            candidates, key=lambda one: (-shown[one][1].bit_count(), abs(one - ORDINARY_AT))
        ):
            place, mask = shown[at]
            if not any(shown[other][0] == place and mask & ~shown[other][1] == 0 for other in kept):
                kept.append(at)
        return Variable(AT, tuple(kept), 1)

    def _all_regions(self) -> list[tuple[Key, moments.Region]]:
        return [
            (key, one) for key, values in self.regions.items() for some in values for one in some
        ]

    def period(self, key: Key, value: Any, at: int) -> Any:  # noqa: ANN401 - a validity period
        """Return a validity period at `at` that no question can tell from `value`."""
        variable = self.variables[self.index[key]]
        usual = moments.shifted(variable.values[0], at)
        some = self.regions[key][variable.values.index(value)]
        if any(region.holds(usual) for region in some):
            return usual
        return next(found for found in (region.value(at) for region in some) if found is not None)

    # -- structure

    def _structure(self) -> list[Constraint]:
        found: list[Constraint] = [self._possible(key) for key in self.regions]
        for side in SIDES:
            found += self._chains(side)
            for place in PLACES:
                found += self._certificate(side, place)
        return found

    def relation(
        self,
        keys: Sequence[Key],
        classes: Sequence[Callable[[Any], Hashable]],
        holds: Callable[..., bool],
    ) -> Rows:
        """Return the constraint that `holds` of representatives of the classes."""
        table, representatives = self.table(keys, classes)
        rows = [
            row
            for row in product(*(range(len(one)) for one in representatives))
            if holds(*(one[place] for one, place in zip(representatives, row, strict=True)))
        ]
        return Rows.of(table, rows)

    def _possible(self, key: Key) -> Linked:
        """Which validity periods there are at each instant."""
        spans = [[region.span() for region in some] for some in self.regions[key]]
        masks = [
            sum(
                1 << place
                for place, some in enumerate(spans)
                if any(begin <= at <= end for begin, end in some)
            )
            for at in self.variables[0].values
        ]
        return Linked(0, self.index[key], tuple(masks))

    def _has(self, *keys: Key) -> bool:
        return all(self.alias(key) in self.index for key in keys)

    def _chains(self, side: str) -> list[Constraint]:
        chain, path, added = Key(side, "", "chain"), Key(side, "", "path"), Key(side, "", "added")
        leaf = Key(side, LEAF, "validity")
        found: list[Constraint] = []
        if self._has(chain, path):
            found.append(self.relation((chain, path), (_same, _same), fits))
        if self._has(chain, added):
            # Only a path that was found has an anchor of which something is recorded.
            found.append(
                self.relation(
                    (chain, added),
                    (_same, _known),
                    lambda one, told: told is None or one.anchor_known,
                )
            )
        if self._has(chain, leaf):
            found.append(
                self.relation(
                    (chain, leaf),
                    (_same, _current),
                    lambda one, value: one.known is not Known.PINNED or _current(value),
                )
            )
        for position, place in enumerate(PLACES[:-1]):
            notes = Key(side, place, "encoding")
            if self._has(chain, notes):
                found.append(self.relation((chain, notes), (_same, _nameless), _linked(position)))
        return found

    def _certificate(self, side: str, place: str) -> list[Constraint]:
        found: list[Constraint] = []
        for pair in PAIRS:
            keys = Key(side, place, pair.one), Key(side, place, pair.other)
            if self._has(*keys):
                found.append(self.relation(keys, pair.kinds, pair.together))
        for clause in CLAUSES:
            if not self._has(Key(side, place, clause.needs)) or self.unasked(side, place):
                continue
            literals = []
            for feature, condition in clause.conditions.items():
                key = Key(side, place, feature)
                if self._has(key):
                    number = self.index[self.alias(key)]
                    values = self.variables[number].values
                    literals.append(
                        (number, sum(1 << i for i, value in enumerate(values) if condition(value)))
                    )
            found.append(AnyIn(tuple(literals)))
        return found

    def unasked(self, side: str, place: str) -> list[str]:
        """List the extensions of the ordinary certificate that no rule asks about."""
        certificate = _ordinary(side, place)
        own = [name for name in OPTIONAL if not self._has(Key(side, place, name))]
        return [name for name in own if _present(certificate, name)]


def _same(value: Any) -> Any:  # noqa: ANN401 - any value
    return value


def _known(value: int | None) -> bool:
    return value is not None


def _current(value: Any) -> bool:  # noqa: ANN401 - a validity period
    return bool(value.not_before <= value.at <= value.not_after)


def _nameless(notes: frozenset[str]) -> bool:
    return "issuer.empty" in notes


def _linked(position: int) -> Callable[[Chain, frozenset[str]], bool]:
    """A certificate that names no issuer is the last one of a chain that is not known further."""

    def holds(chain: Chain, notes: frozenset[str]) -> bool:
        if not _nameless(notes) or position > chain.issuers:
            return True
        return chain.known is Known.OPEN and chain.issuers == position

    return holds


def _variable(key: Key, ordinary: Any, table: Mapping[Any, Any]) -> Variable:  # noqa: ANN401 - any value
    values = [value for value in table.values() if value != ordinary]
    return Variable(key, (ordinary, *values), 1)


def _records(calls: Sequence[Call]) -> dict[Any, int]:
    """An instant on either side of every bound of the windows asked about."""
    cuts = sorted({cut for call in calls for cut in call.arguments[0].cuts()}, reverse=True)
    instants = [cut + step for cut in cuts for step in (0, -1)]
    table: dict[Any, int] = {}
    for instant in instants:
        table.setdefault(tuple(call.arguments[0].holds(instant) for call in calls), instant)
    return table


@cache
def _ordinary(side: str, place: str) -> Certificate:
    """Read a certificate of the ordinary pair; a second issuer is like the first."""
    pair = ordinary_pair().build()
    chain = pair.client if side == "client" else pair.server
    der = {LEAF: chain.presented[0], ANCHOR: chain.anchor}.get(place, chain.presented[1])
    return read_certificate_cached(der)


def _present(certificate: Certificate, name: str) -> bool:
    from mtlspolicy.features.words import OWN_EXTENSIONS  # noqa: PLC0415 - used here alone

    oids = {oid for oid, word in OWN_EXTENSIONS.items() if word == name}
    listed = certificate.extensions
    return isinstance(listed, tuple) and any(extension.oid in oids for extension in listed)
