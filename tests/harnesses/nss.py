"""NSS, by certutil: `certutil -V -u C` for clients, `-u V` for servers.

Each chain has a database of its own, so that no certificate of another question is found.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Question, Said

    Above = tuple[tuple[str, str, bytes], ...]

NAME: Final = "nss"
CALL: Final = "certutil -V -u C|V -b T -e -n leaf, anchors with trust CT"
USAGES: Final = {"client": "C", "server": "V"}
MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - of our own making
"""Databases are synced to the disk a dozen times each; in memory that costs nothing."""
INVALID: Final = "certificate is invalid: "


class Databases:
    """Databases to copy, one for each set of anchors and issuers, and what fills them."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._empty = folder / "empty"
        self._empty.mkdir()
        self._run(self._empty, "-N", "--empty-password").check_returncode()

    def judge(self, questions: Sequence[Question]) -> list[Said]:
        """Put all questions, each to a database of its own."""
        above = {q: _above(q) for q in questions}
        sets = list(dict.fromkeys(above.values()))
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            made = dict(zip(sets, pool.map(self._filled, sets, range(len(sets))), strict=True))
            return list(pool.map(lambda q: self._judge(q, made[above[q]]), questions))

    def _filled(self, above: Above, number: int) -> Path:
        folder = self._folder / str(number)
        shutil.copytree(self._empty, folder)
        for name, trust, der in above:
            self._add(folder, name, trust, der)
        return folder

    def _judge(self, question: Question, filled: Path) -> Said:
        with tempfile.TemporaryDirectory(dir=self._folder) as place:
            folder = Path(place)
            shutil.copytree(filled, folder, dirs_exist_ok=True)
            leaf = question.chain[0]
            # Bytes can only be in a database once, and so under one name.
            added = self._add(folder, "leaf", "CT,," if leaf in question.anchors else ",,", leaf)
            if added.returncode != 0:
                return asked.reject(_words(added.stderr))
            moment = question.moment.strftime("%y%m%d%H%M%SZ")
            usage = USAGES[question.role]
            done = self._run(folder, "-V", "-n", "leaf", "-e", "-u", usage, "-b", moment)
        if done.returncode == 0:
            return asked.ACCEPT
        return asked.reject(_words(done.stdout + done.stderr))

    def _add(
        self, folder: Path, name: str, trust: str, der: bytes
    ) -> subprocess.CompletedProcess[str]:
        (folder / "der").write_bytes(der)
        return self._run(folder, "-A", "-n", name, "-t", trust, "-i", folder / "der")

    def _run(self, folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *words, "-d", f"sql:{folder}"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


def _above(question: Question) -> Above:
    """Return name, trust and DER of everything above the leaf, each once."""
    leaf, *others = question.chain
    anchors = [(f"anchor{i}", "CT,,", der) for i, der in enumerate(question.anchors)]
    issuers = [(f"issuer{i}", ",,", der) for i, der in enumerate(dict.fromkeys(others))]
    kept = [one for one in issuers if one[2] not in question.anchors]
    return tuple(one for one in (*anchors, *kept) if one[2] != leaf)


def _words(talk: str) -> str:
    lines = [line.removeprefix("certutil: ") for line in talk.splitlines() if line.strip()]
    return "; ".join(line.removeprefix(INVALID).rstrip(".") for line in lines)


def version() -> str:
    """Return the version that the library itself tells."""
    try:
        library = ctypes.CDLL(ctypes.util.find_library("nss3") or "libnss3.so")
        library.NSS_GetVersion.restype = ctypes.c_char_p
        told: bytes = library.NSS_GetVersion()
    except (OSError, AttributeError):
        return "unknown"
    return told.decode("ascii")


def main() -> None:
    """Answer what is on standard input."""
    program = asked.program(NAME, "certutil", "libnss3-tools")
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        asked.answer(NAME, version(), CALL, Databases(program, Path(folder)).judge)


if __name__ == "__main__":
    main()
