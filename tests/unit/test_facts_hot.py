"""The short way with warm memos: what was seen before is expected, and never believed."""

# ruff: noqa: E501 - one case, one line

from __future__ import annotations

import pytest

from mtlspolicy.der.writer import tlv
from mtlspolicy.facts import hot, kept, lists
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import forget, read_ordinary
from mtlspolicy.facts.shapes import check_rsa, expected_head
from mtlspolicy.limits import MAX_MEMO_ENTRIES
from reader_support import NAME, P256, SPKI, assert_same, cert, ext, tbs

KU, KU_TWO = ext("551d0f", b"\x03\x02\x07\x80"), ext("551d0f", b"\x03\x02\x06\xc0")
BC = ext("551d13", b"\x30\x00")
SKI = ext("551d0e", tlv(0x04, bytes(20)))
SAN = ext("551d11", tlv(0x30, tlv(0x82, b"a.example")))
CRITICAL_SAN = ext("551d11", tlv(0x30, tlv(0x82, b"a.example")), critical=b"\x01\x01\xff")
RSA = bytes.fromhex("300d06092a864886f70d0101010500")


@pytest.fixture(autouse=True)
def _cold() -> None:
    forget()


def both(der: bytes) -> bool:
    """Return whether the short way takes `der`; hold that it agrees if it does."""
    ordinary = read_ordinary(der)
    if ordinary is not None:
        assert_same(ordinary, explain_certificate(der))
    return ordinary is not None


@pytest.mark.parametrize(
    ("extensions", "taken"),
    [
        ((KU, SKI, BC, SAN), True),
        ((KU, SKI, BC, SAN, ext("2a03", b"")), True),
        ((KU, SKI, BC), True),
        ((KU_TWO, SKI, BC, SAN), True),
        ((KU, SKI, SAN, BC), True),
        ((KU, SKI, KU, SAN), False),
        ((KU, SKI, BC, SAN, BC), False),
        ((KU, SKI, BC, SKI), False),
        ((KU, ext("551d0e", tlv(0x05, bytes(20))), BC, SAN), False),
        ((KU, SKI, BC, ext("551d11", tlv(0x30, b"\x82\x00"))), False),
        ((KU, SKI, BC, ext("551d11", tlv(0x30, tlv(0x82, b"a b")))), False),
        ((KU, SKI, BC, CRITICAL_SAN), True),
    ],
)
def test_an_issuer_that_writes_something_else(extensions: tuple[bytes, ...], taken: bool) -> None:  # noqa: FBT001
    usual = cert(extensions=KU + SKI + BC + SAN)
    for _ in range(3):
        assert both(usual)
    for _ in range(2):
        assert taken == both(cert(extensions=b"".join(extensions)))
    assert both(usual)


def test_an_issuer_of_many_kinds_of_certificates_is_learnt_from_again() -> None:
    """More kinds than layouts are kept, in turn; then one of them for long."""
    kinds = [KU, KU_TWO, KU + BC, KU_TWO + BC, BC, BC + KU]
    for number in range(40):
        kind = kinds[number % len(kinds)] if number < 20 else kinds[-1]
        assert both(cert(extensions=kind + SKI + SAN))


def test_the_parts_of_names_that_recur_are_kept_unless_they_are_large() -> None:
    """Common names are not: they are of one certificate only."""
    parts = (
        b"\x06\x03\x55\x04\x0b\x0c\x02\xc3\xa9",
        b"\x06\x03\x2a\x03\x04" + tlv(0x0C, b"a" * 1_100),
    )
    plain, large = (tlv(0x31, tlv(0x30, part)) for part in parts)
    for _ in range(2):
        assert both(cert(subject=tlv(0x30, plain + large + NAME[2:])))
        assert both(cert(subject=tlv(0x30, NAME[2:] + plain)))
        assert both(cert(subject=tlv(0x30, NAME[2:] + NAME[2:])))
        assert both(cert(subject=b"\x30\x00", extensions=CRITICAL_SAN))
        assert not both(cert(subject=tlv(0x30, plain + b"\x31\x00")))
    assert [plain] == list(kept._rdns)


@pytest.mark.parametrize("length", [32, 33, 45, 48, 63, 64, 97, 127, 128])
def test_the_length_of_a_host_name_may_be_the_number_of_a_letter(length: int) -> None:
    for host in (b"a" * length, b"a" * (length - 1) + b"/", b"a" * (length - 1) + b"\x81"):
        names = tlv(0x82, b"a.example") + tlv(0x82, host) + tlv(0x82, b"b.example")
        taken = both(cert(extensions=KU + ext("551d11", tlv(0x30, names)) + SKI))
        assert taken or not host.isalpha()


