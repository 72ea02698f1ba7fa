"""Certificate candidates in a file: PEM, DER, or neither."""

# ruff: noqa: E501 - one case, one line

from __future__ import annotations

import base64

import pytest

from mtlspolicy import limits
from mtlspolicy.errors import InputError, NoCertificateError
from mtlspolicy.facts import read_certificate, split_certificates
from reader_support import cert

DER = cert()
BODY = base64.encodebytes(DER).decode().rstrip()


def block(label: str = "CERTIFICATE", body: str = BODY) -> str:
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def split(text: str) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    found = split_certificates(text.encode())
    return found.certificates, found.warnings


@pytest.mark.parametrize(
    "text",
    [
        block(),
        block().replace("\n", "\r\n"),
        block().replace("\n", "\r"),
        block("X509 CERTIFICATE"),
        "Bag Attributes\n  friendlyName: é\n" + block() + "more text\n",
        "0 certificates so far\n" + block(),
        block(body=BODY.replace("\n", "")),
        "\ufeff" + block(),
    ],
)
def test_a_block_is_a_candidate(text: str) -> None:
    assert ((DER,), ()) == split(text)


def test_blocks_keep_their_order() -> None:
    assert ((DER, b"0\x00"), ()) == split(block() + block(body="MAA="))


@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_a_private_key_is_skipped_with_a_warning(label: str) -> None:
    certificates, warnings = split(block(label, "not even base64 !") + block())
    assert ((DER,), 1) == (certificates, len(warnings))
    assert "skipped and not read" in warnings[0]
    assert "not even" not in warnings[0]


def test_other_blocks_are_skipped_with_a_warning() -> None:
    assert ((DER,), ("a block `X509 CRL` was skipped",)) == split(block("X509 CRL") + block())
    assert "not supported" in split(block("TRUSTED CERTIFICATE") + block())[1][0]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (block(body=BODY[:-1]), "the base64 is broken"),
        (block(body=BODY + "*"), "the base64 is broken"),
        (block(body="Proc-Type: 4\n\n" + BODY), "the base64 is broken"),
        (block(body="A" + BODY), "the base64 is broken"),
        (block().replace("-----END CERTIFICATE-----", ""), "the block has no end line"),
        (block().replace("-----END CERTIFICATE-----", "-----END X-----"), "the block has no end line"),
        (block().replace("-----BEGIN", "----BEGIN"), "the begin line is misspelt"),
        (block().replace("BEGIN CERTIFICATE", "BEGIN CERTIFICATE "), "the begin line is misspelt"),
    ],
)  # fmt: skip
def test_a_broken_block_is_a_candidate_that_is_refused(text: str, warning: str) -> None:
    certificates, warnings = split(text + block())
    assert (2, (f"certificate 1: {warning}",)) == (len(certificates), warnings)
    assert not read_certificate(certificates[0]).well_formed
    assert DER == certificates[1]


@pytest.mark.parametrize("length", range(1, 12))
def test_no_certificate_in_a_broken_block_is_ever_whole(length: int) -> None:
    for der in (cert(serial=bytes([2, n]) + b"\x05" * n) for n in (1, 2, 3)):
        body = base64.b64encode(der).decode()
        for text in (body + "A" * length, body[: -length or None], body + "END" * length):
            (candidate,), warnings = split("-----BEGIN CERTIFICATE-----\n" + text)
            assert (False, 1) == (read_certificate(candidate).well_formed, len(warnings))


def test_an_empty_block_is_a_candidate_that_is_refused() -> None:
    assert ((b"",), ()) == split(block(body=""))
    (candidate,), warnings = split(block(body="!"))
    assert (False, 1) == (read_certificate(candidate).well_formed, len(warnings))


@pytest.mark.parametrize(
    "data", [DER, DER + b"\n", b"\x30", b"0 what is this?", DER + block().encode()]
)
def test_a_file_that_begins_like_der_is_one_candidate(data: bytes) -> None:
    assert ((data,), ()) == (
        split_certificates(data).certificates,
        split_certificates(data).warnings,
    )


def test_der_that_looks_like_a_block_inside_is_still_der() -> None:
    data = b"0" + block("NOTE").encode()
    assert (data,) == split_certificates(data).certificates


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"),
        ("hello", "neither PEM"),
        ("\x01\x02", "neither PEM"),
        (block("PKCS7"), "PKCS#7 is not supported"),
        (block("CMS"), "PKCS#7 is not supported"),
        (block("TRUSTED CERTIFICATE"), "openssl x509"),
        (block("PRIVATE KEY"), "it holds: PRIVATE KEY"),
        ("-----BEGIN -----", "neither PEM"),
    ],
)
def test_a_file_without_a_candidate_is_refused_with_help(text: str, hint: str) -> None:
    with pytest.raises(NoCertificateError, match="no certificate") as caught:
        split(text)
    assert hint in caught.value.help


def test_warnings_are_bounded() -> None:
    _, warnings = split(block("A", "") * 150 + block())
    assert (101, "50 more warnings") == (len(warnings), warnings[-1])


@pytest.mark.parametrize(
    "piece", ["-", "-----BEGIN ", "-----BEGIN A-----\n", "BEGIN A-", "- BEGIN"]
)
def test_a_file_of_nothing_but_dashes_and_begins_has_no_candidate(piece: str) -> None:
    with pytest.raises(NoCertificateError):
        split(piece * (200_000 // len(piece)))


def test_many_blocks_without_end_are_as_many_candidates() -> None:
    most = limits.MAX_FILE_CERTIFICATES
    certificates, warnings = split("-----BEGIN CERTIFICATE-----\n" * most)
    assert (most, 101) == (len(certificates), len(warnings))
    assert not read_certificate(certificates[0]).well_formed


def test_blocks_beyond_the_bound_are_not_taken() -> None:
    """Blocks that are skipped do not count; a cut list could be taken for the whole one."""
    begin = "-----BEGIN CERTIFICATE-----\n" * limits.MAX_FILE_CERTIFICATES
    assert limits.MAX_FILE_CERTIFICATES == len(split(begin + block("X509 CRL"))[0])

    with pytest.raises(InputError, match="more than 4096 certificates") as caught:
        split(begin + block())
    assert not isinstance(caught.value, NoCertificateError)


def test_begin_without_dashes_before_it_is_text() -> None:
    assert ((DER,), ()) == split("BEGIN X-----\nwe BEGIN CERTIFICATE-----\n" + block())
