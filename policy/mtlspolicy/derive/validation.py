"""Judging one candidate path: RFC 5280, 6.1, with every fault told.

Path validation is, in the words of 6.1, with *i* counting from the certificate that the
anchor issued down to the leaf:

1. 6.1.2: initialise the state from the options and from the anchor
2. 6.1.3, for every certificate: (a)(1) the signature; (a)(2) the validity, which is
   `CandidatePath.faults_at`; (a)(3) revocation, which is another module's business; (a)(4)
   the issuer's name, which holds because `search` links by it; (b)-(c) name constraints;
   (d)-(f) policies
3. 6.1.4, for every certificate but the leaf: (a)-(b) policy mappings; (g) its name
   constraints; (h)-(j) the policy counters; (k) it is a CA; (l)-(m) the path length; (n)
   its key usage; (o) its critical extensions
4. 6.1.5: wrap-up for the leaf, with its critical extensions

Where 6.1 stops at the first failure we go on, because reasons per link are what we are
for; what is cheap comes first, and the signatures last. This module knows the order of
the steps. It must not know how candidates are found.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.derive import signatures
from mtlspolicy.derive.constraints import Breach, Budget, Layer, check
from mtlspolicy.derive.path import (
    AnchorConstraints,
    AnyPolicy,
    ExplicitPolicy,
    PathFault,
    PathOptions,
    PolicyMapping,
)
from mtlspolicy.derive.policies_tree import PolicyGraph
from mtlspolicy.derive.signatures import VALID, Outcome
from mtlspolicy.derive.standing import Remark
from mtlspolicy.derive.text import printable
from mtlspolicy.facts.certificate import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.derive.reading import Reading
    from mtlspolicy.facts.certificate import PublicKey

__all__ = ["Ledger", "is_signed", "judge"]

_SIGNATURE_REMARKS: Final = {
    Outcome.INVALID: Remark("signature_invalid", "the issuer's key did not make the signature"),
    Outcome.KEY_UNSUPPORTED: Remark(
        "key_unsupported", "the issuer's key is of a kind that cannot be verified"
    ),
    Outcome.ALGORITHM_UNSUPPORTED: Remark(
        "algorithm_unsupported", "the signature algorithm cannot be verified"
    ),
    None: Remark("budget_signatures", "the bound on signature checks was reached before this one"),
}


class Ledger:
    """What one path search has spent, and what it need not work out again.

    `exhausted`: the code of the first bound that was reached, or None.
    """

    __slots__ = ("_breaches", "_outcomes", "comparisons", "exhausted")

    def __init__(self) -> None:
        """Start with every budget full."""
        self.comparisons = Budget(limits.MAX_NAME_COMPARISONS)
        self.exhausted: str | None = None
        self._outcomes: dict[tuple[Reading, bytes], Outcome] = {}
        self._breaches: dict[tuple[bytes, bytes], list[Breach] | None] = {}

    def exhaust(self, code: str) -> None:
        """Note that a bound was reached."""
        self.exhausted = self.exhausted or code

    def signature(self, reading: Reading, key: PublicKey) -> Outcome | None:
        """Return whether `key` made the signature of `reading`; None where the budget ran out.

        What counts is how many different checks were asked for, not how many of them were
        remembered from an earlier search: the answer must not depend on the past.
        """
        question = (reading, key.der)
        outcome = self._outcomes.get(question)
        if outcome is None:
            if len(self._outcomes) >= limits.MAX_SIGNATURE_CHECKS:
                self.exhaust("path.budget_signatures")
                return None
            if key.der in reading.signers:
                outcome = VALID
            else:
                outcome = signatures.verify(reading.certificate, key)
                if outcome is VALID:
                    reading.signers.add(key.der)
            self._outcomes[question] = outcome
        return outcome

    def breaches(self, owner: Reading, layer: Layer, subject: Reading) -> list[Breach] | None:
        """Return how `subject` breaks the constraints of `owner`; None where the budget ran out."""
        question = (owner.certificate.der, subject.certificate.der)
        if question not in self._breaches:
            self._breaches[question] = check(layer, subject.names, self.comparisons)
        return self._breaches[question]


def judge(
    chain: Sequence[Reading], anchor: Reading | None, options: PathOptions, ledger: Ledger
) -> tuple[PathFault, ...]:
    """Return every fault of the path `chain` (leaf first) under `anchor` that is not a date."""
    if anchor is not None and anchor.certificate.der == chain[0].certificate.der:
        # The leaf is the anchor: n is 0 in the words of 6.1, and nobody issued anything.
        walk = _Walk(chain, None, options, ledger)
        walk.certificate(0)
        return tuple(walk.faults)
    walk = _Walk(chain, anchor, options, ledger)
    walk.anchor_itself()
    for position in range(len(chain) - 1, -1, -1):
        walk.certificate(position)
        if walk.layers:
            walk.constrained(position)
        if walk.graph is not None:
            walk.policies(position, walk.graph)
        if position:
            walk.prepare(position)
    for position in range(len(chain)):
        walk.signature(position)
    return tuple(sorted(walk.faults, key=lambda fault: fault.position)) if walk.faults else ()


def is_signed(chain: Sequence[Reading], anchor: Reading, ledger: Ledger) -> bool:
    """Whether nothing but its signatures could be wrong with a path, and none of them is.

    Then `judge` finds no fault under the ordinary options. False says nothing: self-issued
    issuers count here for the path length. The leaf is not the anchor.
    """
    top = anchor.standing
    if not chain[0].standing.sound or top.own or top.critical or top.trusted:
        return False
    if top.constrains_names:
        return False
    length = top.path_length
    left = len(chain) if length is None else min(length, len(chain))
    for reading in chain[:0:-1]:
        standing = reading.standing
        if not standing.plain:
            return False
        if not left:
            return False
        length = standing.path_length
        left = left - 1 if length is None else min(left - 1, length)
    for subject, issuer in pairwise((*chain, anchor)):
        key = issuer.certificate.public_key
        if isinstance(key, Unreadable) or ledger.signature(subject, key) is not VALID:
            return False
    return True


class _Walk:
    """The state of 6.1.2 while one path is judged."""

    def __init__(
        self, chain: Sequence[Reading], anchor: Reading | None, options: PathOptions, ledger: Ledger
    ) -> None:
        self.chain = chain
        self.anchor = anchor
        self.options = options
        self.ledger = ledger
        self.faults: list[PathFault] = []
        # 6.1.2 (b)-(c): permitted and excluded subtrees, kept per issuer: intersecting the
        # permitted ones means to lie in those of each, joining the excluded ones in none of any.
        self.layers: list[tuple[int, Reading, Layer]] = []
        # 6.1.2 (k), with the position of whoever set it (-1: the options, or nobody)
        length = options.max_path_length
        self.path_length = len(chain) if length is None else length
        self.path_length_owner = -1
        self.graph = self._graph()

    def _graph(self) -> PolicyGraph | None:
        """Start the policy graph of 6.1.2; None where no policy can be missed.

        explicit_policy becomes 0 only where the options or a certificate say so.
        """
        explicit = self.options.explicit_policy is ExplicitPolicy.REQUIRED
        if not explicit and True not in [reading.standing.demands_policy for reading in self.chain]:
            return None
        return PolicyGraph(
            len(self.chain),
            explicit=explicit,
            inhibit_mapping=self.options.policy_mapping is PolicyMapping.INHIBITED,
            inhibit_any=self.options.any_policy is AnyPolicy.INHIBITED,
        )

    def add(self, position: int, remark: Remark) -> None:
        """Record a fault."""
        code, detail, expected, found = remark
        self.faults.append(PathFault("path." + code, position, detail, expected, found))

    def anchor_itself(self) -> None:
        """Step 1: what the anchor's own certificate adds (RFC 5937, 3)."""
        position = len(self.chain)
        if self.anchor is None:
            return
        for remark in self.anchor.standing.own:
            if remark.code != "issuer_empty":  # whoever issued the anchor is not on the path
                self.add(position, remark)
        if self.options.anchor_constraints is AnchorConstraints.IGNORE:
            return
        for remark in self.anchor.standing.trusted:
            self.add(position, remark)
        self.critical(position, self.anchor)
        self._limit(position, self.anchor)

    def _limit(self, position: int, reading: Reading) -> None:
        """Take over the name constraints (6.1.4 (g)) and path length (m) of an issuer."""
        layer, length = reading.standing.layer, reading.standing.path_length
        if layer is not None:
            if layer.empty:
                self.add(
                    position,
                    Remark(
                        "name_constraint_malformed", "the name constraints are empty", "a subtree"
                    ),
                )
            self.layers.append((position, reading, layer))
        if length is not None and length < self.path_length:
            self.path_length = length
            self.path_length_owner = position

    def certificate(self, position: int) -> None:
        """Add what is wrong wherever the certificate stands, and 6.1.4 (o), 6.1.5 (f)."""
        reading = self.chain[position]
        for remark in reading.standing.own:
            self.add(position, remark)
        self.critical(position, reading)

    def critical(self, position: int, reading: Reading) -> None:
        """Every critical extension is one that we process (RFC 5280, 4.2)."""
        for oid in reading.standing.critical:
            if oid not in self.options.handled_critical:
                detail = "a critical extension is not processed"
                self.add(
                    position, Remark("unknown_critical_extension", detail, "not critical", oid)
                )

    def constrained(self, position: int) -> None:
        """6.1.3 (b)-(c): the names, unless self-issued and not the last certificate."""
        reading = self.chain[position]
        if position and reading.self_issued:
            return
        for owner, issuer, layer in self.layers:
            breaches = self.ledger.breaches(issuer, layer, reading)
            if breaches is None:
                self.ledger.exhaust("path.budget_names")
                detail = "the bound on comparisons with name constraints was reached"
                self.add(position, Remark("budget_names", detail, str(limits.MAX_NAME_COMPARISONS)))
                return
            for breach in breaches:
                more = f" (and {breach.count - 1} more)" if breach.count > 1 else ""
                detail = f"name constraint of {self._name(owner)}{more}"
                self.add(position, Remark(breach.code, detail, breach.expected, breach.found))

    def policies(self, position: int, graph: PolicyGraph) -> None:
        """6.1.3 (d)-(f), and 6.1.5 (a)-(g) for the leaf."""
        facts = self.chain[position].policies
        valid = graph.enter(facts, final=position == 0)
        if valid and position == 0:
            valid = graph.finish(facts, self.options.initial_policies)
        if not valid:
            found = ", ".join((facts.policies or ("none",))[:5])
            self.add(
                position,
                Remark("policy", "no acceptable certificate policy is left", "a policy", found),
            )
            self.graph = None  # 6.1 ends here: what follows could only say the same again

    def prepare(self, position: int) -> None:
        """6.1.4, for the certificate at `position`, which issued the one below."""
        reading = self.chain[position]
        for remark in reading.standing.issuing:  # (a), (k), (n)
            self.add(position, remark)
        if self.graph is not None:  # (b), (h)-(j)
            self.graph.prepare(reading.policies)
        if not reading.self_issued:  # (l)
            if self.path_length <= 0:
                detail = f"one issuer too many under {self._name(self.path_length_owner)}"
                self.add(position, Remark("path_length", detail, "no further issuer"))
            self.path_length = max(self.path_length - 1, 0)
        self._limit(position, reading)  # (g), (m)

    def signature(self, position: int) -> None:
        """6.1.3 (a)(1): the signature, by the key of the next certificate or of the anchor."""
        reading = self.chain[position]
        issuer = self.chain[position + 1] if position + 1 < len(self.chain) else self.anchor
        if issuer is None or isinstance(issuer.certificate.public_key, Unreadable):
            return  # no issuer, or one with a fault of its own: there is no key to ask
        key = issuer.certificate.public_key
        outcome = self.ledger.signature(reading, key)
        if outcome is not VALID:
            algorithm = reading.certificate.signature_algorithm
            name = "" if isinstance(algorithm, Unreadable) else algorithm.oid
            kind = printable(f"{key.kind} {key.curve}".strip())
            self.add(
                position,
                _SIGNATURE_REMARKS[outcome]._replace(expected=f"a signature by {kind}", found=name),
            )

    def _name(self, position: int) -> str:
        if position < 0:
            return "the options"
        return "the anchor" if position == len(self.chain) else f"issuer {position}"
