"""What a feature and an atom are.

A *feature* is one aspect of a pair that rules can ask about: the unit of reading,
abstraction and forging. Its *value* is a small immutable summary. An *atom* is a typed
question about that value: a pure function to True, False or None (unknown). Because an
atom sees nothing but the value, every reading of the rule language (evaluate, explain,
date, compare) agrees by construction:

- `Feature.read` summarises facts or evidence as a value;
- `Feature.points` lists values that together show every combination of answers that the
  atoms at hand can give, the plainest first; a `Domain` keeps one representative of each
  combination, so it is the coarsest abstraction that is still exact;
- `Feature.realise` makes bytes or evidence that have a given value.

A property test holds ``abstract(read(realise(v))) == abstract(v)`` for every point, and
another that random certificates never show a combination that the points lack.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from mtlspolicy.features.subject import CertificateSubject
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.features.parameters import Parameter
    from mtlspolicy.features.subject import Place

__all__ = ["Atom", "Call", "Domain", "Feature", "Scope", "Truth"]

Truth = bool | None
"""Kleene's three values: True, False, and None for unknown."""

V = TypeVar("V", bound=Hashable)


class Scope(Enum):
    """What a feature is read from, and so what a rule that asks about it is decided on."""

    CERTIFICATE = "certificate"
    """one certificate and the evaluation time"""
    PATH = "path"
    """one side's candidate path with that side's evidence"""
    PAIR = "pair"
    """both sides together"""


@dataclass(frozen=True, slots=True)
class Atom:
    """One typed question about a feature.

    `test` answers from the value and the parsed arguments. `phrase` and `denial` are
    English with ``{0}`` for the first argument. `instants` lists the seconds since 1970
    at which the answer may change while the value's own dates stay (none for most).
    Its name says which atom it is: no other is registered under it.
    """

    name: str
    parameters: tuple[Parameter, ...] = field(compare=False)
    test: Callable[..., Truth] = field(compare=False)
    phrase: str = field(compare=False)
    denial: str = field(compare=False)
    doc: str = field(default="", compare=False)
    instants: Callable[..., Iterable[int]] | None = field(default=None, compare=False)
    show: Callable[[Any], str] | None = field(default=None, compare=False)
    """how one argument is written in English; None for the general way"""


@dataclass(frozen=True, slots=True)
class Call:
    """An atom with its parsed arguments, as a policy asks it."""

    feature: Feature[Any] = field(compare=False)
    atom: Atom
    arguments: tuple[Any, ...]

    def answer(self, value: Any) -> Truth:  # noqa: ANN401 - any feature's value
        """Answer on a value of the feature."""
        return self.atom.test(value, *self.arguments)

    def instants(self, value: Any) -> Iterable[int]:  # noqa: ANN401 - any feature's value
        """List the seconds at which the answer on this value may change with time."""
        return () if self.atom.instants is None else self.atom.instants(value, *self.arguments)


