"""Names and extension values: what is written is what another library reads."""

from __future__ import annotations

import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    ExtensionOID,
    SubjectInformationAccessOID,
)

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.extensions import DistributionPoint, Sct, general_name
from mtlspolicy.forge.names import EMPTY, name


def read(oid: str, value: bytes) -> x509.ExtensionType:
    """Return the value as cryptography reads it."""
    draft = CertificateDraft()
    draft.set_extension(oid, value)
    certificate = x509.load_der_x509_certificate(draft.build())
    found = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier(extensions.OID[oid]))
    return found.value


# -- distinguished names


def test_a_name_is_read_as_written() -> None:
    """Types by short name or dotted, relative names in order."""
    written = name(("C", "US"), ("1.2.3.4", "x"), ("DC", "example"), ("CN", "a"))
    subject = x509.load_der_x509_certificate(CertificateDraft(subject=written).build()).subject
    assert [(a.oid.dotted_string, a.value) for a in subject] == [
        ("2.5.4.6", "US"),
        ("1.2.3.4", "x"),
        ("0.9.2342.19200300.100.1.25", "example"),
        ("2.5.4.3", "a"),
    ]
    assert subject.public_bytes() == written.der


def test_string_types_are_the_usual_ones_unless_given() -> None:
    """RFC 5280, appendix A: countryName is a PrintableString, domainComponent IA5."""
    tags = [
        rdn.items()[0].items()[1].tag
        for rdn in name(("C", "US"), ("DC", "a"), ("CN", "a"), ("CN", "a", "bmp")).node.items()
    ]
    assert tags == [b"\x13", b"\x16", b"\x0c", b"\x1e"]


def test_a_relative_name_of_several_attributes_is_sorted() -> None:
    """X.690, 11.6, whatever the order given."""
    forwards = name([("CN", "a"), ("O", "b")])
    assert forwards.der == name([("O", "b"), ("CN", "a")]).der
    assert len(forwards.node.items()) == 1


def test_the_empty_name_is_an_empty_sequence() -> None:
    """RFC 5280, 4.1.2.6."""
    assert EMPTY.der == b"\x30\x00"


# -- general names


