"""The catalogue of path and name codes, and the code that uses them, agree."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest

import mtlspolicy.derive

SOURCES = Path(mtlspolicy.derive.__file__).parent
MODULES = (
    "constraints",
    "names",
    "path",
    "search",
    "standing",
    "validation",
)


def _catalogue(kind: str) -> list[dict[str, str]]:
    folder = resources.files("mtlspolicy") / "catalogue" / "codes"
    return json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _text() -> str:
    return "\n".join((SOURCES / f"{module}.py").read_text(encoding="utf-8") for module in MODULES)


@pytest.mark.parametrize("kind", ["path", "name"])
def test_every_code_of_the_catalogue_is_used(kind: str) -> None:
    """A code that nothing yields would be a promise that nobody keeps."""
    text = _text()
    for entry in _catalogue(kind):
        tail = entry["code"].partition(".")[2]
        plain = tail.removeprefix("anchor_")
        assert f'"{tail}"' in text or f'.{tail}"' in text or f'"{plain}"' in text


def test_every_code_in_the_source_is_in_the_catalogue() -> None:
    """Whatever is written out as a code or as a remark."""
    text = _text()
    written = set(re.findall(r'"((?:path|name)\.[a-z_]+[a-z])"', text))
    written |= {f"path.{tail}" for tail in re.findall(r'(?:Remark|Breach)\(\s*"([a-z_]+)"', text)}
    listed = {entry["code"] for kind in ("path", "name") for entry in _catalogue(kind)}

    assert written <= listed


@pytest.mark.parametrize("kind", ["path", "name"])
def test_the_catalogue_is_in_order_and_complete(kind: str) -> None:
    """By code, each once, no field empty."""
    entries = _catalogue(kind)

    assert [e["code"] for e in entries] == sorted({e["code"] for e in entries})
    for entry in entries:
        assert {"code", "kind", "title", "meaning", "clause", "remedy"} <= entry.keys()
        assert entry.keys() <= {
            "code",
            "kind",
            "title",
            "meaning",
            "clause",
            "remedy",
            "rank",
            "alert",
        }
        assert kind == entry["kind"]
        assert all(entry.values())
