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
    from mtlspolicy_cli.html.classes import Said

__all__ = ["page"]

_MIRRORED: Final = {"stricter": "more-permissive", "more-permissive": "stricter"}
_STYLES: Final = {
    "equivalent": "same",
    "stricter": "good",
    "more-permissive": "bad",
    "incomparable": "doubt",
    "unknown": "doubt",
}
_MARKS: Final = {
    "equivalent": "=",
    "stricter": "<",
    "more-permissive": ">",
    "incomparable": "\u00d7",
    "unknown": "?",
}


def _nothing(_: str) -> Sequence[dict[str, str]]:
    return ()


def page(parties: Sequence[Party], comparisons: Sequence[Comparison], said: Said = _nothing) -> str:
    """Return the page of some policies and the comparisons of each two of them.

    `said`: what stacks answer about the witness of a name, where there is one comparison.
    """
    whole = len(comparisons) == 1
    title = comparisons[0].sentence() if whole else "How policies of mutual TLS differ"
    parts = [
        tag("a", "Skip to the content", href="#content", class_="skip"),
        tag("header", tag("h1", title), _about()),
        _contents(whole=whole),
        tag("main", *_sections(parties, comparisons, said, whole=whole), id="content"),
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
    ("relations", "Which accepts more"),
    ("policies", "The policies"),
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
    parties: Sequence[Party], comparisons: Sequence[Comparison], said: Said, *, whole: bool
) -> Iterator[Markup]:
    names = comparisons[0].names if whole else [one.policy.id for one in parties]
    named = list(zip(names, parties, strict=True))
    parts: dict[str, Callable[[], Iterable[Markup]]] = {
        "policies": lambda: [_policies(named)],
        "relations": lambda: [_matrix(comparisons, names)],
        "differences": lambda: _differences(comparisons, said, whole=whole),
        "rules": lambda: [side_by_side(named)],
        "stacks": lambda: stacks_beside(named),
        "times": lambda: what_changes_when(named),
    }
    for name, title in _SECTIONS:
        if _wanted(name, whole=whole):
            heading = tag("h2", title, id=f"{name}-title")
            yield tag("section", heading, *parts[name](), id=name, aria_labelledby=f"{name}-title")


# -- policies


def _policies(named: Sequence[tuple[str, Party]]) -> Markup:
    names = ("policy", "status", "what it is", "newest text read", "settings")
    return table("policies", names, [tag("tr", *_policy(*one)) for one in named])


def _policy(name: str, party: Party) -> Iterator[Markup]:
    policy = party.policy
    proposal = policy.proposal
    state = "" if proposal is None else f": {proposal.document}, {proposal.state}"
    given = ", ".join(f"{name}={value}" for name, value in party.settings.items())
    version = "" if name.endswith(f" {policy.version}") else f" {policy.version}"
    yield tag("th", tag("code", name), version, scope="row")
    yield tag("td", f"{policy.status}{state}")
    yield tag("td", policy.title)
    yield tag("td", policy.newest_text_read, class_="day")
    yield tag("td", given or "as they are by default")


# -- relations


def _matrix(comparisons: Sequence[Comparison], names: Sequence[str]) -> Markup:
    """A row says what its policy is, compared with that of the column."""
    relations: dict[tuple[str, str], tuple[str, str]] = {}
    for one in comparisons:
        a, b = one.names
        relations[a, b] = one.relation, anchor_of(one)
        relations[b, a] = _MIRRORED.get(one.relation, one.relation), anchor_of(one)
    rows = [
        tag(
            "tr",
            tag("th", tag("code", row), scope="row"),
            *(_cell(row, name, relations.get((row, name))) for name in names),
        )
        for row in names
    ]
    columns = ("compared with", *(tag("span", tag("code", one), class_="up") for one in names))
    caption = (
        "What the policy of the row is, compared with that of the column: < stricter, it accepts "
        "less; > more permissive, it accepts more; \u00d7 incomparable, each accepts what the "
        "other does not; = equivalent. Each sign leads to an example in each direction."
    )
    return table("relations", columns, rows, caption=caption)


def _cell(row: str, name: str, found: tuple[str, str] | None) -> Markup:
    if found is None:
        return tag("td", tag("span", "itself", class_="away"), class_="cell faint")
    relation, place = found
    # The sign is for the eye; who hears the page, or rests on the sign, is told in words.
    told = f"{row} and {name}: {relation}"
    sign = tag("a", _MARKS[relation], href=f"#{place}", aria_label=told, title=told)
    return tag("td", sign, class_=f"cell {_STYLES[relation]}")


# -- differences


def _differences(comparisons: Sequence[Comparison], said: Said, *, whole: bool) -> Iterator[Markup]:
    for one in comparisons:
        if whole:
            yield from differences(one, said, whole=True)
            if not one.classes and not one.apart:
                yield tag("p", "There is none.")
            continue
        a, b = one.names
        shown = [
            tag("summary", tag("strong", f"{a} and {b}"), f": {_IS[one.relation].format(a=a)}"),
            *differences(one, whole=False),
            tag("p", "All of them: ", tag("code", f"mtlspolicy compare {a} {b}"), class_="faint"),
        ]
        yield tag("details", *shown, id=anchor_of(one))


_IS: Final = {
    "equivalent": "they accept the same",
    "stricter": "{a} is stricter",
    "more-permissive": "{a} is more permissive",
    "incomparable": "each accepts what the other does not",
    "unknown": "more states than the limit allows",
}
