"""Bad input files: exit 2 where there is no candidate, a decision where there is one."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from command_support import AT, DEMO, Ran, evaluate, run
from mtlspolicy.limits import MAX_FILE_BYTES, MAX_FILE_CERTIFICATES

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n"
GOOD = (DEMO / "bot-dual.pem").read_bytes()


def der() -> bytes:
    """The leaf of the demo's bot, as DER."""
    body = GOOD.split(b"-----")[2]
    return base64.b64decode(body)


def given(folder: Path, data: bytes) -> Ran:
    path = folder / "client.pem"
    path.write_bytes(data)
    return evaluate("--format", "json", client=path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x00\xff\x80binary\x00" * 50, "neither PEM"),
        (b"just some text\n", "neither PEM"),
        (KEY, "PRIVATE KEY"),
        (b"-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n", "PKCS#7"),
    ],
    ids=["empty", "binary", "text", "private-key", "pkcs7"],
)
def test_a_file_without_a_candidate_is_2(tmp_path: Path, data: bytes, said: str) -> None:
    ran = given(tmp_path, data)

    assert (2, "") == (ran.code, ran.out)
    assert 1 == len(ran.errors)
    assert "no certificate in" in ran.err
    assert said in ran.err


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace(b"\n", b"\r\n"),
        b"Subject: a bot\n\n" + GOOD + b"\nthat was all\n",
        KEY + GOOD,
        der(),
    ],
    ids=["crlf", "text-around", "private-key", "der"],
)
def test_crlf_text_around_keys_beside_and_der_are_read(tmp_path: Path, data: bytes) -> None:
    ran = given(tmp_path, data)

    assert 3 == ran.code  # as the clean file without anchors
    assert "" == ran.err or "private key" in ran.err


def test_a_private_key_is_skipped_with_a_warning(tmp_path: Path) -> None:
    ran = given(tmp_path, KEY + GOOD)

    assert "warning:" in ran.err
    assert "not read" in ran.err


@pytest.mark.parametrize(
    "data",
    [
        der()[:100],
        b"\x30",
        b"\x30\x82\xff\xff",
        GOOD.replace(b"MII", b"M!I", 1),
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----\n",
    ],
    ids=["truncated", "one-octet", "header-alone", "bad-base64", "empty-block", "no-base64"],
)
def test_a_broken_candidate_is_a_reject_with_its_code(tmp_path: Path, data: bytes) -> None:
    ran = given(tmp_path, data)
    decision = ran.json["decisions"][0]

    assert (1, "reject") == (ran.code, decision["decision"])
    assert decision["primary"].startswith(("asn1.", "der."))


def test_an_empty_chain_is_a_reject() -> None:
    ran = run(
        *("evaluate", "--client", "none", "--server", DEMO / "shop.pem"),
        *("--policy", "legacy-dual-use", *AT, "--format", "json"),
    )
    decision = ran.json["decisions"][0]

    assert (1, "chain.empty") == (ran.code, decision["primary"])
    assert "certificate_required" == decision["alert"]


def test_a_file_called_none_can_be_reached(tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(GOOD)

    assert 3 == evaluate(client=tmp_path / "none").code


def test_none_and_a_file_contradict_each_other() -> None:
    ran = evaluate("--client", "none")

    assert (2, "") == (ran.code, ran.out)


@pytest.mark.parametrize("flag", ["--client", "--server-anchors", "--context", "--policy"])
def test_a_missing_file_is_2(flag: str, tmp_path: Path) -> None:
    ran = evaluate(flag, tmp_path / "missing.json")

    assert (2, "") == (ran.code, ran.out)
    assert "missing.json" in ran.err
    assert 1 == len(ran.errors)


def test_a_folder_is_2(tmp_path: Path) -> None:
    ran = evaluate(client=tmp_path)

    assert (2, "") == (ran.code, ran.out)
    assert "directory" in ran.err


def test_a_huge_file_is_2_and_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.pem"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES * 1000)  # sparse: reading it all would take a while
    ran = evaluate(client=path)

    assert (2, "") == (ran.code, ran.out)
    assert "larger than" in ran.err


@pytest.mark.parametrize("command", ["inspect", "evaluate"])
def test_a_file_of_too_many_blocks_is_2(command: str, tmp_path: Path) -> None:
    """Each could be as short as its first line: an answer would be out of proportion."""
    path = tmp_path / "many.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\n" * (MAX_FILE_CERTIFICATES + 1))
    ran = run("inspect", path) if command == "inspect" else evaluate(client=path)

    assert (2, "") == (ran.code, ran.out)
    assert "holds more than 4096 certificates" in ran.err


def test_standard_input_is_read_once() -> None:
    words = ("--server", DEMO / "shop.pem", "--policy", "legacy-dual-use", *AT)
    once = run("evaluate", "--client", "-", *words, stdin=GOOD)
    twice = run("evaluate", "--client", "-", "--client", "-", *words, stdin=GOOD)

    assert 3 == once.code
    assert (2, "") == (twice.code, twice.out)
    assert "named twice" in twice.err


def test_control_characters_of_a_certificate_reach_no_terminal(tmp_path: Path) -> None:
    """A name with an escape sequence in it is shown as what it is."""
    from mtlspolicy.forge.draft import CertificateDraft  # noqa: PLC0415 - only here
    from mtlspolicy.forge.names import name  # noqa: PLC0415

    path = tmp_path / "evil.der"
    path.write_bytes(CertificateDraft(subject=name(("CN", "\x1b[31mred\u202e"))).build())
    for ran in (evaluate("--all", client=path), run("inspect", path)):
        assert "\x1b" not in ran.out + ran.err
        assert "\u202e" not in ran.out + ran.err
