"""Building the suite: what the sources make, what is there, and writing the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtlspolicy import resources
from mtlspolicy.errors import Fault, SuiteError
from mtlspolicy.suite.build import LEDGER, compile_suites, differences, files
from mtlspolicy.suite.lint import gaps, lint
from mtlspolicy.suite.shelf import shipped
from mtlspolicy_cli.refuse import refuse

if TYPE_CHECKING:
    from mtlspolicy.suite.build import Difference

__all__ = ["built", "complaints", "stale", "write"]


def built(folder: str | None, *, writing: bool) -> tuple[dict[str, str], dict[str, str], Path]:
    """Return what the sources make, what is there, and the folder.

    Raises SuiteError for a suite that breaks a rule of its own.
    """
    target = _folder(folder)
    if writing:
        _make(target)
    there = _there(target)
    suites = compile_suites()
    _refuse(lint(suites), "the suite breaks a rule")
    return files(suites, there.get(LEDGER)), there, target


def complaints(folder: str | None) -> list[str]:
    """Return what the suite there leaves out; only for the shipped suite, which is whole."""
    return [] if folder is not None else gaps(shipped())


def _refuse(found: Sequence[str], what: str) -> None:
    if found:
        faults = tuple(Fault("", complaint) for complaint in found)
        message = f"{what}: {found[0]}"
        raise SuiteError(message, faults=faults, help="; ".join(found[1:4]))


def _folder(given: str | None) -> Path:
    if given is not None:
        return Path(given)
    found = resources.folder("vectors")
    if not isinstance(found, Path):
        refuse("the vectors lie in an archive", "name a folder: --folder DIR")
    return found


def _make(target: Path) -> None:
    """Make the folder before the suite, which takes longer."""
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"cannot write `{target}`: {error.strerror}", "check the path and its permissions")


def _there(target: Path) -> dict[str, str]:
    try:
        return {
            path.relative_to(target).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(target.rglob("*"))
            if path.suffix in {".json", ".md"}
        }
    except OSError as error:
        refuse(f"cannot read `{target}`: {error.strerror}", "check the path and its permissions")


def stale(made: Mapping[str, str], there: Mapping[str, str]) -> list[Difference]:
    """Return the files that are not what the sources make."""
    return differences(made, there)


def write(made: Mapping[str, str], found: Sequence[Difference], target: Path) -> None:
    """Write what is missing or stale, and remove what is left over."""
    try:
        for difference in found:
            path = target / difference.path
            if difference.path not in made:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[difference.path], encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"cannot write `{target}`: {error.strerror}", "check the path and its permissions")
