"""One comparison as the command line asks for it: policies, settings, witnesses, stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.compare import Comparer, Comparison, Party
from mtlspolicy.errors import ProposalNotEnabledError
from mtlspolicy.records import dataclass
from mtlspolicy.suite.witnesses import case_names, witness_suite
from mtlspolicy.version import VERSION
from mtlspolicy_cli import output
from mtlspolicy_cli.inputs import Inputs
from mtlspolicy_cli.policies import load_to_read, parse_settings, refuse_idle, settings_for
from mtlspolicy_cli.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.policies.model import Policy
    from mtlspolicy.suite.answers import Answers
    from mtlspolicy_cli.compare_question import Question

__all__ = ["Compared", "compared", "document_of"]


_SECONDS: Final = 600
"""How long a stack may take over all witnesses, as in `vectors run`."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A comparison, and what stacks say of its witnesses."""

    comparison: Comparison
    answers: tuple[Answers, ...] = ()

    def said(self, name: str) -> list[dict[str, str]]:
        """Return what the stacks say of the witness of a name."""
        return [one for answers in self.answers for one in _said(name, answers)]


def compared(question: Question) -> Compared:
    """Compare; write the witnesses and ask the stacks where that is wanted."""
    inputs = Inputs()
    if len(question.policies) != 2:  # noqa: PLR2004 - a comparison is of two
        refuse("two policies are needed", "name both, or compare all built-in ones with --all")
    policies = [load_to_read(word, inputs) for word in question.policies]
    allowed = _allowed(policies, question)
    parties = [
        _party(policy, given)
        for policy, given in zip(policies, (question.set_a, question.set_b), strict=True)
    ]
    if question.folder is not None:
        from mtlspolicy_cli.compare_files import refuse_folder  # noqa: PLC0415 - where asked for

        refuse_folder(question.folder)
    comparison = Comparer(parties).compare(0, 1, witnesses=allowed)
    for name, empty in zip(comparison.names, comparison.empty, strict=True):
        if empty:
            output.note(f"`{name}` accepts no pair at all: `mtlspolicy policy lint` says why")
    if question.folder is not None:
        from mtlspolicy_cli.compare_files import write  # noqa: PLC0415

        output.note(f"{write(question.folder, comparison)} witnesses are in `{question.folder}`")
    return Compared(comparison, tuple(_asked(comparison, question.stacks)))


def _allowed(policies: Sequence[Policy], question: Question) -> bool:
    """Say whether witnesses may be made: every proposal has leave."""
    refuse_idle(policies, question.enabled)
    needed = {p.proposal.document: p for p in policies if p.proposal is not None}
    missing = [name for name in needed if name not in question.enabled]
    for name, policy in needed.items():
        assert policy.proposal is not None  # noqa: S101 - by what `needed` is
        state = f"a proposal: it implements `{name}` ({policy.proposal.state})"
        output.note(f"`{policy.id}` is {state}")
        if name in missing and (question.folder is not None or question.stacks):
            raise ProposalNotEnabledError(policy.id, name, policy.proposal.state)
    if missing:
        output.note("no witness is made of a proposal without --enable-proposal")
    return not missing


def _party(policy: Policy, given: Sequence[str]) -> Party:
    return Party(policy, settings_for(policy, parse_settings(given), [policy]))


def _asked(comparison: Comparison, stacks: Sequence[str]) -> list[Answers]:
    cases = witness_suite(comparison).cases if stacks else ()
    if not cases:
        return []
    from mtlspolicy_cli.harness import chosen  # noqa: PLC0415 - only where stacks are asked
    from mtlspolicy_cli.vectors_stacks import asked  # noqa: PLC0415

    return asked(chosen(stacks, []), cases, _SECONDS, every=True)


# -- the document


def document_of(found: Compared) -> dict[str, Any]:
    """Return the comparison as JSON (schemas/comparison.schema.json)."""
    comparison = found.comparison
    document = comparison.document()
    document["engine_version"] = VERSION
    document["summary"] = comparison.sentence()
    written = [*document["classes"], *document["apart"]]
    for (name, _), entry in zip(case_names(comparison), written, strict=True):
        entry["name"] = name
        entry["stacks"] = found.said(name)
    return document


def _said(name: str, answers: Answers) -> list[dict[str, str]]:
    """What a stack says of a witness; one that stands twice in the suite is the same pair."""
    by_case = {f"comparison::{name}", f"comparison::{name}-a"}
    return [
        {
            "stack": answers.name,
            "version": answers.version,
            "role": role,
            "actual": answer.actual,
            "reason": answer.reason,
        }
        for (case, role), answer in answers.given.items()
        if case in by_case
    ]
