"""Service records of the peer, as rules ask about them (RFC 2782, RFC 9460)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mtlspolicy.derive.dns.confirm import Confirmation
from mtlspolicy.derive.dns.questions import PORTS as WORDS
from mtlspolicy.derive.dns.questions import ByPort
from mtlspolicy.derive.dns.services import OUTCOMES, Found, Services, outcome
from mtlspolicy.features import forged_dns, outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.forged_dns import NAME, PORTS, confirmed, lookup, record
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

    def points(self, calls: Sequence[Call]) -> Iterator[Services]:  # noqa: ARG002 - no constants
        """Every outcome."""
        for status in ("secure", "insecure", "indeterminate", "bogus"):
            for named in (True, False):
                yield _services("data", status, named=named)
        for end in ("absent", "failed", "expired", "unanswered", "contradiction"):
            yield _services(end)
        yield Services(Confirmation(None), ())

    def realise(self, value: Services, place: Place) -> None:
        """Write the confirmation, the ports, and the records."""
        forged_dns.put_confirmation(place, value.confirmation)
        handshake: dict[str, Any] = place.evidence.setdefault("handshake", {})
        handshake.pop("service", None)
        handshake["server_port"], handshake["client_port"] = PORTS["server"], PORTS["source"]
        for one in value.by_name:
            for found in (*one.server, *one.source):
                forged_dns.put_lookup(place, found.lookup)

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


def _services(end: str, status: str = "secure", *, named: bool = False) -> Services:
    def under(port: str) -> tuple[Found, ...]:
        target = NAME if named else "another.example.net"
        data = record(priority=0, weight=0, port=PORTS[port], target=target)
        owner = f"_{PORTS[port]}._tcp.{NAME}"
        return (Found(lookup(owner, "SRV", end, data, status=status), named),)

    return Services(confirmed(), (ByPort(*(under(port) for port in WORDS)),))
