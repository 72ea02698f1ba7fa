"""What features of one side's connection, its leaf and its chain have to do with each other.

A *law* names a few features and says which of their values go together. Laws depend on what
is asked: names, exempt domains and ports are those of the questions at hand. Every law is
exact: what it forbids, no evidence can show, and what all of them leave, `realise` makes
(`features.forged_connection`). Property tests hold both. Nothing here knows policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from mtlspolicy.features.base import Call

    Asked = Mapping[str, Sequence[Call]]

__all__ = ["Law", "companions", "kinds_by_law", "laws"]


@dataclass(frozen=True, slots=True)
class Law:
    """Some features of one side, and which of their values go together.

    `features` are those of the side; "san" is that of its leaf, "chain" the shape of its chain.
    `kinds` tell values of each apart as far as `holds` needs: values of one kind behave alike.
    """

    features: tuple[str, ...]
    kinds: tuple[Callable[[Any], Hashable], ...]
    holds: Callable[..., bool]


def laws(asked: Asked) -> list[Law]:
    """Return the laws of one side: `asked` has the calls of each feature that has a variable.

    A law with a feature that has none is left out: that feature is then free.
    """
    if asked.keys().isdisjoint(_CONNECTED):
        return []
    from mtlspolicy.features import (  # noqa: PLC0415 - where asked for
        laws_of_dns,
        laws_of_faults,
        laws_of_names,
    )

    of = (laws_of_dns.laws, laws_of_faults.laws, laws_of_names.laws)
    found = (law for laws_of in of for law in laws_of(asked))
    return [law for law in found if asked.keys() >= set(law.features)]


_CONNECTED = frozenset(("source", "peer", "name", "dns", "dns_answers", "tlsa", "service"))


def companions(asked: Asked) -> dict[str, list[Call]]:
    """Return what else has to have a variable so that the laws can say all they know."""
    if asked.keys().isdisjoint(("dns", "dns_answers", "tlsa", "service")):
        return {}
    from mtlspolicy.features import laws_of_dns  # noqa: PLC0415 - where asked for

    return laws_of_dns.companions(asked)


def kinds_by_law(feature: str, some: Sequence[Law]) -> tuple[Callable[[Any], Hashable], ...]:
    """Return the functions from a value of a feature to all that some laws tell of it."""
    kinds = [
        kind
        for law in some
        for name, kind in zip(law.features, law.kinds, strict=True)
        if name == feature
    ]
    return tuple(dict.fromkeys(kinds))
