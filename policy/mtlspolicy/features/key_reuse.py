"""Whether a CA's key is also in another certificate at hand, for other purposes.

Some programmes want a key to serve one set of purposes in whatever certificate it stands.
That can only be seen where other certificates are given: presented beside the path, or known
intermediates. What is not at hand may always show it, so the answer is never no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mtlspolicy.facts.certificate import ExtendedKeyUsage, PublicKey, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.instants import EARLIEST, LATEST, format_instant
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.derive.side import Candidate
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["KeyReuseFeature", "Value", "reuse_instants"]


@dataclass(frozen=True, slots=True)
class Value:
    """When certificates of the same key and other purposes are valid: first and last second.

    `at` is the evaluation time; all are seconds since 1970.
    """

    spans: tuple[tuple[int, int], ...]
    at: int


def _reused(value: Value) -> Truth:
    return True if any(start <= value.at <= end for start, end in value.spans) else None


class KeyReuseFeature(Feature[Value]):
    """Where else the key of a CA stands."""

    name: ClassVar[str] = "key_reuse"
    title: ClassVar[str] = "other certificates of the same key"
    scope: ClassVar[Scope] = Scope.PATH
    beside: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "key_reuse.other_purposes",
            (),
            _reused,
            "another certificate at hand has this key, is valid, and lists other purposes",
            "no certificate at hand has this key for other purposes",
            "At hand are the presented certificates and the known intermediates. True or "
            "unknown, never false: a certificate that is not at hand may show it.",
        ),
    )

    def cell(self, calls: Sequence[Call]) -> Callable[[Value], Hashable]:  # noqa: ARG002 - no constants
        """Key by the answer."""
        return _reused

    def is_above(self, of: str, calls: Sequence[Call]) -> bool:  # noqa: ARG002 - one question
        """On a path without a fault no issuer has the key of the leaf, which is at hand too."""
        return of in ("issuer", "anchor")

    def read(self, subject: PathSubject) -> Value:
        """Look for the key among the certificates at hand."""
        return Value(tuple(_spans(subject.certificate, subject.candidate)), subject.at)

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:  # noqa: ARG002 - no constants
        """Nothing found, and found."""
        yield Value((), 0)
        yield Value(((EARLIEST, LATEST),), 0)

    def realise(self, value: Value, place: Place) -> None:
        """Present another certificate of the same key, on no path, for e-mail."""
        if not value.spans:
            return
        from mtlspolicy.forge.names import name  # noqa: PLC0415 - forging is not deciding

        twin = place.certificate.copy()
        twin.subject, twin.subject_node = name(("CN", "another certificate of the key")), None
        twin.not_before_node = twin.not_after_node = None
        twin.not_before, twin.not_after = 0, LATEST
        twin.drop_extension("extKeyUsage")
        twin.set_purposes("emailProtection")
        place.chain.extra.append(twin.build())

    def show(self, value: Value) -> object:
        """When the other certificates are valid."""
        return [[format_instant(start), format_instant(end)] for start, end in value.spans]

    def describe(self, value: Value) -> str:
        """In words."""
        if not value.spans:
            return "no other certificate of the key at hand"
        told = ", ".join(
            f"{format_instant(start)} to {format_instant(end)}"
            for start, end in value.spans[:3]
            if (start, end) != (EARLIEST, LATEST)
        )
        said = "the key is also in another certificate, for other purposes"
        return f"{said} (valid {told})" if told else said


def reuse_instants(candidate: Candidate) -> Iterable[int]:
    """List the seconds since 1970 at which what is found about a candidate's issuers changes."""
    for issuer in candidate.issuers:
        for start, end in _spans(issuer, candidate):
            yield start
            yield end + 1


def _spans(certificate: Certificate, candidate: Candidate) -> Iterator[tuple[int, int]]:
    if not isinstance(certificate.public_key, PublicKey) or not candidate.at_hand:
        return
    key = certificate.public_key.der
    presented, known = candidate.at_hand
    for other in (*presented, *_with_key(key, known)):
        if not isinstance(other.public_key, PublicKey) or other.public_key.der != key:
            continue
        start, end = other.not_before, other.not_after
        if (
            other.der != certificate.der
            and _asserts_others(other, certificate)
            and not isinstance(start, Unreadable)
            and not isinstance(end, Unreadable)
        ):
            yield start, end


def _with_key(key: bytes, known: tuple[Certificate, ...]) -> Iterator[Certificate]:
    """Yield the known intermediates of a key; they may be many, and are indexed once.

    What a peer presents is never indexed here: it would be held on to.
    """
    if known:
        from mtlspolicy.derive.pool import Pool  # noqa: PLC0415 - path processing is large

        yield from (entry.reading.certificate for entry in Pool.of_known(known).with_key(key))


def _asserts_others(other: Certificate, certificate: Certificate) -> bool:
    """Say whether `other` asserts purposes, and not the same ones.

    A certificate without the extension asserts none: so a root beside the cross-certificate
    of its key is no other use of the key.
    """
    theirs, ours = other.extended_key_usage, certificate.extended_key_usage
    if not isinstance(theirs, ExtendedKeyUsage):
        return False
    return not isinstance(ours, ExtendedKeyUsage) or set(theirs.purposes) != set(ours.purposes)
