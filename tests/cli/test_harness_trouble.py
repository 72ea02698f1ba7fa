"""Harnesses that break in every way: trouble with the harness, never a verdict."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from command_support import run
from mtlspolicy.errors import HarnessError, InputError
from mtlspolicy_cli import harness as module
from mtlspolicy_cli.harness import Harness, ask, chosen
from schema_support import faults

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES = Path(__file__).parents[2] / "vectors" / "shapes.json"
ONE = (str(SHAPES), "--id", "shapes::leaf-any")
SECONDS = 20.0

# What a harness says that is well: every question refused, or as `change` has it.
GOOD = """
import json, sys
cases = json.load(sys.stdin)["cases"]
answers = [{"id": c["id"], "role": r, "actual": "reject"} for c in cases for r in ROLES]
"""
ROLES = 'ROLES = ("client", "server")\n'
SAY = """
document = {"schema_version": 1, "harness": {"name": "mine", "version": "7"}, "answers": answers}
json.dump(document, sys.stdout)
"""


@pytest.fixture
def mine(tmp_path: Path) -> Callable[[str], Harness]:
    """Return what makes a harness of a script."""

    def write(script: str) -> Harness:
        path = tmp_path / "mine.py"
        path.write_text(textwrap.dedent(script), encoding="utf-8")
        return Harness("mine", (sys.executable, "-S", str(path)))

    return write


def option(harness: Harness) -> str:
    return f"mine={shlex.join(harness.command)}"


BROKEN = {
    "dies": ("import sys; sys.exit('no licence')", "exits with 1: no licence"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "was ended by signal 9"),
    "says nothing": ("", "writes no answers"),
    "prints rubbish": ("print('accept accept accept')", "writes no answers"),
    "prints bytes": ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe{')", "writes no answers"),
    "answers another format": ("print('{\"schema_version\": 2}')", "writes no answers"),
    "answers twice": (ROLES + GOOD + "answers *= 2\n" + SAY, "is answered twice"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_harness_that_breaks_is_trouble(how: str, mine: Callable[[str], Harness]) -> None:
    script, message = BROKEN[how]

    with pytest.raises(HarnessError, match=message):
        ask(mine(script), SHAPES.read_bytes(), SECONDS)


def test_a_harness_that_hangs_is_ended(mine: Callable[[str], Harness]) -> None:
    with pytest.raises(HarnessError, match=r"does not end within 0\.3 seconds"):
        ask(mine("import time; time.sleep(60)"), b"{}", 0.3)


def test_a_harness_that_reads_nothing_does_not_hang_us(mine: Callable[[str], Harness]) -> None:
    with pytest.raises(HarnessError, match="writes no answers"):
        ask(mine("pass"), b" " * 1_000_000, SECONDS)


def test_a_harness_cannot_be_anything(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="cannot be started: no such file"):
        ask(Harness("mine", (str(tmp_path / "none"),)), b"{}", SECONDS)


def test_a_harness_may_write_so_much(
    mine: Callable[[str], Harness], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_HARNESS_BYTES", 100_000)
    endless = "import sys\nwhile True: sys.stdout.write('x' * 5000)"

    with pytest.raises(HarnessError, match="writes more than 100000 bytes"):
        ask(mine(endless), b"{}", SECONDS)


STARTS = """
import subprocess, sys
command = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
print(subprocess.Popen(command, start_new_session={apart}).pid, file=open({place!r}, "w"))
"""


def test_what_a_harness_has_started_ends_with_it(
    mine: Callable[[str], Harness], tmp_path: Path
) -> None:
    place = tmp_path / "pid"
    script = STARTS.format(apart=False, place=str(place))

    with pytest.raises(HarnessError, match="writes no answers"):
        ask(mine(script), b"{}", SECONDS)
    assert ended(int(place.read_text()))


def test_what_gets_away_cannot_keep_us(
    mine: Callable[[str], Harness], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.3)
    place = tmp_path / "pid"
    script = STARTS.format(apart=True, place=str(place))

    try:
        with pytest.raises(HarnessError, match="keeps its output open"):
            ask(mine(script), b"{}", SECONDS)
    finally:
        os.kill(int(place.read_text()), signal.SIGKILL)


def ended(process: int) -> bool:
    """Wait for a process to be gone, or a zombie that nobody waits for: a signal takes a moment."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[2]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in {"Z", "X"}:
            return True
        time.sleep(0.01)
    return False


# -- through the command


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("answers.append({**answers[0], 'id': 'one::other'})\n", "answers what was not asked"),
        ("answers.pop()\n", "gives no answer, nor says why, to"),
    ],
)
def test_answers_to_other_questions_are_trouble(
    change: str, message: str, mine: Callable[[str], Harness]
) -> None:
    ran = run("vectors", "run", *ONE, "--harness", option(mine(ROLES + GOOD + change + SAY)))

    assert (2, "") == (ran.code, ran.out)
    assert [True] == [f"harness trouble: `mine` {message}" in line for line in ran.errors]


