"""Departures of form that no other feature tells (RFC 5280; facts/codes.py).

A certificate that is malformed or not DER is never accepted and needs no rule. Of the
departures that a policy may judge, most are facts of some feature (an empty EKU is
`eku.empty`): those have their atom there, and a policy that names their code here is told
which. What is left is this feature. It must not know how the reader found a departure.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import BadArgumentError, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["CODES", "ELSEWHERE", "NotesFeature"]

CODES: Final[dict[str, str]] = {
    "issuer.empty": "the issuer is the empty name",
    "bits.unnamed": "the key usage sets a bit that has no name",
    "time.fraction": "an end of the validity period has fractions of a second",
    "time.generalized_before_2050": "an end before 2050 is written as GeneralizedTime",
}
"""The codes that can be asked for here, and what they say."""

ELSEWHERE: Final[dict[str, str]] = {
    "aki.issuer_without_serial": "aki.only_key_identifier",
    "asn1.empty_list": "policies.empty, aia.empty, crldp.empty or subject.defect",
    "basic_constraints.path_length_without_ca": "basic_constraints.has_path_length",
    "crldp.no_name": "crldp.defect",
    "eku.critical": "eku.critical",
    "eku.empty": "eku.empty",
    "eku.repeated_purpose": "eku.repeats",
    "extension.duplicate": "extensions.repeats",
    "extension.unknown_critical": "extensions.unknown_critical",
    "extensions.empty": "extensions.empty",
    "key.length": "key.sound",
    "key.parameters": "key.canonical_encoding",
    "key.point": "key.sound",
    "ku.empty": "key_usage.empty",
    "name.control_character": "subject.defect or common_name.sound",
    "name.string_type": "subject.defect or common_name.sound",
    "name.teletex": "subject.defect or common_name.sound",
    "name.value_empty": "subject.defect or common_name.sound",
    "name.value_too_long": "subject.defect or common_name.sound",
    "policies.repeated": "policies.repeats",
    "san.dns_character": "san.defect",
    "san.dns_empty": "san.defect",
    "san.empty": "san.empty",
    "san.ip_length": "san.defect",
    "san.text_character": "san.defect",
    "san.text_empty": "san.defect",
    "sct.version": "sct.versions_known",
    "serial.negative": "serial.positive",
    "serial.too_long": "serial.octets_at_most",
    "serial.zero": "serial.positive",
    "signature.algorithm_mismatch": "signature.same_in_both",
    "validity.inverted": "validity.ordered",
    "version.extensions_require_v3": "version.fits_extensions",
    "version.unique_ids_require_v2": "unique_ids.present with version.is",
    "version.unsupported": "version.is",
}
"""Codes that are facts of another feature, and the atom that asks about each."""


def _code(value: object) -> str:
    if isinstance(value, str):
        if value in CODES:
            return value
        if value in ELSEWHERE:
            message = f"`{value}` is asked by {ELSEWHERE[value]}"
            raise BadArgumentError(message)
    message = f"one of {', '.join(CODES)} is expected here"
    raise BadArgumentError(message)


_CODE: Final = Kind("code of a departure", {"enum": list(CODES)}, _code, tuple(CODES))

_NONE: Final[frozenset[str]] = frozenset()


def _notes(value: frozenset[str], code: str) -> Truth:
    return code in value


class NotesFeature(Feature[frozenset[str]]):
    """Which departures of form the reader noted."""

    name: ClassVar[str] = "encoding"
    title: ClassVar[str] = "form"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "encoding.notes",
            (Parameter("code", _CODE),),
            _notes,
            "{0}",
            "it is not so that {0}",
            "A time with fractions is not noted as GeneralizedTime before 2050 as well.",
            show=CODES.__getitem__,
        ),
    )

    def read(self, subject: CertificateSubject) -> frozenset[str]:
        """Pick the codes out of the notes."""
        notes = subject.certificate.notes
        if not notes:
            return _NONE
        found = frozenset(note.code for note in notes if note.code in CODES)
        return found - {"time.generalized_before_2050"} if "time.fraction" in found else found

    def points(self, calls: Sequence[Call]) -> Iterator[frozenset[str]]:
        """Every set of the codes asked for; of the two about times at most one."""
        asked = dict.fromkeys(call.arguments[0] for call in calls)
        for size in range(len(asked) + 1):
            for codes in combinations(asked, size):
                if not {"time.fraction", "time.generalized_before_2050"} <= set(codes):
                    yield frozenset(codes)

    def realise(self, value: frozenset[str], place: Place) -> None:
        """Put the departures into the draft, where it is built."""
        from mtlspolicy.features import forged_notes  # noqa: PLC0415 - forging is not deciding

        forged_notes.realise(value, place.certificate)

    def show(self, value: frozenset[str]) -> object:
        """The codes."""
        return sorted(value)

    def describe(self, value: frozenset[str]) -> str:
        """In words."""
        return "; ".join(CODES[code] for code in sorted(value)) or "nothing odd in form"
