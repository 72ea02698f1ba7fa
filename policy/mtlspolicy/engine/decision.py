"""The decision: true only if it accepts, and lazy in everything that is text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical
from mtlspolicy.derive.relationship import relationship
from mtlspolicy.derive.text import printable
from mtlspolicy.engine.reasons import codes_of
from mtlspolicy.engine.results import QUIET, results
from mtlspolicy.engine.state import ACCEPT, INDETERMINATE, REJECT, Judged, SideJudged
from mtlspolicy.errors import InputError
from mtlspolicy.instants import format_instant
from mtlspolicy.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mtlspolicy.engine.finding import Finding
    from mtlspolicy.engine.results import Result
    from mtlspolicy.evidence.context import Context, Pair
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.policies.model import Policy

__all__ = ["SCHEMA_VERSION", "Decision"]

SCHEMA_VERSION: Final = 1


class Decision:
    """What the engine decided, and why.

    `decision` is accept, reject or indeterminate; the object is true in a condition only
    if it accepts. Findings and documents are built when they are asked for, always with the
    same result: they depend on nothing but what was judged. So it is its own copy; where it is
    pickled, what was judged travels, and is decided again by the engine that takes it up.
    """

    __slots__ = ("_decision", "_findings", "_judged", "_notable", "_results")

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._results: tuple[Result, ...] | None = None
        self._notable: tuple[Finding, ...] | None = None
        self._findings: tuple[Finding, ...] | None = None
        self._decision = judged.verdict

    @property
    def decision(self) -> str:
        """The verdict: accept, reject or indeterminate."""
        return self._decision

    def __bool__(self) -> bool:
        """True only if the pair is accepted."""
        return self._decision == ACCEPT

    def __copy__(self) -> Decision:
        """Return the decision itself, which nothing changes."""
        return self

    def __deepcopy__(self, memo: object) -> Decision:
        """Return the decision itself, which nothing changes."""
        return self

    def __reduce__(self) -> tuple[Callable[..., Decision], tuple[object, ...]]:
        """Tell another process what was judged: no pickle can claim an accept."""
        judged = self._judged
        if judged.at != judged.context.at:
            message = "what was judged for a timeline is no decision of its own: pass its `json()`"
            raise TypeError(message)
        return _decided_again, (judged.pair, judged.policy, judged.context, VERSION, self._decision)

    def __repr__(self) -> str:
        """Show the decision and the policy."""
        return f"Decision({self.decision!r}, policy={self._judged.policy.id!r})"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, passes included, in the documented order."""
        if self._findings is None:
            self._findings = self._collect(self._came_out())
        return self._findings

    @property
    def notable(self) -> tuple[Finding, ...]:
        """Those of the findings that have something to say, in their order: no rule's pass."""
        if self._notable is None:
            self._notable = self._collect(r for r in self._came_out() if r.outcome not in QUIET)
        return self._notable

    def tally(self, role: str) -> Counter[str]:
        """Count the findings of a role (client, server or pair) by outcome."""
        count = Counter(one.outcome for one in self._came_out() if one.role == role)
        count.update(f.outcome for f in self.notable if f.rule is None and f.role == role)
        return count

    def _came_out(self) -> tuple[Result, ...]:
        if self._results is None:
            self._results = tuple(results(self._judged))
        return self._results

    def _collect(self, found: Iterable[Result]) -> tuple[Finding, ...]:
        from mtlspolicy.engine.findings import collect  # noqa: PLC0415 - only when somebody looks

        return collect(self._judged, found, self._judged.policy.codes)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of what refuses, in order: enforced failures, or else enforced unknowns.

        Empty on accept. They follow from the masks alone: no finding is made for them.
        """
        if self.decision == ACCEPT:
            return ()
        return tuple(sorted(codes_of(self._judged)))

    @property
    def primary(self) -> str | None:
        """On reject the failing code that explains best, on indeterminate the first unknown's."""
        if self.decision == REJECT:
            failing = [f for f in self.notable if f.outcome == "fail"]
            return max(failing, key=lambda f: f.rank).code if failing else "engine.fault"
        if self.decision == INDETERMINATE:
            return next(f.code for f in self.notable if f.outcome == "unknown" and f.enforced)
        return None

    @property
    def alert(self) -> str | None:
        """The TLS alert that fits a refusal (RFC 8446, 6), None on accept.

        An indeterminate decision is a refusal too: certificate_unknown (46) is the alert for
        an issue that is none of the others.
        """
        if self.decision == ACCEPT:
            return None
        code = self._judged.policy.codes.get(self.primary or "")
        return (
            "certificate_unknown"
            if code is None or self.decision == INDETERMINATE
            else code.alert or "certificate_unknown"
        )

    @property
    def relationship(self) -> str:
        """What the pair of purposes says the peers are to each other."""
        return relationship(_leaf(self._judged.client), _leaf(self._judged.server))

    @property
    def missing_evidence(self) -> tuple[str, ...]:
        """Paths in the evidence document that would make an indeterminate decision definite."""
        if self.decision != INDETERMINATE:
            return ()
        from mtlspolicy.engine.findings import missing_evidence  # noqa: PLC0415 - only when somebody looks

        return missing_evidence(self._judged)

    @property
    def valid_until(self) -> int | None:
        """The first instant (seconds since 1970) at which the answer changes, None if never.

        Everything but the time stays as it is: the same bytes, the same evidence.
        """
        from mtlspolicy.engine.horizon import next_change  # noqa: PLC0415 - only when somebody looks

        return next_change(self._judged)

    @property
    def identity(self) -> dict[str, dict[str, Any] | None]:
        """As whom each side is accepted: the name that matched and the anchor group.

        Null for a side that was not judged, and whenever the decision is no accept.
        """
        return {side: self._identity(side) for side in ("client", "server")}

    def _identity(self, name: str) -> dict[str, Any] | None:
        side = self._judged.client if name == "client" else self._judged.server
        if side is None or side.own or self.decision != ACCEPT:
            return None
        evidence = self._judged.context.of(name).name
        match = side.side.match
        matched = match is not None and bool(match.matched)
        kind = evidence.type if matched and evidence is not None else None
        value = printable(match.which or "") if matched and match is not None else None
        if kind is None:
            from mtlspolicy.engine.known_as import known_as  # noqa: PLC0415 - only when somebody looks

            kind, value = known_as(self._judged, side) or (None, None)
        return {
            "type": kind,
            "value": value,
            "asserted": side.side.name.asserted,
            "anchor_group": None if side.candidate is None else side.candidate.group,
        }

    @property
    def proposal(self) -> dict[str, Any] | None:
        """Which proposal was used, and whether it was decisive.

        Decisive: the baseline, under the same evidence and settings, would not have accepted.
        """
        proposal = self._judged.policy.proposal
        if proposal is None:
            return None
        return {
            "document": proposal.document,
            "state": proposal.state,
            "decisive": self._decisive(),
        }

    def _decisive(self) -> bool:
        from mtlspolicy.engine.judge import evaluate  # noqa: PLC0415 - a cycle otherwise

        baseline = self._judged.policy.baseline
        if self.decision != ACCEPT or baseline is None:
            return False
        context = self._judged.context
        shared = {
            name: value
            for name, value in context.settings.items()
            if not baseline.setting_problem(name, value)
        }
        return not evaluate(self._judged.pair, baseline, context.with_settings(shared))

    @property
    def obligations(self) -> list[dict[str, Any]]:
        """What an accepting caller must still do; empty unless the decision accepts."""
        if self.decision != ACCEPT:
            return []
        return [{"id": one.id, "text": one.text} for one in self._judged.policy.obligations]

    def document(self, *, everything: bool = False) -> dict[str, Any]:
        """Return the decision document (schemas/decision.schema.json).

        Without `everything` it lists what did not simply pass.
        """
        judged, policy = self._judged, self._judged.policy
        until = self.valid_until
        return {
            "schema_version": SCHEMA_VERSION,
            "engine_version": VERSION,
            "decision": self.decision,
            "policy": {
                "id": policy.id,
                "version": policy.version,
                "sha256": policy.sha256,
                "status": policy.status,
            },
            "perspective": judged.context.perspective,
            "proposal": self.proposal,
            "relationship": self.relationship,
            "identity": self.identity,
            "valid_until": None if until is None else format_instant(until),
            "evaluated_at": format_instant(judged.at),
            "inputs": self._inputs(),
            "findings": [f.document() for f in (self.findings if everything else self.notable)],
            "primary": self.primary,
            "missing_evidence": list(self.missing_evidence),
            "obligations": self.obligations,
            "alert": self.alert,
            "oauth_error": None,
        }

    def _inputs(self) -> dict[str, Any]:
        # They take five milliseconds to load, and are for documents only.
        import hashlib  # noqa: PLC0415

        from mtlspolicy.evidence.document import write_context  # noqa: PLC0415

        judged = self._judged
        compiled = judged.compiled
        settings = judged.context.settings if compiled is None else compiled.settings
        evidence = _canonical(write_context(judged.context))
        return {
            "client": [hashlib.sha256(der).hexdigest() for der in judged.pair.client],
            "server": [hashlib.sha256(der).hexdigest() for der in judged.pair.server],
            "settings": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in settings.items()
            },
            "asserted": sorted(judged.context.asserted),
            "evidence": hashlib.sha256(evidence.encode("utf-8", "surrogatepass")).hexdigest(),
        }

    def json(self, *, everything: bool = False) -> str:
        """Return the document as canonical JSON (RFC 8785): same input, same bytes."""
        return canonical.dumps(self.document(everything=everything))

    def sides(self) -> Iterator[SideJudged]:
        """Yield the sides that were judged, for reports."""
        yield from self._judged.sides()

    @property
    def judged(self) -> Judged:
        """What was judged, for other readings (timelines, comparisons)."""
        return self._judged


def _decided_again(
    pair: Pair, policy: Policy, context: Context, version: str, expected: str
) -> Decision:
    """Return the decision that was pickled; raise InputError if it is another engine's."""
    from mtlspolicy.engine.judge import evaluate  # noqa: PLC0415 - a cycle otherwise

    decision = evaluate(pair, policy, context)
    if version != VERSION or decision.decision != expected:
        message = f"the decision is one of mtlspolicy {version}, and this is mtlspolicy {VERSION}"
        raise InputError(message, help="pass `decision.json()` between different versions")
    return decision


def _leaf(side: SideJudged | None) -> Certificate | None:
    return side.side.certificates[0] if side is not None and side.side.certificates else None


def _canonical(document: object) -> str:
    """Return evidence in canonical form; what came past the schema and is no JSON, as it is shown.

    Only a caller in Python can give such evidence, and it decides as any other does.
    """
    try:
        return canonical.dumps(document)
    except (TypeError, ValueError):
        return repr(document)
