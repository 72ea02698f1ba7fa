"""Generated pages: rules per policy, codes, commands, and the blocks of the README.

Everything here is made from the code and the catalogue, so it cannot say anything else than
they do. ``--check`` compares and changes nothing:

    make docs
    make docs ARGS=--check
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtlspolicy import load_policy, loader
from mtlspolicy.language.explain import sentence
from mtlspolicy.language.parse import Reader
from mtlspolicy.language.tree import Literal
from mtlspolicy.suite.shelf import shipped
from mtlspolicy.suite.statements import statements_of

sys.path.insert(0, str(Path(__file__).parents[1]))
from tools.stack_page import PLACE, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mtlspolicy import Policy
    from mtlspolicy.policies import Rule

ROOT = Path(__file__).parents[2]
NOTICE = (
    "<!-- Made by `make docs` from the catalogue and the code: change those, not this page. -->\n"
)
COMMANDS = (
    (),
    ("evaluate",),
    ("inspect",),
    ("policy",),
    ("policy", "list"),
    ("policy", "show"),
    ("policy", "validate"),
    ("policy", "explain"),
    ("policy", "lint"),
    ("vectors",),
    ("vectors", "list"),
    ("vectors", "run"),
    ("vectors", "build"),
    ("vectors", "trace"),
    ("vectors", "export"),
    ("vectors", "matrix"),
    ("timeline",),
    ("compare",),
    ("gather",),
    ("codes",),
    ("schema",),
    ("schema", "list"),
    ("schema", "show"),
)
"""The commands of the reference; a test compares them with what the application offers."""


def run(*words: str) -> str:
    """Return what a command prints, 100 columns wide and without colour."""
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "100",
        "TERMINAL_WIDTH": "100",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mtlspolicy_cli", *words],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every generated page with its text."""
    yield Path("docs/codes.md"), codes()
    yield Path("docs/commands.md"), commands()
    yield Path(PLACE), NOTICE + Page().text()
    yield Path("docs/linters.md"), linters()
    for policy_id in loader.builtin_ids():
        yield Path(f"docs/policies/{policy_id}.md"), policy_page(read_policy(policy_id))
    yield Path("docs/policies/README.md"), policy_index()
    yield Path("docs/draft-frank.md"), review()
    yield Path("README.md"), readme()


def read_policy(policy_id: str) -> Policy:
    """Load a policy to write about it; a proposal by the name of its own document."""
    proposal = loader.proposal_of(policy_id)
    return load_policy(
        policy_id, enable_proposal=None if proposal is None else proposal["document"]
    )


def codes() -> str:
    """Write the catalogue of reason codes."""
    rows = [
        f"| `{c.code}` | {c.rank} | {c.title} | {c.clause} | {c.alert or ''} |"
        for c in loader.codes().values()
    ]
    head = "| code | rank | title | clause | TLS alert |\n|---|---|---|---|---|"
    intro = (
        "Codes are append-only and carry no severity. Of several failing codes the one with the\n"
        "highest rank is the decision's `primary`. `mtlspolicy codes CODE` explains one.\n"
    )
    return "\n".join([NOTICE + "# Reason codes\n", intro, head, *rows]) + "\n"


def commands() -> str:
    """Write the command reference: every `--help`."""
    parts = [NOTICE + "# Commands\n"]
    for words in COMMANDS:
        name = " ".join(("mtlspolicy", *words))
        parts.append(f"## `{name}`\n\n```text\n{run(*words, '--help')}\n```\n")
    return "\n".join(parts)


LINTERS = """\
# Linters

A test compares `cabf-strict` with [pkilint](https://github.com/digicert/pkilint) on every leaf of
the vectors and on thousands of forged ones, and fails over whatever this table does not explain.
The names of [zlint](https://github.com/zmap/zlint) stand beside them where they are known.

Most findings of pkilint have no dates, and most rules do: before the first day of a rule pkilint
alone may speak. Where we cannot read what a rule asks about we do not decide, and never accept.
"""


