"""How rows of the TLS Baseline Requirements become cases: one deviation each.

All start from the ordinary pair, whose server certificate keeps every row, and whose client
holds a private certificate that the profile does not concern. A row says what is changed,
what the strict policy makes of it, and what RFC 5280 makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.instants import parse_instant
from mtlspolicy.suite.authoring import Namespace, accept
from mtlspolicy.suite.cases.pairs import LEGACY, STRICT
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

__all__ = ["KEPT", "Profile"]

NOTES: Final = {
    "ordinary": Flag(
        text="nothing deviates: the pair from which the others are made",
        bug="refuses a certificate that keeps every row",
    ),
    "must": Flag(
        text="a MUST or MUST NOT of the profile is broken",
        bug="accepts under the strict policy what the document forbids",
    ),
    "should": Flag(
        text="a SHOULD, NOT RECOMMENDED or SHOULD NOT of the profile is not followed",
        bug="refuses what the document only advises against, or does not say it",
    ),
    "allowed": Flag(
        text="unusual, and allowed by the profile",
        bug="refuses what the document allows",
    ),
}

KEPT: Final[Expectation] = accept(warnings=())
"""The profile is kept, and there is nothing to warn of."""


class Profile:
    """A namespace of deviations of the server's chain."""

    def __init__(self, name: str, title: str) -> None:
        self.space = Namespace(name, title, {})
        self.row("ordinary", "TLS BR, 7.1.2.7", "keeps every row", _nothing, KEPT, flag="ordinary")

    def row(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
        self,
        name: str,
        clause: str,
        text: str,
        change: Callable[[ChainDraft], None],
        strict: Expectation,
        legacy: Expectation | None = None,
        *,
        flag: str = "",
        at: str = "",
        neighbour: str | None = "ordinary",
    ) -> None:
        """Register a case: `change` is made to the server's chain.

        `at` is the evaluation time where it is another, at which the client's leaf is valid too.
        """
        verdicts = {STRICT: strict, LEGACY: accept() if legacy is None else legacy}
        word = flag or _flag(strict)
        self.space.notes.setdefault(word, NOTES[word])

        def body(draft: CaseDraft) -> None:
            change(draft.server)
            if at:
                _age(draft, at)
            for policy, verdict in verdicts.items():
                draft.expect(policy, verdict)

        self.space.add(
            name,
            f"The server's certificate {text} ({clause}).",
            body,
            flags=(word,),
            traces=(_clause(clause),),
            neighbour=None if word in {"ordinary", "allowed"} and strict == KEPT else neighbour,
        )


def _clause(clause: str) -> str:
    return clause.replace("TLS BR, ", "BR:").replace("RFC 5280, ", "RFC5280:")


def _flag(strict: Expectation) -> str:
    if strict.decision == "reject":
        return "must"
    return "should" if strict.warnings else "allowed"


def _nothing(_: ChainDraft) -> None:
    pass


def _age(draft: CaseDraft, at: str) -> None:
    draft.at(at)
    draft.client.leaf.not_before = parse_instant(at) - 86_400
    draft.client.leaf.not_after = parse_instant(at) + 86_400
