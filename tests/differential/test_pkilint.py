"""`cabf-strict` beside pkilint, on every leaf of the vectors and on thousands of forged ones.

`pkilint.json` is the table: which finding of pkilint stands for which rules of ours (with the
lints of zlint, as far as they are known), and rule by rule where we differ, under which
condition, by which clause. What the table does not explain fails, and so does an entry that
nothing shows. ``pytest --pkilint-all`` takes about five times as many certificates.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from mtlspolicy import load_policy
from mtlspolicy.engine.compile import compile_policy
from mtlspolicy.engine.outcome import Outcome
from pkilint_support import condition, findings_of_pkilint, judge
from strict_leafs import Leaf, Size, deviating_leafs
from suite_support import cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtlspolicy.language.tree import Bound
    from pkilint_support import Ours

pytestmark = pytest.mark.oracle

TABLE: Final[dict[str, list[dict[str, Any]]]] = json.loads(
    Path(__file__).with_name("pkilint.json").read_text(encoding="utf-8")
)
SOME: Final = Size(single=40, double=4)
ALL: Final = Size(single=300, double=20)
UNREADABLE: Final = "itu.invalid_asn1_syntax"
REFUSALS: Final = ("ERROR", "FATAL")
_RESERVED: Final = [
    "domainValidated",
    "organizationValidated",
    "individualValidated",
    "extendedValidation",
]
PUBLIC: Final = {"any": [{"eku.includes": "serverAuth"}, {"policies.includes_any": _RESERVED}]}
"""What makes a client's leaf one that the profile is about (term `public_tls`)."""


class Comparison:
    """Goes through certificates, and gathers what the table does not explain."""

    def __init__(self) -> None:
        self.unexplained: list[str] = []
        self.seen: Counter[str] = Counter()
        self.read_by_both = 0
        self._rules = {row["pkilint"]: row["rules"] for row in TABLE["agreements"]}
        self._modes = {rule.id: rule.mode for rule in load_policy("cabf-strict").rules}
        self._conditions: dict[str, Bound] = {}

    def add(self, leaf: Leaf, ours: Ours) -> None:
        """Compare what is said of one certificate."""
        theirs = findings_of_pkilint(leaf.der)
        notes = {note.code for note in ours.certificate.notes}
        if theirs is None or UNREADABLE in theirs:
            # Who cannot read a part judges nothing of it, so only that is compared.
            if ours.certificate.well_formed:
                self._explain("unreadable_for_them", leaf, ours, notes)
        elif not ours.certificate.well_formed:
            if not any(severity in REFUSALS for severity in theirs.values()):
                self._explain("unreadable_for_us", leaf, ours, notes)
        else:
            self.read_by_both += 1
            self._compare(leaf, ours, theirs)

    def _compare(self, leaf: Leaf, ours: Ours, theirs: dict[str, str]) -> None:
        failing = {rule for rule, found in ours.outcomes.items() if found is Outcome.FAIL}
        for code, severity in theirs.items():
            self._theirs(leaf, ours, code, severity)
        for rule in failing:
            if self._listed("only_ours", "rule", rule):
                continue
            if any(rule in self._rules.get(code, ()) for code in theirs):
                continue
            self._difference("ours_alone", "rule", rule, leaf, ours)

    def _theirs(self, leaf: Leaf, ours: Ours, code: str, severity: str) -> None:
        if self._listed("not_ours", "pkilint", code):
            return
        outcomes = {rule: ours.outcomes.get(rule) for rule in self._rules.get(code, ())}
        failing = [rule for rule, found in outcomes.items() if found is Outcome.FAIL]
        if failing:
            self.seen[f"agreements {code}"] += 1
            self._same_weight(leaf, code, severity, failing)
        elif Outcome.UNKNOWN in outcomes.values():
            # We do not decide on what we cannot read: never an accept.
            self._not_accepted(leaf, ours, code)
        elif Outcome.NOT_EFFECTIVE in outcomes.values():
            self.seen["dates"] += 1  # most findings of pkilint have no dates, most rules do
        else:
            self._difference("theirs_alone", "pkilint", code, leaf, ours)

    def _same_weight(self, leaf: Leaf, code: str, severity: str, rules: list[str]) -> None:
        """What one of us refuses, the other one refuses too, or the row says why not."""
        row = next(row for row in TABLE["agreements"] if row["pkilint"] == code)
        enforced = any(self._modes[rule] == "enforce" for rule in rules)
        if "severity" in row:
            self.seen[f"severity {code}"] += enforced is not (severity in REFUSALS)
        elif enforced is not (severity in REFUSALS):
            self.unexplained.append(f"{leaf.words}: {code} is of severity {severity}, for {rules}")

    def _not_accepted(self, leaf: Leaf, ours: Ours, code: str) -> None:
        self.seen["undecided"] += 1
        doubtful = (Outcome.FAIL, Outcome.UNKNOWN)
        if not any(
            found in doubtful and self._modes[rule] == "enforce"
            for rule, found in ours.outcomes.items()
        ):
            self.unexplained.append(f"{leaf.words}: {code} is unknown to us, and nothing refuses")

    # -- the table

    def _listed(self, section: str, key: str, value: str) -> bool:
        if any(row[key] == value for row in TABLE[section]):
            self.seen[f"{section} {value}"] += 1
            return True
        return False

    def _difference(self, section: str, key: str, value: str, leaf: Leaf, ours: Ours) -> None:
        for row in TABLE[section]:
            if row[key] == value and self._holds(row, ours):
                self.seen[f"{section} {value}"] += 1
                return
        self.unexplained.append(f"{leaf.words}: {section} {value}")

    def _explain(self, section: str, leaf: Leaf, ours: Ours, notes: set[str]) -> None:
        found = False
        for row in TABLE[section]:
            if (
                row.get("note") in notes
                or row.get("case") == leaf.words
                or ("when" in row and self._holds(row, ours))
            ):
                self.seen[f"{section} {named(row)}"] += 1
                found = True
        if not found:
            self.unexplained.append(f"{leaf.words}: {section}, {sorted(notes)}")

    def _holds(self, row: dict[str, Any], ours: Ours) -> bool:
        written = json.dumps(row["when"])
        if written not in self._conditions:
            self._conditions[written] = condition(row["when"])
        return ours.holds(self._conditions[written])