def linters() -> str:
    """Write which finding of a linter stands for which rule, and where they differ."""
    place = ROOT / "tests" / "differential" / "pkilint.json"
    table: dict[str, list[dict[str, Any]]] = json.loads(place.read_text(encoding="utf-8"))
    parts = [NOTICE + LINTERS]
    parts += _rows(
        "The same rule",
        ["pkilint", "rules", "zlint", "weight"],
        (
            [
                _code(row["pkilint"]),
                _code(*row["rules"]),
                _code(*row.get("zlint", ())),
                row.get("severity", "the same"),
            ]
            for row in table["agreements"]
        ),
    )
    for title, section in (
        ("Only pkilint speaks", "theirs_alone"),
        ("Only mtlspolicy speaks", "ours_alone"),
        ("Only mtlspolicy can read it", "unreadable_for_them"),
        ("Only pkilint reads it without an error", "unreadable_for_us"),
    ):
        found = ([_of(row), _when(row), row["clause"], row["reason"]] for row in table[section])
        parts += _rows(title, ["of", "where", "clause", "why"], found)
    for title, section in (
        ("Findings of pkilint without a rule of ours", "not_ours"),
        ("Rules of ours without a finding of pkilint", "only_ours"),
        ("Rules on which both are never heard", "never_seen"),
    ):
        parts += _rows(title, ["of", "why"], ([_of(row), row["reason"]] for row in table[section]))
    return "\n".join(parts)


def _rows(title: str, columns: list[str], rows: Iterable[list[str]]) -> list[str]:
    head = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return [f"## {title}\n", *head, *(f"| {' | '.join(row)} |" for row in rows), ""]


def _code(*words: str) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _of(row: dict[str, Any]) -> str:
    key = next((key for key in ("pkilint", "rule", "note", "case") if key in row), None)
    return "" if key is None else f"{_code(row[key])}"


def _when(row: dict[str, Any]) -> str:
    if "when" not in row:
        return ""
    return sentence(Reader({}, {}).read(row["when"], "", pair=False))


def policy_index() -> str:
    """Write the list of policies."""
    rows = []
    for policy_id in loader.builtin_ids():
        policy = read_policy(policy_id)
        rows.append(
            f"| [`{policy.id}`]({policy.id}.md) | {policy.status} | {len(policy.rules)} "
            f"| {policy.title} |"
        )
    return (
        "\n".join(
            [
                NOTICE + "# Built-in policies\n",
                "| id | status | rules | title |\n|---|---|---|---|",
                *rows,
            ]
        )
        + "\n"
    )


def policy_page(policy: Policy) -> str:
    """Write one policy: its sources, settings and every rule."""
    parts = [
        NOTICE + f"# `{policy.id}`\n",
        f"{policy.title}. Version {policy.version}, status *{policy.status}*.\n",
    ]
    if policy.proposal is not None:
        parts.append(
            f"**A proposal.** It implements `{policy.proposal.document}` ({policy.proposal.state}) "
            f"and is reachable only with `--enable-proposal {policy.proposal.document}`. "
            f"Its accepts are measured by `{policy.proposal.baseline}`.\n"
        )
    parts.append("## Sources\n")
    parts += [f"- [{s.document} {s.version}]({s.url}), {s.date}" for s in policy.sources]
    parts.append(f"\nNewest text read: {policy.newest_text_read or 'not stated'}.\n")
    if policy.settings:
        parts.append("## Settings\n\n| setting | type | default | meaning |\n|---|---|---|---|")
        parts += [
            f"| `{s.name}` | {', '.join(s.choices) or s.type} | `{_plain(s.default)}` | {s.title} |"
            for s in policy.settings.values()
        ]
        parts.append("")
    if policy.obligations:
        parts.append("## What an accepting caller must still do\n")
        parts += [f"- `{o.id}`: {o.text}" for o in policy.obligations]
        parts.append("")
    parts.append("## Rules\n")
    parts += [_rule(rule) for rule in policy.rules]
    unjudged = policy.document.get("not_judged", [])
    if unjudged:
        parts.append("## Not judged\n")
        parts += [f"- {entry['statement']}: {entry['reason']}" for entry in unjudged]
        parts.append("")
    return "\n".join(parts)


def _plain(value: object) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else ", ".join(value)
        if isinstance(value, tuple)
        else str(value)
    )


