"""The codes in the sources and those in the catalogue are the same."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import mtlspolicy.facts.codes
from mtlspolicy.facts.codes import KINDS, REJECTED

PACKAGE = Path(mtlspolicy.facts.codes.__file__).parents[1]
CATALOGUE = PACKAGE / "catalogue" / "codes" / "encoding.json"
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z0-9_]+")


def emitted() -> set[str]:
    """Return every literal in the readers' sources that has the form of a code."""
    sources = [*PACKAGE.glob("der/*.py"), *PACKAGE.glob("facts/*.py")]
    skipped = {"codes.py", "writer.py", "crl.py", "ocsp.py", "strict.py"}
    trees = [ast.parse(path.read_text("utf-8")) for path in sources if path.name not in skipped]
    literals = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {literal for literal in literals if CODE.fullmatch(literal)}


def catalogue() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads(CATALOGUE.read_text("utf-8"))
    return entries


def test_every_code_that_can_be_given_has_a_kind_and_the_other_way_round() -> None:
    assert set(KINDS) == emitted()


def test_the_catalogue_has_exactly_these_codes() -> None:
    assert {code: kind.value for code, kind in KINDS.items()} == {
        entry["code"]: entry["kind"] for entry in catalogue()
    }


def test_the_catalogue_is_sorted_and_says_something_about_each() -> None:
    entries = catalogue()
    assert sorted(entry["code"] for entry in entries) == [entry["code"] for entry in entries]
    assert all(entry[key] for entry in entries for key in ("title", "meaning", "clause"))


def test_what_is_refused_is_what_is_not_der() -> None:
    assert {"malformed", "not-der"} == {kind.value for kind in REJECTED}
