"""The rules of several policies side by side, with their clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtlspolicy_cli.html.markup import Markup, table, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mtlspolicy.compare import Party

__all__ = ["side_by_side"]

_MARKS = {"enforce": ("good", "enforced"), "warn": ("doubt", "warns"), "off": ("same", "off")}


def side_by_side(named: Sequence[tuple[str, Party]]) -> Markup:
    """Return a table: a row per rule, a column per policy.

    Rules of one id are one rule as far as they say the same; where they do not, the cell says
    `differs`, which is measured against the first policy that has the rule.
    """
    parties = [one for _, one in named]
    rules = [{rule["id"]: rule for rule in one.policy.document["rules"]} for one in parties]
    ids = list(dict.fromkeys(name for one in rules for name in one))
    ids.sort(key=lambda name: _alike(name, rules))  # what differs comes first
    columns = ("rule", "clause", *(name for name, _ in named))
    rows = [tag("tr", *_row(name, rules, parties)) for name in ids]
    caption = (
        "What differs comes first. Enforced, warns, off, or not there; differs: the same id "
        "with another condition."
    )
    return table("rules", columns, rows, caption=caption)


def _row(
    name: str, rules: Sequence[Mapping[str, Any]], parties: Sequence[Party]
) -> Iterator[Markup]:
    first = next(number for number, one in enumerate(rules) if name in one)
    rule = next(one for one in parties[first].policy.rules if one.id == name)
    yield tag("th", tag("code", name), tag("br"), tag("span", rule.title), scope="row")
    yield tag("td", str(rule.citation))
    for one in rules:
        yield _cell(one.get(name), rules[first][name])


def _alike(name: str, rules: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a rule is the same in all policies."""
    found = [one.get(name) for one in rules]
    if None in found:
        return False
    first, *others = [(_meaning(one), one["mode"]) for one in found if one is not None]
    return all(other == first for other in others)


def _cell(rule: Mapping[str, Any] | None, model: Mapping[str, Any]) -> Markup:
    if rule is None:
        return tag("td", "not there", class_="cell faint")
    style, word = _MARKS[rule["mode"]]
    said = word if _meaning(rule) == _meaning(model) else f"{word}, differs"
    return tag("td", said, class_=f"cell {style}")


def _meaning(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule asks, whatever follows from it."""
    return {key: rule.get(key) for key in ("on", "when", "require", "effective", "if_missing")}
