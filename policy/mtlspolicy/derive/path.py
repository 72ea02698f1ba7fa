"""What a path search takes and gives: anchors, options, candidate paths and their faults.

This module knows the shape of the answer, and of the faults only those that depend on
the time. How paths are found is `search`, how they are judged is `validation`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from mtlspolicy.derive.policies_tree import ANY_POLICY
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mtlspolicy.facts.certificate import Certificate

__all__ = [
    "Anchor",
    "AnchorConstraints",
    "AnyPolicy",
    "CandidatePath",
    "ExplicitPolicy",
    "PathFault",
    "PathOptions",
    "PathSearch",
    "PolicyMapping",
]

_NO_EXPIRY: Final = 253_402_300_799
"""9999-12-31T23:59:59Z: no well-defined expiration date (RFC 5280, 4.1.2.5)."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate to which a side's chain may lead.

    `group`: the name under which the caller gave it. `added`: when it was taken into its
    store, in seconds since 1970, or None where that is not known.
    """

    certificate: Certificate
    group: str
    added: int | None = None


@dataclass(frozen=True, slots=True)
class PathFault:
    """One reason why a candidate is no valid path.

    `code`: of the catalogue (``path.*``). `position`: 0 is the leaf, 1 and up its issuers,
    as many as there are certificates the anchor. `expected` and `found` may be empty.
    """

    code: str
    position: int
    detail: str
    expected: str = ""
    found: str = ""


class AnchorConstraints(Enum):
    """Whether what an anchor's own certificate says about itself limits the path.

    RFC 5280, 6.1.1 (d) takes a name and a key from an anchor and nothing else; RFC 5937
    and common stacks take its constraints too.
    """

    APPLY = "apply"
    """validity, version, basicConstraints, keyUsage, nameConstraints, critical extensions"""
    IGNORE = "ignore"
    """name and key only"""


class ExplicitPolicy(Enum):
    """Whether a valid policy is demanded from the start (RFC 5280, 6.1.1 (f))."""

    AS_CERTIFICATES_SAY = "as certificates say"
    REQUIRED = "required"


class PolicyMapping(Enum):
    """Whether policies may be mapped (RFC 5280, 6.1.1 (e))."""

    ALLOWED = "allowed"
    INHIBITED = "inhibited"


class AnyPolicy(Enum):
    """Whether anyPolicy counts as every policy (RFC 5280, 6.1.1 (g))."""

    ALLOWED = "allowed"
    INHIBITED = "inhibited"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathOptions:
    """The inputs of RFC 5280, 6.1.1 that are not certificates.

    `initial_policies`: acceptable policies, dotted. `max_path_length`: how many issuers
    between leaf and anchor, self-issued ones not counted; None for as many as there are.
    `handled_critical`: dotted OIDs of further critical extensions that the caller judges.
    """

    anchor_constraints: AnchorConstraints = AnchorConstraints.APPLY
    initial_policies: frozenset[str] = frozenset({ANY_POLICY})
    explicit_policy: ExplicitPolicy = ExplicitPolicy.AS_CERTIFICATES_SAY
    policy_mapping: PolicyMapping = PolicyMapping.ALLOWED
    any_policy: AnyPolicy = AnyPolicy.ALLOWED
    max_path_length: int | None = None
    handled_critical: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CandidatePath:
    """One chain of certificates from the leaf towards an anchor, judged.

    `certificates`: the leaf, then its issuers; the anchor is not among them, unless the
    leaf is itself the anchor (`is_pinned`). `indices`: where each stands in the presented
    chain, None for a known intermediate. `anchor`: None where this end has none.
    `faults`: every fault that does not depend on the time. `line`: the same object for all
    paths that are known to differ in nothing but the leaf and to have no such fault, else None.
    """

    certificates: tuple[Certificate, ...]
    indices: tuple[int | None, ...]
    anchor: Anchor | None
    faults: tuple[PathFault, ...]
    anchor_constraints: AnchorConstraints = AnchorConstraints.APPLY
    line: Hashable = field(default=None, repr=False, compare=False)

    @property
    def is_pinned(self) -> bool:
        """Whether the leaf is itself the anchor, so that there is no issuer to speak of."""
        return self.anchor is not None and self.anchor.certificate.der == self.certificates[0].der

    def faults_at(self, at: int) -> tuple[PathFault, ...]:
        """Return every fault at the instant `at` (seconds since 1970), in order of position.

        RFC 5280, 4.1.2.5: notBefore and notAfter belong to the period.
        """
        if self._is_current(at):
            return self.faults
        judged = (_outside(c, position, start, at) for position, start, c in self._dated())
        dated = [fault for fault in judged if fault is not None]
        if not dated:
            return self.faults
        return tuple(sorted([*self.faults, *dated], key=lambda fault: fault.position))

    def _is_current(self, at: int) -> bool:
        """Whether every certificate says that it is valid at `at`, the anchor too."""
        ends = () if self.anchor is None else (self.anchor.certificate,)
        for certificate in (*self.certificates, *ends):
            start, end = certificate.not_before, certificate.not_after
            if start.__class__ is not int or end.__class__ is not int:
                return False
            if not start <= at <= end:
                return False
        return True

    def instants(self) -> tuple[int, ...]:
        """Return the instants at which `faults_at` begins to answer otherwise, in order."""
        found: set[int] = set()
        for _, _, certificate in self._dated():
            if not isinstance(certificate.not_before, Unreadable):
                found.add(certificate.not_before)
            if (
                not isinstance(certificate.not_after, Unreadable)
                and certificate.not_after < _NO_EXPIRY
            ):
                found.add(certificate.not_after + 1)
        return tuple(sorted(found))

    def _dated(self) -> list[tuple[int, str, Certificate]]:
        """List the certificates whose validity counts: position, start of the code, certificate."""
        dated = [(i, "path.", certificate) for i, certificate in enumerate(self.certificates)]
        if (
            self.anchor is not None
            and not self.is_pinned
            and self.anchor_constraints is AnchorConstraints.APPLY
        ):
            dated.append((len(self.certificates), "path.anchor_", self.anchor.certificate))
        return dated


def _outside(certificate: Certificate, position: int, start: str, at: int) -> PathFault | None:
    """Return the fault of a certificate that is not valid at `at`; `start` begins its code.

    A date that cannot be read is a fault at every time, told by `validation`.
    """
    after, before = certificate.not_after, certificate.not_before
    if not isinstance(after, Unreadable) and at > after:
        return PathFault(
            start + "expired", position, "the certificate has expired", f"<= {after}", str(at)
        )
    if not isinstance(before, Unreadable) and at < before:
        return PathFault(
            start + "not_yet_valid",
            position,
            "the certificate is not yet valid",
            f">= {before}",
            str(at),
        )
    return None


@dataclass(frozen=True, slots=True)
class PathSearch:
    """What one search found.

    `candidates`: the best first: with an anchor and without faults, then with an anchor.
    Where none leads to an anchor, the longest ones without. `exhausted`: the code of the
    first bound that stopped the search, or None; a candidate without faults is good all
    the same, but others may not have been looked at.
    """

    candidates: tuple[CandidatePath, ...]
    exhausted: str | None
