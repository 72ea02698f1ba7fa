"""Leafs that deviate from the strict profile in one or two features, for second opinions.

Every feature that `cabf-strict` asks of a server's leaf lists values that show every
combination of answers (`Feature.points`), and makes bytes that have one (`realise`). From
these come the leafs: each value by itself on certificates of the four kinds of validation,
and two values of two features together. Nothing is random but the choice, from a fixed seed.
"""

from __future__ import annotations

import itertools
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mtlspolicy import load_policy
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.features.base import Domain
from mtlspolicy.features.name_defects import EXAMPLES, GOOD
from mtlspolicy.features.subject import Place
from mtlspolicy.features.subject_name import RANK
from mtlspolicy.forge import extensions
from mtlspolicy.forge.keys import key_names
from mtlspolicy.forge.names import ATTRIBUTES, Name, name
from mtlspolicy.forge.pair import ordinary_pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import PairDraft

__all__ = ["Leaf", "Size", "deviating_leafs"]

_COUNTRY: Final = ("C", "US")
_PLACE: Final = (_COUNTRY, ("ST", "California"), ("L", "San Francisco"))
_KINDS: Final = {
    "dv": ("2.23.140.1.2.1", "p256-0", (_COUNTRY,)),
    "ov": ("2.23.140.1.2.2", "rsa2048-0", (*_PLACE, ("O", "Example"))),
    "iv": ("2.23.140.1.2.3", "p384-0", (*_PLACE, ("SN", "Doe"), ("GN", "Jane"))),
    "ev": (
        "2.23.140.1.1",
        "rsa2048-1",
        (
            *_PLACE,
            ("O", "Example"),
            ("businessCategory", "Private Organization"),
            ("jurisdictionC", "US"),
            ("serialNumber", "4711"),
        ),
    ),
}
"""Per kind of validation (BR 7.1.6.1): the reserved policy, a key, and a subject that keeps
the profile."""
_SEED: Final = 20261122
# Nobody who lints a certificate looks at its signature.
_SIGNATURE: Final = bytes(64)


class Leaf(NamedTuple):
    """One certificate, and in words what is unusual about it."""

    words: str
    der: bytes


class Size(NamedTuple):
    """How many: values of a feature by themselves (per kind of validation), and pairs of values
    per two features."""

    single: int
    double: int


def deviating_leafs(size: Size) -> Iterator[Leaf]:
    """Yield the leafs, the same ones for the same size; some may be the same bytes."""
    domains = _domains()
    for number, kind in enumerate(_KINDS):
        yield _built(kind, _base(kind))
        # The plainest kind has all features changed as often as asked, the others less often.
        most = size.single if number == 0 else size.single // 2
        for domain in domains:
            for value in _spread(domain.values, most):
                yield _changed(kind, [(domain, value)])
        yield from _words(kind)
    yield from _pairs(domains, size.double)


def _pairs(domains: Sequence[Domain[Any]], count: int) -> Iterator[Leaf]:
    source = random.Random(_SEED)  # noqa: S311 - chosen certificates, not secrets
    for one, other in itertools.combinations(domains, 2):
        for _ in range(count):
            changes = [(domain, source.choice(domain.values)) for domain in (one, other)]
            kind = source.choice(list(_KINDS))
            # Values that spoil what the other one takes away fit no certificate together.
            with suppress(KeyError):
                yield _changed(kind, changes)


# -- values of features


def _domains() -> list[Domain[Any]]:
    """Return the domain of each feature under the questions that the policy asks."""
    rules = compile_policy(load_policy("cabf-strict"), {}).sides["server"].certificate["leaf"].rules
    calls: dict[str, list[Any]] = {}
    for rule in rules:
        for question in rule.questions():
            calls.setdefault(question.call.feature.name, []).append(question.call)
    return [Domain(asked[0].feature, asked) for asked in calls.values()]


def _spread(values: Sequence[Any], most: int) -> Sequence[Any]:
    """Return at most so many of the values, evenly spread."""
    if len(values) <= most:
        return values
    return [values[index * len(values) // most] for index in range(most)]


def _changed(kind: str, changes: Sequence[tuple[Domain[Any], Any]]) -> Leaf:
    pair = _base(kind)
    place = Place(pair, "server")
    for domain, value in changes:
        domain.feature.realise(value, place)
    words = "; ".join(domain.feature.describe(value) for domain, value in changes)
    return _built(f"{kind}: {words}", pair)


# -- single words: a domain has one purpose, one attribute, one key for all that are judged alike


def _words(kind: str) -> Iterator[Leaf]:
    for purpose in extensions.PURPOSES:
        pair = _base(kind)
        pair.server.leaf.set_purposes("serverAuth", purpose)
        yield _built(f"{kind}: purpose {purpose}", pair)
    for defect, spec in EXAMPLES.items():
        pair = _base(kind)
        pair.server.leaf.set_names(("dns", "server.example.com"), spec)
        yield _built(f"{kind}: a name with {defect}", pair)
    for sort, spec in GOOD.items():
        pair = _base(kind)
        pair.server.leaf.set_names(spec)
        yield _built(f"{kind}: one {sort} and no other name", pair)
    for attribute in ATTRIBUTES:
        pair = _base(kind)
        _add_attribute(pair.server.leaf, attribute)
        yield _built(f"{kind}: attribute {attribute}", pair)
    for key in key_names():
        pair = _base(kind)
        pair.server.leaf.key = key
        yield _built(f"{kind}: key {key}", pair)


def _add_attribute(leaf: CertificateDraft, attribute: str) -> None:
    """Add an attribute in its place of the order of BR 7.1.4.2, the common name last."""
    added = name((attribute, "US" if attribute.endswith("C") else "x1")).rdns
    rdns = (*leaf.subject.rdns, *added)
    last = len(RANK) + (attribute == "CN")
    leaf.subject = Name(tuple(sorted(rdns, key=lambda rdn: RANK.get(rdn[0].oid, last))))


# -- the certificates that keep the profile


def _base(kind: str) -> PairDraft:
    """Return the ordinary pair, its server's leaf of a kind of validation."""
    policy, key, subject = _KINDS[kind]
    pair = ordinary_pair()
    leaf = pair.server.leaf
    leaf.key, leaf.subject, leaf.signature = key, name(*subject), _SIGNATURE
    leaf.set_extension("certificatePolicies", extensions.certificate_policies(policy))
    return pair


def _built(words: str, pair: PairDraft) -> Leaf:
    issuer = pair.server.issuers[0]
    return Leaf(words, pair.server.leaf.build(issuer.key, issuer.subject_tree()))
