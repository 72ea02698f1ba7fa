"""What is asked of the DNS about a peer: which questions, and which are not answered yet.

One list for those who judge answers and for those who collect them. Nothing is asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from mtlspolicy import limits
from mtlspolicy.derive.dns.answers import read_answers
from mtlspolicy.derive.dns.lookup import follow
from mtlspolicy.derive.dns.names import canonical_name, port_name, reverse_name, service_name
from mtlspolicy.evidence.handshake import told as told_of
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.derive.forms import IpAddress

__all__ = ["PORTS", "ByPort", "Endpoint", "endpoint_of", "service_questions", "unanswered"]

PORTS: Final = ("server", "source")
"""Whose port a name is built from: the one that the peer's own server listens on, or the one
that it connects from, which is another at every connection (draft-frank, 3.3-15a)."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ByPort(Generic[T]):
    """One thing per word of `PORTS`."""

    server: T
    source: T

    def of(self, port: str) -> T:
        """Return the thing for one of the words."""
        return self.server if port == "server" else self.source


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What the names under which records stand are built from, None where it is not known."""

    transport: str
    service: str | None
    ports: ByPort[int | None]


def endpoint_of(handshake: Mapping[str, Any] | None) -> Endpoint:
    """Read the configured service and the ports of a handshake."""
    told = told_of(handshake)
    service: Mapping[str, Any] = told.get("service") or {}
    transport = service.get("protocol", told.get("transport", "tcp"))
    return Endpoint(
        transport="udp" if transport == "udp" else "sctp" if transport == "sctp" else "tcp",
        service=service.get("name"),
        ports=ByPort(service.get("port", told.get("server_port")), told.get("client_port")),
    )


def service_questions(endpoint: Endpoint, port: int | None, name: str) -> Iterator[tuple[str, str]]:
    """Yield owner and type of every question for the service records of `name`."""
    if endpoint.service is not None:
        yield service_name(endpoint.service, endpoint.transport, name), "SRV"
    if port is not None:
        yield port_name(port, endpoint.transport, name), "SRV"
        if endpoint.service is not None:
            # RFC 9460, 2.3: the port before the scheme
            yield f"_{port}._{endpoint.service.lower()}.{name}", "SVCB"
    if endpoint.service is not None and endpoint.service.lower() == "https":
        yield name, "HTTPS"


def unanswered(
    document: Mapping[str, Any] | None,
    address: IpAddress,
    handshake: Mapping[str, Any] | None,
    at: int,
) -> tuple[tuple[str, str], ...]:
    """Return owner and type of what is not answered yet about a peer, in the order of need.

    Whoever collects evidence asks these, adds the answers, and looks again, until nothing
    is left: each round follows from the answers before it. `at`: seconds since 1970.
    """
    answers = read_answers(document)
    if answers.fault:
        return ()
    endpoint = endpoint_of(handshake)
    port = endpoint.ports.server
    reverse = reverse_name(address)
    kind = "A" if len(address.octets) == 4 else "AAAA"  # noqa: PLR2004 - octets of IPv4
    names = follow(answers, reverse, "PTR", at)
    targets = sorted({str(dict(record)["target"]) for record in names.records})
    hosts = [host for host in map(canonical_name, targets) if host is not None]
    wanted = [(reverse, "PTR")]
    if port is not None:
        wanted.append((port_name(port, endpoint.transport, reverse), "TLSA"))
    for host in hosts[: limits.MAX_DNS_CANDIDATES]:
        wanted.append((host, kind))
        if port is not None:
            wanted.append((port_name(port, endpoint.transport, host), "TLSA"))
        wanted.extend(service_questions(endpoint, port, host))
    left = (follow(answers, owner, kind, at) for owner, kind in wanted)
    return tuple(dict.fromkeys((one.owner, one.type) for one in left if one.end == "unanswered"))
