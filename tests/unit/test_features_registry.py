"""Each feature is registered once, and those of the connection wait until they are wanted."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mtlspolicy.features import registry
from mtlspolicy.features.base import Scope
from mtlspolicy.features.connection_registry import CONNECTION_FEATURES
from mtlspolicy.features.registry import ATOMS, FEATURES


def test_each_is_there_once_and_scopes_come_in_their_order() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(names) == len(set(names))
    order = [list(Scope).index(feature.scope) for feature in FEATURES]
    assert order == sorted(order)
    assert set(CONNECTION_FEATURES) < set(FEATURES)


def test_atoms_are_those_of_the_features_in_their_order() -> None:
    assert list(ATOMS) == [atom.name for feature in FEATURES for atom in feature.atoms]
    assert len(ATOMS) == len(set(ATOMS))
    for feature in FEATURES:
        for atom in feature.atoms:
            assert ATOMS[atom.name] == (feature, atom)
            assert ATOMS[atom.name][0] is feature
    assert "eku.presnt" not in ATOMS
    assert ATOMS.get("eku.presnt") is None


def test_nothing_else_is_here() -> None:
    with pytest.raises(AttributeError, match="no `NOTHING` here"):
        _ = registry.NOTHING  # type: ignore[attr-defined]


@pytest.mark.parametrize(("atom", "wanted"), [("eku.present", False), ("no.such_atom", True)])
def test_those_of_the_connection_are_imported_when_wanted(atom: str, *, wanted: bool) -> None:
    script = (
        "import sys; from mtlspolicy.features.registry import ATOMS; "
        f"{atom!r} in ATOMS; print('mtlspolicy.features.connection_registry' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert done.stdout.decode().strip() == str(wanted)
