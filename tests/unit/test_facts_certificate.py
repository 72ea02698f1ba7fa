"""The facts as a value, and the outer shape of a certificate (RFC 5280, 4.1)."""

# ruff: noqa: E501 - one case, one line

from __future__ import annotations

import copy
import pickle

import pytest

from mtlspolicy.der.writer import tlv
from mtlspolicy.facts import read as reading
from mtlspolicy.facts import read_certificate, read_certificate_cached
from mtlspolicy.facts.certificate import UNREADABLE, Certificate, Unreadable
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import forget
from mtlspolicy.facts.read import forget_certificates
from mtlspolicy.limits import MAX_CERTIFICATE_BYTES, MAX_EXTENSIONS, MAX_MEMO_ENTRIES, MAX_RDNS
from reader_support import (
    EC_SHA256,
    NAME,
    P256,
    SPKI,
    VALIDITY,
    cert,
    codes,
    ext,
    forged,
    read,
    tbs,
)  # fmt: skip

BASELINE = "00_baseline"


@pytest.fixture(params=[BASELINE, "01_dup_eku"])
def certificate(request: pytest.FixtureRequest) -> Certificate:
    return read_certificate(forged()[request.param])


def test_certificates_are_equal_where_their_octets_are(certificate: Certificate) -> None:
    again = read_certificate(certificate.der)
    other = read_certificate(b"")
    assert (True, True, False, False) == (
        certificate == again, hash(certificate) == hash(again), certificate == other, certificate == 1,
    )  # fmt: skip


def test_a_certificate_cannot_be_changed(certificate: Certificate) -> None:
    with pytest.raises(AttributeError, match="cannot be changed: `serial`"):
        certificate.serial = 1
    with pytest.raises(AttributeError, match="cannot be changed: `serial`"):
        del certificate.serial
    with pytest.raises(AttributeError, match="no `colour`"):
        certificate.colour  # type: ignore[attr-defined]  # noqa: B018


def test_a_certificate_is_copied_as_its_octets(certificate: Certificate) -> None:
    for other in (pickle.loads(pickle.dumps(certificate)), copy.deepcopy(certificate)):  # noqa: S301
        assert (certificate, certificate.notes) == (other, other.notes)


def test_a_certificate_shows_its_subject() -> None:
    assert "subject=Name(" in repr(read_certificate(forged()[BASELINE]))
    assert "well_formed=False" in repr(read_certificate(b""))


def test_fields_are_built_once() -> None:
    one = read_certificate(forged()[BASELINE])
    for name in ("subject", "public_key", "extensions", "subject_alt_name"):
        assert getattr(one, name) is getattr(one, name)
    assert one.find("2.5.29.17") is one.subject_alt_name


def test_finding_extensions() -> None:
    plain, twice = read_certificate(forged()[BASELINE]), read_certificate(forged()["01_dup_eku"])
    assert plain.find("2.5.29.37") == plain.extended_key_usage
    assert plain.find("1.2.3") is None
    assert (UNREADABLE, UNREADABLE) == (twice.find("2.5.29.37"), twice.extended_key_usage)
    assert UNREADABLE is read_certificate(b"").find("2.5.29.37")


def test_the_cache_gives_the_same_facts() -> None:
    forget_certificates()
    first = read_certificate_cached(forged()[BASELINE])
    assert first is read_certificate_cached(forged()[BASELINE])
    forget_certificates()
    assert first is not read_certificate_cached(forged()[BASELINE])


def test_the_cache_is_bounded_in_number() -> None:
    forget_certificates()
    for number in range(MAX_MEMO_ENTRIES + 1):
        read_certificate_cached(number.to_bytes(2, "big"))
    assert (1, 2) == (len(reading._cache.facts), reading._cache.octets)


def test_the_cache_is_bounded_in_octets() -> None:
    forget_certificates()
    for number in range(6):
        read_certificate_cached(bytes([number]) * MAX_CERTIFICATE_BYTES)
    assert 2 == len(reading._cache.facts)


def test_the_parts_are_the_exact_octets() -> None:
    body = tbs()
    read_one = read(cert(body, signature=b"\x03\x03\x00\x01\x02"))
    assert (body, b"\x01\x02", EC_SHA256) == (
        read_one.tbs, read_one.signature, read_one.signature_algorithm.der,  # type: ignore[union-attr]
    )  # fmt: skip


def all_unreadable(certificate: Certificate) -> bool:
    names = ("version", "serial", "issuer", "subject", "not_before", "not_after", "public_key")
    more = (
        "extensions",
        "extended_key_usage",
        "key_usage",
        "basic_constraints",
        "subject_alt_name",
    )
    return all(getattr(certificate, name) is UNREADABLE for name in names + more)


