"""The published schemas: valid themselves, fresh, and true of what this engine writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mtlspolicy import Context, Pair, evaluate, load_policy, resources
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.loader import builtin_ids, codes
from schema_support import faults, schemas

NAMES = sorted(schemas())
TOOL = Path(__file__).parents[1] / "tools" / "build_schemas.py"


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_schema(name: str) -> None:
    schema = schemas()[name]

    Draft202012Validator.check_schema(schema)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    assert f"https://mtlspolicy.dev/schemas/v1/{name}.schema.json" == schema["$id"]
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_valid(name: str) -> None:
    examples = schemas()[name].get("examples", [])

    assert [] == [fault for example in examples for fault in faults(name, example)]


def closed(schema: Any, place: str = "") -> list[str]:  # noqa: ANN401 - JSON
    """Return the places of objects with properties that are left open."""
    found: list[str] = []
    if isinstance(schema, dict):
        is_open = "properties" in schema and "additionalProperties" not in schema
        if is_open and schema.get("type") == "object":
            found.append(place)
        for key, part in schema.items():
            if key != "examples":
                found.extend(closed(part, f"{place}/{key}"))
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            found.extend(closed(part, f"{place}/{index}"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_objects_are_closed(name: str) -> None:
    # RFC 7517, 4: a JWK may have members that nobody here knows.
    allowed = {"evidence": ["/$defs/jwk"]}

    assert allowed.get(name, []) == closed(schemas()[name])


def test_the_atoms_of_the_policy_schema_are_those_of_the_registry() -> None:
    done = subprocess.run([sys.executable, TOOL, "--check"], check=False, capture_output=True)

    assert (0, b"") == (done.returncode, done.stdout)
    assert set(ATOMS) <= set(schemas()["policy"]["$defs"])


@pytest.mark.parametrize("policy_id", builtin_ids())
def test_a_built_in_policy_is_valid(policy_id: str) -> None:
    document = json.loads(resources.read(f"catalogue/policies/{policy_id}.json"))

    assert [] == faults("policy", document)


def test_codes_are_valid() -> None:
    listed = [
        {
            "code": code.code,
            "title": code.title,
            "meaning": code.meaning,
            "clause": code.clause,
            "kind": code.kind,
            "rank": code.rank,
            "alert": code.alert,
            "remedy": code.remedy or None,
        }
        for code in codes().values()
    ]

    assert [] == faults("codes", {"schema_version": 1, "codes": listed})


def test_a_decision_without_an_end_of_its_validity_is_valid() -> None:
    decision = evaluate(Pair([], []), load_policy("cabf-strict"), Context(at=0))

    assert decision.document()["valid_until"] is None
    assert [] == faults("decision", decision.document())
