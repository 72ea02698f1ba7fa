"""Certificate revocation lists: complete, delta, partitioned, indirect, and wrong.

This module knows the syntax of a list (RFC 5280, 5). It must not know which certificates
are looked up in it; `forge.revocation` makes lists for a chain.

Nodes are found by label: ``tbs``, ``version``, ``inner_algorithm``, ``issuer``,
``this_update``, ``next_update``, ``revoked``, ``entry`` (each of them), ``extensions_block``,
``extensions``, ``extension:<dotted OID>``, ``outer_algorithm``, ``signature``.
"""

from __future__ import annotations

__all__ = [
    "REASONS",
    "CrlDraft",
    "RevokedDraft",
    "invalidity_date",
    "issuing_distribution_point",
    "reason_code",
]

import copy
from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensible import Edit, Extensible, ExtensionDraft, Linked, apply
from mtlspolicy.forge.keys import TestKey, key
from mtlspolicy.forge.names import EMPTY, Name
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.extensions import DistributionPoint

REASONS: Final = {
    "unspecified": 0,
    "keyCompromise": 1,
    "cACompromise": 2,
    "affiliationChanged": 3,
    "superseded": 4,
    "cessationOfOperation": 5,
    "certificateHold": 6,
    "removeFromCRL": 8,
    "privilegeWithdrawn": 9,
    "aACompromise": 10,
}
"""Reasons by name (RFC 5280, 5.3.1); 7 is not used."""

_V2: Final = 1
THIS_UPDATE: Final = 1_777_507_200
"""2026-04-30T00:00:00Z, a day before ordinary pairs are judged."""
NEXT_UPDATE: Final = 1_778_112_000
"""2026-05-07T00:00:00Z."""
REVOKED_AT: Final = 1_777_420_800
"""2026-04-29T00:00:00Z."""


# -- values of the extensions that only lists have


def reason_code(reason: str | int) -> bytes:
    """RFC 5280, 5.3.1: a reason by name, or any number."""
    return writer.enumerated(reason if isinstance(reason, int) else REASONS[reason]).encode()


def invalidity_date(seconds: int) -> bytes:
    """RFC 5280, 5.3.2: since when the key is suspect, seconds since 1970."""
    return writer.generalized_time(seconds).encode()


def issuing_distribution_point(  # noqa: PLR0913 - the fields that the extension has
    point: DistributionPoint | None = None,
    *,
    user_certificates: bool = False,
    ca_certificates: bool = False,
    attribute_certificates: bool = False,
    indirect: bool = False,
    reasons: Sequence[str] | None = None,
) -> bytes:
    """RFC 5280, 5.2.5: what the list is about; only the name of `point` is used."""
    true = writer.boolean(value=True)
    parts = [] if point is None else [writer.explicit(0, point.point_name)]
    if user_certificates:
        parts.append(writer.implicit(1, true))
    if ca_certificates:
        parts.append(writer.implicit(2, true))
    if reasons is not None:
        parts.append(writer.implicit(3, extensions.reason_flags(*reasons)))
    if indirect:
        parts.append(writer.implicit(4, true))
    if attribute_certificates:
        parts.append(writer.implicit(5, true))
    return writer.sequence(*parts).encode()


# -- drafts


@dataclass(slots=True)
class RevokedDraft(Extensible):
    """One entry of a list: `serial`, and when it was revoked (`at`, seconds since 1970).

    `reason` by name or number, None where the entry gives none. `issuer` is the
    certificate's issuer where it differs from the one before (indirect lists, 5.3.3).
    """

    serial: int
    at: int = REVOKED_AT
    reason: str | int | None = None
    issuer: Name | None = None
    extensions: list[ExtensionDraft] = field(default_factory=list)

    def node(self, signer: TestKey) -> Node:
        """Return the entry as a tree."""
        entry = copy.deepcopy(self)
        if self.reason is not None:
            entry.set_extension("reasonCode", reason_code(self.reason))
        if self.issuer is not None:
            names = extensions.general_names(("dn", self.issuer)).encode()
            entry.set_extension("certificateIssuer", names, critical=True)
        # Unlike those of a certificate, these extensions have no tag around them (5.1).
        blocks = [block.items()[0] for block in entry.extensions_block(0, signer.spki_der)]
        return writer.sequence(writer.integer(self.serial), writer.time(self.at), *blocks).labelled(
            "entry"
        )


@dataclass(slots=True)
class CrlDraft(Extensible):
    """A list in the making; instants are seconds since 1970-01-01T00:00:00Z.

    `number` and `delta_base` become extensions (5.2.3, 5.2.4) unless None. `version` 1 is
    left out and cannot have extensions. `next_update` None leaves it out.
    """

    issuer: Name = EMPTY
    key: str = "p256-9"
    this_update: int = THIS_UPDATE
    next_update: int | None = NEXT_UPDATE
    revoked: list[RevokedDraft] = field(default_factory=list)
    number: int | None = 1
    delta_base: int | None = None
    version: int = 2
    algorithm: str = ""
    extensions: list[ExtensionDraft] = field(
        default_factory=lambda: [
            ExtensionDraft(
                extensions.OID["authorityKeyIdentifier"], critical=False, value=Linked.ISSUER_KEY
            )
        ]
    )
    issuer_node: Node | None = None
    tbs_edits: list[Edit] = field(default_factory=list)
    list_edits: list[Edit] = field(default_factory=list)
    trailing: bytes = b""

    def copy(self) -> CrlDraft:
        """Return a draft of its own that starts out the same."""
        return copy.deepcopy(self)

    def build(self) -> bytes:
        """Return the list, signed."""
        signer = key(self.key)
        algorithm = writer.parse(signer.scheme(self.algorithm).der)
        tbs = apply(self.tbs_edits, self.tbs_tree(signer, algorithm))
        signature = signer.sign(tbs.encode(), self.algorithm)
        whole = writer.sequence(
            tbs,
            algorithm.labelled("outer_algorithm"),
            writer.bit_string(signature).labelled("signature"),
        )
        return apply(self.list_edits, whole).encode() + self.trailing

    def tbs_tree(self, signer: TestKey, algorithm: Node) -> Node:
        """Return the tbsCertList as a tree, before any edit."""
        version = [writer.integer(_V2).labelled("version")] if self.version > 1 else []
        times = [writer.time(self.this_update).labelled("this_update")]
        if self.next_update is not None:
            times.append(writer.time(self.next_update).labelled("next_update"))
        # 5.1.2.6: a list of nothing has no list, not an empty one.
        entries = [entry.node(signer) for entry in self.revoked]
        revoked = [writer.sequence(*entries).labelled("revoked")] if entries else []
        return writer.sequence(
            *version,
            algorithm.labelled("inner_algorithm"),
            (self.issuer_node or self.issuer.node).labelled("issuer"),
            *times,
            *revoked,
            *self._numbered().extensions_block(0, signer.spki_der),
        ).labelled("tbs")

    def _numbered(self) -> CrlDraft:
        numbered = self.copy()
        if self.number is not None:
            numbered.set_extension("crlNumber", writer.integer(self.number).encode())
        if self.delta_base is not None:
            base = writer.integer(self.delta_base).encode()
            numbered.set_extension("deltaCRLIndicator", base, critical=True)
        return numbered
