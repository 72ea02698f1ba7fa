"""Certificate candidates in a file: PEM (RFC 7468) or DER.

This module knows how to find candidates in bytes that somebody has read. It does not read
certificates, and never looks into a private key.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Final

from mtlspolicy.der.reader import read_header
from mtlspolicy.errors import InputError, NoCertificateError
from mtlspolicy.limits import MAX_FILE_CERTIFICATES
from mtlspolicy.patterns import pattern
from mtlspolicy.records import dataclass, field

if TYPE_CHECKING:
    import re

__all__ = ["CertificateFile", "split_certificates"]

_BEGIN: Final = pattern(rb"BEGIN ([ -,.-~]{1,64}?)[ \t]{0,4}-{1,5}")
_MOST_BEFORE: Final = 9
_CERTIFICATE: Final = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE"})
_NOT_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_WHITESPACE: Final = b" \t\r\n\v\f"
_NOTHING: Final = "no certificate in this file"
_TOO_MANY: Final = f"more than {MAX_FILE_CERTIFICATES} certificates in this file"
_TOO_MANY_HELP: Final = (
    "give what was presented, and no more; divide a collection into several files"
)
_MOST_WARNINGS: Final = 100


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """What a file holds: the candidates in order (DER, however broken), and warnings for people."""

    certificates: tuple[bytes, ...] = field(repr=False)
    warnings: tuple[str, ...]


def split_certificates(data: bytes) -> CertificateFile:
    """Return the certificate candidates in the content of a file.

    A file of PEM blocks gives one candidate per CERTIFICATE block; one whose base64 is
    broken gives what can be decoded, so that it is rejected and not overlooked. A file
    that begins with 0x30 is one DER candidate, with whatever follows it.
    Raises `NoCertificateError` where there is no candidate, and InputError where there are
    more than MAX_FILE_CERTIFICATES.
    """
    begin = _next_begin(data, 0)
    is_der = data[:1] == b"\x30"
    if is_der and (begin is None or not data[: begin.start()].isascii()):
        return CertificateFile((data,), ())
    certificates: list[bytes] = []
    warnings: list[str] = []
    labels: list[str] = []
    while begin:
        following = _next_begin(data, begin.end())
        label = begin[1].strip()
        labels.append(label.decode("ascii"))
        if label in _CERTIFICATE:
            if len(certificates) == MAX_FILE_CERTIFICATES:
                raise InputError(_TOO_MANY, help=_TOO_MANY_HELP)
            body, fault = _body(data, begin, following.start() if following else len(data))
            certificates.append(_decode(body, fault, len(certificates) + 1, warnings))
        else:
            warnings.append(_skipped(labels[-1]))
        begin = following
    if not certificates and is_der:
        return CertificateFile((data,), ())
    if not certificates:
        raise NoCertificateError(_NOTHING, help=_help(data, labels))
    if len(warnings) > _MOST_WARNINGS:
        warnings[_MOST_WARNINGS:] = [f"{len(warnings) - _MOST_WARNINGS} more warnings"]
    return CertificateFile(tuple(certificates), tuple(warnings))


def _next_begin(data: bytes, position: int) -> re.Match[bytes] | None:
    """Find the next begin line: a label after BEGIN, with dashes before and after."""
    for match in _BEGIN.finditer(data, position):
        if data[max(match.start() - _MOST_BEFORE, 0) : match.start()].rstrip(b" \t").endswith(b"-"):
            return match
    return None


def _body(data: bytes, begin: re.Match[bytes], stop: int) -> tuple[bytes, str]:
    """Return the text of a block that goes no further than `stop`, and what is wrong around it."""
    label = begin[1].strip()
    end = data.find(b"-----END " + label + b"-----", begin.end(), stop)
    if end < 0:
        return data[begin.end() : stop], "the block has no end line"
    exact = data[max(begin.start() - 5, 0) : begin.end()] == b"-----BEGIN " + label + b"-----"
    return data[begin.end() : end], "" if exact else "the begin line is misspelt"


def _decode(body: bytes, fault: str, number: int, warnings: list[str]) -> bytes:
    text = body.translate(None, _WHITESPACE)
    try:
        der = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        fault = fault or "the base64 is broken"
    else:
        fault = fault or ("the base64 is broken" if len(text) % 4 else "")
    if fault:
        warnings.append(f"certificate {number}: {fault}")
        der = _lenient(text)
    return der


def _lenient(text: bytes) -> bytes:
    """Decode what can be decoded, so that it can be shown and never accepted.

    Where the octets happen to be one whole element, one more makes them none.
    """
    clean = text.translate(None, _NOT_BASE64 + b"=")
    der = binascii.a2b_base64(clean[: len(clean) // 4 * 4])
    header = read_header(der, 0, len(der))
    return der + b"\x00" if header.content + header.length == len(der) else der


def _skipped(label: str) -> str:
    if "PRIVATE KEY" in label:
        return f"a block `{label}` was skipped and not read; private keys do not belong here"
    if label == "TRUSTED CERTIFICATE":
        return "a block `TRUSTED CERTIFICATE`, OpenSSL's own form, is not supported and was skipped"
    return f"a block `{label}` was skipped"


def _help(data: bytes, labels: list[str]) -> str:
    if not data:
        return "the file is empty; give certificates as PEM or DER"
    if "PKCS7" in labels or "CMS" in labels:
        return "PKCS#7 is not supported; convert it with `openssl pkcs7 -print_certs`"
    if "TRUSTED CERTIFICATE" in labels:
        return "convert it with `openssl x509 -in FILE`, which writes a plain CERTIFICATE block"
    if labels:
        return f"it holds: {', '.join(sorted(set(labels))[:5])}; a CERTIFICATE block is needed"
    return (
        "it is neither PEM with a CERTIFICATE block nor DER; PKCS#7 and PKCS#12 are not supported"
    )
