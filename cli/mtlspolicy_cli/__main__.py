"""``python -m mtlspolicy_cli``."""

from __future__ import annotations

from mtlspolicy_cli.main import app

app(prog_name="mtlspolicy")
