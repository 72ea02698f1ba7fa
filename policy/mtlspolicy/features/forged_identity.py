"""A leaf that carries a name of a given type, and names that nobody carries.

This module knows how to make a name match, for witnesses and vectors. What a leaf has
already is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.names import match_name
from mtlspolicy.facts.certificate import Name
from mtlspolicy.facts.read import read_certificate, read_certificate_cached
from mtlspolicy.features.name_defects import GOOD
from mtlspolicy.forge.extensible import extension_oid
from mtlspolicy.forge.names import name

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.extensions import GeneralNameSpec

__all__ = ["carried", "carried_name", "carries", "hides_names", "name_on", "strange"]

_CARRIED: Final[dict[str, tuple[str, GeneralNameSpec | None]]] = {
    "dns": ("carried.example.com", ("dns", "carried.example.com")),
    "ip": ("198.41.0.4", ("ip", "198.41.0.4")),
    "uri": ("spiffe://example.com/carried", ("uri", "spiffe://example.com/carried")),
    "email": ("carried@example.com", ("email", "carried@example.com")),
    "srv": (
        "_imaps.carried.example.com",
        # RFC 4985, 2: an SRVName is an IA5String under id-on-dnsSRV
        ("other", ("1.3.6.1.5.5.7.8.7", b"\x16\x1a_imaps.carried.example.com")),
    ),
    "cn": ("carried", None),
    "dn": ("CN=carried", None),
}
"""By type of name: how it is asked for, and the alternative name that is it (None: the subject)."""

_ALREADY: Final = {
    "dns": ("client.example.com", "server.example.com", str(GOOD["dNSName"][1])),
    "ip": (str(GOOD["iPAddress"][1]),),
    "uri": ("spiffe://example.org/service", str(GOOD["uniformResourceIdentifier"][1])),
    "email": (str(GOOD["rfc822Name"][1]),),
    "srv": ("_imap.example.com",),
    "cn": (
        "client.example.com", "server.example.com", str(GOOD["dNSName"][1]),
        str(GOOD["iPAddress"][1]), "stranger.example.com",
    ),
}  # fmt: skip
"""Names that forged leafs carry, per type."""

_STRANGE: Final = {
    "dns": "nobody.invalid",
    "ip": "192.0.2.254",
    "uri": "spiffe://nobody.invalid/nobody",
    "email": "nobody@nobody.invalid",
    "srv": "_imaps.nobody.invalid",
    "cn": "nobody",
    "dn": "CN=nobody",
}


def strange(kind: str) -> str:
    """Return a name of this type that no forged certificate carries."""
    return _STRANGE[kind]


def hides_names(draft: CertificateDraft) -> bool:
    """Say whether the alternative names stand twice, and so cannot be read."""
    oid = extension_oid("subjectAltName")
    return sum(one.oid == oid for one in draft.extensions) > 1


def carries(draft: CertificateDraft, kind: str, text: str) -> bool:
    """Say whether a name of this type matches `draft`."""
    certificate = read_certificate_cached(draft.unsigned())
    return bool(match_name(certificate, kind, text).matched)


def carried_name(draft: CertificateDraft, kind: str, *first: str) -> str | None:
    """Return a name of this type that `draft` carries: of `first` or of ours; or None."""
    return name_on(read_certificate_cached(draft.unsigned()), kind, *first)


def name_on(certificate: Certificate, kind: str, *first: str) -> str | None:
    """Return a name of this type that the certificate carries: of `first` or of ours; or None."""
    names = (*first, *_ALREADY.get(kind, ()))
    return next((text for text in names if match_name(certificate, kind, text).matched), None)


def carried(draft: CertificateDraft, kind: str) -> str:
    """Return a name of this type that `draft` carries, putting one in where it has none."""
    text, alternative = _CARRIED[kind]
    if kind in {"dns", "ip", "email", "cn"}:
        # these are told as they are asked for; of several any will do, but for the CN
        told = match_name(read_certificate(draft.build()), kind, strange(kind)).presented
        if told and match_name(read_certificate(draft.build()), kind, told[0]).matched:
            return told[0]
    subject = read_certificate(draft.build()).subject if kind == "dn" else None
    if isinstance(subject, Name) and subject.rdns:
        return _written(subject)
    if alternative is None:
        draft.subject_node = None
        draft.subject = name(("CN", "carried"))
    else:
        draft.set_names(alternative)
    return text


def _written(subject: Name) -> str:
    """Write a name as RFC 4514 does, every value by its encoding (2.4)."""
    return ",".join(
        "+".join(f"{one.oid}=#{one.der.hex()}" for one in rdn) for rdn in reversed(subject.rdns)
    )
