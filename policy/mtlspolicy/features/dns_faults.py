"""What makes DNS evidence unusable, whatever it says."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from mtlspolicy.derive.dns.lookup import FAULTS
from mtlspolicy.features import outcome_words
from mtlspolicy.features.base import Atom, Call, Truth
from mtlspolicy.features.connection import ConnectionFeature, known_of
from mtlspolicy.features.parameters import Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place

__all__ = ["DnsFaultsFeature"]


def _has(value: frozenset[str], words: tuple[str, ...]) -> Truth:
    return not value.isdisjoint(words)


class DnsFaultsFeature(ConnectionFeature[frozenset[str]]):
    """Answers that were used, and that cannot be relied on."""

    name: ClassVar[str] = "dns_answers"
    title: ClassVar[str] = "soundness of the DNS answers"
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "dns_answers.fault",
            (Parameter("faults", choices(*FAULTS)),),
            _has,
            "an answer that was used {0:or}",
            "no answer that was used {0:or}",
            "`contradiction`: answers that cannot all be true; `future`: an answer from after "
            "the evaluation time; `alias_loop`, `alias_long`: aliases that do not end; `invalid`: "
            "no evidence of that form; `budget`: more answers, or records of one, than are read.",
            show=outcome_words.fault,
        ),
    )

    def read(self, subject: PathSubject) -> frozenset[str]:
        """Take what was derived."""
        return known_of(subject).faults

    def points(self, calls: Sequence[Call]) -> Iterator[frozenset[str]]:  # noqa: ARG002 - no constants
        """None, too many answers, and any others together."""
        yield frozenset()
        yield frozenset(FAULTS[:1])
        for number in range(1, len(FAULTS)):
            yield from map(frozenset, combinations(FAULTS[1:], number))

    def realise(self, value: frozenset[str], place: Place) -> None:
        """Write answers with these faults, beside a name that is confirmed."""
        from mtlspolicy.features import forged_connection  # noqa: PLC0415 - forging
        from mtlspolicy.features.forged_dns import confirmed  # noqa: PLC0415 - the same

        together = {"dns": confirmed(), "dns_answers": value}
        forged_connection.realise(together, place, {})

    def show(self, value: frozenset[str]) -> object:
        """The words."""
        return sorted(value)

    def describe(self, value: frozenset[str]) -> str:
        """In words."""
        return f"DNS answers: {', '.join(sorted(value))}" if value else "DNS answers sound"
