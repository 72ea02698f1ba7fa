"""From documents to one document: `extends`, and what a policy inherits.

A rule with the same id replaces the whole rule; ``{id, mode}`` changes only the mode;
settings, sources, terms and obligations inherit. A policy that extends a proposal is that
proposal. Cycles are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mtlspolicy import limits
from mtlspolicy.errors import Fault, PolicyError

__all__ = ["resolve"]

Lookup = Callable[[str], Mapping[str, Any]]


def resolve(document: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    """Return the document with everything it extends put in; `lookup` finds the others by id.

    Raises PolicyError for a cycle, a chain that is too long, an override of nothing, and a
    proposal that does not say of what.
    """
    line: list[Mapping[str, Any]] = [document]
    seen = {document["id"]}
    while "extends" in line[-1]:
        parent = lookup(line[-1]["extends"])
        if parent["id"] in seen:
            _refuse(
                "/extends",
                f"the policy `{document['id']}` extends itself by way of `{parent['id']}`",
            )
        if len(line) >= limits.MAX_EXTENDS_DEPTH:
            _refuse(
                "/extends",
                f"a policy extends at most {limits.MAX_EXTENDS_DEPTH - 1} others in a row",
            )
        seen.add(parent["id"])
        line.append(parent)
    merged = {**line[-1], "rules": _rules([], line[-1]["rules"])}
    for child in reversed(line[:-1]):
        merged = _merge(merged, child)
    merged.pop("$schema", None)
    if merged["status"] == "proposal" and "proposal" not in merged:
        _refuse("/proposal", "a policy of status `proposal` says which document it implements")
    return merged


def _refuse(pointer: str, message: str) -> None:
    raise PolicyError(message, faults=(Fault(pointer, message),))


def _merge(parent: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in child.items() if key != "extends"}
    for key in ("settings", "terms"):
        if key in parent:
            merged[key] = {**parent[key], **child.get(key, {})}
    for key in ("sources", "obligations", "not_judged"):
        merged[key] = _by_id(parent.get(key, []), child.get(key, []))
    merged["rules"] = _rules(parent.get("rules", []), child.get("rules", []))
    if "proposal" in parent:
        merged["proposal"] = parent["proposal"]
        merged["status"] = "proposal"
    return merged


def _by_id(parent: list[Any], child: list[Any]) -> list[Any]:
    def key(entry: Mapping[str, Any]) -> str:
        return str(entry.get("id", entry.get("statement")))

    replaced = {key(entry): entry for entry in child}
    kept = [replaced.pop(key(entry), entry) for entry in parent]
    return [*kept, *replaced.values()]


def _rules(parent: list[Any], child: list[Any]) -> list[Any]:
    known = {rule["id"]: rule for rule in parent}
    for index, rule in enumerate(child):
        if set(rule) == {"id", "mode"}:
            if rule["id"] not in known:
                _refuse(
                    f"/rules/{index}/id",
                    f"there is no rule `{rule['id']}` whose mode could be changed",
                )
            known[rule["id"]] = {**known[rule["id"]], "mode": rule["mode"]}
        else:
            known[rule["id"]] = rule
    return list(known.values())
