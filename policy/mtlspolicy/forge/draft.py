"""One certificate before it is signed: every part can be set, or set wrong.

This module knows the fields of a certificate (RFC 5280, 4.1) and puts ordinary values
where none is given. It must not know chains (`forge.pair` links them) or which departures
are worth having (`forge.encodings`).

A draft becomes bytes in three steps: the tree of the tbsCertificate is made and edited,
it is signed, and the tree of the whole certificate is edited once more. Nodes are found
by label: ``tbs``, ``version``, ``serial``, ``inner_algorithm``, ``issuer``, ``validity``,
``not_before``, ``not_after``, ``subject``, ``spki``, ``issuer_unique_id``,
``subject_unique_id``, ``extensions_block`` (the tag [3]), ``extensions``,
``extension:<dotted OID>`` with ``critical`` and ``value`` below it, ``outer_algorithm``,
``signature``.

    >>> draft = CertificateDraft(subject=name(("CN", "a.example")))
    >>> draft.set_extension("extKeyUsage", extensions.extended_key_usage("clientAuth"))
    >>> draft.tbs_edits.append(lambda tbs: tbs.edit("serial", writer.Node.long_length))
    >>> draft.build() == draft.build()
    True
"""

from __future__ import annotations

__all__ = ["CertificateDraft", "ExtensionDraft", "IssuerKey", "Linked", "extension_oid"]

import hashlib
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensible import (
    Edit,
    Extensible,
    ExtensionDraft,
    IssuerKey,
    Linked,
    apply,
    extension_oid,
)
from mtlspolicy.forge.keys import TestKey, key
from mtlspolicy.forge.names import Name, name
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.extensions import GeneralNameSpec

_SERIAL_OCTETS: Final = 16

_MOST_BUILT: Final = 1_024
"""Certificates that are kept: as many as a large comparison forges."""
_MOST_KEPT: Final = 8_192
"""Octets of the longest certificate that is kept, many times those of an ordinary one."""

_ANY_ISSUER: Final = "p256-9"
"""The key under whose name an unsigned certificate stands."""

_LISTS: Final = ("extensions", "extra_tbs", "tbs_edits", "certificate_edits")
"""Fields that a copy must not share; what they list cannot be changed."""


