"""The base of one name constraint, by form, and which names lie within it (RFC 5280, 4.2.1.10).

Every base answers two questions about a name of its form. *permits*: does everything that
the name stands for lie within? *excludes*: does anything? They differ where a name is a set
(a wildcard) or has several spellings (an IPv4-mapped address). A value of another shape,
which cannot occur where forms are kept apart, is neither.

This module knows single subtrees. It must not know certificates or lists of subtrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from mtlspolicy.derive.distinguished import CanonicalName, canonical, is_within
from mtlspolicy.derive.forms import DnsName, DnsPattern, IpAddress, IpNetwork, Mailbox
from mtlspolicy.derive.text import ia5
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.facts.certificate import GeneralName

__all__ = ["FORMS", "Base", "Value"]

Value = DnsPattern | Mailbox | DnsName | IpAddress | CanonicalName
"""A name in the shape that its form is compared in: dNSName, rfc822Name, the host of a
URI, iPAddress, directoryName."""


class Base(Protocol):
    """The base of one subtree."""

    def permits(self, value: Value) -> bool:
        """Whether everything that `value` stands for lies within."""

    def excludes(self, value: Value) -> bool:
        """Whether anything that `value` stands for lies within."""


@dataclass(frozen=True, slots=True)
class _Dns:
    """A dNSName: the name and all below it; without a name, every name."""

    name: DnsName | None

    def permits(self, value: Value) -> bool:
        return isinstance(value, DnsPattern) and (
            self.name is None or value.is_contained(self.name)
        )

    def excludes(self, value: Value) -> bool:
        return isinstance(value, DnsPattern) and (self.name is None or value.overlaps(self.name))


@dataclass(frozen=True, slots=True)
class _Mailbox:
    """An rfc822Name: one mailbox."""

    mailbox: Mailbox

    def permits(self, value: Value) -> bool:
        return value == self.mailbox

    excludes = permits


@dataclass(frozen=True, slots=True)
class _Host:
    """An rfc822Name or URI: what is at one host, or with `below` at all hosts below a domain."""

    domain: DnsName
    below: bool

    def permits(self, value: Value) -> bool:
        host = value.domain if isinstance(value, Mailbox) else value
        if self.below:
            return isinstance(host, DnsName) and host != self.domain and host.is_within(self.domain)
        return host == self.domain

    excludes = permits


@dataclass(frozen=True, slots=True)
class _Addresses:
    """An iPAddress: a network."""

    network: IpNetwork

    def permits(self, value: Value) -> bool:
        return isinstance(value, IpAddress) and self.network.contains(value)

    def excludes(self, value: Value) -> bool:
        return isinstance(value, IpAddress) and self.network.overlaps(value)


@dataclass(frozen=True, slots=True)
class _Directory:
    """A directoryName: the name and all below it."""

    name: CanonicalName

    def permits(self, value: Value) -> bool:
        return isinstance(value, tuple) and is_within(value, self.name)

    excludes = permits


def _dns(base: GeneralName) -> Base | None:
    text = ia5(base)
    if not text:
        return None if text is None else _Dns(None)
    # "Any DNS name that can be constructed by simply adding zero or more labels": the
    # constraint is a name, so neither a leading period nor a wildcard may stand in it.
    name = DnsName.parse(text)
    return None if name is None else _Dns(name)


def _email(base: GeneralName) -> Base | None:
    mailbox = Mailbox.parse(ia5(base) or "")
    return _host(base) if mailbox is None else _Mailbox(mailbox)


def _host(base: GeneralName) -> Base | None:
    # "When the constraint begins with a period, it MAY be expanded with one or more labels."
    text = ia5(base) or ""
    domain = DnsName.parse(text.removeprefix("."))
    return None if domain is None else _Host(domain, text.startswith("."))


def _addresses(base: GeneralName) -> Base | None:
    network = IpNetwork.read(base.octets)
    return None if network is None else _Addresses(network)


def _directory(base: GeneralName) -> Base | None:
    return None if base.name is None else _Directory(canonical(base.name))


FORMS: Final[dict[str, Callable[[GeneralName], Base | None]]] = {
    "dNSName": _dns,
    "rfc822Name": _email,
    "uniformResourceIdentifier": _host,
    "iPAddress": _addresses,
    "directoryName": _directory,
}
"""The forms that are processed: name of the form to reader of a base, which returns None
for a base that is not written as the form demands."""
