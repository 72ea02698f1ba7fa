"""Hostile shapes of what is encoded: structure, names, times, keys, and sheer size.

This module knows the fields of a certificate (RFC 5280, 4.1) and what readers are known
to stumble over. See `forge.hostile`.
"""

from __future__ import annotations

__all__ = ["CONTENT"]

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.defects import Change, Register, add_child, value_tree
from mtlspolicy.forge.hostile_encoding import in_tbs, outer, pieces, tbs
from mtlspolicy.forge.keys import key
from mtlspolicy.forge.names import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.der.writer import Node
    from mtlspolicy.forge.draft import CertificateDraft

CONTENT: Final = Register()

_CODE_SIGNING: Final = extensions.extended_key_usage("codeSigning")


# -- structure


def _second_block() -> Node:
    extension = writer.sequence(
        writer.oid(extensions.OID["extKeyUsage"]), writer.octet_string(_CODE_SIGNING)
    )
    return writer.explicit(3, writer.sequence(extension))


def _other_eku_first(draft: CertificateDraft) -> None:
    good = draft.extensions
    draft.extensions = []
    draft.add_extension("extKeyUsage", _CODE_SIGNING)
    draft.extensions.extend(good)


def _same_eku_twice(draft: CertificateDraft) -> None:
    same = [e for e in draft.extensions if e.oid == extensions.OID["extKeyUsage"]]
    draft.extensions.extend(same)


def _unique_ids(draft: CertificateDraft) -> None:
    draft.issuer_unique_id = draft.subject_unique_id = b"\x01"


def _inverted(draft: CertificateDraft) -> None:
    draft.not_before, draft.not_after = draft.not_after, draft.not_before


def _constraints(value: Node) -> Change:
    return lambda draft: draft.set_extension("basicConstraints", value.encode(), critical=True)


def _algorithms(parameters: Node) -> Change:
    def put(draft: CertificateDraft) -> None:
        draft.tbs_edits.append(lambda tree: tree.edit("inner_algorithm", add))
        draft.certificate_edits.append(lambda tree: tree.edit("outer_algorithm", add))

    def add(algorithm: Node) -> Node:
        return algorithm.append(parameters)

    return put


CONTENT.put(
    (
        "x_two_extension_blocks",
        "A second tag [3] whose EKU allows code signing only.",
        in_tbs(_second_block()),
    ),
    (
        "x_other_eku_first",
        "Two EKU extensions, of which the first allows code signing only.",
        _other_eku_first,
    ),
    ("x_same_eku_twice", "The same EKU extension twice.", _same_eku_twice),
    ("x_unique_ids", "Both unique identifiers, which RFC 5280, 4.1.2.8 forbids.", _unique_ids),
    (
        "x_value_not_octets",
        "Extension values in UTF8Strings.",
        tbs("value", lambda value: value.with_tag(b"\x0c")),
    ),
    (
        "x_extension_without_value",
        "Extensions without their values.",
        tbs(
            "extensions",
            lambda e: e.with_children(child.drop("value") for child in e.items()),
        ),
    ),
    (
        "x_validity_one_time",
        "A validity that does not end.",
        tbs("validity", lambda v: v.drop("not_after")),
    ),
    (
        "x_validity_three_times",
        "A validity of three times.",
        tbs("validity", lambda v: v.append(writer.time(4_102_444_800))),
    ),
    ("x_validity_inverted", "A validity that ends before it begins.", _inverted),
    (
        "x_path_length_without_ca",
        "A path length on a certificate that is no CA.",
        _constraints(writer.sequence(writer.integer(0))),
    ),
    (
        "x_path_length_negative",
        "A CA with the path length -1.",
        _constraints(writer.sequence(writer.boolean(value=True), writer.integer(-1))),
    ),
    (
        "x_path_length_2_64",
        "A CA with the path length 2^64.",
        _constraints(writer.sequence(writer.boolean(value=True), writer.integer(2**64))),
    ),
    (
        "x_tampered",
        "A serial number that was changed after signing.",
        outer(lambda c: c.edit("serial", lambda s: s.with_content(b"\x01" + s.content[1:]))),
    ),
    (
        "x_algorithm_null",
        "Signature algorithms with NULL parameters that they must not have (RFC 5758, 3.2).",
        _algorithms(writer.null()),
    ),
    (
        "x_algorithm_null_content",
        "Signature algorithms with a NULL that has content.",
        _algorithms(writer.primitive(0x05, b"\x00")),
    ),
)


# -- names: each in a further attribute of the subject


def _subject(*rdns: Node) -> Change:
    def change(draft: CertificateDraft) -> None:
        draft.subject_node = draft.subject_tree().append(*rdns)

    return change