@dataclass(slots=True)
class CertificateDraft(Extensible):
    """A certificate in the making; instants are seconds since 1970-01-01T00:00:00Z.

    `issuer` None stands for whoever the chain puts above, alone for the subject itself.
    `key` names the test key whose public half is certified. `algorithm` names how the
    issuer signs; empty for what its key does by default. `serial` None is derived.
    """

    subject: Name = field(default_factory=lambda: name(("CN", "test.example.com")))
    issuer: Name | None = None
    key: str = "p256-0"
    not_before: int = 1_775_001_600  # 2026-04-01T00:00:00Z
    not_after: int = 1_782_777_599  # 2026-06-29T23:59:59Z: 90 days, both ends counted
    serial: int | None = None
    version: int = 3
    algorithm: str = ""
    extensions: list[ExtensionDraft] = field(default_factory=list)

    # What stands instead of the ordinary encoding of a part, where it is given.
    version_node: Node | None = None
    serial_node: Node | None = None
    issuer_node: Node | None = None
    not_before_node: Node | None = None
    not_after_node: Node | None = None
    subject_node: Node | None = None
    spki_der: bytes | None = None
    inner_algorithm: bytes | None = None
    outer_algorithm: bytes | None = None
    signature: bytes | None = None

    # What an ordinary certificate does not have.
    issuer_unique_id: bytes | None = None
    subject_unique_id: bytes | None = None
    extra_tbs: list[Node] = field(default_factory=list)
    tbs_edits: list[Edit] = field(default_factory=list)
    certificate_edits: list[Edit] = field(default_factory=list)
    trailing: bytes = b""

    # -- extensions

    def set_purposes(self, *purposes: str, critical: bool | None = None) -> None:
        """Set the extended key usage: short names or dotted OIDs."""
        value = extensions.extended_key_usage(*purposes)
        self.set_extension("extKeyUsage", value, critical=critical)

    def set_key_usage(self, *bits: str, critical: bool = True) -> None:
        """Set the key usage: names of bits."""
        self.set_extension("keyUsage", extensions.key_usage(*bits), critical=critical)

    def set_names(self, *names: GeneralNameSpec, critical: bool | None = None) -> None:
        """Set the subject alternative names."""
        value = extensions.subject_alt_name(*names)
        self.set_extension("subjectAltName", value, critical=critical)

    # -- building

    def copy(self) -> CertificateDraft:
        """Return a draft of its own that starts out the same."""
        made = CertificateDraft(*_ALL(self))
        for one in _LISTS:
            setattr(made, one, list(getattr(self, one)))
        return made

    def subject_tree(self) -> Node:
        """Return the subject as it will be encoded."""
        return self.subject_node or self.subject.node

    def public_key(self) -> bytes:
        """Return the SubjectPublicKeyInfo as it will be encoded."""
        return key(self.key).spki_der if self.spki_der is None else self.spki_der

    def derived_serial(self, issuer: Node) -> int:
        """Return the serial number that subject, issuer and key make: 127 bits, positive."""
        digest = hashlib.sha256(self.subject_tree().encode())
        digest.update(issuer.encode())
        digest.update(self.public_key())
        octets = digest.digest()[:_SERIAL_OCTETS]
        # 0b01...: sixteen octets exactly, and never negative.
        return int.from_bytes(bytes([octets[0] & 0x3F | 0x40]) + octets[1:], "big")

    def build(
        self,
        issuer_key: TestKey | str | None = None,
        issuer: Node | None = None,
        certified: bytes | None = None,
    ) -> bytes:
        """Return the certificate, signed with `issuer_key`, by default with its own key.

        `issuer` is the name that stands as issuer where the draft has none; `certified` is the
        SubjectPublicKeyInfo of the issuer's certificate, where that is not of the key that
        signs. Who builds the same certificate again gets the same octets, and they are kept;
        one that is edited is made every time.
        """
        if self.extra_tbs or self.tbs_edits or self.certificate_edits:
            return self._made(issuer_key, issuer, certified)
        given = self.key if issuer_key is None else issuer_key
        key = given, self._above(issuer).encode(), certified, self._all()
        found = _built.get(key)
        if found is None:
            found = self._made(issuer_key, issuer, certified)
            if len(found) <= _MOST_KEPT:
                if len(_built) >= _MOST_BUILT:
                    _built.clear()
                _built[key] = found
        return found

    def unsigned(self) -> bytes:
        """Return the certificate with a signature of nothing: to be looked at, not trusted."""
        probe = self.copy()
        probe.signature = b"\x00"
        return probe.build(_ANY_ISSUER)

    def _made(
        self, issuer_key: TestKey | str | None, issuer: Node | None, certified: bytes | None
    ) -> bytes:
        return self.tree(issuer_key, issuer, certified).encode() + self.trailing

    def _all(self) -> Hashable:
        """Return all that an unedited certificate follows from but its issuer."""
        return self.subject_tree().encode(), tuple(self.extensions), _OTHERS(self)

    def _above(self, issuer: Node | None) -> Node:
        """Return the name that stands as issuer."""
        named = self.issuer_node or (self.issuer.node if self.issuer else issuer)
        return named or self.subject_tree()

    def tree(
        self,
        issuer_key: TestKey | str | None = None,
        issuer: Node | None = None,
        certified: bytes | None = None,
    ) -> Node:
        """Return the certificate as a tree, after all edits."""
        given = self.key if issuer_key is None else issuer_key
        signer = key(given) if isinstance(given, str) else given
        tbs = apply(self.tbs_edits, self.tbs_tree(signer, issuer, certified))
        signature = self.signature
        if signature is None:
            signature = signer.sign(tbs.encode(), self.algorithm)
        certificate = writer.sequence(
            tbs,
            self._algorithm(signer, self.outer_algorithm, "outer_algorithm"),
            writer.bit_string(signature).labelled("signature"),
        )
        return apply(self.certificate_edits, certificate)

    def tbs_tree(
        self, signer: TestKey, issuer: Node | None = None, certified: bytes | None = None
    ) -> Node:
        """Return the tbsCertificate as a tree, before any edit."""
        above = self._above(issuer)
        serial = self.derived_serial(above) if self.serial is None else self.serial
        return writer.sequence(
            *self._version(),
            (self.serial_node or writer.integer(serial)).labelled("serial"),
            self._algorithm(signer, self.inner_algorithm, "inner_algorithm"),
            above.labelled("issuer"),
            self._validity(),
            self.subject_tree().labelled("subject"),
            writer.raw(self.public_key()).labelled("spki"),
            *self._unique_ids(),
            *self.extensions_block(3, certified or signer.spki_der, self.public_key()),
            *self.extra_tbs,
        ).labelled("tbs")

    def _version(self) -> list[Node]:
        if self.version_node is not None:
            return [self.version_node.labelled("version")]
        # Version(v1) is 0 and the default, so it is not encoded (RFC 5280, 4.1.2.1).
        if self.version == 1:
            return []
        return [_numbered(self.version)]

    def _validity(self) -> Node:
        before = self.not_before_node or writer.time(self.not_before)
        after = self.not_after_node or writer.time(self.not_after)
        return writer.sequence(before.labelled("not_before"), after.labelled("not_after")).labelled(
            "validity"
        )

    def _algorithm(self, signer: TestKey, override: bytes | None, label: str) -> Node:
        # Parsed, so that an edit can reach into it; an override may be anything.
        if override is not None:
            return writer.raw(override).labelled(label)
        return _parsed(signer.scheme(self.algorithm).der, label)

    def _unique_ids(self) -> list[Node]:
        ids = (
            (1, self.issuer_unique_id, "issuer_unique_id"),
            (2, self.subject_unique_id, "subject_unique_id"),
        )
        return [
            writer.implicit(tag, writer.bit_string(octets)).labelled(label)
            for tag, octets, label in ids
            if octets is not None
        ]


@lru_cache(maxsize=16)
def _numbered(version: int) -> Node:
    return writer.explicit(0, writer.integer(version - 1)).labelled("version")


@lru_cache(maxsize=64)
def _parsed(algorithm: bytes, label: str) -> Node:
    """Return the tree of an algorithm; there are as many as `keys` knows, in two places."""
    return writer.parse(algorithm).labelled(label)


_ALL: Final = attrgetter(*CertificateDraft.__match_args__)
_OTHERS: Final = attrgetter(
    *(
        one
        for one in CertificateDraft.__match_args__
        if one not in (*_LISTS, "subject", "subject_node", "issuer", "issuer_node")
    )
)
"""The fields that stand for themselves."""

_built: Final[dict[Hashable, bytes]] = {}
"""Certificates by all that they follow from: most of a chain is as in the one before."""
