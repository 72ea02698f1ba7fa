"""How long a comparison takes, in units of V and in counts; how it grows with rules and atoms.

Every comparison is made afresh: nothing is known of the policies, and every witness is judged
again from its bytes. Processor time, for other processes run too.
"""

from __future__ import annotations

import json
from itertools import combinations
from statistics import quantiles
from time import process_time_ns
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import limits, load_policy, load_policy_document, loader
from mtlspolicy.compare import Comparer, Comparison, Party

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy import Policy

__all__ = ["report"]

PAIRS: Final = (
    ("cabf-strict", "chrome-root-program"),
    ("apple-root-program", "mozilla-root-store"),
    ("legacy-dual-use", "s2s-postfix"),
    ("legacy-dual-use", "cabf-strict"),
)
GROWTH: Final = (5, 25, 100)
_WANTED: Final = 1500
_EASY: Final = ["serverAuth", "clientAuth", "codeSigning", "emailProtection", "timeStamping"]
_ISSUED: Final = "2026-{:02}-{:02}T00:00:00Z"


def report(
    verify: Callable[[], None], count: int, *, brief: bool = False, whole: bool = False
) -> None:
    """Print the table; `verify` takes `count` times V.

    The dearest rows are not in a brief one; every class of every pair only in a whole one.
    """
    unit = _unit(verify, count)
    print("comparing two policies, cold, every witness judged again from its bytes")
    for one, two in PAIRS[:-1] if brief else PAIRS:
        _row(f"{one} / {two}", [load_policy(one), load_policy(two)], unit)
    print("how it grows (rules over other atoms each, or over one kind of atoms and a date each)")
    for number in GROWTH[:-1] if brief else GROWTH:
        for dated in (False, True):
            words = f"{number} rules{' over as many dates' if dated else ''}"
            _row(words, [_made(1, dated=dated), _made(number, dated=dated)], unit)
    print(f"the limit is {limits.MAX_COMPARED_STATES} states; past it the answer is unknown")
    if not brief:
        _all_pairs(verify, count)
    if whole:
        _each_pair(verify, count)


def _all_pairs(verify: Callable[[], None], count: int) -> None:
    """Print what `compare --all` takes: a class in each direction of each pair, with witnesses."""
    unit = _unit(verify, count)
    policies = [_any(name) for name in loader.builtin_ids()]
    begin = process_time_ns()
    comparer = Comparer([Party(one) for one in policies])
    pairs = combinations(range(len(policies)), 2)
    found = [comparer.compare(a, b, most=1) for a, b in pairs]
    taken = process_time_ns() - begin
    print(
        f"  all {len(found)} pairs of {len(policies)} policies, a class in each direction: "
        f"{taken / unit:.0f} V, {sum(map(_witnesses, found))} witnesses"
    )


def _each_pair(verify: Callable[[], None], count: int) -> None:
    """Print how the cost of one comparison, with all its witnesses, is spread over all pairs."""
    policies = [_any(name) for name in loader.builtin_ids()]
    costs = []
    for one, two in combinations(policies, 2):
        unit = _unit(verify, count)
        begin = process_time_ns()
        Comparer([Party(one), Party(two)]).compare(0, 1)
        costs.append((process_time_ns() - begin) / unit)
    lower, middle, upper = quantiles(costs, n=4)
    few = sum(cost <= _WANTED for cost in costs)
    print(
        f"  each of {len(costs)} pairs alone: quartiles {lower:.0f}, {middle:.0f}, {upper:.0f} V, "
        f"the dearest {max(costs):.0f} V; {few} within {_WANTED} V"
    )


def _any(name: str) -> Policy:
    proposal = loader.proposal_of(name)
    return load_policy(name, enable_proposal=None if proposal is None else proposal["document"])


def _unit(verify: Callable[[], None], count: int) -> float:
    begin = process_time_ns()
    verify()
    return (process_time_ns() - begin) / count


def _row(words: str, policies: list[Policy], unit: float) -> None:
    begin = process_time_ns()
    found = Comparer([Party(one) for one in policies]).compare(0, 1)
    taken = process_time_ns() - begin
    print(
        f"  {words:<44} {taken / unit:8.0f} V {len(found.classes):5} classes"
        f" {_witnesses(found):5} witnesses {found.states:6} states"
    )


def _witnesses(found: Comparison) -> int:
    return sum(one.witness is not None for one in (*found.classes, *found.apart))


def _made(number: int, *, dated: bool) -> Policy:
    """A policy with so many rules."""
    rules = [_rule(place, dated=dated) for place in range(number)]
    current = _as_rule("current", {"validity.current": True}, {})
    source = {
        "id": "X",
        "document": "Example",
        "version": "1",
        "date": "2026-01-01",
        "url": "https://example.com/",
    }
    document = {
        "id": f"rules-{number}",
        "version": "1.0.0",
        "title": "a policy of a bench",
        "status": "practice",
        "sources": [source],
        "rules": [current, *rules],
    }
    return load_policy_document(json.dumps(document))


def _rule(place: int, *, dated: bool) -> dict[str, Any]:
    purpose = _EASY[place % len(_EASY)]
    if dated:
        window = {"from": _ISSUED.format(1 + place % 12, 1 + place // 12)}
        denied = {"not": {"all": [{"eku.includes": purpose}, {"eku.critical": True}]}}
        return _as_rule(f"r{place}", denied, {"when": {"validity.issued": window}})
    ways = [
        {"not": {"eku.includes": f"1.3.6.1.4.1.32473.2.{place % 8}"}},
        {"validity.days_at_most": 100 + place},
        {"key.bits_at_least": 128 + place},
        {"not": {"policies.includes": f"1.3.6.1.4.1.32473.3.{place % 8}"}},
        {"not": {"key_usage.includes": "keyAgreement"}},
    ]
    one, other = ways[place % len(ways)], ways[(place // len(ways)) % len(ways)]
    return _as_rule(f"r{place}", {"any": [one, other]}, {})


def _as_rule(name: str, require: Any, more: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": name,
        "code": "test.rule",
        "title": name,
        "on": {"side": "both", "of": "leaf"},
        "require": require,
        "mode": "enforce",
        "citation": {"source": "X", "section": "1", "certainty": "primary"},
        "remedy": "mend it",
        **more,
    }
