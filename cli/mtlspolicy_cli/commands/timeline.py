"""``mtlspolicy timeline``: when the verdict on a pair changes, and which rule changes it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    from collections.abc import Sequence

    from mtlspolicy import Context, Pair
    from mtlspolicy.policies.model import Policy
    from mtlspolicy.timeline import Line

__all__ = ["app"]

app = new_app()


class TimelineFormat(Enum):
    """How the timeline is written."""

    text = "text"
    json = "json"
    svg = "svg"


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Show when the verdict on a pair changes, and which rule changes it.",
    epilog=EXIT_CODES + "\nA timeline is an answer whatever it says: 0.",
)
def timeline(
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
    format_: Annotated[
        TimelineFormat,
        typer.Option("--format", help="How to write the answer; svg is a picture of it."),
    ] = TimelineFormat.text,
) -> None:
    """Show when the verdict on a pair changes, and which rule changes it.

    Along two axes: the evaluation time, everything else unchanged; and the day of a renewal,
    when the same CA issues both leafs again for as long as before, judged on that day.
    Revocation evidence is left out of the second. Where the issuer is a known public CA, its
    own dates for clientAuth are listed too.
    """
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import

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
    lines = [(one, _lines(asked.pair, one, known)) for one, known in asked]
    if format_ is TimelineFormat.svg:
        from mtlspolicy.timeline.picture import draw  # noqa: PLC0415

        drawn = [(one.id, line) for one, both in lines for line in both if line is not None]
        output.answer(draw(drawn, asked.evidence.at))
        return
    document = _document(asked.pair, asked.evidence.at, lines)
    if format_ is TimelineFormat.json:
        output.answer_json(document)
    else:
        from mtlspolicy_cli.timeline_text import report  # noqa: PLC0415

        output.answer(report(document))


def _lines(pair: Pair, policy: Policy, context: Context) -> tuple[Line, Line | None]:
    from mtlspolicy.timeline import evaluation_line, renewal_line  # noqa: PLC0415

    return evaluation_line(pair, policy, context), renewal_line(pair, policy, context)


def _document(
    pair: Pair, at: int, lines: Sequence[tuple[Policy, tuple[Line, Line | None]]]
) -> dict[str, Any]:
    from hashlib import sha256  # noqa: PLC0415

    from mtlspolicy.facts.read import read_certificate  # noqa: PLC0415
    from mtlspolicy.instants import format_instant  # noqa: PLC0415
    from mtlspolicy.loader import authorities  # noqa: PLC0415
    from mtlspolicy.timeline.authorities import recognise  # noqa: PLC0415
    from mtlspolicy.version import VERSION  # noqa: PLC0415

    chains = {"client": pair.client, "server": pair.server}
    leafs = {role: read_certificate(chain[0]) for role, chain in chains.items() if chain}
    return {
        "schema_version": 1,
        "engine_version": VERSION,
        "evaluated_at": format_instant(at),
        "inputs": {
            role: [sha256(der).hexdigest() for der in chain] for role, chain in chains.items()
        },
        "timelines": [
            {
                "policy": {
                    "id": one.id,
                    "version": one.version,
                    "sha256": one.sha256,
                    "status": one.status,
                },
                "evaluation": evaluation.document(),
                "renewal": None if renewal is None else renewal.document(),
            }
            for one, (evaluation, renewal) in lines
        ],
        "authorities": list(recognise(leafs, authorities())),
    }
