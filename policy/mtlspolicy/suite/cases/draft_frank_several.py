"""Peers of several names, and answers that stand beside others, under draft-frank.

A certificate may carry many names, an address may have many, and an evidence document may say
several things about one name. What lets a peer in has to be what was checked: each pair here
shows the honest peer, and one that borrows what another name or answer is good for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.forge.names import name
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.draft_frank import (
    ADDRESS,
    HOST,
    REVERSE,
    SAID,
    TLSA,
    Change,
    add_row,
    answer,
    find,
    put,
    user,
)
from mtlspolicy.suite.cases.draft_frank_tlsa import named, record
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft

NOTES: Final = {
    "names": Flag(
        text="a certificate of several names, all of which the address has",
        bug="lets a peer in by one name and asks the DNS about another",
    ),
    "both": Flag(
        text="a certificate of a name and an address",
        bug="looks at the records of one of them alone",
    ),
    "beside": Flag(
        text="an answer beside the one that is followed",
        bug="follows what an attacker put in place of an answer that failed",
    ),
    "source": Flag(
        text="an address that embeds another, or is of no host",
        bug="takes the address of a translator, or of a tunnel, for that of a peer",
    ),
    "device": Flag(
        text="a common name of a host in another dress",
        bug="takes the certificate of a device for a person's",
    ),
    "handshake": Flag(
        text="what nobody has told of the handshake",
        bug="takes what it was not told for what it would like to hear",
    ),
}

SPACE: Final = Namespace(
    "draft-frank-several", "peers of several names, and answers beside others", NOTES
)
NAMESPACES: Final = (SPACE,)

_OTHER: Final = "a.example.org"
"""A name of the same peer that comes first in every order."""

_LISTED: Final = {"allowed_peers": [HOST]}
_BOTH: Final = {"allow_dns_plus_ip": True}
_NOBODY_WARNS: Final = tuple(one for one in SAID if one != "peer.anybody")
_WRONG: Final = record(3, "00" * 32)


_row: Final = partial(add_row, SPACE)


# -- several names


def _two(draft: CaseDraft, *, expected: bool = False) -> None:
    """Give the client a second name, confirmed, signed, and without TLSA records."""
    draft.client.leaf.set_names(("dns", _OTHER), ("dns", HOST))
    find(draft, "PTR")["data"] = [{"target": _OTHER}, {"target": HOST}]
    put(draft, answer(_OTHER, "A", data=[{"address": ADDRESS}]))
    put(draft, answer(f"_5269._tcp.{_OTHER}", "TLSA"))
    if not expected:
        draft.without("client", "name")


def _wrong_key(draft: CaseDraft) -> None:
    tlsa = find(draft, "TLSA")
    del tlsa["failure"]
    tlsa["data"] = [_WRONG]


def _two_unsigned(draft: CaseDraft) -> None:
    _two(draft)
    find(draft, "A")["status"] = "insecure"


def _two_wrong_key(draft: CaseDraft) -> None:
    _two(draft)
    _wrong_key(draft)


def _two_expected(draft: CaseDraft) -> None:
    _two(draft, expected=True)


def _two_expected_wrong_key(draft: CaseDraft) -> None:
    _two(draft, expected=True)
    _wrong_key(draft)


def _two_expected_bogus(draft: CaseDraft) -> None:
    _two(draft, expected=True)
    find(draft, "A")["status"] = "bogus"


def _two_not_asked(draft: CaseDraft) -> None:
    _two(draft)
    draft.evidence["dns"]["answers"].remove(find(draft, "TLSA"))


def _two_local(draft: CaseDraft) -> None:
    """Allow the second name, which is below .local, in a certificate of a public CA."""
    _two(draft)
    local = "client.local"
    draft.client.leaf.set_names(("dns", _OTHER), ("dns", local))
    find(draft, "PTR")["data"] = [{"target": _OTHER}, {"target": local}]
    find(draft, "A")["owner"] = local
    find(draft, "TLSA")["owner"] = f"_5269._tcp.{local}"


_row(
    "listed-name-is-the-one-that-is-judged",
    "names",
    "Of two confirmed names the list allows one, and all that is asked of it holds (Q-17).",
    _two,
    accept(warnings=_NOBODY_WARNS, settings={**_LISTED, "require_dnssec": True}),
    "Q-17",
    "3.3-10b",
    neighbour="listed-name-unsigned",
)
_row(
    "listed-name-unsigned",
    "names",
    "The name that the list allows stands on an unsigned zone; the other's signatures are not its "
    "own (3.3-10b, Q-17).",
    _two_unsigned,
    reject("dns.not_secure", settings={**_LISTED, "require_dnssec": True}),
    "3.3-10b",
    "Q-17",
    neighbour="listed-name-is-the-one-that-is-judged",
)
_row(
    "listed-name-of-another-key",
    "names",
    "The zone of the name that the list allows names another key; that the other's names none "
    "does not help (3.3-11a, Q-17).",
    _two_wrong_key,
    reject("tlsa.mismatch", settings=_LISTED),
    "3.3-11a",
    "Q-17",
    neighbour="listed-name-is-the-one-that-is-judged",
)
_row(
    "listed-name-not-asked",
    "names",
    "The TLSA records of the name that the list allows were not asked for (Q-17, Q-13).",
    _two_not_asked,
    indeterminate("tlsa.not_answered", settings=_LISTED, missing_evidence=["dns.answers"]),
    "Q-17",
    neighbour="listed-name-is-the-one-that-is-judged",
)
_row(
    "listed-name-exempt",
    "names",
    "The name that the list allows is below .local, and no public CA can vouch for it, whatever "
    "it vouches for beside (Q-30, Q-17).",
    _two_local,
    reject("dns.exempt_public", settings={"allowed_peers": ["client.local"]}),
    "Q-30",
    "Q-17",
    neighbour="listed-name-is-the-one-that-is-judged",
)
_row(
    "expected-name-is-the-one-that-is-judged",
    "names",
    "Of two confirmed names the application expects one, and all that is asked of it holds (Q-16).",
    _two_expected,
    accept(warnings=SAID),
    "Q-16",
    "3.3-11a",
    neighbour="expected-name-of-another-key",
)
_row(
    "expected-name-of-another-key",
    "names",
    "The zone of the name that the application expects names another key (3.3-11a, Q-16).",
    _two_expected_wrong_key,
    reject("tlsa.mismatch"),
    "3.3-11a",
    "Q-16",
    neighbour="expected-name-is-the-one-that-is-judged",
)
_row(
    "expected-name-bogus",
    "names",
    "The addresses of the expected name fail DNSSEC validation, and those of the other do not "
    "(Q-21, Q-16).",
    _two_expected_bogus,
    reject("dns.bogus"),
    "Q-21",
    "Q-16",
    neighbour="expected-name-is-the-one-that-is-judged",
)


# -- a name and an address


def _both(draft: CaseDraft, right: bool) -> None:  # noqa: FBT001 - of two
    draft.client.leaf.set_names(("dns", HOST), ("ip", ADDRESS))
    found = named(draft, 3) if right else _WRONG
    put(draft, answer(f"_5269._tcp.{REVERSE}", "TLSA", data=[found]))


_row(
    "reverse-zone-names-the-key",
    "both",
    "A certificate of a name and an address, whose reverse zone names its key (3.3-8a, 3.3-11a).",
    lambda draft: _both(draft, right=True),
    accept(warnings=SAID, settings=_BOTH),
    "3.3-8a",
    "3.3-11a",
    neighbour="reverse-zone-names-another-key",
)
_row(
    "reverse-zone-names-another-key",
    "both",
    "The reverse zone names another key: the name beside the address is no excuse (3.3-8a).",
    lambda draft: _both(draft, right=False),
    reject("tlsa.mismatch", settings=_BOTH),
    "3.3-8a",
    "3.3-11a",
    neighbour="reverse-zone-names-the-key",
)


# -- answers beside others


def _aliased(kind: str) -> Change:
    """Put a secure alias in the way of the first answer of a type."""

    def change(draft: CaseDraft) -> None:
        found = find(draft, kind)
        owner, found["owner"] = found["owner"], f"alias.{found['owner']}"
        put(draft, answer(owner, "CNAME", data=[{"target": found["owner"]}]))

    return change


def _beside(kind: str, owner: str, failed: str, **how: Any) -> Change:  # noqa: ANN401 - JSON
    """Answer the question for `failed` at the owner of an answer as well, and badly."""

    def change(draft: CaseDraft) -> None:
        if failed == kind:
            _aliased(kind)(draft)
        put(draft, answer(owner, failed, **how))

    return change


for _kind, _owner, _code in (
    ("PTR", REVERSE, "dns"),
    ("A", HOST, "dns"),
    ("TLSA", TLSA, "tlsa"),
):
    _row(
        f"aliased-{_kind.lower()}",
        "beside",
        f"A signed alias leads to the {_kind} answer, and nothing else is said (Q-21).",
        _aliased(_kind),
        accept(warnings=SAID),
        "Q-21",
        neighbour=f"aliased-{_kind.lower()}-beside-bogus",
    )
    _row(
        f"aliased-{_kind.lower()}-beside-bogus",
        "beside",
        f"The {_kind} answer at the owner of the alias fails DNSSEC validation (3.3-9, Q-21).",
        _beside(_kind, _owner, _kind, failure="servfail", status="bogus"),
        reject(f"{_code}.bogus"),
        "3.3-9",
        "Q-21",
        neighbour=f"aliased-{_kind.lower()}",
    )
    _row(
        f"bogus-alias-beside-{_kind.lower()}",
        "beside",
        f"The alias at the owner of the {_kind} answer fails DNSSEC validation (3.3-9, Q-21).",
        _beside(_kind, _owner, "CNAME", failure="servfail", status="bogus"),
        # service records of the port stand under the same name as its TLSA records
        reject(f"{_code}.bogus", *(("dns.service_bogus",) if _kind == "TLSA" else ())),
        "3.3-9",
        "Q-21",
        neighbour=f"aliased-{_kind.lower()}",
    )
    _row(
        f"lost-alias-beside-{_kind.lower()}",
        "beside",
        f"Whether the owner of the {_kind} answer has an alias could not be found out (Q-22).",
        _beside(_kind, _owner, "CNAME", failure="timeout", status="indeterminate"),
        reject(f"{_code}.lookup_failed"),
        "Q-22",
        neighbour=f"aliased-{_kind.lower()}",
    )


def _spelt(*targets: str) -> Change:
    def change(draft: CaseDraft) -> None:
        ptr = find(draft, "PTR")
        put(draft, *({**ptr, "data": [{"target": target}]} for target in targets))

    return change


_row(
    "one-name-in-several-spellings",
    "beside",
    "Names differ in neither letter case nor a final dot (RFC 4343): one answer, heard thrice.",
    _spelt(HOST.upper(), f"{HOST}."),
    accept(warnings=SAID),
    "3.3-2a",
    neighbour="two-names-in-two-answers",
)
_row(
    "two-names-in-two-answers",
    "beside",
    "Answers about one address that give two names cannot both be the whole (3.3-2a).",
    _spelt(_OTHER),
    reject("dns.contradiction"),
    "3.3-2a",
    neighbour="one-name-in-several-spellings",
)
_row(
    "mapped-text-in-a-record-of-ipv4",
    "beside",
    "A record of type A holds four octets: an address of IPv6 is none of them (RFC 1035, 3.4.1).",
    lambda draft: find(draft, "A").update(data=[{"address": f"::ffff:{ADDRESS}"}]),
    reject("dns.address_invalid"),
    "Q-19",
    neighbour="one-name-in-several-spellings",
)


# -- addresses of no host

for _name, _text in {
    "compatible": "::10.0.0.1",
    "translated": "64:ff9b::a00:1",
    "tunnelled": "2002:a00:1::1",
    "benchmark": "198.18.0.1",
    "protocol": "192.0.0.9",
    "discarded": "100::1",
}.items():

    def _from(draft: CaseDraft, text: str = _text) -> None:
        draft.evidence["client"]["address"] = text
        draft.evidence["dns"]["answers"].remove(find(draft, "PTR"))

    _row(
        f"address-{_name}",
        "source",
        f"{_text} is of a relay, of a test, or of nobody: no peer is known by it (3.2-4, Q-18).",
        _from,
        reject("dns.source_special"),
        "3.2-4",
        "Q-18",
        neighbour="listed-name-is-the-one-that-is-judged",
    )


# -- what nobody has told of the handshake

for _key, _code, _question in (
    ("proof_of_possession", "handshake.no_possession", "Q-5"),
    ("transport", "handshake.transport", "Q-40"),
    ("client_address_source", "dns.source_untrusted", "Q-18"),
):

    def _untold(draft: CaseDraft, key: str = _key) -> None:
        del draft.evidence["handshake"][key]

    _stem = _key.replace("_", "-")
    _row(
        f"{_stem}-not-told",
        "handshake",
        f"Whether `{_key}` of the handshake is as it should be is not known ({_question}).",
        _untold,
        indeterminate(_code, missing_evidence=[f"handshake.{_key}"]),
        _question,
        neighbour=f"{_stem}-not-asked",
    )
    _row(
        f"{_stem}-not-asked",
        "handshake",
        f"A literal reading asks nothing of `{_key}` where nobody has told of it ({_question}).",
        _untold,
        accept(settings={"reading": "literal", "q23_tlsa_owner": "safest"}),
        _question,
        neighbour=f"{_stem}-not-told",
    )

_row(
    "proof-of-possession-denied",
    "handshake",
    "Whoever is told that the key was not proved refuses under every reading (Q-5).",
    lambda draft: draft.evidence["handshake"].update(proof_of_possession=False),
    reject("handshake.no_possession", settings={"reading": "literal", "q23_tlsa_owner": "safest"}),
    "Q-5",
    neighbour="proof-of-possession-not-asked",
)


# -- end users whose common name is a host's

for _stem, _text in {
    "person": "J\u00f6rg Example",
    "international": "b\u00fccher.example",
    "with-a-port": "client.example.com:5269",
    "in-a-uri": "https://client.example.com/",
    "in-brackets": "[2001:db8::17]",
    "localhost": "localhost",
}.items():

    def _named_so(draft: CaseDraft, text: str = _text) -> None:
        user(draft)
        draft.client.leaf.subject = name(("CN", text))

    _users: dict[str, object] = {"acceptor": "end_users_only"}
    _row(
        f"common-name-{_stem}",
        "device",
        f"An end user's certificate whose common name is `{_text}` (3.3-1b, Q-8).",
        _named_so,
        accept(warnings=(), settings=_users)
        if _stem == "person"
        else reject("san.device_name", settings=_users),
        "Q-8",
        "3.3-1b",
        neighbour="common-name-in-a-uri" if _stem == "person" else "common-name-person",
    )
