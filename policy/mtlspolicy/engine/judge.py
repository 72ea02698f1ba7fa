"""The one function that decides.

1. Bind the policy to the settings (an invalid setting rejects).
2. Derive each side: facts, candidate paths, the name that was asked for.
3. Reject what no policy may accept: an empty chain, bytes that are not strict DER.
4. Judge the rules on each leaf, then per candidate path, then on the pair.
5. Any enforced failure rejects; otherwise any enforced unknown is indeterminate; otherwise
   accept, provided that on each judged side at least one enforced rule passed.

It is total: whatever goes wrong inside becomes a rejecting finding.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Final

from mtlspolicy import limits
from mtlspolicy.derive.side import Side, derive_side
from mtlspolicy.engine.chains import judge_passage, judgement_of, sees_more
from mtlspolicy.engine.compile import Compiled, SideRules, compile_policy
from mtlspolicy.engine.dates import side_instants
from mtlspolicy.engine.decision import Decision
from mtlspolicy.engine.state import (
    ACCEPT,
    INDETERMINATE,
    REJECT,
    Judged,
    SideJudged,
    Trouble,
)
from mtlspolicy.engine.subjects import certificate_of_question, path_subjects
from mtlspolicy.evidence.context import Context, Pair
from mtlspolicy.facts.read import read_certificate_cached
from mtlspolicy.features.parameters import BadArgumentError
from mtlspolicy.memos import keep
from mtlspolicy.policies.model import Policy
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from mtlspolicy.derive.anchored import Passage
    from mtlspolicy.engine.memory import Memory, Table
    from mtlspolicy.engine.ruleset import Masks

__all__ = ["evaluate", "judge_at", "verdict_at"]


def evaluate(pair: Pair, policy: Policy, context: Context) -> Decision:
    """Decide over the pair under the policy, given the evidence.

    Total: returns a `Decision` for any bytes and any evidence, and never raises for them. The
    decision is true in a condition only if it accepts. Raises TypeError where a caller gives
    something else than a pair, a policy and a context.
    """
    try:
        judged = Judged(pair, policy, context, context.at)
    except AttributeError:
        raise _stranger(context, "context") from None
    try:
        _judge(judged)
    except Exception as error:  # noqa: BLE001 - fail closed: whatever went wrong, it is no accept
        _refuse_strangers(pair, policy, context)
        judged.verdict = REJECT
        fault = Trouble("engine.fault", "pair", detail=type(error).__name__)
        judged.troubles = (*judged.troubles, fault)
        # What broke once would break every other reading too.
        judged.compiled = None
    return Decision(judged)


_EXPECTED: Final = {
    "pair": (Pair, "both chains in a `Pair`"),
    "policy": (Policy, "what `load_policy` returns"),
    "context": (Context, "the evidence in a `Context`"),
}


def _refuse_strangers(pair: Pair, policy: Policy, context: Context) -> None:
    """Raise TypeError for an argument of another class: no decision could tell of it."""
    for name, value in (("pair", pair), ("policy", policy), ("context", context)):
        if not isinstance(value, _EXPECTED[name][0]):
            raise _stranger(value, name) from None


def _stranger(value: object, name: str) -> TypeError:
    return TypeError(f"the {name} is a `{type(value).__name__}`: give {_EXPECTED[name][1]}")


def verdict_at(judged: Judged, at: int) -> str:
    """Return what the verdict would be at another instant, everything else unchanged."""
    return judge_at(judged, at).verdict


def judge_at(judged: Judged, at: int, change: Callable[[Side], Side] | None = None) -> Judged:
    """Judge the sides of `judged` at another instant, everything else unchanged.

    `change` puts another side in the place of each, as one that was renewed. What could not
    be judged at all is rejected at any time, and comes back as it is.
    """
    compiled, client, server = judged.compiled, judged.client, judged.server
    if compiled is None or client is None or server is None:
        return judged
    if client.leaf is None or server.leaf is None:
        return judged
    context = judged.context
    other = Judged(judged.pair, judged.policy, context, at)
    other.compiled = compiled
    other.client = _judge_again(client, compiled.sides["client"], context, at, change)
    other.server = _judge_again(server, compiled.sides["server"], context, at, change)
    other.troubles = client.troubles + server.troubles
    _decide(other, compiled)
    return other


def _judge(judged: Judged) -> None:
    compiled = _settings(judged)
    if compiled is None:
        return
    judged.compiled = compiled
    memory, context, pair, at = compiled.memory, judged.context, judged.pair, judged.at
    one, other = memory.tables(context)
    client = judged.client = _one_side(memory, one, pair.client, context, at)
    server = judged.server = _one_side(memory, other, pair.server, context, at)
    judged.troubles = client.troubles + server.troubles
    if client.leaf is not None and server.leaf is not None:
        _decide(judged, compiled)


def _one_side(
    memory: Memory, table: Table, chain: Sequence[bytes], context: Context, at: int
) -> SideJudged:
    """Steps 2 to 4 for one side, from memory where the same side was judged before."""
    evidence = context.client if table.name == "client" else context.server
    if evidence.anchors is not None:
        quick = None
        if not table.own and not sees_more(table.rules, context, table.name):
            quick = _judge_passage(table, tuple(chain), context, at)
        return quick or _judge_side(table, chain, context, at)
    if not memory.serves(table, context):
        return _judge_side(table, chain, context, at)
    key = chain[0] if len(chain) == 1 else tuple(chain)
    known = table.sides.get(key)
    if known is None:
        if isinstance(key, bytes):
            known = _judge_alone(table, key, context, at)
        else:
            known = _judge_side(table, chain, context, at)
        memory.keep(table, key, known)
        return known
    if known.at == at:
        return known
    first, rules = known, table.rules
    return memory.find(
        known,
        at,
        lambda instant: _judge_again(first, rules, context, instant),
        lambda: side_instants(first, rules),
    )


def _judge_alone(table: Table, der: bytes, context: Context, at: int) -> SideJudged:
    """Judge a leaf that is presented alone, from memory where one of its kind was judged."""
    rules, like = table.rules, table.like
    if like is None:
        like = table.like = derive_side(table.name, (der,), context, own=table.own)
    leaf = read_certificate_cached(der)
    kind: Hashable = rules.alone.of(leaf, at)
    if rules.told:
        # what is neither the leaf's nor the caller's word is looked at every time
        side = replace(like, certificates=(leaf,))
        subjects = path_subjects(side, side.candidates[0], context, at)
        kind = kind, *[slot.read(subjects.leaf) for slot in rules.told]
    judgement = table.alone.get(kind)
    if judgement is None:
        side = replace(like, certificates=(leaf,))
        judgement = judgement_of(side, rules, context, at, own=table.own)
        keep(table.alone, kind, judgement)
    troubles = () if leaf.well_formed else (Trouble("", table.name, 0),)
    return SideJudged(like, leaf, judgement, at, table.own, troubles)


def _judge_again(
    known: SideJudged,
    rules: SideRules,
    context: Context,
    at: int,
    change: Callable[[Side], Side] | None = None,
) -> SideJudged:
    """Judge a side at another instant; what is wrong with its bytes is wrong at any time."""
    side = known.side if change is None else change(known.side)
    judgement = judgement_of(side, rules, context, at, own=known.own)
    return SideJudged(side, side.leaf, judgement, at, known.own, known.troubles)


def _settings(judged: Judged) -> Compiled | None:
    """Step 1."""
    given = judged.context.settings
    if not given:
        found: Compiled | None = judged.policy.compiled.get(())
        if found is not None:
            return found
    for name, value in given.items():
        problem = judged.policy.setting_problem(name, value)
        if problem:
            judged.troubles = (Trouble("engine.setting_invalid", "pair", detail=problem),)
            return None
    try:
        return compile_policy(judged.policy, given)
    except BadArgumentError as error:
        judged.troubles = (Trouble("engine.setting_invalid", "pair", detail=str(error)),)
        return None


def _refuse_bytes(side: Side, presented: int) -> tuple[Trouble, ...]:
    """Step 3: what no policy may accept (the findings come from the notes of the facts)."""
    troubles: list[Trouble] = []
    if not side.certificates:
        troubles.append(Trouble("chain.empty", side.side))
    if presented > limits.MAX_CHAIN_CERTIFICATES:
        troubles.append(
            Trouble("limit.chain_certificates", side.side, detail=f"{presented} certificates")
        )
    for index, certificate in enumerate(side.certificates):
        if not certificate.well_formed:
            troubles.append(Trouble("", side.side, index))
    return tuple(troubles)


def _judge_side(table: Table, chain: Sequence[bytes], context: Context, at: int) -> SideJudged:
    """Steps 2 to 4."""
    side = derive_side(table.name, chain, context, own=table.own)
    judgement = judgement_of(side, table.rules, context, at, own=table.own)
    troubles = _refuse_bytes(side, len(chain))
    return SideJudged(side, side.leaf, judgement, at, table.own, troubles)


def _judge_passage(
    table: Table, chain: tuple[bytes, ...], context: Context, at: int
) -> SideJudged | None:
    """Judge a side whose path is known but for its leaf, and derive it when somebody looks."""
    passage = _passage_of()(table.name, chain, context)
    judgement = passage and judge_passage(passage, table.rules, context, at)
    if passage is None or judgement is None:
        return None
    certificates = passage.certificates
    for certificate in certificates:
        if not certificate.well_formed:  # beside the path; which one, the long way tells
            return None
    side = partial(derive_side, table.name, chain, context, own=False)
    return SideJudged(side, certificates[0], judgement, at, False, ())  # noqa: FBT003 - as there


@cache
def _passage_of() -> Callable[[str, tuple[bytes, ...], Context], Passage | None]:
    """Return the function of that name: path processing is imported when it is needed."""
    from mtlspolicy.derive.anchored import passage_of  # noqa: PLC0415 - see above

    return passage_of


def _judge_pair(judged: Judged, rules: SideRules) -> Masks:
    rule_set = rules.path["pair"]
    return rule_set.judge(
        [certificate_of_question(judged, slot.feature, slot.whose) for slot in rule_set.slots]
    )


def _decide(judged: Judged, compiled: Compiled) -> None:
    """Step 5."""
    client, server = judged.client, judged.server
    assert client is not None  # noqa: S101 - a pair is judged when both sides are derived
    assert server is not None  # noqa: S101 - the same
    one, other = client.judgement, server.judgement
    failed = one.failed | other.failed
    unknown = one.unknown | other.unknown
    if compiled.pair.by_bit:
        masks = judged.pair_masks = _judge_pair(judged, compiled.pair)
        failed |= masks.failed & compiled.pair.enforced | masks.faulted
        unknown |= masks.unknown & compiled.pair.enforced
    if failed or judged.troubles:
        judged.verdict = REJECT
    elif unknown:
        judged.verdict = INDETERMINATE
    elif (one.idle and not client.own) or (other.idle and not server.own):
        judged.verdict = REJECT
        judged.troubles = tuple(
            Trouble("engine.nothing_enforced", side.side.side)
            for side in (client, server)
            if side.judgement.idle and not side.own
        )
    else:
        judged.verdict = ACCEPT
