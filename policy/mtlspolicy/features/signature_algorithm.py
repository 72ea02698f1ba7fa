"""The signature algorithm of one certificate (RFC 5280, 4.1.1.2 and 4.1.2.3).

This module knows the encodings of signature algorithms and their hashes. It must not know
which are good, nor look at keys or check a signature.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import AlgorithmIdentifier, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import Parameter, choices
from mtlspolicy.memos import keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["ENCODINGS", "HASHES", "Signature", "SignatureAlgorithmFeature"]


def _pss(digest: str, salt: str) -> str:
    """The RSASSA-PSS identifier with one hash for both uses (BR 7.1.3.2.1)."""
    return (
        f"304106092a864886f70d01010a3034a00f300d06096086480165030402{digest}0500"
        f"a11c301a06092a864886f70d010108300d06096086480165030402{digest}0500a2030201{salt}"
    )


ENCODINGS: Final[dict[str, bytes]] = {
    word: bytes.fromhex(octets)
    for word, octets in {
        # BR 7.1.3.2.1
        "rsa-pkcs1-sha256": "300d06092a864886f70d01010b0500",
        "rsa-pkcs1-sha384": "300d06092a864886f70d01010c0500",
        "rsa-pkcs1-sha512": "300d06092a864886f70d01010d0500",
        "rsa-pss-sha256": _pss("01", "20"),
        "rsa-pss-sha384": _pss("02", "30"),
        "rsa-pss-sha512": _pss("03", "40"),
        # BR 7.1.3.2.2
        "ecdsa-sha256": "300a06082a8648ce3d040302",
        "ecdsa-sha384": "300a06082a8648ce3d040303",
        "ecdsa-sha512": "300a06082a8648ce3d040304",
        # RFC 8410, 3
        "ed25519": "300506032b6570",
        "ed448": "300506032b6571",
        # RFC 3279, 2.2: what is left of older hashes
        "rsa-pkcs1-md5": "300d06092a864886f70d0101040500",
        "rsa-pkcs1-sha1": "300d06092a864886f70d0101050500",
        "ecdsa-sha1": "300906072a8648ce3d0401",
        "rsa-pkcs1-sha224": "300d06092a864886f70d01010e0500",
        "ecdsa-sha224": "300a06082a8648ce3d040301",
    }.items()
}
"""The one encoding of each algorithm that has a word."""

_WORDS: Final = {octets: word for word, octets in ENCODINGS.items()}

_NO_HASH: Final = "none"
"""The hash of EdDSA: it is part of the algorithm (RFC 8032)."""
_OTHER_HASH: Final = "other"

HASHES: Final = ("sha256", "sha384", "sha512", "sha224", "sha1", "md5", _NO_HASH, _OTHER_HASH)

_HASH_OF_OID: Final = {
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.10040.4.3": "sha1",
    "2.16.840.1.101.3.4.3.1": "sha224",
    "2.16.840.1.101.3.4.3.2": "sha256",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "1.3.101.112": _NO_HASH,
    "1.3.101.113": _NO_HASH,
}
_PSS_OID: Final = "1.2.840.113549.1.1.10"
_PSS_OID_OCTETS: Final = 11
"""Octets of that identifier, tag and length included."""
# RFC 4055, 3.1: hashAlgorithm is the field [0] of the parameters, SHA-1 where left out. It
# is found by its octets: the identifier of the hash right behind the tags that lead to it.
_PSS_HASHES: Final = {
    bytes.fromhex("06052b0e03021a"): "sha1",
    bytes.fromhex("0609608648016503040204"): "sha224",
    bytes.fromhex("0609608648016503040201"): "sha256",
    bytes.fromhex("0609608648016503040202"): "sha384",
    bytes.fromhex("0609608648016503040203"): "sha512",
}

_UNUSUAL: Final[dict[str, bytes]] = {
    # Legal DER, and no word: without the NULL that BR 7.1.3.2.1 and RFC 4055, 5 demand.
    "sha256": bytes.fromhex("300b06092a864886f70d01010b"),
    "sha384": bytes.fromhex("300b06092a864886f70d01010c"),
    "sha512": bytes.fromhex("300b06092a864886f70d01010d"),
    "sha224": bytes.fromhex("300b06092a864886f70d01010e"),
    "sha1": bytes.fromhex("300b06092a864886f70d010105"),
    "md5": bytes.fromhex("300b06092a864886f70d010104"),
    # RFC 8410, 3: no parameters, and here is a NULL.
    _NO_HASH: bytes.fromhex("300706032b65700500"),
    # An identifier under the example arc of RFC 5612.
    _OTHER_HASH: bytes.fromhex("300b06092b0601040181fd5901"),
}
"""Per hash an encoding without a word."""


class Signature(NamedTuple):
    """The signature algorithm inside the signed part.

    `word`: of the exact encoding, "" for any other, None where unreadable. `hash`: one of
    `HASHES`, None where unreadable. `same`: the outer one has the same bytes.
    """

    word: str | None
    hash: str | None
    same: bool | None


def _same(value: Signature) -> Truth:
    return value.same


def _algorithm_in(value: Signature, words: tuple[str, ...]) -> Truth:
    return None if value.word is None else value.word in words


def _hash_in(value: Signature, hashes: tuple[str, ...]) -> Truth:
    return None if value.hash is None else value.hash in hashes


class SignatureAlgorithmFeature(Feature[Signature]):
    """How a certificate is signed, by what it says."""

    name: ClassVar[str] = "signature"
    title: ClassVar[str] = "signature algorithm"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "signature.same_in_both",
            (),
            _same,
            "the signature algorithm has the same bytes inside and outside the signed part",
            "the signature algorithm differs inside and outside the signed part",
        ),
        Atom(
            "signature.algorithm_in",
            (Parameter("algorithms", choices(*ENCODINGS)),),
            _algorithm_in,
            "the signature algorithm is exactly the encoding of {0:or}",
            "the signature algorithm is not exactly the encoding of {0:or}",
            "The bytes of the AlgorithmIdentifier count, parameters included.",
        ),
        Atom(
            "signature.hash_in",
            (Parameter("hashes", choices(*HASHES)),),
            _hash_in,
            "the hash of the signature is {0:or}",
            "the hash of the signature is not {0:or}",
            "`none` is EdDSA, which brings its own; `other` is any hash without a word.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Signature:
        """Recognise the inner identifier and compare it with the outer one."""
        certificate = subject.certificate
        inner, outer = certificate.signature_algorithm, certificate.outer_algorithm
        if inner is outer and not isinstance(inner, Unreadable):
            known = _memo.get(inner.der)
            return known or _remember(inner)
        if isinstance(inner, Unreadable):
            return Signature(None, None, None)
        same = None if isinstance(outer, Unreadable) else inner.der == outer.der
        return Signature(_WORDS.get(inner.der, ""), _hash(inner), same)

    def points(self, calls: Sequence[Call]) -> Iterator[Signature]:  # noqa: ARG002 - all of them
        """Every algorithm with a word, and one without per hash; alike outside or not."""
        for same, word in product((True, False, None), ENCODINGS):
            yield Signature(word, _hash_of(word), same)
        for same, name in product((True, False, None), HASHES):
            yield Signature("", name, same)
        yield Signature(None, None, None)

    def realise(self, value: Signature, place: Place) -> None:
        """Write the identifiers, and sign by that algorithm if the signer's key can.

        An identifier without a word, two that differ, and one for a key of another kind
        than the signer's stand on a signature of the signer's usual algorithm.
        """
        from mtlspolicy.forge.keys import ALGORITHMS, key  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        broken = bytes.fromhex("30020600")
        inner = broken
        if value.hash is not None:
            inner = ENCODINGS[value.word] if value.word else _UNUSUAL[value.hash]
        other = ENCODINGS["ecdsa-sha384" if value.word == "ecdsa-sha256" else "ecdsa-sha256"]
        draft.inner_algorithm = inner
        draft.outer_algorithm = {True: inner, False: other, None: broken}[value.same]
        chain, position = place.chain, place.position
        signer = key(chain.signers.get(position, chain.drafts()[position + 1].key)).kind
        fitting = [n for n, a in ALGORITHMS.items() if a.der == inner and a.kind == signer]
        draft.algorithm = fitting[0] if fitting else ""

    def show(self, value: Signature) -> object:
        """The word, the hash, and whether both identifiers agree."""
        if value.word is None:
            return "unreadable"
        return {"algorithm": value.word or None, "hash": value.hash, "same_in_both": value.same}

    def describe(self, value: Signature) -> str:
        """In words."""
        if value.word is None:
            return "signature algorithm unreadable"
        differs = {True: "", False: ", another outside", None: ", unreadable outside"}[value.same]
        return f"signature {value.word or f'unusual with {value.hash}'}{differs}"


def _hash_of(word: str) -> str:
    """Return the hash that the word of an algorithm names."""
    last = word.rpartition("-")[2]
    return last if last in HASHES else _NO_HASH


def _hash(algorithm: AlgorithmIdentifier) -> str:
    if algorithm.oid != _PSS_OID:
        return _HASH_OF_OID.get(algorithm.oid, _OTHER_HASH)
    fields = _behind_length(_behind_length(algorithm.der)[_PSS_OID_OCTETS:])
    if fields[:1] != b"\xa0":
        return "sha1"
    for octets, name in _PSS_HASHES.items():
        if fields[4 : 4 + len(octets)] == octets:
            return name
    return _OTHER_HASH


def _behind_length(octets: bytes) -> bytes:
    """Return the content of a value: behind its tag and its length of one or two octets."""
    return octets[3:] if octets[1:2] == b"\x81" else octets[2:]


_MOST_MEMO_OCTETS: Final = 1_024
"""Octets of the longest identifier that is kept: parameters that nobody knows may be large."""
_memo: dict[bytes, Signature] = {}
"""Identifiers that stand alike inside and outside."""


def _remember(algorithm: AlgorithmIdentifier) -> Signature:
    found = Signature(_WORDS.get(algorithm.der, ""), _hash(algorithm), same=True)
    if len(algorithm.der) <= _MOST_MEMO_OCTETS:
        keep(_memo, algorithm.der, found)
    return found
