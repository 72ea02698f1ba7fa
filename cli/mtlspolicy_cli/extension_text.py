"""The value of an extension in a line: from the inspection document, for people."""

from __future__ import annotations

from typing import Any, Final

from mtlspolicy.der.oids import short_name
from mtlspolicy.instants import format_instant
from mtlspolicy_cli.finding_text import found_text

__all__ = ["extension_value"]

_LONGEST: Final = 600
_GENERAL: Final = {
    "dNSName": "dns",
    "iPAddress": "ip",
    "uniformResourceIdentifier": "uri",
    "rfc822Name": "email",
    "directoryName": "dn",
}


def extension_value(value: Any, length: int) -> str:  # noqa: ANN401 - JSON
    """Write a value; what this reader does not know by its length."""
    if value is None:
        return f"{length} bytes that this reader does not know"
    if isinstance(value, str):
        return value
    shown = {key: part for key, part in value.items() if key != "critical" and not _idle(part)}
    text = _text(shown) if shown else "present"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... (--format json has it all)"


def _idle(part: object) -> bool:
    return part is None or part == []


def _text(shown: dict[str, Any]) -> str:
    if "timestamps" in shown:
        return "; ".join(_timestamp(*one) for one in shown["timestamps"])
    if len(shown) == 1 and isinstance(next(iter(shown.values())), list):
        return found_text(_short(next(iter(shown.values()))))
    return found_text(_short(shown))


def _timestamp(version: int, log: str, milliseconds: int) -> str:
    return f"v{version + 1}, log {log[:16]}..., {format_instant(milliseconds // 1000)}"


def _short(part: Any) -> Any:  # noqa: ANN401 - JSON
    """Write general names, methods and identifiers as people say them."""
    match part:
        case list():
            return [_short(one) for one in part]
        case str():
            return short_name(part)
        case {"kind": kind, "text": text}:
            shown: Any = f"{_GENERAL.get(kind, kind)} {text}"
        case {"method": method, "location": location}:
            shown = f"{short_name(method)} {_short(location)}"
        case {"oid": oid, "qualifiers": qualifiers}:
            qualified = f" ({found_text(_short(qualifiers))})" if qualifiers else ""
            shown = f"{short_name(oid)}{qualified}"
        case dict():
            shown = {key: _short(one) for key, one in part.items() if not _idle(one)}
        case _:
            shown = part
    return shown
