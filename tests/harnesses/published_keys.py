"""The private keys behind forged certificates, for stacks that judge in a real handshake.

TEST ONLY, like everything that is made with them: they are derived from published names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from mtlspolicy.forge import keys
from mtlspolicy.forge.pair import ordinary_server_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    Private = (
        ec.EllipticCurvePrivateKey
        | ed25519.Ed25519PrivateKey
        | ed448.Ed448PrivateKey
        | rsa.RSAPrivateKey
    )

_IDLE: Final = "p256-0"


class Published:
    """Every private key that can sign."""

    def __init__(self) -> None:
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        self._keys = {private.public_key().public_bytes(*form): private for private in _all()}

    def behind(self, certificate: bytes) -> Private | None:
        """Return the key of a certificate; it is looked for, because not every DER is readable."""
        return next((key for spki, key in self._keys.items() if spki in certificate), None)


def idle() -> tuple[bytes, Private]:
    """Return a certificate for the end that nobody judges, and its key."""
    chain = ordinary_server_chain()
    chain.leaf.key = _IDLE
    return chain.build().presented[0], _elliptic(_IDLE)


def as_pem(private: Private) -> str:
    """Return a private key as PEM."""
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text.decode("ascii")


def _all() -> Iterator[Private]:
    for name in keys.key_names():
        kind = name.partition("-")[0]
        if kind in keys._CURVES and not name.endswith("-compressed"):
            yield _elliptic(name)
        elif kind == "ed25519":
            yield ed25519.Ed25519PrivateKey.from_private_bytes(keys._expand(name, 32))
        elif kind == "ed448":
            yield ed448.Ed448PrivateKey.from_private_bytes(keys._expand(name, 57))
        elif name in keys._RSA:
            yield _rsa(*keys._rsa_primes(name))


def _elliptic(name: str) -> ec.EllipticCurvePrivateKey:
    curve = keys._CURVES[name.partition("-")[0]]
    return ec.derive_private_key(keys._scalar(name, curve), getattr(ec, curve.kind)())


def _rsa(p: int, q: int, exponent: int) -> rsa.RSAPrivateKey:
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(exponent, p * q),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)
