"""Alternative names and common names with given properties, for witnesses and vectors.

This module knows how to write names that are good, or wrong in one way. Every kind of
name that is wanted is there once without a defect, so that a common name can repeat it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.name_defects import EXAMPLES, GOOD
from mtlspolicy.features.optional import stand_twice
from mtlspolicy.features.subject_alt_name import KINDS, CommonName, Names, San
from mtlspolicy.features.subject_name import RANK
from mtlspolicy.features.words import COMMON_NAME
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import Name, name

if TYPE_CHECKING:
    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.extensions import GeneralNameSpec
    from mtlspolicy.forge.names import Attribute

__all__ = ["common_name_places", "realise"]

_STRANGER: Final = "stranger.example.com"

_SPIFFE_ID: Final[GeneralNameSpec] = ("uri", "spiffe://example.org/service")

# rend-spec-v3, 6: an example of an onion address
_ONION: Final = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
_WILDCARDS: Final[dict[str, GeneralNameSpec]] = {
    "onion": ("dns", f"*.{_ONION}"),
    "other": ("dns", "*.example.com"),
}
"""Per zone a wildcard without a defect."""

_OTHERS: Final[dict[str, GeneralNameSpec]] = {
    "directoryName": ("dn", name(("O", "Example"))),
    # RFC 4985, 2: an SRVName
    "otherName": ("other", ("1.3.6.1.5.5.7.8.7", b"\x16\x11_imap.example.com")),
    "registeredID": ("rid", "1.3.6.1.4.1.32473.1.4"),
    "x400Address": ("x400", b"\x30\x00"),
    "ediPartyName": ("edi", (None, "party")),
}


def realise(value: Names, draft: CertificateDraft) -> None:
    """Write the alternative names, then the common names."""
    _write_san(value.san, draft)
    if isinstance(value.common, Unreadable):
        from mtlspolicy.der import writer  # noqa: PLC0415 - only here

        # An OBJECT IDENTIFIER without octets where the attributes should stand.
        draft.subject_node = writer.sequence(writer.set_of(writer.primitive(0x06, b"")))
        return
    draft.subject_node = None
    draft.subject = _with_common(draft.subject, value.common, _texts(value.san))


def _write_san(san: San | Unreadable | None, draft: CertificateDraft) -> None:
    if isinstance(san, Unreadable):
        stand_twice(draft, "subjectAltName", extensions.subject_alt_name(("dns", "a.example.com")))
    elif san is None:
        draft.drop_extension("subjectAltName")
    else:
        good = [GOOD.get(kind) or _OTHERS[kind] for kind in KINDS if kind in san.kinds]
        if san.spiffe:
            good = [_SPIFFE_ID if kind == "uri" else (kind, value) for kind, value in good]
        bad = [example for word, example in EXAMPLES.items() if word in san.defects]
        wild = [spec for zone, spec in _WILDCARDS.items() if zone in san.wildcards]
        draft.set_names(*good, *bad, *wild, critical=san.critical)


def _texts(san: San | Unreadable | None) -> list[str]:
    """The good names of which a common name can be a copy."""
    if san is None or isinstance(san, Unreadable):
        return []
    return [str(GOOD[kind][1]) for kind in ("dNSName", "iPAddress") if kind in san.kinds]


def _with_common(subject: Name, common: CommonName, texts: list[str]) -> Name:
    others, _ = common_name_places(subject)
    text = texts[0] if common.in_san else _STRANGER
    string = "utf8" if common.sound else "bmp"
    added = name(*[("CN", text, string)] * common.number).rdns
    if common.last:
        return Name((*others, *added))
    if any(attribute.oid in RANK for rdn in others for attribute in rdn):
        return Name((*added, *others))
    # Nothing has its place before it: so it stands together with another attribute.
    together = others[0] + added[0] if others else tuple(a for rdn in added for a in rdn)
    return Name((together, *others[1:], *(added[1:] if others else ())))


def common_name_places(
    subject: Name,
) -> tuple[tuple[tuple[Attribute, ...], ...], tuple[Attribute, ...]]:
    """Return the relative names without their common names, and the common names."""
    others = tuple(tuple(a for a in rdn if a.oid != COMMON_NAME) for rdn in subject.rdns)
    common = tuple(a for rdn in subject.rdns for a in rdn if a.oid == COMMON_NAME)
    return tuple(rdn for rdn in others if rdn), common
