"""What the values of different features of one certificate have to do with each other.

Features are read one by one, yet not every combination of their values exists: a version
that allows no extensions leaves none, an extension that stands twice cannot be read. The
comparison of policies looks only at combinations that exist; `realise` makes those.

Three kinds of knowledge: values that no strict DER certificate can have (`exists`), pairs
of values that exclude each other (`PAIRS`), and conditions of which at least one holds
(`CLAUSES`). Nothing here knows policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.derive.standing import PROCESSED
from mtlspolicy.facts.certificate import Unreadable
from mtlspolicy.features.subject_plans import identified
from mtlspolicy.features.words import OWN_EXTENSIONS
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping

__all__ = [
    "CLAUSES",
    "OF_ISSUERS",
    "OPTIONAL",
    "PAIRS",
    "READ",
    "SOUND",
    "Clause",
    "PairOfValues",
    "current",
    "exists",
    "kinds_of",
    "telling",
]

OPTIONAL: Final = tuple(dict.fromkeys(OWN_EXTENSIONS.values()))
"""Features of one extension each: None where it is absent, unreadable where it stands twice."""


def exists(feature: str, value: Any) -> bool:  # noqa: ANN401, PLR0911 - any value; a line each
    """Say whether a certificate that is strict DER can have this value.

    What is not strict DER is refused under every policy, so no rule ever decides on it.
    """
    match feature:
        case "version":
            return value.number is not None
        case "signature":
            return value.same is not None
        case "san":
            return not isinstance(value.common, Unreadable)
        case "host_subject":
            return value is not None
        case "pair":
            return value.same_key is not None
        case "link":
            # Where the issuer, or a key identifier, is not known, no value is looked at.
            return None not in value
        case _:
            return feature in OPTIONAL or not isinstance(value, Unreadable)


# -- two features


@dataclass(frozen=True, slots=True)
class PairOfValues:
    """Two features of one certificate, and which of their values go together.

    `kinds` tells values of each apart as far as `together` needs: values of one kind
    behave alike.
    """

    one: str
    other: str
    together: Callable[[Any, Any], bool]
    kinds: tuple[Callable[[Any], Hashable], Callable[[Any], Hashable]]


def _extension(value: Any) -> Any:  # noqa: ANN401 - any feature's value
    """The extension itself: the feature of the alternative names holds the common name too."""
    return value.san if hasattr(value, "san") else value


def _kind_of_extension(value: Any) -> Hashable:  # noqa: ANN401 - any feature's value
    """Absent, unreadable or read."""
    extension = _extension(value)
    return extension is None, isinstance(extension, Unreadable)


def _kind_of_list(extensions: Any) -> Hashable:  # noqa: ANN401 - the list of extensions
    return extensions.repeats, extensions.empty, bool(extensions.others)


def _kind_of_version(version: Any) -> Hashable:  # noqa: ANN401 - a version
    return version.number == _NEWEST, version.misfit


def _kind_of_notes(notes: Any) -> Hashable:  # noqa: ANN401 - a set of codes
    return "bits.unnamed" in notes


def _unread_means_twice(extensions: Any, value: Any) -> bool:  # noqa: ANN401 - values of features
    # RFC 5280, 4.2: what stands twice has no value; what is broken inside is not strict DER.
    return bool(extensions.repeats) or not isinstance(_extension(value), Unreadable)


def _empty_means_none(extensions: Any, value: Any) -> bool:  # noqa: ANN401 - values of features
    return not extensions.empty or _extension(value) is None


def _bare(version: Any) -> bool:  # noqa: ANN401 - a version
    """A version that allows no extensions, and has none."""
    return version.number != _NEWEST and not version.misfit


_NEWEST: Final = 3


def _old_means_none(version: Any, value: Any) -> bool:  # noqa: ANN401 - values of features
    return not _bare(version) or _extension(value) is None


def _old_means_no_others(version: Any, extensions: Any) -> bool:  # noqa: ANN401 - values of features
    if version.misfit:
        return not extensions.empty
    return not _bare(version) or not (extensions.others or extensions.repeats)


def _unnamed_bit_is_in_usage(notes: Any, usage: Any) -> bool:  # noqa: ANN401 - values of features
    return "bits.unnamed" not in notes or not (usage is None or isinstance(usage, Unreadable))


def _kind_of_times(notes: Any) -> Hashable:  # noqa: ANN401 - a set of codes
    return "time.fraction" in notes


def _kind_of_agreement(extensions: Any) -> Hashable:  # noqa: ANN401 - the list of extensions
    return extensions.organization is True


def _kind_of_subject(subject: Any) -> Hashable:  # noqa: ANN401 - a subject
    """Whether the subject has one organizationIdentifier, in its form."""
    return identified(subject)


def _agreed_is_there(subject: Any, extensions: Any) -> bool:  # noqa: ANN401 - values of features
    return extensions.organization is not True or identified(subject)


def _kind_of_period(period: Any) -> Hashable:  # noqa: ANN401 - a validity period
    return period.not_before is None or period.not_after is None


def _unread_time_has_fraction(notes: Any, period: Any) -> bool:  # noqa: ANN401 - values of features
    # Any other time that cannot be read is not strict DER.
    return _kind_of_times(notes) == _kind_of_period(period)


_LIST_AND_OWN: Final = (_kind_of_list, _kind_of_extension)

PAIRS: Final[tuple[PairOfValues, ...]] = (
    *(
        PairOfValues("extensions", one, _unread_means_twice, _LIST_AND_OWN)
        for one in OPTIONAL
        # a negative pathLenConstraint is strict DER, against the ASN.1, and no value
        if one != "basic_constraints"
    ),
    *(PairOfValues("extensions", one, _empty_means_none, _LIST_AND_OWN) for one in OPTIONAL),
    *(
        PairOfValues("version", one, _old_means_none, (_kind_of_version, _kind_of_extension))
        for one in OPTIONAL
    ),
    PairOfValues("subject", "extensions", _agreed_is_there, (_kind_of_subject, _kind_of_agreement)),
    PairOfValues("version", "extensions", _old_means_no_others, (_kind_of_version, _kind_of_list)),
    PairOfValues(
        "encoding", "key_usage", _unnamed_bit_is_in_usage, (_kind_of_notes, _kind_of_extension)
    ),
    PairOfValues(
        "encoding", "validity", _unread_time_has_fraction, (_kind_of_times, _kind_of_period)
    ),
)
"""Every pair of features that are not independent."""


# -- at least one of several


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions on features of one certificate of which at least one holds.

    The clause stands only where every feature of `needs` is asked about, and where no
    extension that nobody asks about could be what is wanted.
    """

    needs: str
    conditions: Mapping[str, Callable[[Any], bool]]


