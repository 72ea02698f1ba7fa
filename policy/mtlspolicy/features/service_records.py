"""Service records of the peer, as rules ask about them (RFC 2782, RFC 9460)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.derive.dns.services import OUTCOMES, Found, Services, outcome
from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.parameters import Parameter, choices
from mtlspolicy.features.reverse_dns import AMONG, EXEMPT, WILDCARDS
from mtlspolicy.features.tlsa_records import PORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["ServiceFeature"]

_PENDING: Final = ("unanswered", "expired")


def _outcome(  # noqa: PLR0913, PLR0917 - the atom's parameters
    value: Services,
    words: tuple[str, ...],
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...],
) -> Truth:
    found = outcome(value, exempt, wildcards, port, among)
    return None if found in _PENDING else found in words


class ServiceFeature(ConnectionFeature[Services]):
    """Whether SRV, SVCB or HTTPS records of the confirmed name lead to its host and port."""

    name: ClassVar[str] = "service"
    title: ClassVar[str] = "service records"
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "service.outcome",
            (Parameter("words", choices(*OUTCOMES)), EXEMPT, WILDCARDS, PORT, AMONG),
            _outcome,
            "looking for service records of the port {3} ends with {0:or}",
            "looking for service records of the port {3} does not end with {0:or}",
            "`named`: one of them leads to the confirmed host and the port; `other`: none does.",
            show=outcome_words.service,
        ),
    )

    def read(self, subject: PathSubject) -> Services:
        """Take what was derived."""
        return known_of(subject).services

    def points(self, calls: Sequence[Call]) -> Iterator[Services]:
        """Every outcome, for every kind of confirmation and every port asked."""
        from mtlspolicy.features.dns_questions import questions_of  # noqa: PLC0415 - forging
        from mtlspolicy.features.record_points import services  # noqa: PLC0415 - the same

        yield from services(questions_of(calls))

    def realise(self, value: Services, place: Place) -> None:
        """Write the confirmation, the ports, and the records."""
        from mtlspolicy.features import forged_connection  # noqa: PLC0415 - forging

        together = {"dns": value.confirmation, "service": value}
        forged_connection.realise(together, place, {})

    def show(self, value: Services) -> object:
        """Per question what it came to, and whether a record leads to host and port."""
        return {
            f"{one.lookup.owner} {one.lookup.type}": {"end": one.lookup.end, "named": one.named}
            for by_port in value.by_name
            for one in (*by_port.server, *by_port.source)
        }

    def describe(self, value: Services) -> str:
        """In words."""
        told = [
            f"{one.lookup.owner} {one.lookup.type}: {_told(one)}"
            for by_port in value.by_name
            for one in by_port.server
            if one.lookup.end != "unanswered"
        ]
        return "; ".join(told) or "no service records known"


def _told(one: Found) -> str:
    if one.lookup.end != "data":
        return one.lookup.end
    return "leads to the peer" if one.named else "leads elsewhere"
