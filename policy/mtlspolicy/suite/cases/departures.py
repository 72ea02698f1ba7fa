"""Departures that a reader has to notice, each alone in the client's leaf.

What `encoding` and `hostile` do not show: constraints of ASN.1 modules and rules of
RFC 5280 about extensions that TLS verifiers seldom look into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensions import DistributionPoint, Sct
from mtlspolicy.forge.keys import key
from mtlspolicy.forge.names import EMPTY
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY, STRICT, dual, ordinary
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

    Edit = Callable[[CertificateDraft], None]

NOTES: Final = {
    "malformed": Flag(
        text="the bytes say nothing, or more than a reader looks at",
        bug="reads something into bytes that say nothing",
    ),
    "not-der": Flag(text="the bytes are BER and not DER", bug="takes one certificate for another"),
    "asn1-constraint": Flag(
        text="well-formed DER that breaks a constraint of the ASN.1 module",
        bug="does not notice what the module forbids",
    ),
    "profile": Flag(
        text="well-formed, and against a rule of RFC 5280",
        bug="does not notice what RFC 5280 forbids, or refuses it without a reason",
    ),
    "odd": Flag(text="legal, and rare", bug="refuses, or misreads, a legal certificate"),
    "ordinary": Flag(
        text="nothing is odd",
        bug="fails every other case for another reason than the one it is about",
    ),
}

SPACE: Final = Namespace("departures", "departures that a reader has to notice", NOTES)
NAMESPACES: Final = (SPACE,)

_CONSTRAINT, _PROFILE = "asn1-constraint", "profile"
_WARNED: Final = accept()


def _row(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
    name: str,
    kind: str,
    clause: str,
    text: str,
    edit: Edit,
    noted: str | tuple[str, ...],
    strict: Expectation,
    legacy: Expectation | None = None,
) -> None:
    codes = (noted,) if isinstance(noted, str) else noted

    def body(draft: CaseDraft) -> None:
        edit(draft.client.leaf)
        draft.note("client", 0, *codes)
        draft.expect(STRICT, strict)
        draft.expect(LEGACY, accept() if legacy is None else legacy)

    SPACE.add(
        name,
        f"The client's leaf {text} ({clause}).",
        body,
        flags=(kind,),
        traces=(clause.replace("RFC 5280, ", "RFC5280:"),),
        neighbour="ordinary",
        start=dual,
    )


def _nothing_odd(draft: CaseDraft) -> None:
    draft.note("client", 0)
    draft.note("client", 1)
    draft.expect(STRICT, LEGACY, accept())


SPACE.add(
    "ordinary",
    "There is nothing to notice in the client's certificates (RFC 5280, 4.1).",
    _nothing_odd,
    flags=("ordinary",),
    traces=("RFC5280:4.1",),
    start=dual,
)


def _set(oid: str, value: bytes, *, critical: bool = False) -> Edit:
    return lambda leaf: leaf.set_extension(oid, value, critical=critical)


def _names(*names: extensions.GeneralNameSpec) -> Edit:
    return lambda leaf: leaf.set_names(("dns", "client.example.com"), *names)


# -- extensions

_row(
    "eku-critical",
    "odd",
    "RFC 5280, 4.2.1.12",
    "has a critical extended key usage",
    lambda leaf: leaf.set_purposes("serverAuth", "clientAuth", critical=True),
    "eku.critical",
    reject("eku.critical"),
)
_row(
    "named-bits-beyond-the-list",
    _CONSTRAINT,
    "RFC 5280, 4.2.1.3",
    "has a key usage with a tenth bit, which has no name",
    _set("keyUsage", writer.bit_string(b"\x80\x40", 6).encode(), critical=True),
    "bits.unnamed",
    reject("key_usage.bits"),
)
_row(
    "authority-key-issuer-without-serial",
    _PROFILE,
    "RFC 5280, 4.2.1.1",
    "names its issuer's issuer without a serial number",
    _set(
        "authorityKeyIdentifier",
        extensions.authority_key_identifier(
            key("p256-9").key_identifier, [("dns", "issuer.example.com")]
        ),
    ),
    "aki.issuer_without_serial",
    reject("aki.form"),
)
_row(
    "distribution-point-without-name",
    _PROFILE,
    "RFC 5280, 4.2.1.13",
    "has a distribution point of reasons alone",
    _set(
        "cRLDistributionPoints",
        extensions.crl_distribution_points(DistributionPoint(reasons=("keyCompromise",))),
    ),
    "crldp.no_name",
    reject("crldp.form"),
)
_row(
    "notice-too-long",
    _CONSTRAINT,
    "RFC 5280, 4.2.1.4",
    "has a notice for users of 201 characters",
    _set(
        "certificatePolicies",
        extensions.certificate_policies(("2.23.140.1.2.1", [("notice", "x" * 201)])),
    ),
    "policies.text_length",
    reject("policies.qualifier_not_allowed"),
)
_row(
    "policy-constraints-empty",
    _PROFILE,
    "RFC 5280, 4.2.1.11",
    "has policy constraints that say nothing",
    _set("policyConstraints", extensions.policy_constraints(), critical=True),
    "policy_constraints.empty",
    accept(),
)
_row(
    "name-constraints-empty",
    _PROFILE,
    "RFC 5280, 4.2.1.10",
    "has name constraints that say nothing",
    _set("nameConstraints", extensions.name_constraints(), critical=True),
    "name_constraints.empty",
    reject("extension.name_constraints"),
)
_row(
    "name-constraints-address",
    _PROFILE,
    "RFC 5280, 4.2.1.10",
    "has a name constraint of five octets for an address and its mask",
    _set("nameConstraints", extensions.name_constraints([("ip", bytes(5))]), critical=True),
    "name_constraints.ip_length",
    reject("extension.name_constraints"),
)


def _distant() -> bytes:
    """Name constraints whose only subtree begins one level below its base."""
    base = extensions.general_name("dns", "example.com")
    minimum = writer.implicit(0, writer.integer(1))
    subtrees = writer.sequence(writer.sequence(base, minimum))
    return writer.sequence(writer.implicit(0, subtrees)).encode()


_row(
    "name-constraints-distance",
    _PROFILE,
    "RFC 5280, 4.2.1.10",
    "has a name constraint with a minimum of one",
    _set("nameConstraints", _distant(), critical=True),
    "name_constraints.distance",
    reject("extension.name_constraints"),
)
_row(
    "email-empty",
    _PROFILE,
    "RFC 5280, 4.2.1.6",
    "has an empty rfc822Name",
    _names(("email", "")),
    "san.text_empty",
    reject("san.type_not_allowed"),
)
_row(
    "uri-control-character",
    _PROFILE,
    "RFC 5280, 4.2.1.6",
    "has a line break in a URI",
    _names(("uri", "https://client.example.com/\n")),
    "san.text_character",
    reject("san.type_not_allowed"),
)


def _timestamps(*stamps: Sct) -> Edit:
    return _set("signedCertificateTimestamps", extensions.signed_certificate_timestamps(*stamps))


_row(
    "timestamp-of-another-version",
    "odd",
    "RFC 6962, 3.2",
    "has a timestamp of version 2, of which nothing but the version can be told",
    _timestamps(Sct("log one", 1_775_005_200_000, version=1)),
    "sct.version",
    reject("sct.form"),
)
_row(
    "timestamps-do-not-add-up",
    "malformed",
    "RFC 6962, 3.3",
    "has a list of timestamps whose length is not that of its entries",
    _set("signedCertificateTimestamps", writer.octet_string(b"\x00\x05\x00\x01\x00").encode()),
    "sct.structure",
    reject("sct.structure", "path.invalid"),
    reject("sct.structure", "path.invalid"),
)

# -- keys, names, times, versions, serial numbers


def _key(spki: bytes) -> Edit:
    return lambda leaf: setattr(leaf, "spki_der", spki)


def _edwards(octets: int) -> bytes:
    algorithm = writer.sequence(writer.oid("1.3.101.112"))
    return writer.sequence(algorithm, writer.bit_string(bytes(octets))).encode()


def _rsa(modulus: int) -> bytes:
    algorithm = writer.sequence(writer.oid("1.2.840.113549.1.1.1"), writer.null())
    numbers = writer.sequence(writer.integer(modulus), writer.integer(65_537)).encode()
    return writer.sequence(algorithm, writer.bit_string(numbers)).encode()


_row(
    "edwards-key-too-short",
    _PROFILE,
    "RFC 8410, 4",
    "has an Ed25519 key of 31 octets",
    _key(_edwards(31)),
    "key.length",
    reject("key.malformed", "key.kind_not_allowed", "key.encoding"),
    reject("key.malformed"),
)
_row(
    "rsa-modulus-negative",
    "malformed",
    "RFC 3279, 2.3.1",
    "has a negative RSA modulus",
    _key(_rsa(-(2**2047))),
    "key.number",
    reject("key.number", "path.invalid"),
    reject("key.number", "path.invalid"),
)
_row(
    "issuer-empty",
    _PROFILE,
    "RFC 5280, 4.1.2.4",
    "names no issuer",
    lambda leaf: setattr(leaf, "issuer", EMPTY),
    "issuer.empty",
    reject("path.invalid", "certificate.form"),
    reject("path.invalid", "certificate.form"),
)


def _time(text: bytes) -> Edit:
    return lambda leaf: setattr(leaf, "not_before_node", writer.primitive(0x17, text))


_row(
    "minute-60",
    "malformed",
    "X.680, 46 and 47",
    "is valid from a minute 60 on",
    _time(b"260401006000Z"),
    "time.minute",
    reject("time.minute", "path.invalid"),
    reject("time.minute", "path.invalid"),
)


def _fraction(leaf: CertificateDraft) -> None:
    leaf.not_before_node = writer.primitive(0x18, b"20260401000000.50Z")


_row(
    "fraction-with-a-zero",
    "not-der",
    "X.690, 11.7",
    "has a fraction of a second that ends with a zero",
    _fraction,
    ("time.fraction_form", "time.fraction"),
    reject("time.fraction_form", "path.invalid", "certificate.form"),
    reject("time.fraction_form", "path.invalid"),
)


def _old_with_identifier(leaf: CertificateDraft) -> None:
    leaf.version = 1
    leaf.extensions.clear()
    leaf.subject_unique_id = b"\x01"


_row(
    "unique-identifier-in-version-1",
    _PROFILE,
    "RFC 5280, 4.1.2.8",
    "is of version 1, and has a unique identifier",
    _old_with_identifier,
    "version.unique_ids_require_v2",
    # Without extensions it is a private client's, and lists no purpose; nor does it carry a name.
    reject("eku.client_auth_missing"),
    reject("name.not_matched"),
)
_row(
    "serial-of-5000-octets",
    "malformed",
    "RFC 5280, 4.1.2.2",
    "has a serial number of 5,000 octets, more than a reader makes a number of",
    lambda leaf: setattr(leaf, "serial", 1 << 8 * 5_000 - 2),
    "limit.integer_bytes",
    reject("limit.integer_bytes", "path.invalid"),
    reject("limit.integer_bytes", "path.invalid"),
)


def _strays(leaf: CertificateDraft) -> None:
    """Add a key purpose with a padded arc, 1,001 times."""
    padded = writer.oid("0.0").with_content(b"\x2b\x80\x01")
    usage = writer.sequence(*([padded] * 1_001))
    leaf.set_extension("extKeyUsage", usage.encode())


_row(
    "a-thousand-departures",
    "malformed",
    "X.690, 8.19.2",
    "has more departures than are listed",
    _strays,
    ("der.oid_padded", "limit.notes"),
    reject(
        "limit.notes",
        "der.oid_padded",
        "path.invalid",
        "eku.client_auth_missing",
        "eku.server_auth_missing",
    ),
    reject("limit.notes", "der.oid_padded", "path.invalid", "eku.client_auth_missing"),
)


def _huge_tag(leaf: CertificateDraft) -> None:
    usage = writer.sequence(writer.raw(b"\x1f\x81\x81\x81\x81\x01\x00"))
    leaf.set_extension("extKeyUsage", usage.encode())


_row(
    "tag-number-of-five-octets",
    "malformed",
    "X.690, 8.1.2.4",
    "has a tag number that takes five octets among its key purposes",
    _huge_tag,
    "asn1.tag_number",
    reject("asn1.tag_number", "path.invalid"),
    reject("asn1.tag_number", "path.invalid"),
)


def _unreadable_usage(leaf: CertificateDraft) -> None:
    constraint = writer.sequence(writer.integer(-1))
    leaf.set_extension("basicConstraints", constraint.encode(), critical=True)


_row(
    "path-length-alone-and-negative",
    _CONSTRAINT,
    "RFC 5280, 4.2.1.9: INTEGER (0..MAX)",
    "has a negative path length and is no CA",
    _unreadable_usage,
    "asn1.integer_negative",
    reject("path.invalid", reasons={"client": ["path.unreadable"]}),
    reject("path.invalid", reasons={"client": ["path.unreadable"]}),
)

# -- a private client without a subject


def _nameless(*, critical: bool) -> Callable[[CaseDraft], None]:
    def body(draft: CaseDraft) -> None:
        draft.client.leaf.subject = EMPTY
        draft.client.leaf.set_names(("dns", "client.example.com"), critical=critical)
        draft.note("client", 0)
        draft.expect(STRICT, accept() if critical else reject("san.criticality"))

    return body


for _word, _critical in (("critical", True), ("not-critical", False)):
    SPACE.add(
        f"no-subject-names-{_word}",
        f"A private client's leaf has no subject, and names that are {_word.replace('-', ' ')} "
        "(RFC 5280, 4.2.1.6: critical where the subject is empty).",
        _nameless(critical=_critical),
        flags=(_PROFILE,),
        traces=("RFC5280:4.2.1.6",),
        neighbour="no-subject-names-not-critical" if _critical else "no-subject-names-critical",
        start=ordinary,
    )
