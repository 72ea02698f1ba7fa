"""Trust in one side: its path, its name, its revocation status.

Three features whose values `derive.trust` defines. Each is True, False or unknown by
evidence, or asserted by the caller; an assertion counts as true and is shown as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mtlspolicy.derive.trust import CertificateRevocation, NameStatus, PathStatus, RevocationStatus
from mtlspolicy.evidence.context import NAME_TYPES
from mtlspolicy.features.base import Atom, Call, Feature, Scope, Truth
from mtlspolicy.features.parameters import TEXTS, Parameter, choices

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from mtlspolicy.features.subject import PathSubject, Place
from mtlspolicy.instants import format_instant

__all__ = ["NameFeature", "PathFeature", "RevocationFeature"]


def _assert(place: Place, word: str) -> None:
    """Put `word` for the side of `place` among the caller's assertions."""
    asserted: Any = place.evidence.setdefault("asserted", [])
    asserted.append(f"{place.side}.{word}")


def _hide_names(place: Place) -> None:
    """Leave the leaf with alternative names that cannot be read."""
    from mtlspolicy.features.optional import stand_twice  # noqa: PLC0415 - forging
    from mtlspolicy.forge import extensions  # noqa: PLC0415 - the same

    value = extensions.subject_alt_name(("dns", "a.example.com"))
    stand_twice(place.certificate, "subjectAltName", value)


def _valid(value: PathStatus) -> Truth:
    return True if value.asserted else value.valid


def _in_group(value: PathStatus, groups: tuple[str, ...]) -> Truth:
    if _valid(value) is False:
        return False
    return None if value.group is None else value.group in groups


class PathFeature(Feature[PathStatus]):
    """Whether the chain leads to an anchor of that side, and of which group."""

    name: ClassVar[str] = "path"
    title: ClassVar[str] = "certification path"
    scope: ClassVar[Scope] = Scope.PATH
    vouched: ClassVar[bool] = True
    above: ClassVar[bool] = True
    trust: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "path.valid",
            (),
            _valid,
            "the chain leads to a trust anchor of this side",
            "the chain does not lead to a trust anchor of this side",
            "RFC 5280, 6.1. Unknown without anchors, unless the caller asserts it.",
        ),
        Atom(
            "path.group",
            (Parameter("groups", TEXTS),),
            _in_group,
            "the chain ends in the anchor group {0:or}",
            "the chain does not end in the anchor group {0:or}",
        ),
    )

    def read(self, subject: PathSubject) -> PathStatus:
        """Return the status that was derived."""
        return subject.path

    def points(self, calls: Sequence[Call]) -> Iterator[PathStatus]:
        """Valid per group, invalid, and unknown."""
        groups = dict.fromkeys(g for call in calls for groups in call.arguments for g in groups)
        for group in (*groups, "another", None):
            yield PathStatus(valid=True, group=group)
        yield PathStatus(valid=False, faults=("path.issuer_missing",))
        yield PathStatus(valid=None)

    def realise(self, value: PathStatus, place: Place) -> None:
        """Assert a path, give anchors it does not lead to, or give none."""
        side: Any = place.evidence.setdefault(place.side, {})
        if value.valid:
            side["anchors"] = None
            _assert(place, "path" if value.group is None else f"path:group={value.group}")
        elif value.valid is None:
            side["anchors"] = None
        else:
            place.chain.signers[len(place.chain.issuers)] = "p256-7"

    def show(self, value: PathStatus) -> object:
        """The status in words, with the group and the faults."""
        word = (
            "asserted"
            if value.asserted
            else {True: "valid", False: "invalid", None: "unknown"}[value.valid]
        )
        return {"status": word, "group": value.group, "faults": list(value.faults)}

    def describe(self, value: PathStatus) -> str:
        """In words."""
        if value.valid is None:
            return "no anchors known"
        if not value.valid:
            return "path invalid"
        return "path valid" if value.group is None else f"path to a `{value.group}` anchor"


def _asked(value: NameStatus) -> Truth:
    return value.asked or value.asserted


def _matches(value: NameStatus) -> Truth:
    return True if value.asserted else value.matched


def _type(value: NameStatus, types: tuple[str, ...]) -> Truth:
    if value.asserted:
        return True
    return None if value.kind is None else value.kind in types


