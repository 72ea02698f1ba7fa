"""What evidence says of a certificate's place in root programmes.

Two instants that bytes cannot show: when the anchor was added to its programme's store,
and when a CA certificate was disclosed to the CCADB. Where no disclosure is given,
notBefore stands in (CAs disclose within days of issuing), and the value says so.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import Parameter
from mtlspolicy.features.validity import WINDOW, Window
from mtlspolicy.instants import format_instant
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["ProgrammeFeature", "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """Seconds since 1970, None where not known; `stands_in`: `disclosed` is notBefore."""

    added: int | None
    disclosed: int | None
    stands_in: bool


def _added(value: Value, window: Window) -> Truth:
    return None if value.added is None else window.holds(value.added)


def _disclosed(value: Value, window: Window) -> Truth:
    return None if value.disclosed is None else window.holds(value.disclosed)


def _cuts(calls: Sequence[Call], name: str) -> list[int]:
    return sorted(
        {cut for call in calls if call.atom.name == name for cut in call.arguments[0].cuts()}
    )


class ProgrammeFeature(Feature[Value]):
    """When the anchor was added, and when the CA was disclosed."""

    name: ClassVar[str] = "programme"
    title: ClassVar[str] = "root programme records"
    scope: ClassVar[Scope] = Scope.PATH
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "programme.anchor_added",
            (Parameter("window", WINDOW),),
            _added,
            "the anchor was added {0}",
            "the anchor was not added {0}",
        ),
        Atom(
            "programme.disclosed",
            (Parameter("window", WINDOW),),
            _disclosed,
            "the certificate was disclosed to the CCADB {0}",
            "the certificate was not disclosed to the CCADB {0}",
            "notBefore stands in where no disclosure is given.",
        ),
    )

    def read(self, subject: PathSubject) -> Value:
        """Take both instants from evidence, the second by notBefore where need be."""
        if subject.disclosed is not None:
            return Value(subject.added, subject.disclosed, stands_in=False)
        start = subject.certificate.not_before
        return Value(
            subject.added, None if isinstance(start, Unreadable) else start, stands_in=True
        )

    def cell(self, calls: Sequence[Call]) -> Callable[[Value], Hashable]:
        """Key by the positions among the constants."""
        added, disclosed = (
            _cuts(calls, "programme.anchor_added"),
            _cuts(calls, "programme.disclosed"),
        )

        def key(value: Value) -> Hashable:
            return (
                None if value.added is None else bisect_right(added, value.added),
                None if value.disclosed is None else bisect_right(disclosed, value.disclosed),
            )

        return key

    def is_above(self, of: str, calls: Sequence[Call]) -> bool:
        """All but the disclosure of the leaf, where its notBefore stands in."""
        return of in ("issuer", "anchor") or not any(
            call.atom.name == "programme.disclosed" for call in calls
        )

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Either side of every constant, and unknown."""
        added = [c + step for c in _cuts(calls, "programme.anchor_added") for step in (0, -1)]
        disclosed = [c + step for c in _cuts(calls, "programme.disclosed") for step in (0, -1)]
        for one in (*added, None):
            for other in (*disclosed, None):
                yield Value(one, other, stands_in=False)

    def realise(self, value: Value, place: Place) -> None:
        """Note what programmes are to have on record of the certificate."""
        added = None if value.added is None else format_instant(value.added)
        disclosed = None if value.disclosed is None else format_instant(value.disclosed)
        if value.disclosed is None:
            # notBefore would stand in, unless it cannot be read either: a 13th month
            from mtlspolicy.der.writer import primitive  # noqa: PLC0415 - forging is not deciding

            place.certificate.not_before_node = primitive(0x17, b"251301000000Z")
        place.pair.records[place.side, place.position] = added, disclosed

    def show(self, value: Value) -> object:
        """Both instants, and whether notBefore stands in."""
        return {
            "anchor_added": None if value.added is None else format_instant(value.added),
            "disclosed": None if value.disclosed is None else format_instant(value.disclosed),
            "not_before_stands_in": value.stands_in,
        }

    def describe(self, value: Value) -> str:
        """In words."""
        added = (
            "anchor's date not known"
            if value.added is None
            else f"anchor added {format_instant(value.added)}"
        )
        return (
            f"{added}, disclosed {format_instant(value.disclosed)}"
            if value.disclosed is not None
            else added
        )
