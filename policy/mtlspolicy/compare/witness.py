"""A state made real: certificates and evidence, judged again from their bytes.

Only what deviates is written, through each feature's `realise`, into an ordinary pair. The
path is a real one as long as the certificates allow it; where a deviation breaks
the path or the name (an expired certificate, other names), the caller's word stands for
them, as it would for a stack that has checked them already. Then the engine itself judges
the bytes under both policies, and must say what was predicted.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import moments
from mtlspolicy.compare.chain import ORDINARY, Chain, Known
from mtlspolicy.compare.space import unasked
from mtlspolicy.compare.terms import ANCHOR, LEAF, PLACES
from mtlspolicy.compare.variables import Key
from mtlspolicy.der import writer
from mtlspolicy.derive.names import match_name
from mtlspolicy.derive.trust import PathStatus
from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.constraints import OPTIONAL
from mtlspolicy.features.forged_identity import strange
from mtlspolicy.features.name_defects import GOOD
from mtlspolicy.features.registry import FEATURES
from mtlspolicy.features.subject import SIDES, Place
from mtlspolicy.features.validity import DAY
from mtlspolicy.features.validity import Value as Validity
from mtlspolicy.features.words import OWN_EXTENSIONS
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import (
    ORDINARY_AT,
    BuiltChain,
    BuiltPair,
    ChainDraft,
    PairDraft,
    ordinary_issuer,
    ordinary_pair,
    ordinary_root,
)
from mtlspolicy.forge.revocation import crl_of
from mtlspolicy.instants import format_instant
from mtlspolicy.limits import MAX_MEMO_ENTRIES
from mtlspolicy.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mtlspolicy.compare.relation import State
    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.features.base import Feature
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.policies.model import Policy

__all__ = ["Witness", "WitnessError", "forge"]


_GENERALIZED_TIME: Final = 0x18

_OF_DNS: Final = ("dns", "tlsa", "service")
"""Features of what DNS says of a connection, in the order in which they are written."""

_BY_NAME: Final = {feature.name: feature for feature in FEATURES}


class WitnessError(AssertionError):
    """The engine does not say of a witness what the comparison predicted: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Both chains (leaf first) and the evidence document, with the engine's decisions."""

    client: tuple[bytes, ...]
    server: tuple[bytes, ...]
    evidence: Mapping[str, Any]
    decisions: tuple[str, str]

    def document(self) -> dict[str, Any]:
        """Return the witness as JSON: DER as base64, as in vectors."""
        return {
            "client": [base64.b64encode(der).decode("ascii") for der in self.client],
            "server": [base64.b64encode(der).decode("ascii") for der in self.server],
            "evidence": dict(self.evidence),
        }


