"""The subjects of one candidate path: what each rule is judged on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.trust import RevocationStatus
from mtlspolicy.features.base import Feature, Scope
from mtlspolicy.features.subject import CertificateSubject, PairSubject, PathSubject
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.engine.state import Judged
    from mtlspolicy.evidence.context import Context
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["PathSubjects", "certificate_of_question", "path_subjects"]


_ABSENT: Final = RevocationStatus("absent")
_VOUCHED: Final = RevocationStatus("absent", asserted=True)


@dataclass(slots=True)
class PathSubjects:
    """The leaf with its path, each issuer, each link (certificate and issuer), the anchor."""

    leaf: PathSubject
    issuers: tuple[PathSubject, ...]
    links: tuple[PathSubject, ...]
    anchors: tuple[PathSubject, ...]
    anchor_known: bool


EVERY: Final = frozenset({"issuer", "link", "anchor"})


def path_subjects(
    side: Side,
    candidate: Candidate,
    context: Context,
    at: int,
    *,
    wanted: AbstractSet[str] = EVERY,
) -> PathSubjects:
    """Return the subjects of one candidate at the instant `at`.

    Of issuers, links and anchors those that are `wanted`: what no rule asks for is not made.
    """
    path = candidate.status(at)
    revocation = _revocation(side, candidate, context, at)

    def subject(certificate: Certificate, issuer: Certificate | None) -> PathSubject:
        return PathSubject(
            side=side.side,
            certificate=certificate,
            at=at,
            candidate=candidate,
            path=path,
            name=side.name,
            revocation=revocation,
            issuer=issuer,
            added=candidate.added,
            disclosed=_disclosed(certificate, context),
            context=context,
        )

    leaf = side.certificates[0]
    if not candidate.issuers and candidate.anchor is None:
        pinned = candidate.found is not None and candidate.found.is_pinned
        return PathSubjects(subject(leaf, None), (), (), (), anchor_known=pinned)
    above = [*candidate.issuers, *((candidate.anchor,) if candidate.anchor is not None else ())]
    first = subject(leaf, above[0])
    links: tuple[PathSubject, ...] = ()
    if "link" in wanted:
        upper = pairwise(above)
        links = (first, *[subject(one, issuer) for one, issuer in upper])
    issuers: tuple[PathSubject, ...] = ()
    if "issuer" in wanted:
        count = len(above)
        issuers = tuple(
            [
                subject(certificate, above[i + 1] if i + 1 < count else None)
                for i, certificate in enumerate(candidate.issuers)
            ]
        )
    anchors: tuple[PathSubject, ...] = ()
    if candidate.anchor is not None and "anchor" in wanted:
        anchors = (subject(candidate.anchor, None),)
    known = candidate.anchor is not None
    return PathSubjects(first, issuers, links, anchors, anchor_known=known)


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