def test_what_is_built_at_once_is_not_expected_of_the_next_certificate() -> None:
    for host in (b"a.example", b"b.example", b"c.example"):
        san = ext("551d11", tlv(0x30, tlv(0x82, host)), critical=b"\x01\x01\xff")
        assert both(cert(extensions=KU + san))


def test_a_long_list_is_not_kept_for_an_issuer() -> None:
    many = b"".join(ext(f"2a0{number}", bytes(900)) for number in (3, 4, 5))
    for _ in range(2):
        assert both(cert(extensions=KU + ext("2a03", bytes(3_000))))
        assert both(cert(extensions=KU + many))
    assert all(not family.layouts for family in kept.families.values())


def test_a_mould_holds_on_to_few_octets() -> None:
    """What its certificates do not share may be long; the rest is a matter of thousands of them."""
    names = ext("551d11", tlv(0x30, b"".join(tlv(0x82, b"%03d.example" % n) for n in range(300))))
    some = ext("2a03", bytes(900)) + ext("2a04", bytes(900))
    for moulds, extensions in (
        (1, KU + names + some),
        (1, KU + some + ext("2a05", bytes(900))),
        (2, KU + some),
    ):
        for _ in range(2):
            assert both(cert(extensions=extensions))
        assert moulds == len(kept._moulds)


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        (SPKI, True),
        (tlv(0x30, P256 + tlv(0x03, b"\x00\x02" + bytes(32))), True),
        (tlv(0x30, P256 + tlv(0x03, b"\x00\x04" + bytes(63))), False),
        (tlv(0x30, P256 + tlv(0x03, b"\x00\x04" + bytes(64)) + b"\x05\x00"), False),
        (tlv(0x30, P256 + tlv(0x03, b"\x04\x04" + bytes(64))), False),
        (tlv(0x30, tlv(0x30, b"\x06\x02\x2a\x03" + tlv(0x04, bytes(200))) + b"\x03\x01\x00"), False),
    ],
)  # fmt: skip
def test_a_key_of_a_known_algorithm_is_checked(key: bytes, taken: bool) -> None:  # noqa: FBT001
    assert both(cert(spki=SPKI))
    assert taken == both(cert(spki=key))


def rsa(numbers: bytes, *, unused: int = 0) -> bytes:
    return tlv(0x30, RSA + tlv(0x03, bytes([unused]) + tlv(0x30, numbers)))


MODULUS = tlv(0x02, b"\x00" + b"\xff" * 256)


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        (rsa(MODULUS + b"\x02\x01\x03"), True),
        (rsa(MODULUS + b"\x02\x03\x01\x00\x01"), True),
        (rsa(tlv(0x02, b"\x7f" * 60) + b"\x02\x01\x03"), True),
        (rsa(tlv(0x02, b"\x7f" * 140) + b"\x02\x01\x03"), True),
        (rsa(tlv(0x02, b"\x7f" * 126) + b"\x02\x01\x03"), True),
        (rsa(tlv(0x02, b"\x7f" * 120) + b"\x02\x01\x03"), True),
        (rsa(MODULUS + b"\x02\x02\x00\x03"), False),
        (rsa(MODULUS + b"\x02\x01\x00"), False),
        (rsa(MODULUS + b"\x02\x01\xff"), False),
        (rsa(MODULUS + b"\x02\x00"), False),
        (rsa(MODULUS + b"\x04\x01\x03"), False),
        (rsa(MODULUS), False),
        (rsa(MODULUS + b"\x02\x01\x03", unused=1), False),
        (rsa(tlv(0x04, bytes(256)) + b"\x02\x01\x03"), False),
        (rsa(tlv(0x02, b"\x80" * 256) + b"\x02\x01\x03"), False),
        (rsa(tlv(0x02, b"\x00" + b"\x7f" * 256) + b"\x02\x01\x03"), False),
        (tlv(0x30, RSA + tlv(0x03, b"\x00" + tlv(0x31, MODULUS + b"\x02\x01\x03"))), False),
        (tlv(0x30, RSA + tlv(0x04, b"\x00" + tlv(0x30, MODULUS + b"\x02\x01\x03"))), False),
        (tlv(0x30, RSA + tlv(0x03, b"\x00" + tlv(0x30, MODULUS + b"\x02\x01\x03") + b"\x00")), False),
    ],
)  # fmt: skip
def test_an_rsa_key_is_checked_in_place(key: bytes, taken: bool) -> None:  # noqa: FBT001
    assert both(cert(spki=rsa(MODULUS + b"\x02\x01\x03")))
    assert taken == both(cert(spki=key))


