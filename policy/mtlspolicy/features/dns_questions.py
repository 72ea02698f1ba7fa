"""Who asks DNS about a peer, and what is known of it then.

TLSA and service records stand under the name that is confirmed. Which name that is depends on
the *base* of a question: the domains that it exempts from DNSSEC, whether a wildcard counts,
the names that it allows. This module knows questions and values, not laws.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.derive.dns import confirm
from mtlspolicy.derive.dns.lookup import FAULTS, security
from mtlspolicy.derive.dns.names import is_within
from mtlspolicy.derive.dns.questions import PORTS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.derive.dns.confirm import Candidate, Confirmation
    from mtlspolicy.derive.dns.tlsa import Dane, Records
    from mtlspolicy.features.base import Call

    Questions = Sequence[tuple["Base", str]]

__all__ = [
    "ALIASED",
    "Base",
    "base_kind",
    "bases_of",
    "carried_text",
    "counted",
    "is_open",
    "needs_six",
    "ports_of",
    "questions_of",
    "records_kind",
    "records_of",
]


ALIASED: Final = ("invalid", "contradiction", "alias_loop", "alias_long")
"""Faults of a name, whatever is asked of it: those of its alias, and of what contradicts itself."""


class Base(NamedTuple):
    """By what a question finds the confirmed name: exempt domains, wildcards, allowed names."""

    exempt: tuple[str, ...]
    wildcards: str
    among: tuple[str, ...] = ()

    def known(self, value: Confirmation) -> int | None:
        """Return the index of the candidate as which the peer is known, if it is."""
        return _found(value, self)[0]

    def pending(self, value: Confirmation) -> bool:
        """Say whether more evidence may yet tell as whom the peer is known."""
        return _found(value, self)[1]


@lru_cache(maxsize=1_024)
def _found(value: Confirmation, base: Base) -> tuple[int | None, bool]:
    """Look once: every value that stands on a confirmation is asked the same."""
    index = confirm.best(value, *base)
    return index, index is None and confirm.outcome(value, *base) in confirm.PENDING


def bases_of(calls: Iterable[Call]) -> tuple[Base, ...]:
    """Return the bases of some calls, each once."""
    found: dict[Base, None] = {}
    for call in calls:
        given = _given(call)
        if "wildcards" in given:
            among = given.get("among", given.get("names", ()))
            found[Base(given["exempt"], given["wildcards"], among)] = None
    return tuple(found)


def questions_of(calls: Iterable[Call]) -> tuple[tuple[Base, str], ...]:
    """Return under whose name and port some calls look for records, each once."""
    found: dict[tuple[Base, str], None] = {}
    for call in calls:
        given = _given(call)
        found[Base(given["exempt"], given["wildcards"], given["among"]), given["port"]] = None
    return tuple(found)


def ports_of(calls: Iterable[Call]) -> tuple[str, ...]:
    """Return the ports under which some calls look for records."""
    asked = {port for _, port in questions_of(calls)}
    return tuple(port for port in PORTS if port in asked)


def _given(call: Call) -> dict[str, Any]:
    names = [parameter.name for parameter in call.atom.parameters]
    return dict(zip(names, call.arguments, strict=True))


# -- what is known then


def base_kind(value: Confirmation, bases: Sequence[Base]) -> Hashable:
    """Return per base as whom the peer is known, as far as records of that name depend on it.

    None or whether that is still open; else which of the candidates that are known (by number
    of appearance), whether its addresses are secure, and whether it is exempt.
    """
    met: dict[int, int] = {}
    found: list[Hashable] = []
    for base in bases:
        index = base.known(value)
        if index is None:
            found.append(base.pending(value))
            continue
        one = value.candidates[index]
        secure = security(one.forward.hops, base.exempt) == "secure"
        number = met.setdefault(index, len(met))
        found.append((number, secure, is_within(one.name, base.exempt)))
    return tuple(found)


def needs_six(value: Confirmation) -> bool:
    """Say whether only an address of IPv6 can have this confirmation."""
    return any(one.found == "address_mapped" for one in value.candidates)


def counted(value: Dane, questions: Questions) -> Iterator[tuple[str, Records | None]]:
    """Yield the records that some question looks at, of a known name or of the address.

    Each with its port; None where that is not known.
    """
    for base, port in questions:
        index = base.known(value.confirmation) if value.named else None
        if index is not None:
            yield port, value.by_name[index].of(port)
        if value.by_address is not None:
            yield port, value.by_address.of(port)


def records_of(value: Dane, questions: Questions) -> list[Records]:
    """Return the records that some question finds."""
    return [records for _, records in counted(value, questions) if records is not None]


def records_kind(value: Dane, questions: Questions) -> Hashable:
    """Return all that laws tell of the records themselves."""
    found = records_of(value, questions)
    ends = frozenset(one.lookup.end for one in found) & frozenset(FAULTS)
    told = frozenset((port, one is None) for port, one in counted(value, questions))
    return ends, told, is_open(value, questions)


def is_open(value: Dane, questions: Questions) -> bool:
    """Say whether a record is undetermined, as long as no path is known."""
    words = {word for one in records_of(value, questions) for _, word in one.found}
    return "undetermined" in words


def carried_text(candidate: Candidate) -> str | None:
    """Return the dNSName by which a candidate is carried, None where it is not."""
    if candidate.carried == "wildcard":
        return "*." + candidate.name.partition(".")[2]
    return candidate.name if candidate.carried else None
