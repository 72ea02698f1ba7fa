"""Forward-confirmed reverse DNS of the connection's address, as rules ask about it.

Which domains are exempt from DNSSEC, and whether a wildcard counts, is said by whoever asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.derive.dns.confirm import (
    OUTCOMES,
    PENDING,
    Candidate,
    Confirmation,
    best,
    listed,
    outcome,
    reverse_outcome,
)
from mtlspolicy.derive.dns.names import is_within
from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.parameters import FREEDOM, TEXTS, Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["AMONG", "EXEMPT", "WILDCARDS", "ReverseDnsFeature"]

EXEMPT: Final = Parameter("exempt", TEXTS)
WILDCARDS: Final = Parameter("wildcards", FREEDOM, "allow")
AMONG: Final = Parameter("among", TEXTS, ())
"""The names that let a peer in: where it has one of them, everything is asked of that name."""


def _outcome(
    value: Confirmation,
    words: tuple[str, ...],
    exempt: tuple[str, ...],
    wildcards: str,
    among: tuple[str, ...],
) -> Truth:
    found = outcome(value, exempt, wildcards, among)
    return None if found in PENDING else found in words


def _settled(
    value: Confirmation,
    words: tuple[str, ...],
    exempt: tuple[str, ...],
    wildcards: str,
    among: tuple[str, ...],
) -> Truth:
    return None if outcome(value, exempt, wildcards, among) in words else True


def _reverse(value: Confirmation, words: tuple[str, ...], exempt: tuple[str, ...]) -> Truth:
    found = reverse_outcome(value, exempt)
    return None if found in PENDING else found in words


def _exempted(
    value: Confirmation, exempt: tuple[str, ...], wildcards: str, among: tuple[str, ...]
) -> Truth:
    if outcome(value, exempt, wildcards, among) in PENDING:
        return None
    index = best(value, exempt, wildcards, among)
    return index is not None and is_within(value.candidates[index].name, exempt)


class ReverseDnsFeature(ConnectionFeature[Confirmation]):
    """Which names the address of the connection has, and which of them lead back to it."""

    name: ClassVar[str] = "dns"
    title: ClassVar[str] = "forward-confirmed reverse DNS"
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "dns.outcome",
            (Parameter("words", choices(*OUTCOMES)), EXEMPT, WILDCARDS, AMONG),
            _outcome,
            "confirming the peer's name ends with {0:or}",
            "confirming the peer's name does not end with {0:or}",
            "Judged by the names of the address that the certificate carries: by the expected one "
            "alone, or by those of `among`, where there are any. Unknown while a question is not "
            "answered, or its answer has expired.",
            show=outcome_words.name,
        ),
        Atom(
            "dns.settled",
            (Parameter("words", choices(*PENDING)), EXEMPT, WILDCARDS, AMONG),
            _settled,
            "confirming the peer's name does not wait for {0:or}",
            "confirming the peer's name waits for {0:or}",
            "Never false: more evidence can settle it.",
            show=outcome_words.awaited,
        ),
        Atom(
            "dns.reverse",
            (Parameter("words", choices(*OUTCOMES)), EXEMPT),
            _reverse,
            "looking up the names of the address ends with {0:or}",
            "looking up the names of the address does not end with {0:or}",
            show=outcome_words.name,
        ),
        Atom(
            "dns.confirmed_in",
            (Parameter("names", TEXTS), EXEMPT, WILDCARDS),
            listed,
            "the confirmed name that the certificate carries is among {0:or}",
            "no confirmed name that the certificate carries is among {0:or}",
        ),
        Atom(
            "dns.confirmed_exempt",
            (EXEMPT, WILDCARDS, AMONG),
            _exempted,
            "the confirmed name is within {0:or}",
            "the confirmed name is not within {0:or}",
            "False where no name is confirmed.",
        ),
    )

    def read(self, subject: PathSubject) -> Confirmation:
        """Take what was derived."""
        return known_of(subject).confirmation

    def points(self, calls: Sequence[Call]) -> Iterator[Confirmation]:
        """Every way to fail, and confirmations of names that the calls tell apart."""
        from mtlspolicy.features.dns_points import confirmations  # noqa: PLC0415 - forging
        from mtlspolicy.features.dns_questions import bases_of  # noqa: PLC0415 - the same

        def tell(value: Confirmation) -> tuple[Truth, ...]:
            return tuple(call.answer(value) for call in calls)

        yield from confirmations(bases_of(calls), tell)

    def realise(self, value: Confirmation, place: Place) -> None:
        """Write the answers, and issue the certificate to the names that it carries."""
        from mtlspolicy.features import forged_connection  # noqa: PLC0415 - forging

        forged_connection.realise({"dns": value}, place, {})

    def show(self, value: Confirmation) -> object:
        """The names, how each is carried, and the DNSSEC status of each hop."""
        if value.reverse is None:
            return None
        return {
            "asked": f"{value.reverse.owner} {value.reverse.type}",
            "end": value.reverse.end,
            "names": [_shown(one) for one in value.candidates],
        }

    def describe(self, value: Confirmation) -> str:
        """In words."""
        if value.reverse is None:
            return "no address to look up"
        if not value.candidates:
            more = " (answers about another address were given)" if value.unrelated else ""
            much = "too many names" if value.excess else value.reverse.end
            return f"names of {value.reverse.owner}: {much}{more}"
        return "; ".join(map(_told, value.candidates))


def _shown(one: Candidate) -> object:
    return {
        "name": one.name,
        "carried": one.carried or None,
        "forward": one.unusable or one.found or one.forward.end,
        "status": [f"{hop.owner} {hop.type}: {hop.status}" for hop in one.forward.hops],
    }


def _told(one: Candidate) -> str:
    carried = "" if one.carried else ", not in the certificate"
    return f"{one.name}: {one.unusable or one.found or one.forward.end}{carried}"