_WHY: Final = {
    "name.absent": "it has no name of that kind",
    "name.reference_invalid": "what is asked for is no name",
    "name.several": "it has several names where one counts",
    "name.unreadable": "its names cannot be read",
}


class NameFeature(Feature[NameStatus]):
    """Whether the certificate carries the name that was asked for."""

    name: ClassVar[str] = "name"
    title: ClassVar[str] = "peer name"
    scope: ClassVar[Scope] = Scope.PATH
    vouched: ClassVar[bool] = True
    above: ClassVar[bool] = True
    trust: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom("name.asked", (), _asked, "a name is asked for", "no name is asked for"),
        Atom(
            "name.matches",
            (),
            _matches,
            "the certificate carries the name that is asked for",
            "the certificate does not carry the name that is asked for",
            "RFC 9525 for servers. Unknown without a name, unless the caller asserts it.",
        ),
        Atom(
            "name.type",
            (Parameter("types", choices(*NAME_TYPES)),),
            _type,
            "the name that is asked for is of type {0:or}",
            "the name that is asked for is not of type {0:or}",
            "Unknown without a name. True where the caller asserts the name: then it was the "
            "caller who asked.",
        ),
    )

    def cell(self, calls: Sequence[Call]) -> Callable[[NameStatus], Hashable]:  # noqa: ARG002 - no constants
        """Key by what the atoms see: why a name does not match is for people."""
        return _seen

    def read(self, subject: PathSubject) -> NameStatus:
        """Return the status that was derived."""
        return subject.name

    def points(self, calls: Sequence[Call]) -> Iterator[NameStatus]:
        """Matched and not matched, per type where types are asked about; not asked."""
        typed = any(call.arguments for call in calls)
        for kind in NAME_TYPES if typed else (None,):
            yield NameStatus(asked=True, matched=True, kind=kind)
            yield NameStatus(asked=True, matched=False, kind=kind)
        yield NameStatus(asked=False, matched=None)
        for kind in NAME_TYPES[:4] + NAME_TYPES[6:] if typed else (None,):
            # the alternative names of the leaf cannot be read
            yield NameStatus(asked=True, matched=None, kind=kind)

    def realise(self, value: NameStatus, place: Place) -> None:
        """Assert the name, ask for a name that no certificate carries, or ask for none."""
        side: Any = place.evidence.setdefault(place.side, {})
        side.pop("name", None)
        if not value.asked:
            return
        if value.matched and value.kind is None:
            _assert(place, "name")
            return
        from mtlspolicy.features.forged_identity import (  # noqa: PLC0415 - forging is not deciding
            carried,
            hides_names,
            strange,
        )

        # Of alternative names that cannot be read, nothing is said; of a common name it is.
        hidden = value.matched is False and hides_names(place.certificate)
        kind = "cn" if hidden and value.kind != "dn" else value.kind or "dns"
        text = carried(place.certificate, kind) if value.matched else strange(kind)
        if value.matched is None:
            _hide_names(place)
        side["name"] = {"type": kind, "value": text}

    def show(self, value: NameStatus) -> object:
        """The status, and where a name was asked for its type, why not, and what is presented."""
        word = {True: "matched", False: "not matched", None: "unknown"}[value.matched]
        return {
            "status": "asserted" if value.asserted else word,
            "type": value.kind,
            "codes": [] if value.code is None else [value.code],
            "presented": list(value.presented),
        }

    def describe(self, value: NameStatus) -> str:
        """In words."""
        if not value.asked and not value.asserted:
            return "no name asked"
        if _matches(value):
            return "name matches"
        why = _WHY.get(value.code or "", "")
        if value.code == "name.mismatch":
            why = f"it has {', '.join(value.presented[:_MAX_TOLD])}"
            why += ", ..." * (len(value.presented) > _MAX_TOLD)
        return f"name does not match: {why}" if why else "name does not match"


_MAX_TOLD: Final = 3
"""Presented names that are told in a message."""


def _seen(value: NameStatus) -> Hashable:
    return value.asked, value.matched, value.asserted, value.kind


_WORDS = ("good", "partial", "revoked", "unknown", "absent")


def _word(value: RevocationStatus) -> str:
    return "good" if value.asserted else value.word


def _status(value: RevocationStatus, words: tuple[str, ...]) -> Truth:
    return _word(value) in words


