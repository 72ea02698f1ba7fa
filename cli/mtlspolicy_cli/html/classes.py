"""The classes of one comparison: rules, clauses, dates, and the witness to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.suite.witnesses import case_names
from mtlspolicy_cli.compare_files import files_of
from mtlspolicy_cli.compare_text import stacks_in_words
from mtlspolicy_cli.html.markup import Markup, download, joined, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mtlspolicy.compare import Comparison, DifferenceClass, Witness

    Said = Callable[[str], Sequence[dict[str, str]]]

__all__ = ["anchor_of", "differences"]

_OUTCOMES = {"fail": "fails", "unknown": "is not known"}
_ROLES = {"client": "the client", "server": "the server", "pair": "the pair"}


def anchor_of(comparison: Comparison) -> str:
    """Return the place of a comparison in the page."""
    a, b = comparison.parties
    return f"{a.policy.id}--{b.policy.id}"


def differences(
    comparison: Comparison, said: Said = lambda _: (), *, whole: bool
) -> Iterator[Markup]:
    """Yield the comparison in full, or as examples where it was cut short.

    `said`: what stacks answer about the witness of a name.
    """
    named = case_names(comparison)
    names = comparison.names
    for refusing in (0, 1):
        some = [
            (name, one)
            for name, one in named[: len(comparison.classes)]
            if one.refusing == refusing
        ]
        if some:
            count = f"{len(some)} class{'es' if len(some) > 1 else ''}" if whole else "an example"
            title = f"{names[refusing]} does not accept what {names[1 - refusing]} accepts"
            yield tag("h3", f"{title}: {count}")
            yield from (_class(name, one, one.decisions[refusing], said) for name, one in some)
    if comparison.apart:
        yield tag("h3", "Apart, in no class above: rejected by one, indeterminate under the other")
        for name, one in named[len(comparison.classes) :]:
            yield _class(name, one, f"{names[one.refusing]} rejects", said)


def _class(name: str, one: DifferenceClass, decision: str, said: Said) -> Markup:
    rules = ", ".join(dict.fromkeys(rule.id for rule in one.rules))
    words = one.words or ("an ordinary pair",)
    rows = [*_rows(one), *_row("witness", joined(words, tag("br")))]
    rows += [cell for text in stacks_in_words(said(name)) for cell in _row("stack", text)]
    return tag(
        "details",
        tag("summary", tag("strong", rules), f" ({decision}): {'; '.join(words)}"),
        tag("dl", *rows),
        tag("p", *_files(name, one.witness), class_="screen"),
    )


def _rows(one: DifferenceClass) -> Iterator[Markup]:
    for rule in one.rules:
        document: dict[str, Any] = rule.document()
        what = f"{rule.id} {_OUTCOMES[rule.outcome]} on {_ROLES[rule.role]}: {document['title']}"
        yield from _row("rule", what)
        if document["citation"]:
            yield from _row("clause", document["citation"])
        if document["effective"]:
            yield from _row("when", " and ".join(document["effective"]))
    if one.also:
        yield from _row("also", " and ".join(_ROLES[role] for role in one.also))


def _row(label: str, said: object) -> tuple[Markup, Markup]:
    return tag("dt", label), tag("dd", said)


def _files(name: str, witness: Witness | None) -> Iterable[Markup]:
    if witness is None:
        return (tag("span", "No certificates are made for this witness.", class_="faint"),)
    links = [download(f"{name}-{file}", text, file) for file, text in files_of(witness)]
    return Markup("Take away: "), joined(links, ", ")
