"""Run the command, as a user does, and look at everything that comes out.

`run` stays in this process: a start takes a third of a second, and most tests ask what a
command says, not how it starts. `start` starts the installed command; so does `run` where it is
given an environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from typer.testing import CliRunner

from mtlspolicy_cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AT", "DEMO", "PROPOSAL", "RULE", "Ran", "evaluate", "policy", "run", "start"]

DEMO: Final = Path(__file__).parents[1] / "vectors" / "demo"
AT: Final = ("--at", "2026-05-01T00:00:00Z")
PROPOSAL: Final = "draft-frank-mtls-via-serverauth-extension-00"
_SCRIPT: Final = Path(sys.executable).with_name("mtlspolicy")
_COMMAND: Final = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "mtlspolicy_cli"]


@dataclass(frozen=True)
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.out)

    @property
    def errors(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("error:")]


def run(*words: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ran:
    """Run one command line to its exit code."""
    if env is not None:
        return start(*words, stdin=stdin, env=env)
    quiet = dict.fromkeys(_LOUD)
    done = CliRunner().invoke(app, list(map(str, words)), input=stdin, env=quiet)
    return _ran(done.exit_code, done.stdout_bytes, done.stderr_bytes)


def start(*words: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ran:
    """Start the installed command."""
    # Not measured: what these tests hold is the command, and a measured start takes much longer.
    plain = {
        key: value
        for key, value in os.environ.items()
        if key not in _LOUD and not key.startswith("COVERAGE_PROCESS")
    }
    done = subprocess.run(
        [*_COMMAND, *map(str, words)],
        check=False,
        capture_output=True,
        input=stdin,
        env={**plain, **(env or {})},
        timeout=120,
    )
    return _ran(done.returncode, done.stdout, done.stderr)


def _ran(code: int, out: bytes, err: bytes) -> Ran:
    ran = Ran(code, out.decode("utf-8"), err.decode("utf-8"))
    # No command line whatever may show a user a traceback.
    assert "Traceback" not in ran.err
    return ran


_LOUD: Final = {"FORCE_COLOR", "CLICOLOR_FORCE", "MTLSPOLICY_DEBUG", "COLUMNS"}


def evaluate(
    *more: str | Path,
    client: str | Path = "bot-dual.pem",
    by: Callable[..., Ran] = run,
    **options: Any,  # noqa: ANN401 - for run
) -> Ran:
    """Evaluate a demo pair at the demo's time; without a policy under legacy-dual-use."""
    words: list[str | Path] = ["--client", DEMO / client, "--server", DEMO / "shop.pem"]
    if "--policy" not in more:
        words += ["--policy", "legacy-dual-use"]
    if "--at" not in more and "--context" not in more:
        words += AT
    return by("evaluate", *words, *more, **options)


RULE: Final = {
    "id": "purpose",
    "code": "eku.server_auth_missing",
    "title": "for servers",
    "on": {"side": "both", "of": "leaf"},
    "require": {"eku.includes": "serverAuth"},
    "mode": "enforce",
    "citation": {"source": "RFC5280", "section": "4.2.1.12", "certainty": "primary"},
    "remedy": "use a server certificate",
}
"""The rule of the small policy."""


def policy(folder: Path, **changes: Any) -> Path:  # noqa: ANN401 - JSON
    """Write a small policy of one's own, changed; None takes a part away."""
    document: dict[str, Any] = {
        "id": "our-servers",
        "version": "1.0.0",
        "title": "Our servers",
        "status": "practice",
        "sources": [
            {
                "id": "RFC5280",
                "document": "RFC 5280",
                "version": "2008",
                "date": "2008-05-01",
                "url": "https://www.rfc-editor.org/rfc/rfc5280",
            }
        ],
        "settings": {"strict": {"type": "boolean", "title": "be strict", "default": False}},
        "rules": [
            RULE,
        ],
    }
    document.update(changes)
    path = folder / "policy.json"
    kept = {key: value for key, value in document.items() if value is not None}
    path.write_text(json.dumps(kept, indent=2), "utf-8")
    return path
