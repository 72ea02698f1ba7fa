"""What a DNS name, a mailbox, a URI and an IP address are: parse, don't validate.

This module knows the syntax of the identifiers that certificates and references hold. A
value that exists is legal, so code that compares has no error branch. It must not know
certificates, name constraints or policies.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Self

from mtlspolicy.patterns import pattern
from mtlspolicy.records import dataclass, field

__all__ = ["DnsName", "DnsPattern", "IpAddress", "IpNetwork", "Mailbox", "SrvName", "UriName"]

# RFC 1123, 2.1: letters, digits, hyphens, and no hyphen at either end. An underscore may
# stand in a name of the DNS (RFC 2181, 11), never in a host name: see `is_host`.
_LABEL: Final = pattern(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = pattern(r"[0-9]+|0x[0-9a-f]*")
_MAX_NAME: Final = 253
"""Characters of a domain name (RFC 1035, 2.3.4: 255 octets on the wire)."""

# RFC 5321, 4.1.2: Dot-string. Quoted local parts are not read: nobody issues them, and
# their many spellings of one mailbox would make comparison a guess.
_LOCAL: Final = pattern(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MAX_LOCAL: Final = 64
"""Octets of a local part (RFC 5321, 4.5.3.1.1)."""

_SCHEME: Final = pattern(r"[A-Za-z][A-Za-z0-9+.-]*")
# RFC 3986, 2: the characters of a URI; anything else must be percent-encoded.
_URI: Final = pattern(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")

_IPV4, _IPV6 = 4, 16
"""Octets of an address."""

_MAPPED: Final = bytes(10) + b"\xff\xff"
"""The prefix of an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2)."""


@dataclass(frozen=True, slots=True)
class DnsName:
    """A domain name: its labels in lower case, left to right, and `host`, written as one text."""

    labels: tuple[str, ...]
    host: str = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `text`, or return None.

        No wildcard, no trailing dot, no IP address, nothing outside ASCII: an
        internationalised name stands as A-labels.
        """
        if not 0 < len(text) <= _MAX_NAME or not text.isascii():
            return None
        host = text.lower()
        labels = tuple(host.split("."))
        if not all(map(_LABEL.fullmatch, labels)):
            return None
        # A name whose last label is a number is read as an IPv4 address by URL parsers
        # ("127.1", "0x7f.1"); no top-level domain is one (RFC 3696, 2).
        if _NUMBER.fullmatch(labels[-1]):
            return None
        return cls(labels, host)

    @property
    def is_host(self) -> bool:
        """Whether the name is in the preferred syntax, which has no underscores.

        A dNSName must be (RFC 5280, 4.2.1.6).
        """
        return "_" not in self.host

    def is_within(self, base: DnsName) -> bool:
        """Whether the name is `base` or below it."""
        return self.labels[-len(base.labels) :] == base.labels


@dataclass(frozen=True, slots=True)
class DnsPattern:
    """A presented dNSName: one name, or with `wildcard` every name one label below `base`.

    RFC 9525, 6.3: the wildcard is the complete left-most label, and stands for one label.
    """

    base: DnsName
    wildcard: bool

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `text`, or return None."""
        wildcard = text.startswith("*.")
        base = DnsName.parse(text[2:] if wildcard else text)
        return None if base is None else cls(base, wildcard)

    def matches(self, name: DnsName) -> bool:
        """Whether the pattern stands for `name`."""
        if self.wildcard:
            return name.labels[1:] == self.base.labels
        return name == self.base

    def is_contained(self, base: DnsName) -> bool:
        """Whether every name of the pattern is `base` or below it."""
        return self.base.is_within(base)

    def overlaps(self, base: DnsName) -> bool:
        """Whether some name of the pattern is `base` or below it."""
        return self.base.is_within(base) or (self.wildcard and base.labels[1:] == self.base.labels)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An rfc822Name: the local part as it stands, the domain in lower case (RFC 5280, 7.5)."""

    local: str
    domain: DnsName

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `text`, or return None."""
        local, at, domain = text.partition("@")
        if not at or len(local) > _MAX_LOCAL or not _LOCAL.fullmatch(local):
            return None
        host = DnsName.parse(domain)
        return None if host is None else cls(local, host)


@dataclass(frozen=True, slots=True)
class SrvName:
    """An SRVName (RFC 4985, 2): service and domain."""

    service: str
    domain: DnsName

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read ``_service.domain``, or return None."""
        service, dot, domain = text.partition(".")
        if not dot or not service.startswith("_") or not _LABEL.fullmatch(service.lower()[1:]):
            return None
        host = DnsName.parse(domain)
        return None if host is None else cls(service.lower(), host)


