"""The reader against pyca/cryptography: real roots, its test vectors, x509-limbo.

Nothing crashes, and where both give a value the values are equal. cryptography is the laxer
one in places; what it reads and we refuse is listed with the reason.
"""

from __future__ import annotations

import importlib.util
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mtlspolicy.errors import NoCertificateError
from mtlspolicy.facts import split_certificates
from mtlspolicy.facts.certificate import (
    UNREADABLE,
    Certificate,
    KeyUsage,
    Name,
    PublicKey,
    Unreadable,
)  # fmt: skip
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import read_ordinary
from mtlspolicy.facts.purposes import KEY_USAGE_BITS
from reader_support import assert_same

pytestmark = pytest.mark.oracle

REFUSED = {
    # name of the vector: why we call it malformed or no DER, while cryptography reads it
    "utf8-dnsname.pem": "asn1.string_character",
    "belgian-eid-invalid-visiblestring.pem": "asn1.string_character",
    "alternate-rsa-sha1-oid.der": "der.named_bits_not_minimal",
    "name_attribute_unsupported_tag.pem": "asn1.truncated",
    "invalid_utf8_common_name.pem": "asn1.string_encoding",
    "InvalidDSASignatureTest6EE.crt": "signature.unused_bits",
    "BadSignedCACert.crt": "signature.unused_bits",
    "invalid::invalid-issuer-key-1": "asn1.missing_element",  # an RSA key without any octet
    "webpki::san::unicode-emoji-san-1": "asn1.string_character",
    "pathological::nc-dos-1-1": "limit.rdns",  # thousands of attributes in the subject
    "pathological::nc-dos-3-1": "limit.rdns",
}

LIMBO = Path(__file__).parents[2] / ".." / "shared" / "corpora" / "limbo.json"


def folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"{package} is not installed")
    return Path(spec.submodule_search_locations[0])


@cache
def roots() -> dict[str, bytes]:
    found = split_certificates((folder("certifi") / "cacert.pem").read_bytes()).certificates
    return {f"certifi-{number}": der for number, der in enumerate(found)}


@cache
def vectors() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted((folder("cryptography_vectors") / "x509").rglob("*")):
        try:
            candidates = (
                split_certificates(path.read_bytes()).certificates if path.is_file() else ()
            )
        except NoCertificateError:
            continue
        found |= {
            f"{path.name}" if i == 0 else f"{path.name}-{i}": der
            for i, der in enumerate(candidates)
        }
    return found


@cache
def limbo() -> dict[str, bytes]:
    if not LIMBO.exists():
        pytest.skip("the limbo corpus is not here")
    found: dict[str, bytes] = {}
    for case in json.loads(LIMBO.read_text("utf-8"))["testcases"]:
        pems = [*case["trusted_certs"], *case["untrusted_intermediates"], case["peer_certificate"]]
        for number, pem in enumerate(pems):
            found[f"{case['id']}-{number}"] = split_certificates(pem.encode()).certificates[0]
    return found


CORPORA = {"certifi": roots, "vectors": vectors, "limbo": limbo}


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_certificate_is_read_and_both_ways_agree(corpus: str) -> None:
    for der in CORPORA[corpus]().values():
        explained = explain_certificate(der)
        for _ in range(2):
            ordinary = read_ordinary(der)
            if ordinary is not None:
                assert_same(ordinary, explained)


@pytest.mark.parametrize("corpus", CORPORA)
def test_values_are_those_of_cryptography(corpus: str) -> None:
    for name, der in CORPORA[corpus]().items():
        theirs = load(der)
        if theirs is None:
            continue
        ours = explain_certificate(der)
        assert ours.well_formed == (name not in REFUSED), (name, ours.notes)
        if name in REFUSED:
            assert REFUSED[name] in {note.code for note in ours.notes}
            continue
        compare(name, ours, theirs)


@pytest.mark.parametrize("corpus", ["certifi", "limbo"])
def test_real_certificates_take_the_short_way(corpus: str) -> None:
    every = CORPORA[corpus]().values()
    slow = [
        der for der in every if explain_certificate(der).notes == () and read_ordinary(der) is None
    ]
    assert len(slow) <= len(every) / 50


