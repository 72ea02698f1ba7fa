"""A policy as English: every rule in a line or two, grouped by whom and what it judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.instants import format_instant
from mtlspolicy.language.explain import sentence
from mtlspolicy.language.tree import Literal, Node, bind
from mtlspolicy.records import dataclass, replace
from mtlspolicy_cli.explain_terms import named_terms, spelt
from mtlspolicy_cli.page import Page, page_for_answer, text_of

if TYPE_CHECKING:
    from mtlspolicy import Policy
    from mtlspolicy.language.explain import Names
    from mtlspolicy.policies.model import EffectiveWindow, Rule
    from mtlspolicy.policies.settings import Setting

__all__ = ["report"]

_LABEL: Final = 28
_SIDES: Final = {
    "both": "Of both sides",
    "client": "Of the client",
    "server": "Of the server",
    "pair": "Of the pair",
}
_OBJECTS: Final[dict[str | None, str]] = {
    "leaf": "the leaf",
    "issuer": "every issuer below the anchor",
    "link": "every link of the chain",
    "anchor": "the anchor",
    "path": "the path",
    None: "both leafs together",
}
_AXES: Final = {
    "not_before": "certificates issued",
    "evaluation_time": "handshakes",
    "anchor_added": "anchors added",
    "ccadb_disclosure": "CA certificates disclosed",
}
_MODES: Final = {"enforce": "", "warn": "warns only: ", "off": "is off: "}


def report(policy: Policy, settings: Mapping[str, Any], side: str | None) -> str:
    """Return the whole text; with settings or a side, conditions are read under them."""
    page = page_for_answer()
    values = {name: settings.get(name, one.default) for name, one in policy.settings.items()}
    sources = {f"{one.document} {one.version}".strip(): one.id for one in policy.sources}
    is_bound = bool(settings or side)
    names = {} if is_bound else named_terms(policy)
    reading = _Reading(values if is_bound else None, side, sources, names)
    lines = [*_head(policy, page), *_settings(policy, values, page), *_terms(names, page)]
    for key, whose in _SIDES.items():
        if side is None or key in (side, "both", "pair"):
            for of, what in _OBJECTS.items():
                rules = [rule for rule in policy.rules if (rule.side, rule.of) == (key, of)]
                lines += _rules(f"{whose}: {what}", rules, reading, page)
    return text_of([*lines, *_rest(policy, page)])


def _head(policy: Policy, page: Page) -> Iterator[str]:
    yield f"{page.paint(f'{policy.id} {policy.version}', 'strong')} ({policy.status})"
    yield from page.text(policy.title)
    if policy.proposal is not None:
        one = policy.proposal
        yield from page.loud(
            f"!! A PROPOSAL, NOT A STANDARD: {one.document}, {one.state}. `evaluate` uses it only "
            f"with --enable-proposal {one.document}; it is measured by {one.baseline}."
        )
    if policy.newest_text_read:
        yield f"newest text read: {policy.newest_text_read}"
    yield f"sha256: {policy.sha256}"


def _settings(policy: Policy, values: Mapping[str, Any], page: Page) -> Iterator[str]:
    if policy.settings:
        yield from page.title("Settings")
    for name, setting in policy.settings.items():
        changed = values[name] != setting.default
        default = f"; default {_value(setting.default)}" if changed else ""
        choices = f"; one of {', '.join(setting.choices)}" if setting.choices else _bounds(setting)
        label = f"{name} = {_value(values[name])}"
        yield from _labelled(label, f"{setting.title}{choices}{default}", page)


def _bounds(setting: Setting) -> str:
    least = "" if setting.least is None else f"; at least {setting.least}"
    return least if setting.most is None else f"{least}; at most {setting.most}"


def _terms(names: Names, page: Page) -> Iterator[str]:
    if names:
        yield from page.title("Conditions that have a name below")
    for name, text in spelt(names):
        yield from _labelled(name, text, page)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value)) or "(empty)"
    return str(value)


def _labelled(label: str, text: str, page: Page, indent: int = 2) -> list[str]:
    """Write text beside its label, or below it where the label is long."""
    at = _LABEL + 2 - indent
    if len(label) < at:
        return page.row(label, text, at, indent)
    return [*page.text(label, indent), *page.row("", text, at, indent)]


# -- rules


@dataclass(frozen=True, slots=True)
class _Said:
    """What a rule asks, and where: "" where it always asks; None asks nothing."""

    where: str
    asked: str | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How conditions are read: as written (no settings), or under settings and on a side."""

    settings: Mapping[str, Any] | None
    side: str | None
    sources: Mapping[str, str]
    """the id of each source by the name that citations give it"""
    names: Names
    """the terms that are written as their names"""

    def say(self, rule: Rule) -> _Said:
        """Write what a rule asks."""
        if self.settings is None:
            return _said(rule.when, rule.require, self.names)
        if rule.side != "both":
            return _bound(rule, rule.side, self.settings)
        if self.side is not None:
            return _bound(rule, self.side, self.settings)
        client, server = (_bound(rule, side, self.settings) for side in ("client", "server"))
        if client == server:
            return client
        return _Said("", f"of the client, {_whole(client)}; of the server, {_whole(server)}")


