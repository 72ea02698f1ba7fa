"""Rows of the profile on the issuing CA and the root above a server's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.keys import key
from mtlspolicy.forge.names import name
from mtlspolicy.instants import parse_instant
from mtlspolicy.suite.authoring import accept, reject
from mtlspolicy.suite.cases.profile import KEPT, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.model import Expectation

    Change = Callable[[ChainDraft], None]
    Edit = Callable[[CertificateDraft], None]

ROWS: Final = Profile("profile-issuers", "the strict profile: issuing CAs and roots")
NAMESPACES: Final = (ROWS.space,)

_CRL: Final = "http://crl.example.com/root.crl"
_MARCH_2026: Final = 1_773_532_800
"""2026-03-15T00:00:00Z"""


def _row(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
    name_: str,
    clause: str,
    text: str,
    edit: Edit,
    strict: Expectation,
    legacy: Expectation | None = None,
) -> None:
    ROWS.row(
        name_,
        f"TLS BR, {clause}",
        f"has an issuing CA that {text}",
        lambda chain: edit(chain.issuers[0]),
        strict,
        legacy,
    )


def _purposes(*listed: str, critical: bool = False, since: int | None = None) -> Edit:
    def edit(issuer: CertificateDraft) -> None:
        issuer.set_purposes(*listed, critical=critical)
        if since is not None:
            issuer.not_before = since

    return edit


def _drop(oid: str) -> Edit:
    return lambda issuer: issuer.drop_extension(oid)


def _key_usage(*bits: str, critical: bool = True) -> Edit:
    return lambda issuer: issuer.set_key_usage(*bits, critical=critical)


def _policies(*policies: str) -> Edit:
    value = extensions.certificate_policies(*policies)
    return lambda issuer: issuer.set_extension("certificatePolicies", value)


def _set(oid: str, value: bytes, *, critical: bool = False) -> Edit:
    return lambda issuer: issuer.set_extension(oid, value, critical=critical)


# -- purposes

_EKU: Final = "7.1.2.10.6"
_row(
    "eku-critical",
    "7.1.2.6.1",
    "has a critical extended key usage",
    _purposes("serverAuth", critical=True),
    reject("eku.critical"),
)
_row(
    "eku-absent",
    "7.1.2.6.1 and 7.1.2.2.3",
    "has no extended key usage, which a subordinate CA needs and a cross-certificate may lack",
    _drop("extKeyUsage"),
    accept(warnings=("eku.missing",)),
)
_row("eku-both", _EKU, "is for both TLS purposes", _purposes("serverAuth", "clientAuth"), KEPT)
for _purpose in ("codeSigning", "emailProtection", "timeStamping", "OCSPSigning", "any"):
    _row(
        f"eku-{_purpose.lower()}",
        _EKU,
        f"is for {_purpose} beside serverAuth",
        _purposes("serverAuth", _purpose),
        reject("eku.forbidden_purpose"),
    )
_row(
    "eku-precertificates",
    "7.1.2.4",
    "signs precertificates, and is of after 2026-03-15, when that profile ended",
    _purposes("serverAuth", "precertSigning", since=_MARCH_2026),
    reject("eku.forbidden_purpose", "eku.precertificate_ca"),
)
_row(
    "eku-precertificates-before",
    "7.1.2.10.6",
    "signs precertificates and issues, and is of before 2026-03-15",
    _purposes("serverAuth", "precertSigning", since=_MARCH_2026 - 1),
    reject("eku.forbidden_purpose"),
)
_row(
    "eku-unknown",
    _EKU,
    "is for a purpose that nobody knows beside serverAuth, which is not recommended",
    _purposes("serverAuth", "1.3.6.1.4.1.99999.2"),
    accept(warnings=("eku.unusual_purpose",)),
)

# -- constraints and key usage

_row(
    "bc-absent",
    "7.1.2.10.4",
    "does not say that it is a CA",
    _drop("basicConstraints"),
    reject("path.invalid", "basic_constraints.not_ca"),
    reject("path.invalid"),
)
_row(
    "bc-not-critical",
    "7.1.2.10.4",
    "says that it is a CA, not critically",
    lambda issuer: issuer.set_extension(
        "basicConstraints", extensions.basic_constraints(ca=True), critical=False
    ),
    reject("basic_constraints.not_ca"),
)
_KU: Final = "7.1.2.10.7"
_row(
    "ku-signs-too",
    _KU,
    "may sign anything else too",
    _key_usage("keyCertSign", "cRLSign", "digitalSignature"),
    KEPT,
)
_row(
    "ku-not-critical",
    _KU,
    "has a key usage that is not critical",
    _key_usage("keyCertSign", "cRLSign", critical=False),
    reject("key_usage.bits"),
)
_row("ku-no-lists", _KU, "may not sign lists", _key_usage("keyCertSign"), reject("key_usage.bits"))
_row(
    "ku-repudiation",
    _KU,
    "may sign contents",
    _key_usage("keyCertSign", "cRLSign", "nonRepudiation"),
    reject("key_usage.bits"),
)
_row(
    "ku-no-certificates",
    _KU,
    "may not sign certificates",
    _key_usage("cRLSign"),
    reject("key_usage.bits", "path.invalid"),
    reject("path.invalid"),
)

# -- policies, pointers, identifiers, subject

_CP: Final = "7.1.2.10.5"
_row("policies-any", _CP, "has anyPolicy alone", _policies("2.5.29.32.0"), KEPT)
_row(
    "policies-absent",
    _CP,
    "has no certificate policies",
    _drop("certificatePolicies"),
    reject("policies.reserved_not_one"),
)
_row(
    "policies-two-reserved",
    _CP,
    "has two reserved policies",
    _policies("2.23.140.1.2.1", "2.23.140.1.2.2"),
    reject("policies.reserved_not_one"),
)
_row(
    "policies-any-and-own",
    _CP,
    "has anyPolicy beside a policy of its own",
    _policies("2.5.29.32.0", "1.3.6.1.4.1.99999.1.1"),
    reject("policies.reserved_not_one"),
)
_row(
    "policies-reserved-and-own",
    _CP,
    "has one reserved policy beside a policy of its own",
    _policies("2.23.140.1.2.1", "1.3.6.1.4.1.99999.1.1"),
    KEPT,
)
for _critical, _clause, _value in (
    ("certificatePolicies", "7.1.2.6.1", extensions.certificate_policies("2.5.29.32.0")),
    ("cRLDistributionPoints", "7.1.2.11.2", extensions.crl_distribution_points(_CRL)),
):
    _row(
        f"{_critical.lower()}-critical",
        _clause,
        f"has critical {_critical}",
        _set(_critical, _value, critical=True),
        reject("policies.critical" if _critical == "certificatePolicies" else "crldp.critical"),
    )
for _scheme, _verdict in (
    ("http", KEPT),
    ("https", reject("crldp.form")),
    ("ldap", reject("crldp.form")),
):
    _row(
        f"crldp-{_scheme}",
        "7.1.2.11.2",
        f"names its CRL by {_scheme}",
        _set(
            "cRLDistributionPoints",
            extensions.crl_distribution_points(f"{_scheme}://crl.example.com/root.crl"),
        ),
        _verdict,
    )
for _scheme, _verdict in (("http", KEPT), ("https", reject("aia.location"))):
    _row(
        f"aia-{_scheme}",
        "7.1.2.10.3",
        f"names its issuer by {_scheme}",
        _set(
            "authorityInfoAccess",
            extensions.information_access(("caIssuers", f"{_scheme}://ca.example.com/root.cer")),
        ),
        _verdict,
    )


# -- keys


def _keyed(key_name: str) -> Edit:
    return lambda issuer: setattr(issuer, "key", key_name)


for _key, _text, _verdict in (
    ("rsa1024", "has an RSA key of 1024 bits", reject("key.too_small")),
    ("rsa2049", "has an RSA key of 2049 bits", reject("key.size_not_octets")),
    ("rsa3072", "has an RSA key of 3072 bits", KEPT),
    (
        "secp256k1",
        "has a key on secp256k1",
        reject("key.curve_not_allowed", "key.encoding"),
    ),
):
    _row(f"key-{_key}", "6.1.5", _text, _keyed(f"{_key}-0"), _verdict)


def _without_null(issuer: CertificateDraft) -> None:
    """Name the RSA algorithm of the key without its NULL; the key still signs."""
    issuer.key = "rsa2048-1"
    bits = writer.parse(key(issuer.key).spki_der).items()[1]
    algorithm = writer.sequence(writer.oid("1.2.840.113549.1.1.1"))
    issuer.spki_der = writer.sequence(algorithm, bits).encode()


_row(
    "key-without-null",
    "7.1.3.1.1",
    "names the RSA algorithm of its key without its NULL",
    _without_null,
    reject("key.encoding"),
)


def _names_its_issuer(chain: ChainDraft) -> None:
    above = key(chain.anchor.key).key_identifier
    serial = chain.anchor.derived_serial(chain.anchor.subject_tree())
    names = [("dn", chain.anchor.subject)]
    value = extensions.authority_key_identifier(above, names, serial)
    chain.issuers[0].set_extension("authorityKeyIdentifier", value)


ROWS.row(
    "aki-names-the-issuer",
    "TLS BR, 7.1.2.11.1",
    "has an issuing CA with an authority key identifier that names the issuer beside the key",
    _names_its_issuer,
    reject("aki.form"),
)
_row(
    "policies-any-and-reserved",
    _CP,
    "has anyPolicy beside a reserved one",
    _policies("2.23.140.1.2.1", "2.5.29.32.0"),
    reject("policies.reserved_not_one"),
)
_row(
    "ski-absent",
    "7.1.2.6.1",
    "has no subject key identifier",
    _drop("subjectKeyIdentifier"),
    reject("aki.missing", "aki.not_of_issuer"),
)
_row(
    "aki-absent",
    "7.1.2.6.1",
    "has no authority key identifier",
    _drop("authorityKeyIdentifier"),
    reject("aki.missing"),
)
_row(
    "crldp-absent",
    "7.1.2.11.2",
    "has no CRL distribution point",
    _drop("cRLDistributionPoints"),
    reject("crldp.missing"),
)
_row(
    "aia-absent",
    "7.1.2.6.1",
    "has no authority information access, which is advised",
    _drop("authorityInfoAccess"),
    accept(warnings=("aia.missing",)),
)


def _named(*attributes: tuple[str, str]) -> Edit:
    return lambda issuer: setattr(issuer, "subject", name(*attributes))


_row(
    "subject-unit",
    "7.1.2.10.2",
    "names an organizational unit",
    _named(("C", "US"), ("O", "Example Trust"), ("OU", "CA"), ("CN", "Example Issuing")),
    reject("subject.attribute_missing"),
)
_row(
    "subject-no-organization",
    "7.1.2.10.2",
    "names no organization",
    _named(("C", "US"), ("CN", "Example Issuing")),
    reject("subject.attribute_missing"),
)
for _word, _country, _verdict in (
    ("unassigned", "ZZ", reject("subject.strings")),
    ("without-code", "XX", KEPT),
):
    _row(
        f"subject-country-{_word}",
        "7.1.2.10.2 and 3.2.2.3",
        f"names the country `{_country}`",
        _named(("C", _country), ("O", "Example Trust"), ("CN", "Example Issuing")),
        _verdict,
    )

# -- signatures and names between the certificates

_row(
    "signed-sha1",
    "7.1.3.2.1",
    "is itself signed with SHA-1",
    lambda issuer: setattr(issuer, "algorithm", "ecdsa-sha1"),
    reject(
        "signature.hash_broken", "signature.algorithm_not_allowed", "signature.hash_not_of_curve"
    ),
)


def _signed(algorithm: str) -> Change:
    """Sign the issuing CA with a root's RSA key."""

    def change(chain: ChainDraft) -> None:
        chain.anchor.key = "rsa2048-2"
        chain.issuers[0].algorithm = algorithm

    return change