def load(der: bytes) -> x509.Certificate | None:
    """Return cryptography's certificate if it reads all of it, else None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
            _ = certificate.extensions, certificate.subject, certificate.issuer
        except (
            TypeError,
            ValueError,
            x509.UnsupportedGeneralNameType,
            x509.DuplicateExtension,
            x509.InvalidVersion,
        ):
            return None
    return certificate


def compare(name: str, ours: Certificate, theirs: x509.Certificate) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert theirs.serial_number == ours.serial, name
        assert theirs.version.value + 1 == ours.version, name
        assert int(theirs.not_valid_before_utc.timestamp()) == ours.not_before, name
        assert int(theirs.not_valid_after_utc.timestamp()) == ours.not_after, name
        assert theirs.tbs_certificate_bytes == ours.tbs, name
        assert theirs.signature == ours.signature, name
        assert not isinstance(ours.outer_algorithm, Unreadable)
        assert theirs.signature_algorithm_oid.dotted_string == ours.outer_algorithm.oid, name
        same_name(name, ours.subject, theirs.subject)
        same_name(name, ours.issuer, theirs.issuer)
        same_key(name, ours.public_key, theirs)
        assert not isinstance(ours.extensions, Unreadable)
        assert [e.oid.dotted_string for e in theirs.extensions] == [
            e.oid for e in ours.extensions
        ], name
        for mine, other in zip(ours.extensions, theirs.extensions, strict=True):
            assert mine.critical == other.critical, name
            same_value(name, ours, other)


def same_name(where: str, ours: Name | Unreadable, theirs: x509.Name) -> None:
    assert not isinstance(ours, Unreadable), where
    mine = [[(a.oid, a.value) for a in rdn] for rdn in ours.rdns]
    other = [[(a.oid.dotted_string, a.value) for a in rdn] for rdn in theirs.rdns]
    for my_rdn, other_rdn in zip(mine, other, strict=True):
        known = [(oid, value) for oid, value in my_rdn if value is not None]
        assert set(known) <= set(other_rdn), where


def same_key(where: str, ours: PublicKey | Unreadable, theirs: x509.Certificate) -> None:
    assert not isinstance(ours, Unreadable), where
    try:
        key = theirs.public_key()
    except Exception:  # noqa: BLE001 - a key that the oracle does not know
        return
    if isinstance(key, rsa.RSAPublicKey) and ours.kind == "rsa":
        numbers = key.public_numbers()
        assert (numbers.n, numbers.e, key.key_size) == (ours.modulus, ours.exponent, ours.bits), (
            where
        )
        assert key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == ours.der, where
    if isinstance(key, ec.EllipticCurvePublicKey) and ours.curve:
        assert (key.curve.name, key.curve.key_size) == (ours.curve, ours.bits), where


def same_value(where: str, ours: Certificate, other: x509.Extension[Any]) -> None:
    """Compare an extension's value for the types that both know."""
    value, mine = other.value, ours.find(other.oid.dotted_string)
    if isinstance(value, x509.UnrecognizedExtension):
        return
    assert mine is not UNREADABLE, (where, other.oid)
    expected = EXPECTED.get(type(value))
    if expected is not None:
        expected(where, mine, value)


def same_eku(where: str, mine: Any, value: x509.ExtendedKeyUsage) -> None:  # noqa: ANN401
    assert tuple(oid.dotted_string for oid in value) == mine.purposes, where


def same_ku(where: str, mine: KeyUsage, value: x509.KeyUsage) -> None:
    agreement = value.key_agreement
    flags = [
        value.digital_signature,
        value.content_commitment,
        value.key_encipherment,
        value.data_encipherment,
        agreement,
        value.key_cert_sign,
        value.crl_sign,
        agreement and value.encipher_only,
        agreement and value.decipher_only,
    ]
    named = zip(KEY_USAGE_BITS, flags, strict=True)
    assert tuple(name for name, flag in named if flag) == mine.bits, where


def same_bc(where: str, mine: Any, value: x509.BasicConstraints) -> None:  # noqa: ANN401
    assert (value.ca, value.path_length) == (mine.ca, mine.path_length), where


