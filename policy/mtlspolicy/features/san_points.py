"""Which names there can be: the abstraction of the feature `san`.

Alternative names and common names are asked about apart: only whether a common name can
repeat an alternative name ties them to each other. This module must not know how names are
written into a certificate (`forged_names` does).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from mtlspolicy.facts.certificate import UNREADABLE, Unreadable
from mtlspolicy.features.name_defects import KIND_OF
from mtlspolicy.features.optional import both_where_asked, named_in, some_of
from mtlspolicy.features.subject_alt_name import (
    KINDS,
    NO_COMMON_NAME,
    URI,
    ZONES,
    CommonName,
    Names,
    San,
    is_about_wildcards,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from mtlspolicy.features.base import Call

__all__ = ["points"]

_ABOUT_TYPES: Final = ("san.includes_type", "san.includes_any_type", "san.only_types")
_NAMED_BY_TEXT: Final = frozenset(("dNSName", "iPAddress"))
"""Kinds whose value a common name can repeat (BR 7.1.4.3)."""

_NONE: Final[frozenset[str]] = frozenset()
_OF_WILDCARDS: Final = "dns-wildcard-registry"
_REPEATS: Final[tuple[tuple[bool | None, ...], ...]] = ((True, False), (False,), (None,))
"""What `CommonName.in_san` can be: beside names with a text, beside others, beside unread ones."""


def points(calls: Sequence[Call]) -> Iterator[Names]:
    """Yield names for every combination of answers, plain ones first."""
    beside = {repeats: tuple(_commons(calls, repeats)) for repeats in _REPEATS}
    for san in _sans(calls):
        for common in beside[_possible(san)]:
            yield Names(san, common)


# -- alternative names


def _lists(calls: Sequence[Call], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The words that calls of these atoms name."""
    arguments = [call.arguments[0] for call in calls if call.atom.name in names]
    return [(a,) if isinstance(a, str) else a for a in arguments]


def _sans(calls: Sequence[Call]) -> Iterator[San | Unreadable | None]:
    defects = named_in(_lists(calls, ("san.defect",)))
    kinds = _lists(calls, _ABOUT_TYPES) + [(KIND_OF[word],) for word in defects]
    # Names that a common name can repeat are not like the others.
    kinds += [tuple(_NAMED_BY_TEXT)]
    about_spiffe = any(call.atom.name == "san.spiffe_id" for call in calls)
    kinds += [(URI,)] if about_spiffe else []
    signatures = {kind: tuple(kind in one for one in kinds) for kind in KINDS}
    choices_of_kinds = list(some_of(signatures))
    # The plainest first: a single dNSName.
    choices_of_kinds.sort(key=lambda chosen: (chosen != ("dNSName",), len(chosen)))
    about_wildcards = any(map(is_about_wildcards, calls))
    zones = [_zones(calls, some=some) for some in (False, True)]
    # Of words that are alike, that which needs a wildcard comes last.
    words = sorted(defects, key=_OF_WILDCARDS.__eq__)
    flags = both_where_asked(calls, "san.critical")
    for (critical,), chosen in product(flags, choices_of_kinds):
        fitting = {word: defects[word] for word in words if KIND_OF[word] in chosen}
        for wrong in some_of(fitting):
            registered = about_wildcards and _OF_WILDCARDS in wrong
            for wild in zones[registered] if "dNSName" in chosen else [()]:
                plain = San(frozenset(chosen), frozenset(wrong), critical)
                plain = plain._replace(wildcards=frozenset(wild)) if wild else plain
                yield plain
                # a URI that is none makes two of them
                if about_spiffe and URI in chosen and "uri-syntax" not in wrong:
                    yield plain._replace(spiffe=True)
    yield None
    yield UNREADABLE


def _zones(calls: Sequence[Call], *, some: bool) -> tuple[tuple[str, ...], ...]:
    """Return sets of zones of wildcards that the calls can tell apart.

    With `some`, there is a wildcard that a registry controls: no address, so not under onion.
    """
    asked = [call for call in calls if is_about_wildcards(call)]
    told: dict[Hashable, tuple[str, ...]] = {}
    for zones in ((), *((zone,) for zone in ZONES), ZONES):
        if "other" in zones or not some:
            value = Names(
                San(_NONE, _NONE, critical=False, wildcards=frozenset(zones)), NO_COMMON_NAME
            )
            told.setdefault(tuple([call.answer(value) for call in asked]), zones)
    return tuple(told.values())


# -- common names


def _commons(
    calls: Sequence[Call], repeats: tuple[bool | None, ...]
) -> Iterator[CommonName | Unreadable]:
    """Yield common names, as far as the calls can tell them apart, that repeat others or not."""
    yield NO_COMMON_NAME
    asked = {call.atom.name for call in calls}
    if not any(name.startswith("common_name.") for name in asked):
        return
    faults = both_where_asked(calls, "common_name.last", "common_name.sound")
    in_san = repeats if "common_name.in_san" in asked else repeats[:1]
    for number, (moved, faulty), repeated in product((1, 2), faults, in_san):
        yield CommonName(number, repeated, last=not moved, sound=not faulty)
    yield UNREADABLE


def _possible(san: San | Unreadable | None) -> tuple[bool | None, ...]:
    """What `CommonName.in_san` can be beside these alternative names."""
    either, never, unknown = _REPEATS
    if isinstance(san, Unreadable):
        return unknown
    return never if san is None or san.kinds.isdisjoint(_NAMED_BY_TEXT) else either
