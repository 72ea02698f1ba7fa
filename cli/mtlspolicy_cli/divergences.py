"""Known divergences, as a user's file lists them (--exceptions)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtlspolicy.suite.run import read_exceptions, refuse_strangers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy.suite.run import Exceptions
    from mtlspolicy_cli.inputs import Inputs

__all__ = ["given_divergences"]


def given_divergences(name: str, ids: Iterable[str], inputs: Inputs) -> Exceptions:
    """Read the file; each divergence is of one of the cases with these ids."""
    known = read_exceptions(inputs.read(name, "--exceptions"), f"`{name}`")
    refuse_strangers(known, ids)
    return known
