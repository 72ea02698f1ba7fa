"""Drafts: ordinary unless told, and wrong exactly where told."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from mtlspolicy.der import writer
from mtlspolicy.der.writer import Node
from mtlspolicy.forge import draft as drafts
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft, Linked
from mtlspolicy.forge.keys import ALGORITHMS, key, key_names
from mtlspolicy.forge.names import name


def load(draft: CertificateDraft, issuer_key: str | None = None) -> x509.Certificate:
    """Return the built certificate as cryptography reads it."""
    return x509.load_der_x509_certificate(draft.build(issuer_key))


def test_the_default_draft_is_an_ordinary_self_signed_certificate() -> None:
    """Version 3, 16 octets of serial, ninety days, P-256, signed by its own key."""
    certificate = load(CertificateDraft())
    certificate.verify_directly_issued_by(certificate)
    assert certificate.version is x509.Version.v3
    assert certificate.serial_number.bit_length() == 127
    assert certificate.not_valid_before_utc == dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    length = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert length + dt.timedelta(seconds=1) == dt.timedelta(days=90)
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert list(certificate.extensions) == []


def test_building_twice_gives_the_same_bytes() -> None:
    """Nothing depends on when or how often."""
    draft = CertificateDraft()
    assert draft.build() == draft.build() == draft.copy().build()


def test_what_is_kept_of_certificates_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In number and in size; what is edited, and a change in place, is always seen."""
    kept: dict[object, bytes] = {}
    monkeypatch.setattr(drafts, "_built", kept)
    monkeypatch.setattr(drafts, "_MOST_BUILT", 2)
    draft = CertificateDraft()
    built = set()
    for serial in range(4):
        draft.serial = serial
        built.add(draft.build())
        assert len(kept) <= 2
    long = draft.copy()
    long.trailing = bytes(10_000)
    draft.tbs_edits.append(lambda tbs: tbs.edit("serial", writer.Node.long_length))
    before = dict(kept)

    assert 6 == len({*built, long.build(), draft.build()})
    assert before == kept


def test_an_unsigned_certificate_differs_in_its_signature_alone() -> None:
    draft = CertificateDraft(key="rsa2048-even")
    unsigned = x509.load_der_x509_certificate(draft.unsigned())

    assert b"\x00" == unsigned.signature
    signed = x509.load_der_x509_certificate(draft.build("p256-9"))
    assert signed.tbs_certificate_bytes == unsigned.tbs_certificate_bytes
    assert draft.subject.der == unsigned.subject.public_bytes()


@pytest.mark.parametrize("name_of_key", [n for n in key_names() if key(n).algorithm])
def test_every_key_can_sign(name_of_key: str) -> None:
    """Its default algorithm stands inside and outside."""
    der = CertificateDraft(key=name_of_key).build()
    assert der.count(ALGORITHMS[key(name_of_key).algorithm].der) >= 2


def test_an_algorithm_can_be_chosen() -> None:
    """Another hash than the key's usual one."""
    certificate = load(CertificateDraft(algorithm="rsa-pss-sha384", key="rsa2048-0"))
    certificate.verify_directly_issued_by(certificate)
    assert certificate.signature_algorithm_oid.dotted_string == "1.2.840.113549.1.1.10"


def test_serials_follow_subject_issuer_and_key() -> None:
    """So that no two certificates of one issuer share theirs by accident."""
    one = CertificateDraft(subject=name(("CN", "one")))
    issuer = name(("CN", "issuer")).node
    other_key, other_name = one.copy(), one.copy()
    other_key.key, other_name.subject = "p256-1", name(("CN", "two"))
    serials = {d.derived_serial(issuer) for d in (one, other_key, other_name)}
    assert len(serials) == 3
    assert one.derived_serial(name(("CN", "another")).node) not in serials


# -- extensions


def test_setting_an_extension_keeps_its_place_and_flag() -> None:
    """A changed value must not look like a changed order."""
    draft = CertificateDraft()
    draft.set_key_usage("digitalSignature")
    draft.set_purposes("serverAuth")
    draft.set_extension("keyUsage", extensions.key_usage("keyAgreement"))
    assert [(e.oid, e.critical) for e in draft.extensions] == [
        ("2.5.29.15", True),
        ("2.5.29.37", False),
    ]
    draft.set_extension("2.5.29.15", b"", critical=False)
    assert draft.extensions[0] == ("2.5.29.15", False, b"")


def test_adding_and_dropping() -> None:
    """Adding allows a second one, dropping takes out both."""
    draft = CertificateDraft()
    draft.add_extension("unknown", b"", critical=True)
    draft.add_extension("unknown", b"\x05\x00")
    draft.set_names(("dns", "a.example"), critical=True)
    assert draft.extension("unknown") == ("1.3.6.1.4.1.99999.1", True, b"")
    draft.drop_extension("unknown")
    assert [e.oid for e in draft.extensions] == ["2.5.29.17"]
    assert draft.extension("unknown") is None


def test_linked_values_follow_the_keys() -> None:
    """RFC 5280, 4.2.1.1 and 4.2.1.2: hashes of the issuer's and of the own key."""
    draft = CertificateDraft(key="p256-2")
    draft.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)
    draft.set_extension("authorityKeyIdentifier", Linked.ISSUER_KEY)
    read = load(draft, "p256-3").extensions
    own = x509.SubjectKeyIdentifier.from_public_key(load(draft).public_key())
    above = x509.SubjectKeyIdentifier.from_public_key(
        load(CertificateDraft(key="p256-3")).public_key()
    )
    assert read.get_extension_for_class(x509.SubjectKeyIdentifier).value == own
    authority = read.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert authority.key_identifier == above.digest
    assert authority.authority_cert_issuer is None


# -- overrides


def test_parts_can_be_replaced() -> None:
    """Each override stands where the ordinary part stood."""
    draft = CertificateDraft(
        serial=5,
        issuer=name(("CN", "issuer")),
        version_node=writer.explicit(0, writer.integer(2)),
        not_before_node=writer.utc_time(0),
        not_after_node=writer.generalized_time(4_102_444_800),
        subject_node=name(("CN", "node")).node,
        spki_der=key("ed25519-0").spki_der,
        issuer_unique_id=b"\x01",
        subject_unique_id=b"\x02",
    )
    certificate = load(draft, "p256-4")
    assert certificate.serial_number == 5
    assert certificate.issuer.rfc4514_string() == "CN=issuer"
    assert certificate.subject.rfc4514_string() == "CN=node"
    assert certificate.not_valid_before_utc == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert certificate.not_valid_after_utc == dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    assert bytes.fromhex("81020001" + "82020002") in certificate.tbs_certificate_bytes


def test_nodes_win_over_values() -> None:
    """A serial or issuer given as a tree is not looked at."""
    draft = CertificateDraft(serial=5, issuer=name(("CN", "value")))
    draft.serial_node = writer.primitive(0x02, b"")
    draft.issuer_node = writer.null()
    assert bytes.fromhex("a003020102" + "0200") in draft.build()
    assert name(("CN", "value")).der not in draft.build()


def test_algorithms_and_signature_can_be_replaced() -> None:
    """Inside and outside apart, and a signature that nobody made."""
    draft = CertificateDraft(signature=b"none")
    draft.inner_algorithm = ALGORITHMS["ed448"].der
    draft.outer_algorithm = writer.null().encode()
    der = draft.build()
    assert ALGORITHMS["ed448"].der in der
    assert der.endswith(b"\x05\x00\x03\x05\x00none")


@pytest.mark.parametrize(("version", "encoded"), [(1, b""), (2, b"\xa0\x03\x02\x01\x01")])
def test_versions(version: int, encoded: bytes) -> None:
    """RFC 5280, 4.1.2.1: version 1 is the default and left out."""
    tbs = CertificateDraft(version=version, serial=1).tree().find("tbs")
    assert tbs.body().startswith(encoded + b"\x02\x01\x01")


def test_edits_of_the_signed_part_are_signed() -> None:
    """The defect is in what the signature covers."""
    draft = CertificateDraft(extra_tbs=[writer.null()])
    draft.tbs_edits.append(lambda tbs: tbs.drop(""))
    draft.tbs_edits.append(lambda tbs: tbs.edit("serial", lambda _: writer.integer(7)))
    certificate = load(draft)
    certificate.verify_directly_issued_by(certificate)
    assert certificate.serial_number == 7


def test_edits_of_the_certificate_are_not_signed() -> None:
    """They come after the signature, and octets after the whole."""
    draft = CertificateDraft(trailing=b"\x00")
    signed = draft.build()
    draft.certificate_edits.append(Node.long_length)
    assert draft.build() == b"\x30\x83\x00" + signed[2:]
    assert signed.endswith(b"\x00")


def test_a_copy_is_independent() -> None:
    """Lists are not shared."""
    draft = CertificateDraft()
    draft.copy().set_purposes("serverAuth")
    assert draft.extensions == []


def test_a_key_that_cannot_sign_is_refused() -> None:
    """Public-only keys are for subjects."""
    with pytest.raises(ValueError, match="cannot sign"):
        CertificateDraft(key="dsa2048-0").build()
    assert key("dsa2048-0").spki_der in CertificateDraft(key="dsa2048-0").build("p256-0")
