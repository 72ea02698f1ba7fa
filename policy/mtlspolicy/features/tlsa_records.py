"""TLSA records of the peer, as rules ask about them (RFC 6698, RFC 7671).

`port` says under whose port they are looked up: that of the peer's own service, or the one
that it connects from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mtlspolicy.derive.dns import confirm
from mtlspolicy.derive.dns.questions import PORTS as WORDS
from mtlspolicy.derive.dns.questions import ByPort
from mtlspolicy.derive.dns.tlsa import OUTCOMES, PENDING, Dane, Records, outcomes, replaces_anchor
from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.parameters import Parameter, choice, choices
from mtlspolicy.features.reverse_dns import AMONG, EXEMPT, WILDCARDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["PORT", "TlsaFeature"]

PORT: Final = Parameter("port", choice(*WORDS), "server")


class _Last:
    """What was found of the last value: a policy asks many questions about one."""

    __slots__ = ("found", "value")

    def __init__(self, value: Dane | None) -> None:
        self.value = value
        self.found: dict[tuple[Any, ...], tuple[str, ...]] = {}


_last: Final = [_Last(None)]


def _found(value: Dane, *asked: Any) -> tuple[str, ...]:  # noqa: ANN401 - the atom's parameters
    last = _last[0]
    if last.value is not value:
        last = _last[0] = _Last(value)
    known = last.found.get(asked)
    if known is None:
        known = last.found[asked] = outcomes(value, *asked)
    return known


def _outcome(  # noqa: PLR0913, PLR0917 - the atom's parameters
    value: Dane,
    words: tuple[str, ...],
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...],
) -> Truth:
    found = _found(value, exempt, wildcards, port, among)
    settled = [one for one in found if one not in PENDING]
    if any(one in words for one in settled):
        return True
    return None if len(settled) < len(found) else False


def _settled(  # noqa: PLR0913, PLR0917 - the atom's parameters
    value: Dane,
    words: tuple[str, ...],
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...],
) -> Truth:
    found = _found(value, exempt, wildcards, port, among)
    return None if any(one in words for one in found) else True


def _replaces(
    value: Dane, exempt: tuple[str, ...], wildcards: str, port: str, among: tuple[str, ...]
) -> Truth:
    known = not value.named or (
        confirm.outcome(value.confirmation, exempt, wildcards, among) not in confirm.PENDING
    )
    found = _found(value, exempt, wildcards, port, among)
    if not known or any(one in PENDING for one in found):
        return None
    return replaces_anchor(value, exempt, wildcards, port, among)


class TlsaFeature(ConnectionFeature[Dane]):
    """What the TLSA records of the confirmed name, or of the address, say of the certificate."""

    name: ClassVar[str] = "tlsa"
    title: ClassVar[str] = "TLSA records"
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "tlsa.outcome",
            (Parameter("words", choices(*OUTCOMES)), EXEMPT, WILDCARDS, PORT, AMONG),
            _outcome,
            "looking for TLSA records under the port {3} ends with {0:or}",
            "looking for TLSA records under the port {3} does not end with {0:or}",
            "For a certificate of a name and an address, either can come to it. Unknown while a "
            "question is not answered, or the path that a record may name a certificate of is not "
            "known.",
            show=outcome_words.tlsa,
        ),
        Atom(
            "tlsa.settled",
            (Parameter("words", choices(*PENDING)), EXEMPT, WILDCARDS, PORT, AMONG),
            _settled,
            "looking for TLSA records under the port {3} does not wait for {0:or}",
            "looking for TLSA records under the port {3} waits for {0:or}",
            "Never false: more evidence can settle it.",
            show=outcome_words.awaited,
        ),
        Atom(
            "tlsa.replaces_anchor",
            (EXEMPT, WILDCARDS, PORT, AMONG),
            _replaces,
            "a TLSA record of usage 2 or 3 under the port {2}, secure at every hop, stands for the "
            "trust anchor",
            "no secure TLSA record of usage 2 or 3 under the port {2} stands for the trust anchor",
            show=outcome_words.tlsa,
        ),
    )

    def read(self, subject: PathSubject) -> Dane:
        """Take what was derived."""
        return known_of(subject).dane

    def points(self, calls: Sequence[Call]) -> Iterator[Dane]:
        """Every outcome, signed and not, for every kind of confirmation and every port asked."""
        from mtlspolicy.features.dns_questions import questions_of  # noqa: PLC0415 - forging
        from mtlspolicy.features.record_points import danes  # noqa: PLC0415 - the same

        def tell(value: Dane) -> tuple[Truth, ...]:
            return tuple([call.answer(value) for call in calls])

        yield from danes(questions_of(calls), tell)

    def realise(self, value: Dane, place: Place) -> None:
        """Write the confirmation, the ports, and records that name what they have to."""
        from mtlspolicy.features import forged_connection  # noqa: PLC0415 - forging

        groups = (*value.by_name, *((value.by_address,) if value.by_address else ()))
        found = [one for group in groups for one in (group.server, group.source) if one]
        if any(word == "undetermined" for one in found for _, word in one.found):
            # no path is known that the record could be about
            place.evidence.setdefault(place.side, {})["anchors"] = None
        together = {"dns": value.confirmation, "tlsa": value}
        forged_connection.realise(together, place, {})

    def show(self, value: Dane) -> object:
        """Per name the records under the port of the service, and what each names."""
        names = [one.name for one in value.confirmation.candidates]
        listed: list[tuple[str, ByPort[Records | None]]] = [
            (name, one) for name, one in zip(names, value.by_name, strict=True) if one.server
        ]
        if value.by_address is not None:
            listed.append(("the address", value.by_address))
        return {name: _shown(one) for name, one in listed}

    def describe(self, value: Dane) -> str:
        """In words."""
        told = [
            f"{one.server.lookup.owner}: {_told(one.server)}"
            for one in (*value.by_name, *((value.by_address,) if value.by_address else ()))
            if one.server is not None
        ]
        return "; ".join(told) or "no name or port under which TLSA records could stand"


def _shown(one: ByPort[Records | None]) -> dict[str, Any]:
    return {
        port: {
            "asked": f"{found.lookup.owner} {found.lookup.type}",
            "end": found.lookup.end,
            "status": [f"{hop.owner} {hop.type}: {hop.status}" for hop in found.lookup.hops],
            "records": [f"usage {usage}: {word}" for usage, word in found.found],
        }
        for port, found in (("server", one.server), ("source", one.source))
        if found is not None
    }


def _told(found: Records) -> str:
    if found.lookup.end != "data":
        return found.lookup.end
    status = found.lookup.hops[-1].status
    listed = ", ".join(f"usage {usage} {word}" for usage, word in found.found)
    return f"{listed or 'too many records'} ({status})"
