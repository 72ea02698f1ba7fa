"""A certificate and the one that issued it, as far as the bytes of both must agree.

Whether the signature is right is path processing (`derive`). This module knows three rules
about the bytes beside it: how the issuer is named, how its key is, and which hash goes with
its curve. None of them helps or hinders a path (RFC 5280, 6.1; RFC 4158, 3.5.12: key
identifiers say at most what to try first).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import (
    UNREADABLE,
    AuthorityKeyIdentifier,
    SubjectKeyIdentifier,
    Unreadable,
)
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import stand_twice
from mtlspolicy.features.signature_algorithm import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.der.writer import Node
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["Link", "LinkFeature"]


class Link(NamedTuple):
    """Whether names and key identifiers have the same bytes, and the hash fits; None: not known."""

    identical: bool | None
    fits: bool | None
    keyed: bool | None


_CURVES: Final = {
    # BR 7.1.3.2.2
    "secp256r1": ENCODINGS["ecdsa-sha256"],
    "secp384r1": ENCODINGS["ecdsa-sha384"],
    "secp521r1": ENCODINGS["ecdsa-sha512"],
}
_ECDSA: Final = "1.2.840.10045.4."

_AKI: Final = "2.5.29.35"
_SKI: Final = "2.5.29.14"

_UNKNOWN: Final = Link(None, None, None)


def _identical(value: Link) -> Truth:
    return value.identical


def _fits(value: Link) -> Truth:
    return value.fits


def _keyed(value: Link) -> Truth:
    return value.keyed


class LinkFeature(Feature[Link]):
    """Whether a certificate agrees with its issuer's in bytes."""

    name: ClassVar[str] = "link"
    title: ClassVar[str] = "certificate and issuer"
    scope: ClassVar[Scope] = Scope.PATH
    vouched: ClassVar[bool] = True
    linking: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "link.names_identical",
            (),
            _identical,
            "the issuer's name has the same bytes as the issuing certificate's subject",
            "the issuer's name differs in bytes from the issuing certificate's subject",
            "RFC 5280, 7.1 also takes names for equal that are not. Unknown without the issuer.",
        ),
        Atom(
            "link.hash_fits_curve",
            (),
            _fits,
            "the hash of an ECDSA signature is the one of the signer's curve",
            "the hash of the ECDSA signature is not the one of the signer's curve",
            "True for other signatures and curves. Unknown without the issuer.",
        ),
        Atom(
            "link.key_identifiers_identical",
            (),
            _keyed,
            "the authority key identifier is the issuing certificate's subject key identifier",
            "the authority key identifier is not the issuing certificate's subject key identifier",
            "False where either has none, unknown where one cannot be read or without the issuer.",
        ),
    )

    def read(self, subject: PathSubject) -> Link:
        """Compare the certificate with its issuer."""
        certificate, issuer = subject.certificate, subject.issuer
        if issuer is None:
            return _UNKNOWN
        return Link(
            _names_agree(certificate, issuer),
            _hash_fits(certificate, issuer),
            _keys_agree(certificate, issuer),
        )

    def points(self, calls: Sequence[Call]) -> Iterator[Link]:  # noqa: ARG002 - all of them
        """Every combination, agreement first."""
        for answers in product((True, False, None), repeat=3):
            yield Link(*answers)

    def realise(self, value: Link, place: Place) -> None:
        """Name the issuer and sign accordingly; where all is unknown, there is no issuer.

        An authority key identifier that is not there, or is what somebody wrote, stays.
        """
        side: Any = place.evidence.setdefault(place.side, {})
        if value == _UNKNOWN:
            side["anchors"] = []
            place.chain.issuers.clear()
            return
        _name(value.identical, place)
        _sign(value.fits, place)
        _identify(value.keyed, place)

    def show(self, value: Link) -> object:
        """Every answer."""
        return {
            "names_identical": value.identical,
            "hash_fits_curve": value.fits,
            "key_identifiers_identical": value.keyed,
        }

    def describe(self, value: Link) -> str:
        """In words."""
        if value == _UNKNOWN:
            return "issuer not known"
        name = {True: "named in the same bytes", False: "named in other bytes", None: "unreadable"}
        curve = {True: "", False: ", hash not of the curve", None: ", algorithm unreadable"}
        key = {True: "", False: ", AKI not the issuer's SKI", None: ", AKI or SKI unreadable"}
        return f"issuer {name[value.identical]}{curve[value.fits]}{key[value.keyed]}"


def _names_agree(certificate: Certificate, issuer: Certificate) -> bool | None:
    named, above = certificate.issuer, issuer.subject
    if isinstance(named, Unreadable) or isinstance(above, Unreadable):
        return None
    return named.der == above.der


def _hash_fits(certificate: Certificate, issuer: Certificate) -> bool | None:
    algorithm, key = certificate.signature_algorithm, issuer.public_key
    if isinstance(algorithm, Unreadable) or isinstance(key, Unreadable):
        return None
    if not algorithm.oid.startswith(_ECDSA):
        return True
    return algorithm.der == _CURVES.get(key.curve, algorithm.der)


def _keys_agree(certificate: Certificate, issuer: Certificate) -> bool | None:
    """Whether the key identifiers are the same octets, however many; two that lack are not."""
    named, above = certificate.find(_AKI), issuer.find(_SKI)
    ours = named.key_identifier if isinstance(named, AuthorityKeyIdentifier) else named
    theirs = above.key_identifier if isinstance(above, SubjectKeyIdentifier) else above
    if ours is None or theirs is None:
        return False
    return None if UNREADABLE in (ours, theirs) else ours == theirs


# -- forging


def _name(identical: bool | None, place: Place) -> None:  # noqa: FBT001 - a truth value
    from mtlspolicy.der import writer  # noqa: PLC0415 - forging is not deciding

    draft, above = place.certificate, place.chain.drafts()[place.position + 1]
    draft.issuer_node = None
    if identical is None:
        draft.issuer_node = writer.sequence(writer.set_of(writer.primitive(0x06, b"")))
    elif not identical:
        draft.issuer_node = _respelled(above.subject_tree())


_SWAPPED: Final = {b"\x0c": b"\x13", b"\x13": b"\x0c"}


def _respelled(name: Node) -> Node:
    """Return an equal name (RFC 5280, 7.1) with other string types."""
    if name.tag in _SWAPPED:
        return name.with_tag(_SWAPPED[name.tag])
    return name if name.children is None else name.with_children(map(_respelled, name.children))


def _sign(fits: bool | None, place: Place) -> None:  # noqa: FBT001 - a truth value
    draft = place.certificate
    # The ordinary issuers have keys on P-256, which sign with SHA-256.
    draft.algorithm = "ecdsa-sha384" if fits is False else ""
    draft.inner_algorithm = bytes.fromhex("30020600") if fits is None else None
    draft.outer_algorithm = None


_STRANGE: Final = bytes(range(20))
"""A key identifier that no test key has."""


def _identify(keyed: bool | None, place: Place) -> None:  # noqa: FBT001 - a truth value
    """Write another key identifier where one follows from the issuer's key, or write it twice."""
    from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding
    from mtlspolicy.forge.extensible import IssuerKey  # noqa: PLC0415

    draft = place.certificate
    named = draft.extension(_AKI)
    if keyed or named is None or isinstance(named.value, bytes):
        return
    beside = named.value if isinstance(named.value, IssuerKey) else ()
    encoded = extensions.authority_key_identifier(_STRANGE, *beside)
    if keyed is None:
        stand_twice(draft, "authorityKeyIdentifier", encoded)
    else:
        draft.set_extension(_AKI, encoded)
