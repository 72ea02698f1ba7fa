"""``mtlspolicy evaluate``: decide over a pair, under one policy or several."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mtlspolicy_cli import completion
from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.shell import EXIT_CODES, Command, new_app

if TYPE_CHECKING:
    from mtlspolicy import Decision

__all__ = ["app"]

app = new_app()

_EXIT: Final = {"accept": 0, "reject": 1, "indeterminate": 3}
_PRECEDENCE: Final = ("reject", "indeterminate", "accept")
"""With several policies the first of these that occurs decides the exit code."""


class Perspective(Enum):
    """Whose peer is judged."""

    both = "both"
    client = "client"
    server = "server"


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Decide over a pair: accept, reject or indeterminate, and why.",
    epilog=EXIT_CODES + "\nWith several policies 1 comes before 3, and 3 before 0.",
)
def evaluate(
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
    from mtlspolicy import Pair  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy import evaluate as decide  # noqa: PLC0415
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
    decisions = [decide(pair, one, known) for one, known in zip(policies, contexts, strict=True)]
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
