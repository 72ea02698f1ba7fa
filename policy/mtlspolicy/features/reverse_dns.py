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
from mtlspolicy.derive.dns.lookup import FAULTS
from mtlspolicy.derive.dns.names import is_within
from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.forged_dns import (
    NAME,
    REVERSE,
    REVERSE_6,
    answered,
    confirmed,
    lookup,
    put_confirmation,
    record,
)
from mtlspolicy.features.parameters import FREEDOM, TEXTS, Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mtlspolicy.derive.dns.lookup import Lookup
    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["AMONG", "EXEMPT", "WILDCARDS", "ReverseDnsFeature", "confirmations", "exempt_of"]

EXEMPT: Final = Parameter("exempt", TEXTS)
WILDCARDS: Final = Parameter("wildcards", FREEDOM, "allow")
AMONG: Final = Parameter("among", TEXTS, ())
"""The names that let a peer in: where it has one of them, everything is asked of that name."""
_STATUSES: Final = ("secure", "insecure", "indeterminate", "bogus")


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
        yield from confirmations(calls)
        yield from _failures()

    def realise(self, value: Confirmation, place: Place) -> None:
        """Write the answers, and issue the certificate to the names that it carries."""
        put_confirmation(place, value)

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


# -- points


def exempt_of(calls: Iterable[Call]) -> list[str]:
    """Return the domains that the calls exempt, each once, as names."""
    found = {
        domain.strip(".")
        for call in calls
        for parameter, argument in zip(call.atom.parameters, call.arguments, strict=True)
        if parameter.name == "exempt"
        for domain in argument
    }
    return sorted(found)


def _named_by(calls: Iterable[Call]) -> list[str]:
    return sorted({n for c in calls if c.atom.name == "dns.confirmed_in" for n in c.arguments[0]})


def _candidate(name: str, carried: str, status: str = "secure") -> Candidate:
    return Candidate(name, carried, "", answered(name, status), "match")


def confirmations(calls: Sequence[Call]) -> Iterator[Confirmation]:
    """Yield confirmations that succeed, or fail by DNSSEC, of names that the calls tell apart."""
    # A name of the Tor network has no address that could be confirmed.
    domains = [domain for domain in exempt_of(calls) if domain != "onion"]
    for name in (NAME, *(f"peer.{domain}" for domain in domains), *_named_by(calls)):
        for status in _STATUSES:
            for carried in ("exact", "wildcard"):
                yield confirmed(name, carried, status)


def _failures() -> Iterator[Confirmation]:
    yield Confirmation(None)
    yield Confirmation(lookup(REVERSE, "PTR", "unanswered"), unrelated=True)
    for end in ("unanswered", "expired", "absent", "failed", *FAULTS):
        yield Confirmation(lookup(REVERSE, "PTR", end))
    for status in _STATUSES[1:]:
        found = lookup(REVERSE, "PTR", "data", record(target=NAME), status=status)
        yield Confirmation(found, candidates=(_candidate(NAME, "exact"),))
    many = [record(target=f"n{number}.example.com") for number in range(9)]
    yield Confirmation(lookup(REVERSE, "PTR", "data", *many), excess=True)
    yield from _named("another.example.net", "", "match", answered("another.example.net"))
    yield from _named("_name.example.com", "", "", lookup("_", "A", "unanswered"), "name_invalid")
    yield from _named(
        "peer.onion", "exact", "", lookup("peer.onion", "A", "unanswered"), "name_onion"
    )
    for end in ("unanswered", "expired", "absent", "failed", *FAULTS[2:]):
        yield from _named(NAME, "exact", "", lookup(NAME, "A", end))
    wrong = {
        "forward_mismatch": "192.0.2.99",
        "address_invalid": "2001:db8::1",
    }
    for word, address in wrong.items():
        forward = lookup(NAME, "A", "data", record(address=address))
        yield from _named(NAME, "exact", word, forward)
    # Only for an address of IPv6 are AAAA records looked up, which can hold a mapped one.
    mapped = lookup(NAME, "AAAA", "data", record(address="::ffff:203.0.113.7"))
    six = Candidate(NAME, "exact", "", mapped, "address_mapped")
    yield Confirmation(lookup(REVERSE_6, "PTR", "data", record(target=NAME)), candidates=(six,))


def _named(
    name: str, carried: str, found: str, forward: Lookup, unusable: str = ""
) -> Iterator[Confirmation]:
    reverse = lookup(REVERSE, "PTR", "data", record(target=name))
    candidate = Candidate(name, carried, unusable, forward, found)
    yield Confirmation(reverse, candidates=(candidate,))
