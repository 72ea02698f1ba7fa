"""The 45 odd and malformed encodings over which certificate readers differ.

Each is made from an ordinary good leaf by changing its tree and signing again, so that the
named oddity is the only one. What a reader makes of each is not known here: these are
inputs, the verdicts belong to the vectors.

    >>> der = ENCODINGS["02_empty_eku"]()
    >>> bytes.fromhex("0603551d2504023000") in der
    True
    >>> from mtlspolicy.forge.pair import ordinary_client_leaf
    >>> draft = ordinary_client_leaf()
    >>> DEFECTS["07_eku_critical"].change(draft)  # the same oddity in any other leaf
"""

from __future__ import annotations

__all__ = ["DEFECTS", "ENCODINGS"]

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.der.writer import Node
from mtlspolicy.forge import extensions
from mtlspolicy.forge.defects import Register, add_child, in_extension, inside_value, value_tree
from mtlspolicy.forge.keys import ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft

DEFECTS: Final = Register()
"""Per row id the defect, to be put into any draft."""

_YEAR: Final = 31_536_000
_BOOLEAN: Final = 0x01
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18


# -- extended key usage


@DEFECTS.row("00_baseline", "Nothing odd: the leaf that all others are made from.")
def _baseline(_draft: CertificateDraft) -> None:
    pass


@DEFECTS.row("01_dup_eku", "Two EKU extensions, of which the second allows code signing only.")
def _dup_eku(draft: CertificateDraft) -> None:
    draft.add_extension("extKeyUsage", extensions.extended_key_usage("codeSigning"))


@DEFECTS.row("02_empty_eku", "An EKU without any purpose, which SIZE (1..MAX) forbids.")
def _empty_eku(draft: CertificateDraft) -> None:
    draft.set_purposes()


@DEFECTS.row("03_eku_trailing", "A NULL after the EKU SEQUENCE, inside the OCTET STRING.")
def _eku_trailing(draft: CertificateDraft) -> None:
    value = value_tree(draft, "extKeyUsage").encode()
    draft.set_extension("extKeyUsage", value + writer.null().encode())


@DEFECTS.row("04a_nonmin_len_outer", "The length of the Certificate in one octet more than needed.")
def _nonmin_len_outer(draft: CertificateDraft) -> None:
    draft.certificate_edits.append(Node.long_length)


@DEFECTS.row("04b_nonmin_len_eku", "The length of the EKU SEQUENCE in one octet more than needed.")
def _nonmin_len_eku(draft: CertificateDraft) -> None:
    inside_value(draft, "extKeyUsage", Node.long_length)


@DEFECTS.row("05a_indef_outer", "The Certificate with an indefinite length.")
def _indef_outer(draft: CertificateDraft) -> None:
    draft.certificate_edits.append(Node.indefinite)


@DEFECTS.row("05b_indef_eku", "The EKU SEQUENCE with an indefinite length.")
def _indef_eku(draft: CertificateDraft) -> None:
    inside_value(draft, "extKeyUsage", Node.indefinite)


@DEFECTS.row(
    "06_oid_leading80", "The last arc of the first EKU purpose padded with a leading 0x80."
)
def _oid_leading80(draft: CertificateDraft) -> None:
    def pad(purpose: Node) -> Node:
        return purpose.with_content(purpose.content[:-1] + b"\x80" + purpose.content[-1:])

    inside_value(draft, "extKeyUsage", lambda value: value.at(0, pad))


@DEFECTS.row(
    "07_eku_critical", "The EKU marked critical, which RFC 5280 allows and the TLS BR forbid."
)
def _eku_critical(draft: CertificateDraft) -> None:
    draft.set_extension("extKeyUsage", value_tree(draft, "extKeyUsage").encode(), critical=True)


# -- version and serial number


@DEFECTS.row("08a_v1_with_ext", "Version 1, by leaving it out, with extensions.")
def _v1_with_ext(draft: CertificateDraft) -> None:
    draft.version = 1


@DEFECTS.row("08b_v2_with_ext", "Version 2 with extensions.")
def _v2_with_ext(draft: CertificateDraft) -> None:
    draft.version = 2


@DEFECTS.row("08c_version_0_explicit", "Version 1 written out, although DER leaves a default out.")
def _version_0_explicit(draft: CertificateDraft) -> None:
    draft.version_node = writer.explicit(0, writer.integer(0))


@DEFECTS.row("08d_version_4", "Version 4 (the INTEGER 3), which does not exist.")
def _version_4(draft: CertificateDraft) -> None:
    draft.version = 4


@DEFECTS.row("09a_negative_serial", "A negative serial number of 16 octets.")
def _negative_serial(draft: CertificateDraft) -> None:
    draft.serial = -(1 << 126) - 1


@DEFECTS.row("09b_zero_serial", "The serial number 0.")
def _zero_serial(draft: CertificateDraft) -> None:
    draft.serial = 0


