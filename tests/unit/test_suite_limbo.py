"""Limbo's form: reading, replaying, known divergences, and our own suite written in it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from mtlspolicy.errors import SuiteError
from mtlspolicy.forge import extensions
from mtlspolicy.forge.crl import CrlDraft
from mtlspolicy.forge.draft import Linked
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_client_chain, ordinary_pair, ordinary_server_chain
from mtlspolicy.suite.limbo import export, is_limbo, known_divergences, read_limbo, run_limbo
from mtlspolicy.suite.model import Case
from suite_support import suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft, PairDraft
    from mtlspolicy.suite.run import Result

AT: Final = "2026-05-01T00:00:00.5+00:00"


def pem(der: bytes, label: str = "CERTIFICATE") -> str:
    text = base64.b64encode(der).decode("ascii")
    return f"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n"


def entry(chain: ChainDraft | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a limbo case about the ordinary server chain, which succeeds."""
    built = (chain or ordinary_server_chain()).build()
    return {
        "id": "rfc5280::one",
        "description": "one",
        "validation_kind": "SERVER",
        "trusted_certs": [pem(built.anchor)],
        "untrusted_intermediates": [pem(der) for der in built.presented[1:]],
        "peer_certificate": pem(built.presented[0]),
        "validation_time": AT,
        "signature_algorithms": [],
        "key_usage": [],
        "extended_key_usage": [],
        "expected_result": "SUCCESS",
        "expected_peer_name": {"kind": "DNS", "value": "server.example.com"},
        "expected_peer_names": [],
        **more,
    }


def result(case: dict[str, Any], known: dict[str, dict[str, str]] | None = None) -> Result:
    text = json.dumps({"version": 1, "testcases": [case]})
    return run_limbo(read_limbo(text), known or {})[0]


def succeeds(case: dict[str, Any]) -> bool:
    return result(case).actual == "SUCCESS"


# -- reading


