"""What holds for all tests: examples are the same on every run and every machine.

``HYPOTHESIS_PROFILE=quick`` draws few examples, where the point is another one than finding
more (branch coverage, the lowest dependencies).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

# A deadline would measure the machine, and slow inputs are part of what is drawn.
_DEFAULT = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", _DEFAULT)
settings.register_profile("quick", _DEFAULT, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of a test that can take longer than CI has time for."""
    parser.addoption(
        "--pkilint-all", action="store_true", help="compare five times as many certificates"
    )
