"""TLSA and service records that show every combination of answers that questions can have.

Per kind of confirmation (whether there is a name under which records could stand) and per
port that is asked about: every way in which looking for records can end.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.derive.dns.lookup import FAULTS
from mtlspolicy.derive.dns.questions import PORTS as WORDS
from mtlspolicy.derive.dns.questions import ByPort
from mtlspolicy.derive.dns.services import Found, Services
from mtlspolicy.derive.dns.tlsa import Dane, Records
from mtlspolicy.features.dns_points import STATUSES, of_each_kind
from mtlspolicy.features.dns_questions import counted, records_kind
from mtlspolicy.features.forged_dns import PORTS, REVERSE, lookup, record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.derive.dns.confirm import Confirmation
    from mtlspolicy.derive.dns.lookup import Hop
    from mtlspolicy.features.dns_questions import Questions

__all__ = ["danes", "services"]

_Choice = tuple[str, str, tuple[tuple[int, str], ...]]
"""How a lookup ends, its status, and per record its usage and a word."""

_SIGNED: Final[tuple[tuple[tuple[int, str], ...], ...]] = (
    ((3, "match"),),
    ((1, "match"),),
    ((1, "mismatch"),),
    ((0, "undetermined"),),
    ((1, "unusable"),),
    ((1, "malformed"),),
    ((1, "match"),) * (limits.MAX_TLSA_RECORDS + 1),
)

_CHOICES: Final[tuple[_Choice, ...]] = (
    *(("data", "secure", found) for found in _SIGNED),
    *(("data", "insecure", found) for found in _SIGNED[1:]),
    ("data", "bogus", ((1, "match"),)),
    *((end, "secure", ()) for end in ("absent", "failed", "expired", "unanswered", *FAULTS[1:])),
)
_BY_ADDRESS: Final[tuple[_Choice, ...]] = (*_CHOICES, (FAULTS[0], "secure", ()))


def danes(questions: Questions, tell: Callable[[Dane], Hashable]) -> Iterator[Dane]:
    """Yield TLSA records for every kind of confirmation: of names, of the address, of both.

    `tell` says what questions tell apart: of both together, no more than of each alone.
    """
    ports = {port for _, port in questions}
    kinds = of_each_kind([base for base, _ in questions])
    nameless = next(one for one in kinds if one.reverse is not None and not one.candidates)
    alone = [
        Dane(nameless, (), one, named=False) for one in _groups(REVERSE, (), _BY_ADDRESS, ports)
    ]
    addressed = _distinct(alone, questions, tell)
    for value in kinds:
        every = [Dane(value, groups) for groups in _by_name(value, questions)]
        named = _distinct(every, questions, tell)
        yield from named
        if value.reverse is not None:
            for one, other in _together(named, addressed, all_of_them=len(questions) == 1):
                both = Dane(value, one.by_name, other.by_address)
                if _goes_together(both, questions):
                    yield both
    yield from addressed


def _together(
    some: Sequence[Dane], others: Sequence[Dane], *, all_of_them: bool
) -> Iterable[tuple[Dane, Dane]]:
    """Pair each with each, or each with the plainest of the other alone.

    NOTE: the latter only where two questions look under different names or ports, of a leaf
    that is issued to names and to an address: each of them is then still asked in full.
    """
    if all_of_them:
        return product(some, others)
    return dict.fromkeys((*product(some, others[:1]), *product(some[:1], others)))


def _distinct(
    some: Iterable[Dane], questions: Questions, tell: Callable[[Dane], Hashable]
) -> list[Dane]:
    found: dict[Hashable, Dane] = {}
    for one in some:
        found.setdefault((tell(one), records_kind(one, questions)), one)
    return list(found.values())


def _goes_together(value: Dane, questions: Questions) -> bool:
    """Say whether a port is known for the name as for the address, and too many are so for both."""
    found = list(counted(value, questions))
    told = {(port, records is None) for port, records in found}
    assert value.confirmation.reverse is not None  # noqa: S101 - there is an address
    budget = value.confirmation.reverse.end == FAULTS[0]
    ends = [(records.lookup.end == FAULTS[0]) == budget for _, records in found if records]
    return len(told) == len({port for port, _ in found}) and all(ends)


def _by_name(
    value: Confirmation, questions: Questions
) -> Iterator[tuple[ByPort[Records | None], ...]]:
    """Yield the records of each candidate; of those that nobody knows the peer as, none."""
    ways = [
        list(_groups(one.name, one.forward.hops, _CHOICES, _ports(value, index, questions)))
        for index, one in enumerate(value.candidates)
    ]
    for groups in product(*ways):
        # Whether a port is known is so for all names.
        found = counted(Dane(value, groups), questions)
        told = {(port, records is None) for port, records in found}
        if len(told) == len({port for port, _ in told}):
            yield groups


def _ports(value: Confirmation, index: int, questions: Questions) -> set[str]:
    return {port for base, port in questions if base.known(value) == index}


def _groups(
    owner: str, hops: tuple[Hop, ...], choices: Sequence[_Choice], ports: Collection[str]
) -> Iterator[ByPort[Records | None]]:
    ways = {port: [*choices, None] if port in ports else [None] for port in WORDS}
    for server, source in product(*(ways[port] for port in WORDS)):
        found = [
            None if choice is None else _records(owner, hops, choice, port)
            for choice, port in zip((server, source), WORDS, strict=True)
        ]
        yield ByPort(*found)


def _records(base: str, hops: tuple[Hop, ...], choice: _Choice, port: str) -> Records:
    end, status, found = choice
    # The data are written when the certificate that they are about is known.
    data = [record(usage=usage, word=word, number=n) for n, (usage, word) in enumerate(found)]
    owner = f"_{PORTS[port]}._tcp.{base}"
    excess = len(found) > limits.MAX_TLSA_RECORDS
    return Records(
        lookup(owner, "TLSA", end, *data, status=status), hops, () if excess else found, excess
    )


# -- service records

_Service = tuple[str, str, bool]
_SERVICES: Final[tuple[_Service, ...]] = (
    *(("data", status, named) for status in STATUSES for named in (True, False)),
    *((end, "secure", False) for end in ("absent", "failed", "expired", "unanswered", *FAULTS[1:])),
)


def services(questions: Questions) -> Iterator[Services]:
    """Yield service records for every kind of confirmation."""
    for value in of_each_kind([base for base, _ in questions]):
        ways = [
            list(_found(one.name, _ports(value, index, questions)))
            for index, one in enumerate(value.candidates)
        ]
        yield from (Services(value, groups) for groups in product(*ways))


def _found(name: str, ports: Collection[str]) -> Iterator[ByPort[tuple[Found, ...]]]:
    ways: dict[str, Sequence[_Service | None]] = {
        port: _SERVICES if port in ports else (None,) for port in WORDS
    }
    for server, source in product(*(ways[port] for port in WORDS)):
        yield ByPort(
            *(
                () if choice is None else (_service(name, choice, port),)
                for choice, port in zip((server, source), WORDS, strict=True)
            )
        )


def _service(name: str, choice: _Service, port: str) -> Found:
    end, status, named = choice
    target = name if named else "another.example.net"
    data = record(priority=0, weight=0, port=PORTS[port], target=target)
    owner = f"_{PORTS[port]}._tcp.{name}"
    return Found(lookup(owner, "SRV", end, data, status=status), named)
