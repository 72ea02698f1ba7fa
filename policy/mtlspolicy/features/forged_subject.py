"""Subjects with given attributes and defects, for witnesses and vectors.

This module knows how to write a plan of `subject_plans` into a draft. Common names that
stand in the draft are kept, behind everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.forged_names import common_name_places
from mtlspolicy.features.organization_id import IDENTIFIER
from mtlspolicy.features.subject_name import CODED, DEFECTS, RANK, RULES, Value
from mtlspolicy.features.subject_plans import Plan, plan
from mtlspolicy.forge.names import Attribute, Name

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.draft import CertificateDraft

__all__ = ["realise"]

_PROPER: Final = {
    "country-code": "US",
    "business-category": "Private Organization",
    "organization-identifier": IDENTIFIER,
}
"""Per word of `CODED` a value with its form."""
_PRINTABLE: Final = 0x13
_IA5: Final = 0x16


def realise(value: Value, draft: CertificateDraft) -> None:
    """Write the subject; KeyError for a value that no subject can have."""
    if isinstance(value, Unreadable):
        # An OBJECT IDENTIFIER without octets where the attributes should stand.
        draft.subject_node = writer.sequence(writer.set_of(writer.primitive(0x06, b"")))
        return
    found = plan(value.types, value.defects, frozenset(DEFECTS) - value.defects)
    if found is None:
        raise KeyError(value)
    draft.subject_node = None
    _, common = common_name_places(draft.subject)
    draft.subject = Name((*_relative_names(found), *((attribute,) for attribute in common)))


def _relative_names(found: Plan) -> list[tuple[Attribute, ...]]:
    made = [
        _attribute(oid, defects, number) for number, (oid, defects) in enumerate(found.attributes)
    ]
    made.sort(key=lambda attribute: RANK.get(attribute.oid, len(RANK)))
    rdns: list[tuple[Attribute, ...]] = [(attribute,) for attribute in made]
    if "disorder" in found.structure:
        # The last of all ranked ones goes to the front.
        last = max(i for i, a in enumerate(made) if a.oid in RANK)
        rdns.insert(0, rdns.pop(last))
    if "multivalued" in found.structure:
        # The last two together: with a misplaced one in front, there is a third.
        rdns[-2:] = [rdns[-2] + rdns[-1]]
    return [*rdns, ()] if "empty-rdn" in found.structure else rdns


def _attribute(oid: str, defects: frozenset[str], number: int) -> Attribute:
    return Attribute(oid, _value(oid, defects, number))


def _value(oid: str, defects: frozenset[str], number: int) -> Node:
    """Return a value with these defects; `number` tells repeated ones apart."""
    tags, most = RULES.get(oid, (frozenset((0x0C,)), 0))
    if "placeholder" in defects:
        text = "."
    elif oid in CODED and CODED[oid][0] not in defects:
        text = _PROPER[CODED[oid][0]]
    elif CODED.get(oid, ("",))[0] == "country-code":
        text = "ZZ"
    else:
        text = f"x{number}"
    if "control" in defects:
        text = f"{text}\x00"[-max(most, 2) :] if most else f"{text}\x00"
    if "too-long" in defects:
        text = text[:1] * (most + 1) + text[1:]
    if "string-type" in defects:
        return writer.string("bmp", text)
    kind = {_PRINTABLE: "printable", _IA5: "ia5"}.get(min(tags) if len(tags) == 1 else 0, "utf8")
    return writer.string(kind, text)