@dataclass(frozen=True, slots=True)
class UriName:
    """A URI: its text, its scheme in lower case, and its host where it has one that is a name.

    `authority`: whether the host stands in an authority (``https://host/``), as it must
    for a name constraint to apply (RFC 5280, 4.2.1.10), and not as in ``sip:host``.
    """

    text: str
    scheme: str
    host: DnsName | None
    authority: bool

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read an absolute `text` (RFC 3986, 3), or return None."""
        scheme, colon, rest = text.partition(":")
        if not colon or not rest or not _SCHEME.fullmatch(scheme) or not _URI.fullmatch(rest):
            return None
        scheme = scheme.lower()
        if rest.startswith("//"):
            return cls(text, scheme, _host(rest[2:], "/?#"), authority=True)
        return cls(text, scheme, _host(rest, ";?") if scheme in _SIP else None, authority=False)


_SIP: Final = frozenset({"sip", "sips"})
"""Schemes whose host stands behind no ``//`` (RFC 3261, 19.1.1; RFC 5922, 7.1)."""


def _host(rest: str, ends: str) -> DnsName | None:
    """Return the host of ``user@host:port``, after which one of `ends` may follow.

    Where the delimiters could be read in two ways there is none.
    """
    user, at, host = rest.partition("@")
    if not at:
        user, host = "", rest
    if "@" in host or any(end in user for end in ends):
        return None
    name, colon, port = re.split(f"[{ends}]", host, maxsplit=1)[0].partition(":")
    return DnsName.parse(name) if not colon or not port or port.isdigit() else None


@dataclass(frozen=True, slots=True)
class IpAddress:
    """An IP address as octets; an IPv4-mapped IPv6 address is folded to its IPv4 address."""

    octets: bytes
    mapped: bool = field(default=False, repr=False, compare=False)
    """it was written as an IPv6 address, ``::ffff:`` and the octets"""

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `text` as RFC 5952 and dotted decimals write it, or return None."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        if "%" in text:  # RFC 4007: a zone is a matter of one host
            return None
        return cls.read(address.packed)

    @classmethod
    def read(cls, octets: bytes) -> Self | None:
        """Read the octets of an iPAddress (RFC 5280, 4.2.1.6), or return None."""
        if len(octets) == _IPV6 and octets.startswith(_MAPPED):
            return cls(octets[12:], mapped=True)
        return cls(octets) if len(octets) in {_IPV4, _IPV6} else None

    def __str__(self) -> str:
        """Write the address as RFC 5952 and dotted decimals do."""
        return str(ipaddress.ip_address(self.octets))


@dataclass(frozen=True, slots=True)
class IpNetwork:
    """An iPAddress constraint: address and mask of one family, as numbers."""

    address: int
    mask: int
    size: int
    """octets of the family: 4 or 16"""

    @classmethod
    def read(cls, octets: bytes) -> Self | None:
        """Read address and mask (RFC 5280, 4.2.1.10), or return None: a mask is a prefix."""
        size = len(octets) // 2
        if len(octets) not in {2 * _IPV4, 2 * _IPV6}:
            return None
        address, mask = octets[:size], octets[size:]
        # A network inside ::ffff:0:0/96 is one of IPv4, as its addresses are.
        if size == _IPV6 and address.startswith(_MAPPED) and mask.startswith(b"\xff" * 12):
            address, mask, size = address[12:], mask[12:], _IPV4
        bits = int.from_bytes(mask)
        hosts = ~bits & ((1 << 8 * size) - 1)
        if hosts & (hosts + 1):
            return None
        return cls(int.from_bytes(address) & bits, bits, size)

    def contains(self, address: IpAddress) -> bool:
        """Whether `address` is of this family and inside the network."""
        octets = address.octets
        return len(octets) == self.size and int.from_bytes(octets) & self.mask == self.address

    def overlaps(self, address: IpAddress) -> bool:
        """Whether `address` is inside the network, folded or as it was written.

        An IPv4 address written as one is in no IPv6 network: CAs that issue for IPv4 alone
        exclude all of ``::/0`` (BR 7.1.2.5.2).
        """
        return self.contains(address) or (
            address.mapped and self.contains(IpAddress(_MAPPED + address.octets))
        )
