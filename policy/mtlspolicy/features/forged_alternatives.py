"""Alternative names put into a leaf beside those that it has, or taken out of it.

This module knows how to leave everything else of the list as it is. It must not know why a
name is wanted.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["give", "hosts", "take_address", "take_host"]

_DNS: Final = b"\x82"
_IP: Final = b"\x87"
_ADDRESSES: Final = {True: ("10.0.0.2", "10.0.0.3"), False: ("198.41.0.6", "198.41.0.7")}
"""Addresses to put in the place of one, in a block of special purposes or in none."""


def _list(draft: CertificateDraft) -> list[writer.Node]:
    """Return the names, none where the extension is absent or cannot be read."""
    oid = extensions.OID["subjectAltName"]
    found = [one.value for one in draft.extensions if one.oid == oid]
    if len(found) != 1 or not isinstance(found[0], bytes):
        return []
    return list(writer.parse(found[0]).items())


def _write(draft: CertificateDraft, names: list[writer.Node]) -> None:
    draft.set_extension("subjectAltName", writer.sequence(*names).encode())


def hosts(draft: CertificateDraft) -> list[str]:
    """Return the dNSNames as text, those that are text."""
    found = [node.content for node in _list(draft) if node.tag == _DNS]
    return [octets.decode("ascii") for octets in found if octets.isascii()]


def give(draft: CertificateDraft, kind: str, text: str) -> None:
    """Add a name (dns, ip, uri or email), unless it is there."""
    names, added = _list(draft), extensions.general_name(kind, text)
    if added.encode() not in [node.encode() for node in names]:
        _write(draft, [*names, added])


def take_host(draft: CertificateDraft, text: str, instead: str) -> None:
    """Replace a dNSName, whatever its case; a leaf that has not got it stays as it is."""
    names = _list(draft)
    gone = [
        node for node in names if node.tag == _DNS and node.content.lower() == text.lower().encode()
    ]
    if gone:
        kept = [node for node in names if node not in gone]
        _write(draft, [*kept, extensions.general_name("dns", instead)])


def take_address(draft: CertificateDraft, text: str) -> None:
    """Replace an iPAddress by another of its kind; a leaf that has not got it stays as it is."""
    from mtlspolicy.derive.special_addresses import is_special  # noqa: PLC0415 - seldom

    octets, names = ipaddress.ip_address(text).packed, _list(draft)
    if octets in [node.content for node in names if node.tag == _IP]:
        kept = [node for node in names if (node.tag, node.content) != (_IP, octets)]
        others = _ADDRESSES[is_special(octets)]
        other = next(one for one in others if ipaddress.ip_address(one).packed != octets)
        _write(draft, [*kept, extensions.general_name("ip", other)])
