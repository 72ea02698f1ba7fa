"""``mtlspolicy schema``: the JSON Schemas of every document that goes in or comes out."""

from __future__ import annotations

from typing import Annotated

import typer

from mtlspolicy_cli import completion
from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.shell import Command, new_app

__all__ = ["app"]

app = new_app("List and show the JSON Schemas of all documents.")


@app.command("list", cls=Command, short_help="List the schemas.")
def list_(format_: FormatOption = Format.text) -> None:
    """List the schemas (JSON Schema, draft 2020-12)."""
    import json  # noqa: PLC0415 - comes with the engine

    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.catalogue import schema_names, schema_text  # noqa: PLC0415
    from mtlspolicy_cli.text import columns, terminal_width  # noqa: PLC0415

    found = {name: json.loads(schema_text(name)) for name in schema_names()}
    if format_ is Format.json:
        listed = [
            {
                "name": name,
                "id": one["$id"],
                "title": one["title"],
                "description": one["description"],
            }
            for name, one in found.items()
        ]
        output.answer_json({"schema_version": 1, "schemas": listed})
    else:
        rows = [(name, one["description"]) for name, one in found.items()]
        output.answer("\n".join(columns(rows, terminal_width())) + "\n")


@app.command(cls=Command, no_args_is_help=True, short_help="Show one schema.")
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A schema, such as policy.", autocompletion=completion.schemas
        ),
    ],
) -> None:
    """Show a schema as it is published, for editors and other implementations."""
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.catalogue import schema_names, schema_text  # noqa: PLC0415

    if name not in schema_names():
        from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415 - only when something is wrong

        refuse(f"there is no schema `{name}`", f"schemas: {', '.join(schema_names())}")
    output.answer(schema_text(name))
