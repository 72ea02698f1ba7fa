"""Entries of revocation lists: two readers that agree, and time that grows with their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlspolicy.der import reader as der_reader
from mtlspolicy.der import writer
from mtlspolicy.facts import crl as crl_module
from mtlspolicy.facts.crl import RevocationList, read_crl
from mtlspolicy.facts.strict import Unusable
from mtlspolicy.forge.keys import key
from mtlspolicy.forge.names import name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mtlspolicy.der.writer import Node

_AT = 1_777_420_800
_REASON = bytes.fromhex("300c300a0603551d1504030a01")
_INVALIDITY = bytes.fromhex("301a30180603551d180411180f32303236303432383030303030305a")
_UTC = b"\x17\x0d260429000000Z"


def crl(entries: Iterable[bytes]) -> bytes:
    """Return a list of these entries; nobody asks for its signature here."""
    algorithm = writer.raw(key("p256-8").scheme("").der)
    tbs = writer.sequence(
        writer.integer(1),
        algorithm,
        name(("CN", "issuer")).node,
        writer.time(_AT),
        writer.time(_AT + 86_400),
        writer.sequence(writer.raw(b"".join(entries))),
    )
    return writer.sequence(tbs, algorithm, writer.bit_string(b"signature")).encode()


def entry(serial: bytes, date: bytes = _UTC, tail: bytes = b"") -> bytes:
    content = bytes([2, len(serial)]) + serial + date + tail
    return bytes([0x30, len(content)]) + content


def both_ways(entries: list[bytes], monkeypatch: pytest.MonkeyPatch) -> object:
    """Read with the quick reader, and without it; return what both say."""
    quick = read_crl(crl(entries))
    monkeypatch.setattr(crl_module, "_read_ordinary", lambda *_: None)
    slow = read_crl(crl(entries))
    monkeypatch.undo()
    if isinstance(slow, Unusable):
        assert isinstance(quick, Unusable)
        assert slow.code == quick.code
        return slow.code
    assert isinstance(quick, RevocationList)
    assert slow.entries == quick.entries
    return dict(quick.entries)


@pytest.mark.parametrize(
    "tail", [b"", _REASON + b"\x01", _REASON + b"\x00", _INVALIDITY], ids=lambda tail: tail.hex()
)
@pytest.mark.parametrize("serial", ["01", "00ff", "7f" * 20, "7f" * 21, "ff", "80", "00" * 1])
def test_entries_of_every_form_are_read(
    serial: str, tail: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice: what the first entry taught is used for the second."""
    octets = bytes.fromhex(serial)
    made = both_ways([entry(octets, tail=tail), entry(octets, tail=tail)], monkeypatch)

    assert isinstance(made, dict)
    ((number, found),) = made.items()
    assert int.from_bytes(octets, "big", signed=True) == number
    assert 2 == len(found)
    assert {_AT} == {one.at for one in found}


@pytest.mark.parametrize(
    "odd",
    [
        entry(b"\x00\x01"),
        entry(b"\xff\x80"),
        entry(b""),
        entry(b"\x01", b"\x17\x0d260431000000Z"),
        entry(b"\x01", b"\x17\x0d260429240000Z"),
        entry(b"\x01", b"\x17\x0d260429006000Z"),
        entry(b"\x01", b"\x17\x0d260429000060Z"),
        entry(b"\x01", b"\x17\x0d26042900000\xb2Z"),
        entry(b"\x01", b"\x17\x0b2604290000Z"),
        entry(b"\x01", tail=b"\x05\x00"),
        entry(b"\x01", tail=_REASON + b"\x07"),
        b"\x30\x81\x12" + entry(b"\x01")[2:],
        b"\x30\x13" + entry(b"\x01")[2:],
        b"\x31\x12" + entry(b"\x01")[2:],
        b"\x30\x03\x02\x01\x01",
        b"\x30\x00",
        b"\x30",
    ],
    ids=lambda odd: odd.hex(),
)
def test_what_is_odd_is_refused_however_it_is_read(
    odd: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Serials that are not minimal, dates that are none, lengths and tags that are wrong."""
    assert "revocation.not_der" == both_ways([entry(b"\x05"), odd], monkeypatch)


@given(st.binary(min_size=1, max_size=60), st.integers(0, 40))
def test_any_octets_in_place_of_an_entry(octets: bytes, place: int) -> None:
    """The quick reader takes nothing that the other one refuses."""
    good = entry(b"\x05", tail=_REASON + b"\x01")
    changed = good[:place] + octets + good[place + len(octets) :]
    with pytest.MonkeyPatch.context() as monkeypatch:
        both_ways([good, changed], monkeypatch)


def _numbered(count: int) -> list[Node]:
    return [
        writer.sequence(writer.integer(number + 1), writer.time(_AT + number))
        for number in range(count)
    ]


def test_forty_thousand_entries_are_read() -> None:
    """More than the reader's bound on elements would let through one by one."""
    found = read_crl(crl(node.encode() for node in _numbered(40_000)))

    assert isinstance(found, RevocationList)
    assert 40_000 == len(found.entries)
    assert _AT + 39_999 == found.entries[40_000][0].at


def test_one_serial_many_times_takes_room_once_each() -> None:
    """A list that repeats one number would cost the square of its length otherwise."""
    found = read_crl(crl([entry(b"\x05")] * 20_000))

    assert isinstance(found, RevocationList)
    assert [5] == list(found.entries)
    assert 20_000 == len(found.entries[5])


def test_too_many_unusual_entries_are_a_bound_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The octets are DER: what ended the reading is its bound."""
    monkeypatch.setattr(der_reader, "MAX_ELEMENTS", 100)
    found = read_crl(crl([entry(b"\x05", tail=_INVALIDITY)] * 50))

    assert isinstance(found, Unusable)
    assert "revocation.crl_entries" == found.code
