"""Prosody for real is the oracle of s2s-server-purpose: what it takes, the policy accepts.

Fifteen shapes of a connecting server's certificate, and chains that vary what OpenSSL looks
at. All of them are valid from 2000 to 2049, because Prosody asks the machine's clock.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Final

import pytest

from mtlspolicy import Pair, evaluate, load_policy
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ChainDraft
from published_keys import Published, as_pem
from support import prosody
from support.stack_pool import AT, LEAF_NAME, VALIDITY, chains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mtlspolicy import Decision

POLICY: Final = "s2s-server-purpose"
VARIED: Final = 60
"""Chains of the pool that are asked about beside the fifteen shapes."""


# -- the fifteen shapes


def authority(title: str, key: str, length: int | None = None) -> CertificateDraft:
    draft = CertificateDraft(subject=name(("O", "Example"), ("CN", title)), key=key)
    draft.not_before, draft.not_after = VALIDITY
    encoded = extensions.basic_constraints(ca=True, path_length=length)
    draft.set_extension("basicConstraints", encoded, critical=True)
    draft.set_key_usage("keyCertSign", "cRLSign")
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return draft


def plain(title: str = "Example Root") -> ChainDraft:
    leaf = CertificateDraft(subject=name(("CN", LEAF_NAME)), key="p256-1")
    leaf.not_before, leaf.not_after = VALIDITY
    leaf.set_key_usage("digitalSignature")
    leaf.set_names(("dns", LEAF_NAME))
    leaf.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    return ChainDraft(leaf, [authority("Example Issuing", "p256-9")], authority(title, "p256-8"))


def listed(*purposes: str, critical: bool = False) -> Callable[[ChainDraft], None]:
    return lambda chain: chain.leaf.set_purposes(*purposes, critical=critical)


def absent(_: ChainDraft) -> None:
    """An ordinary leaf without extended key usage."""


def expired(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    chain.leaf.not_after = chain.leaf.not_before + 86_400


def another_root(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    chain.anchor = authority("Another Root", "p256-10")


def self_signed(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    chain.leaf.issuer = chain.leaf.subject
    chain.signers[0] = chain.leaf.key
    chain.issuers.clear()


def under_servers(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    chain.issuers[0].set_purposes("serverAuth")


def under_a_leaf(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    issuer = chain.issuers[0]
    issuer.set_extension("basicConstraints", extensions.basic_constraints(), critical=True)


def too_long(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    chain.issuers.append(authority("Example Subordinate", "p256-11", length=0))


def unknown_critical(chain: ChainDraft) -> None:
    listed("serverAuth")(chain)
    chain.leaf.set_extension("1.3.6.1.4.1.32473.1.6", extensions.null_value(), critical=True)


SHAPES: Final[dict[str, tuple[Callable[[ChainDraft], None], bool]]] = {
    "serverAuth": (listed("serverAuth"), True),
    "clientAuth": (listed("clientAuth"), False),
    "both": (listed("serverAuth", "clientAuth"), True),
    "no EKU": (absent, True),
    "anyEKU only": (listed("any"), False),
    "serverAuth and anyEKU": (listed("serverAuth", "any"), True),
    "serverAuth critical": (listed("serverAuth", critical=True), True),
    "codeSigning": (listed("codeSigning"), False),
    "expired": (expired, False),
    "other root": (another_root, False),
    "self-signed": (self_signed, False),
    "serverAuth under an issuer for serverAuth": (under_servers, True),
    "issued by a leaf": (under_a_leaf, False),
    "path length violated": (too_long, False),
    "unknown critical extension": (unknown_critical, False),
}
"""The shape and what Prosody has been seen to say of it."""


def forged(shape: str) -> Sequence[bytes]:
    chain = plain()
    SHAPES[shape][0](chain)
    return chain.build().presented


# -- Prosody


ROOT: Final = plain().build().anchor
OWN: Final = forged("serverAuth")
POOL: Final = [
    chain
    for chain in chains(2 * VARIED)
    # Prosody wants a name as well, and a key usage without bits cannot even be presented.
    if chain.shape.san != "absent" and chain.shape.key_usage != ()
][:VARIED]
ANCHORS: Final = list(dict.fromkeys([ROOT, *(chain.anchor for chain in POOL)]))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[prosody.Server]:
    if prosody.program() is None and not os.environ.get("CI"):
        pytest.skip("there is no program `prosody` (Debian: prosody)")
    folder: Path = tmp_path_factory.mktemp("prosody")
    with prosody.running(folder, (OWN, key_of(OWN[0])), ANCHORS) as found:
        yield found


PUBLISHED: Final = Published()


def key_of(leaf: bytes) -> str:
    found = PUBLISHED.behind(leaf)
    assert found is not None
    return as_pem(found)


def decided(presented: Sequence[bytes]) -> Decision:
    anchors = [{"certificate": base64.b64encode(der).decode("ascii")} for der in ANCHORS]
    sides = {"client": {"anchors": anchors}, "server": {"anchors": anchors}}
    context = read_context({"schema_version": 1, "at": AT, **sides})
    return evaluate(Pair(client=presented, server=OWN), load_policy(POLICY), context)


@pytest.mark.oracle
def test_the_fifteen_shapes(server: prosody.Server) -> None:
    said = {
        shape: server.takes(forged(shape), key_of(forged(shape)[0]), LEAF_NAME) for shape in SHAPES
    }

    assert {shape: seen for shape, (_, seen) in SHAPES.items()} == said
    assert said == {shape: bool(decided(forged(shape))) for shape in SHAPES}


@pytest.mark.oracle
def test_chains_that_vary_what_openssl_looks_at(server: prosody.Server) -> None:
    differing = []
    taken = 0
    for chain in POOL:
        said = server.takes(chain.presented, key_of(chain.presented[0]), LEAF_NAME)
        taken += said
        if bool(decided(chain.presented)) != said:
            differing.append((chain.words(), f"Prosody: {said}"))

    assert [] == differing
    assert VARIED // 4 < taken < VARIED


@pytest.mark.oracle
def test_prosody_asks_for_the_name_as_well(server: prosody.Server) -> None:
    """The policy says that it does not: this is the obligation that it leaves to the caller."""
    chain = forged("serverAuth")

    assert not server.takes(chain, key_of(chain[0]), "another.example.com")
    assert decided(chain)
    assert "peer_name_checked" in {one.id for one in load_policy(POLICY).obligations}
