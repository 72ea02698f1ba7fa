"""One answer, and how the records of a DNS message become evidence."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import dns.name

from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dns.rdata import Rdata

__all__ = ["DENIALS", "Answer", "records", "text_of_name"]

DENIALS: Final = frozenset({"nxdomain", "nodata"})
"""The failures that are answers: there is no such name, or nothing of this type."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question came to: `data`, or the `failure` that stands for it.

    `status` is the result of DNSSEC validation (RFC 4035, 4.3), `ttl` in seconds, `time` in
    seconds since 1970 (UTC), `resolver` the one that answered.
    """

    owner: str
    type: str
    status: str
    ttl: int
    time: int
    resolver: str
    data: tuple[dict[str, Any], ...] = ()
    failure: str | None = None

    @property
    def answered(self) -> bool:
        """Say whether this is data, or a denial that somebody answered with."""
        return self.failure is None or self.failure in DENIALS

    def document(self) -> dict[str, Any]:
        """Return the answer as the evidence document has it."""
        found: dict[str, Any] = {
            "owner": self.owner,
            "type": self.type,
            "status": self.status,
            "ttl": self.ttl,
            "time": format_instant(self.time),
            "resolver": self.resolver,
        }
        if self.failure is None:
            return {**found, "data": list(self.data)}
        return {**found, "failure": self.failure}

    @classmethod
    def of(cls, document: dict[str, Any]) -> Answer:
        """Return the answer that a valid document describes."""
        fields = {key: document[key] for key in ("owner", "type", "status", "ttl")}
        time, data = parse_instant(document["time"]), tuple(document.get("data", ()))
        resolver, failure = document.get("resolver", ""), document.get("failure")
        return cls(**fields, time=time, resolver=resolver, data=data, failure=failure)


def text_of_name(name: dns.name.Name) -> str:
    """Return a name in presentation form, lower case, without the final dot."""
    return name.canonicalize().to_text(omit_final_dot=True)


def records(kind: str, found: Iterable[Rdata]) -> tuple[dict[str, Any], ...]:
    """Return records of one type as evidence; sorted, for their order means nothing."""
    write = _WRITERS.get(kind, _raw)
    return tuple(sorted((write(one) for one in found), key=repr))


def _raw(record: Any) -> dict[str, Any]:  # noqa: ANN401 - the kinds of record share no type
    return {"rdata": record.to_wire().hex()}


def _parameter(value: Any) -> str:  # noqa: ANN401 - as above
    """Return the wire form of one SvcParam (RFC 9460, 2.2); an empty one has none."""
    if value is None:
        return ""
    wire = io.BytesIO()
    value.to_wire(wire)
    return wire.getvalue().hex()


def _address(record: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"address": record.address}


def _target(record: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"target": text_of_name(record.target)}


def _exchange(record: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"preference": record.preference, "target": text_of_name(record.exchange)}


def _service(record: Any) -> dict[str, Any]:  # noqa: ANN401
    numbers = {key: getattr(record, key) for key in ("priority", "weight", "port")}
    return {**numbers, "target": text_of_name(record.target)}


def _binding(record: Any) -> dict[str, Any]:  # noqa: ANN401
    parameters = {f"key{int(key)}": _parameter(one) for key, one in record.params.items()}
    return {
        "priority": record.priority,
        "target": text_of_name(record.target),
        "parameters": parameters,
    }


def _association(record: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "usage": record.usage,
        "selector": record.selector,
        "matching_type": record.mtype,
        "data": record.cert.hex(),
    }


_WRITERS: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    **dict.fromkeys(("A", "AAAA"), _address),
    **dict.fromkeys(("CNAME", "DNAME", "PTR"), _target),
    **dict.fromkeys(("HTTPS", "SVCB"), _binding),
    "MX": _exchange,
    "SRV": _service,
    "TLSA": _association,
}
