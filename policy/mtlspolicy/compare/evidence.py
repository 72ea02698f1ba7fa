"""The evidence of a state, beside its certificates: anchors, names, and what DNS says.

The path is a real one as long as the certificates allow it; where a deviation breaks the
path or the name (an expired certificate, other names), the caller's word can stand for
them, as it would for a stack that has checked them already.
"""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

from mtlspolicy.compare.certificates import Certificates
from mtlspolicy.compare.chain import Known
from mtlspolicy.compare.terms import ANCHOR, LEAF, PLACES
from mtlspolicy.compare.variables import Key
from mtlspolicy.derive.anchored import passage_of
from mtlspolicy.derive.side import derive_side
from mtlspolicy.derive.trust import PathStatus
from mtlspolicy.facts.read import read_certificate_cached
from mtlspolicy.features import forged_connection
from mtlspolicy.features.forged_identity import name_on
from mtlspolicy.features.subject import SIDES, Place
from mtlspolicy.features.validity import DAY
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import BuiltChain, BuiltPair, copied, ordinary_root
from mtlspolicy.forge.revocation import crl_of
from mtlspolicy.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from mtlspolicy.compare.relation import State
    from mtlspolicy.evidence.context import Context, Pair
    from mtlspolicy.features.base import Feature
    from mtlspolicy.forge.pair import ChainDraft

__all__ = ["Forged"]


