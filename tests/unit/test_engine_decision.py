"""The decision document: complete, canonical, and the same everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from mtlspolicy import Context, Decision, Pair, canonical, evaluate, load_policy
from mtlspolicy.evidence.context import PeerName, SideEvidence
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.pair import ORDINARY_NOT_AFTER, ordinary_pair
from mtlspolicy.instants import format_instant
from schema_support import validator
from support.policies import AT, CITATION, leafs, load, ordinary, pair_of, rule

if TYPE_CHECKING:
    from collections.abc import Callable

CURRENT = rule("current", "both", "leaf", {"validity.current": True})
PATH = rule("path", "both", "path", {"path.valid": True})
NAME = rule("name", "both", "leaf", {"name.matches": True})
DRAFT = "draft-frank-mtls-via-serverauth-extension-00"


def decide(*rules: dict[str, Any], pair: Pair | None = None, at: int = AT, **more: Any) -> Decision:  # noqa: ANN401 - JSON, or any of a table
    return evaluate(ordinary() if pair is None else pair, load(*rules), Context(at=at, **more))


def full() -> Decision:
    """Everything is known: anchors and names of both sides."""
    return evaluate(
        ordinary(),
        load(CURRENT, PATH, NAME),
        read_context(ordinary_pair().build().evidence),
    )


def faked(row: str) -> Pair:
    return Pair(client=[ENCODINGS[row]()], server=leafs().server)


def broken(row: str) -> Decision:
    return decide(CURRENT, pair=faked(row))


DECISIONS: dict[str, Callable[[], Decision]] = {
    "accept": full,
    "accept, asserted": lambda: decide(CURRENT, PATH, asserted=("path:group=x9",)),
    "accept, own side": lambda: decide(CURRENT, PATH, perspective="server", asserted=("path",)),
    "indeterminate": lambda: decide(CURRENT, PATH, NAME),
    "reject": lambda: decide(CURRENT, rule("bad", "client", "leaf", require=False)),
    "nothing enforced": decide,
    "empty": lambda: decide(CURRENT, pair=Pair(client=[], server=[])),
    "broken": lambda: decide(CURRENT, pair=Pair(client=[b"\x30\x00", b""], server=[b"\xff"])),
    "no setting": lambda: decide(CURRENT, settings={"unknown": ["a"]}),
    "rule on the pair": lambda: decide(CURRENT, rule("pair", "pair", "", {"pair.same_key": True})),
    "proposal": lambda: evaluate(
        ordinary(),
        load_policy("draft-frank-s2s-eku-only", enable_proposal=DRAFT),
        Context(at=AT, asserted=("path",)),
    ),
    **{f"encoding {row}": partial(broken, row) for row in sorted(ENCODINGS)[::6]},
}


@pytest.mark.parametrize("name", sorted(DECISIONS))
@pytest.mark.parametrize("everything", [False, True])
def test_every_document_keeps_its_schema(name: str, everything: bool) -> None:  # noqa: FBT001 - of a table
    decision = DECISIONS[name]()
    document = json.loads(decision.json(everything=everything))

    assert [] == [error.message for error in validator("decision").iter_errors(document)]
    assert canonical.dumps(document) == decision.json(everything=everything)
    assert decision.json(everything=everything) == DECISIONS[name]().json(everything=everything)


def test_an_accept_says_as_whom_and_until_when() -> None:
    decision = full()
    document = decision.document()

    assert ("accept", True) == (decision.decision, bool(decision))
    assert document["identity"] == {
        side: {
            "type": "dns",
            "value": f"{side}.example.com",
            "asserted": False,
            "anchor_group": "default",
        }
        for side in ("client", "server")
    }
    assert format_instant(ORDINARY_NOT_AFTER + 1) == document["valid_until"]
    assert (None, None, [], None) == (
        document["primary"],
        document["alert"],
        document["missing_evidence"],
        document["oauth_error"],
    )
    assert [] == document["findings"]
    assert "Decision('accept', policy='my-policy')" == repr(decision)
    assert ["client", "server"] == [side.side.side for side in decision.sides()]


def test_an_asserted_identity_is_shown_as_asserted() -> None:
    decision = decide(CURRENT, PATH, NAME, asserted=("client.path:group=x9", "server.path", "name"))
    plain = {"type": None, "value": None, "asserted": True}

    assert {
        "client": {**plain, "anchor_group": "x9"},
        "server": {**plain, "anchor_group": None},
    } == decision.identity


def test_nobody_is_identified_who_was_not_judged_or_accepted() -> None:
    own = decide(CURRENT, perspective="server").identity

    assert own["server"] is None
    assert own["client"] is not None
    assert {"client": None, "server": None} == decide(CURRENT, PATH).identity


def test_an_indeterminate_decision_says_what_is_missing() -> None:
    policy = (
        CURRENT,
        PATH,
        NAME | {"on": {"side": "server", "of": "leaf"}},
        rule("revoked", "client", "leaf", {"revocation.not_revoked": True}),
        rule("nested", "client", "leaf", {"purpose.permitted": {"purpose": "clientAuth"}}),
        rule("warned", "server", "leaf", {"revocation.not_revoked": True}, mode="warn"),
    )
    decision = decide(*policy, pair=leafs())

    assert "indeterminate" == decision.decision
    assert (
        "client.anchors",
        "client.crls",
        "server.anchors",
        "server.name",
    ) == decision.missing_evidence
    assert "test.path" == decision.primary  # no index comes first
    assert "certificate_unknown" == decision.alert
    issuers = rule("ku", "client", "issuer", {"key_usage.present": True})
    anchors = SideEvidence(anchors=())
    assert ("client.intermediates",) == decide(
        CURRENT,
        issuers,
        client=anchors,
        pair=leafs(),
    ).missing_evidence
    assert ("client.anchors",) == decide(CURRENT, issuers, pair=leafs()).missing_evidence
    assert () == decide(CURRENT).missing_evidence


def test_the_code_with_the_highest_rank_explains_a_reject() -> None:
    bad = rule("bad", "client", "leaf", require=False)
    worse = rule("worse", "server", "leaf", require=False, code="engine.fault")

    assert "test.bad" == decide(CURRENT, bad).primary
    assert "engine.fault" == decide(CURRENT, bad, worse).primary
    assert "certificate_unknown" == decide(CURRENT, bad).alert
    assert "internal_error" == decide(CURRENT, bad, worse).alert
    assert "access_denied" == decide().alert


def test_the_relationship_is_told_whatever_is_decided() -> None:
    assert "client-to-server" == decide(CURRENT).relationship
    assert (
        "undetermined" == decide(CURRENT, pair=Pair(client=[], server=leafs().server)).relationship
    )
    assert "undetermined" == decide(CURRENT, settings={"unknown": 1}).relationship


@pytest.mark.parametrize(
    ("purpose", "verdict", "decisive"),
    [("serverAuth", "accept", True), ("clientAuth", "reject", False)],
)
def test_a_proposal_is_decisive_where_its_baseline_would_refuse(
    purpose: str,
    verdict: str,
    decisive: bool,  # noqa: FBT001 - of a table
) -> None:
    draft = ordinary_pair()
    draft.client.leaf.set_purposes(purpose)
    policy = load_policy("draft-frank-s2s-eku-only", enable_proposal=DRAFT)
    decision = evaluate(pair_of(draft), policy, Context(at=AT, asserted=("path", "name")))

    assert (verdict, decisive) == (
        decision.decision,
        decision.proposal and decision.proposal["decisive"],
    )
    assert decision.proposal is not None
    assert DRAFT == decision.proposal["document"]
    assert decide(CURRENT).proposal is None


def test_obligations_are_those_of_an_accept() -> None:
    more = {"obligations": [{"id": "o", "text": "do", "citation": CITATION}]}
    policy = load(CURRENT, **more)

    assert [{"id": "o", "text": "do"}] == evaluate(ordinary(), policy, Context(at=AT)).obligations
    assert [] == evaluate(ordinary(), policy, Context(at=0)).obligations


def test_inputs_are_named_by_their_digests() -> None:
    settings = {"list": {"type": "list", "title": "l", "default": ["a"]}}
    policy = load(CURRENT, settings=settings)
    one = evaluate(ordinary(), policy, Context(at=AT, asserted=("path", "name"))).document()[
        "inputs"
    ]
    other = evaluate(ordinary(), policy, Context(at=AT, asserted=("name", "path"))).document()[
        "inputs"
    ]

    assert one == other
    assert ({"list": ["a"]}, ["name", "path"]) == (one["settings"], one["asserted"])
    assert [2, 2] == [len(one["client"]), len(one["server"])]
    assert all(64 == len(digest) for digest in (*one["client"], *one["server"], one["evidence"]))
    odd = Context(at=AT, client=SideEvidence(name=PeerName("dns", "\udc80")))
    assert one["evidence"] != evaluate(ordinary(), policy, odd).document()["inputs"]["evidence"]


def test_no_control_character_of_a_certificate_is_written() -> None:
    draft = ordinary_pair()
    draft.client.leaf.set_names(("dns", "a\x1b[31m\n.example"), ("dns", "b" * 5_000))
    decision = decide(
        CURRENT,
        rule("san", "client", "leaf", {"not": {"san.present": True}}),
        pair=pair_of(draft),
    )

    assert "\\u001b" not in decision.json(everything=True)
    assert "\\n" not in decision.json(everything=True)


SCRIPT = """
import sys
sys.path[:0] = {path!r}
from support.policies import AT, load, ordinary, rule
from mtlspolicy import Context, evaluate
policy = load(
    rule("b", "both", "leaf", {{"eku.only": ["serverAuth", "clientAuth"]}}),
    rule("a", "both", "leaf", {{"any": [
        {{"key_usage.only": ["keyCertSign"]}}, {{"path.valid": True}},
    ]}}),
    rule("n", "both", "path", {{"name.matches": True}}),
)
sys.stdout.write(evaluate(ordinary(), policy, Context(at=AT)).json(everything=True))
"""


def test_bytes_are_the_same_whatever_the_hash_seed() -> None:
    script = SCRIPT.format(path=[entry for entry in sys.path if entry])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert 1 == len(outputs)
    assert b'"decision":"indeterminate"' in outputs.pop()


def test_a_certificate_of_ones_own_is_told_apart() -> None:
    """The same bytes on both sides are judged by each side's rules."""
    both = CertificateDraft().build()
    decision = decide(
        CURRENT,
        rule("c", "client", "leaf", require=False),
        pair=Pair(client=[both], server=[both]),
    )

    assert [("client", "test.c")] == [
        (f.role, f.code) for f in decision.findings if f.outcome == "fail"
    ]


