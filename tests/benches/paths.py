"""What a decision costs when the path is not vouched for, beside path processing alone.

Rows for `tests/tools/bench.py`: each side presents leaf and issuer, its anchor and its name
are known. `known`: the issuers' signatures have been verified before, so two signatures are
fresh; `fresh`: all four are, and nothing is remembered of the issuers but their facts, and of the
leafs but what all of their kind have in common. The anchors are the server's own, and ready in
all rows. pyhanko-certvalidator builds the same paths from the same bytes.
"""

# ruff: noqa: ANN401 - a script that measures

from __future__ import annotations

import asyncio
import datetime as dt
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from mtlspolicy import Context, Pair, evaluate
from mtlspolicy.derive import pool, reading
from mtlspolicy.derive import side as sides
from mtlspolicy.derive.path import Anchor
from mtlspolicy.derive.search import search_paths
from mtlspolicy.evidence.context import AnchorEvidence, PeerName, SideEvidence
from mtlspolicy.facts import read
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

__all__ = ["Work", "chains", "rows"]

Work = Callable[[], None]
_SIDES: Final = ("client", "server")
_OTHERS: Final = 20
"""Pairs that the other implementation validates per round: it takes its time."""


def chains(count: int) -> tuple[list[Pair], Context]:
    """Return pairs of distinct leafs under two issuers, with anchors and names."""
    found = []
    for number in range(count):
        draft = ordinary_pair()
        for chain in (draft.client, draft.server):
            chain.leaf.not_before += 60 * number
        built = draft.build()
        found.append(
            Pair(client=tuple(built.client.presented), server=tuple(built.server.presented))
        )
    sides = {
        side: SideEvidence(
            name=PeerName("dns", f"{side}.example.com"),
            anchors=(AnchorEvidence(getattr(built, side).anchor),),
        )
        for side in _SIDES
    }
    return found, Context(at=ORDINARY_AT, client=sides["client"], server=sides["server"])


def _forget(policy: Any) -> None:
    read.forget_certificates()
    pool.forget()
    sides.forget()
    for compiled in policy.compiled.values():
        compiled.forget_certificates()


def _remember_issuers(pairs: list[Pair], context: Context, policy: Any) -> Work:
    """Return what makes everything new but the issuers, whose signatures stay verified."""
    issuers = [read.read_certificate(chain[1]) for chain in (pairs[0].client, pairs[0].server)]

    def before() -> None:
        _forget(policy)
        evaluate(pairs[-1], policy, context)
        kept = {issuer.der: reading.Reading.of(issuer) for issuer in issuers}
        _forget(policy)
        for der, known in kept.items():
            again = reading.Reading.of(read.read_certificate_cached(der))
            again.signers |= known.signers

    return before


def _decide(pairs: list[Pair], context: Context, policy: Any) -> Work:
    def work() -> None:
        for pair in pairs:
            if not evaluate(pair, policy, context):
                raise AssertionError

    return work


def _decide_afresh(pairs: list[Pair], context: Context, policy: Any) -> Work:
    def work() -> None:
        for pair in pairs:
            pool.forget_presented()
            if not evaluate(pair, policy, context):
                raise AssertionError

    return work


def _search(pairs: list[Pair], context: Context, *, afresh: bool) -> Work:
    anchors = {
        side: tuple(
            Anchor(read.read_certificate(anchor.certificate), anchor.group)
            for anchor in context.of(side).anchors or ()
        )
        for side in _SIDES
    }

    def work() -> None:
        for pair in pairs:
            if afresh:
                pool.forget_presented()
            for side, chain in (("client", pair.client), ("server", pair.server)):
                presented = tuple([read.read_certificate_cached(der) for der in chain])
                found = search_paths(presented, (), anchors[side])
                if found.candidates[0].faults_at(ORDINARY_AT):
                    raise AssertionError

    return work


def _pyhanko(pairs: list[Pair], context: Context) -> Work:
    # of the group `oracle`, and without types
    x509: Any = import_module("asn1crypto.x509")
    validator: Any = import_module("pyhanko_certvalidator")

    moment = dt.datetime.fromtimestamp(ORDINARY_AT, dt.UTC)
    roots = {
        side: [x509.Certificate.load(a.certificate) for a in context.of(side).anchors or ()]
        for side in _SIDES
    }

    async def validate(side: str, chain: tuple[bytes, ...]) -> None:
        leaf, *others = map(x509.Certificate.load, chain)
        known = validator.ValidationContext(
            trust_roots=roots[side],
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        one = validator.CertificateValidator(
            leaf, intermediate_certs=others, validation_context=known
        )
        await one.async_validate_usage(set())

    async def both() -> None:
        for pair in pairs[:_OTHERS]:
            await validate("client", tuple(pair.client))
            await validate("server", tuple(pair.server))

    def work() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asyncio.run(both())

    return work


def rows(policy: Any, count: int) -> dict[str, tuple[Work, Work, int]]:
    """Return the rows: what is done before, the work, and how many pairs it is."""
    pairs, context = chains(count)
    known = _remember_issuers(pairs, context, policy)

    def fresh() -> None:
        _forget(policy)

    found = {
        "path, issuers known: search alone": (known, _search(pairs, context, afresh=False), count),
        "path, issuers known: decision": (known, _decide(pairs, context, policy), count),
        "path, four signatures: search alone": (
            fresh,
            _search(pairs, context, afresh=True),
            count,
        ),
        "path, four signatures: decision": (
            fresh,
            _decide_afresh(pairs, context, policy),
            count,
        ),
    }
    try:
        found["path, pyhanko-certvalidator"] = (fresh, _pyhanko(pairs, context), _OTHERS)
    except ImportError:
        print("pyhanko-certvalidator is not installed (group `oracle`): its row is left out")
    return found
