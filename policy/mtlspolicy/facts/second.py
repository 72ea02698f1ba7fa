"""The second, independent reading of EKU, KU and basic constraints, by pyasn1.

This module knows how to ask pyasn1 for three values and how to compare them with ours.
pyasn1 is the laxest of the strict readers: it can contradict, never excuse. Where it
cannot read what we read, nothing follows. It is imported at first use, since it takes
longer to import than a certificate takes to judge; what it reads in the commonest values is
written down here, so that most commands never use it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import BasicConstraints, ExtendedKeyUsage, KeyUsage
from mtlspolicy.facts.purposes import KEY_USAGE_BITS
from mtlspolicy.memos import keep

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["readings_differ", "second_reading"]

_SERVER: Final = "1.3.6.1.5.5.7.3.1"
_CLIENT: Final = "1.3.6.1.5.5.7.3.2"
_COMMON: Final[dict[tuple[type, bytes], object]] = {
    (ExtendedKeyUsage, b"0\n\x06\x08+\x06\x01\x05\x05\x07\x03\x01"): (_SERVER,),
    (ExtendedKeyUsage, b"0\n\x06\x08+\x06\x01\x05\x05\x07\x03\x02"): (_CLIENT,),
    (
        ExtendedKeyUsage,
        b"0\x14\x06\x08+\x06\x01\x05\x05\x07\x03\x01\x06\x08+\x06\x01\x05\x05\x07\x03\x02",
    ): (_SERVER, _CLIENT),
    (
        ExtendedKeyUsage,
        b"0\x14\x06\x08+\x06\x01\x05\x05\x07\x03\x02\x06\x08+\x06\x01\x05\x05\x07\x03\x01",
    ): (_CLIENT, _SERVER),
    (KeyUsage, b"\x03\x02\x07\x80"): ("digitalSignature",),
    (KeyUsage, b"\x03\x02\x06\xc0"): ("digitalSignature", "nonRepudiation"),
    (KeyUsage, b"\x03\x02\x05\xa0"): ("digitalSignature", "keyEncipherment"),
    (KeyUsage, b"\x03\x02\x05\xe0"): ("digitalSignature", "nonRepudiation", "keyEncipherment"),
    (KeyUsage, b"\x03\x02\x03\x88"): ("digitalSignature", "keyAgreement"),
    (KeyUsage, b"\x03\x02\x03\xa8"): ("digitalSignature", "keyEncipherment", "keyAgreement"),
    (KeyUsage, b"\x03\x02\x05 "): ("keyEncipherment",),
    (KeyUsage, b"\x03\x02\x02\x04"): ("keyCertSign",),
    (KeyUsage, b"\x03\x02\x01\x06"): ("keyCertSign", "cRLSign"),
    (KeyUsage, b"\x03\x02\x01\x86"): ("digitalSignature", "keyCertSign", "cRLSign"),
    (BasicConstraints, b"0\x00"): (False, None),
    (BasicConstraints, b"0\x03\x01\x01\xff"): (True, None),
    (BasicConstraints, b"0\x06\x01\x01\xff\x02\x01\x00"): (True, 0),
    (BasicConstraints, b"0\x06\x01\x01\xff\x02\x01\x01"): (True, 1),
    (BasicConstraints, b"0\x06\x01\x01\xff\x02\x01\x02"): (True, 2),
}
"""pyasn1's readings of what most certificates say; a test asks pyasn1 for each again."""

_memo: dict[tuple[type, bytes], object | None] = {}
_MOST_MEMO_OCTETS: Final = 1_024


def readings_differ(value: bytes, ours: object) -> bool:
    """Whether both readers give a value of the octets of an extnValue and the values differ.

    `ours` is what our reader made of `value`; anything but the three kinds never differs.
    """
    if isinstance(ours, ExtendedKeyUsage):
        expected: object = ours.purposes
    elif isinstance(ours, KeyUsage):
        expected = ours.bits
    elif isinstance(ours, BasicConstraints):
        expected = (ours.ca, ours.path_length)
    else:
        return False
    theirs = second_reading(type(ours), value)
    return theirs is not None and theirs != expected


def second_reading(kind: type, value: bytes) -> object | None:
    """Return pyasn1's reading of `value`, None where it has none; octets after it are ignored.

    Purposes and bit names are tuples of text, basic constraints a pair (cA, path length).
    """
    key = (kind, value)
    if key in _COMMON:
        return _COMMON[key]
    if key in _memo:
        return _memo[key]
    theirs = _ask(kind, value)
    if len(value) <= _MOST_MEMO_OCTETS:
        keep(_memo, key, theirs)
    return theirs


def _ask(kind: type, value: bytes) -> object | None:
    decode, schemas = _pyasn1()
    try:
        decoded, _rest = decode(value, asn1Spec=schemas[kind])
        return _CONVERT[kind](decoded)
    except Exception:  # noqa: BLE001 - whatever pyasn1 raises, it has given no value
        return None


def _purposes(decoded: Any) -> object:  # noqa: ANN401 - pyasn1 has no types
    return tuple(str(oid) for oid in decoded)


def _bits(decoded: Any) -> object:  # noqa: ANN401
    return tuple(name for name, bit in zip(KEY_USAGE_BITS, decoded, strict=False) if bit)


def _basic(decoded: Any) -> object:  # noqa: ANN401
    length = decoded[1]
    return bool(decoded[0]), int(length) if length.isValue else None


_CONVERT: Final[dict[type, Callable[[Any], object]]] = {
    ExtendedKeyUsage: _purposes,
    KeyUsage: _bits,
    BasicConstraints: _basic,
}


@cache
def _pyasn1() -> tuple[Callable[..., tuple[Any, bytes]], dict[type, object]]:
    """Import pyasn1, and write down the three types of RFC 5280, appendix A.2."""
    from pyasn1.codec.der.decoder import decode  # noqa: PLC0415 - at first use, see above
    from pyasn1.type import namedtype, univ  # noqa: PLC0415

    basic = univ.Sequence(
        componentType=namedtype.NamedTypes(
            namedtype.DefaultedNamedType("cA", univ.Boolean(False)),  # noqa: FBT003
            namedtype.OptionalNamedType("pathLenConstraint", univ.Integer()),
        )
    )
    purposes = univ.SequenceOf(componentType=univ.ObjectIdentifier())
    return decode, {ExtendedKeyUsage: purposes, KeyUsage: univ.BitString(), BasicConstraints: basic}
