"""A certificate and its issuer: names, hashes and key identifiers, octet by octet."""

from __future__ import annotations

from typing import Any, Final

import pytest

from compare_support import BASE, on, policy
from mtlspolicy import Pair, evaluate, load_policy
from mtlspolicy.compare import compare
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts import read_certificate
from mtlspolicy.features.link import Link, LinkFeature
from mtlspolicy.features.subject import Place
from mtlspolicy.forge import extensions as x
from mtlspolicy.forge.extensible import IssuerKey
from mtlspolicy.forge.pair import ordinary_pair

ATOM: Final = "link.key_identifiers_identical"
OTHER_KEY: Final = Link(identical=True, fits=True, keyed=False)
_KEY: Final = bytes(range(20))
_HUGE: Final = bytes(range(256)) * 16


@pytest.mark.parametrize("value", list(LinkFeature().points(())))
def test_every_link_is_written_and_described(value: Link) -> None:
    pair = ordinary_pair()
    place = Place(pair, "server")
    LinkFeature().realise(value, place)
    assert LinkFeature().describe(value)
    assert LinkFeature().show(value) == {
        "names_identical": value.identical,
        "hash_fits_curve": value.fits,
        "key_identifiers_identical": value.keyed,
    }
    built = pair.build().server.presented
    if value == Link(None, None, None):
        assert len(built) == 1
        return
    leaf, issuer = map(read_certificate, built[:2])
    assert LinkFeature().read(_Linked(leaf, issuer)) == value  # type: ignore[arg-type]


def test_a_link_without_an_issuer_or_with_another_signature() -> None:
    pair = ordinary_pair()
    pair.server.issuers[0].key = "rsa2048-0"
    leaf, issuer = map(read_certificate, pair.build().server.presented)
    assert LinkFeature().read(_Linked(leaf, None)) == Link(None, None, None)  # type: ignore[arg-type]
    assert LinkFeature().read(_Linked(leaf, issuer)) == Link(True, True, True)  # type: ignore[arg-type]  # noqa: FBT003


@pytest.mark.parametrize(
    ("authority", "subject_key", "identical"),
    [
        ([(_KEY,)], [_KEY], True),
        ([(b"",)], [b""], True),
        ([(_HUGE,)], [_HUGE], True),
        ([(_KEY, (("dns", "a"),), 7)], [_KEY], True),
        ([(b"",)], [_KEY], False),
        ([(_KEY[:-1],)], [_KEY], False),
        ([(_KEY + b"\x00",)], [_KEY], False),
        ([(_HUGE[:-1] + b"\x00",)], [_HUGE], False),
        ([(None,)], [_KEY], False),
        ([(None, (("dns", "a"),), 7)], [b""], False),
        ([], [_KEY], False),
        ([(_KEY,)], [], False),
        ([], [], False),
        # Of two nobody says which counts, were they alike; and what is absent agrees with nothing.
        ([(_KEY,), (_KEY,)], [_KEY], None),
        ([(_KEY,), (b"other",)], [_KEY], None),
        ([(_KEY,)], [_KEY, _KEY], None),
        ([(_KEY,), (_KEY,)], [_KEY, _KEY], None),
        ([(_KEY,), (_KEY,)], [], False),
        ([], [_KEY, _KEY], False),
        ([(None,)], [_KEY, _KEY], False),
    ],
)
def test_key_identifiers_agree_in_every_octet(
    authority: list[Any],
    subject_key: list[bytes],
    identical: bool | None,  # noqa: FBT001 - a truth value
) -> None:
    pair = ordinary_pair()
    leaf, issuer = pair.server.leaf, pair.server.issuers[0]
    leaf.drop_extension("authorityKeyIdentifier")
    issuer.drop_extension("subjectKeyIdentifier")
    for parts in authority:
        encoded = x.authority_key_identifier(*parts)
        leaf.add_extension("authorityKeyIdentifier", encoded)
    for octets in subject_key:
        encoded = x.subject_key_identifier(octets)
        issuer.add_extension("subjectKeyIdentifier", encoded)
    found = map(read_certificate, pair.build().server.presented[:2])
    assert LinkFeature().read(_Linked(*found)).keyed is identical  # type: ignore[arg-type]


