"""The certificates of a state, as drafts: an ordinary pair, and in it what deviates.

Each deviation is written by its feature's `realise`. This module knows what two features
have to do with each other when both are written; the evidence that goes with the
certificates is `compare.evidence`'s affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import moments
from mtlspolicy.compare.ordinary import unasked
from mtlspolicy.compare.terms import ANCHOR, ISSUERS, LEAF, PLACES
from mtlspolicy.compare.values import Values
from mtlspolicy.compare.variables import Key
from mtlspolicy.der import writer
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.features.constraints import OPTIONAL
from mtlspolicy.features.subject import SIDES, Place
from mtlspolicy.features.validity import Value as Validity
from mtlspolicy.features.words import OWN_EXTENSIONS
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import (
    ORDINARY_AT,
    ChainDraft,
    PairDraft,
    ordinary_issuer,
    ordinary_pair,
)
from mtlspolicy.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.compare.chain import Chain
    from mtlspolicy.compare.relation import State
    from mtlspolicy.features.base import Feature
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["Certificates"]

_GENERALIZED_TIME: Final = 0x18
_NEEDED: Final = ("basic_constraints", "key_usage", "san")
_UPPER_KEYS: Final = {"client": "p256-12", "server": "p256-13"}


class Certificates:
    """The drafts of a state in `pair`, whose evidence has the time and the ordinary names."""

    def __init__(self, state: State) -> None:
        self.space = state.model.space
        self.values = Values(state)
        self.at = state.solution.at
        self.pair = ordinary_pair()
        self._when = self.pair.evidence["at"] = format_instant(self.at)
        self.written = self.values.written()
        for side in SIDES:
            self._shape(side)
        # The server first: where the leafs are related, the client's follows from it.
        for side in reversed(SIDES):
            for place in PLACES:
                features = self.written.get((side, place))
                if features is not None:
                    self._certificate(side, place, features)
        self._relate()

    def chain(self, side: str) -> ChainDraft:
        """Return the chain of a side."""
        return self.pair.client if side == "client" else self.pair.server

    def known(self, side: str) -> Chain:
        """Return the shape of the chain of a side."""
        found: Chain = self.values[Key(side, "", "chain")]
        return found

    def _shape(self, side: str) -> None:
        chain, wanted = self.chain(side), self.known(side)
        if wanted.issuers == 0:
            chain.issuers = []
        elif wanted.issuers > 1:
            chain.issuers.append(_upper_issuer(side, chain.issuers[0]))
        for draft in chain.drafts():
            if not draft.not_before <= self.at <= draft.not_after:
                usual = Validity(draft.not_before, draft.not_after, ORDINARY_AT)
                moved = moments.shifted(usual, self.at)
                draft.not_before, draft.not_after = moved.not_before or 0, moved.not_after or 0

    def _certificate(self, side: str, place: str, features: Sequence[Feature[Any]]) -> None:
        draft = self._draft(side, place)
        if draft is None:
            return
        spot = self._place(side, place, draft)
        for feature in features:
            self._realise(feature, Key(side, place, feature.name), spot)

    def _draft(self, side: str, place: str) -> CertificateDraft | None:
        chain = self.chain(side)
        if place == LEAF:
            return chain.leaf
        if place == ANCHOR:
            return chain.anchor
        position = PLACES.index(place)
        return chain.issuers[position - 1] if position <= len(chain.issuers) else None

    def _place(self, side: str, place: str, draft: CertificateDraft) -> Place:
        if place != ANCHOR:
            return Place(self.pair, side, PLACES.index(place))
        # An anchor is no position of its chain: it stands as the leaf of one of its own. What is
        # presented beside it, the peer presents.
        alone = ChainDraft(draft, [], draft, extra=self.chain(side).extra)
        return Place(PairDraft(alone, alone, self.pair.evidence), side)

    def _realise(self, feature: Feature[Any], key: Key, spot: Place) -> None:
        value = self.values[key]
        draft = spot.certificate
        if feature.name == "extensions" and value.repeats and not value.others:
            oids = [extension.oid for extension in draft.extensions]
            if len(set(oids)) == len(oids):
                self._repeat(draft, key)
        if feature.name == "validity":
            _write_period(draft, value)
            return
        if feature.name == "basic_constraints" and value is UNREADABLE and not self._twice(key):
            # strict DER, and against the ASN.1 (RFC 5280, 4.2.1.9)
            negative = extensions.basic_constraints(ca=True, path_length=-1)
            draft.set_extension("basicConstraints", negative, critical=True)
            return
        if feature.name == "encoding" and key._replace(feature="validity") in self.values:
            # Which time has a fraction is a matter of the validity period.
            value -= {"time.fraction"}
        feature.realise(value, spot)
        spot.evidence["at"] = self._when

    def _twice(self, key: Key) -> bool:
        """Whether this extension has to be the one that stands twice."""
        listed = self.values.get(key._replace(feature="extensions"))
        others = [
            name
            for name in OPTIONAL
            if name != key.feature and self._unread(key._replace(feature=name))
        ]
        return listed is not None and listed.repeats and not listed.others and not others

    def _unread(self, key: Key) -> bool:
        value = self.values.get(key)
        return getattr(value, "san", value) is UNREADABLE

    def _repeat(self, draft: CertificateDraft, key: Key) -> None:
        """Let an extension stand twice that no rule asks about."""
        free = unasked(self.space, key.side, key.place)
        # Rather one that no path needs.
        free.sort(key=lambda name: name in _NEEDED)
        again = next(
            e for name in free for e in draft.extensions if OWN_EXTENSIONS.get(e.oid) == name
        )
        draft.extensions.append(again)

    def _relate(self) -> None:
        client, server = self.pair.client, self.pair.server
        if self.space.mode == "same key":
            client.leaf.key, client.leaf.spki_der = server.leaf.key, server.leaf.spki_der
        elif self.space.mode == "same certificate":
            client.leaf = server.leaf.copy()
            self._relate_issuers()

    def _relate_issuers(self) -> None:
        """Let who issued the one leaf bear one name and one key on both sides.

        Where a rule wants another key certified on the client's side, the path is vouched for.
        """
        client, server = self.pair.client, self.pair.server
        above, model = client.drafts()[1], server.drafts()[1]
        above.subject = model.subject
        place = ISSUERS[0] if client.issuers else ANCHOR
        if Key("client", place, "key") in self.values.odd:
            client.signers[0] = model.key
        else:
            above.key = model.key
        # What says whose key it is has one value too, whatever key is certified.
        for leaf in (client.leaf, server.leaf):
            leaf.settle("authorityKeyIdentifier", issuer_key=model.public_key())
        above.settle("subjectKeyIdentifier", own_key=model.public_key())


def _upper_issuer(side: str, issuer: CertificateDraft) -> CertificateDraft:
    """Return a CA above an ordinary issuer that has what it has."""
    upper = ordinary_issuer(name(("CN", f"{side} upper issuer")), _UPPER_KEYS[side])
    constraints = extensions.basic_constraints(ca=True, path_length=1)
    upper.set_extension("basicConstraints", constraints, critical=True)
    upper.extensions += [e for e in issuer.extensions if upper.extension(e.oid) is None]
    return upper


def _write_period(draft: CertificateDraft, value: Validity) -> None:
    """Write both ends, one that cannot be read as a time with a fraction of a second."""
    for bound in ("not_before", "not_after"):
        instant = getattr(value, bound)
        if instant is None:
            octets = b"20260501000000.5Z"
            setattr(draft, f"{bound}_node", writer.primitive(_GENERALIZED_TIME, octets))
        else:
            setattr(draft, bound, instant)
