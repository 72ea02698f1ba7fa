"""The address that a peer connects from.

RFC 4291, 2.5.5.2: an IPv4-mapped IPv6 address is one of IPv4. This module knows which
addresses no public DNS can speak for. It must not know certificates.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.derive.special_addresses import BLOCKS
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["KINDS", "Source", "carries", "read_source"]

KINDS: Final = ("absent", "usable", "special", "zone", "invalid")

_REACHED: Final = frozenset(
    {
        # no packet comes from documentation, and examples do
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20",
        # services that are reached like any other
        "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "2620:4f:8000::/48",
    }
)  # fmt: skip
"""Special-purpose blocks from which a peer may come, or an example."""

_FURTHER: Final = (
    "224.0.0.0/3",      # RFC 1112: multicast, reserved, broadcast
    "::/96",            # RFC 4291: IPv4-compatible
    "::ffff:0:0:0/96",  # RFC 2765: IPv4-translated
    "fec0::/10",        # RFC 3879: site local, deprecated
    "ff00::/8",         # RFC 4291: multicast
)  # fmt: skip
"""Blocks that are in no registry of special purposes."""

# Blocks whose addresses are of one network, or of one host: whoever answers for them in the
# DNS is not who holds them elsewhere. An address that embeds one of IPv4 is that of a relay or
# translator, and of whoever sits behind it, whichever address that is.
_LOCAL: Final = tuple(
    ipaddress.ip_network(block)
    for block in (*(block for block in BLOCKS if block not in _REACHED), *_FURTHER)
)


@dataclass(frozen=True, slots=True)
class Source:
    """The address of the connection: its kind, and the address where it can be looked up."""

    kind: str
    address: IpAddress | None = None


def read_source(text: str | None) -> Source:
    """Read the address of a side's evidence.

    RFC 4007: a zone is a matter of one host, so an address that needs one names nobody.
    """
    if text is None:
        return Source("absent")
    if "%" in text:
        return Source("zone")
    address = IpAddress.parse(text)
    if address is None:
        return Source("invalid")
    return Source("special" if _is_local(address) else "usable", address)


def _is_local(address: IpAddress) -> bool:
    found = ipaddress.ip_address(address.octets)
    return any(found in block for block in _LOCAL if block.version == found.version)


def carries(certificate: Certificate, address: IpAddress) -> bool | None:
    """Whether an iPAddress of the certificate is the address, octet by octet.

    Four octets never match sixteen: a mapped address in a certificate is no IPv4 address.
    None where the names cannot be read.
    """
    names = certificate.subject_alt_name
    if isinstance(names, Unreadable):
        return None
    listed = () if names is None else names.names
    return any(one.kind == "iPAddress" and one.octets == address.octets for one in listed)
