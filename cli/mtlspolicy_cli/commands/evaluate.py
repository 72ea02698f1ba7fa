"""``mtlspolicy evaluate``: decide over a pair, under one policy or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.question import (
    Asker,
    Asserted,
    At,
    ClientAnchors,
    ClientChain,
    ClientName,
    EvidenceFile,
    Policies,
    Proposals,
    RootsFor,
    ServerAnchors,
    ServerChain,
    ServerName,
    Settings,
    ask,
)
from mtlspolicy_cli.shell import EXIT_CODES, Command, new_app

if TYPE_CHECKING:
    from mtlspolicy import Decision

__all__ = ["app"]

app = new_app()

_EXIT: Final = {"accept": 0, "reject": 1, "indeterminate": 3}
_PRECEDENCE: Final = ("reject", "indeterminate", "accept")
"""With several policies the first of these that occurs decides the exit code."""


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Decide over a pair: accept, reject or indeterminate, and why.",
    epilog=EXIT_CODES + "\nWith several policies 1 comes before 3, and 3 before 0.",
)
def evaluate(
    *,
    client: ClientChain,
    server: ServerChain,
    policy: Policies,
    at: At = None,
    client_anchors: ClientAnchors = None,
    server_anchors: ServerAnchors = None,
    public_roots: RootsFor = None,
    server_name: ServerName = None,
    client_name: ClientName = None,
    context: EvidenceFile = None,
    asserted: Asserted = None,
    perspective: Asker = None,
    set_: Settings = None,
    enable_proposal: Proposals = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List also what passed, and what did not apply.")
    ] = False,
    format_: FormatOption = Format.text,
) -> None:
    """Decide whether a client and a server may accept each other's certificates.

    Both chains are judged under a policy: accept, reject or indeterminate, with every
    reason, the clause that it stands for, and what would have to change. Nothing is fetched
    and nothing is assumed: without anchors, names or issuers the rules about them are not
    known, unless you assert that your TLS stack has checked them.
    """
    from mtlspolicy import evaluate as decide  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli import output  # noqa: PLC0415

    asked = ask(
        client=client,
        server=server,
        policy=policy,
        at=at,
        client_anchors=client_anchors,
        server_anchors=server_anchors,
        public=public_roots,
        server_name=server_name,
        client_name=client_name,
        context=context,
        asserted=asserted,
        perspective=perspective,
        settings=set_,
        proposals=enable_proposal,
    )
    decisions = [decide(asked.pair, one, known) for one, known in asked]
    if format_ is Format.json:
        output.answer_json(
            {
                "schema_version": 1,
                "decisions": [one.document(everything=everything) for one in decisions],
            }
        )
    else:
        from mtlspolicy_cli.decision_text import report  # noqa: PLC0415

        output.answer(report(decisions, everything=everything))
    raise typer.Exit(_exit_code(decisions))


def _exit_code(decisions: Sequence[Decision]) -> int:
    verdicts = {one.decision for one in decisions}
    return next(_EXIT[verdict] for verdict in _PRECEDENCE if verdict in verdicts)
