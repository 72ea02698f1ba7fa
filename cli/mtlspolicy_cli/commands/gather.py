"""``mtlspolicy gather``: what the DNS says about a peer, as an evidence document."""

from __future__ import annotations

from enum import Enum
from importlib.util import find_spec
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtlspolicy_cli.shell import Command, new_app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy_cli.gather.collect import Collector
    from mtlspolicy_cli.gather.resolver import Resolver

__all__ = ["app"]

app = new_app()

_UNANSWERED = 3
_RESOLVER = "ADDRESS[:PORT]"

EXIT_CODES = """\b
Exit codes:
  0  every question has an answer: data, a denial, or a signature that is wrong
  2  wrong usage, an invalid document, dnspython is not installed
  3  some questions have no answer; the document says which, or has nothing on them"""


class Protocol(Enum):
    """The transport under TLS, as owner names have it (RFC 8552)."""

    tcp = "tcp"
    udp = "udp"
    sctp = "sctp"


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Collect what the DNS says about a peer, as evidence.",
    epilog=EXIT_CODES,
)
def gather(
    *,
    peer: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="The peer's address: of the socket, or out of a PROXY protocol header of a "
            "trusted balancer. Never one out of an HTTP header.",
        ),
    ],
    port: Annotated[
        int,
        typer.Option(
            min=1,
            max=65535,
            help="The port on which the peer's own server listens, such as 5269: part of the "
            "names that TLSA records have. Not the port that it connects from.",
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            metavar="HOST", help="The host name that you expect of the peer: joins the evidence."
        ),
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The service, such as xmpp-server, for SRV and SVCB."),
    ] = None,
    protocol: Annotated[
        Protocol, typer.Option(help="The transport, as names in the DNS have it.")
    ] = Protocol.tcp,
    resolver: Annotated[
        str | None,
        typer.Option(
            metavar=_RESOLVER,
            help="The validating resolver. Without it the first one of this system. Its word "
            "is taken for what is signed, so it should run on this machine.",
        ),
    ] = None,
    exempt_domain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DOMAIN",
            help="A domain for --exempt-resolver. Repeatable; instead of local, localhost "
            "and onion.",
        ),
    ] = None,
    exempt_resolver: Annotated[
        str | None,
        typer.Option(
            metavar=_RESOLVER, help="The resolver for those domains; without it the same one."
        ),
    ] = None,
    probe: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A name whose SOA is signed. If the resolver does not call it secure, it "
            "does not validate, and `unsigned` means nothing.",
        ),
    ] = ".",
    deadline: Annotated[
        float, typer.Option(min=0.1, max=300, metavar="SECONDS", help="For everything.")
    ] = 10.0,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=60, metavar="SECONDS", help="For one question.")
    ] = 3.0,
    max_queries: Annotated[
        int, typer.Option(min=1, max=1000, help="How many questions to ask at most.")
    ] = 64,
    informational: Annotated[
        bool,
        typer.Option("--informational", help="Ask for CAA and CERT too; no policy uses them."),
    ] = False,
    cache: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Keep answers there as long as their TTL allows."),
    ] = None,
    queries: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write a record of every query there, as JSON."),
    ] = None,
    context: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="An evidence document that the answers shall join."),
    ] = None,
) -> None:
    """Collect what the DNS says about a peer, as an evidence document.

    Asks for the names of the peer's address and for the addresses of those names
    (forward-confirmed reverse DNS), for TLSA records and for service records at the port. Each
    answer is written down with its DNSSEC status. Nothing is judged here, and `evaluate` asks
    nobody: hand the document on with --context.
    """
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415 - with the engine

    if find_spec("dns") is None:
        refuse(
            "`gather` needs dnspython, which is not installed",
            'install the extra: pip install "mtlspolicy[dns]"',
        )
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.gather import request  # noqa: PLC0415
    from mtlspolicy_cli.gather.cache import Cache  # noqa: PLC0415
    from mtlspolicy_cli.gather.collect import Bounds, Collector  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.progress import Progress  # noqa: PLC0415

    if not (isfinite(deadline) and isfinite(timeout)):
        refuse("--deadline and --timeout are numbers of seconds", "write 10, or leave them out")
    for file, flag in ((cache, "--cache"), (queries, "--queries")):
        request.refuse_unwritable(file, flag)
    address = request.peer_address(peer)
    client: dict[str, Any] = {"address": str(address)}
    if name is not None:
        client["name"] = {"type": "dns", "value": request.host_name(name, "--name")}
    named = None if service is None else request.service_name(service)
    document = request.evidence_to_complete(context, Inputs())
    document = request.joined(document, client, request.handshake_of(port, protocol.value, named))
    first, second = _resolvers(resolver, exempt_resolver)
    collector = Collector(
        first,
        Bounds(deadline, timeout, max_queries),
        Cache() if cache is None else Cache.read(cache),
        tuple(exempt_domain or ("local", "localhost", "onion")),
        second,
    )
    _probe(first, request.probe_name(probe), timeout)
    with Progress("questions at most", max_queries) as progress:
        collector.show = progress.show
        collector.collect(address, document["handshake"], informational=informational)
    answered = request.document_of(document, collector.answers.values())
    if cache is not None:
        collector.cache.write(cache, int(first.clock()))
    if queries is not None:
        _record(queries, [first] if second is None else [first, second])
    output.answer_json(answered)
    raise typer.Exit(_say(collector))