def _unread(value: Any) -> bool:  # noqa: ANN401 - any feature's value
    return isinstance(_extension(value), Unreadable)


def _there(value: Any) -> bool:  # noqa: ANN401 - any feature's value
    return _extension(value) is not None


def _no_repetition_of_own(extensions: Any) -> bool:  # noqa: ANN401 - the list of extensions
    return not extensions.repeats or bool(extensions.others)


def _others_there(extensions: Any) -> bool:  # noqa: ANN401 - the list of extensions
    return bool(extensions.others)


def _fits(version: Any) -> bool:  # noqa: ANN401 - a version
    return not version.misfit


CLAUSES: Final[tuple[Clause, ...]] = (
    Clause("extensions", {"extensions": _no_repetition_of_own, **dict.fromkeys(OPTIONAL, _unread)}),
    Clause(
        "version",
        {"version": _fits, "extensions": _others_there, **dict.fromkeys(OPTIONAL, _there)},
    ),
)
"""What stands twice is one of the others or an extension of its own; a misfit has extensions."""


# -- a path that validates (RFC 5280, 6.1)


def current(period: Any) -> bool:  # noqa: ANN401 - a validity period, or a region of them
    """Say whether the time lies in the period."""
    started = getattr(period, "started", None)
    if started is not None or hasattr(period, "lasting"):
        return bool(started and period.lasting)
    return bool(period.not_before <= period.at <= period.not_after)


def _is_ca(value: Any) -> bool:  # noqa: ANN401 - basic constraints
    return not (value is None or isinstance(value, Unreadable)) and bool(value.ca)


def _signs(value: Any) -> bool:  # noqa: ANN401 - a key usage
    return value is None or (not isinstance(value, Unreadable) and "keyCertSign" in value.bits)


def _nothing_critical(value: Any) -> bool:  # noqa: ANN401 - the list of extensions
    return not value.critical and not value.repeats


def _readable(value: Any) -> bool:  # noqa: ANN401 - any feature's value
    return not isinstance(_extension(value), Unreadable)


def _quiet(value: Any) -> bool:  # noqa: ANN401 - any feature's value
    """Readable, and not critical where the path's validation does not process it."""
    return _readable(value) and not getattr(_extension(value), "critical", False)


def _dated(period: Any) -> bool:  # noqa: ANN401 - a validity period
    return _kind_of_period(period) is False


READ: Final[Mapping[str, Callable[[Any], bool]]] = {
    "extensions": _nothing_critical,
    "validity": _dated,
    **{
        feature: _readable if oid in PROCESSED else _quiet
        for oid, feature in OWN_EXTENSIONS.items()
    },
}
"""What every certificate of a path that validates must be, the anchor too, if a rule asks."""

SOUND: Final[Mapping[str, Callable[[Any], bool]]] = {"validity": current}
"""The same of every certificate but the anchor."""

OF_ISSUERS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "basic_constraints": _is_ca,
    "key_usage": _signs,
}
"""The same of issuers alone."""


def kinds_of(feature: str) -> tuple[Callable[[Any], Hashable], ...]:
    """Return the functions from a value to all that the constraints above tell of it."""
    kinds = [
        kind
        for pair in PAIRS
        for name, kind in zip((pair.one, pair.other), pair.kinds, strict=True)
        if name == feature
    ]
    kinds += [clause.conditions[feature] for clause in CLAUSES if feature in clause.conditions]
    kinds += [some[feature] for some in (READ, SOUND, OF_ISSUERS) if feature in some]
    return tuple(dict.fromkeys(kinds))


def telling(
    functions: Collection[Callable[[Any], Hashable]],
) -> tuple[Callable[[Any], Hashable], ...]:
    """Return those of such functions that tell all that the others do."""
    implied = (_unread, _there, _readable) if _kind_of_extension in functions else ()
    return tuple([one for one in functions if one not in implied])
