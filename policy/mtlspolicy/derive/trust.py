"""What is known of one side's trust: its path, its name, its revocation status.

Three small values that the features of path scope read. Each has three sources: evidence
(computed), the caller's word (asserted), or nothing (unknown). How they are computed is
the business of the other modules of this package.
"""

from __future__ import annotations

from mtlspolicy.records import dataclass

__all__ = ["CertificateRevocation", "NameStatus", "PathStatus", "RevocationStatus", "Seen"]


@dataclass(frozen=True, slots=True)
class PathStatus:
    """Whether the chain leads to an anchor of that side (RFC 5280, 6.1).

    `valid` is None where no anchors were given; `asserted` says that the caller's word
    stands for it. `group` is the anchor's group where it is known. `faults` are the codes
    of what is wrong with the path, in order.
    """

    valid: bool | None
    asserted: bool = False
    group: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameStatus:
    """Whether the certificate carries the name that was asked for.

    `asked` is False where no name was given; then `matched` is None. `kind`: the type of
    the name that was asked for (dns, ip, ...). `code`: why it does not match (``name.*``).
    `presented`: the names of that kind in the certificate, for people and bounded.
    """

    asked: bool
    matched: bool | None
    asserted: bool = False
    kind: str | None = None
    code: str | None = None
    presented: tuple[str, ...] = ()

    @property
    def seen(self) -> Seen:
        """What rules see of it; the rest is for people."""
        return self.asked, self.matched, self.asserted, self.kind


Seen = tuple[bool, bool | None, bool, str | None]
"""Whether a name was asked for, whether it matched, whether it was asserted, and its type."""


@dataclass(frozen=True, slots=True)
class CertificateRevocation:
    """What the revocation evidence says of one certificate of the path; 0 is the leaf.

    `word`: good, revoked, unknown (the responder does not know, or not for all reasons),
    stale (outside its window), bad (cannot be believed), absent (nothing was given).
    `revoked_at` and `reason` are kept where the revocation lies after the evaluation time
    too: then the word is good and the code says `revocation.later`. `source`: crl or ocsp.
    """

    position: int
    word: str
    revoked_at: int | None = None
    reason: str = ""
    source: str = ""
    codes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevocationStatus:
    """What the revocation evidence says of the path.

    `word`: good (every certificate), partial (some are good, nothing was given about the
    others), revoked (at least one), unknown (evidence was given and says nothing usable:
    stale, bad or for others), absent (no evidence was given). `asserted`: the caller's word
    stands where the evidence is silent. `certificates`: leaf first; `codes`: what is to be
    said of the evidence as a whole.
    """

    word: str
    asserted: bool = False
    certificates: tuple[CertificateRevocation, ...] = ()
    codes: tuple[str, ...] = ()
