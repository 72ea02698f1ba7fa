"""A second reading of the rule language, written for nothing but being obvious.

It walks the JSON of a policy over dictionaries of facts, with True, False and None for
unknown, and knows no masks, memos, binding or dates. Only leafs are judged, by the atoms in
`ATOMS`: enough to hold the engine to, and to measure it against.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.facts.certificate import Certificate, Unreadable
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.names import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ATOMS", "facts_of", "holds", "judge"]

Truth = bool | None
Facts = dict[str, Any]
"""A part that cannot be read is the text `UNREADABLE`, one that is absent None."""

UNREADABLE: Final = "unreadable"
_ANY: Final = PURPOSES["anyExtendedKeyUsage"]


def _seconds(instant: str) -> int:
    return int(datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def _part(value: object, write: Callable[[Any], object]) -> object:
    if value is None:
        return None
    return UNREADABLE if isinstance(value, Unreadable) else write(value)


def facts_of(certificate: Certificate) -> Facts:
    """Return the facts as a plain dictionary."""
    return {
        "eku": _part(certificate.extended_key_usage, lambda usage: list(usage.purposes)),
        "eku_critical": _part(certificate.extended_key_usage, lambda usage: usage.critical),
        "key_usage": _part(certificate.key_usage, lambda usage: list(usage.bits)),
        "not_before": _part(certificate.not_before, int),
        "not_after": _part(certificate.not_after, int),
    }


def _oid(purpose: str) -> str:
    return PURPOSES.get(purpose, purpose)


def _listed(facts: Facts, key: str) -> list[str] | None:
    return None if facts[key] == UNREADABLE else facts[key] or []


def _permits(facts: Facts, argument: dict[str, str], _: int) -> Truth:
    if facts["eku"] is None:
        return argument.get("absent", "allow") == "allow"
    if facts["eku"] == UNREADABLE:
        return None
    if _oid(argument["purpose"]) in facts["eku"]:
        return True
    return argument.get("any", "allow") == "allow" and _ANY in facts["eku"]


def _includes(facts: Facts, purpose: str, _: int) -> Truth:
    listed = _listed(facts, "eku")
    return None if listed is None else _oid(purpose) in listed


def _only(facts: Facts, purposes: list[str], _: int) -> Truth:
    listed = _listed(facts, "eku")
    return None if listed is None else set(listed) <= {_oid(purpose) for purpose in purposes}


def _critical(facts: Facts, argument: object, _: int) -> Truth:  # noqa: ARG001 - every atom has one
    if facts["eku"] is None:
        return False
    return None if facts["eku"] == UNREADABLE else facts["eku_critical"]


def _bit(facts: Facts, bit: str, _: int) -> Truth:
    bits = _listed(facts, "key_usage")
    return None if bits is None else bit in bits


def _current(facts: Facts, _: object, at: int) -> Truth:
    begun: Truth = None if facts["not_before"] == UNREADABLE else facts["not_before"] <= at
    lasts: Truth = None if facts["not_after"] == UNREADABLE else at <= facts["not_after"]
    if begun is False or lasts is False:
        return False
    return None if begun is None or lasts is None else True


def _days(facts: Facts, days: int, _: int) -> Truth:
    if UNREADABLE in (facts["not_before"], facts["not_after"]):
        return None
    return bool(facts["not_after"] - facts["not_before"] + 1 <= days * 86_400)


def _within(window: dict[str, str], instant: int) -> bool:
    after = "from" not in window or instant >= _seconds(window["from"])
    return after and ("until" not in window or instant < _seconds(window["until"]))


def _issued(facts: Facts, window: dict[str, str], _: int) -> Truth:
    return None if facts["not_before"] == UNREADABLE else _within(window, facts["not_before"])


def _evaluated(_: Facts, window: dict[str, str], at: int) -> Truth:
    return _within(window, at)


ATOMS: Final[dict[str, Callable[[Facts, Any, int], Truth]]] = {
    "eku.present": lambda facts, _, __: facts["eku"] is not None,
    "eku.critical": _critical,
    "eku.includes": _includes,
    "eku.only": _only,
    "eku.permits": _permits,
    "key_usage.present": lambda facts, _, __: facts["key_usage"] is not None,
    "key_usage.includes": _bit,
    "validity.current": _current,
    "validity.days_at_most": _days,
    "validity.issued": _issued,
    "validity.evaluated": _evaluated,
}
"""The questions that this interpreter understands."""


class Reading:
    """What a condition is read on: the facts of the leafs, the side, settings and terms."""

    def __init__(self, policy: dict[str, Any], facts: dict[str, Facts], side: str, at: int) -> None:
        self.terms = policy.get("terms", {})
        self.settings = {k: s["default"] for k, s in policy.get("settings", {}).items()}
        self.facts, self.side, self.at = facts, side, at

    def holds(self, condition: Any) -> Truth:  # noqa: ANN401, PLR0911 - JSON; one return per form
        """Evaluate one condition by Kleene's tables."""
        if isinstance(condition, bool):
            return condition
        if "if" in condition:
            return self.holds({"any": [{"not": condition["if"]}, condition["then"]]})
        if "setting" in condition:
            return bool(self.settings[condition["setting"]] == condition.get("is", True))
        ((key, value),) = condition.items()
        match key:
            case "all" | "any":
                answers = [self.holds(part) for part in value]
                decisive = key == "any"
                return (
                    decisive if decisive in answers else None if None in answers else not decisive
                )
            case "not":
                answer = self.holds(value)
                return None if answer is None else not answer
            case "iff":
                left, right = map(self.holds, value)
                return None if left is None or right is None else left == right
            case "term":
                return self.holds(self.terms[value])
            case "side":
                return bool(value == self.side)
            case _:
                return self._atom(key, value)

    def _atom(self, key: str, value: Any) -> Truth:  # noqa: ANN401 - JSON, or any of a table
        whose, _, rest = key.partition(".")
        if whose in ("client", "server"):
            return ATOMS[rest](self.facts[whose], value, self.at)
        return ATOMS[key](self.facts[self.side], value, self.at)


