"""DNS evidence made to order: answers that come to a given lookup, for witnesses and vectors.

This module knows how each end of a lookup is written as evidence. It must not know rules.
"""

from __future__ import annotations

import ipaddress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import limits
from mtlspolicy.derive.dns.confirm import Candidate, Confirmation
from mtlspolicy.derive.dns.lookup import Hop, Lookup
from mtlspolicy.facts.certificate import SubjectAltName
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from mtlspolicy.features.subject import Place

__all__ = [
    "ADDRESS",
    "ADDRESS_6",
    "NAME",
    "PORTS",
    "REVERSE",
    "REVERSE_6",
    "answered",
    "confirmed",
    "give_address",
    "lookup",
    "put_lookup",
    "record",
    "renamed",
]

ADDRESS: Final = "192.0.2.17"
REVERSE: Final = "17.2.0.192.in-addr.arpa"
ADDRESS_6: Final = "2001:db8::7"
REVERSE_6: Final = ipaddress.ip_address(ADDRESS_6).reverse_pointer
NAME: Final = "client.example.com"
"""The name of the ordinary client."""
PORTS: Final = {"server": 5269, "source": 50_000}
"""The port of the peer's own service, and the one that it connects from."""

_TTL: Final = 3_600
_DAY: Final = 86_400
_FAILURES: Final = {"absent": "nodata", "failed": "timeout"}


# -- values


def record(**fields: object) -> tuple[tuple[str, Any], ...]:
    """Return one record of a lookup."""
    return tuple(sorted(fields.items()))


def lookup(owner: str, kind: str, end: str, *records: Any, status: str = "secure") -> Lookup:  # noqa: ANN401 - JSON
    """Return a lookup that is answered, or not, by one answer of this status."""
    if end == "data":
        return Lookup(owner, kind, (Hop(owner, kind, status),), end, records)
    if end in ("absent", "failed", "expired", "future"):
        return Lookup(owner, kind, (Hop(owner, kind, status),), end)
    return Lookup(owner, kind, (), end)


def renamed(one: Lookup, owner: str) -> Lookup:
    """Return the lookup of another owner."""
    return replace(one, owner=owner, hops=tuple(replace(hop, owner=owner) for hop in one.hops))


def answered(name: str = NAME, status: str = "secure") -> Lookup:
    """Return the forward lookup of a name that leads to the ordinary address."""
    return lookup(name, "A", "data", record(address=ADDRESS), status=status)


def confirmed(name: str = NAME, carried: str = "exact", status: str = "secure") -> Confirmation:
    """Return the confirmation of one name, which leads to the ordinary address and back."""
    reverse = lookup(REVERSE, "PTR", "data", record(target=name))
    candidate = Candidate(name, carried, "", answered(name, status), "match")
    return Confirmation(reverse, candidates=(candidate,))


# -- evidence


def put_lookup(place: Place, wanted: Lookup) -> None:
    """Put answers that come to `wanted` into the evidence."""
    answers: list[Any] = place.evidence.setdefault("dns", {"answers": []})["answers"]
    owner = wanted.hops[0].owner if wanted.hops else wanted.owner
    at = parse_instant(place.evidence["at"])
    start = {"future": at + _DAY, "expired": at - 30 * _DAY}.get(wanted.end, at)

    def answer(name: str, kind: str, status: str = "secure", **more: object) -> dict[str, Any]:
        head = {"owner": name, "type": kind, "status": status, "ttl": _TTL}
        return head | {"time": format_instant(start)} | more

    def alias(name: str, target: str) -> dict[str, Any]:
        return answer(name, "CNAME", data=[{"target": target}])

    match wanted.end:
        case "unanswered":
            return
        case "contradiction":
            answers += [alias(owner, "a.example"), alias(owner, "b.example")]
        case "invalid":
            answers.append(alias(owner, r"a\.example"))
        case "alias_loop":
            answers += [alias(owner, f"loop.{owner}"), alias(f"loop.{owner}", owner)]
        case "alias_long":
            names = [owner, *(f"a{i}.{owner}" for i in range(10))]
            answers += [alias(*pair) for pair in pairwise(names)]
        case "budget":
            kinds = {"failure": "nodata"}
            answers += [
                answer(f"n{i}.example", "A", **kinds) for i in range(limits.MAX_DNS_ANSWERS + 1)
            ]
        case _:
            status = wanted.hops[-1].status
            failure = _FAILURES.get(wanted.end, "nodata")
            data = [dict(one) for one in wanted.records]
            more: dict[str, object] = {"data": data} if data else {"failure": failure}
            answers.append(answer(owner, wanted.type, status, **more))


# -- certificates


def give_address(place: Place, text: str, carried: bool | None) -> None:  # noqa: FBT001 - a value of three
    """Issue the certificate to an address or not; None makes its names unreadable."""
    octets = ipaddress.ip_address(text).packed
    held = octets in _names(place, "iPAddress")
    if carried is None:
        from mtlspolicy.features.optional import stand_twice  # noqa: PLC0415 - only here
        from mtlspolicy.forge import extensions  # noqa: PLC0415

        stand_twice(place.certificate, "subjectAltName", extensions.subject_alt_name(("dns", NAME)))
    elif carried and not held:
        place.certificate.set_names(("ip", text))
    elif held and not carried:
        place.certificate.set_names(("dns", NAME))


def _names(place: Place, kind: str) -> set[bytes]:
    found = read_certificate(place.certificate.build("p256-9")).subject_alt_name
    listed = found.names if isinstance(found, SubjectAltName) else ()
    return {one.octets for one in listed if one.kind == kind}
