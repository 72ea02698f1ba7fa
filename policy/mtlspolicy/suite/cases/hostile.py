"""Shapes that an attacker would try, in the client's leaf of an otherwise good pair.

Beyond the 45 of `encoding`: what is malformed or not DER is refused under every policy; what
is well-formed is judged for what it says, and nothing that is odd may be taken for something
else. Shapes of more than 100 KiB stay in the tests: a suite is to be downloaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge.hostile import HOSTILE_DEFECTS
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import ALL, dual
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

    Verdicts = tuple[Expectation, Expectation, Expectation]

NOTES: Final = {
    "malformed": Flag(
        text="the bytes are a value of their type in no encoding, or beyond every bound",
        bug="crashes, hangs, or reads something into bytes that say nothing",
    ),
    "not-der": Flag(
        text="the bytes are BER and not DER (X.690, 8 to 11)",
        bug="takes one certificate for another, or compares bytes that are not unique",
    ),
    "misleading": Flag(
        text="well-formed, and made to be taken for something else",
        bug="truncates a number, stops at a NUL, shows what a certificate tells it to show, or "
        "reads the first of two values",
    ),
    "signature": Flag(
        text="the signature, or what it covers, is wrong",
        bug="does not verify signatures, or not over the bytes that it has read",
    ),
    "ordinary": Flag(
        text="nothing is odd: the pair from which the others are made",
        bug="fails every other case for another reason than the one it is about",
    ),
}

SPACE: Final = Namespace("hostile", "hostile shapes of the client's leaf", NOTES)
NAMESPACES: Final = (SPACE,)

TOO_LARGE: Final = {"x_deep_indefinite", "x_san_10000", "x_san_10001", "x_two_mebibytes"}
"""Shapes that are left to the tests."""

_MALFORMED: Final[dict[str, tuple[str, ...]]] = {
    "x_algorithm_null_content": ("asn1.null_content",),
    "x_beyond_parent": ("asn1.truncated",),
    "x_bits_empty": ("asn1.bit_string_empty",),
    "x_bits_unused_8": ("asn1.unused_bits",),
    "x_bits_unused_only": ("asn1.unused_bits",),
    "x_boolean_constructed": ("asn1.tag", "asn1.unexpected_element"),
    "x_boolean_empty": ("asn1.boolean_length",),
    "x_boolean_two_octets": ("asn1.boolean_length",),
    "x_certificate_set": ("asn1.tag",),
    "x_claims_2_31": ("asn1.truncated",),
    "x_claims_2_32": ("asn1.truncated",),
    "x_claims_2_63": ("asn1.truncated",),
    "x_cn_bmp_odd": ("asn1.string_encoding",),
    "x_cn_overlong": ("asn1.string_encoding",),
    "x_cn_printable": ("asn1.string_character",),
    "x_cn_surrogate": ("asn1.string_encoding",),
    "x_cut_in_half": ("asn1.missing_element", "asn1.truncated"),
    "x_cut_last_octet": ("asn1.truncated",),
    "x_deep_san": ("limit.depth",),
    "x_deep_tbs": ("asn1.unexpected_element",),
    "x_eku_2000": ("limit.oids",),
    "x_eku_context_tag": ("asn1.tag",),
    "x_eku_primitive": ("asn1.tag",),
    "x_eku_set": ("asn1.tag",),
    "x_empty": ("asn1.missing_element",),
    "x_empty_sequence": ("asn1.missing_element",),
    "x_end_of_contents": ("asn1.unexpected_element",),
    "x_extension_without_value": ("asn1.missing_element",),
    "x_extensions_300": ("limit.extensions",),
    "x_extensions_tag_4": ("asn1.unexpected_element",),
    "x_high_tag": ("asn1.unexpected_element",),
    "x_indefinite_primitive": ("asn1.primitive_indefinite", "der.length_indefinite"),
    "x_indefinite_unended": ("asn1.end_of_contents", "der.length_indefinite"),
    "x_integer_empty": ("asn1.integer_empty",),
    "x_key_null": ("asn1.tag",),
    "x_key_unused_bits": ("key.unused_bits",),
    "x_length_126_octets": ("asn1.truncated",),
    "x_length_reserved": ("asn1.length_reserved",),
    "x_oid_1000_octets": ("limit.oid_bytes",),
    "x_oid_as_octets": ("asn1.tag",),
    "x_oid_empty": ("asn1.oid_empty",),
    "x_rdns_300": ("limit.rdns",),
    "x_short_of_parent": ("asn1.trailing_data",),
    "x_signature_empty": ("asn1.bit_string_empty",),
    "x_signature_unused_bits": ("signature.unused_bits",),
    "x_tag_endless": ("asn1.unexpected_element",),
    "x_tag_only": ("asn1.truncated",),
    "x_time_empty": ("time.form",),
    "x_time_feb29": ("time.day",),
    "x_time_hour_24": ("time.hour",),
    "x_time_letters": ("time.form",),
    "x_time_lower_z": ("time.form",),
    "x_time_no_z": ("time.form",),
    "x_time_signs": ("time.form",),
    "x_time_string": ("asn1.tag",),
    "x_two_extension_blocks": ("asn1.unexpected_element",),
    "x_validity_one_time": ("asn1.missing_element",),
    "x_validity_three_times": ("asn1.unexpected_element",),
    "x_value_not_octets": ("asn1.tag",),
    "x_zeros": ("asn1.tag", "asn1.trailing_data"),
}
"""What the bytes break; no policy may accept it, and no path leads through it."""

_NOT_DER: Final[dict[str, tuple[str, ...]]] = {
    "x_bit_string_pieces": ("der.string_constructed",),
    "x_bits_padding": ("der.unused_bits_nonzero",),
    "x_cn_pieces": ("der.string_constructed",),
    "x_high_form_low_tag": ("der.tag_form",),
    "x_octet_string_pieces": ("der.string_constructed",),
    "x_rdn_unsorted": ("der.set_order",),
}

_ACCEPTED: Final = (accept(), accept(), accept())
_NO_PATH: Final = (reject("path.invalid"), reject("path.invalid"), reject("path.invalid"))
_TWICE: Final = (
    reject("extension.repeated", "path.invalid"),
    reject("extension.repeated", "path.invalid"),
    reject("extension.repeated", "path.invalid"),
)
_KEY: Final = (reject("key.malformed"), reject("key.malformed"), reject("key.malformed"))


def _strictly(*codes: str) -> Verdicts:
    """What RFC 5280 puts up with and the TLS BR do not."""
    return (accept(), reject(*codes), accept())


_BACKWARDS: Final = reject(
    "validity.inverted", "validity.expired", "validity.not_yet_valid", "path.invalid"
)
_NO_SERVER: Final = "eku.server_auth_missing"
_CN: Final = "common_name.not_from_san"

_WELL_FORMED: Final[dict[str, tuple[str, Verdicts]]] = {
    "x_algorithm_null": (
        "RFC 5758, 3.2: no parameters, so nobody has to know what these mean",
        (
            reject("path.invalid"),
            reject(
                "path.invalid", "signature.algorithm_not_allowed", "signature.hash_not_of_curve"
            ),
            reject("path.invalid"),
        ),
    ),
    "x_bits_none": (
        "RFC 5280, 4.2.1.3: at least one bit",
        (
            reject("key_usage.not_for_tls", "key_usage.empty"),
            reject("key_usage.no_digital_signature", "key_usage.empty", "key_usage.bits"),
            reject("key_usage.no_digital_signature", "key_usage.empty"),
        ),
    ),
    "x_cn_1000": ("RFC 5280, A.1; TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_bidi": ("TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_bmp": ("TLS BR, 7.1.4.2", _strictly(_CN, "subject.strings")),
    "x_cn_empty": ("RFC 5280, A.1; TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_escape": ("TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_integer": ("RFC 5280, A.1; TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_newline": ("TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_nul": ("TLS BR, 7.1.4.3", _strictly(_CN, "subject.strings")),
    "x_cn_teletex": ("TLS BR, 7.1.4.2", _strictly(_CN, "subject.strings")),
    "x_cn_twice": ("TLS BR, 7.1.4.3", _strictly(_CN, "common_name.repeated")),
    "x_cn_universal": ("TLS BR, 7.1.4.2", _strictly(_CN, "subject.strings")),
    "x_deep_1000": ("RFC 5280, 4.2: an unknown extension that is not critical", _ACCEPTED),
    "x_extension_oid_wraps_32": ("RFC 5280, 4.2: an unknown extension", _ACCEPTED),
    "x_key_empty": ("RFC 5480, 2.2", _KEY),
    "x_key_explicit_curve": (
        "RFC 5480, 2.1.1: only named curves",
        (
            reject("key.malformed"),
            reject("key.malformed", "key.curve_not_allowed", "key.encoding"),
            reject("key.malformed"),
        ),
    ),
    "x_key_infinity": ("RFC 5480, 2.2", _KEY),
    "x_key_off_curve": ("RFC 5480, 2.2: who holds no such key can prove no possession", _ACCEPTED),
    "x_key_zeros": ("RFC 5480, 2.2: who holds no such key can prove no possession", _ACCEPTED),
    "x_oid_wraps_32": (
        "RFC 5280, 4.2.1.12: it lists clientAuth and something unknown",
        (accept(), reject(_NO_SERVER), reject(_NO_SERVER)),
    ),
    "x_oid_wraps_64": (
        "RFC 5280, 4.2.1.12: it lists clientAuth and something unknown",
        (accept(), reject(_NO_SERVER), reject(_NO_SERVER)),
    ),
    "x_other_eku_first": ("RFC 5280, 4.2", _TWICE),
    "x_path_length_2_64": (
        "TLS BR, 7.1.2.7.8",
        _strictly("basic_constraints.ca", "basic_constraints.form"),
    ),
    "x_path_length_negative": (
        "RFC 5280, 4.2.1.9: INTEGER (0..MAX), so it says nothing that a path could be built on",
        _NO_PATH,
    ),
    "x_path_length_without_ca": (
        "RFC 5280, 4.2.1.9; TLS BR, 7.1.2.7.8",
        _strictly("basic_constraints.form"),
    ),
    "x_rdn_empty": ("RFC 5280, A.1; TLS BR, 7.1.4.1", _strictly("subject.form")),
    "x_same_eku_twice": ("RFC 5280, 4.2", _TWICE),
    "x_serial_1000_octets": ("RFC 5280, 4.1.2.2", _strictly("serial.too_large")),
    "x_signature_zeros": ("RFC 5280, 6.1.3", _NO_PATH),
    "x_tampered": ("RFC 5280, 6.1.3", _NO_PATH),
    "x_time_year_0": (
        "RFC 5280, 4.1.2.5",
        (
            reject("validity.inverted", "validity.expired", "path.invalid"),
            reject("validity.inverted", "validity.expired", "path.invalid", "certificate.form"),
            reject("validity.inverted", "validity.expired", "path.invalid"),
        ),
    ),
    "x_time_year_9999": (
        "RFC 5280, 4.1.2.5; TLS BR, 6.3.2",
        _strictly("validity.too_long"),
    ),
    "x_unique_ids": ("RFC 5280, 4.1.2.8; TLS BR, 7.1.2.7", _strictly("certificate.unique_ids")),
    "x_validity_inverted": (
        "RFC 5280, 4.1.2.5",
        (
            _BACKWARDS,
            _BACKWARDS,
            _BACKWARDS,
        ),
    ),
}

_SIGNATURE: Final = {"x_signature_zeros", "x_tampered", "x_algorithm_null"}


_NOTED: Final[dict[str, tuple[str, ...]]] = {
    "x_short_of_parent": ("asn1.trailing_data", "eku.empty"),
    "x_cn_pieces": ("der.string_constructed", "name.string_type"),
    "x_bits_none": ("ku.empty",),
    "x_cn_1000": ("name.value_too_long",),
    "x_cn_empty": ("name.value_empty",),
    "x_cn_escape": ("name.control_character",),
    "x_cn_integer": ("name.string_type",),
    "x_cn_newline": ("name.control_character",),
    "x_cn_nul": ("name.control_character",),
    "x_cn_teletex": ("name.teletex",),
    "x_key_empty": ("key.point",),
    "x_key_explicit_curve": ("key.parameters",),
    "x_key_infinity": ("key.point",),
    "x_other_eku_first": ("extension.duplicate",),
    "x_path_length_negative": ("asn1.integer_negative",),
    "x_path_length_without_ca": ("basic_constraints.path_length_without_ca",),
    "x_rdn_empty": ("asn1.empty_list",),
    "x_same_eku_twice": ("extension.duplicate",),
    "x_serial_1000_octets": ("serial.too_long",),
    "x_time_year_0": ("time.generalized_before_2050", "validity.inverted"),
    "x_validity_inverted": ("validity.inverted",),
}
"""What a reader notices, where that is not just what the bytes break."""


def _register(row: str, flag: str, clause: str, verdicts: Verdicts) -> None:
    defect = HOSTILE_DEFECTS[row]
    broken = {**_MALFORMED, **_NOT_DER}.get(row, ())

    def body(draft: CaseDraft) -> None:
        defect.change(draft.client.leaf)
        draft.note("client", 0, *_NOTED.get(row, broken))
        for policy, verdict in zip(ALL, verdicts, strict=True):
            draft.expect(policy, verdict)

    text = defect.text.rstrip(".")
    SPACE.add(
        row.removeprefix("x_").replace("_", "-"),
        f"In the client's leaf: {text[0].lower()}{text[1:]} ({clause}).",
        body,
        flags=(flag,),
        traces=(f"HOSTILE:{row}",),
        neighbour=None if verdicts == _ACCEPTED else "ordinary",
        start=dual,
    )


@SPACE.case("ordinary", traces=("RFC5280:4.1",), start=dual)
def ordinary(draft: CaseDraft) -> None:
    """The pair without anything odd, which every policy accepts (RFC 5280, 4.1)."""
    draft.expect(*ALL, accept())


_STRICT_TOO: Final[dict[str, tuple[str, ...]]] = {
    "x_algorithm_null_content": (
        "signature.algorithm_not_allowed",
        "signature.hash_not_of_curve",
    ),
    **dict.fromkeys(
        ("x_cn_bmp_odd", "x_cn_overlong", "x_cn_printable", "x_cn_surrogate", "x_cn_pieces"),
        (_CN, "subject.strings"),
    ),
    "x_deep_san": ("san.type_not_allowed",),
    "x_extensions_tag_4": ("eku.client_auth_missing",),
    "x_rdn_unsorted": (_CN, "common_name.repeated", "subject.form"),
}
"""What the TLS BR have against that which can still be read."""
_LEGACY_TOO: Final[dict[str, tuple[str, ...]]] = {"x_extensions_tag_4": ("name.not_matched",)}
_FRANK_TOO: Final[dict[str, tuple[str, ...]]] = {"x_extensions_tag_4": (_NO_SERVER,)}


def _refused(row: str, codes: tuple[str, ...]) -> Verdicts:
    return (
        reject(*codes, "path.invalid", *_LEGACY_TOO.get(row, ())),
        reject(*codes, "path.invalid", *_STRICT_TOO.get(row, ())),
        reject(*codes, "path.invalid", *_FRANK_TOO.get(row, ())),
    )


for _row, _codes in _MALFORMED.items():
    _register(_row, "malformed", "X.690, 8; RFC 5280, 4.1", _refused(_row, _codes))
for _row, _codes in _NOT_DER.items():
    _register(_row, "not-der", "X.690, 10 and 11", _refused(_row, _codes))
for _row, (_clause, _verdicts) in _WELL_FORMED.items():
    _register(_row, "signature" if _row in _SIGNATURE else "misleading", _clause, _verdicts)
