"""When rules begin and end, from 2023 to 2030."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.evidence.context import Pair
from mtlspolicy.evidence.document import read_context
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.timeline import renewal_line
from mtlspolicy.timeline.picture import draw
from mtlspolicy_cli.html.markup import Markup, table, tag, wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.compare import Party
    from mtlspolicy.timeline import Line

__all__ = ["what_changes_when"]

FIRST: Final = parse_instant("2023-01-01T00:00:00Z")
END: Final = parse_instant("2031-01-01T00:00:00Z")
_AXES: Final = {
    "not_before": "certificates issued",
    "evaluation_time": "handshakes",
    "anchor_added": "anchors added",
    "ccadb_disclosure": "CAs disclosed",
}


def what_changes_when(parties: Sequence[Party]) -> Iterator[Markup]:
    """Yield the picture of a dual-purpose pair renewed over the years, and a table of dates."""
    lines = [(one.policy.id, line) for one in parties if (line := _renewed(one)) is not None]
    yield tag(
        "p",
        "The picture: one pair, whose client and server present a certificate for both "
        "purposes, issued again on each day by the same CA. The table: every date in these "
        "years on which a rule begins or ends to bind.",
    )
    if lines:
        yield wide("when the verdict changes", Markup(draw(lines, ORDINARY_AT)))
    rows = [
        tag("tr", tag("th", day, scope="row"), tag("td", axis), tag("td", what), tag("td", where))
        for (day, axis, what), where in _dates(parties)
    ]
    yield table("dates", ("day", "of", "rule", "in"), rows)


def _renewed(party: Party) -> Line | None:
    """The line of a pair in which both sides present a certificate for both purposes."""
    draft = ordinary_pair()
    for leaf in (draft.client.leaf, draft.server.leaf):
        leaf.set_purposes("serverAuth", "clientAuth")
    built = draft.build()
    pair = Pair(client=built.client.presented, server=built.server.presented)
    context = read_context(built.evidence).with_settings(party.settings)
    return renewal_line(pair, party.policy, context)


def _dates(parties: Sequence[Party]) -> list[tuple[tuple[str, str, str], str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for party in parties:
        for rule in party.policy.rules:
            if rule.mode == "off":
                continue
            for one in rule.effective:
                for instant, word in ((one.window.start, "begins"), (one.window.end, "ends")):
                    if instant is not None and FIRST <= instant < END:
                        day = format_instant(instant).removesuffix("T00:00:00Z")
                        what = f"{rule.id} {word}: {rule.title}"
                        found.setdefault((day, _AXES[one.axis], what), []).append(party.policy.id)
    return [(key, ", ".join(dict.fromkeys(ids))) for key, ids in sorted(found.items())]
