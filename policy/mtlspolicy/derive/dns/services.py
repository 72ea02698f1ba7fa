"""Service records: whether SRV, SVCB or HTTPS records name the peer's host and port.

Draft-frank, 3.3-15: such a record is considered, its absence is no error, and it never makes
good what fails. This module knows RFC 2782 and RFC 9460, 2. It must not know what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.dns.confirm import Confirmation, best
from mtlspolicy.derive.dns.lookup import GOOD, Lookup, word
from mtlspolicy.derive.dns.names import canonical_name
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.derive.dns.questions import ByPort

__all__ = ["OUTCOMES", "Found", "Services", "found_in", "outcome"]

OUTCOMES: Final = (
    "named", "other", "fault", "bogus", "failed", "unanswered", "expired", "absent", "no_base",
)  # fmt: skip
"""What the service records of a peer can come to."""

_PORT: Final = "key3"
"""The parameter `port` (RFC 9460, 14.3.2)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One question for service records, and whether one of them names the host and port."""

    lookup: Lookup
    named: bool


@dataclass(frozen=True, slots=True)
class Services:
    """The service records of a peer: per candidate of the confirmation and per port."""

    confirmation: Confirmation
    by_name: tuple[ByPort[tuple[Found, ...]], ...]


def outcome(
    value: Services,
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...] = (),
) -> str:
    """Return what the records come to: one of `OUTCOMES`. `among`: the allowed names."""
    index = best(value.confirmation, exempt, wildcards, among)
    if index is None:
        return "no_base"
    found = [(word(one.lookup, exempt), one.named) for one in value.by_name[index].of(port)]
    words = {one for one, _ in found}
    if words & set(GOOD):
        if any(named for one, named in found if one in GOOD) and not words & {"fault", "bogus"}:
            return "named"
        words = {one for one in words if one not in GOOD} | {"other"}
    order = ("fault", "bogus", "failed", "other", "expired", "absent")
    return next((one for one in order if one in words), "unanswered")


def found_in(lookup: Lookup, host: str, port: int) -> Found:
    """Return the question with whether a record names `host` and `port`."""
    return Found(lookup, any(_names(lookup, dict(one), host, port) for one in lookup.records))


def _names(lookup: Lookup, record: Mapping[str, Any], host: str, port: int) -> bool:
    if lookup.type == "SRV":
        return canonical_name(record["target"]) == host and record["port"] == port
    if record["priority"] == 0:
        return False  # RFC 9460, 2.4.2: an alias, which names no endpoint
    said = dict(record.get("parameters", ())).get(_PORT)
    # RFC 9460, 2.5.2: a target that is the root stands for the owner itself
    target = lookup.owner if record["target"] == "." else canonical_name(record["target"])
    return target == host and (said is None or int(said or "0", 16) == port)