def test_limbo_is_told_from_our_own_form() -> None:
    assert is_limbo(b'{"testcases": []}')
    assert not is_limbo(b'{"cases": []}')
    assert not is_limbo(b"[]")
    assert not is_limbo(b"{")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"expected_result": "MAYBE"}, "is no limbo file"),
        ({"peer_certificate": "-----BEGIN-----\n*\n"}, "cannot be read"),
        ({"validation_time": "yesterday"}, "cannot be read"),
        ({"validation_time": "2026-05-01T00:00:00"}, "has no zone"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(more: dict[str, Any], message: str) -> None:
    with pytest.raises(SuiteError, match=message):
        read_limbo(json.dumps({"version": 1, "testcases": [entry(**more)]}))


# -- replaying


def test_both_roles_are_judged() -> None:
    assert succeeds(entry())
    names = [{"kind": "DNS", "value": "client.example.com"}]
    client = entry(
        ordinary_client_chain(),
        validation_kind="CLIENT",
        expected_peer_name=None,
        expected_peer_names=names,
        extended_key_usage=["clientAuth"],
    )
    assert succeeds(client)
    more = [*names, {"kind": "DNS", "value": "other.example.com"}]
    assert not succeeds({**client, "expected_peer_names": more})
    assert not succeeds({**client, "extended_key_usage": ["serverAuth"]})


def test_a_case_without_a_time_is_judged_at_a_fixed_one() -> None:
    """The ordinary leaf begins in April 2026, after that time."""
    assert not succeeds(entry(validation_time=None))
    early = ordinary_server_chain()
    early.leaf.not_before = 1_735_776_000
    assert succeeds(entry(early, validation_time=None))


def test_what_no_profile_judges_is_skipped_with_the_reason() -> None:
    asked: list[tuple[dict[str, Any], str]] = [
        ({"extended_key_usage": ["codeSigning"]}, "the purpose codeSigning"),
        ({"extended_key_usage": ["serverAuth", "clientAuth"]}, "several purposes"),
        ({"key_usage": ["keyAgreement"]}, "the key usage keyAgreement"),
        ({"signature_algorithms": ["ED25519"]}, "the signature algorithm ED25519"),
    ]
    for more, word in asked:
        found = result(entry(**more))
        assert "skipped" == found.outcome
        assert (f"the profile judges nothing about {word}",) == found.problems


def test_known_divergences_count_both_ways() -> None:
    told: list[int] = []
    case = entry(expected_result="FAILURE")
    listed = {"rfc5280::one": {"expected": "FAILURE", "actual": "SUCCESS", "reason": "why"}}

    assert "failed" == result(case).outcome
    assert "excepted" == result(case, listed).outcome
    assert "unexpected-success" == result(entry(), listed).outcome
    text = json.dumps({"version": 1, "testcases": [case]})
    run_limbo(read_limbo(text), listed, progress=told.append)
    assert [1] == told
    assert known_divergences()


def test_the_depth_of_a_chain_is_bounded() -> None:
    assert succeeds(entry(max_chain_depth=1))
    assert not succeeds(entry(max_chain_depth=0))
    assert succeeds(entry(max_chain_depth=10_000))
    assert succeeds(entry(max_chain_depth=None))


def test_the_key_usage_that_is_asked_for_is_judged() -> None:
    chain = ordinary_server_chain()
    chain.leaf.set_key_usage("keyEncipherment")

    assert succeeds(entry(chain))
    assert not succeeds(entry(chain, key_usage=["digitalSignature"]))


def _list(change: Callable[[CrlDraft], None]) -> str:
    chain = ordinary_server_chain()
    draft = CrlDraft(issuer=chain.issuers[0].subject, key=chain.issuers[0].key)
    change(draft)
    return pem(draft.build(), "X509 CRL")


def _ordinary(draft: CrlDraft) -> None:
    assert draft.number is not None


def _unnumbered(draft: CrlDraft) -> None:
    draft.number = None


def _bare(draft: CrlDraft) -> None:
    draft.number = None
    draft.extensions.clear()


def _critical(draft: CrlDraft) -> None:
    draft.set_extension("crlNumber", b"\x02\x01\x01", critical=True)


def test_a_revocation_list_has_a_number() -> None:
    assert succeeds(entry(crls=[_list(_ordinary)]))
    assert not succeeds(entry(crls=[_list(_unnumbered)]))
    assert not succeeds(entry(crls=[_list(_bare)]))
    assert not succeeds(entry(crls=[_list(_critical)]))


def _root(change: Callable[[ChainDraft], None]) -> ChainDraft:
    chain = ordinary_server_chain()
    change(chain)
    return chain


def test_the_key_identifiers_of_an_anchor() -> None:
    other = extensions.authority_key_identifier(bytes(20))

    def cross_signed(chain: ChainDraft) -> None:
        chain.anchor.issuer = name(("CN", "another root"))
        chain.anchor.drop_extension("authorityKeyIdentifier")

    def bare(chain: ChainDraft) -> None:
        chain.anchor.drop_extension("authorityKeyIdentifier")

    def foreign(chain: ChainDraft) -> None:
        chain.anchor.set_extension("authorityKeyIdentifier", other)

    def cross_signed_with(chain: ChainDraft) -> None:
        chain.anchor.issuer = name(("CN", "another root"))
        chain.anchor.set_extension("authorityKeyIdentifier", other)

    assert succeeds(entry(_root(bare)))
    assert not succeeds(entry(_root(cross_signed)))
    assert succeeds(entry(_root(foreign)))
    assert succeeds(entry(id="webpki::one"))
    assert not succeeds(entry(_root(foreign), id="webpki::one"))
    assert succeeds(entry(_root(cross_signed_with), id="webpki::one"))


def test_a_leaf_that_is_its_own_anchor() -> None:
    chain = ordinary_server_chain()
    chain.leaf.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    leaf = pem(chain.build().presented[0])

    assert succeeds(entry(chain, trusted_certs=[leaf], untrusted_intermediates=[]))


# -- writing


def made(change: Callable[[PairDraft], None] | None = None) -> Case:
    pair = ordinary_pair()
    if change is not None:
        change(pair)
    built = pair.build()
    return Case(
        id="space::one",
        description="One.",
        client=tuple(built.client.presented),
        server=tuple(built.server.presented),
        evidence=built.evidence,
        expected={},
    )


def test_one_case_for_each_role() -> None:
    server, client = export([made()])["testcases"]

    assert ("mtlspolicy::space::one::server", "SERVER") == (server["id"], server["validation_kind"])
    assert {"kind": "DNS", "value": "server.example.com"} == server["expected_peer_name"]
    assert ("mtlspolicy::space::one::client", "CLIENT") == (client["id"], client["validation_kind"])
    assert {"SUCCESS"} == {server["expected_result"], client["expected_result"]}


def test_what_limbo_cannot_say_is_left_out() -> None:
    def roles(change: Callable[[PairDraft], None]) -> list[str]:
        return [one["validation_kind"] for one in export([made(change)])["testcases"]]

    assert ["CLIENT"] == roles(lambda pair: pair.evidence["server"].pop("name"))
    uri = {"type": "uri", "value": "https://server.example.com/"}
    assert ["CLIENT"] == roles(lambda pair: pair.evidence["server"].update(name=uri))
    assert [] == roles(lambda pair: pair.evidence.update(asserted=["path"]))
    assert ["SERVER"] == roles(lambda pair: pair.evidence["client"].update(ocsp=["MAA="]))


def test_a_chain_without_a_leaf_and_a_side_without_anchors_are_left_out() -> None:
    case = made()
    evidence = {**case.evidence, "client": {}}
    short = Case(
        id=case.id, description="", client=case.client, server=(), evidence=evidence, expected={}
    )

    assert [] == export([short])["testcases"]


def test_what_is_written_is_read_back_and_says_what_the_suite_says() -> None:
    """An authored accept succeeds in both roles; an authored reject fails in one of two."""
    cases = [*suite("purpose-client").cases, *suite("purpose-server").cases]
    written = export(cases)
    found: dict[str, list[str]] = {}
    for one in written["testcases"]:
        name_, _, _ = one["id"].removeprefix("mtlspolicy::").rpartition("::")
        found.setdefault(name_, []).append(one["expected_result"])

    assert written == export(cases)
    assert len(written["testcases"]) == len(read_limbo(json.dumps(written)))
    for case in cases:
        expected = case.expected.get("legacy-dual-use")
        if expected is not None and not expected.settings and len(found.get(case.id, ())) == 2:
            assert (expected.decision != "accept") == ("FAILURE" in found[case.id]), case.id
