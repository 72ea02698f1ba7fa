"""Findings, made when somebody looks: how the rules came out, in words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mtlspolicy import limits
from mtlspolicy.derive.authorities import dates_for
from mtlspolicy.derive.text import printable
from mtlspolicy.engine.finding import Finding, sort_key
from mtlspolicy.engine.subjects import path_subjects
from mtlspolicy.facts.certificate import Note, NoteKind
from mtlspolicy.instants import format_instant
from mtlspolicy.language.explain import sentence
from mtlspolicy.language.tree import Not, Question, questions
from mtlspolicy.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mtlspolicy.codes import Code
    from mtlspolicy.engine.outcome import BoundRule
    from mtlspolicy.engine.results import Result
    from mtlspolicy.engine.state import Judged, SideJudged, Trouble

__all__ = ["collect", "missing_evidence"]

_BROKEN = (NoteKind.MALFORMED, NoteKind.NOT_DER)


def collect(
    judged: Judged, results: Iterable[Result], codes: Mapping[str, Code]
) -> tuple[Finding, ...]:
    """Return the findings of a judged pair, in the documented order.

    They are what the reader found, and how the rules came out whose `results` are given.
    """
    found: list[Finding] = [_trouble(t, codes) for t in judged.troubles if t.code]
    for side in judged.sides():
        found.extend(_notes(side, codes))
    found.extend(map(_written, results))
    return tuple(sorted([_dated(judged, finding) for finding in found], key=sort_key))


def _dated(judged: Judged, finding: Finding) -> Finding:
    """Add to the remedy what a CA that is recognised says of its own dates."""
    if finding.outcome not in ("fail", "warn") or finding.rule is None:
        return finding
    side = judged.client if finding.role == "client" else judged.server
    if finding.role == "pair" or side is None:
        return finding
    dates = dates_for(finding.code, side.side.certificates[0], judged.policy.authorities())
    return replace(finding, remedy=f"{finding.remedy}{dates}") if dates else finding


# -- what no rule stands for


def _trouble(trouble: Trouble, codes: Mapping[str, Code]) -> Finding:
    code = codes[trouble.code]
    detail = f" ({printable(trouble.detail)})" if trouble.detail else ""
    return _refusal(code, trouble.role, trouble.index, code.title + detail, code.remedy or None)


def _notes(side: SideJudged, codes: Mapping[str, Code]) -> Iterator[Finding]:
    """Turn the reader's notes into findings: bytes that are not strict DER fail, always.

    Other notes are facts; where a policy cares, one of its rules says so.
    """
    for index, certificate in enumerate(side.side.certificates):
        for note in certificate.notes:
            if note.kind in _BROKEN:
                yield _note(note, side.side.side, index, codes[note.code])


def _note(note: Note, role: str, index: int, code: Code) -> Finding:
    detail = f": {printable(note.detail)}" if note.detail else ""
    message = f"{code.title} at byte {note.offset}{detail}"
    remedy = code.remedy or "have the certificate issued again by software that encodes DER"
    found = _refusal(code, role, index, message, remedy)
    return replace(found, path=note.path, offset=note.offset, octets=note.octets.hex())


def _refusal(code: Code, role: str, index: int | None, message: str, remedy: str | None) -> Finding:
    """Return a failure that no rule stands for: the clause is that of the code."""
    return Finding(
        code=code.code,
        outcome="fail",
        severity="error",
        role=role,
        certificate_index=index,
        path=None,
        expected=None,
        found=None,
        rule=None,
        citation={
            "document": code.clause,
            "section": "",
            "statement": None,
            "certainty": "primary",
        },
        effective=(),
        message=message,
        remedy=remedy,
        rank=code.rank,
        enforced=True,
    )


# -- rules


def _written(result: Result) -> Finding:
    """Write down how a rule came out; a result without values says itself what there is to say."""
    rule, word, values = result.rule, result.outcome, result.values
    if values is None:
        return _finding(result, result.remark, None)
    message = _message(rule, word, values) + _stand_in(rule, values)
    return _finding(result, message, _found(rule, values))


def _severity(rule: BoundRule, word: str) -> str:
    if word == "fail" or (word == "unknown" and rule.enforced):
        return "error"
    return "warning" if word == "warn" else "notice"


# What depends on the rule alone is made once per rule, not once per finding.


@lru_cache(maxsize=limits.MAX_POLICY_RULES)
def _expected(rule: BoundRule) -> str:
    return sentence(rule.require)


@lru_cache(maxsize=limits.MAX_POLICY_RULES)
def _asked(rule: BoundRule) -> tuple[Question, ...]:
    """The questions of the requirement, or of the condition where the requirement has none."""
    return tuple(questions(rule.require)) or tuple(questions(rule.when))


def _key(question: Question) -> str:
    name = question.call.feature.name
    return name if question.whose == "self" else f"{question.whose}.{name}"


def _found(rule: BoundRule, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    shown = {_key(q): _clean(q.call.feature.show(values[_key(q)])) for q in _asked(rule)}
    return next(iter(shown.values())) if len(shown) == 1 else shown or None


def _clean(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Make every text of a certificate safe to print."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [_clean(item) for item in items]
    if isinstance(value, dict):
        return {printable(str(key)): _clean(item) for key, item in value.items()}
    return value


def _message(rule: BoundRule, word: str, values: Mapping[str, Any]) -> str:
    if word not in ("fail", "warn", "unknown"):
        return rule.rule.title
    described = "; ".join(
        dict.fromkeys(printable(q.call.feature.describe(values[_key(q)])) for q in _asked(rule))
    )
    if word in ("fail", "warn"):
        return f"{sentence(Not(rule.require))} ({described})" if described else rule.rule.title
    return f"{rule.rule.title}: not known ({described})"


def _stand_in(rule: BoundRule, values: Mapping[str, Any]) -> str:
    """Say so where notBefore stands in for a disclosure that decided when the rule applies."""
    asked = any(entry.axis == "ccadb_disclosure" for entry in rule.rule.effective)
    return "; notBefore stands in for the date of disclosure" * (
        asked and values["programme"].stands_in
    )


def _finding(result: Result, message: str, found: Any) -> Finding:  # noqa: ANN401 - JSON
    rule, word = result.rule, result.outcome
    cited = rule.rule.citation
    asked = _asked(rule)
    return Finding(
        code=rule.rule.code,
        outcome=word,
        severity=_severity(rule, word),
        role=result.role,
        certificate_index=result.index,
        path=_key(asked[0]) if asked else None,
        expected=_expected(rule),
        found=found,
        rule=rule.rule.id,
        citation={
            "document": cited.document,
            "section": cited.section,
            "statement": cited.statement,
            "certainty": cited.certainty,
        },
        effective=tuple(_effective(rule)),
        message=message,
        remedy=rule.rule.remedy if word in ("fail", "warn", "unknown") else None,
        rank=rule.rule.rank,
        enforced=rule.enforced,
    )


def _effective(rule: BoundRule) -> Iterator[Mapping[str, Any]]:
    for entry in rule.rule.effective:
        start, end = entry.window.start, entry.window.end
        yield {
            "axis": entry.axis,
            "from": None if start is None else format_instant(start),
            "until": None if end is None else format_instant(end),
        }


# -- what would have to be known

_EVIDENCE = {
    "path": "{side}.anchors",
    "name": "{side}.name",
    "issuers": "{side}.anchors",
    "depth": "{side}.anchors",
    "revocation": "{side}.crls",
    "programme": "{side}.anchors",
    "source": "{side}.address",
    "dns": "dns.answers",
    "tlsa": "dns.answers",
    "service": "dns.answers",
    "peer": "{side}.name",
    "handshake.alpn": "handshake.alpn",
    "handshake.transport": "handshake.transport",
    "handshake.client_address_source": "handshake.client_address_source",
    "handshake.proof_of_possession": "handshake.proof_of_possession",
    "handshake.server_port": "handshake.server_port",
}


def missing_evidence(judged: Judged) -> tuple[str, ...]:
    """Return the paths in the evidence document that would make unknown rules known."""
    found: dict[str, None] = {}
    assert judged.compiled is not None  # noqa: S101 - what is indeterminate was judged
    for side in judged.sides():
        rules = judged.compiled.sides[side.side.side]
        unknown = side.masks.unknown & rules.enforced
        for bit, rule in rules.by_bit.items():
            if bit & unknown:
                for path in _evidence_for(rule, side, judged):
                    found.setdefault(path)
    return tuple(sorted(found))


def _evidence_for(rule: BoundRule, side: SideJudged, judged: Judged) -> Iterator[str]:
    name = side.side.side
    if rule.rule.of in ("issuer", "link", "anchor"):
        yield _issuers_path(name, judged)
    for question in _open_questions(rule, side, judged):
        template = _EVIDENCE.get(question.call.feature.name)
        if question.call.feature.name in ("issuers", "depth"):
            yield _issuers_path(name, judged)
        elif template is not None:
            yield template.format(side=name)


def _open_questions(rule: BoundRule, side: SideJudged, judged: Judged) -> Iterator[Question]:
    """Yield the questions of a rule whose answers are not known; of a rule above the leaf, all."""
    if rule.rule.of in ("issuer", "link", "anchor"):
        yield from rule.questions()
        return
    assert side.candidate is not None  # noqa: S101 - a side with a leaf has one that decided
    leaf = path_subjects(side.side, side.candidate, judged.context, judged.at).leaf
    for question in rule.questions():
        if question.call.answer(question.call.feature.read(leaf)) is None:
            yield question


def _issuers_path(side: str, judged: Judged) -> str:
    """Issuers become known by anchors; where these are given, by intermediates."""
    return f"{side}.anchors" if judged.context.of(side).anchors is None else f"{side}.intermediates"
