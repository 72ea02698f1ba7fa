"""The cases that a user picks out of vectors files.

A selection that picks nothing is a mistake, and so is each part of one: the run of a CI would
else be green over what was never run.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mtlspolicy.suite.run import selected
from mtlspolicy_cli.refuse import nearest, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mtlspolicy.suite.model import Case, Suite
    from mtlspolicy.suite.run import Selection

__all__ = ["chosen_cases"]

_LIST = "`mtlspolicy vectors list` shows all"


def chosen_cases(suites: Sequence[Suite], chosen: Selection) -> list[Case]:
    """Return the selected cases; raise InputError where a part of the selection picks none."""
    cases = selected(suites, chosen)
    every = [case for suite in suites for case in suite.cases]
    for glob in chosen.ids:
        if not any(fnmatchcase(case.id, glob) for case in every):
            refuse(f"no case matches `{glob}` (--id)", _LIST)
    _known(chosen.policies, (name for case in every for name in case.expected), "--policy")
    _known(chosen.flags, (flag for case in every for flag in case.flags), "--flag")
    if not cases:
        refuse("no case matches", _LIST)
    return cases


def _known(words: Iterable[str], known: Iterable[str], option: str) -> None:
    asked = tuple(words)
    there = sorted(set(known)) if asked else []
    for word in asked:
        if word not in there:
            refuse(f"no case matches `{word}` ({option})", nearest(word, there, _LIST))
