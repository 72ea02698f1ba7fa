"""The straight way up, remembered: what lies above the leaf where there is no choice.

Most leafs of a peer have the issuers that the leaf before had. Where each name on the way
leads to exactly one certificate, and the last one is an anchor, the search has nothing to
choose, and what RFC 5280, 6.1 says of the certificates above the leaf is the same for every
leaf below them. A `Line` is such a way without a fault. It is learned from a path that was
searched and judged, and holds as long as the same pools are asked for the same name.

What depends on the leaf is not remembered: its own faults, its signature, and whether it is
itself on the way. Lines with name constraints or policy constraints are not remembered
either. This module knows when two leafs share what lies above them; it judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.path import AnchorConstraints, CandidatePath
from mtlspolicy.facts.certificate import PublicKey

if TYPE_CHECKING:
    from mtlspolicy.derive.pool import Entry, Pool
    from mtlspolicy.derive.reading import Reading

__all__ = ["Line", "Lines", "forget"]


class Line:
    """The one way from the certificates of one issuer to an anchor.

    `key` made their signatures. `keys` are all keys on the way, as SubjectPublicKeyInfo.
    """

    __slots__ = ("above", "anchor", "indices", "key", "keys")

    def __init__(self, entries: list[Entry], key: PublicKey) -> None:
        """Take the entries leaf-most first; the last one is the anchor."""
        issuers = entries[:-1]
        self.above = tuple([entry.reading.certificate for entry in issuers])
        self.indices = (0, *[entry.index for entry in issuers])
        self.anchor = entries[-1].anchor
        self.key = key
        self.keys = frozenset([entry.reading.key for entry in entries])

    def takes(self, leaf: Reading) -> bool:
        """Whether nothing but its signature can be wrong with the path of this leaf."""
        return not (leaf.own or leaf.critical or leaf.demands_policy or leaf.key in self.keys)

    def path(self, leaf: Reading) -> CandidatePath:
        """Return the path of a leaf that this line takes, and whose signature is good."""
        certificates = (leaf.certificate, *self.above)
        return CandidatePath(
            certificates, self.indices, self.anchor, (), AnchorConstraints.APPLY, self
        )


class Lines:
    """The lines through some pools: of anchors, of what is presented, of what is known."""

    __slots__ = ("_pools",)

    def __init__(self, pools: tuple[Pool, ...]) -> None:
        """Take the pools in the order in which the search asks them; the anchors first."""
        self._pools = pools

    def find(self, leaf: Reading) -> Line | None:
        """Return the line for the leaf; None where none is known, or the leaf is an anchor."""
        line = _lines.get((leaf.issuer, self._pools))
        if line is None or not line.takes(leaf) or self._pools[0].with_der(leaf.certificate.der):
            return None
        return line

    def learn(self, leaf: Reading, path: CandidatePath) -> Line | None:
        """Remember and return the line that the only candidate went, if it is one.

        A pinned leaf shows nothing of a line: nobody looked at its certificate as an issuer's.
        """
        place = leaf.issuer, self._pools
        if path.faults or path.anchor is None or path.is_pinned or place in _lines:
            return None
        entries = self._way(leaf.issuer, len(path.certificates))
        if not entries or not all(pool.kept for pool in self._pools):
            return None
        key = entries[0].reading.certificate.public_key
        certificates = [entry.reading.certificate for entry in entries[:-1]]
        if (
            certificates != list(path.certificates[1:])
            or any(e.reading.layer is not None or e.reading.demands_policy for e in entries)
            or not isinstance(key, PublicKey)
        ):
            return None
        line = Line(entries, key)
        if not line.takes(leaf):  # what was judged for this leaf is not what others would get
            return None
        if len(_lines) >= _MAX_LINES:
            _lines.clear()
        _lines[place] = line
        return line

    def _way(self, name: str, most: int) -> list[Entry]:
        """Follow names as long as each leads to one entry; empty where that ends at no anchor."""
        way: list[Entry] = []
        while not way or way[-1].anchor is None:
            found = [entry for pool in self._pools if name for entry in pool.named(name)]
            if len(found) != 1 or len(way) == most:
                return []
            way += found
            name = found[0].reading.issuer
        return way


_MAX_LINES: Final = 256
"""Lines remembered: as many as indices of presented chains."""

_lines: Final[dict[tuple[str, tuple[Pool, ...]], Line]] = {}


def forget() -> None:
    """Forget every line."""
    _lines.clear()
