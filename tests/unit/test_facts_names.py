"""Distinguished names and general names (RFC 5280, 4.1.2.4 and 4.2.1.6)."""

# ruff: noqa: E501 - one case, one line

from __future__ import annotations

import pytest

from mtlspolicy.der.writer import tlv
from mtlspolicy.facts.certificate import UNREADABLE, Attribute, GeneralName, Name
from mtlspolicy.limits import MAX_RDNS
from reader_support import NAME, cert, codes, ext, read

CN, C, DC, UNKNOWN = "550403", "550406", "0992268993f22c640119", "2a03"


def attribute(oid: str, tag: int, value: bytes) -> bytes:
    return tlv(0x30, tlv(0x06, bytes.fromhex(oid)) + tlv(tag, value))


def name(*rdns: bytes) -> bytes:
    return tlv(0x30, b"".join(tlv(0x31, rdn) for rdn in rdns))


def text_of(encoded: bytes) -> tuple[object, list[str]]:
    """Return the texts of the subject, or UNREADABLE, and the codes."""
    certificate = read(cert(subject=encoded))
    subject = certificate.subject
    if not isinstance(subject, Name):
        return subject, codes(certificate)
    return [a.value for rdn in subject.rdns for a in rdn], codes(certificate)


@pytest.mark.parametrize(
    ("oid", "tag", "value", "text", "expected"),
    [
        (CN, 0x0C, "ü".encode(), "ü", []),
        (CN, 0x0C, b"a" * 64, "a" * 64, []),
        (CN, 0x0C, b"a" * 65, "a" * 65, ["name.value_too_long"]),
        (CN, 0x0C, b"", "", ["name.value_empty"]),
        (CN, 0x0C, b"a\x00b", "a\x00b", ["name.control_character"]),
        (CN, 0x0C, b"a\x7fb", "a\x7fb", ["name.control_character"]),
        (CN, 0x13, b"a b", "a b", []),
        (CN, 0x13, b"a*b", None, ["asn1.string_character"]),
        (CN, 0x14, b"ab", "ab", []),
        (CN, 0x14, b"\xfc", None, ["name.teletex"]),
        (CN, 0x16, b"ab", "ab", ["name.string_type"]),
        (CN, 0x1E, b"\x00a", "a", []),
        (CN, 0x02, b"\x05", None, ["name.string_type"]),
        (CN, 0x02, b"\x00\x05", None, ["der.integer_not_minimal", "name.string_type"]),
        (C, 0x13, b"DE", "DE", []),
        (C, 0x13, b"DEU", "DEU", ["name.value_too_long"]),
        (C, 0x0C, b"DE", "DE", ["name.string_type"]),
        (DC, 0x16, b"example", "example", []),
        (DC, 0x16, b"ex\x80", None, ["asn1.string_character"]),
        (DC, 0x16, b"ex\x01", "ex\x01", ["name.control_character"]),
        (UNKNOWN, 0x12, b"12", "12", []),
        (UNKNOWN, 0x1A, b"ab", "ab", []),
        (UNKNOWN, 0x04, b"ab", None, []),
        (UNKNOWN, 0x0C, b"a" * 200, "a" * 200, []),
        (UNKNOWN, 0x01, b"\x01", None, ["der.boolean_not_canonical"]),
    ],
)
def test_attributes(
    oid: str, tag: int, value: bytes, text: str | None, expected: list[str]
) -> None:
    found, found_codes = text_of(name(attribute(oid, tag, value)))
    assert ([text], sorted(expected)) == (found, sorted(found_codes))


A, B = attribute(CN, 0x0C, b"a"), attribute(CN, 0x0C, b"b")


@pytest.mark.parametrize(
    ("encoded", "texts", "expected"),
    [
        (name(), [], []),
        (name(A, B), ["a", "b"], []),
        (name(A + B), ["a", "b"], []),
        (name(B + A), ["b", "a"], ["der.set_order"]),
        (name(A + A), ["a", "a"], []),
        (name(b""), [], ["asn1.empty_list"]),
        (name(b"\x05\x00"), UNREADABLE, ["asn1.tag"]),
        (name(b"\x30\x00"), UNREADABLE, ["asn1.missing_element", "asn1.missing_element"]),
        (name(b"\x30\x04\x06\x02\x2a\x03"), UNREADABLE, ["asn1.missing_element"]),
        (name(b"\x30\x05\x06\x01\x81\x0c\x00"), UNREADABLE, ["asn1.oid_truncated"]),
        (name(A[:-1] + b"\xff"), UNREADABLE, ["asn1.string_encoding"]),
        (name(tlv(0x30, A[2:] + b"\x05\x00")), ["a"], ["asn1.unexpected_element"]),
        (name(b"\x30\xff"), UNREADABLE, ["asn1.length_reserved"]),
        (tlv(0x30, b"\x30\x00"), UNREADABLE, ["asn1.tag"]),
        (tlv(0x30, b"\x31\xff"), UNREADABLE, ["asn1.length_reserved"]),
        (name(A * (MAX_RDNS + 1)), UNREADABLE, ["limit.rdns"]),
        (tlv(0x30, tlv(0x31, A) + tlv(0x31, A)[:2] + A[:2] + b"\x0c\x00" + A[4:]), UNREADABLE, ["asn1.tag"]),
    ],
)  # fmt: skip
def test_distinguished_names(encoded: bytes, texts: object, expected: list[str]) -> None:
    found, found_codes = text_of(encoded)
    if expected == ["asn1.string_encoding"]:
        assert ([None], expected) == (found, found_codes)
    else:
        assert (texts, expected) == (found, found_codes)