def named(row: dict[str, Any]) -> str:
    """Return what a row is about."""
    keys = ("pkilint", "rule", "note", "case")
    return next((row[key] for key in keys if key in row), "") or json.dumps(row["when"])


def entries(*, rare: bool) -> Iterator[str]:
    """Yield every entry of the table that something has to show; `rare` ones in the full set."""
    for section, rows in TABLE.items():
        if section != "never_seen":
            yield from (f"{section} {named(row)}" for row in rows if rare or not row.get("all"))
    yield from (f"severity {row['pkilint']}" for row in TABLE["agreements"] if "severity" in row)


def leafs_of_the_vectors() -> Iterator[tuple[str, Leaf]]:
    """Yield the leafs of all cases, with their side."""
    for case in cases():
        for side, chain in (("server", case.server), ("client", case.client)):
            if chain:
                yield side, Leaf(case.id, chain[0])


def leafs(size: Size) -> dict[bytes, tuple[str, Leaf]]:
    """Return every leaf once, those of the vectors first."""
    found: dict[bytes, tuple[str, Leaf]] = {}
    for side, leaf in leafs_of_the_vectors():
        found.setdefault(leaf.der, (side, leaf))
    for leaf in deviating_leafs(size):
        found.setdefault(leaf.der, ("server", leaf))
    return found


# -- tests


@pytest.mark.slow
def test_what_one_says_the_other_says_or_the_table_does(request: pytest.FixtureRequest) -> None:
    """On all leafs of servers, and on the public ones of clients; no entry is dead."""
    pytest.importorskip("pkilint", reason="the group `oracle` is not installed")
    everything = bool(request.config.getoption("--pkilint-all"))
    public = condition(PUBLIC)
    comparison = Comparison()
    for side, leaf in leafs(ALL if everything else SOME).values():
        ours = judge(leaf.der, side)
        if side == "server" or ours.holds(public):
            comparison.add(leaf, ours)

    assert [] == comparison.unexplained
    assert [] == [entry for entry in entries(rare=everything) if not comparison.seen[entry]]
    assert comparison.read_by_both > 2000


def test_every_rule_on_leafs_is_in_the_table() -> None:
    """With a finding of pkilint, or with the reason why there is none; and nothing else is."""
    sides = compile_policy(load_policy("cabf-strict"), {}).sides.values()
    rules = {rule.rule.id for side in sides for rule in side.certificate["leaf"].rules}
    mapped = {rule for row in TABLE["agreements"] for rule in row["rules"]}
    alone = [row["rule"] for name in ("only_ours", "never_seen") for row in TABLE[name]]

    assert rules == mapped | set(alone)
    assert not mapped & set(alone)
    assert {row["rule"] for row in TABLE["ours_alone"]} <= mapped


def test_every_difference_says_why() -> None:
    """And no finding stands in two sections that exclude each other."""
    for section in ("theirs_alone", "ours_alone", "unreadable_for_them", "unreadable_for_us"):
        assert all(row["clause"] and row["reason"] for row in TABLE[section]), section
    mapped = {row["pkilint"] for row in TABLE["agreements"]}

    assert not mapped & {row["pkilint"] for row in TABLE["not_ours"]}
    assert {row["pkilint"] for row in TABLE["theirs_alone"]} <= mapped
