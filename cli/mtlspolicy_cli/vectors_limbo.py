"""x509-limbo files on the command line: replayed, and written from our own suite."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mtlspolicy.suite.limbo import (
    export,
    is_limbo,
    known_divergences,
    read_limbo,
    run_limbo,
)
from mtlspolicy.suite.run import Selection, selected
from mtlspolicy_cli.divergences import given_divergences
from mtlspolicy_cli.inputs import Inputs
from mtlspolicy_cli.progress import Progress
from mtlspolicy_cli.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.suite.limbo import LimboCase
    from mtlspolicy.suite.model import Suite
    from mtlspolicy.suite.run import Exceptions, Result

__all__ = ["document", "replay"]


def replay(
    data: bytes, name: str, chosen: Selection, exceptions: str | None
) -> list[Result] | None:
    """Run a file of limbo cases; None for a file that is not one.

    The known divergences that are shipped apply unless a file of others is given.
    """
    if not is_limbo(data):
        return None
    if chosen.flags:
        refuse("limbo's cases have no flags", "leave --flag out, or select by --id")
    every = read_limbo(data, f"`{name}`")
    known = _known(exceptions, every)
    cases = [
        case
        for case in every
        if (not chosen.ids or any(fnmatchcase(case.id, glob) for glob in chosen.ids))
        and chosen.asks(case.profile)
    ]
    if not cases:
        refuse("no case matches", "leave --id and --policy out to run all")
    with Progress("cases", len(cases)) as progress:
        return run_limbo(cases, known, progress=progress.show)


def _known(exceptions: str | None, cases: Sequence[LimboCase]) -> Exceptions:
    if exceptions is None:
        return known_divergences()
    return given_divergences(exceptions, (case.id for case in cases), Inputs())


def document(suites: list[Suite], chosen: Selection) -> str:
    """Return the selected cases as a limbo file."""
    return json.dumps(export(selected(suites, chosen)), indent=1, ensure_ascii=False) + "\n"