@pytest.mark.parametrize(
    ("der", "expected"),
    [
        (b"", ["asn1.missing_element"]),
        (b"\x30", ["asn1.truncated"]),
        (b"\x31\x00", ["asn1.tag"]),
        (b"\x30\x00", ["asn1.missing_element"] * 3),
        (b"\x30\x02\x31\x00", ["asn1.tag", "asn1.missing_element", "asn1.missing_element"]),
        (b"\x30" + b"\x00" * MAX_CERTIFICATE_BYTES, ["limit.certificate_bytes"]),
    ],
)
def test_what_is_no_certificate_is_unreadable(der: bytes, expected: list[str]) -> None:
    certificate = read(der)
    assert (expected, False, True) == (
        codes(certificate), certificate.well_formed, all_unreadable(certificate),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("version", "expected", "codes_expected"),
    [
        (b"\xa0\x03\x02\x01\x02", 3, []),
        (b"", 1, ["version.extensions_require_v3"]),
        (b"\xa0\x03\x02\x01\x01", 2, ["version.extensions_require_v3"]),
        (b"\xa0\x03\x02\x01\x00", 1, ["der.default_encoded", "version.extensions_require_v3"]),
        (b"\xa0\x03\x02\x01\x03", 4, ["version.unsupported"]),
        (b"\xa0\x03\x02\x01\xff", 0, ["version.unsupported", "version.extensions_require_v3"]),
        (b"\xa0\x03\x01\x01\xff", UNREADABLE, ["asn1.tag"]),
        (b"\xa0\x02\x02\x00", UNREADABLE, ["asn1.integer_empty"]),
        (b"\xa0\x00", UNREADABLE, ["asn1.missing_element"]),
        (b"\xa0\x05\x02\x01\x02\x05\x00", 3, ["asn1.unexpected_element"]),
    ],
)
def test_versions(version: bytes, expected: int | Unreadable, codes_expected: list[str]) -> None:
    certificate = read(cert(version=version))
    assert (expected, codes_expected) == (certificate.version, codes(certificate))


def test_a_version_that_has_no_end_ends_the_reading() -> None:
    certificate = read(cert(b"\x30\x03\xa0\xff\x00"))
    assert (UNREADABLE, UNREADABLE) == (certificate.version, certificate.extensions)
    assert "asn1.length_reserved" in codes(certificate)


@pytest.mark.parametrize(
    ("serial", "expected", "octets", "codes_expected"),
    [
        (b"\x02\x01\x05", 5, 1, []),
        (b"\x02\x02\x00\x80", 128, 2, []),
        (b"\x02\x14" + b"\x7f" * 20, int.from_bytes(b"\x7f" * 20, "big"), 20, []),
        (b"\x02\x15" + b"\x01" * 21, int.from_bytes(b"\x01" * 21, "big"), 21, ["serial.too_long"]),
        (b"\x02\x01\x00", 0, 1, ["serial.zero"]),
        (b"\x02\x01\xfe", -2, 1, ["serial.negative"]),
        (b"\x02\x02\x00\x05", 5, 2, ["der.integer_not_minimal"]),
        (b"\x02\x00", UNREADABLE, 0, ["asn1.integer_empty"]),
        (b"\x04\x01\x05", UNREADABLE, 0, ["asn1.tag"]),
    ],
)
def test_serial_numbers(
    serial: bytes, expected: int | Unreadable, octets: int, codes_expected: list[str]
) -> None:
    certificate = read(cert(serial=serial))
    assert (expected, octets, codes_expected) == (
        certificate.serial, certificate.serial_octets, codes(certificate),
    )  # fmt: skip


def validity(*times: bytes) -> bytes:
    return tlv(0x30, b"".join(times))


UTC = tlv(0x17, b"260401000000Z")
LATE = tlv(0x18, b"20500101000000Z")


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (VALIDITY, []),
        (validity(UTC, UTC), []),
        (validity(UTC, LATE), []),
        (validity(LATE, LATE), []),
        (validity(UTC, tlv(0x18, b"20491231235959Z")), ["time.generalized_before_2050"]),
        (validity(LATE, UTC), ["validity.inverted"]),
        (validity(tlv(0x17, b"260402000000Z"), UTC), ["validity.inverted"]),
        (validity(UTC), ["asn1.missing_element"]),
        (validity(UTC, UTC, UTC), ["asn1.unexpected_element"]),
        (validity(UTC, tlv(0x16, b"260401000000Z")), ["asn1.tag"]),
        (validity(UTC, tlv(0x17, b"260401000000+")), ["time.form"]),
        (validity(tlv(0x17, b"26040100000Z0"), UTC), ["time.form"]),
        (validity(tlv(0x17, b"2604010000+00"), UTC), ["time.form"]),
        (validity(tlv(0x17, b"260401006000Z"), UTC), ["time.minute"]),
        (validity(tlv(0x17, b"260401000060Z"), UTC), ["time.second"]),
        (validity(tlv(0x17, b"26040100000aZ"), UTC), ["time.form"]),
        (validity(UTC, tlv(0x18, b"20501301000000Z")), ["time.month"]),
        (validity(UTC, tlv(0x18, b"20500101000000.5Z")), ["time.fraction"]),
        (tlv(0x31, UTC + UTC), ["asn1.tag"]),
        (tlv(0x30, UTC + LATE + bytes(120)), ["asn1.unexpected_element"]),
    ],
)
def test_validity(encoded: bytes, expected: list[str]) -> None:
    assert expected == codes(read(cert(validity=encoded)))


