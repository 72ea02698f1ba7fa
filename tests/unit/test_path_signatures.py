"""Signatures: what is verified, what is wrong, what is not known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from mtlspolicy.der import writer
from mtlspolicy.derive import signatures
from mtlspolicy.derive.algorithms import SignatureAlgorithm, fits, signature_algorithm
from mtlspolicy.derive.signatures import Outcome, verify
from mtlspolicy.facts.certificate import AlgorithmIdentifier, PublicKey
from mtlspolicy.forge.algorithms import ALGORITHMS, DIGESTS
from mtlspolicy.forge.keys import key
from path_support import authority, chain, entity, faults, judged

if TYPE_CHECKING:
    from mtlspolicy.der.writer import Node
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.forge.draft import CertificateDraft

KINDS = {
    "ec": "p256-9",
    "rsa": "rsa2048-0",
    "ed25519": "ed25519-0",
    "ed448": "ed448-0",
}


def _root(name: str) -> CertificateDraft:
    return authority("root", name)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_that_can_be_made_is_verified(algorithm: str) -> None:
    """Weak hashes too: whether they are good enough is a policy's business."""
    leaf = entity()
    leaf.algorithm = algorithm
    root = _root(KINDS[ALGORITHMS[algorithm].kind])

    assert [] == faults(leaf, root)
    leaf.signature = bytes(71)
    assert [("signature_invalid", 0)] == faults(leaf, root)


@pytest.mark.parametrize(
    "name",
    [
        "p224-0",
        "p384-0",
        "p521-0",
        "secp256k1-0",
        "rsa1024-0",
        "rsa2048-e3",
        "rsa2049-0",
        "rsa4096-0",
    ],
)
def test_every_key_that_can_sign_is_verified_with(name: str) -> None:
    """Weak keys too."""
    assert [] == faults(entity(), _root(name))


@pytest.mark.parametrize("name", ["dsa2048-0", "x25519-0", "unknown-0"])
def test_a_key_of_another_kind_is_unsupported(name: str) -> None:
    """A newer key type, or one that has left TLS, is a code of its own."""
    issuer = authority("issuer", "p256-9")
    issuer.spki_der = key(name).spki_der

    assert ("key_unsupported", 0) in faults(entity(), issuer, _root("p256-8"))


def test_a_curve_without_a_name_is_unsupported() -> None:
    """RFC 5480, 2.1.1: specifiedCurve MUST NOT be used."""
    certificate, public = _signed(entity(), "p256-9")
    nameless = PublicKey("ec", 256, "", 0, 0, public.algorithm, public.der)

    assert Outcome.KEY_UNSUPPORTED is verify(certificate, nameless)


def test_a_key_that_the_backend_refuses_is_unsupported() -> None:
    """An even modulus is a number and no key."""
    certificate, _ = _signed(entity(), "rsa2048-0")
    _, public = _signed(entity(), "p256-9")
    broken = PublicKey("rsa", 2048, "", 3, 4, public.algorithm, b"\x30\x00")

    assert Outcome.KEY_UNSUPPORTED is verify(certificate, broken)
    assert Outcome.KEY_UNSUPPORTED is verify(certificate, broken)  # remembered, and no better


