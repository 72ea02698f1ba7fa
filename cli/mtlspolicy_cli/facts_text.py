"""A certificate's facts in words, bounded and safe to print."""

from __future__ import annotations

from mtlspolicy.der.oids import short_name
from mtlspolicy.derive.distinguished import show
from mtlspolicy.derive.text import printable
from mtlspolicy.facts.certificate import (
    Certificate,
    GeneralName,
    Name,
    PublicKey,
    SubjectAltName,
    Unreadable,
)
from mtlspolicy.instants import format_instant
from mtlspolicy.names import purpose_name

__all__ = [
    "alternative_names",
    "general_name",
    "instant",
    "key_text",
    "name_text",
    "purposes_text",
    "usage_text",
    "validity_text",
]

_UNREADABLE = "unreadable"
_DAY = 86_400
_MOST_NAMES = 6


def name_text(name: Name | Unreadable) -> str:
    """Write a distinguished name as RFC 4514 has it."""
    if isinstance(name, Unreadable):
        return _UNREADABLE
    return printable(show(name)) or "(empty)"


def general_name(name: GeneralName) -> str:
    """Write one general name with its kind."""
    if name.kind == "iPAddress":
        return f"ip {_address(name.octets)}"
    kind = {"dNSName": "dns", "rfc822Name": "email", "uniformResourceIdentifier": "uri"}.get(
        name.kind, name.kind
    )
    if name.name is not None:
        return f"{kind} {name_text(name.name)}"
    other = f"{short_name(name.other)} " if name.other else ""
    return f"{kind} {other}{printable(name.text) if name.text else printable(name.octets)}"


def _address(octets: bytes) -> str:
    from ipaddress import ip_address  # noqa: PLC0415 - only where there is an address

    try:
        return str(ip_address(octets))
    except ValueError:
        return printable(octets)


def alternative_names(names: SubjectAltName | Unreadable | None) -> list[str]:
    """Write the first subject alternative names, one a line."""
    if names is None:
        return ["no alternative names"]
    if isinstance(names, Unreadable):
        return [f"alternative names {_UNREADABLE}"]
    shown = [general_name(name) for name in names.names[:_MOST_NAMES]]
    more = len(names.names) - len(shown)
    return [*shown, f"and {more} more"] if more > 0 else shown or ["empty alternative names"]


def purposes_text(certificate: Certificate) -> str:
    """Write the extended key usage."""
    usage = certificate.extended_key_usage
    if usage is None:
        return "absent (not restricted)"
    if isinstance(usage, Unreadable):
        return _UNREADABLE
    return ", ".join(purpose_name(oid) for oid in usage.purposes) or "empty"


def usage_text(certificate: Certificate) -> str:
    """Write the key usage."""
    usage = certificate.key_usage
    if usage is None:
        return "absent"
    if isinstance(usage, Unreadable):
        return _UNREADABLE
    return ", ".join(usage.bits) or "empty"


def key_text(key: PublicKey | Unreadable) -> str:
    """Write kind and size of a public key."""
    if isinstance(key, Unreadable):
        return _UNREADABLE
    if key.kind == "ec":
        return f"EC {printable(key.curve)}"
    if key.kind in ("rsa", "rsa-pss"):
        return f"{key.kind.upper()} {key.bits} bits"
    if key.kind == "other":
        return short_name(key.algorithm.oid)
    return key.kind.capitalize() if key.kind.startswith("ed") else key.kind.upper()


def instant(seconds: int | Unreadable) -> str:
    """Write an instant."""
    return _UNREADABLE if isinstance(seconds, Unreadable) else format_instant(seconds)


def validity_text(certificate: Certificate) -> str:
    """Write both ends of the validity as days, with its length (RFC 5280, 4.1.2.5)."""
    start, end = certificate.not_before, certificate.not_after
    if isinstance(start, Unreadable) or isinstance(end, Unreadable):
        return f"{instant(start)} to {instant(end)}"
    days, seconds = divmod(end - start + 1, _DAY)
    length = f"{days} days" if not seconds else f"{(end - start + 1) / _DAY:.1f} days"
    return f"{instant(start)[:10]} to {instant(end)[:10]} ({length})"
