"""The root programmes: each rule on both sides of its date, and what it does not touch.

Every ban here is a programme's, and its sanction is on the CA: `cabf-strict` accepts the same
pair. Dates are those of the documents; the second before each is still allowed.
"""

# ruff: noqa: E501 - the cases are a table, one line for each

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensions import Sct
from mtlspolicy.forge.names import name
from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.records import dataclass
from mtlspolicy.suite.authoring import Namespace, accept, indeterminate, reject
from mtlspolicy.suite.cases.pairs import STRICT, dual, ordinary
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft, PairDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

__all__ = ["NAMESPACES"]

NOTES: Final = {
    "chrome": Flag(text="Chrome Root Program Policy 1.8", bug="quotes the superseded date, or takes a sanction on a CA for a rule of the BR"),
    "mozilla": Flag(text="Mozilla Root Store Policy 3.1", bug="holds old roots to the rules for new ones, or assumes when a root was added"),
    "apple": Flag(text="Apple Root Program Policy 2.0", bug="forbids dual purpose, which stays a Trust Purpose of its own"),
    "microsoft": Flag(text="Microsoft Trusted Root Program Requirements 1.2", bug="excepts short-lived certificates as the BR do"),
    "superseded": Flag(text="a rule that is no longer in force", bug="enforces it"),
    "scope": Flag(text="what a programme does not govern", bug="holds a private client to a programme for public servers"),
}  # fmt: skip
PROGRAMMES: Final = Namespace("programmes", "the rules of the root programmes", NOTES)
NAMESPACES: Final = (PROGRAMMES,)

CHROME: Final = "chrome-root-program"
MOZILLA: Final = "mozilla-root-store"
APPLE: Final = "apple-root-program"
MICROSOFT: Final = "microsoft-root-program"
_FLAG: Final = {CHROME: "chrome", MOZILLA: "mozilla", APPLE: "apple", MICROSOFT: "microsoft"}

_DAY: Final = 86_400
_BOTH: Final = ("serverAuth", "clientAuth")
_ALONE: Final = ("serverAuth",)
_OTHER: Final = ("serverAuth", "1.3.6.1.4.1.99999.2")
_MARK: Final = ("serverAuth", "1.3.6.1.5.5.7.3.31")
_ACCEPT: Final = accept()
_APPLICANT: Final = {"applicant": True}


@dataclass(frozen=True, slots=True)
class Row:
    """One case: who asks, from which clause, what is done to the pair, and what follows.

    `strict`: what cabf-strict answers.
    """

    text: str
    policy: str
    clause: str
    changes: tuple[Callable[[CaseDraft], None], ...]
    expected: Expectation
    strict: Expectation = _ACCEPT
    start: Callable[[], PairDraft] = ordinary


# -- changes


def _issued(at: str, days: int = 90) -> Callable[[CaseDraft], None]:
    """Issue both leafs at `at` for `days`, and judge them an hour later."""
    start = parse_instant(at)

    def change(draft: CaseDraft) -> None:
        for chain in (draft.client, draft.server):
            chain.leaf.not_before, chain.leaf.not_after = start, start + days * _DAY - 1
            if chain.leaf.extension(extensions.OID["signedCertificateTimestamps"]) is not None:
                _log(chain, start)
        draft.at(format_instant(start + 3600))

    return change


def _log(chain: ChainDraft, start: int) -> None:
    stamps = (Sct(log, (start + 60) * 1000) for log in ("log one", "log two"))
    listed = extensions.signed_certificate_timestamps(*stamps)
    chain.leaf.set_extension("signedCertificateTimestamps", listed)


def _judged(at: str) -> Callable[[CaseDraft], None]:
    return lambda draft: draft.at(at)


def _leaf(*purposes: str, side: str = "server") -> Callable[[CaseDraft], None]:
    return lambda draft: draft.side(side).leaf.set_purposes(*purposes)


