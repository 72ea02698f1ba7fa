"""From a question of a rule to the formula that answers it.

Most questions are about one variable. Five are not as they look: the evaluation time is
one for all, what issuers permit follows from their certificates, notBefore stands in where
a disclosure is not on record, nothing is known of a link where there is no issuer, and key
identifiers can be compared only where both certificates have one.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.chain import MOST_ISSUERS
from mtlspolicy.compare.formula import FALSE, TRUE, Formula, Want, every, some
from mtlspolicy.compare.variables import Key
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.features.base import Call, Scope
from mtlspolicy.features.programme import Value as Records
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.validity import Value as Validity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mtlspolicy.compare.chain import Chain
    from mtlspolicy.compare.space import Space
    from mtlspolicy.features.base import Truth
    from mtlspolicy.language.tree import Question

__all__ = ["ANCHOR", "AT", "ISSUERS", "LEAF", "PLACES", "answer", "asked"]

LEAF: Final = "leaf"
ANCHOR: Final = "anchor"
ISSUERS: Final = tuple(f"issuer{number}" for number in range(1, MOST_ISSUERS + 1))
PLACES: Final = (LEAF, *ISSUERS, ANCHOR)
AT: Final = Key("", "", "at")

_JOINED: Final = (Want.TRUE, Want.NOT_FALSE)
_MOST_KEPT: Final = 256
"""Calls that others stand for, as many as are kept at a time."""


def _key(question: Question, side: str, place: str) -> Key:
    """The variable of a question that is about one."""
    feature = question.call.feature
    if question.call.atom.name == "issuers.at_most":
        return Key(side, "", "chain")
    owner = side if question.whose == "self" else question.whose
    if feature.scope is Scope.PAIR:
        return Key("", "", feature.name)
    # Path, name and revocation are of a side; whatever else a path shows is of a certificate.
    return Key(owner, "" if feature.trust else place, feature.name)


def asked(question: Question, side: str, place: str) -> Iterable[tuple[Key, Call]]:
    """List the variables that a question needs, with what it asks of each."""
    call = question.call
    match call.atom.name:
        case "validity.evaluated":
            yield AT, call
        case "issuers.permit" | "issuers.permit_any":
            below, above = _permissions(call)
            yield from ((Key(side, one, "eku"), each) for one in ISSUERS for each in below)
            yield from ((Key(side, ANCHOR, "eku"), each) for each in above)
        case "issuers.known":
            pass
        case "programme.anchor_added":
            yield Key(side, "", "added"), call
        case "programme.disclosed":
            yield Key(side, place, "disclosed"), call
            yield Key(side, place, "validity"), _issued(call)
        case "link.key_identifiers_identical":
            yield Key(side, place, "link"), call
            yield Key(side, place, "aki"), _plain("aki.key_identifier")
            yield from ((Key(side, one, "ski"), _plain("ski.present")) for one in _above(place))
        case _:
            yield _key(question, side, place), call


def answer(space: Space, question: Question, want: Want, side: str, place: str) -> Formula:
    """Return that the answer to a question is as wanted, in a rule that judges `place`."""
    call = question.call
    match call.atom.name:
        case "validity.evaluated":
            return space[AT].where(call, want, lambda cell: _at(call, cell))
        case "issuers.permit" | "issuers.permit_any":
            return _permit(space, call, want, side)
        case "issuers.known":
            return _closed(space, want, side)
        case "programme.anchor_added":
            return space[Key(side, "", "added")].where(call, want, lambda at: _added(call, at))
        case "programme.disclosed":
            return _disclosed(space, call, want, side, place)
        case _:
            of_link = call.feature.name == "link"
            known = space[_key(question, side, place)].where(call, want, call.answer)
            return _linked(space, call, known, want, side, place) if of_link else known


def _at(call: Call, cell: tuple[int, int]) -> Truth:
    return call.answer(Validity(None, None, cell[0]))


def _added(call: Call, added: int | None) -> Truth:
    return call.answer(Records(added, None, stands_in=False))


# -- issuers


@lru_cache(maxsize=_MOST_KEPT)
def _permissions(call: Call) -> tuple[list[Call], list[Call]]:
    """What is asked of each issuer's extended key usage, and of the anchor's where it counts.

    Of several purposes one is enough, and another for each certificate. The same calls each
    time: variables know what they answered.
    """
    feature, permits = ATOMS["eku.permits"]
    purposes, absent, any_purpose, anchor = call.arguments
    listed = (purposes,) if isinstance(purposes, str) else purposes
    below = [Call(feature, permits, (one, absent, any_purpose)) for one in listed]
    # An anchor without the extension restricts nothing (BR 7.1.2.1.2 forbids it there).
    above = [Call(feature, permits, (one, "allow", any_purpose)) for one in listed]
    return below, above if anchor == "count" else []


def _permit(space: Space, call: Call, want: Want, side: str) -> Formula:
    below, above = _permissions(call)
    chain = space[Key(side, "", "chain")]
    joined = want in _JOINED
    found: list[Formula] = []

    def judged(place: str, calls: Sequence[Call], there: Formula) -> None:
        usage = space[Key(side, place, "eku")]
        answers = [usage.where(one, want, one.answer) for one in calls]
        permitted = some(answers) if joined else every(answers)
        found.append(some((there, permitted)) if joined else every((there, permitted)))

    for number, place in enumerate(ISSUERS, 1):
        judged(place, below, chain.that(partial(_has, number, joined=joined)))
    if above:
        judged(ANCHOR, above, chain.that(lambda one: one.anchored != joined))
    if want is Want.TRUE:
        found.append(chain.that(lambda one: one.closed))
    if want is Want.NOT_TRUE:
        found.append(chain.that(lambda one: not one.closed))
    return every(found) if joined else some(found)


def _has(number: int, chain: Chain, *, joined: bool) -> bool:
    return (chain.issuers >= number) != joined


def _closed(space: Space, want: Want, side: str) -> Formula:
    chain = space[Key(side, "", "chain")]
    if want is Want.FALSE:
        return FALSE
    if want is Want.NOT_FALSE:
        return TRUE
    return chain.that(lambda one: one.closed == (want is Want.TRUE))


# -- records and links


@lru_cache(maxsize=_MOST_KEPT)
def _issued(call: Call) -> Call:
    feature, atom = ATOMS["validity.issued"]
    return Call(feature, atom, call.arguments)


def _disclosed(space: Space, call: Call, want: Want, side: str, place: str) -> Formula:
    """The disclosure where one is on record, else notBefore."""
    record = space[Key(side, place, "disclosed")]
    issued = _issued(call)
    recorded = record.where(
        call,
        want,
        lambda told: None if told is None else call.answer(Records(None, told, stands_in=False)),
    )
    stands_in = space[Key(side, place, "validity")].where(issued, want, issued.answer)
    return some(
        (
            every((record.that(lambda told: told is not None), recorded)),
            every((record.that(lambda told: told is None), stands_in)),
        )
    )


def _linked(  # noqa: PLR0913, PLR0917 - a question with all that says where it is asked
    space: Space, call: Call, known: Formula, want: Want, side: str, place: str
) -> Formula:
    """What a link shows is unknown where the issuer is."""
    position = PLACES.index(place)
    chain = space[Key(side, "", "chain")]
    if place == ANCHOR:
        return FALSE if want in (Want.TRUE, Want.FALSE) else TRUE
    if call.atom.name == "link.key_identifiers_identical":
        known = _identified(space, known, want, side, place)
    if want in (Want.TRUE, Want.FALSE):
        return every((chain.that(lambda one: position < one.issuers + one.anchored), known))
    return some((chain.that(lambda one: position >= one.issuers + one.anchored), known))


# -- key identifiers


@lru_cache(maxsize=_MOST_KEPT)
def _plain(atom: str) -> Call:
    """The question of an atom without arguments; the same call each time."""
    return Call(*ATOMS[atom], ())


def _above(place: str) -> tuple[str, ...]:
    """The places at which who issued the certificate at `place` can be."""
    if place == ANCHOR:
        return ()
    return tuple(dict.fromkeys((PLACES[PLACES.index(place) + 1], ANCHOR)))


def _issues(position: int, above: str, chain: Chain, *, joined: bool) -> bool:
    """Whether who is at `above` issues the certificate at a position, or not where `joined`."""
    last = chain.issuers == position
    return (chain.anchored and last if above == ANCHOR else chain.issuers > position) != joined


_SUBJECT_KEY: Final[dict[Want, Callable[[Any], bool]]] = {
    Want.TRUE: lambda value: value is not None and value is not UNREADABLE,
    Want.FALSE: lambda value: value is None,
    Want.NOT_TRUE: lambda value: value is None or value is UNREADABLE,
    Want.NOT_FALSE: lambda value: value is not None,
}
"""What a subject key identifier is, by whether there is one to be compared."""


def _identified(space: Space, same: Formula, want: Want, side: str, place: str) -> Formula:
    """Both are there and can be read, and are the same; false where one is absent.

    What the variable of the link says (`same`) counts only where both can be read. There it
    can say either: who issues a certificate can write any octets into it.
    """
    found = _comparable(space, want, side, place)
    match want:
        case Want.TRUE:
            return every((*found, same))
        case Want.NOT_TRUE:
            return some((*found, same))
        case Want.FALSE:
            return some((every((*_comparable(space, Want.TRUE, side, place), same)), *found))
        case _:
            return every((some((*_comparable(space, Want.NOT_TRUE, side, place), same)), *found))


def _comparable(space: Space, want: Want, side: str, place: str) -> tuple[Formula, Formula]:
    """There is a key identifier in the AKI at `place`, and an SKI in the certificate above it."""
    has_key = _plain("aki.key_identifier")
    named = space[Key(side, place, "aki")].where(has_key, want, has_key.answer)
    chain, position = space[Key(side, "", "chain")], PLACES.index(place)
    joined = want in _JOINED
    own = [
        (
            chain.that(partial(_issues, position, one, joined=joined)),
            space[Key(side, one, "ski")].always(_SUBJECT_KEY[want]),
        )
        for one in _above(place)
    ]
    return named, every(map(some, own)) if joined else some(map(every, own))
