"""TLSA records of a connecting server (RFC 6698, RFC 7671), as draft-frank honours them.

The records stand under the port of the peer's own service. Every usage, selector and matching
type is here, from signed zones and others, good and bad.
"""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.forged_tlsa import association
from mtlspolicy.suite.authoring import NO_ANCHORS, Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.draft_frank import SAID, Change, add_row, find
from mtlspolicy.suite.cases.draft_frank import by_address as issued_to_its_address
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.suite.authoring import CaseDraft

__all__ = ["named", "publish", "record"]

NOTES: Final = {
    "match": Flag(
        text="a record names what the peer presents",
        bug="refuses a peer that its own zone vouches for",
    ),
    "mismatch": Flag(
        text="the records name something else",
        bug="lets in whom the zone has said that it is not",
    ),
    "unsigned": Flag(
        text="the records are not signed",
        bug="lets whoever forges an answer admit a peer, or keep one out",
    ),
    "form": Flag(
        text="a record that cannot be honoured",
        bug="takes part of a digest for the whole, or nothing for something",
    ),
    "missing": Flag(
        text="records that nobody has asked for, or got",
        bug="takes silence for the answer that there are none",
    ),
    "anchor": Flag(
        text="a record in place of a trust anchor",
        bug="lets a zone vouch for a chain without being asked to",
    ),
}

SPACE: Final = Namespace("draft-frank-tlsa", "TLSA records of a connecting server", NOTES)
NAMESPACES: Final = (SPACE,)

_STRANGER: Final = hashlib.sha256(b"another key").hexdigest()
_REPLACE: Final = {"tlsa_usages_2_3": "replace"}
_RESTRICT: Final = {"unsigned_tlsa": "restrict"}


def record(usage: int, data: str, selector: int = 1, matching_type: int = 1) -> dict[str, Any]:
    """Return one TLSA record."""
    return {"usage": usage, "selector": selector, "matching_type": matching_type, "data": data}


def named(
    draft: CaseDraft, usage: int, selector: int = 1, matching_type: int = 1, *, at: int = 0
) -> dict[str, Any]:
    """Return a record of what the client presents at a position; -1 is the anchor."""
    built = draft.client.build()
    der = built.anchor if at < 0 else built.presented[at]
    return record(usage, association(der, selector, matching_type), selector, matching_type)


def publish(draft: CaseDraft, *records: dict[str, Any], status: str = "secure") -> None:
    """Answer the question for TLSA records."""
    found = find(draft, "TLSA")
    found.pop("failure", None)
    found |= {"data": list(records), "status": status}


_row: Final = partial(add_row, SPACE)


def _published(usage: int, *how: int, at: int = 0, status: str = "secure") -> Change:
    return lambda draft: publish(draft, named(draft, usage, *how, at=at), status=status)


def _strange(usage: int, status: str = "secure") -> Change:
    return lambda draft: publish(draft, record(usage, _STRANGER), status=status)


_SELECTORS: Final = {0: "certificate", 1: "key"}
_TYPES: Final = {0: "itself", 1: "sha256", 2: "sha512"}

for _selector, _what in _SELECTORS.items():
    for _type, _how in _TYPES.items():
        _row(
            f"names-the-{_what}-{_how}",
            "match",
            f"Usage 1, selector {_selector}, matching type {_type}: the leaf is named (3.3-11a).",
            _published(1, _selector, _type),
            accept(warnings=SAID),
            "3.3-11a",
            neighbour="names-another-leaf",
        )

_row(
    "names-the-issuer",
    "match",
    "Usage 0 names a CA of the validated path (3.3-11a; RFC 6698, 2.1.1).",
    _published(0, at=1),
    accept(warnings=SAID),
    "3.3-11a",
    neighbour="names-another-issuer",
)
_row(
    "names-the-anchor",
    "match",
    "Usage 0 may name the anchor, which nobody presents (3.3-11a; RFC 6698, 2.1.1).",
    _published(0, at=-1),
    accept(warnings=SAID),
    "3.3-11a",
    neighbour="names-another-issuer",
)
_row(
    "names-the-key-in-a-signed-zone",
    "match",
    "Usage 3 is honoured in a signed zone (3.3-11c).",
    _published(3),
    accept(warnings=SAID),
    "3.3-11c",
    neighbour="names-another-key-in-a-signed-zone",
)
_row(
    "one-of-several-records",
    "match",
    "While keys roll over there are several records, of which one matches (RFC 7671, 8).",
    lambda draft: publish(draft, record(3, _STRANGER), named(draft, 3), record(255, "00")),
    accept(warnings=SAID),
    "3.3-11a",
    neighbour="names-another-leaf",
)
_row(
    "no-records",
    "match",
    "Where it is proven that there are no records there is nothing to honour (3.3-11a).",
    lambda _: None,
    accept(warnings=SAID),
    "3.3-7a",
    "3.3-11a",
    neighbour="not-asked",
)
_row(
    "names-another-leaf",
    "mismatch",
    "The usage of a received record is honoured: this one names another leaf (3.3-11a).",
    _strange(1),
    reject("tlsa.mismatch", alert="bad_certificate"),
    "3.3-11a",
    neighbour="no-records",
)
_row(
    "names-another-issuer",
    "mismatch",
    "Usage 0 names a CA that the path does not have (3.3-11a).",
    _strange(0),
    reject("tlsa.mismatch"),
    "3.3-11a",
    neighbour="no-records",
)
_row(
    "names-another-key-in-a-signed-zone",
    "mismatch",
    "Usage 3 is honoured in a signed zone: no other key is this peer's (3.3-11c, Q-25).",
    _strange(3),
    reject("tlsa.mismatch"),
    "3.3-11c",
    "Q-25",
    neighbour="names-the-key-in-a-signed-zone",
)


