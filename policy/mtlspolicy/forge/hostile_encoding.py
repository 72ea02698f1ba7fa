"""Hostile shapes of the encoding itself: identifiers, lengths, tags, primitive values.

This module knows X.690 and where a certificate can be hurt. See `forge.hostile`.
"""

from __future__ import annotations

__all__ = ["ENCODING"]

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.der.writer import Node
from mtlspolicy.forge import extensions
from mtlspolicy.forge.defects import Change, Register, add_child, in_extension, inside_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft

ENCODING: Final = Register()

_SERVER_AUTH: Final = writer.oid(extensions.purpose("serverAuth"))


# -- where a change applies


def eku(change: Callable[[Node], Node]) -> Change:
    """Return a defect in the value of the EKU."""
    return lambda draft: inside_value(draft, "extKeyUsage", change)


def further_purpose(node: Node) -> Change:
    """Return the defect of one more element in the EKU."""
    return lambda draft: add_child(draft, "extKeyUsage", node)


def outer(change: Callable[[Node], Node]) -> Change:
    """Return a defect of the whole certificate, after signing."""
    return lambda draft: draft.certificate_edits.append(change)


def instead(octets: bytes) -> Change:
    """Return the defect that is no certificate but these octets."""
    return outer(lambda _: writer.raw(octets))


def in_tbs(node: Node) -> Change:
    """Return the defect of one more value at the end of the tbsCertificate."""
    return lambda draft: draft.extra_tbs.append(node)


def tbs(label: str, change: Callable[[Node], Node]) -> Change:
    """Return a defect of the node of that label in the tbsCertificate."""
    return lambda draft: draft.tbs_edits.append(lambda tree: tree.edit(label, change))


def signature(content: bytes) -> Change:
    """Return the defect of other content of the signature's BIT STRING."""
    return outer(lambda c: c.edit("signature", lambda node: node.with_content(content)))


def key_usage(content: bytes) -> Change:
    """Return the defect of other content of the key usage's BIT STRING."""
    return lambda draft: inside_value(draft, "keyUsage", lambda bits: bits.with_content(content))


def serial(content: bytes) -> Change:
    """Return the defect of other content of the serial number."""

    def change(draft: CertificateDraft) -> None:
        draft.serial_node = writer.primitive(0x02, content)

    return change


def critical(flag: Node) -> Change:
    """Return the defect of another critical flag at the EKU."""
    labelled = flag.labelled("critical")
    return lambda draft: in_extension(
        draft, "extKeyUsage", lambda e: e.drop("critical").insert(1, labelled)
    )


def pieces(node: Node) -> Node:
    """Return a string in constructed form: two pieces (X.690, 10.2 forbids it).

    The unused bits of a BIT STRING stand with the last piece (8.6.4).
    """
    lead = b"\x00" if node.tag == b"\x03" else b""
    content = node.content[len(lead) :]
    middle = len(content) // 2
    parts = (lead + content[:middle], lead + content[middle:])
    return Node(
        bytes([node.tag[0] | 0x20]),
        children=tuple(node.with_content(part) for part in parts),
        label=node.label,
    )


# -- the rows

ENCODING.put(
    (
        "x_oid_empty",
        "A further EKU purpose without content.",
        further_purpose(writer.primitive(0x06, b"")),
    ),
    (
        "x_oid_1000_octets",
        "A further EKU purpose whose second arc takes 999 octets.",
        further_purpose(writer.primitive(0x06, b"\x2b" + b"\x81" * 998 + b"\x01")),
    ),
    (
        "x_oid_wraps_32",
        "The first EKU purpose replaced by serverAuth plus 2^32 in its last arc.",
        eku(lambda e: e.at(0, lambda _: writer.oid(f"1.3.6.1.5.5.7.3.{2**32 + 1}"))),
    ),
    (
        "x_oid_wraps_64",
        "The first EKU purpose replaced by serverAuth plus 2^64 in its last arc.",
        eku(lambda e: e.at(0, lambda _: writer.oid(f"1.3.6.1.5.5.7.3.{2**64 + 1}"))),
    ),
    (
        "x_extension_oid_wraps_32",
        "An extension whose type is that of the EKU plus 2^32 in its last arc.",
        lambda draft: draft.add_extension(
            f"2.5.29.{2**32 + 37}", extensions.extended_key_usage("codeSigning")
        ),
    ),
    (
        "x_oid_as_octets",
        "A further EKU purpose that is serverAuth in an OCTET STRING.",
        further_purpose(writer.octet_string(_SERVER_AUTH.content)),
    ),
)

