"""The public key of one certificate (RFC 5280, 4.1.2.7).

This module knows sizes, curves and the arithmetic that shows a bad modulus. It must not
know which keys are strong enough.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise, product
from math import gcd, lcm
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import UNREADABLE, Certificate, PublicKey, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import Parameter, choices, integer
from mtlspolicy.memos import keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = [
    "CANONICAL",
    "CURVES",
    "CURVE_OIDS",
    "KINDS",
    "PRIMORIAL",
    "Key",
    "PublicKeyFeature",
    "Value",
]

KINDS: Final = ("rsa", "ec", "ed25519", "ed448", "rsa-pss", "dsa", "other")
"""What `PublicKey.kind` can be."""

CURVES: Final = (
    "secp256r1",
    "secp384r1",
    "secp521r1",
    "secp192r1",
    "secp224r1",
    "secp256k1",
    "brainpoolP256r1",
    "brainpoolP384r1",
    "brainpoolP512r1",
)
"""Named curves that can be asked for (RFC 5480, 2.1.1.1; RFC 5639)."""

CURVE_OIDS: Final = {
    "secp256r1": ("1.2.840.10045.3.1.7", 256),
    "secp384r1": ("1.3.132.0.34", 384),
    "secp521r1": ("1.3.132.0.35", 521),
    "secp192r1": ("1.2.840.10045.3.1.1", 192),
    "secp224r1": ("1.3.132.0.33", 224),
    "secp256k1": ("1.3.132.0.10", 256),
    "brainpoolP256r1": ("1.3.36.3.3.2.8.1.1.7", 256),
    "brainpoolP384r1": ("1.3.36.3.3.2.8.1.1.11", 384),
    "brainpoolP512r1": ("1.3.36.3.3.2.8.1.1.13", 512),
}
_OTHER_CURVE: Final = "1.3.6.1.4.1.32473.1.2"
"""Stands for every curve without a word (RFC 5612: the example arc)."""

CANONICAL: Final = frozenset(
    bytes.fromhex(octets)
    for octets in (
        # BR 7.1.3.1.1 and 7.1.3.1.2
        "300d06092a864886f70d0101010500",
        "301306072a8648ce3d020106082a8648ce3d030107",
        "301006072a8648ce3d020106052b81040022",
        "301006072a8648ce3d020106052b81040023",
    )
)
"""The AlgorithmIdentifier encodings of keys that the BR allow, byte for byte."""

_CANONICAL_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
_SMALL: Final = 752
"""BR 6.1.6: the modulus should have no factor smaller than 752."""
_LEAST: Final = (3, 5, 7, 11, 13, 17, 19, 23)
"""The odd primes below the root of that: what none of them divides is a prime itself."""
_PRIMES: Final = [n for n in range(3, _SMALL, 2) if all(n % d or n == d for d in _LEAST)]
PRIMORIAL: Final = reduce(int.__mul__, _PRIMES)
"""The product of the odd primes below 752: a common divisor shows a small factor."""
_UNSOUND: Final = frozenset({"key.length", "key.point"})
"""What the reader notes where the octets of a key have not the form of one."""


class Key(NamedTuple):
    """What can be said of a key without its number.

    `bits`: 0 where not known. `curve`: "" for other keys. `exponent`, `odd` and
    `small_factor` (of the modulus): of RSA keys, else 0 and False. `canonical`: the
    AlgorithmIdentifier is one of `CANONICAL`. `sound`: the octets have the form of a key.
    """

    kind: str
    bits: int
    curve: str = ""
    exponent: int = 0
    odd: bool = False
    small_factor: bool = False
    canonical: bool = False
    sound: bool = True


Value = Key | Unreadable

_RSA: Final = ("rsa", "rsa-pss")


def _kind_in(value: Value, kinds: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else value.kind in kinds


def _bits_at_least(value: Value, bits: int) -> Truth:
    return None if isinstance(value, Unreadable) or not value.bits else value.bits >= bits


def _bits_multiple_of(value: Value, number: int) -> Truth:
    return None if isinstance(value, Unreadable) or not value.bits else value.bits % number == 0


def _curve_in(value: Value, curves: tuple[str, ...]) -> Truth:
    return None if isinstance(value, Unreadable) else value.curve in curves


def _exponent_odd(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.exponent % 2 == 1


def _exponent_at_least(value: Value, number: int) -> Truth:
    return None if isinstance(value, Unreadable) else value.exponent >= number


def _exponent_bits_at_most(value: Value, bits: int) -> Truth:
    return None if isinstance(value, Unreadable) else value.exponent.bit_length() <= bits


def _modulus_odd(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.odd


def _small_factor(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.small_factor


def _canonical(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.canonical


def _sound(value: Value) -> Truth:
    return None if isinstance(value, Unreadable) else value.sound


class PublicKeyFeature(Feature[Value]):
    """Kind, size and soundness of the subject's public key."""

    name: ClassVar[str] = "key"
    title: ClassVar[str] = "public key"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "key.kind_in",
            (Parameter("kinds", choices(*KINDS)),),
            _kind_in,
            "the key is of kind {0:or}",
            "the key is not of kind {0:or}",
        ),
        Atom(
            "key.bits_at_least",
            (Parameter("bits", integer(65, 32_768)),),
            _bits_at_least,
            "the key has at least {0} bits",
            "the key has fewer than {0} bits",
            "Size of modulus or field. Unknown for a kind or curve whose size is not known.",
        ),
        Atom(
            "key.bits_multiple_of",
            (Parameter("bits", integer(1, 4_096)),),
            _bits_multiple_of,
            "the key's size is divisible by {0}",
            "the key's size is not divisible by {0}",
            "Unknown for a kind or curve whose size is not known.",
        ),
        Atom(
            "key.curve_in",
            (Parameter("curves", choices(*CURVES)),),
            _curve_in,
            "the key is on the curve {0:or}",
            "the key is not on the curve {0:or}",
            "False for a key that is on no curve.",
        ),
        Atom(
            "key.exponent_odd",
            (),
            _exponent_odd,
            "the RSA exponent is odd",
            "the RSA exponent is not odd",
            "False for a key that has no RSA exponent, as for all questions about it.",
        ),
        Atom(
            "key.exponent_at_least",
            (Parameter("number", integer(1, 2**53 - 1)),),
            _exponent_at_least,
            "the RSA exponent is at least {0}",
            "the RSA exponent is smaller than {0}",
        ),
        Atom(
            "key.exponent_bits_at_most",
            (Parameter("bits", integer(1, 4_096)),),
            _exponent_bits_at_most,
            "the RSA exponent has at most {0} bits",
            "the RSA exponent has more than {0} bits",
            "True for a key that has no RSA exponent: it has no bits.",
        ),
        Atom(
            "key.modulus_odd",
            (),
            _modulus_odd,
            "the RSA modulus is odd",
            "the RSA modulus is not odd",
        ),
        Atom(
            "key.small_factor",
            (),
            _small_factor,
            f"the RSA modulus has a factor below {_SMALL}",
            f"the RSA modulus has no factor below {_SMALL}",
        ),
        Atom(
            "key.canonical_encoding",
            (),
            _canonical,
            "the key's algorithm has one of the four encodings of BR 7.1.3.1",
            "the key's algorithm has none of the four encodings of BR 7.1.3.1",
        ),
        Atom(
            "key.sound",
            (),
            _sound,
            "the octets of the key have the form of a key of its kind",
            "the octets of the key have not the form of a key of its kind",
            "Length and first octet only: whether a point lies on its curve is not computed.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Summarise the key."""
        certificate = subject.certificate
        algorithm = certificate.key_in_place
        if algorithm is None:
            return _read(certificate)
        known = _memo.get(algorithm.der)
        if known is None:
            known = keep(_memo, algorithm.der, _read(certificate))
        return known

    def recurs(self, certificate: Certificate, calls: Sequence[Call]) -> bool:  # noqa: ARG002
        """Of a plain EC key the algorithm says all that is asked."""
        return certificate.key_in_place is not None

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Per kind every size, exponent and modulus that the calls can tell apart."""
        yield from _curve_points(calls)
        yield from _rsa_points(calls)
        yield Key("ed25519", 256)
        yield Key("ed25519", 256, sound=False)
        yield Key("ed448", 456)
        yield Key("ed448", 456, sound=False)
        for bits in (0, *_sizes(calls)):
            yield Key("dsa", bits)
        yield Key("other", 0)
        yield UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Certify a key like that: a test key where one fits, else one that nobody has."""
        from mtlspolicy.features import forged_key  # noqa: PLC0415 - forging is not deciding

        forged_key.realise(value, place)

    def show(self, value: Value) -> object:
        """What is known, without the parts that do not apply."""
        if isinstance(value, Unreadable):
            return "unreadable"
        shown: dict[str, object] = {"kind": value.kind, "bits": value.bits}
        if value.curve:
            shown["curve"] = value.curve
        if value.kind in _RSA:
            exponent = value.exponent
            shown["exponent"] = exponent if exponent < 2**53 else f"{exponent.bit_length()} bits"
            shown |= {"modulus_odd": value.odd, "small_factor": value.small_factor}
        return shown | {"canonical_encoding": value.canonical, "sound": value.sound}

    def describe(self, value: Value) -> str:
        """In words."""
        if isinstance(value, Unreadable):
            return "key unreadable"
        parts = [f"key {value.kind} {value.curve or value.bits}"]
        if value.kind in _RSA and value.exponent != 65_537:  # noqa: PLR2004 - the usual one
            parts.append(f"exponent of {value.exponent.bit_length()} bits")
        if value.small_factor:
            parts.append("a small factor")
        if not value.sound:
            parts.append("malformed")
        return ", ".join(parts)


def _is_sound(certificate: Certificate) -> bool:
    return not any(note.code in _UNSOUND for note in certificate.notes)


def _has_small_factor(key: PublicKey) -> bool:
    modulus = key.modulus
    # An even modulus has the factor 2. Below 752 a prime is its own factor: no matter.
    return modulus % 2 == 0 or gcd(modulus % PRIMORIAL, PRIMORIAL) != 1


def _curve_points(calls: Sequence[Call]) -> Iterator[Value]:
    named = dict.fromkeys(
        c for call in calls if call.atom.name == "key.curve_in" for c in call.arguments[0]
    )
    for curve in dict.fromkeys([*named, *CURVES]):
        canonical = curve in _CANONICAL_CURVES
        for sound in (True, False):
            yield Key("ec", CURVE_OIDS[curve][1], curve, canonical=canonical, sound=sound)
    for sound in (True, False):
        yield Key("ec", 0, _OTHER_CURVE, sound=sound)


def _rsa_points(calls: Sequence[Call]) -> Iterator[Value]:
    moduli = ((True, False), (True, True), (False, True))
    for kind, (odd, factor) in product(_RSA, moduli):
        for bits, exponent in product(_sizes(calls), _exponents(calls)):
            yield Key(kind, bits, "", exponent, odd, factor, canonical=kind == "rsa")
            if kind == "rsa":
                yield Key(kind, bits, "", exponent, odd, factor, canonical=False)


def _sizes(calls: Sequence[Call]) -> list[int]:
    """Between any two constants, one size for each way in which the divisors can fit."""
    cuts = {c.arguments[0] for c in calls if c.atom.name == "key.bits_at_least"}
    divisors = sorted({c.arguments[0] for c in calls if c.atom.name == "key.bits_multiple_of"})
    found = {_USUAL_BITS: None}
    for low, high in pairwise([_LEAST_BITS, *sorted(cuts), _MOST_BITS + 1]):
        fits: dict[tuple[bool, ...], int] = {}
        for bits in range(low, min(high, low + lcm(*divisors))):
            fits.setdefault(tuple(bits % d == 0 for d in divisors), bits)
        found |= dict.fromkeys(fits.values())
    return list(found)


_USUAL_BITS: Final = 2_048
_LEAST_BITS: Final = 64
"""Smallest size of a point: any kind of modulus exists from here on."""
_MOST_BITS: Final = 32_768
"""`limits.MAX_INTEGER_BYTES`, in bits: no larger modulus is read."""


def _exponents(calls: Sequence[Call]) -> list[int]:
    """Exponents on both sides of every constant, odd and even."""
    least = {c.arguments[0] for c in calls if c.atom.name == "key.exponent_at_least"}
    most = {1 << c.arguments[0] for c in calls if c.atom.name == "key.exponent_bits_at_most"}
    around = {cut + step for cut in least | most for step in (-2, -1, 0, 1)}
    return [65_537, *sorted(n for n in around | {3, 65_536} if n > 0 and n != 65_537)]  # noqa: PLR2004


_memo: dict[bytes, Value] = {}
"""EC keys by the encoding of their algorithm, which says all that is asked of them."""


def _read(certificate: Certificate) -> Value:
    key = certificate.public_key
    if isinstance(key, Unreadable):
        return UNREADABLE
    canonical = key.algorithm.der in CANONICAL
    sound = not certificate.notes or _is_sound(certificate)
    if key.kind == "ec" and not key.curve:
        sound = False  # RFC 5480, 2.1.1: a curve that is spelled out MUST NOT be used
    if key.kind not in _RSA:
        return Key(key.kind, key.bits, key.curve, canonical=canonical, sound=sound)
    return Key(
        key.kind,
        key.bits,
        "",
        key.exponent,
        key.modulus % 2 == 1,
        _has_small_factor(key),
        canonical,
        sound,
    )
