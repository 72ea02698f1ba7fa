"""The evidence of a command line: flags and the evidence document, made one Context.

A flag and the document that give one item differently are a contradiction, and an error;
giving it equally is fine. Nothing is fetched; the clock is read once, if no time is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from mtlspolicy.derive.reference import parse_reference
from mtlspolicy.errors import DocumentError, InputError
from mtlspolicy.evidence.assertions import parse_assertions
from mtlspolicy.evidence.context import (
    NAME_TYPES,
    AnchorEvidence,
    Context,
    PeerName,
    SideEvidence,
)
from mtlspolicy.instants import format_instant
from mtlspolicy.patterns import pattern
from mtlspolicy.records import dataclass, replace
from mtlspolicy_cli import output
from mtlspolicy_cli.inputs import Inputs
from mtlspolicy_cli.public_roots import FLAG, GROUP
from mtlspolicy_cli.refuse import contradiction, refuse

__all__ = ["Flags", "SideFlags", "context_of", "parse_at"]

_EMPTY_DOCUMENT: Final = {"schema_version": 1}
_EXAMPLE: Final = "write date, time and zone, such as 2026-05-01T00:00:00Z"
_INSTANT: Final = pattern(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)?\Z", re.ASCII
)
_GROUP: Final = pattern(r"[A-Za-z0-9._-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class SideFlags:
    """The flags of one side, as they were written."""

    name: str | None
    anchors: Sequence[str]
    public: Sequence[bytes] = ()
    """public roots, for the group of that name"""


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags that give evidence, as they were written; None or empty where not given."""

    at: str | None
    context: str | None
    perspective: str | None
    asserted: Sequence[str]
    settings: Mapping[str, Any]
    client: SideFlags
    server: SideFlags


def context_of(flags: Flags, inputs: Inputs) -> Context:
    """Return the evidence; raises where it cannot be read, or contradicts itself."""
    at = None if flags.at is None else parse_at(flags.at)
    document, context = _document(flags.context, at, inputs)
    if at is not None and at != context.at:
        contradiction("--at", "/at", flags.at, document["at"])
    context = _with_settings(_with_words(context, document, flags), flags.settings)
    context = replace(
        context,
        client=_side("client", context.client, flags.client, inputs),
        server=_side("server", context.server, flags.server, inputs),
    )
    if at is None and "at" not in document:
        when = format_instant(context.at)
        output.note(f"evaluated at {when}, by the clock; --at gives another time")
    return context


# -- time