def test_a_bit_string_that_ends_elsewhere_is_no_key() -> None:
    key = tlv(0x03, b"\x00" + tlv(0x30, MODULUS + b"\x02\x01\x03"))
    assert check_rsa(key, 0, len(key))
    assert not check_rsa(key + b"\x00", 0, len(key) + 1)


@pytest.mark.parametrize(
    "memo",
    [kept.families, lists._extensions, kept._moulds, kept._rdns],
)
def test_a_full_memo_starts_afresh(memo: dict[object, object]) -> None:
    memo.update({number.to_bytes(2, "big"): None for number in range(MAX_MEMO_ENTRIES)})
    organisation = tlv(0x30, NAME[2:] + tlv(0x31, tlv(0x30, b"\x06\x03\x55\x04\x0a\x0c\x01b")))
    assert both(cert(subject=organisation))
    assert len(memo) < 10


def test_families_and_their_points_start_afresh_together() -> None:
    assert both(cert(spki=SPKI))
    (family,) = kept.families.values()
    assert list(kept.points.values()) == [[family]]
    kept.families.update({(bytes([n % 256]), bytes([n >> 8])): family for n in range(1_024)})
    organisation = tlv(0x30, tlv(0x31, tlv(0x30, b"\x06\x03\x55\x04\x0a\x0c\x01b")))
    assert both(cert(issuer=organisation))
    (other,) = kept.families.values()
    assert other is not family
    assert list(kept.points.values()) == [[other]]


def test_hours_are_kept_and_start_afresh() -> None:
    assert both(cert())
    assert 0 < len(hot._hours) <= 2
    hot._hours.update(dict.fromkeys(range(hot._MOST_HOURS), 0))
    assert both(cert())
    assert both(cert(validity=tlv(0x30, tlv(0x17, b"240101223344Z") + tlv(0x17, b"250101223344Z"))))
    assert len(hot._hours) <= 4


@pytest.mark.parametrize(
    "time",
    [b"240101223360Z", b"240101226000Z", b"240101240000Z", b"241301000000Z", b"24010100 000Z"],
)
def test_an_hour_or_second_that_is_none_is_not_kept(time: bytes) -> None:
    assert both(cert())
    for _ in range(2):
        assert not both(cert(validity=tlv(0x30, tlv(0x17, time) + tlv(0x17, b"250101223344Z"))))
    assert all(found % 3_600 == 0 for found in hot._hours.values())
    assert all(0 <= found < 3_600 for found in hot._seconds.values())


def test_another_algorithm_behind_a_list_is_left_to_the_other() -> None:
    """Whether the list was expected or is read extension by extension."""
    other = tlv(0x30, bytes.fromhex("06082a8648ce3d040303"))
    for extensions in (KU + SKI, SKI + KU):
        assert not both(cert(extensions=extensions, outer=other))
        assert both(cert(extensions=extensions))
        assert not both(cert(extensions=extensions, outer=other))


def test_large_values_are_not_kept() -> None:
    assert both(cert(extensions=ext("2a03", bytes(2_000)), issuer=tlv(0x30, NAME[2:] * 90)))
    assert ({}, {}) == (lists._extensions, kept.families)


@pytest.mark.parametrize(
    "size", [0, 5, 16, 17, 129, 130, 131, 140, 141, 142, 258, 259, 260, 70_000]
)
def test_the_head_of_an_extension_follows_from_its_size(size: int) -> None:
    oid = b"\x06\x03\x55\x1d\x11"
    head = expected_head(oid, 0x30, size)
    fits = [
        n for n in range(max(size - 24, 0), size) if len(ext("551d11", tlv(0x30, bytes(n)))) == size
    ]
    for content in fits if size < 65_000 else []:
        assert ext("551d11", tlv(0x30, bytes(content)))[: size - content] == head
    if not fits or size > 65_000:
        assert b"\xff" == head


@pytest.mark.parametrize(
    "der",
    [
        cert(serial=b"\x02\x01\x05")[:-1],
        b"\x30\x82\x00\x10" + bytes(16),
        cert(tbs(version=b"\xa0\x03\x02\x01\x01")),
        tlv(0x30, tlv(0x30, bytes(300)) + bytes(100)),
        cert(signature=b"\x03\x01\x00" + bytes(2)),
    ],
)
def test_what_does_not_look_like_a_certificate_is_left_to_the_other(der: bytes) -> None:
    assert not both(der)