ENCODING.put(
    (
        "x_claims_2_31",
        "A certificate that claims 2^31 - 1 octets.",
        outer(lambda c: c.claiming(2**31 - 1)),
    ),
    (
        "x_claims_2_32",
        "A certificate whose claim is the true length plus 2^32.",
        outer(lambda c: c.claiming(2**32 + len(c.body()))),
    ),
    (
        "x_claims_2_63",
        "A certificate that claims 2^63 octets.",
        outer(lambda c: c.claiming(2**63)),
    ),
    (
        "x_length_126_octets",
        "A certificate whose length takes 126 octets, all of them 0xFF.",
        outer(lambda c: c.with_length_octets(b"\xfe" + b"\xff" * 126)),
    ),
    (
        "x_length_reserved",
        "A certificate with the length octet 0xFF, which is reserved.",
        outer(lambda c: c.with_length_octets(b"\xff")),
    ),
    (
        "x_beyond_parent",
        "An EKU SEQUENCE that claims ten octets more than there are.",
        eku(lambda e: e.claiming(len(e.body()) + 10)),
    ),
    (
        "x_short_of_parent",
        "An EKU SEQUENCE that claims to be empty, with the purposes after it.",
        eku(lambda e: e.claiming(0)),
    ),
    (
        "x_cut_last_octet",
        "A certificate without its last octet.",
        outer(lambda c: writer.raw(c.encode()[:-1])),
    ),
    (
        "x_cut_in_half",
        "The first half of a certificate.",
        outer(lambda c: writer.raw(c.encode()[: len(c.encode()) // 2])),
    ),
    ("x_empty", "No octet at all.", instead(b"")),
    ("x_tag_only", "A single octet 0x30.", instead(b"\x30")),
    ("x_empty_sequence", "An empty SEQUENCE.", instead(b"\x30\x00")),
    ("x_zeros", "Sixty-four zero octets.", instead(bytes(64))),
    (
        "x_indefinite_primitive",
        "A further EKU purpose, primitive and of indefinite length.",
        further_purpose(_SERVER_AUTH.indefinite()),
    ),
    (
        "x_indefinite_unended",
        "A certificate of indefinite length that never ends.",
        outer(lambda c: c.with_length_octets(b"\x80")),
    ),
    (
        "x_end_of_contents",
        "Two zero octets at the end of the tbsCertificate.",
        in_tbs(writer.raw(b"\x00\x00")),
    ),
)

ENCODING.put(
    (
        "x_high_tag",
        "A value with the tag number 1000 in the tbsCertificate.",
        in_tbs(Node(writer.tag_octets(1000), b"\x00")),
    ),
    (
        "x_high_form_low_tag",
        "An EKU SEQUENCE whose tag 16 is in the form for high numbers.",
        eku(lambda e: e.with_tag(b"\x3f\x10")),
    ),
    (
        "x_tag_endless",
        "A tag in the tbsCertificate that never ends.",
        in_tbs(writer.raw(b"\x1f" + b"\xff" * 40)),
    ),
    ("x_eku_set", "An EKU that is a SET.", eku(lambda e: e.with_tag(b"\x31"))),
    (
        "x_eku_primitive",
        "An EKU SEQUENCE that says it is primitive.",
        eku(lambda e: e.with_tag(b"\x10")),
    ),
    ("x_eku_context_tag", "An EKU under the tag [0].", eku(lambda e: e.with_tag(b"\xa0"))),
    ("x_certificate_set", "A certificate that is a SET.", outer(lambda c: c.with_tag(b"\x31"))),
    (
        "x_extensions_tag_4",
        "The extensions under the tag [4].",
        tbs("extensions_block", lambda block: block.with_tag(b"\xa4")),
    ),
    (
        "x_octet_string_pieces",
        "Extension values in OCTET STRINGs of two pieces.",
        tbs("value", pieces),
    ),
    (
        "x_bit_string_pieces",
        "A signature in a BIT STRING of two pieces.",
        outer(lambda c: c.edit("signature", pieces)),
    ),
)

ENCODING.put(
    ("x_integer_empty", "A serial number without an octet.", serial(b"")),
    ("x_serial_1000_octets", "A serial number of 1,000 octets.", serial(b"\x40" * 1000)),
    (
        "x_boolean_empty",
        "An EKU whose critical flag has no octet.",
        critical(writer.primitive(0x01, b"")),
    ),
    (
        "x_boolean_two_octets",
        "An EKU whose critical flag has two octets.",
        critical(writer.primitive(0x01, b"\x00\xff")),
    ),
    (
        "x_boolean_constructed",
        "An EKU whose critical flag says that it is constructed.",
        critical(writer.primitive(0x21, b"\xff")),
    ),
    ("x_bits_empty", "A key usage without the octet of unused bits.", key_usage(b"")),
    ("x_bits_none", "A key usage of no bits at all.", key_usage(b"\x00")),
    ("x_bits_unused_8", "A key usage of eight unused bits.", key_usage(b"\x08\x80")),
    ("x_bits_unused_only", "A key usage of seven unused bits of nothing.", key_usage(b"\x07")),
    (
        "x_bits_padding",
        "A key usage whose unused bits are ones: keyCertSign to a careless reader.",
        key_usage(b"\x07\xff"),
    ),
    ("x_signature_empty", "A signature without the octet of unused bits.", signature(b"")),
    ("x_signature_unused_bits", "A signature of seven unused bits.", signature(b"\x07\x80")),
    (
        "x_signature_zeros",
        "An ECDSA signature of two zeros.",
        signature(b"\x00" + writer.sequence(writer.integer(0), writer.integer(0)).encode()),
    ),
)
