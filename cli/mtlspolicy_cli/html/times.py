"""When rules begin and end, from 2023 to 2030, and what that does to one pair."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge.pair import ORDINARY_AT, ORDINARY_NOT_BEFORE
from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.records import replace
from mtlspolicy.suite.cases.pairs import dual
from mtlspolicy.timeline import Line, renewal_line
from mtlspolicy.timeline.picture import draw
from mtlspolicy_cli.html.markup import Markup, joined, table, tag, wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.compare import Party

__all__ = ["what_changes_when"]

FIRST: Final = parse_instant("2023-01-01T00:00:00Z")
END: Final = parse_instant("2031-01-01T00:00:00Z")
_CA: Final = (parse_instant("2022-06-01T00:00:00Z"), parse_instant("2034-12-31T23:59:59Z"))
"""So that no CA begins or ends within these years."""
_DAYS: Final = 45 * 86_400
"""How long the leafs are valid: within all limits of the TLS BR until 2031 (6.3.2: 47 days)."""
_FEW: Final = 3
"""Rules of one day that are told one by one."""
_AXES: Final = {
    "not_before": "certificates issued",
    "evaluation_time": "handshakes",
    "anchor_added": "anchors added",
    "ccadb_disclosure": "CAs disclosed",
}


class _Date(NamedTuple):
    """A day on which a rule begins or ends to bind; `where` are the policies that have it."""

    day: str
    axis: str
    word: str
    where: str
    rule: str


def what_changes_when(named: Sequence[tuple[str, Party]]) -> Iterator[Markup]:
    """Yield what becomes of a dual-purpose pair renewed over the years, and a table of dates."""
    lines = [(name, line) for name, one in named if (line := _renewed(one)) is not None]
    yield tag(
        "p",
        "The picture: one pair, whose client and server each present a public certificate for "
        "both purposes, valid for 45 days and issued again on each day by the same CA. The "
        "table: every date in these years on which a rule begins or ends to bind.",
    )
    if lines:
        yield wide("when the verdict changes", Markup(draw(lines, ORDINARY_AT)))
        yield tag("ul", *_changes(lines))
    dates = sorted(_dates(named))
    rows = [tag("tr", *_row(list(same))) for _, same in groupby(dates, key=lambda one: one[:-1])]
    if rows:
        yield table("dates", ("day", "of", "rule", "in"), rows)
    else:
        yield tag("p", "No rule begins or ends to bind in these years.")


# -- one pair over the years


def _renewed(party: Party) -> Line | None:
    """Return the line of a pair in which both sides present a certificate for both purposes."""
    draft = dual()
    for chain in (draft.client, draft.server):
        for authority in (*chain.issuers, chain.anchor):
            authority.not_before, authority.not_after = _CA
        chain.leaf.not_before = ORDINARY_NOT_BEFORE
        chain.leaf.not_after = ORDINARY_NOT_BEFORE + _DAYS - 1
    built = draft.build()
    pair = Pair(client=built.client.presented, server=built.server.presented)
    line = renewal_line(
        pair, party.policy, read_context(built.evidence).with_settings(party.settings)
    )
    return None if line is None else _within(line)


def _within(line: Line) -> Line:
    """Leave out what lies before or behind these years."""
    spans = tuple(
        replace(
            span,
            start=None if span.start is None or span.start < FIRST else span.start,
            end=None if span.end is None or span.end >= END else span.end,
        )
        for span in line.spans
        if (span.start is None or span.start < END) and (span.end is None or span.end > FIRST)
    )
    changes = tuple(change for change in line.changes if FIRST <= change.at < END)
    return replace(line, spans=spans, changes=changes)


def _changes(lines: Sequence[tuple[str, Line]]) -> Iterator[Markup]:
    """Say each change of the picture, and which rules it comes from."""
    told = sorted((change.at, name, change) for name, line in lines for change in line.changes)
    for at, name, change in told:
        causes = change.began or change.ended
        rules = ", ".join(dict.fromkeys(cause.rule or cause.code for cause in causes))
        what = f": {name}, {change.before} becomes {change.after}, by {rules}"
        yield tag("li", tag("strong", _day(at)), what)
    if not told:
        yield tag("li", "No verdict on this pair changes in these years.")


def _day(instant: int) -> str:
    return format_instant(instant).removesuffix("T00:00:00Z")


# -- dates of rules


def _dates(named: Sequence[tuple[str, Party]]) -> Iterator[_Date]:
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for name, party in named:
        for rule in party.policy.rules:
            if rule.mode == "off":
                continue
            for one in rule.effective:
                for instant, word in ((one.window.start, "begins"), (one.window.end, "ends")):
                    if instant is not None and FIRST <= instant < END:
                        key = _day(instant), _AXES[one.axis], word, f"{rule.id}: {rule.title}"
                        found.setdefault(key, []).append(name)
    for (day, axis, word, told), names in found.items():
        yield _Date(day, axis, word, ", ".join(dict.fromkeys(names)), told)


def _row(same: Sequence[_Date]) -> Iterator[Markup]:
    """Return what begins, or ends, on one day in the same policies."""
    day, axis, word, where, _ = same[0]
    rules = [one.rule for one in same]
    yield tag("th", day, scope="row", class_="day")
    yield tag("td", axis)
    if len(rules) <= _FEW:
        yield tag("td", joined((f"{word}: {rule}" for rule in rules), tag("br")))
    else:
        listed = tag("ul", *(tag("li", rule) for rule in rules))
        count = f"{len(rules)} rules {word.removesuffix('s')}"
        yield tag("td", tag("details", tag("summary", count), listed))
    yield tag("td", where)
