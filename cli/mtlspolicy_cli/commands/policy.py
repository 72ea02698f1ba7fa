"""``mtlspolicy policy``: the catalogue of policies, and a policy of one's own."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from mtlspolicy_cli import completion
from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.question import Proposals
from mtlspolicy_cli.shell import ERROR, Command, new_app

__all__ = ["app"]

app = new_app("List, show, check, explain and lint policies.")

_ID_OR_FILE = typer.Argument(
    metavar="ID_OR_FILE",
    help="A built-in policy, or a policy file; - for standard input.",
    autocompletion=completion.policies,
)


class Side(Enum):
    """The side that rules judge."""

    client = "client"
    server = "server"


@app.command("list", cls=Command, short_help="List the built-in policies.")
def list_(format_: FormatOption = Format.text) -> None:
    """List the built-in policies: id, status, version and title.

    A proposal is listed with its state; `evaluate` uses it only by its flag.
    """
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.catalogue import summaries  # noqa: PLC0415

    found = summaries()
    if format_ is Format.json:
        output.answer_json({"schema_version": 1, "policies": found})
    else:
        from mtlspolicy_cli.policy_text import listing  # noqa: PLC0415

        output.answer(listing(found))


@app.command(cls=Command, no_args_is_help=True, short_help="Show one policy, resolved.")
def show(
    policy: Annotated[str, _ID_OR_FILE],
    format_: FormatOption = Format.json,
) -> None:
    """Show a policy with everything that it extends put in.

    The document that you see is the one that decides; its sha256 is taken over its canonical
    form (RFC 8785). As text it is the same as `policy explain`.
    """
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.policies import load_to_read  # noqa: PLC0415

    found = load_to_read(policy, Inputs())
    if format_ is Format.json:
        import json  # noqa: PLC0415 - comes with the engine

        output.answer(json.dumps(dict(found.document), indent=2, ensure_ascii=False) + "\n")
        if found.proposal is not None:
            output.warn(
                f"{found.id} is a proposal: {found.proposal.document}, {found.proposal.state}"
            )
    else:
        from mtlspolicy_cli.explain_text import report  # noqa: PLC0415

        output.answer(report(found, {}, None))


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Check a policy file of your own.",
    epilog="""\b
Exit codes:
  0  the document is a valid policy
  2  it is not, or it cannot be read""",
)
def validate(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A policy file; - for standard input.")
    ],
    format_: FormatOption = Format.text,
) -> None:
    """Report every fault of a policy file, with its JSON pointer, line and column.

    The document is checked by its published schema (`mtlspolicy schema show policy`) and by
    the engine's own loader, which knows also what no schema can say.
    """
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.validation import policy_faults  # noqa: PLC0415

    faults = policy_faults(Inputs().read(file, "FILE"))
    if format_ is Format.json:
        listed = [fault.document() for fault in faults]
        output.answer_json({"schema_version": 1, "valid": not faults, "faults": listed})
    else:
        from mtlspolicy_cli.policy_text import verdict  # noqa: PLC0415

        output.answer(verdict(file, faults))
    raise typer.Exit(ERROR if faults else 0)


@app.command(cls=Command, no_args_is_help=True, short_help="Read a policy as English.")
def explain(
    policy: Annotated[str, _ID_OR_FILE],
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Read the policy under this setting; JSON, or else a text. Repeatable.",
        ),
    ] = None,
    side: Annotated[Side | None, typer.Option(help="Read only what is asked of this side.")] = None,
    statements: Annotated[
        bool,
        typer.Option(
            "--statements",
            help="Trace the document's statements instead: each with its rules, or the reason why "
            "there is none, and its vectors.",
        ),
    ] = False,
    format_: FormatOption = Format.text,
) -> None:
    """Read a policy as English: rules with their clauses and dates, settings, obligations.

    Without options conditions are read as they are written, with the settings by name. With
    `--set` or `--side` the settings are put in, and what cannot matter any more is left out.
    Only `--statements` has a JSON form; the policy itself is printed by `policy show`.
    """
    if statements:
        _trace(policy, format_, is_read=bool(set_) or side is not None)
        return
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.explain_text import report  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.policies import (  # noqa: PLC0415
        load_to_read,
        parse_settings,
        settings_for,
    )

    if format_ is Format.json:
        from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415 - only when something is wrong

        refuse("an explanation is text (--format)", "`mtlspolicy policy show` prints the document")
    found = load_to_read(policy, Inputs())
    settings = settings_for(found, parse_settings(set_ or ()), [found])
    output.answer(report(found, settings, None if side is None else side.value))


def _trace(word: str, format_: Format, *, is_read: bool) -> None:
    """Print what became of every statement of the policy's document."""
    from mtlspolicy.suite.shelf import shipped  # noqa: PLC0415 - the suite is slow to read
    from mtlspolicy.suite.statements import statements_of  # noqa: PLC0415
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.policies import load_to_read  # noqa: PLC0415

    if is_read:
        from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415 - only when something is wrong

        refuse("--statements is not read under settings", "leave --set and --side out")
    found = load_to_read(word, Inputs())
    listed = statements_of(found.id, shipped())
    if format_ is Format.json:
        output.answer_json({"schema_version": 1, "policy": found.id, "statements": listed})
    else:
        from mtlspolicy_cli.statements_text import report  # noqa: PLC0415

        output.answer(report(found, listed))


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Look for the weak spots of a policy.",
    epilog="""\b
Exit codes:
  0  none was found
  1  some were found
  2  no answer: wrong usage, an invalid policy
  3  not known: more states than the limit allows""",
)
def lint(
    policy: Annotated[str, _ID_OR_FILE],
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Look at the policy under this setting; JSON, or else a text. Repeatable.",
        ),
    ] = None,
    enable_proposal: Proposals = None,
    format_: FormatOption = Format.text,
) -> None:
    """Look for the weak spots of a policy, and show each by a pair of certificates.

    Rules that cannot fail, that never fail alone, or that cannot be kept; a policy that
    accepts nothing or everything; a further purpose that loses access; settings that change
    nothing. Exact, as `compare` is. A finding is no fault: it is what you should know.
    """
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.lint_run import Linted, linted  # noqa: PLC0415

    found: Linted = linted(policy, set_ or (), enable_proposal or ())
    if format_ is Format.json:
        output.answer_json(found.document())
    else:
        from mtlspolicy_cli.lint_text import report  # noqa: PLC0415

        output.answer(report(found.policy, found.findings))
    raise typer.Exit(found.code)
