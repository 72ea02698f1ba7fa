"""Forward-confirmed reverse DNS: the names of an address that lead back to it.

The address's PTR records give candidates; a candidate is confirmed where its own A or AAAA
records hold the address. A certificate is judged by the candidates that it carries: what
others come to cannot help it. This module knows names and addresses, not what they are worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.derive.dns.lookup import GOOD, Lookup, follow, security, word
from mtlspolicy.derive.dns.names import canonical_name, is_within, reverse_name
from mtlspolicy.derive.forms import DnsName, IpAddress
from mtlspolicy.derive.names import match_reference
from mtlspolicy.derive.reference import Reference
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.derive.dns.answers import Answers
    from mtlspolicy.facts.certificate import Certificate

__all__ = [
    "OUTCOMES",
    "PENDING",
    "Candidate",
    "Confirmation",
    "best",
    "confirm",
    "listed",
    "outcome",
    "reverse_outcome",
]

OUTCOMES: Final = (
    *GOOD, "fault", "bogus", "failed", "reverse_absent", "unrelated", "too_many", "name_invalid",
    "name_onion", "address_invalid", "address_mapped", "forward_absent", "forward_mismatch",
    "not_carried", "unanswered", "expired",
)  # fmt: skip
"""What the confirmation of a name can come to; the first three are good, the best first."""

PENDING: Final = ("unanswered", "expired")
"""Outcomes that more or newer answers can change."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One name that a PTR record gives.

    `carried`: how the certificate carries it (exact, wildcard, or empty where it does not).
    `unusable`: name_invalid or name_onion, or empty. `forward` is the question for its
    addresses; `found` is what they say: match, or a reason why they do not.
    """

    name: str
    carried: str
    unusable: str
    forward: Lookup
    found: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What reverse DNS says of the connection's address.

    `reverse` is None where there is no address that could be looked up. `unrelated`: there
    are PTR records, and they are of another address. `excess`: there were more names than
    are looked at. `expected`: the host name by which the application expects the peer.
    """

    reverse: Lookup | None
    unrelated: bool = False
    excess: bool = False
    candidates: tuple[Candidate, ...] = ()
    expected: str | None = None


def confirm(
    answers: Answers,
    address: IpAddress | None,
    certificate: Certificate,
    at: int | None,
    expected: str | None = None,
) -> Confirmation:
    """Look up the names of an address and which of them lead back to it.

    `at`: seconds since 1970, or None to leave the time out. `expected`: the host name by
    which the application expects the peer.
    """
    if address is None:
        return Confirmation(None)
    reverse = follow(answers, reverse_name(address), "PTR", at)
    unrelated = reverse.end == "unanswered" and not reverse.hops and answers.about("PTR")
    targets = sorted({str(dict(record)["target"]) for record in reverse.records})
    room = limits.MAX_DNS_CANDIDATES
    if len(targets) > room:
        return Confirmation(reverse, excess=True)
    candidates = tuple(_candidate(answers, one, address, certificate, at) for one in targets)
    known = None if expected is None else canonical_name(expected)
    return Confirmation(reverse, unrelated, candidates=candidates, expected=known)


def _candidate(
    answers: Answers, target: str, address: IpAddress, certificate: Certificate, at: int | None
) -> Candidate:
    kind = "A" if len(address.octets) == 4 else "AAAA"  # noqa: PLR2004 - octets of IPv4
    name = canonical_name(target)
    host = None if name is None else DnsName.parse(name)
    if name is None or host is None or not host.is_host:
        # RFC 1123, 2.1: a PTR record of an address names a host
        return Candidate(target, "", "name_invalid", Lookup(target, kind, (), "unanswered"), "")
    carried = _carried(certificate, Reference("dns", name, host))
    forward = follow(answers, name, kind, at)
    # RFC 7686, 2: a name of the Tor network is never looked up in the DNS
    unusable = "name_onion" if is_within(name, ("onion",)) else ""
    return Candidate(name, carried, unusable, forward, _found(forward, address, kind))


def _carried(certificate: Certificate, reference: Reference) -> str:
    names = certificate.subject_alt_name
    if names is None or isinstance(names, Unreadable):
        return ""
    # A certificate may carry a name both ways; the exact one says more.
    listed = [one.text.lower() for one in names.names if one.kind == "dNSName"]
    if reference.text in listed:
        return "exact"
    return "wildcard" if match_reference(certificate, reference).matched else ""


