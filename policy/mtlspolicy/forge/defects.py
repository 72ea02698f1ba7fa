"""What a defect is: one departure, put into an otherwise good certificate.

This module knows how to register defects and to forge a certificate that has one. Which
defects there are, `forge.encodings` and `forge.hostile` say.
"""

from __future__ import annotations

__all__ = [
    "Change",
    "Defect",
    "Register",
    "add_child",
    "in_extension",
    "inside_value",
    "value_tree",
]

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mtlspolicy.der import writer
from mtlspolicy.forge.draft import extension_oid
from mtlspolicy.forge.pair import ordinary_leaf, ordinary_server_chain
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.draft import CertificateDraft

Change = Callable[["CertificateDraft"], None]
"""Puts a defect into a draft, in place."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One departure: its row id, what it is in a sentence, and how to put it in.

    A draft that takes a defect has key usage, extended key usage and alternative names.
    """

    id: str
    text: str
    change: Change

    def forge(
        self,
        base: CertificateDraft | None = None,
        issuer_key: str | None = None,
        issuer: Node | None = None,
    ) -> bytes:
        """Return a certificate like `base`, with this defect and signed again.

        By default the base is the ordinary server leaf for both TLS roles. Key and name of
        the issuer are those of the ordinary issuing CA unless given.
        """
        draft = ordinary_leaf() if base is None else base.copy()
        self.change(draft)
        above = ordinary_server_chain().issuers[0]
        named = above.subject_tree() if issuer is None else issuer
        return draft.build(issuer_key or above.key, named)


class Register(dict[str, Defect]):
    """Defects by row id, in the order of their definition."""

    def row(self, row_id: str, text: str) -> Callable[[Change], Change]:
        """Register the decorated function as the defect `row_id`, which `text` describes."""

        def register(change: Change) -> Change:
            self[row_id] = Defect(row_id, text, change)
            return change

        return register

    def put(self, *rows: tuple[str, str, Change]) -> None:
        """Register defects given as row id, text and change."""
        for row_id, text, change in rows:
            self.row(row_id, text)(change)

    def makers(self) -> dict[str, Callable[..., bytes]]:
        """Return per row id the function that forges it (see `Defect.forge`)."""
        return {row_id: partial(Defect.forge, defect) for row_id, defect in self.items()}


# -- changes that many defects share


def value_tree(draft: CertificateDraft, oid: str) -> Node:
    """Return the value of an extension as a tree; KeyError where the draft gives none."""
    found = draft.extension(oid)
    if found is None or not isinstance(found.value, bytes):
        raise KeyError(oid)
    return writer.parse(found.value)


def inside_value(draft: CertificateDraft, oid: str, change: Callable[[Node], Node]) -> None:
    """Change the value of an extension of the draft."""
    draft.set_extension(oid, change(value_tree(draft, oid)).encode())


def add_child(draft: CertificateDraft, oid: str, *nodes: Node) -> None:
    """Put further elements at the end of the SEQUENCE that an extension's value is."""
    inside_value(draft, oid, lambda value: value.append(*nodes))


def in_extension(draft: CertificateDraft, oid: str, change: Callable[[Node], Node]) -> None:
    """Change the SEQUENCE of an extension (its OID, flag and value) when it is built."""
    label = f"extension:{extension_oid(oid)}"
    draft.tbs_edits.append(lambda tbs: tbs.edit(label, change))
