"""Reference identifiers: the names that a caller expects of a peer.

This module knows which kinds of names can be asked for and how each is written. A
`Reference` that exists can be compared; what cannot be is refused here, with advice. It
must not know certificates.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive import rfc4514
from mtlspolicy.derive.forms import DnsName, IpAddress, Mailbox, SrvName, UriName
from mtlspolicy.derive.text import printable
from mtlspolicy.errors import InputError
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.derive.rfc4514 import WrittenName

__all__ = ["KINDS", "Reference", "parse_reference"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of a peer that is looked for: its kind, its text as given, and what it means."""

    kind: str
    text: str
    value: str | DnsName | IpAddress | Mailbox | SrvName | UriName | WrittenName


def _common_name(text: str) -> str | None:
    return text or None


KINDS: Final[dict[str, tuple[Callable[[str], object | None], str]]] = {
    # RFC 9525, 6.1: what a client asks of a server
    "dns": (
        DnsName.parse,
        "write a host name in ASCII without final dot or wildcard (A-labels: `xn--...`)",
    ),
    "ip": (IpAddress.parse, "write an IPv4 or IPv6 address without port, brackets or zone"),
    "srv": (SrvName.parse, "write `_service.domain`, such as `_imaps.example.com`"),
    "uri-id": (
        UriName.parse,
        "write a URI with a scheme and a host, such as `sip:voice.example.com`",
    ),
    # what a server may ask of a client, beside dns and ip
    "uri": (UriName.parse, "write an absolute URI, such as `spiffe://example.org/service`"),
    "email": (Mailbox.parse, "write `local@domain` in ASCII without quotes"),
    "cn": (_common_name, "write the common name; it cannot be empty"),
    "dn": (
        rfc4514.parse,
        "write a distinguished name as RFC 4514 has it, such as `CN=bot,O=Example,C=CH`",
    ),
}
"""Kind to parser and advice."""

_MAX_REFERENCE: Final = 16_384
"""Characters of a reference: a written distinguished name is the longest of them."""


def parse_reference(kind: str, value: str) -> Reference:
    """Return the reference of `kind` that `value` writes; raise `InputError` if it writes none.

    Whoever asks for one name asks for it again: short ones are remembered.
    """
    return _remembered(kind, value) if len(value) <= _MAX_REMEMBERED else _parse(kind, value)


_MAX_REMEMBERED: Final = 256
"""Characters of the longest reference that is remembered; a host name has at most 253."""


@lru_cache(maxsize=1_024)
def _remembered(kind: str, value: str) -> Reference:
    return _parse(kind, value)


def _parse(kind: str, value: str) -> Reference:
    if kind not in KINDS:
        message = f"`{printable(kind)}` is no kind of name"
        raise InputError(message, help=f"one of: {', '.join(KINDS)}")
    parser, advice = KINDS[kind]
    target = parser(value) if len(value) <= _MAX_REFERENCE else None
    if isinstance(target, UriName) and kind == "uri-id" and target.host is None:
        target = None
    if not isinstance(
        target, str | DnsName | IpAddress | Mailbox | SrvName | UriName | rfc4514.WrittenName
    ):
        message = f"`{printable(value)}` cannot be compared as a name of kind {kind}"
        raise InputError(message, help=advice)
    return Reference(kind, value, target)
