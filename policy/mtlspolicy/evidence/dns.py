"""DNS answers with their DNSSEC status: the check of `dns` in an evidence document.

An answer is one owner and one type, an alias being an answer of its own under CNAME; it has
data, or the reason why there is none. What follows from an answer is a rule's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.errors import Fault
from mtlspolicy.evidence import check

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DNS", "FAILURES", "STATUSES"]

STATUSES: Final = ("secure", "insecure", "bogus", "indeterminate")
"""The results of DNSSEC validation (RFC 4035, 4.3)."""

FAILURES: Final = (
    "nxdomain", "nodata", "servfail", "refused", "timeout", "unreachable", "malformed",
)  # fmt: skip
"""Why an answer has no data; the first two are answers, the others are none."""

_MAX_TTL: Final = 2**31 - 1
"""Seconds (RFC 2181, 8)."""

_OWNER: Final = check.matching(r"[!-~]{1,1024}", "a domain name in presentation form")
_NUMBER: Final = check.whole(0, 65_535)
_OCTET: Final = check.whole(0, 255)

_ADDRESS: Final = check.record({"address": check.TEXT}, "address")
_TARGET: Final = check.record({"target": _OWNER}, "target")
_RAW: Final = check.record({"rdata": check.HEX}, "rdata")
_SERVICE: Final = check.record(
    {
        "priority": _NUMBER,
        "target": _OWNER,
        "parameters": check.mapped(
            check.matching(r"key(0|[1-9][0-9]{0,4})", "key with a number"), check.HEX
        ),
    },
    "priority",
    "target",
)  # RFC 9460, 2

_RECORDS: Final[dict[str, check.Check]] = {
    **dict.fromkeys(("A", "AAAA"), _ADDRESS),
    **dict.fromkeys(("CNAME", "DNAME", "PTR"), _TARGET),
    **dict.fromkeys(("CAA", "CERT", "NAPTR", "SSHFP"), _RAW),
    **dict.fromkeys(("HTTPS", "SVCB"), _SERVICE),
    "MX": check.record({"preference": _NUMBER, "target": _OWNER}, "preference", "target"),
    # RFC 2782
    "SRV": check.record(
        {"priority": _NUMBER, "weight": _NUMBER, "port": _NUMBER, "target": _OWNER},
        "priority",
        "weight",
        "port",
        "target",
    ),
    # RFC 6698, 2.1
    "TLSA": check.record(
        {"usage": _OCTET, "selector": _OCTET, "matching_type": _OCTET, "data": check.HEX},
        "usage",
        "selector",
        "matching_type",
        "data",
    ),
}

_FIELDS: Final = check.record(
    {
        "owner": _OWNER,
        "type": check.word(*_RECORDS),
        "status": check.word(*STATUSES),
        "ttl": check.whole(0, _MAX_TTL),
        "time": check.instant,
        "resolver": check.TEXT,
        "failure": check.word(*FAILURES),
        "data": check.listed(check.record({}, closed=False), least=1),
    },
    "owner",
    "type",
    "status",
    "ttl",
    "time",
)


def _answer(value: object, pointer: str) -> Iterator[Fault]:
    yield from _FIELDS(value, pointer)
    if not isinstance(value, dict):
        return
    if ("data" in value) == ("failure" in value):
        yield Fault(pointer, "an answer has either `data` or a `failure`")
    kind = value.get("type")
    if isinstance(kind, str) and kind in _RECORDS and isinstance(value.get("data"), list):
        yield from check.listed(_RECORDS[kind])(value["data"], f"{pointer}/data")


DNS: Final = check.record({"answers": check.listed(_answer)}, "answers")
"""The check of the whole part."""