class Forged:
    """A state as bytes, and as much evidence as does not depend on the caller's word."""

    def __init__(self, state: State) -> None:
        self._drafts = Certificates(state)
        self.values = self._drafts.values
        self.at = self._drafts.at
        self._evidence = self._drafts.pair.evidence
        self._known = {side: self._drafts.known(side) for side in SIDES}
        self._paths = {side: self._path(side) for side in SIDES}
        self._told = dict.fromkeys(SIDES, False)
        for side in SIDES:
            self._side(side)
        self._given: list[str] = self._evidence.pop("asserted", [])
        self._chains = {side: self._drafts.chain(side).build() for side in SIDES}
        self._statements()

    def under(self, vouched: AbstractSet[str]) -> BuiltPair:
        """Return the bytes and the evidence where the caller's word stands for `vouched`."""
        evidence = copied(self._evidence)
        asserted = [] if "name" not in vouched else [f"{s}.name" for s in SIDES if self._told[s]]
        for word in asserted:
            evidence[word.partition(".")[0]].pop("name", None)
        asserted += self._given
        chains = {
            side: BuiltChain(list(one.presented), one.anchor) for side, one in self._chains.items()
        }
        built = BuiltPair(chains["client"], chains["server"], evidence)
        for side in SIDES:
            asserted += self._anchors(side, chains[side], evidence[side], vouched="path" in vouched)
        self._disclosures(chains, evidence)
        if asserted:
            evidence["asserted"] = list(dict.fromkeys(asserted))
        return built

    def lacks(self, context: Context, pair: Pair) -> frozenset[str]:
        """Return for what the caller's word has to stand, as the bytes do not bear it out."""
        found = set()
        for side, presented in (("client", pair.client), ("server", pair.server)):
            valid, matched = self._shown(side, presented, context)
            if self._leads(side) and not valid:
                found.add("path")
            status = self.values.get(Key(side, "", "name"))
            told = status is not None and self._told[side]
            if told and matched is not status.matched:
                found.add("name")
        return frozenset(found)

    def _shown(
        self, side: str, presented: Sequence[bytes], context: Context
    ) -> tuple[bool, bool | None]:
        """Return whether the bytes of a side lead to an anchor, and whether its name matches."""
        passage = passage_of(side, tuple(presented), context)
        if passage is not None and passage.is_current(self.at):
            _, matched, _, _ = passage.name
            return True, matched
        derived = derive_side(side, presented, context, own=False)
        valid = any(one.status(self.at).valid for one in derived.candidates)
        return valid, derived.name.matched

    def _place(self, side: str) -> Place:
        return Place(self._drafts.pair, side)

    def _path(self, side: str) -> PathStatus:
        """The path status; where no rule asks, one that fits the shape of the chain."""
        found = self.values.get(Key(side, "", "path"))
        if found is not None:
            return found  # type: ignore[no-any-return]
        known = self._known[side].known
        return PathStatus(valid=None if known is Known.OPEN else True, group="default")

    # -- what is of one side

    def _side(self, side: str) -> None:
        connected = self._connected(side)
        for feature in self._drafts.written.get((side, ""), ()):
            if feature.name != "path" and feature.name not in connected:
                self._on_side(feature, side, self.values[Key(side, "", feature.name)])
        if connected:
            forged_connection.realise(connected, self._place(side), self.values.asked[side])
        # A name that is vouched for is of every type, so one of a type is always asked for.
        self._told[side] = (
            "peer" not in connected
            and Key(side, "", "name") not in self.values.odd
            and not self._renamed(side)
            and not self._typed(side)
        )
        if self._paths[side].valid is False and self._known[side].anchored:
            chain = self._drafts.chain(side)
            chain.signers[len(chain.issuers)] = "p256-7"

    def _on_side(self, feature: Feature[Any], side: str, value: Any) -> None:  # noqa: ANN401 - any value
        """Realise what is of a side; a name that the leaf carries is one that is there."""
        asked = feature.name == "name" and value.matched and value.kind is not None
        if asked and self._name_of(side, value.kind):
            return
        feature.realise(value, self._place(side))
        if feature.name == "revocation" and value.word in ("partial", "revoked"):
            statement = partial(_lists, word=value.word, at=self.at)
            self._drafts.chain(side).statements[:] = [statement]

    def _name_of(self, side: str, kind: str) -> bool:
        """Ask for a name of that type that the leaf carries, where it has one of ours."""
        # As it will be presented, for then it is signed once and read once.
        leaf = self._drafts.chain(side).build().presented[0]
        text = name_on(read_certificate_cached(leaf), kind)
        if text is not None:
            self._evidence[side]["name"] = {"type": kind, "value": text}
        return text is not None

    def _renamed(self, side: str) -> bool:
        """Ask for a name that the leaf carries where its names are not the usual ones."""
        status = self.values.get(Key(side, "", "name"))
        if status is None or not status.matched or Key(side, LEAF, "san") not in self.values.odd:
            return False
        return self._name_of(side, status.kind)

    def _typed(self, side: str) -> bool:
        asked = self.values.asked[side].get("name", ())
        return any(call.atom.name == "name.type" for call in asked)

    def _connected(self, side: str) -> dict[str, Any]:
        """Return the values that are written together, where one of them is out of the ordinary."""
        known = self.values.connected[side]
        if self.values.odd.isdisjoint(known.values()):
            return {}
        left = {"name"} if "peer" not in known else set()
        return {one: self.values[key] for one, key in known.items() if one not in left}

    # -- what is said of the built chains

    def _statements(self) -> None:
        for side in SIDES:
            evidence = self._evidence.setdefault(side, {})
            evidence.pop("anchors", None)
            chain = self._drafts.chain(side)
            for kind, der in (told for make in chain.statements for told in make(chain)):
                evidence.setdefault(kind, []).append(_base64(der))

    def _anchors(
        self, side: str, chain: BuiltChain, evidence: dict[str, Any], *, vouched: bool
    ) -> list[str]:
        """Give anchors, or return the caller's word, or neither."""
        known, path = self._known[side], self._paths[side]
        if known.known is Known.PINNED:
            evidence["anchors"] = [self._anchor(chain.presented[0], side)]
        elif path.valid is None:
            pass
        elif not path.valid:
            der = chain.anchor if known.anchored else _stranger()
            evidence["anchors"] = [self._anchor(der, side)]
        elif self._leads(side) and not (vouched and self._may_vouch(side)):
            evidence["anchors"] = [self._anchor(chain.anchor, side)]
        else:
            if known.anchored:
                chain.presented.append(chain.anchor)
            return [f"{side}.path" if path.group is None else f"{side}.path:group={path.group}"]
        return []

    def _leads(self, side: str) -> bool:
        """Whether the path is to be one that is found, to an anchor that is given."""
        path = self._paths[side]
        anchored = self._known[side].anchored
        return bool(path.valid) and anchored and path.group is not None

    def _may_vouch(self, side: str) -> bool:
        """Whether the caller's word can stand for a path; never where its anchor is on record."""
        return self.values.get(Key(side, "", "added")) is None

    def _anchor(self, der: bytes, side: str) -> dict[str, Any]:
        entry: dict[str, Any] = {"certificate": _base64(der)}
        group = self._paths[side].group
        if group not in (None, "default"):
            entry["group"] = group
        added = self.values.get(Key(side, "", "added"))
        if added is not None:
            entry["added"] = format_instant(added)
        return entry

    def _disclosures(self, chains: dict[str, BuiltChain], evidence: dict[str, Any]) -> None:
        """Write when certificates were disclosed, where a rule asks about it."""
        if "disclosed" not in self.values.features:
            return
        records = {hashlib.sha256(der).hexdigest(): told for der, told in self._on_record(chains)}
        if records:
            evidence["ccadb"] = [
                {"sha256": digest, "disclosed": format_instant(told)}
                for digest, told in records.items()
            ]

    def _on_record(self, chains: dict[str, BuiltChain]) -> Iterator[tuple[bytes, int]]:
        for side, chain in chains.items():
            for position, place in enumerate(PLACES):
                told = self.values.get(Key(side, place, "disclosed"))
                if told is None:
                    continue
                if place == ANCHOR:
                    yield chain.anchor, told
                else:
                    yield from ((der, told) for der in chain.presented[position : position + 1])


def _base64(der: bytes) -> str:
    return base64.b64encode(der).decode("ascii")


def _stranger() -> bytes:
    """Return an anchor to which no chain leads."""
    return ordinary_root(name(("CN", "stranger")), "p256-14").build()


def _lists(chain: ChainDraft, *, word: str, at: int) -> list[tuple[str, bytes]]:
    """Make the lists that say so at the time at which the pair is looked at."""
    found = []
    for position in range(1 if word == "partial" else len(chain.issuers) + 1):
        draft = crl_of(chain, position, () if position or word == "partial" else (0,))
        draft.this_update, draft.next_update = at - DAY, at + 7 * DAY
        for entry in draft.revoked:
            entry.at = at - DAY
        found.append(("crls", draft.build()))
    return found
