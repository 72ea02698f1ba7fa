"""A vectors file as types, between its JSON (vectors.schema.json) and whoever runs it.

This module knows what a case is and how a file of cases is read and written. It must not
know how cases are made (`suite.authoring`) or what an engine answers (`suite.run`).
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from mtlspolicy import canonical
from mtlspolicy.errors import Fault, SuiteError
from mtlspolicy.evidence import check
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "DECISIONS",
    "DETAILS",
    "SCHEMA",
    "SCHEMA_VERSION",
    "Case",
    "Expectation",
    "Flag",
    "Noted",
    "Suite",
    "pretty",
    "read_suite",
    "write_suite",
]

SCHEMA_VERSION: Final = 1
SCHEMA: Final = "https://mtlspolicy.dev/schemas/v1/vectors.schema.json"

DECISIONS: Final = ("accept", "reject", "indeterminate")
DETAILS: Final = (
    "alert",
    "decisive",
    "missing_evidence",
    "reasons",
    "relationship",
    "valid_until",
)
"""What an expectation may say beyond decision and codes; compared where it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a policy has to answer.

    `codes`: on reject every code that fails, on indeterminate every enforced code that is
    unknown, on accept none. `primary` is the one that explains best. `warnings`: every code
    that warns, None where the case does not say. `settings` are put to those of the
    evidence; `enable_proposal` names the document without which the policy is not loaded.
    """

    decision: str
    codes: tuple[str, ...] = ()
    primary: str | None = None
    warnings: tuple[str, ...] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    enable_proposal: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the expectation as it stands in a vectors file."""
        written: dict[str, Any] = {"decision": self.decision, "codes": sorted(self.codes)}
        written["primary"] = self.primary
        if self.warnings is not None:
            written["warnings"] = sorted(self.warnings)
        if self.settings:
            written["settings"] = dict(self.settings)
        if self.enable_proposal is not None:
            written["enable_proposal"] = self.enable_proposal
        return written | dict(self.details)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a reader has to notice in one presented certificate: codes of the encoding."""

    side: str
    index: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One pair with its evidence, and what is expected of it.

    `traces` are ids of statements or clauses; `neighbour` is the case that differs from
    this one in the point at issue alone, and is answered otherwise.
    """

    id: str
    description: str
    client: tuple[bytes, ...]
    server: tuple[bytes, ...]
    evidence: Mapping[str, Any]
    expected: Mapping[str, Expectation]
    traces: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    neighbour: str | None = None
    noted: tuple[Noted, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the case as it stands in a vectors file."""
        written: dict[str, Any] = {
            "id": self.id,
            "description": self.description,
            "traces": list(self.traces),
            "flags": list(self.flags),
            "pair": {"client": _encode(self.client), "server": _encode(self.server)},
            "evidence": dict(self.evidence),
            "expected": {name: one.document() for name, one in self.expected.items()},
        }
        if self.neighbour is not None:
            written["neighbour"] = self.neighbour
        if self.noted:
            written["noted"] = [
                {"side": one.side, "index": one.index, "codes": sorted(one.codes)}
                for one in self.noted
            ]
        return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a flag says of a case: `text`, and what is wrong with who fails it (`bug`)."""

    text: str
    bug: str

    def document(self) -> dict[str, str]:
        """Return the note as it stands in a vectors file."""
        return {"text": self.text, "bug": self.bug}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One vectors file: cases of one namespace, with the notes that explain their flags."""

    namespace: str
    title: str
    notes: Mapping[str, Flag]
    cases: tuple[Case, ...] = field(repr=False)


def _encode(chain: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(der).decode("ascii") for der in chain]


# -- writing


def write_suite(suite: Suite) -> str:
    """Return the file: one key a line, sorted; the same bytes on every machine."""
    return pretty(
        {
            "$schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "namespace": suite.namespace,
            "title": suite.title,
            "count": len(suite.cases),
            "notes": {name: flag.document() for name, flag in suite.notes.items()},
            "cases": [case.document() for case in suite.cases],
        }
    )


def pretty(document: object) -> str:
    """Return JSON that is canonical and can be read: sorted keys, one a line."""
    canonical.dumps(document)  # raises for a fraction
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


# -- reading

_ID: Final = check.matching(
    r"[a-z0-9]+(-[a-z0-9]+)*::[a-z0-9]+(-[a-z0-9]+)*", "namespace::name, in lower case,"
)
_WORD: Final = check.matching(r"[a-z0-9]+(-[a-z0-9]+)*", "lower case words joined by dashes")
_CODE: Final = check.matching(r"[a-z0-9_]+(\.[a-z0-9_]+)+", "a reason code")
_CODES: Final = check.listed(_CODE, unique=True)
_CHAIN: Final = check.listed(check.BASE64_OR_EMPTY)
_ANYTHING: Final = check.record({}, closed=False)
_EXPECTATION: Final = check.record(
    {
        "decision": check.word(*DECISIONS),
        "codes": _CODES,
        "primary": check.either_null(_CODE),
        "warnings": _CODES,
        "settings": _ANYTHING,
        "enable_proposal": check.TEXT,
        "alert": check.either_null(check.TEXT),
        "decisive": check.FLAG,
        "missing_evidence": check.listed(check.TEXT),
        "reasons": check.record({"client": _CODES, "server": _CODES}),
        "relationship": check.TEXT,
        "valid_until": check.either_null(check.instant),
    },
    "decision",
    "codes",
    "primary",
)
_CASE: Final = check.record(
    {
        "id": _ID,
        "description": check.TEXT,
        "traces": check.listed(check.TEXT, unique=True),
        "flags": check.listed(_WORD, unique=True),
        "pair": check.record({"client": _CHAIN, "server": _CHAIN}, "client", "server"),
        "evidence": _ANYTHING,
        "expected": check.mapped(_WORD, _EXPECTATION),
        "neighbour": _ID,
        "noted": check.listed(
            check.record(
                {
                    "side": check.word("client", "server"),
                    "index": check.whole(0, 99),
                    "codes": _CODES,
                },
                "side",
                "index",
                "codes",
            )
        ),
    },
    "id",
    "description",
    "traces",
    "flags",
    "pair",
    "evidence",
    "expected",
)
_NOTE: Final = check.record({"text": check.TEXT, "bug": check.TEXT}, "text", "bug")
_FILE: Final = check.record(
    {
        "$schema": check.TEXT,
        "schema_version": check.whole(SCHEMA_VERSION, SCHEMA_VERSION),
        "namespace": _WORD,
        "title": check.TEXT,
        "count": check.whole(0, 2**31),
        "notes": check.mapped(_WORD, _NOTE),
        "cases": check.listed(_CASE),
    },
    "schema_version",
    "namespace",
    "title",
    "count",
    "notes",
    "cases",
)


def read_suite(text: str | bytes, name: str = "the vectors file") -> Suite:
    """Return the suite of a vectors file.

    Raises SuiteError for a newer format, an id that stands twice and every other fault.
    """
    document = canonical.loads(text, name)
    _refuse(name, _newer(document) or list(_FILE(document, "")) or list(_inner(document)))
    return Suite(
        namespace=document["namespace"],
        title=document["title"],
        notes={flag: Flag(**note) for flag, note in document["notes"].items()},
        cases=tuple(_case(entry) for entry in document["cases"]),
    )


def _refuse(name: str, faults: list[Fault]) -> None:
    if faults:
        first = faults[0]
        message = f"{name} is invalid at `{first.pointer or '/'}`: {first.message}"
        raise SuiteError(message, faults=tuple(faults), help=first.help)


def _newer(document: object) -> list[Fault]:
    """Say of a newer format that it is newer, not everything that is new in it."""
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(version, int) or version <= SCHEMA_VERSION:
        return []
    message = f"schema_version {version} is newer than this engine, which reads {SCHEMA_VERSION}"
    return [Fault("/schema_version", message, "use a newer version of mtlspolicy")]


def _inner(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what only several parts of the file show together."""
    cases = document["cases"]
    if document["count"] != len(cases):
        yield Fault("/count", f"there are {len(cases)} cases")
    seen: set[str] = set()
    for index, case in enumerate(cases):
        if case["id"] in seen:
            yield Fault(f"/cases/{index}/id", f"the id `{case['id']}` stands twice")
        seen.add(case["id"])
        if not case["id"].startswith(f"{document['namespace']}::"):
            yield Fault(f"/cases/{index}/id", f"the id is not of `{document['namespace']}`")
        for number, noted in enumerate(case.get("noted", [])):
            if noted["index"] >= len(case["pair"][noted["side"]]):
                yield Fault(f"/cases/{index}/noted/{number}/index", "there is no such certificate")


def _case(entry: Mapping[str, Any]) -> Case:
    return Case(
        id=entry["id"],
        description=entry["description"],
        client=_decode(entry["pair"]["client"]),
        server=_decode(entry["pair"]["server"]),
        evidence=entry["evidence"],
        expected={name: _expectation(one) for name, one in entry["expected"].items()},
        traces=tuple(entry["traces"]),
        flags=tuple(entry["flags"]),
        neighbour=entry.get("neighbour"),
        noted=tuple(
            Noted(side=one["side"], index=one["index"], codes=tuple(one["codes"]))
            for one in entry.get("noted", [])
        ),
    )


def _decode(chain: list[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(der) for der in chain)


def _expectation(entry: Mapping[str, Any]) -> Expectation:
    warnings = entry.get("warnings")
    return Expectation(
        decision=entry["decision"],
        codes=tuple(entry["codes"]),
        primary=entry["primary"],
        warnings=None if warnings is None else tuple(warnings),
        settings=entry.get("settings", {}),
        enable_proposal=entry.get("enable_proposal"),
        details={key: entry[key] for key in DETAILS if key in entry},
    )