def test_a_long_key_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a full memo starts afresh."""
    certificate, public = _signed(entity(), "p256-9")
    monkeypatch.setattr(signatures, "_checks", {(b"", "", "", b"old"): (None, Outcome.INVALID)})
    monkeypatch.setattr(signatures, "_MAX_CHECKS", 1)
    assert Outcome.VALID is verify(certificate, public)
    assert [public.der] == [spki for _, _, _, spki in signatures._checks]

    monkeypatch.setattr(signatures, "_checks", {})
    monkeypatch.setattr(signatures, "_MAX_KEY_BYTES", 10)
    assert Outcome.VALID is verify(certificate, public)
    assert {} == signatures._checks


def test_a_backend_that_cannot_is_told_apart_from_a_wrong_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a build without MD5 would, or one that has never heard of a hash."""
    certificate, public = _signed(entity(), "p256-9")

    def refuse(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(signatures, "_checks", {})
    with monkeypatch.context() as patch:
        patch.setattr(signatures, "_load", lambda _: SimpleNamespace(verify=refuse))
        assert Outcome.ALGORITHM_UNSUPPORTED is verify(certificate, public)
    signatures._checks.clear()
    monkeypatch.setattr(signatures, "_arguments", refuse)

    assert Outcome.ALGORITHM_UNSUPPORTED is verify(certificate, public)


def _signed(draft: CertificateDraft, name: str) -> tuple[Certificate, PublicKey]:
    (leaf,), anchor = chain(draft, _root(name))
    assert isinstance(anchor.certificate.public_key, PublicKey)
    return leaf, anchor.certificate.public_key


def test_an_unknown_algorithm_is_unsupported() -> None:
    """In the leaf's place it is a fault of the link, and the path is not valid."""
    leaf = entity()
    leaf.inner_algorithm = leaf.outer_algorithm = writer.sequence(writer.oid("1.2.3.4")).encode()

    candidate = judged(leaf, _root("p256-9"))

    (fault,) = candidate.faults
    assert ("path.algorithm_unsupported", "1.2.3.4") == (fault.code, fault.found)


def test_an_algorithm_that_cannot_be_read_is_unsupported() -> None:
    """Nothing is guessed."""
    leaf = entity()
    leaf.inner_algorithm = b"\x04\x00"

    found = faults(leaf, _root("p256-9"))

    assert ("algorithm_unsupported", 0) in found
    assert ("unreadable", 0) in found


def test_a_signature_of_another_family_than_the_key_is_wrong() -> None:
    """An EC key made no RSA signature."""
    leaf = entity()
    leaf.inner_algorithm = leaf.outer_algorithm = ALGORITHMS["rsa-sha256"].der

    assert [("signature_invalid", 0)] == faults(leaf, _root("p256-9"))


# -- AlgorithmIdentifier


def _sequence(oid: str, *parameters: Node) -> Node:
    return writer.sequence(writer.oid(oid), *parameters)


def test_parameters_of_plain_algorithms() -> None:
    """RFC 4055, 5: NULL or absent with RSA; RFC 5758, 3.2 and RFC 8410, 3: absent."""
    rsa, ec, ed = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2", "1.3.101.112"
    null, other = writer.null(), writer.integer(1)

    assert SignatureAlgorithm("rsa", "sha256") == signature_algorithm(_sequence(rsa).encode())
    assert SignatureAlgorithm("rsa", "sha256") == signature_algorithm(_sequence(rsa, null).encode())
    assert signature_algorithm(_sequence(rsa, other).encode()) is None
    assert SignatureAlgorithm("ec", "sha256") == signature_algorithm(_sequence(ec).encode())
    assert signature_algorithm(_sequence(ec, null).encode()) is None
    assert SignatureAlgorithm("ed25519") == signature_algorithm(_sequence(ed).encode())
    assert signature_algorithm(_sequence(ed, null).encode()) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30\x00",
        b"\x30\x02\x06\x00",
        b"\x30\x80",
        b"\x31\x03\x06\x01\x2a",
        b"\x30\x03\x06\x01\x2a\x00",
    ],
)
def test_what_is_no_algorithm_identifier_is_unknown(octets: bytes) -> None:
    """Whatever it is."""
    assert signature_algorithm(octets) is None


PSS = "1.2.840.113549.1.1.10"
MGF1 = "1.2.840.113549.1.1.8"


def _hash(name: str, *parameters: Node) -> Node:
    return _sequence(DIGESTS[name], *parameters)


def _pss(*fields: Node) -> SignatureAlgorithm | None:
    return signature_algorithm(_sequence(PSS, writer.sequence(*fields)).encode())


def _field(tag: int, node: Node) -> Node:
    return writer.explicit(tag, node)


