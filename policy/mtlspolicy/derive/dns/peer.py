"""Everything that evidence says of a connecting peer, put together for one candidate path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.dns.answers import Answers, read_answers
from mtlspolicy.derive.dns.confirm import Candidate as Name
from mtlspolicy.derive.dns.confirm import Confirmation, confirm
from mtlspolicy.derive.dns.lookup import FAULTS, Hop, Lookup, follow
from mtlspolicy.derive.dns.names import port_name, reverse_name
from mtlspolicy.derive.dns.questions import ByPort, Endpoint, endpoint_of, service_questions
from mtlspolicy.derive.dns.services import Found, Services, found_in
from mtlspolicy.derive.dns.source import Source, carries, read_source
from mtlspolicy.derive.dns.tlsa import Dane, Matcher, Records
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.derive.side import Candidate
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["NOBODY", "Peer", "peer_instants", "peer_of"]


@dataclass(frozen=True, slots=True)
class Peer:
    """What is known of a peer at an instant.

    `carried`: whether the certificate is issued to the connection's address, None where
    that is not known. `faults`: words for answers that were used and cannot be relied on.
    `used`: the questions whose answers any of this stands on.
    """

    source: Source
    carried: bool | None
    confirmation: Confirmation
    dane: Dane
    services: Services
    faults: frozenset[str]
    used: tuple[Lookup, ...]


_UNKNOWN: Final = Confirmation(None)

NOBODY: Final = Peer(
    source=Source("absent"),
    carried=None,
    confirmation=_UNKNOWN,
    dane=Dane(_UNKNOWN, ()),
    services=Services(_UNKNOWN, ()),
    faults=frozenset(),
    used=(),
)
"""What is known of any peer without an address and without answers."""


def peer_of(
    context: Context, side: str, certificate: Certificate, candidate: Candidate, at: int | None
) -> Peer:
    """Return what the evidence says of the peer on one side; never raises.

    `at`: seconds since 1970, or None to take every answer as current.
    """
    if context.dns is None and context.of(side).address is None:
        return NOBODY
    answers = read_answers(context.dns)
    source = read_source(context.of(side).address)
    name = context.of(side).name
    expected = name.value if name is not None and name.type == "dns" else None
    confirmation = confirm(answers, source.address, certificate, at, expected)
    asking = _Asking(answers, endpoint_of(context.handshake), at)
    matcher = Matcher(certificate, candidate, context.at if at is None else at)
    dane = asking.dane(confirmation, source, certificate, matcher)
    services = Services(confirmation, tuple(asking.services(n) for n in confirmation.candidates))
    used = [*_lookups(confirmation), *asking.asked]
    faults = {lookup.end for lookup in used if lookup.end in FAULTS}
    return Peer(
        source=source,
        carried=None if source.address is None else carries(certificate, source.address),
        confirmation=confirmation,
        dane=dane,
        services=services,
        faults=frozenset(faults | ({answers.fault} if answers.fault else set())),
        used=tuple(used),
    )


def peer_instants(
    context: Context, side: str, certificate: Certificate, candidate: Candidate
) -> tuple[int, ...]:
    """Return the seconds since 1970 at which what DNS says of a peer can change, in order.

    A record may stand for the trust anchor, so the validity of the chain belongs to it.
    """
    used = peer_of(context, side, certificate, candidate, None).used
    found = {instant for lookup in used for instant in lookup.instants}
    for one in (certificate, *candidate.issuers):
        if not isinstance(one.not_before, Unreadable):
            found.add(one.not_before)
        if not isinstance(one.not_after, Unreadable):
            found.add(one.not_after + 1)
    return tuple(sorted(found))


def _lookups(confirmation: Confirmation) -> Iterator[Lookup]:
    if confirmation.reverse is not None:
        yield confirmation.reverse
    for one in confirmation.candidates:
        if one.carried:
            yield one.forward


class _Asking:
    """Questions about the names of one peer; remembers which were asked."""

    def __init__(self, answers: Answers, endpoint: Endpoint, at: int | None) -> None:
        self.answers = answers
        self.endpoint = endpoint
        self.at = at
        self.asked: list[Lookup] = []

    def follow(self, owner: str, kind: str) -> Lookup:
        found = follow(self.answers, owner, kind, self.at)
        self.asked.append(found)
        return found

    def dane(
        self, confirmation: Confirmation, source: Source, leaf: Certificate, matcher: Matcher
    ) -> Dane:
        """Look up TLSA records: of every name that the certificate carries, and of its address."""
        by_name = tuple(
            self.tlsa(one.name, one.forward.hops if one.carried else None, matcher)
            for one in confirmation.candidates
        )
        kinds = _kinds(leaf)
        if source.address is None or "iPAddress" not in kinds:
            return Dane(confirmation, by_name)
        # draft-frank, 3.3-8a: for an address, the reverse lookup zone
        by_address = self.tlsa(reverse_name(source.address), (), matcher)
        return Dane(confirmation, by_name, by_address, named="dNSName" in kinds)

    def tlsa(
        self, base: str, hops: tuple[Hop, ...] | None, matcher: Matcher
    ) -> ByPort[Records | None]:
        def records(port: int | None) -> Records | None:
            if port is None or hops is None:
                return None
            lookup = self.follow(port_name(port, self.endpoint.transport, base), "TLSA")
            return matcher.records(lookup, hops)

        return ByPort(records(self.endpoint.ports.server), records(self.endpoint.ports.source))

    def services(self, name: Name) -> ByPort[tuple[Found, ...]]:
        """Look up service records of a name that the certificate carries."""

        def found(port: int | None) -> tuple[Found, ...]:
            asked = service_questions(self.endpoint, port, name.name) if name.carried else ()
            return tuple(
                found_in(self.follow(owner, kind), name.name, port or 0) for owner, kind in asked
            )

        return ByPort(found(self.endpoint.ports.server), found(self.endpoint.ports.source))


def _kinds(leaf: Certificate) -> frozenset[str]:
    """Return the kinds of the alternative names of a certificate."""
    names = leaf.subject_alt_name
    if names is None or isinstance(names, Unreadable):
        return frozenset()
    return frozenset(name.kind for name in names.names)
