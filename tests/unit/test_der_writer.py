"""The DER writer: minimal where nobody edits, broken exactly where somebody does."""

from __future__ import annotations

import pytest

from mtlspolicy.der import writer
from mtlspolicy.der.writer import Node

NODE = writer.sequence(writer.integer(5), writer.boolean(value=True))


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (0, "00"),
        (127, "7f"),
        (128, "0080"),
        (256, "0100"),
        (-1, "ff"),
        (-128, "80"),
        (-129, "ff7f"),
        (2**64, "010000000000000000"),
    ],
)
def test_integers_take_the_fewest_octets(value: int, content: str) -> None:
    """X.690, 8.3.2: the first nine bits are not all alike."""
    assert writer.integer(value).content.hex() == content


@pytest.mark.parametrize(
    ("dotted", "content"),
    [
        ("2.5.29.37", "551d25"),
        ("1.3.6.1.5.5.7.3.1", "2b06010505070301"),
        ("0.0", "00"),
        ("2.999.3", "883703"),
        ("1.2.840.113549", "2a864886f70d"),
    ],
)
def test_object_identifiers_are_base_128(dotted: str, content: str) -> None:
    """X.690, 8.19, with its own example 2.999.3."""
    assert writer.oid(dotted).content.hex() == content


@pytest.mark.parametrize(
    ("positions", "encoded"),
    [
        ((), "030100"),
        ((0,), "03020780"),
        ((5, 6), "03020106"),
        ((7,), "03020001"),
        ((0, 8), "0303078080"),
    ],
)
def test_named_bits_have_no_trailing_zero_bits(positions: tuple[int, ...], encoded: str) -> None:
    """X.690, 11.2.2."""
    assert writer.named_bits(positions).encode().hex() == encoded