def _ca(*purposes: str) -> Callable[[CaseDraft], None]:
    """Give the server's issuing CA these purposes; none stands for no extension."""

    def change(draft: CaseDraft) -> None:
        if purposes:
            draft.server.issuers[0].set_purposes(*purposes)
        else:
            draft.server.issuers[0].drop_extension("extKeyUsage")

    return change


def _ca_issued(at: str) -> Callable[[CaseDraft], None]:
    def change(draft: CaseDraft) -> None:
        draft.server.issuers[0].not_before = parse_instant(at)
        draft.server.anchor.not_before = min(draft.server.anchor.not_before, parse_instant(at))

    return change


def _disclosed(at: str) -> Callable[[CaseDraft], None]:
    """Give the day on which the server's issuing CA was disclosed; it comes last."""

    def change(draft: CaseDraft) -> None:
        digest = hashlib.sha256(draft.server.build().presented[1]).hexdigest()
        draft.evidence["ccadb"] = [{"sha256": digest, "disclosed": at}]

    return change


def _added(at: str) -> Callable[[CaseDraft], None]:
    """Give the day on which the server's anchor was added; it comes last."""

    def change(draft: CaseDraft) -> None:
        encoded = base64.b64encode(draft.server.build().anchor).decode("ascii")
        draft.evidence["server"]["anchors"] = [{"certificate": encoded, "added": at}]

    return change


def _twin(
    *purposes: str, until: str = "2027-01-01T00:00:00Z", known: bool = True
) -> Callable[[CaseDraft], None]:
    """Give another certificate of the key of the server's issuing CA; none: without purposes."""

    def change(draft: CaseDraft) -> None:
        twin, root = draft.server.issuers[0].copy(), draft.server.anchor
        twin.subject, twin.not_after = name(("CN", "Example Other Use")), parse_instant(until)
        if purposes:
            twin.set_purposes(*purposes)
        else:
            twin.drop_extension("extKeyUsage")
        der = twin.build(root.key, root.subject_tree())
        if known:
            draft.evidence["server"]["intermediates"] = [base64.b64encode(der).decode("ascii")]
        else:
            draft.server.extra.append(der)

    return change


def _no_lists(draft: CaseDraft) -> None:
    draft.server.leaf.drop_extension("cRLDistributionPoints")


def _no_responder(draft: CaseDraft) -> None:
    access = extensions.information_access(("caIssuers", "http://ca.example.com/issuing.cer"))
    draft.server.leaf.set_extension("authorityInfoAccess", access)


_CHROME_1, _CHROME_2 = "Chrome Root Program Policy 1.8, 1.3.2, item 1", "Chrome Root Program Policy 1.8, 1.3.2, item 2"  # fmt: skip
_APPLY: Final = "Chrome Root Program Policy 1.8, 2.3"
_MOZ_CA, _MOZ_NEW = "Mozilla Root Store Policy 3.1, 5.3", "Mozilla Root Store Policy 3.1, 7.5.1"
_APPLE_CA, _APPLE_LEAF = "Apple Root Program Policy 2.0, 1.7", "Apple Root Program Policy 2.0, Appendix A"  # fmt: skip
_MS_APART, _MS_STATUS = "Microsoft Trusted Root Program Requirements 1.2, 3.1.13", "Microsoft Trusted Root Program Requirements 1.2, 3.1.10"  # fmt: skip
_LEAF_OUT: Final = reject("programme.chrome_leaf")
_CA_OUT: Final = reject("programme.chrome_ca")
_KEY_OUT: Final = reject("programme.chrome_ca_key")
_NEW_OUT: Final = reject("programme.mozilla_dedicated")
_APPLE_OUT: Final = reject("programme.apple_ca")
_APPLYING: Final = reject("programme.chrome_applicant", settings=_APPLICANT)
_FIT: Final = accept(settings=_APPLICANT)

