"""Certificate policies along a path: RFC 5280, 6.1, with the graph of RFC 9618.

This module knows the policy extensions of a path and whether a valid policy is left where
one is demanded. The tree of RFC 5280 can grow exponentially with hostile mappings; RFC
9618 joins nodes of one policy at one depth, so this graph has at most as many nodes as
the path has policies. It must not know names, keys or times.

Steps, numbered as in RFC 5280 (the text of RFC 9618 where it replaces them):

- 6.1.2 (a), (d)-(f): the initial graph and the three counters
- 6.1.3 (d)-(f): the policies of one certificate
- 6.1.4 (a)-(b), (h)-(j): mappings, and the counters for the next one
- 6.1.5 (a)-(b), (g): wrap-up and the intersection with the user's initial policies
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import PolicyConstraints

__all__ = ["ANY_POLICY", "PolicyFacts", "PolicyGraph"]

ANY_POLICY: Final = "2.5.29.32.0"


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """The policy extensions of one certificate; None where one is absent or unreadable."""

    self_issued: bool
    policies: tuple[str, ...] | None
    mappings: tuple[tuple[str, str], ...]
    constraints: PolicyConstraints | None
    inhibit_any: int | None


@dataclass(slots=True)
class _Node:
    """One policy at one depth: what it is expected to be called below, and whence it came."""

    expected: frozenset[str]
    parents: set[str] = field(default_factory=set)


class PolicyGraph:
    """The state of policy processing; `levels` holds the nodes by policy, the root first."""

    def __init__(
        self, length: int, *, explicit: bool, inhibit_mapping: bool, inhibit_any: bool
    ) -> None:
        """Start with a path of `length` certificates and the user's inputs."""
        # 6.1.2 (a): one node of anyPolicy, at depth 0
        self.levels: list[dict[str, _Node]] = [{ANY_POLICY: _Node(frozenset({ANY_POLICY}))}]
        # 6.1.2 (d)-(f): 0 where the user's input says so, else past the end of the path
        self.explicit_policy = 0 if explicit else length + 1
        self.inhibit_any_policy = 0 if inhibit_any else length + 1
        self.policy_mapping = 0 if inhibit_mapping else length + 1

    @property
    def is_null(self) -> bool:
        """Whether no policy is left: a level without nodes leaves nothing after pruning."""
        return not self.levels[-1]

    def enter(self, certificate: PolicyFacts, *, final: bool) -> bool:
        """Apply 6.1.3 (d)-(f) for one certificate; False where (f) fails."""
        above = self.levels[-1]
        expecting: dict[str, set[str]] = {}
        for name, node in above.items():
            for policy in node.expected:
                expecting.setdefault(policy, set()).add(name)
        level: dict[str, _Node] = {}
        if certificate.policies is not None:  # (d); (e): without policies, NULL
            for policy in certificate.policies:
                # (d)(1)(i), (ii): below every node that expects it, else below anyPolicy
                parents = expecting.get(policy) or ({ANY_POLICY} & above.keys())
                if policy != ANY_POLICY and parents:
                    level[policy] = _Node(frozenset({policy}), parents)
            anyone = self.inhibit_any_policy > 0 or (certificate.self_issued and not final)
            if ANY_POLICY in certificate.policies and anyone:
                # (d)(2): below anyPolicy, everything that is expected and not yet there
                for policy, parents in expecting.items():
                    level.setdefault(policy, _Node(frozenset({policy}), parents))
        self.levels.append(level)
        return self.explicit_policy > 0 or not self.is_null  # (f)

    def prepare(self, certificate: PolicyFacts) -> None:
        """Apply 6.1.4 (b), (h)-(j) for a certificate that is not the last."""
        self._map(certificate.mappings)
        if not certificate.self_issued:  # (h)
            self.explicit_policy = max(self.explicit_policy - 1, 0)
            self.policy_mapping = max(self.policy_mapping - 1, 0)
            self.inhibit_any_policy = max(self.inhibit_any_policy - 1, 0)
        constraints = certificate.constraints
        if constraints is not None:  # (i)
            if constraints.require_explicit_policy is not None:
                self.explicit_policy = min(
                    self.explicit_policy, constraints.require_explicit_policy
                )
            if constraints.inhibit_policy_mapping is not None:
                self.policy_mapping = min(self.policy_mapping, constraints.inhibit_policy_mapping)
        if certificate.inhibit_any is not None:  # (j)
            self.inhibit_any_policy = min(self.inhibit_any_policy, certificate.inhibit_any)

    def _map(self, mappings: tuple[tuple[str, str], ...]) -> None:
        """Apply 6.1.4 (b)."""
        subjects: dict[str, set[str]] = {}
        for issuer, subject in mappings:
            subjects.setdefault(issuer, set()).add(subject)
        level = self.levels[-1]
        for issuer, mapped in subjects.items():
            if self.policy_mapping == 0:  # (b)(2)
                level.pop(issuer, None)
            elif issuer in level:  # (b)(1)
                level[issuer].expected = frozenset(mapped)
            elif ANY_POLICY in level:
                # a policy that is valid through anyPolicy gets a node of its own
                level[issuer] = _Node(frozenset(mapped), {ANY_POLICY})

    def finish(self, certificate: PolicyFacts, initial: frozenset[str]) -> bool:
        """Apply 6.1.5 (a), (b), (g) for the last certificate; whether policies allow the path."""
        self.explicit_policy = max(self.explicit_policy - 1, 0)  # (a)
        constraints = certificate.constraints
        if constraints is not None and constraints.require_explicit_policy == 0:  # (b)
            self.explicit_policy = 0
        return self.explicit_policy > 0 or bool(self._constrained(initial))

    def _constrained(self, initial: frozenset[str]) -> frozenset[str]:
        """Return the user-constrained policy set (RFC 9618, 5.4 (g))."""
        authority: set[str] = set()
        reached = set(self.levels[-1])
        if ANY_POLICY in reached:
            authority.add(ANY_POLICY)
        # Walk up: nodes that were pruned are those from which no last node is reached.
        for level in reversed(self.levels[1:]):
            nodes = {name: level[name] for name in reached}
            # a node whose only parent is anyPolicy entered the path there
            authority |= {
                n for n, node in nodes.items() if n != ANY_POLICY and node.parents == {ANY_POLICY}
            }
            reached = set().union(*(node.parents for node in nodes.values()))
        if ANY_POLICY in initial:
            return frozenset(authority)
        return initial if ANY_POLICY in authority else initial & authority
