"""``mtlspolicy inspect``: what certificates say, and how their encoding departs from DER."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.shell import Command, new_app

__all__ = ["app"]

app = new_app()

_ENCODING: Final = ("malformed", "not-der", "asn1-constraint")
"""The kinds of notes that are encoding findings; the others are notices."""


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Show what certificates say, and what is odd about their bytes.",
    epilog="""\b
Exit codes:
  0  every certificate is strict DER and keeps the constraints of its ASN.1
  1  at least one encoding finding (notices about the profile do not count)
  2  no answer: wrong usage, or a file without any certificate""",
)
def inspect(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A certificate or a chain: PEM or DER, - for standard input."
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Say also whether each certificate is within its validity at this instant, such "
            "as 2026-05-01T00:00:00Z.",
        ),
    ] = None,
    format_: FormatOption = Format.text,
) -> None:
    """Show the facts of each certificate, and every departure in its encoding.

    Certificates that cannot be read are shown as far as they can: each finding has its
    offset, its place in the structure and the bytes there. The values of extended key usage,
    key usage and basic constraints are always read a second time, by pyasn1; a reading that
    differs is a finding. Nothing is judged here: what a policy makes of it, `evaluate` says.
    """
    from mtlspolicy.inspection import inspect_document  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415

    instant = None
    if at is not None:
        from mtlspolicy_cli.evidence import parse_at  # noqa: PLC0415

        instant = parse_at(at)
    document = inspect_document(Inputs().certificates(file, "FILE"))
    if format_ is Format.json:
        output.answer_json(document)
    else:
        from mtlspolicy_cli.inspect_text import report  # noqa: PLC0415

        output.answer(report(document, instant))
    raise typer.Exit(1 if any(map(_has_findings, document["certificates"])) else 0)


def _has_findings(certificate: dict[str, Any]) -> bool:
    differs = any(
        one["agrees"] is False
        for reading in certificate["second_reading"].values()
        for one in reading
    )
    return differs or any(note["kind"] in _ENCODING for note in certificate["notes"])
