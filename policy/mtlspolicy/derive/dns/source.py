"""The address that a peer connects from.

RFC 4291, 2.5.5.2: an IPv4-mapped IPv6 address is one of IPv4. This module knows which
addresses no public DNS can speak for. It must not know certificates.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.forms import IpAddress
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["KINDS", "Source", "carries", "read_source"]

KINDS: Final = ("absent", "usable", "special", "zone", "invalid")

# Blocks whose addresses are of one network, or of one host: whoever answers for them in the
# DNS is not who holds them elsewhere. Blocks for documentation are not among them: no packet
# comes from there, and examples do. An address that embeds one of IPv4 is that of a relay or
# translator, and of whoever sits behind it, whichever address that is.
_LOCAL: Final = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",        # RFC 791: this network
        "10.0.0.0/8",       # RFC 1918
        "100.64.0.0/10",    # RFC 6598
        "127.0.0.0/8",      # RFC 1122
        "169.254.0.0/16",   # RFC 3927
        "192.0.0.0/24",     # RFC 6890: protocol assignments
        "192.88.99.0/24",   # RFC 7526: 6to4 relays
        "172.16.0.0/12",    # RFC 1918
        "192.168.0.0/16",   # RFC 1918
        "198.18.0.0/15",    # RFC 2544: benchmarks
        "224.0.0.0/3",      # RFC 1112: multicast, reserved, broadcast
        "::/96",            # RFC 4291: unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",    # RFC 4291: IPv4-mapped, of which none is left here
        "::ffff:0:0:0/96",  # RFC 2765: IPv4-translated
        "64:ff9b::/96",     # RFC 6052: IPv4 behind a translator
        "64:ff9b:1::/48",   # RFC 8215
        "100::/64",         # RFC 6666: discarded
        "100:0:0:1::/64",   # RFC 9780: dummies
        "2001::/23",        # RFC 2928: Teredo, benchmarks, identifiers
        "2002::/16",        # RFC 3056: 6to4
        "5f00::/16",        # RFC 9602: segments
        "fc00::/7",         # RFC 4193
        "fe80::/10",        # RFC 4291: link local
        "fec0::/10",        # RFC 3879: site local, deprecated
        "ff00::/8",         # RFC 4291: multicast
    )
)  # fmt: skip


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
