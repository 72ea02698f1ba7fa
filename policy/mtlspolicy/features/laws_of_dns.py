"""What an address, its DNS, its ports and the leaf of a connection have to do with each other.

All that DNS says is of one address. TLSA and service records stand under the name that is
confirmed, where there is one for whoever asks (`features.dns_questions`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Call
from mtlspolicy.features.dns_questions import (
    base_kind,
    bases_of,
    carried_text,
    counted,
    is_open,
    needs_six,
    questions_of,
)
from mtlspolicy.features.laws import Law
from mtlspolicy.features.name_defects import defects_of_host

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.derive.dns.confirm import Confirmation
    from mtlspolicy.derive.dns.services import Found, Services
    from mtlspolicy.derive.dns.tlsa import Dane
    from mtlspolicy.features.dns_questions import Questions
    from mtlspolicy.features.laws import Asked

__all__ = [
    "companions",
    "defects_asked",
    "is_reserved",
    "is_told",
    "laws",
    "readable",
    "types_of",
]


def companions(asked: Asked) -> dict[str, list[Call]]:
    """Return the questions about the confirmed name that those about its records stand on."""
    from mtlspolicy.features.registry import ATOMS  # noqa: PLC0415 - which knows all features

    feature, atom = ATOMS["dns.outcome"]
    bases = bases_of([*asked.get("tlsa", ()), *asked.get("service", ())])
    return {"dns": [Call(feature, atom, (("secure",), *base)) for base in bases]}


def defects_asked(asked: Asked) -> frozenset[str]:
    """Return the defects of alternative names that the leaf's values tell apart."""
    calls = [call for call in asked.get("san", ()) if call.atom.name == "san.defect"]
    return frozenset(word for call in calls for word in call.arguments[0])


def readable(names: Any) -> Any:  # noqa: ANN401 - a leaf's names
    """Return the alternative names where there are some and they can be read, else None."""
    return None if isinstance(names.san, Unreadable) else names.san


def types_of(names: Any) -> frozenset[str]:  # noqa: ANN401 - the same
    """Return the kinds of names that can be read."""
    san = readable(names)
    return frozenset() if san is None else san.kinds


# -- laws


def laws(asked: Asked) -> Iterator[Law]:
    """Yield the laws of what DNS says, for these questions."""
    yield from _of_the_leaf(defects_asked(asked))
    yield Law(("source", "dns"), (_family, _wanted_family), _of_the_address)
    questions = questions_of(asked.get("tlsa", ()))
    kind = partial(base_kind, bases=bases_of(asked.get("tlsa", ())))
    yield Law(("dns", "tlsa"), (partial(_base, kind), partial(_dane_base, kind)), _alike)
    yield from _of_records(questions)
    questions = questions_of(asked.get("service", ()))
    kind = partial(base_kind, bases=bases_of(asked.get("service", ())))
    yield Law(("dns", "service"), (kind, partial(_service_base, kind)), _same)
    # Where a port is not told, records stand under the service's name, for every port.
    told = partial(_untold, questions_of(asked.get("tlsa", ())))
    yield Law(("tlsa", "service"), (told, _of_one_port), _apart)
    yield Law(("handshake.server_port", "service"), (is_told, _of_one_port), _told_or_alike)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - two kinds
    return bool(one == other)


# -- the address


def _family(source: Any) -> Hashable:  # noqa: ANN401 - an address
    if source.kind not in ("usable", "special"):
        return None
    return 6 if ":" in source.text else 4


def _wanted_family(value: Confirmation) -> Hashable:
    return value.reverse is not None, needs_six(value)


def _of_the_address(family: int | None, wanted: tuple[bool, bool]) -> bool:
    found, six = wanted
    return found == (family is not None) and not (six and family != 6)  # noqa: PLR2004 - IPv6


# -- the leaf


def _of_the_leaf(words: frozenset[str]) -> Iterator[Law]:
    yield Law(("source", "san"), (_issued, _addresses), partial(_issued_to, words))
    yield Law(("dns", "san"), (_carried_texts, readable), partial(_can_carry, words))
    yield Law(("tlsa", "san"), (_by_what, types_of), _by_type)


def _issued(source: Any) -> Hashable:  # noqa: ANN401 - an address
    known = _family(source) is not None
    return known, source.carried, known and is_reserved(source.text)


def is_reserved(text: str) -> bool:
    """Say whether a text is an address of special purposes."""
    from mtlspolicy.derive.forms import IpAddress  # noqa: PLC0415 - where there is an address
    from mtlspolicy.derive.special_addresses import is_special  # noqa: PLC0415 - the same

    address = IpAddress.parse(text)
    return address is not None and is_special(address.octets)


