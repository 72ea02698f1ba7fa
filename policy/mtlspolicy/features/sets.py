"""Sets of names as far as some questions can tell them apart.

Questions about a set ("lists x", "lists any of", "lists nothing but") see two elements
alike when they are named in the same arguments. Of each such class it is enough to take
none or a few, and most sets of a hundred are told apart by no question: so sets are made
class by class, and of those that no question tells apart only the plainest goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

__all__ = ["alike", "covering_sets", "plainest"]

Some = tuple[str, ...]


def alike(named: Mapping[str, tuple[bool, ...]]) -> list[list[str]]:
    """Return the words of one mark each, in the order in which they are named."""
    classes: dict[tuple[bool, ...], list[str]] = {}
    for word, mark in named.items():
        classes.setdefault(mark, []).append(word)
    return list(classes.values())


def covering_sets(
    named: Mapping[str, tuple[bool, ...]], other: str, told: Callable[[Some], Hashable]
) -> list[Some]:
    """Return sets (as tuples in order of `named`, `other` last), smaller ones first.

    `named` maps each element to the arguments that name it; `other` stands for all the
    elements that none names, and is "" where there are none. `told` is what questions tell of
    a set, as `plainest` needs it.
    """
    order = {element: place for place, element in enumerate([*named, other])}
    others = [[other]] if other else []
    steps = [[tuple(members[:1])] for members in (*alike(named), *others)]
    return plainest(steps, told, lambda one: tuple([order[element] for element in one]))


def plainest(
    steps: Iterable[Sequence[Some]],
    told: Callable[[Some], Hashable],
    order: Callable[[Some], tuple[int, ...]],
) -> list[Some]:
    """Return the plainest of all sets of which the same is told, the plainest first.

    A set takes nothing or one of the tuples of each step. Smaller ones are plainer, and of
    two that are as large that which comes first in `order`. What is `told` must be such that
    two sets of which the same is told are still alike when the same is added to both.
    """

    def plain(one: Some) -> tuple[int, tuple[int, ...]]:
        return len(one), order(one)

    found: dict[Hashable, Some] = {told(()): ()}
    for takes in steps:
        for less in list(found.values()):
            for take in takes:
                more = less + take
                key = told(more)
                if key not in found or plain(more) < plain(found[key]):
                    found[key] = more
    return sorted(found.values(), key=plain)
