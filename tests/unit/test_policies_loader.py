"""Loading: by id or from a document, and never a proposal that nobody named."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from mtlspolicy import (
    Policy,
    ProposalNotEnabledError,
    canonical,
    load_policy,
    load_policy_document,
    resources,
)
from mtlspolicy.errors import PolicyError
from mtlspolicy.loader import builtin_ids, codes, proposal_of, resolved_document
from mtlspolicy.policies.shape import Shape
from support.policies import document, rule

DRAFT = "draft-frank-mtls-via-serverauth-extension-00"
PROPOSAL_ID = "draft-frank-s2s-eku-only"


def text(**more: Any) -> str:  # noqa: ANN401 - JSON, or any of a table
    return json.dumps(document(rule("mine", "both", "leaf", {"validity.current": True}), **more))


def own_proposal(**more: str) -> dict[str, Any]:
    described = {
        "document": "memo-7",
        "state": "written",
        "expires": "2030-01-01",
        "baseline": "legacy-dual-use",
    }
    return {"status": "proposal", "proposal": {**described, **more}}


@pytest.mark.parametrize("policy_id", builtin_ids())
def test_each_built_in_policy_loads_once(policy_id: str) -> None:
    proposal = proposal_of(policy_id)
    name = None if proposal is None else proposal["document"]
    policy = load_policy(policy_id, enable_proposal=name)

    assert policy_id == policy.id
    assert policy is load_policy(policy_id, enable_proposal=name)
    assert (policy.proposal is None) == (policy.status != "proposal") == (policy.baseline is None)


def test_an_unknown_id_gets_the_nearest() -> None:
    with pytest.raises(PolicyError, match="no built-in policy `cabf-strikt`") as caught:
        load_policy("cabf-strikt")

    assert caught.value.help.startswith("did you mean `cabf-strict`?")
    with pytest.raises(PolicyError) as far:
        load_policy("../../../etc/passwd")
    assert far.value.help.startswith("`mtlspolicy policy list`")


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "draft-frank",
        "*",
        "draft-frank-mtls-via-serverauth-extension",
        DRAFT + "0",
        DRAFT.upper(),
        f" {DRAFT}",
    ],
)
def test_a_proposal_needs_its_exact_name(name: str | None) -> None:
    with pytest.raises(ProposalNotEnabledError) as caught:
        load_policy(PROPOSAL_ID, enable_proposal=name)

    assert (PROPOSAL_ID, DRAFT) == (caught.value.policy, caught.value.document)
    assert DRAFT in caught.value.message
    assert caught.value.state in caught.value.message
    assert caught.value.help.endswith(f"--enable-proposal {DRAFT}")


def test_permission_for_one_load_is_none_for_the_next() -> None:
    assert load_policy(PROPOSAL_ID, enable_proposal=DRAFT).status == "proposal"
    with pytest.raises(ProposalNotEnabledError):
        load_policy(PROPOSAL_ID)


@pytest.mark.parametrize(
    "more",
    [
        {"extends": PROPOSAL_ID},
        {"extends": PROPOSAL_ID, "status": "standard"},
        {"extends": PROPOSAL_ID, **own_proposal()},
    ],
)
def test_extending_a_proposal_does_not_get_round_the_flag(more: dict[str, Any]) -> None:
    for name in (None, "memo-7"):
        with pytest.raises(ProposalNotEnabledError, match=DRAFT):
            load_policy_document(text(**more), enable_proposal=name)
    policy = load_policy_document(text(**more), enable_proposal=DRAFT)

    assert policy.proposal is not None
    assert (DRAFT, "proposal") == (policy.proposal.document, policy.status)
    assert isinstance(policy.baseline, Policy)


def test_a_users_own_proposal_needs_its_own_name() -> None:
    with pytest.raises(ProposalNotEnabledError, match="memo-7"):
        load_policy_document(text(**own_proposal()))

    policy = load_policy_document(text(**own_proposal()), enable_proposal="memo-7")
    assert policy.baseline is load_policy("legacy-dual-use")


@pytest.mark.parametrize(
    "more",
    [{"status": "proposal"}, {"status": "proposal", "extends": "legacy-dual-use"}],
)
def test_a_proposal_of_nothing_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match="says which document it implements"):
        load_policy_document(text(**more))


@pytest.mark.parametrize("baseline", [PROPOSAL_ID, "my-policy", "no-such-policy"])
def test_a_baseline_is_a_built_in_policy_and_no_proposal(baseline: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy_document(text(**own_proposal(baseline=baseline)), enable_proposal="memo-7")

    assert ["/proposal/baseline"] == [fault.pointer for fault in caught.value.faults]


def test_a_document_may_extend_built_in_policies_only() -> None:
    policy = load_policy_document(text(extends="legacy-dual-use"))

    assert {rule.id for rule in load_policy("legacy-dual-use").rules} < {
        rule.id for rule in policy.rules
    }
    for parent in ("my-policy", "nobody"):
        with pytest.raises(PolicyError, match=f"no built-in policy `{parent}`"):
            load_policy_document(text(extends=parent))


def test_a_document_cannot_take_the_id_of_a_built_in_policy() -> None:
    with pytest.raises(PolicyError, match="is that of a built-in policy") as caught:
        load_policy_document(text(id="cabf-strict"))

    assert ["/id"] == [fault.pointer for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "mine.json is not JSON"),
        (b"\xff", "mine.json is not UTF-8"),
        ("[]", "policy `?` is invalid at `/`: an object"),
        ('{"id": "x", "id": "y"}', "the key `id` twice"),
        ('{"id": "x"}', "policy `x` is invalid at `/`: `version` is missing"),
    ],
)
def test_what_is_no_policy_document_is_refused(content: str | bytes, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy_document(content, name="mine.json")

    assert message in caught.value.message
    assert caught.value.faults


def test_resolved_documents_extend_nothing() -> None:
    resolved = resolved_document(json.loads(text(extends="legacy-dual-use")))

    assert "extends" not in resolved
    assert "my-policy" == resolved["id"]


def test_each_code_of_a_rule_is_in_the_catalogue() -> None:
    """Codes of built-in policies; those of users are their own."""
    for policy_id in builtin_ids():
        proposal = proposal_of(policy_id)
        name = None if proposal is None else proposal["document"]
        policy = load_policy(policy_id, enable_proposal=name)
        assert set() == {rule.code for rule in policy.rules} - set(codes())


@pytest.mark.parametrize("policy_id", builtin_ids())
def test_built_in_documents_stand_up_to_the_strict_reading(policy_id: str) -> None:
    """At start they are read without it."""
    text = resources.read(f"catalogue/policies/{policy_id}.json")
    document = canonical.loads(text, policy_id)
    assert document == json.loads(text)
    shape = Shape()
    assert shape.check(document), shape.faults


def test_the_hash_is_over_the_resolved_document_in_its_canonical_form() -> None:
    policy = load_policy("cabf-strict")
    written = canonical.dumps(resolved_document(dict(policy.document))).encode()
    assert policy.sha256 == hashlib.sha256(written).hexdigest() == policy.sha256
    other = load_policy_document(text(title="another"))
    assert other.sha256 != load_policy_document(text(title="one more")).sha256
