"""What a decision comes to: as what, as whom, until when, what is still to do or to give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.instants import format_instant
from mtlspolicy_cli.page import Page

if TYPE_CHECKING:
    from mtlspolicy import Decision

__all__ = ["how_to_give", "result"]

_LABEL: Final = 16
_RELATIONSHIPS: Final = {
    "undefined": "undefined: no row of the draft's table has these purposes",
    "undetermined": "undetermined: a purpose cannot be read",
}


def result(decision: Decision, page: Page) -> Iterator[str]:
    """Yield what holds, for whom, and until when."""
    relationship, until = decision.relationship, decision.valid_until
    yield from page.row("relationship", _RELATIONSHIPS.get(relationship, relationship), _LABEL)
    if decision.decision == "accept":
        for side, identity in decision.identity.items():
            context = decision.judged.context
            own, asked = context.perspective == side, context.of(side).name is not None
            yield from page.row(f"{side} is", _identity(identity, own=own, asked=asked), _LABEL)
    forever = "the end of time: no date changes the answer"
    last = forever if until is None else format_instant(until)
    yield from page.row("valid until", last, _LABEL)
    for one in decision.obligations:
        yield from page.row("you must still", f"{one['text']} ({one['id']})", _LABEL)
    if decision.alert is not None:
        yield from page.row("TLS alert", decision.alert, _LABEL)


def _identity(identity: dict[str, Any] | None, *, own: bool, asked: bool) -> str:
    if identity is None:
        return "not judged: it is one's own" if own else "nobody in particular"
    if identity["type"] is not None:
        who = f"{identity['type']} {identity['value']}"
    elif identity["asserted"]:
        who = "whom you assert it to be"
    elif asked:
        # A policy that does not judge this name has accepted all the same.
        who = "NOT whom you asked for: that name does not match, and the policy does not judge it"
    else:
        who = "nobody in particular: no name was asked for"
    group = identity["anchor_group"]
    return f"{who}, under an anchor of group {group}" if group else who


_HOW: Final = {
    "anchors": "--{side}-anchors FILE, with the intermediates in --{side}; or --asserted "
    "{side}.path if your TLS stack has built the path, {side}.issuers if it has judged the issuers",
    "intermediates": "the missing issuers, after the leaf in --{side} or in the evidence "
    "document; or --asserted {side}.issuers",
    "crls": "CRLs or OCSP responses in the evidence document (--context); or --asserted "
    "{side}.revocation",
    "address": "the peer's address as the socket has it, in the evidence document (--context)",
    "answers": "the answers to the questions named above, in the evidence document (--context)",
    "server_port": "the configured port of the service, in the evidence document (--context)",
    "ocsp": "OCSP responses in the evidence document (--context); or --asserted {side}.revocation",
}


def how_to_give(path: str) -> str:
    """Say how to give a piece of evidence, named by its path in the evidence document."""
    side, _, item = path.partition(".")
    if item == "name":
        flag = "--server-name NAME" if side == "server" else "--client-name TYPE:NAME"
        return f"{flag}; or --asserted {side}.name"
    return _HOW.get(item, "in the evidence document (--context)").format(side=side)