@pytest.mark.parametrize("beside", [IssuerKey(None, 7), IssuerKey(None, None)])
def test_a_key_identifier_is_made_another_one_beside_what_it_stands_with(beside: IssuerKey) -> None:
    pair = ordinary_pair()
    leaf = pair.server.leaf
    leaf.set_extension("authorityKeyIdentifier", beside, critical=True)

    LinkFeature().realise(OTHER_KEY, Place(pair, "server"))

    found = leaf.extension("authorityKeyIdentifier")
    assert found is not None
    assert (True, x.authority_key_identifier(_KEY, *beside)) == (found.critical, found.value)


@pytest.mark.parametrize("value", [OTHER_KEY, OTHER_KEY._replace(keyed=None)])
def test_what_somebody_wrote_or_left_out_stays(value: Link) -> None:
    """Only a key identifier that follows from the issuer's key is made another one."""
    written = x.authority_key_identifier(b"written")
    pair = ordinary_pair()
    leaf = pair.server.leaf

    leaf.set_extension("authorityKeyIdentifier", written)
    LinkFeature().realise(value, Place(pair, "server"))
    found = leaf.extension("authorityKeyIdentifier")
    assert found is not None
    assert written == found.value

    leaf.drop_extension("authorityKeyIdentifier")
    LinkFeature().realise(value, Place(pair, "server"))
    assert leaf.extension("authorityKeyIdentifier") is None


class _Linked:
    """As much of a `PathSubject` as a link needs."""

    def __init__(self, certificate: object, issuer: object) -> None:
        self.certificate, self.issuer = certificate, issuer


# -- as a rule asks


@pytest.mark.parametrize(
    ("changes", "decisions"),
    [
        ({"leaf": b"other"}, ("reject", "accept")),
        # of the issuing CA there are two certificates, which differ in nothing else
        ({"issuer": b"other"}, ("reject", "accept")),
        ({"issuer": b"other", "leaf": b"other"}, ("accept", "accept")),
    ],
)
def test_no_memory_answers_for_other_octets(
    changes: dict[str, bytes], decisions: tuple[str, str]
) -> None:
    """A good chain before and after it: what is alike but for the octets is judged by them."""
    policies = load_policy("cabf-strict"), load_policy("legacy-dual-use")
    odd = ordinary_pair()
    leaf, issuer = odd.server.leaf, odd.server.issuers[0]
    if (identifier := changes.get("leaf")) is not None:
        leaf.set_extension("authorityKeyIdentifier", x.authority_key_identifier(identifier))
    if (identifier := changes.get("issuer")) is not None:
        issuer.set_extension("subjectKeyIdentifier", x.subject_key_identifier(identifier))
    for _ in range(3):
        for pair, expected in ((ordinary_pair(), ("accept", "accept")), (odd, decisions)):
            built = pair.build()
            chains = Pair(built.client.presented, built.server.presented)
            context = read_context(built.evidence)
            found = tuple(evaluate(chains, one, context).decision for one in policies)
            assert expected == found


def test_one_leaf_on_both_sides_names_one_key() -> None:
    """Also where those above it are certified for other keys on one side: it names them all."""
    kept = [
        *BASE,
        on("same", "pair", {"pair.same_certificate": True}),
        on("some", "client.leaf", {"not": {"issuers.at_most": 0}}),
        on("issuer", "client.issuer", {"not": {"key.kind_in": ["ec"]}}),
        on("key", "both.link", {ATOM: True}),
    ]
    one, two = policy(kept, "one"), policy([*kept, on("ski", "both.leaf", {"ski.critical": True})])
    (found,) = compare(one, two).classes

    assert ("accept", "reject") == found.decisions
    assert "both sides: the same certificate" in found.words
    assert "client's issuer: key rsa 2048" in found.words
