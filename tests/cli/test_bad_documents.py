"""Bad policy and evidence documents: exit 2, the place, and the nearest right word."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from command_support import DEMO, RULE, evaluate, policy, run
from mtlspolicy import limits

if TYPE_CHECKING:
    from pathlib import Path

# -- policies

OURS = {
    "id": "OURS",
    "document": "Our rules",
    "version": "1",
    "date": "2026-01-01",
    "url": "https://rules.example.com/",
}


def rule(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """The rule of the small policy, changed."""
    return [{**RULE, **changes}]


def test_a_policy_of_ones_own_decides(tmp_path: Path) -> None:
    ran = evaluate("--policy", policy(tmp_path))

    assert 0 == ran.code
    assert "our-servers 1.0.0" in ran.out


def test_a_valid_policy_is_valid(tmp_path: Path) -> None:
    ran = run("policy", "validate", policy(tmp_path))

    assert (0, "") == (ran.code, ran.err)
    assert "valid" in ran.out


FAULTS = [
    ({"titel": "x"}, "/titel", "title"),
    ({"status": "practise"}, "/status", "practice"),
    ({"title": 7}, "/title", ""),
    ({"rules": None}, "", ""),
    ({"extends": "legacy-dual-us"}, "/extends", "legacy-dual-use"),
    ({"version": "one"}, "/version", ""),
    (
        {
            "settings": {
                "life": {"type": "integer", "title": "x", "default": 5, "minimum": 9, "maximum": 3}
            }
        },
        "/settings/life/minimum",
        "",
    ),
]
RULE_FAULTS = [
    ({"require": {"eku.includs": "serverAuth"}}, "/rules/0/require", "eku.includes"),
    ({"require": {"eku.includes": "serverAuht"}}, "/rules/0/require", "serverAuth"),
    ({"require": {"setting": "strikt"}}, "/rules/0/require", "strict"),
    ({"require": {"term": "missing"}}, "/rules/0/require", ""),
    ({"require": {"all": []}}, "/rules/0/require", ""),
    ({"mode": "enforced"}, "/rules/0/mode", "enforce"),
    ({"on": {"side": "both", "of": "leef"}}, "/rules/0/on", "leaf"),
    ({"require": {"side": "clients"}}, "/rules/0/require/side", "client"),
    ({"effective": [{"axis": "not_before", "until": "2027"}]}, "/rules/0/effective/0/until", ""),
    ({"effective": [{"axis": "not_before"}]}, "/rules/0/effective/0", ""),
    (
        {"effective": [{"axis": "not_before", "from": "2026-02-30T00:00:00Z"}]},
        "/rules/0/effective/0/from",
        "",
    ),
    (
        {"citation": {"source": "RFC9999", "section": "1", "certainty": "primary"}},
        "/rules/0/citation",
        "`sources`",
    ),
]


@pytest.mark.parametrize(("changes", "pointer", "near"), FAULTS)
def test_faults_of_a_policy_have_their_place(
    tmp_path: Path, changes: dict[str, Any], pointer: str, near: str
) -> None:
    _check(policy(tmp_path, **changes), pointer, near)


@pytest.mark.parametrize(("changes", "pointer", "near"), RULE_FAULTS)
def test_faults_of_a_rule_have_their_place(
    tmp_path: Path, changes: dict[str, Any], pointer: str, near: str
) -> None:
    _check(policy(tmp_path, rules=rule(**changes)), pointer, near)


def _check(path: Path, pointer: str, near: str) -> None:
    """`validate` lists it and `evaluate` refuses it, both with the same place."""
    report = run("policy", "validate", path, "--format", "json")
    used = evaluate("--policy", path)
    faults = report.json["faults"]

    assert (2, False) == (report.code, report.json["valid"])
    assert any(fault["pointer"].startswith(pointer) for fault in faults)
    assert any(near in (fault["help"] or "") for fault in faults)
    assert (2, "") == (used.code, used.out)
    assert 1 == len(used.errors)
    assert any("line {line}, column {column}".format(**fault) in used.err for fault in faults)


def test_a_fault_has_the_line_that_an_editor_shows(tmp_path: Path) -> None:
    path = policy(tmp_path, rules=rule(mode="enforced"))
    fault = run("policy", "validate", path, "--format", "json").json["faults"][0]
    line = path.read_text("utf-8").splitlines()[fault["line"] - 1]

    assert line[fault["column"] - 1 :].startswith('"mode"')


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    """Faults of shape and of conditions are of different stages of the loader."""
    path = policy(tmp_path, titel="x", rules=rule(require={"eku.includs": "serverAuth"}))
    faults = run("policy", "validate", path, "--format", "json").json["faults"]

    assert {"/titel", "/rules/0/require/eku.includs"} <= {fault["pointer"] for fault in faults}


def test_one_document_with_a_fault_of_every_kind(tmp_path: Path) -> None:
    """Each has its own place, and where there is a right word, it is the nearest."""
    cite = {"source": "OUR", "section": "1", "certainty": "primary"}
    wrong = rule(id="mine", mode="enforced", citation=cite, require={"setting": "longest_lief"})
    path = policy(
        tmp_path,
        extends="legacy-dual-use",
        sources=[OURS],
        settings={"longest_life": {"type": "integr", "title": "x", "default": 90}},
        terms={"nobody_asks": {"eku.include": "clientAuth"}},
        rules=[*wrong, {"id": "rsa-sise", "mode": "enforce"}],
    )
    report = run("policy", "validate", path, "--format", "json")
    found = {fault["pointer"]: fault["help"] for fault in report.json["faults"]}

    assert 2 == report.code
    assert {
        "/settings/longest_life/type": "did you mean `integer`?",
        "/terms/nobody_asks/eku.include": "did you mean `eku.includes`?",
        "/rules/0/mode": "did you mean `enforce`?",
        "/rules/0/citation/source": "did you mean `OURS`?",
        "/rules/0/require/setting": "did you mean `longest_life`?",
        "/rules/1/id": "did you mean `rsa-size`?",
    } == found


def test_a_list_of_too_many_rules_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the schema, which would take a second for a hundred of them, is not asked."""
    monkeypatch.setattr("jsonschema.Draft202012Validator.iter_errors", None)
    many = [{**RULE, "id": f"rule-{number}"} for number in range(limits.MAX_POLICY_RULES + 1)]
    faults = run("policy", "validate", policy(tmp_path, rules=many), "--format", "json").json

    assert ["/rules"] == [fault["pointer"] for fault in faults["faults"]]


