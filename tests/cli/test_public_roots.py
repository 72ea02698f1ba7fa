"""Public roots on the command line: asked for by name, said aloud, refused with advice."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from command_support import AT, DEMO, evaluate, run

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = ("--server-name", "shop.example.com", "--client-anchors", DEMO / "public-root.pem")


def _bundle(folder: Path, code: str) -> dict[str, str]:
    """Put another certifi before the installed one."""
    (folder / "certifi.py").write_text(code, "utf-8")
    return {"PYTHONPATH": str(folder)}


@pytest.fixture
def demo_bundle(tmp_path: Path) -> dict[str, str]:
    """Stand the demo's public root in for the bundle."""
    where = str(DEMO / "public-root.pem")
    return _bundle(tmp_path, f"__version__ = '2026.5.1'\n\ndef where():\n    return {where!r}\n")


@pytest.mark.oracle
def test_the_installed_bundle_is_read_and_told() -> None:
    """The demo's root is in no public bundle, so nothing leads there; the note says what it is."""
    import certifi  # noqa: PLC0415 - of the group `oracle`, which may be absent

    ran = evaluate(*_OTHERS, "--public-roots", "server")

    assert 1 == ran.code
    assert "path.invalid" in ran.out
    for part in ("public roots", "the server's chain", "`public`", certifi.__version__):
        assert part in ran.err


@pytest.mark.oracle
def test_without_the_flag_no_bundle_is_read() -> None:
    ran = evaluate(*_OTHERS)

    assert (3, "") == (ran.code, ran.err)


def test_a_chain_leads_to_a_public_root_in_the_group_public(demo_bundle: dict[str, str]) -> None:
    ran = evaluate(*_OTHERS, "--public-roots", "server", "--format", "json", env=demo_bundle)
    identity = ran.json["decisions"][0]["identity"]

    assert (0, "public") == (ran.code, identity["server"]["anchor_group"])
    assert "default" == identity["client"]["anchor_group"]
    assert "note: 1 public roots are anchors of the server's chain" in ran.err
    assert "certifi 2026.5.1" in ran.err


@pytest.mark.parametrize("asked", ["client", "both"])
def test_public_roots_stand_beside_ones_own_anchors(
    asked: str, demo_bundle: dict[str, str]
) -> None:
    words = ("--client-anchors", f"tenant={DEMO / 'private-root.pem'}")
    server = () if asked == "both" else ("--server-anchors", DEMO / "public-root.pem")
    name = ("--server-name", "shop.example.com", "--format", "json")
    for client, group in (("bot-dual.pem", "public"), ("bot-private.pem", "tenant")):
        ran = evaluate(
            *words, *server, *name, "--public-roots", asked, client=client, env=demo_bundle
        )

        assert (0, group) == (
            ran.code,
            ran.json["decisions"][0]["identity"]["client"]["anchor_group"],
        )


def test_a_timeline_takes_them_too(demo_bundle: dict[str, str]) -> None:
    pair = ("--client", DEMO / "bot-dual.pem", "--server", DEMO / "shop.pem")
    words = ("--policy", "legacy-dual-use", "--public-roots", "both")
    ran = run("timeline", *pair, *AT, *words, "--server-name", "shop.example.com", env=demo_bundle)

    assert 0 == ran.code
    assert "the client's chain and the server's chain" in ran.err


def test_without_certifi_the_extra_is_named(tmp_path: Path) -> None:
    """Nothing is evaluated, and nothing else is taken in its place."""
    absent = _bundle(tmp_path, "raise ImportError('No module named certifi')\n")
    ran = evaluate(*_OTHERS, "--public-roots", "client", env=absent)

    assert (2, "") == (ran.code, ran.out)
    for part in ("--public-roots", "certifi", "mtlspolicy[public-roots]", "--client-anchors"):
        assert part in ran.err


def test_a_document_with_other_anchors_contradicts(
    tmp_path: Path, demo_bundle: dict[str, str]
) -> None:
    der = base64.b64decode(
        "".join((DEMO / "private-root.pem").read_text("ascii").splitlines()[1:-1])
    )
    anchor = {"group": "public", "certificate": base64.b64encode(der).decode("ascii")}
    document = {"schema_version": 1, "server": {"anchors": [anchor]}}
    (tmp_path / "evidence.json").write_text(json.dumps(document), "utf-8")
    ran = evaluate(
        "--public-roots", "server", "--context", tmp_path / "evidence.json", env=demo_bundle
    )

    assert (2, "") == (ran.code, ran.out)
    assert "--public-roots and the evidence document differ" in ran.err


def test_sides_are_named() -> None:
    ran = evaluate("--public-roots", "everybody")

    assert 2 == ran.code
    assert "client" in ran.err
