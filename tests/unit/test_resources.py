"""Data files are found in a checkout, in a wheel, and in an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy import resources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    resources.folder.cache_clear()
    yield
    resources.folder.cache_clear()


def test_a_folder_beside_the_modules_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "policy" / "mtlspolicy"
    for place in (tmp_path / "schemas", package / "schemas"):
        monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
        resources.folder.cache_clear()
        place.mkdir(parents=True)
        assert resources.folder("schemas") == place


def test_what_is_not_among_files_is_asked_of_the_importer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "a" / "b" / "resources.py"))
    assert "engine.json" in {
        entry.name for entry in (resources.folder("catalogue") / "codes").iterdir()
    }
    with pytest.raises(FileNotFoundError):
        resources.read("catalogue/none.json")
