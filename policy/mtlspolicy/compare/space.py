"""The space of a comparison: all variables that some policies ask about, and what binds them.

What no pair of chains can be together is *structure*: declared constraints between the
features of one certificate, shapes of chains with the path status that goes with them. In
two of the three modes the leafs of both sides share variables. This module knows no rules.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import moments
from mtlspolicy.compare.chain import Chain, Known, fits, shapes
from mtlspolicy.compare.formula import Formula, some
from mtlspolicy.compare.points import Listing, Points
from mtlspolicy.compare.terms import ANCHOR, AT, ISSUERS, LEAF, PLACES
from mtlspolicy.compare.variables import Key, Periods, Variable
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.base import Scope
from mtlspolicy.features.constraints import (
    CLAUSES,
    OF_ISSUERS,
    OPTIONAL,
    PAIRS,
    READ,
    SOUND,
    current,
    kinds_of,
)
from mtlspolicy.features.laws import companions, kinds_by_law, laws
from mtlspolicy.features.pair import Value as PairValue
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES, CertificateSubject, PathSubject
from mtlspolicy.features.words import OWN_EXTENSIONS
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from mtlspolicy.features.base import Call, Feature

__all__ = ["MODES", "Space", "ordinary", "unasked"]

MODES: Final = ("different", "same key", "same certificate")
"""How the leafs of both sides are related; each is a space of its own."""

_BY_NAME: Final[dict[str, Feature[Any]]] = {feature.name: feature for feature in FEATURES}


class Space:
    """All variables of some questions, in one mode; `version` counts what was listed since."""

    def __init__(self, asked: Mapping[Key, Sequence[Call]], mode: str) -> None:
        self.mode = mode
        self.version = 0
        self.variables: list[Variable] = []
        self._index: dict[Key, Variable] = {}
        self._points: dict[str, Points] = {}
        self._kinds: dict[str, Callable[[Any], Hashable]] = {}
        self._calls: dict[Key, dict[Call, None]] = {}
        for side in SIDES:
            self._calls[Key(side, "", "chain")] = {}
        for key, calls in asked.items():
            self._calls.setdefault(self.alias(key), {}).update(dict.fromkeys(calls))
        self._calls.setdefault(AT, {})
        for side in SIDES:
            for name, calls in companions(self.asked(side)).items():
                self._calls.setdefault(Key(side, "", name), {}).update(dict.fromkeys(calls))
        self._laws = {side: laws(self.asked(side)) for side in SIDES}
        for key, calls_of in self._calls.items():
            variable = self._variable(key, tuple(calls_of))
            self.variables.append(variable)
            self._index[key] = variable
        for variable in self.variables:
            if variable.key.feature in _AT_HAND:
                variable.list_values()

    def asked(self, side: str) -> dict[str, tuple[Call, ...]]:
        """Return what is asked of one side: of its features, and of the names of its leaf."""
        found = {
            key.feature: tuple(calls)
            for key, calls in self._calls.items()
            if key.side == side and not key.place
        }
        shared = {
            key.feature: tuple(calls)
            for key, calls in self._calls.items()
            if _is_shared(key.feature)
        }
        names = self._calls.get(self.alias(Key(side, LEAF, "san")))
        return found | shared | ({} if names is None else {"san": tuple(names)})

    def alias(self, key: Key) -> Key:
        """Return the variable that stands for `key`: in two modes the leafs share theirs.

        There is one handshake for both sides.
        """
        if _is_shared(key.feature):
            return key._replace(side=SIDES[0])
        shared = self.mode == "same certificate" or (
            self.mode == "same key" and key.feature == "key"
        )
        if shared and key.side == "client" and key.place == LEAF and key.feature != "disclosed":
            return key._replace(side="server")
        return key

    def __getitem__(self, key: Key) -> Variable:
        """Return the variable of this name."""
        return self._index[self.alias(key)]

    def __contains__(self, key: Key) -> bool:
        """Say whether a rule asks about this variable."""
        return self.alias(key) in self._index

    def list_values(self, some_open: Sequence[Variable]) -> None:
        """List the real values of open variables."""
        for variable in some_open:
            variable.list_values()
        self.version += 1

    def like(self, key: Key, value: Any) -> int:  # noqa: ANN401 - any feature's value
        """Return the mask of the listed value that stands for `value`, 0 where none does."""
        calls = tuple(self._calls[self.alias(key)])
        kind = self._kind(key.feature)

        def told(one: Any) -> tuple[Any, ...]:  # noqa: ANN401 - the same
            return (*(call.answer(one) for call in calls), kind(one))

        wanted = told(value)
        values = self[key].values
        return next((1 << n for n, one in enumerate(values) if told(one) == wanted), 0)

    # -- values

    def _variable(self, key: Key, calls: tuple[Call, ...]) -> Variable:
        number = len(self.variables)
        match key.feature:
            case "at":
                cells = tuple(moments.times(calls))
                return Variable(key, number, cells[:1], lambda: Listing(cells))
            case "chain":
                return Variable(key, number, self._shapes()[:1], lambda: Listing(self._shapes()))
            case "added" | "disclosed":
                return Variable(key, number, (None,), lambda: _records(calls))
            case "pair":
                value = PairValue(self.mode == "same certificate", self.mode != "different")
                return Variable(key, number, (value,), lambda: Listing((value,)))
            case "validity":
                return Periods(key, number, ordinary(key), calls)
            case _:
                known = _known(key)
                return Variable(key, number, known, lambda: self._read(key, calls, known))

    def _shapes(self) -> tuple[Chain, ...]:
        # A rule that counts issuers tells two from one too.
        two = any(
            key.place == ISSUERS[1] or (key.feature == "chain" and asked)
            for key, asked in self._calls.items()
        )
        return tuple(shapes(2 if two else 1))

    def _read(self, key: Key, calls: tuple[Call, ...], known: tuple[Any, ...]) -> Listing:
        points = self._points.get(key.feature)
        if points is None:
            everything: dict[Call, None] = {}
            for other, asked in self._calls.items():
                if other.feature == key.feature:
                    everything.update(asked)
            feature = _BY_NAME[key.feature]
            points = Points(feature, tuple(everything), self._kind(key.feature))
            self._points[key.feature] = points
        return points.listing(calls, known)

    def _kind(self, feature: str) -> Callable[[Any], Hashable]:
        """Return the function to all that constraints and laws tell of a feature."""
        known = self._kinds.get(feature)
        if known is None:
            always = kinds_of(feature)
            by_law = [kinds_by_law(feature, some_laws) for some_laws in self._laws.values()]
            known = self._kinds[feature] = lambda value: (
                always(value),
                *(kind(value) for kind in by_law),
            )
        return known

    # -- structure

    def structure(self) -> list[Formula]:
        """Return what holds of every pair of chains."""
        found: list[Formula] = []
        for side in SIDES:
            found += self._chains(side)
            for place in PLACES:
                found += self._certificate(side, place)
        return found

    def spans(self) -> dict[int, moments.Spans]:
        """Return the variables that have a place in time, with their spans."""
        found = {self[AT].number: moments.Spans(self[AT].values)}
        for variable in self.variables:
            if isinstance(variable, Periods):
                found[variable.number] = variable.spans()
        return found

    def _relation(
        self,
        keys: tuple[Key, Key],
        kinds: tuple[Callable[[Any], Hashable], Callable[[Any], Hashable]],
        holds: Callable[[Any, Any], bool],
    ) -> list[Formula]:
        """Return that `holds` of two variables, as far as their values are listed."""
        if keys[0] not in self or keys[1] not in self:
            return []
        one, other = self[keys[0]], self[keys[1]]
        classes = [
            list(variable.classes(kind).values())
            for variable, kind in zip((one, other), kinds, strict=True)
        ]
        found = []
        for mask in classes[0]:
            first = one.value(mask & -mask)
            fitting = other.anything()
            for another in classes[1]:
                if holds(first, other.value(another & -another)):
                    fitting |= another
            found.append(some((one.within(one.full & ~mask), other.within(fitting))))
        return found

    def _chains(self, side: str) -> Iterator[Formula]:
        chain = Key(side, "", "chain")
        yield from self._relation((chain, Key(side, "", "path")), (_same, _same), fits)
        # Only a path that was found has an anchor of which something is recorded.
        yield from self._relation(
            (chain, Key(side, "", "added")),
            (_same, _on_record),
            lambda one, told: told is None or one.anchor_known,
        )
        yield from self._relation(
            (chain, Key(side, LEAF, "validity")),
            (_same, current),
            lambda one, period: one.known is not Known.PINNED or current(period),
        )
        yield from self._relation(
            (chain, Key(side, "", "revocation")), (_same, _word), _can_be_told
        )
        yield from self._connection(side)
        yield from self._found_path(side)
        for position, place in enumerate(PLACES[:-1]):
            yield from self._relation(
                (chain, Key(side, place, "encoding")), (_same, _nameless), _ends_at(position)
            )

    def _connection(self, side: str) -> Iterator[Formula]:
        """What is of one connection, and of one leaf."""
        for law in self._laws[side]:
            places = {"san": LEAF}
            some_variables = [self[Key(side, places.get(one, ""), one)] for one in law.features]
            classes = [
                list(variable.classes(kind).items())
                for variable, kind in zip(some_variables, law.kinds, strict=True)
            ]
            *others, last = some_variables
            for chosen in product(*classes[:-1]):
                known = [kind for kind, _ in chosen]
                fitting = [mask for kind, mask in classes[-1] if law.holds(*known, kind)]
                unless = [
                    variable.within(variable.full & ~mask)
                    for variable, (_, mask) in zip(others, chosen, strict=True)
                ]
                yield some((*unless, last.within(sum(fitting) | last.anything())))

    def _found_path(self, side: str) -> Iterator[Formula]:
        """What is on record of an anchor is so of a path that was found, and that is sound."""
        added, path = Key(side, "", "added"), Key(side, "", "path")
        if added not in self or path not in self:
            return
        unless = (
            self[added].that(lambda told: told is None),
            self[path].that(lambda status: status.valid is not True),
        )
        chain = self[Key(side, "", "chain")]
        for position, place in enumerate(PLACES):
            anchor = place == ANCHOR
            absent = chain.that(partial(_absent, position, anchor=anchor))
            asked = [
                READ,
                *([] if anchor else [SOUND]),
                *([] if anchor or not position else [OF_ISSUERS]),
            ]
            for feature, sound in (one for some_of in asked for one in some_of.items()):
                if Key(side, place, feature) in self:
                    fits = self[Key(side, place, feature)].always(sound)
                    yield some((*unless, absent, fits))

    def _certificate(self, side: str, place: str) -> Iterator[Formula]:
        for pair in PAIRS:
            keys = Key(side, place, pair.one), Key(side, place, pair.other)
            yield from self._relation(keys, pair.kinds, pair.together)
        for clause in CLAUSES:
            if Key(side, place, clause.needs) in self and not unasked(self, side, place):
                yield some(
                    [
                        self[Key(side, place, feature)].always(condition)
                        for feature, condition in clause.conditions.items()
                        if Key(side, place, feature) in self
                    ]
                )


_AT_HAND: Final = ("at", "chain", "added", "disclosed", "pair")
"""Variables with so few values that they are listed at once."""


def unasked(space: Space, side: str, place: str) -> list[str]:
    """List the extensions of the ordinary certificate that no rule asks about."""
    subject = _subject(side, place)
    own = [name for name in OPTIONAL if Key(side, place, name) not in space]
    return [name for name in own if _present(subject, name)]


def _present(subject: PathSubject, name: str) -> bool:
    oids = {oid for oid, word in OWN_EXTENSIONS.items() if word == name}
    listed_there = subject.certificate.extensions
    return isinstance(listed_there, tuple) and any(one.oid in oids for one in listed_there)


def _is_shared(feature: str) -> bool:
    """Whether a feature is of the connection, not of a side."""
    return feature.startswith("handshake.")


def _same(value: Any) -> Any:  # noqa: ANN401 - any value
    return value


def _on_record(value: int | None) -> bool:
    return value is not None


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


def _records(calls: Sequence[Call]) -> Listing:
    """Nothing on record, and an instant on either side of every bound of the windows asked."""
    cuts = sorted({cut for call in calls for cut in call.arguments[0].cuts()}, reverse=True)
    table: dict[Any, int] = {}
    for instant in (cut + step for cut in cuts for step in (0, -1)):
        table.setdefault(tuple(call.arguments[0].holds(instant) for call in calls), instant)
    return Listing((None, *table.values()))


# -- the ordinary pair


@cache
def _subjects() -> dict[tuple[str, str], PathSubject]:
    """The certificates of the ordinary pair as rules see them; both issuers are alike."""
    built = ordinary_pair().build()
    context = read_context(built.evidence)
    found = {}
    for side in SIDES:
        chain = built.client if side == "client" else built.server
        derived = derive_side(side, chain.presented, context, own=False)
        path = path_subjects(derived, derived.candidates[0], context, ORDINARY_AT)
        found[side, LEAF] = path.leaf
        found |= {(side, place): path.issuers[0] for place in ISSUERS}
        found[side, PLACES[-1]] = path.anchors[0]
    return found


def _subject(side: str, place: str) -> PathSubject:
    return _subjects()[side, place or LEAF]


@cache
def ordinary(key: Key) -> Any:  # noqa: ANN401 - any feature's value
    """Return what the ordinary pair shows of a variable (of a feature)."""
    feature = _BY_NAME[key.feature]
    subject = _subject(key.side, key.place)
    if feature.scope is Scope.CERTIFICATE:
        return feature.read(CertificateSubject(subject.certificate, ORDINARY_AT))
    return feature.read(subject)


_OTHER: Final = {"client": "server", "server": "client"}


def _known(key: Key) -> tuple[Any, ...]:
    """Return what the ordinary pair shows of a variable on this side, and on the other."""
    return tuple(dict.fromkeys((ordinary(key), ordinary(key._replace(side=_OTHER[key.side])))))
