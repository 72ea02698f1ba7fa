"""The README of the suite, made from the suite.

It says what a file holds, how many cases there are, and what another implementation has
to do to replay them. Nothing in it is written by hand, so nothing in it can go stale.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtlspolicy.suite.model import Case, Suite

__all__ = ["write_readme"]

_TOP: Final = """\
# Vectors

Pairs of certificate chains, as a client and a server present them in a mutual-TLS handshake,
with the evidence under which they are judged and the answer that each policy has to give.
Any implementation can replay them; nothing in them belongs to a language.

This page and every JSON file here are made by `mtlspolicy vectors build` from the functions in
`policy/mtlspolicy/suite/cases/`; do not edit them. All keys are published and derived from their
names: TEST ONLY, nobody may trust them.
"""

_FORMAT: Final = """\
## A file

One file per namespace, valid under `schemas/vectors.schema.json`. A case:

| field | meaning |
|---|---|
| `id` | `namespace::name`; never given to another case (`ids.json` is the ledger) |
| `description` | what the case is about, with the clause |
| `traces` | ids of the statements or clauses that it tests |
| `flags` | features of the case, explained in `notes` with the bug that a failure shows |
| `pair` | `client` and `server`: each presented chain, leaf first, DER as base64 |
| `evidence` | time, names, anchors and whatever else is known (`schemas/evidence.schema.json`) |
| `expected` | per policy: `decision`, all failing (or unknown) `codes`, and the `primary` one |
| `noted` | where bytes are odd: what a reader has to notice, by code |
| `neighbour` | a case that differs in the point at issue alone, and is answered otherwise |

`expected` may also name `settings` of the policy, `warnings` (all codes that warn), the document
that a proposal needs to be enabled (`enable_proposal`), `relationship`, `valid_until`,
`missing_evidence`, `alert` and `decisive`; they are normative where they stand. Only the policies
that a case is about are listed: what the others answer is recorded in `snapshots/`, which shows
changes and is not normative.
"""

_HARNESS: Final = """\
## Replaying them

    mtlspolicy vectors run                       all cases, this engine
    mtlspolicy vectors run --id 'purpose-*' --policy cabf-strict --format junit

A harness for another implementation reads one of these files on standard input and writes its
answers on standard output (`schemas/answers.schema.json`). An implementation of policies gives
one for each entry of `expected`, `{"id", "policy", "actual"}`; a TLS stack, which knows no
policies, one for the chain of each side, `{"id", "role", "actual"}`. `actual` is the decision,
or `SKIPPED` with a `reason`. It exits with 0 whatever the answers are; anything else says that
the harness itself broke. It need not know reason codes: decisions are compared.
`docs/harness.md` is the contract, with a whole harness in forty lines.

    my-harness < vectors/purpose-client.json > answers.json
    mtlspolicy vectors run vectors/purpose-client.json --answers answers.json
    mtlspolicy vectors run --harness mine=./my-harness

What eight TLS stacks answer to every case is recorded in `matrix.json`
(`schemas/matrix-record.schema.json`), in their own words and with their versions:

    mtlspolicy vectors matrix                    where they differ, as recorded
    mtlspolicy vectors matrix --live --stack go  asked now
    mtlspolicy vectors run --against go          a stack against the policy that is named after it

Known divergences live in an exceptions file, `{"id" or "id@policy": {"expected", "actual",
"reason"}}` (`schemas/exceptions.schema.json`). A divergence that is listed and does not happen
fails the run, and so does one that names no case: the list can only shrink knowingly.
"""


def write_readme(suites: Iterable[Suite]) -> str:
    """Return the page."""
    made = list(suites)
    return "\n".join([_TOP, *_counts(made), "", _FORMAT, _HARNESS, *_flags(made), ""])


def _counts(suites: list[Suite]) -> Iterator[str]:
    cases = [case for suite in suites for case in suite.cases]
    expectations = sum(len(case.expected) for case in cases)
    yield f"## {len(cases)} cases, {expectations} expectations"
    yield ""
    yield "| file | about | cases | accept | reject | indeterminate |"
    yield "|---|---|---:|---:|---:|---:|"
    for suite in suites:
        name, counts = suite.namespace, _decisions(suite.cases)
        yield f"| [{name}]({name}.json) | {suite.title} | {len(suite.cases)} | {counts}"
    yield f"| | all | {len(cases)} | {_decisions(cases)}"
    yield ""
    yield "By policy:"
    yield ""
    yield "| policy | accept | reject | indeterminate |"
    yield "|---|---:|---:|---:|"
    for policy in sorted({name for case in cases for name in case.expected}):
        yield f"| `{policy}` | {_decisions(cases, policy)}"


def _decisions(cases: Iterable[Case], policy: str | None = None) -> str:
    counts = Counter(
        expected.decision
        for case in cases
        for name, expected in case.expected.items()
        if policy in {None, name}
    )
    return f"{counts['accept']} | {counts['reject']} | {counts['indeterminate']} |"


def _flags(suites: list[Suite]) -> Iterator[str]:
    yield "## Flags"
    yield ""
    yield "| file | flag | cases | what it says | who fails it |"
    yield "|---|---|---:|---|---|"
    for suite in suites:
        used = Counter(flag for case in suite.cases for flag in case.flags)
        for name, flag in sorted(suite.notes.items()):
            yield f"| {suite.namespace} | `{name}` | {used[name]} | {flag.text} | {flag.bug} |"
