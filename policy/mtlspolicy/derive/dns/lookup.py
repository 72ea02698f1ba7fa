"""One question followed over its aliases, with the DNSSEC status of every hop.

RFC 4035, 4.3, has four results; a chain of answers is as good as the worst of them. This
module knows chains. It must not know what the answer is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.dns.names import canonical_name, is_within
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy.derive.dns.answers import Answer, Answers

__all__ = ["FAULTS", "GOOD", "Hop", "Lookup", "follow", "security", "word"]

GOOD: Final = ("secure", "insecure", "indeterminate")
"""What the words of a question with an answer can be, best first."""

FAULTS: Final = (
    "budget", "invalid", "contradiction", "future", "alias_loop", "alias_long",
)  # fmt: skip
"""What makes answers unusable, whatever they say."""

_WORST: Final = ("bogus", "indeterminate", "insecure", "secure")

MAX_ALIASES: Final = 8
"""Aliases followed for one question: RFC 1034 gives no number; unbound stops at 11, and zones
of the reverse tree delegate with one (RFC 2317)."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer that was used: whose, of which type, and its DNSSEC status."""

    owner: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What one question comes to.

    `end`: data, absent, failed, unanswered, expired, or a word of `FAULTS`. `owner` is the
    name at the end of the aliases: where `end` is unanswered, it is what has to be asked.
    `instants` are the seconds since 1970 at which that can change.
    """

    owner: str
    type: str
    hops: tuple[Hop, ...]
    end: str
    records: tuple[tuple[tuple[str, Any], ...], ...] = ()
    instants: tuple[int, ...] = ()


def follow(answers: Answers, owner: str, kind: str, at: int | None) -> Lookup:
    """Follow a question to its answer at the instant `at` (seconds since 1970).

    None leaves the time out: then every answer counts as current.
    """
    if answers.fault:
        return Lookup(owner, kind, (), answers.fault)
    chain: list[Answer] = []
    met = {owner}
    aliases = 0
    while True:
        if owner in answers.contradicted:
            return _ended(chain, owner, kind, "contradiction", at)
        alias, direct = answers.find(owner, "CNAME"), answers.find(owner, kind)
        if alias is None or alias.end != "data":
            return _last(chain, owner, kind, (alias, direct), at)
        chain += [*_bad(direct), alias]
        aliases += 1
        target = canonical_name(dict(alias.records[0])["target"])
        if target is None:
            return _ended(chain, owner, kind, "invalid", at)
        if target in met:
            return _ended(chain, owner, kind, "alias_loop", at)
        if aliases > MAX_ALIASES:
            return _ended(chain, owner, kind, "alias_long", at)
        met.add(target)
        owner = target


def _last(
    chain: list[Answer],
    owner: str,
    kind: str,
    last: tuple[Answer | None, Answer | None],
    at: int | None,
) -> Lookup:
    """Return the lookup at the last owner, where there is no alias, or none that is known."""
    alias, direct = last
    chain += _bad(alias)
    if direct is None:
        return _ended(chain, owner, kind, "unanswered", at)
    return _ended([*chain, direct], owner, kind, direct.end, at)


def _bad(answer: Answer | None) -> list[Answer]:
    """Return an answer that is not followed, where it is bogus or was not got.

    It is of a name on the way, and what another answer says in its place may be what an
    attacker put there: a chain is as good as the worst of what was heard (RFC 4035, 4.3).
    """
    bad = answer is not None and (answer.status == "bogus" or answer.end == "failed")
    return [answer] if answer is not None and bad else []


def _ended(chain: list[Answer], owner: str, kind: str, end: str, at: int | None) -> Lookup:
    """Return the lookup; a failed answer on the way has failed it, and the time comes last."""
    if end not in FAULTS and any(answer.end == "failed" for answer in chain):
        end = "failed"
    if at is not None and end not in FAULTS:
        if any(answer.start > at for answer in chain):
            end = "future"
        elif any(answer.until <= at for answer in chain):
            end = "expired"
    hops = tuple(Hop(answer.owner, answer.type, answer.status) for answer in chain)
    instants = tuple(sorted({i for answer in chain for i in (answer.start, answer.until)}))
    records = chain[-1].records if end == "data" else ()
    return Lookup(owner, kind, hops, end, records, instants)


def security(hops: Iterable[Hop], exempt: tuple[str, ...]) -> str:
    """Return the worst status of several hops.

    The status of an exempt name is not evaluated: it counts as insecure, never as better.
    """
    found = {"insecure" if is_within(hop.owner, exempt) else hop.status for hop in hops}
    return next(status for status in _WORST if status in found or status == "secure")


def word(lookup: Lookup, exempt: tuple[str, ...]) -> str:
    """Return what a question comes to as one word.

    One of `GOOD` where there are data; otherwise fault, bogus, failed, absent, unanswered or
    expired. What is bogus has decided, whatever else is not known yet.
    """
    if lookup.end in FAULTS:
        return "fault"
    status = security(lookup.hops, exempt)
    if status == "bogus" and lookup.end != "expired":
        return "bogus"
    return status if lookup.end == "data" else lookup.end
