"""Write `mtlspolicy/features/registry_snapshot.py` from a public suffix list.

Run by hand when a newer snapshot is wanted; the result is committed, so that verdicts do
not change with the day of a build::

    pip download --no-deps publicsuffixlist && unzip publicsuffixlist-*.whl
    python tests/tools/registry_snapshot.py public_suffix_list.dat 'publicsuffixlist X.Y (PyPI)'
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

TARGET = Path(__file__).parents[2] / "policy/mtlspolicy/features/registry_snapshot.py"

HEADER = '''# ruff: noqa: SIM905 - a block of words is shorter than a list of literals
"""A dated snapshot of the domains that registries control. Generated: do not edit.

Made by `tests/tools/registry_snapshot.py` from the ICANN section of the Public Suffix
List (https://publicsuffix.org/list/), which is
subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not
distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.

The top-level domains are those of the section's rules: its maintainers keep them equal to
IANA's root zone database. This module knows names only, not what follows from them.
"""

from __future__ import annotations

from typing import Final

__all__ = ["EXCEPTIONS", "SOURCE", "SUFFIXES", "TOP_LEVEL", "UPDATED", "WILDCARDS"]

'''


def icann_rules(text: str) -> list[str]:
    """Return the rules between the two marks of the ICANN section, as A-labels."""
    section = text.partition("===BEGIN ICANN DOMAINS===")[2].partition("===END ICANN DOMAINS===")[0]
    lines = (line.partition("//")[0].strip() for line in section.splitlines())
    return sorted({a_labels(line) for line in lines if line})


def a_labels(rule: str) -> str:
    """Return a rule with its labels in ASCII (RFC 5891)."""
    return ".".join(
        label if label.isascii() else "xn--" + label.lower().encode("punycode").decode("ascii")
        for label in rule.split(".")
    )


def literal(name: str, doc: str, words: list[str]) -> str:
    """Return the assignment of a set of words, wrapped."""
    body = textwrap.fill(" ".join(words), 96, break_long_words=False, break_on_hyphens=False)
    return f'{name}: Final = frozenset(\n    """\n{body}\n""".split()\n)\n"""{doc}"""\n'


def main() -> None:
    """Read the list named first, and record the source named second."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    match = re.search(r"// VERSION: (\d{4}-\d{2}-\d{2})_\S+\n// COMMIT: (\w+)", text)
    if match is None:
        message = "the list does not say its version"
        raise SystemExit(message)
    rules = icann_rules(text)
    exceptions = [rule[1:] for rule in rules if rule.startswith("!")]
    wildcards = [rule[2:] for rule in rules if rule.startswith("*.")]
    plain = [rule for rule in rules if not rule.startswith(("!", "*."))]
    top = sorted({rule.rpartition(".")[2] for rule in (*plain, *wildcards)})
    parts = [
        HEADER,
        f'UPDATED: Final = "{match[1]}"\n"""The day of the list."""\n\n',
        f'SOURCE: Final = "Public Suffix List, commit {match[2][:12]}, from {sys.argv[2]}"\n\n',
        literal("TOP_LEVEL", "Top-level domains of the root zone.", top),
        "\n",
        literal("WILDCARDS", "Domains whose every direct child is a suffix.", wildcards),
        "\n",
        literal("EXCEPTIONS", "Children of those that are not.", exceptions),
        "\n",
        literal(
            "SUFFIXES",
            "Suffixes of more than one label, below which registries register.",
            [rule for rule in plain if "." in rule],
        ),
    ]
    TARGET.write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
