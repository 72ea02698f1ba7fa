"""Answers that cannot be relied on: which of those that were used they are.

Every fault that a value shows is one of the evidence, and every fault of the evidence is
somewhere: shown, or where no question looks.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.dns.lookup import FAULTS
from mtlspolicy.derive.dns.questions import PORTS
from mtlspolicy.features.dns_questions import ALIASED, ports_of, questions_of, records_of
from mtlspolicy.features.laws import Law
from mtlspolicy.features.laws_of_dns import is_told, types_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.derive.dns.confirm import Confirmation
    from mtlspolicy.derive.dns.lookup import Lookup
    from mtlspolicy.derive.dns.questions import ByPort
    from mtlspolicy.derive.dns.services import Services
    from mtlspolicy.derive.dns.tlsa import Dane
    from mtlspolicy.features.dns_questions import Base, Questions
    from mtlspolicy.features.laws import Asked

__all__ = ["laws"]


def laws(asked: Asked) -> Iterator[Law]:
    """Yield the laws of faults, for these questions."""
    tlsa, service = questions_of(asked.get("tlsa", ())), questions_of(asked.get("service", ()))
    yield Law(("dns", "dns_answers"), (_openness, _itself), _faults_told)
    yield Law(("tlsa", "dns_answers"), (partial(_ends, tlsa), _itself), _used)
    of_services = partial(_faults_of_services, service)
    yield Law(("service", "dns_answers"), (of_services, _itself), frozenset.issubset)
    both = [question for question in tlsa if question in service]
    kinds = partial(_faulty_names, both), partial(_faulty_services, both)
    yield Law(("tlsa", "service"), kinds, frozenset.issubset)
    yield from _of_hidden_faults(asked)


def _faulty_names(questions: Questions, value: Dane) -> frozenset[Hashable]:
    """The questions that find a name of which nothing can be relied on, of whichever type."""
    if not value.named:
        return frozenset()
    return frozenset(
        (base, port)
        for base, port in questions
        for found in (_of_base(base, port, value.confirmation, value.by_name),)
        if found is not None and found.lookup.end in ALIASED
    )


def _faulty_services(questions: Questions, value: Services) -> frozenset[Hashable]:
    return frozenset(
        (base, port)
        for base, port in questions
        for one in _of_base(base, port, value.confirmation, value.by_name) or ()
        if one.lookup.end in FAULTS
    )


def _of_base(base: Base, port: str, value: Confirmation, by_name: Sequence[ByPort[Any]]) -> Any:  # noqa: ANN401 - what is found of a name
    index = base.known(value)
    return None if index is None else by_name[index].of(port)


def _itself(value: Any) -> Any:  # noqa: ANN401 - a value of a feature that has few
    return value


def _is_carried(value: Confirmation) -> bool:
    return any(one.carried for one in value.candidates)


def _shown_by(lookups: Iterable[Lookup]) -> frozenset[str]:
    return frozenset(one.end for one in lookups) & frozenset(FAULTS)


def _shown(value: Confirmation) -> frozenset[str]:
    """The faults of the answers that a confirmation stands on."""
    reverse = [] if value.reverse is None else [value.reverse]
    return _shown_by([*reverse, *(one.forward for one in value.candidates if one.carried)])


def _ends(questions: Questions, value: Dane) -> Hashable:
    """The faults that are found, and whether anything else is."""
    ends = frozenset(one.lookup.end for one in records_of(value, questions))
    return ends & frozenset(FAULTS), bool(ends - {FAULTS[0]})


def _used(found: tuple[frozenset[str], bool], faults: frozenset[str]) -> bool:
    """Say whether what was found is told; too many answers are so for every question."""
    shown, others = found
    return shown <= faults and not (others and FAULTS[0] in faults)


def _faults_of_services(questions: Questions, value: Services) -> frozenset[str]:
    known = {(base.known(value.confirmation), port) for base, port in questions}
    found = [value.by_name[index].of(port) for index, port in known if index is not None]
    return _shown_by(one.lookup for some in found for one in some)


def _openness(value: Confirmation) -> Hashable:
    return value.reverse is not None, _shown(value)


def _faults_told(dns: tuple[bool, frozenset[str]], faults: frozenset[str]) -> bool:
    asked, shown = dns
    if not asked:
        # Nothing was used, but the document as a whole can be too long.
        return faults <= {"budget"}
    if "budget" in shown | faults:
        return shown == faults == {"budget"}
    return shown <= faults


def _of_hidden_faults(asked: Asked) -> Iterator[Law]:
    """Say where faults can be that neither the confirmation nor the records show.

    Under another name that the leaf carries there is room for all of them; in the reverse
    zone, for a leaf issued to an address, only under the ports that nobody asks about.
    """
    free = [port for port in PORTS if port not in ports_of(asked.get("tlsa", ()))]
    more: list[tuple[str, Callable[[Any], Hashable]]] = [("san", _has_address)]
    if "tlsa" in asked:
        more = [("tlsa", _address_ends)]
    more = [(name, kind) for name, kind in more if name in asked]
    more += [(_PORT, is_told)] if "server" in free and _PORT in asked else []
    names = ("dns", *(name for name, _ in more), "dns_answers")
    kinds = (_whereabouts, *(kind for _, kind in more), _itself)
    yield Law(names, kinds, partial(_have_room, names, free))


_PORT: Final = "handshake.server_port"


def _whereabouts(value: Confirmation) -> Hashable:
    return value.reverse is None or _is_carried(value), _shown(value)


def _address_ends(value: Dane) -> Hashable:
    if value.by_address is None:
        return None
    both = (value.by_address.server, value.by_address.source)
    return frozenset(one.lookup.end for one in both if one is not None)


def _has_address(names: Any) -> Hashable:  # noqa: ANN401 - a leaf's names
    return frozenset() if "iPAddress" in types_of(names) else None


def _have_room(
    names: Sequence[str],
    free: Sequence[str],
    dns: tuple[bool, frozenset[str]],
    *more: Any,  # noqa: ANN401 - kinds of features
) -> bool:
    room, shown = dns
    *others, faults = more
    given = dict(zip(names[1:-1], others, strict=True))
    ends = given.get("tlsa", given.get("san", frozenset()))
    if room or ends is None:
        return room or faults <= shown
    ports = [port for port in free if port == "source" or given.get(_PORT, True)]
    return len(faults - shown - ends) <= len(ports)