def forge(
    state: State,
    policies: tuple[Policy, Policy],
    settings: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> Witness:
    """Make the state real and judge it; raises WitnessError where it is not as predicted."""
    complaints = []
    for vouched in _VOUCHED:
        built = _Forge(state, vouched).build()
        context = read_context(built.evidence)
        pair = Pair(client=built.client.presented, server=built.server.presented)
        decisions = [
            evaluate(pair, policy, context.with_settings(given))
            for policy, given in zip(policies, settings, strict=True)
        ]
        complaint = _complaint(state, decisions)
        if not complaint:
            verdicts = decisions[0].decision, decisions[1].decision
            return Witness(
                tuple(built.client.presented),
                tuple(built.server.presented),
                built.evidence,
                verdicts,
            )
        complaints.append(complaint)
    message = f"a witness is not judged as predicted: {complaints[0]}"
    raise WitnessError(message)


_VOUCHED: Final[tuple[frozenset[str], ...]] = (
    frozenset(),
    frozenset({"name"}),
    frozenset({"path"}),
    frozenset({"path", "name"}),
)
"""What the caller's word stands for, the least first."""


def _complaint(state: State, decisions: list[Decision]) -> str:
    """Say what differs from the prediction; empty where nothing does."""
    for decision, predicted in zip(decisions, state.verdicts, strict=True):
        if decision.decision != predicted.decision:
            return f"{decision.decision} instead of {predicted.decision}"
        found = _broken(decision)
        wanted = {cause.rule for cause in predicted.causes if not cause.rule.startswith("engine.")}
        if found != wanted:
            return f"{sorted(found)} instead of {sorted(wanted)}"
    return ""


def _broken(decision: Decision) -> set[str]:
    """The enforced rules that fail, or where none does, that are unknown."""
    judged = decision.judged
    compiled = judged.compiled
    assert compiled is not None  # noqa: S101 - the settings were checked
    parts = [(side.masks, compiled.sides[side.side.side]) for side in judged.sides()]
    parts.append((judged.pair_masks, compiled.pair))
    failed, unknown = set(), set()
    for masks, rules in parts:
        for bit, rule in rules.by_bit.items():
            if masks.failed & bit & rules.enforced:
                failed.add(rule.rule.id)
            if masks.unknown & bit & rules.enforced:
                unknown.add(rule.rule.id)
    return failed or unknown


_NEEDED: Final = ("basic_constraints", "key_usage", "san")
_NAMES: Final = {
    "dns": ("client.example.com", "server.example.com", "dNSName"),
    "ip": ("iPAddress",),
    "uri": ("spiffe://example.org/service", "uniformResourceIdentifier"),
    "email": ("rfc822Name",),
    "srv": ("_imap.example.com",),
    "cn": ("client.example.com", "server.example.com", "dNSName", "stranger.example.com"),
}
"""Names that forged leafs carry, per type; kinds stand for the good name of that kind."""


def carried_name(leaf: CertificateDraft, kind: str) -> str | None:
    """Return a name of that type that the leaf carries; None where none of ours is."""
    certificate = read_certificate(leaf.build())
    for word in _NAMES.get(kind, ()):
        text = str(GOOD[word][1]) if word in GOOD else word
        if match_name(certificate, kind, text).matched:
            return text
    return None


_made: dict[tuple[str, ...], bytes] = {}
"""Certificates made before: most of a witness is as in the ordinary pair."""


def _built_chain(chain: ChainDraft) -> BuiltChain:
    drafts = chain.drafts()
    above = [*drafts[1:], chain.anchor]
    built = [
        _certificate(draft, chain.signers.get(position, issuer.key), issuer)
        for position, (draft, issuer) in enumerate(zip(drafts, above, strict=True))
    ]
    return BuiltChain([*built[:-1], *chain.extra], built[-1])


def _certificate(draft: CertificateDraft, signer: str, issuer: CertificateDraft) -> bytes:
    key = repr(draft), signer, repr(issuer.subject), repr(issuer.subject_node)
    found = _made.get(key)
    if found is None:
        if len(_made) >= MAX_MEMO_ENTRIES:
            _made.clear()
        found = _made[key] = draft.build(signer, issuer.subject_tree())
    return found


class _Forge:
    """One attempt at a state; `vouched` says what the caller's word stands for."""

    def __init__(self, state: State, vouched: frozenset[str]) -> None:
        self.space = state.model.space
        self.values = state.values()
        self.odd = state.odd()
        self.vouched = vouched
        self.at = state.solution.at
        # Timestamps tell of the notBefore that stands beside them, whatever that is.
        self.odd |= {key for key in self.values if key.feature in ("validity", "sct")}
        self.pair = ordinary_pair()
        self.pair.evidence["at"] = format_instant(self.at)
        self.asserted: list[str] = []

    def build(self) -> BuiltPair:
        """Return the bytes and the evidence."""
        for side in SIDES:
            self._shape(side)
        # The server first: where the leafs are related, the client's follows from it.
        for side in reversed(SIDES):
            for place in PLACES:
                self._certificate(side, place)
        self._relate()
        self._side_features()
        built = self._built()
        for side in SIDES:
            self._anchors(side, built)
        self._disclosures(built)
        if self.asserted:
            listed = [*built.evidence.get("asserted", []), *self.asserted]
            built.evidence["asserted"] = list(dict.fromkeys(listed))
        return built

    def _built(self) -> BuiltPair:
        """Build the pair, as `PairDraft.build` does, from certificates made before where alike."""
        evidence = copy.deepcopy(self.pair.evidence)
        for side in SIDES:
            evidence.setdefault(side, {}).setdefault("anchors", None)
            for statement in self._chain(side).statements:
                for kind, der in statement(self._chain(side)):
                    listed = evidence[side].setdefault(kind, [])
                    listed.append(base64.b64encode(der).decode("ascii"))
        return BuiltPair(_built_chain(self.pair.client), _built_chain(self.pair.server), evidence)

    def _chain(self, side: str) -> ChainDraft:
        return self.pair.client if side == "client" else self.pair.server

    def _known(self, side: str) -> Chain:
        """The shape of the chain."""
        found: Chain = self.values[Key(side, "", "chain")]
        return found

    def _path(self, side: str) -> PathStatus:
        """The path status; where no rule asks, one that fits the shape of the chain."""
        found = self.values.get(Key(side, "", "path"))
        if found is not None:
            return found  # type: ignore[no-any-return]
        chain = self.values.get(Key(side, "", "chain"), ORDINARY)
        return PathStatus(valid=None if chain.known is Known.OPEN else True, group="default")

    # -- certificates

    def _shape(self, side: str) -> None:
        chain, wanted = self._chain(side), self._known(side)
        if wanted.issuers == 0:
            chain.issuers = []
        elif wanted.issuers > 1:
            upper = ordinary_issuer(
                name(("CN", f"{side} upper issuer")), "p256-12" if side == "client" else "p256-13"
            )
            upper.set_extension(
                "basicConstraints",
                extensions.basic_constraints(ca=True, path_length=1),
                critical=True,
            )
            for extension in chain.issuers[0].extensions:
                if upper.extension(extension.oid) is None:
                    upper.extensions.append(copy.deepcopy(extension))
            chain.issuers.append(upper)
        for draft in chain.drafts():
            if not draft.not_before <= self.at <= draft.not_after:
                usual = Validity(draft.not_before, draft.not_after, ORDINARY_AT)
                moved = moments.shifted(usual, self.at)
                draft.not_before, draft.not_after = moved.not_before or 0, moved.not_after or 0

    def _certificate(self, side: str, place: str) -> None:
        draft = self._draft(side, place)
        if draft is None:
            return
        spot = self._place(side, place, draft)
        for feature in FEATURES:
            key = Key(side, place, feature.name)
            if key in self.odd:
                self._realise(feature, key, spot)

    def _draft(self, side: str, place: str) -> CertificateDraft | None:
        chain = self._chain(side)
        if place == LEAF:
            return chain.leaf
        if place == ANCHOR:
            return chain.anchor
        position = PLACES.index(place)
        return chain.issuers[position - 1] if position <= len(chain.issuers) else None

    def _place(self, side: str, place: str, draft: CertificateDraft) -> Place:
        if place != ANCHOR:
            return Place(self.pair, side, PLACES.index(place))
        # An anchor is no position of its chain: it stands as the leaf of one of its own.
        alone = ChainDraft(draft, [], draft)
        return Place(PairDraft(alone, alone, self.pair.evidence), side)

    def _realise(self, feature: Feature[Any], key: Key, spot: Place) -> None:
        value = self.values[key]
        draft = spot.certificate
        if feature.name == "extensions" and value.repeats and not value.others:
            oids = [extension.oid for extension in draft.extensions]
            if len(set(oids)) == len(oids):
                self._repeat(draft, key)
        if feature.name == "validity" and None in (value.not_before, value.not_after):
            self._fractions(draft, value)
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
        spot.evidence["at"] = format_instant(self.at)

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

    def _fractions(self, draft: CertificateDraft, value: Validity) -> None:
        """Write an end that cannot be read as a time with a fraction of a second."""
        for bound in ("not_before", "not_after"):
            instant = getattr(value, bound)
            if instant is None:
                octets = b"20260501000000.5Z"
                setattr(draft, f"{bound}_node", writer.primitive(_GENERALIZED_TIME, octets))
            else:
                setattr(draft, bound, instant)

    def _repeat(self, draft: CertificateDraft, key: Key) -> None:
        """Let an extension stand twice that no rule asks about."""
        free = unasked(self.space, key.side, key.place)
        # Rather one that no path needs.
        free.sort(key=lambda name: name in _NEEDED)
        again = next(
            e for name in free for e in draft.extensions if OWN_EXTENSIONS.get(e.oid) == name
        )
        draft.extensions.append(copy.deepcopy(again))

    def _relate(self) -> None:
        client, server = self.pair.client, self.pair.server
        if self.space.mode == "same key":
            client.leaf.key, client.leaf.spki_der = server.leaf.key, server.leaf.spki_der
        elif self.space.mode == "same certificate":
            client.leaf = server.leaf.copy()
            # Who issued one leaf bears one name and one key on both sides.
            above, model = client.drafts()[1], server.drafts()[1]
            above.subject, above.key = model.subject, model.key

    # -- evidence

    def _side_features(self) -> None:
        for side in SIDES:
            for feature in FEATURES:
                key = Key(side, "", feature.name)
                if key in self.odd and feature.name not in ("path", "peer", *_OF_DNS):
                    self._on_side(feature, side, self.values[key])
            self._expected(side)
            self._connection(side)
            if Key(side, "", "name") not in self.odd and not self._renamed(side):
                self._vouch_name(side)
            if self._path(side).valid is False and self._known(side).anchored:
                chain = self._chain(side)
                chain.signers[len(chain.issuers)] = "p256-7"
        given: Any = self.pair.evidence.pop("asserted", [])
        self.asserted += given

    def _on_side(self, feature: Feature[Any], side: str, value: Any) -> None:  # noqa: ANN401 - any value
        """Realise what is of a side; a name that the leaf carries is one that is there."""
        if feature.name == "name" and value.matched and value.kind is not None:
            text = carried_name(self._chain(side).leaf, value.kind)
            if text is not None:
                self.pair.evidence[side]["name"] = {"type": value.kind, "value": text}
                return
        feature.realise(value, Place(self.pair, side))
        if feature.name == "revocation" and value.word in ("partial", "revoked"):
            self._chain(side).statements[:] = [partial(self._lists, value.word)]

    def _renamed(self, side: str) -> bool:
        """Ask for a name that the leaf carries where its names are not the usual ones."""
        status = self.values.get(Key(side, "", "name"))
        if status is None or not status.matched or Key(side, LEAF, "san") not in self.odd:
            return False
        text = carried_name(self._chain(side).leaf, status.kind)
        if text is not None:
            self.pair.evidence[side]["name"] = {"type": status.kind, "value": text}
        return text is not None

    def _vouch_name(self, side: str) -> None:
        if "name" in self.vouched:
            self.pair.evidence[side].pop("name", None)
            self.asserted.append(f"{side}.name")

    def _expected(self, side: str) -> None:
        """Ask for the name that is expected, which matches or not."""
        peer, status = (self.values.get(Key(side, "", one)) for one in ("peer", "name"))
        if peer is None or Key(side, "", "peer") not in self.odd:
            return
        _BY_NAME["peer"].realise(peer, Place(self.pair, side))
        if status is not None and peer.type is not None:
            found = carried_name(self._chain(side).leaf, peer.type) if status.matched else None
            text = found or (peer.name if status.matched else strange(peer.type))
            self.pair.evidence[side]["name"] = {"type": peer.type, "value": text}

    def _connection(self, side: str) -> None:
        """Write what DNS says, of one address and of one name that the leaf carries."""
        asked = [one for one in _OF_DNS if Key(side, "", one) in self.values]
        if not any(Key(side, "", one) in self.odd for one in asked):
            return
        values = {one: self.values[Key(side, "", one)] for one in asked}
        dns = values.get("dns")
        place = Place(self.pair, side)
        answers: list[Any] = []
        for one, value in values.items():
            if dns is not None and one != "dns" and getattr(value, "by_address", None) is None:
                value = replace(value, confirmation=dns)  # noqa: PLW2901 - of one confirmation
            _BY_NAME[one].realise(value, place)
            for answer in self.pair.evidence.get("dns", {}).get("answers", []):
                if answer not in answers:
                    answers.append(answer)
        if answers:
            self.pair.evidence["dns"] = {"answers": answers}
        self._ported(side)

    def _ported(self, side: str) -> None:
        """Tell the port of the service, or not, as rules ask about it."""
        port = self.values.get(Key(side, "", "handshake.server_port"))
        if port is not None:
            _BY_NAME["handshake.server_port"].realise(port, Place(self.pair, side))

    def _lists(self, word: str, chain: ChainDraft) -> list[tuple[str, bytes]]:
        """Make the lists that say so at the time at which the pair is looked at."""
        found = []
        for position in range(1 if word == "partial" else len(chain.issuers) + 1):
            draft = crl_of(chain, position, () if position or word == "partial" else (0,))
            draft.this_update, draft.next_update = self.at - DAY, self.at + 7 * DAY
            for entry in draft.revoked:
                entry.at = self.at - DAY
            found.append(("crls", draft.build()))
        return found

    def _anchors(self, side: str, built: BuiltPair) -> None:
        """Give anchors, or the caller's word, or neither."""
        evidence = built.evidence[side]
        chain = built.client if side == "client" else built.server
        known, path = self._known(side), self._path(side)
        del evidence["anchors"]
        if known.known is Known.PINNED:
            evidence["anchors"] = [self._anchor(chain.presented[0], side, path)]
        elif path.valid is None:
            pass
        elif not path.valid:
            stranger = ordinary_root(name(("CN", "stranger")), "p256-14").build()
            evidence["anchors"] = [
                self._anchor(chain.anchor if known.anchored else stranger, side, path)
            ]
        elif known.anchored and path.group is not None and not self._vouched_path(side):
            evidence["anchors"] = [self._anchor(chain.anchor, side, path)]
        else:
            self.asserted.append(
                f"{side}.path" if path.group is None else f"{side}.path:group={path.group}"
            )
            if known.anchored:
                chain.presented.append(chain.anchor)

    def _vouched_path(self, side: str) -> bool:
        """Whether the caller's word stands for a path; never where its anchor is on record."""
        return "path" in self.vouched and self.values.get(Key(side, "", "added")) is None

    def _anchor(self, der: bytes, side: str, path: PathStatus) -> dict[str, Any]:
        entry: dict[str, Any] = {"certificate": base64.b64encode(der).decode("ascii")}
        if path.group not in (None, "default"):
            entry["group"] = path.group
        added = self.values.get(Key(side, "", "added"))
        if added is not None:
            entry["added"] = format_instant(added)
        return entry

    def _disclosures(self, built: BuiltPair) -> None:
        """Write when certificates were disclosed, where a rule asks about it."""
        records = {hashlib.sha256(der).hexdigest(): told for der, told in self._told(built)}
        if records:
            built.evidence["ccadb"] = [
                {"sha256": digest, "disclosed": format_instant(told)}
                for digest, told in records.items()
            ]

    def _told(self, built: BuiltPair) -> Iterator[tuple[bytes, int]]:
        for side in SIDES:
            chain = built.client if side == "client" else built.server
            for position, place in enumerate(PLACES):
                told = self.values.get(Key(side, place, "disclosed"))
                if told is None:
                    continue
                if place == ANCHOR:
                    yield chain.anchor, told
                else:
                    yield from ((der, told) for der in chain.presented[position : position + 1])
