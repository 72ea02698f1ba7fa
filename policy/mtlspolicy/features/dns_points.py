"""Confirmations that show every combination of answers that questions about DNS can have.

One name of the address is enough to show all that questions by one base can tell apart; where
there are several bases, each may know the peer by another name, so there are two. Values are
built here; what they come to is said by `derive.dns.confirm`.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.dns.confirm import Candidate, Confirmation
from mtlspolicy.derive.dns.lookup import FAULTS, Lookup
from mtlspolicy.derive.dns.names import canonical_name, is_within
from mtlspolicy.features.dns_questions import base_kind
from mtlspolicy.features.forged_dns import (
    ADDRESS,
    ADDRESS_6,
    NAME,
    REVERSE,
    REVERSE_6,
    confirmed,
    lookup,
    record,
    renamed,
)
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.features.dns_questions import Base

__all__ = ["confirmations", "of_each_kind"]

STATUSES: Final = ("secure", "insecure", "indeterminate", "bogus")
_ENDS: Final = ("unanswered", "expired", "absent", "failed", *FAULTS[1:])
"""How a question can end without data; that there were too many answers is so for all."""
_UNLISTED: Final = "host.unlisted.example.net"
_WRONG: Final = {"forward_mismatch": "192.0.2.99", "address_invalid": "2001:db8::1"}


def confirmations(
    bases: Sequence[Base], tell: Callable[[Confirmation], Hashable]
) -> Iterator[Confirmation]:
    """Yield confirmations, the plainest first; `tell` says what has to be told apart."""
    yield confirmed()
    yield from _failures()
    names = _names(bases)
    yield from _of_one(names)
    if len(bases) > 1:
        yield from _of_two(_distinct(_of_one(names), tell))


def of_each_kind(bases: Sequence[Base]) -> tuple[Confirmation, ...]:
    """Return one confirmation of each kind that records of the known name depend on."""
    bases = tuple(dict.fromkeys(bases))

    def kind(value: Confirmation) -> Hashable:
        return value.reverse is None, base_kind(value, bases)

    return tuple(_distinct(confirmations(bases, kind), kind))


def _distinct(
    some: Iterable[Confirmation], tell: Callable[[Confirmation], Hashable]
) -> list[Confirmation]:
    found: dict[Hashable, Confirmation] = {}
    for one in some:
        found.setdefault(tell(one), one)
    return list(found.values())


def _names(bases: Iterable[Base]) -> list[str]:
    """Names that the bases can tell apart: any, one in each exempt domain, those of the lists."""
    found = {NAME: None}
    if any(NAME in map(canonical_name, base.among) for base in bases):
        found[_UNLISTED] = None
    for base in bases:
        domains = sorted(domain.strip(".").lower() for domain in base.exempt)
        # A name of the Tor network has no address that could be confirmed.
        named = [f"host.peer.{domain}" for domain in domains if not is_within(domain, ("onion",))]
        listed = [name for name in map(canonical_name, base.among) if name is not None]
        found |= dict.fromkeys((*named, *filter(_is_host, listed)))
    return list(found)


def _is_host(name: str) -> bool:
    from mtlspolicy.derive.forms import DnsName  # noqa: PLC0415 - where names are listed

    host = DnsName.parse(name)
    return host is not None and host.is_host and not is_within(name, ("onion",))


# -- without a name


def _failures() -> Iterator[Confirmation]:
    """Nothing that a name could be confirmed by."""
    yield Confirmation(None)
    yield Confirmation(lookup(REVERSE, "PTR", "unanswered"), unrelated=True)
    for end in (*_ENDS, FAULTS[0]):
        yield Confirmation(lookup(REVERSE, "PTR", end))
    for status in STATUSES[1:]:
        yield _named(Candidate(NAME, "", "", _forward(NAME), "match"), status)
    for carried in ("exact", "wildcard"):
        yield _named(Candidate(NAME, carried, "", _forward(NAME), "match"), "bogus")
    many = [record(target=f"n{number}.example.com") for number in range(9)]
    yield Confirmation(lookup(REVERSE, "PTR", "data", *many), excess=True)
    yield _named(Candidate("another.example.net", "", "", _forward("another.example.net"), "match"))
    invalid = Lookup("_name.example.com", "A", (), "unanswered")
    yield _named(Candidate("_name.example.com", "", "name_invalid", invalid, ""))


# -- of one name


def _of_one(names: Sequence[str]) -> Iterator[Confirmation]:
    """Every way in which a name that the leaf carries can be confirmed, or fails to be."""
    for name, carried in product(names, ("exact", "wildcard")):
        for forward in STATUSES:
            for reverse in STATUSES[:3]:
                yield _named(
                    Candidate(name, carried, "", _forward(name, forward), "match"), reverse
                )
        yield from _unconfirmed(name, carried)
    unasked = Lookup("peer.onion", "A", (), "unanswered")
    yield _named(Candidate("peer.onion", "exact", "name_onion", unasked, ""))


def _unconfirmed(name: str, carried: str) -> Iterator[Confirmation]:
    for end in _ENDS:
        yield _named(Candidate(name, carried, "", lookup(name, "A", end), ""))
    for word, address in _WRONG.items():
        forward = lookup(name, "A", "data", record(address=address))
        yield _named(Candidate(name, carried, "", forward, word))
    # Only for an address of IPv6 are AAAA records looked up, which can hold a mapped one.
    mapped = lookup(name, "AAAA", "data", record(address="::ffff:203.0.113.7"))
    yield _named(Candidate(name, carried, "", mapped, "address_mapped"), owner=REVERSE_6)


def _forward(name: str, status: str = "secure") -> Lookup:
    return lookup(name, "A", "data", record(address=ADDRESS), status=status)


def _named(one: Candidate, status: str = "secure", owner: str = REVERSE) -> Confirmation:
    reverse = lookup(owner, "PTR", "data", record(target=one.name), status=status)
    return Confirmation(reverse, candidates=(one,))


# -- of two names


def _of_two(singles: Sequence[Confirmation]) -> Iterator[Confirmation]:
    """Every two names of one address that are carried, each as if it were alone."""
    for one, other in product(singles, repeat=2):
        first, second = one.candidates[0], _renamed(other.candidates[0], one.candidates[0].name)
        six = REVERSE_6 in {_owner(one), _owner(other)}
        if second is None or first.name >= second.name or _status(one) != _status(other):
            continue
        both = tuple(_of_six(each) if six else each for each in (first, second))
        targets = [record(target=each.name) for each in both]
        owner = REVERSE_6 if six else REVERSE
        reverse = lookup(owner, "PTR", "data", *targets, status=_status(one))
        yield Confirmation(reverse, candidates=both)


def _owner(value: Confirmation) -> str:
    return "" if value.reverse is None else value.reverse.owner


def _status(value: Confirmation) -> str:
    return "secure" if value.reverse is None else value.reverse.hops[0].status


def _renamed(one: Candidate, taken: str) -> Candidate | None:
    """Return the candidate under a name of its own; a name on a list has but one."""
    if one.name != taken:
        return one
    name = f"second.{taken}"
    return replace(one, name=name, forward=renamed(one.forward, name))


def _of_six(one: Candidate) -> Candidate:
    """Return the candidate as the addresses of IPv6 show it."""
    if one.forward.type == "AAAA":
        return one
    hops = tuple(replace(hop, type="AAAA") for hop in one.forward.hops)
    address = {"match": ADDRESS_6, "forward_mismatch": "2001:db8::99"}.get(one.found, "192.0.2.1")
    records = tuple(record(address=address) for _ in one.forward.records)
    return replace(one, forward=replace(one.forward, type="AAAA", hops=hops, records=records))
