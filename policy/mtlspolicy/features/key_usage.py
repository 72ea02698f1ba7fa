"""The key usage of one certificate (RFC 5280, 4.2.1.3)."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final

from mtlspolicy.facts.certificate import KeyUsage, Unreadable
from mtlspolicy.facts.purposes import KEY_USAGE_BITS
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import both_where_asked, common_atoms, known
from mtlspolicy.features.parameters import Parameter, choice, choices
from mtlspolicy.features.sets import covering_sets

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["BITS", "KeyUsageFeature", "Value"]

BITS: Final = KEY_USAGE_BITS
"""The names of the bits, in bit order (RFC 5280, 4.2.1.3)."""

Value = KeyUsage | Unreadable | None

_BIT = choice(*BITS)
_BITS = choices(*BITS)


def _set(value: Value) -> tuple[str, ...] | None:
    if value is None:
        return ()
    return None if isinstance(value, Unreadable) else value.bits


def _includes(value: Value, bit: str) -> Truth:
    bits = _set(value)
    return None if bits is None else bit in bits


def _includes_any(value: Value, wanted: tuple[str, ...]) -> Truth:
    bits = _set(value)
    return None if bits is None else any(bit in bits for bit in wanted)


def _only(value: Value, allowed: tuple[str, ...]) -> Truth:
    bits = _set(value)
    return None if bits is None else all(bit in allowed for bit in bits)


def _empty(value: Value) -> Truth:
    return known(value, lambda usage: not usage.bits)


_SIGN: Final = "keyCertSign"


def _named(calls: Sequence[Call]) -> dict[str, tuple[bool, ...]]:
    lists = [a if isinstance(a, tuple) else (a,) for call in calls for a in call.arguments]
    lists.append((_SIGN,))
    named = [bit for bit in BITS if any(bit in one for one in lists)]
    return {bit: tuple(bit in one for one in lists) for bit in named}


class KeyUsageFeature(Feature[Value]):
    """Which key usage bits a certificate sets, and how."""

    name: ClassVar[str] = "key_usage"
    title: ClassVar[str] = "key usage"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("key_usage", "a key usage"),
        Atom(
            "key_usage.empty",
            (),
            _empty,
            "the key usage sets no bit",
            "the key usage sets at least one bit",
        ),
        Atom(
            "key_usage.includes",
            (Parameter("bit", _BIT),),
            _includes,
            "the key usage sets {0}",
            "the key usage does not set {0}",
            "False where the extension is absent: absence sets nothing.",
        ),
        Atom(
            "key_usage.includes_any",
            (Parameter("bits", _BITS),),
            _includes_any,
            "the key usage sets {0:or}",
            "the key usage sets none of {0}",
        ),
        Atom(
            "key_usage.only",
            (Parameter("bits", _BITS),),
            _only,
            "the key usage sets nothing but {0}",
            "the key usage sets something else than {0}",
            "True where the extension is absent: absence sets nothing.",
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Return the extension as a fact."""
        return subject.certificate.key_usage

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every set of bits that the calls can tell apart, plain ones first."""

        def told(bits: tuple[str, ...]) -> Hashable:
            value = KeyUsage(bits=bits, critical=True)
            # Whether the key may sign certificates counts on a path, whatever rules ask.
            return _SIGN in bits, *[call.answer(value) for call in calls]

        named = _named(calls)
        unnamed = [bit for bit in BITS if bit not in named]
        found = covering_sets(named, unnamed[0] if unnamed else "", told)
        yield None
        for (uncritical,), bits in product(both_where_asked(calls, "key_usage.critical"), found):
            kept = tuple([bit for bit in BITS if bit in bits])
            yield KeyUsage(bits=kept, critical=not uncritical)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        draft.drop_extension("keyUsage")
        if isinstance(value, Unreadable):
            twice = extensions.key_usage("digitalSignature")
            draft.add_extension("keyUsage", twice, critical=True)
            draft.add_extension("keyUsage", twice, critical=True)
        elif value is not None:
            draft.set_extension(
                "keyUsage", extensions.key_usage(*value.bits), critical=value.critical
            )

    def show(self, value: Value) -> object:
        """The names of the bits, null where absent."""
        if value is None:
            return None
        return "unreadable" if isinstance(value, Unreadable) else list(value.bits)

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no KU"
        if isinstance(value, Unreadable):
            return "KU unreadable"
        return (
            f"KU {' and '.join(value.bits) or 'empty'}{'' if value.critical else ', not critical'}"
        )