class Feature(ABC, Generic[V]):
    """One aspect that rules can ask about. Subclasses are stateless; one instance is registered."""

    name: ClassVar[str]
    """the first word of its atoms' names"""
    title: ClassVar[str]
    """for people, lower case"""
    scope: ClassVar[Scope]
    recurring: ClassVar[bool] = False
    """True where `read` looks at nothing but what `Certificate.mould` has, when there is one, and
    at no extension that is of one certificate only: then those of one mould have one value"""
    kept: ClassVar[bool] = False
    """True where `read` takes its time and looks at nothing but the certificate, which keeps the
    value then, for whoever asks several policies"""
    vouched: ClassVar[bool] = False
    """True where, for a leaf that is presented alone and without evidence, `read` looks at nothing
    but what the caller vouches for"""
    above: ClassVar[bool] = False
    """True where `read` looks at nothing but what lies above the leaf on a path without a fault,
    how the name matched, and a status of revocation that no evidence was given for"""
    linking: ClassVar[bool] = False
    """True where `read` looks at nothing but what lies above the certificate on its path and, where
    there is one, at the certificate's mould"""
    beside: ClassVar[bool] = False
    """True where `read` looks at what else was presented, or is known, beside the path"""
    beyond: ClassVar[bool] = False
    """True where `read` looks at evidence of the connection, which no memo of a side has as key"""
    of_peer: ClassVar[bool] = False
    """True where it is about whoever presents the leaf: no other certificate can be asked for it"""
    trust: ClassVar[bool] = False
    """True for path, name and revocation: not applicable to one's own certificate"""
    atoms: ClassVar[tuple[Atom, ...]]

    @abstractmethod
    def read(self, subject: Any) -> V:  # noqa: ANN401 - a Certificate, path or pair by scope
        """Summarise the subject; never raises."""

    @abstractmethod
    def points(self, calls: Sequence[Call]) -> Iterator[V]:
        """List values showing every combination of answers that `calls` can have."""

    @abstractmethod
    def realise(self, value: V, place: Place) -> None:
        """Make the draft at `place` have this value."""

    @abstractmethod
    def show(self, value: V) -> object:
        """Write the value as JSON, for a finding's `found`."""

    @abstractmethod
    def describe(self, value: V) -> str:
        """Write the value in words, for a witness."""

    def aspect(self, atom: Atom) -> Callable[[V], Hashable] | None:  # noqa: ARG002
        """Return the function to what an atom looks at of a value; None: it looks at all of it.

        The same function for the same aspect: what has many values is asked once per aspect.
        """
        return None

    def cell(self, calls: Sequence[Call]) -> Callable[[V], Hashable] | None:  # noqa: ARG002
        """Return a fast function to a key on which all answers of `calls` depend.

        None means that the value itself is the key: right for values of which only a few
        exist. A feature with unbounded values (dates, lengths) overrides it.
        """
        return None

    def recurs(self, certificate: Certificate, calls: Sequence[Call]) -> bool:  # noqa: ARG002
        """Whether all certificates of this one's mould have one cell, as far as `calls` go.

        A feature overrides it where that depends on the mould.
        """
        return self.recurring

    def is_above(self, of: str, calls: Sequence[Call]) -> bool:  # noqa: ARG002
        """Whether `above` holds where it is read of the leaf, an issuer, a link or an anchor.

        As far as `calls` go, where nobody has told of disclosures, and with what is `beside`.
        A feature overrides it where that depends on either.
        """
        return self.above

    def reader(self, calls: Sequence[Call]) -> Callable[[Certificate, int], Hashable]:
        """Return the function from a certificate and a time to the cell, as the engine uses it.

        For features of certificate scope. One overrides it where the cell can be had for
        less than the whole value; it is the same cell all the same.
        """
        read, cell, name = self.read, self.cell(calls), self.name
        if self.kept:

            def find(certificate: Certificate, at: int) -> Hashable:
                made = certificate.made
                if name not in made:
                    made[name] = read(CertificateSubject(certificate, at))
                found = made[name]
                return found if cell is None else cell(found)

            return find
        if cell is None:
            return lambda certificate, at: read(CertificateSubject(certificate, at))
        return lambda certificate, at: cell(read(CertificateSubject(certificate, at)))


class Domain(Generic[V]):
    """The values of one feature, as far as some calls can tell them apart.

    `values` are representatives, the plainest of their combination of answers first.
    """

    def __init__(self, feature: Feature[V], calls: Sequence[Call]) -> None:
        self.feature = feature
        self.calls = tuple(dict.fromkeys(calls))
        self._table: dict[tuple[Truth, ...], V] = {}
        for point in feature.points(self.calls):
            self._table.setdefault(self.answers(point), point)

    @property
    def values(self) -> tuple[V, ...]:
        """The representatives, the plainest first."""
        return tuple(self._table.values())

    def answers(self, value: V) -> tuple[Truth, ...]:
        """Return the answer of every call on `value`, in the order of `calls`."""
        return tuple(call.answer(value) for call in self.calls)

    def abstract(self, value: V) -> V:
        """Return the representative of `value`.

        Raises KeyError where no point shows this combination of answers: a fault of
        `Feature.points`, which the property tests look for.
        """
        return self._table[self.answers(value)]
