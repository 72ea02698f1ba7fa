"""How many issuers stand between the leaf and the anchor of one path.

Self-issued certificates do not count, as in RFC 5280, 4.2.1.9. This module must not know
who they are, nor what they permit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import Parameter, integer
from mtlspolicy.limits import MAX_CHAIN_CERTIFICATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["ChainDepthFeature", "Depth"]


class Depth(NamedTuple):
    """How many issuers there are, and whether there can be no others."""

    number: int
    closed: bool


def _at_most(value: Depth, most: int) -> Truth:
    if value.number > most:
        return False
    return True if value.closed else None


class ChainDepthFeature(Feature[Depth]):
    """How deep the chain is."""

    name: ClassVar[str] = "depth"
    title: ClassVar[str] = "depth of the chain"
    scope: ClassVar[Scope] = Scope.PATH
    vouched: ClassVar[bool] = True
    above: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "issuers.at_most",
            (Parameter("number", integer(0, MAX_CHAIN_CERTIFICATES)),),
            _at_most,
            "there are at most {0} issuers below the anchor",
            "there are more than {0} issuers below the anchor",
            "Self-issued ones do not count (RFC 5280, 4.2.1.9). Unknown while issuers are not "
            "known, unless there are more already.",
        ),
    )

    def read(self, subject: PathSubject) -> Depth:
        """Count the issuers."""
        # Whoever derives a side has it imported; a policy is read without.
        from mtlspolicy.derive.side import is_self_issued  # noqa: PLC0415

        candidate = subject.candidate
        number = sum(not is_self_issued(issuer) for issuer in candidate.issuers)
        return Depth(number, candidate.closed)

    def points(self, calls: Sequence[Call]) -> Iterator[Depth]:
        """As many as allowed, and one more; closed and open."""
        bounds = [call.arguments[0] for call in calls]
        numbers = dict.fromkeys((1, *bounds, *(bound + 1 for bound in bounds)))
        for closed in (True, False):
            yield from (Depth(number, closed) for number in numbers)

    def realise(self, value: Depth, place: Place) -> None:
        """Give the chain so many issuers; an open list leaves the side without anchors."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge.names import name  # noqa: PLC0415
        from mtlspolicy.forge.pair import ordinary_issuer  # noqa: PLC0415

        place.chain.issuers = [
            ordinary_issuer(name(("CN", f"{place.side} issuer {number}")), f"p256-{2 + number % 8}")
            for number in range(value.number)
        ]
        unlimited = extensions.basic_constraints(ca=True)
        for draft in place.chain.issuers:
            draft.set_extension("basicConstraints", unlimited, critical=True)
        if not value.closed:
            place.evidence.setdefault(place.side, {})["anchors"] = None

    def show(self, value: Depth) -> object:
        """The number, and whether there can be others."""
        return {"issuers": value.number, "known": value.closed}

    def describe(self, value: Depth) -> str:
        """In words."""
        return f"{value.number} issuers{'' if value.closed else ' shown, and others may follow'}"
