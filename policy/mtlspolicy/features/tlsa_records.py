"""TLSA records of the peer, as rules ask about them (RFC 6698, RFC 7671).

`port` says under whose port they are looked up: that of the peer's own service, or the one
that it connects from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mtlspolicy.derive.dns import confirm
from mtlspolicy.derive.dns.confirm import Confirmation
from mtlspolicy.derive.dns.questions import PORTS as WORDS
from mtlspolicy.derive.dns.questions import ByPort
from mtlspolicy.derive.dns.tlsa import OUTCOMES, PENDING, Dane, Records, outcomes, replaces_anchor
from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.forged_dns import NAME, PORTS, REVERSE, answered, confirmed, lookup, record
from mtlspolicy.features.parameters import Parameter, choice, choices
from mtlspolicy.features.reverse_dns import AMONG, EXEMPT, WILDCARDS, exempt_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.derive.dns.lookup import Lookup
    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["PORT", "TlsaFeature"]

PORT: Final = Parameter("port", choice(*WORDS), "server")


def _outcome(  # noqa: PLR0913, PLR0917 - the atom's parameters
    value: Dane,
    words: tuple[str, ...],
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...],
) -> Truth:
    found = outcomes(value, exempt, wildcards, port, among)
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
    found = outcomes(value, exempt, wildcards, port, among)
    return None if any(one in words for one in found) else True


def _replaces(
    value: Dane, exempt: tuple[str, ...], wildcards: str, port: str, among: tuple[str, ...]
) -> Truth:
    known = not value.named or (
        confirm.outcome(value.confirmation, exempt, wildcards, among) not in confirm.PENDING
    )
    found = outcomes(value, exempt, wildcards, port, among)
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
        """Every outcome, signed and not, for names that the calls exempt and others."""
        for found in _FOUND:
            for status in ("secure", "insecure"):
                yield _dane(NAME, found, status)
        yield _dane(NAME, ((3, "match"),) * 33, "secure", excess=True)
        yield _dane(NAME, ((1, "match"),) * 33, "insecure", excess=True)
        for domain in exempt_of(calls):
            if domain != "onion":
                yield _dane(f"peer.{domain}", ((1, "match"),), "secure")
                yield _dane(f"peer.{domain}", ((3, "match"),), "bogus")
        yield _dane(NAME, ((3, "match"),), "bogus")
        for end in ("unanswered", "expired", "absent", "failed", "contradiction"):
            yield _ended(end)
        yield Dane(Confirmation(None), ())
        yield Dane(Confirmation(lookup(REVERSE, "PTR", "absent")), ())
        yield Dane(confirmed(NAME), (ByPort(None, None),))
        yield Dane(
            Confirmation(lookup(REVERSE, "PTR", "absent")),
            (),
            ByPort(_records(REVERSE), None),
            named=False,
        )

    def realise(self, value: Dane, place: Place) -> None:
        """Write the confirmation, the ports, and records that name what they have to."""
        from mtlspolicy.features import forged_tlsa  # noqa: PLC0415 - forging is not deciding

        forged_tlsa.realise(value, place, PORTS)

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


# -- points

_FOUND: Final[tuple[tuple[tuple[int, str], ...], ...]] = (
    ((3, "match"),),
    ((1, "match"),),
    ((2, "match"),),
    ((1, "mismatch"),),
    ((3, "mismatch"),),
    ((0, "undetermined"),),
    ((1, "unusable"),),
    ((1, "malformed"),),
)


def _records(
    base: str,
    found: tuple[tuple[int, str], ...] = ((3, "match"),),
    status: str = "secure",
    port: str = "server",
    *,
    excess: bool = False,
) -> Records:
    owner = f"_{PORTS[port]}._tcp.{base}"
    # The data are written when the certificate that they are about is known.
    data = [record(usage=usage, word=word, number=n) for n, (usage, word) in enumerate(found)]
    return Records(
        lookup(owner, "TLSA", "data", *data, status=status),
        answered(base).hops,
        () if excess else found,
        excess,
    )


def _dane(
    name: str, found: tuple[tuple[int, str], ...], status: str, *, excess: bool = False
) -> Dane:
    both = [_records(name, found, status, port, excess=excess) for port in WORDS]
    return Dane(confirmed(name), (ByPort(*both),))


def _ended(end: str) -> Dane:
    def under(port: str) -> Records:
        asked: Lookup = lookup(f"_{PORTS[port]}._tcp.{NAME}", "TLSA", end)
        return Records(asked, answered().hops)

    return Dane(confirmed(NAME), (ByPort(under("server"), under("source")),))