def _bound(rule: Rule, side: str, settings: Mapping[str, Any]) -> _Said:
    when, require = (bind(node, side, settings) for node in (rule.when, rule.require))
    if when == Literal(value=False) or require == Literal(value=True):
        return _Said("", None)
    return _said(when, require, {})


def _said(when: Node, require: Node, names: Names) -> _Said:
    where = "" if when == Literal(value=True) else sentence(when, names)
    return _Said(where, sentence(require, names))


def _whole(said: _Said) -> str:
    if said.asked is None:
        return "nothing"
    return f"where {said.where}: {said.asked}" if said.where else said.asked


def _rules(title: str, rules: list[Rule], reading: _Reading, page: Page) -> Iterator[str]:
    """Yield the rules; those with the same condition stand under it."""
    if rules:
        yield from page.title(title)
    groups: dict[str, list[tuple[Rule, str]]] = {"": []}
    idle: list[str] = []
    for rule in rules:
        said = reading.say(rule)
        if said.asked is None:
            idle.append(rule.id)
        else:
            groups.setdefault(said.where, []).append((rule, said.asked))
    for where, members in groups.items():
        several = len(members) > 1 and where
        if several:
            yield from page.text(f"where {where}:", 2)
        for rule, asked in members:
            condition = "" if several or not where else f"where {where}: "
            text = f"{_MODES[rule.mode]}{condition}{asked}{_force(rule, reading.sources)}"
            yield from _labelled(rule.id, text, page, indent=4 if several else 2)
    if idle:
        yield from page.text(f"(under these settings {', '.join(idle)} ask nothing)", 2)


def _force(rule: Rule, sources: Mapping[str, str]) -> str:
    """Write when a rule is in force, and where it stands."""
    windows = "".join(f"; {_window(window)}" for window in rule.effective)
    missing = "" if rule.if_missing == "unknown" else "; not asked where evidence is missing"
    cited = replace(rule.citation, document=sources[rule.citation.document])
    return f"{windows}{missing}. [{cited}]"


def _window(window: EffectiveWindow) -> str:
    start, end = window.window.start, window.window.end
    since = "" if start is None else f" from {_day(start)}"
    until = "" if end is None else f" before {_day(end)}"
    return f"for {_AXES[window.axis]}{since}{until}"


def _day(instant: int) -> str:
    return format_instant(instant).removesuffix("T00:00:00Z")


# -- what is not a rule


def _rest(policy: Policy, page: Page) -> Iterator[str]:
    if policy.obligations:
        yield from page.title("Whoever accepts must still")
    for one in policy.obligations:
        cited = f" [{one.citation}]" if one.citation else ""
        yield from _labelled(one.id, f"{one.text}{cited}", page)
    unjudged = policy.document.get("not_judged", [])
    if unjudged:
        yield from page.title("Statements that it does not judge, and why")
    for entry in unjudged:
        yield from _labelled(entry["statement"], entry["reason"], page)
    yield from page.title("Sources")
    for source in policy.sources:
        text = f"{source.document} {source.version}, {source.date}, {source.url}"
        yield from _labelled(source.id, text, page)
