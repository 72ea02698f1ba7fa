"""The catalogue of reason codes: the only source of what a code means.

Codes are dotted, lower case and append-only; severity is never in them. The catalogue is
data (``catalogue/codes/*.json``), one file per place that yields codes; `loader.codes`
reads them, for this module opens no files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Code", "read_codes"]

_RANKS: Final = {
    "malformed": 950,
    "not-der": 940,
    "asn1-constraint": 320,
    "profile": 310,
    "odd": 100,
    "path": 600,
    "name": 550,
}
"""Which code explains a reject best, where a code does not say so itself: what makes the
certificate unreadable comes first, for nothing after it can be relied on."""

_ALERTS: Final = {
    "malformed": "bad_certificate",
    "not-der": "bad_certificate",
    "asn1-constraint": "bad_certificate",
    "profile": "bad_certificate",
    "path": "certificate_unknown",
    "name": "bad_certificate",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One reason code.

    `rank`: of several failing codes the highest is `primary`. `alert`: the TLS alert that
    fits (RFC 8446, 6), or None.
    """

    code: str
    title: str
    meaning: str
    clause: str
    kind: str
    rank: int
    alert: str | None
    remedy: str


def read_codes(files: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> Mapping[str, Code]:
    """Return every code of the parsed `files` (name and entries), in their order.

    Raises ValueError for a code that stands twice.
    """
    found: dict[str, tuple[Mapping[str, Any], str]] = {}
    for name, entries in files:
        for entry in entries:
            code = str(entry["code"])
            if code in found:
                message = f"the code {code} stands twice in the catalogue"
                raise ValueError(message)
            found[code] = entry, name
    return _Codes(found)


class _Codes(Mapping[str, Code]):
    """All codes; each is made when somebody asks for it, for a decision tells a handful."""

    def __init__(self, entries: Mapping[str, tuple[Mapping[str, Any], str]]) -> None:
        self._entries = entries
        self._made: dict[str, Code] = {}

    def __getitem__(self, code: str) -> Code:
        made = self._made.get(code)
        if made is None:
            made = self._made[code] = _code(*self._entries[code])
        return made

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _code(entry: Mapping[str, object], origin: str) -> Code:
    kind = str(entry.get("kind", origin))
    rank = entry.get("rank", _RANKS.get(kind, 300))
    alert = entry.get("alert", _ALERTS.get(kind))
    return Code(
        str(entry["code"]),
        str(entry["title"]),
        str(entry["meaning"]),
        str(entry["clause"]),
        kind,
        int(str(rank)),
        None if alert is None else str(alert),
        str(entry.get("remedy", "")),
    )
