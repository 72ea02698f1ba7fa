"""The ordinary pair: what its certificates show, feature by feature.

Every state is told by how it departs from this pair of good chains.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare.terms import ISSUERS, LEAF, PLACES
from mtlspolicy.compare.variables import Key
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.features.base import Scope
from mtlspolicy.features.constraints import OPTIONAL
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES, CertificateSubject, PathSubject
from mtlspolicy.features.words import OWN_EXTENSIONS
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

if TYPE_CHECKING:
    from mtlspolicy.compare.space import Space
    from mtlspolicy.features.base import Feature

__all__ = ["ordinary", "shown", "unasked"]

_BY_NAME: Final[dict[str, Feature[Any]]] = {feature.name: feature for feature in FEATURES}


@cache
def _subjects() -> dict[tuple[str, str], PathSubject]:
    """The certificates of the ordinary pair as rules see them; both issuers are alike."""
    built = ordinary_pair().build()
    context = read_context(built.evidence)
    found = {}
    for side in SIDES:
        chain = built.client if side == "client" else built.server
        derived = derive_side(side, chain.presented, context, own=False)
        path = path_subjects(derived, derived.candidates[0], context, ORDINARY_AT)
        found[side, LEAF] = path.leaf
        found |= {(side, place): path.issuers[0] for place in ISSUERS}
        found[side, PLACES[-1]] = path.anchors[0]
    return found


def _subject(side: str, place: str) -> PathSubject:
    return _subjects()[side, place or LEAF]


@cache
def ordinary(key: Key) -> Any:  # noqa: ANN401 - any feature's value
    """Return what the ordinary pair shows of a variable (of a feature)."""
    feature = _BY_NAME[key.feature]
    subject = _subject(key.side, key.place)
    if feature.scope is Scope.CERTIFICATE:
        return feature.read(CertificateSubject(subject.certificate, ORDINARY_AT))
    return feature.read(subject)


_OTHER: Final = {"client": "server", "server": "client"}


def shown(key: Key) -> tuple[Any, ...]:
    """Return what the ordinary pair shows of a variable on this side, and on the other."""
    return tuple(dict.fromkeys((ordinary(key), ordinary(key._replace(side=_OTHER[key.side])))))


def unasked(space: Space, side: str, place: str) -> list[str]:
    """List the extensions of the ordinary certificate that no rule asks about."""
    subject = _subject(side, place)
    own = [name for name in OPTIONAL if Key(side, place, name) not in space]
    return [name for name in own if _present(subject, name)]


def _present(subject: PathSubject, name: str) -> bool:
    oids = {oid for oid, word in OWN_EXTENSIONS.items() if word == name}
    listed_there = subject.certificate.extensions
    return isinstance(listed_there, tuple) and any(one.oid in oids for one in listed_there)
