"""OCSP responses: by key or by name, from the issuer or a delegate, and wrong.

This module knows the syntax of a response (RFC 6960, 4.2). It must not know which
certificate is asked about; `forge.revocation` makes responses for a chain.

Nodes are found by label: ``tbs``, ``responder``, ``produced_at``, ``responses``,
``response`` (each of them), ``cert_id``, ``status``, ``extensions_block``, ``extensions``,
``extension:<dotted OID>``, ``outer_algorithm``, ``signature``, ``certificates``.
"""

from __future__ import annotations

__all__ = ["OcspDraft", "ResponderId", "SingleDraft"]

import copy
import hashlib
from enum import Enum
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge.algorithms import DIGESTS
from mtlspolicy.forge.crl import NEXT_UPDATE, REASONS, REVOKED_AT, THIS_UPDATE
from mtlspolicy.forge.extensible import Edit, Extensible, ExtensionDraft, apply
from mtlspolicy.forge.keys import TestKey, key
from mtlspolicy.forge.names import EMPTY
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node

_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"


class ResponderId(Enum):
    """How the responder is named (RFC 6960, 4.2.2.3)."""

    KEY = "key"
    """by the SHA-1 of its public key"""
    NAME = "name"
    """by its subject"""


@dataclass(slots=True)
class SingleDraft(Extensible):
    """The answer about one certificate; instants are seconds since 1970.

    `issuer` (a name) and `issuer_key` (a SubjectPublicKeyInfo) are hashed with `digest` (4.1.1).
    `status`: good, revoked or unknown. `reason` only where revoked.
    """

    issuer: Node
    issuer_key: bytes
    serial: int
    status: str = "good"
    digest: str = "sha1"
    this_update: int = THIS_UPDATE
    next_update: int | None = NEXT_UPDATE
    revoked_at: int = REVOKED_AT
    reason: str | None = None
    extensions: list[ExtensionDraft] = field(default_factory=list)

    def cert_id(self) -> Node:
        """Return the CertID as a tree."""
        bits = writer.parse(self.issuer_key).items()[1].content[1:]
        algorithm = writer.sequence(writer.oid(DIGESTS[self.digest]), writer.null())
        return writer.sequence(
            algorithm,
            writer.octet_string(self._hash(self.issuer.encode())),
            writer.octet_string(self._hash(bits)),
            writer.integer(self.serial),
        ).labelled("cert_id")

    def _hash(self, octets: bytes) -> bytes:
        return hashlib.new(self.digest, octets, usedforsecurity=False).digest()

    def status_node(self) -> Node:
        """Return the CertStatus as a tree."""
        match self.status:
            case "good":
                node = writer.implicit(0, writer.null())
            case "unknown":
                node = writer.implicit(2, writer.null())
            case _:
                node = writer.implicit(1, self._revoked())
        return node.labelled("status")

    def _revoked(self) -> Node:
        reason = []
        if self.reason is not None:
            reason.append(writer.explicit(0, writer.enumerated(REASONS[self.reason])))
        return writer.sequence(writer.generalized_time(self.revoked_at), *reason)

    def node(self, signer: TestKey) -> Node:
        """Return the SingleResponse as a tree."""
        until = []
        if self.next_update is not None:
            until.append(writer.explicit(0, writer.generalized_time(self.next_update)))
        return writer.sequence(
            self.cert_id(),
            self.status_node(),
            writer.generalized_time(self.this_update),
            *until,
            *self.extensions_block(1, signer.spki_der),
        ).labelled("response")


@dataclass(slots=True)
class OcspDraft(Extensible):
    """A response in the making; instants are seconds since 1970.

    `key` signs, `responder` with `by` names who did. `certificates` go along, the delegate's
    first. `outcome` other than 0 (successful) makes a response without an answer (4.2.1).
    """

    singles: list[SingleDraft] = field(default_factory=list)
    key: str = "p256-9"
    by: ResponderId = ResponderId.KEY
    responder: Node = EMPTY.node
    produced_at: int = THIS_UPDATE
    certificates: list[bytes] = field(default_factory=list)
    algorithm: str = ""
    outcome: int = 0
    extensions: list[ExtensionDraft] = field(default_factory=list)
    tbs_edits: list[Edit] = field(default_factory=list)
    basic_edits: list[Edit] = field(default_factory=list)
    response_edits: list[Edit] = field(default_factory=list)
    trailing: bytes = b""

    def copy(self) -> OcspDraft:
        """Return a draft of its own that starts out the same."""
        return copy.deepcopy(self)

    def build(self) -> bytes:
        """Return the response, signed if there is anything to sign."""
        parts = [writer.enumerated(self.outcome)]
        if self.outcome == 0:
            octets = writer.octet_string(self.basic().encode())
            parts.append(writer.explicit(0, writer.sequence(writer.oid(_BASIC), octets)))
        whole = apply(self.response_edits, writer.sequence(*parts))
        return whole.encode() + self.trailing

    def basic(self) -> Node:
        """Return the BasicOCSPResponse as a tree, after its edits."""
        signer = key(self.key)
        tbs = apply(self.tbs_edits, self.tbs_tree(signer))
        whole = writer.sequence(
            tbs,
            writer.parse(signer.scheme(self.algorithm).der).labelled("outer_algorithm"),
            writer.bit_string(signer.sign(tbs.encode(), self.algorithm)).labelled("signature"),
            *self._certificates(),
        )
        return apply(self.basic_edits, whole)

    def _certificates(self) -> list[Node]:
        if not self.certificates:
            return []
        nodes = (writer.raw(certificate) for certificate in self.certificates)
        return [writer.explicit(0, writer.sequence(*nodes)).labelled("certificates")]

    def tbs_tree(self, signer: TestKey) -> Node:
        """Return the ResponseData as a tree, before any edit; version 1 is the default."""
        if self.by is ResponderId.KEY:
            responder = writer.explicit(2, writer.octet_string(signer.key_identifier))
        else:
            responder = writer.explicit(1, self.responder)
        return writer.sequence(
            responder.labelled("responder"),
            writer.generalized_time(self.produced_at).labelled("produced_at"),
            writer.sequence(*(single.node(signer) for single in self.singles)).labelled(
                "responses"
            ),
            *self.extensions_block(1, signer.spki_der),
        ).labelled("tbs")
