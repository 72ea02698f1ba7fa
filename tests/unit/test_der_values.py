"""Contents of the basic types (X.690, 8 and 11), and of values of no known type."""

from __future__ import annotations

from functools import partial

import pytest

from mtlspolicy.der import oids
from mtlspolicy.der.generic import check_value
from mtlspolicy.der.oids import NAMES, NUMBERS, decode_oid, short_name
from mtlspolicy.der.strings import decode_string
from mtlspolicy.der.values import (
    read_bit_string,
    read_boolean,
    read_integer,
    read_named_bits,
    read_null,
    read_oid,
    read_unsigned,
)
from mtlspolicy.limits import MAX_DER_DEPTH, MAX_INTEGER_BYTES, MAX_MEMO_ENTRIES, MAX_OID_BYTES
from reader_support import reading


@pytest.mark.parametrize(
    ("octets", "value", "codes"),
    [
        ("0101ff", True, []),
        ("010100", False, []),
        ("010101", True, ["der.boolean_not_canonical"]),
        ("0100", None, ["asn1.boolean_length"]),
        ("01020000", None, ["asn1.boolean_length"]),
    ],
)
def test_booleans(octets: str, value: bool | None, codes: list[str]) -> None:  # noqa: FBT001
    assert (value, codes) == reading(read_boolean, bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "value", "codes"),
    [
        ("020100", 0, []),
        ("02017f", 127, []),
        ("02020080", 128, []),
        ("0201ff", -1, []),
        ("0202ff7f", -129, []),
        ("0202007f", 127, ["der.integer_not_minimal"]),
        ("0202ff80", -128, ["der.integer_not_minimal"]),
        ("0200", None, ["asn1.integer_empty"]),
    ],
)
def test_integers(octets: str, value: int | None, codes: list[str]) -> None:
    assert (value, codes) == reading(read_integer, bytes.fromhex(octets))


def test_the_largest_integer() -> None:
    length = MAX_INTEGER_BYTES.to_bytes(2, "big")
    value, codes = reading(read_integer, b"\x02\x82" + length + b"\x01" * MAX_INTEGER_BYTES)
    assert ([], True) == (codes, value is not None)
    length = (MAX_INTEGER_BYTES + 1).to_bytes(2, "big")
    larger = b"\x02\x82" + length + b"\x01" * (MAX_INTEGER_BYTES + 1)
    assert (None, ["limit.integer_bytes"]) == reading(read_integer, larger)


def test_numbers_from_zero_on() -> None:
    assert (5, []) == reading(read_unsigned, b"\x02\x01\x05")
    assert (None, ["asn1.integer_negative"]) == reading(read_unsigned, b"\x02\x01\xff")
    assert (None, ["asn1.integer_empty"]) == reading(read_unsigned, b"\x02\x00")


def test_null() -> None:
    assert (True, []) == reading(read_null, b"\x05\x00")
    assert (False, ["asn1.null_content"]) == reading(read_null, b"\x05\x01\x00")


@pytest.mark.parametrize(
    ("octets", "value", "codes"),
    [
        ("0300", None, ["asn1.bit_string_empty"]),
        ("030100", (0, b""), []),
        ("03020780", (7, b"\x80"), []),
        ("03020781", (7, b"\x81"), ["der.unused_bits_nonzero"]),
        ("03020880", None, ["asn1.unused_bits"]),
        ("030101", None, ["asn1.unused_bits"]),
    ],
)
def test_bit_strings(octets: str, value: object, codes: list[str]) -> None:
    assert (value, codes) == reading(read_bit_string, bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "value", "codes"),
    [
        ("0300", None, ["asn1.bit_string_empty"]),
        ("030100", (), []),
        ("03020780", ("a",), []),
        ("03020640", ("b",), []),
        ("03020680", ("a",), ["der.named_bits_not_minimal"]),
        ("03020520", (), ["bits.unnamed"]),
    ],
)
def test_named_bits(octets: str, value: object, codes: list[str]) -> None:
    read = partial(read_named_bits, names=("a", "b"))
    assert (value, codes) == reading(read, bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "value", "codes"),
    [
        ("06 01 00", "0.0", []),
        ("06 01 4f", "1.39", []),
        ("06 01 78", "2.40", []),
        ("06 02 8837", "2.999", []),
        ("06 03 551d25", "2.5.29.37", []),
        ("06 00", None, ["asn1.oid_empty"]),
        ("06 02 5580", None, ["der.oid_padded", "asn1.oid_truncated"]),
        ("06 02 8055", "2.5", ["der.oid_padded"]),
        ("06 03 2a8001", "1.2.1", ["der.oid_padded"]),
        ("06 03 2a8180", None, ["asn1.oid_truncated"]),
        ("06 03 2a8100", "1.2.128", []),
        ("06 04 2a818000", "1.2.16384", []),
    ],
)
def test_object_identifiers(octets: str, value: str | None, codes: list[str]) -> None:
    assert (value, codes) == reading(read_oid, bytes.fromhex(octets))


