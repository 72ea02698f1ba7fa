"""Sets of names as far as some questions can tell them apart.

Questions about a set ("lists x", "lists any of", "lists nothing but") see two elements
alike when they are named in the same arguments. `covering_sets` takes from each such
class none, one, or all, which shows every combination of answers with few sets.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["covering_sets"]


def covering_sets(named: Mapping[str, tuple[bool, ...]], other: str) -> Iterator[tuple[str, ...]]:
    """Yield sets (as tuples in order of `named`, `other` last), smaller ones first.

    `named` maps each element to the arguments that name it; `other` stands for all the
    elements that none names.
    """
    classes: dict[tuple[bool, ...], list[str]] = {}
    for element, signature in named.items():
        classes.setdefault(signature, []).append(element)
    takes = [
        [(), tuple(members[:1]), tuple(members)][: 2 + (len(members) > 1)]
        for members in classes.values()
    ]
    order = {element: place for place, element in enumerate([*named, other])}
    sets = {
        tuple(sorted((e for part in combination for e in part), key=order.__getitem__))
        for combination in product(*takes, ((), (other,)))
    }
    yield from sorted(sets, key=lambda one: (len(one), [order[e] for e in one]))
