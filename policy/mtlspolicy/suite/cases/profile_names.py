"""Rows of the profile on alternative names, common names and subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.der import writer
from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import EMPTY, Name, name
from mtlspolicy.suite.authoring import accept, reject
from mtlspolicy.suite.cases.profile import KEPT, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from mtlspolicy.forge.extensions import GeneralNameSpec
    from mtlspolicy.forge.pair import ChainDraft
    from mtlspolicy.suite.model import Expectation

    Change = Callable[[ChainDraft], None]

NAMES: Final = Profile("profile-names", "the strict profile: alternative names and subjects")
NAMESPACES: Final = (NAMES.space,)

_SERVER: Final = ("dns", "server.example.com")


def _beside(*names: GeneralNameSpec) -> Change:
    """Put names beside the one that is asked for."""
    return lambda chain: chain.leaf.set_names(_SERVER, *names)


# -- kinds of names: row S17

_OTHER_NAMES: Final[dict[str, GeneralNameSpec]] = {
    "uri": ("uri", "https://server.example.com/"),
    "email": ("email", "admin@example.com"),
    "directory-name": ("dn", name(("CN", "server.example.com"))),
    "registered-id": ("rid", "1.3.6.1.4.1.99999.3"),
    "srv-name": (
        "other",
        ("1.3.6.1.5.5.7.8.7", writer.string("ia5", "_xmpp-server.example.com").encode()),
    ),
    "xmpp-address": (
        "other",
        ("1.3.6.1.5.5.7.8.5", writer.string("utf8", "example.com").encode()),
    ),
    "edi-party": ("edi", (None, "server")),
    "x400-address": ("x400", b"\x30\x00"),
}

for _kind, _spec in _OTHER_NAMES.items():
    NAMES.row(
        f"san-{_kind}",
        "TLS BR, 7.1.2.7.12",
        f"has a name of another kind beside its host name: {_kind.replace('-', ' ')}",
        _beside(_spec),
        reject("san.type_not_allowed"),
    )

# -- domain names: row S18

_BAD_FORMS: Final = {
    "underscore": ("_server.example.com", "an underscore"),
    "trailing-dot": ("www.example.com.", "a trailing dot"),
    "leading-hyphen": ("-www.example.com", "a label that begins with a hyphen"),
    "trailing-hyphen": ("www-.example.com", "a label that ends with a hyphen"),
    "reserved-label": ("ab--cd.example.com", "a label that is reserved and no A-label"),
    "long-label": (f"{'a' * 64}.example.com", "a label of 64 characters"),
    "long-name": (".".join(["a" * 49] * 5) + ".example.com", "254 characters or more"),
    "wildcard-inside": ("www.*.example.com", "a wildcard that is not the first label"),
    "wildcard-in-label": ("w*.example.com", "a wildcard that is not a whole label"),
    "two-wildcards": ("*.*.example.com", "two wildcards"),
}

for _form, (_dns, _text) in _BAD_FORMS.items():
    NAMES.row(
        f"dns-{_form}",
        "TLS BR, 7.1.2.7.12",
        f"has a domain name with {_text}",
        _beside(("dns", _dns)),
        reject("san.dns_form"),
    )

_GOOD_FORMS: Final = {
    "wildcard": ("*.example.com", "a wildcard as its whole first label"),
    "a-label": ("xn--mller-kva.example.com", "an A-label"),
    "digits": ("123.example.com", "a label of digits"),
    "longest-label": (f"{'a' * 63}.example.com", "a label of 63 characters"),
    "upper-case": ("WWW.EXAMPLE.COM", "upper case letters"),
}

for _form, (_dns, _text) in _GOOD_FORMS.items():
    NAMES.row(
        f"dns-{_form}",
        "TLS BR, 7.1.2.7.12",
        f"has a domain name with {_text}",
        _beside(("dns", _dns)),
        KEPT,
    )

_INTERNAL: Final = reject("san.internal_name")
for _zone, _dns in {
    "local": "server.local",
    "corp": "server.corp",
    "internal": "server.internal",
    "single-label": "server",
}.items():
    NAMES.row(
        f"dns-internal-{_zone}",
        "TLS BR, 7.1.2.7.12",
        f"has the internal name {_dns}",
        _beside(("dns", _dns)),
        _INTERNAL,
    )

_ONION: Final = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
"""The example of an onion address in rend-spec-v3, 6."""

for _what, _dns, _text, _verdict in (
    ("address", _ONION, "an onion address", KEPT),
    ("below-an-address", f"www.{_ONION}", "a name below an onion address", KEPT),
    ("name", "server.onion", "a name under onion that is no address", _INTERNAL),
    ("mistyped", f"q{_ONION[1:]}", "an onion address whose checksum is wrong", _INTERNAL),
    ("above-an-address", f"{_ONION[:-6]}.www.onion", "an address at the wrong place", _INTERNAL),
):
    NAMES.row(
        f"dns-onion-{_what}",
        "TLS BR, appendix B",
        f"has {_text}",
        _beside(("dns", _dns)),
        _verdict,
    )

for _zone, _dns in {
    "in-addr": "1.2.0.192.in-addr.arpa",
    "ip6": "8.b.d.0.1.0.0.2.ip6.arpa",
}.items():
    NAMES.row(
        f"dns-reverse-zone-{_zone}",
        "TLS BR, 4.2.2",
        f"has a name in a reverse zone, {_dns}, and is of after 2026-03-15",
        _beside(("dns", _dns)),
        reject("san.reverse_zone"),
    )

for _zone, _dns in {"top-level": "*.com", "registry": "*.co.uk"}.items():
    NAMES.row(
        f"dns-wildcard-of-a-{_zone}",
        "TLS BR, 3.2.2.6",
        f"has the wildcard {_dns}, below which anybody registers",
        _beside(("dns", _dns)),
        accept(warnings=("san.registry_wildcard",)),
    )

# -- addresses: row S19

for _which, _address in {
    "private-10": "10.0.0.1",
    "private-172": "172.16.0.1",
    "private-192": "192.168.0.1",
    "loopback": "127.0.0.1",
    "link-local": "169.254.0.1",
    "documentation": "192.0.2.1",
    "v6-loopback": "::1",
    "v6-link-local": "fe80::1",
    "v6-unique-local": "fd00::1",
    "v6-documentation": "2001:db8::1",
}.items():
    NAMES.row(
        f"ip-{_which}",
        "TLS BR, 7.1.2.7.12",
        f"has the reserved address {_address}",
        _beside(("ip", _address)),
        reject("san.reserved_address"),
    )

for _which, _address in {"v4": "8.8.8.8", "v6": "2606:4700:4700::1111"}.items():
    NAMES.row(
        f"ip-public-{_which}",
        "TLS BR, 7.1.2.7.12",
        f"has the public address {_address}",
        _beside(("ip", _address)),
        KEPT,
    )

NAMES.row(
    "san-missing",
    "TLS BR, 7.1.2.7.12",
    "has no alternative names",
    lambda chain: chain.leaf.drop_extension("subjectAltName"),
    reject("san.missing", "name.not_matched", primary="name.not_matched"),
    reject("san.missing", "name.not_matched", primary="name.not_matched"),
)


# -- subjects: rows S16, S20, S21, S22 and S38


def _subject(subject: Name, policy: str = "", *, critical: bool | None = None) -> Change:
    def change(chain: ChainDraft) -> None:
        chain.leaf.subject = subject
        if policy:
            _policy(chain, policy)
        if critical is not None:
            chain.leaf.set_names(_SERVER, critical=critical)

    return change


def _policy(chain: ChainDraft, policy: str) -> None:
    value = extensions.certificate_policies(policy)
    chain.leaf.set_extension("certificatePolicies", value)
    chain.issuers[0].set_extension("certificatePolicies", value)


_OV: Final = "2.23.140.1.2.2"
_IV: Final = "2.23.140.1.2.3"
_EV: Final = "2.23.140.1.1"
_US: Final = ("C", "US")
_CN: Final = ("CN", "server.example.com")


def _named(name_: str, clause: str, text: str, change: Change, strict: Expectation) -> None:
    NAMES.row(name_, f"TLS BR, {clause}", text, change, strict)


_named(
    "subject-empty",
    "7.1.2.7.12",
    "has an empty subject, and critical names",
    _subject(EMPTY, critical=True),
    KEPT,
)
_named(
    "subject-empty-names-not-critical",
    "7.1.2.7.12",
    "has an empty subject, and names that are not critical",
    _subject(EMPTY, critical=False),
    reject("san.criticality"),
)
_named(
    "subject-given-names-critical",
    "7.1.2.7.12",
    "has a subject, and critical names",
    _subject(name(_US), critical=True),
    reject("san.criticality"),
)

_PRESENT: Final = ("common_name.present",)
_named(
    "cn-from-san",
    "7.1.4.3",
    "has a common name that is one of its alternative names",
    _subject(name(_US, _CN)),
    accept(warnings=_PRESENT),
)
_named(
    "cn-not-from-san",
    "7.1.4.3",
    "has a common name that is none of its alternative names",
    _subject(name(_US, ("CN", "www.example.com"))),
    reject("common_name.not_from_san", warnings=_PRESENT),
)
_named(
    "cn-in-other-case",
    "7.1.4.3",
    "has a common name that differs from its alternative name in case",
    _subject(name(_US, ("CN", "Server.Example.com"))),
    reject("common_name.not_from_san", warnings=_PRESENT),
)
_named(
    "cn-twice",
    "7.1.4.3",
    "has two common names",
    _subject(name(_US, _CN, _CN)),
    reject("common_name.repeated", warnings=_PRESENT),
)

_named(
    "cn-before-organization",
    "7.1.4.2",
    "is organization validated and has its common name before the others",
    _subject(name(_CN, _US, ("L", "San Francisco"), ("O", "Example")), _OV),
    reject("subject.form", warnings=_PRESENT),
)
_named(
    "cn-beside-organization",
    "7.1.4.1",
    "is organization validated and has its common name in one relative name with another",
    _subject(name(_US, ("L", "San Francisco"), [("O", "Example"), _CN]), _OV),
    reject("subject.form", warnings=_PRESENT),
)
_named(
    "cn-before-unordered",
    "7.1.4.2",
    "is organization validated and has its common name before an attribute without a place",
    _subject(
        name(_US, ("L", "San Francisco"), ("O", "Example"), _CN, ("organizationIdentifier", "x")),
        _OV,
    ),
    accept(warnings=(*_PRESENT, "subject.attribute_discouraged")),
)

_named(
    "dv-organization",
    "7.1.2.7.2",
    "is domain validated and names an organization",
    _subject(name(_US, ("O", "Example"))),
    reject("subject.attribute_not_allowed"),
)
_named(
    "dv-unit",
    "7.1.2.7.2",
    "is domain validated and names an organizational unit",
    _subject(name(_US, ("OU", "Example"))),
    reject("subject.attribute_not_allowed"),
)
_OV_SUBJECT: Final = (_US, ("ST", "California"), ("L", "San Francisco"), ("O", "Example"))
_named("ov", "7.1.2.7.4", "is organization validated", _subject(name(*_OV_SUBJECT), _OV), KEPT)
_named(
    "ov-no-organization",
    "7.1.2.7.4",
    "is organization validated and names no organization",
    _subject(name(_US, ("L", "San Francisco")), _OV),
    reject("subject.attribute_missing"),
)
_named(
    "ov-no-country",
    "7.1.2.7.4",
    "is organization validated and names no country",
    _subject(name(("L", "San Francisco"), ("O", "Example")), _OV),
    reject("subject.attribute_missing"),
)
_named(
    "ov-no-place",
    "7.1.2.7.4",
    "is organization validated and names neither state nor locality",
    _subject(name(_US, ("O", "Example")), _OV),
    reject("subject.attribute_missing"),
)
_named(
    "ov-unit",
    "7.1.2.7.4",
    "is organization validated and names an organizational unit",
    _subject(name(*_OV_SUBJECT, ("OU", "Example")), _OV),
    reject("subject.attribute_not_allowed"),
)
_named(
    "ov-person",
    "7.1.2.7.4",
    "is organization validated and names a person",
    _subject(name(*_OV_SUBJECT, ("SN", "Doe"), ("GN", "Jo")), _OV),
    reject("subject.attribute_not_allowed"),
)
_named(
    "ov-postal-code",
    "7.1.2.7.4",
    "is organization validated and names a postal code, which is not recommended",
    _subject(
        name(
            _US, ("ST", "California"), ("L", "San Francisco"), ("postalCode", "94105"), ("O", "X")
        ),
        _OV,
    ),
    accept(warnings=("subject.attribute_discouraged",)),
)
_IV_SUBJECT: Final = (_US, ("L", "San Francisco"), ("SN", "Doe"), ("GN", "Jo"))
_named("iv", "7.1.2.7.3", "is individual validated", _subject(name(*_IV_SUBJECT), _IV), KEPT)
_named(
    "iv-no-given-name",
    "7.1.2.7.3",
    "is individual validated and names no given name",
    _subject(name(_US, ("L", "San Francisco"), ("SN", "Doe")), _IV),
    reject("subject.attribute_missing"),
)
_EV_SUBJECT: Final = (
    _US,
    ("ST", "California"),
    ("L", "San Francisco"),
    ("O", "Example"),
    ("businessCategory", "Private Organization"),
    ("jurisdictionC", "US"),
    ("serialNumber", "4711"),
)
_named("ev", "7.1.2.7.5", "has extended validation", _subject(name(*_EV_SUBJECT), _EV), KEPT)
_named(
    "ev-no-serial-number",
    "7.1.2.7.5",
    "has extended validation and no registration number",
    _subject(name(*_EV_SUBJECT[:-1]), _EV),
    reject("subject.attribute_missing"),
)
_named(
    "ev-no-place",
    "7.1.2.7.5",
    "has extended validation and neither state nor locality",
    _subject(name(_US, *_EV_SUBJECT[3:]), _EV),
    reject("subject.attribute_missing"),
)
_named(
    "ev-locality-alone",
    "7.1.2.7.5",
    "has extended validation and no state",
    _subject(name(_US, *_EV_SUBJECT[2:]), _EV),
    KEPT,
)
_named(
    "ev-person",
    "7.1.2.7.5",
    "has extended validation and the surname of a person",
    _subject(name(*_EV_SUBJECT[:4], ("SN", "Doe"), *_EV_SUBJECT[4:]), _EV),
    reject("subject.attribute_not_allowed"),
)


def _ev_with_address(chain: ChainDraft) -> None:
    _subject(name(*_EV_SUBJECT), _EV)(chain)
    chain.leaf.set_names(_SERVER, ("ip", "8.8.8.8"))


_named(
    "ev-address",
    "7.1.2.7.5",
    "has extended validation and an address",
    _ev_with_address,
    reject("san.type_not_allowed"),
)
# -- extended validation: no wildcards, and an organisation identifier with its extension


def _ev_named(*names: GeneralNameSpec) -> Change:
    def change(chain: ChainDraft) -> None:
        _subject(name(*_EV_SUBJECT), _EV)(chain)
        chain.leaf.set_names(_SERVER, *names)

    return change


_named(
    "ev-wildcard",
    "7.1.2.7.5",
    "has extended validation and a wildcard (EV Guidelines, 7.1.2.1)",
    _ev_named(("dns", "*.example.com")),
    reject("san.wildcard_not_allowed"),
)
_named(
    "ev-host-names",
    "7.1.2.7.5",
    "has extended validation and two host names (EV Guidelines, 7.1.2.1)",
    _ev_named(("dns", "www.example.com")),
    KEPT,
)
_named(
    "ev-wildcard-onion",
    "7.1.2.7.5",
    "has extended validation and a wildcard of an onion name (EV Guidelines, 7.1.2.1)",
    _ev_named(("dns", f"*.{_ONION}")),
    KEPT,
)
_named(
    "ev-wildcard-below-onion-in-name-only",
    "7.1.2.7.5",
    "has extended validation and a wildcard with onion in a label before the last",
    _ev_named(("dns", "*.onion.example.com")),
    reject("san.wildcard_not_allowed"),
)
_named(
    "ev-business-category-unknown",
    "7.1.2.7.5",
    "has extended validation and a business category of its own (EV Guidelines, 7.1.4.2.3)",
    _subject(name(*_EV_SUBJECT[:4], ("businessCategory", "Company"), *_EV_SUBJECT[5:]), _EV),
    reject("subject.value_form"),
)
_named(
    "ev-business-category-government",
    "7.1.2.7.5",
    "has extended validation and is a government entity (EV Guidelines, 7.1.4.2.3)",
    _subject(
        name(*_EV_SUBJECT[:4], ("businessCategory", "Government Entity"), *_EV_SUBJECT[5:]), _EV
    ),
    KEPT,
)


def _identified(identifier: str, extension: tuple[str, ...] | None, policy: str = _EV) -> Change:
    """Name an organisation identifier, with scheme, country, reference and state beside it."""

    def change(chain: ChainDraft) -> None:
        subject = _EV_SUBJECT if policy == _EV else _OV_SUBJECT
        _subject(name(*subject, ("organizationIdentifier", identifier)), policy)(chain)
        if extension is not None:
            value = extensions.organization_identifier(*extension)
            chain.leaf.set_extension("cabfOrganizationIdentifier", value)

    return change


_STATE: Final = ("NTR", "US", "12345678", "CA")
for _word, _text, _identifier, _extension in (
    ("state", "with a state", "NTRUS+CA-12345678", _STATE),
    ("country", "of a country", "VATDE-123456789", ("VAT", "DE", "123456789")),
    ("hyphens", "with hyphens in it", "PSDBE-NBB-1.2-3", ("PSD", "BE", "NBB-1.2-3")),
):
    _named(
        f"ev-organization-id-{_word}",
        "7.1.2.7.5",
        f"has extended validation and an organisation identifier {_text}, in the subject and in "
        "its extension (EV Guidelines, 7.1.2.2)",
        _identified(_identifier, _extension),
        KEPT,
    )
_named(
    "ev-organization-id-alone",
    "7.1.2.7.5",
    "has extended validation and an organisation identifier without its extension "
    "(EV Guidelines, 7.1.2.2)",
    _identified("NTRUS+CA-12345678", None),
    reject("organization_id.extension_missing"),
)
for _word, _text, _other in (
    ("scheme", "another scheme", ("VAT", "US", "12345678", "CA")),
    ("country", "another country", ("NTR", "GB", "12345678", "CA")),
    ("state", "another state", ("NTR", "US", "12345678", "NY")),
    ("no-state", "no state", ("NTR", "US", "12345678")),
    ("reference", "another reference", ("NTR", "US", "12345679", "CA")),
):
    _named(
        f"ev-organization-id-other-{_word}",
        "7.1.2.7.5",
        f"has extended validation and an organisation identifier, and {_text} in its extension "
        "(EV Guidelines, 7.1.2.2)",
        _identified("NTRUS+CA-12345678", _other),
        reject("organization_id.differs"),
    )
_named(
    "ev-organization-id-form",
    "7.1.2.7.5",
    "has extended validation and an organisation identifier without a scheme "
    "(EV Guidelines, 7.1.4.2.8)",
    _identified("12345678", _STATE),
    reject("subject.value_form", "organization_id.differs"),
)
_named(
    "ov-organization-id-alone",
    "7.1.2.7.4",
    "is organization validated, for which an organisation identifier is not recommended, and has "
    "one without the extension that extended validation asks for",
    _identified("NTRUS+CA-12345678", None, _OV),
    accept(warnings=("subject.attribute_discouraged",)),
)
_named(
    "subject-disorder",
    "7.1.4.2",
    "has the attributes of its subject in another order",
    _subject(name(("O", "Example"), ("L", "San Francisco"), _US), _OV),
    reject("subject.form"),
)
_named(
    "subject-multivalued",
    "7.1.4.1",
    "has two attributes in one relative name",
    _subject(name(_US, [("L", "San Francisco"), ("O", "Example")]), _OV),
    reject("subject.form"),
)
_named(
    "subject-repeated",
    "7.1.4.2",
    "names two organizations",
    _subject(name(*_OV_SUBJECT, ("O", "Another")), _OV),
    reject("subject.form"),
)
_named(
    "subject-country-utf8",
    "7.1.4.2",
    "has its country in a UTF8String, which must be a PrintableString",
    _subject(name(("C", "US", "utf8"))),
    reject("subject.strings"),
)
for _word, _country, _text, _verdict in (
    ("unassigned", "ZZ", "a code that is assigned to none", reject("subject.strings")),
    ("reserved", "UK", "a code that is reserved and not assigned", reject("subject.strings")),
    ("small", "us", "a code in small letters", reject("subject.strings")),
    ("without-code", "XX", "the code of countries without one", KEPT),
):
    _named(
        f"subject-country-{_word}",
        "3.2.2.3 and 7.1.4.2",
        f"names the country `{_country}`, {_text}",
        _subject(name(("C", _country))),
        _verdict,
    )
_named(
    "subject-organization-teletex",
    "7.1.4.2",
    "has its organization in a TeletexString",
    _subject(name(_US, ("L", "San Francisco"), ("O", "Example", "teletex")), _OV),
    reject("subject.strings"),
)
_named(
    "subject-organization-printable",
    "7.1.4.2",
    "has its organization in a PrintableString",
    _subject(name(_US, ("L", "San Francisco"), ("O", "Example", "printable")), _OV),
    KEPT,
)
_FILLERS: Final = {
    "dash": "-",
    "dot": ".",
    "space": " ",
    "long-dash": "\u2014",
    "asterisk": "*",
    "abbreviation": "N/A",
    "words": "not applicable",
}
for _which, _filler in _FILLERS.items():
    _named(
        f"subject-placeholder-{_which}",
        "7.1.2.7.4",
        f"has `{_filler}` for a locality, which says that there is none",
        _subject(name(_US, ("ST", "California"), ("L", _filler), ("O", "Example")), _OV),
        reject("subject.placeholder"),
    )
_named(
    "subject-no-placeholder",
    "7.1.2.7.4",
    "has `N/A-1` for a locality, which says something",
    _subject(name(_US, ("ST", "California"), ("L", "N/A-1"), ("O", "Example")), _OV),
    KEPT,
)
