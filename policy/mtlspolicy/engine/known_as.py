"""As whom a connection itself shows a peer: the name that DNS confirms, or its address.

Only what an enforced rule has asked for, and found, makes an identity: a policy that does not
look at the connection knows nobody by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.engine.subjects import path_subjects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.engine.outcome import BoundRule
    from mtlspolicy.engine.state import Judged, SideJudged
    from mtlspolicy.features.base import Call
    from mtlspolicy.features.subject import PathSubject

__all__ = ["known_as"]

_NAME, _ADDRESS = "dns.settled", "source.carried"


def known_as(judged: Judged, side: SideJudged) -> tuple[str, str] | None:
    """Return type and value of the identity, None where the connection shows none."""
    assert judged.compiled is not None  # noqa: S101 - what is accepted was judged
    assert side.candidate is not None  # noqa: S101 - the same
    rules = judged.compiled.sides[side.side.side]
    passed = side.masks.passed & rules.enforced
    asked = {
        call.atom.name: call
        for bit, rule in rules.by_bit.items()
        if bit & passed
        for call in _required(rule)
    }
    if _NAME not in asked and _ADDRESS not in asked:
        return None
    leaf = path_subjects(side.side, side.candidate, judged.context, judged.at).leaf
    if _NAME in asked:
        return _confirmed(leaf, asked[_NAME])
    return "ip", asked[_ADDRESS].feature.read(leaf).text


def _required(rule: BoundRule) -> Iterator[Call]:
    for question in rule.questions():
        if question.call.atom.name in (_NAME, _ADDRESS):
            yield question.call


def _confirmed(leaf: PathSubject, call: Call) -> tuple[str, str] | None:
    from mtlspolicy.derive.dns.confirm import best  # noqa: PLC0415 - only with evidence

    found = call.feature.read(leaf)
    _, exempt, wildcards, among = call.arguments
    index = best(found, exempt, wildcards, among)
    return None if index is None else ("dns", found.candidates[index].name)
