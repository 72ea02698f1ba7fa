"""What features are read from, and where they are made.

A feature of certificate scope reads a `CertificateSubject`, one of path scope a
`PathSubject`, one of pair scope a `PairSubject`. `Place` is the spot in a draft pair at
which `realise` writes. Nothing here judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.derive.dns.peer import Peer
    from mtlspolicy.derive.side import Candidate
    from mtlspolicy.derive.trust import NameStatus, PathStatus, RevocationStatus
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import ChainDraft, PairDraft

__all__ = ["SIDES", "CertificateSubject", "PairSubject", "PathSubject", "Place"]

SIDES = ("client", "server")


@dataclass(slots=True)
class CertificateSubject:
    """One certificate at one evaluation time (seconds since 1970, UTC)."""

    certificate: Certificate
    at: int


@dataclass(slots=True)
class PathSubject:
    """One certificate of one candidate path of one side.

    `certificate` is the one that is judged: the leaf, an issuer or the anchor; `issuer` is
    the next one up where it is known. `candidate` is the path; `added` and `disclosed` are
    instants from evidence (when the anchor was added to its programme, when the certificate
    was disclosed to the CCADB), None where nothing was given. `context` is all of the
    evidence, for what is of the connection and not of one side alone; `known` is what DNS
    says of the peer and `told` what the handshake tells, once somebody has asked.
    """

    side: str
    certificate: Certificate
    at: int
    candidate: Candidate
    path: PathStatus
    name: NameStatus
    revocation: RevocationStatus
    issuer: Certificate | None = None
    added: int | None = None
    disclosed: int | None = None
    context: Context | None = None
    known: Peer | None = None
    told: Mapping[str, Any] | None = None


@dataclass(slots=True)
class PairSubject:
    """Both leafs at one evaluation time."""

    client: Certificate
    server: Certificate
    at: int


@dataclass(frozen=True, slots=True)
class Place:
    """A certificate in a draft pair: the side, and the position (0 is the leaf)."""

    pair: PairDraft
    side: str
    position: int = 0

    @property
    def chain(self) -> ChainDraft:
        """The side's chain."""
        return self.pair.client if self.side == "client" else self.pair.server

    @property
    def certificate(self) -> CertificateDraft:
        """The certificate at the position."""
        chain = self.chain
        return chain.leaf if self.position == 0 else chain.issuers[self.position - 1]

    @property
    def evidence(self) -> dict[str, Any]:
        """The evidence document of the pair."""
        return self.pair.evidence
