"""Defects: each certificate has the one that it is named after, and no other."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509

from mtlspolicy.der import writer
from mtlspolicy.forge.defects import Register, value_tree
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.encodings import DEFECTS, ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE, HOSTILE_DEFECTS
from mtlspolicy.forge.keys import ALGORITHMS
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_client_chain, ordinary_client_leaf, ordinary_server_chain

BASELINE = ENCODINGS["00_baseline"]()
EKU = "0603551d25"
SERVER_AUTH = "06082b06010505070301"
CLIENT_AUTH = "06082b06010505070302"
UNKNOWN = "06092b06010401868d1f01"

MARKS = {
    "02_empty_eku": EKU + "04023000",
    "03_eku_trailing": CLIENT_AUTH + "0500",
    "04b_nonmin_len_eku": EKU + "0417308114",
    "05b_indef_eku": EKU + "04183080" + SERVER_AUTH + CLIENT_AUTH + "0000",
    "06_oid_leading80": "06092b0601050507038001",
    "07_eku_critical": EKU + "0101ff",
    "08b_v2_with_ext": "a003020101",
    "08c_version_0_explicit": "a003020100",
    "08d_version_4": "a003020103",
    "09a_negative_serial": "a0030201020210bf",
    "09b_zero_serial": "a003020102020100",
    "09c_serial_nonmin": "a003020102021100",
    "10a_critical_false": EKU + "010100",
    "10b_bc_ca_false": "0603551d130101ff04053003010100",
    "11_true_as_01": "0603551d0f010101",
    "11b_bc_ca_true_as_01": "0603551d130101ff04053003010101",
    "12_san_empty_dns": b"server.example.com".hex() + "8200",
    "12b_san_empty_seq": "0603551d1104023000",
    "13_nul_dns": b"example.com\x00.attacker.example".hex(),
    "14_ip5": "8705c000020100",
    "15_utf8_dns": "c3bc",
    "16a_utctime_no_seconds": b"\x17\x0b2604010000Z".hex(),
    "16b_utctime_offset": b"\x17\x11260401010000+0100".hex(),
    "16c_gentime_fraction": b"\x18\x1120260401000000.5Z".hex(),
    "16d_gentime_before_2050": b"\x18\x0f20260401000000Z".hex(),
    "16e_month13": b"\x17\x0d251301000000Z".hex(),
    "16f_feb30": b"\x17\x0d250230000000Z".hex(),
    "16g_second60": b"\x17\x0d260401000060Z".hex(),
    "18_unknown_critical": UNKNOWN + "0101ff04020500",
    "19_ku_trailing_zero_bits": "0603551d0f0101ff040403020080",
    "20_empty_extensions": "a3023000",
    "21_tbs_trailing": "0500" + ALGORITHMS["ecdsa-sha256"].der.hex(),
    "22_ext_extra_field": CLIENT_AUTH + "0500",
    "23_sigalg_mismatch": ALGORITHMS["ecdsa-sha512"].der.hex(),
    "24_eku_repeated_oid": SERVER_AUTH + CLIENT_AUTH + SERVER_AUTH,
    "25_oid_nonterminated": "06082b06010505070381",
    "26_serial_33_bytes": "0221" + "40" * 33,
    "28_eku_oid_33_bytes": "06216981" + "80" * 30 + "01",
}
"""Per row the octets in which the defect shows, in hexadecimal."""


@pytest.mark.parametrize("row", MARKS)
def test_the_defect_is_in_the_bytes(row: str) -> None:
    """And it is not in the leaf that all are made from."""
    mark = bytes.fromhex(MARKS[row])
    assert mark in ENCODINGS[row]()
    assert mark not in BASELINE


def test_the_defects_of_the_frame() -> None:
    """Those that show in how the certificate begins or ends."""
    made = {row: ENCODINGS[row]() for row in ENCODINGS if row not in MARKS}
    assert set(made) == {
        "00_baseline",
        "01_dup_eku",
        "04a_nonmin_len_outer",
        "05a_indef_outer",
        "08a_v1_with_ext",
        "17_trailing_after_cert",
        "27_unknown_dup_noncrit",
    }
    assert made["01_dup_eku"].count(bytes.fromhex(EKU)) == 2
    assert made["04a_nonmin_len_outer"] == b"\x30\x83\x00" + BASELINE[2:]
    assert made["05a_indef_outer"] == b"\x30\x80" + BASELINE[4:] + b"\x00\x00"
    assert made["08a_v1_with_ext"][8:10] == b"\x02\x10"
    assert made["17_trailing_after_cert"] == BASELINE + b"\x05\x00"
    assert made["27_unknown_dup_noncrit"].count(bytes.fromhex(UNKNOWN + "04020500")) == 2


def test_there_are_45_rows_in_order_and_all_differ() -> None:
    """Append-only: vectors are named after them."""
    assert len(ENCODINGS) == 45
    assert list(ENCODINGS) == sorted(ENCODINGS)
    assert len({make() for make in ENCODINGS.values()}) == 45


def test_the_baseline_is_the_ordinary_leaf_for_both_roles() -> None:
    """Issued by the ordinary authority."""
    leaf = x509.load_der_x509_certificate(BASELINE)
    issuer = x509.load_der_x509_certificate(ordinary_server_chain().build().presented[1])
    leaf.verify_directly_issued_by(issuer)
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert len(purposes) == 2


@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
def test_loadable_defects_are_signed() -> None:
    """The path is right, so that the oddity alone decides."""
    issuer = x509.load_der_x509_certificate(ordinary_server_chain().build().presented[1])
    loaded = 0
    for row, make in ENCODINGS.items():
        try:
            leaf = x509.load_der_x509_certificate(make())
        except (ValueError, x509.InvalidVersion):
            continue
        loaded += 1
        if row != "23_sigalg_mismatch":
            leaf.verify_directly_issued_by(issuer)
    assert loaded > 20


@pytest.mark.parametrize("row", ENCODINGS)
def test_every_defect_fits_a_client_leaf(row: str) -> None:
    """The same defect in another leaf of another chain."""
    chain = ordinary_client_chain()
    plain = chain.build().presented[0]
    DEFECTS[row].change(chain.leaf)
    assert (chain.build().presented[0] == plain) == (row == "00_baseline")


@pytest.mark.parametrize("row", HOSTILE)
def test_every_hostile_shape_fits_a_client_leaf(row: str) -> None:
    """Each differs from the leaf without it."""
    chain = ordinary_client_chain()
    plain = chain.build().presented[0]
    HOSTILE_DEFECTS[row].change(chain.leaf)
    assert chain.build().presented[0] != plain


def test_forging_from_a_base_leaves_the_base_alone() -> None:
    """With a key and a name of the caller's."""
    base = ordinary_client_leaf()
    named = name(("CN", "issuer")).node
    der = ENCODINGS["07_eku_critical"](base, "rsa2048-0", named)
    assert base == ordinary_client_leaf()
    assert named.encode() in der
    assert ALGORITHMS["rsa-sha256"].der in der


