"""Rows of the profile on the extensions of the leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.extensions import DistributionPoint, Sct
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ORDINARY_NOT_BEFORE
from mtlspolicy.suite.authoring import accept, reject
from mtlspolicy.suite.cases.profile import KEPT, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.model import Expectation

    Change = Callable[[ChainDraft], None]

ROWS: Final = Profile("profile-extensions", "the strict profile: the extensions of a leaf")
NAMESPACES: Final = (ROWS.space,)

_DV: Final = "2.23.140.1.2.1"
_OV: Final = "2.23.140.1.2.2"
_ANY_POLICY: Final = "2.5.29.32.0"
_OWN_POLICY: Final = "1.3.6.1.4.1.99999.4"


def _row(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
    name_: str,
    clause: str,
    text: str,
    change: Change,
    strict: Expectation,
    legacy: Expectation | None = None,
) -> None:
    ROWS.row(name_, clause, text, change, strict, legacy)


def _set(oid: str, value: bytes, *, critical: bool = False) -> Change:
    return lambda chain: chain.leaf.set_extension(oid, value, critical=critical)


def _drop(oid: str) -> Change:
    return lambda chain: chain.leaf.drop_extension(oid)


def _critical(oid: str) -> Change:
    def change(chain: ChainDraft) -> None:
        found = chain.leaf.extension(oid)
        if found is None:  # pragma: no cover - the ordinary leaf has it
            raise KeyError(oid)
        chain.leaf.set_extension(oid, found.value, critical=True)

    return change


# RFC 5280, 4.2: what is critical has to be processed, and these are not part of path processing:
# 4.2.1.1 and 4.2.2.1 say that they are never critical.
_UNPROCESSED: Final = reject(
    "path.invalid", reasons={"server": ["path.unknown_critical_extension"]}
)


def _warned(*codes: str) -> Expectation:
    return accept(warnings=codes)


# -- key usage: rows S12, S13 and S14


def _key_usage(*bits: str, key: str = "", critical: bool = True) -> Change:
    def change(chain: ChainDraft) -> None:
        chain.leaf.set_key_usage(*bits, critical=critical)
        if key:
            chain.leaf.key = key

    return change


def _tenth_bit(key: str) -> Change:
    def change(chain: ChainDraft) -> None:
        _key_usage(key=key)(chain)
        chain.leaf.set_extension(
            "keyUsage", writer.bit_string(b"\x80\x40", 6).encode(), critical=True
        )

    return change


_KU: Final = "TLS BR, 7.1.2.7.11"
_RSA: Final = "rsa2048-0"
_SIGN: Final = "digitalSignature"
_row(
    "ku-not-critical",
    "TLS BR, 7.1.2.7.6",
    "has a key usage that is not critical",
    _key_usage(_SIGN, critical=False),
    reject("key_usage.not_critical"),
)
_row(
    "ku-absent",
    "TLS BR, 7.1.2.7.6",
    "has no key usage, which is advised",
    _drop("keyUsage"),
    _warned("key_usage.missing"),
)
_row(
    "ku-empty",
    "RFC 5280, 4.2.1.3",
    "has a key usage without a bit",
    _key_usage(),
    reject("key_usage.empty", "key_usage.bits"),
    reject("key_usage.not_for_tls", "key_usage.empty"),
)
_row(
    "ku-ec-agreement",
    _KU,
    "has an EC key that may also agree on keys, which is not recommended",
    _key_usage(_SIGN, "keyAgreement"),
    _warned("key_usage.discouraged"),
)
_row(
    "ku-ec-repudiation",
    _KU,
    "has an EC key that may also sign contents",
    _key_usage(_SIGN, "nonRepudiation"),
    reject("key_usage.bits"),
)
_row(
    "ku-rsa-both",
    _KU,
    "has an RSA key that may sign and encipher keys, which is not recommended",
    _key_usage(_SIGN, "keyEncipherment", key=_RSA),
    _warned("key_usage.discouraged"),
)
_row(
    "ku-rsa-signature",
    _KU,
    "has an RSA key that may sign",
    _key_usage(_SIGN, key=_RSA),
    KEPT,
)
_row(
    "ku-rsa-encipherment",
    _KU,
    "has an RSA key that may only encipher keys: legal, and of no use to TLS 1.3",
    _key_usage("keyEncipherment", key=_RSA),
    _warned("key_usage.no_digital_signature"),
)
_row(
    "ku-rsa-data",
    _KU,
    "has an RSA key that may encipher data, which is not recommended",
    _key_usage(_SIGN, "dataEncipherment", key=_RSA),
    _warned("key_usage.discouraged"),
)
_row(
    "ku-rsa-agreement",
    _KU,
    "has an RSA key that may agree on keys",
    _key_usage(_SIGN, "keyAgreement", key=_RSA),
    reject("key_usage.bits"),
)

for _kind, _name in {"ec": "", "rsa": _RSA}.items():
    _row(
        f"ku-{_kind}-tenth-bit",
        _KU,
        f"has a key usage with digitalSignature and a bit without a name, of a key of kind {_kind}",
        _tenth_bit(_name),
        reject("key_usage.bits"),
    )

# -- certificate policies: rows S23 and S24

_CP: Final = "TLS BR, 7.1.2.7.9"


def _policies(*policies: extensions.PolicySpec, critical: bool = False) -> Change:
    value = extensions.certificate_policies(*policies)
    return _set("certificatePolicies", value, critical=critical)


_row(
    "policies-absent",
    "TLS BR, 7.1.2.7.6",
    "has no certificate policies",
    _drop("certificatePolicies"),
    reject("policies.missing", "policies.reserved_missing"),
)
_row(
    "policies-critical",
    "TLS BR, 7.1.2.7.6",
    "has critical certificate policies",
    _policies(_DV, critical=True),
    reject("policies.critical"),
)
_row(
    "policies-none-reserved",
    "TLS BR, 7.1.6.1",
    "has a policy of its issuer, and none that is reserved",
    _policies(_OWN_POLICY),
    reject("policies.reserved_missing"),
)
_row(
    "policies-two-reserved",
    _CP,
    "says that it is domain and organization validated",
    _policies(_DV, _OV),
    reject("subject.attribute_missing", "policies.reserved_not_one"),
)
_row(
    "policies-any",
    _CP,
    "has anyPolicy beside the reserved one",
    _policies(_DV, _ANY_POLICY),
    reject("policies.any_policy"),
)
_row(
    "policies-reserved-and-own",
    _CP,
    "has a policy of its issuer after the reserved one",
    _policies(_DV, _OWN_POLICY),
    KEPT,
)
_row(
    "policies-own-first",
    _CP,
    "has the reserved policy second, which is not recommended",
    _policies(_OWN_POLICY, _DV),
    _warned("policies.reserved_not_first"),
)
_row(
    "policies-empty",
    "RFC 5280, 4.2.1.4",
    "has an empty list of policies",
    _policies(),
    reject("policies.reserved_missing", "policies.empty_list"),
)
_row(
    "policies-repeated",
    "RFC 5280, 4.2.1.4",
    "has one policy twice",
    _policies(_DV, _DV),
    reject("policies.repeated"),
)
_row(
    "qualifier-cps",
    _CP,
    "points to its practice statement, which is not recommended",
    _policies((_DV, [("cps", "https://example.com/cps")])),
    _warned("policies.qualifier_discouraged"),
)
_row(
    "qualifier-notice",
    _CP,
    "has a notice for users",
    _policies((_DV, [("notice", "read this")])),
    reject("policies.qualifier_not_allowed", warnings=("policies.qualifier_discouraged",)),
)
_row(
    "qualifier-cps-ldap",
    _CP,
    "points to its practice statement by LDAP",
    _policies((_DV, [("cps", "ldap://example.com/cps")])),
    reject("policies.qualifier_not_allowed", warnings=("policies.qualifier_discouraged",)),
)

_row(
    "qualifier-cps-without-host",
    _CP,
    "points to its practice statement by a URL that names no host",
    _policies((_DV, [("cps", "https:///cps")])),
    reject("policies.qualifier_not_allowed", warnings=("policies.qualifier_discouraged",)),
)
_row(
    "qualifiers-empty",
    "RFC 5280, 4.2.1.4",
    "has an empty list of qualifiers, which must have one or be left out",
    _set(
        "certificatePolicies",
        writer.sequence(writer.sequence(writer.oid(_DV), writer.sequence())).encode(),
    ),
    reject("policies.qualifier_not_allowed", warnings=("policies.qualifier_discouraged",)),
)

# -- authority information access: row S25

_AIA: Final = "TLS BR, 7.1.2.7.7"
_OCSP: Final = ("ocsp", "http://ocsp.example.com/issuing")
_ISSUER: Final = ("caIssuers", "http://ca.example.com/issuing.cer")


def _access(*entries: tuple[str, str | extensions.GeneralNameSpec]) -> Change:
    return _set("authorityInfoAccess", extensions.information_access(*entries))


_row(
    "aia-absent",
    "TLS BR, 7.1.2.7.6",
    "has no authority information access",
    _drop("authorityInfoAccess"),
    reject("aia.missing"),
)
_row(
    "aia-critical",
    "TLS BR, 7.1.2.7.6",
    "has critical authority information access",
    _critical("authorityInfoAccess"),
    reject("path.invalid", "aia.critical"),
    _UNPROCESSED,
)
_row(
    "aia-repository",
    _AIA,
    "points to a repository, which is neither OCSP nor the issuer",
    _access(_OCSP, _ISSUER, ("caRepository", "http://ca.example.com/")),
    reject("aia.method_not_allowed"),
)
_row(
    "aia-https",
    _AIA,
    "points to its issuer by https",
    _access(_OCSP, ("caIssuers", "https://ca.example.com/issuing.cer")),
    reject("aia.location"),
)
for _what, _url, _text, _verdict in (
    ("without-host", "http:///issuing.cer", "without a host", reject("aia.location")),
    ("with-space", "http://ca.example.com/a b.cer", "with a space", reject("aia.location")),
    ("of-a-port", "HTTP://ca.example.com:8080/a%20b.cer?c=1", "with port and query", KEPT),
):
    _row(
        f"aia-url-{_what}",
        "TLS BR, 7.1.2.7.7; RFC 9110, 4.2.1",
        f"points to its issuer by an http URL {_text}",
        _access(_OCSP, ("caIssuers", _url)),
        _verdict,
    )
_row(
    "aia-directory",
    _AIA,
    "points to its issuer by a directory name",
    _access(_OCSP, ("caIssuers", ("dn", name(("CN", "Example"))))),
    reject("aia.location"),
)
_row(
    "aia-repeated",
    _AIA,
    "points to one place twice",
    _access(_OCSP, _ISSUER, _ISSUER),
    reject("aia.location"),
)
_row(
    "aia-two-places",
    _AIA,
    "points to its issuer in two places",
    _access(_OCSP, _ISSUER, ("caIssuers", "http://ca2.example.com/issuing.cer")),
    KEPT,
)
_row(
    "aia-no-issuer",
    _AIA,
    "does not point to its issuer, which is advised",
    _access(_OCSP),
    _warned("aia.no_issuer"),
)
_row(
    "aia-no-ocsp",
    _AIA,
    "does not point to OCSP, which is left to the CA",
    _access(_ISSUER),
    KEPT,
)

# -- authority key identifier: row S26

_AKI: Final = "TLS BR, 7.1.2.11.1"


def _authority(chain: ChainDraft) -> None:
    issuer = [("dn", chain.anchor.subject)]
    serial = chain.issuers[0].derived_serial(chain.anchor.subject_tree())
    value = extensions.authority_key_identifier(_identifier(chain), issuer, serial)
    chain.leaf.set_extension("authorityKeyIdentifier", value)


def _identifier(chain: ChainDraft) -> bytes:
    from mtlspolicy.forge.keys import key  # noqa: PLC0415 - for this row

    return key(chain.issuers[0].key).key_identifier


_row(
    "aki-absent",
    "TLS BR, 7.1.2.7.6",
    "has no authority key identifier",
    _drop("authorityKeyIdentifier"),
    reject("aki.missing"),
)
_row(
    "aki-critical",
    "TLS BR, 7.1.2.7.6",
    "has a critical authority key identifier",
    _critical("authorityKeyIdentifier"),
    reject("path.invalid", "aki.form"),
    _UNPROCESSED,
)
_row(
    "aki-with-issuer",
    _AKI,
    "names its issuer's issuer and serial number beside the key identifier",
    _authority,
    reject("aki.form"),
)

# -- revocation pointers: row S27

_CRL: Final = "TLS BR, 7.1.2.11.2"
_LIST: Final = "http://crl.example.com/issuing.crl"
_URI: Final = (("uri", _LIST),)


def _points(*points: str | DistributionPoint) -> Change:
    return _set("cRLDistributionPoints", extensions.crl_distribution_points(*points))


def _no_revocation(chain: ChainDraft) -> None:
    chain.leaf.drop_extension("cRLDistributionPoints")
    _access(_ISSUER)(chain)


_row(
    "crldp-absent",
    _CRL,
    "has no CRL distribution point, and points to OCSP instead",
    _drop("cRLDistributionPoints"),
    KEPT,
)
_row(
    "crldp-and-ocsp-absent",
    _CRL,
    "has neither a CRL distribution point nor OCSP, and is not short-lived",
    _no_revocation,
    reject("crldp.missing"),
)
_row(
    "crldp-critical",
    "TLS BR, 7.1.2.7.6",
    "has critical CRL distribution points",
    _critical("cRLDistributionPoints"),
    reject("crldp.critical"),
)
for _form, _text, _point in (
    ("https", "by https", "https://crl.example.com/issuing.crl"),
    ("ldap", "by LDAP", "ldap://crl.example.com/issuing"),
    ("without-host", "by an http URL that names no host", "http:///issuing.crl"),
    ("directory", "by a directory name", DistributionPoint((("dn", name(("CN", "Example"))),))),
    ("relative", "relative to its issuer", DistributionPoint(relative=name(("CN", "crl")))),
    ("reasons", "for some reasons alone", DistributionPoint(_URI, reasons=("keyCompromise",))),
    (
        "other-issuer",
        "of another issuer",
        DistributionPoint(_URI, crl_issuer=(("dn", name(("CN", "Example"))),)),
    ),
):
    _row(
        f"crldp-{_form}",
        _CRL,
        f"points to a list {_text}",
        _points(_point),
        reject("crldp.form"),
    )
_row(
    "crldp-two",
    _CRL,
    "has two distribution points, where one is preferred",
    _points(_LIST, "http://crl2.example.com/issuing.crl"),
    _warned("crldp.several"),
)

# -- basic constraints, name constraints, key identifier, SCTs, the rest: rows S28 to S32


def _constraints(*, ca: bool = False, critical: bool = True, length: int | None = None) -> Change:
    value = extensions.basic_constraints(ca=ca, path_length=length)
    return _set("basicConstraints", value, critical=critical)


_BC: Final = "TLS BR, 7.1.2.7.8"
_row("bc-not-ca", _BC, "says that it is no CA", _constraints(), KEPT)
_row(
    "bc-not-critical",
    _BC,
    "says that it is no CA, not critically",
    _constraints(critical=False),
    reject("basic_constraints.form"),
)
_row("bc-ca", _BC, "says that it is a CA", _constraints(ca=True), reject("basic_constraints.ca"))
_row(
    "bc-path-length",
    _BC,
    "has a path length",
    _constraints(length=0),
    reject("basic_constraints.form"),
)
_row(
    "name-constraints",
    "TLS BR, 7.1.2.7.6",
    "has name constraints",
    _set("nameConstraints", extensions.name_constraints([("dns", "example.com")]), critical=True),
    reject("extension.name_constraints"),
)


def _own_key(chain: ChainDraft) -> None:
    from mtlspolicy.forge.draft import Linked  # noqa: PLC0415 - for this row

    chain.leaf.set_extension("subjectKeyIdentifier", Linked.OWN_KEY)


_row(
    "ski-present",
    "TLS BR, 7.1.2.7.6",
    "has a subject key identifier, which is not recommended",
    _own_key,
    _warned("ski.present"),
)
_row(
    "ski-critical",
    "TLS BR, 7.1.2.7.6",
    "has a critical subject key identifier",
    _set("subjectKeyIdentifier", extensions.subject_key_identifier(bytes(20)), critical=True),
    reject("path.invalid", "ski.critical"),
    _UNPROCESSED,
)
_row(
    "unusual-extension",
    "TLS BR, 7.1.2.11.5",
    "has a further extension, which is not recommended",
    _set("tlsFeature", extensions.tls_feature(5)),
    _warned("extension.unusual"),
)
_row(
    "sct-absent",
    "TLS BR, 7.1.2.11.3",
    "has no SCT list, which browsers ask for and the BR do not",
    _drop("signedCertificateTimestamps"),
    KEPT,
)
_row(
    "sct-critical",
    "TLS BR, 7.1.2.11.3",
    "has a critical SCT list",
    _critical("signedCertificateTimestamps"),
    reject("path.invalid", "sct.form"),
    _UNPROCESSED,
)


def _logged(hours: int, seconds: int = 0) -> Change:
    when = (ORDINARY_NOT_BEFORE + hours * 3600 + seconds) * 1000
    stamps = extensions.signed_certificate_timestamps(Sct("log one", when))
    return _set("signedCertificateTimestamps", stamps)


_row(
    "logged-48-hours-later",
    "TLS BR, 7.1.2.7",
    "was logged 48 hours after its notBefore",
    _logged(48),
    KEPT,
)
_row(
    "logged-later-still",
    "TLS BR, 7.1.2.7",
    "was logged 48 hours and a second after its notBefore, so that was backdated",
    _logged(48, 1),
    _warned("validity.backdated"),
)
_row(
    "logged-before",
    "TLS BR, 7.1.2.7",
    "was logged three days before its notBefore",
    _logged(-72),
    _warned("validity.backdated"),
)
