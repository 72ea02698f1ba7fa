"""What revocation evidence says of one certificate, as a function of time.

A statement holds in a window; what it says at an instant follows from the dates in it.
This module knows time. It does not know how a statement was found or verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.trust import CertificateRevocation
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.facts.strict import Unusable

__all__ = ["About", "Delegate", "Statement"]

_MAY_END: Final = frozenset({"certificateHold", "removeFromCRL"})
"""Reasons that a later list can take back (RFC 5280, 5.3.1); any other revocation is for good."""


@dataclass(frozen=True, slots=True)
class Delegate:
    """An OCSP responder that the issuer delegated (RFC 6960, 4.2.2.2).

    `about`: what lists say of its own certificate; None where it carries
    id-pkix-ocsp-nocheck, so that nobody is asked.
    """

    certificate: Certificate
    about: About | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A verified statement: `says` good, revoked or unknown.

    It is current from `start` through `end` (seconds since 1970), `end` None where no
    nextUpdate is given. `limit`: code of why "good" is not the whole truth, or "".
    """

    source: str
    says: str
    start: int
    end: int | None
    revoked_at: int | None = None
    reason: str = ""
    limit: str = ""
    delegate: Delegate | None = None

    def at(self, at: int) -> tuple[str, str]:
        """Return what it comes to at an instant: good, revoked, unknown, stale or bad; a code."""
        doubt = "" if self.delegate is None else _doubt(self.delegate, at)
        if doubt:
            return "bad", doubt
        late = self._late(at)
        if self.revoked_at is not None:
            # X.509, 7.10: what is revoked stays so, whether or not there is a newer list.
            if self.revoked_at <= at and not (late and self.reason in _MAY_END):
                return "revoked", "revocation.revoked"
            return ("stale", late) if late else ("good", "revocation.later")
        if late:
            return "stale", late
        if self.says == "unknown":
            return "unknown", "revocation.ocsp_unknown"
        return ("unknown", self.limit) if self.limit else ("good", "")

    def _late(self, at: int) -> str:
        # RFC 5280, 6.3.3 (a) and RFC 6960, 4.2.2.1: nextUpdate belongs to the window
        if at < self.start:
            return "revocation.not_yet"
        if self.end is None:
            return "revocation.no_next_update"
        return "revocation.stale" if at > self.end else ""

    def instants(self) -> set[int]:
        """Return the instants at which the answer can change."""
        found = {self.start}
        if self.end is not None:
            found.add(self.end + 1)
        if self.revoked_at is not None:
            found.add(self.revoked_at)
        if self.delegate is not None:
            start, end = self.delegate.certificate.not_before, self.delegate.certificate.not_after
            if not isinstance(start, Unreadable):
                found.add(start)
            if not isinstance(end, Unreadable):
                found.add(end + 1)
            if self.delegate.about is not None:
                found |= self.delegate.about.instants()
        return found


def _doubt(delegate: Delegate, at: int) -> str:
    """Say why a delegate may not be believed at an instant; empty where it may."""
    start, end = delegate.certificate.not_before, delegate.certificate.not_after
    if isinstance(start, Unreadable) or isinstance(end, Unreadable) or not start <= at <= end:
        return "revocation.ocsp_responder_expired"
    if delegate.about is not None and delegate.about.at(at).word != "good":
        return "revocation.ocsp_responder_unchecked"
    return ""


@dataclass(frozen=True, slots=True)
class About:
    """Everything that the evidence says of the certificate at `position` of the path.

    `defects` are items about it that cannot be used, whatever the time.
    """

    position: int
    statements: tuple[Statement, ...]
    defects: tuple[Unusable, ...]

    def at(self, at: int) -> CertificateRevocation:
        """Return what is known of the certificate at an instant.

        The worst that is proven wins over the best: revoked, then good; then the reasons
        why it is neither.
        """
        said = [(*statement.at(at), statement) for statement in self.statements]
        for word in ("revoked", "good"):
            proof = [(code, statement) for found, code, statement in said if found == word]
            if proof:
                return self._proven(word, proof)
        codes = [code for _, code, _ in said] + [defect.code for defect in self.defects]
        words = {found for found, _, _ in said} | ({"bad"} if self.defects else set())
        word = next((one for one in ("unknown", "stale", "bad") if one in words), "absent")
        details = tuple(dict.fromkeys(d.detail for d in self.defects if d.detail))
        return CertificateRevocation(
            self.position, word, codes=tuple(dict.fromkeys(codes)), details=details
        )

    def _proven(self, word: str, proof: list[tuple[str, Statement]]) -> CertificateRevocation:
        """Of several revocations the earliest counts, of several good answers the first."""
        code, first = min(proof, key=lambda one: one[1].revoked_at or 0)
        codes = (code,) if code else ()
        return CertificateRevocation(
            self.position, word, first.revoked_at, first.reason, first.source, codes
        )

    def instants(self) -> set[int]:
        """Return the instants at which the answer can change."""
        return {instant for statement in self.statements for instant in statement.instants()}
