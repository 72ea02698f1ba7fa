"""When two distinguished names are one name (RFC 5280, 7.1), and how a name is shown.

This module knows the string preparation of RFC 4518 as far as certificates need it. It
must not know where a name stands or what hangs on it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, TypeVar

from mtlspolicy import limits
from mtlspolicy.memos import keep
from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Attribute, Name

__all__ = [
    "NAMES",
    "TEXT",
    "CanonicalName",
    "CanonicalRdn",
    "canonical",
    "fold",
    "is_within",
    "lookup_key",
    "show",
]

CanonicalRdn = tuple[tuple[str, int, str | bytes], ...]
"""One relative name: its attributes as (dotted OID, kind, prepared text or encoding), sorted."""

CanonicalName = tuple[CanonicalRdn, ...]
"""A name to compare with ``==`` and to look up by."""

NAMES: Final = {
    # RFC 4514, 3: the table that every implementation knows
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
    # RFC 4519 and RFC 2985: written out by common tools, read by us
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.12": "title",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.42": "givenName",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.97": "organizationIdentifier",
    "1.2.840.113549.1.9.1": "emailAddress",
}
"""Dotted OID to the keyword of an attribute type."""

# X.680, 41: string types whose text means the same characters in each. TeletexString is
# not among them: what its bytes mean is disputed, so it equals only its like.
_UTF8, _NUMERIC, _PRINTABLE, _TELETEX, _IA5, _UNIVERSAL, _BMP = 12, 18, 19, 20, 22, 28, 30
_TEXTS: Final = frozenset({_UTF8, _NUMERIC, _PRINTABLE, _IA5, _UNIVERSAL, _BMP})

TEXT, _TELETEX_TEXT, _OCTETS = 0, 1, 2
"""Kinds of a prepared value; values of different kinds are never equal."""

# RFC 4518, 2.2: characters that carry no meaning of their own.
_NOTHING: Final = pattern(
    "[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200f\u202a-\u202e\u2060-\u2063"
    "\u206a-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
# NOTE: RFC 4518, 2.2 maps control characters to nothing. Here a value that has one is
# compared by its encoding alone: `CN=admin` must not be had by writing NULs into it.
_CONTROL: Final = pattern("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ud800-\udfff]")

_MAX_MEMO_BYTES: Final = 4096
"""Longest encoding of a name that is remembered; real names stay below 500 bytes."""

_memo: Final[dict[bytes, CanonicalName]] = {}
_keys: Final[dict[bytes, str]] = {}

_V = TypeVar("_V")


def fold(text: str) -> str | None:
    """Prepare `text` for a comparison without regard to case (RFC 4518, 2).

    Return None where it holds a character that has no place in a name.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _NOTHING.sub("", text).casefold())
    if _CONTROL.search(text):
        return None
    # 2.6.1: spaces at the ends do not count, and inside many are as one.
    return " ".join(text.lower().split())


def _attribute(attribute: Attribute) -> tuple[str, int, str | bytes]:
    if attribute.value is not None:
        kind = TEXT if attribute.tag in _TEXTS else _TELETEX_TEXT
        text = fold(attribute.value)
        if text is not None and (kind == TEXT or attribute.tag == _TELETEX):
            return attribute.oid, kind, text
    return attribute.oid, _OCTETS, attribute.der


def canonical(name: Name) -> CanonicalName:
    """Return the form of `name` that is equal for equal names (RFC 5280, 7.1)."""
    known = _memo.get(name.der)
    if known is not None:
        return known
    # 7.1: relative names are sets, and equal if they have as many attributes and each matches.
    found = tuple(tuple(sorted(map(_attribute, rdn))) for rdn in name.rdns)
    _remember(_memo, name.der, found)
    return found


def lookup_key(name: Name) -> str:
    """Return a text that is the same for equal names, "" for the empty name: to look up by."""
    known = _keys.get(name.der)
    if known is not None:
        return known
    key = repr(canonical(name)) if name.rdns else ""
    _remember(_keys, name.der, key)
    return key


def _remember(memo: dict[bytes, _V], der: bytes, value: _V) -> None:
    if len(der) <= _MAX_MEMO_BYTES:
        keep(memo, der, value)


def is_within(name: CanonicalName, base: CanonicalName) -> bool:
    """Whether `name` is `base` or below it in the directory (RFC 5280, 7.1)."""
    return name[: len(base)] == base


_SPECIAL: Final = frozenset('"+,;<>\\=')


def _escape(value: str) -> str:
    """Write a value as RFC 4514, 2.4; what cannot be printed is written as hex pairs too."""
    written = "".join(
        ("\\" + c)
        if c in _SPECIAL
        else (c if c.isprintable() else "".join(f"\\{b:02x}" for b in c.encode(errors="replace")))
        for c in value
    )
    if written.startswith((" ", "#")):
        written = "\\" + written
    return written[:-1] + "\\ " if value.endswith(" ") and len(value) > 1 else written


def _assertion(attribute: Attribute) -> str:
    keyword = NAMES.get(attribute.oid, attribute.oid)
    if attribute.value is None:
        return f"{keyword}=#{attribute.der[: limits.MAX_HEX_BYTES].hex()}"
    return f"{keyword}={_escape(attribute.value[: limits.MAX_TEXT])}"


def show(name: Name) -> str:
    """Write `name` for people, after RFC 4514: last relative name first, bounded."""
    most = limits.MAX_TEXT // 4  # the shortest assertion takes four characters
    rdns = ("+".join(map(_assertion, rdn[:most])) for rdn in reversed(name.rdns[-most:]))
    text = ",".join(rdns)
    return text if len(text) <= limits.MAX_TEXT else text[: limits.MAX_TEXT - 3] + "..."
