"""Formulas in flat form: clauses of which at least one literal holds, each woken by its own.

A conjunction inside a disjunction gets a variable of its own, a *way*: it is taken or not,
and where it is taken each of its parts is a clause. So narrowing and search know literals
alone. What the domains at hand settle already is left out: they only ever get smaller. This
module knows how domains narrow each other and nothing of time or of costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.compare.formula import Every, Formula, Lit, Some
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

__all__ = ["TAKEN", "Clause", "Clauses", "Domains", "Literal"]

Domains = list[int]
"""A mask of the values that are left, per variable."""
Literal = tuple[int, int]
"""A variable and a mask: it has one of these values."""
Clause = tuple[Literal, ...]

_IDLE: Final = 1
TAKEN: Final = 2
"""The values of a way."""


@dataclass(slots=True)
class Clauses:
    """Clauses that hold together; `variables` are there besides the ways.

    `woken` has per variable the clauses with a literal on it, by the literal's mask; `parts`
    the clauses of each way without the way itself; `odd` are the clauses that do not hold
    where every variable has its first value.
    """

    variables: int
    woken: list[dict[int, list[Clause]]]
    parts: list[list[Clause]] = field(default_factory=list)
    odd: list[Clause] = field(default_factory=list)
    _own: set[int] = field(default_factory=set)
    """variables whose entries of `woken` are no longer shared with the clauses copied"""

    def copied(self) -> Clauses:
        """Return clauses to which more can be added; what is shared is copied when it changes."""
        return Clauses(self.variables, list(self.woken), list(self.parts), list(self.odd))

    # -- adding

    def add(self, formula: Formula, domains: Domains) -> Iterable[Literal] | None:
        """Add a formula; return literals that it forces at once, None where it cannot hold.

        `domains` gets an entry for each new way.
        """
        clauses = _clauses(formula, domains)
        if clauses is None:
            return None
        forced: list[Literal] = []
        for clause in clauses:
            flat = self._flat(clause, domains)
            if len(flat) == 1:
                forced += flat
            else:
                self._keep(flat)
        return forced

    def _flat(self, clause: Sequence[_Part], domains: Domains) -> Clause:
        return tuple(
            part if isinstance(part, tuple) else self._way(part, domains) for part in clause
        )

    def _way(self, clauses: Sequence[_Clause], domains: Domains) -> Literal:
        parts = [self._flat(clause, domains) for clause in clauses]
        number = len(domains)
        domains.append(_IDLE | TAKEN)
        self.woken.append({})
        self._own.add(number)
        self.parts.append(parts)
        for part in parts:
            self._keep(((number, _IDLE), *part))
        return number, TAKEN

    def _keep(self, clause: Clause) -> None:
        for variable, mask in clause:
            if variable not in self._own:
                self._own.add(variable)
                shared = self.woken[variable]
                self.woken[variable] = {one: list(some) for one, some in shared.items()}
            self.woken[variable].setdefault(mask, []).append(clause)
        if not any(mask & 1 for _, mask in clause):
            self.odd.append(clause)

    # -- reading

    def met(self, clause: Clause, values: Sequence[int]) -> bool:
        """Say whether a clause holds; a way does not have to be taken for its parts to hold."""
        for variable, mask in clause:
            if values[variable] & mask:
                return True
        own = self.variables
        for variable, mask in clause:
            if variable >= own and mask == TAKEN:
                for part in self.parts[variable - own]:
                    if not self.met(part, values):
                        break
                else:
                    return True
        return False

    def narrow(  # noqa: C901 - one loop: here is where the time of a search goes
        self, domains: Domains, changes: list[Literal], watched: Container[int]
    ) -> bool | None:
        """Let literals hold, and what follows from them; None where they cannot.

        Says whether a variable of `watched` has changed. `changes` is used up.
        """
        seen = False
        while changes:
            variable, mask = changes.pop()
            before = domains[variable]
            domain = before & mask
            if domain == before:
                continue
            if not domain:
                return None
            domains[variable] = domain
            seen = seen or variable in watched
            for literal, clauses in self.woken[variable].items():
                if domain & literal or not before & literal:
                    continue
                # This literal has just become false: what is left of its clauses?
                for clause in clauses:
                    only = None
                    for one in clause:
                        if domains[one[0]] & one[1]:
                            if only is not None:
                                break
                            only = one
                    else:
                        if only is None:
                            return None
                        changes.append(only)
        return seen


_Part = Literal | list["_Clause"]
"""What is left of one part of a disjunction: a literal, or a conjunction of clauses."""
_Clause = list[_Part]


def _clauses(formula: Formula, domains: Domains) -> list[_Clause] | None:
    """Return what is left of a formula as clauses; None where it cannot hold."""
    found: list[_Clause] = []
    for part in formula.parts if isinstance(formula, Every) else (formula,):
        if isinstance(part, Every):
            more = _clauses(part, domains)
            if more is None:
                return None
            found += more
            continue
        clause = _clause(part, domains)
        if clause == []:
            return None
        if clause is not None:
            found.append(clause)
    return found


def _clause(formula: Lit | Some, domains: Domains) -> _Clause | None:
    """Return what is left of a disjunction, nothing where it cannot hold; None where it must."""
    literals: list[Literal] = []
    ways: list[_Part] = []
    for part in (formula,) if isinstance(formula, Lit) else formula.parts:
        if isinstance(part, Lit):
            literals.append((part.variable, part.mask))
            continue
        clauses = _clauses(part, domains)
        if clauses == []:
            return None
        # Of one clause each part is a part of this one.
        for one in clauses[0] if clauses is not None and len(clauses) == 1 else (clauses,):
            if isinstance(one, tuple):
                literals.append(one)
            elif one is not None:
                ways.append(one)
    joined = _joined(literals, domains)
    return None if joined is None else [*joined, *ways]


def _joined(literals: Iterable[Literal], domains: Domains) -> list[Literal] | None:
    """Return one literal per variable, as far as the domains leave it; None where one must hold."""
    masks: dict[int, int] = {}
    for variable, mask in literals:
        masks[variable] = masks.get(variable, 0) | mask
    found = [(variable, mask & domains[variable]) for variable, mask in masks.items()]
    if any(mask == domains[variable] for variable, mask in found):
        return None
    return [(variable, mask) for variable, mask in found if mask]
