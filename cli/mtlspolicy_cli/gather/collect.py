"""What to ask about one peer, in rounds, and when to stop.

The engine knows which questions are open (`derive.dns.questions`): the reverse name of the
peer's address, the addresses of the names that it leads to, TLSA and service records at the
configured server port. They are asked, the answers are added, and the engine is asked again,
until nothing is open. Whether any of it is good enough is decided elsewhere.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mtlspolicy.derive.dns.names import is_within
from mtlspolicy.derive.dns.questions import unanswered
from mtlspolicy.records import dataclass, field
from mtlspolicy_cli.gather.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mtlspolicy.derive.forms import IpAddress
    from mtlspolicy_cli.gather.answers import Answer
    from mtlspolicy_cli.gather.resolver import Resolver

__all__ = ["Bounds", "Collector"]

_INFORMATIONAL = ("CAA", "CERT")
"""Records that the draft wants asked for, and that no rule uses (draft-frank.md Q-27)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds for everything, seconds for one question, and the number of questions."""

    deadline: float = 10.0
    timeout: float = 3.0
    queries: int = 64


@dataclass(slots=True)
class Collector:
    """Asks about one peer; `answers` by owner and type, in the order in which they came.

    Names under one of the `exempt` suffixes go to `exempt_resolver`, where there is one
    (draft-frank.md 3.3-14a). `skipped` are the questions that the bounds left no room for:
    nothing is recorded for them, so that they stay unknown.
    """

    resolver: Resolver
    bounds: Bounds = field(default_factory=Bounds)
    cache: Cache = field(default_factory=Cache)
    exempt: tuple[str, ...] = ()
    exempt_resolver: Resolver | None = None
    show: Callable[[int], None] = lambda _: None
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    _ends: float = 0.0

    def collect(
        self, address: IpAddress, handshake: Mapping[str, Any], *, informational: bool = False
    ) -> None:
        """Ask everything that is open about a peer, within the bounds."""
        self._ends = time.monotonic() + self.bounds.deadline
        tried: set[tuple[str, str]] = set()
        while found := [one for one in self._open(address, handshake) if one not in tried]:
            self._round(found)
            tried.update(found)
        if informational:
            hosts = dict.fromkeys(owner for owner, kind in self.answers if kind in {"A", "AAAA"})
            self._round([(host, kind) for host in hosts for kind in _INFORMATIONAL])

    def _open(self, address: IpAddress, handshake: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        known = {"answers": [one.document() for one in self.answers.values()]}
        return unanswered(known, address, handshake, int(self.resolver.clock()))

    def _round(self, questions: Sequence[tuple[str, str]]) -> None:
        for owner, kind in questions:
            for answer in self._hop(owner, kind):
                self.answers[owner, answer.type] = answer

    def _hop(self, owner: str, kind: str) -> Iterator[Answer]:
        """Yield the answer to a question; for an alias the one that has its own status."""
        answer = self._one(owner, kind)
        if answer is None:
            return
        yield answer
        if answer.type != kind and answer.status != "secure":
            # The bit is one for all that is in the message: ask for this hop alone.
            own = self._one(owner, "CNAME")
            if own is not None:
                yield own

    def _one(self, owner: str, kind: str) -> Answer | None:
        """Ask one question, unless its answer is kept or the bounds leave no room for it."""
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
        if self.exempt_resolver is not None and is_within(owner, self.exempt):
            return self.exempt_resolver
        return self.resolver