def _common_name(kind: str, text: str | bytes) -> Node:
    return writer.sequence(writer.oid(ATTRIBUTES["CN"][0]), writer.string(kind, text))


def _cn(kind: str, text: str | bytes) -> Change:
    return _subject(writer.set_of(_common_name(kind, text)))


_UNSORTED: Final = writer.set_of(_common_name("utf8", "a"), _common_name("utf8", "b"))

CONTENT.put(
    ("x_cn_nul", "A common name with a NUL.", _cn("utf8", "example.com\x00.attacker.example")),
    ("x_cn_escape", "A common name that clears a terminal.", _cn("utf8", "\x1b[2Ja.example")),
    (
        "x_cn_newline",
        "A common name that starts a line of its own in a log.",
        _cn("utf8", "a.example\r\naccept: everything"),
    ),
    ("x_cn_bidi", "A common name that turns the direction of text.", _cn("utf8", "\u202ea.b")),
    ("x_cn_empty", "A common name without a character.", _cn("utf8", "")),
    (
        "x_cn_1000",
        "A common name of 1,000 characters; the upper bound is 64.",
        _cn("utf8", "a" * 1000),
    ),
    (
        "x_cn_overlong",
        "A common name in overlong UTF-8 (a dot as 0xC0 0xAE).",
        _cn("utf8", b"a\xc0\xaeb"),
    ),
    ("x_cn_surrogate", "A common name with a surrogate in UTF-8.", _cn("utf8", b"a\xed\xa0\x80b")),
    ("x_cn_bmp_odd", "A BMPString of three octets.", _cn("bmp", b"\x00a\x00")),
    ("x_cn_bmp", "A common name in a BMPString.", _cn("bmp", "a.example")),
    ("x_cn_universal", "A common name in a UniversalString.", _cn("universal", "a.example")),
    ("x_cn_teletex", "A common name in a TeletexString.", _cn("teletex", "b\u00fccher.example")),
    (
        "x_cn_printable",
        "A PrintableString with characters that it has not.",
        _cn("printable", "*@"),
    ),
    (
        "x_cn_integer",
        "A common name that is an INTEGER.",
        _subject(
            writer.set_of(writer.sequence(writer.oid(ATTRIBUTES["CN"][0]), writer.integer(1)))
        ),
    ),
    (
        "x_cn_pieces",
        "A common name in a UTF8String of two pieces.",
        _subject(
            writer.set_of(
                writer.sequence(
                    writer.oid(ATTRIBUTES["CN"][0]), pieces(writer.string("utf8", "a.example"))
                )
            )
        ),
    ),
    (
        "x_cn_twice",
        "Two further common names.",
        _subject(*(writer.set_of(_common_name("utf8", text)) for text in ("a", "b"))),
    ),
    ("x_rdn_empty", "A relative name without an attribute.", _subject(writer.set_of())),
    (
        "x_rdn_unsorted",
        "A relative name whose attributes are not in the order of DER.",
        _subject(_UNSORTED.with_children(reversed(_UNSORTED.items()))),
    ),
    (
        "x_rdns_300",
        "A subject of 300 relative names more.",
        _subject(*(writer.set_of(_common_name("utf8", str(index))) for index in range(300))),
    ),
)


# -- times: all of them in notAfter


def _after(tag: int, content: bytes) -> Change:
    def change(draft: CertificateDraft) -> None:
        draft.not_after_node = writer.primitive(tag, content)

    return change


CONTENT.put(
    ("x_time_empty", "A UTCTime without a character.", _after(0x17, b"")),
    ("x_time_letters", "A UTCTime of letters.", _after(0x17, b"YYMMDDHHMMSSZ")),
    (
        "x_time_signs",
        "A UTCTime with signs and spaces among its digits.",
        _after(0x17, b"26+6 1 1 1 1Z"),
    ),
    ("x_time_lower_z", "A UTCTime that ends in a small z.", _after(0x17, b"260630000000z")),
    ("x_time_no_z", "A UTCTime without a zone.", _after(0x17, b"260630000000")),
    ("x_time_year_0", "A GeneralizedTime in the year 0.", _after(0x18, b"00000101000000Z")),
    (
        "x_time_year_9999",
        "No well-defined end (RFC 5280, 4.1.2.5).",
        _after(0x18, b"99991231235959Z"),
    ),
    ("x_time_hour_24", "A UTCTime in hour 24.", _after(0x17, b"260630240000Z")),
    ("x_time_feb29", "A UTCTime on 29 February 2027.", _after(0x17, b"270229000000Z")),
    ("x_time_string", "A time that is a PrintableString.", _after(0x13, b"260630000000Z")),
)