def test_long_object_identifiers() -> None:
    assert ["oid.long"] == reading(read_oid, b"\x06\x15" + b"\x01" * 21)[1]
    assert [] == reading(read_oid, b"\x06\x14" + b"\x01" * 20)[1]
    longest = b"\x06\x81" + bytes([MAX_OID_BYTES]) + b"\x01" * MAX_OID_BYTES
    assert ["oid.long"] == reading(read_oid, longest)[1]
    longer = b"\x06\x81" + bytes([MAX_OID_BYTES + 1]) + b"\x01" * (MAX_OID_BYTES + 1)
    assert (None, ["limit.oid_bytes"]) == reading(read_oid, longer)


def test_decoded_identifiers_are_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        oids, "_decoded", {bytes([n >> 8, n & 255]): "" for n in range(MAX_MEMO_ENTRIES)}
    )
    assert "2.5.29" == decode_oid(b"\x55\x1d")
    assert {b"\x55\x1d": "2.5.29"} == oids._decoded


def test_an_unfinished_number_is_left_out() -> None:
    assert ("", "1.2") == (decode_oid(b"\x81"), decode_oid(b"\x2a\x81"))


def test_short_names() -> None:
    assert ("serverAuth", "1.2.3") == (short_name("1.3.6.1.5.5.7.3.1"), short_name("1.2.3"))
    assert len(NAMES) == len(NUMBERS)


@pytest.mark.parametrize(
    ("tag", "content", "text", "code"),
    [
        (0x0C, "ü".encode(), "ü", ""),
        (0x0C, b"\xc0\x80", None, "asn1.string_encoding"),
        (0x12, b"12 ", "12 ", ""),
        (0x12, b"a", None, "asn1.string_character"),
        (0x13, b"A'?", "A'?", ""),
        (0x13, b"a*", None, "asn1.string_character"),
        (0x13, b"a@b", None, "asn1.string_character"),
        (0x14, b"abc", "abc", ""),
        (0x14, b"\xfc", None, "name.teletex"),
        (0x16, b"\x00\x7f", "\x00\x7f", ""),
        (0x16, b"\x80", None, "asn1.string_character"),
        (0x1A, b" ~", " ~", ""),
        (0x1A, b"\n", None, "asn1.string_character"),
        (0x1C, "a𝄞".encode("utf-32-be"), "a𝄞", ""),
        (0x1E, "aü".encode("utf-16-be"), "aü", ""),
        (0x1E, b"a", None, "asn1.string_encoding"),
        (0x1E, "𝄞".encode("utf-16-be"), None, "asn1.string_encoding"),
    ],
)
def test_strings(tag: int, content: bytes, text: str | None, code: str) -> None:
    assert (text, code) == decode_string(tag, content)


@pytest.mark.parametrize(
    ("octets", "codes"),
    [
        ("3000", []),
        ("300430020500", []),
        ("30030101ff", []),
        ("3003010101", ["der.boolean_not_canonical"]),
        ("3103020100", []),
        ("0a020001", ["der.integer_not_minimal"]),
        ("0c01ff", ["asn1.string_encoding"]),
        ("0c0161", []),
        ("170100", []),
        ("040100", []),
        ("2400", ["der.string_constructed"]),
        ("1000", ["asn1.tag"]),
        ("0000", ["asn1.tag"]),
        ("800100", []),
        ("a003020100", []),
        ("a003020000", ["asn1.integer_empty", "asn1.truncated"]),
        ("3080 0500 0000", ["der.length_indefinite"]),
    ],
)
def test_values_of_no_known_type(octets: str, codes: list[str]) -> None:
    assert (None, codes) == reading(check_value, bytes.fromhex(octets))


def test_values_of_no_known_type_nest_to_a_bounded_depth() -> None:
    value = b"\x05\x00"
    for _ in range(MAX_DER_DEPTH):
        value = b"\x30" + bytes([len(value)]) + value
    assert (None, []) == reading(check_value, value)
    value = b"\x30" + bytes([len(value)]) + value
    assert (None, ["limit.depth"]) == reading(check_value, value)
