"""What a command imports is what it waits for: each does without what it does not use."""

from __future__ import annotations

import re

import pytest

from command_support import AT, DEMO, run

NEVER = {
    "dataclasses",  # classes come from mtlspolicy.records
    "importlib.resources",
    "jsonschema",
    "logging",
    "pyasn1",  # its readings of common values are written down
    "rich",
    "mtlspolicy.compare",
    "mtlspolicy.features.forged_names",
    "mtlspolicy.forge",
    "mtlspolicy.policies.shape",
    "mtlspolicy.suite",
    "mtlspolicy.timeline",
}
CHAINS = ("--client", str(DEMO / "bot-private.pem"), "--server", str(DEMO / "shop.pem"))


@pytest.mark.parametrize(
    ("words", "also_not"),
    [
        (("evaluate", *CHAINS, *AT, "--policy", "cabf-strict"), {"mtlspolicy.inspection"}),
        (("inspect", str(DEMO / "shop.pem")), {"mtlspolicy.engine", "mtlspolicy.policies"}),
        (("policy", "explain", "cabf-strict"), {"mtlspolicy.inspection"}),
        (("policy", "list"), {"mtlspolicy.inspection"}),
        (("--version",), {"mtlspolicy.engine", "mtlspolicy.facts", "mtlspolicy.policies"}),
    ],
)
def test_a_command_imports_what_it_uses(words: tuple[str, ...], also_not: set[str]) -> None:
    ran = run(*words, env={"PYTHONPROFILEIMPORTTIME": "1"})
    imported = set(re.findall(r"^import time: .*\| +(\S+)$", ran.err, re.MULTILINE))
    assert "mtlspolicy.version" in imported
    assert set() == imported & (NEVER | also_not)
    assert ran.out