def general(name: x509.GeneralName) -> object:
    """Return a GeneralName as our text or octets."""
    if isinstance(name, x509.IPAddress):
        return getattr(name.value, "packed", None)
    if isinstance(name, x509.RegisteredID):
        return name.value.dotted_string
    if isinstance(name, x509.DirectoryName):
        return name.value.public_bytes()
    if isinstance(name, x509.OtherName):
        return name.value
    return name.value


def same_names(where: str, mine: Any, value: Any) -> None:  # noqa: ANN401
    for my_name, name in zip(mine.names, value, strict=True):
        expected = general(name)
        octets = my_name.name.der if my_name.name else my_name.octets
        if expected is not None:  # None: eight octets, which cryptography shows as a network
            assert expected in {my_name.text, octets}, where


def same_ski(where: str, mine: Any, value: x509.SubjectKeyIdentifier) -> None:  # noqa: ANN401
    assert value.key_identifier == mine.key_identifier, where


def same_aki(where: str, mine: Any, value: x509.AuthorityKeyIdentifier) -> None:  # noqa: ANN401
    found = (mine.key_identifier, mine.serial, len(mine.issuer))
    issuer = value.authority_cert_issuer or []
    assert (value.key_identifier, value.authority_cert_serial_number, len(issuer)) == found, where


def same_policies(where: str, mine: Any, value: x509.CertificatePolicies) -> None:  # noqa: ANN401
    assert [p.policy_identifier.dotted_string for p in value] == [p.oid for p in mine.policies], (
        where
    )
    for policy, other in zip(mine.policies, value, strict=True):
        assert len(other.policy_qualifiers or []) == len(policy.qualifiers), where


def same_access(where: str, mine: Any, value: Any) -> None:  # noqa: ANN401
    found = [(d.access_method.dotted_string, general(d.access_location)) for d in value]
    ours = [
        (e.method, e.location.name.der if e.location.name else e.location.text)
        for e in mine.entries
    ]
    assert found == ours, where


def same_points(where: str, mine: Any, value: Any) -> None:  # noqa: ANN401
    for point, other in zip(mine.points, value, strict=True):
        assert len(other.full_name or []) == len(point.full_name), where
        assert (other.relative_name is not None) == point.relative, where
        assert len(other.crl_issuer or []) == len(point.crl_issuer), where
        assert {reason.name for reason in other.reasons or ()} == {
            {"cACompromise": "ca_compromise", "aACompromise": "aa_compromise"}.get(
                reason, "".join(f"_{c.lower()}" if c.isupper() else c for c in reason)
            )
            for reason in set(point.reasons or ()) - {"unused"}
        }, where


def same_constraints(where: str, mine: Any, value: x509.NameConstraints) -> None:  # noqa: ANN401
    assert len(value.permitted_subtrees or []) == len(mine.permitted or ()), where
    assert len(value.excluded_subtrees or []) == len(mine.excluded or ()), where


def same_limits(where: str, mine: Any, value: x509.PolicyConstraints) -> None:  # noqa: ANN401
    found = (mine.require_explicit_policy, mine.inhibit_policy_mapping)
    assert (value.require_explicit_policy, value.inhibit_policy_mapping) == found, where


def same_scts(where: str, mine: Any, value: Any) -> None:  # noqa: ANN401
    expected = [(sct.log_id, int(sct.timestamp.replace(tzinfo=None).timestamp())) for sct in value]
    assert [log for log, _ in expected] == [log for _, log, _ in mine.timestamps], where


EXPECTED: dict[type, Any] = {
    x509.ExtendedKeyUsage: same_eku,
    x509.KeyUsage: same_ku,
    x509.BasicConstraints: same_bc,
    x509.SubjectAlternativeName: same_names,
    x509.IssuerAlternativeName: same_names,
    x509.SubjectKeyIdentifier: same_ski,
    x509.AuthorityKeyIdentifier: same_aki,
    x509.CertificatePolicies: same_policies,
    x509.AuthorityInformationAccess: same_access,
    x509.SubjectInformationAccess: same_access,
    x509.CRLDistributionPoints: same_points,
    x509.FreshestCRL: same_points,
    x509.NameConstraints: same_constraints,
    x509.PolicyConstraints: same_limits,
    x509.PrecertificateSignedCertificateTimestamps: same_scts,
}
