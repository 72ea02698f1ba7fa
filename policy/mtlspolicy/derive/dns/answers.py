"""The answers of an evidence document, sorted by question, and what is wrong with them.

This module knows when answers contradict each other, and when one holds. It must not know
who is asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import limits
from mtlspolicy.derive.dns.names import canonical_name
from mtlspolicy.evidence.dns import DNS
from mtlspolicy.instants import parse_instant
from mtlspolicy.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NO_ANSWERS", "Answer", "Answers", "Fault", "read_answers"]

Fault = str
"""A word for what makes answers unusable: invalid, contradiction or budget."""

_HANDSHAKE: Final = 60
"""Seconds for which an answer is held to be of the handshake, whatever its TTL.

RFC 1035, 3.2.1: a TTL of zero is for the transaction in progress. A handshake, the questions
that it raises and its decision are one, and take less."""

_LONGEST: Final = 7 * 86_400
"""Seconds for which an answer holds at most (RFC 8767, 4: a week)."""

_NO_DATA: Final = ("nxdomain", "nodata")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `end` is data, absent (proven or claimed) or failed.

    `records` are the data as pairs of names and values, without repetition, in order.
    It holds from `start` until before `until` (seconds since 1970).
    """

    owner: str
    type: str
    status: str
    end: str
    records: tuple[tuple[tuple[str, Any], ...], ...]
    start: int
    until: int
    denied: bool = False
    """whether it says that the owner does not exist at all (nxdomain)"""

    @property
    def content(self) -> object:
        """What it says, whenever it was heard."""
        return self.status, self.end, frozenset(self.records), self.denied


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers by owner and type; `fault` where none of them can be relied on."""

    by_question: Mapping[tuple[str, str], Answer]
    contradicted: frozenset[str]
    """owners of which two answers say different things"""
    fault: Fault = ""

    def find(self, owner: str, kind: str) -> Answer | None:
        """Return the answer to one question."""
        return self.by_question.get((owner, kind))

    def about(self, kind: str) -> bool:
        """Whether anything was answered about any name for this type."""
        return any(asked == kind for _, asked in self.by_question)


NO_ANSWERS: Final = Answers({}, frozenset())


def read_answers(document: object) -> Answers:
    """Sort the answers of `dns` in an evidence document; never raises.

    A document that its schema refuses is not read at all: it may have come past the schema.
    """
    if document is None:
        return NO_ANSWERS
    listed = document.get("answers") if isinstance(document, dict) else None
    if isinstance(listed, list) and _is_too_much(listed):
        return Answers({}, frozenset(), "budget")
    if any(True for _ in DNS(document, "")):
        return Answers({}, frozenset(), "invalid")
    assert isinstance(listed, list)  # noqa: S101 - what the check has just found
    return _sorted(listed)


def _is_too_much(listed: list[Any]) -> bool:
    """Whether there are more answers, or more records in one of them, than are looked at."""
    data = [entry.get("data") for entry in listed[: limits.MAX_DNS_ANSWERS] if type(entry) is dict]
    most = max((len(one) for one in data if isinstance(one, list)), default=0)
    return len(listed) > limits.MAX_DNS_ANSWERS or most > limits.MAX_DNS_RECORDS


def _sorted(listed: list[Any]) -> Answers:
    found: dict[tuple[str, str], Answer] = {}
    contradicted: set[str] = set()
    for entry in listed:
        answer = _answer(entry)
        if answer is None:
            continue  # about a name that nobody asks for
        known = found.setdefault((answer.owner, answer.type), answer)
        if known.content != answer.content:
            contradicted.add(answer.owner)
        elif answer.start > known.start:
            found[answer.owner, answer.type] = answer
    for owner in {owner for owner, _ in found}:
        if _disagree([answer for (name, _), answer in found.items() if name == owner]):
            contradicted.add(owner)
    return Answers(found, frozenset(contradicted))


def _disagree(answers: list[Answer]) -> bool:
    """Whether answers about one owner cannot all be true."""
    told = [answer for answer in answers if answer.end == "data"]
    if any(answer.denied for answer in answers) and told:
        return True
    alias = next((answer for answer in told if answer.type == "CNAME"), None)
    # RFC 1034, 3.6.2: an alias has no other data, and one target
    return alias is not None and (len(alias.records) > 1 or len(told) > 1)


def _answer(entry: Mapping[str, Any]) -> Answer | None:
    owner = canonical_name(entry["owner"])
    if owner is None:
        return None
    failure = entry.get("failure")
    end = "data" if failure is None else "absent" if failure in _NO_DATA else "failed"
    start = parse_instant(entry["time"])
    lasts = min(max(entry["ttl"], _HANDSHAKE), _LONGEST)
    records = dict.fromkeys(_frozen(record) for record in entry.get("data", ()))
    return Answer(
        owner=owner,
        type=entry["type"],
        status=entry["status"],
        end=end,
        records=tuple(records),
        start=start,
        until=start + lasts + 1,
        denied=failure == "nxdomain",
    )


def _frozen(record: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((key, _plain(key, value)) for key, value in sorted(record.items()))


def _plain(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value so that two spellings of one name are one (RFC 4343)."""
    if isinstance(value, dict):
        return tuple(sorted(value.items()))
    return (canonical_name(value) or value) if key == "target" else value