def _not_revoked(value: RevocationStatus) -> Truth:
    return {"good": True, "partial": True, "revoked": False}.get(_word(value))


def _complete(value: RevocationStatus) -> Truth:
    return {"good": True, "revoked": True}.get(_word(value))


class RevocationFeature(Feature[RevocationStatus]):
    """What the revocation evidence says of the certificates of the path."""

    name: ClassVar[str] = "revocation"
    title: ClassVar[str] = "revocation"
    scope: ClassVar[Scope] = Scope.PATH
    vouched: ClassVar[bool] = True
    above: ClassVar[bool] = True
    trust: ClassVar[bool] = True
    atoms: ClassVar[tuple[Atom, ...]] = (
        Atom(
            "revocation.status",
            (Parameter("words", choices(*_WORDS)),),
            _status,
            "the revocation status is {0:or}",
            "the revocation status is not {0:or}",
            "`absent`: no evidence was given; `partial`: some certificates are good and nothing "
            "was given about the others; `unknown`: what was given says nothing usable.",
        ),
        Atom(
            "revocation.not_revoked",
            (),
            _not_revoked,
            "no certificate of the path is revoked, as far as evidence was given",
            "a certificate of the path is revoked",
            "Unknown where what was given is stale, bad or about others, or nothing was given.",
        ),
        Atom(
            "revocation.known",
            (),
            _complete,
            "the revocation status of every certificate of the path is known",
            "the revocation status of some certificate of the path is not known",
            "Never false: more evidence can make it known.",
        ),
    )

    def cell(self, calls: Sequence[Call]) -> Callable[[RevocationStatus], Hashable]:  # noqa: ARG002 - no constants
        """Key by the word: the details are for people."""
        return _word

    def read(self, subject: PathSubject) -> RevocationStatus:
        """Return the status that was derived."""
        return subject.revocation

    def points(self, calls: Sequence[Call]) -> Iterator[RevocationStatus]:  # noqa: ARG002 - no constants
        """One per word."""
        for word in ("absent", "good", "partial", "revoked", "unknown"):
            yield RevocationStatus(word)

    def realise(self, value: RevocationStatus, place: Place) -> None:
        """Assert good; the other words stand on evidence that the revocation builder makes."""
        if value.word == "good":
            _assert(place, "revocation")
        elif value.word != "absent":
            from mtlspolicy.forge.revocation import put_status  # noqa: PLC0415 - forging is not deciding

            put_status(place.chain, place.evidence, place.side, value.word)

    def show(self, value: RevocationStatus) -> object:
        """The word, or that it is asserted; and what is known of each certificate."""
        return {
            "status": "asserted" if value.asserted else value.word,
            "codes": _codes(value),
            "certificates": [_certificate(one) for one in value.certificates],
        }

    def describe(self, value: RevocationStatus) -> str:
        """In words; only what is not good is told per certificate."""
        word = "asserted" if value.asserted else value.word
        told = "; ".join(
            _told(one)
            for one in value.certificates
            if one.word not in ("good", "absent") or one.revoked_at is not None
        )
        return f"revocation {word}: {told}" if told else f"revocation {word}"


def _codes(value: RevocationStatus) -> list[str]:
    """Every code once: of the evidence as a whole, then of each certificate."""
    told = (code for one in value.certificates for code in one.codes)
    return list(dict.fromkeys((*value.codes, *told)))


def _certificate(one: CertificateRevocation) -> dict[str, object]:
    return {
        "position": one.position,
        "status": one.word,
        "revoked_at": None if one.revoked_at is None else format_instant(one.revoked_at),
        "reason": one.reason or None,
        "source": one.source or None,
        "codes": list(one.codes),
        "details": list(one.details),
    }


def _told(one: CertificateRevocation) -> str:
    who = "the leaf" if one.position == 0 else f"issuer {one.position}"
    if one.revoked_at is not None:
        reason = f" ({one.reason})" if one.reason else ""
        when = format_instant(one.revoked_at)
        later = "" if one.word == "revoked" else ", after the evaluation time"
        return f"{who} is revoked since {when}{reason}{later}"
    why = ", ".join((*one.codes, *one.details))
    return f"{who}: {one.word}" + (f" ({why})" if why else "")
