"""The pairs that cases start from, and the words in which cases expect.

Nothing is odd in any of them. `ordinary`: a private clientAuth client and a public
serverAuth server. `dual`: both sides hold a public TLS certificate for both purposes, so
that every policy here accepts. `servers`: both sides hold a public serverAuth certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge.pair import (
    PairDraft,
    ordinary_leaf,
    ordinary_pair,
    ordinary_server_chain,
    ordinary_server_leaf,
)

if TYPE_CHECKING:
    from mtlspolicy.forge.pair import ChainDraft

__all__ = [
    "ALL",
    "FRANK",
    "LEGACY",
    "STRICT",
    "dual",
    "ordinary",
    "servers",
]

STRICT: Final = "cabf-strict"
LEGACY: Final = "legacy-dual-use"
FRANK: Final = "draft-frank-s2s-eku-only"
ALL: Final = (LEGACY, STRICT, FRANK)

ordinary = ordinary_pair


def _public_client(*purposes: str, issuer: tuple[str, ...]) -> ChainDraft:
    """Return the chain of a client that holds a public TLS certificate."""
    chain = ordinary_server_chain(*issuer)
    chain.leaf = ordinary_server_leaf()
    chain.leaf.key = "p256-1"
    chain.leaf.set_purposes(*purposes)
    chain.leaf.set_names(("dns", "client.example.com"))
    return chain


def dual() -> PairDraft:
    """Return a pair in which both leafs are public, and for both purposes."""
    pair = ordinary_pair()
    both = ("serverAuth", "clientAuth")
    pair.client = _public_client(*both, issuer=both)
    pair.server = ordinary_server_chain(*both)
    pair.server.leaf = ordinary_leaf(*both)
    return pair


def servers() -> PairDraft:
    """Return a pair of two servers with public serverAuth certificates."""
    pair = ordinary_pair()
    pair.client = _public_client("serverAuth", issuer=("serverAuth",))
    return pair
