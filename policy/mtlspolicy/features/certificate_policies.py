"""The certificate policies of one certificate (RFC 5280, 4.2.1.4).

This module knows which policies are listed, in which order, and of which kinds their
qualifiers are. It must not know what a policy promises, nor process policies along a path.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from mtlspolicy.facts.certificate import CertificatePolicies, Unreadable
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.optional import (
    both_where_asked,
    common_atoms,
    known,
    named_in,
    some_of,
    stand_twice,
)
from mtlspolicy.features.parameters import Parameter, choice
from mtlspolicy.features.sets import alike, plainest
from mtlspolicy.features.web_urls import WEB_URL
from mtlspolicy.features.words import POLICY, policy_name, several

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from mtlspolicy.facts.certificate import Note
    from mtlspolicy.features.subject import CertificateSubject, Place

__all__ = ["OTHER_POLICY", "QUALIFIERS", "Policies", "PoliciesFeature", "Value"]

OID: Final = "2.5.29.32"

OTHER_POLICY: Final = "1.3.6.1.4.1.32473.1.8"
"""Stands for every policy that no call names (RFC 5612: the example arc)."""

QUALIFIERS: Final = {
    "cps-http": "a pointer to a CPS by http or https (BR 7.1.2.7.9)",
    "cps-other": "a pointer to a CPS that is no URL of these schemes",
    "notice": "a user notice",
    "other": "a qualifier of another kind, or an empty list of qualifiers",
}
"""The kinds of policy qualifiers."""

_CPS: Final = "1.3.6.1.5.5.7.2.1"
_NOTICE: Final = "1.3.6.1.5.5.7.2.2"


class Policies(NamedTuple):
    """The policies in order, each once; the kinds of their qualifiers."""

    oids: tuple[str, ...]
    qualifiers: frozenset[str]
    critical: bool
    repeats: bool


Value = Policies | Unreadable | None


def _empty(value: Value) -> Truth:
    return known(value, lambda policies: not policies.oids)


def _includes(value: Value, oid: str) -> Truth:
    return known(value, lambda policies: oid in policies.oids)


def _includes_any(value: Value, oids: tuple[str, ...]) -> Truth:
    return known(value, lambda policies: any(oid in policies.oids for oid in oids))


def _exactly_one_of(value: Value, oids: tuple[str, ...]) -> Truth:
    return known(value, lambda policies: sum(oid in policies.oids for oid in oids) == 1)


def _only(value: Value, oids: tuple[str, ...]) -> Truth:
    return value is None or known(value, lambda policies: set(policies.oids).issubset(oids))


def _first_in(value: Value, oids: tuple[str, ...]) -> Truth:
    return known(value, lambda policies: bool(policies.oids) and policies.oids[0] in oids)


def _repeats(value: Value) -> Truth:
    return known(value, lambda policies: policies.repeats)


def _qualifiers_only(value: Value, kinds: tuple[str, ...]) -> Truth:
    return value is None or known(value, lambda policies: policies.qualifiers.issubset(kinds))


class PoliciesFeature(Feature[Value]):
    """Which certificate policies are listed, and how."""

    name: ClassVar[str] = "policies"
    title: ClassVar[str] = "certificate policies"
    scope: ClassVar[Scope] = Scope.CERTIFICATE
    kept: ClassVar[bool] = True
    recurring: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        *common_atoms("policies", "a certificate policies extension"),
        Atom(
            "policies.empty",
            (),
            _empty,
            "the certificate policies are an empty list",
            "the certificate policies are not an empty list",
        ),
        Atom(
            "policies.includes",
            (Parameter("policy", POLICY),),
            _includes,
            "the certificate policies list {0}",
            "the certificate policies do not list {0}",
            show=policy_name,
        ),
        Atom(
            "policies.includes_any",
            (Parameter("policies", several(POLICY, "policies")),),
            _includes_any,
            "the certificate policies list {0:or}",
            "the certificate policies list none of {0}",
            show=policy_name,
        ),
        Atom(
            "policies.exactly_one_of",
            (Parameter("policies", several(POLICY, "policies")),),
            _exactly_one_of,
            "the certificate policies list exactly one of {0}",
            "the certificate policies do not list exactly one of {0}",
            show=policy_name,
        ),
        Atom(
            "policies.only",
            (Parameter("policies", several(POLICY, "policies")),),
            _only,
            "the certificate policies list nothing but {0}",
            "the certificate policies list something else than {0}",
            "True where the extension is absent: absence lists nothing.",
            show=policy_name,
        ),
        Atom(
            "policies.first_in",
            (Parameter("policies", several(POLICY, "policies")),),
            _first_in,
            "the first certificate policy is {0:or}",
            "the first certificate policy is not {0:or}",
            show=policy_name,
        ),
        Atom(
            "policies.repeats",
            (),
            _repeats,
            "a certificate policy stands twice",
            "no certificate policy stands twice",
        ),
        Atom(
            "policies.qualifiers_only",
            (Parameter("kinds", several(choice(*QUALIFIERS), "kinds", least=0)),),
            _qualifiers_only,
            "there are no policy qualifiers but {0}",
            "there are other policy qualifiers than {0}",
            "True where the extension is absent. The kinds: "
            + "; ".join(f"`{word}` is {text}" for word, text in QUALIFIERS.items()),
        ),
    )

    def read(self, subject: CertificateSubject) -> Value:
        """Summarise the extension."""
        found = subject.certificate.find(OID)
        if found is None or isinstance(found, Unreadable):
            return found
        assert isinstance(found, CertificatePolicies)  # noqa: S101 - what is read of this OID
        oids = [policy.oid for policy in found.policies]
        kinds = [_kind(*q) for policy in found.policies for q in policy.qualifiers]
        if any(map(_is_empty_list_of_qualifiers, subject.certificate.notes)):
            kinds.append("other")  # RFC 5280, appendix A: SIZE (1..MAX)
        once = tuple(dict.fromkeys(oids))
        return Policies(once, frozenset(kinds), found.critical, len(once) != len(oids))

    def points(self, calls: Sequence[Call]) -> Iterator[Value]:
        """Every list of policies, in every order, that the calls can tell apart."""
        chosen = list(_qualifiers([c for c in calls if c.atom.name == _ABOUT_KINDS]))
        orders = list(_orders([c for c in calls if c.arguments and c.atom.name != _ABOUT_KINDS]))
        yield None
        flags = both_where_asked(calls, "policies.critical", "policies.repeats")
        for (critical, repeats), oids in product(flags, orders):
            if oids or not repeats:
                for some in chosen if oids else [()]:
                    yield Policies(oids, frozenset(some), critical, repeats)
        yield Unreadable.UNREADABLE

    def realise(self, value: Value, place: Place) -> None:
        """Write, or leave out, the extension; an unreadable one stands twice."""
        from mtlspolicy.forge import extensions  # noqa: PLC0415 - forging is not deciding

        draft = place.certificate
        if isinstance(value, Unreadable):
            twice = extensions.certificate_policies(OTHER_POLICY)
            stand_twice(draft, "certificatePolicies", twice)
        elif value is None:
            draft.drop_extension("certificatePolicies")
        else:
            draft.set_extension("certificatePolicies", _encode(value), critical=value.critical)

    def show(self, value: Value) -> object:
        """The names of the policies in order, null where absent."""
        if value is None:
            return None
        if isinstance(value, Unreadable):
            return "unreadable"
        return {
            "policies": [policy_name(oid) for oid in value.oids],
            "qualifiers": sorted(value.qualifiers),
            "critical": value.critical,
            "repeats": value.repeats,
        }

    def describe(self, value: Value) -> str:
        """In words."""
        if value is None:
            return "no certificate policies"
        if isinstance(value, Unreadable):
            return "certificate policies unreadable"
        text = f"policies {', '.join(map(policy_name, value.oids)) or 'empty'}"
        text += (
            f" with qualifiers {', '.join(sorted(value.qualifiers))}" if value.qualifiers else ""
        )
        text += ", one of them twice" if value.repeats else ""
        return f"{text}, critical" if value.critical else text


_ABOUT_KINDS: Final = "policies.qualifiers_only"
_ABOUT_FIRST: Final = "policies.first_in"
_ABOUT_ONE: Final = "policies.exactly_one_of"


def _is_empty_list_of_qualifiers(note: Note) -> bool:
    return note.code == "asn1.empty_list" and note.path.endswith(".policyQualifiers")


def _kind(oid: str, text: str) -> str:
    if oid == _CPS:
        return "cps-http" if WEB_URL.match(text) else "cps-other"  # BR 7.1.2.7.9
    return "notice" if oid == _NOTICE else "other"


def _qualifiers(calls: Sequence[Call]) -> Iterable[tuple[str, ...]]:
    """Return the sets of kinds of qualifiers that the calls can tell apart, smaller ones first."""
    kinds = named_in([call.arguments[0] for call in calls])
    unnamed = next((kind for kind in QUALIFIERS if kind not in kinds), None)
    if unnamed is not None:
        kinds[unnamed] = (False,) * len(calls)
    told: dict[Hashable, tuple[str, ...]] = {}
    for some in some_of(kinds):
        told.setdefault(_answers(calls, (OTHER_POLICY,), some), some)
    return told.values()


def _orders(calls: Sequence[Call]) -> Iterator[tuple[str, ...]]:
    """Yield lists with up to two of each class of policies, with whatever counts in front."""
    lists = [call.arguments[0] for call in calls]
    named = named_in([(a,) if isinstance(a, str) else a for a in lists])
    named[OTHER_POLICY] = (False,) * len(lists)
    classes = alike(named)
    number = {oid: place for place, members in enumerate(classes) for oid in members}
    first = [call for call in calls if call.atom.name == _ABOUT_FIRST]
    others = [call for call in calls if call.atom.name != _ABOUT_FIRST]

    def in_front(oids: tuple[str, ...]) -> dict[Hashable, str]:
        """One policy for each thing that is said of the first of them."""
        found: dict[Hashable, str] = {}
        for oid in oids:
            found.setdefault(_answers(first, (oid,)), oid)
        return found

    def told(oids: tuple[str, ...]) -> Hashable:
        counts = [_up_to_two(oids, c.arguments[0]) for c in others if c.atom.name == _ABOUT_ONE]
        return bool(oids), *counts, *_answers(others, oids), frozenset(in_front(oids))

    def order(oids: tuple[str, ...]) -> tuple[int, ...]:
        taken = Counter(number[oid] for oid in oids)
        return tuple([taken[place] for place in range(len(classes))])

    steps = [[tuple(m[:1]), *([tuple(m[:2])] if len(m) > 1 else [])] for m in classes]
    for flat in plainest(steps, told, order):
        for front in in_front(flat).values() if flat else [""]:
            yield tuple(sorted(flat, key=front.__ne__))


def _answers(
    calls: Sequence[Call], oids: tuple[str, ...], qualifiers: tuple[str, ...] = ()
) -> tuple[Truth, ...]:
    value = Policies(oids, frozenset(qualifiers), critical=False, repeats=False)
    return tuple([call.answer(value) for call in calls])


def _up_to_two(oids: tuple[str, ...], listed: tuple[str, ...]) -> int:
    return min(sum(oid in oids for oid in listed), 2)


def _encode(value: Policies) -> bytes:
    from mtlspolicy.features import forged_locations  # noqa: PLC0415 - forging is not deciding

    return forged_locations.policies(value.oids, value.qualifiers, repeats=value.repeats)
