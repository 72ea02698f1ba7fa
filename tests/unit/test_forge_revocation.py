"""Revocation lists and OCSP responses: another library reads and verifies them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from mtlspolicy.der import writer
from mtlspolicy.der.writer import Node
from mtlspolicy.forge.crl import (
    CrlDraft,
    RevokedDraft,
    invalidity_date,
    issuing_distribution_point,
    reason_code,
)
from mtlspolicy.forge.extensions import DistributionPoint
from mtlspolicy.forge.keys import ALGORITHMS
from mtlspolicy.forge.names import name
from mtlspolicy.forge.ocsp import OcspDraft, ResponderId
from mtlspolicy.forge.pair import ordinary_client_chain, ordinary_pair, ordinary_server_chain
from mtlspolicy.forge.revocation import (
    crl_of,
    delegate,
    indirect_crl,
    ocsp_of,
    put_status,
    serial_of,
)

CHAIN = ordinary_server_chain()
LEAF, ISSUER = (x509.load_der_x509_certificate(der) for der in CHAIN.build().presented)
ANCHOR = x509.load_der_x509_certificate(CHAIN.build().anchor)
REVOKED_AT = dt.datetime(2026, 4, 29, tzinfo=dt.UTC)


def key_of(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """Return the key of an ordinary certificate."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def read(draft: CrlDraft) -> x509.CertificateRevocationList:
    """Return the list as cryptography reads it."""
    return x509.load_der_x509_crl(draft.build())


def answer(draft: OcspDraft) -> ocsp.OCSPResponse:
    """Return the response as cryptography reads it."""
    return ocsp.load_der_ocsp_response(draft.build())


# -- serial numbers


def test_serials_are_those_of_the_built_certificates() -> None:
    """Derived from what will be built, or given."""
    assert [serial_of(CHAIN, position) for position in range(3)] == [
        LEAF.serial_number,
        ISSUER.serial_number,
        ANCHOR.serial_number,
    ]
    chain = ordinary_client_chain()
    chain.leaf.issuer = name(("CN", "somebody else"))
    built = x509.load_der_x509_certificate(chain.build().presented[0])
    assert serial_of(chain) == built.serial_number
    chain.leaf.serial = 7
    assert serial_of(chain) == 7


# -- lists


def test_an_ordinary_list_is_signed_by_the_issuer() -> None:
    """Of its name, by its key, numbered, a day old."""
    found = read(crl_of(CHAIN, revoked=[0]))
    assert found.is_signature_valid(key_of(ISSUER))
    assert found.issuer == ISSUER.subject
    assert found.last_update_utc == dt.datetime(2026, 4, 30, tzinfo=dt.UTC)
    assert found.next_update_utc == dt.datetime(2026, 5, 7, tzinfo=dt.UTC)
    assert found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 1
    authority = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    own = ISSUER.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert authority.value.key_identifier == own.value.digest
    entry = found.get_revoked_certificate_by_serial_number(LEAF.serial_number)
    assert entry is not None
    assert entry.revocation_date_utc == REVOKED_AT
    assert list(entry.extensions) == []


def test_the_anchor_lists_the_issuing_authority() -> None:
    """Position 1 is what the anchor issued."""
    found = read(crl_of(CHAIN, 1))
    assert found.is_signature_valid(key_of(ANCHOR))
    assert len(found) == 0


def test_entries_give_reasons_and_dates() -> None:
    """RFC 5280, 5.3."""
    draft = crl_of(CHAIN, revoked=[0])
    draft.revoked[0].reason = "keyCompromise"
    draft.revoked[0].set_extension("invalidityDate", invalidity_date(0))
    entry = read(draft)[0]
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value
    assert reason.reason is x509.ReasonFlags.key_compromise
    since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    assert since.invalidity_date_utc == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert [e.oid for e in draft.revoked[0].extensions] == ["2.5.29.24"]