def test_a_mismatch_of_algorithms_takes_one_of_the_same_kind_if_there_is_one() -> None:
    """Ed25519 has none."""
    mismatch = ENCODINGS["23_sigalg_mismatch"]
    assert ALGORITHMS["rsa-sha512"].der in mismatch(None, "rsa2048-0")
    assert ALGORITHMS["ecdsa-sha256"].der in mismatch(None, "ed25519-0")


def test_hostile_shapes_all_differ() -> None:
    """From each other and from the baseline."""
    made = {make() for make in HOSTILE.values()} | {BASELINE}
    assert len(made) == len(HOSTILE) + 1
    assert not set(HOSTILE) & set(ENCODINGS)


@pytest.mark.parametrize(
    ("row", "mark"),
    [
        ("x_oid_empty", CLIENT_AUTH + "0600"),
        ("x_oid_wraps_32", "060c2b060105050703" + "9080808001"),
        ("x_extension_oid_wraps_32", "0607551d9080808025"),
        ("x_beyond_parent", EKU + "0416301e"),
        ("x_short_of_parent", EKU + "04163000" + SERVER_AUTH),
        ("x_indefinite_primitive", "06802b06010505070301" + "0000"),
        ("x_high_tag", "9f876801" + "00"),
        ("x_high_form_low_tag", EKU + "04173f1014"),
        ("x_eku_set", EKU + "04163114"),
        ("x_octet_string_pieces", EKU + "241a040b"),
        ("x_integer_empty", "a0030201020200"),
        ("x_boolean_two_octets", EKU + "010200ff"),
        ("x_bits_empty", "0603551d0f0101ff04020300"),
        ("x_bits_padding", "0603551d0f0101ff0404030207ff"),
        ("x_two_extension_blocks", "a31730153013" + EKU + "040c"),
        ("x_rdn_empty", "3100"),
        ("x_rdn_unsorted", "3114" + "300806035504030c0162" + "300806035504030c0161"),
        ("x_cn_escape", b"\x1b[2J".hex()),
        ("x_key_infinity", "03020000"),
        ("x_deep_indefinite", "3080" * 1000),
    ],
)
def test_hostile_defects_are_in_the_bytes(row: str, mark: str) -> None:
    """A sample; the digest below holds all of them."""
    assert bytes.fromhex(mark) in HOSTILE[row]()
    assert bytes.fromhex(mark) not in BASELINE


def test_sizes_are_what_they_say() -> None:
    """Names are counted with the good one."""
    for row, count in (("x_san_10000", 10_000), ("x_san_10001", 10_001)):
        draft = ordinary_client_leaf()
        HOSTILE_DEFECTS[row].change(draft)
        assert len(value_tree(draft, "subjectAltName").items()) == count
    assert len(HOSTILE["x_two_mebibytes"]()) > 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("register", "digest"),
    [
        (ENCODINGS, "0451f881d9fe38f74613d254bba4bcf2040ac004e9240767a88d05cd646b035f"),
        (HOSTILE, "427743fe6c2e9a11c1a5cb8fbbb104059710ef3e538d2994c945bcec38b37657"),
    ],
    ids=["encodings", "hostile"],
)
def test_all_shapes_are_byte_stable(register: dict[str, object], digest: str) -> None:
    """On every machine, with every version of every library."""
    total = hashlib.sha256()
    for make in register.values():
        assert callable(make)
        total.update(hashlib.sha256(make()).digest())
    assert total.hexdigest() == digest


def test_a_register_describes_what_it_has() -> None:
    """Each row has a sentence, for the vectors."""
    for defect in (*DEFECTS.values(), *HOSTILE_DEFECTS.values()):
        assert defect.text.endswith(".")
    register = Register()
    register.put(("row", "A row.", lambda draft: draft.set_purposes()))
    assert register["row"].text == "A row."


@pytest.mark.parametrize("value", [None, Linked.OWN_KEY])
def test_a_value_that_is_not_there_cannot_be_changed(value: Linked | None) -> None:
    """A defect must not pass for one where it had nothing to break."""
    draft = CertificateDraft()
    if value is not None:
        draft.set_extension("extKeyUsage", value)
    with pytest.raises(KeyError):
        DEFECTS["04b_nonmin_len_eku"].change(draft)


def test_parsing_the_value_gives_its_tree() -> None:
    """So that any part of it can be edited."""
    assert value_tree(ordinary_client_leaf(), "extKeyUsage") == writer.sequence(
        writer.oid("1.3.6.1.5.5.7.3.2")
    )
