"""The name that is asked for, the peer that is expected, and the names of the leaf: all of one.

The type of a name counts only where rules ask about it. A name on a list is that name; any
other stands for whatever fits.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.dns.names import canonical_name
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.dns_questions import carried_text
from mtlspolicy.features.laws import Law
from mtlspolicy.features.laws_of_dns import defects_asked, is_reserved, readable
from mtlspolicy.features.name_defects import defects_of_host
from mtlspolicy.features.subject_alt_name import San

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from mtlspolicy.derive.dns.confirm import Confirmation
    from mtlspolicy.features.laws import Asked

__all__ = ["SAN_TYPES", "laws", "listed_names"]

SAN_TYPES: Final = {
    "dns": "dNSName",
    "ip": "iPAddress",
    "uri": "uniformResourceIdentifier",
    "email": "rfc822Name",
    "srv": "otherName",
}
"""The kind of alternative name that a name of each type is compared with; others have none."""

_COMPARED: Final = frozenset(SAN_TYPES.values())


def listed_names(asked: Asked) -> frozenset[str]:
    """Return the names, as they are compared, that questions about the peer list."""
    calls = [call for call in asked.get("peer", ()) if call.atom.name == "peer.expected_in"]
    return frozenset(_plain(name) for call in calls for name in call.arguments[0])


def _plain(text: str) -> str:
    return text.lower().removesuffix(".")


def laws(asked: Asked) -> Iterator[Law]:
    """Yield the laws of the name and the peer, for these questions."""
    about = {call.atom.name for call in asked.get("name", ())}
    typed = "name.type" in about
    listed, words = listed_names(asked), defects_asked(asked)
    about_common = {call.atom.name.partition(".")[0] for call in asked.get("san", ())}
    free = "common_name" not in about_common
    peer = partial(_peer, listed)
    if "peer" in asked or not about.isdisjoint(("name.type", "name.asked")):
        yield Law(("name", "san"), (_status, _compared(None)), partial(_carries, typed, free))
    yield Law(("name", "peer"), (_asked, _type), partial(_of_one_name, typed))
    san = _compared(words if listed else None)
    yield Law(("name", "peer", "san"), (_matched, peer, san), partial(_carries_peer, words, free))
    yield Law(("name", "peer", "dns"), (_matched, peer, _carried), _of_one_peer)
    yield Law(("name", "peer", "source"), (_matched, peer, _source), _of_one_address)
    yield Law(("peer", "dns"), (peer, _rivals), _judged_alone)


def _asked(name: Any) -> Hashable:  # noqa: ANN401 - a name status
    return name.asked, name.kind


def _type(peer: Any) -> Hashable:  # noqa: ANN401 - an expected peer
    return peer.type if peer.name is not None else None


def _of_one_name(typed: bool, name: tuple[bool, str | None], kind: str | None) -> bool:  # noqa: FBT001 - bound
    return name[0] == (kind is not None) and (not typed or name[1] == kind)


def _rivals(value: Confirmation) -> Hashable:
    """The names among which one is looked for."""
    names = frozenset(one.name for one in value.candidates)
    return names if len(names) > 1 else frozenset()


def _judged_alone(peer: tuple[str, str | None] | None, names: frozenset[str]) -> bool:
    # Of several names the one that is expected is the only one that is looked at.
    return peer is None or peer[0] != "dns" or peer[1] not in names


# -- a name that matches


def _status(name: Any) -> Hashable:  # noqa: ANN401 - a name status
    return name.asked, name.matched, name.kind


def _carries(
    typed: bool,  # noqa: FBT001 - bound
    free: bool,  # noqa: FBT001 - bound
    name: tuple[bool, bool | None, str | None],
    names: tuple[bool, Any, Any],
) -> bool:
    """Say whether a leaf with these names can match a name of that type as it does."""
    asked, matched, kind = name
    if not asked:
        return True
    if not typed or kind is None:
        return matched is not None or names[0]
    return _carries_peer(frozenset(), free, matched, (kind, None), names)


def _matched(name: Any) -> Hashable:  # noqa: ANN401 - a name status
    return bool(name.matched) if name.matched is not None else None


def _peer(listed: frozenset[str], peer: Any) -> Hashable:  # noqa: ANN401 - an expected peer
    """The type, and the name where it is on a list: any other is as good as the next."""
    if peer.name is None:
        return None
    plain = _plain(peer.name)
    return peer.type, plain if plain in listed else None


@lru_cache(maxsize=16)
def _compared(words: frozenset[str] | None) -> Callable[[Any], Hashable]:
    """Return the same function for the same words: both sides ask it of the same values."""
    return partial(_san, words)


def _san(words: frozenset[str] | None, names: Any) -> Hashable:  # noqa: ANN401 - a leaf's names
    """What a name is compared with; only a name on a list meets defects (those of `words`)."""
    # Of several common names none is the one that is asked for (RFC 9525 knows none at all).
    common = not isinstance(names.common, Unreadable) and names.common.number == 1
    san = readable(names)
    if san is None:
        return isinstance(names.san, Unreadable), None, common
    met = san.defects & words if words is not None else frozenset()
    spiffe = san.spiffe and words is not None
    kinds = san.kinds & _COMPARED
    few = San(kinds, met, critical=False, spiffe=spiffe)
    return False, few, common


def _carries_peer(
    words: frozenset[str],
    free: bool,  # noqa: FBT001 - bound: nobody asks about common names
    matched: bool | None,  # noqa: FBT001 - a value of three
    peer: tuple[str, str | None] | None,
    names: tuple[bool, Any, Any],
) -> bool:
    """Say whether a leaf of these names matches the expected one, or not, or cannot be read."""
    if peer is None:
        return True
    (kind, name), (unread, san, common) = peer, names
    wanted = SAN_TYPES.get(kind)
    if wanted is None:
        return matched is False or (matched is True and (kind != "cn" or free or bool(common)))
    if unread or matched is None:
        return bool(unread) and matched is None
    if not matched:
        return True
    there = san is not None and wanted in san.kinds
    return bool(there) and _can_be(words, kind, name, san)


def _can_be(words: frozenset[str], kind: str, name: str | None, san: Any) -> bool:  # noqa: ANN401 - names
    """Say whether a name on a list can be among names with these defects."""
    if name is None:
        return True
    if kind == "ip":
        return not is_reserved(name) or "ip-reserved" not in words - san.defects
    if kind == "uri":
        return name.startswith("spiffe://") == bool(san.spiffe)
    ways = (name, "*." + name.partition(".")[2]) if kind == "dns" else ()
    return not ways or any(defects_of_host(one) & words <= san.defects for one in ways)


# -- a name that reverse DNS confirms


def _carried(value: Confirmation) -> Hashable:
    return tuple(one.name for one in value.candidates if carried_text(one) is not None)


def _of_one_peer(
    matched: bool | None,  # noqa: FBT001 - a value of three
    peer: tuple[str, str | None] | None,
    carried: tuple[str, ...],
) -> bool:
    """The expected name is judged alone where it is one of those of the address."""
    if peer is None or peer[0] != "dns" or peer[1] is None:
        return True
    return canonical_name(peer[1]) not in carried or (bool(matched) and len(carried) == 1)


# -- an address


def _source(source: Any) -> Hashable:  # noqa: ANN401 - an address
    return source.text, source.carried


def _of_one_address(
    matched: bool | None,  # noqa: FBT001 - a value of three
    peer: tuple[str, str | None] | None,
    source: tuple[str, bool | None],
) -> bool:
    """The leaf is issued to the expected address or not, wherever the connection comes from."""
    text, carried = source
    if peer is None or peer[0] != "ip" or peer[1] is None or not text:
        return True
    from mtlspolicy.derive.forms import IpAddress  # noqa: PLC0415 - where one is expected

    same = IpAddress.parse(peer[1]) == IpAddress.parse(text)
    return not same or bool(matched is carried)
