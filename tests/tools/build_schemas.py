"""Write what follows from the registry of atoms into schemas/policy.schema.json.

python tests/tools/build_schemas.py            write it
python tests/tools/build_schemas.py --check    only compare; 1 where it is stale
python tests/tools/build_schemas.py NAME ...   lay out other schemas, written by hand, alike
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.base import Atom, Scope
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.language.composites import COMPOSITES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
WIDTH: Final = 100

REFERENCE: Final = {"$ref": "#/$defs/setting_reference"}
SETTING_REFERENCE: Final = {
    "type": "object",
    "description": "the value of a setting of this policy",
    "properties": {"setting": {"$ref": "#/$defs/name"}},
    "required": ["setting"],
    "additionalProperties": False,
}
SHAPES: Final = [
    {"maxProperties": 1},
    {"maxProperties": 2, "required": ["if", "then"]},
    {"maxProperties": 2, "required": ["setting", "is"]},
]
NEEDS: Final = {"if": ["then"], "then": ["if"], "is": ["setting"]}
PAIR_COMPOSITES: Final = {"relationship.is"}


# -- arguments


def argument(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Every argument may be the value of a setting instead."""
    return {"anyOf": [dict(schema), REFERENCE]}


def arguments(atom: Atom) -> dict[str, Any]:
    """The schema of what stands behind the name of an atom."""
    described = {"description": f"{readable(atom)}. {atom.doc}".strip()}
    if not atom.parameters:
        return {**described, "const": True}
    if len(atom.parameters) == 1:
        return {**described, **argument(atom.parameters[0].kind.schema)}
    properties = {
        parameter.name: argument(parameter.kind.schema)
        | ({} if parameter.default is None else {"default": parameter.default})
        for parameter in atom.parameters
    }
    needed = [p.name for p in atom.parameters if p.default is None]
    return {
        **described,
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def readable(atom: Atom) -> str:
    words = [f"({parameter.name})" for parameter in atom.parameters]
    return atom.phrase.replace("{0:or}", "{0}").format(*words)


# -- conditions


def condition(what: str, own: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """The schema of a condition; `asked` maps keys to the definitions of their arguments."""
    part = {"$ref": f"#/$defs/{own}"}
    some = {"type": "array", "minItems": 1, "items": part}
    properties: dict[str, Any] = {
        "all": {**some, "description": "every part holds"},
        "any": {**some, "description": "at least one part holds"},
        "not": {**part, "description": "the part does not hold"},
        "if": {**part, "description": "where this holds, `then` must hold"},
        "then": part,
        "iff": {
            **some,
            "minItems": 2,
            "maxItems": 2,
            "description": "both parts hold, or neither does",
        },
        "term": {"type": "string", "description": "a condition of `terms`"},
        "side": {"enum": ["client", "server"], "description": "the rule judges this side"},
        "setting": {"type": "string", "description": "the setting has the value `is`"},
        "is": {
            "type": ["boolean", "integer", "string", "array"],
            "default": True,
            "description": "of the setting's type",
        },
    }
    properties |= {key: {"$ref": f"#/$defs/{name}"} for key, name in asked.items()}
    return {
        "description": what,
        "type": ["boolean", "object"],
        "minProperties": 1,
        "anyOf": SHAPES,
        "dependentRequired": NEEDS,
        "properties": properties,
        "additionalProperties": False,
    }


def on_one_side() -> dict[str, str]:
    named = {name: name for name in COMPOSITES if name not in PAIR_COMPOSITES}
    return named | {n: n for n, (feature, _) in ATOMS.items() if feature.scope is not Scope.PAIR}


def on_the_pair() -> dict[str, str]:
    named = {name: name for name in COMPOSITES if name in PAIR_COMPOSITES}
    for name, (feature, _) in ATOMS.items():
        if feature.scope is Scope.PAIR:
            named[name] = name
        elif feature.scope is Scope.CERTIFICATE:
            named |= {f"{side}.{name}": name for side in ("client", "server")}
    return named


def generated() -> dict[str, Any]:
    """The definitions that follow from the registry."""
    return {
        "condition": condition(
            "A condition on one side: true, false, or an object with one key.",
            "condition",
            on_one_side(),
        ),
        "pair_condition": condition(
            "A condition on the pair: each question names the side that it asks.",
            "pair_condition",
            on_the_pair(),
        ),
        "setting_reference": SETTING_REFERENCE,
        **{name: {"description": c.doc, **c.schema} for name, c in COMPOSITES.items()},
        **{name: arguments(atom) for name, (_, atom) in ATOMS.items()},
    }


# -- laying out


def lay_out(value: object, indent: int = 0, taken: int = 0) -> str:
    """Write JSON with what fits into a line on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or indent + taken + len(line) <= WIDTH:
        return line
    inner = " " * (indent + 2)
    parts = list(_parts(value, indent + 2))
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(inner + p for p in parts) + f"\n{' ' * indent}{closing}"


def _parts(value: dict[str, Any] | list[Any], indent: int) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield lay_out(item, indent, 1)
        return
    for key, item in value.items():
        name = json.dumps(key, ensure_ascii=False) + ": "
        yield name + lay_out(item, indent, len(name) + 1)


def contents(path: Path) -> str:
    """What a schema file should hold."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if path.name == "policy.schema.json":
        made = generated()
        hand = {k: v for k, v in document["$defs"].items() if "." not in k and k not in made}
        document["$defs"] = hand | made
    return lay_out(document) + "\n"


def main(arguments: list[str]) -> int:
    """Write the schemas, or compare them."""
    named = [word for word in arguments if not word.startswith("-")] or ["policy"]
    paths = [SCHEMAS / f"{name}.schema.json" for name in named]
    stale = [path for path in paths if path.read_text("utf-8") != contents(path)]
    for path in stale:
        print(f"{'stale' if '--check' in arguments else 'written'}: {path.name}")
        if "--check" not in arguments:
            path.write_text(contents(path), encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
