"""The subjects of one candidate path: what each rule is judged on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy.derive.side import is_held
from mtlspolicy.derive.trust import RevocationStatus
from mtlspolicy.features.base import Feature, Scope
from mtlspolicy.features.subject import CertificateSubject, PairSubject, PathSubject
from mtlspolicy.late import Late

if TYPE_CHECKING:
    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.engine.state import Judged
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["PathSubjects", "certificate_of_question", "path_subjects"]


_ABSENT: Final = RevocationStatus("absent")
_VOUCHED: Final = RevocationStatus("absent", asserted=True)


class PathSubjects(Late):
    """The leaf with its path, each issuer, each link (certificate and issuer), the anchor.

    `leaf` is there from the beginning; `issuers`, `links` and `anchors` are made when a rule asks
    for them. `anchor_known`: whether the last of these is.
    """

    __slots__ = ("anchor_known", "anchors", "issuers", "leaf", "links")

    leaf: PathSubject
    issuers: tuple[PathSubject, ...]
    links: tuple[PathSubject, ...]
    anchors: tuple[PathSubject, ...]
    anchor_known: bool

    def __init__(self, side: Side, candidate: Candidate, context: Context, at: int) -> None:
        """Make the leaf of one candidate at the instant `at` (seconds since 1970)."""
        leaf, anchor = side.certificates[0], candidate.anchor
        self.leaf = PathSubject(
            side.side,
            leaf,
            at,
            candidate,
            candidate.status(at),
            side.name,
            _revocation(side, candidate, context, at),
            candidate.issuers[0] if candidate.issuers else anchor,
            candidate.added,
            _disclosed(leaf, context),
            context,
        )
        if candidate.issuers or anchor is not None:
            self.anchor_known = anchor is not None
        else:
            self.anchor_known = candidate.found is not None and candidate.found.is_pinned

    def above(self) -> tuple[Certificate, ...]:
        """Return the certificates above the leaf, the anchor too where it is known."""
        candidate = self.leaf.candidate
        top = () if candidate.anchor is None else (candidate.anchor,)
        return (*candidate.issuers, *top)

    def other(self, certificate: Certificate, issuer: Certificate | None) -> PathSubject:
        """Make another certificate of the path, with its issuer."""
        leaf, context = self.leaf, self.leaf.context
        assert context is not None  # noqa: S101 - it was given
        return PathSubject(
            leaf.side,
            certificate,
            leaf.at,
            leaf.candidate,
            leaf.path,
            leaf.name,
            leaf.revocation,
            issuer,
            leaf.added,
            _disclosed(certificate, context),
            context,
        )


def _issuers(subjects: PathSubjects) -> tuple[PathSubject, ...]:
    upper = (*subjects.above()[1:], None)
    issuers = zip(subjects.leaf.candidate.issuers, upper, strict=False)
    return tuple([subjects.other(one, issuer) for one, issuer in issuers])


def _links(subjects: PathSubjects) -> tuple[PathSubject, ...]:
    """List every certificate whose issuer is known."""
    above = subjects.above()
    upper = [subjects.other(one, issuer) for one, issuer in pairwise(above)]
    return (subjects.leaf, *upper) if above else ()


def _anchors(subjects: PathSubjects) -> tuple[PathSubject, ...]:
    anchor = subjects.leaf.candidate.anchor
    return () if anchor is None else (subjects.other(anchor, None),)


PathSubjects.LATE = {"anchors": _anchors, "issuers": _issuers, "links": _links}


def path_subjects(side: Side, candidate: Candidate, context: Context, at: int) -> PathSubjects:
    """Return the subjects of one candidate at the instant `at` (seconds since 1970).

    No policy has a part in them, so those of the side that was derived last are remembered for
    whoever asks several policies.
    """
    if context.dns or context.handshake or context.ccadb or context.proxy or context.oauth:
        # its caller holds on to it, and may change it
        return PathSubjects(side, candidate, context, at)
    last = _last.get(side.side)
    if last is None or last.side is not side or last.context is not context or last.at != at:
        last = _Last(side, context, at, {})
        if is_held(side):
            _last[side.side] = last
    found = last.made.get(id(candidate))
    if found is None:
        found = last.made[id(candidate)] = PathSubjects(side, candidate, context, at)
    return found


class _Last(NamedTuple):
    """What subjects were made of; and those of each candidate, which they hold, by its identity."""

    side: Side
    context: Context
    at: int
    made: dict[int, PathSubjects]


_last: Final[dict[str, _Last]] = {}
"""The subjects of the last side of each name: one place, which no peer can fill, and which holds
on to no certificate that `derive.side` does not."""


def _revocation(side: Side, candidate: Candidate, context: Context, at: int) -> RevocationStatus:
    asserted = "revocation" in context.assertions.of(side.side)
    evidence = context.of(side.side)
    if not evidence.crls and not evidence.ocsp:
        return _VOUCHED if asserted else _ABSENT
    from mtlspolicy.derive.revocation import revocation_of  # noqa: PLC0415 - only with evidence

    return revocation_of(side.certificates[0], candidate, evidence).status(at, asserted=asserted)


def _disclosed(certificate: Certificate, context: Context) -> int | None:
    if not context.ccadb:
        return None
    import hashlib  # noqa: PLC0415 - it takes three milliseconds to load, and few know this

    return context.ccadb.get(hashlib.sha256(certificate.der).hexdigest())


def certificate_of_question(judged: Judged, feature: Feature[Any], whose: str) -> Any:  # noqa: ANN401 - any feature's value
    """Return the value of a feature that a rule on the pair asks about."""
    client, server = judged.client, judged.server
    assert client is not None  # noqa: S101 - a pair is judged when both sides are derived
    assert server is not None  # noqa: S101 - the same
    leafs = {"client": client.side.certificates[0], "server": server.side.certificates[0]}
    if feature.scope is Scope.PAIR:
        return feature.read(PairSubject(leafs["client"], leafs["server"], judged.at))
    return feature.read(CertificateSubject(leafs[whose], judged.at))