def test_parameters_of_rsassa_pss_and_their_defaults() -> None:
    """RFC 4055, 3.1: SHA-1, MGF1 with SHA-1, twenty octets of salt, trailer 1."""
    salt = _field(2, writer.integer(32))
    mask = _field(1, _sequence(MGF1, _hash("sha384", writer.null())))

    assert SignatureAlgorithm("rsa-pss", "sha1", "sha1", 20) == _pss()
    assert SignatureAlgorithm("rsa-pss", "sha256", "sha384", 32) == _pss(
        _field(0, _hash("sha256")), mask, salt, _field(3, writer.integer(1))
    )


@pytest.mark.parametrize(
    "fields",
    [
        [_field(0, _sequence("1.2.3.4"))],
        [_field(0, _hash("sha256", writer.integer(1)))],
        [_field(0, writer.null())],
        [_field(1, _sequence("1.2.3.4", _hash("sha256")))],
        [_field(1, _sequence(MGF1))],
        [_field(1, writer.null())],
        [_field(2, writer.integer(-1))],
        [_field(2, writer.integer(5000))],
        [_field(2, writer.null())],
        [_field(2, writer.raw(b"\x02\x01\x14\x00"))],
        [_field(3, writer.integer(2))],
        [_field(4, writer.integer(1))],
        [_field(2, writer.integer(32)), _field(0, _hash("sha256"))],
    ],
)
def test_other_parameters_of_rsassa_pss_are_unknown(fields: list[Node]) -> None:
    """Another hash, mask, trailer, order or form."""
    assert _pss(*fields) is None


def test_rsassa_pss_without_parameters_is_unknown() -> None:
    """RFC 4055, 3.1: in a signature they MUST be present."""
    assert signature_algorithm(_sequence(PSS).encode()) is None


# -- which key can have made it


def _key(kind: str, algorithm: bytes) -> PublicKey:
    identifier = AlgorithmIdentifier("", algorithm)
    return PublicKey(kind, 2048, "", 3, 15, identifier, b"")


def test_a_plain_rsa_key_makes_both_kinds_of_rsa_signatures() -> None:
    """And no others."""
    plain = _key("rsa", b"")

    assert fits(plain, SignatureAlgorithm("rsa", "sha256"))
    assert fits(plain, SignatureAlgorithm("rsa-pss", "sha256", "sha256", 32))
    assert not fits(plain, SignatureAlgorithm("ec", "sha256"))
    assert not fits(_key("dsa", b""), SignatureAlgorithm("rsa", "sha256"))


def test_a_key_for_rsassa_pss_binds_its_signatures() -> None:
    """RFC 4055, 1.2 and 3.3: only RSASSA-PSS, the same hashes, a salt at least as long."""
    parameters = writer.sequence(
        _field(0, _hash("sha256")),
        _field(1, _sequence(MGF1, _hash("sha256"))),
        _field(2, writer.integer(32)),
    )
    bound = _key("rsa-pss", _sequence(PSS, parameters).encode())
    free = _key("rsa-pss", _sequence(PSS).encode())
    broken = _key("rsa-pss", b"\x30\x00")
    odd = _key("rsa-pss", _sequence(PSS, writer.null()).encode())
    signature = SignatureAlgorithm("rsa-pss", "sha256", "sha256", 32)

    assert fits(bound, signature)
    assert fits(bound, SignatureAlgorithm("rsa-pss", "sha256", "sha256", 64))
    assert not fits(bound, SignatureAlgorithm("rsa-pss", "sha256", "sha256", 20))
    assert not fits(bound, SignatureAlgorithm("rsa-pss", "sha384", "sha256", 32))
    assert not fits(bound, SignatureAlgorithm("rsa", "sha256"))
    assert fits(free, signature)
    assert not fits(broken, signature)
    assert not fits(odd, signature)


def test_a_certificate_under_a_key_for_rsassa_pss_is_verified() -> None:
    """The key says id-RSASSA-PSS, the signature is one."""
    leaf = entity()
    leaf.algorithm = "rsa-pss-sha256"
    root = _root("rsa2048-0")
    plain = key("rsa2048-0").spki_der
    bits = writer.parse(plain).items()[1]
    root.spki_der = writer.sequence(_sequence(PSS), bits).encode()

    assert [] == faults(leaf, root)
    leaf.algorithm = "rsa-sha256"
    assert [("signature_invalid", 0)] == faults(leaf, root)