ROWS: Final = {
    # -- Chrome, leafs
    "chrome-leaf-before": Row("a leaf for both purposes, issued one second before 2027-03-15", CHROME, _CHROME_2, (_leaf(*_BOTH), _issued("2027-03-14T23:59:59Z")), _ACCEPT),
    "chrome-leaf-from": Row("a leaf for both purposes, issued on 2027-03-15: outside the programme, and allowed by the BR", CHROME, _CHROME_2, (_leaf(*_BOTH), _issued("2027-03-15T00:00:00Z")), _LEAF_OUT),
    "chrome-leaf-alone": Row("a leaf for serverAuth alone, issued on 2027-03-15", CHROME, _CHROME_2, (_issued("2027-03-15T00:00:00Z"),), _ACCEPT),
    "chrome-leaf-other": Row("a leaf with a purpose of its CA beside serverAuth, issued on 2027-03-15", CHROME, _CHROME_2, (_leaf(*_OTHER), _issued("2027-03-15T00:00:00Z")), _LEAF_OUT),
    "chrome-leaf-used-later": Row("a leaf for both purposes from before 2027-03-15 is good until it expires", CHROME, _CHROME_2, (_leaf(*_BOTH), _issued("2027-03-14T23:59:59Z"), _judged("2027-06-01T00:00:00Z")), _ACCEPT),
    "chrome-client-before": Row("a client with a public certificate for both purposes, issued one second before 2027-03-15", CHROME, _CHROME_2, (_issued("2027-03-14T23:59:59Z"),), _ACCEPT, start=dual),
    "chrome-client-from": Row("a client with a public certificate for both purposes, issued on 2027-03-15", CHROME, _CHROME_2, (_leaf(*_ALONE), _issued("2027-03-15T00:00:00Z")), _LEAF_OUT, start=dual),
    # -- Chrome, CAs by disclosure
    "chrome-ca-disclosed-before": Row("a CA for both purposes, disclosed one second before 2026-06-15", CHROME, _CHROME_1, (_ca(*_BOTH), _issued("2026-07-01T00:00:00Z"), _disclosed("2026-06-14T23:59:59Z")), _ACCEPT),
    "chrome-ca-disclosed-from": Row("a CA for both purposes, disclosed on 2026-06-15", CHROME, _CHROME_1, (_ca(*_BOTH), _issued("2026-07-01T00:00:00Z"), _disclosed("2026-06-15T00:00:00Z")), _CA_OUT),
    "chrome-ca-alone": Row("a CA for serverAuth alone, disclosed on 2026-06-15", CHROME, _CHROME_1, (_issued("2026-07-01T00:00:00Z"), _disclosed("2026-06-15T00:00:00Z")), _ACCEPT),
    "chrome-ca-stand-in-before": Row("a CA for both purposes whose notBefore, one second before 2026-06-15, stands in for its disclosure", CHROME, _CHROME_1, (_ca(*_BOTH), _ca_issued("2026-06-14T23:59:59Z"), _issued("2026-07-01T00:00:00Z")), _ACCEPT),
    "chrome-ca-stand-in-from": Row("a CA for both purposes whose notBefore, on 2026-06-15, stands in for its disclosure", CHROME, _CHROME_1, (_ca(*_BOTH), _ca_issued("2026-06-15T00:00:00Z"), _issued("2026-07-01T00:00:00Z")), _CA_OUT),
    "chrome-ca-disclosure-wins": Row("a CA for both purposes with notBefore after 2026-06-15, disclosed before: the disclosure counts", CHROME, _CHROME_1, (_ca(*_BOTH), _ca_issued("2026-06-20T00:00:00Z"), _issued("2026-07-01T00:00:00Z"), _disclosed("2026-06-01T00:00:00Z")), _ACCEPT),
    "chrome-ca-old-other-before": Row("an old CA with another purpose beside serverAuth, judged one second before 2026-06-15", CHROME, _CHROME_1, (_ca(*_OTHER), _judged("2026-06-14T23:59:59Z")), _ACCEPT),
    "chrome-ca-old-other-from": Row("an old CA with another purpose beside serverAuth, judged on 2026-06-15", CHROME, _CHROME_1, (_ca(*_OTHER), _judged("2026-06-15T00:00:00Z")), _CA_OUT),
    "chrome-ca-old-both": Row("an old CA for both purposes, judged on 2026-06-15", CHROME, _CHROME_1, (_ca(*_BOTH), _judged("2026-06-15T00:00:00Z")), _ACCEPT),
    "chrome-ca-old-absent-before": Row("an old CA without extended key usage, judged one second before 2026-06-15", CHROME, _CHROME_1, (_ca(), _judged("2026-06-14T23:59:59Z")), _ACCEPT),
    "chrome-ca-old-absent-from": Row("an old CA without extended key usage, judged on 2026-06-15", CHROME, _CHROME_1, (_ca(), _judged("2026-06-15T00:00:00Z")), _CA_OUT),
    # -- Chrome, the key of a CA
    "chrome-key-elsewhere-before": Row("the CA's key stands in another certificate for both purposes, judged one second before 2026-06-15", CHROME, _CHROME_1, (_twin(*_BOTH), _judged("2026-06-14T23:59:59Z")), _ACCEPT),
    "chrome-key-elsewhere-from": Row("the CA's key stands in another certificate for both purposes, judged on 2026-06-15", CHROME, _CHROME_1, (_twin(*_BOTH), _judged("2026-06-15T00:00:00Z")), _KEY_OUT),
    "chrome-key-presented": Row("the other certificate of the CA's key is presented beside the path", CHROME, _CHROME_1, (_twin("emailProtection", known=False), _judged("2026-06-15T00:00:00Z")), _KEY_OUT),
    "chrome-key-same-purposes": Row("the CA's key stands in another certificate for the same purposes", CHROME, _CHROME_1, (_twin(*_ALONE), _judged("2026-06-15T00:00:00Z")), _ACCEPT),
    "chrome-key-no-purposes": Row("the other certificate asserts no purposes, as a root beside its cross-certificate", CHROME, _CHROME_1, (_twin(), _judged("2026-06-15T00:00:00Z")), _ACCEPT),
    "chrome-key-expired": Row("the other certificate expired a second ago", CHROME, _CHROME_1, (_twin(*_BOTH, until="2026-06-14T23:59:59Z"), _judged("2026-06-15T00:00:00Z")), _ACCEPT),
    "chrome-key-expires": Row("the other certificate is in its last second: after it, the pair is accepted", CHROME, _CHROME_1, (_twin(*_BOTH, until="2026-06-15T00:00:00Z"), _judged("2026-06-15T00:00:00Z")), reject("programme.chrome_ca_key", valid_until="2026-06-15T00:00:01Z")),
    # -- Chrome, applicants
    "chrome-applicant-leaf": Row("under a root that applies, a leaf for both purposes, whenever issued", CHROME, _APPLY, (_leaf(*_BOTH),), _APPLYING),
    "chrome-applicant-leaf-alone": Row("under a root that applies, a leaf for serverAuth alone", CHROME, _APPLY, (), _FIT),
    "chrome-applicant-ca-before": Row("under a root that applies, a CA for both purposes disclosed one second before 2025-06-15", CHROME, _APPLY, (_ca(*_BOTH), _disclosed("2025-06-14T23:59:59Z")), _FIT),
    "chrome-applicant-ca-from": Row("under a root that applies, a CA for both purposes disclosed on 2025-06-15", CHROME, _APPLY, (_ca(*_BOTH), _disclosed("2025-06-15T00:00:00Z")), _APPLYING),
    "chrome-applicant-ca-alone": Row("under a root that applies, a CA for serverAuth alone disclosed on 2025-06-15", CHROME, _APPLY, (_ca(*_ALONE), _disclosed("2025-06-15T00:00:00Z")), _FIT),
    "chrome-no-applicant": Row("under a root that is in the programme, a leaf for both purposes", CHROME, _APPLY, (_leaf(*_BOTH),), _ACCEPT),
    # -- Mozilla
    "mozilla-ca-mail-before": Row("a CA for serverAuth and emailProtection, created one second before 2019-01-01", MOZILLA, _MOZ_CA, (_ca("serverAuth", "emailProtection"), _ca_issued("2018-12-31T23:59:59Z"), _added("2018-01-01T00:00:00Z")), _ACCEPT),
    "mozilla-ca-mail-from": Row("a CA for serverAuth and emailProtection, created on 2019-01-01", MOZILLA, _MOZ_CA, (_ca("serverAuth", "emailProtection"), _ca_issued("2019-01-01T00:00:00Z"), _added("2018-01-01T00:00:00Z")), reject("programme.mozilla_ca")),
    "mozilla-ca-any-before": Row("a CA with anyExtendedKeyUsage alone, created one second before 2019-01-01", MOZILLA, _MOZ_CA, (_ca("any"), _ca_issued("2018-12-31T23:59:59Z"), _added("2018-01-01T00:00:00Z")), _ACCEPT),
    "mozilla-ca-any-from": Row("a CA with anyExtendedKeyUsage alone, created on 2019-01-01", MOZILLA, _MOZ_CA, (_ca("any"), _ca_issued("2019-01-01T00:00:00Z"), _added("2018-01-01T00:00:00Z")), reject("programme.mozilla_ca")),
    "mozilla-new-root-before": Row("a CA with another purpose, under a root added one second before 2025-03-15", MOZILLA, _MOZ_NEW, (_ca(*_OTHER), _added("2025-03-14T23:59:59Z")), _ACCEPT),
    "mozilla-new-root-from": Row("a CA with another purpose, under a root added on 2025-03-15", MOZILLA, _MOZ_NEW, (_ca(*_OTHER), _added("2025-03-15T00:00:00Z")), _NEW_OUT),
    "mozilla-new-root-unknown": Row("a CA with another purpose, and nobody says when the root was added", MOZILLA, _MOZ_NEW, (_ca(*_OTHER),), indeterminate("programme.mozilla_dedicated")),
    "mozilla-new-root-leaf-before": Row("a leaf with another purpose, under a root added one second before 2025-03-15", MOZILLA, _MOZ_NEW, (_leaf(*_OTHER), _added("2025-03-14T23:59:59Z")), _ACCEPT),
    "mozilla-new-root-leaf-from": Row("a leaf with another purpose, under a root added on 2025-03-15", MOZILLA, _MOZ_NEW, (_leaf(*_OTHER), _added("2025-03-15T00:00:00Z")), _NEW_OUT),
    "mozilla-new-root-dual": Row("both purposes on leaf and CA, under a root added on 2025-03-15: allowed", MOZILLA, _MOZ_NEW, (_ca(*_BOTH), _leaf(*_BOTH), _added("2025-03-15T00:00:00Z")), _ACCEPT),
    "mozilla-2027": Row("a leaf for both purposes, issued on 2027-03-15: Chrome's date is not Mozilla's", MOZILLA, _MOZ_NEW, (_leaf(*_BOTH), _issued("2027-03-15T00:00:00Z")), _ACCEPT),
    "mozilla-leaf-any": Row("a leaf with anyExtendedKeyUsage beside serverAuth", MOZILLA, "Mozilla Root Store Policy 3.1, 5.2", (_leaf("serverAuth", "any"), _added("2018-01-01T00:00:00Z")), reject("eku.forbidden_purpose", "programme.mozilla_leaf"), reject("eku.forbidden_purpose")),
    # -- Apple
    "apple-ca-before": Row("a CA with a purpose that Apple does not list beside serverAuth, signed one second before 2026-08-01", APPLE, _APPLE_CA, (_ca(*_OTHER), _ca_issued("2026-07-31T23:59:59Z"), _issued("2026-09-01T00:00:00Z")), _ACCEPT),
    "apple-ca-from": Row("a CA with a purpose that Apple does not list beside serverAuth, signed on 2026-08-01", APPLE, _APPLE_CA, (_ca(*_OTHER), _ca_issued("2026-08-01T00:00:00Z"), _issued("2026-09-01T00:00:00Z")), _APPLE_OUT),
    "apple-ca-dual": Row("a CA for both purposes, signed on 2026-08-01: the Trust Purpose Legacy TLS", APPLE, _APPLE_CA, (_ca(*_BOTH), _ca_issued("2026-08-01T00:00:00Z"), _issued("2026-09-01T00:00:00Z")), _ACCEPT),
    "apple-ca-dual-2027": Row("a CA for both purposes, signed on 2027-07-01", APPLE, _APPLE_CA, (_ca(*_BOTH), _ca_issued("2027-07-01T00:00:00Z"), _issued("2027-08-01T00:00:00Z")), _ACCEPT),
    "apple-ca-absent-before": Row("a CA without extended key usage, signed one second before 2026-08-01", APPLE, _APPLE_CA, (_ca(), _ca_issued("2026-07-31T23:59:59Z"), _issued("2026-09-01T00:00:00Z")), _ACCEPT),
    "apple-ca-absent-from": Row("a CA without extended key usage, signed on 2026-08-01", APPLE, _APPLE_CA, (_ca(), _ca_issued("2026-08-01T00:00:00Z"), _issued("2026-09-01T00:00:00Z")), _APPLE_OUT),
    "apple-ca-absent-2027": Row("a CA without extended key usage, signed on 2027-07-01", APPLE, _APPLE_CA, (_ca(), _ca_issued("2027-07-01T00:00:00Z"), _issued("2027-08-01T00:00:00Z")), _APPLE_OUT),
    "apple-leaf-mixed-before": Row("a leaf for serverAuth and mark certificates, issued one second before 2027-07-01", APPLE, _APPLE_LEAF, (_leaf(*_MARK), _issued("2027-06-30T23:59:59Z")), _ACCEPT),
    "apple-leaf-mixed-from": Row("a leaf for serverAuth and mark certificates, issued on 2027-07-01", APPLE, _APPLE_LEAF, (_leaf(*_MARK), _issued("2027-07-01T00:00:00Z")), reject("programme.apple_leaf")),
    "apple-leaf-dual": Row("a leaf for both purposes, issued on 2027-07-01: the Trust Purpose Legacy TLS", APPLE, _APPLE_LEAF, (_leaf(*_BOTH), _issued("2027-07-01T00:00:00Z")), _ACCEPT),
    "apple-leaf-unlisted": Row("a leaf with a purpose that Apple does not list, issued on 2027-07-01 by a CA signed before 2026-08-01", APPLE, _APPLE_LEAF, (_leaf(*_OTHER), _issued("2027-07-01T00:00:00Z")), _ACCEPT),
    "apple-398": Row("398 days, issued before the BR ask for less", APPLE, "Apple HT211025", (_issued("2026-03-14T23:59:59Z", 398),), _ACCEPT),
    "apple-399": Row("399 days", APPLE, "Apple HT211025", (_issued("2026-03-14T23:59:59Z", 399),), reject("validity.too_long"), reject("validity.too_long")),
    # -- Microsoft
    "microsoft-short-lived": Row("a leaf of seven days that names neither list nor responder: the BR except it, Microsoft does not", MICROSOFT, _MS_STATUS, (_issued("2026-04-30T00:00:00Z", 7), _no_lists, _no_responder), reject("programme.microsoft_revocation")),
    "microsoft-responder": Row("a leaf of seven days that names a responder alone", MICROSOFT, _MS_STATUS, (_issued("2026-04-30T00:00:00Z", 7), _no_lists), _ACCEPT),
    "microsoft-list": Row("a leaf of seven days that names a list alone", MICROSOFT, _MS_STATUS, (_issued("2026-04-30T00:00:00Z", 7), _no_responder), _ACCEPT),
    "microsoft-ca-code": Row("an old CA for serverAuth and codeSigning", MICROSOFT, _MS_APART, (_ca("serverAuth", "codeSigning"), _ca_issued("2023-09-14T23:59:59Z")), reject("programme.microsoft_purposes")),
    "microsoft-ca-time": Row("an old CA for serverAuth and timeStamping", MICROSOFT, _MS_APART, (_ca("serverAuth", "timeStamping"), _ca_issued("2023-09-14T23:59:59Z")), reject("programme.microsoft_purposes")),
    "microsoft-ca-dual": Row("a CA for both TLS purposes", MICROSOFT, _MS_APART, (_ca(*_BOTH),), _ACCEPT),
}  # fmt: skip
"""The cases by name; they are long lines on purpose: a table."""


