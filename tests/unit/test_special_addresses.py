"""The table of special-purpose addresses beside IANA's registries, and beside Python's reading.

`ENTRIES` are the blocks of all entries of both registries, nested ones and ended ones too, as
in copies read on 2026-11-22; the newest is of 2025-04. Python's `ipaddress` follows the same
registries, and asks another question: whether an address is globally reachable. BR 1.6.1 asks
for any entry.
"""

from __future__ import annotations

import ipaddress
from typing import Final

import pytest

from mtlspolicy.derive.special_addresses import BLOCKS, UPDATED, is_special

ENTRIES: Final = (
    *("0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32"),
    *("192.0.0.10/32", "192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24"),
    *("192.52.193.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32"),
    *("::1/128", "::/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64"),
    *("100:0:0:1::/64", "2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128"),
    *("2001:1::3/128", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28"),
    *("2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48"),
    *("3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
)

REACHABLE: Final = {
    "192.31.196.0/24": "AS112: True in the registry",
    "192.52.193.0/24": "AMT: True in the registry",
    "192.88.99.0/24": "6to4 relays: ended, so without a word on it",
    "192.175.48.0/24": "AS112: True in the registry",
    "64:ff9b::/96": "translation: True in the registry",
    "2620:4f:8000::/48": "AS112: True in the registry",
}
"""Blocks that Python calls global in every version, and what IANA says."""

LATER: Final = {
    "192.0.0.0/24": "the whole block since 3.13 and the corrections of older ones",
    "64:ff9b:1::/48": "since 3.13 and the corrections of older ones",
    "100:0:0:1::/64": "not yet in 3.14",
    "2002::/16": "N/A in the registry; taken as not global since 3.13",
    "3fff::/20": "since 3.14",
    "5f00::/16": "not yet in 3.14",
}
"""Blocks on which Python's answer depends on its version."""

ANSWERS: Final = [ipaddress.ip_network(entry) for entry in ENTRIES]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def edges(network: Network) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the first and last address of a block, and their neighbours outside."""
    first, last = network.network_address, network.broadcast_address
    most = (1 << network.max_prefixlen) - 1
    outside = [int(first) - 1, int(last) + 1]
    return [first, last, *(type(first)(n) for n in outside if 0 <= n <= most)]


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_entry_is_covered(entry: str) -> None:
    """And where it ends the table ends, unless another entry begins."""
    for address in edges(ipaddress.ip_network(entry)):
        listed = any(
            address.version == network.version and address in network for network in ANSWERS
        )

        assert listed is is_special(address.packed), address


def test_each_block_is_an_entry() -> None:
    """Nothing stands in the table that IANA does not have, and nothing twice."""
    assert set(BLOCKS) <= set(ENTRIES)
    outermost = {
        str(network)
        for network in ANSWERS
        if not any(
            network != other and network.version == other.version and _within(network, other)
            for other in ANSWERS
        )
    }

    assert outermost == set(BLOCKS)
    assert UPDATED == "2025-04-30"


def _within(network: Network, other: Network) -> bool:
    return network.network_address in other and network.prefixlen >= other.prefixlen


@pytest.mark.parametrize("block", sorted({*ENTRIES, "224.0.0.0/4", "ff00::/8", "8.8.8.8/32"}))
def test_whatever_python_does_not_call_global_is_special(block: str) -> None:
    """But multicast, which is in other registries."""
    for address in edges(ipaddress.ip_network(block)):
        if not address.is_global and not address.is_multicast:
            assert is_special(address.packed), address


@pytest.mark.parametrize("block", BLOCKS)
def test_where_python_differs_there_is_a_reason(block: str) -> None:
    """A block that is special and global is one that IANA says can be reached, or is new."""
    network = ipaddress.ip_network(block)
    found = {address.is_global for address in (network.network_address, network.broadcast_address)}
    if block not in LATER:
        assert {block in REACHABLE} == found
