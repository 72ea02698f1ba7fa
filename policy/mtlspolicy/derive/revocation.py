"""The revocation status of a path, from lists and responses that were given (RFC 5280, 6.3).

1. Read every item once; what is not strict DER is unusable.
2. Ask each item about each certificate of the path, the leaf and its issuers; the anchor is
   trusted as it is. Signatures are verified, with the issuer's key on that path.
3. At an instant: per certificate, then for the path as a whole.

Nothing is fetched. Steps 1 and 2 do not depend on the time and are remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from mtlspolicy import limits
from mtlspolicy.derive.crl import ask_crl
from mtlspolicy.derive.ocsp import ask_ocsp
from mtlspolicy.derive.signatures import Outcome, Signed, verify
from mtlspolicy.derive.statements import About, Statement
from mtlspolicy.derive.trust import RevocationStatus
from mtlspolicy.facts.certificate import Certificate, PublicKey
from mtlspolicy.facts.crl import RevocationList, read_crl
from mtlspolicy.facts.ocsp import OcspResponse, read_ocsp
from mtlspolicy.facts.strict import Unusable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtlspolicy.derive.side import Candidate
    from mtlspolicy.evidence.context import SideEvidence

__all__ = ["Revocation", "revocation_of"]

_MOST_REMEMBERED: Final = 64
"""Paths, and items read, that are remembered: the evidence of a busy server, and a bound."""

_ABSENT: Final = RevocationStatus("absent")


@dataclass(frozen=True, slots=True)
class Revocation:
    """What the evidence says of a path, at any time: per certificate, the leaf first."""

    certificates: tuple[About, ...]

    def status(self, at: int, *, asserted: bool = False) -> RevocationStatus:
        """Return the status at an instant.

        Evidence wins over the caller's word, which stands where the evidence is silent.
        """
        if not self.certificates:
            return RevocationStatus("absent", asserted=True) if asserted else _ABSENT
        found = tuple(about.at(at) for about in self.certificates)
        words = {one.word for one in found}
        word, codes = _combined(words)
        return RevocationStatus(word, asserted and word == "partial", found, codes)

    def instants(self) -> tuple[int, ...]:
        """Return every instant (seconds since 1970) at which the status can change, in order."""
        return tuple(sorted({i for about in self.certificates for i in about.instants()}))


def _combined(words: set[str]) -> tuple[str, tuple[str, ...]]:
    """Return the word for the whole path from those of its certificates."""
    if "revoked" in words:
        return "revoked", ()
    if words == {"good"}:
        return "good", ()
    if words == {"absent"}:
        # Something was given, and it is about none of them: not to be taken for an answer.
        return "unknown", ("revocation.unrelated",)
    return ("partial" if words == {"good", "absent"} else "unknown"), ()


def revocation_of(leaf: Certificate, candidate: Candidate, evidence: SideEvidence) -> Revocation:
    """Return what a side's lists and responses say of the leaf and its issuers on one path."""
    if not evidence.crls and not evidence.ocsp:
        return Revocation(())
    top = () if candidate.anchor is None else (candidate.anchor,)
    path = (leaf, *candidate.issuers)
    above = (*candidate.issuers, *top)
    key = (path, above, evidence.crls, evidence.ocsp)
    found = _known.get(key)
    if found is None:
        found = _Reading(evidence).judge(path, above)
        _remember(_known, key, found)
    return found


_T = TypeVar("_T")
_K = TypeVar("_K")
_known: dict[tuple[object, ...], Revocation] = {}
_lists: dict[bytes, RevocationList | Unusable] = {}
_responses: dict[bytes, OcspResponse | Unusable] = {}


def _remember(memo: dict[_K, _T], key: _K, value: _T) -> _T:
    if len(memo) >= _MOST_REMEMBERED:
        memo.clear()
    memo[key] = value
    return value


def _read(memo: dict[bytes, _T], read: Callable[[bytes], _T], der: bytes) -> _T:
    found = memo.get(der)
    return _remember(memo, der, read(der)) if found is None else found


class _Reading:
    """One side's evidence, asked about the certificates of one path."""

    def __init__(self, evidence: SideEvidence) -> None:
        room = limits.MAX_REVOCATION_ITEMS
        crls, ocsp = evidence.crls[:room], evidence.ocsp[:room]
        lists = [_read(_lists, read_crl, der) for der in crls]
        responses = [_read(_responses, read_ocsp, der) for der in ocsp]
        self.lists = [one for one in lists if isinstance(one, RevocationList)]
        self.responses = [one for one in responses if isinstance(one, OcspResponse)]
        self.lost = [one for one in (*lists, *responses) if isinstance(one, Unusable)]
        if len(evidence.crls) > room or len(evidence.ocsp) > room:
            self.lost.append(Unusable("revocation.budget", f"more than {room} items"))
        self.checks = 0

    def judge(self, path: Sequence[Certificate], above: Sequence[Certificate]) -> Revocation:
        """Ask about every certificate of the path."""
        abouts = [self.about(i, one, above[i:], self.responses) for i, one in enumerate(path)]
        return Revocation(tuple(self._with_lost(about) for about in abouts))

    def _with_lost(self, about: About) -> About:
        """Count unreadable items against certificates of which nothing else speaks.

        Nobody can tell whom they were about, so they cannot be ignored.
        """
        if about.statements or about.defects or not self.lost:
            return about
        return About(about.position, (), tuple(self.lost))

    def about(
        self,
        position: int,
        certificate: Certificate,
        above: Sequence[Certificate],
        responses: Sequence[OcspResponse],
    ) -> About:
        """Gather everything about one certificate; its issuer is the first of `above`."""
        said: list[Statement | Unusable | None] = [
            ask_crl(one, certificate, above, self.verify) for one in self.lists
        ]
        issuer = above[0] if above else None
        for response in responses:
            said.extend(ask_ocsp(response, certificate, issuer, self.verify, self.responder))
        return About(
            position,
            tuple(one for one in said if isinstance(one, Statement)),
            tuple(one for one in said if isinstance(one, Unusable)),
        )

    def responder(self, certificate: Certificate, issuer: Certificate) -> About:
        """Ask the lists about an OCSP responder; responses cannot vouch for who made them."""
        return self.about(0, certificate, (issuer,), ())

    def verify(self, signed: Signed, signer: Certificate) -> Outcome:
        """Verify one signature, within the bound."""
        self.checks += 1
        if self.checks > limits.MAX_SIGNATURE_CHECKS or not isinstance(
            signer.public_key, PublicKey
        ):
            return Outcome.KEY_UNSUPPORTED
        return verify(signed, signer.public_key)
