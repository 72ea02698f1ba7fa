"""Key identifiers of a certificate and of who issues it: what a comparison has them answer.

A comparison asks of three variables what the engine asks of two certificates. So every state
of those three is written, in chains of every shape, and read again from its bytes; and what
certificates that nobody made for this show of each other is held to their own parts.
"""

# ruff: noqa: ANN401 - the values of any feature

from __future__ import annotations

import base64
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import pytest

from compare_support import BASE, on, policy
from mtlspolicy.compare.chain import Chain, Known
from mtlspolicy.compare.formula import Want, holds
from mtlspolicy.compare.model import models
from mtlspolicy.compare.terms import ANCHOR, PLACES, answer
from mtlspolicy.compare.variables import Key
from mtlspolicy.derive.side import derive_side
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.features.base import Call
from mtlspolicy.features.key_identifiers import (
    Aki,
    AuthorityKeyIdentifierFeature,
    Ski,
    SubjectKeyIdentifierFeature,
)
from mtlspolicy.features.link import Link, LinkFeature
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import CertificateSubject, PathSubject, Place
from mtlspolicy.forge import extensions
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ChainDraft, PairDraft, ordinary_issuer, ordinary_pair
from mtlspolicy.language.tree import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.compare.space import Space
    from mtlspolicy.features.base import Truth

ATOM: Final = "link.key_identifiers_identical"
AT: Final = 1_777_593_600
AKIS: Final = (
    None,
    UNREADABLE,
    Aki(key=True, issuer=False, serial=False, critical=False),
    Aki(key=True, issuer=True, serial=True, critical=False),
    Aki(key=False, issuer=True, serial=True, critical=False),
)
SKIS: Final = (None, UNREADABLE, Ski(critical=False))
LINKS: Final = tuple(Link(identical=True, fits=True, keyed=keyed) for keyed in (True, False))
SHAPES: Final = (
    *(Chain(Known.ANCHORED, count) for count in range(3)),
    *(Chain(Known.CLOSED, count) for count in (1, 2)),
    *(Chain(Known.OPEN, count) for count in range(3)),
    Chain(Known.PINNED, 0),
)


@cache
def space() -> Space:
    """All that rules on every link, and on each part of it, ask about."""
    parts = [{ATOM: True}, {"aki.only_key_identifier": True}, {"ski.critical": True}]
    places = ("link", "issuer", "leaf", "anchor")
    rules = [on(place, f"server.{place}", {"any": parts}) for place in places]
    (model,) = models([compile_policy(policy([*BASE, *rules]), {})])
    model.space.list_values(model.space.variables)
    return model.space


def predicted(shape: Chain, position: int, **values: Any) -> Truth:
    """What the comparison says of a link, in a state that is ordinary but for some values."""
    masks = [1] * len(space().variables)
    chain = space()[Key("server", "", "chain")]
    masks[chain.number] = 1 << chain.values.index(shape)
    above = PLACES[position + 1] if position < shape.issuers else ANCHOR
    for feature, value in values.items():
        variable = space()[Key("server", above if feature == "ski" else PLACES[position], feature)]
        masks[variable.number] = space().like(variable.key, value)
    assert all(masks)
    question = Question(Call(*ATOMS[ATOM], ()), "self")
    told = {
        want: holds(answer(space(), question, want, "server", PLACES[position]), masks)
        for want in Want
    }
    assert told[Want.TRUE] is not told[Want.NOT_TRUE]
    assert told[Want.FALSE] is not told[Want.NOT_FALSE]
    assert not (told[Want.TRUE] and told[Want.FALSE])
    return True if told[Want.TRUE] else False if told[Want.FALSE] else None


def ordinary(shape: Chain) -> PairDraft:
    """Return a pair whose server's chain has that shape, but for what is known of it."""
    pair = ordinary_pair()
    issuers = pair.server.issuers
    if not shape.issuers:
        issuers.clear()
    if shape.issuers > 1:
        upper = ordinary_issuer(name(("CN", "upper")), "p256-12")
        endless = extensions.basic_constraints(ca=True)
        upper.set_extension("basicConstraints", endless, critical=True)
        issuers.append(upper)
    return pair


