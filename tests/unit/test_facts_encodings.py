"""Each of the 45 encodings over which readers differ has its code; hostile ones are survived."""

from __future__ import annotations

import pytest

from mtlspolicy.facts.codes import KINDS
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE
from reader_support import codes, forged, read

EXPECTED = {
    "00_baseline": [],
    "01_dup_eku": ["extension.duplicate"],
    "02_empty_eku": ["eku.empty"],
    "03_eku_trailing": ["asn1.trailing_data"],
    "04a_nonmin_len_outer": ["der.length_not_minimal"],
    "04b_nonmin_len_eku": ["der.length_not_minimal"],
    "05a_indef_outer": ["der.length_indefinite"],
    "05b_indef_eku": ["der.length_indefinite"],
    "06_oid_leading80": ["der.oid_padded"],
    "07_eku_critical": ["eku.critical"],
    "08a_v1_with_ext": ["version.extensions_require_v3"],
    "08b_v2_with_ext": ["version.extensions_require_v3"],
    "08c_version_0_explicit": ["der.default_encoded", "version.extensions_require_v3"],
    "08d_version_4": ["version.unsupported"],
    "09a_negative_serial": ["serial.negative"],
    "09b_zero_serial": ["serial.zero"],
    "09c_serial_nonmin": ["der.integer_not_minimal"],
    "10a_critical_false": ["der.default_encoded"],
    "10b_bc_ca_false": ["der.default_encoded"],
    "11_true_as_01": ["der.boolean_not_canonical"],
    "11b_bc_ca_true_as_01": ["der.boolean_not_canonical"],
    "12_san_empty_dns": ["san.dns_empty"],
    "12b_san_empty_seq": ["san.empty"],
    "13_nul_dns": ["san.dns_character"],
    "14_ip5": ["san.ip_length"],
    "15_utf8_dns": ["asn1.string_character"],
    "16a_utctime_no_seconds": ["time.no_seconds"],
    "16b_utctime_offset": ["time.offset"],
    "16c_gentime_fraction": ["time.fraction"],
    "16d_gentime_before_2050": ["time.generalized_before_2050"],
    "16e_month13": ["time.month"],
    "16f_feb30": ["time.day"],
    "16g_second60": ["time.second"],
    "17_trailing_after_cert": ["asn1.trailing_data"],
    "18_unknown_critical": ["extension.unknown_critical"],
    "19_ku_trailing_zero_bits": ["der.named_bits_not_minimal"],
    "20_empty_extensions": ["extensions.empty"],
    "21_tbs_trailing": ["asn1.unexpected_element"],
    "22_ext_extra_field": ["asn1.unexpected_element"],
    "23_sigalg_mismatch": ["signature.algorithm_mismatch"],
    "24_eku_repeated_oid": ["eku.repeated_purpose"],
    "25_oid_nonterminated": ["asn1.oid_truncated"],
    "26_serial_33_bytes": ["serial.too_long"],
    "27_unknown_dup_noncrit": ["extension.duplicate"],
    "28_eku_oid_33_bytes": ["oid.long"],
}


def test_every_row_has_an_expectation() -> None:
    assert set(EXPECTED) == set(ENCODINGS)


@pytest.mark.parametrize("row", EXPECTED)
def test_a_row_has_its_codes_and_no_others(row: str) -> None:
    certificate = read(forged()[row])
    assert EXPECTED[row] == codes(certificate)
    refused = {"malformed", "not-der"} & {KINDS[code].value for code in EXPECTED[row]}
    assert certificate.well_formed == (not refused)


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ("03_eku_trailing", "tbsCertificate.extensions[1].extnValue"),
        ("06_oid_leading80", "tbsCertificate.extensions[1].extnValue[0]"),
        ("10a_critical_false", "tbsCertificate.extensions[1].critical"),
        ("16g_second60", "tbsCertificate.validity.notBefore"),
        ("17_trailing_after_cert", ""),
        ("21_tbs_trailing", "tbsCertificate"),
        ("22_ext_extra_field", "tbsCertificate.extensions[1]"),
    ],
)
def test_the_path_tells_where(row: str, path: str) -> None:
    assert [path] == [note.path for note in read(forged()[row]).notes]


@pytest.mark.parametrize(
    "row", ["04a_nonmin_len_outer", "05a_indef_outer", "17_trailing_after_cert"]
)
def test_what_is_not_der_can_still_be_shown(row: str) -> None:
    good, odd = read(forged()["00_baseline"]), read(forged()[row])
    assert (good.serial, good.subject, good.extended_key_usage, good.subject_alt_name) == (
        odd.serial, odd.subject, odd.extended_key_usage, odd.subject_alt_name,
    )  # fmt: skip


def test_a_note_shows_the_octets_where_it_stands() -> None:
    der = forged()["06_oid_leading80"]
    (note,) = read(der).notes
    assert der[note.offset : note.offset + 16] == note.octets
    assert bytes.fromhex("2b0601050507038001") == note.octets[:9]


HARMLESS = {
    "x_oid_wraps_32", "x_oid_wraps_64", "x_extension_oid_wraps_32", "x_unique_ids", "x_tampered",
    "x_signature_zeros", "x_path_length_2_64", "x_algorithm_null", "x_cn_bidi", "x_cn_bmp",
    "x_cn_universal", "x_cn_twice", "x_time_year_9999", "x_key_off_curve", "x_key_zeros",
    "x_deep_1000", "x_san_10000",
}  # fmt: skip
"""Hostile certificates in which a reader of single certificates finds nothing to be noted."""


@pytest.mark.parametrize("row", HOSTILE)
def test_hostile_certificates_are_read(row: str) -> None:
    certificate = read(forged()[row])
    assert (row in HARMLESS) == (certificate.notes == ())
    assert all(KINDS[note.code] is note.kind for note in certificate.notes)
