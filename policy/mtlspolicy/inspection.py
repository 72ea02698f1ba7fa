"""What a certificate says, as a document for people and programs (inspect.schema.json).

This module turns facts into JSON: an absent part is null, a part that is present and
cannot be read as one value is ``"unreadable"``. It judges nothing and knows no policy. It
must not read files, so the titles of the notes' codes are for the shell to add.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.der.oids import short_name
from mtlspolicy.derive.distinguished import show
from mtlspolicy.derive.text import printable
from mtlspolicy.facts.certificate import (
    AlgorithmIdentifier,
    AuthorityKeyIdentifier,
    BasicConstraints,
    ExtendedKeyUsage,
    GeneralName,
    KeyUsage,
    Name,
    PublicKey,
    Unreadable,
)
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.facts.second import second_reading
from mtlspolicy.instants import format_instant
from mtlspolicy.names import purpose_names
from mtlspolicy.records import field_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtlspolicy.facts.certificate import Certificate, Extension, Note

__all__ = ["SCHEMA_VERSION", "inspect_document"]

SCHEMA_VERSION: Final = 1

_UNREADABLE: Final = "unreadable"
_MOST_DIGITS: Final = 400
"""Hexadecimal digits of one value; a serial number or an algorithm takes fewer."""
_SAFE: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps (RFC 8259, 6)."""


def inspect_document(certificates: Sequence[bytes]) -> dict[str, Any]:
    """Return the facts and the departures of each certificate; total, whatever the bytes.

    The second reading, by pyasn1, is always asked for: it can contradict, never excuse.

        >>> inspect_document([b"no certificate"])["certificates"][0]["well_formed"]
        False
    """
    inspected = [_certificate(index, der) for index, der in enumerate(certificates)]
    return {"schema_version": SCHEMA_VERSION, "certificates": inspected}


def _certificate(index: int, der: bytes) -> dict[str, Any]:
    facts = read_certificate(der)
    return {
        "index": index,
        "sha256": hashlib.sha256(der).hexdigest(),
        "length": len(der),
        "well_formed": facts.well_formed,
        "facts": _facts(facts),
        "notes": [_note(note) for note in facts.notes],
        "second_reading": _second_reading(facts),
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "code": note.code,
        "kind": note.kind.value,
        "offset": note.offset,
        "path": note.path,
        "detail": printable(note.detail) or None,
        "octets": note.octets.hex(),
    }


# -- facts


def _facts(facts: Certificate) -> dict[str, Any]:
    return {
        "version": _plain(facts.version),
        "serial": _serial(facts.serial),
        "serial_octets": facts.serial_octets,
        "signature_algorithm": _plain(facts.signature_algorithm),
        "outer_algorithm": _plain(facts.outer_algorithm),
        "issuer": _plain(facts.issuer),
        "subject": _plain(facts.subject),
        "not_before": _instant(facts.not_before),
        "not_after": _instant(facts.not_after),
        "seconds": _seconds(facts),
        "public_key": _plain(facts.public_key),
        "issuer_unique_id": facts.issuer_unique_id,
        "subject_unique_id": facts.subject_unique_id,
        "extended_key_usage": _plain(facts.extended_key_usage),
        "key_usage": _plain(facts.key_usage),
        "basic_constraints": _plain(facts.basic_constraints),
        "subject_alt_name": _plain(facts.subject_alt_name),
        "extensions": _extensions(facts),
    }


def _serial(serial: int | Unreadable) -> str:
    """Write a serial number as hexadecimal digits, for it is longer than a JSON number may be."""
    return _UNREADABLE if isinstance(serial, Unreadable) else f"{serial:x}"[:_MOST_DIGITS]


def _instant(instant: int | Unreadable) -> str:
    return _UNREADABLE if isinstance(instant, Unreadable) else format_instant(instant)


def _seconds(facts: Certificate) -> int | None:
    """Return the length of the validity, both end seconds counted (RFC 5280, 4.1.2.5)."""
    start, end = facts.not_before, facts.not_after
    if isinstance(start, Unreadable) or isinstance(end, Unreadable):
        return None
    return end - start + 1


def _extensions(facts: Certificate) -> list[dict[str, Any]] | str:
    if isinstance(facts.extensions, Unreadable):
        return _UNREADABLE
    return [_extension(extension) for extension in facts.extensions]


def _extension(extension: Extension) -> dict[str, Any]:
    return {
        "oid": extension.oid,
        "name": short_name(extension.oid),
        "critical": extension.critical,
        "offset": extension.offset,
        "length": len(extension.value),
        "value": _plain(extension.parsed),
    }


