"""The public names of the package: all there, and imported when they are first used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mtlspolicy


@pytest.mark.parametrize("name", mtlspolicy.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(mtlspolicy, name) is getattr(mtlspolicy, name)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        mtlspolicy.no_such_name  # noqa: B018 - the access is the test


def test_facts_do_not_wait_for_the_engine() -> None:
    """`inspect` starts in the time of a trivial application, because of this."""
    script = "import sys, mtlspolicy.facts; print('mtlspolicy.engine' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)

    assert b"False" == done.stdout.strip()