def _bystander(draft: CaseDraft) -> None:
    """Present the server's issuer, which the record names, beside the client's own chain."""
    der = draft.server.build().presented[1]
    draft.client.issuers[0].key = "p256-11"
    draft.client.extra.append(der)
    publish(draft, record(2, association(der)))


_row(
    "issuer-that-only-stands-there",
    "mismatch",
    "That a CA stands in the chain says nothing: the leaf has to lead to it (RFC 7671, 5.2).",
    _bystander,
    reject("tlsa.mismatch"),
    "3.3-11c",
    neighbour="names-the-key-in-a-signed-zone",
)


# -- unsigned

_row(
    "unsigned-and-ignored",
    "unsigned",
    "Records of a zone that is not signed prove nothing; they are ignored, which is said (Q-24).",
    _strange(1, "insecure"),
    accept(warnings=(*SAID, "tlsa.unsigned_ignored")),
    "3.3-11b",
    "Q-24",
    neighbour="unsigned-and-honoured",
)
_row(
    "unsigned-and-honoured",
    "unsigned",
    "In a zone that is not signed the usages 0 and 1 are honoured, by setting (3.3-11b).",
    _strange(1, "insecure"),
    reject("tlsa.unsigned_mismatch", settings=_RESTRICT),
    "3.3-11b",
    "Q-24",
    neighbour="unsigned-match",
)
_row(
    "unsigned-match",
    "unsigned",
    "One that names the leaf restricts nothing (3.3-11b).",
    _published(1, status="insecure"),
    accept(warnings=SAID, settings=_RESTRICT),
    "3.3-11b",
    neighbour="unsigned-and-honoured",
)
_row(
    "unsigned-usage-three",
    "unsigned",
    "The usages 2 and 3 are not honoured there, whatever they name (3.3-11b).",
    _strange(3, "insecure"),
    accept(warnings=SAID, settings=_RESTRICT),
    "3.3-11b",
    neighbour="unsigned-and-honoured",
)
_row(
    "unsigned-and-cut-short",
    "unsigned",
    "A forged record that is malformed keeps nobody out where unsigned ones are ignored (Q-24).",
    lambda draft: publish(draft, record(1, _STRANGER[:-2]), status="insecure"),
    accept(warnings=(*SAID, "tlsa.unsigned_ignored")),
    "Q-24",
    neighbour="cut-short",
)

# -- form

_row(
    "cut-short",
    "form",
    "A SHA-256 digest has 32 octets (RFC 6698, 2.1.3).",
    lambda draft: publish(draft, record(1, named(draft, 1)["data"][:-2])),
    reject("tlsa.malformed"),
    "3.3-11a",
    neighbour="names-the-key-sha256",
)
_row(
    "one-cut-short-among-good-ones",
    "form",
    "One record of the wrong length spoils the set: nobody can tell what was cut off.",
    lambda draft: publish(draft, named(draft, 1), record(3, "00" * 33)),
    reject("tlsa.malformed"),
    "3.3-11a",
    neighbour="one-of-several-records",
)
_row(
    "empty",
    "form",
    "A record without data names nothing.",
    lambda draft: publish(draft, record(3, "", 0, 0)),
    reject("tlsa.malformed"),
    "3.3-11a",
    neighbour="no-records",
)
_row(
    "no-record-that-is-understood",
    "form",
    "A usage that nobody knows cannot be honoured (3.3-11a).",
    lambda draft: publish(draft, record(4, _STRANGER), record(3, _STRANGER, 2)),
    reject("tlsa.unusable"),
    "3.3-11a",
    neighbour="one-of-several-records",
)
_row(
    "thirty-three-records",
    "form",
    "More records than are looked at (Q-32).",
    lambda draft: publish(
        draft, *(record(3, hashlib.sha256(b"%d" % n).hexdigest()) for n in range(33))
    ),
    reject("tlsa.too_many"),
    "Q-32",
    neighbour="no-records",
)

# -- missing

