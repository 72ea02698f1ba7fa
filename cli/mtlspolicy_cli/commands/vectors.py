"""``mtlspolicy vectors``: the suite of certificate pairs, to be listed, run and built."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from mtlspolicy_cli import completion
from mtlspolicy_cli.formats import Format, FormatOption
from mtlspolicy_cli.shell import Command, new_app

if TYPE_CHECKING:
    from mtlspolicy.suite.model import Case, Suite
    from mtlspolicy.suite.run import Exceptions, Result, Selection
    from mtlspolicy_cli.inputs import Inputs

__all__ = ["app"]

app = new_app("List, run and build the suite of certificate pairs.")


class Report(Enum):
    """How results are written."""

    text = "text"
    json = "json"
    junit = "junit"
    tap = "tap"


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="Vectors files, - for standard input; without any, those that are shipped.",
    ),
]
Ids = Annotated[
    list[str] | None,
    typer.Option(
        "--id", metavar="GLOB", help="Only cases whose id matches, such as 'purpose-*::leaf-*'."
    ),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="ID",
        help="Only what is expected of this policy.",
        autocompletion=completion.policies,
    ),
]
Harnesses = Annotated[
    list[str] | None,
    typer.Option(
        "--harness", metavar="NAME=COMMAND", help="Ask with a harness of your own; repeatable."
    ),
]
Timeout = Annotated[
    float, typer.Option(metavar="SECONDS", min=0.1, help="How long a harness may take.")
]
Flags = Annotated[
    list[str] | None, typer.Option("--flag", metavar="FLAG", help="Only cases with this flag.")
]


def _suites(files: list[str] | None) -> list[Suite]:
    from mtlspolicy.suite.model import read_suite  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy.suite.shelf import shipped  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415

    if not files:
        return shipped()
    inputs = Inputs()
    return [read_suite(inputs.read(name, "FILE"), f"`{name}`") for name in files]


@app.command("list", cls=Command, short_help="List the cases.")
def list_(
    files: Files = None,
    ids: Ids = None,
    policies: Policies = None,
    flags: Flags = None,
    format_: FormatOption = Format.text,
) -> None:
    """List the cases, each with what is expected of each policy."""
    from mtlspolicy.suite.run import Selection  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.text import columns, terminal_width  # noqa: PLC0415

    chosen = Selection(
        ids=tuple(ids or ()), policies=tuple(policies or ()), flags=tuple(flags or ())
    )
    cases = _cases(files, chosen)
    expected = {
        case.id: {name: one.decision for name, one in case.expected.items() if chosen.asks(name)}
        for case in cases
    }
    if format_ is Format.json:
        listed = [
            {
                "id": case.id,
                "description": case.description,
                "flags": list(case.flags),
                "traces": list(case.traces),
                "expected": expected[case.id],
            }
            for case in cases
        ]
        output.answer_json({"schema_version": 1, "cases": listed})
        return
    rows = [
        (case.id, ", ".join(f"{name} {said}" for name, said in expected[case.id].items()))
        for case in cases
    ]
    output.answer("".join(f"{line}\n" for line in columns(rows, terminal_width())))


@app.command(
    cls=Command,
    short_help="Run the cases against this engine.",
    epilog="""\b