# -- keys

_POINT: Final = 65
"""Octets of an uncompressed point on P-256."""


def _spki(change: Callable[[Node], Node]) -> Change:
    def put(draft: CertificateDraft) -> None:
        draft.spki_der = change(writer.parse(key("p256-0").spki_der)).encode()

    return put


def _with_point(point: bytes, unused: int = 0) -> Change:
    return _spki(lambda spki: spki.at(1, lambda _: writer.bit_string(point, unused)))


def _off_curve(spki: Node) -> Node:
    content = spki.items()[1].content
    return spki.at(1, lambda bits: bits.with_content(content[:-1] + bytes([content[-1] ^ 1])))


def _explicit_curve(spki: Node) -> Node:
    """P-256 spelled out, with the public point itself as the generator (CVE-2020-0601).

    The private key is then 1, to a reader that does not compare the generator.
    """
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    point = spki.items()[1].content[1:]
    parameters = writer.sequence(
        writer.integer(1),
        writer.sequence(writer.oid("1.2.840.10045.1.1"), writer.integer(prime)),
        writer.sequence(
            writer.octet_string((prime - 3).to_bytes(32, "big")),
            writer.octet_string(b.to_bytes(32, "big")),
        ),
        writer.octet_string(point),
        writer.integer(order),
        writer.integer(1),
    )
    return spki.at(0, lambda algorithm: algorithm.at(1, lambda _: parameters))


CONTENT.put(
    ("x_key_off_curve", "A public point that is not on its curve.", _spki(_off_curve)),
    ("x_key_infinity", "A public point at infinity.", _with_point(b"\x00")),
    ("x_key_empty", "A public key of no bits.", _with_point(b"")),
    ("x_key_zeros", "A public point of zeros.", _with_point(b"\x04" + bytes(_POINT - 1))),
    (
        "x_key_unused_bits",
        "A public key of four unused bits.",
        _with_point(b"\x04" + b"\x10" * 64, 4),
    ),
    (
        "x_key_explicit_curve",
        "A curve spelled out, with the public point as generator (CVE-2020-0601).",
        _spki(_explicit_curve),
    ),
    (
        "x_key_null",
        "A NULL in place of the public key.",
        tbs("spki", lambda _: writer.null()),
    ),
)


# -- size and depth


def _deep(levels: int) -> bytes:
    """Return as many SEQUENCEs inside each other; not a tree, which would recurse."""
    value = b""
    for _ in range(levels):
        value = writer.tlv(0x30, value)
    return value


def _unknown(value: bytes) -> Change:
    return lambda draft: draft.add_extension("unknown", value)


def _names(count: int) -> Change:
    odd = [extensions.general_name("dns", f"n{index}.example") for index in range(count)]
    return lambda draft: add_child(
        draft, "subjectAltName", *odd[: count - len(value_tree(draft, "subjectAltName").items())]
    )


def _other_extensions(draft: CertificateDraft) -> None:
    for index in range(300):
        draft.add_extension(f"1.3.6.1.4.1.99999.2.{index}", extensions.null_value())


def _purposes(draft: CertificateDraft) -> None:
    further = (writer.oid(f"1.3.6.1.4.1.99999.3.{index}") for index in range(2000))
    add_child(draft, "extKeyUsage", *further)


_DEEP_NAME: Final = extensions.general_name("other", ("1.3.6.1.4.1.99999.4", _deep(1000)))

CONTENT.put(
    ("x_deep_1000", "An unknown extension of 1,000 nested SEQUENCEs.", _unknown(_deep(1000))),
    (
        "x_deep_san",
        "An otherName whose value is 1,000 nested SEQUENCEs.",
        lambda draft: add_child(draft, "subjectAltName", _DEEP_NAME),
    ),
    (
        "x_deep_tbs",
        "A value of 1,000 nested SEQUENCEs in the tbsCertificate.",
        in_tbs(writer.raw(_deep(1000))),
    ),
    (
        "x_deep_indefinite",
        "100,000 nested SEQUENCEs of indefinite length in the tbsCertificate, none ended.",
        in_tbs(writer.raw(b"\x30\x80" * 100_000)),
    ),
    ("x_san_10000", "A SAN of 10,000 names in all.", _names(10_000)),
    ("x_san_10001", "A SAN of 10,001 names in all.", _names(10_001)),
    ("x_eku_2000", "An EKU of 2,000 further purposes.", _purposes),
    ("x_extensions_300", "300 further extensions, all different.", _other_extensions),
    ("x_two_mebibytes", "An unknown extension of two mebibytes.", _unknown(bytes(2 * 1024 * 1024))),
)