def _rule(rule: Rule) -> str:
    where = "pair" if rule.side == "pair" else f"{rule.side}, {rule.of}"
    lines = [
        f"### `{rule.id}`\n",
        f"{rule.title}\n",
        f"- on: {where}; mode: **{rule.mode}**; code: `{rule.code}`",
    ]
    lines += [f"- effective: {w.axis.replace('_', ' ')} {w.window}" for w in rule.effective]
    if not isinstance(rule.when, Literal):
        lines.append(f"- when {sentence(rule.when)}")
    lines += [
        f"- requires: {sentence(rule.require)}",
        f"- clause: {rule.citation}",
        f"- remedy: {rule.remedy}",
        "",
    ]
    return "\n".join(lines)


REVIEW = """\
`draft-frank-mtls-via-serverauth-extension-00` asks servers to take serverAuth certificates from
connecting servers, and to find out by DNS which server that is. It expired on 2025-12-18 and was
never adopted; no other software is known that implements its flow. This page goes through it,
statement by statement: what became of each here, and what implementing it taught. The paraphrases
are ours. The policy is [`draft-frank-s2s`](policies/draft-frank-s2s.md), which is reachable only by
the name of the document; `mtlspolicy policy explain draft-frank-s2s --statements` prints the same
with every vector.

Where the text has two readings, the policy takes the one that never accepts more than the
strictest plausible one, and a setting turns it. Those are the open questions at the end.
"""


def review() -> str:
    """Write the reviewer's page: the draft, statement by statement."""
    statements = statements_of("draft-frank-s2s", shipped())
    parts = [NOTICE + "# The server-to-server draft, reviewed by implementing it\n", REVIEW]
    parts.append(f"## What it taught, in short\n\n{_taught(statements)}\n")
    section = ""
    for one in statements:
        if one["section"] != section:
            section = one["section"]
            title = "Open questions" if section == "open question" else f"Section {section}"
            parts.append(f"## {title.replace('Section Abstract', 'Abstract')}\n")
        parts.append(_statement(one))
    return "\n".join(parts)


def _taught(statements: list[dict[str, Any]]) -> str:
    ruled = sum(1 for one in statements if one["rules"])
    cases = len({case for one in statements for case in one["vectors"]})
    lessons = [f"- **{one['id']}**: {one['taught']}" for one in statements if one["taught"]]
    head = (
        f"{len(statements)} statements and open questions; {ruled} have rules, the others a "
        f"reason; {cases} vectors show them.\n"
    )
    return "\n".join([head, *lessons])


def _statement(one: dict[str, Any]) -> str:
    keyword = "" if one["keyword"] in ("none", "open question") else f" ({one['keyword']})"
    rules = ", ".join(f"`{rule}`" for rule in one["rules"])
    duties = ", ".join(f"`{duty}`" for duty in one["obligations"])
    settings = ", ".join(f"`{setting}`" for setting in one["settings"])
    told = (
        ("read as", one["reading"]),
        ("settings", settings),
        ("rules", rules),
        ("obligations", duties),
        ("left out" if rules else "no rule", one["not_judged"]),
        ("vectors", str(len(one["vectors"])) if one["vectors"] else ""),
        ("taught", one["taught"]),
    )
    lines = [f"- {label}: {text}" for label, text in told if text]
    return "\n".join([f"**{one['id']}**{keyword} {one['text']}\n", *lines, ""])


def readme() -> str:
    """Return the README with its generated blocks made anew."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def block(match: re.Match[str]) -> str:
        words = match["command"].split()
        body = run(*words[1:]) if words[0] == "mtlspolicy" else _table(words[0])
        fenced = f"```text\n{body}\n```" if words[0] == "mtlspolicy" else body
        return f"<!-- begin: {match['command']} -->\n{fenced}\n<!-- end -->"

    return re.sub(
        r"<!-- begin: (?P<command>[^>]+?) -->\n.*?<!-- end -->", block, text, flags=re.DOTALL
    )


def _table(name: str) -> str:
    if name != "policies":
        message = f"the README asks for a block `{name}` that nobody makes"
        raise ValueError(message)
    rows = [
        f"| [`{p.id}`](docs/policies/{p.id}.md) | {p.status} | {p.title} |"
        for p in map(read_policy, loader.builtin_ids())
    ]
    return "\n".join(["| policy | status | what it is |", "|---|---|---|", *rows])


def main() -> int:
    """Write the pages, or with ``--check`` compare them; return the exit code."""
    check = "--check" in sys.argv[1:]
    stale = []
    for path, text in pages():
        place = ROOT / path
        if place.is_file() and place.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
