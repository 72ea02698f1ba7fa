"""Writing cases as functions: the name is the case's name, the docstring its description.

A case starts from a pair in which nothing is odd, changes what it is about, and ends in
what it expects. What it expects is authored from the clause that the description cites,
never copied from an engine's answer::

    EKU = Namespace("eku", "Extended key usage", {...})

    @EKU.case("absent", traces=("RFC5280:4.2.1.12",))
    def absent_on_the_client(draft):
        \"\"\"RFC 5280, 4.2.1.12: without the extension the key may serve any purpose.\"\"\"
        draft.client.leaf.drop_extension("extKeyUsage")
        draft.expect("legacy-dual-use", accept(warnings=("eku.absent",)))

This module knows how cases are gathered and forged; it must not know any case.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.forge.pair import ordinary_pair
from mtlspolicy.loader import proposal_of
from mtlspolicy.records import dataclass, field, replace
from mtlspolicy.suite.model import Case, Expectation, Flag, Noted, Suite
from mtlspolicy.suite.trace import traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mtlspolicy.forge.pair import ChainDraft, PairDraft

__all__ = ["Body", "CaseDraft", "Namespace", "accept", "indeterminate", "reject"]


# -- what a case expects


def accept(*, warnings: tuple[str, ...] | None = None, **more: Any) -> Expectation:  # noqa: ANN401
    """Expect an accept; `more` are settings and details, see `reject`."""
    return _expectation("accept", (), None, warnings, more)


def reject(
    *codes: str,
    warnings: tuple[str, ...] | None = None,
    primary: str | None = None,
    **more: Any,  # noqa: ANN401 - JSON
) -> Expectation:
    """Expect a reject with exactly these failing codes, of which the first is primary.

    `more`: `settings`, and what `model.DETAILS` has.
    """
    return _expectation("reject", codes, primary or codes[0], warnings, more)


def indeterminate(
    *codes: str,
    warnings: tuple[str, ...] | None = None,
    primary: str | None = None,
    **more: Any,  # noqa: ANN401 - JSON
) -> Expectation:
    """Expect an indeterminate with exactly these unknown codes, of which the first is primary."""
    return _expectation("indeterminate", codes, primary or codes[0], warnings, more)


def _expectation(
    decision: str,
    codes: tuple[str, ...],
    primary: str | None,
    warnings: tuple[str, ...] | None,
    more: dict[str, Any],
) -> Expectation:
    return Expectation(
        decision=decision,
        codes=tuple(dict.fromkeys(codes)),
        primary=primary,
        warnings=warnings,
        settings=more.pop("settings", {}),
        details=more,
    )


def _enabled(policy: str, expectation: Expectation) -> Expectation:
    """Name the document without which a proposal is not loaded."""
    proposal = proposal_of(policy)
    if proposal is None:
        return expectation
    return replace(expectation, enable_proposal=proposal["document"])


# -- a case in the making


@dataclass(slots=True)
class CaseDraft:
    """One case in the making: the pair with its evidence, and what is expected of it.

    `presented` replaces a side's chain with given bytes, whatever the pair's drafts say.
    """

    pair: PairDraft
    expected: dict[str, Expectation] = field(default_factory=dict)
    noted: list[Noted] = field(default_factory=list)
    presented: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def client(self) -> ChainDraft:
        """The client's chain."""
        return self.pair.client

    @property
    def server(self) -> ChainDraft:
        """The server's chain."""
        return self.pair.server

    def side(self, name: str) -> ChainDraft:
        """Return the chain of the side called `name`."""
        return self.pair.client if name == "client" else self.pair.server

    @property
    def evidence(self) -> dict[str, Any]:
        """The evidence document."""
        return self.pair.evidence

    def at(self, instant: str) -> None:
        """Judge the pair at `instant`."""
        self.evidence["at"] = instant

    def without(self, side: str, *items: str) -> None:
        """Leave items of a side out of the evidence; its anchors cannot be left out so."""
        for item in items:
            self.evidence.get(side, {}).pop(item, None)

    def expect(self, *policies: str | Expectation) -> None:
        """Expect of the policies named first what stands last."""
        *names, expectation = policies
        if not isinstance(expectation, Expectation):
            message = "the expectation stands last"
            raise TypeError(message)
        self.expected.update({str(name): _enabled(str(name), expectation) for name in names})

    def note(self, side: str, index: int, *codes: str) -> None:
        """Expect a reader to notice exactly these departures in a presented certificate."""
        self.noted.append(Noted(side=side, index=index, codes=codes))


Body = Callable[[CaseDraft], None]
"""Makes one case."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One case as authored."""

    description: str
    body: Body
    flags: tuple[str, ...]
    traces: tuple[str, ...]
    neighbour: str | None
    start: Callable[[], PairDraft]


class Namespace:
    """The cases of one vectors file, in the order of their definition."""

    def __init__(self, name: str, title: str, notes: Mapping[str, Flag]) -> None:
        self.name = name
        self.title = title
        self.notes = dict(notes)
        self._rows: dict[str, _Row] = {}

    def case(
        self,
        *flags: str,
        traces: tuple[str, ...] = (),
        neighbour: str | None = None,
        start: Callable[[], PairDraft] = ordinary_pair,
    ) -> Callable[[Body], Body]:
        """Register the decorated function as a case; `start` makes the pair that it changes."""

        def register(body: Body) -> Body:
            description = " ".join(inspect.cleandoc(body.__doc__ or "").split())
            name = body.__name__.replace("_", "-")
            self.add(
                name,
                description,
                body,
                flags=flags,
                traces=traces,
                neighbour=neighbour,
                start=start,
            )
            return body

        return register

    def add(  # noqa: PLR0913 - a case has as many parts as it has
        self,
        name: str,
        description: str,
        body: Body,
        *,
        flags: tuple[str, ...] = (),
        traces: tuple[str, ...] = (),
        neighbour: str | None = None,
        start: Callable[[], PairDraft] = ordinary_pair,
    ) -> None:
        """Register a case of a table; ValueError where the name is taken."""
        if name in self._rows:
            message = f"there is a case {self.name}::{name} already"
            raise ValueError(message)
        self._rows[name] = _Row(description, body, flags, traces, neighbour, start)

    def __len__(self) -> int:
        return len(self._rows)

    def suite(self) -> Suite:
        """Forge every case, and trace it to the statements that it breaks or keeps."""
        cases = traced(self._forge(name, row) for name, row in self._rows.items())
        return Suite(namespace=self.name, title=self.title, notes=self.notes, cases=cases)

    def _forge(self, name: str, row: _Row) -> Case:
        draft = CaseDraft(row.start())
        row.body(draft)
        built = draft.pair.build()
        chains = {"client": built.client.presented, "server": built.server.presented}
        chains |= draft.presented
        return Case(
            id=f"{self.name}::{name}",
            description=row.description,
            client=tuple(chains["client"]),
            server=tuple(chains["server"]),
            evidence=_kept(built.evidence),
            expected=draft.expected,
            traces=row.traces,
            flags=row.flags,
            neighbour=None if row.neighbour is None else f"{self.name}::{row.neighbour}",
            noted=tuple(draft.noted),
        )


NO_ANCHORS: Final = "no anchors"
"""Put as a side's `anchors` in the evidence, it leaves them out: the path is unknown."""


def _kept(evidence: dict[str, Any]) -> dict[str, Any]:
    """Return the evidence without anchors that a case has taken out."""
    kept = dict(evidence)
    for side in ("client", "server"):
        parts = {k: v for k, v in evidence[side].items() if v != NO_ANCHORS}
        kept.pop(side)
        if parts:
            kept[side] = parts
    return kept