@pytest.mark.parametrize(
    "more",
    [
        (),
        (rule("same", "pair", "", {"pair.same_key": True}),),
        (rule("path", "both", "path", {"path.valid": True}),),
        (rule("same", "pair", "", {"pair.same_key": True}, mode="warn"),),
    ],
)
def test_the_reasons_are_the_codes_of_the_findings_that_refuse(
    more: tuple[dict[str, Any], ...],
) -> None:
    """Asked twice, for the second answer comes from memory; also of empty and broken chains."""
    server = leafs().server
    policy = load(rule("current", "both", "leaf", {"validity.current": True}), *more)
    for client in (leafs().client, [], [server[0] + b"\x00"], [b""], server) * 2:
        decision = evaluate(Pair(client=client, server=server), policy, Context(at=AT))
        word = {"accept": "", "reject": "fail", "indeterminate": "unknown"}[decision.decision]
        refusing = {f.code for f in decision.findings if f.enforced and f.outcome == word}

        assert tuple(sorted(refusing)) == decision.reasons


def test_the_reason_is_told_where_nothing_was_judged() -> None:
    policy = load(
        rule("days", "both", "leaf", {"validity.days_at_most": {"setting": "days"}}),
        settings={"days": {"type": "integer", "title": "days", "default": 90}},
    )
    decision = evaluate(leafs(), policy, Context(at=AT, settings={"days": "many"}))
    assert ("reject", ("engine.setting_invalid",)) == (decision.decision, decision.reasons)
