"""A naive interpreter of policy documents, to measure against.

It does what everybody writes first: walk the JSON of every rule over a dictionary of facts,
for every certificate. It reads only the atoms that the bench's policies use, and knows
nothing of unknowns. It is not a second implementation of the language.
"""

# ruff: noqa: ANN401, C901, PLR0911 - it is what everybody writes first

from __future__ import annotations

from typing import Any


def facts_of(certificate: Any) -> dict[str, Any]:
    """Return the facts as a plain dictionary."""
    usage, bits = certificate.extended_key_usage, certificate.key_usage
    return {
        "eku": None if usage is None else list(usage.purposes),
        "key_usage": None if bits is None else list(bits.bits),
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
    }


def holds(condition: Any, facts: dict[str, Any], at: int) -> bool:
    """Evaluate one condition."""
    ((key, value),) = condition.items()
    if key == "all":
        return all(holds(part, facts, at) for part in value)
    if key == "any":
        return any(holds(part, facts, at) for part in value)
    if key == "not":
        return not holds(value, facts, at)
    if key == "eku.present":
        return facts["eku"] is not None
    if key == "eku.includes":
        return facts["eku"] is not None and value in facts["eku"]
    if key == "eku.includes_any":
        return facts["eku"] is not None and any(p in facts["eku"] for p in value)
    if key == "key_usage.present":
        return facts["key_usage"] is not None
    if key == "key_usage.includes":
        return facts["key_usage"] is not None and value in facts["key_usage"]
    if key == "validity.current":
        return bool(facts["not_before"] <= at <= facts["not_after"])
    if key == "validity.days_at_most":
        return bool(facts["not_after"] - facts["not_before"] + 1 <= value * 86_400)
    raise ValueError(key)


def judge(
    rules: list[dict[str, Any]], client: dict[str, Any], server: dict[str, Any], at: int
) -> dict[str, Any]:
    """Return the decision with its reasons, as a dictionary."""
    reasons = []
    for side, facts in (("client", client), ("server", server)):
        for rule in rules:
            if rule["on"]["side"] not in (side, "both"):
                continue
            if "when" in rule and not holds(rule["when"], facts, at):
                continue
            if not holds(rule["require"], facts, at):
                reasons.append({"code": rule["code"], "role": side, "rule": rule["id"]})
    return {"decision": "reject" if reasons else "accept", "reasons": reasons}