for _name, _text, _algorithm, _verdict in (
    ("pss", "a salt of 32 octets", "rsa-pss-sha256", KEPT),
    (
        "pss-short-salt",
        "a salt of 10 octets",
        "rsa-pss-sha256-salt10",
        reject("signature.algorithm_not_allowed"),
    ),
):
    ROWS.row(
        f"signed-{_name}",
        "TLS BR, 7.1.3.2.1",
        f"has an issuing CA that is itself signed with RSASSA-PSS, SHA-256 and {_text}",
        _signed(_algorithm),
        _verdict,
    )


def _other_string(chain: ChainDraft) -> None:
    """Write the issuer's name in other string types than the issuer's own subject."""
    chain.leaf.issuer = name(
        ("C", "US"), ("O", "Example Trust", "printable"), ("CN", "Example Public Issuing")
    )


ROWS.row(
    "issuer-name-in-another-string",
    "TLS BR, 7.1.4.1",
    "names its issuer in other bytes, which RFC 5280, 7.1 takes for the same name",
    _other_string,
    reject("issuer.name_differs"),
)

# -- the root


def _root(name_: str, clause: str, text: str, edit: Edit, strict: Expectation) -> None:
    ROWS.row(
        name_,
        f"TLS BR, {clause}",
        f"leads to a root that {text}",
        lambda chain: edit(chain.anchor),
        strict,
    )


