"""The second reading, by pyasn1: it can contradict, never excuse."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mtlspolicy.facts import second
from mtlspolicy.facts.certificate import (
    UNREADABLE,
    BasicConstraints,
    ExtendedKeyUsage,
    KeyUsage,
    Marker,
)  # fmt: skip
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import forget, read_ordinary
from mtlspolicy.facts.second import readings_differ, second_reading
from mtlspolicy.limits import MAX_MEMO_ENTRIES
from reader_support import cert, codes, ext

EKU_VALUE = bytes.fromhex("300a06082b06010505070302")
KU_VALUE = bytes.fromhex("030206c0")
BC_VALUE = bytes.fromhex("30060101ff020103")


@pytest.mark.parametrize(
    ("ours", "value", "differ"),
    [
        (ExtendedKeyUsage(("1.3.6.1.5.5.7.3.2",), critical=False), EKU_VALUE, False),
        (ExtendedKeyUsage(("1.3.6.1.5.5.7.3.1",), critical=False), EKU_VALUE, True),
        (ExtendedKeyUsage((), critical=False), b"\x30\x00", False),
        (KeyUsage(("digitalSignature", "nonRepudiation"), critical=True), KU_VALUE, False),
        (KeyUsage(("digitalSignature",), critical=True), KU_VALUE, True),
        (BasicConstraints(ca=True, path_length=3, critical=True), BC_VALUE, False),
        (BasicConstraints(ca=True, path_length=None, critical=True), BC_VALUE, True),
        (BasicConstraints(ca=False, path_length=None, critical=True), b"\x30\x00", False),
        (Marker(critical=False), b"\x05\x00", False),
    ],
)
def test_values_are_compared(ours: object, value: bytes, differ: bool) -> None:  # noqa: FBT001
    assert differ == readings_differ(value, ours)


def test_what_the_second_reader_cannot_read_contradicts_nothing() -> None:
    assert None is second_reading(ExtendedKeyUsage, b"\x02\x01\x00")
    assert not readings_differ(b"\xff", ExtendedKeyUsage((), critical=False))


@pytest.mark.parametrize(("kind", "value"), second._COMMON)
def test_what_is_written_down_is_what_pyasn1_says(kind: type, value: bytes) -> None:
    written = second_reading(kind, value)
    assert written is second._COMMON[kind, value]
    assert written == second._ask(kind, value)


def test_octets_after_the_value_are_ignored() -> None:
    assert ("1.3.6.1.5.5.7.3.2",) == second_reading(ExtendedKeyUsage, EKU_VALUE + b"\x05\x00")


def test_each_value_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    full = {(int, bytes([n >> 8, n & 255])): None for n in range(MAX_MEMO_ENTRIES)}
    monkeypatch.setattr(second, "_memo", full)
    monkeypatch.setattr(second, "_ask", lambda _, value: asked.append(value))
    for value in (b"a", b"a", b"b" * 2000, b"b" * 2000):
        second_reading(KeyUsage, value)
    assert [b"a", b"b" * 2000, b"b" * 2000] == asked
    assert 1 == len(second._memo)


def test_a_difference_refuses_the_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    monkeypatch.setattr(second, "second_reading", lambda *_: ("1.2.3",))
    der = cert(extensions=ext("551d25", EKU_VALUE))
    certificate = explain_certificate(der)
    assert (["encoding.readings_differ"], False, UNREADABLE) == (
        codes(certificate), certificate.well_formed, certificate.extended_key_usage,
    )  # fmt: skip
    assert None is read_ordinary(der)


def test_pyasn1_is_imported_at_first_use_only() -> None:
    script = "import mtlspolicy.facts, sys; sys.exit('pyasn1' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode
