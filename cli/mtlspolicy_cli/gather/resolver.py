"""One validating resolver: a question in, an answer with its DNSSEC status out.

The resolver validates, not we. Its AD bit says `secure` (RFC 4035, 3.2.3). Without that bit
data is `insecure` only if the resolver has shown that it validates at all; otherwise nobody
has looked, and the status is `indeterminate`. A failure is told from a broken signature by
its extended error (RFC 8914), or by asking again with checking disabled (RFC 4035, 3.2.2).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from mtlspolicy.instants import format_instant
from mtlspolicy.records import dataclass, field, replace
from mtlspolicy_cli.gather.answers import Answer, records, text_of_name
from mtlspolicy_cli.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from dns.message import Message

__all__ = ["Query", "Resolver", "system_resolver"]

_PAYLOAD: Final = 1232
"""Octets of a UDP answer that cross the Internet unfragmented (DNS flag day 2020)."""

_LONGEST_TTL: Final = 2**31 - 1
"""Seconds; a greater value counts as zero (RFC 2181, 8)."""

_BROKEN: Final = frozenset(range(6, 13))
"""Extended errors that say a signature, or what it needs, is wrong (RFC 8914, 4.7 to 4.13)."""

_REFUSALS: Final = {dns.rcode.REFUSED: "refused", dns.rcode.NOTAUTH: "refused"}


@dataclass(frozen=True, slots=True)
class Query:
    """One message that was sent: for the record, which is no evidence."""

    owner: str
    type: str
    resolver: str
    time: int
    milliseconds: int
    outcome: str
    authenticated: bool
    checking_disabled: bool

    def document(self) -> dict[str, Any]:
        """Return the query as the record has it."""
        return {
            "owner": self.owner,
            "type": self.type,
            "resolver": self.resolver,
            "time": format_instant(self.time),
            "milliseconds": self.milliseconds,
            "outcome": self.outcome,
            "authenticated": self.authenticated,
            "checking_disabled": self.checking_disabled,
        }


@dataclass(slots=True)
class Resolver:
    """A resolver at an address and port; `clock` gives seconds since 1970 (UTC)."""

    address: str
    port: int = 53
    clock: Callable[[], float] = time.time
    validates: bool = False
    queries: list[Query] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The resolver as it is named in answers."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return host if self.port == 53 else f"{host}:{self.port}"  # noqa: PLR2004 - RFC 1035, 4.2

    def ask(self, owner: str, kind: str, seconds: float) -> Answer:
        """Ask one question and wait for at most `seconds`; never raises for what comes back."""
        ends = time.monotonic() + seconds
        blank = Answer(owner, kind, "indeterminate", 0, int(self.clock()), self.label)
        reply = self._send(owner, kind, seconds, disabled=False)
        if isinstance(reply, str):
            return replace(blank, failure=reply)
        if reply.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            return self._read(blank, reply)
        if reply.rcode() != dns.rcode.SERVFAIL:
            return replace(blank, failure=_REFUSALS.get(reply.rcode(), "malformed"))
        broken = _says_broken(reply) or self._answers_unchecked(
            owner, kind, ends - time.monotonic()
        )
        status = "bogus" if broken else "indeterminate"
        return replace(blank, failure="servfail", status=status)

    def probe(self, owner: str, seconds: float) -> bool:
        """Find out whether the resolver validates: it must call a signed name secure."""
        self.ask(owner, "SOA", seconds)
        return self.validates

    def _answers_unchecked(self, owner: str, kind: str, seconds: float) -> bool:
        if seconds <= 0:
            return False
        reply = self._send(owner, kind, seconds, disabled=True)
        return not isinstance(reply, str) and reply.rcode() in {
            dns.rcode.NOERROR,
            dns.rcode.NXDOMAIN,
        }

    def _read(self, blank: Answer, reply: Message) -> Answer:
        """Return what a reply says about the very name that was asked: data, alias, or denial."""
        name, kind = dns.name.from_text(blank.owner), dns.rdatatype.from_text(blank.type)
        secure = bool(reply.flags & dns.flags.AD)
        status = "secure" if secure else "insecure" if self.validates else "indeterminate"
        blank = replace(blank, status=status)
        rrset = reply.get_rrset(reply.answer, name, reply.question[0].rdclass, kind)
        if rrset is not None:
            found = records(blank.type, rrset)
            return replace(blank, ttl=_seconds(rrset.ttl), data=found)
        alias = reply.get_rrset(reply.answer, name, reply.question[0].rdclass, dns.rdatatype.CNAME)
        if alias is not None:
            target = ({"target": text_of_name(alias[0].target)},)
            return replace(blank, type="CNAME", ttl=_seconds(alias.ttl), data=target)
        if reply.answer:
            return replace(blank, status="indeterminate", failure="malformed")
        denial = "nxdomain" if reply.rcode() == dns.rcode.NXDOMAIN else "nodata"
        return replace(blank, ttl=_negative_ttl(reply), failure=denial)

    def _send(self, owner: str, kind: str, seconds: float, *, disabled: bool) -> Message | str:
        """Send one message; return the reply, or the failure that stands for it."""
        message = dns.message.make_query(
            owner, kind, use_edns=0, want_dnssec=True, payload=_PAYLOAD
        )
        message.flags |= dns.flags.AD  # RFC 6840, 5.7: tell me
        if disabled:
            message.flags |= dns.flags.CD
        began = time.monotonic()
        reply = _exchange(message, self.address, self.port, seconds)
        spent = int(1000 * (time.monotonic() - began))
        said = reply if isinstance(reply, str) else dns.rcode.to_text(reply.rcode()).lower()
        authenticated = not isinstance(reply, str) and bool(reply.flags & dns.flags.AD)
        self.validates |= authenticated and not disabled
        now = int(self.clock())
        self.queries.append(
            Query(owner, kind, self.label, now, spent, said, authenticated, disabled)
        )
        return reply


def system_resolver() -> tuple[str, int]:
    """Return address and port of the first resolver that the system is set up with."""
    try:
        found = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        found = None
    addresses = [] if found is None else [one for one in found.nameservers if isinstance(one, str)]
    if found is None or not addresses:
        refuse("this system names no resolver", "name one: --resolver 127.0.0.1")
    return addresses[0], found.port


def _exchange(message: Message, address: str, port: int, seconds: float) -> Message | str:
    """Ask by UDP, and by TCP where the answer does not fit."""
    try:
        reply, _ = dns.query.udp_with_fallback(message, address, timeout=seconds, port=port)
    except dns.exception.Timeout:
        return "timeout"
    except OSError:
        return "unreachable"
    except (dns.exception.DNSException, ValueError):
        return "malformed"
    return reply


def _says_broken(reply: Message) -> bool:
    return any(
        isinstance(option, dns.edns.EDEOption) and int(option.code) in _BROKEN
        for option in reply.options
    )


def _seconds(ttl: int) -> int:
    return ttl if ttl <= _LONGEST_TTL else 0


def _negative_ttl(reply: Message) -> int:
    """Return how long a denial holds (RFC 2308, 5); 0 where nothing says so."""
    for rrset in reply.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            return _seconds(min(rrset.ttl, rrset[0].minimum))
    return 0