# -- values


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return a fact as JSON."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    write: Callable[[Any], Any] = _WRITERS.get(type(value), _record)
    return write(value)


def _digits(octets: bytes) -> str:
    return octets.hex()[:_MOST_DIGITS]


def _whole(number: int) -> int | str:
    """Return a number that JSON readers can keep, or its hexadecimal digits."""
    return number if abs(number) <= _SAFE else f"{number:#x}"[:_MOST_DIGITS]


def _record(value: object) -> dict[str, Any]:
    # Every other fact is a record; whatever is not has no fields.
    return {name: _plain(getattr(value, name)) for name in field_names(value)}


def _name(name: Name) -> dict[str, Any]:
    rdns = [
        [
            {
                "oid": attribute.oid,
                "name": short_name(attribute.oid),
                "value": None if attribute.value is None else printable(attribute.value),
            }
            for attribute in rdn
        ]
        for rdn in name.rdns
    ]
    return {"text": show(name), "rdns": rdns}


def _general_name(name: GeneralName) -> dict[str, Any]:
    if name.name is not None:
        return {"kind": name.kind, "text": show(name.name)}
    if name.kind == "iPAddress":
        return {"kind": name.kind, "text": _address(name.octets)}
    text = printable(name.text) if name.text else printable(name.octets)
    return {"kind": name.kind, "text": f"{short_name(name.other)}:{text}" if name.other else text}


def _address(octets: bytes) -> str:
    try:
        return str(ipaddress.ip_address(octets))
    except ValueError:
        return printable(octets)


def _public_key(key: PublicKey) -> dict[str, Any]:
    return {
        "kind": key.kind,
        "bits": key.bits,
        "curve": printable(key.curve) or None,
        "exponent": f"{key.exponent:x}"[:_MOST_DIGITS] if key.exponent else None,
        "algorithm": _plain(key.algorithm),
        "sha256": hashlib.sha256(key.der).hexdigest(),
    }


def _algorithm(algorithm: AlgorithmIdentifier) -> dict[str, Any]:
    der = _digits(algorithm.der)
    return {"oid": algorithm.oid, "name": short_name(algorithm.oid), "der": der}


def _usage(usage: ExtendedKeyUsage) -> dict[str, Any]:
    return {"purposes": purpose_names(usage.purposes), "critical": usage.critical}


def _authority(identifier: AuthorityKeyIdentifier) -> dict[str, Any]:
    serial = None if identifier.serial is None else _serial(identifier.serial)
    return {**_record(identifier), "serial": serial}


def _unreadable(_: Unreadable) -> str:
    return _UNREADABLE


_WRITERS: Final[dict[type, Callable[[Any], Any]]] = {
    Unreadable: _unreadable,
    int: _whole,
    str: printable,
    bytes: _digits,
    AlgorithmIdentifier: _algorithm,
    Name: _name,
    GeneralName: _general_name,
    PublicKey: _public_key,
    ExtendedKeyUsage: _usage,
    AuthorityKeyIdentifier: _authority,
}
"""What is written otherwise than field by field."""


# -- the second reading

_KINDS: Final[dict[str, tuple[str, type]]] = {
    "extended_key_usage": ("2.5.29.37", ExtendedKeyUsage),
    "key_usage": ("2.5.29.15", KeyUsage),
    "basic_constraints": ("2.5.29.19", BasicConstraints),
}


def _second_reading(facts: Certificate) -> dict[str, Any]:
    """Return pyasn1's reading of three extensions, of each occurrence in order."""
    extensions = () if isinstance(facts.extensions, Unreadable) else facts.extensions
    return {
        name: [_compared(kind, one) for one in extensions if one.oid == oid]
        for name, (oid, kind) in _KINDS.items()
    }


def _compared(kind: type, extension: Extension) -> dict[str, Any]:
    theirs = second_reading(kind, extension.value)
    ours = _comparable(extension.parsed)
    agrees = None if theirs is None or ours is None else theirs == ours
    return {"offset": extension.offset, "value": _theirs(kind, theirs), "agrees": agrees}


def _comparable(parsed: object) -> object | None:
    match parsed:
        case ExtendedKeyUsage(purposes, _):
            return purposes
        case KeyUsage(bits, _):
            return bits
        case BasicConstraints(ca, path_length, _):
            return ca, path_length
        case _:
            return None


def _theirs(kind: type, value: object | None) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, tuple):
        return None
    if kind is BasicConstraints:
        return {"ca": value[0], "path_length": _plain(value[1])}
    return purpose_names(value) if kind is ExtendedKeyUsage else list(value)
