"""A side whose anchors are given: its paths are searched, or its passage is known.

A `Passage` is the shortest answer there is: the leaf has one path, nothing is wrong with it
but perhaps a date, and it was found without a choice. That is enough to decide. Everything
that explains it (`Side`, its candidate, the path) is derived when somebody looks, and says the
same: a side with a passage has the path of its line as the only candidate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy import limits
from mtlspolicy.derive.names import presents_host
from mtlspolicy.derive.path import Anchor
from mtlspolicy.derive.search import search_paths, straight_line
from mtlspolicy.derive.side import Candidate, known_of, name_of
from mtlspolicy.facts.read import read_certificate_cached

if TYPE_CHECKING:
    from mtlspolicy.derive.path import CandidatePath
    from mtlspolicy.derive.straight import Line
    from mtlspolicy.derive.trust import Seen
    from mtlspolicy.evidence.context import Context, SideEvidence
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["Passage", "forget", "passage_of", "searched"]


class Passage(NamedTuple):
    """The presented certificates, the line that the first of them goes, and how its name matched.

    `name` is what rules see of `NameStatus`.
    """

    certificates: tuple[Certificate, ...]
    line: Line
    name: Seen

    def is_current(self, at: int) -> bool:
        """Whether all certificates of the path are valid at `at` (seconds since 1970)."""
        line, leaf = self.line, self.certificates[0]
        # a leaf that a line takes has dates that can be read
        return (
            line.since <= at <= line.until and leaf.not_before <= at <= leaf.not_after  # type: ignore[operator]
        )


def passage_of(side: str, chain: tuple[bytes, ...], context: Context) -> Passage | None:
    """Return the passage of a side that is judged; None where it has to be derived.

    Like a side it depends on its chain, on its evidence and on the caller's word alone, and the
    last one is remembered for whoever asks several policies.
    """
    evidence = context.client if side == "client" else context.server
    if evidence.anchors is None or not 0 < len(chain) <= limits.MAX_CHAIN_CERTIFICATES:
        return None
    last = _last.get(side)
    if (
        last is not None
        and last[0] is evidence
        and last[1] == chain
        and last[2] == context.asserted
    ):
        return last[3]
    certificates = tuple([read_certificate_cached(der) for der in chain])
    line = straight_line(certificates, known_of(evidence), _anchors(evidence))
    found: Passage | None = None
    if line is not None:
        found = Passage(certificates, line, _name_seen(side, certificates[0], evidence, context))
    if sum(map(len, chain)) <= (_MOST_UNFOUND if found is None else _MOST_OCTETS):
        _last[side] = evidence, chain, context.asserted, found
    return found


def _name_seen(side: str, leaf: Certificate, evidence: SideEvidence, context: Context) -> Seen:
    """Return what rules see of the name: of plain host names without listing them."""
    asked = evidence.name
    if asked is not None and asked.type == "dns":
        content = leaf.names_in_place()
        if content is not None:
            matched = presents_host(content, asked.value)
            if matched:
                return _MATCHED
    return name_of(side, leaf, evidence, context.assertions.of(side))[0].seen


_MATCHED: Final[Seen] = (True, True, False, "dns")

_MOST_OCTETS: Final = 65_536
"""Octets of the longest chain whose passage is held on to when the call is over."""

_MOST_UNFOUND: Final = 131_072
"""The same of a chain that has none, of which nothing but its octets is held on to: as many as of
a chain whose side is (`derive.side`), for nobody wants to look for it once per policy."""

_Last = tuple["SideEvidence", tuple[bytes, ...], tuple[str, ...], "Passage | None"]

_last: Final[dict[str, _Last]] = {}
"""The passage of each side that was looked for last, found or not: one place, which no peer can
fill."""


def forget() -> None:
    """Forget the last passages: for benches of a cold start."""
    _last.clear()


def searched(
    certificates: tuple[Certificate, ...], evidence: SideEvidence, asserted: frozenset[str]
) -> tuple[Candidate, ...]:
    """Return the candidates that a search finds, the best first."""
    known = known_of(evidence)
    search = search_paths(certificates, known, _anchors(evidence))
    at_hand = certificates, known
    return tuple(
        [_candidate(path, asserted, search.exhausted, at_hand) for path in search.candidates]
    )


def _candidate(
    path: CandidatePath,
    asserted: frozenset[str],
    exhausted: str | None,
    at_hand: tuple[tuple[Certificate, ...], ...],
) -> Candidate:
    anchor = path.anchor
    pinned = path.is_pinned
    issuers = () if pinned else path.certificates[1:]
    by_word = anchor is None and "issuers" in asserted
    return Candidate(
        issuers=issuers,
        indices=path.indices[1:] if issuers else (),
        closed=anchor is not None or by_word,
        issuers_asserted=by_word,
        anchor=None if anchor is None or pinned else anchor.certificate,
        group=None if anchor is None else anchor.group,
        added=None if anchor is None else anchor.added,
        found=path,
        path_asserted=False,
        exhausted=exhausted,
        at_hand=at_hand,
    )


_MOST_LISTS: Final = 64
"""Lists of anchors remembered: one per tenant of a busy server."""

_memo: Final[dict[tuple[object, ...], tuple[Anchor, ...]]] = {}
_same: Final[dict[int, tuple[object, tuple[Anchor, ...]]]] = {}
"""The same by identity, with the very list: hashing a thousand anchors takes its time."""


def _anchors(evidence: SideEvidence) -> tuple[Anchor, ...]:
    """Read the anchors, once per list: a thousand of them are the same at every call."""
    given = evidence.anchors
    assert given is not None  # noqa: S101 - asked before
    held = _same.get(id(given))
    if held is not None:
        return held[1]
    found = _memo.get(given)
    if found is None:
        found = tuple(
            [Anchor(read_certificate_cached(a.certificate), a.group, a.added) for a in given]
        )
        if len(_memo) >= _MOST_LISTS:
            _memo.clear()
        _memo[given] = found
    if len(_same) >= _MOST_LISTS:
        _same.clear()
    _same[id(given)] = given, found
    return found
