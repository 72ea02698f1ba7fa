"""One rule on one certificate: the formulas of what it comes to.

The engine judges a rule on each certificate and joins the masks; here a rule is one
*check* per certificate, and one more for what an open chain leaves unknown. A check comes
to pass, fail, unknown or idle (not applicable, not effective, nothing there to judge), as
`engine.outcome` says; each of these is a formula over the space's variables.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from mtlspolicy.compare.formula import FALSE, TRUE, Formula, Want, every, reading, some
from mtlspolicy.compare.terms import ANCHOR, ISSUERS, LEAF, answer
from mtlspolicy.compare.variables import Key, number_listed
from mtlspolicy.features.subject import SIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from mtlspolicy.compare.chain import Chain
    from mtlspolicy.compare.space import Space
    from mtlspolicy.language.tree import Bound, Question

__all__ = ["MISSING", "Check", "Shape", "Status", "places"]


class Status(Enum):
    """What a check is asked to come to: an outcome, or one of several (see `_outcome`)."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"
    GOOD = "neither fail nor unknown"
    NOT_FAIL = "not fail"
    IDLE = "none of the three"

    __hash__ = object.__hash__  # each exists once; that of Enum is slow


MISSING: Final = ""
"""The place of the check on certificates that are not known."""


class Shape(NamedTuple):
    """All of a rule that decides what it comes to: rules of one shape are never a difference."""

    side: str
    of: str | None
    place: str
    gate: Bound
    when: Bound
    require: Bound
    if_missing: str

    def trees(self) -> tuple[Bound, Bound, Bound]:
        """Return the gate, the condition and the requirement."""
        return self.gate, self.when, self.require

    def identity(self) -> Hashable:
        """Return what shapes of the same trees have in common; equal trees are to be one."""
        trees = self.trees()
        return self.side, self.of, self.place, *map(id, trees), self.if_missing


class Check:
    """One rule of a shape on one certificate of one side, on what is missing, or on the pair.

    `asks` lists the variables that the gate, the condition and the requirement ask about.
    """

    def __init__(self, shape: Shape, space: Space, asks: Sequence[frozenset[Key]]) -> None:
        self.shape = shape
        self._space = space
        self._version = -1
        self._listed = -1
        self._known: dict[Status, Formula] = {}
        chains = SIDES if shape.side == "pair" else (shape.side,)
        keys = frozenset().union(*asks, (Key(side, "", "chain") for side in chains))
        self._variables = [space[key] for key in keys if key in space]
        self.variables = frozenset([variable.number for variable in self._variables])
        """the numbers of all variables that decide what it comes to"""
        self.required = asks[-1]
        """the variables that the requirement itself asks about"""

    def comes_to(self, status: Status) -> Formula:
        """Return the formula of a status over what the space has listed so far."""
        if self._version != self._space.version:
            self._version = self._space.version
            listed = number_listed(self._variables)
            if self._listed != listed:
                self._listed = listed
                self._known.clear()
        found = self._known.get(status)
        if found is None:
            found = self._known[status] = self._formula(status)
        return found

    def _formula(self, status: Status) -> Formula:
        if self.shape.place == MISSING:
            return self._of_the_missing(status)
        chain = self._chain()
        found = _outcome(self.shape, status, self._answer)
        if chain is None:
            return found
        judged, closed = chain
        there = self._space[Key(self.shape.side, "", "chain")].that
        # Of a chain that is not closed, the issuers shown can fail and not pass.
        match status:
            case Status.PASS:
                return every((there(lambda one: judged(one) and closed(one)), found))
            case Status.IDLE:
                fine = _outcome(self.shape, Status.GOOD, self._answer)
                beside = every((there(lambda one: not closed(one)), fine))
                return some((there(lambda one: not judged(one)), beside, found))
            case Status.GOOD | Status.NOT_FAIL:
                return some((there(lambda one: not judged(one)), found))
            case _:
                return every((there(judged), found))

    def _answer(self, question: Question, want: Want) -> Formula:
        return answer(self._space, question, want, self.shape.side, self.shape.place)

    def _chain(self) -> tuple[Callable[[Chain], bool], Callable[[Chain], bool]] | None:
        """Say of which chains the check judges a certificate, and which of these can pass."""
        of, place = self.shape.of, self.shape.place
        if of == "anchor":
            return (lambda chain: chain.anchored), (lambda _: True)
        if of not in ("issuer", "link"):
            return None
        position = 0 if place == LEAF else 1 + ISSUERS.index(place)
        return (lambda chain: chain.judges(str(of), position)), (lambda chain: chain.closed)

    def _of_the_missing(self, status: Status) -> Formula:
        """A rule on certificates that are not known is unknown, unless its time has not come."""
        if status in (Status.PASS, Status.FAIL):
            return FALSE
        if status is Status.NOT_FAIL:
            return TRUE

        def known(chain: Chain) -> bool:
            return chain.anchor_known if self.shape.of == "anchor" else chain.closed

        def nothing(question: Question, want: Want) -> Formula:
            if question.call.atom.name == "validity.evaluated":
                return self._answer(question, want)
            return TRUE if want in (Want.NOT_TRUE, Want.NOT_FALSE) else FALSE

        there = self._space[Key(self.shape.side, "", "chain")].that
        if status in (Status.GOOD, Status.IDLE):
            # What fails of the missing is not counted: only what is unknown is.
            fine = _outcome(self.shape, Status.GOOD, nothing)
            failed = _outcome(self.shape, Status.FAIL, nothing)
            return some((there(known), fine, failed))
        unknown = _outcome(self.shape, Status.UNKNOWN, nothing)
        return every((there(lambda one: not known(one)), unknown))