def test_midnight_of_the_epoch_is_a_time_like_any_other() -> None:
    epoch = read(cert(validity=validity(tlv(0x17, b"700101000000Z"), UTC)))
    assert (0, 1_775_001_600) == (epoch.not_before, epoch.not_after)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"issuer": b"\x30\x00"}, ["issuer.empty"]),
        ({"subject": b"\x30\x00"}, []),
        ({"subject": b"\x31\x00"}, ["asn1.tag"]),
        ({"subject": tlv(0x31, bytes(200))}, ["asn1.tag"]),
        ({"subject": tlv(0x30, NAME[2:] * 12)}, []),
        ({"issuer": tlv(0x30, NAME[2:] * 12)}, []),
        ({"issuer": b"\x31\x00"}, ["asn1.tag"]),
        ({"inner": b"\x30\x00"}, ["asn1.missing_element"]),
        ({"inner": b"\x30\x02\x05\x00"}, ["asn1.tag"]),
        ({"inner": EC_SHA256[:-1] + b"\x03"}, ["signature.algorithm_mismatch"]),
        ({"inner": tlv(0x30, EC_SHA256[2:] + b"\x05\x00")}, ["signature.algorithm_mismatch"]),
        ({"inner": tlv(0x30, EC_SHA256[2:] + b"\x05\x00\x05\x00")}, ["asn1.unexpected_element", "signature.algorithm_mismatch"]),
        ({"inner": tlv(0x30, EC_SHA256[2:] + b"\x05\xff")}, ["asn1.length_reserved", "signature.algorithm_mismatch"]),
        ({"outer": b"\x05\x00"}, ["asn1.tag"]),
        ({"outer": EC_SHA256 + b"\x05\x00"}, ["asn1.tag", "asn1.unexpected_element"]),
        ({"signature": b"\x03\x01\x00"}, []),
        ({"signature": b"\x03\x00"}, ["asn1.bit_string_empty"]),
        ({"signature": b"\x03\x02\x04\x10"}, ["signature.unused_bits"]),
        ({"signature": b"\x04\x02\x00\x10"}, ["asn1.tag"]),
        ({"signature": b""}, ["asn1.missing_element"]),
        ({"signature": b"\x03\x81\x81" + bytes(129)}, []),
        ({"tail": b"\x05\x00"}, ["asn1.unexpected_element"]),
        ({"unique": b"\x81\x02\x00\x01\x82\x02\x00\x02"}, []),
        ({"unique": b"\x81\x02\x00\x01", "version": b"\xa0\x03\x02\x01\x01", "extensions": b""}, []),
        ({"unique": b"\x82\x00"}, ["asn1.bit_string_empty"]),
        ({"unique": b"\x81\x02\x00\x01", "version": b"", "extensions": b""}, ["version.unique_ids_require_v2"]),
        ({"unique": b"\x81\xff", "extensions": b""}, ["asn1.length_reserved"]),
        ({"extensions": b""}, []),
        ({"extensions": b"", "rest": b"\xa3\x00"}, ["asn1.missing_element"]),
        ({"extensions": b"", "rest": b"\xa3\x02\x30\x00"}, ["extensions.empty"]),
        ({"extensions": b"", "rest": b"\xa3\x02\x31\x00"}, ["asn1.tag"]),
        ({"extensions": b"", "rest": b"\xa3\x04\x30\x00\x05\x00"}, ["extensions.empty", "asn1.unexpected_element"]),
        ({"extensions": b"", "rest": b"\xa3\xff"}, ["asn1.length_reserved"]),
        ({"extensions": b"\x05\x00"}, ["asn1.tag"]),
        ({"extensions": b"\x30\x01"}, ["asn1.truncated", "asn1.missing_element", "asn1.missing_element"]),
        ({"extensions": ext("551d25", b"\x30\x00") * 2}, ["eku.empty", "extension.duplicate", "eku.empty"]),
    ],
)  # fmt: skip
def test_the_outer_shape(parts: dict[str, bytes], expected: list[str]) -> None:
    assert sorted(expected) == sorted(codes(read(cert(**parts))))