def test_an_override_of_nothing_hides_no_other_fault(tmp_path: Path) -> None:
    """The loader stops at the one, and reads no condition."""
    bad = rule(id="mine", require={"eku.includs": "serverAuth"})
    rules = [*bad, {"id": "rsa-sise", "mode": "enforce"}]
    path = policy(tmp_path, extends="legacy-dual-use", rules=rules)
    faults = run("policy", "validate", path, "--format", "json").json["faults"]

    assert ["/rules/0/require/eku.includs", "/rules/1/id"] == [f["pointer"] for f in faults]


def test_a_fault_in_a_policy_that_extends_is_placed_in_its_own_text(tmp_path: Path) -> None:
    """The loader counts the rules of the resolved document, the user those in the file."""
    bad = rule(id="mine", require={"eku.includs": "serverAuth"})
    path = policy(tmp_path, extends="legacy-dual-use", sources=[], rules=bad)
    faults = run("policy", "validate", path, "--format", "json").json["faults"]

    assert any(fault["pointer"] == "/rules/0/require/eku.includs" for fault in faults)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "a", "id": "b"}', "twice"),
        ('{"id": ', "not JSON"),
        ("[]", "object"),
        ("", "not JSON"),
        ('{"id": NaN}', "NaN"),
        ("[" * 1000 + "]" * 1000, "deeper"),
        ("\xff", "UTF-8"),
        ('{"a": 99999999999999999}', "99999999999999999 has too many digits"),
    ],
)
def test_a_text_that_is_no_document_is_2(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("latin-1"))
    ran = run("policy", "validate", path)
    used = evaluate("--policy", path)

    assert (2, 2) == (ran.code, used.code)
    assert said in ran.out
    assert said in used.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'\xef\xbb\xbf{"id": "a"}', "1:1: /\n    begins with a byte order mark"),
        (b'{"id": "\xc3\xbc",\n "title": "\xc3\xbc\xff"}', "2:13: /\n    is not UTF-8 text"),
        (b'{"id": "NaN \\" 9",\n "a": NaN}', "2:7: /\n    is not JSON: NaN is no JSON number"),
        (b'{"id": "1.5",\n "a": 1.5}', "2:7: /\n    is not JSON: 1.5 is no whole number"),
        (b'{"id": "a\x01"}', "1:10: /\n    is not JSON: invalid control character\n"),
        (b'{"id": "a"', "1:11: /\n    is not JSON: expecting ',' delimiter\n"),
        (b'{"id":\n"\\ud83d\\ude00\\ud83d"}', "2:14: /\n    has half of a surrogate pair"),
        (b'{"id": "\\ude00"}', "1:9: /\n    has half of a surrogate pair"),
        (b'{"a": "[[",\n "b": ' + b"[" * 70 + b"]" * 70 + b"}", "2:70: /\n    is nested deeper"),
    ],
)
def test_a_text_that_is_no_document_is_shown_where_it_breaks(
    tmp_path: Path, text: bytes, said: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(text)
    ran = run("policy", "validate", path)

    assert 2 == ran.code
    assert f"broken.json:{said}" in ran.out


def test_a_fault_of_what_is_inherited_is_shown_where_it_is_inherited(tmp_path: Path) -> None:
    """A setting of another type breaks the inherited rules that use it, which stand elsewhere."""
    retyped = {"absent_eku": {"type": "integer", "title": "x", "default": 1}}
    path = policy(tmp_path, extends="legacy-dual-use", settings=retyped, rules=[])
    faults = run("policy", "validate", path, "--format", "json").json["faults"]

    assert {"/extends"} == {fault["pointer"] for fault in faults}


def test_a_duplicate_key_is_shown_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    path.write_text('{\n  "id": "a",\n  "id": "b"\n}\n', "utf-8")
    fault = run("policy", "validate", path, "--format", "json").json["faults"][0]

    assert ("/id", 3, 3) == (fault["pointer"], fault["line"], fault["column"])


def test_a_term_that_is_defined_by_itself_is_2(tmp_path: Path) -> None:
    terms = {"a": {"term": "b"}, "b": {"term": "a"}}
    path = policy(tmp_path, terms=terms, rules=rule(require={"term": "a"}))
    ran = run("policy", "validate", path)

    assert 2 == ran.code
    assert "defined by itself" in ran.out


def test_a_policy_that_extends_itself_is_2(tmp_path: Path) -> None:
    ran = run("policy", "validate", policy(tmp_path, extends="our-servers"))

    assert 2 == ran.code
    assert "/extends" in ran.out


# -- evidence


def context(folder: Path, **changes: Any) -> Path:  # noqa: ANN401 - JSON
    document = {"schema_version": 1, "at": "2026-05-01T00:00:00Z", **changes}
    path = folder / "evidence.json"
    path.write_text(json.dumps(document, indent=2), "utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"att": 1}, "/att"),
        ({"schema_version": 2}, "/schema_version"),
        ({"at": "2026-05-01T00:00:00"}, "/at"),
        ({"at": "2026-02-30T00:00:00Z"}, "/at"),
        ({"perspective": "nobody"}, "/perspective"),
        ({"asserted": "path"}, "/asserted"),
        ({"asserted": ["validity"]}, "/asserted"),
        ({"client": {"anchors": [{"certificate": "!"}]}}, "/client/anchors/0"),
        ({"client": {"name": {"type": "host", "value": "a"}}}, "/client/name"),
        ({"settings": {"absent_eku": {}}}, "/settings"),
        ({"settings": {"absent_eku": 1.5}}, "1.5"),
    ],
)
def test_a_wrong_evidence_document_is_2(
    tmp_path: Path, changes: dict[str, Any], pointer: str
) -> None:
    ran = evaluate("--context", context(tmp_path, **changes))

    assert (2, "") == (ran.code, ran.out)
    assert pointer in ran.err
    assert "line" in ran.err