def holds(condition: Any, facts: Facts, at: int) -> Truth:  # noqa: ANN401 - JSON, or any of a table
    """Evaluate one condition on one certificate."""
    return Reading({}, {"client": facts}, "client", at).holds(condition)


def _outcome(rule: dict[str, Any], reading: Reading) -> str:
    windows = [
        {f"validity.{'issued' if w['axis'] == 'not_before' else 'evaluated'}": _bounds(w)}
        for w in rule.get("effective", [])
    ]
    gate = reading.holds({"all": [True, *windows]})
    if gate is False:
        return "not_effective"
    when = reading.holds(rule.get("when", True))
    if when is False:
        return "not_applicable"
    require = reading.holds(rule["require"])
    if require is True:
        return "pass"
    if require is False and gate and when:
        return "fail"
    return "not_applicable" if rule.get("if_missing") == "not_applicable" else "unknown"


def _bounds(window: dict[str, str]) -> dict[str, str]:
    return {key: bound for key, bound in window.items() if key != "axis"}


def _outcomes(
    policy: dict[str, Any],
    facts: dict[str, Facts],
    at: int,
) -> Iterator[tuple[str, str, str]]:
    for rule in policy["rules"]:
        if rule["mode"] == "off":
            continue
        on = rule["on"]["side"]
        for side in ("client", "server") if on == "both" else (on,):
            result = _outcome(rule, Reading(policy, facts, "client" if on == "pair" else side, at))
            yield side, rule["mode"], result


def judge(policy: dict[str, Any], client: bytes, server: bytes, at: int) -> str:
    """Return the verdict over two leafs that are well formed."""
    facts = {
        "client": facts_of(read_certificate(client)),
        "server": facts_of(read_certificate(server)),
    }
    found = [
        (side, result) for side, mode, result in _outcomes(policy, facts, at) if mode == "enforce"
    ]
    results = {result for _, result in found}
    if "fail" in results:
        return "reject"
    if "unknown" in results:
        return "indeterminate"
    return "accept" if {("client", "pass"), ("server", "pass")} <= set(found) else "reject"