NEIGHBOURS: Final = {
    "chrome-leaf-other": "chrome-leaf-alone",
    "chrome-key-presented": "chrome-key-same-purposes",
    "chrome-key-expires": "chrome-key-expired",
    "chrome-applicant-leaf": "chrome-no-applicant",
    "mozilla-new-root-unknown": "mozilla-new-root-before",
    "mozilla-leaf-any": "mozilla-2027",
    "apple-ca-absent-2027": "apple-ca-dual-2027",
    "apple-399": "apple-398",
    "microsoft-short-lived": "microsoft-responder",
    "microsoft-ca-code": "microsoft-ca-dual",
    "microsoft-ca-time": "microsoft-ca-dual",
}
"""The case beside each that differs in one thing; of ``-from`` it is ``-before``."""


def _neighbour(name: str) -> str | None:
    before = name.removesuffix("-from") + "-before"
    return before if name.endswith("-from") and before in ROWS else NEIGHBOURS.get(name)


def _body(row: Row) -> Callable[[CaseDraft], None]:
    def body(draft: CaseDraft) -> None:
        for change in row.changes:
            change(draft)
        draft.expect(row.policy, row.expected)
        draft.expect(STRICT, row.strict)

    return body


for _name, _row in ROWS.items():
    PROGRAMMES.add(
        _name,
        f"{_row.clause}: {_row.text}.",
        _body(_row),
        flags=(_FLAG[_row.policy],),
        traces=(_row.clause,),
        neighbour=_neighbour(_name),
        start=_row.start,
    )


