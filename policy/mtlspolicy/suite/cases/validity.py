"""Time: the ends of a validity, how long it may be, and the days on which rules change.

Every instant is UTC, a window is [from, until), a day has 86,400 seconds, and a validity
period counts both its end seconds (TLS BR, 1.6.1 and 6.3.2; RFC 5280, 4.1.2.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.instants import format_instant, parse_instant
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import ALL, LEGACY, STRICT, dual
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft, PairDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "end": Flag(
        text="the evaluation time is at or beside an end of a validity",
        bug="counts an end second wrongly, or compares with another clock",
    ),
    "length": Flag(
        text="the validity is at the longest that is allowed, or a second longer",
        bug="counts a validity without its last second, or in calendar days",
    ),
    "boundary": Flag(
        text="the certificate is of the last second before a rule, or of its first",
        bug="takes a rule for one day early or late, or in local time",
    ),
    "other-programme": Flag(
        text="the day is one on which another programme's rule begins, not one of the BR",
        bug="enforces under the BR what only a root programme asks for",
    ),
    "short-lived": Flag(
        text="the certificate is short-lived, or just too long for that",
        bug="asks short-lived certificates for revocation pointers, or excuses longer ones",
    ),
    "issuer": Flag(
        text="an issuer's validity is at issue",
        bug="looks at the leaf's dates alone",
    ),
}

SPACE: Final = Namespace("validity", "validity periods and dated rules", NOTES)
NAMESPACES: Final = (SPACE,)

DAY: Final = 86_400
_KEPT: Final = accept()
_EVER: Final = (parse_instant("2010-01-01T00:00:00Z"), parse_instant("2034-12-31T23:59:59Z"))


def _lasting(chain: ChainDraft) -> None:
    """Let everything above the leaf be valid from 2010 to 2034."""
    for draft in (*chain.issuers, chain.anchor):
        draft.not_before, draft.not_after = _EVER


def _dated(side: str, start: str, seconds: int) -> Callable[[CaseDraft], None]:
    """Give a leaf a validity of `seconds` from `start`, judged a minute after it."""

    def change(draft: CaseDraft) -> None:
        begin = parse_instant(start)
        _lasting(draft.client)
        _lasting(draft.server)
        for leaf in (draft.client.leaf, draft.server.leaf):
            leaf.drop_extension("signedCertificateTimestamps")
            leaf.not_before = begin - 60
            leaf.not_after = begin + 40 * DAY - 61
        leaf = draft.side(side).leaf
        leaf.not_before, leaf.not_after = begin, begin + seconds - 1
        draft.at(format_instant(begin + 60))

    return change


def _add(  # noqa: PLR0913, PLR0917 - a case has as many parts as it has
    name: str,
    text: str,
    clause: str,
    flag: str,
    change: Callable[[CaseDraft], None],
    strict: Expectation,
    legacy: Expectation | None = None,
    *,
    neighbour: str | None = None,
    start: Callable[[], PairDraft] | None = None,
) -> None:
    def body(draft: CaseDraft) -> None:
        change(draft)
        draft.expect(STRICT, strict)
        draft.expect(LEGACY, accept() if legacy is None else legacy)

    trace = clause.replace("TLS BR, ", "BR:").replace("RFC 5280, ", "RFC5280:")
    more = {} if start is None else {"start": start}
    SPACE.add(
        name,
        f"{text} ({clause}).",
        body,
        flags=(flag,),
        traces=(trace,),
        neighbour=neighbour,
        **more,
    )


# -- the ends of a validity

_ENDS: Final = "RFC 5280, 4.1.2.5"
_START, _END = "2026-04-01T00:00:00Z", "2026-06-29T23:59:59Z"
# RFC 8446, 6.2: the alert is for certificates that have expired or are not currently valid.
_EARLY: Final = reject("validity.not_yet_valid", "path.invalid", alert="certificate_expired")
_LATE: Final = reject("validity.expired", "path.invalid", alert="certificate_expired")


def _judged(at: str) -> Callable[[CaseDraft], None]:
    return lambda draft: draft.at(at)


_add(
    "first-second",
    "Both leafs are judged in the first second of their validity",
    _ENDS,
    "end",
    _judged(_START),
    _KEPT,
    neighbour="second-before",
)
_add(
    "second-before",
    "Both leafs are judged a second before their validity",
    _ENDS,
    "end",
    _judged("2026-03-31T23:59:59Z"),
    _EARLY,
    _EARLY,
    neighbour="first-second",
)
_add(
    "last-second",
    "Both leafs are judged in the last second of their validity, which is included",
    _ENDS,
    "end",
    _judged(_END),
    accept(valid_until="2026-06-30T00:00:00Z"),
    neighbour="second-after",
)
_add(
    "second-after",
    "Both leafs are judged a second after their validity",
    _ENDS,
    "end",
    _judged("2026-06-30T00:00:00Z"),
    _LATE,
    _LATE,
    neighbour="last-second",
)


def _one_second(draft: CaseDraft) -> None:
    leaf = draft.server.leaf
    leaf.drop_extension("signedCertificateTimestamps")
    leaf.not_before = leaf.not_after = parse_instant("2026-05-01T00:00:00Z")


_add(
    "one-second",
    "The server's certificate is valid for one second, and judged in it",
    _ENDS,
    "end",
    _one_second,
    _KEPT,
)


def _inverted(side: str) -> Callable[[CaseDraft], None]:
    def change(draft: CaseDraft) -> None:
        leaf = draft.side(side).leaf
        leaf.not_before, leaf.not_after = leaf.not_after, leaf.not_before

    return change


for _side in ("client", "server"):
    _BACKWARDS = reject(
        "validity.inverted", "validity.expired", "validity.not_yet_valid", "path.invalid"
    )
    _add(
        f"inverted-{_side}",
        f"The validity of the {_side}'s certificate ends before it begins",
        _ENDS,
        "end",
        _inverted(_side),
        _BACKWARDS,
        _BACKWARDS,
        neighbour="first-second",
    )


def _issuer_dated(side: str, start: str, end: str) -> Callable[[CaseDraft], None]:
    def change(draft: CaseDraft) -> None:
        issuer = draft.side(side).issuers[0]
        issuer.not_before, issuer.not_after = parse_instant(start), parse_instant(end)

    return change


for _side in ("client", "server"):
    for _name, _from, _until, _reason in (
        ("expired", "2025-01-01T00:00:00Z", "2026-04-30T23:59:59Z", "path.expired"),
        ("not-yet-valid", "2026-05-01T00:00:01Z", "2034-12-31T23:59:59Z", "path.not_yet_valid"),
    ):
        _NO_PATH = reject("path.invalid", reasons={_side: [_reason]})
        _add(
            f"issuer-{_name}-{_side}",
            f"The {_side}'s certificate is valid, its issuer's is {_name.replace('-', ' ')}",
            "RFC 5280, 6.1.3",
            "issuer",
            _issuer_dated(_side, _from, _until),
            _NO_PATH,
            _NO_PATH,
            neighbour="first-second",
        )

# -- how long

_LENGTH: Final = "TLS BR, 6.3.2"
_TOO_LONG: Final = reject("validity.too_long", warnings=("validity.longer_than_recommended",))
_ADVISED_AGAINST: Final = accept(warnings=("validity.longer_than_recommended",))
_SHORT_ENOUGH: Final = accept(warnings=())

_REGIMES: Final = (
    ("2020-09-01", "2026-03-14", 398),
    ("2026-03-15", "2027-03-14", 200),
    ("2027-03-15", "2029-03-14", 100),
    ("2029-03-15", "2030-01-01", 47),
)
"""The first and the last day of each regime (the last is open), and its days."""

for _first, _last, _days in _REGIMES:
    _long = f"{_days} days"
    for _when, _start, _order in (
        ("first-second", f"{_first}T00:00:00Z", "from the first second of the rule on"),
        ("last-second", f"{_last}T23:59:59Z", "in the last second of the rule"),
    ):
        _base = f"{_days}-days-{_when}"
        _add(
            f"{_base}-exactly",
            f"The server's certificate, issued {_order} ({_start}), is valid for {_long}, one more "
            "than recommended",
            _LENGTH,
            "length",
            _dated("server", _start, _days * DAY),
            _ADVISED_AGAINST,
            neighbour=f"{_base}-and-a-second",
        )
        _add(
            f"{_base}-and-a-second",
            f"The server's certificate, issued {_order} ({_start}), is valid for {_long} and a "
            "second, which counts as a further day",
            _LENGTH,
            "length",
            _dated("server", _start, _days * DAY + 1),
            _TOO_LONG,
            neighbour=f"{_base}-exactly",
        )
    _add(
        f"{_days}-days-less-one",
        f"The server's certificate is valid for {_days - 1} days, as recommended",
        _LENGTH,
        "length",
        _dated("server", f"{_first}T00:00:00Z", (_days - 1) * DAY),
        _SHORT_ENOUGH,
        neighbour=f"{_days}-days-less-one-and-a-second",
    )
    _add(
        f"{_days}-days-less-one-and-a-second",
        f"The server's certificate is valid for {_days - 1} days and a second: allowed, and longer "
        "than recommended",
        _LENGTH,
        "length",
        _dated("server", f"{_first}T00:00:00Z", (_days - 1) * DAY + 1),
        _ADVISED_AGAINST,
        neighbour=f"{_days}-days-less-one",
    )

for _day, _before, _after in (
    ("2026-03-15", 398, 200),
    ("2027-03-15", 200, 100),
    ("2029-03-15", 100, 47),
):
    _eve = format_instant(parse_instant(f"{_day}T00:00:00Z") - 1)
    _add(
        f"{_day}-old-length-before",
        f"The server's certificate is of {_eve} and valid for {_before} days, as was still allowed",
        _LENGTH,
        "boundary",
        _dated("server", _eve, _before * DAY),
        _ADVISED_AGAINST,
        neighbour=f"{_day}-old-length-after",
    )
    _add(
        f"{_day}-old-length-after",
        f"The server's certificate is of {_day}T00:00:00Z and valid for {_before} days, where "
        f"{_after} are allowed",
        _LENGTH,
        "boundary",
        _dated("server", f"{_day}T00:00:00Z", _before * DAY),
        _TOO_LONG,
        neighbour=f"{_day}-old-length-before",
    )


def _client_dated(days: int) -> Callable[[CaseDraft], None]:
    return _dated("client", "2026-03-15T00:00:00Z", days * DAY)


_add(
    "private-client-of-ten-years",
    "A private client's certificate is valid for ten years: the BR do not concern it",
    _LENGTH,
    "length",
    _dated("client", "2024-03-15T00:00:00Z", 3650 * DAY),
    _SHORT_ENOUGH,
)


def _public_too_long(draft: CaseDraft) -> None:
    _client_dated(201)(draft)
    draft.expect(STRICT, reject("validity.too_long"))
    draft.expect(LEGACY, accept())


SPACE.add(
    "public-client-too-long",
    f"A client's public TLS certificate is held to the profile: 201 days are too long ({_LENGTH}).",
    _public_too_long,
    flags=("length",),
    traces=("BR:6.3.2",),
    neighbour="private-client-of-ten-years",
    start=dual,
)


# -- short-lived certificates need no revocation pointer


def _without_pointers(change: Callable[[CaseDraft], None]) -> Callable[[CaseDraft], None]:
    def both(draft: CaseDraft) -> None:
        change(draft)
        leaf = draft.server.leaf
        leaf.drop_extension("cRLDistributionPoints")
        issuer = ("caIssuers", "http://ca.example.com/issuing.cer")
        leaf.set_extension("authorityInfoAccess", extensions.information_access(issuer))

    return both


for _when, _start, _days in (
    ("since-2026", "2026-03-15T00:00:00Z", 7),
    ("before-2026", "2026-03-14T23:59:59Z", 10),
    ("since-2024", "2024-03-15T00:00:00Z", 10),
):
    _add(
        f"short-lived-{_when}",
        f"The server's certificate of {_start} is valid for {_days} days, and has no revocation "
        "pointer",
        "TLS BR, 7.1.2.11.2",
        "short-lived",
        _without_pointers(_dated("server", _start, _days * DAY)),
        _KEPT,
        neighbour=f"not-short-lived-{_when}",
    )
    _add(
        f"not-short-lived-{_when}",
        f"The server's certificate of {_start} is valid for {_days} days and a second, and has no "
        "revocation pointer",
        "TLS BR, 7.1.2.11.2",
        "short-lived",
        _without_pointers(_dated("server", _start, _days * DAY + 1)),
        reject("crldp.missing"),
        neighbour=f"short-lived-{_when}",
    )
_add(
    "no-pointer-before-2024",
    "The server's certificate is of the last second before CRL distribution points were needed",
    "TLS BR, 7.1.2.11.2",
    "boundary",
    _without_pointers(_dated("server", "2024-03-14T23:59:59Z", 90 * DAY)),
    _KEPT,
    neighbour="not-short-lived-since-2024",
)

# -- the days on which rules of the BR begin


def _edge(  # noqa: PLR0913, PLR0917 - a case has as many parts as it has
    name: str,
    day: str,
    clause: str,
    text: str,
    change: Callable[[CaseDraft], None],
    codes: tuple[str, ...],
    before: Expectation = _KEPT,
) -> None:
    """Register two cases: in the last second before `day`, and in its first."""
    eve = format_instant(parse_instant(f"{day}T00:00:00Z") - 1)
    for when, start, verdict in (
        ("before", eve, before),
        ("after", f"{day}T00:00:00Z", reject(*codes)),
    ):
        dated = _dated("server", start, 40 * DAY)

        def both(draft: CaseDraft, dated: Callable[[CaseDraft], None] = dated) -> None:
            dated(draft)
            change(draft)

        other = "after" if when == "before" else "before"
        _add(
            f"{name}-{when}",
            f"The server's certificate is of {start} and {text}",
            f"TLS BR, {clause}",
            "boundary",
            both,
            verdict,
            neighbour=f"{name}-{other}",
        )


def _critical_usage(draft: CaseDraft) -> None:
    draft.server.leaf.set_purposes("serverAuth", critical=True)


def _reverse_zone(draft: CaseDraft) -> None:
    draft.server.leaf.set_names(("dns", "server.example.com"), ("dns", "1.2.0.192.in-addr.arpa"))


def _with_email(draft: CaseDraft) -> None:
    draft.server.leaf.set_purposes("serverAuth", "emailProtection")


_edge(
    "critical-eku",
    "2023-09-15",
    "7.1.2.7.6",
    "has a critical extended key usage",
    _critical_usage,
    ("eku.critical",),
)
_edge(
    "email-purpose",
    "2023-09-15",
    "7.1.2.7.10",
    "is for emailProtection too, which the old profile allowed",
    _with_email,
    ("eku.forbidden_purpose",),
)
_edge(
    "reverse-zone",
    "2026-03-15",
    "4.2.2",
    "has a name in a reverse zone",
    _reverse_zone,
    ("san.reverse_zone",),
)


def _old_purpose(*listed: str) -> Callable[[CaseDraft], None]:
    dated = _dated("server", "2023-09-14T23:59:59Z", 40 * DAY)

    def change(draft: CaseDraft) -> None:
        dated(draft)
        draft.server.leaf.set_purposes(*listed)

    return change


_OLD: Final = "TLS BR 1.8.7, 7.1.2.3 (f)"
_add(
    "old-profile-no-tls-purpose",
    "The server's certificate is of before 2023-09-15 and for emailProtection alone, where the old "
    "profile wanted a TLS purpose",
    _OLD,
    "boundary",
    _old_purpose("emailProtection"),
    reject("eku.server_auth_missing", "eku.tls_purpose_missing"),
    reject("eku.server_auth_missing"),
    neighbour="old-profile-client-purpose",
)
_add(
    "old-profile-client-purpose",
    "The server's certificate is of before 2023-09-15 and for clientAuth alone: a certificate that "
    "the old profile allowed, and no server's",
    _OLD,
    "boundary",
    _old_purpose("clientAuth"),
    reject("eku.server_auth_missing"),
    reject("eku.server_auth_missing"),
)
_add(
    "old-profile-any",
    "The server's certificate is of before 2023-09-15, for serverAuth and anyExtendedKeyUsage",
    _OLD,
    "boundary",
    _old_purpose("serverAuth", "any"),
    reject("eku.forbidden_purpose"),
    neighbour="email-purpose-before",
)

_add(
    "old-profile-unusual-purpose",
    "The server's certificate is of before 2023-09-15, for serverAuth and an unknown purpose",
    _OLD,
    "boundary",
    _old_purpose("serverAuth", "1.3.6.1.4.1.99999.2"),
    accept(warnings=("eku.unusual_purpose",)),
    neighbour="email-purpose-before",
)

# -- days on which only other programmes change their rules


def _dual_on(start: str) -> Callable[[CaseDraft], None]:
    return _dated("server", start, 40 * DAY)


for _day, _whose in (
    ("2026-03-15", "the BR shorten validity, and say nothing of purposes"),
    ("2026-06-15", "Chrome's rule for subordinate CAs begins"),
    ("2026-08-01", "Apple's first rule for subordinate CAs begins"),
    ("2027-03-15", "Chrome's rule for leafs begins"),
    ("2027-07-01", "Apple's rule for leafs begins"),
    ("2029-03-15", "the BR shorten validity once more"),
):
    _eve = format_instant(parse_instant(f"{_day}T00:00:00Z") - 1)
    for _when, _start in (("before", _eve), ("after", f"{_day}T00:00:00Z")):

        def _body(draft: CaseDraft, start: str = _start) -> None:
            _dual_on(start)(draft)
            draft.expect(*ALL[:2], accept())

        SPACE.add(
            f"dual-purpose-{_when}-{_day}",
            f"Both public leafs are for both purposes, the server's is of {_start}: on {_day} "
            f"{_whose}; no ballot forbids clientAuth (TLS BR, 7.1.2.7.10).",
            _body,
            flags=("other-programme",),
            traces=("BR:7.1.2.7.10",),
            start=dual,
        )