@DEFECTS.row(
    "09c_serial_nonmin", "A serial number with a leading zero octet that it does not need."
)
def _serial_nonmin(draft: CertificateDraft) -> None:
    def pad(serial: Node) -> Node:
        return serial.with_content(b"\x00" + serial.content)

    draft.tbs_edits.append(lambda tbs: tbs.edit("serial", pad))


@DEFECTS.row(
    "26_serial_33_bytes",
    "A serial number of 33 octets; 20 are the most that RFC 5280, 4.1.2.2 allows.",
)
def _serial_33_bytes(draft: CertificateDraft) -> None:
    draft.serial = int.from_bytes(b"\x40" * 33, "big")


# -- booleans


def _with_critical(octet: bytes) -> Callable[[Node], Node]:
    flag = writer.primitive(_BOOLEAN, octet).labelled("critical")
    return lambda extension: extension.drop("critical").insert(1, flag)


@DEFECTS.row(
    "10a_critical_false",
    "An EKU whose critical FALSE is written out, although DER leaves a default out.",
)
def _critical_false(draft: CertificateDraft) -> None:
    in_extension(draft, "extKeyUsage", _with_critical(b"\x00"))


def _with_ca(draft: CertificateDraft, octet: bytes) -> None:
    value = writer.sequence(writer.primitive(_BOOLEAN, octet))
    draft.set_extension("basicConstraints", value.encode(), critical=True)


@DEFECTS.row(
    "10b_bc_ca_false",
    "Basic constraints whose cA FALSE is written out, although DER leaves a default out.",
)
def _bc_ca_false(draft: CertificateDraft) -> None:
    _with_ca(draft, b"\x00")


@DEFECTS.row("11_true_as_01", "A key usage whose critical TRUE is the octet 0x01 instead of 0xFF.")
def _true_as_01(draft: CertificateDraft) -> None:
    in_extension(draft, "keyUsage", _with_critical(b"\x01"))


@DEFECTS.row(
    "11b_bc_ca_true_as_01", "A leaf that claims to be a CA, with a TRUE of 0x01 instead of 0xFF."
)
def _bc_ca_true_as_01(draft: CertificateDraft) -> None:
    _with_ca(draft, b"\x01")


# -- subject alternative names: the good ones stay, the odd one comes last


@DEFECTS.row("12_san_empty_dns", "A dNSName without a character.")
def _san_empty_dns(draft: CertificateDraft) -> None:
    add_child(draft, "subjectAltName", extensions.general_name("dns", ""))


@DEFECTS.row("12b_san_empty_seq", "A SAN without any name, which SIZE (1..MAX) forbids.")
def _san_empty_seq(draft: CertificateDraft) -> None:
    draft.set_names()


@DEFECTS.row("13_nul_dns", "A dNSName with a NUL, after which a reader of C strings stops.")
def _nul_dns(draft: CertificateDraft) -> None:
    odd = extensions.general_name("dns", b"example.com\x00.attacker.example")
    add_child(draft, "subjectAltName", odd)


@DEFECTS.row("14_ip5", "An iPAddress of five octets.")
def _ip5(draft: CertificateDraft) -> None:
    odd = extensions.general_name("ip", bytes([192, 0, 2, 1, 0]))
    add_child(draft, "subjectAltName", odd)


@DEFECTS.row("15_utf8_dns", "A dNSName in UTF-8, where only IA5 may stand.")
def _utf8_dns(draft: CertificateDraft) -> None:
    odd = extensions.general_name("dns", "b\u00fccher.example.com".encode())
    add_child(draft, "subjectAltName", odd)


# -- times: all of them in notBefore


def _utc(draft: CertificateDraft, seconds: int, change: Callable[[bytes], bytes]) -> None:
    content = change(writer.utc_time(seconds).content)
    draft.not_before_node = writer.primitive(_UTC_TIME, content)


@DEFECTS.row("16a_utctime_no_seconds", "A UTCTime that ends with the minutes.")
def _utctime_no_seconds(draft: CertificateDraft) -> None:
    _utc(draft, draft.not_before, lambda text: text[:10] + b"Z")


@DEFECTS.row("16b_utctime_offset", "A UTCTime of the same instant in another zone (+0100).")
def _utctime_offset(draft: CertificateDraft) -> None:
    _utc(draft, draft.not_before + 3600, lambda text: text[:12] + b"+0100")


@DEFECTS.row("16c_gentime_fraction", "A GeneralizedTime with half a second.")
def _gentime_fraction(draft: CertificateDraft) -> None:
    content = writer.generalized_time(draft.not_before).content
    draft.not_before_node = writer.primitive(_GENERALIZED_TIME, content[:14] + b".5Z")


