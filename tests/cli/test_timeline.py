"""``mtlspolicy timeline`` as a user runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from command_support import run
from mtlspolicy import resources
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_pair

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    pair = ordinary_pair()
    pair.server.leaf.set_purposes("serverAuth", "clientAuth")
    pair.server.issuers[0].subject = name(("C", "US"), ("O", "Sectigo Limited"), ("CN", "X"))
    built = pair.build()
    (tmp_path / "client.der").write_bytes(built.client.presented[0])
    (tmp_path / "client-ca.der").write_bytes(built.client.presented[1])
    (tmp_path / "server.der").write_bytes(built.server.presented[0])
    (tmp_path / "server-ca.der").write_bytes(built.server.presented[1])
    (tmp_path / "evidence.json").write_text(json.dumps(built.evidence))
    sides = [("--client", "client"), ("--server", "server")]
    given = [
        part
        for flag, side in sides
        for kind in (side, f"{side}-ca")
        for part in (flag, str(tmp_path / f"{kind}.der"))
    ]
    return [*given, "--context", str(tmp_path / "evidence.json")]


def timeline(*arguments: str) -> str:
    ran = run("timeline", *arguments)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_text_tells_when_and_why(files: list[str]) -> None:
    text = timeline(*files, "--policy", "chrome-root-program")
    assert "2027-03-15T00:00:00Z  reject  (programme.chrome_leaf)" in text
    assert "rule chrome-leaf" in text
    words = " ".join(text.split())
    who = "Sectigo (issuer's organization: Sectigo Limited) issued the leaf of the server"
    assert who in words
    assert "[unconfirmed]" in text


def test_json_fits_its_schema(files: list[str]) -> None:
    document = json.loads(
        timeline(
            *files, "--policy", "cabf-strict", "--policy", "apple-root-program", "--format", "json"
        )
    )
    schema = json.loads(resources.read("schemas/timeline.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [one["policy"]["id"] for one in document["timelines"]] == [
        "cabf-strict",
        "apple-root-program",
    ]


def test_the_picture_is_on_standard_output(files: list[str]) -> None:
    assert timeline(*files, "--policy", "cabf-strict", "--format", "svg").startswith("<svg ")


def test_what_cannot_be_renewed_says_so(files: list[str]) -> None:
    none = ["--client", "none", *files[4:]]
    text = timeline(*none, "--policy", "cabf-strict")
    assert "none: a leaf is missing, malformed, or never expires" in text
    assert "always" in text
