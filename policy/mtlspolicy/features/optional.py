"""What all features of optional extensions share.

The value of such a feature is None where the extension is absent, `UNREADABLE` where it
cannot be read as exactly one value, and otherwise a summary with a flag `critical`. This
module must not know any single extension.
"""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Protocol, TypeVar

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Atom, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mtlspolicy.features.base import Call
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = [
    "Flagged",
    "both_where_asked",
    "common_atoms",
    "known",
    "named_in",
    "some_of",
    "stand_twice",
]


class Flagged(Protocol):
    """A summary of an extension."""

    @property
    def critical(self) -> bool:
        """Whether the extension is critical."""


T = TypeVar("T")


def known(value: T | Unreadable | None, ask: Callable[[T], Truth]) -> Truth:
    """Ask about a value: False where it is absent, unknown where it cannot be read."""
    if value is None:
        return False
    return None if isinstance(value, Unreadable) else ask(value)


def _present(value: object) -> Truth:
    return value is not None


def _critical(value: Flagged | Unreadable | None) -> Truth:
    return known(value, _is_critical)


def _is_critical(value: Flagged) -> Truth:
    return value.critical


def common_atoms(word: str, name: str) -> tuple[Atom, ...]:
    """Return the atoms that every optional extension has; `name` with its article."""
    bare = name.split(" ", 1)[1]
    return (
        Atom(f"{word}.present", (), _present, f"{name} is present", f"no {bare} is present"),
        Atom(
            f"{word}.critical",
            (),
            _critical,
            f"the {bare} is critical",
            f"the {bare} is not critical",
        ),
    )


def named_in(arguments: list[tuple[str, ...]]) -> dict[str, tuple[bool, ...]]:
    """Return every word of these lists, in order, with the lists that hold it."""
    words = dict.fromkeys(word for one in arguments for word in one)
    return {word: tuple(word in one for one in arguments) for word in words}


def both_where_asked(calls: Sequence[Call], *names: str) -> list[tuple[bool, ...]]:
    """Return the flags that atoms of these names ask about; False where none does."""
    asked = {call.atom.name for call in calls}
    return list(product(*[(False, True) if name in asked else (False,) for name in names]))


def stand_twice(draft: CertificateDraft, name: str, value: bytes) -> None:
    """Put an extension in twice, which leaves it without exactly one value."""
    draft.drop_extension(name)
    draft.add_extension(name, value)
    draft.add_extension(name, value)


def some_of(
    named: Mapping[str, tuple[bool, ...]],
    fits: Callable[[tuple[str, ...]], bool] = lambda _: True,
) -> Iterator[tuple[str, ...]]:
    """Yield sets with none or one of each class of alike words, smaller ones first.

    Questions that ask whether a list and a set have a word in common, or whether the set
    has a word that the list lacks, cannot tell any other set from one of these. `fits`
    says which sets can be; of a class that word is taken with which the set fits.
    """
    classes: dict[tuple[bool, ...], list[str]] = {}
    for word, signature in named.items():
        classes.setdefault(signature, []).append(word)
    members = list(classes.values())
    for size in range(len(members) + 1):
        for some in combinations(members, size):
            yield from islice(filter(fits, product(*some)), 1)
