"""Every known extension: its value, and what is wrong with it (RFC 5280, 4.2)."""

# ruff: noqa: E501, FBT003 - one case, one line

from __future__ import annotations

import pytest

from mtlspolicy.der.writer import tlv
from mtlspolicy.facts import certificate as facts
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.limits import MAX_NAMES, MAX_OIDS
from reader_support import NAME, cert, codes, ext, read

EKU, KU, BC, NETSCAPE = "551d25", "551d0f", "551d13", "6086480186f8420101"
SAN, IAN, SKI, AKI = "551d11", "551d12", "551d0e", "551d23"
CP, PM, PC, IAP = "551d20", "551d21", "551d24", "551d36"
AIA, SIA, CRLDP, FRESHEST = "2b06010505070101", "2b0601050507010b", "551d1f", "551d2e"
NC, SCT, POISON = "551d1e", "2b06010401d679020402", "2b06010401d679020403"
NOCHECK, FEATURE = "2b0601050507300105", "2b06010505070118"

DNS = tlv(0x82, b"a.example")
HOST = facts.GeneralName("dNSName", "a.example", b"a.example")
CLIENT = "06082b06010505070302"
CPS = tlv(0x30, bytes.fromhex("06082b06010505070201") + tlv(0x16, b"http://a"))


def seq(*parts: bytes | str) -> bytes:
    return tlv(0x30, b"".join(p if isinstance(p, bytes) else bytes.fromhex(p) for p in parts))


def notice(*parts: bytes) -> bytes:
    return seq(seq("06022a03", seq(seq("06082b06010505070202", seq(*parts)))))


def one_sct(
    *, version: int = 0, extensions: bytes = b"", signature: bytes = b"s", more: int = 0
) -> bytes:
    body = bytes([version]) + b"L" * 32 + (5).to_bytes(8, "big")
    body += len(extensions).to_bytes(2, "big") + extensions
    body += b"\x04\x03" + (len(signature) + more).to_bytes(2, "big") + signature
    return len(body).to_bytes(2, "big") + body


def sct_list(*scts: bytes, more: int = 0) -> bytes:
    joined = b"".join(scts)
    return tlv(0x04, (len(joined) + more).to_bytes(2, "big") + joined)


