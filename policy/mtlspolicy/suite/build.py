"""From authored cases to the files under ``vectors/``: suites, ledger, snapshots, README.

This module knows which files there are and what they hold; writing them is the shell's
affair. Everything is a function of the sources: same sources, same bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical
from mtlspolicy.errors import Fault, SuiteError
from mtlspolicy.records import dataclass
from mtlspolicy.suite.cases import namespaces
from mtlspolicy.suite.matrix import RECORD
from mtlspolicy.suite.model import read_suite, write_suite
from mtlspolicy.suite.readme import write_readme
from mtlspolicy.suite.snapshot import write_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mtlspolicy.suite.model import Suite

__all__ = ["LEDGER", "README", "Difference", "compile_suites", "differences", "files", "is_ours"]

LEDGER: Final = "ids.json"
README: Final = "README.md"
SNAPSHOTS: Final = "snapshots"
LIMBO_EXCEPTIONS: Final = "limbo-exceptions.json"
"""Known divergences from x509-limbo, written by hand (see `suite.limbo`)."""
_OTHERS: Final = frozenset({LIMBO_EXCEPTIONS, RECORD})
"""What lies beside the suite and is made elsewhere."""


def compile_suites(progress: Callable[[str], None] | None = None) -> list[Suite]:
    """Forge every namespace; `progress` is told the name of each before it is forged."""
    suites = []
    for namespace in namespaces():
        if progress is not None:
            progress(namespace.name)
        suites.append(namespace.suite())
    return suites


def files(suites: Iterable[Suite], ledger: str | None) -> dict[str, str]:
    """Return the content of every file by its path below ``vectors/``.

    `ledger` is the ledger as it was, None where there is none yet. Raises SuiteError for an
    id that was retired: an id is never given to another case.
    """
    made = list(suites)
    found = {LEDGER: _ledger(made, ledger), README: write_readme(made)}
    for suite in made:
        text = write_suite(suite)
        # Read back, so that nobody can publish what this engine refuses to run.
        found[f"{suite.namespace}.json"] = text
        cases = read_suite(text, suite.namespace).cases
        found[f"{SNAPSHOTS}/{suite.namespace}.json"] = write_snapshot(suite.namespace, cases)
    return found


def is_ours(path: str) -> bool:
    """Say whether a path below ``vectors/`` is one that only this module writes."""
    folder, _, name = path.rpartition("/")
    return folder in ("", SNAPSHOTS) and name.endswith(".json") and path not in _OTHERS


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what its sources make: `what` is missing, stale or left over."""

    path: str
    what: str


def differences(made: Mapping[str, str], there: Mapping[str, str]) -> list[Difference]:
    """Compare what the sources make with what is there, both by path below ``vectors/``."""
    found = [
        Difference(path, "missing" if path not in there else "stale")
        for path, text in made.items()
        if there.get(path) != text
    ]
    found += [Difference(p, "left over") for p in there if p not in made and is_ours(p)]
    return sorted(found, key=lambda difference: difference.path)


# -- the ledger of ids


def _ledger(suites: list[Suite], before: str | None) -> str:
    live = [case.id for suite in suites for case in suite.cases]
    old: dict[str, Any] = {} if before is None else canonical.loads(before, LEDGER)
    retired = set(old.get("retired", []))
    again = sorted(retired & set(live))
    if again:
        message = f"the id `{again[0]}` was retired, and an id is never given to another case"
        raise SuiteError(message, faults=(Fault("/retired", message),))
    retired |= set(old.get("live", [])) - set(live)
    ledger = {"schema_version": 1, "live": sorted(live), "retired": sorted(retired)}
    return json.dumps(ledger, indent=1, sort_keys=True) + "\n"