def _resolvers(main: str | None, exempt: str | None) -> tuple[Resolver, Resolver | None]:
    from ipaddress import ip_address  # noqa: PLC0415 - with the engine

    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.gather.request import resolver_address  # noqa: PLC0415
    from mtlspolicy_cli.gather.resolver import Resolver, system_resolver  # noqa: PLC0415

    where = system_resolver() if main is None else resolver_address(main, "--resolver")
    first = Resolver(*where)
    if not ip_address(first.address).is_loopback:
        output.warn(
            f"the resolver {first.label} is not on this machine: whoever stands between can "
            "forge its answers, and the bit that calls them secure (RFC 4035, 4.9.3)"
        )
    if exempt is None:
        return first, None
    return first, Resolver(*resolver_address(exempt, "--exempt-resolver"))


def _probe(resolver: Resolver, name: str, seconds: float) -> None:
    """Find out whether the resolver validates; say so where it does not."""
    from mtlspolicy_cli import output  # noqa: PLC0415 - with the engine

    if not resolver.probe(name, seconds):
        output.warn(
            f"the resolver {resolver.label} did not call `{name}` secure: it does not seem to "
            "validate, so what is not signed is `indeterminate` (--probe names another signed "
            "name)"
        )


def _say(collector: Collector) -> int:
    """Say how it went; return the exit code."""
    from mtlspolicy_cli import output  # noqa: PLC0415 - with the engine

    open_ = [
        one for one in collector.answers.values() if not one.answered and one.status != "bogus"
    ]
    for one in open_:
        output.warn(f"{one.owner} {one.type}: {one.failure}")
    for owner, kind in collector.skipped:
        output.warn(f"{owner} {kind}: not asked, the deadline or --max-queries was reached")
    output.note(f"{collector.asked} questions, {len(collector.answers)} answers")
    return _UNANSWERED if open_ or collector.skipped else 0


def _record(name: str, resolvers: Sequence[Resolver]) -> None:
    """Write the record of every query."""
    from pathlib import Path  # noqa: PLC0415 - only where a record is wanted

    from mtlspolicy import canonical  # noqa: PLC0415
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415

    sent = [one.document() for resolver in resolvers for one in resolver.queries]
    document: dict[str, Any] = {"schema_version": 1, "queries": sent}
    try:
        Path(name).write_text(canonical.dumps(document) + "\n", "utf-8")
    except OSError as error:
        refuse(f"`{name}` cannot be written (--queries): {error.strerror}", "name another file")
