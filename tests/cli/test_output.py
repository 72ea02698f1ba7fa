"""What leaves the command: colour only where it is wanted, every width, every broken pipe."""

from __future__ import annotations

import subprocess
import sys

import pytest

from command_support import DEMO, evaluate, run

ESCAPE = "\x1b["
WORDS = ("evaluate", "--client", DEMO / "bot-renewed.pem", "--server", DEMO / "shop.pem")
MORE = ("--policy", "legacy-dual-use", "--at", "2026-05-01T00:00:00Z")


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour_in_a_pipe_only_where_it_is_forced(env: dict[str, str], *, coloured: bool) -> None:
    assert coloured == (ESCAPE in run(*WORDS, *MORE, env=env).out)


def test_json_never_has_colour() -> None:
    ran = run(*WORDS, *MORE, "--format", "json", env={"FORCE_COLOR": "1"})

    assert ESCAPE not in ran.out


def test_errors_have_colour_only_where_it_is_forced() -> None:
    words = ("policy", "show", "nothing")

    assert ESCAPE not in run(*words).err
    assert ESCAPE in run(*words, env={"FORCE_COLOR": "1"}).err


def test_roles_stand_side_by_side_where_there_is_room() -> None:
    wide = run(*WORDS, *MORE, env={"COLUMNS": "110"}).out
    narrow = run(*WORDS, *MORE, env={"COLUMNS": "70"}).out

    assert any("CLIENT" in line and "SERVER" in line for line in wide.splitlines())
    assert not any("CLIENT" in line and "SERVER" in line for line in narrow.splitlines())
    assert 70 >= max(map(len, narrow.splitlines()))
    assert 110 >= max(map(len, wide.splitlines()))


def test_colour_does_not_move_columns() -> None:
    import re  # noqa: PLC0415 - only here

    plain = run(*WORDS, *MORE).out
    painted = run(*WORDS, *MORE, env={"FORCE_COLOR": "1"}).out

    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", painted)


def test_an_ascii_terminal_gets_escapes_and_no_error() -> None:
    assert 0 == run("codes", env={"PYTHONIOENCODING": "ascii"}).code


def _shell(redirected: str) -> subprocess.CompletedProcess[bytes]:
    line = f'"{sys.executable}" -m mtlspolicy_cli policy explain cabf-strict {redirected}'
    return subprocess.run(["/bin/bash", "-c", line], check=False, capture_output=True)


def test_a_full_disk_is_2() -> None:
    done = _shell(">/dev/full")

    assert 2 == done.returncode
    assert b"cannot be written" in done.stderr


def test_a_help_on_a_full_disk_is_no_fault_of_ours() -> None:
    line = f'"{sys.executable}" -m mtlspolicy_cli evaluate --help >/dev/full'
    done = subprocess.run(["/bin/bash", "-c", line], check=False, capture_output=True)

    assert 2 == done.returncode
    assert b"cannot be written" in done.stderr


@pytest.mark.parametrize("talk", ["/dev/full", ">(exit)"])
@pytest.mark.parametrize(("client", "code"), [("bot-dual.pem", 0), ("nothing.pem", 2)])
def test_talk_that_cannot_be_written_changes_no_answer(talk: str, client: str, code: int) -> None:
    """A key in a file is warned of; a file that is not there is an error."""
    key = "echo '-----BEGIN PRIVATE KEY-----'"
    line = (
        f'"{sys.executable}" -m mtlspolicy_cli evaluate --client {DEMO / client} --policy '
        f"legacy-dual-use --server <({key}; cat {DEMO / 'shop.pem'}) --at 2026-05-01T00:00:00Z "
        f"--asserted path,name 2> {talk}"
    )
    done = subprocess.run(["/bin/bash", "-c", line], check=False, capture_output=True)

    assert code == done.returncode
    assert (b"ACCEPT" in done.stdout) == (not code)


def test_a_closed_standard_output_is_2() -> None:
    done = _shell(">&-")

    assert 2 == done.returncode
    assert b"Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error_to_talk_about() -> None:
    done = _shell("| head -c 10")

    assert b"" == done.stderr


def test_all_lists_what_passed() -> None:
    assert "Everything else" not in evaluate().out
    assert "Everything else" in evaluate("--all").out


def test_a_fault_inside_is_2_and_a_message() -> None:
    """Whatever goes wrong: no traceback, unless a developer asks for it."""
    script = (
        "import mtlspolicy_cli.inputs as i; i.split_certificates = None\n"
        "from mtlspolicy_cli.main import app; app()"
    )
    words = [sys.executable, "-c", script, "inspect", str(DEMO / "shop.pem")]
    done = subprocess.run(words, check=False, capture_output=True)

    assert 2 == done.returncode
    assert b"a fault inside mtlspolicy (TypeError)" in done.stderr
    assert b"Traceback" not in done.stderr