VALUES = [
    # extended key usage
    (EKU, seq(CLIENT), [], facts.ExtendedKeyUsage(("1.3.6.1.5.5.7.3.2",), critical=False)),
    (EKU, seq(), ["eku.empty"], facts.ExtendedKeyUsage((), critical=False)),
    (EKU, seq("0500"), ["asn1.tag"], UNREADABLE),
    (EKU, seq("06022a03", "0600"), ["asn1.oid_empty"], UNREADABLE),
    (EKU, seq("06022a03", "06"), ["asn1.truncated"], UNREADABLE),
    (EKU, seq("06022a03" * (MAX_OIDS + 1)), ["limit.oids"], UNREADABLE),
    (EKU, tlv(0x31, b""), ["asn1.tag"], UNREADABLE),
    (EKU, b"", ["asn1.missing_element"], UNREADABLE),
    (EKU, seq(CLIENT) + b"\x05\x00", ["asn1.trailing_data"], UNREADABLE),
    # key usage
    (KU, bytes.fromhex("03020780"), [], facts.KeyUsage(("digitalSignature",), critical=False)),
    (KU, bytes.fromhex("03030700 80"), [], facts.KeyUsage(("decipherOnly",), critical=False)),
    (KU, bytes.fromhex("030100"), ["ku.empty"], facts.KeyUsage((), critical=False)),
    (KU, bytes.fromhex("0300"), ["asn1.bit_string_empty"], UNREADABLE),
    (KU, bytes.fromhex("0500"), ["asn1.tag"], UNREADABLE),
    (NETSCAPE, bytes.fromhex("03020780"), [], facts.NetscapeCertType(("sslClient",), critical=False)),
    (NETSCAPE, bytes.fromhex("0300"), ["asn1.bit_string_empty"], UNREADABLE),
    # basic constraints
    (BC, seq(), [], facts.BasicConstraints(ca=False, path_length=None, critical=False)),
    (BC, seq("0101ff"), [], facts.BasicConstraints(ca=True, path_length=None, critical=False)),
    (BC, seq("0101ff020103"), [], facts.BasicConstraints(ca=True, path_length=3, critical=False)),
    (BC, seq("020100"), ["basic_constraints.path_length_without_ca"], facts.BasicConstraints(ca=False, path_length=0, critical=False)),
    (BC, seq("010100"), ["der.default_encoded"], facts.BasicConstraints(ca=False, path_length=None, critical=False)),
    (BC, seq("0101ff0201ff"), ["asn1.integer_negative"], UNREADABLE),
    (BC, seq("0100"), ["asn1.boolean_length"], UNREADABLE),
    (BC, seq("01ff"), ["asn1.length_reserved"], UNREADABLE),
    (BC, seq("0101ff02ff"), ["asn1.length_reserved"], UNREADABLE),
    (BC, seq("0101ff0500"), ["asn1.unexpected_element"], UNREADABLE),
    # alternative names
    (SAN, seq(DNS), [], facts.SubjectAltName((HOST,), critical=False)),
    (SAN, seq(tlv(0x87, bytes(4))), [], facts.SubjectAltName((facts.GeneralName("iPAddress", "", bytes(4)),), critical=False)),
    (SAN, seq(), ["san.empty"], facts.SubjectAltName((), critical=False)),
    (SAN, seq(DNS * (MAX_NAMES + 1)), ["limit.names"], UNREADABLE),
    (SAN, seq(DNS, "82ff"), ["asn1.length_reserved"], UNREADABLE),
    (SAN, seq(DNS, "8901 00"), ["asn1.tag"], UNREADABLE),
    (SAN, seq(DNS, "8201 20"), ["san.dns_character"], facts.SubjectAltName((HOST, facts.GeneralName("dNSName", " ", b" ")), critical=False)),
    (SAN, seq(DNS, "8200"), ["san.dns_empty"], facts.SubjectAltName((HOST, facts.GeneralName("dNSName", "", b"")), critical=False)),
    (SAN, seq("8201 80"), ["asn1.string_character"], UNREADABLE),
    (SAN, seq("8205 6182016162"), ["asn1.string_character"], UNREADABLE),
    (SAN, b"\x30\x0b" + DNS + b"\x05\x00", ["asn1.trailing_data"], UNREADABLE),
    (IAN, seq(DNS), [], facts.SubjectAltName((HOST,), critical=False)),
    (IAN, seq(), ["asn1.empty_list"], facts.SubjectAltName((), critical=False)),
    (IAN, seq("8201 80"), ["asn1.string_character"], UNREADABLE),
    # key identifiers
    (SKI, tlv(0x04, bytes(20)), [], facts.SubjectKeyIdentifier(bytes(20), critical=False)),
    (SKI, tlv(0x04, b"k"), [], facts.SubjectKeyIdentifier(b"k", critical=False)),
    (SKI, b"\x05\x00", ["asn1.tag"], UNREADABLE),
    (SKI, tlv(0x04, bytes(20)) + b"\x00", ["asn1.trailing_data"], UNREADABLE),
    (AKI, seq(), [], facts.AuthorityKeyIdentifier(None, (), None, critical=False)),
    (AKI, seq("800161"), [], facts.AuthorityKeyIdentifier(b"a", (), None, critical=False)),
    (AKI, seq("800161", tlv(0xA1, DNS), "820105"), [], facts.AuthorityKeyIdentifier(b"a", (HOST,), 5, critical=False)),
    (AKI, seq(tlv(0xA1, DNS)), ["aki.issuer_without_serial"], facts.AuthorityKeyIdentifier(None, (HOST,), None, critical=False)),
    (AKI, seq(tlv(0xA1, b""), "820105"), ["asn1.empty_list"], facts.AuthorityKeyIdentifier(None, (), 5, critical=False)),
    (AKI, seq("80ff"), ["asn1.length_reserved"], UNREADABLE),
    (AKI, seq("a1ff"), ["asn1.length_reserved"], UNREADABLE),
    (AKI, seq("82ff"), ["asn1.length_reserved"], UNREADABLE),
    (AKI, seq("8200"), ["asn1.integer_empty"], UNREADABLE),
    (AKI, seq("820105", "800161"), ["asn1.unexpected_element"], UNREADABLE),
    # policies
    (CP, seq(seq("06022a03")), [], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", ()),), critical=False)),
    (CP, seq(), ["asn1.empty_list"], facts.CertificatePolicies((), critical=False)),
    (CP, seq(seq("06022a03"), seq("06022a03")), ["policies.repeated"], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", ()),) * 2, critical=False)),
    (CP, seq(seq("06022a03") * (MAX_OIDS + 1)), ["limit.oids"], UNREADABLE),
    (CP, seq("0500"), ["asn1.tag"], UNREADABLE),
    (CP, seq(seq("0500")), ["asn1.tag"], UNREADABLE),
    (CP, seq(seq("06022a03", "0500")), ["asn1.unexpected_element"], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", ()),), critical=False)),
    (CP, seq(seq("06022a03", seq(CPS))), [], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.3.6.1.5.5.7.2.1", "http://a"),)),), critical=False)),
    (CP, seq(seq("06022a03", seq())), ["asn1.empty_list"], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", ()),), critical=False)),
    (CP, seq(seq("06022a03", "30ff")), ["asn1.length_reserved"], UNREADABLE),
    (CP, seq(seq("06022a03", seq(CPS * (MAX_OIDS + 1)))), ["limit.oids"], UNREADABLE),
    (CP, seq(seq("06022a03", seq("0500"))), ["asn1.tag"], UNREADABLE),
    (CP, seq(seq("06022a03", seq(seq("06022a04")))), ["asn1.missing_element"], UNREADABLE),
    (CP, seq(seq("06022a03", seq(seq("06022a04", "0500")))), [], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.2.4", ""),)),), critical=False)),
    (CP, seq(seq("06022a03", seq(seq("06022a04", "010101")))), ["der.boolean_not_canonical"], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.2.4", ""),)),), critical=False)),
    (CP, seq(seq("06022a03", seq(seq("06082b06010505070201", "0c0161")))), ["asn1.tag"], UNREADABLE),
    (CP, seq(seq("06022a03", seq(seq("06082b06010505070201", "160180")))), ["asn1.string_character"], UNREADABLE),
    (CP, seq(seq("06022a03", seq(seq("06082b06010505070202", "0c0161")))), ["asn1.tag"], UNREADABLE),
    (CP, notice(), [], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.3.6.1.5.5.7.2.2", ""),)),), critical=False)),
    (CP, notice(tlv(0x0C, b"hello")), [], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.3.6.1.5.5.7.2.2", "hello"),)),), critical=False)),
    (CP, notice(tlv(0x0C, b"")), ["policies.text_length"], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.3.6.1.5.5.7.2.2", ""),)),), critical=False)),
    (CP, notice(tlv(0x0C, b"a" * 201)), ["policies.text_length"], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.3.6.1.5.5.7.2.2", "a" * 201),)),), critical=False)),
    (CP, notice(tlv(0x0C, b"\xff")), ["asn1.string_encoding"], UNREADABLE),
    (CP, notice(tlv(0x13, b"a")), ["asn1.tag"], UNREADABLE),
    (CP, notice(b"\x0c\xff"), ["asn1.length_reserved"], UNREADABLE),
    (CP, notice(seq(tlv(0x0C, b"o"), seq("020101"))), [], facts.CertificatePolicies((facts.PolicyInformation("1.2.3", (("1.3.6.1.5.5.7.2.2", ""),)),), critical=False)),
    (CP, notice(seq(tlv(0x0C, b"o"), seq("0200"))), ["asn1.integer_empty"], UNREADABLE),
    (CP, notice(seq(tlv(0x0C, b"o"), seq("0500"))), ["asn1.tag"], UNREADABLE),
    (CP, notice(seq(tlv(0x0C, b"o"))), ["asn1.missing_element"], UNREADABLE),
    (CP, notice(seq(tlv(0x13, b"o"), seq())), ["asn1.tag"], UNREADABLE),
    (CP, notice(seq()), ["asn1.missing_element", "asn1.missing_element"], UNREADABLE),
    (CP, notice(b"\x30\xff"), ["asn1.length_reserved"], UNREADABLE),
    (PM, seq(seq("06022a03", "06022a04")), [], facts.PolicyMappings((("1.2.3", "1.2.4"),), critical=False)),
    (PM, seq(), ["asn1.empty_list"], facts.PolicyMappings((), critical=False)),
    (PM, seq("0500"), ["asn1.tag"], UNREADABLE),
    (PM, seq(seq("06022a03")), ["asn1.missing_element"], UNREADABLE),
    (PM, seq(seq("06022a03", "06022a04") * (MAX_OIDS + 1)), ["limit.oids"], UNREADABLE),
    (PC, seq("800100", "810102"), [], facts.PolicyConstraints(0, 2, critical=False)),
    (PC, seq("810102"), [], facts.PolicyConstraints(None, 2, critical=False)),
    (PC, seq(), ["policy_constraints.empty"], facts.PolicyConstraints(None, None, critical=False)),
    (PC, seq("8001ff"), ["asn1.integer_negative"], UNREADABLE),
    (PC, seq("80ff"), ["asn1.length_reserved"], UNREADABLE),
    (PC, seq("810102", "800100"), ["asn1.unexpected_element"], UNREADABLE),
    (IAP, bytes.fromhex("020102"), [], facts.InhibitAnyPolicy(2, critical=False)),
    (IAP, bytes.fromhex("0201ff"), ["asn1.integer_negative"], UNREADABLE),
    # places
    (AIA, seq(seq("06022a03", DNS)), [], facts.InformationAccess((facts.AccessDescription("1.2.3", HOST),), critical=False)),
    (SIA, seq(), ["asn1.empty_list"], facts.InformationAccess((), critical=False)),
    (AIA, seq("0500"), ["asn1.tag"], UNREADABLE),
    (AIA, seq(seq("06022a03")), ["asn1.missing_element"], UNREADABLE),
    (AIA, seq(seq("06022a03", DNS) * (MAX_NAMES + 1)), ["limit.names"], UNREADABLE),
    (CRLDP, seq(seq(tlv(0xA0, tlv(0xA0, DNS)))), [], facts.CrlDistributionPoints((facts.DistributionPoint((HOST,), False, None, ()),), critical=False)),
    (FRESHEST, seq(seq(tlv(0xA0, tlv(0xA1, NAME[4:])), "81020640", tlv(0xA2, DNS))), [], facts.CrlDistributionPoints((facts.DistributionPoint((), True, ("keyCompromise",), (HOST,)),), critical=False)),
    (CRLDP, seq(), ["asn1.empty_list"], facts.CrlDistributionPoints((), critical=False)),
    (CRLDP, seq(seq()), ["crldp.no_name"], facts.CrlDistributionPoints((facts.DistributionPoint((), False, None, ()),), critical=False)),
    (CRLDP, seq("0500"), ["asn1.tag"], UNREADABLE),
    (CRLDP, seq(seq("a0ff")), ["asn1.length_reserved"], UNREADABLE),
    (CRLDP, seq(seq("a000")), ["asn1.missing_element"], UNREADABLE),
    (CRLDP, seq(seq("a002a000")), ["crldp.no_name", "asn1.empty_list"], facts.CrlDistributionPoints((facts.DistributionPoint((), False, None, ()),), critical=False)),
    (CRLDP, seq(seq("a002a100")), ["asn1.empty_list"], facts.CrlDistributionPoints((facts.DistributionPoint((), True, None, ()),), critical=False)),
    (CRLDP, seq(seq(tlv(0xA0, tlv(0xA1, b"\x05\x00")))), ["asn1.tag"], UNREADABLE),
    (CRLDP, seq(seq("81ff")), ["asn1.length_reserved"], UNREADABLE),
    (CRLDP, seq(seq("8100")), ["asn1.bit_string_empty"], UNREADABLE),
    (CRLDP, seq(seq("a2ff")), ["asn1.length_reserved"], UNREADABLE),
    (CRLDP, seq(seq("0500")), ["asn1.unexpected_element"], UNREADABLE),
    (CRLDP, seq(seq(tlv(0xA2, DNS)) * (MAX_NAMES + 1)), ["limit.names"], UNREADABLE),
    # name constraints
    (NC, seq(tlv(0xA0, seq(DNS)), tlv(0xA1, seq(DNS))), [], facts.NameConstraints((facts.GeneralSubtree(HOST, 0, None),), (facts.GeneralSubtree(HOST, 0, None),), critical=False)),
    (NC, seq(tlv(0xA1, seq("8200"))), [], facts.NameConstraints(None, (facts.GeneralSubtree(facts.GeneralName("dNSName", "", b""), 0, None),), critical=False)),
    (NC, seq(tlv(0xA1, seq(tlv(0x87, bytes(8))))), [], facts.NameConstraints(None, (facts.GeneralSubtree(facts.GeneralName("iPAddress", "", bytes(8)), 0, None),), critical=False)),
    (NC, seq(tlv(0xA1, seq(tlv(0x87, bytes(4))))), ["name_constraints.ip_length"], facts.NameConstraints(None, (facts.GeneralSubtree(facts.GeneralName("iPAddress", "", bytes(4)), 0, None),), critical=False)),
    (NC, seq(), ["name_constraints.empty"], facts.NameConstraints(None, None, critical=False)),
    (NC, seq("a000"), ["asn1.empty_list"], facts.NameConstraints((), None, critical=False)),
    (NC, seq("a0ff"), ["asn1.length_reserved"], UNREADABLE),
    (NC, seq("0500"), ["asn1.unexpected_element"], UNREADABLE),
    (NC, seq("a0020500"), ["asn1.tag"], UNREADABLE),
    (NC, seq(tlv(0xA0, seq())), ["asn1.missing_element"], UNREADABLE),
    (NC, seq(tlv(0xA0, seq(DNS, "800100"))), ["der.default_encoded"], facts.NameConstraints((facts.GeneralSubtree(HOST, 0, None),), None, critical=False)),
    (NC, seq(tlv(0xA0, seq(DNS, "800101"))), ["name_constraints.distance"], facts.NameConstraints((facts.GeneralSubtree(HOST, 1, None),), None, critical=False)),
    (NC, seq(tlv(0xA0, seq(DNS, "810100"))), ["name_constraints.distance"], facts.NameConstraints((facts.GeneralSubtree(HOST, 0, 0),), None, critical=False)),
    (NC, seq(tlv(0xA0, seq(DNS, "80ff"))), ["asn1.length_reserved"], UNREADABLE),
    (NC, seq(tlv(0xA0, seq(DNS, "81ff"))), ["asn1.length_reserved"], UNREADABLE),
    (NC, seq(tlv(0xA0, seq(DNS, "8101ff"))), ["asn1.integer_negative"], UNREADABLE),
    (NC, seq(tlv(0xA0, seq(DNS, "0500"))), ["asn1.unexpected_element"], UNREADABLE),
    (NC, seq(tlv(0xA0, seq(DNS) * (MAX_NAMES + 1))), ["limit.names"], UNREADABLE),
    # transparency and stapling
    (SCT, sct_list(one_sct()), [], facts.SignedCertificateTimestamps(((0, b"L" * 32, 5),), critical=False)),
    (SCT, sct_list(one_sct(extensions=b"x"), one_sct()), [], facts.SignedCertificateTimestamps(((0, b"L" * 32, 5),) * 2, critical=False)),
    (SCT, sct_list(one_sct(signature=b"s" * 300)), [], facts.SignedCertificateTimestamps(((0, b"L" * 32, 5),), critical=False)),
    (SCT, sct_list(one_sct(signature=b"s" * 72), one_sct(signature=b"s" * 72)), [], facts.SignedCertificateTimestamps(((0, b"L" * 32, 5),) * 2, critical=False)),
    (SCT, sct_list(one_sct(version=1)), ["sct.version"], facts.SignedCertificateTimestamps(((1, b"", 0),), critical=False)),
    (SCT, sct_list(b"\x00\x01\x02"), ["sct.version"], facts.SignedCertificateTimestamps(((2, b"", 0),), critical=False)),
    (SCT, sct_list(), ["sct.structure"], UNREADABLE),
    (SCT, sct_list(one_sct(), more=1), ["sct.structure"], UNREADABLE),
    (SCT, sct_list(one_sct(more=1)), ["sct.structure"], UNREADABLE),
    (SCT, sct_list(b"\x00\x00"), ["sct.structure"], UNREADABLE),
    (SCT, sct_list(b"\x00\x02\x00\x00"), ["sct.structure"], UNREADABLE),
    (SCT, sct_list(one_sct(), b"\x00"), ["sct.structure"], UNREADABLE),
    (SCT, sct_list(one_sct(), b"\x00\x09\x00"), ["sct.structure"], UNREADABLE),
    (SCT, tlv(0x04, b""), ["sct.structure"], UNREADABLE),
    (SCT, tlv(0x05, b""), ["asn1.tag"], UNREADABLE),
    (NOCHECK, b"\x05\x00", [], facts.Marker(critical=False)),
    (POISON, b"\x05\x01\x00", ["asn1.null_content"], UNREADABLE),
    (FEATURE, seq("020105"), [], facts.TlsFeature((5,), critical=False)),
    (FEATURE, seq(), ["asn1.empty_list"], facts.TlsFeature((), critical=False)),
    (FEATURE, seq("0500"), ["asn1.tag"], UNREADABLE),
    (FEATURE, seq("0201ff"), ["asn1.integer_negative"], UNREADABLE),
    (FEATURE, seq("020105" * (MAX_NAMES + 1)), ["limit.names"], UNREADABLE),
    # unknown ones are opaque
    ("2a03", b"\xff", [], None),
]  # fmt: skip


@pytest.mark.parametrize(("oid", "value", "expected", "parsed"), VALUES)
def test_an_extension(oid: str, value: bytes, expected: list[str], parsed: object) -> None:
    certificate = read(cert(extensions=ext(oid, value)))
    assert expected == codes(certificate)
    (extension,) = certificate.extensions  # type: ignore[misc]
    assert (parsed, parsed) == (extension.parsed, certificate.find(extension.oid))
    assert (value, False) == (extension.value, extension.critical)


CRITICAL = b"\x01\x01\xff"


@pytest.mark.parametrize(
    ("oid", "value", "expected"),
    [
        (EKU, seq(CLIENT), ["eku.critical"]),
        (BC, seq("0101ff"), []),
        (SAN, seq(DNS), []),
        (SKI, tlv(0x04, bytes(20)), []),
        (SCT, sct_list(one_sct()), []),
        ("2a03", b"", ["extension.unknown_critical"]),
    ],
)
def test_a_critical_extension(oid: str, value: bytes, expected: list[str]) -> None:
    certificate = read(cert(extensions=ext(oid, value, critical=CRITICAL)))
    (extension,) = certificate.extensions  # type: ignore[misc]
    assert (expected, True) == (codes(certificate), extension.critical)
    assert getattr(extension.parsed, "critical", True)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (seq(), ["asn1.missing_element"] * 2),
        (seq("0500"), ["asn1.tag", "asn1.missing_element"]),
        (seq("06022a03"), ["asn1.missing_element"]),
        (seq("06022a03", "010101", "0400"), ["extension.unknown_critical", "der.boolean_not_canonical"]),
        (seq("06022a03", "010100", "0400"), ["der.default_encoded"]),
        (seq("06022a03", "0100", "0400"), ["asn1.boolean_length"]),
        (seq("06022a03", "0400", "0400"), ["asn1.unexpected_element"]),
        (seq("06022a03", "0500"), ["asn1.tag"]),
        (seq("06022a03", "2400"), ["der.string_constructed"]),
    ],
)  # fmt: skip
def test_what_is_no_extension_makes_the_list_unreadable(
    encoded: bytes, expected: list[str]
) -> None:
    certificate = read(cert(extensions=encoded))
    assert expected == codes(certificate)
    shown = not any(
        code.startswith("asn1.") and code != "asn1.unexpected_element" for code in expected
    )
    shown = shown and "der.string_constructed" not in expected
    assert shown == (certificate.extensions is not UNREADABLE)


def test_an_extension_says_where_it_stands() -> None:
    der = cert(extensions=ext("2a03", b"x") + ext(SAN, seq(DNS)))
    certificate = read(der)
    for extension in certificate.extensions:  # type: ignore[union-attr]
        assert 0x30 == der[extension.offset]
        assert extension.value in der[extension.offset :]


@pytest.mark.parametrize(
    "length", [1, 100, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127]
)
def test_alternative_names_of_every_length(length: int) -> None:
    certificate = read(cert(extensions=ext(SAN, seq(tlv(0x82, b"a" * length)))))
    assert "a" * length == certificate.subject_alt_name.names[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize("count", [1, 2, 9, 10, 18, 19, 20, 100, 4000, 6500, MAX_NAMES])
def test_any_number_of_alternative_names(count: int) -> None:
    certificate = read(cert(extensions=ext(SAN, seq(DNS * count))))
    assert ([], count) == (codes(certificate), len(certificate.subject_alt_name.names))  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [80, 81, 82, 205, 206, 207, 208, 209, 210, 300, 65_000])
def test_timestamps_of_every_length(size: int) -> None:
    certificate = read(cert(extensions=ext(SCT, sct_list(one_sct(signature=b"s" * size)))))
    assert [] == codes(certificate)


def test_what_an_issuer_writes_is_expected_and_checked() -> None:
    ordinary = [ext(KU, bytes.fromhex("03020780")), ext(SKI, tlv(0x04, bytes(20))), ext(BC, seq())]
    other = [ext(BC, seq()), ext(SAN, seq(DNS)), ext(KU, bytes.fromhex("03020780"))]
    wrong = [ext(KU, bytes.fromhex("03020780")), ext(SKI, tlv(0x05, bytes(20))), ext(BC, seq())]
    twice = [*ordinary, ext(BC, seq())]
    more = [*ordinary, ext("2a03", b"")]
    for extensions in (
        ordinary,
        other,
        ordinary,
        wrong,
        twice,
        more,
        ordinary,
        ordinary[:2],
        other,
    ):
        certificate = read(cert(extensions=b"".join(extensions)))
        assert len(extensions) == len(certificate.extensions)  # type: ignore[arg-type]
