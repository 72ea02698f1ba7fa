"""TLSA records and what they say of a certificate (RFC 6698, RFC 7671).

A record names a certificate or key: of a CA on the validated path (usage 0), of the leaf
(usages 1 and 3), or of a CA that the presented chain leads to (usage 2). This module knows
records, certificates and paths. Whether a record may replace a trust anchor, and what a
record of an unsigned zone counts for, is a policy's business.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.derive.dns.confirm import Confirmation, best
from mtlspolicy.derive.dns.lookup import GOOD, Hop, Lookup, security, word
from mtlspolicy.facts.certificate import Certificate, ExtendedKeyUsage, PublicKey
from mtlspolicy.names import SERVER_AUTH
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mtlspolicy.derive.dns.questions import ByPort
    from mtlspolicy.derive.side import Candidate

__all__ = ["OUTCOMES", "Dane", "Matcher", "Records", "outcomes", "replaces_anchor"]

OUTCOMES: Final = (
    "match", "mismatch", "undetermined", "unusable", "malformed", "too_many",
    "unsigned_match", "unsigned_mismatch", "unsigned_undetermined", "unsigned_unusable",
    "unsigned_malformed", "unsigned_too_many",
    "fault", "bogus", "failed", "absent", "unanswered", "expired", "no_port", "no_base",
)  # fmt: skip
"""What the TLSA records of a peer can come to."""

PENDING: Final = ("unanswered", "expired", "no_port", "undetermined", "unsigned_undetermined")
"""Outcomes that more evidence can change."""

_DIGESTS: Final[Mapping[int, tuple[int, Callable[[bytes], bytes]]]] = {
    1: (32, lambda octets: hashlib.sha256(octets).digest()),
    2: (64, lambda octets: hashlib.sha512(octets).digest()),
}
"""Matching types (RFC 6698, 2.1.3): octets, and how they are made; 0 is the thing itself."""

_UNSIGNED: Final = (0, 1)
"""The usages that draft-frank honours in an unsigned zone (3.3-11b)."""


@dataclass(frozen=True, slots=True)
class Records:
    """The TLSA records under one name: the lookup, and per record its usage and a word.

    The word: match, mismatch, undetermined, unusable or malformed. `hops` are the answers
    from the peer's address records on that the records stand on.
    """

    lookup: Lookup
    hops: tuple[Hop, ...] = ()
    found: tuple[tuple[int, str], ...] = ()
    excess: bool = False


@dataclass(frozen=True, slots=True)
class Dane:
    """The records of a peer: per candidate of the confirmation and per port.

    `by_address` are those of the reverse zone, for a certificate issued to an address;
    None for any other. `named`: whether it is issued to a name too, or to no address: then
    the records of the confirmed name count. An entry is None where the port is not known.
    """

    confirmation: Confirmation
    by_name: tuple[ByPort[Records | None], ...]
    by_address: ByPort[Records | None] | None = None
    named: bool = True

    def records(
        self, exempt: tuple[str, ...], wildcards: str, port: str, among: tuple[str, ...]
    ) -> tuple[Records | str, ...]:
        """Return what counts of the name and of the address: records, no_base or no_port.

        Whoever authenticates by both has to satisfy both (draft-frank, 3.3-8a, 3.3-11a).
        """
        found: list[Records | str] = []
        if self.named:
            index = best(self.confirmation, exempt, wildcards, among)
            under = None if index is None else self.by_name[index].of(port)
            found.append("no_base" if index is None else under or "no_port")
        if self.by_address is not None:
            found.append(self.by_address.of(port) or "no_port")
        return tuple(found)


def outcomes(
    value: Dane,
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Return what the records come to, of the name and of the address: of `OUTCOMES` each."""
    return tuple(_of(one, exempt) for one in value.records(exempt, wildcards, port, among))


def _of(records: Records | str, exempt: tuple[str, ...]) -> str:
    if isinstance(records, str):
        return records
    found = word(records.lookup, exempt)
    if found not in GOOD:
        return found
    signed = security((*records.hops, *records.lookup.hops), exempt) == "secure"
    prefix = "" if signed else "unsigned_"
    if records.excess:
        return f"{prefix}too_many"
    # Draft-frank, 3.3-11b: usages 2 and 3 mean nothing where the zone is not signed.
    words = [one for usage, one in records.found if signed or usage in _UNSIGNED]
    order = ("malformed", "match", "undetermined", "mismatch")
    return prefix + next((one for one in order if one in words), "unusable")


