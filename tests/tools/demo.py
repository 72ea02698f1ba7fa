"""The demo: a certificate is renewed, and a connection breaks. Told by the installed command.

    make demo

Every step prints the command line that it runs, in a form that can be pasted, and then what
the command says. It ends with the exit codes that it saw; it fails where one of them is not
what the story says.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FILES: Final = "vectors/demo"
PROPOSAL: Final = "draft-frank-mtls-via-serverauth-extension-00"
ANCHORS: Final = (
    *("--server-anchors", f"{FILES}/public-root.pem"),
    *("--client-anchors", f"public={FILES}/public-root.pem"),
    *("--client-anchors", f"private={FILES}/private-root.pem"),
)


@dataclass(frozen=True)
class Step:
    """One step: what it is about, the words of the command, and the exit code to come."""

    story: str
    words: tuple[str, ...]
    code: int


def evaluate(client: str, *more: str, anchors: tuple[str, ...] = ANCHORS) -> tuple[str, ...]:
    pair = ("--client", f"{FILES}/{client}.pem", "--server", f"{FILES}/shop.pem")
    return ("evaluate", *pair, "--context", f"{FILES}/evidence.json", *anchors, *more)


STEPS: Final = (
    Step(
        "Last year. A bot dials a shop's web server and shows a public TLS certificate for both "
        "purposes. The strict reading and the one that is widely deployed both let it in.",
        evaluate("bot-dual", "--policy", "cabf-strict", "--policy", "legacy-dual-use"),
        0,
    ),
    Step(
        "The renewal. The CA has stopped issuing clientAuth, so the new certificate is for "
        "servers only. Nothing else has changed, and the shop refuses the bot. Why?",
        evaluate("bot-renewed", "--policy", "cabf-strict"),
        1,
    ),
    Step(
        "There is a draft that would have the shop judge the bot as the server that it is. It "
        "is no standard and never will be: it expired. So it is not used by accident.",
        evaluate("bot-renewed", "--policy", "draft-frank-s2s-eku-only"),
        2,
    ),
    Step(
        "Somebody signs for it, by name. The pair is accepted, and the answer says loudly by "
        "what, and that without it the answer would have been another one.",
        evaluate(
            "bot-renewed",
            *("--policy", "draft-frank-s2s-eku-only", "--enable-proposal", PROPOSAL),
        ),
        0,
    ),
    Step(
        "The way out that needs no draft: the bot gets its client certificate from the company's "
        "own CA. All three policies side by side; one of them now says no.",
        evaluate(
            "bot-private",
            *("--policy", "cabf-strict", "--policy", "legacy-dual-use"),
            *("--policy", "draft-frank-s2s-eku-only", "--enable-proposal", PROPOSAL),
        ),
        1,
    ),
    Step(
        "Somebody forgets the anchors. The chains cannot be judged; nothing is assumed.",
        evaluate("bot-private", "--policy", "cabf-strict", anchors=()),
        3,
    ),
    Step(
        "Another renewal, by software that writes a default value into its DER. Most libraries "
        "do not mind. Here is the byte.",
        ("inspect", f"{FILES}/bot-broken.pem", "--at", "2026-05-01T00:00:00Z"),
        1,
    ),
)


def main() -> int:
    command = _command()
    seen: list[int] = []
    for number, step in enumerate(STEPS, 1):
        _tell(number, step)
        done = subprocess.run(
            [*command, *step.words], check=False, cwd=ROOT, stderr=subprocess.STDOUT
        )
        seen.append(done.returncode)
        print(f"\n(exit code {done.returncode})", flush=True)
    return _summary(seen)


def _command() -> list[str]:
    """The installed command; the module where there is no script beside this interpreter."""
    script = Path(sys.executable).with_name("mtlspolicy")
    return [str(script)] if script.exists() else [sys.executable, "-m", "mtlspolicy_cli"]


def _tell(number: int, step: Step) -> None:
    bold, plain = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() and not _no_colour() else ("", "")
    print(f"\n{'=' * 100}\n{number}. {_wrapped(step.story)}\n")
    print(f"{bold}$ mtlspolicy {_pasted(step.words)}{plain}\n", flush=True)


def _no_colour() -> bool:
    return bool(os.environ.get("NO_COLOR"))


def _wrapped(text: str) -> str:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 95:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n   ".join([*lines, line])


def _pasted(words: tuple[str, ...]) -> str:
    """The command line with a break before each option."""
    text = words[0]
    for word in words[1:]:
        text += f" \\\n      {word}" if word.startswith("--") else f" {shlex.quote(word)}"
    return text


def _summary(seen: list[int]) -> int:
    expected = [step.code for step in STEPS]
    print(f"\n{'=' * 100}")
    print(f"exit codes seen: {' '.join(map(str, seen))}")
    print("  0 accepted   1 rejected   2 no answer   3 indeterminate")
    if seen != expected:
        print(f"the story wanted: {' '.join(map(str, expected))}", file=sys.stderr)
        return 1
    print("next: mtlspolicy policy list; mtlspolicy policy explain cabf-strict; mtlspolicy --help")
    return 0


if __name__ == "__main__":
    sys.exit(main())