def test_trouble_is_no_line_of_the_matrix(mine: Callable[[str], Harness]) -> None:
    ran = run("vectors", "matrix", *ONE, "--harness", option(mine("import sys; sys.exit(3)")))

    assert (2, "") == (ran.code, ran.out)
    assert "harness trouble: `mine` exits with 3" in ran.err


def test_a_harness_of_ones_own_is_asked_and_compared(mine: Callable[[str], Harness]) -> None:
    harness = option(mine(ROLES + GOOD + SAY))

    compared = run("vectors", "run", *ONE, "--harness", harness, "--policy", "stack-go")
    assert 1 == compared.code
    assert "failed: shapes::leaf-any under mine:client" in compared.out
    assert "reject instead of accept, which stack-go says" in compared.out

    alone = run("vectors", "run", *ONE, "--harness", harness)
    assert (2, "") == (alone.code, alone.out)
    assert "there is no policy of `mine`" in alone.err

    shown = run("vectors", "matrix", *ONE, "--harness", harness, "--format", "json")
    assert 0 == shown.code
    assert [] == faults("matrix", shown.json)
    assert {"alike": 2, "questions": 2} == {
        k: shown.json["counts"][k] for k in ("alike", "questions")
    }


def test_an_implementation_of_policies_is_run_too() -> None:
    script = Path(__file__).parents[1] / "harnesses" / "this_engine.py"
    harness = f"mtlspolicy={shlex.join((sys.executable, str(script)))}"

    ran = run("vectors", "run", *ONE, "--harness", harness)
    assert (0, "1 cases, 1 expectations: 1 passed\n") == (ran.code, ran.out)


def test_what_is_absent_is_said(mine: Callable[[str], Harness]) -> None:
    absent: dict[str, Any] = {
        "schema_version": 1,
        "harness": {"name": "mine", "version": "none", "absent": "no such program"},
        "answers": [],
    }
    ran = run(
        "vectors", "matrix", *ONE, "--harness", option(mine(f"print('''{json.dumps(absent)}''')"))
    )

    assert (2, "") == (ran.code, ran.out)
    assert "`mine` is absent: no such program" in ran.err


# -- what is asked for


@pytest.mark.parametrize(
    ("stacks", "own", "message"),
    [
        (["opensll"], [], "there is no stack `opensll`"),
        (["go", "go"], [], "is named twice"),
        ([], ["mine"], "`mine` is no harness"),
        ([], ["=run"], "`=run` is no harness"),
        ([], ["mine='"], "is no harness"),
    ],
)
def test_a_harness_that_is_none_is_refused(stacks: list[str], own: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        chosen(stacks, own)


def test_without_a_source_tree_there_are_no_harnesses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_FOLDER", tmp_path)

    with pytest.raises(InputError, match="the harness of `go` is not installed") as raised:
        chosen(["go"], [])
    assert "--harness go=COMMAND" in raised.value.help


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "--answers", "a", "--against", "go"), "--answers and a harness are given"),
        (("matrix", "--record", *ONE), "--record is given with a selection"),
        (("matrix", "--stack", "opensl"), "did you mean `openssl`?"),
        (("matrix", "--id", "no::such"), "no case matches"),
    ],
)
def test_what_does_not_go_together_is_refused(words: tuple[str, ...], message: str) -> None:
    ran = run("vectors", *words)

    assert (2, "") == (ran.code, ran.out)
    assert message in ran.err


@pytest.mark.parametrize(
    ("top", "message"),
    [({"schema_version": 2}, "newer than this engine"), ({"twice": True}, "stands twice")],
)
def test_a_suite_that_cannot_be_run_is_refused_before_anybody_is_asked(
    top: dict[str, Any], message: str, tmp_path: Path, mine: Callable[[str], Harness]
) -> None:
    document = json.loads(SHAPES.read_text(encoding="utf-8"))
    if top.pop("twice", False):
        document["cases"].append(document["cases"][0])
        document["count"] += 1
    path = tmp_path / "suite.json"
    path.write_text(json.dumps(document | top), encoding="utf-8")

    ran = run("vectors", "matrix", path, "--harness", option(mine("raise SystemExit(9)")))
    assert (2, "") == (ran.code, ran.out)
    assert message in ran.err
    assert "harness trouble" not in ran.err


def test_a_harness_is_given_cases_alone(mine: Callable[[str], Harness], tmp_path: Path) -> None:
    place = tmp_path / "asked.json"
    copy = f"text = sys.stdin.read(); open({str(place)!r}, 'w').write(text)\n"
    script = "import io, sys\n" + copy + "sys.stdin = io.StringIO(text)\n" + ROLES + GOOD + SAY

    assert 0 == run("vectors", "matrix", *ONE, "--harness", option(mine(script))).code
    asked = json.loads(place.read_text(encoding="utf-8"))
    assert [] == faults("vectors", asked)
    assert ["shapes::leaf-any"] == [case["id"] for case in asked["cases"]]
