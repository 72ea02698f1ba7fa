"""A dated table of the special-purpose address blocks, and whether an address is in one.

BR 1.6.1 calls an address reserved if any entry of IANA's two special-purpose registries
holds it (https://www.iana.org/assignments/iana-ipv4-special-registry/ and
iana-ipv6-special-registry/), globally reachable or not. The blocks below are those of all
entries of copies of both registries, read on 2026-11-22, each with the RFC that asked for it;
blocks inside another one are left out. A test compares with every entry of the copies, and
with Python's `ipaddress`. This module knows addresses only, not what follows from them.
"""

from __future__ import annotations

import ipaddress
from typing import Final

__all__ = ["BLOCKS", "UPDATED", "is_special"]

UPDATED: Final = "2025-04-30"
"""The end of the month of the newest entry in the copies (RFC 9780): all that is older is in."""

BLOCKS: Final[dict[str, str]] = {
    "0.0.0.0/8": "RFC 791: this network",
    "10.0.0.0/8": "RFC 1918: private use",
    "100.64.0.0/10": "RFC 6598: shared address space",
    "127.0.0.0/8": "RFC 1122: loopback",
    "169.254.0.0/16": "RFC 3927: link local",
    "172.16.0.0/12": "RFC 1918: private use",
    "192.0.0.0/24": "RFC 6890: IETF protocol assignments",
    "192.0.2.0/24": "RFC 5737: documentation",
    "192.31.196.0/24": "RFC 7535: AS112",
    "192.52.193.0/24": "RFC 7450: automatic multicast tunneling",
    "192.88.99.0/24": "RFC 7526: 6to4 relay anycast, deprecated",
    "192.168.0.0/16": "RFC 1918: private use",
    "192.175.48.0/24": "RFC 7534: direct delegation AS112 service",
    "198.18.0.0/15": "RFC 2544: benchmarking",
    "198.51.100.0/24": "RFC 5737: documentation",
    "203.0.113.0/24": "RFC 5737: documentation",
    "240.0.0.0/4": "RFC 1112: reserved",
    "::/128": "RFC 4291: unspecified",
    "::1/128": "RFC 4291: loopback",
    "::ffff:0:0/96": "RFC 4291: IPv4-mapped",
    "64:ff9b::/96": "RFC 6052: IPv4-IPv6 translation",
    "64:ff9b:1::/48": "RFC 8215: IPv4-IPv6 translation",
    "100::/64": "RFC 6666: discard only",
    "100:0:0:1::/64": "RFC 9780: dummy prefix",
    "2001::/23": "RFC 2928: IETF protocol assignments",
    "2001:db8::/32": "RFC 3849: documentation",
    "2002::/16": "RFC 3056: 6to4",
    "2620:4f:8000::/48": "RFC 7534: direct delegation AS112 service",
    "3fff::/20": "RFC 9637: documentation",
    "5f00::/16": "RFC 9602: segment routing (SRv6) SIDs",
    "fc00::/7": "RFC 4193: unique local",
    "fe80::/10": "RFC 4291: link local",
}
"""Per block the RFC that registered it."""


def _masks() -> dict[int, tuple[tuple[int, int], ...]]:
    """Return per number of octets the masks and networks, as numbers."""
    found: dict[int, list[tuple[int, int]]] = {4: [], 16: []}
    for block in BLOCKS:
        network = ipaddress.ip_network(block)
        address = int(network.network_address)
        found[network.max_prefixlen // 8].append((int(network.netmask), address))
    return {octets: tuple(pairs) for octets, pairs in found.items()}


_MASKS: Final = _masks()


def is_special(octets: bytes) -> bool:
    """Whether an address (4 or 16 octets) is in one of the blocks; other lengths never are."""
    number = int.from_bytes(octets, "big")
    return any(number & mask == network for mask, network in _MASKS.get(len(octets), ()))