def test_a_duplicate_key_in_evidence_is_2(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text('{"schema_version": 1, "schema_version": 1}', "utf-8")
    ran = evaluate("--context", path)

    assert (2, "") == (ran.code, ran.out)
    assert "twice" in ran.err


def anchor(name: str) -> dict[str, str]:
    body = (DEMO / name).read_text("utf-8").split("-----")[2]
    return {"certificate": base64.b64encode(base64.b64decode(body)).decode("ascii")}


SAME: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ("--at", "2026-05-01T00:00:00Z")),
    ({"perspective": "server"}, ("--perspective", "server")),
    ({"asserted": ["path", "name"]}, ("--asserted", "name,path")),
    ({"settings": {"absent_eku": "allow"}}, ("--set", "absent_eku=allow")),
    ({"server": {"name": {"type": "dns", "value": "a.example"}}}, ("--server-name", "a.example")),
    (
        {"client": {"anchors": [anchor("public-root.pem")]}},
        ("--client-anchors", str(DEMO / "public-root.pem")),
    ),
]
OTHER = [
    ("--at", "2026-05-02T00:00:00Z"),
    ("--perspective", "client"),
    ("--asserted", "name"),
    ("--set", "absent_eku=refuse"),
    ("--server-name", "b.example"),
    ("--client-anchors", str(DEMO / "private-root.pem")),
]


@pytest.mark.parametrize(
    ("changes", "same", "other"), [(*pair, other) for pair, other in zip(SAME, OTHER, strict=True)]
)
def test_a_flag_may_repeat_the_document_and_not_contradict_it(
    tmp_path: Path, changes: dict[str, Any], same: tuple[str, ...], other: tuple[str, ...]
) -> None:
    path = context(tmp_path, **changes)
    equal, different = evaluate("--context", path, *same), evaluate("--context", path, *other)

    assert 2 != equal.code
    assert (2, "") == (different.code, different.out)
    assert "and the evidence document differ" in different.err


def test_a_name_in_the_document_that_is_no_name_is_2(tmp_path: Path) -> None:
    path = context(tmp_path, server={"name": {"type": "dns", "value": "a b"}})

    assert 2 == evaluate("--context", path).code


def test_a_setting_of_the_document_that_no_policy_has_is_2(tmp_path: Path) -> None:
    ran = evaluate("--context", context(tmp_path, settings={"absent_ekus": "allow"}))

    assert (2, "") == (ran.code, ran.out)
    assert "absent_eku" in ran.err
