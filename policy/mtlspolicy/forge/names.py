"""Distinguished names from a short notation.

This module knows attribute types and their usual string types (RFC 5280, appendix A).
It must not know who is named: nothing here judges or links.

    >>> name(("C", "US"), ("CN", "client.example.com")).der.hex()[:18]
    '302a310b3009060355'
"""

from __future__ import annotations

__all__ = ["ATTRIBUTES", "EMPTY", "Attribute", "Name", "name"]

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node

ATTRIBUTES: Final = {
    "CN": ("2.5.4.3", "utf8"),
    "SN": ("2.5.4.4", "utf8"),
    "serialNumber": ("2.5.4.5", "printable"),
    "C": ("2.5.4.6", "printable"),
    "L": ("2.5.4.7", "utf8"),
    "ST": ("2.5.4.8", "utf8"),
    "street": ("2.5.4.9", "utf8"),
    "O": ("2.5.4.10", "utf8"),
    "OU": ("2.5.4.11", "utf8"),
    "title": ("2.5.4.12", "utf8"),
    "businessCategory": ("2.5.4.15", "utf8"),
    "postalCode": ("2.5.4.17", "utf8"),
    "GN": ("2.5.4.42", "utf8"),
    "dnQualifier": ("2.5.4.46", "printable"),
    "pseudonym": ("2.5.4.65", "utf8"),
    "organizationIdentifier": ("2.5.4.97", "utf8"),
    "UID": ("0.9.2342.19200300.100.1.1", "utf8"),
    "DC": ("0.9.2342.19200300.100.1.25", "ia5"),
    "emailAddress": ("1.2.840.113549.1.9.1", "ia5"),
    "jurisdictionC": ("1.3.6.1.4.1.311.60.2.1.3", "printable"),
}
"""Per short name: the attribute type and the string type it is written in by default."""

Spec = tuple[str, str | bytes] | tuple[str, str | bytes, str]
"""Short name or dotted OID, text (bytes are taken as they are), string type if not the usual."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One AttributeTypeAndValue: dotted `oid`, and the encoded `value`."""

    oid: str
    value: Node

    @property
    def node(self) -> Node:
        """The attribute as a tree."""
        return writer.sequence(writer.oid(self.oid), self.value)


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: relative names in order, each of one or more attributes."""

    rdns: tuple[tuple[Attribute, ...], ...]
    tree: Node = field(init=False, repr=False, compare=False)

    @property
    def node(self) -> Node:
        """The name as a tree, which is made once."""
        try:
            return self.tree
        except AttributeError:
            tree = writer.sequence(*(writer.set_of(*(a.node for a in rdn)) for rdn in self.rdns))
            object.__setattr__(self, "tree", tree)
            return tree

    @property
    def der(self) -> bytes:
        """The name as it is encoded."""
        return self.node.encode()


def name(*rdns: Spec | list[Spec]) -> Name:
    """Return the name of these relative names; a list is one with several attributes."""
    return Name(tuple(_rdn(rdn) for rdn in rdns))


def _rdn(rdn: Spec | list[Spec]) -> tuple[Attribute, ...]:
    specs = rdn if isinstance(rdn, list) else [rdn]
    return tuple(_attribute(*spec) for spec in specs)


def _attribute(kind: str, text: str | bytes, string: str = "") -> Attribute:
    oid, usual = ATTRIBUTES.get(kind, (kind, "utf8"))
    return Attribute(oid, writer.string(string or usual, text))


EMPTY: Final = name()
"""The empty name: legal for a subject that has alternative names (RFC 5280, 4.1.2.6)."""
