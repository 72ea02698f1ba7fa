"""Certificate policies along a path (RFC 5280, 6.1; RFC 9618)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.derive.path import AnyPolicy, ExplicitPolicy, PathOptions, PolicyMapping
from mtlspolicy.derive.policies_tree import ANY_POLICY, PolicyFacts, PolicyGraph
from mtlspolicy.forge import extensions
from path_support import authority, entity, faults, judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.forge.draft import CertificateDraft

A, B, C = "1.2.3.1", "1.2.3.2", "1.2.3.3"
ROOT = authority("root", "p256-8")
REQUIRED = PathOptions(explicit_policy=ExplicitPolicy.REQUIRED)
FAULT = [("policy", 0)]


def having(
    draft: CertificateDraft,
    *policies: str,
    require: int | None = None,
    inhibit_mapping: int | None = None,
    inhibit_any: int | None = None,
    mappings: Sequence[tuple[str, str]] = (),
) -> CertificateDraft:
    """Give a draft policy extensions."""
    draft = draft.copy()
    if policies:
        draft.set_extension("certificatePolicies", extensions.certificate_policies(*policies))
    if require is not None or inhibit_mapping is not None:
        value = extensions.policy_constraints(require, inhibit_mapping)
        draft.set_extension("policyConstraints", value, critical=True)
    if inhibit_any is not None:
        value = extensions.inhibit_any_policy(inhibit_any)
        draft.set_extension("inhibitAnyPolicy", value, critical=True)
    if mappings:
        value = extensions.policy_mappings(*mappings)
        draft.set_extension("policyMappings", value, critical=True)
    return draft


def ca(number: int, *policies: str, **given: object) -> CertificateDraft:
    """Return a CA with these policy extensions."""
    return having(authority(f"CA {number}", f"p256-{number}"), *policies, **given)  # type: ignore[arg-type]


def leaf(*policies: str, **given: object) -> CertificateDraft:
    """Return a leaf with these policy extensions."""
    return having(entity(), *policies, **given)  # type: ignore[arg-type]


def wanting(*policies: str) -> PathOptions:
    """Demand one of these policies."""
    return PathOptions(
        explicit_policy=ExplicitPolicy.REQUIRED, initial_policies=frozenset(policies)
    )


def test_policies_are_not_demanded_unless_somebody_does() -> None:
    """6.1.3 (f): explicit_policy is above zero all along."""
    assert [] == faults(leaf(A), ca(1, B), ROOT)
    assert [] == faults(leaf(), ca(1), ROOT)


def test_a_demanded_policy_is_one_that_all_have() -> None:
    """6.1.3 (d)(1)(i), (e)."""
    assert [] == faults(leaf(A), ca(1, A, B), ROOT, options=REQUIRED)
    assert FAULT == faults(leaf(A), ca(1, B), ROOT, options=REQUIRED)
    assert FAULT == faults(leaf(), ca(1, A), ROOT, options=REQUIRED)
    assert [("policy", 1)] == faults(leaf(A), ca(1), ROOT, options=REQUIRED)


def test_what_the_leaf_has_is_told() -> None:
    """The reader sees what was not enough."""
    (fault,) = judged(leaf(A), ca(1, B), ROOT, options=REQUIRED).faults

    assert ("a policy", A) == (fault.expected, fault.found)


def test_a_certificate_demands_a_policy() -> None:
    """6.1.4 (i)(1): after as many certificates as it says."""
    assert [("policy", 1)] == faults(leaf(A), ca(1), ca(2, A, require=0), ROOT)
    assert FAULT == faults(leaf(), ca(1, A), ca(2, A, require=1), ROOT)
    assert FAULT == faults(leaf(), ca(1), ca(2, A, require=2), ROOT)  # 6.1.5 (a) counts too
    assert [] == faults(leaf(), ca(1), ca(2, A, require=3), ROOT)
    assert [] == faults(leaf(A), ca(1, A), ca(2, A, require=0), ROOT)


def test_the_leaf_may_demand_a_policy_of_itself() -> None:
    """6.1.5 (b): zero, and only zero."""
    assert FAULT == faults(leaf(require=0), ca(1, A), ROOT)
    assert [] == faults(leaf(A, require=0), ca(1, A), ROOT)
    assert [] == faults(leaf(inhibit_mapping=0), ca(1, A), ROOT)


def test_the_last_step_counts_down_once_more() -> None:
    """6.1.5 (a): one left before the leaf is none after it."""
    assert FAULT == faults(leaf(B), ca(1, A, require=1), ROOT)


def test_the_users_policies_are_the_ones_that_count() -> None:
    """6.1.5 (g): the intersection."""
    assert [] == faults(leaf(A), ca(1, A), ROOT, options=wanting(A, C))
    assert FAULT == faults(leaf(A), ca(1, A), ROOT, options=wanting(C))
    assert [] == faults(leaf(ANY_POLICY), ca(1, ANY_POLICY), ROOT, options=wanting(C))
    assert [] == faults(leaf(C), ca(1, ANY_POLICY), ROOT, options=wanting(C))
    assert [] == faults(leaf(ANY_POLICY), ca(1, C), ROOT, options=wanting(C))
    assert FAULT == faults(leaf(ANY_POLICY), ca(1, A), ROOT, options=wanting(C))


def test_any_policy_stands_for_what_is_expected() -> None:
    """6.1.3 (d)(1)(ii) and (2)."""
    assert [] == faults(leaf(A), ca(1, ANY_POLICY), ROOT, options=REQUIRED)
    assert [] == faults(leaf(ANY_POLICY), ca(1, A), ROOT, options=REQUIRED)
    assert [] == faults(leaf(A, ANY_POLICY), ca(1, A, B), ROOT, options=wanting(B))


def test_any_policy_may_be_inhibited() -> None:
    """6.1.2 (e), 6.1.4 (j); a self-issued issuer is spared."""
    inhibited = PathOptions(explicit_policy=ExplicitPolicy.REQUIRED, any_policy=AnyPolicy.INHIBITED)

    assert [("policy", 1)] == faults(leaf(A), ca(1, ANY_POLICY), ROOT, options=inhibited)
    assert FAULT == faults(leaf(ANY_POLICY), ca(1, A, inhibit_any=0), ROOT, options=REQUIRED)
    assert [] == faults(leaf(ANY_POLICY), ca(1, A, inhibit_any=1), ROOT, options=REQUIRED)
    assert FAULT == faults(
        leaf(ANY_POLICY), ca(1, A), ca(2, A, inhibit_any=1), ROOT, options=REQUIRED
    )
    same = having(authority("CA 2", "p256-1"), ANY_POLICY)
    assert [] == faults(leaf(A), same, ca(2, A, inhibit_any=0), ROOT, options=REQUIRED)


def test_mapped_policies_go_by_their_new_name() -> None:
    """6.1.4 (b)(1)."""
    mapping = ca(1, A, mappings=[(A, B)])

    assert [] == faults(leaf(B), mapping, ROOT, options=REQUIRED)
    assert [] == faults(leaf(B), mapping, ROOT, options=wanting(A))
    assert FAULT == faults(leaf(B), mapping, ROOT, options=wanting(B))
    assert FAULT == faults(leaf(A), mapping, ROOT, options=REQUIRED)
    assert [] == faults(leaf(C), ca(1, A, mappings=[(A, B), (A, C)]), ROOT, options=wanting(A))


def test_a_policy_that_is_valid_through_any_policy_is_mapped() -> None:
    """6.1.4 (b)(1): it gets a node of its own."""
    mapping = ca(1, ANY_POLICY, mappings=[(A, B)])

    assert [] == faults(leaf(B), mapping, ROOT, options=wanting(A))
    assert FAULT == faults(leaf(B), mapping, ROOT, options=wanting(C))


def test_a_policy_that_is_not_there_is_not_mapped() -> None:
    """Neither valid nor valid through anyPolicy."""
    assert FAULT == faults(leaf(B), ca(1, C, mappings=[(A, B)]), ROOT, options=REQUIRED)


def test_mapping_may_be_inhibited() -> None:
    """6.1.2 (f), 6.1.4 (b)(2) and (i)(2): then the policy ends here."""
    inhibited = PathOptions(
        explicit_policy=ExplicitPolicy.REQUIRED, policy_mapping=PolicyMapping.INHIBITED
    )
    upper = ca(2, A, inhibit_mapping=0)

    assert FAULT == faults(leaf(B), ca(1, A, mappings=[(A, B)]), ROOT, options=inhibited)
    assert FAULT == faults(leaf(A), ca(1, A, mappings=[(A, B)]), upper, ROOT, options=REQUIRED)
    both = ca(2, A, C, inhibit_mapping=0)
    assert [] == faults(leaf(C), ca(1, A, C, mappings=[(A, B)]), both, ROOT, options=REQUIRED)


def test_mapping_any_policy_is_a_fault_of_the_issuer() -> None:
    """6.1.4 (a): whether or not a policy is demanded."""
    assert [("policy_mapping_any", 1)] == faults(
        leaf(A), ca(1, A, mappings=[(A, ANY_POLICY)]), ROOT
    )
    assert ("policy_mapping_any", 1) in faults(
        leaf(A), ca(1, A, mappings=[(ANY_POLICY, A)]), ROOT, options=REQUIRED
    )


def test_a_missing_policy_is_told_once() -> None:
    """At the first certificate that has none; below, it could only be repeated."""
    assert [("policy", 2)] == faults(leaf(), ca(1), ca(2), ROOT, options=REQUIRED)


def test_policies_of_an_upper_branch_that_dies_out_do_not_count() -> None:
    """RFC 9618, 5.4: only what reaches the leaf is authority-constrained."""
    assert FAULT == faults(leaf(B), ca(1, B), ca(2, A, B), ROOT, options=wanting(A))
    assert [] == faults(leaf(B), ca(1, B), ca(2, A, B), ROOT, options=wanting(B))


def test_hostile_mappings_do_not_grow() -> None:
    """RFC 9618, 1: the tree of RFC 5280 doubles with each certificate; the graph does not."""
    names = [f"1.2.3.{i}" for i in range(20)]
    mappings = tuple((a, b) for a in names for b in names)
    graph = PolicyGraph(64, explicit=True, inhibit_mapping=False, inhibit_any=False)
    facts = PolicyFacts(
        self_issued=False,
        policies=(*names, ANY_POLICY),
        mappings=mappings,
        constraints=None,
        inhibit_any=None,
    )

    for _ in range(64):
        assert graph.enter(facts, final=False)
        graph.prepare(facts)

    nodes = [node for level in graph.levels[1:] for node in level.values()]
    assert {len(names) + 1} == {len(level) for level in graph.levels[1:]}
    assert len(names) == max(len(node.expected) for node in nodes)
    assert len(names) == max(len(node.parents) for node in nodes)
    assert graph.enter(facts, final=True)
    assert graph.finish(facts, frozenset(names))
