"""Departures of form in a draft, for witnesses and vectors.

They are edits of the tree, so that they apply to whatever the other features wrote. This
module must not know whether anybody minds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["realise"]

_UTC: Final = b"\x17"
_GENERALIZED: Final = b"\x18"
_UNNAMED_BIT: Final = 10
"""RFC 5280, 4.2.1.3 names the bits 0 to 8."""


def _without_issuer(tbs: Node) -> Node:
    return tbs.edit("issuer", lambda _: writer.sequence().labelled("issuer"))


def _with_unnamed_bit(tbs: Node) -> Node:
    label = f"extension:{extensions.OID['keyUsage']}"
    return tbs.edit(label, lambda extension: extension.edit("value", _with_bit))


def _with_bit(value: Node) -> Node:
    content = writer.parse(value.content).content
    # Bits from the left: the octets of the value hold at most nine of them.
    bits = int.from_bytes(content[1:].ljust(2, b"\x00"), "big") | 1 << (15 - _UNNAMED_BIT)
    unused = 15 - _UNNAMED_BIT
    return value.with_content(writer.bit_string(bits.to_bytes(2, "big"), unused).encode())


def _generalized(tbs: Node) -> Node:
    return tbs.edit("not_before", lambda time: _long_form(time, b""))


def _fraction(tbs: Node) -> Node:
    return tbs.edit("not_before", lambda time: _long_form(time, b".5"))


def _long_form(time: Node, fraction: bytes) -> Node:
    """Return the same instant as GeneralizedTime; what is neither form stays as it is."""
    text = time.content
    if time.tag == _UTC:
        # RFC 5280, 4.1.2.5.1: two digits of the year from 50 on are of the 20th century.
        text = (b"19" if text[:2] >= b"50" else b"20") + text
    return time.with_tag(_GENERALIZED).with_content(text[:-1] + fraction + text[-1:])


_EDITS: Final[dict[str, Callable[[Node], Node]]] = {
    "issuer.empty": _without_issuer,
    "bits.unnamed": _with_unnamed_bit,
    "time.fraction": _fraction,
    "time.generalized_before_2050": _generalized,
}


def realise(value: frozenset[str], draft: CertificateDraft) -> None:
    """Let the draft have these departures and no others of this module."""
    ours = list(_EDITS.values())
    draft.tbs_edits = [edit for edit in draft.tbs_edits if edit not in ours]
    draft.tbs_edits += [_EDITS[code] for code in sorted(value)]
    if "bits.unnamed" in value and draft.extension("keyUsage") is None:
        draft.set_key_usage("digitalSignature")
