"""The 45 encodings over which certificate readers differ, in an otherwise good pair.

Each stands in the client's leaf; those that somebody may accept stand in the server's leaf
too. What is malformed or not DER is refused under every policy, whatever it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge.encodings import DEFECTS
from mtlspolicy.records import dataclass
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import ALL, dual
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "malformed": Flag(
        text="the bytes are a value of their type in no encoding",
        bug="reads something into bytes that say nothing, and may be told anything",
    ),
    "not-der": Flag(
        text="the bytes are BER and not DER (X.690, 8 to 11)",
        bug="takes one certificate for another, or hashes and compares bytes that are not unique",
    ),
    "asn1-constraint": Flag(
        text="well-formed DER that breaks a constraint of the ASN.1 module",
        bug="treats an empty or oversized value as if the extension were absent, or not there",
    ),
    "profile": Flag(
        text="well-formed, and against a rule of RFC 5280",
        bug="lets through what RFC 5280 forbids a CA to issue, or refuses it without a reason",
    ),
    "odd": Flag(
        text="legal, and rare",
        bug="refuses, or misreads, a legal certificate",
    ),
    "ordinary": Flag(
        text="nothing is odd: the pair from which the others are made",
        bug="fails every other case for another reason than the one it is about",
    ),
}

CLIENT: Final = Namespace("encoding", "odd and malformed encodings of the client's leaf", NOTES)
SERVER: Final = Namespace(
    "encoding-server",
    "odd encodings of the server's leaf that somebody may accept",
    {name: note for name, note in NOTES.items() if name not in {"malformed", "not-der"}},
)
NAMESPACES: Final = (CLIENT, SERVER)


@dataclass(frozen=True, slots=True)
class Row:
    """One encoding: its kind, what is noticed, the clause, and what each policy answers."""

    kind: str
    clause: str
    noted: tuple[str, ...]
    legacy: Expectation
    strict: Expectation
    frank: Expectation


def broken(
    kind: str,
    clause: str,
    *noted: str,
    also: tuple[str, ...] = (),
    strict: tuple[str, ...] = (),
) -> Row:
    """What no policy may accept: the codes of the bytes, and no path leads through them.

    `also` are rules that fail on what can still be read, `strict` further ones of the TLS BR.
    """
    codes = (*(code for code in noted if not code.startswith("version.")), "path.invalid", *also)
    verdict = reject(*codes)
    return Row(kind, clause, noted, verdict, reject(*codes, *strict), verdict)


MALFORMED, NOT_DER, CONSTRAINT, PROFILE, ODD = (
    "malformed",
    "not-der",
    "asn1-constraint",
    "profile",
    "odd",
)

_TWICE: Final = reject("extension.repeated", "path.invalid")
_UNREADABLE_NAME: Final = reject("san.name_unusable")

ROWS: Final = {
    "00_baseline": Row("ordinary", "RFC 5280, 4.1", (), accept(), accept(), accept()),
    # -- no policy may accept these
    "03_eku_trailing": broken(MALFORMED, "X.690, 8.1; RFC 5280, 4.2", "asn1.trailing_data"),
    "04a_nonmin_len_outer": broken(NOT_DER, "X.690, 10.1", "der.length_not_minimal"),
    "04b_nonmin_len_eku": broken(NOT_DER, "X.690, 10.1", "der.length_not_minimal"),
    "05a_indef_outer": broken(NOT_DER, "X.690, 10.1", "der.length_indefinite"),
    "05b_indef_eku": broken(NOT_DER, "X.690, 10.1", "der.length_indefinite"),
    "06_oid_leading80": broken(NOT_DER, "X.690, 8.19.2", "der.oid_padded"),
    "08c_version_0_explicit": broken(
        NOT_DER,
        "X.690, 11.5; RFC 5280, 4.1.2.1",
        "der.default_encoded",
        "version.extensions_require_v3",
        also=("version.extensions_misplaced",),
        strict=("version.not_v3",),
    ),
    "09c_serial_nonmin": broken(NOT_DER, "X.690, 8.3.2", "der.integer_not_minimal"),
    "10a_critical_false": broken(NOT_DER, "X.690, 11.5", "der.default_encoded"),
    "10b_bc_ca_false": broken(NOT_DER, "X.690, 11.5", "der.default_encoded"),
    "11_true_as_01": broken(NOT_DER, "X.690, 11.1", "der.boolean_not_canonical"),
    "11b_bc_ca_true_as_01": broken(
        NOT_DER,
        "X.690, 11.1; TLS BR, 7.1.2.7.8: no leaf is a CA",
        "der.boolean_not_canonical",
        strict=("basic_constraints.ca",),
    ),
    "15_utf8_dns": broken(MALFORMED, "RFC 5280, 4.2.1.6 (IA5String)", "asn1.string_character"),
    "16a_utctime_no_seconds": broken(NOT_DER, "X.690, 11.8.2", "time.no_seconds"),
    "16b_utctime_offset": broken(NOT_DER, "X.690, 11.8.1", "time.offset"),
    "16e_month13": broken(MALFORMED, "X.680, 47.3", "time.month"),
    "16f_feb30": broken(MALFORMED, "X.680, 47.3", "time.day"),
    "16g_second60": broken(MALFORMED, "X.680, 47.3", "time.second"),
    "17_trailing_after_cert": broken(MALFORMED, "RFC 5280, 4.1", "asn1.trailing_data"),
    "19_ku_trailing_zero_bits": broken(NOT_DER, "X.690, 11.2.2", "der.named_bits_not_minimal"),
    "21_tbs_trailing": broken(MALFORMED, "RFC 5280, 4.1", "asn1.unexpected_element"),
    "22_ext_extra_field": broken(MALFORMED, "RFC 5280, 4.1", "asn1.unexpected_element"),
    "25_oid_nonterminated": broken(MALFORMED, "X.690, 8.19.2", "asn1.oid_truncated"),
    # -- against RFC 5280 or its module, and each policy says what it makes of it
    "01_dup_eku": Row(PROFILE, "RFC 5280, 4.2", ("extension.duplicate",), _TWICE, _TWICE, _TWICE),
    "02_empty_eku": Row(
        CONSTRAINT,
        "RFC 5280, 4.2.1.12 (SIZE (1..MAX))",
        ("eku.empty",),
        reject("eku.empty", "eku.client_auth_missing"),
        reject("eku.empty", "eku.client_auth_missing", "eku.server_auth_missing"),
        reject("eku.empty", "eku.server_auth_missing"),
    ),
    "08a_v1_with_ext": Row(
        PROFILE,
        "RFC 5280, 4.1.2.9",
        ("version.extensions_require_v3",),
        reject("version.extensions_misplaced"),
        reject("version.extensions_misplaced", "version.not_v3"),
        reject("version.extensions_misplaced"),
    ),
    "08b_v2_with_ext": Row(
        PROFILE,
        "RFC 5280, 4.1.2.9",
        ("version.extensions_require_v3",),
        reject("version.extensions_misplaced"),
        reject("version.extensions_misplaced", "version.not_v3"),
        reject("version.extensions_misplaced"),
    ),
    "08d_version_4": Row(
        PROFILE,
        "RFC 5280, 4.1.2.1, and 4.1.2.9: extensions appear in version 3 only",
        ("version.unsupported",),
        reject("version.extensions_misplaced", "version.unknown"),
        reject("version.extensions_misplaced", "version.not_v3"),
        reject("version.extensions_misplaced", "version.unknown"),
    ),
    "09a_negative_serial": Row(
        PROFILE,
        "RFC 5280, 4.1.2.2: the serial number is a positive integer",
        ("serial.negative",),
        accept(),
        reject("serial.not_positive"),
        accept(),
    ),
    "09b_zero_serial": Row(
        PROFILE,
        "RFC 5280, 4.1.2.2: zero is not positive",
        ("serial.zero",),
        accept(),
        reject("serial.not_positive"),
        accept(),
    ),
    "12_san_empty_dns": Row(
        PROFILE,
        "RFC 5280, 4.2.1.6",
        ("san.dns_empty",),
        _UNREADABLE_NAME,
        _UNREADABLE_NAME,
        _UNREADABLE_NAME,
    ),
    "12b_san_empty_seq": Row(
        CONSTRAINT,
        "RFC 5280, 4.2.1.6 (SIZE (1..MAX))",
        ("san.empty",),
        reject("san.empty_list", "name.not_matched"),
        reject("san.empty_list", "san.missing"),
        reject("san.empty_list"),
    ),
    "13_nul_dns": Row(
        PROFILE,
        "RFC 5280, 4.2.1.6 (preferred name syntax)",
        ("san.dns_character",),
        _UNREADABLE_NAME,
        _UNREADABLE_NAME,
        _UNREADABLE_NAME,
    ),
    "14_ip5": Row(
        PROFILE,
        "RFC 5280, 4.2.1.6: an address has four or sixteen octets",
        ("san.ip_length",),
        _UNREADABLE_NAME,
        _UNREADABLE_NAME,
        _UNREADABLE_NAME,
    ),
    "16c_gentime_fraction": Row(
        PROFILE,
        "RFC 5280, 4.1.2.5.2: no fractional seconds, so readers differ on the instant, and most "
        "refuse it: no instant can be read, and no path is valid without one",
        ("time.fraction",),
        reject("path.invalid"),
        reject("path.invalid", "certificate.form"),
        reject("path.invalid"),
    ),
    "16d_gentime_before_2050": Row(
        PROFILE,
        "RFC 5280, 4.1.2.5: UTCTime through 2049",
        ("time.generalized_before_2050",),
        accept(),
        reject("certificate.form"),
        accept(),
    ),
    "20_empty_extensions": Row(
        CONSTRAINT,
        "RFC 5280, 4.1 (SIZE (1..MAX)); without EKU the client lists no purpose",
        ("extensions.empty",),
        reject("extension.list_empty", "name.not_matched"),
        reject("extension.list_empty", "eku.client_auth_missing"),
        reject("extension.list_empty", "eku.server_auth_missing"),
    ),
    "23_sigalg_mismatch": Row(
        PROFILE,
        "RFC 5280, 4.1.1.2",
        ("signature.algorithm_mismatch",),
        reject("signature.algorithms_differ", "path.invalid"),
        # TLS BR, 7.1.3.2.2: what is signed says SHA-512, and the signer's curve is P-256.
        reject("signature.algorithms_differ", "path.invalid", "signature.hash_not_of_curve"),
        reject("signature.algorithms_differ", "path.invalid"),
    ),
    "26_serial_33_bytes": Row(
        PROFILE,
        "RFC 5280, 4.1.2.2: at most 20 octets",
        ("serial.too_long",),
        accept(),
        reject("serial.too_large"),
        accept(),
    ),
    "27_unknown_dup_noncrit": Row(
        PROFILE, "RFC 5280, 4.2", ("extension.duplicate",), _TWICE, _TWICE, _TWICE
    ),
    # -- legal, and odd
    "07_eku_critical": Row(
        ODD,
        "RFC 5280, 4.2.1.12 leaves it to the issuer; TLS BR, 7.1.2.7.6 forbids it",
        ("eku.critical",),
        accept(),
        reject("eku.critical"),
        accept(),
    ),
    "18_unknown_critical": Row(
        ODD,
        "RFC 5280, 4.2: what is critical and not recognised is refused",
        ("extension.unknown_critical",),
        reject("extension.critical_unrecognised", "path.invalid"),
        reject("extension.critical_unrecognised", "path.invalid"),
        reject("extension.critical_unrecognised", "path.invalid"),
    ),
    "24_eku_repeated_oid": Row(
        ODD,
        "RFC 5280, 4.2.1.12 says nothing against it",
        ("eku.repeated_purpose",),
        accept(),
        accept(),
        accept(),
    ),
    "28_eku_oid_33_bytes": Row(
        ODD,
        "RFC 5280, 4.2.1.12; TLS BR, 7.1.2.7.10: another purpose is not recommended",
        ("oid.long",),
        accept(),
        accept(warnings=("eku.dual_purpose", "eku.unusual_purpose")),
        accept(),
    ),
}

ON_THE_SERVER: Final = {
    # The server's names are asked for, and its purpose is serverAuth.
    "02_empty_eku": (
        reject("eku.empty", "eku.server_auth_missing"),
        reject("eku.empty", "eku.server_auth_missing"),
        reject("eku.empty", "eku.server_auth_missing"),
    ),
    "12b_san_empty_seq": (
        reject("san.empty_list", "san.missing", "name.not_matched"),
        reject("san.empty_list", "san.missing", "name.not_matched"),
        reject("san.empty_list", "san.missing", "name.not_matched"),
    ),
    "20_empty_extensions": (
        reject("extension.list_empty", "san.missing", "name.not_matched"),
        # TLS BR, 7.1.2.7.6: five extensions are a MUST.
        reject(
            "extension.list_empty",
            "eku.missing",
            "eku.server_auth_missing",
            "san.missing",
            "name.not_matched",
            "policies.missing",
            "policies.reserved_missing",
            "aia.missing",
            "aki.missing",
            "crldp.missing",
        ),
        reject(
            "extension.list_empty", "eku.server_auth_missing", "san.missing", "name.not_matched"
        ),
    ),
}


def _name(row: str) -> str:
    return row.replace("_", "-")


def _description(row: str, entry: Row, side: str) -> str:
    text = DEFECTS[row].text
    return f"In the {side}'s leaf: {text[0].lower()}{text[1:]} {entry.clause}."


def _register(space: Namespace, side: str, row: str, verdicts: tuple[Expectation, ...]) -> None:
    entry = ROWS[row]

    def body(draft: CaseDraft) -> None:
        DEFECTS[row].change(draft.side(side).leaf)
        draft.note(side, 0, *entry.noted)
        for policy, verdict in zip(ALL, verdicts, strict=True):
            draft.expect(policy, verdict)

    space.add(
        _name(row),
        _description(row, entry, side),
        body,
        flags=(entry.kind,),
        traces=(f"ENCODING:{row}",),
        neighbour=None if row == "00_baseline" else _name("00_baseline"),
        start=dual,
    )


for _row, _entry in ROWS.items():
    _answers = (_entry.legacy, _entry.strict, _entry.frank)
    _register(CLIENT, "client", _row, _answers)
    if _entry.kind not in {MALFORMED, NOT_DER}:
        _register(SERVER, "server", _row, ON_THE_SERVER.get(_row, _answers))
