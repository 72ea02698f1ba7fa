"""The full check of a policy file: its shape, its conditions, and the published schema.

The engine's loader stops after the stage in which it finds the first fault; whoever writes
a policy wants all of them at once. Only here is jsonschema imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mtlspolicy import canonical
from mtlspolicy.errors import DocumentError, Fault, PolicyError, ProposalNotEnabledError
from mtlspolicy.language.parse import Reader
from mtlspolicy.loader import builtin_ids, load_policy_document, resolved_document
from mtlspolicy.policies.settings import TYPES, Setting
from mtlspolicy.policies.shape import Shape
from mtlspolicy_cli.documents import Place, places
from mtlspolicy_cli.refuse import nearest

__all__ = ["policy_faults", "written_places"]

_BY_ID: Final = ("rules", "sources", "obligations")
"""Lists that a policy inherits and merges by id."""

_LONGEST: Final = 200
"""Characters of a message of the schema's."""


def policy_faults(text: bytes) -> list[Place]:
    """Return every fault of a policy document; an empty list if it can be loaded."""
    try:
        document = canonical.loads(text, "the document")
    except DocumentError as error:
        return places(error.faults, text)
    shape = Shape()
    sound = shape.check(document)
    if not isinstance(document, dict):
        found = places(shape.faults, text)
    elif not sound or [*_references(document), *_overrides(document)]:
        parts = (_references, _overrides, _citations, _conditions)
        found = places([*shape.faults, *(f for part in parts for f in part(document))], text)
    else:
        found = _loading(document, text)
    if all(place.pointer != "/rules" for place in found):
        # The schema is slow, and a list of too many rules is refused as a whole.
        found += _schema(document, text, found)
    return sorted(found, key=lambda place: (place.line, place.column, place.message))


def _loading(document: Mapping[str, Any], text: bytes) -> list[Place]:
    """Load a document whose shape is right; say what does not hang together."""
    try:
        try:
            load_policy_document(text)
        except ProposalNotEnabledError as refusal:
            load_policy_document(text, enable_proposal=refusal.document)
    except PolicyError as error:
        return places(error.faults, text, written_places(document))
    return []


def written_places(document: object) -> dict[str, str]:
    """Map ``/rules/7`` of the resolved document to where that rule stands in this one.

    A document whose shape is wrong is never resolved: its faults are where they are.
    """
    if not Shape().check(document) or not isinstance(document, dict) or "extends" not in document:
        return {}
    try:
        resolved = resolved_document(document)
    except PolicyError:
        return {}
    found: dict[str, str] = {}
    for key in _BY_ID:
        mine = {entry["id"]: index for index, entry in enumerate(document.get(key, []))}
        for index, entry in enumerate(resolved.get(key, [])):
            here = mine.get(entry["id"])
            found[f"/{key}/{index}"] = "/extends" if here is None else f"/{key}/{here}"
    return found


# -- ids of other policies, of their rules, and of sources


def _references(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield faults of the ids that name other policies."""
    yield from _reference(document.get("extends"), "/extends")
    baseline = _object(document, "proposal").get("baseline")
    yield from _reference(baseline, "/proposal/baseline")


def _reference(policy_id: object, pointer: str) -> Iterator[Fault]:
    if isinstance(policy_id, str) and policy_id not in builtin_ids():
        advice = nearest(policy_id, builtin_ids(), "`mtlspolicy policy list` shows all")
        yield Fault(pointer, f"there is no built-in policy `{policy_id}`", advice)


def _overrides(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield changes of the mode of a rule that is not there."""
    if "extends" in document and document["extends"] not in builtin_ids():
        return
    known = [entry["id"] for entry in _inherited(document).get("rules", ())]
    for index, rule in enumerate(_list(document, "rules")):
        if isinstance(rule, dict) and set(rule) == {"id", "mode"} and rule["id"] not in known:
            message = f"there is no rule `{rule['id']}` whose mode could be changed"
            advice = nearest(str(rule["id"]), known, "only rules of what it extends")
            yield Fault(f"/rules/{index}/id", message, advice)


def _citations(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield citations of sources that are not there."""
    listed = (*_inherited(document).get("sources", ()), *_list(document, "sources"))
    known = [str(entry["id"]) for entry in listed if isinstance(entry, dict) and "id" in entry]
    for index, rule in enumerate(_list(document, "rules")):
        citation = _object(rule, "citation") if isinstance(rule, dict) else {}
        source = citation.get("source")
        if isinstance(source, str) and source not in known:
            advice = nearest(source, known, "list it under `sources`")
            pointer = f"/rules/{index}/citation/source"
            yield Fault(pointer, f"there is no source `{source}`", advice)


# -- conditions in a document whose shape is wrong


def _conditions(document: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of conditions, as far as they can be read."""
    inherited = _inherited(document)
    settings = {**_object(inherited, "settings"), **_object(document, "settings")}
    unsound = [f"`{name}`" for name, value in settings.items() if not _is_sound(value)]
    known = {name: _setting(name, value) for name, value in settings.items()}
    reader = Reader(known, {**_object(inherited, "terms"), **_object(document, "terms")})
    for index, rule in enumerate(_list(document, "rules")):
        if isinstance(rule, dict):
            _read_rule(reader, rule, f"/rules/{index}")
    reader.read_rest()
    return [f for f in reader.faults if not any(name in f.message for name in unsound)]


def _read_rule(reader: Reader, rule: Mapping[str, Any], pointer: str) -> None:
    pair = _object(rule, "on").get("side") == "pair"
    for part in ("when", "require"):
        if isinstance(rule.get(part), dict):
            reader.read(rule[part], f"{pointer}/{part}", pair=pair)


def _inherited(document: Mapping[str, Any]) -> Mapping[str, Any]:
    if document.get("extends") not in builtin_ids():
        return {}
    child = {"id": "", "status": "practice", "extends": document["extends"], "rules": []}
    return resolved_document(child)


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _list(document: Mapping[str, Any], key: str) -> list[Any]:
    found = document.get(key)
    return found if isinstance(found, list) else []


def _is_sound(value: object) -> bool:
    if not isinstance(value, dict) or value.get("type") not in TYPES:
        return False
    return "default" in value and isinstance(value.get("choices", []), list)


def _setting(name: str, value: Any) -> Setting:  # noqa: ANN401 - JSON
    """Return a declared setting; one that is unsound stands for its name only."""
    if not _is_sound(value):
        return Setting(name, "string", "", "")
    return Setting(name, value["type"], "", value["default"], tuple(value.get("choices", ())))


# -- the schema's opinion


def _schema(document: object, text: bytes, found: Sequence[Place]) -> list[Place]:
    """Return what the schema refuses at places of which nothing has been said yet."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import

    from mtlspolicy import resources  # noqa: PLC0415 - not needed for a broken text

    schema = json.loads(resources.read("schemas/policy.schema.json"))
    faults = []
    for error in Draft202012Validator(schema).iter_errors(document):
        pointer = "".join(f"/{_escaped(part)}" for part in error.absolute_path)
        if not any(_touch(pointer, place.pointer) for place in found):
            faults.append(Fault(pointer, f"the schema refuses this: {error.message[:_LONGEST]}"))
    return places(faults, text)


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _touch(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
