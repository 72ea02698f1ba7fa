"""What only both leafs together can show: the same certificate or key in both roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mtlspolicy.features.subject import PairSubject, Place

__all__ = ["PairFeature", "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """Whether both sides present the same leaf, and the same key (None where unreadable)."""

    same_certificate: bool
    same_key: bool | None


def _same_certificate(value: Value) -> Truth:
    return value.same_certificate


def _same_key(value: Value) -> Truth:
    return value.same_key


class PairFeature(Feature[Value]):
    """Whether a component dials itself, or two roles share a key."""

    name: ClassVar[str] = "pair"
    title: ClassVar[str] = "both leafs"
    scope: ClassVar[Scope] = Scope.PAIR
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "pair.same_certificate",
            (),
            _same_certificate,
            "both sides present the same certificate",
            "the sides present different certificates",
        ),
        Atom(
            "pair.same_key",
            (),
            _same_key,
            "both sides present the same key",
            "the sides present different keys",
        ),
    )

    def read(self, subject: PairSubject) -> Value:
        """Compare both leafs."""
        client, server = subject.client, subject.server
        if isinstance(client.public_key, Unreadable) or isinstance(server.public_key, Unreadable):
            return Value(client.der == server.der, None)
        return Value(client.der == server.der, client.public_key.der == server.public_key.der)

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:  # noqa: ARG002 - no constants
        """Different, a shared key, the same certificate; and unreadable keys."""
        yield Value(same_certificate=False, same_key=False)
        yield Value(same_certificate=False, same_key=True)
        yield Value(same_certificate=True, same_key=True)
        yield Value(same_certificate=False, same_key=None)
        yield Value(same_certificate=True, same_key=None)

    def realise(self, value: Value, place: Place) -> None:
        """Copy the key, or the whole leaf, of the server to the client."""
        client, server = place.pair.client, place.pair.server
        if value.same_key is None:
            # an algorithm without an identifier, and some bits
            server.leaf.spki_der = bytes.fromhex("300730000303000102")
        if value.same_certificate:
            place.pair.client = server.copy()
        elif value.same_key or value.same_key is None:
            client.leaf.key, client.leaf.spki_der = server.leaf.key, server.leaf.spki_der
        elif client.leaf.key == server.leaf.key:
            client.leaf.key = "p256-13"

    def show(self, value: Value) -> object:
        """Both answers."""
        return {"same_certificate": value.same_certificate, "same_key": value.same_key}

    def describe(self, value: Value) -> str:
        """In words."""
        if value.same_certificate:
            return "the same certificate on both sides"
        return "the same key on both sides" if value.same_key else "different leafs"