def replaces_anchor(
    value: Dane,
    exempt: tuple[str, ...],
    wildcards: str,
    port: str,
    among: tuple[str, ...] = (),
) -> bool:
    """Whether a record of usage 2 or 3, secure at every hop, stands for the trust anchor.

    For a certificate of a name and an address, one of each.
    """
    return all(_replaces(one, exempt) for one in value.records(exempt, wildcards, port, among))


def _replaces(records: Records | str, exempt: tuple[str, ...]) -> bool:
    if isinstance(records, str) or _of(records, exempt) != "match":
        return False
    return any(usage in (2, 3) and one == "match" for usage, one in records.found)


class Matcher:
    """Compares records with one leaf and one candidate path, at an instant."""

    def __init__(self, leaf: Certificate, candidate: Candidate, at: int) -> None:
        self.leaf = leaf
        self.candidate = candidate
        self.at = at
        self._led: dict[bytes, bool] = {}

    def records(self, lookup: Lookup, hops: tuple[Hop, ...]) -> Records:
        """Return the records of a lookup, compared."""
        if len(lookup.records) > limits.MAX_TLSA_RECORDS:
            return Records(lookup, hops, excess=True)
        found = [self._compare(dict(record)) for record in lookup.records]
        return Records(lookup, hops, tuple(found))

    def _compare(self, record: Mapping[str, int | str]) -> tuple[int, str]:
        usage, selector = int(record["usage"]), int(record["selector"])
        kind, data = int(record["matching_type"]), bytes.fromhex(str(record["data"]))
        # RFC 6698, 4.1: what is not understood is unusable; what is cut short is not.
        if usage not in (0, 1, 2, 3) or selector not in (0, 1) or kind not in (0, *_DIGESTS):
            return usage, "unusable"
        if not data or (kind in _DIGESTS and len(data) != _DIGESTS[kind][0]):
            return usage, "malformed"

        def named(certificate: Certificate) -> bool:
            return _associated(certificate, selector, kind) == data

        if usage in (1, 3):
            return usage, "match" if named(self.leaf) else "mismatch"
        return usage, self._above(named) if usage == 0 else self._led_to(named)

    def _above(self, named: Callable[[Certificate], bool]) -> str:
        """Usage 0: a CA of the validated path, its anchor included (RFC 6698, 2.1.1)."""
        candidate = self.candidate
        top = () if candidate.anchor is None else (candidate.anchor,)
        if any(named(one) for one in (*candidate.issuers, *top)):
            return "match"
        known = candidate.closed and not candidate.issuers_asserted and bool(top)
        return "mismatch" if known or candidate.found is not None else "undetermined"

    def _led_to(self, named: Callable[[Certificate], bool]) -> str:
        """Usage 2: a CA to which the presented chain verifiably leads (RFC 7671, 5.2).

        That it merely stands in the chain says nothing: the peer chose what stands there.
        """
        candidate = self.candidate
        top = () if candidate.anchor is None else (candidate.anchor,)
        above = [one for one in (*candidate.issuers, *top) if named(one)]
        return "match" if any(self._leads(one) for one in above) else "mismatch"

    def _leads(self, authority: Certificate) -> bool:
        if authority.der not in self._led:
            self._led[authority.der] = self._search(authority)
        return self._led[authority.der]

    def _search(self, authority: Certificate) -> bool:
        from mtlspolicy.derive.path import Anchor  # noqa: PLC0415 - see derive.side
        from mtlspolicy.derive.search import search_paths  # noqa: PLC0415

        presented = (self.leaf, *self.candidate.issuers)
        found = search_paths(presented, (), (Anchor(authority, "tlsa"),)).candidates
        return any(
            path.anchor is not None
            and not path.faults_at(self.at)
            and all(map(_permits, (*path.certificates[1:], authority)))
            for path in found
        )


def _associated(certificate: Certificate, selector: int, kind: int) -> bytes | None:
    """Return what a record of this selector and matching type would hold (RFC 6698, 2.1)."""
    key = certificate.public_key
    if selector and not isinstance(key, PublicKey):
        return None
    octets = key.der if selector and isinstance(key, PublicKey) else certificate.der
    return _DIGESTS[kind][1](octets) if kind else octets


def _permits(authority: Certificate) -> bool:
    """Whether a CA's extended key usage leaves serverAuth to those below it."""
    usage = authority.extended_key_usage
    if usage is None:
        return True
    return isinstance(usage, ExtendedKeyUsage) and SERVER_AUTH in usage.purposes
