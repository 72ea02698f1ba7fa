"""HTML put together from parts: what is not markup is escaped, always."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from mtlspolicy_cli.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Markup", "download", "joined", "link", "table", "tag", "text", "wide"]

_VOID = frozenset({"meta", "br", "col"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Return any value as text of a page: without control characters, escaped."""
    return value if isinstance(value, Markup) else Markup(escape(clean(value)))


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """Return an element; `class_` is written `class`, an underscore inside a name as a hyphen."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(clean(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    inside = "".join(text(child) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>")


def joined(parts: Iterable[object], separator: str = "") -> Markup:
    """Return parts one after the other."""
    return Markup(text(separator).join(text(part) for part in parts))


def wide(label: str, content: Markup) -> Markup:
    """Return content that may be wider than the page: it scrolls, also by keyboard."""
    return tag("div", content, class_="wide", tabindex="0", role="region", aria_label=label)


def table(
    label: str, columns: Iterable[object], rows: Iterable[Markup], *, caption: str = ""
) -> Markup:
    """Return a table; `label` is what it is called where it is not seen."""
    head = tag("tr", *(tag("th", name, scope="col") for name in columns))
    above = [tag("caption", caption)] if caption else []
    return wide(label, tag("table", *above, tag("thead", head), tag("tbody", *rows)))


def link(target: str, said: object) -> Markup:
    """Return a link inside the page."""
    return tag("a", said, href=f"#{target}")


def download(name: str, content: str, said: str) -> Markup:
    """Return a link that hands out a file which the page itself holds."""
    data = base64.b64encode(content.encode("utf-8")).decode("ascii")
    return tag("a", said, href=f"data:text/plain;base64,{data}", download=name)
