"""``mtlspolicy timeline``: when the verdict on a pair changes, and which rule changes it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtlspolicy_cli import completion
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


class Perspective(Enum):
    """Whose peer is judged."""

    both = "both"
    client = "client"
    server = "server"


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Show when the verdict on a pair changes, and which rule changes it.",
    epilog=EXIT_CODES + "\nA timeline is an answer whatever it says: 0.",
)
def timeline(
    *,
    client: Annotated[
        list[str],
        typer.Option(
            metavar="FILE",
            help="The chain that the client presents, leaf first: PEM or DER, - for standard "
            "input, `none` for no certificate at all (./none for a file of that name). Given "
            "several times, the files are joined in order.",
        ),
    ],
    server: Annotated[
        list[str],
        typer.Option(metavar="FILE", help="The chain that the server presents, likewise."),
    ],
    policy: Annotated[
        list[str],
        typer.Option(
            metavar="ID_OR_FILE",
            help="A built-in policy (`mtlspolicy policy list`) or a policy file (with a / in its "
            "name, or ending in .json). Repeatable: the answers are set side by side.",
            autocompletion=completion.policies,
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The instant of the handshake with its zone, such as 2026-05-01T00:00:00Z. "
            "Without it the clock is read, once.",
        ),
    ] = None,
    client_anchors: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[GROUP=]FILE",
            help="The anchors to which the client's chain must lead: what the server uses to "
            "judge the client. Repeatable.",
        ),
    ] = None,
    server_anchors: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[GROUP=]FILE",
            help="The anchors to which the server's chain must lead. Repeatable.",
        ),
    ] = None,
    server_name: Annotated[
        str | None,
        typer.Option(
            metavar="[TYPE:]NAME",
            help="The name that the client asked for: a host name or an address.",
        ),
    ] = None,
    client_name: Annotated[
        str | None,
        typer.Option(
            metavar="TYPE:NAME",
            help="The name that the server expects of the client; TYPE is dns, ip, uri, email, "
            "cn, dn or srv.",
        ),
    ] = None,
    context: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="An evidence document (`mtlspolicy schema show evidence`). What a flag gives "
            "too must be equal.",
        ),
    ] = None,
    asserted: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LIST",
            help="What your TLS stack has already checked, with commas: path, name, revocation, "
            "issuers; client.path for one side, client.path:group=x9 with the anchor's group.",
        ),
    ] = None,
    perspective: Annotated[
        Perspective | None,
        typer.Option(
            help="Who is asking: `server` judges the connecting client, `client` the server. "
            "Default: both.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A setting of the policies; JSON, or else a text. Repeatable. Policies without "
            "that setting do not see it.",
        ),
    ] = None,
    enable_proposal: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DOCUMENT",
            help="Allow a policy that implements a proposal: the document's own name and "
            "version. Repeatable.",
            autocompletion=completion.proposals,
        ),
    ] = None,
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
    from mtlspolicy import Pair  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.evidence import Flags, SideFlags, context_of  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.policies import load_policies, parse_settings, settings_for  # noqa: PLC0415

    inputs = Inputs()
    policies = load_policies(policy, enable_proposal or (), inputs)
    flags = Flags(
        at=at,
        context=context,
        perspective=None if perspective is None else perspective.value,
        asserted=asserted or (),
        settings=parse_settings(set_ or ()),
        client=SideFlags(client_name, client_anchors or ()),
        server=SideFlags(server_name, server_anchors or ()),
    )
    evidence = context_of(flags, inputs)
    contexts = [
        evidence.with_settings(settings_for(one, dict(evidence.settings), policies))
        for one in policies
    ]
    pair = Pair(client=inputs.chain(client, "--client"), server=inputs.chain(server, "--server"))
    lines = [(one, _lines(pair, one, known)) for one, known in zip(policies, contexts, strict=True)]
    if format_ is TimelineFormat.svg:
        from mtlspolicy.timeline.picture import draw  # noqa: PLC0415

        drawn = [(one.id, line) for one, both in lines for line in both if line is not None]
        output.answer(draw(drawn, evidence.at))
        return
    document = _document(pair, evidence.at, lines)
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
    import json  # noqa: PLC0415
    from hashlib import sha256  # noqa: PLC0415

    from mtlspolicy import resources  # noqa: PLC0415
    from mtlspolicy.facts.read import read_certificate  # noqa: PLC0415
    from mtlspolicy.instants import format_instant  # noqa: PLC0415
    from mtlspolicy.timeline.authorities import recognise  # noqa: PLC0415
    from mtlspolicy.version import VERSION  # noqa: PLC0415

    chains = {"client": pair.client, "server": pair.server}
    leafs = {role: read_certificate(chain[0]) for role, chain in chains.items() if chain}
    known = json.loads(resources.read("catalogue/ca-timelines.json"))
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
        "authorities": list(recognise(leafs, known)),
    }