def test_an_attribute_keeps_its_octets() -> None:
    subject = read(cert(subject=name(A))).subject
    assert isinstance(subject, Name)
    assert ((Attribute("2.5.4.3", 0x0C, "a", b"\x0c\x01a"),),) == subject.rdns
    assert name(A) == subject.der


def general(encoded: bytes) -> tuple[object, list[str]]:
    certificate = read(cert(extensions=ext("551d11", tlv(0x30, encoded))))
    names = certificate.subject_alt_name
    return names if names is UNREADABLE else names.names[0], codes(certificate)  # type: ignore[union-attr]


OTHER = bytes.fromhex("06022a03")
PLAIN = Name(((Attribute("2.5.4.3", 0x0C, "a", b"\x0c\x01a"),),), NAME)


@pytest.mark.parametrize(
    ("encoded", "expected", "expected_codes"),
    [
        (tlv(0x81, b"a@b"), GeneralName("rfc822Name", "a@b", b"a@b"), []),
        (tlv(0x81, b""), GeneralName("rfc822Name", "", b""), ["san.text_empty"]),
        (tlv(0x86, b"a:b c"), GeneralName("uniformResourceIdentifier", "a:b c", b"a:b c"), []),
        (tlv(0x86, b"a\n"), GeneralName("uniformResourceIdentifier", "a\n", b"a\n"), ["san.text_character"]),
        (tlv(0x82, b"a" * 200), GeneralName("dNSName", "a" * 200, b"a" * 200), []),
        (tlv(0x82, b"a\x00b"), GeneralName("dNSName", "a\x00b", b"a\x00b"), ["san.dns_character"]),
        (tlv(0x82, b"a\x7f"), GeneralName("dNSName", "a\x7f", b"a\x7f"), ["san.dns_character"]),
        (tlv(0x82, b"\xc3\xbc"), UNREADABLE, ["asn1.string_character"]),
        (tlv(0xA2, tlv(0x16, b"a")), UNREADABLE, ["asn1.tag"]),
        (tlv(0x87, bytes(16)), GeneralName("iPAddress", "", bytes(16)), []),
        (tlv(0x87, b""), GeneralName("iPAddress", "", b""), ["san.ip_length"]),
        (tlv(0x88, b"\x2a\x03"), GeneralName("registeredID", "1.2.3", b"\x2a\x03"), []),
        (tlv(0x88, b""), UNREADABLE, ["asn1.oid_empty"]),
        (tlv(0xA3, b""), GeneralName("x400Address", "", b""), []),
        (tlv(0xA5, b"\x01\x01\x01"), GeneralName("ediPartyName", "", b"\x01\x01\x01"), ["der.boolean_not_canonical"]),
        (tlv(0xA4, NAME), GeneralName("directoryName", "", NAME, PLAIN), []),
        (tlv(0xA4, b""), UNREADABLE, ["asn1.missing_element"]),
        (tlv(0xA4, NAME + b"\x05\x00"), GeneralName("directoryName", "", NAME + b"\x05\x00", PLAIN), ["asn1.unexpected_element"]),
        (tlv(0xA0, OTHER + tlv(0xA0, tlv(0x0C, b"u"))), GeneralName("otherName", "u", b"\x0c\x01u", None, "1.2.3"), []),
        (tlv(0xA0, OTHER + tlv(0xA0, b"\x05\x00")), GeneralName("otherName", "", b"\x05\x00", None, "1.2.3"), []),
        (tlv(0xA0, OTHER + tlv(0xA0, b"\x0c\x01\xff")), GeneralName("otherName", "", b"\x0c\x01\xff", None, "1.2.3"), ["asn1.string_encoding"]),
        (tlv(0xA0, OTHER + tlv(0xA0, b"\x05\x00\x05\x00")), GeneralName("otherName", "", b"\x05\x00", None, "1.2.3"), ["asn1.unexpected_element"]),
        (tlv(0xA0, OTHER + tlv(0xA0, b"")), UNREADABLE, ["asn1.missing_element"]),
        (tlv(0xA0, OTHER), UNREADABLE, ["asn1.missing_element"]),
        (tlv(0xA0, b"\x05\x00" + tlv(0xA0, b"\x05\x00")), UNREADABLE, ["asn1.tag"]),
        (b"\x05\x00", UNREADABLE, ["asn1.tag"]),
    ],
)  # fmt: skip
def test_general_names(encoded: bytes, expected: object, expected_codes: list[str]) -> None:
    assert (expected, expected_codes) == general(encoded)
