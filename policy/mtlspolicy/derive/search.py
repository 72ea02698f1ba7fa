"""Finding candidate paths from a leaf to the anchors of its side.

The search walks from the leaf to issuers, depth first, by name (RFC 5280, 7.1), and most
promising first: key identifiers that fit, then certificates that may issue at all, then
anchors. Names decide what is looked at, key identifiers only in which order (RFC 4158,
3.5.12).

- A path never meets the same name with the same key twice (RFC 4158, 5.2), so loops end.
- Where issuers of one name have different keys, only the one whose key made the signature
  is followed; if none did, the first, to explain.
- Every bound is a named budget in `limits`; which one ran out is part of the answer.

This module knows how certificates hang together. It must not know what makes a path valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy import limits
from mtlspolicy.derive.distinguished import show
from mtlspolicy.derive.path import Anchor, CandidatePath, PathFault, PathOptions, PathSearch
from mtlspolicy.derive.pool import Entry, Pool
from mtlspolicy.derive.reading import Reading
from mtlspolicy.derive.signatures import VALID
from mtlspolicy.derive.straight import find, learn, straight_way
from mtlspolicy.derive.validation import Ledger, is_signed, judge
from mtlspolicy.facts.certificate import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.derive.straight import Line
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["search_paths", "straight_line"]

_MAX_PARTIAL: Final = 4
"""Candidates without an anchor that are told: enough to see where the chain breaks off."""

_DEFAULT: Final = PathOptions()


class _Node(NamedTuple):
    """One certificate on a path under construction, linked towards the leaf."""

    entry: Entry
    above: _Node | None
    """the certificate that this one issued; None for the leaf"""
    depth: int

    def has_met(self, candidate: Reading) -> bool:
        """Whether the name and the key of `candidate` are on the path already."""
        node: _Node | None = self
        while node is not None:
            reading = node.entry.reading
            if reading.key == candidate.key and reading.subject == candidate.subject:
                return True
            node = node.above
        return False


class _Ending(NamedTuple):
    """A path that is complete, or that goes no further: then with the fault that says why."""

    node: _Node
    anchor: Entry | None
    code: str


def search_paths(
    presented: Sequence[Certificate],
    known: Sequence[Certificate],
    anchors: Sequence[Anchor],
    *,
    options: PathOptions = _DEFAULT,
) -> PathSearch:
    """Return the candidate paths from ``presented[0]`` to `anchors`, each judged.

    Issuers come from the other `presented` certificates, in any order, and from `known`
    intermediates. No argument makes this function raise. Prepared pools of a tuple that is
    passed again and again are remembered.
    """
    if not presented:
        return PathSearch((), None)
    leaf = Reading.of(presented[0])
    pools = _pools(presented, known, anchors)
    if options is not _DEFAULT and options != _DEFAULT:
        return _Search(leaf, pools, options, Ledger()).run()
    ledger = Ledger()
    line = _straight(leaf, pools, ledger)
    if line is not None:
        return PathSearch((line.path(leaf),), None)
    way = straight_way(leaf, pools)
    if way:
        return _along(leaf, way, ledger)
    return _Search(leaf, pools, options, ledger).run()


def straight_line(
    presented: Sequence[Certificate], known: Sequence[Certificate], anchors: Sequence[Anchor]
) -> Line | None:
    """Return the line of the leaf where its path is the only one, without a fault but for dates.

    Then it is what `search_paths` finds. None says nothing.
    """
    leaf = Reading.of(presented[0])
    return _straight(leaf, _pools(presented, known, anchors), Ledger())


def _straight(leaf: Reading, pools: tuple[Pool, ...], ledger: Ledger) -> Line | None:
    line = find(leaf, pools)
    if line is not None:
        if line.key.der in leaf.signers or ledger.signature(leaf, line.key) is VALID:
            return line
        return None
    way = straight_way(leaf, pools)
    if not way:
        return None
    chain = [leaf, *[entry.reading for entry in way[:-1]]]
    return learn(leaf, way, pools) if is_signed(chain, way[-1].reading, ledger) else None


def _along(leaf: Reading, way: list[Entry], ledger: Ledger) -> PathSearch:
    """Judge the only path that there is: through the entries of `way`, the last is the anchor."""
    anchor = way[-1]
    chain = [leaf, *[entry.reading for entry in way[:-1]]]
    faults = judge(chain, anchor.reading, _DEFAULT, ledger)
    path = CandidatePath(
        tuple([reading.certificate for reading in chain]),
        (0, *[entry.index for entry in way[:-1]]),
        anchor.anchor,
        faults,
    )
    return PathSearch((path,), ledger.exhausted)


def _pools(
    presented: Sequence[Certificate], known: Sequence[Certificate], anchors: Sequence[Anchor]
) -> tuple[Pool, ...]:
    """Return where issuers are looked for, in this order: the anchors first."""
    pools = [Pool.of_anchors(anchors)]
    if len(presented) > 1:
        pools.append(Pool.of_presented(presented))
    if known:
        pools.append(Pool.of_known(known))
    return tuple(pools)


class _Search:
    """One search: the graph, the budgets, and what was found so far."""

    def __init__(
        self, leaf: Reading, pools: tuple[Pool, ...], options: PathOptions, ledger: Ledger
    ) -> None:
        self.leaf = Entry(leaf, 0, None)
        self.anchors = pools[0]
        self.pools = pools
        self.options = options
        self.ledger = ledger
        self.steps = 0
        self.stopped = False
        self.complete: list[_Ending] = []
        self.partial: list[_Ending] = []

    def run(self) -> PathSearch:
        """Walk, then judge what was found."""
        leaf = self.leaf.reading
        for anchor in self.anchors.with_der(leaf.certificate.der):
            self._end(_Node(self.leaf, None, 1), anchor)
        self._walk()
        endings = self.complete
        if not endings:
            most = max(ending.node.depth for ending in self.partial)
            endings = [e for e in self.partial if e.node.depth == most][:_MAX_PARTIAL]
        candidates = [self._candidate(ending) for ending in endings]
        if len(candidates) > 1:
            # best first; among equals the order of the walk stays
            candidates.sort(key=lambda c: (c.anchor is None, bool(c.faults)))
        return PathSearch(tuple(candidates), self.ledger.exhausted)

    def _walk(self) -> None:
        stack: list[_Node] = [_Node(self.leaf, None, 1)]
        while stack:
            node = stack.pop()
            if len(self.complete) >= limits.MAX_CANDIDATE_PATHS:
                self._stop("path.budget_candidates")
                return
            followed: list[_Node] = []
            for entry in self._issuers(node):
                if entry.anchor is not None:
                    self._end(node, entry)
                else:
                    followed.append(_Node(entry, node, node.depth + 1))
            stack.extend(reversed(followed))
            if self.stopped:  # fail closed: what has not been looked at is not there
                self.partial.append(_Ending(node, None, self.ledger.exhausted or ""))
                return

    def _end(self, node: _Node, anchor: Entry) -> None:
        """Note a path that is complete, as long as there is room for one."""
        if len(self.complete) >= limits.MAX_CANDIDATE_PATHS:
            self._stop("path.budget_candidates")
        else:
            self.complete.append(_Ending(node, anchor, ""))

    def _stop(self, code: str) -> None:
        self.ledger.exhaust(code)
        self.stopped = True

    def _issuers(self, node: _Node) -> list[Entry]:
        """Return the entries to follow from `node`, best first; note where there are none."""
        reading = node.entry.reading
        found: list[Entry] = []
        if reading.issuer:
            for pool in self.pools:
                found += pool.named(reading.issuer)
        self.steps += len(found) + 1
        if self.steps > limits.MAX_PATH_STEPS:
            self._stop("path.budget_steps")
            return []
        fresh = [entry for entry in found if not node.has_met(entry.reading)]
        if not fresh:
            code = (
                "path.root_untrusted"
                if reading.self_issued
                else "path.loop"
                if found
                else "path.issuer_missing"
            )
            self.partial.append(_Ending(node, None, code))
            return []
        if node.depth >= limits.MAX_CHAIN_CERTIFICATES:
            fresh = [e for e in fresh if e.anchor is not None]
            if not fresh:
                self.ledger.exhaust("path.budget_length")
                self.partial.append(_Ending(node, None, "path.budget_length"))
        if len(fresh) > 1:
            fresh = self._different(fresh)
            fresh.sort(key=lambda entry: _rank(reading, entry))
            fresh = self._signers(node, fresh)
        return fresh

    def _different(self, entries: list[Entry]) -> list[Entry]:
        """Leave out certificates that are there twice, and anchors that lead only to themselves."""
        ders: set[bytes] = set()
        kept = []
        for entry in entries:
            der = entry.reading.certificate.der
            if entry.anchor is None:
                if der in ders or (entry.reading.self_issued and self.anchors.with_der(der)):
                    continue
                ders.add(der)
            kept.append(entry)
        return kept

    def _signers(self, node: _Node, ranked: list[Entry]) -> list[Entry]:
        """Of issuers with different keys keep those whose key made the signature."""
        if all(entry.reading.key == ranked[0].reading.key for entry in ranked):
            return ranked
        signer = ranked[0].reading.key  # nobody's: the most promising explains best
        tried: set[bytes] = set()
        for entry in ranked:
            key = entry.reading.certificate.public_key
            if entry.reading.key in tried or isinstance(key, Unreadable):
                continue
            tried.add(entry.reading.key)
            outcome = self.ledger.signature(node.entry.reading, key)
            if outcome is None:
                self._stop("path.budget_signatures")
                return []
            if outcome is VALID:
                signer = entry.reading.key
                break
        return [entry for entry in ranked if entry.reading.key == signer]

    def _candidate(self, ending: _Ending) -> CandidatePath:
        entries: list[Entry] = []
        node: _Node | None = ending.node
        while node is not None:
            entries.append(node.entry)
            node = node.above
        entries.reverse()
        chain = [entry.reading for entry in entries]
        anchor = ending.anchor
        faults = judge(chain, None if anchor is None else anchor.reading, self.options, self.ledger)
        if ending.code:
            faults = (*faults, _open_end(ending.code, chain))
        return CandidatePath(
            tuple([reading.certificate for reading in chain]),
            tuple([entry.index for entry in entries]),
            None if anchor is None else anchor.anchor,
            faults,
            self.options.anchor_constraints,
        )


_OPEN_ENDS: Final = {
    "path.issuer_missing": "no certificate of this issuer is at hand",
    "path.root_untrusted": "the chain ends in a self-issued certificate that is no anchor",
    "path.loop": "every certificate of this issuer is already on the path",
}


def _open_end(code: str, chain: Sequence[Reading]) -> PathFault:
    """Say why the path ends without an anchor, at its last certificate."""
    issuer = chain[-1].certificate.issuer
    wanted = "" if isinstance(issuer, Unreadable) else show(issuer)
    detail = _OPEN_ENDS.get(code, "a bound of the path search was reached")
    return PathFault(code, len(chain) - 1, detail, f"an issuer `{wanted}`", "none")


def _rank(subject: Reading, entry: Entry) -> tuple[int, bool, bool]:
    """Order possible issuers; less is more promising."""
    issuer = entry.reading
    identifiers = 1  # nothing known
    hint, identifier = subject.authority_key, issuer.subject_key
    if hint is not None and identifier is not None:
        identifiers = 0 if hint == identifier else 2
    is_anchor = entry.anchor is not None
    standing = issuer.standing
    is_poor = bool(standing.own or (standing.trusted if is_anchor else standing.issuing))
    return identifiers, is_poor, not is_anchor