@pytest.mark.parametrize(
    ("size", "length"), [(0, "00"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100")]
)
def test_lengths_are_minimal(size: int, length: str) -> None:
    """X.690, 10.1."""
    assert writer.tlv(0x04, bytes(size))[1:].hex().startswith(length)
    assert len(writer.tlv(0x04, bytes(size))) == size + 1 + len(length) // 2


@pytest.mark.parametrize(
    ("node", "encoded"),
    [
        (NODE, "30060201050101ff"),
        (writer.boolean(value=False), "010100"),
        (writer.null(), "0500"),
        (writer.enumerated(3), "0a0103"),
        (writer.octet_string(b"\x01"), "040101"),
        (writer.bit_string(b"\xf0", 4), "030204f0"),
        (writer.explicit(0, writer.integer(2)), "a003020102"),
        (writer.implicit(1, writer.octet_string(b"\x01")), "810101"),
        (writer.implicit(1, writer.sequence(writer.null())), "a1020500"),
        (writer.set_of(writer.integer(2), writer.integer(1)), "3106020101020102"),
        (writer.raw(b"\x01\x02"), "0102"),
        (Node(writer.tag_octets(31), b""), "9f1f00"),
        (Node(writer.tag_octets(30), b""), "9e00"),
        (Node(writer.tag_octets(1000), b""), "9f876800"),
    ],
)
def test_values_encode_to_der(node: Node, encoded: str) -> None:
    """Each type as X.690 writes it."""
    assert node.encode().hex() == encoded


@pytest.mark.parametrize(
    ("kind", "text", "encoded"),
    [
        ("utf8", "\u00e4", "0c02c3a4"),
        ("printable", "US", "13025553"),
        ("ia5", b"\xff", "1601ff"),
        ("bmp", "a", "1e020061"),
        ("universal", "a", "1c0400000061"),
        ("teletex", "\u00e4", "1401e4"),
        ("numeric", "1", "120131"),
        ("visible", "a", "1a0161"),
    ],
)
def test_strings_are_text_of_their_type_or_octets_as_given(
    kind: str, text: str | bytes, encoded: str
) -> None:
    """Octets are taken as they are, so that they need not be of the type."""
    assert writer.string(kind, text).encode().hex() == encoded


@pytest.mark.parametrize(
    ("seconds", "tag", "content"),
    [
        (0, 0x17, b"700101000000Z"),
        (-631_152_000, 0x17, b"500101000000Z"),
        (-631_152_001, 0x18, b"19491231235959Z"),
        (2_524_607_999, 0x17, b"491231235959Z"),
        (2_524_608_000, 0x18, b"20500101000000Z"),
        (253_402_300_799, 0x18, b"99991231235959Z"),
        (-62_135_596_800, 0x18, b"00010101000000Z"),
    ],
)
def test_times_change_form_where_the_century_of_utctime_ends(
    seconds: int, tag: int, content: bytes
) -> None:
    """RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050."""
    node = writer.time(seconds)
    assert (node.tag, node.content) == (bytes([tag]), content)


@pytest.mark.parametrize(
    ("edited", "encoded"),
    [
        (NODE.long_length(), "3081060201050101ff"),
        (NODE.long_length(3), "30830000060201050101ff"),
        (NODE.indefinite(), "30800201050101ff0000"),
        (NODE.claiming(300), "3082012c0201050101ff"),
        (NODE.with_length_octets(b"\xff"), "30ff0201050101ff"),
        (NODE.with_tag(b"\x31"), "31060201050101ff"),
        (NODE.with_content(b"\x00"), "300100"),
        (NODE.append(writer.null()), "30080201050101ff0500"),
        (NODE.insert(1, writer.null()), "300802010505000101ff"),
        (NODE.at(-1, lambda node: node.with_content(b"\x01")), "3006020105010101"),
        (writer.null().append(writer.null()), "05020500"),
    ],
)
def test_edits_break_one_thing(edited: Node, encoded: str) -> None:
    """An edit changes what it names and nothing else."""
    assert edited.encode().hex() == encoded


def test_a_long_length_is_longer_than_needed_by_one_octet() -> None:
    """Also where the minimal form is long already."""
    assert writer.octet_string(bytes(200)).long_length().encode()[:4].hex() == "048200c8"


def test_an_edit_leaves_the_tree_as_it_was() -> None:
    """Trees are values; a change makes another one."""
    NODE.indefinite()
    assert NODE.encode().hex() == "30060201050101ff"


def test_edits_reach_every_node_of_a_label() -> None:
    """Wherever it is in the tree, and inside nodes that were edited before."""
    inner = writer.integer(1).labelled("number")
    tree = writer.sequence(writer.sequence(inner).indefinite(), writer.null(), inner)
    edited = tree.edit("number", lambda node: node.with_content(b"\x02"))
    assert edited.encode().hex() == "300c" + "30800201020000" + "0500" + "020102"
    assert edited.find("number").content == b"\x02"


def test_dropping_takes_out_children_of_a_label() -> None:
    """Only direct children."""
    tree = writer.sequence(writer.integer(1).labelled("number"), writer.null())
    assert tree.drop("number").encode().hex() == "30020500"


def test_an_edit_of_nothing_is_an_error() -> None:
    """A misspelt label must not pass for an edit."""
    with pytest.raises(KeyError, match="absent"):
        NODE.edit("absent", lambda node: node)


def test_parse_reads_back_what_was_written() -> None:
    """Short and long lengths, constructed and primitive."""
    tree = writer.sequence(writer.octet_string(bytes(300)), writer.explicit(0, NODE))
    assert writer.parse(tree.encode()) == tree


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "cut short"),
        (b"\x30", "cut short"),
        (b"\x30\x02\x05", "cut short"),
        (b"\x30\x01\x05", "cut short"),
        (b"\x05\x00\x00", "after the value"),
    ],
)
def test_parse_refuses_what_is_not_one_value(octets: bytes, reason: str) -> None:
    """It serves to edit what the forge made; anything else is a mistake of the caller."""
    with pytest.raises(ValueError, match=reason):
        writer.parse(octets)
