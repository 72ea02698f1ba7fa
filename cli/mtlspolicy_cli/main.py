"""The command `mtlspolicy`."""

from __future__ import annotations

import gc
from typing import Annotated

# Objects between two collections. Importing typer and the engine makes some 50,000 that stay;
# looking through them again and again takes a tenth of the time of a short command.
gc.set_threshold(100_000)

import typer  # noqa: E402 - not before the line above

from mtlspolicy_cli.shell import EXIT_CODES, Shell  # noqa: E402

__all__ = ["app"]

app = typer.Typer(
    name="mtlspolicy",
    cls=Shell,
    help=f"""Decide whether the certificate pair of a mutual-TLS handshake is acceptable.

Both presented chains go in; accept, reject or indeterminate comes out, under a policy that
you choose, with every reason and the clause that it stands for. Standard output is the
answer, standard error the talk.

\b
  mtlspolicy evaluate --client client.pem --server server.pem \\
      --client-anchors ca.pem --server-anchors roots.pem \\
      --server-name www.example.com --policy cabf-strict
  mtlspolicy policy list
  mtlspolicy inspect chain.pem

{EXIT_CODES}""",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from mtlspolicy.version import VERSION  # noqa: PLC0415 - the engine is slow to import
        from mtlspolicy_cli import output  # noqa: PLC0415

        output.answer(f"mtlspolicy {VERSION}\n")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Only `--version`: everything else is a command."""
