"""Each two of all built-in policies: their relation, and one witness in each direction."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import Comparer, Comparison, Party, WitnessError
from mtlspolicy.loader import builtin_ids
from mtlspolicy.version import VERSION
from mtlspolicy_cli import output
from mtlspolicy_cli.inputs import Inputs
from mtlspolicy_cli.page import page_for_answer, text_of
from mtlspolicy_cli.policies import has_leave, load_to_read, refuse_idle
from mtlspolicy_cli.progress import Progress
from mtlspolicy_cli.text import columns

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["compared_all", "document_of", "report"]

_MARKS: Final = {
    "equivalent": "=",
    "stricter": "<",
    "more-permissive": ">",
    "incomparable": "x",
    "unknown": "?",
}
_MIRRORED: Final = {"<": ">", ">": "<"}
_LEGEND: Final = (
    "The policy of the row, compared with that of the column: < stricter, it accepts less; "
    "> more permissive, it accepts more; x each accepts what the other does not; = the same; "
    "? not known."
)


def compared_all(
    enabled: Sequence[str], *, witnesses: bool
) -> tuple[list[Party], list[Comparison], bool]:
    """Compare all built-in policies under their defaults, with a count on a terminal.

    The last is False where a witness was not judged as predicted: a fault of ours, said on
    standard error. That pair keeps its relation, and its example is one in words.
    """
    policies = [load_to_read(name, Inputs()) for name in builtin_ids()]
    leave = {policy.id for policy in policies if has_leave(policy, enabled)}
    refuse_idle(policies, enabled, which="built-in")
    parties = [Party(policy) for policy in policies]
    comparer = Comparer(parties)
    pairs = list(combinations(range(len(parties)), 2))
    found: list[Comparison] = []
    faults: list[str] = []
    with Progress("pairs of policies", len(pairs)) as progress:
        for number, (a, b) in enumerate(pairs):
            progress.show(number)
            real = witnesses and {parties[a].policy.id, parties[b].policy.id} <= leave
            try:
                found.append(comparer.compare(a, b, witnesses=real, most=1))
            except WitnessError as fault:
                found.append(comparer.compare(a, b, witnesses=False, most=1))
                ids = f"{parties[a].policy.id} and {parties[b].policy.id}"
                faults.append(f"a fault of mtlspolicy: no example is made of {ids}: {fault}")
    for fault_told in faults:
        output.error(fault_told)
    if witnesses and len(leave) < len(parties):
        output.note("no witness is made of a proposal without --enable-proposal")
    return parties, found, not faults


def document_of(parties: Sequence[Party], found: Sequence[Comparison]) -> dict[str, Any]:
    """Return the relations as JSON (schemas/comparisons.schema.json)."""
    return {
        "schema_version": 1,
        "engine_version": VERSION,
        "policies": [one.document() for one in parties],
        "relations": [
            {
                "a": one.parties[0].policy.id,
                "b": one.parties[1].policy.id,
                "relation": one.relation,
                "examples": [example.document() for example in one.classes],
            }
            for one in found
        ],
    }


def report(parties: Sequence[Party], found: Sequence[Comparison]) -> str:
    """Return the matrix of relations as text."""
    page = page_for_answer()
    marks: dict[tuple[str, str], str] = {}
    for one in found:
        a, b = (party.policy.id for party in one.parties)
        marks[a, b] = _MARKS[one.relation]
        marks[b, a] = _MIRRORED.get(marks[a, b], marks[a, b])
    ids = [one.policy.id for one in parties]
    numbers = [str(number) for number in range(1, len(ids) + 1)]
    rows = [("", "", *numbers)]
    for number, row in zip(numbers, ids, strict=True):
        rows.append((number, row, *(marks.get((row, one), ".") for one in ids)))
    lines = columns(rows, max(page.width, 40 + 4 * len(ids)), last_wraps=False)
    return text_of([*page.text(_LEGEND), "", *lines])
