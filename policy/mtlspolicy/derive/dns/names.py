"""Names of the DNS as questions use them, and the names under which something is looked up.

A name is text in lower case without its final dot. This module knows how names are written
and built. It must not know answers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mtlspolicy.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Collection

    from mtlspolicy.derive.forms import IpAddress

__all__ = ["canonical_name", "is_within", "port_name", "reverse_name", "service_name"]

# RFC 2181, 11: any octet may stand in a label. Escapes are not read: no name that is asked for
# here needs one, and two spellings of one name would make comparison a guess. RFC 2317, 4, has
# a solidus in labels of the reverse zones.
_NAME: Final = pattern(r"[!-\[\]-~]{1,253}")
_MAX_LABEL: Final = 63
"""Octets of a label (RFC 1035, 2.3.4)."""

_IPV4: Final = 4


def canonical_name(text: object) -> str | None:
    """Return the name that `text` writes, or None: lower case, without the final dot."""
    if not isinstance(text, str):
        return None
    name = text.removesuffix(".").lower()
    if not _NAME.fullmatch(name):
        return None
    labels = name.split(".")
    return name if all(0 < len(label) <= _MAX_LABEL for label in labels) else None


def is_within(name: str, domains: Collection[str]) -> bool:
    """Whether `name` is one of `domains` or below it; they may have a dot at either end."""
    if not domains:
        return False
    whole, ends = _domains(tuple(domains))
    return name in whole or name.endswith(ends)


@lru_cache(maxsize=64)
def _domains(domains: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return domains as names, and what ends a name below one; a policy has few lists of them."""
    plain = [one.strip(".").lower() for one in domains]
    return frozenset(plain) - {""}, tuple(f".{one}" for one in plain if one)


def reverse_name(address: IpAddress) -> str:
    """Return the owner of an address's PTR records (RFC 1035, 3.5; RFC 3596, 2.5)."""
    octets = address.octets
    if len(octets) == _IPV4:
        return ".".join(map(str, reversed(octets))) + ".in-addr.arpa"
    return ".".join(reversed(octets.hex())) + ".ip6.arpa"


def port_name(port: int, transport: str, base: str) -> str:
    """Return the owner of what is said of a port of `base` (RFC 6698, 3; RFC 8552)."""
    return f"_{port}._{transport}.{base}"


def service_name(service: str, transport: str, base: str) -> str:
    """Return the owner of a service's SRV records (RFC 2782)."""
    return f"_{service.lower()}._{transport}.{base}"