Exit codes:
  0  everything is as expected, but for known divergences
  1  something is not, or a known divergence did not happen
  2  no answer: wrong usage, a file that cannot be run (a newer format, an id
     that stands twice, a case without evidence that can be read), or trouble
     with a harness, from which no verdict follows""",
)
def run(  # noqa: PLR0917 - a command has as many options as it has
    files: Files = None,
    ids: Ids = None,
    policies: Policies = None,
    flags: Flags = None,
    exceptions: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Known divergences: {id: {expected, actual, reason}}."),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Compare the answers that the harness of another implementation has written.",
        ),
    ] = None,
    stacks: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="STACK",
            help="Ask a TLS stack, and compare it with its policy, or with --policy.",
            autocompletion=completion.stacks,
        ),
    ] = None,
    harnesses: Harnesses = None,
    timeout: Timeout = 600,
    format_: Annotated[
        Report, typer.Option("--format", help="How to write the results.")
    ] = Report.text,
) -> None:
    """Run the cases and compare each answer with what is expected: decision, codes, warnings.

    With --answers nothing is run: decisions of another implementation are compared. With
    --against or --harness another implementation is run: see docs/harness.md.
    """
    from mtlspolicy.suite.report import FORMATS  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy.suite.run import Selection  # noqa: PLC0415
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415

    chosen = Selection(
        ids=tuple(ids or ()), policies=tuple(policies or ()), flags=tuple(flags or ())
    )
    if answers is not None and (stacks or harnesses):
        refuse("--answers and a harness are given", "name one of them: both give answers")
    if answers is not None:
        results = _compared(files, chosen, exceptions, answers)
    elif stacks or harnesses:
        results = _asked(files, chosen, exceptions, (stacks or [], harnesses or [], timeout))
    else:
        results = _replayed(files, chosen, exceptions)
    output.answer(FORMATS[format_.value](results))
    raise typer.Exit(1 if any(result.failing for result in results) else 0)


def _replayed(files: list[str] | None, chosen: Selection, exceptions: str | None) -> list[Result]:
    """Run the files: one that has the form of x509-limbo by its own profiles."""
    from mtlspolicy.suite.model import read_suite  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.vectors_limbo import replay  # noqa: PLC0415

    if files is None or len(files) != 1:
        return _results(_suites(files), chosen, exceptions)
    data = Inputs().read(files[0], "FILE")
    found = replay(data, files[0], chosen, exceptions)
    if found is not None:
        return found
    return _results([read_suite(data, f"`{files[0]}`")], chosen, exceptions)


def _compared(
    files: list[str] | None, chosen: Selection, exceptions: str | None, answers: str
) -> list[Result]:
    from mtlspolicy.suite.answers import compare, read_answers  # noqa: PLC0415 - the engine
    from mtlspolicy.suite.run import selected  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415

    inputs = Inputs()
    given = read_answers(inputs.read(answers, "--answers"), f"`{answers}`")
    suites = _suites(files)
    known = _known(exceptions, suites, inputs)
    return compare(selected(suites, chosen), chosen, given, known)


def _known(exceptions: str | None, suites: list[Suite], inputs: Inputs) -> Exceptions:
    """Read the known divergences, each of which is of a case in one of these files."""
    from mtlspolicy_cli.divergences import given_divergences  # noqa: PLC0415 - the engine is slow

    if exceptions is None:
        return {}
    ids = (case.id for suite in suites for case in suite.cases)
    return given_divergences(exceptions, ids, inputs)


def _asked(
    files: list[str] | None,
    chosen: Selection,
    exceptions: str | None,
    asking: tuple[list[str], list[str], float],
) -> list[Result]:
    """Run harnesses; `asking`: known stacks, harnesses of the user, seconds for each."""
    from mtlspolicy_cli.harness import chosen as named  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.vectors_stacks import against, asked  # noqa: PLC0415

    stacks, own, seconds = asking
    to_ask = named(stacks, own)
    suites = _suites(files)
    known = _known(exceptions, suites, Inputs())
    cases = _chosen(suites, _everywhere(chosen))
    answers = asked(to_ask, cases, seconds, every=True)
    return [result for one in answers for result in against(one, cases, chosen, known)]


def _everywhere(chosen: Selection) -> Selection:
    """Return a selection of cases alone: a policy to compare with answers every case."""
    from mtlspolicy.records import replace  # noqa: PLC0415 - the engine is slow to import

    return replace(chosen, policies=())


def _cases(files: list[str] | None, chosen: Selection) -> list[Case]:
    return _chosen(_suites(files), chosen)


def _chosen(suites: list[Suite], chosen: Selection) -> list[Case]:
    from mtlspolicy_cli.selecting import chosen_cases  # noqa: PLC0415 - the engine: slow to import

    return chosen_cases(suites, chosen)


def _results(suites: list[Suite], chosen: object, exceptions: str | None) -> list[Result]:
    from mtlspolicy.suite.run import Selection  # noqa: PLC0415
    from mtlspolicy.suite.run import run as run_cases  # noqa: PLC0415
    from mtlspolicy_cli.inputs import Inputs  # noqa: PLC0415
    from mtlspolicy_cli.progress import Progress  # noqa: PLC0415

    assert isinstance(chosen, Selection)  # noqa: S101 - imported late
    cases = _chosen(suites, chosen)
    known = _known(exceptions, suites, Inputs())
    with Progress("cases", len(cases)) as progress:
        return run_cases(cases, chosen, exceptions=known, progress=progress.show)


@app.command(cls=Command, short_help="Show what TLS stacks do with every case.")
def matrix(  # noqa: PLR0917 - a command has as many options as it has
    files: Files = None,
    ids: Ids = None,
    flags: Flags = None,
    stacks: Annotated[
        list[str] | None,
        typer.Option(
            "--stack",
            metavar="STACK",
            help="Only this stack; default: all.",
            autocompletion=completion.stacks,
        ),
    ] = None,
    harnesses: Harnesses = None,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the stacks now, instead of reading the record.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Ask the stacks now, and put it into the record.")
    ] = False,
    timeout: Timeout = 600,
    format_: FormatOption = Format.text,
) -> None:
    """Show what each TLS stack does with each case, in its own words: disagreements first.

    Each stack judges the client's chain as a client's and the server's as a server's. Without
    --live the answers are those of the record, with the versions and the day of their asking.
    """
    from mtlspolicy.suite.disagreement import (  # noqa: PLC0415 - the engine is slow to import
        matrix_document,
        matrix_text,
        rows,
    )
    from mtlspolicy.suite.run import Selection  # noqa: PLC0415
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.progress import Progress  # noqa: PLC0415
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415
    from mtlspolicy_cli.vectors_stacks import matrix_of  # noqa: PLC0415

    if record and (files or ids or flags):
        refuse("--record is given with a selection", "the record is of all cases that are shipped")
    cases = _cases(files, Selection(ids=tuple(ids or ()), flags=tuple(flags or ())))
    asking = stacks or [], harnesses or [], timeout
    found = matrix_of(cases, asking, live=live or record or bool(harnesses), recording=record)
    with Progress("cases", len(cases)) as progress:
        told = rows(found, cases, progress=progress.show)
    if format_ is Format.json:
        output.answer_json(matrix_document(found, told))
    else:
        output.answer(matrix_text(found, told))


@app.command(cls=Command, short_help="Show which cases stand for each statement.")
def trace(  # noqa: PLR0917 - a command has as many options as it has
    files: Files = None,
    ids: Ids = None,
    flags: Flags = None,
    statements: Annotated[
        list[str] | None,
        typer.Option(
            "--statement", metavar="GLOB", help="Only statements that match, such as 'BR:S1*'."
        ),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only statements that no case traces.")
    ] = False,
    format_: FormatOption = Format.text,
) -> None:
    """List the statements of the documents, each with the cases that trace it.

    Statements are named as the cases name them: BR is the TLS Baseline Requirements, FRANK the
    draft. Where no case traces a statement, the reason is said if there is one. What became of
    a statement in a policy is told by `policy explain --statements`.
    """
    from fnmatch import fnmatchcase  # noqa: PLC0415 - with the rest of this command

    from mtlspolicy.suite.run import Selection  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy.suite.traces import traces_of  # noqa: PLC0415
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415
    from mtlspolicy_cli.traces_text import report  # noqa: PLC0415

    cases = _cases(files, Selection(ids=tuple(ids or ()), flags=tuple(flags or ())))
    found = [
        one
        for one in traces_of(cases)
        if not (missing and one["vectors"])
        and (not statements or any(fnmatchcase(one["trace"], glob) for glob in statements))
    ]
    if statements and not found and not missing:
        refuse("no statement matches (--statement)", "`mtlspolicy vectors trace` lists all")
    if format_ is Format.json:
        output.answer_json({"schema_version": 1, "traces": found})
    else:
        output.answer(report(found))


class Form(Enum):
    """The forms of other suites."""

    limbo = "limbo"


@app.command(cls=Command, short_help="Write the cases in the form of another suite.")
def export(
    files: Files = None,
    ids: Ids = None,
    flags: Flags = None,
    format_: Annotated[
        Form, typer.Option("--format", help="The form: limbo is that of x509-limbo, version 1.")
    ] = Form.limbo,
) -> None:
    """Write one limbo case for each role of each case that limbo can say.

    The expected result is what legacy-dual-use with its defaults answers about that side
    alone. Left out are chains without a leaf, sides without anchors, what the caller vouches
    for, OCSP, and names that limbo has no kind for.
    """
    from mtlspolicy.suite.run import Selection  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli import output  # noqa: PLC0415
    from mtlspolicy_cli.vectors_limbo import document  # noqa: PLC0415

    assert format_ is Form.limbo  # noqa: S101 - there is one form so far
    chosen = Selection(ids=tuple(ids or ()), flags=tuple(flags or ()))
    output.answer(document(_suites(files), chosen))


@app.command(
    cls=Command,
    short_help="Make the files of the suite from their sources.",
    epilog="""\b
Exit codes:
  0  written, or (--check) already what the sources make
  1  (--check) something is not
  2  no answer: the suite breaks a rule of its own, or cannot be written""",
)
def build(
    check: Annotated[bool, typer.Option("--check", help="Compare, and write nothing.")] = False,
    folder: Annotated[
        str | None,
        typer.Option("--folder", metavar="DIR", help="Where the files lie; default: vectors/."),
    ] = None,
) -> None:
    """Forge every case and write suites, snapshots, the ledger of ids and the README.

    Nothing is written unless the whole suite keeps its rules. The files are a function of
    their sources: the same bytes on every machine.
    """
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.vectors_build import built, complaints, stale, write  # noqa: PLC0415

    made, there, target = built(folder, writing=not check)
    found = stale(made, there)
    if check:
        wrong = [f"{target / difference.path} is {difference.what}" for difference in found]
        if wrong:
            output.note("`mtlspolicy vectors build` writes what the sources make")
        wrong += complaints(folder)
        for message in wrong:
            output.error(message)
        if wrong:
            raise typer.Exit(1)
        output.answer(f"{len(made)} files are what their sources make\n")
        return
    write(made, found, target)
    output.answer(f"{len(found)} of {len(made)} files written to {target}\n")