def _old_with_purposes(root: CertificateDraft) -> None:
    root.set_purposes("serverAuth")
    root.not_before = 1_341_100_799  # 2012-06-30T23:59:59Z


_root(
    "root-eku",
    "7.1.2.1.2",
    "has an extended key usage",
    lambda root: root.set_purposes("serverAuth"),
    reject("eku.on_root"),
)
_root(
    "root-eku-before-the-rule",
    "7.1.2.1.2",
    "has an extended key usage, and is older than the rule of 2012-07-01",
    _old_with_purposes,
    KEPT,
)


def _root_for(days: int, start: str = "2024-01-01T00:00:00Z") -> Edit:
    def edit(root: CertificateDraft) -> None:
        root.not_before = parse_instant(start)
        root.not_after = root.not_before + days * 86_400 - 1

    return edit


_PERIOD: Final = "7.1.2.1.1"
_root("root-shortest", _PERIOD, "is valid for 2922 days", _root_for(2922), KEPT)
_root(
    "root-too-short",
    _PERIOD,
    "is valid for 2921 days",
    _root_for(2921),
    reject("validity.root_period"),
)
_root("root-longest", _PERIOD, "is valid for 9132 days", _root_for(9132), KEPT)
_root(
    "root-too-long",
    _PERIOD,
    "is valid for 9133 days",
    _root_for(9133),
    reject("validity.root_period"),
)
_root(
    "root-older-than-the-rule",
    _PERIOD,
    "is valid for forty years, and is older than the rule of 2023-09-15",
    _root_for(14_600, "2010-01-01T00:00:00Z"),
    KEPT,
)
_root(
    "root-policies",
    "7.1.2.1.2",
    "has certificate policies, which is not recommended",
    lambda root: root.set_extension(
        "certificatePolicies", extensions.certificate_policies("2.5.29.32.0")
    ),
    accept(warnings=("policies.on_root",)),
)
_root(
    "root-sha1",
    "7.1.3.2.1",
    "is signed with SHA-1, and is older than the rule of 2026-09-15",
    lambda root: setattr(root, "algorithm", "ecdsa-sha1"),
    KEPT,
)


def _new_root(algorithm: str) -> Edit:
    def edit(root: CertificateDraft) -> None:
        root.algorithm = algorithm
        root.not_before = parse_instant("2026-09-15T00:00:00Z")

    return edit


def _later(name_: str, text: str, algorithm: str, strict: Expectation) -> None:
    """Judge a chain of which every certificate is of late 2026 or later."""

    def change(chain: ChainDraft) -> None:
        _new_root(algorithm)(chain.anchor)
        chain.leaf.not_before = parse_instant("2026-10-01T00:00:00Z")
        chain.leaf.not_after = chain.leaf.not_before + 40 * 86_400 - 1
        chain.leaf.drop_extension("signedCertificateTimestamps")

    ROWS.row(name_, "TLS BR, 7.1.3.2.1", text, change, strict, at="2026-10-02T00:00:00Z")


_later(
    "root-sha1-of-late-2026",
    "leads to a root of 2026-09-15 that is signed with SHA-1",
    "ecdsa-sha1",
    reject("signature.hash_broken"),
)
_later("root-sha256-of-late-2026", "leads to a root of 2026-09-15", "", KEPT)
