"""Published schemas with their validators, and documents with something wrong in them."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from mtlspolicy import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its short name."""
    found = {}
    for entry in resources.folder("schemas").iterdir():
        if entry.name.endswith(".schema.json"):
            name = entry.name.removesuffix(".schema.json")
            found[name] = json.loads(entry.read_text(encoding="utf-8"))
    return found


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of one schema, which may refer to the others."""
    everything: Registry[Any] = Registry()
    everything = everything.with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas().values()
    )
    return Draft202012Validator(schemas()[name], registry=everything)


def faults(name: str, document: object) -> list[str]:
    """What a schema has against a document."""
    found = validator(name).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


# -- something wrong


def places(value: object, above: Path = ()) -> Iterator[Path]:
    """Every place of a document, the whole first."""
    yield above
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*above, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*above, index))


WORDS = [
    "",
    "x",
    "serverAuth",
    "path",
    "2026-13-01T00:00:00Z",
    "2026-01-01T00:00:00Z",
    "a\n",
    "AA==",
]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 70_000), st.sampled_from(WORDS), st.text(max_size=3)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=2)
    ),
    max_leaves=4,
)


def _holder(document: Any, place: Path) -> Any:  # noqa: ANN401 - JSON
    for part in place[:-1]:
        document = document[part]
    return document


@st.composite
def mutated(draw: st.DrawFn, documents: list[Any]) -> Any:  # noqa: ANN401 - JSON
    """A document that was valid, after one to three changes anywhere in it."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        every = list(places(document))[1:]
        if not every:
            break
        place = draw(st.sampled_from(every))
        _change(draw, document, place)
    return document


def _change(draw: st.DrawFn, document: Any, place: Path) -> None:  # noqa: ANN401 - JSON
    holder, last = _holder(document, place), place[-1]
    match draw(st.sampled_from(["replace", "remove", "rename", "repeat", "add", "swap"])):
        case "replace":
            holder[last] = draw(JSON)
        case "remove":
            del holder[last]
        case "rename" if isinstance(holder, dict):
            holder[draw(st.sampled_from([*WORDS, f"{last}x"]))] = holder.pop(last)
        case "repeat" if isinstance(holder, list) and isinstance(last, int):
            holder.append(copy.deepcopy(holder[last]))
        case "add" if isinstance(holder, dict):
            holder[draw(st.sampled_from(WORDS))] = draw(JSON)
        case _:
            other = draw(st.sampled_from(list(places(document))[1:]))
            holder[last] = copy.deepcopy(_holder(document, other)[other[-1]])
