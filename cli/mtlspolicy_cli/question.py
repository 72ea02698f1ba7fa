"""A pair, its evidence and the policies to ask: what `evaluate` and `timeline` have in common.

The options as every command that judges a pair has them, and the one way from what was
written to what the engine takes.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from mtlspolicy.records import dataclass
from mtlspolicy_cli import completion
from mtlspolicy_cli.public_roots import PublicRoots, public_roots

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy import Context, Pair, Policy

__all__ = [
    "Asked",
    "Asker",
    "Asserted",
    "At",
    "ClientAnchors",
    "ClientChain",
    "ClientName",
    "EvidenceFile",
    "Perspective",
    "Policies",
    "Proposals",
    "RootsFor",
    "ServerAnchors",
    "ServerChain",
    "ServerName",
    "Settings",
    "ask",
]


class Perspective(Enum):
    """Whose peer is judged."""

    both = "both"
    client = "client"
    server = "server"


ClientChain = Annotated[
    list[str],
    typer.Option(
        metavar="FILE",
        help="The chain that the client presents, leaf first: PEM or DER, - for standard "
        "input, `none` for no certificate at all (./none for a file of that name). Given "
        "several times, the files are joined in order.",
    ),
]
ServerChain = Annotated[
    list[str],
    typer.Option(metavar="FILE", help="The chain that the server presents, likewise."),
]
Policies = Annotated[
    list[str],
    typer.Option(
        metavar="ID_OR_FILE",
        help="A built-in policy (`mtlspolicy policy list`) or a policy file (with a / in its "
        "name, or ending in .json). Repeatable: the answers are set side by side.",
        autocompletion=completion.policies,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="The instant of the handshake with its zone, such as 2026-05-01T00:00:00Z. "
        "Without it the clock is read, once.",
    ),
]
ClientAnchors = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[GROUP=]FILE",
        help="The anchors to which the client's chain must lead: what the server uses to "
        "judge the client. Repeatable.",
    ),
]
ServerAnchors = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[GROUP=]FILE",
        help="The anchors to which the server's chain must lead. Repeatable.",
    ),
]
RootsFor = Annotated[
    PublicRoots | None,
    typer.Option(
        "--public-roots",
        help="Whose chain may also lead to public roots: those of the package certifi (the "
        "extra `public-roots`), as anchors in the group `public`. What was read is said on "
        "standard error. For `client`: anybody can buy a certificate that leads to them.",
    ),
]
ServerName = Annotated[
    str | None,
    typer.Option(
        metavar="[TYPE:]NAME",
        help="The name that the client asked for: a host name or an address.",
    ),
]
ClientName = Annotated[
    str | None,
    typer.Option(
        metavar="TYPE:NAME",
        help="The name that the server expects of the client; TYPE is dns, ip, uri, email, "
        "cn, dn or srv.",
    ),
]
EvidenceFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="An evidence document (`mtlspolicy schema show evidence`). What a flag gives "
        "too must be equal.",
    ),
]
Asserted = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LIST",
        help="What your TLS stack has already checked, with commas: path, name, revocation, "
        "issuers; client.path for one side, client.path:group=x9 with the anchor's group.",
    ),
]
Asker = Annotated[
    Perspective | None,
    typer.Option(
        help="Who is asking: `server` judges the connecting client, `client` the server. "
        "Default: both.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting of the policies; JSON, or else a text. Repeatable. Policies without "
        "that setting do not see it.",
    ),
]
Proposals = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DOCUMENT",
        help="Allow a policy that implements a proposal: the document's own name and "
        "version. Repeatable.",
        autocompletion=completion.proposals,
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The pair, the evidence as it was given, and per policy the evidence it sees."""

    pair: Pair
    evidence: Context
    policies: tuple[tuple[Policy, Context], ...]

    def __iter__(self) -> Iterator[tuple[Policy, Context]]:
        """Yield each policy with its evidence."""
        return iter(self.policies)


def ask(
    *,
    client: list[str],
    server: list[str],
    policy: Sequence[str],
    at: str | None,
    client_anchors: Sequence[str] | None,
    server_anchors: Sequence[str] | None,
    server_name: str | None,
    client_name: str | None,
    context: str | None,
    asserted: Sequence[str] | None,
    perspective: Perspective | None,
    settings: Sequence[str] | None,
    proposals: Sequence[str] | None,
    public: PublicRoots | None = None,
) -> Asked:
    """Read everything that the options name; raises what the shell reports."""
    from mtlspolicy import Pair  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.evidence import Flags, SideFlags, context_of  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.policies import load_policies, parse_settings, settings_for  # noqa: PLC0415

    inputs = Inputs()
    policies = load_policies(policy, proposals or (), inputs)
    roots = {} if public is None else dict.fromkeys(public.sides, public_roots(public, inputs))
    flags = Flags(
        at=at,
        context=context,
        perspective=None if perspective is None else perspective.value,
        asserted=asserted or (),
        settings=parse_settings(settings or ()),
        client=SideFlags(client_name, client_anchors or (), roots.get("client", ())),
        server=SideFlags(server_name, server_anchors or (), roots.get("server", ())),
    )
    evidence = context_of(flags, inputs)
    seen = [
        (one, evidence.with_settings(settings_for(one, dict(evidence.settings), policies)))
        for one in policies
    ]
    pair = Pair(client=inputs.chain(client, "--client"), server=inputs.chain(server, "--server"))
    return Asked(pair, evidence, tuple(seen))
