"""``mtlspolicy codes``: what reason codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtlspolicy_cli import completion
from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.shell import Command, new_app

if TYPE_CHECKING:
    from mtlspolicy.codes import Code

__all__ = ["app"]

app = new_app()


@app.command(cls=Command, short_help="Look up reason codes.")
def codes(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]", help="One code; all of them without.", autocompletion=completion.codes
        ),
    ] = None,
    format_: FormatOption = Format.text,
) -> None:
    """List the reason codes, or show what one of them means.

    Codes are dotted and append-only: scripts may rely on them. Of several failing codes the
    one with the highest rank is the primary one of a decision.
    """
    from mtlspolicy.loader import codes as read  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli import output  # noqa: PLC0415

    catalogue = read()
    shown = catalogue if code is None else {code: _find(code, catalogue)}
    if format_ is Format.json:
        listed = [_document(one) for one in shown.values()]
        output.answer_json({"schema_version": 1, "codes": listed})
    elif code is None:
        output.answer(_table(shown))
    else:
        output.answer(_details(shown[code]))


def _find(code: str, catalogue: Mapping[str, Code]) -> Code:
    if code not in catalogue:
        from mtlspolicy_cli.refuse import nearest, refuse  # noqa: PLC0415 - only when wrong

        advice = nearest(code, list(catalogue), "`mtlspolicy codes` lists all")
        refuse(f"there is no code `{code}`", advice)
    return catalogue[code]


def _document(code: Code) -> dict[str, Any]:
    return {
        "code": code.code,
        "title": code.title,
        "meaning": code.meaning,
        "clause": code.clause,
        "kind": code.kind,
        "rank": code.rank,
        "alert": code.alert,
        "remedy": code.remedy or None,
    }


def _table(shown: Mapping[str, Code]) -> str:
    from mtlspolicy_cli.page import page_for_answer, text_of  # noqa: PLC0415 - for this answer
    from mtlspolicy_cli.text import columns  # noqa: PLC0415

    page = page_for_answer()
    rows = [("CODE", "KIND", "RANK", "TITLE")]
    rows += [(one.code, one.kind, str(one.rank), one.title) for one in shown.values()]
    title, *lines = columns(rows, page.width)
    return text_of([page.paint(title, "dim"), *lines])


def _details(code: Code) -> str:
    from mtlspolicy_cli.page import page_for_answer, text_of  # noqa: PLC0415 - for this answer

    page = page_for_answer()

    rows = [
        ("code", code.code),
        ("title", code.title),
        ("meaning", code.meaning),
        ("clause", code.clause),
        ("kind", code.kind),
        ("rank", str(code.rank)),
        ("TLS alert", code.alert or "none"),
        ("remedy", code.remedy or "none of its own: the rule says what to change"),
    ]
    return text_of(line for label, text in rows for line in page.row(label, text, 11))