def parse_at(text: str) -> int:
    """Return the seconds since 1970 of an instant (RFC 3339); a fraction is cut off."""
    match = _INSTANT.match(text)
    if match is None:
        refuse(f"`{text}` is no instant (--at)", _EXAMPLE)
    day, time, zone = match.groups()
    if zone is None:
        zoned = f"write {day}T{time}Z for UTC, or an offset such as {day}T{time}+02:00"
        refuse(f"`{text}` has no zone (--at)", zoned)
    try:
        offset = "+00:00" if zone in "Zz" else zone
        # The same instant in UTC must be one of the years 1 to 9999 as well.
        return int(datetime.fromisoformat(f"{day}T{time}{offset}").astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        refuse(f"`{text}` is no date of the calendar (--at)", _EXAMPLE)


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


# -- the document, and the flags on top of it


def _document(
    name: str | None, at: int | None, inputs: Inputs
) -> tuple[Mapping[str, Any], Context]:
    """Read the evidence document, or an empty one; a time of its own is kept."""
    if name is None:
        return _EMPTY_DOCUMENT, Context(at=_now() if at is None else at)
    from mtlspolicy import canonical  # noqa: PLC0415 - only where a document is given
    from mtlspolicy.evidence.document import read_context  # noqa: PLC0415 - the same

    text = inputs.read(name, "--context")
    what = f"the evidence document `{name}` (--context)"
    try:
        document = canonical.loads(text, what)
        return document, read_context(document, at=_now() if at is None else at)
    except DocumentError as error:
        from mtlspolicy_cli.documents import located  # noqa: PLC0415 - only when wrong

        raise located(error, text, what) from None


def _with_words(context: Context, document: Mapping[str, Any], flags: Flags) -> Context:
    """Put in the perspective and what is asserted."""
    wanted = flags.perspective
    if wanted is not None:
        given = document.get("perspective", wanted)
        if given != wanted:
            contradiction("--perspective", "/perspective", wanted, given)
        context = replace(context, perspective=wanted)
    words = [word.strip() for listed in flags.asserted for word in listed.split(",")]
    asserted = tuple(dict.fromkeys(word for word in words if word))
    if flags.asserted:
        parse_assertions(asserted)
        known = document.get("asserted", asserted)
        if set(known) != set(asserted):
            contradiction("--asserted", "/asserted", ",".join(asserted), ",".join(known))
        context = replace(context, asserted=asserted)
    return context


def _with_settings(context: Context, settings: Mapping[str, Any]) -> Context:
    for name, value in settings.items():
        given = context.settings.get(name, value)
        if given != value or type(given) is not type(value):
            contradiction(f"--set {name}", f"/settings/{name}", value, given)
    return context.with_settings({**context.settings, **settings})


def _side(side: str, evidence: SideEvidence, flags: SideFlags, inputs: Inputs) -> SideEvidence:
    """Put in the flags of one side."""
    where = f"/{side}/name of the evidence document"
    if flags.name is not None:
        where = f"--{side}-name"
        name = _name(side, flags.name)
        given = evidence.name or name
        if given != name:
            contradiction(where, f"/{side}/name", flags.name, f"{given.type}:{given.value}")
        evidence = replace(evidence, name=name)
    if evidence.name is not None:
        _check_name(side, evidence.name, where)
    if flags.anchors or flags.public:
        anchors = _anchors(side, flags, inputs)
        known = anchors if evidence.anchors is None else evidence.anchors
        if _certificates(known) != _certificates(anchors):
            ours, theirs = f"{len(anchors)} anchors", f"{len(known)} anchors, not the same"
            flag = f"--{side}-anchors" if flags.anchors else FLAG
            contradiction(flag, f"/{side}/anchors", ours, theirs)
        evidence = replace(evidence, anchors=known)
    return evidence


# -- names


def _name(side: str, written: str) -> PeerName:
    kind, colon, value = written.partition(":")
    if colon and kind in NAME_TYPES:
        return PeerName(kind, value)
    if side == "client":
        advice = f"write TYPE:NAME, such as dns:bot.example.com; types: {', '.join(NAME_TYPES)}"
        refuse(f"`{written}` does not say what type of name it is (--client-name)", advice)
    return PeerName("ip" if _is_address(written) else "dns", written)


def _is_address(text: str) -> bool:
    try:
        parse_reference("ip", text)
    except InputError:
        return False
    return True


def _check_name(side: str, name: PeerName, where: str) -> None:
    """Refuse a name that is no name: it could match nothing, and would look like a mismatch."""
    # RFC 9525, 6.1: a server's URI-ID is compared by scheme and host.
    kind = "uri-id" if side == "server" and name.type == "uri" else name.type
    try:
        parse_reference(kind, name.value)
    except InputError as error:
        refuse(f"{error.message} ({where})", error.help)


# -- anchors


def _anchors(side: str, flags: SideFlags, inputs: Inputs) -> tuple[AnchorEvidence, ...]:
    found: dict[tuple[str, bytes], AnchorEvidence] = {}
    for word in flags.anchors:
        group, equals, name = word.partition("=")
        if not equals or not _GROUP.match(group):
            group, name = "default", word
        for der in inputs.certificates(name, f"--{side}-anchors"):
            found.setdefault((group, der), AnchorEvidence(der, group))
    for der in flags.public:
        found.setdefault((GROUP, der), AnchorEvidence(der, GROUP))
    return tuple(found.values())


def _certificates(anchors: Sequence[AnchorEvidence]) -> set[tuple[str, bytes]]:
    return {(anchor.group, anchor.certificate) for anchor in anchors}
