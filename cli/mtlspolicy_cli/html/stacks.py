"""What TLS stacks say, from the record, beside what the policies say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy import resources
from mtlspolicy.engine.judge import evaluate
from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.records import replace
from mtlspolicy.suite.answers import ROLES, Answer
from mtlspolicy.suite.matrix import RECORD, read_record
from mtlspolicy.suite.model import read_suite
from mtlspolicy_cli.html.markup import Markup, joined, table, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.compare import Party
    from mtlspolicy.engine.decision import Decision
    from mtlspolicy.suite.matrix import Column
    from mtlspolicy.suite.model import Case

__all__ = ["stacks_beside"]

_NAMESPACE: Final = "shapes"
_STYLES: Final = {"accept": "good", "reject": "bad", "indeterminate": "doubt"}
_JUDGE: Final = {"client": "server", "server": "client"}
"""Who asks about the leaf in a role: its peer."""


def stacks_beside(named: Sequence[tuple[str, Party]]) -> Iterator[Markup]:
    """Yield a table per role: shapes of certificates, what the policies and the stacks answer."""
    suite = read_suite(resources.read(f"vectors/{_NAMESPACE}.json"), _NAMESPACE)
    record = read_record(resources.read(f"vectors/{RECORD}")).current(suite.cases)
    columns = [one for one in record.columns if one.given]
    versions = [f"{one.name} {one.version} ({one.day})" for one in columns]
    yield tag(
        "p",
        "One thing is odd in each chain. What a policy answers comes from this engine, what a "
        "library answers from the record of asking it: ",
        joined(versions, ", "),
        ". The chains are plain ones of a private PKI: a strict profile refuses them for more "
        "than what is odd, so its leading reason stands beside.",
    )
    for role in ROLES:
        yield _table(role, suite.cases, columns, named)


def _table(
    role: str,
    cases: Sequence[Case],
    columns: Sequence[Column],
    named: Sequence[tuple[str, Party]],
) -> Markup:
    names = ("shape", *(name for name, _ in named), *(one.name for one in columns))
    parties = [one for _, one in named]
    rows = [tag("tr", *_row(case, role, columns, parties)) for case in cases]
    label = f"what stacks say of a {role}'s certificate"
    return table(label, names, rows, caption=f"as a {role}'s certificate")


def _row(
    case: Case, role: str, columns: Sequence[Column], parties: Sequence[Party]
) -> Iterator[Markup]:
    yield tag("th", case.id.partition("::")[2], scope="row")
    for party in parties:
        decision = _decided(case, role, party)
        yield _cell(decision.decision, decision.primary or "")
    for column in columns:
        said: Answer | None = column.given.get((case.id, role))
        yield _cell("?" if said is None else said.actual)


def _decided(case: Case, role: str, party: Party) -> Decision:
    """Return what a policy says to the peer of the role."""
    context = replace(read_context(case.evidence), perspective=_JUDGE[role])
    pair = Pair(client=case.client, server=case.server)
    return evaluate(pair, party.policy, context.with_settings(party.settings))


def _cell(word: str, why: str = "") -> Markup:
    because = (tag("br"), tag("small", why)) if why else ()
    return tag("td", word.lower(), *because, class_=f"cell {_STYLES.get(word, 'same')}")