def test_a_delta_names_its_base() -> None:
    """RFC 5280, 5.2.4: critical."""
    draft = crl_of(CHAIN)
    draft.number, draft.delta_base = 5, 3
    delta = read(draft).extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    assert delta.critical
    assert delta.value.crl_number == 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            issuing_distribution_point(
                DistributionPoint((("uri", "http://a"),)),
                user_certificates=True,
                indirect=True,
                reasons=("keyCompromise",),
            ),
            x509.IssuingDistributionPoint(
                full_name=[x509.UniformResourceIdentifier("http://a")],
                relative_name=None,
                only_contains_user_certs=True,
                only_contains_ca_certs=False,
                only_some_reasons=frozenset([x509.ReasonFlags.key_compromise]),
                indirect_crl=True,
                only_contains_attribute_certs=False,
            ),
        ),
        (
            issuing_distribution_point(ca_certificates=True),
            x509.IssuingDistributionPoint(
                full_name=None,
                relative_name=None,
                only_contains_user_certs=False,
                only_contains_ca_certs=True,
                only_some_reasons=None,
                indirect_crl=False,
                only_contains_attribute_certs=False,
            ),
        ),
        (
            issuing_distribution_point(attribute_certificates=True),
            x509.IssuingDistributionPoint(
                full_name=None,
                relative_name=None,
                only_contains_user_certs=False,
                only_contains_ca_certs=False,
                only_some_reasons=None,
                indirect_crl=False,
                only_contains_attribute_certs=True,
            ),
        ),
    ],
)
def test_partitions_are_read_as_written(
    value: bytes, expected: x509.IssuingDistributionPoint
) -> None:
    """RFC 5280, 5.2.5."""
    draft = crl_of(CHAIN)
    draft.set_extension("issuingDistributionPoint", value, critical=True)
    found = read(draft).extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert found.value == expected


def test_an_indirect_list_names_the_issuers_of_its_entries() -> None:
    """RFC 5280, 5.3.3: the anchor speaks about the leaf's issuer."""
    found = read(indirect_crl(CHAIN, revoked=[0]))
    assert found.is_signature_valid(key_of(ANCHOR))
    point = found.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert point.value.indirect_crl
    issuer = found[0].extensions.get_extension_for_class(x509.CertificateIssuer)
    assert issuer.critical
    assert issuer.value.get_values_for_type(x509.DirectoryName) == [ISSUER.subject]


def test_lists_can_lack_what_they_should_have() -> None:
    """No number, no end, version 1, another name and algorithm."""
    draft = CrlDraft(
        issuer=name(("CN", "a")),
        key="rsa2048-0",
        algorithm="rsa-sha512",
        next_update=None,
        number=None,
        version=1,
        extensions=[],
    )
    found = read(draft)
    assert found.next_update_utc is None
    assert list(found.extensions) == []
    assert found.issuer.rfc4514_string() == "CN=a"
    assert draft.build().count(ALGORITHMS["rsa-sha512"].der) == 2
    assert b"\x02\x01\x01" not in found.tbs_certlist_bytes[:8]


def test_lists_can_be_broken() -> None:
    """Before the signature, after it, and behind the whole."""
    draft = crl_of(CHAIN, revoked=[0])
    plain = draft.copy().build()
    draft.tbs_edits.append(lambda tbs: tbs.edit("revoked", lambda node: node.with_children(())))
    draft.list_edits.append(Node.long_length)
    draft.trailing = b"\x00"
    broken = draft.build()
    assert broken != plain
    assert broken[:2] == b"\x30\x83"
    assert broken.endswith(b"\x00")
    assert draft.copy().build() == broken


def test_reasons_may_be_any_number() -> None:
    """Also one that does not exist."""
    assert reason_code("removeFromCRL") == b"\x0a\x01\x08"
    assert reason_code(7) == b"\x0a\x01\x07"
    draft = CrlDraft(revoked=[RevokedDraft(1, reason=7)])
    assert b"\x0a\x01\x07" in draft.build()


# -- responses


@pytest.mark.parametrize("status", ["good", "revoked", "unknown"])
def test_an_ordinary_response_is_signed_by_the_issuer(status: str) -> None:
    """About the leaf, named by key."""
    draft = ocsp_of(CHAIN, status=status)
    found = answer(draft)
    assert found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    assert found.certificate_status is ocsp.OCSPCertStatus[status.upper()]
    assert found.serial_number == LEAF.serial_number
    expected = ocsp.OCSPRequestBuilder().add_certificate(LEAF, ISSUER, hashes.SHA1()).build()  # noqa: S303 - RFC 6960, 4.3
    assert found.issuer_key_hash == expected.issuer_key_hash
    assert found.issuer_name_hash == expected.issuer_name_hash
    key_of(ISSUER).verify(found.signature, found.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    own = ISSUER.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert found.responder_key_hash == own.value.digest


def test_a_revoked_certificate_has_a_time_and_maybe_a_reason() -> None:
    """RFC 6960, 4.2.1."""
    draft = ocsp_of(CHAIN, status="revoked")
    assert answer(draft).revocation_reason is None
    draft.singles[0].reason = "superseded"
    found = answer(draft)
    assert found.revocation_time_utc == REVOKED_AT
    assert found.revocation_reason is x509.ReasonFlags.superseded


def test_a_delegate_signs_with_a_certificate_of_its_own() -> None:
    """RFC 6960, 4.2.2.2: OCSPSigning, from the same issuer, never checked itself."""
    responder = delegate(CHAIN)
    found = answer(ocsp_of(CHAIN, responder=responder, by=ResponderId.NAME))
    certificate = found.certificates[0]
    certificate.verify_directly_issued_by(ISSUER)
    assert found.responder_name == certificate.subject
    assert certificate.extensions.get_extension_for_class(x509.OCSPNoCheck) is not None
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.9")]
    key_of(certificate).verify(found.signature, found.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))


def test_responses_can_lack_what_they_should_have() -> None:
    """No next update, another hash, an extension."""
    draft = ocsp_of(CHAIN)
    draft.singles[0].next_update = None
    draft.singles[0].digest = "sha256"
    draft.singles[0].set_extension("unknown", b"\x05\x00")
    draft.set_extension("ocspNonce", writer.octet_string(b"nonce").encode())
    found = answer(draft)
    assert found.next_update_utc is None
    assert isinstance(found.hash_algorithm, hashes.SHA256)
    assert len(found.single_extensions) == 1
    assert found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"nonce"


def test_a_response_may_be_a_refusal() -> None:
    """RFC 6960, 4.2.1: tryLater, without an answer."""
    assert OcspDraft(outcome=3).build() == bytes.fromhex("30030a0103")


def test_responses_can_be_broken() -> None:
    """At each of the three layers."""
    draft = ocsp_of(CHAIN)
    plain = draft.copy().build()
    draft.tbs_edits.append(lambda tbs: tbs.drop("produced_at"))
    draft.basic_edits.append(Node.long_length)
    draft.response_edits.append(Node.indefinite)
    draft.trailing = b"\x01"
    broken = draft.build()
    assert broken != plain
    assert broken[:2] == b"\x30\x80"
    assert broken.endswith(b"\x00\x00\x01")


# -- as evidence


@pytest.mark.parametrize(("word", "lists", "entries"), [("good", 2, 0), ("revoked", 2, 1)])
def test_a_status_becomes_lists_of_every_issuer(word: str, lists: int, entries: int) -> None:
    """Made at the end, so a change of key in between does not matter."""
    pair = ordinary_pair()
    put_status(pair.server, pair.evidence, "server", word)
    pair.server.leaf.key = "p256-6"
    built = pair.build()
    listed = [
        x509.load_der_x509_crl(base64.b64decode(text)) for text in built.evidence["server"]["crls"]
    ]
    assert len(listed) == lists
    assert sum(len(one) for one in listed) == entries
    leaf = x509.load_der_x509_certificate(built.server.presented[0])
    for entry in listed[0]:
        assert entry.serial_number == leaf.serial_number
    assert "crls" not in built.evidence["client"]


def test_an_unknown_status_is_a_response() -> None:
    """And it replaces what was said before."""
    pair = ordinary_pair()
    put_status(pair.client, pair.evidence, "client", "revoked")
    pair.evidence["client"]["crls"] = ["old"]
    put_status(pair.client, pair.evidence, "client", "unknown")
    side = pair.build().evidence["client"]
    assert "crls" not in side
    found = ocsp.load_der_ocsp_response(base64.b64decode(side["ocsp"][0]))
    assert found.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize(
    ("der", "digest"),
    [
        (
            crl_of(CHAIN, revoked=[0]).build(),
            "e8cd5e6a5f25d7caa8b1085b99237ef5742a0c3d241215ac5633bfc5965a02ed",
        ),
        (
            ocsp_of(CHAIN, responder=delegate(CHAIN)).build(),
            "2232bf8bfe1260b52d2126f6d19be51ec8289428c3c5b42736e11d6635e4a7a1",
        ),
    ],
    ids=["list", "response"],
)
def test_revocation_is_byte_stable(der: bytes, digest: str) -> None:
    """On every machine, with every version of every library."""
    assert hashlib.sha256(der).hexdigest() == digest
