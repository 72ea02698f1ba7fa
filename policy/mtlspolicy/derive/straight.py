"""The straight way up: what lies above the leaf where there is no choice.

Most leafs of a peer have the issuers that the leaf before had. Where each name on the way
leads to exactly one certificate, and the last one is an anchor, the search has nothing to
choose, and what RFC 5280, 6.1 says of the certificates above the leaf is the same for every
leaf below them. A `Line` is such a way without a fault. It is learned from a path that was
judged, and holds as long as the same pools are asked for the same name.

What depends on the leaf is not remembered: its own faults, its signature, and whether it is
itself on the way. Lines with name constraints or policy constraints are not remembered
either. This module knows where there is no choice, and when two leafs share what lies above
them; it judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import limits
from mtlspolicy.derive.path import AnchorConstraints, CandidatePath
from mtlspolicy.facts.certificate import PublicKey

if TYPE_CHECKING:
    from mtlspolicy.derive.pool import Entry, Pool
    from mtlspolicy.derive.reading import Reading
    from mtlspolicy.derive.standing import Standing

__all__ = ["Line", "find", "forget", "learn", "straight_way"]


class Line:
    """The one way from the certificates of one issuer to an anchor.

    `key` made their signatures. `keys` are all keys on the way, as SubjectPublicKeyInfo.
    `identity`: equal for ways through the same certificates to the same anchor. `since` and
    `until`: the first and the last second (since 1970) at which all of them are valid.
    """

    __slots__ = ("above", "anchor", "identity", "indices", "key", "keys", "since", "until")

    def __init__(self, entries: list[Entry], key: PublicKey) -> None:
        """Take the entries leaf-most first; the last one is the anchor."""
        issuers = entries[:-1]
        self.above = tuple([entry.reading.certificate for entry in issuers])
        self.indices = (0, *[entry.index for entry in issuers])
        anchor = self.anchor = entries[-1].anchor
        assert anchor is not None  # noqa: S101 - a way ends there
        ders = [entry.reading.certificate.der for entry in entries]
        self.identity = (*ders, anchor.group, anchor.added)
        self.key = key
        self.keys = frozenset([entry.reading.key for entry in entries])
        # dates that cannot be read are a fault, and a line has none
        certificates: list[Any] = [entry.reading.certificate for entry in entries]
        self.since: int = max([certificate.not_before for certificate in certificates])
        self.until: int = min([certificate.not_after for certificate in certificates])

    def takes(self, leaf: Reading) -> bool:
        """Whether nothing but its signature can be wrong with the path of this leaf."""
        return leaf.standing.sound and leaf.key not in self.keys

    def path(self, leaf: Reading) -> CandidatePath:
        """Return the path of a leaf that this line takes, and whose signature is good."""
        certificates = (leaf.certificate, *self.above)
        return CandidatePath(certificates, self.indices, self.anchor, (), _APPLY, self.identity)


_APPLY: Final = AnchorConstraints.APPLY


def find(leaf: Reading, pools: tuple[Pool, ...]) -> Line | None:
    """Return the line for the leaf; None where none is known, or the leaf is an anchor.

    `pools`: in the order in which the search asks them; the anchors first.
    """
    line = _lines.get((leaf.issuer, pools))
    if line is None or not line.takes(leaf) or pools[0].with_der(leaf.certificate.der):
        return None
    return line


def straight_way(leaf: Reading, pools: tuple[Pool, ...]) -> list[Entry]:
    """Follow names from the leaf as long as each leads to one entry, to an anchor.

    Empty where there is a choice, a loop or another end, where the leaf is an anchor itself,
    and where the way is longer than any path may be.
    """
    way: list[Entry] = []
    if pools[0].with_der(leaf.certificate.der):
        return way
    reading = leaf
    met: list[Reading] = []
    while len(way) < limits.MAX_CHAIN_CERTIFICATES:
        met.append(reading)
        name = reading.issuer
        found = [entry for pool in pools if name for entry in pool.named(name)]
        if len(found) != 1:
            return []
        reading = found[0].reading
        # RFC 4158, 5.2: a path never meets the same name with the same key twice
        if any(one.key == reading.key and one.subject == reading.subject for one in met):
            return []
        way += found
        if found[0].anchor is not None:
            return way
    return []


def learn(leaf: Reading, way: list[Entry], pools: tuple[Pool, ...]) -> Line | None:
    """Remember and return the line along a way on which no fault was found, if it is one."""
    key = way[0].reading.certificate.public_key
    if (
        not isinstance(key, PublicKey)
        or not all(pool.kept for pool in pools)
        or any(_constrains(entry.reading.standing) for entry in way)
    ):
        return None
    line = Line(way, key)
    if not line.takes(leaf):  # what was judged for this leaf is not what others would get
        return None
    if len(_lines) >= _MAX_LINES:
        _lines.clear()
    _lines[leaf.issuer, pools] = line
    return line


def _constrains(standing: Standing) -> bool:
    return standing.constrains_names or standing.demands_policy


_MAX_LINES: Final = 256
"""Lines remembered: as many as indices of presented chains."""

_lines: Final[dict[tuple[str, tuple[Pool, ...]], Line]] = {}


def forget() -> None:
    """Forget every line."""
    _lines.clear()
