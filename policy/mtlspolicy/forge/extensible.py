"""The list of extensions that certificates, revocation lists and OCSP responses have.

This module knows how an extension stands in such a list (RFC 5280, 4.1 and 4.2). What an
extension's value says is `forge.extensions`' affair.
"""

from __future__ import annotations

__all__ = [
    "Edit",
    "Extensible",
    "ExtensionDraft",
    "IssuerKey",
    "Linked",
    "apply",
    "extension_oid",
]

from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from mtlspolicy.der import writer
from mtlspolicy.der.writer import Node
from mtlspolicy.forge import extensions
from mtlspolicy.forge.keys import key_identifier

_MOST_KEYS: Final = 256
"""Keys whose identifiers are kept: the published ones, and broken ones beside them."""

Edit = Callable[[Node], Node]
"""A change of a tree."""


class Linked(Enum):
    """Extension values that follow from the keys when the whole is built."""

    OWN_KEY = "own-key"
    """the subject key identifier: the hash of the certificate's own key"""
    ISSUER_KEY = "issuer-key"
    """the authority key identifier: the hash of the issuer's key, and nothing else"""


class IssuerKey(NamedTuple):
    """An authority key identifier like `ISSUER_KEY`, with what stands beside the hash.

    `issuer` and `serial` are those of the issuing certificate, None where they are absent.
    """

    issuer: tuple[extensions.GeneralNameSpec, ...] | None
    serial: int | None


ExtensionValue = bytes | Linked | IssuerKey
"""The content of extnValue, or what it follows from."""


class ExtensionDraft(NamedTuple):
    """One extension: dotted `oid`, `critical`, and the content of extnValue."""

    oid: str
    critical: bool
    value: ExtensionValue


def extension_oid(name_or_oid: str) -> str:
    """Return the dotted OID of an extension; a dotted OID stands for itself."""
    return extensions.OID.get(name_or_oid, name_or_oid)


def apply(edits: Iterable[Edit], tree: Node) -> Node:
    """Return the tree after all edits, in their order."""
    for edit in edits:
        tree = edit(tree)
    return tree


class Extensible:
    """A draft with a list of extensions; the list itself is a field of the draft."""

    __slots__ = ()

    extensions: list[ExtensionDraft]

    def set_extension(
        self, oid: str, value: ExtensionValue, *, critical: bool | None = None
    ) -> None:
        """Put in an extension, in the place of the first one of that type if there is one.

        `oid` is dotted or a name of `extensions.OID`. Without `critical` the flag stays as
        it was, false for a new one.
        """
        dotted = extension_oid(oid)
        for index, old in enumerate(self.extensions):
            if old.oid == dotted:
                flag = old.critical if critical is None else critical
                self.extensions[index] = ExtensionDraft(dotted, flag, value)
                return
        self.add_extension(dotted, value, critical=bool(critical))

    def add_extension(self, oid: str, value: ExtensionValue, *, critical: bool = False) -> None:
        """Put an extension at the end, even if there is one of that type already."""
        self.extensions.append(ExtensionDraft(extension_oid(oid), critical, value))

    def drop_extension(self, oid: str) -> None:
        """Take out every extension of that type; there need not be one."""
        dotted = extension_oid(oid)
        self.extensions[:] = [e for e in self.extensions if e.oid != dotted]

    def extension(self, oid: str) -> ExtensionDraft | None:
        """Return the first extension of that type, or None."""
        dotted = extension_oid(oid)
        return next((e for e in self.extensions if e.oid == dotted), None)

    def settle(self, oid: str, *, issuer_key: bytes = b"", own_key: bytes = b"") -> None:
        """Write now what the extensions of that type follow from these keys, if they follow."""
        dotted = extension_oid(oid)
        self.extensions[:] = [
            one._replace(value=_value(one.value, issuer_key, own_key)) if one.oid == dotted else one
            for one in self.extensions
        ]

    def extensions_block(self, tag: int, issuer_key: bytes, own_key: bytes = b"") -> list[Node]:
        """Return the extensions under the context tag `tag`; nothing if there are none.

        `issuer_key` and `own_key` (SubjectPublicKeyInfo) are what linked values follow.
        """
        if not self.extensions:
            return []
        nodes = [
            _node(one.oid, one.critical, _value(one.value, issuer_key, own_key))
            for one in self.extensions
        ]
        block = writer.explicit(tag, writer.sequence(*nodes).labelled("extensions"))
        return [block.labelled("extensions_block")]


@lru_cache(maxsize=1_024)
def _node(oid: str, critical: bool, value: bytes) -> Node:  # noqa: FBT001 - a field of the draft
    """Return one extension; most are those of other certificates too, and encoded once."""
    # critical FALSE is the default, so it is not encoded (X.690, 11.5).
    flag = [writer.boolean(value=True).labelled("critical")] if critical else []
    return writer.sequence(
        writer.oid(oid), *flag, writer.octet_string(value).labelled("value")
    ).labelled(f"extension:{oid}")


def _value(value: ExtensionValue, issuer_key: bytes, own_key: bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    if value is Linked.OWN_KEY:
        return _own_key(own_key)
    if isinstance(value, IssuerKey):
        return extensions.authority_key_identifier(key_identifier(issuer_key), *value)
    return _issuer_key(issuer_key)


@lru_cache(maxsize=_MOST_KEYS)
def _own_key(key: bytes) -> bytes:
    return extensions.subject_key_identifier(key_identifier(key))


@lru_cache(maxsize=_MOST_KEYS)
def _issuer_key(key: bytes) -> bytes:
    return extensions.authority_key_identifier(key_identifier(key))
