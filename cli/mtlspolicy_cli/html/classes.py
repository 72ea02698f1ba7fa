"""The classes of one comparison: rules, clauses, dates, and the witness to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy.suite.witnesses import case_names
from mtlspolicy_cli.compare_files import files_of
from mtlspolicy_cli.html.markup import Markup, download, joined, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtlspolicy.compare import Comparison, DifferenceClass, Witness

__all__ = ["anchor_of", "differences"]

_OUTCOMES = {"fail": "fails", "unknown": "is not known"}
_ROLES = {"client": "the client", "server": "the server", "pair": "the pair"}


def anchor_of(comparison: Comparison) -> str:
    """Return the place of a comparison in the page."""
    a, b = comparison.parties
    return f"{a.policy.id}--{b.policy.id}"


def differences(comparison: Comparison, *, whole: bool) -> Iterator[Markup]:
    """Yield the comparison in full, or as examples where it was cut short."""
    named = case_names(comparison)
    for refusing in (0, 1):
        this, other = (comparison.parties[n].policy.id for n in (refusing, 1 - refusing))
        some = [
            (name, one)
            for name, one in named[: len(comparison.classes)]
            if one.refusing == refusing
        ]
        if some:
            count = f"{len(some)} classes" if whole else "an example"
            yield tag("h3", f"{this} does not accept what {other} accepts: {count}")
            yield from (_class(name, one) for name, one in some)
    if comparison.apart:
        yield tag("h3", "Apart, in no class above: rejected by one, indeterminate under the other")
        yield from (_class(name, one) for name, one in named[len(comparison.classes) :])


def _class(name: str, one: DifferenceClass) -> Markup:
    rules = ", ".join(dict.fromkeys(rule.id for rule in one.rules))
    words = "; ".join(one.words) or "an ordinary pair"
    decisions = f"a {one.decisions[0]}, b {one.decisions[1]}"
    return tag(
        "details",
        tag("summary", tag("strong", rules), f" ({decisions}): {words}"),
        tag("dl", *_rows(one)),
        tag("p", *_files(name, one.witness)),
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