def _outcome(  # noqa: PLR0911 - one per status
    shape: Shape, status: Status, answer_of: Callable[[Question, Want], Formula]
) -> Formula:
    """Return when a rule comes to a status on one subject (`engine.outcome`)."""
    lenient = shape.if_missing == "not_applicable"

    def read(gate: Want, when: Want, require: Want) -> list[Formula]:
        wanted = ((shape.gate, gate), (shape.when, when), (shape.require, require))
        return [reading(node, want, answer_of) for node, want in wanted]

    match status:
        case Status.PASS:
            return every(read(Want.NOT_FALSE, Want.NOT_FALSE, Want.TRUE))
        case Status.FAIL:
            return every(read(Want.TRUE, Want.TRUE, Want.FALSE))
        case Status.IDLE if not lenient:
            return some(read(Want.FALSE, Want.FALSE, Want.TRUE)[:2])
        case Status.IDLE:
            fine = read(Want.NOT_TRUE, Want.NOT_TRUE, Want.NOT_FALSE)
            return every((some(fine), some(read(Want.FALSE, Want.FALSE, Want.NOT_TRUE))))
        case Status.GOOD if not lenient:
            return some(read(Want.FALSE, Want.FALSE, Want.TRUE))
        case Status.GOOD | Status.NOT_FAIL:
            return some(read(Want.NOT_TRUE, Want.NOT_TRUE, Want.NOT_FALSE))
        case _:
            if lenient:
                return FALSE
            reached = read(Want.NOT_FALSE, Want.NOT_FALSE, Want.NOT_TRUE)
            undecided = some(read(Want.NOT_TRUE, Want.NOT_TRUE, Want.NOT_FALSE))
            return every((*reached, undecided))


def places(of: str | None) -> tuple[str, ...]:
    """Return where a rule on such certificates is checked."""
    match of:
        case "issuer":
            return (*ISSUERS, MISSING)
        case "link":
            return (LEAF, *ISSUERS, MISSING)
        case "anchor":
            return (ANCHOR, MISSING)
        case _:
            return (LEAF,)