def written(pair: PairDraft, shape: Chain, position: int, **values: Any) -> None:
    """Write the parts of a link as the comparison does: one by one, the link's own last."""
    chain = pair.server
    top = ChainDraft(chain.anchor, [], chain.anchor)
    above = (
        Place(pair, "server", position + 1)
        if position < shape.issuers
        else Place(PairDraft(top, top, pair.evidence), "server")
    )
    AuthorityKeyIdentifierFeature().realise(values["aki"], Place(pair, "server", position))
    SubjectKeyIdentifierFeature().realise(values["ski"], above)
    LinkFeature().realise(values["link"], Place(pair, "server", position))


def read(pair: PairDraft, shape: Chain) -> list[PathSubject]:
    """Build the pair, and return the server's links, with what the caller lets be known."""
    pair.evidence["server"]["anchors"] = None
    built = pair.build()
    presented = list(built.server.presented)
    if shape.known is Known.PINNED:
        pinned = {"certificate": base64.b64encode(presented[0]).decode("ascii")}
        built.evidence["server"]["anchors"] = [pinned]
    if shape.known is Known.ANCHORED:
        presented.append(built.server.anchor)
    if shape.known in (Known.ANCHORED, Known.CLOSED):
        built.evidence["asserted"] = ["server.path"]
    context = read_context(built.evidence)
    side = derive_side("server", presented, context, own=False)
    return list(path_subjects(side, side.candidates[0], context, AT).links)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_state_of_a_link_is_made_and_reads_as_predicted(shape: Chain) -> None:
    """In both directions: what the formulas allow can be made, and what is made they allow."""
    count = shape.issuers + shape.anchored
    for position, aki, ski, link in product(range(count), AKIS, SKIS, LINKS):
        pair = ordinary(shape)
        written(pair, shape, position, aki=aki, ski=ski, link=link)
        subjects = read(pair, shape)

        assert count == len(subjects)
        expected = predicted(shape, position, aki=aki, ski=ski, link=link)
        assert expected is LinkFeature().read(subjects[position]).keyed, (position, aki, ski, link)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_nothing_is_known_of_a_link_without_the_issuer(shape: Chain) -> None:
    """Whatever the certificate itself says."""
    for position in range(shape.issuers + shape.anchored, len(PLACES) - 1):
        for aki, link in product(AKIS, LINKS):
            assert predicted(shape, position, aki=aki, link=link) is None
    question = Question(Call(*ATOMS[ATOM], ()), "self")
    assert [False, True] == [
        holds(answer(space(), question, want, "server", ANCHOR), [])
        for want in (Want.TRUE, Want.NOT_TRUE)
    ]


def certificates() -> Iterator[Any]:
    """Yield strict DER certificates, ordinary and odd."""
    for build in (*ENCODINGS.values(), *HOSTILE.values()):
        certificate = read_certificate(build())
        if certificate.well_formed:
            yield certificate
    for draft in ordinary_pair().server.drafts():
        yield read_certificate(draft.build())


def test_what_any_two_certificates_show_follows_from_their_parts() -> None:
    """What cannot be read is unknown, what is absent is not identical, and the rest is octets."""
    both = list(certificates())
    features = AuthorityKeyIdentifierFeature(), SubjectKeyIdentifierFeature()
    named, own = (
        {id(one): feature.read(CertificateSubject(one, AT)) for one in both} for feature in features
    )
    seen = set()
    for one, issuer in product(both, repeat=2):
        aki, ski = named[id(one)], own[id(issuer)]
        subject = type("Linked", (), {"certificate": one, "issuer": issuer})()
        keyed = LinkFeature().read(subject).keyed
        lacking = aki is None or ski is None or (isinstance(aki, Aki) and not aki.key)
        unread = UNREADABLE in (aki, ski)
        seen.add((lacking, unread, keyed))

    assert {(lacking, unread, keyed) for lacking, unread, keyed in seen if lacking or unread} <= {
        (True, False, False),
        (True, True, False),
        (False, True, None),
    }
    assert {(False, False, True), (False, False, False)} <= seen
    assert (False, False, None) not in seen
