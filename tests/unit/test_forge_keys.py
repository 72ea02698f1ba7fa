"""Test keys: published, real, and byte-stable in what they sign."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mtlspolicy.forge import keys
from mtlspolicy.forge.keys import ALGORITHMS, key, key_names

SIGNING = [name for name in key_names() if key(name).algorithm]
MESSAGE = b"to be signed"


def verify(name: str, algorithm: str, signature: bytes) -> None:
    """Check the signature with cryptography; InvalidSignature if it is wrong."""
    public = load_der_public_key(key(name).spki_der)
    chosen = ALGORITHMS[algorithm]
    match public:
        case ec.EllipticCurvePublicKey():
            public.verify(signature, MESSAGE, ec.ECDSA(digest(algorithm)))
        case rsa.RSAPublicKey() if chosen.pss:
            scheme = padding.PSS(padding.MGF1(digest(algorithm)), chosen.salt)
            public.verify(signature, MESSAGE, scheme, digest(algorithm))
        case rsa.RSAPublicKey():
            public.verify(signature, MESSAGE, padding.PKCS1v15(), digest(algorithm))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            public.verify(signature, MESSAGE)
        case _:
            pytest.fail(f"{name} cannot verify")


def digest(algorithm: str) -> hashes.HashAlgorithm:
    """Return the hash of a signature algorithm."""
    made = getattr(hashes, ALGORITHMS[algorithm].digest.upper())()
    assert isinstance(made, hashes.HashAlgorithm)
    return made


def test_there_are_enough_keys() -> None:
    """Every kind that certificates are seen with, and at least twelve of the usual one."""
    names = key_names()
    assert len([n for n in names if n.startswith("p256-")]) >= 12
    kinds = {key(name).kind for name in names}
    assert kinds == {"ec", "ed25519", "ed448", "rsa", "rsa-pss", "dsa", "x25519", "other"}
    assert len({key(name).spki_der for name in names}) == len(names)


@pytest.mark.parametrize("name", SIGNING)
def test_signatures_verify_and_are_stable(name: str) -> None:
    """The same message gives the same signature, and another library accepts it."""
    signed = key(name).sign(MESSAGE)
    assert signed == key(name).sign(MESSAGE)
    verify(name, key(name).algorithm, signed)


@pytest.mark.parametrize("algorithm", [a for a in ALGORITHMS if ALGORITHMS[a].kind == "ec"])
def test_every_ecdsa_hash_verifies(algorithm: str) -> None:
    """Also a hash that does not fit the curve."""
    verify("p256-1", algorithm, key("p256-1").sign(MESSAGE, algorithm))


@pytest.mark.parametrize("name", ["rsa2048-0", "rsa2049-0", "rsa2048-e3"])
@pytest.mark.parametrize("algorithm", [a for a in ALGORITHMS if ALGORITHMS[a].kind == "rsa"])
def test_every_rsa_scheme_verifies(name: str, algorithm: str) -> None:
    """PKCS #1 and PSS, also for a modulus that does not fill its octets."""
    verify(name, algorithm, key(name).sign(MESSAGE, algorithm))


def test_ecdsa_nonces_are_those_of_rfc_6979() -> None:
    """RFC 6979, A.2.5: P-256, SHA-256, the message `sample`."""
    scalar = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    expected = (
        "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    )
    assert keys._ecdsa(private, b"sample", "sha256").hex() == expected


@pytest.mark.parametrize(
    ("name", "digest_of_spki"),
    [
        ("p256-0", "4b59064609d1729a4f6e3c065bec9e1dcbfe68697a5d6fa9c71d754fdca0af92"),
        ("rsa2048-0", "ba41d21e5521678f5d45d16b0bfba3978dbce6aaedf3b40a1ceedca7d63bc3be"),
        ("ed25519-0", "266766e2af90fa3db5931999f74770c1a91364eb2d50e848eee868a4fd269d5a"),
        ("dsa2048-0", "47c5a8eda3c6b429947e700f43cec804716f8d81453ca1d8f0cb7a4856c81f05"),
    ],
)
def test_keys_never_change(name: str, digest_of_spki: str) -> None:
    """The published vectors hang on them."""
    assert hashlib.sha256(key(name).spki_der).hexdigest() == digest_of_spki


@pytest.mark.parametrize(
    ("name", "bits", "exponent"),
    [
        ("rsa1024-0", 1024, 65537),
        ("rsa2048-3", 2048, 65537),
        ("rsa2048-e3", 2048, 3),
        ("rsa2049-0", 2049, 65537),
        ("rsa3072-0", 3072, 65537),
        ("rsa4096-0", 4096, 65537),
        ("rsa2048-factor", 2048, 65537),
    ],
)
def test_rsa_keys_have_the_size_they_say(name: str, bits: int, exponent: int) -> None:
    """Modulus and exponent as another library reads them."""
    public = load_der_public_key(key(name).spki_der)
    assert isinstance(public, rsa.RSAPublicKey)
    assert (public.key_size, public.public_numbers().e) == (bits, exponent)


def test_the_bad_rsa_keys_are_bad_as_they_say() -> None:
    """An even exponent; a modulus with a small factor."""
    public = load_der_public_key(key("rsa2048-factor").spki_der)
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.public_numbers().n % 521 == 0
    assert key("rsa2048-even").spki_der.endswith(bytes.fromhex("0203010000"))


def test_the_dsa_key_is_one() -> None:
    """Its numbers fit each other."""
    public = load_der_public_key(key("dsa2048-0").spki_der)
    assert isinstance(public, dsa.DSAPublicKey)
    numbers = public.public_numbers().parameter_numbers
    assert public.key_size == 2048
    assert (numbers.p - 1) % numbers.q == 0
    assert pow(numbers.g, numbers.q, numbers.p) == 1


def test_a_compressed_key_is_the_same_point() -> None:
    """Only the form of the point differs."""
    points = [load_der_public_key(key(n).spki_der) for n in ("p256-0", "p256-0-compressed")]
    assert points[0] == points[1]
    assert key("p256-0-compressed").sign(MESSAGE) == key("p256-0").sign(MESSAGE)


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [("dsa2048-0", ""), ("rsa2048-even", "rsa-sha256"), ("p256-0", "rsa-sha256")],
)
def test_a_key_refuses_what_it_cannot_sign(name: str, algorithm: str) -> None:
    """A key without a private half, and a scheme of another kind."""
    with pytest.raises(ValueError, match=f"key `{name}` cannot sign"):
        key(name).sign(MESSAGE, algorithm)


def test_an_unpublished_key_is_unknown() -> None:
    """There is no way to get a key that is not in the register."""
    with pytest.raises(KeyError):
        key("p256-999")


def test_the_representation_shows_no_private_part() -> None:
    """Published or not, a log is no place for it."""
    assert "signer" not in repr(key("p256-0"))