def test_a_small_certificate_takes_the_short_way_too() -> None:
    assert (3, ()) == (read(cert()).version, read(cert()).notes)


def test_unique_identifiers_are_told() -> None:
    certificate = read(cert(unique=b"\x82\x02\x00\x01"))
    assert (False, True) == (certificate.issuer_unique_id, certificate.subject_unique_id)


def unknown(number: int) -> bytes:
    return ext(
        f"2a03{number >> 7 | 0x80:02x}{number & 127:02x}" if number > 127 else f"2a03{number:02x}",
        b"",
    )


@pytest.mark.parametrize("count", [1, 20, MAX_EXTENSIONS, MAX_EXTENSIONS + 1])
def test_the_number_of_extensions_is_bounded(count: int) -> None:
    block = b"".join(unknown(number) for number in range(count))
    certificate = read(cert(extensions=block))
    if count > MAX_EXTENSIONS:
        assert (["limit.extensions"], UNREADABLE) == (codes(certificate), certificate.extensions)
    else:
        assert ([], count) == (codes(certificate), len(certificate.extensions))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, MAX_RDNS, MAX_RDNS + 1])
def test_the_parts_of_a_name_are_bounded(count: int) -> None:
    subject = tlv(0x30, NAME[2:] * count)
    expected = [] if count <= MAX_RDNS else ["limit.rdns"]
    assert expected == codes(read(cert(subject=subject)))


def test_more_departures_than_are_listed_refuse_the_certificate() -> None:
    names = b"\x82\x00" * 2000
    certificate = read(cert(extensions=ext("551d11", tlv(0x30, names))))
    assert (1001, False) == (len(certificate.notes), certificate.well_formed)


def test_a_key_in_the_long_form_of_lengths() -> None:
    longer = tlv(0x30, P256 + tlv(0x03, b"\x00\x04" + bytes(128)))
    assert ["key.point"] == codes(read(cert(spki=longer)))
    assert [] == codes(read(cert(spki=SPKI)))


SAN = ext("551d11", tlv(0x30, tlv(0x82, b"a.example") + tlv(0x82, b"b.example")))


def test_the_names_are_told_in_place_until_they_are_built() -> None:
    certificate = read_certificate(cert(extensions=SAN))
    assert tlv(0x82, b"a.example") + tlv(0x82, b"b.example") == certificate.names_in_place()
    assert certificate.subject_alt_name is not None
    assert None is certificate.names_in_place()
    assert None is read_certificate(cert()).names_in_place()
    assert None is read_certificate(forged()["01_dup_eku"]).names_in_place()


def test_what_recurs_is_shared_among_certificates_of_one_issuer() -> None:
    forget()
    every = [read_certificate(cert(extensions=SAN, serial=bytes([2, 1, n]))) for n in (1, 2, 3)]
    assert every[1].recurring is every[2].recurring
    assert ["2.5.29.17"] == list(every[0].recurring or ())
    assert None is read_certificate(forged()["01_dup_eku"]).recurring


def test_the_algorithm_of_an_ec_key_is_told_in_place() -> None:
    certificate = read_certificate(cert())
    key = certificate.public_key
    assert key.algorithm == certificate.key_in_place  # type: ignore[union-attr]
    other = tlv(0x30, bytes.fromhex("300506032b6570") + tlv(0x03, bytes(33)))
    assert None is read_certificate(cert(spki=other)).key_in_place
    assert None is read_certificate(forged()["01_dup_eku"]).key_in_place


def test_timestamps_and_subject_are_told_in_place_until_they_are_built() -> None:
    lists = b"\x00\x31\x00\x2f\x00" + bytes(32) + (1_700_000_000_000).to_bytes(8, "big") + bytes(6)
    sct = ext("2b06010401d679020402", tlv(0x04, lists))
    explained = explain_certificate(cert())
    certificate = read_certificate(cert(extensions=SAN + sct))
    assert [1_700_000_000_000] == certificate.timestamps_in_place()
    assert None is not certificate.find("1.3.6.1.4.1.11129.2.4.2")
    assert None is certificate.timestamps_in_place() is explained.timestamps_in_place()
    assert (b"", b"a") == certificate.subject_in_place()
    twice = read_certificate(cert(subject=tlv(0x30, NAME[2:] + NAME[2:])))
    assert None is twice.subject_in_place() is explained.subject_in_place()
    with pytest.raises(AttributeError):
        explained.later("subject")
