"""``mtlspolicy compare``: the exact difference of two policies, shown as certificates."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from mtlspolicy_cli import completion
from mtlspolicy_cli.compare_question import Question
from mtlspolicy_cli.question import Proposals
from mtlspolicy_cli.shell import Command, new_app

if TYPE_CHECKING:
    from mtlspolicy.compare import Comparison

__all__ = ["app"]

app = new_app()


class CompareFormat(Enum):
    """How a comparison is written."""

    text = "text"
    json = "json"
    html = "html"


class Requirement(Enum):
    """What has to hold of A, compared with B."""

    equivalent = "equivalent"
    no_more_permissive = "no-more-permissive"
    no_stricter = "no-stricter"


_KEPT = {
    Requirement.equivalent: ("equivalent",),
    Requirement.no_more_permissive: ("equivalent", "stricter"),
    Requirement.no_stricter: ("equivalent", "more-permissive"),
}
_UNKNOWN = 3

_Policy = Annotated[
    str | None,
    typer.Argument(
        metavar="ID_OR_FILE",
        help="A built-in policy, or a policy file.",
        autocompletion=completion.policies,
    ),
]


@app.command(
    cls=Command,
    no_args_is_help=True,
    short_help="Compare two policies: what each accepts that the other does not.",
    epilog="""\b
Exit codes:
  0  compared; with --require: it holds
  1  with --require: it does not hold
  2  no answer: wrong usage, an invalid policy, a proposal whose witnesses
     were asked for and that was not enabled, a folder that cannot be written
  3  unknown: more states than the limit allows""",
)
def compare(
    *,
    first: _Policy = None,
    second: _Policy = None,
    all_: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Compare each two of all built-in policies: their relation, and one witness in "
            "each direction.",
        ),
    ] = False,
    set_a: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A setting of the first policy; repeatable."),
    ] = None,
    set_b: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A setting of the second policy; repeatable."),
    ] = None,
    require: Annotated[
        Requirement | None,
        typer.Option(
            help="Exit with 1 unless this holds of the first policy, compared with the second."
        ),
    ] = None,
    witness: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="Write each witness to this new folder: chains, anchors, evidence, and all "
            "of them as a vectors file.",
        ),
    ] = None,
    stacks: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="STACK",
            help="Ask a TLS stack about every witness; repeatable.",
            autocompletion=completion.stacks,
        ),
    ] = None,
    enable_proposal: Proposals = None,
    format_: Annotated[
        CompareFormat,
        typer.Option("--format", help="How to write the answer; html is one page to send on."),
    ] = CompareFormat.text,
) -> None:
    """Compare two policies exactly: what each accepts that the other does not.

    Each class of difference is shown by its smallest witness, in words and as a real pair of
    chains, which is judged again from its bytes under both policies. Proposals can be compared
    without leave, and then no witness of theirs is made.
    """
    question = Question(
        tuple(filter(None, (first, second))),
        tuple(set_a or ()),
        tuple(set_b or ()),
        tuple(enable_proposal or ()),
        witness,
        tuple(stacks or ()),
    )
    if all_:
        _all(question, require, format_)
        return
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.compare_run import compared, document_of  # noqa: PLC0415

    found = compared(question)
    if format_ is CompareFormat.json:
        output.answer_json(document_of(found))
    elif format_ is CompareFormat.html:
        from mtlspolicy_cli.html.document import page  # noqa: PLC0415

        output.answer(page(found.comparison.parties, [found.comparison], found.said))
    else:
        from mtlspolicy_cli.compare_text import report  # noqa: PLC0415

        output.answer(report(document_of(found), found.comparison.names))
    raise typer.Exit(_code(found.comparison, require))


def _all(question: Question, require: Requirement | None, format_: CompareFormat) -> None:
    from mtlspolicy_cli import output  # noqa: PLC0415 - the engine is slow to import
    from mtlspolicy_cli.compare_all import compared_all, document_of, report  # noqa: PLC0415
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415

    if question != Question((), enabled=question.enabled) or require is not None:
        message = "--all goes with --format and --enable-proposal only"
        refuse(message, "name two policies to compare them in full")
    real = format_ is CompareFormat.html
    parties, comparisons, sound = compared_all(question.enabled, witnesses=real)
    if format_ is CompareFormat.json:
        output.answer_json(document_of(parties, comparisons))
    elif format_ is CompareFormat.html:
        from mtlspolicy_cli.html.document import page  # noqa: PLC0415

        output.answer(page(parties, comparisons))
    else:
        output.answer(report(parties, comparisons))
    if not sound:
        raise typer.Exit(1)


def _code(comparison: Comparison, require: Requirement | None) -> int:
    if comparison.relation == "unknown":
        return _UNKNOWN
    return 0 if require is None or comparison.relation in _KEPT[require] else 1
