"""The name that is expected of a peer, and a leaf that carries it or not.

This module knows how a name comes to match, for witnesses. A name on a list is that name; any
other is one that the leaf has already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features import forged_alternatives
from mtlspolicy.features.forged_identity import carried, carried_name, carries, strange
from mtlspolicy.features.forged_names import common_name_places
from mtlspolicy.features.laws_of_dns import defects_asked
from mtlspolicy.features.laws_of_names import listed_names
from mtlspolicy.features.name_defects import GOOD, defects_of_host
from mtlspolicy.forge.names import Name
from mtlspolicy.forge.names import name as distinguished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.features.laws import Asked
    from mtlspolicy.features.subject import Place

__all__ = ["realise"]


_OTHER: Final = "expected.fresh.example.net"
"""A name that is expected where the leaf's usual one is on a list and the expected one is not."""


def realise(values: Mapping[str, Any], place: Place, asked: Asked) -> None:
    """Ask for the name that is expected, of a leaf that carries it or not."""
    peer, status = values.get("peer"), values.get("name")
    if peer is None:
        return
    side = place.evidence.setdefault(place.side, {})
    side.pop("name", None)
    if peer.name is None:
        return
    matched = None if status is None else status.matched
    plain = peer.name.lower().removesuffix(".")
    if plain in listed_names(asked):
        text = peer.name
        if matched:
            _carry(place, peer.type, text, asked)
        elif matched is False:
            forged_alternatives.take_host(place.certificate, plain, str(GOOD["dNSName"][1]))
            if peer.type == "ip":
                forged_alternatives.take_address(place.certificate, text)
    else:
        text = _known(place, peer.type, peer.name, asked) if matched else strange(peer.type)
    side["name"] = {"type": peer.type, "value": text}


def _known(place: Place, kind: str, usual: str, asked: Asked) -> str:
    """Return a name that the leaf carries and that is on no list."""
    draft = place.certificate
    found = carried_name(draft, kind, usual) or carried(draft, kind)
    if kind == "dns" and found.lower().removesuffix(".") in listed_names(asked):
        forged_alternatives.give(draft, "dns", _OTHER)
        return _OTHER
    return found


def _carry(place: Place, kind: str, text: str, asked: Asked) -> None:
    """Issue the leaf to a name on a list, with no more defects than it has."""
    if carries(place.certificate, kind, text):
        return
    if kind == "dns":
        forged_alternatives.give(place.certificate, "dns", _least_wrong(text, asked))
    elif kind in ("ip", "email"):
        forged_alternatives.give(place.certificate, kind, text)
    elif kind == "cn":
        others, _ = common_name_places(place.certificate.subject)
        place.certificate.subject = Name((*others, *distinguished(("CN", text)).rdns))
    else:
        place.certificate.set_names((kind, text))


def _least_wrong(text: str, asked: Asked) -> str:
    """Return the name, or the wildcard above it where that has fewer defects."""
    words = defects_asked(asked)
    return min(_ways(text), key=lambda one: len(defects_of_host(one) & words))


def _ways(text: str) -> Iterator[str]:
    yield text
    yield "*." + text.partition(".")[2]
