"""The text of a general name: as ASCII, and as it may be shown.

This module knows how a GeneralName keeps its octets. It must not know what its text means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy import limits

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import GeneralName

__all__ = ["SRV_NAME", "ia5", "printable", "service_name"]

SRV_NAME: Final = "1.3.6.1.5.5.7.8.7"
"""id-on-dnsSRV (RFC 4985, 2)."""

_IA5_STRING: Final = b"\x16"


def ia5(name: GeneralName) -> str | None:
    """Return the text of a dNSName, rfc822Name or URI, or None where it is not IA5."""
    try:
        return name.octets.decode("ascii")
    except UnicodeDecodeError:
        return None


def printable(text: str | bytes) -> str:
    """Return `text` for people: bounded, and without anything that does not print."""
    if isinstance(text, bytes):
        return "#" + text[: limits.MAX_HEX_BYTES].hex()
    shown = text[: limits.MAX_TEXT]
    return shown if shown.isprintable() else ascii(shown)[1:-1]


def service_name(name: GeneralName) -> str | None:
    """Return the text of an SRVName (RFC 4985, 2), or None where `name` is no SRVName.

    The text is empty where the value is not the IA5String that it has to be.
    """
    if name.kind != "otherName" or name.other != SRV_NAME:
        return None
    return name.text if name.octets.startswith(_IA5_STRING) else ""