@DEFECTS.row(
    "16d_gentime_before_2050",
    "A GeneralizedTime before 2050, where RFC 5280, 4.1.2.5 demands a UTCTime.",
)
def _gentime_before_2050(draft: CertificateDraft) -> None:
    draft.not_before_node = writer.generalized_time(draft.not_before)


# A lenient reader carries month 13 into January and 30 February into March. The year
# before keeps what it makes of them before the certificate's end.


@DEFECTS.row("16e_month13", "A UTCTime in month 13.")
def _month13(draft: CertificateDraft) -> None:
    _utc(draft, draft.not_before - _YEAR, lambda text: text[:2] + b"13" + text[4:])


@DEFECTS.row("16f_feb30", "A UTCTime on 30 February.")
def _feb30(draft: CertificateDraft) -> None:
    _utc(draft, draft.not_before - _YEAR, lambda text: text[:2] + b"0230" + text[6:])


@DEFECTS.row("16g_second60", "A UTCTime in second 60.")
def _second60(draft: CertificateDraft) -> None:
    _utc(draft, draft.not_before, lambda text: text[:10] + b"60Z")


# -- the frame


@DEFECTS.row("17_trailing_after_cert", "Two octets after the certificate.")
def _trailing_after_cert(draft: CertificateDraft) -> None:
    draft.trailing = writer.null().encode()


@DEFECTS.row("18_unknown_critical", "A critical extension that no reader can know.")
def _unknown_critical(draft: CertificateDraft) -> None:
    draft.add_extension("unknown", extensions.null_value(), critical=True)


@DEFECTS.row(
    "19_ku_trailing_zero_bits",
    "A key usage that counts the zero bits after its last one, where DER drops them.",
)
def _ku_trailing_zero_bits(draft: CertificateDraft) -> None:
    inside_value(draft, "keyUsage", lambda bits: bits.with_content(b"\x00" + bits.content[1:]))


@DEFECTS.row(
    "20_empty_extensions",
    "The tag [3] around a SEQUENCE of no extensions, which SIZE (1..MAX) forbids.",
)
def _empty_extensions(draft: CertificateDraft) -> None:
    draft.tbs_edits.append(lambda tbs: tbs.edit("extensions", lambda e: e.with_children(())))


@DEFECTS.row("21_tbs_trailing", "A NULL in the tbsCertificate after the extensions.")
def _tbs_trailing(draft: CertificateDraft) -> None:
    draft.extra_tbs.append(writer.null())


@DEFECTS.row("22_ext_extra_field", "A NULL in the EKU's Extension after its value.")
def _ext_extra_field(draft: CertificateDraft) -> None:
    in_extension(draft, "extKeyUsage", lambda extension: extension.append(writer.null()))


@DEFECTS.row(
    "23_sigalg_mismatch",
    "A signature algorithm inside the signed part that is not the one outside.",
)
def _sigalg_mismatch(draft: CertificateDraft) -> None:
    def other(named: Node) -> Node:
        mine = next(a for a in ALGORITHMS.values() if a.der == named.encode())
        alike = [a for a in ALGORITHMS.values() if (a.kind, a.pss) == (mine.kind, mine.pss)]
        others = [a.der for a in alike if a != mine] or [ALGORITHMS["ecdsa-sha256"].der]
        return writer.parse(others[-1])

    draft.tbs_edits.append(lambda tbs: tbs.edit("inner_algorithm", other))


# -- the rest of the purposes, and unknown extensions


@DEFECTS.row("24_eku_repeated_oid", "The first purpose of the EKU once more at its end.")
def _eku_repeated_oid(draft: CertificateDraft) -> None:
    first = value_tree(draft, "extKeyUsage").items()[0]
    add_child(draft, "extKeyUsage", first)


@DEFECTS.row(
    "25_oid_nonterminated", "A further EKU purpose whose last octet says that another follows."
)
def _oid_nonterminated(draft: CertificateDraft) -> None:
    server = writer.oid_content(extensions.purpose("serverAuth"))
    odd = writer.oid("0.0").with_content(server[:-1] + bytes([server[-1] | 0x80]))
    add_child(draft, "extKeyUsage", odd)


@DEFECTS.row("27_unknown_dup_noncrit", "The same unknown non-critical extension twice.")
def _unknown_dup_noncrit(draft: CertificateDraft) -> None:
    draft.add_extension("unknown", extensions.null_value())
    draft.add_extension("unknown", extensions.null_value())


@DEFECTS.row(
    "28_eku_oid_33_bytes",
    "A further EKU purpose of 33 octets: a UUID arc, longer than a UUID can be.",
)
def _eku_oid_33_bytes(draft: CertificateDraft) -> None:
    add_child(draft, "extKeyUsage", writer.oid(f"2.25.{(1 << 217) + 1}"))


ENCODINGS: Final = dict(sorted(DEFECTS.makers().items()))
"""Per row id the function that forges it, by default from the ordinary leaf."""
