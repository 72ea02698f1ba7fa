"""Feed the readers nonsense for a while: coverage-guided where atheris is installed.

    make fuzz ARGS="--seconds 600"

Without atheris (it has wheels for some platforms only) random changes to the forge's
ordinary and hostile certificates stand in, drawn from a fixed seed. Either way the
property is the same: facts or a declared error, and nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import random
import subprocess
import sys
from pathlib import Path
from time import monotonic

from mtlspolicy.errors import InputError
from mtlspolicy.facts import read_certificate, split_certificates
from mtlspolicy.forge.encodings import ENCODINGS
from mtlspolicy.forge.hostile import HOSTILE

TARGET = Path(__file__).parents[1] / "fuzz" / "fuzz_reader.py"


def changed(octets: bytes, source: random.Random) -> bytes:
    """Return the octets with a few of them changed, taken out or doubled."""
    changing = bytearray(octets[:4096])
    for _ in range(source.randint(1, 8)):
        place = source.randrange(len(changing) + 1)
        match source.randrange(3):
            case 0:
                changing[place : place + 1] = bytes([source.randrange(256)])
            case 1:
                del changing[place : place + source.randint(1, 4)]
            case _:
                changing[place:place] = changing[place : place + source.randint(1, 16)]
    return bytes(changing)


def by_chance(seconds: int) -> int:
    """Change certificates by chance until the time is up; return how many were read."""
    source = random.Random(20260501)  # noqa: S311 - to repeat a run, not to keep a secret
    seeds = [build() for build in {**ENCODINGS, **HOSTILE}.values()]
    end, count = monotonic() + seconds, 0
    while monotonic() < end:
        octets = changed(source.choice(seeds), source)
        read_certificate(octets)
        with contextlib.suppress(InputError):
            split_certificates(octets)
        count += 1
    return count


def main() -> int:
    """Run one of both, and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long (default: 60)")
    seconds = parser.parse_args().seconds
    if importlib.util.find_spec("atheris") is None:
        print(f"atheris is not installed; {by_chance(seconds)} changed certificates gave facts")
        return 0
    command = [sys.executable, str(TARGET), f"-max_total_time={seconds}", "-print_final_stats=1"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
