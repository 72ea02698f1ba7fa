"""Certificates to look for issuers in, by the name of their subject.

This module knows how a crowd of certificates is indexed, so that a thousand anchors cost
as much as one. It must not know paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.reading import Reading
from mtlspolicy.derive.reading import forget as forget_readings
from mtlspolicy.derive.standing import forget as forget_moulds
from mtlspolicy.derive.straight import forget as forget_lines
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mtlspolicy.derive.path import Anchor
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["Entry", "Pool", "forget"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate at hand: `index` in the presented chain or None; `anchor` if it is one."""

    reading: Reading
    index: int | None
    anchor: Anchor | None


class Pool:
    """Entries by subject, in the order in which they came; duplicates left out.

    `kept`: whether the same pool is found again for the same certificates.
    """

    __slots__ = ("_ders", "_keyed", "_named", "kept")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index `entries`."""
        self._named: dict[str, list[Entry]] = {}
        self._ders: dict[bytes, list[Entry]] = {}
        self._keyed: dict[bytes, list[Entry]] | None = None
        self.kept = False
        for entry in entries:
            twins = self._ders.setdefault(entry.reading.certificate.der, [])
            # one certificate may be an anchor of several groups, and those are told apart
            if any(_group(twin) == _group(entry) for twin in twins):
                continue
            twins.append(entry)
            self._named.setdefault(entry.reading.subject, []).append(entry)

    def named(self, name: str) -> Sequence[Entry]:
        """Return the entries whose subject is `name`."""
        return self._named.get(name, ())

    def with_der(self, der: bytes) -> Sequence[Entry]:
        """Return the entries that are this very certificate."""
        return self._ders.get(der, ())

    def with_key(self, key: bytes) -> Sequence[Entry]:
        """Return the entries that certify this key (a SubjectPublicKeyInfo)."""
        if self._keyed is None:
            keyed: dict[bytes, list[Entry]] = {}
            for twins in self._ders.values():
                keyed.setdefault(twins[0].reading.key, []).append(twins[0])
            self._keyed = keyed
        return self._keyed.get(key, ())

    @classmethod
    def of_presented(cls, presented: Sequence[Certificate]) -> Pool:
        """Index what stands behind the leaf in the presented chain.

        Servers meet the same few intermediates again and again: the index of a short chain
        is remembered by its bytes.
        """
        ders = tuple([certificate.der for certificate in presented[1:]])
        held = _chains.get(ders)
        if held is not None:
            return held
        pool = cls(
            Entry(Reading.of(certificate), index, None)
            for index, certificate in enumerate(presented)
            if index
        )
        if sum(map(len, ders)) <= _MAX_CHAIN:
            if len(_chains) >= _MAX_CHAINS:
                _chains.clear()
            _chains[ders] = pool
            pool.kept = True
        return pool

    @classmethod
    def of_known(cls, known: Sequence[Certificate]) -> Pool:
        """Index known intermediates; the index of a tuple is remembered."""
        held = _pools.get(id(known))
        if held is not None:
            return held[1]
        entries = [Entry(Reading.of(certificate), None, None) for certificate in known]
        return _remember(known, cls(entries))

    @classmethod
    def of_anchors(cls, anchors: Sequence[Anchor]) -> Pool:
        """Index anchors; the index of a tuple is remembered."""
        held = _pools.get(id(anchors))
        if held is not None:
            return held[1]
        entries = [Entry(Reading.of(anchor.certificate), None, anchor) for anchor in anchors]
        return _remember(anchors, cls(entries))


def _group(entry: Entry) -> str | None:
    return None if entry.anchor is None else entry.anchor.group


_MAX_POOLS: Final = 64
"""Indices remembered: a server has one tuple of anchors per side and tenant."""

_MAX_CHAIN: Final = 16_384
"""Octets of the longest chain whose index is remembered."""

_MAX_CHAINS: Final = 256
"""Indices of presented chains remembered."""

_chains: Final[dict[tuple[bytes, ...], Pool]] = {}

_pools: Final[dict[int, tuple[object, Pool]]] = {}


def forget_presented() -> None:
    """Forget what peers presented, with all good signatures, and keep the anchors: for benches."""
    _chains.clear()
    forget_lines()
    forget_readings()


def forget() -> None:
    """Forget every index, and every reading with its good signatures: for benches."""
    forget_presented()
    forget_moulds()
    _pools.clear()


def _remember(source: Sequence[object], pool: Pool) -> Pool:
    """Keep the pool of `source` while it is the same tuple; return it.

    The memo is by identity: hashing a thousand certificates takes longer than a signature
    does. It holds the tuple itself, so the identity cannot pass to another.
    """
    if isinstance(source, tuple):
        if len(_pools) >= _MAX_POOLS:
            _pools.clear()
        _pools[id(source)] = (source, pool)
        pool.kept = True
    return pool