@PROGRAMMES.case("superseded", traces=("Chrome Root Program Policy 1.7, 1.3.2",))
def chrome_leaf_superseded(draft: CaseDraft) -> None:
    """Chrome Root Program Policy 1.6 and 1.7 wanted serverAuth alone from 2026-06-15; 1.8 moved
    the date to 2027-03-15, so a leaf for both purposes of that day is inside the programme."""  # noqa: D205, D209 - one paragraph
    for change in (_leaf(*_BOTH), _issued("2026-06-15T00:00:00Z")):
        change(draft)
    draft.expect(CHROME, STRICT, _ACCEPT)


@PROGRAMMES.case("scope", traces=(_CHROME_2,))
def private_client(draft: CaseDraft) -> None:
    """A private client for clientAuth alone is governed by none of the programmes."""
    _issued("2027-07-01T00:00:00Z")(draft)
    draft.expect(CHROME, MOZILLA, APPLE, MICROSOFT, STRICT, _ACCEPT)


@PROGRAMMES.case("scope", traces=(_APPLE_CA,))
def private_client_ca(draft: CaseDraft) -> None:
    """A private CA for clientAuth alone, made after every date, is governed by none of them."""
    draft.client.issuers[0].set_purposes("clientAuth")
    draft.client.issuers[0].not_before = parse_instant("2027-07-01T00:00:00Z")
    _issued("2027-08-01T00:00:00Z")(draft)
    draft.expect(CHROME, MOZILLA, APPLE, MICROSOFT, STRICT, _ACCEPT)


@PROGRAMMES.case("scope", traces=(_CHROME_1,), neighbour="chrome-key-elsewhere-from")
def private_client_key(draft: CaseDraft) -> None:
    """The key of a private CA may stand in as many certificates as its owner likes."""
    twin = draft.client.issuers[0].copy()
    twin.subject = name(("CN", "Example Other Use"))
    twin.set_purposes("emailProtection")
    der = twin.build(draft.client.anchor.key, draft.client.anchor.subject_tree())
    draft.evidence["client"]["intermediates"] = [base64.b64encode(der).decode("ascii")]
    draft.at("2026-06-15T00:00:00Z")
    draft.expect(CHROME, MOZILLA, APPLE, MICROSOFT, STRICT, _ACCEPT)
