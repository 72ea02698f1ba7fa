"""`inspect`: facts and findings with their bytes, and exit 1 where the encoding has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command_support import DEMO, run
from mtlspolicy.forge.draft import CertificateDraft

if TYPE_CHECKING:
    from pathlib import Path


def test_a_clean_chain_is_0_and_shows_its_facts() -> None:
    ran = run("inspect", DEMO / "shop.pem")

    assert (0, "") == (ran.code, ran.err)
    for part in ("certificate [0] of 2", "serverAuth", "dns shop.example.com", "90 days"):
        assert part in ran.out
    assert "pyasn1 agrees on extended key usage" in ran.out


def test_a_departure_is_1_with_offset_place_and_bytes() -> None:
    ran = run("inspect", DEMO / "bot-broken.pem")

    assert 1 == ran.code
    for part in ("byte 441", "der.default_encoded", "extensions[5].extnValue.cA", "01 01 00"):
        assert part in ran.out


@pytest.mark.parametrize("data", [b"\x30\x80", b"\x30\x03\x02\x01", b"\x30\x00"])
def test_what_cannot_be_read_is_still_shown(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.der"
    path.write_bytes(data)
    text, document = run("inspect", path), run("inspect", path, "--format", "json")

    assert (1, 1) == (text.code, document.code)
    assert "unreadable" in text.out
    assert document.json["certificates"][0]["notes"]


def test_a_notice_about_the_profile_leaves_the_exit_code(tmp_path: Path) -> None:
    """A serial number of zero is DER; what RFC 5280 says of it is for policies to judge."""
    path = tmp_path / "zero.der"
    path.write_bytes(CertificateDraft(serial=0).build())
    ran = run("inspect", path)

    assert 0 == ran.code
    assert "notice" in ran.out
    assert "serial.zero" in ran.out


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-31T23:59:59Z", "not yet valid"),
        ("2026-04-01T00:00:00Z", "valid at"),
        ("2026-06-29T23:59:59Z", "valid at"),
        ("2026-06-30T00:00:00Z", "expired"),
    ],
)
def test_the_validity_includes_both_ends(at: str, said: str) -> None:
    lines = run("inspect", DEMO / "shop.pem", "--at", at).out.splitlines()
    validity = next(line for line in lines if line.startswith("  validity"))

    assert said in validity


def test_a_file_without_a_certificate_is_2(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    ran = run("inspect", path)

    assert (2, "") == (ran.code, ran.out)
    assert "no certificate in" in ran.err


def test_standard_input_can_be_inspected() -> None:
    data = (DEMO / "shop.pem").read_bytes()

    assert run("inspect", DEMO / "shop.pem").out == run("inspect", "-", stdin=data).out
