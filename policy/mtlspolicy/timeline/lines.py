"""Where a verdict changes, from the dated reading of everything that decided: no sampling.

Between two neighbouring instants of the dated reading nothing can change, so it is enough
to judge once in each interval.

Along *evaluation time* everything stays but the time: the same bytes, the same evidence.
Along *renewal* both leafs are issued again on day X (see `timeline.renewed`) and judged at
that instant; issuers, anchors and names stay. Revocation evidence is left out there: nobody
can have said anything of a certificate that is not issued yet.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mtlspolicy.engine.decision import Decision
from mtlspolicy.engine.horizon import instants
from mtlspolicy.engine.judge import evaluate, judge_at
from mtlspolicy.instants import EARLIEST, LATEST
from mtlspolicy.records import replace
from mtlspolicy.timeline.model import Cause, Change, Line, Span
from mtlspolicy.timeline.renewed import length_of, renew_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mtlspolicy.engine.compile import Compiled
    from mtlspolicy.engine.finding import Finding
    from mtlspolicy.engine.state import Judged
    from mtlspolicy.evidence.context import Context, Pair
    from mtlspolicy.policies.model import Policy

__all__ = ["evaluation_line", "renewal_line", "renewal_verdict"]


def evaluation_line(pair: Pair, policy: Policy, context: Context) -> Line:
    """Return the verdict on the pair as a function of the evaluation time."""
    judged = evaluate(pair, policy, context).judged
    return _line("evaluation", instants(judged), lambda at: judge_at(judged, at), EARLIEST, LATEST)


def renewal_line(pair: Pair, policy: Policy, context: Context) -> Line | None:
    """Return the verdict on the renewed pair as a function of the day of the renewal.

    None where a leaf cannot be issued again: it is missing or malformed, or never expires.
    """
    judged = _without_revocation(pair, policy, context)
    lengths = [length_of(s.side.certificates[0]) for s in judged.sides() if s.side.certificates]
    known = [length for length in lengths if length is not None]
    if judged.compiled is None or len(known) < len(("client", "server")):
        return None
    cuts = sorted({*instants(judged), *_issued_cuts(judged.compiled)})
    most = LATEST - max(0, *known)
    return _line("renewal", cuts, lambda at: _renewed(judged, at), _FIRST, most)


def renewal_verdict(pair: Pair, policy: Policy, context: Context, at: int) -> str:
    """Return the verdict on the pair as renewed at `at`, which must be renewable."""
    return _renewed(_without_revocation(pair, policy, context), at).verdict


_FIRST = -631_152_000
"""1950-01-01T00:00:00Z: where UTCTime begins (RFC 5280, 4.1.2.5.1)."""


def _without_revocation(pair: Pair, policy: Policy, context: Context) -> Judged:
    client = replace(context.client, crls=(), ocsp=())
    server = replace(context.server, crls=(), ocsp=())
    return evaluate(pair, policy, replace(context, client=client, server=server)).judged


def _renewed(judged: Judged, at: int) -> Judged:
    """Judge at `at` what was issued again at `at`."""
    return judge_at(judged, at, lambda side: renew_side(side, at))


def _issued_cuts(compiled: Compiled) -> Iterator[int]:
    """List the ends of every window that a rule asks about: the day of issue may meet it."""
    for rules in (*compiled.sides.values(), compiled.pair):
        for rule in rules.by_bit.values():
            for question in rule.questions():
                for argument in question.call.arguments:
                    if hasattr(argument, "cuts"):
                        yield from argument.cuts()


# -- a line from its instants


def _line(
    axis: str, cuts: Sequence[int], judge: Callable[[int], Judged], first: int, last: int
) -> Line:
    starts = [max(first, min(cuts, default=1) - 1)]
    starts += [cut for cut in cuts if starts[0] < cut <= last]
    kept: list[tuple[int, Judged]] = []
    for start in starts:
        judged = judge(start)
        if not kept or judged.verdict != kept[-1][1].verdict:
            kept.append((start, judged))
    decisions = [Decision(judged) for _, judged in kept]
    before = _before(starts, kept, judge)
    changes = tuple(
        _change(start, earlier, decision)
        for (start, _), earlier, decision in zip(kept[1:], before, decisions[1:], strict=True)
    )
    ends = [*(start for start, _ in kept[1:]), None]
    spans = tuple(
        Span(None if number == 0 else start, end, decision.decision, decision.primary)
        for number, ((start, _), end, decision) in enumerate(
            zip(kept, ends, decisions, strict=True)
        )
    )
    return Line(axis, spans, changes)


def _before(
    starts: Sequence[int], kept: Sequence[tuple[int, Judged]], judge: Callable[[int], Judged]
) -> list[Decision]:
    """Judge the interval just before each change: within a span, reasons may come and go."""
    previous = {later: earlier for earlier, later in pairwise(starts)}
    return [Decision(judge(previous[start])) for start, _ in kept[1:]]


def _change(at: int, before: Decision, after: Decision) -> Change:
    old, new = _reasons(before), _reasons(after)
    began = tuple(Cause.of(finding) for key, finding in new.items() if key not in old)
    ended = tuple(Cause.of(finding) for key, finding in old.items() if key not in new)
    return Change(at, before.decision, after.decision, began, ended)


def _reasons(decision: Decision) -> dict[tuple[object, ...], Finding]:
    return {
        (f.code, f.rule, f.role, f.certificate_index, f.outcome): f
        for f in decision.notable
        if f.enforced and f.outcome in ("fail", "unknown")
    }
