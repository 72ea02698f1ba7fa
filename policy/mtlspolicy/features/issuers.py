"""The purposes that the issuers of one path leave to the leaf.

RFC 5280, 4.2.1.12 speaks of end entities; most verifiers nest purposes down the chain all
the same, each in its own way (facts in the policies' citations). The value is the set of
the issuers' extended key usages, whether the list of issuers is closed, and the anchor's.
An open list can show that a purpose is refused, never that it is permitted.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.facts.certificate import ExtendedKeyUsage, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.extended_key_usage import OTHER_PURPOSE, permits, write_usage
from mtlspolicy.features.extended_key_usage import Value as Usage
from mtlspolicy.features.optional import named_in
from mtlspolicy.features.parameters import FREEDOM, PURPOSE, PURPOSES_LIST, Parameter, choice
from mtlspolicy.names import ANY_PURPOSE, purpose_names
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["IssuersFeature", "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """The issuers' usages without repetition, leaf-most first.

    `closed`: no other issuer can be in the path; `asserted`: only because the caller says
    so. `anchor` is the anchor's usage, None also where the anchor is not known.
    """

    usages: tuple[Usage, ...]
    closed: bool
    asserted: bool
    anchor: Usage


def _permit(value: Value, purpose: str, absent: str, any_purpose: str, anchor: str) -> Truth:
    return _permit_any(value, (purpose,), absent, any_purpose, anchor)


def _permit_any(
    value: Value, purposes: tuple[str, ...], absent: str, any_purpose: str, anchor: str
) -> Truth:
    def one(usage: Usage, absent: str) -> Truth:
        # one purpose may be permitted; a usage that cannot be read leaves all of them open
        told = [permits(usage, purpose, absent, any_purpose) for purpose in purposes]
        return True if True in told else told[0]

    answers = [one(usage, absent) for usage in value.usages]
    if anchor == "count" and value.anchor is not None:
        # An anchor without the extension restricts nothing (BR 7.1.2.1.2 forbids it there).
        answers.append(one(value.anchor, "allow"))
    if False in answers:
        return False
    return True if value.closed and None not in answers else None


def _known(value: Value) -> Truth:
    return True if value.closed else None


_KNOBS: Final = (
    Parameter("absent", FREEDOM, "allow"),
    Parameter("any", FREEDOM, "allow"),
    Parameter("anchor", choice("count", "ignore"), "count"),
)


class IssuersFeature(Feature[Value]):
    """What the issuers of a path permit."""

    name: ClassVar[str] = "issuers"
    title: ClassVar[str] = "purposes of the issuers"
    scope: ClassVar[Scope] = Scope.PATH
    vouched: ClassVar[bool] = True
    above: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "issuers.known",
            (),
            _known,
            "every issuer of the path is known",
            "an issuer of the path is not known",
        ),
        Atom(
            "issuers.permit",
            (Parameter("purpose", PURPOSE), *_KNOBS),
            _permit,
            "every issuer permits {0} (an absent EKU: {1}; anyExtendedKeyUsage: {2};"
            " the anchor's own: {3})",
            "an issuer does not permit {0} (an absent EKU: {1}; anyExtendedKeyUsage: {2};"
            " the anchor's own: {3})",
            "Unknown while issuers are not known, unless the caller asserts them.",
        ),
        Atom(
            "issuers.permit_any",
            (Parameter("purposes", PURPOSES_LIST), *_KNOBS),
            _permit_any,
            "every issuer permits {0:or} (an absent EKU: {1}; anyExtendedKeyUsage: {2};"
            " the anchor's own: {3})",
            "an issuer permits none of {0} (an absent EKU: {1}; anyExtendedKeyUsage: {2};"
            " the anchor's own: {3})",
            "Each issuer may permit another one of them: for purposes that a verifier takes for"
            " the same, such as serverAuth and server-gated cryptography.",
        ),
    )

    def read(self, subject: PathSubject) -> Value:
        """Collect the issuers' extended key usages."""
        candidate = subject.candidate
        usages = tuple(dict.fromkeys(issuer.extended_key_usage for issuer in candidate.issuers))
        anchor = None if candidate.anchor is None else candidate.anchor.extended_key_usage
        return Value(usages, candidate.closed, candidate.issuers_asserted, anchor)

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """No issuer, one, and every two that differ; closed and open; with and without anchor."""
        lists = [call.arguments[0] for call in calls if call.arguments]
        marks = named_in([(one,) if isinstance(one, str) else one for one in lists])
        # purposes that all calls name together are alike: one stands for all
        named = tuple({mark: purpose for purpose, mark in reversed(marks.items())}.values())[::-1]
        plain = [
            (),
            *((one,) for one in named),
            *combinations(named, 2),
            tuple(named),
            (ANY_PURPOSE,),
            (OTHER_PURPOSE,),
        ]
        usages: list[Usage] = [
            None,
            *(ExtendedKeyUsage(p, critical=False) for p in dict.fromkeys(plain)),
            Unreadable.UNREADABLE,
        ]
        issuers: list[tuple[Usage, ...]] = [
            (None,),
            *((one,) for one in usages[1:]),
            (),
            *combinations(usages, 2),
        ]
        for closed, one, anchor in product((True, False), issuers, usages):
            # the anchor is known only where the path to it is, and then the list is closed
            if closed or anchor is None:
                yield Value(one, closed=closed, asserted=False, anchor=anchor)

    def realise(self, value: Value, place: Place) -> None:
        """Give the chain one issuer per usage; a closed list is closed by the caller's word.

        An open list leaves the side without anchors and without the caller's word.
        """
        from mtlspolicy.forge.names import name  # noqa: PLC0415 - forging is not deciding
        from mtlspolicy.forge.pair import ordinary_issuer  # noqa: PLC0415

        chain = place.chain
        chain.issuers = [
            ordinary_issuer(name(("CN", f"{place.side} issuer {number}")), f"p256-{2 + number}")
            for number in range(len(value.usages))
        ]
        for draft, usage in zip(chain.issuers, value.usages, strict=True):
            write_usage(draft, usage)
        write_usage(chain.anchor, value.anchor)
        if not value.closed:
            place.evidence.setdefault(place.side, {})["anchors"] = None

    def show(self, value: Value) -> object:
        """The purposes per issuer, the anchor's, and whether the list is closed."""
        return {
            "issuers": [_show(usage) for usage in value.usages],
            "anchor": _show(value.anchor),
            "known": "asserted" if value.asserted else value.closed,
        }

    def describe(self, value: Value) -> str:
        """In words."""
        if not value.closed:
            return "issuers not all known"
        listed = ", ".join(_words(usage) for usage in value.usages)
        return f"issuers' EKU {listed}" if value.usages else "no issuers"


def _show(usage: Usage) -> object:
    if usage is None:
        return None
    return "unreadable" if isinstance(usage, Unreadable) else purpose_names(usage.purposes)


def _words(usage: Usage) -> str:
    if usage is None:
        return "absent"
    if isinstance(usage, Unreadable):
        return "unreadable"
    return " and ".join(purpose_names(usage.purposes)) or "empty"
