"""From a question of a rule to the variables that answer it.

A variable is named by side, place (leaf, issuer1, issuer2, anchor, or "" for the side as a
whole) and feature. Most questions are about one variable. Three are not as they look: the
evaluation time is one for all, what issuers permit follows from their certificates, and
the two records of root programmes are two variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.compare.chain import issuers_value
from mtlspolicy.features.base import Call, Scope
from mtlspolicy.features.programme import Value as Records
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.validity import Value as Validity

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from mtlspolicy.features.base import Truth
    from mtlspolicy.language.tree import Question

__all__ = ["ANCHOR", "AT", "LEAF", "PLACES", "Key", "Term", "term"]

LEAF: Final = "leaf"
ANCHOR: Final = "anchor"
ISSUERS: Final = ("issuer1", "issuer2")
PLACES: Final = (LEAF, *ISSUERS, ANCHOR)


class Key(NamedTuple):
    """The name of a variable."""

    side: str
    place: str
    feature: str


AT: Final = Key("", "", "at")


@dataclass(frozen=True, slots=True)
class Term:
    """One question: the variables, the answer from their values, and what tells values apart.

    `calls` are asked of the domains of the variables; `classes` has per variable a function
    to a key on which the answer depends.
    """

    keys: tuple[Key, ...]
    calls: tuple[tuple[Call, ...], ...]
    classes: tuple[Callable[[Any], Hashable], ...]
    answer: Callable[[Sequence[Any]], Truth]


def term(question: Question, side: str, place: str) -> Term:  # noqa: PLR0911 - one line per kind
    """Return the term of a question in a rule that judges `place` on `side` (or the pair)."""
    call = question.call
    feature = call.feature
    owner = side if question.whose == "self" else question.whose
    if call.atom.name == "validity.evaluated":
        return _single(AT, call, lambda at: Validity(None, None, at))
    if feature.name == "issuers":
        return _issuers(call, side)
    if call.atom.name == "programme.anchor_added":
        return _single(
            Key(side, "", "added"), call, lambda added: Records(added, None, stands_in=False)
        )
    if call.atom.name == "programme.disclosed":
        return _single(
            Key(side, place, "disclosed"), call, lambda told: Records(None, told, stands_in=False)
        )
    if feature.scope is Scope.PAIR:
        return _single(Key("", "", feature.name), call, lambda value: value)
    if feature.scope is Scope.PATH:
        return _single(Key(side, "", feature.name), call, lambda value: value)
    return _single(Key(owner, place, feature.name), call, lambda value: value)


def _single(key: Key, call: Call, wrap: Callable[[Any], Any]) -> Term:
    def answer(value: Any) -> Truth:  # noqa: ANN401 - any feature's value
        return call.answer(wrap(value))

    return Term((key,), ((call,),), (answer,), lambda values: answer(values[0]))


def _issuers(call: Call, side: str) -> Term:
    """What the issuers permit, from the shape of the chain and each one's own usage."""
    feature, permits = ATOMS["eku.permits"]
    asked: list[Call] = []
    if call.arguments:
        purpose, absent, any_purpose, anchor = call.arguments
        asked.append(Call(feature, permits, (purpose, absent, any_purpose)))
        above = (
            Call(feature, permits, (purpose, "allow", any_purpose)) if anchor == "count" else None
        )
    else:
        above = None
    present = Call(feature, ATOMS["eku.present"][1], ())
    anchors = () if above is None else (above, present)
    keys = (
        Key(side, "", "chain"),
        *(Key(side, place, "eku") for place in ISSUERS),
        Key(side, ANCHOR, "eku"),
    )

    def answer(values: Sequence[Any]) -> Truth:
        chain, first, second, anchor_usage = values
        return call.answer(issuers_value(chain, (first, second), anchor_usage))

    def usage_class(calls: tuple[Call, ...]) -> Callable[[Any], Hashable]:
        return lambda value: tuple([one.answer(value) for one in calls])

    return Term(
        keys,
        ((), tuple(asked), tuple(asked), anchors),
        (
            lambda chain: chain,
            usage_class(tuple(asked)),
            usage_class(tuple(asked)),
            usage_class(anchors),
        ),
        answer,
    )
