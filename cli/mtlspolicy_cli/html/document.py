"""The page as a whole: its parts in order, and the way between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.version import VERSION
from mtlspolicy_cli.html.classes import anchor_of, differences
from mtlspolicy_cli.html.markup import Markup, joined, link, table, tag
from mtlspolicy_cli.html.rules import side_by_side
from mtlspolicy_cli.html.stacks import stacks_beside
from mtlspolicy_cli.html.style import STYLE
from mtlspolicy_cli.html.times import what_changes_when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mtlspolicy.compare import Comparison, Party

__all__ = ["page"]

_MIRRORED: Final = {"stricter": "more-permissive", "more-permissive": "stricter"}
_STYLES: Final = {
    "equivalent": "same",
    "stricter": "good",
    "more-permissive": "bad",
    "incomparable": "doubt",
    "unknown": "doubt",
}


def page(parties: Sequence[Party], comparisons: Sequence[Comparison]) -> str:
    """Return the page of some policies and the comparisons of each two of them."""
    whole = len(comparisons) == 1
    title = comparisons[0].sentence() if whole else "How policies of mutual TLS differ"
    parts = [
        tag("a", "Skip to the content", href="#content", class_="skip"),
        tag("header", tag("h1", title), _about()),
        _contents(whole=whole),
        tag("main", *_sections(parties, comparisons, whole=whole), id="content"),
        tag("footer", tag("p", f"mtlspolicy {VERSION}", class_="faint")),
    ]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", title),
        Markup(f"<style>{STYLE}</style>"),
    )
    body = tag("body", joined(parts, Markup("\n")))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _about() -> Markup:
    return tag(
        "p",
        "Two policies are compared exactly: over everything that their rules can tell apart, not "
        "by samples. Each difference is shown by its smallest witness, a pair of certificate "
        "chains made to order from published test keys.",
        class_="lead",
    )


_SECTIONS: Final = (
    ("policies", "The policies"),
    ("relations", "Which accepts more"),
    ("differences", "The differences"),
    ("rules", "Rule by rule"),
    ("stacks", "What TLS stacks say"),
    ("times", "What changes when"),
)


def _contents(*, whole: bool) -> Markup:
    links = [tag("li", link(name, said)) for name, said in _SECTIONS if _wanted(name, whole=whole)]
    return tag("nav", tag("ul", *links), aria_label="contents")


def _wanted(name: str, *, whole: bool) -> bool:
    return name != "relations" or not whole


def _sections(
    parties: Sequence[Party], comparisons: Sequence[Comparison], *, whole: bool
) -> Iterator[Markup]:
    parts: dict[str, Callable[[], Iterable[Markup]]] = {
        "policies": lambda: [_policies(parties)],
        "relations": lambda: [_matrix(parties, comparisons)],
        "differences": lambda: _differences(comparisons, whole=whole),
        "rules": lambda: [side_by_side(parties)],
        "stacks": lambda: stacks_beside(parties),
        "times": lambda: what_changes_when(parties),
    }
    for name, said in _SECTIONS:
        if _wanted(name, whole=whole):
            heading = tag("h2", said, id=f"{name}-title")
            yield tag("section", heading, *parts[name](), id=name, aria_labelledby=f"{name}-title")


# -- policies


def _policies(parties: Sequence[Party]) -> Markup:
    names = ("policy", "status", "what it is", "newest text read", "settings")
    return table("policies", names, [tag("tr", *_policy(one)) for one in parties])


def _policy(party: Party) -> Iterator[Markup]:
    policy = party.policy
    proposal = policy.proposal
    state = "" if proposal is None else f": {proposal.document}, {proposal.state}"
    given = ", ".join(f"{name}={value}" for name, value in party.settings.items())
    yield tag("th", tag("code", policy.id), f" {policy.version}", scope="row")
    yield tag("td", f"{policy.status}{state}")
    yield tag("td", policy.title)
    yield tag("td", policy.newest_text_read)
    yield tag("td", given or "as they are by default")


# -- relations


def _matrix(parties: Sequence[Party], comparisons: Sequence[Comparison]) -> Markup:
    """A row says what its policy is, compared with that of the column."""
    relations: dict[tuple[str, str], tuple[str, str]] = {}
    for one in comparisons:
        a, b = (party.policy.id for party in one.parties)
        relations[a, b] = one.relation, anchor_of(one)
        relations[b, a] = _MIRRORED.get(one.relation, one.relation), anchor_of(one)
    ids = [one.policy.id for one in parties]
    rows = [
        tag(
            "tr",
            tag("th", tag("code", row), scope="row"),
            *(_cell(relations.get((row, name))) for name in ids),
        )
        for row in ids
    ]
    columns = ("compared with", *(tag("code", name) for name in ids))
    caption = (
        "What the policy of the row is, compared with that of the column: stricter accepts less, "
        "more-permissive accepts more, incomparable both."
    )
    return table("relations", columns, rows, caption=caption)


def _cell(found: tuple[str, str] | None) -> Markup:
    if found is None:
        return tag("td", "itself", class_="cell faint")
    relation, place = found
    return tag("td", link(place, relation), class_=f"cell {_STYLES[relation]}")


# -- differences


def _differences(comparisons: Sequence[Comparison], *, whole: bool) -> Iterator[Markup]:
    for one in comparisons:
        if whole:
            yield from differences(one, whole=True)
            if not one.classes and not one.apart:
                yield tag("p", "There is none.")
            continue
        a, b = (party.policy.id for party in one.parties)
        shown = [
            tag("summary", tag("strong", f"{a} and {b}"), f": {a} is {one.relation}"),
            *differences(one, whole=False),
            tag("p", "All of them: ", tag("code", f"mtlspolicy compare {a} {b}"), class_="faint"),
        ]
        yield tag("details", *shown, id=anchor_of(one))
