"""What to ask about one peer, in which order, and when to stop.

First the reverse name of the peer's address, then the addresses of the names that it leads
to (forward-confirmed reverse DNS), then what is published for the names that were confirmed
and for the name that the caller expects: TLSA, SRV and service bindings at the configured
server port (draft-frank.md 3.3-2a, 3.3-7a, 3.3-15, Q-15, Q-23). Whether any of it is good
enough is the engine's business; here a name is followed only to know what to ask next.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.name
import dns.reversename

from mtlspolicy_cli.gather.answers import Answer, text_of_name
from mtlspolicy_cli.gather.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mtlspolicy_cli.gather.resolver import Resolver

__all__ = ["MAX_ALIASES", "MAX_CANDIDATES", "Bounds", "Collector", "Target", "reverse_owner"]

MAX_CANDIDATES: Final = 8
"""Names out of a reverse zone that are looked at (draft-frank.md Q-15); the engine looks at
no more of them, in the same order."""

MAX_ALIASES: Final = 8
"""Hops of one chain of aliases; common resolvers stop at 8 to 16."""


@dataclass(frozen=True)
class Target:
    """Who is asked about: `port` is the server port of the protocol, never an ephemeral one."""

    address: IPv4Address | IPv6Address
    port: int
    protocol: str = "tcp"
    name: str | None = None
    service: str | None = None
    informational: bool = False


@dataclass(frozen=True)
class Bounds:
    """Seconds for everything, seconds for one question, and the number of questions."""

    deadline: float = 10.0
    timeout: float = 3.0
    queries: int = 64


@dataclass
class Collector:
    """Asks about one target; `answers` in the order in which they came.

    Names under one of the `exempt` suffixes go to `exempt_resolver`, where there is one
    (draft-frank.md 3.3-14a). `skipped` are the questions that the bounds left no room for:
    nothing is recorded for them, so that they stay unknown.
    """

    resolver: Resolver
    bounds: Bounds = field(default_factory=Bounds)
    cache: Cache = field(default_factory=Cache)
    exempt: Sequence[str] = ()
    exempt_resolver: Resolver | None = None
    show: Callable[[int], None] = lambda _: None
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    _known: dict[tuple[str, str], Answer] = field(default_factory=dict)
    _ends: float = 0.0

    def collect(self, target: Target) -> None:
        """Ask everything about the target, within the bounds."""
        self._ends = time.monotonic() + self.bounds.deadline
        reverse = self._follow(reverse_owner(target.address), "PTR")
        candidates = sorted({one["target"] for one in reverse.data}) if reverse else []
        kind = "A" if target.address.version == 4 else "AAAA"  # noqa: PLR2004 - IP version
        confirmed = [
            name
            for name in candidates[:MAX_CANDIDATES]
            if _leads_to(self._follow(name, kind), target.address)
        ]
        for name in dict.fromkeys([*confirmed, *filter(None, [target.name])]):
            for owner, wanted in _published(name, target):
                self._follow(owner, wanted)

    def _follow(self, owner: str, kind: str) -> Answer | None:
        """Ask, and follow aliases; each hop is an answer of its own, with its own status."""
        seen: set[str] = set()
        while owner not in seen and len(seen) <= MAX_ALIASES:
            seen.add(owner)
            answer = self._one(owner, kind)
            if answer is None or answer.type == kind or answer.failure is not None:
                return answer
            if answer.status != "secure":
                # The bit is one for all that is in the message: ask for this hop alone.
                hop = self._one(owner, "CNAME") or answer
                if hop.type != "CNAME" or not hop.data:
                    return None
                answer = hop
            owner = answer.data[0]["target"]
        return None

    def _one(self, owner: str, kind: str) -> Answer | None:
        """Ask one question, unless its answer is known or the bounds leave no room for it."""
        answer = self._known.get((owner, kind)) or self._ask(owner, kind)
        if answer is not None:
            self._known[owner, kind] = self.answers[owner, answer.type] = answer
        return answer

    def _ask(self, owner: str, kind: str) -> Answer | None:
        resolver = self._resolver(owner)
        answer = self.cache.find(resolver.label, owner, kind, int(resolver.clock()))
        if answer is not None:
            return answer
        left = self._ends - time.monotonic()
        if left <= 0 or self.asked >= self.bounds.queries:
            self.skipped.append((owner, kind))
            return None
        self.asked += 1
        self.show(self.asked)
        answer = resolver.ask(owner, kind, min(left, self.bounds.timeout))
        if answer.type == kind or answer.status == "secure":
            self.cache.keep(answer)  # an alias that came along has the status of all, not its own
        return answer

    def _resolver(self, owner: str) -> Resolver:
        if self.exempt_resolver is not None and any(_is_under(owner, one) for one in self.exempt):
            return self.exempt_resolver
        return self.resolver


def reverse_owner(address: IPv4Address | IPv6Address) -> str:
    """Return the name of an address in the reverse zones (RFC 1035, 3.5; RFC 3596, 2.5)."""
    return text_of_name(dns.reversename.from_address(str(address)))


def _is_under(owner: str, suffix: str) -> bool:
    """Say whether a name is a domain, or in it; by labels (RFC 1034, 3.1)."""
    domain = suffix.strip(".").lower()
    return owner == domain or owner.endswith(f".{domain}")


def _leads_to(answer: Answer | None, address: IPv4Address | IPv6Address) -> bool:
    return answer is not None and any(
        ip_address(one["address"]) == address for one in answer.data if "address" in one
    )


def _published(name: str, target: Target) -> Iterator[tuple[str, str]]:
    """Yield what may say more about a name: owner and type; owners that are no names are left out.

    The server port is a label of its own (RFC 6698, 3; RFC 9460, 2.3; RFC 8552).
    """
    at_port = f"_{target.port}._{target.protocol}.{name}"
    found = [(at_port, "TLSA"), (at_port, "SRV"), (at_port, "SVCB")]
    if target.service == "https":
        plain = target.port == 443  # noqa: PLR2004 - RFC 9460, 9.1
        found.append((name if plain else f"_{target.port}._https.{name}", "HTTPS"))
    elif target.service is not None:
        found.append((f"_{target.service}._{target.protocol}.{name}", "SRV"))
        found.append((f"_{target.port}._{target.service}.{name}", "SVCB"))
    if target.informational:
        found += [(name, "CAA"), (name, "CERT")]
    return (one for one in found if _fits(one[0]))


def _fits(owner: str) -> bool:
    """Say whether a name has room for what was put before it (RFC 1035, 2.3.4)."""
    try:
        dns.name.from_text(owner)
    except dns.exception.DNSException:
        return False
    return True
