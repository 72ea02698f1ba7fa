"""Kinds of certificates: what some questions cannot tell apart.

Every answer depends only on the *cell* in which the value of a feature lies (`features.base`).
So the cells of all the features that are asked about make a *kind*, and certificates of one
kind are judged alike. Most features look at what certificates of one mould share: their cells
are read once per mould. What is left is what is of one certificate only, and the time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from mtlspolicy import limits

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate, Mould
    from mtlspolicy.features.base import Call, Feature

__all__ = ["Kinds", "Reader"]

Reader = Callable[["Certificate", int], Hashable]
"""From a certificate and a time to the cell of one feature."""

_Known = tuple[int, tuple[Reader, ...], "dict[int, Hashable]"]
"""Of a mould: its number, what is read of each certificate, and the cells that all of them share
by the place of the feature."""


class Kinds:
    """The kinds that questions about certificates and the evaluation time make.

    `asked`: features of certificate scope, with all the calls that ask about each.
    """

    def __init__(self, asked: Sequence[tuple[Feature[Any], Sequence[Call]]]) -> None:
        self._asked = [(feature, calls, feature.reader(calls)) for feature, calls in asked]
        self._readers = tuple(reader for _, _, reader in self._asked)
        self._moulds: dict[Mould, _Known] = {}
        self._numbers: dict[Hashable, int] = {}
        self._counter = count(1)

    def forget(self) -> None:
        """Forget which moulds there are, as when the memo is full."""
        self._moulds.clear()
        self._numbers.clear()

    def of(self, certificate: Certificate, at: int) -> tuple[Hashable, ...]:
        """Return the kind of a certificate at the instant `at` (seconds since 1970)."""
        mould = certificate.mould
        if mould is None or not mould.shared:
            return (0, *[read(certificate, at) for read in self._readers])
        known = self._moulds.get(mould)
        number, readers, _ = self._new(mould, certificate, at) if known is None else known
        if len(readers) == 1:
            # what most policies of practice ask of each certificate: the dates
            return number, readers[0](certificate, at)
        return (number, *[read(certificate, at) for read in readers])

    def cells(
        self, certificate: Certificate, at: int, kind: tuple[Hashable, ...]
    ) -> tuple[Hashable, ...]:
        """Return the cell of each feature that is asked about, of a certificate of this `kind`."""
        own = kind[1:]
        mould = certificate.mould
        if mould is None or not mould.shared:
            return own
        _, _, shared = self._moulds.get(mould) or self._new(mould, certificate, at)
        left = iter(own)
        # which features a mould settles, and in which cells, goes with its number
        return tuple([shared[n] if n in shared else next(left) for n in range(len(self._asked))])

    def _new(self, mould: Mould, certificate: Certificate, at: int) -> _Known:
        """Number what the certificates of a mould share; the rest is read of each of them."""
        shared: dict[int, Hashable] = {}
        readers: list[Reader] = []
        for place, (feature, calls, read) in enumerate(self._asked):
            if feature.recurs(certificate, calls):
                shared[place] = read(certificate, at)
            else:
                readers.append(read)
        if len(self._moulds) >= limits.MAX_MEMO_ENTRIES:
            self.forget()
        # No number is given twice: another thread may still hold one that was forgotten.
        number = self._numbers.setdefault(tuple(shared.items()), next(self._counter))
        known = self._moulds[mould] = number, tuple(readers), shared
        return known