def test_every_kind_of_general_name_is_read_as_written() -> None:
    """The kinds that cryptography reads, with their values."""
    dn = name(("CN", "a"))
    value = extensions.subject_alt_name(
        ("dns", "a.example"),
        ("email", "a@a.example"),
        ("uri", "spiffe://a.example/b"),
        ("ip", "192.0.2.1"),
        ("ip", "2001:db8::1"),
        ("dn", dn),
        ("rid", "1.2.3"),
        ("other", ("1.2.3.4", writer.null().encode())),
    )
    assert read("subjectAltName", value) == x509.SubjectAlternativeName(
        [
            x509.DNSName("a.example"),
            x509.RFC822Name("a@a.example"),
            x509.UniformResourceIdentifier("spiffe://a.example/b"),
            x509.IPAddress(ipaddress.ip_address("192.0.2.1")),
            x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
            x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")])),
            x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
            x509.OtherName(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
        ]
    )


@pytest.mark.parametrize(
    ("kind", "value", "encoded"),
    [
        ("x400", b"\x30\x00", "a3023000"),
        ("edi", (None, "p"), "a505a1030c0170"),
        ("edi", ("a", "p"), "a50aa0030c0161a1030c0170"),
        ("ip", b"\x01", "870101"),
        ("dns", b"\xff", "8201ff"),
    ],
)
def test_rare_general_names(kind: str, value: extensions.GeneralNameValue, encoded: str) -> None:
    """RFC 5280, 4.2.1.6: those that readers tend to leave out, and octets as given."""
    assert general_name(kind, value).encode().hex() == encoded


@pytest.mark.parametrize(("kind", "value"), [("dns", EMPTY), ("dn", "a"), ("none", "a")])
def test_a_value_of_another_kind_is_a_mistake(
    kind: str, value: extensions.GeneralNameValue
) -> None:
    """Broken names are written as octets, not by accident."""
    with pytest.raises(TypeError, match=f"kind `{kind}`"):
        general_name(kind, value)


# -- extensions


@pytest.mark.parametrize(
    ("oid", "value", "expected"),
    [
        (
            "extKeyUsage",
            extensions.extended_key_usage("serverAuth", "1.2.3"),
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, x509.ObjectIdentifier("1.2.3")]
            ),
        ),
        (
            "keyUsage",
            extensions.key_usage("nonRepudiation", "keyAgreement", "decipherOnly"),
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=True,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=True,
            ),
        ),
        (
            "basicConstraints",
            extensions.basic_constraints(ca=True, path_length=3),
            x509.BasicConstraints(ca=True, path_length=3),
        ),
        (
            "basicConstraints",
            extensions.basic_constraints(),
            x509.BasicConstraints(ca=False, path_length=None),
        ),
        (
            "nameConstraints",
            extensions.name_constraints([("dns", "a.example")], [("ip", "192.0.2.0/24")]),
            x509.NameConstraints(
                [x509.DNSName("a.example")],
                [x509.IPAddress(ipaddress.ip_network("192.0.2.0/24"))],
            ),
        ),
        (
            "subjectKeyIdentifier",
            extensions.subject_key_identifier(b"\x01"),
            x509.SubjectKeyIdentifier(b"\x01"),
        ),
        (
            "authorityKeyIdentifier",
            extensions.authority_key_identifier(b"\x01", [("dns", "a")], 7),
            x509.AuthorityKeyIdentifier(b"\x01", [x509.DNSName("a")], 7),
        ),
        (
            "authorityKeyIdentifier",
            extensions.authority_key_identifier(),
            x509.AuthorityKeyIdentifier(None, None, None),
        ),
        (
            "certificatePolicies",
            extensions.certificate_policies(
                "1.2.3", ("1.2.4", [("cps", "http://a"), ("notice", "n")])
            ),
            x509.CertificatePolicies(
                [
                    x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None),
                    x509.PolicyInformation(
                        x509.ObjectIdentifier("1.2.4"), ["http://a", x509.UserNotice(None, "n")]
                    ),
                ]
            ),
        ),
        (
            "policyConstraints",
            extensions.policy_constraints(0, 2),
            x509.PolicyConstraints(0, 2),
        ),
        (
            "policyConstraints",
            extensions.policy_constraints(inhibit_mapping=1),
            x509.PolicyConstraints(None, 1),
        ),
        ("inhibitAnyPolicy", extensions.inhibit_any_policy(2), x509.InhibitAnyPolicy(2)),
        (
            "authorityInfoAccess",
            extensions.information_access(("ocsp", "http://a"), ("1.2.3", ("dns", "b"))),
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(
                        AuthorityInformationAccessOID.OCSP,
                        x509.UniformResourceIdentifier("http://a"),
                    ),
                    x509.AccessDescription(x509.ObjectIdentifier("1.2.3"), x509.DNSName("b")),
                ]
            ),
        ),
        (
            "subjectInfoAccess",
            extensions.information_access(("caRepository", "http://a")),
            x509.SubjectInformationAccess(
                [
                    x509.AccessDescription(
                        SubjectInformationAccessOID.CA_REPOSITORY,
                        x509.UniformResourceIdentifier("http://a"),
                    )
                ]
            ),
        ),
        (
            "cRLDistributionPoints",
            extensions.crl_distribution_points(
                "http://a",
                DistributionPoint(
                    reasons=("keyCompromise", "aACompromise"),
                    crl_issuer=(("dn", name(("CN", "i"))),),
                ),
                DistributionPoint(relative=name(("CN", "r"))),
            ),
            x509.CRLDistributionPoints(
                [
                    x509.DistributionPoint(
                        [x509.UniformResourceIdentifier("http://a")], None, None, None
                    ),
                    x509.DistributionPoint(
                        None,
                        None,
                        frozenset(
                            [x509.ReasonFlags.key_compromise, x509.ReasonFlags.aa_compromise]
                        ),
                        [
                            x509.DirectoryName(
                                x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "i")])
                            )
                        ],
                    ),
                    x509.DistributionPoint(
                        None,
                        x509.RelativeDistinguishedName(
                            [x509.NameAttribute(x509.NameOID.COMMON_NAME, "r")]
                        ),
                        None,
                        None,
                    ),
                ]
            ),
        ),
        (
            "tlsFeature",
            extensions.tls_feature(5),
            x509.TLSFeature([x509.TLSFeatureType.status_request]),
        ),
        ("ocspNoCheck", extensions.null_value(), x509.OCSPNoCheck()),
        ("ctPoison", extensions.null_value(), x509.PrecertPoison()),
    ],
)
def test_a_value_is_read_as_written(oid: str, value: bytes, expected: x509.ExtensionType) -> None:
    """Each encoder against another library's reader."""
    assert read(oid, value) == expected


def test_timestamps_are_read_as_written() -> None:
    """RFC 6962, 3.3: version, log and time; the signature is well-formed."""
    value = extensions.signed_certificate_timestamps(Sct("one", 1_500), Sct("two", 2_000))
    read_back = read("signedCertificateTimestamps", value)
    assert isinstance(read_back, x509.PrecertificateSignedCertificateTimestamps)
    assert [stamp.timestamp for stamp in read_back] == [
        dt.datetime(1970, 1, 1, 0, 0, 1, 500_000),  # noqa: DTZ001 - as the library gives it
        dt.datetime(1970, 1, 1, 0, 0, 2),  # noqa: DTZ001
    ]
    assert len({stamp.log_id for stamp in read_back}) == 2
    assert writer.parse(read_back[0].signature).tag == b"\x30"


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (extensions.policy_mappings(("1.2.3", "1.2.4")), "300a300806022a0306022a04"),
        (extensions.netscape_cert_type("sslClient", "sslServer"), "030206c0"),
        (extensions.name_constraints(), "3000"),
        (extensions.name_constraints(excluded=()), "3002a100"),
        (extensions.reason_flags("unused").encode(), "03020780"),
    ],
)
def test_values_that_the_other_library_does_not_read(value: bytes, encoded: str) -> None:
    """Policy mappings (RFC 5280, 4.2.1.5) and the like, octet by octet."""
    assert value.hex() == encoded


def test_short_names_and_dotted_names_mean_the_same() -> None:
    """The table agrees with another library's."""
    assert extensions.OID["extKeyUsage"] == ExtensionOID.EXTENDED_KEY_USAGE.dotted_string
    assert extensions.purpose("any") == "2.5.29.37.0"
    assert extensions.purpose("1.2.3") == "1.2.3"
