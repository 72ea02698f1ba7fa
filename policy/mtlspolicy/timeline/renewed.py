"""A leaf as it would be if the same CA issued it again on another day.

*Renewal on day X* is this: notBefore is X, the length of the validity period stays, and
everything that tells of the day of issue moves along (the times of the SCTs). All else stays:
key, names, purposes, serial number, issuer. The new bytes are read like any others, so
no fact is left behind. They are not signed: whether the CA's signature fits was seen on the
original, and the original's path is what is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Cursor, Source
from mtlspolicy.facts.certificate import SignedCertificateTimestamps, Unreadable
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.instants import LATEST
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from mtlspolicy.der.reader import Element
    from mtlspolicy.derive.side import Candidate, Side
    from mtlspolicy.facts.certificate import Certificate

__all__ = ["length_of", "renew_leaf", "renew_side"]

_TIMESTAMPS: Final = "1.3.6.1.4.1.11129.2.4.2"
_MILLISECONDS: Final = 1_000
_VERSION_TAG: Final = 0xA0


def length_of(certificate: Certificate) -> int | None:
    """Return notAfter less notBefore in seconds; None where the leaf cannot be issued again."""
    start, end = certificate.not_before, certificate.not_after
    if isinstance(start, Unreadable) or isinstance(end, Unreadable):
        return None
    return end - start if certificate.well_formed and end < LATEST else None


def renew_leaf(certificate: Certificate, at: int) -> Certificate:
    """Return the facts of `certificate` as issued again at `at`; `length_of` must not be None."""
    start, length = certificate.not_before, length_of(certificate)
    assert isinstance(start, int)  # noqa: S101 - `length_of` is not None
    assert length is not None  # noqa: S101 - as the contract says
    der = certificate.der
    source = Source(der, Journal())
    outer = _inside(source, _elements(source, 0, len(der))[0])
    inner = _inside(source, outer[0])
    nodes = [writer.raw(source.raw(element)) for element in inner]
    place = 4 if inner[0].tag == _VERSION_TAG else 3
    nodes[place] = writer.sequence(writer.time(at), writer.time(at + length))
    tbs = writer.sequence(*nodes).encode()
    tbs = _moved(certificate, tbs, at - start)
    rest = [writer.raw(source.raw(element)) for element in outer[1:]]
    return read_certificate(writer.sequence(writer.raw(tbs), *rest).encode())


def _elements(source: Source, start: int, end: int) -> list[Element]:
    return [element for element, _ in Cursor(source, start, end, "").elements()]


def _inside(source: Source, element: Element) -> list[Element]:
    return _elements(source, element.content, element.end)


def _moved(certificate: Certificate, tbs: bytes, seconds: int) -> bytes:
    """Move the times of the SCTs along: eight octets after the id of each log (RFC 6962, 3.2)."""
    found = certificate.find(_TIMESTAMPS)
    if not isinstance(found, SignedCertificateTimestamps):
        return tbs
    for _, log, milliseconds in found.timestamps:
        old = log + milliseconds.to_bytes(8, "big")
        later = max(milliseconds + seconds * _MILLISECONDS, 0)
        tbs = tbs.replace(old, log + later.to_bytes(8, "big"), 1)
    return tbs


def renew_side(side: Side, at: int) -> Side:
    """Return the side with its leaf issued again at `at`, on the same paths."""
    renewed = renew_leaf(side.certificates[0], at)
    return replace(
        side,
        certificates=(renewed, *side.certificates[1:]),
        candidates=tuple(_candidate(one, renewed) for one in side.candidates),
    )


def _candidate(candidate: Candidate, renewed: Certificate) -> Candidate:
    found = candidate.found
    if found is None:
        return candidate
    # Whoever pins a leaf pins the next one too.
    anchor = found.anchor
    if anchor is not None and found.is_pinned:
        anchor = replace(anchor, certificate=renewed)
    path = replace(found, certificates=(renewed, *found.certificates[1:]), anchor=anchor)
    return replace(candidate, found=path)