def _found(forward: Lookup, address: IpAddress, kind: str) -> str:
    if forward.end != "data":
        return ""
    written = [str(dict(record)["address"]) for record in forward.records]
    mapped = [kind == "AAAA" and text.lower().startswith("::ffff:") for text in written]
    if any(mapped):
        # RFC 4291, 2.5.5.2: not an address of IPv6 that a packet could come from
        return "address_mapped"
    # RFC 1035, 3.4.1, and RFC 3596, 2.2: each type holds addresses of one family. Text of the
    # other would be read as an address all the same, for a mapped one is one of IPv4.
    if any((":" in text) != (kind == "AAAA") for text in written):
        return "address_invalid"
    read = [IpAddress.parse(text) for text in written]
    if any(one is None or len(one.octets) != len(address.octets) for one in read):
        return "address_invalid"
    return "match" if address in read else "forward_mismatch"


# -- what it comes to


def _of(value: Confirmation, candidate: Candidate, exempt: tuple[str, ...]) -> str:
    """Return what one candidate comes to."""
    if candidate.unusable:
        return candidate.unusable
    found = word(candidate.forward, exempt)
    if found not in GOOD:
        return "forward_absent" if found == "absent" else found
    if candidate.found != "match":
        return candidate.found
    assert value.reverse is not None  # noqa: S101 - a candidate comes from a reverse lookup
    # RFC 4035, 4.3: a chain is as good as its worst link
    return security((*value.reverse.hops, *candidate.forward.hops), exempt)


def reverse_outcome(value: Confirmation, exempt: tuple[str, ...]) -> str:
    """Return what asking for the names of the address comes to: one of `OUTCOMES`."""
    if value.reverse is None:
        return "unanswered"
    found = word(value.reverse, exempt)
    if found == "unanswered" and value.unrelated:
        return "unrelated"
    if found == "absent":
        return "reverse_absent"
    return "too_many" if found in GOOD and value.excess else found


def _carries(candidate: Candidate, wildcards: str) -> bool:
    return candidate.carried == "exact" or (
        candidate.carried == "wildcard" and wildcards == "allow"
    )


def _authorising(
    value: Confirmation, wildcards: str, among: tuple[str, ...]
) -> tuple[Candidate, ...]:
    """Return the carried candidates that say which peer it is: what is asked, is asked of them.

    The expected name alone, where it is one; else those that are `among` the allowed; else
    all. A name that lets the peer in is thus never vouched for by answers about another.
    """
    carried = tuple(one for one in value.candidates if _carries(one, wildcards))
    wanted = {canonical_name(one) for one in among}
    expected = tuple(one for one in carried if one.name == value.expected)
    return expected or tuple(one for one in carried if one.name in wanted) or carried


def outcome(
    value: Confirmation, exempt: tuple[str, ...], wildcards: str, among: tuple[str, ...] = ()
) -> str:
    """Return what the confirmation comes to: one of `OUTCOMES`. `among`: the allowed names."""
    reverse = reverse_outcome(value, exempt)
    if reverse not in GOOD:
        return reverse
    found = {_of(value, one, exempt) for one in _authorising(value, wildcards, among)}
    if not found:
        # Nothing that is still to be asked could help: the certificate carries none of the names.
        named = [one for one in value.candidates if one.unusable != "name_invalid"]
        return "not_carried" if named else "name_invalid"
    # The best that there is; then what may yet become good; then the reason that says most.
    order = (*GOOD, *PENDING, *OUTCOMES)
    return min(found, key=order.index)


def best(
    value: Confirmation, exempt: tuple[str, ...], wildcards: str, among: tuple[str, ...] = ()
) -> int | None:
    """Return the index of the candidate as which the peer is known, None where it is none.

    Whatever is asked of the peer by its name (TLSA, services, exemption) is asked of this one.
    """
    decided = outcome(value, exempt, wildcards, among)
    if decided not in GOOD:
        return None
    known = _authorising(value, wildcards, among)
    return value.candidates.index(next(o for o in known if _of(value, o, exempt) == decided))


def listed(
    value: Confirmation, names: tuple[str, ...], exempt: tuple[str, ...], wildcards: str
) -> bool | None:
    """Whether the name as which the peer is known is among `names`; None where not known yet."""
    if outcome(value, exempt, wildcards, names) in PENDING:
        return None
    index = best(value, exempt, wildcards, names)
    wanted = {canonical_name(one) for one in names}
    return index is not None and value.candidates[index].name in wanted
