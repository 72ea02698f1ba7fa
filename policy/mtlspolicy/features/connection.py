"""What the features of a connection have in common: its address, its handshake, its DNS.

Their values come from evidence that is of the connection, not of one side alone. They are as
varied as names are, so the engine remembers answers, not values.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from mtlspolicy.evidence.handshake import told
from mtlspolicy.features.base import Call, Feature, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mtlspolicy.derive.dns.peer import Peer
    from mtlspolicy.features.subject import PathSubject

__all__ = ["ConnectionFeature", "known_of", "told_of"]

V = TypeVar("V", bound=Hashable)


class ConnectionFeature(Feature[V]):
    """A feature that is read from evidence of the connection."""

    scope: ClassVar[Scope] = Scope.PATH
    trust: ClassVar[bool] = True
    beyond: ClassVar[bool] = True
    of_peer: ClassVar[bool] = True

    def cell(self, calls: Sequence[Call]) -> Callable[[V], Hashable]:
        """Key by the answers: they are known where nothing is told, as of most connections."""
        asked = tuple(calls)

        def answers(value: V) -> Hashable:
            return tuple([call.answer(value) for call in asked])

        @cache
        def untold() -> tuple[V, Hashable]:
            value = self.read(_of_nobody())
            return value, answers(value)

        def key(value: V) -> Hashable:
            nothing, known = untold()
            return known if value == nothing else answers(value)

        return key


def _of_nobody() -> Any:  # noqa: ANN401 - a subject without a certificate, which is not looked at
    """Return the subject of a connection of which nothing is told."""
    from mtlspolicy.derive.dns.peer import NOBODY  # noqa: PLC0415 - only where it is asked for
    from mtlspolicy.features.subject import PathSubject  # noqa: PLC0415 - the same

    nothing: Any = None
    return PathSubject(
        "client", nothing, 0, nothing, nothing, nothing, nothing, known=NOBODY, told={}
    )


def told_of(subject: PathSubject) -> Mapping[str, Any]:
    """Return what the evidence tells of the handshake, looked through once per subject."""
    if subject.told is None:
        subject.told = told(None if subject.context is None else subject.context.handshake)
    return subject.told


def known_of(subject: PathSubject) -> Peer:
    """Return what DNS says of the peer, found once per subject."""
    if subject.known is None:
        from mtlspolicy.derive.dns.peer import peer_of  # noqa: PLC0415 - only where it is asked for
        from mtlspolicy.evidence.context import Context  # noqa: PLC0415

        context = subject.context or Context(at=subject.at)
        subject.known = peer_of(
            context, subject.side, subject.certificate, subject.candidate, subject.at
        )
    return subject.known