def _addresses(names: Any) -> Hashable:  # noqa: ANN401 - a leaf's names
    if isinstance(names.san, Unreadable):
        return None
    return "iPAddress" in types_of(
        names
    ), names.san is not None and "ip-reserved" in names.san.defects


def _issued_to(
    words: frozenset[str],
    source: tuple[bool, bool | None, bool],
    names: tuple[bool, bool] | None,
) -> bool:
    known, carried, reserved = source
    if not known:
        return True
    if names is None or carried is None:
        return names is None and carried is None
    there, said = names
    return not carried or (there and (said or not reserved or "ip-reserved" not in words))


def _carried_texts(value: Confirmation) -> frozenset[str]:
    return frozenset(text for text in map(carried_text, value.candidates) if text is not None)


def _can_carry(words: frozenset[str], texts: frozenset[str], san: Any) -> bool:  # noqa: ANN401 - names
    if not texts:
        return True
    wrong = frozenset(word for text in texts for word in defects_of_host(text))
    return san is not None and "dNSName" in san.kinds and wrong & words <= san.defects


def _by_what(value: Dane) -> Hashable:
    known = value.confirmation.reverse is not None
    return known, value.by_address is not None, value.named


def _by_type(by: tuple[bool, bool, bool], types: frozenset[str]) -> bool:
    known, addressed, named = by
    wanted = known and "iPAddress" in types
    return addressed == wanted and named == ("dNSName" in types or not addressed)


# -- records


def _untold(questions: Questions, value: Dane) -> frozenset[str]:
    return frozenset(port for port, records in counted(value, questions) if records is None)


def _of_one_port(value: Services) -> frozenset[str]:
    """The ports under which something is found that is not found under the other one."""
    ports = (("server", "source"), ("source", "server"))
    return frozenset(
        port
        for found in value.by_name
        for port, other in ports
        if found.of(other) and not _shown(found.of(port)) <= {*_shown(found.of(other)), _NOTHING}
    )


_NOTHING: Final = ("absent", None, False)


def _shown(found: Sequence[Found]) -> set[tuple[str, str | None, bool]]:
    """What each lookup came to; that nothing is there takes nothing from what is elsewhere."""
    return {
        _NOTHING
        if one.lookup.end == _NOTHING[0]
        else (one.lookup.end, one.lookup.hops[-1].status if one.lookup.hops else None, one.named)
        for one in found
    }


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return one.isdisjoint(other)


def _told_or_alike(told: bool, ports: frozenset[str]) -> bool:  # noqa: FBT001 - a kind
    return told or "server" not in ports


def _base(kind: Callable[[Confirmation], Hashable], value: Confirmation) -> Hashable:
    return value.reverse is not None, kind(value)


def _dane_base(kind: Callable[[Confirmation], Hashable], value: Dane) -> Hashable:
    found = value.confirmation
    return found.reverse is not None, kind(found) if value.named else None


def _service_base(kind: Callable[[Confirmation], Hashable], value: Services) -> Hashable:
    return kind(value.confirmation)


def _alike(dns: tuple[bool, Hashable], dane: tuple[bool, Hashable]) -> bool:
    # Who is issued to an address alone, has no records of a name.
    return dns[0] == dane[0] and dane[1] in (None, dns[1])


def _of_records(questions: Questions) -> Iterator[Law]:
    told = partial(_told, questions)
    yield Law(("handshake.server_port", "tlsa"), (is_told, told), _port_known)
    open_ended = partial(is_open, questions=questions)
    yield Law(("tlsa", "chain"), (open_ended, _anchor_known), _not_both)
    yield Law(("tlsa", "path"), (open_ended, _refused), _not_both)


def is_told(port: Any) -> Hashable:  # noqa: ANN401 - a part of the handshake
    """Return whether the handshake tells it."""
    return bool(port.told)


def _told(questions: Questions, value: Dane) -> Hashable:
    found = counted(value, questions)
    return frozenset(records is not None for port, records in found if port == "server")


def _port_known(told: bool, there: frozenset[bool]) -> bool:  # noqa: FBT001 - a kind
    return there <= {told}


def _anchor_known(chain: Any) -> bool:  # noqa: ANN401 - the shape of a chain
    return bool(chain.anchor_known)


def _refused(path: Any) -> bool:  # noqa: ANN401 - a path status
    return path.valid is False


def _not_both(one: bool, other: bool) -> bool:  # noqa: FBT001 - kinds
    # A record of usage 0 is open only as long as the path is (RFC 6698, 2.1.1).
    return not (one and other)