_row(
    "not-asked",
    "missing",
    "Whoever confirms the name also asks for its TLSA records (3.3-7a).",
    lambda draft: draft.evidence["dns"]["answers"].remove(find(draft, "TLSA")),
    indeterminate("tlsa.not_answered", missing_evidence=["dns.answers"]),
    "3.3-7a",
    neighbour="no-records",
)
_row(
    "port-not-known",
    "missing",
    "Under which port they stand is a matter of configuration (Q-23).",
    lambda draft: draft.evidence["handshake"].pop("service"),
    indeterminate("tlsa.port_unknown", missing_evidence=["handshake.server_port"]),
    "Q-23",
    neighbour="no-records",
)
_row(
    "failed-in-time",
    "missing",
    "Whoever stands in between can let the question fail, and is not let off by it (Q-22).",
    lambda draft: find(draft, "TLSA").update(failure="timeout", status="indeterminate"),
    reject("tlsa.lookup_failed"),
    "Q-22",
    neighbour="no-records",
)
_row(
    "bogus",
    "missing",
    "A bogus answer refuses, wherever it stands (3.3-9, Q-21).",
    lambda draft: find(draft, "TLSA").update(status="bogus"),
    reject("tlsa.bogus"),
    "Q-21",
    neighbour="no-records",
)
_row(
    "answer-of-yesterday",
    "missing",
    "What has outlived its TTL is not known any more (Q-37).",
    lambda draft: find(draft, "TLSA").update(time="2026-04-30T00:00:00Z"),
    indeterminate("tlsa.expired", missing_evidence=["dns.answers"]),
    "Q-37",
    neighbour="no-records",
)


def _vouched(draft: CaseDraft) -> None:
    """Vouch for a path whose anchor nobody has shown."""
    draft.evidence["client"]["anchors"] = NO_ANCHORS
    draft.evidence["asserted"] = ["client.path"]
    publish(draft, record(0, _STRANGER))


_row(
    "path-not-known",
    "missing",
    "Whether a record names a CA of the path is not known while the path is not (3.3-11a).",
    _vouched,
    indeterminate("tlsa.undetermined", missing_evidence=["dns.answers"]),
    "3.3-11a",
    neighbour="no-records",
)


# -- in place of an anchor


def _private(draft: CaseDraft) -> None:
    """Let the client's chain lead to no anchor that is given."""
    anchor = draft.server.build().anchor
    draft.client.issuers[0].key = "p256-11"
    draft.client.anchor.key = "p256-12"
    certificate = base64.b64encode(anchor).decode("ascii")
    draft.evidence["client"]["anchors"] = [{"certificate": certificate}]


def _private_named(usage: int, at: int, status: str = "secure") -> Change:
    def change(draft: CaseDraft) -> None:
        _private(draft)
        publish(draft, named(draft, usage, at=at), status=status)

    return change


for _usage, _at, _what in ((3, 0, "the-key"), (2, 1, "an-issuer")):
    _row(
        f"{_what}-in-place-of-an-anchor",
        "anchor",
        f"A secure record of usage {_usage} replaces the trust anchor, by setting (3.3-11c, Q-25).",
        _private_named(_usage, _at),
        accept(warnings=SAID, settings=_REPLACE),
        "3.3-11c",
        "Q-25",
        neighbour=f"{_what}-replaces-nothing",
    )
    _row(
        f"{_what}-replaces-nothing",
        "anchor",
        "By default it restricts, and replaces nothing (Q-25).",
        _private_named(_usage, _at),
        reject("path.invalid"),
        "Q-25",
        neighbour=f"{_what}-in-place-of-an-anchor",
    )
_row(
    "unsigned-in-place-of-an-anchor",
    "anchor",
    "A record that is not secure at every hop replaces nothing (3.3-11b, Q-25).",
    _private_named(3, 0, "insecure"),
    reject("path.invalid", settings=_REPLACE),
    "Q-25",
    neighbour="the-key-in-place-of-an-anchor",
)


def _users_only(draft: CaseDraft) -> None:
    draft.client.issuers[0].set_purposes("clientAuth")
    _private_named(2, 1)(draft)


_row(
    "issuer-of-users-in-place-of-an-anchor",
    "anchor",
    "A CA that stands for the anchor permits serverAuth, as any other would (Q-3, Q-25).",
    _users_only,
    reject("purpose.issuer_refuses", "tlsa.mismatch", "path.invalid", settings=_REPLACE),
    "Q-25",
    neighbour="an-issuer-in-place-of-an-anchor",
)


# -- of an address


def _of_an_address(data: Callable[[CaseDraft], dict[str, Any]]) -> Change:
    def change(draft: CaseDraft) -> None:
        issued_to_its_address(draft)
        publish(draft, data(draft))

    return change


_row(
    "of-the-address",
    "match",
    "For an address the records stand in the reverse lookup zone (3.3-8a).",
    _of_an_address(lambda draft: named(draft, 3)),
    accept(warnings=SAID),
    "3.3-8a",
    neighbour="of-the-address-and-another",
)
_row(
    "of-the-address-and-another",
    "mismatch",
    "What the reverse zone says of the key of an address counts (3.3-8a).",
    _of_an_address(lambda _: record(3, _STRANGER)),
    reject("tlsa.mismatch"),
    "3.3-8a",
    neighbour="of-the-address",
)
