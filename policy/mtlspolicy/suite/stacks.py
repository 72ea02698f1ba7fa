"""The TLS stacks that are asked, and what the policy of a stack says per role.

A stack is known here by name, title and policy; what it answers is in the record
(`suite.matrix`). This module must not know how a stack is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.facts.codes import KINDS, REJECTED
from mtlspolicy.loader import builtin_ids, load_policy
from mtlspolicy.records import dataclass
from mtlspolicy.suite.answers import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.suite.model import Case

__all__ = ["OUT_OF_SCOPE", "STACKS", "Stack", "policy_of", "policy_verdicts"]

OUT_OF_SCOPE: Final = "out of scope"
"""What is said of bytes that are not strict DER: no policy of a stack is about them."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A TLS stack: its `name` here, its `title`, and the `policy` that does what it does."""

    name: str
    title: str
    policy: str


STACKS: Final[Mapping[str, Stack]] = {
    stack.name: stack
    for stack in (
        Stack("openssl", "OpenSSL", "stack-openssl"),
        Stack("pyopenssl", "pyOpenSSL", "stack-openssl"),
        Stack("node", "Node", "stack-node"),
        Stack("gnutls", "GnuTLS", "stack-gnutls"),
        Stack("nss", "NSS", "stack-nss"),
        Stack("go", "Go", "stack-go"),
        Stack("java", "OpenJDK", "stack-java"),
        Stack("pyca", "pyca/cryptography", "stack-pyca"),
    )
}
"""Every known stack, in the order of the matrix."""


def policy_of(stack: str) -> str | None:
    """Return the policy that does what a stack does; None where there is none here."""
    known = STACKS.get(stack)
    return known.policy if known is not None and known.policy in builtin_ids() else None


def policy_verdicts(case: Case, policy: str) -> Mapping[str, str]:
    """Return by role what a policy says: accept, reject, indeterminate, or `OUT_OF_SCOPE`."""
    pair = Pair(client=case.client, server=case.server)
    decision = evaluate(pair, load_policy(policy), read_context(case.evidence))
    return {role: _verdict(decision, role) for role in ROLES}


def _verdict(decision: Decision, role: str) -> str:
    """Return the verdict on one side: its own findings, and those about the pair."""
    said = {
        (finding.outcome, finding.code)
        for finding in decision.findings
        if finding.role in {role, "pair"} and (finding.enforced or finding.outcome == "fail")
    }
    if any(KINDS.get(code) in REJECTED for outcome, code in said if outcome == "fail"):
        return OUT_OF_SCOPE
    outcomes = {outcome for outcome, _ in said}
    if "fail" in outcomes:
        return "reject"
    return "indeterminate" if "unknown" in outcomes else "accept"
