"""Rows of the profile on keys, signatures, serial numbers and unique identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge.keys import key
from mtlspolicy.suite.authoring import accept, reject
from mtlspolicy.suite.cases.profile import KEPT, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.model import Expectation

    Change = Callable[[ChainDraft], None]

KEYS: Final = Profile("profile-keys", "the strict profile: keys, signatures, serial numbers")
NAMESPACES: Final = (KEYS.space,)


def _key(name: str) -> Change:
    return lambda chain: setattr(chain.leaf, "key", name)


def _keyed(name: str, key_name: str, text: str, strict: Expectation, clause: str = "6.1.5") -> None:
    KEYS.row(name, f"TLS BR, {clause}", text, _key(key_name), strict)


# -- keys: rows S34 and S35. Whatever is no RSA, P-256, P-384 or P-521 key is encoded as none of
# the four that 7.1.3.1 lists, either.

_keyed("key-p384", "p384-0", "has a key on P-384", KEPT)
_keyed("key-p521", "p521-0", "has a key on P-521", KEPT)
_keyed("key-rsa-2048", "rsa2048-0", "has an RSA key of 2048 bits", KEPT)
_keyed("key-rsa-3072", "rsa3072-0", "has an RSA key of 3072 bits", KEPT)
_keyed("key-rsa-4096", "rsa4096-0", "has an RSA key of 4096 bits", KEPT)
_keyed("key-p224", "p224-0", "has a key on P-224", reject("key.curve_not_allowed", "key.encoding"))
_keyed(
    "key-secp256k1",
    "secp256k1-0",
    "has a key on secp256k1",
    reject("key.curve_not_allowed", "key.encoding"),
)
_keyed(
    "key-ed25519", "ed25519-0", "has an Ed25519 key", reject("key.kind_not_allowed", "key.encoding")
)
_keyed("key-ed448", "ed448-0", "has an Ed448 key", reject("key.kind_not_allowed", "key.encoding"))
_keyed("key-dsa", "dsa2048-0", "has a DSA key", reject("key.kind_not_allowed", "key.encoding"))
_keyed(
    "key-x25519",
    "x25519-0",
    "has a key that cannot sign",
    reject("key.kind_not_allowed", "key.encoding"),
)
_keyed(
    "key-unknown",
    "unknown-0",
    "has a key of no known kind",
    reject("key.kind_not_allowed", "key.encoding"),
)
_keyed("key-rsa-1024", "rsa1024-0", "has an RSA key of 1024 bits", reject("key.too_small"))
_keyed("key-rsa-2049", "rsa2049-0", "has an RSA key of 2049 bits", reject("key.size_not_octets"))
_keyed(
    "key-rsa-exponent-3",
    "rsa2048-e3",
    "has an RSA exponent of 3, where 65537 or more is advised",
    accept(warnings=("key.exponent_unusual",)),
    "6.1.6",
)
_keyed(
    "key-rsa-modulus-factor",
    "rsa2048-factor",
    "has an RSA modulus with a factor below 752",
    accept(warnings=("key.modulus_weak",)),
    "6.1.6",
)


def _rsa(exponent: int, *, parameters: bool = True, less: int = 0) -> Change:
    """Give the leaf an RSA key with this exponent, and a modulus `less` than a good one."""
    bits = writer.parse(key("rsa2048-0").spki_der).items()[1]
    good = int.from_bytes(writer.parse(bits.content[1:]).items()[0].content, "big")
    modulus = writer.integer(good - less)
    null = [writer.null()] if parameters else []
    algorithm = writer.sequence(writer.oid("1.2.840.113549.1.1.1"), *null)
    numbers = writer.sequence(modulus, writer.integer(exponent)).encode()
    spki = writer.sequence(algorithm, writer.bit_string(numbers)).encode()
    return lambda chain: setattr(chain.leaf, "spki_der", spki)


KEYS.row(
    "key-rsa-modulus-even",
    "TLS BR, 6.1.6",
    "has an even RSA modulus",
    _rsa(65_537, less=1),
    accept(warnings=("key.modulus_weak",)),
)
KEYS.row(
    "key-rsa-exponent-1",
    "TLS BR, 6.1.6",
    "has an RSA exponent of 1",
    _rsa(1),
    reject("key.exponent_bad", warnings=("key.exponent_unusual",)),
)
KEYS.row(
    "key-rsa-exponent-even",
    "TLS BR, 6.1.6",
    "has an even RSA exponent",
    _rsa(65_538),
    reject("key.exponent_bad"),
)
KEYS.row(
    "key-rsa-exponent-of-257-bits",
    "TLS BR, 6.1.6",
    "has an RSA exponent above 2 to the power of 256",
    _rsa(2**256 + 1),
    accept(warnings=("key.exponent_unusual",)),
)
KEYS.row(
    "key-rsa-without-null",
    "TLS BR, 7.1.3.1.1",
    "names the RSA algorithm without its NULL",
    _rsa(65_537, parameters=False),
    reject("key.encoding"),
)

# -- signatures: row S37


def _signed(algorithm: str, issuer_key: str = "") -> Change:
    def change(chain: ChainDraft) -> None:
        chain.leaf.algorithm = algorithm
        if issuer_key:
            chain.issuers[0].key = issuer_key

    return change


def _signature(name: str, text: str, change: Change, strict: Expectation) -> None:
    KEYS.row(name, "TLS BR, 7.1.3.2", text, change, strict)


_signature(
    "signed-rsa-sha256", "is signed with RSA and SHA-256", _signed("rsa-sha256", "rsa2048-1"), KEPT
)
_signature(
    "signed-rsa-sha512", "is signed with RSA and SHA-512", _signed("rsa-sha512", "rsa2048-1"), KEPT
)
_signature(
    "signed-rsa-pss-sha256",
    "is signed with RSASSA-PSS and SHA-256",
    _signed("rsa-pss-sha256", "rsa2048-1"),
    KEPT,
)
_signature("signed-p384-sha384", "is signed on P-384 with SHA-384", _signed("", "p384-1"), KEPT)
_signature(
    "signed-p256-sha384",
    "is signed on P-256 with SHA-384, which goes with P-384",
    _signed("ecdsa-sha384"),
    reject("signature.hash_not_of_curve"),
)
_signature(
    "signed-p384-sha256",
    "is signed on P-384 with SHA-256, which goes with P-256",
    _signed("ecdsa-sha256", "p384-1"),
    reject("signature.hash_not_of_curve"),
)
_signature(
    "signed-ecdsa-sha1",
    "is signed with SHA-1",
    _signed("ecdsa-sha1"),
    reject(
        "signature.hash_broken", "signature.algorithm_not_allowed", "signature.hash_not_of_curve"
    ),
)
_signature(
    "signed-rsa-sha1",
    "is signed with RSA and SHA-1",
    _signed("rsa-sha1", "rsa2048-1"),
    reject("signature.hash_broken", "signature.algorithm_not_allowed"),
)
_signature(
    "signed-rsa-md5",
    "is signed with RSA and MD5",
    _signed("rsa-md5", "rsa2048-1"),
    reject("signature.hash_broken", "signature.algorithm_not_allowed"),
)
_signature(
    "signed-ed25519",
    "is signed with Ed25519",
    _signed("", "ed25519-1"),
    reject("key.kind_not_allowed", "key.encoding", "signature.algorithm_not_allowed"),
)

# -- serial numbers and unique identifiers: rows S2 and S5


def _serial(number: int) -> Change:
    return lambda chain: setattr(chain.leaf, "serial", number)


KEYS.row(
    "serial-one",
    "TLS BR, 7.1.2.7",
    "has the serial number 1, which 64 random bits hardly give",
    _serial(1),
    accept(warnings=("serial.too_short",)),
)
KEYS.row(
    "serial-largest",
    "TLS BR, 7.1.2.7",
    "has the largest serial number below 2 to the power of 159",
    _serial(2**159 - 1),
    KEPT,
)
KEYS.row(
    "serial-too-large",
    "TLS BR, 7.1.2.7",
    "has the serial number 2 to the power of 159",
    _serial(2**159),
    reject("serial.too_large"),
    neighbour="ordinary",
)


def _identifier(field: str) -> Change:
    return lambda chain: setattr(chain.leaf, field, b"\x01\x02\x03")


KEYS.row(
    "issuer-unique-id",
    "TLS BR, 7.1.2.7",
    "has an issuerUniqueID",
    _identifier("issuer_unique_id"),
    reject("certificate.unique_ids"),
)
KEYS.row(
    "subject-unique-id",
    "TLS BR, 7.1.2.7",
    "has a subjectUniqueID",
    _identifier("subject_unique_id"),
    reject("certificate.unique_ids"),
)
