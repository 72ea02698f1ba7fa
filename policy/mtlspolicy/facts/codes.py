"""The codes that reading can give, and the kind of each.

This module knows the kinds, because reading must not open files. The titles, meanings
and clauses are in ``catalogue/codes/encoding.json``; a test holds both together.
"""

from __future__ import annotations

from typing import Final

from mtlspolicy.facts.certificate import NoteKind

__all__ = ["KINDS", "REJECTED"]

_MALFORMED: Final = (
    "asn1.bit_string_empty",
    "asn1.boolean_length",
    "asn1.end_of_contents",
    "asn1.integer_empty",
    "asn1.length_reserved",
    "asn1.missing_element",
    "asn1.null_content",
    "asn1.oid_empty",
    "asn1.oid_truncated",
    "asn1.primitive_indefinite",
    "asn1.string_character",
    "asn1.string_encoding",
    "asn1.tag",
    "asn1.tag_number",
    "asn1.trailing_data",
    "asn1.truncated",
    "asn1.unexpected_element",
    "asn1.unused_bits",
    "encoding.readings_differ",
    "key.number",
    "key.unused_bits",
    "limit.certificate_bytes",
    "limit.depth",
    "limit.elements",
    "limit.extensions",
    "limit.integer_bytes",
    "limit.names",
    "limit.notes",
    "limit.oid_bytes",
    "limit.oids",
    "limit.rdns",
    "sct.structure",
    "signature.unused_bits",
    "time.day",
    "time.form",
    "time.hour",
    "time.minute",
    "time.month",
    "time.second",
)
_NOT_DER: Final = (
    "der.boolean_not_canonical",
    "der.default_encoded",
    "der.integer_not_minimal",
    "der.length_indefinite",
    "der.length_not_minimal",
    "der.named_bits_not_minimal",
    "der.oid_padded",
    "der.set_order",
    "der.string_constructed",
    "der.tag_form",
    "der.unused_bits_nonzero",
    "time.fraction_form",
    "time.no_seconds",
    "time.offset",
)
_CONSTRAINT: Final = (
    "asn1.empty_list",
    "asn1.integer_negative",
    "bits.unnamed",
    "eku.empty",
    "extensions.empty",
    "ku.empty",
    "name.string_type",
    "name.value_empty",
    "name.value_too_long",
    "policies.text_length",
    "san.empty",
)
_PROFILE: Final = (
    "aki.issuer_without_serial",
    "basic_constraints.path_length_without_ca",
    "crldp.no_name",
    "extension.duplicate",
    "issuer.empty",
    "key.length",
    "key.parameters",
    "key.point",
    "name_constraints.distance",
    "name_constraints.empty",
    "name_constraints.ip_length",
    "policies.repeated",
    "policy_constraints.empty",
    "san.dns_character",
    "san.dns_empty",
    "san.ip_length",
    "san.text_character",
    "san.text_empty",
    "serial.negative",
    "serial.too_long",
    "serial.zero",
    "signature.algorithm_mismatch",
    "time.fraction",
    "time.generalized_before_2050",
    "validity.inverted",
    "version.extensions_require_v3",
    "version.unique_ids_require_v2",
    "version.unsupported",
)
_ODD: Final = (
    "eku.critical",
    "eku.repeated_purpose",
    "extension.unknown_critical",
    "name.control_character",
    "name.teletex",
    "oid.long",
    "sct.version",
)

KINDS: Final[dict[str, NoteKind]] = {
    **dict.fromkeys(_MALFORMED, NoteKind.MALFORMED),
    **dict.fromkeys(_NOT_DER, NoteKind.NOT_DER),
    **dict.fromkeys(_CONSTRAINT, NoteKind.CONSTRAINT),
    **dict.fromkeys(_PROFILE, NoteKind.PROFILE),
    **dict.fromkeys(_ODD, NoteKind.ODD),
}
"""The kind of every code."""

REJECTED: Final = frozenset({NoteKind.MALFORMED, NoteKind.NOT_DER})
"""The kinds that no policy can accept (design: strict to accept, lenient to explain)."""
