"""One side of the pair, derived: its facts, its candidate paths, and what is known of each.

Joins the presented certificates with that side's evidence. It decides nothing: whether an
unknown path matters is a policy's business.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy import limits
from mtlspolicy.derive.trust import NameStatus, PathStatus
from mtlspolicy.errors import InputError
from mtlspolicy.facts.certificate import Certificate, Unreadable
from mtlspolicy.facts.read import read_certificate_cached
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtlspolicy.derive.names import NameMatch
    from mtlspolicy.derive.path import CandidatePath
    from mtlspolicy.derive.reference import Reference
    from mtlspolicy.evidence.context import Context, SideEvidence

__all__ = [
    "Candidate",
    "Side",
    "derive_side",
    "forget",
    "is_held",
    "is_self_issued",
    "known_of",
    "name_of",
]

_NOT_ASKED: Final = NameStatus(asked=False, matched=None)
_VOUCHED_NAME: Final = NameStatus(asked=False, matched=None, asserted=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way up from the leaf.

    `issuers`: the non-anchor issuers, leaf-most first, with their `indices` in the
    presented chain (None for a known intermediate). `closed`: there can be no others.
    `anchor`: the anchor's certificate where it is known, with its group and the instant at
    which its programme added it. `found`: the judged path, None where no anchors were given.
    `exhausted`: the code of the bound that ended the search, so that others were not seen.
    `at_hand`: the presented certificates and the known intermediates, on this path or not.
    """

    issuers: tuple[Certificate, ...]
    indices: tuple[int | None, ...]
    closed: bool
    issuers_asserted: bool
    anchor: Certificate | None
    group: str | None
    added: int | None
    found: CandidatePath | None
    path_asserted: bool
    exhausted: str | None = None
    at_hand: tuple[tuple[Certificate, ...], ...] = ()

    def status(self, at: int) -> PathStatus:
        """Return what is known of the path at the instant `at` (seconds since 1970)."""
        if self.found is None:
            return PathStatus(valid=None, asserted=self.path_asserted, group=self.group)
        faults = self.found.faults_at(at)
        valid = not faults and self.found.anchor is not None
        codes = dict.fromkeys([fault.code for fault in faults])
        if not valid and self.exhausted is not None:
            codes.setdefault(self.exhausted)
        return PathStatus(valid=valid, group=self.group if valid else None, faults=tuple(codes))


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name, its certificates, its candidates and the name asked for."""

    side: str
    certificates: tuple[Certificate, ...]
    candidates: tuple[Candidate, ...]
    name: NameStatus
    match: NameMatch | None

    @property
    def leaf(self) -> Certificate | None:
        """The certificate that was presented first, None where none was."""
        return self.certificates[0] if self.certificates else None


def derive_side(side: str, presented: Sequence[bytes], context: Context, *, own: bool) -> Side:
    """Derive one side; `own`: its certificate is one's own, so its trust is not in question.

    A side depends on its chain, on its evidence and on the caller's word: not on the policy,
    nor on the time. Whoever asks several policies about one pair has it derived once.
    """
    chain = tuple(presented)
    word = context.asserted
    evidence = context.of(side)
    last = _last.get(side)
    if (
        last is not None
        # the same object, which stays alive with the memo: it may be large to compare
        and last.evidence is evidence
        and last.chain == chain
        and last.word == word
        and last.own is own
    ):
        return last.derived
    derived = _derive(side, chain, context, own=own)
    if sum(map(len, chain)) <= _MOST_OCTETS:
        _last[side] = _Last(evidence, chain, word, own, derived)
    return derived


def is_held(side: Side) -> bool:
    """Say whether this very side would be given for the same chain again."""
    last = _last.get(side.side)
    return last is not None and last.derived is side


class _Last(NamedTuple):
    """What a side was derived from, and the side."""

    evidence: SideEvidence
    chain: tuple[bytes, ...]
    word: tuple[str, ...]
    own: bool
    derived: Side


_last: Final[dict[str, _Last]] = {}
"""The side of each name that was derived last: one place, which no peer can fill."""

_MOST_OCTETS: Final = 131_072
"""Octets of the longest chain whose side is held on to when the call is over: room for one
certificate with as many names or constraints as are looked at (`limits.MAX_NAMES`), which nobody
wants to derive once per policy. Facts take up to a hundred times that, in two places."""


def forget() -> None:
    """Forget the last sides, with their paths: for benches of a cold start."""
    from mtlspolicy.derive.anchored import forget as forget_passages  # noqa: PLC0415 - see _searched

    forget_passages()
    _last.clear()


def _derive(side: str, presented: tuple[bytes, ...], context: Context, *, own: bool) -> Side:
    certificates = tuple(
        [read_certificate_cached(der) for der in presented[: limits.MAX_CHAIN_CERTIFICATES]]
    )
    if not certificates:
        return Side(side, (), (), _NOT_ASKED, None)
    evidence = context.of(side)
    asserted = context.assertions.of(side)
    if evidence.anchors is None:
        group = context.assertions.group(side)
        candidates = _presented(certificates, evidence, asserted, group, own=own)
    else:
        candidates = _searched()(certificates, evidence, asserted)
    name, match = (_NOT_ASKED, None) if own else name_of(side, certificates[0], evidence, asserted)
    return Side(side, certificates, candidates, name, match)


# -- without anchors: the presented chain, linked by name


def _presented(
    certificates: tuple[Certificate, ...],
    evidence: SideEvidence,
    asserted: frozenset[str],
    group: str | None,
    *,
    own: bool,
) -> tuple[Candidate, ...]:
    """Link the presented chain by name.

    Only where the caller vouches for the path is the list of issuers closed; otherwise it
    can show that a purpose is refused, and never that one is permitted. A self-issued
    certificate at the top of a path that is vouched for is its anchor. Where two issuers of
    one name are presented, nobody has said which of them the path that is vouched for has:
    a peer might add a harmless one to hide the other.
    """
    if len(certificates) == 1:
        return _alone(asserted, group)
    issuers, indices = _linked(certificates)
    vouched = ("path" in asserted or own) and not _ambiguous(certificates, issuers)
    anchor = None
    if vouched and issuers and is_self_issued(issuers[-1]):
        anchor = issuers[-1]
        issuers, indices = issuers[:-1], indices[:-1]
    by_word = "issuers" in asserted
    known = vouched and (bool(issuers) or anchor is not None)
    return (
        Candidate(
            issuers=issuers,
            indices=indices,
            closed=known or by_word,
            issuers_asserted=by_word and not known,
            anchor=anchor,
            group=group,
            added=None,
            found=None,
            path_asserted="path" in asserted,
            at_hand=(certificates, known_of(evidence)),
        ),
    )


@lru_cache(maxsize=64)
def _alone(asserted: frozenset[str], group: str | None) -> tuple[Candidate, ...]:
    """Return the one candidate of a leaf that is presented alone: its issuers are not known."""
    by_word = "issuers" in asserted
    return (
        Candidate(
            issuers=(),
            indices=(),
            closed=by_word,
            issuers_asserted=by_word,
            anchor=None,
            group=group,
            added=None,
            found=None,
            path_asserted="path" in asserted,
        ),
    )


def _linked(
    certificates: tuple[Certificate, ...],
) -> tuple[tuple[Certificate, ...], tuple[int | None, ...]]:
    """Follow issuer names from the leaf; each certificate is used once."""
    left = dict(enumerate(certificates))
    current = left.pop(0)
    chain: list[Certificate] = []
    indices: list[int | None] = []
    while not is_self_issued(current):
        index = next((i for i, other in left.items() if _issued(current, other)), None)
        if index is None:
            break
        current = left.pop(index)
        chain.append(current)
        indices.append(index)
    return tuple(chain), tuple(indices)


def _ambiguous(certificates: tuple[Certificate, ...], issuers: tuple[Certificate, ...]) -> bool:
    """Say whether another certificate could stand in the place of one of the issuers."""
    chain = (certificates[0], *issuers)
    others = [other for other in certificates if other not in chain]
    return any(_issued(lower, other) for lower in chain for other in others)


def _issued(subject: Certificate, issuer: Certificate) -> bool:
    if isinstance(subject.issuer, Unreadable) or isinstance(issuer.subject, Unreadable):
        return False
    if subject.issuer.der == issuer.subject.der:
        return True
    from mtlspolicy.derive.distinguished import canonical  # noqa: PLC0415 - see _searched

    return canonical(subject.issuer) == canonical(issuer.subject)


def is_self_issued(certificate: Certificate) -> bool:
    """Say whether subject and issuer are one name (RFC 5280, 7.1)."""
    return _issued(certificate, certificate)


# -- with anchors: paths that are searched and judged


# Path processing is the largest part of this package, and a caller whose TLS stack has
# validated the path never needs it: a command that starts anew feels the difference. What
# is imported when it is needed is remembered, for a decision feels each look-up of a module.


@cache
def _searched() -> Callable[..., tuple[Candidate, ...]]:
    from mtlspolicy.derive.anchored import searched  # noqa: PLC0415 - see above

    return searched


@cache
def _match_reference() -> Callable[[Certificate, Reference], NameMatch]:
    from mtlspolicy.derive.names import match_reference  # noqa: PLC0415 - see above

    return match_reference


@cache
def _parse_reference() -> Callable[[str, str], Reference]:
    from mtlspolicy.derive.reference import parse_reference  # noqa: PLC0415 - see above

    return parse_reference


_known_memo: dict[tuple[bytes, ...], tuple[Certificate, ...]] = {}


def known_of(evidence: SideEvidence) -> tuple[Certificate, ...]:
    """Read the known intermediates, once per list, so that their index is made once too."""
    if not evidence.intermediates:
        return ()
    found = _known_memo.get(evidence.intermediates)
    if found is None:
        found = tuple([read_certificate_cached(der) for der in evidence.intermediates])
        if len(_known_memo) >= _MOST_LISTS:
            _known_memo.clear()
        _known_memo[evidence.intermediates] = found
    return found


_MOST_LISTS: Final = 64
"""Lists of known intermediates remembered: one per tenant of a busy server."""


# -- names


def name_of(
    side: str, leaf: Certificate, evidence: SideEvidence, asserted: frozenset[str]
) -> tuple[NameStatus, NameMatch | None]:
    """Compare the name that was asked for; evidence wins over the caller's word."""
    if evidence.name is None:
        return (_VOUCHED_NAME if "name" in asserted else _NOT_ASKED), None
    # RFC 9525, 6.1: a server's URI-ID is compared by scheme and host, not as a whole.
    asked = evidence.name.type
    kind = "uri-id" if side == "server" and asked == "uri" else asked
    try:
        reference = _parse_reference()(kind, evidence.name.value)
    except InputError:
        # A name that is no name matches nothing; the shell refuses it before it gets here.
        invalid = "name.reference_invalid"
        return NameStatus(asked=True, matched=False, kind=asked, code=invalid), None
    match = _match_reference()(leaf, reference)
    # by position: once per decision, and names of arguments take half of the time
    asking, by_word = True, False
    return NameStatus(asking, match.matched, by_word, asked, match.code, match.presented), match
