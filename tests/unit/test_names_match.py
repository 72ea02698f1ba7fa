"""Whether a certificate presents a name: RFC 9525 for servers, and the names of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy.der import writer
from mtlspolicy.derive import names as names_module
from mtlspolicy.derive.forms import DnsPattern
from mtlspolicy.derive.names import NameMatch, match_name, match_reference
from mtlspolicy.derive.reference import KINDS, parse_reference
from mtlspolicy.errors import InputError
from mtlspolicy.facts.read import read_certificate
from mtlspolicy.forge.names import EMPTY, name
from path_support import entity, issue

if TYPE_CHECKING:
    from mtlspolicy.derive.forms import DnsName
    from mtlspolicy.facts.certificate import Certificate
    from mtlspolicy.forge.extensions import GeneralNameSpec
    from mtlspolicy.forge.names import Spec

SRV = "1.3.6.1.5.5.7.8.7"


def _srv(text: str, kind: str = "ia5") -> GeneralNameSpec:
    return ("other", (SRV, writer.string(kind, text).encode()))


def presenting(*names: GeneralNameSpec) -> Certificate:
    """Return a certificate with these alternative names."""
    return issue(entity(*names))


def named(*rdns: Spec | list[Spec]) -> Certificate:
    """Return a certificate with this subject."""
    draft = entity()
    draft.subject = name(*rdns)
    return issue(draft)


MATCHES: list[tuple[str, str, GeneralNameSpec, bool]] = [
    # DNS-ID: label by label, without regard to case (RFC 9525, 6.3)
    ("dns", "example.com", ("dns", "example.com"), True),
    ("dns", "EXAMPLE.com", ("dns", "example.COM"), True),
    ("dns", "example.com", ("dns", "www.example.com"), False),
    ("dns", "www.example.com", ("dns", "example.com"), False),
    ("dns", "xn--bcher-kva.example", ("dns", "XN--BCHER-KVA.example"), True),
    ("dns", "xn--bcher-kva.example", ("dns", "xn--bcher-kvb.example"), False),
    # a wildcard is the whole left-most label and stands for one
    ("dns", "a.example.com", ("dns", "*.example.com"), True),
    ("dns", "xn--bcher-kva.example.com", ("dns", "*.example.com"), True),
    ("dns", "a.b.example.com", ("dns", "*.example.com"), False),
    ("dns", "example.com", ("dns", "*.example.com"), False),
    ("dns", "a.b.example.com", ("dns", "*.*.example.com"), False),
    ("dns", "a.b.example.com", ("dns", "a.*.example.com"), False),
    ("dns", "baz.example.com", ("dns", "b*.example.com"), False),
    ("dns", "example.com", ("dns", "*"), False),
    # what is not a host name matches nothing
    ("dns", "example.com", ("dns", "example.com."), False),
    ("dns", "example.com", ("dns", "example.com\0.evil.com"), False),
    ("dns", "example.com", ("dns", "\0example.com"), False),
    ("dns", "a_b.example.com", ("dns", "a_b.example.com"), False),
    ("dns", "a_b.example.com", ("dns", "*.example.com"), True),
    ("dns", "example.com", ("dns", " example.com"), False),
    ("dns", "example.com", ("uri", "https://example.com"), False),
    # IP-ID: octets, IPv4-mapped addresses folded (RFC 9525, 6.4)
    ("ip", "192.0.2.1", ("ip", "192.0.2.1"), True),
    ("ip", "192.0.2.1", ("ip", "192.0.2.2"), False),
    ("ip", "192.0.2.1", ("ip", "::ffff:192.0.2.1"), True),
    ("ip", "::ffff:192.0.2.1", ("ip", "192.0.2.1"), True),
    ("ip", "2001:DB8:0::1", ("ip", "2001:db8::1"), True),
    ("ip", "192.0.2.1", ("ip", b"\xc0\x00\x02\x01\x00"), False),
    ("ip", "192.0.2.1", ("dns", "192.0.2.1"), False),
    # SRV-ID (RFC 4985, 2): service and domain
    ("srv", "_imaps.example.com", _srv("_imaps.example.com"), True),
    ("srv", "_IMAPS.example.COM", _srv("_imaps.example.com"), True),
    ("srv", "_imap.example.com", _srv("_imaps.example.com"), False),
    ("srv", "_imaps.a.example.com", _srv("_imaps.*.example.com"), False),
    ("srv", "_imaps.example.com", _srv("_imaps.example.com", "utf8"), False),
    ("srv", "_imaps.example.com", ("dns", "_imaps.example.com"), False),
    ("srv", "_imaps.example.com", ("other", ("1.2.3", b"\x16\x01a")), False),
    # URI-ID (RFC 9525, 6.5): scheme and host
    ("uri-id", "sip:voice.example.com", ("uri", "SIP:user@VOICE.example.com;x=y"), True),
    ("uri-id", "sip:voice.example.com", ("uri", "sips:voice.example.com"), False),
    ("uri-id", "https://a.example.com", ("uri", "https://a.example.com/path"), True),
    ("uri-id", "https://a.example.com", ("uri", "https://b.example.com/path"), False),
    ("uri-id", "https://a.example.com", ("uri", "urn:a"), False),
    ("uri-id", "https://a.example.com", ("uri", "not a uri"), False),
    # URI of a client: the text as it stands (SPIFFE ID, 2)
    ("uri", "spiffe://example.org/a", ("uri", "spiffe://example.org/a"), True),
    ("uri", "spiffe://example.org/a", ("uri", "spiffe://example.org/A"), False),
    ("uri", "spiffe://example.org/a", ("uri", "spiffe://Example.org/a"), False),
    ("uri", "urn:example:a", ("uri", "urn:example:a"), True),
    ("uri", "urn:example:a", ("dns", "urn.example.a"), False),
    # rfc822Name (RFC 5280, 7.5): the domain without regard to case
    ("email", "a@example.com", ("email", "a@EXAMPLE.com"), True),
    ("email", "a@example.com", ("email", "A@example.com"), False),
    ("email", "a@example.com", ("email", "a@example.com@evil.com"), False),
    ("email", "a@example.com", ("email", "a@example.com\0"), False),
]


@pytest.mark.parametrize(("kind", "reference", "presented", "expected"), MATCHES)
def test_alternative_names(
    kind: str, reference: str, presented: GeneralNameSpec, *, expected: bool
) -> None:
    """One presented name against one reference."""
    found = match_name(presenting(presented), kind, reference)

    assert expected is found.matched
    assert expected is (found.which is not None) is (found.code is None)
    assert found.code in {None, "name.mismatch", "name.absent"}


def test_a_match_says_which_name_it_was() -> None:
    """`identity` in a decision comes from here."""
    certificate = presenting(("dns", "a.com"), ("dns", "*.b.com"), ("ip", "192.0.2.1"))

    assert NameMatch(
        matched=True, presented=("a.com", "*.b.com"), which="*.b.com", code=None
    ) == match_name(certificate, "dns", "x.b.com")
    assert NameMatch(
        matched=True, presented=("192.0.2.1",), which="192.0.2.1", code=None
    ) == match_name(certificate, "ip", "192.0.2.1")


def test_the_common_name_is_never_a_host_name() -> None:
    """RFC 9525, 1.3: only the subjectAltName counts."""
    draft = entity(("ip", "192.0.2.1"), cn="example.com")

    assert "name.absent" == match_name(issue(draft), "dns", "example.com").code
    draft.drop_extension("subjectAltName")
    assert "name.absent" == match_name(issue(draft), "dns", "example.com").code


def test_what_is_presented_is_told_in_bounds_and_without_control_characters() -> None:
    """Also where it is no name at all."""
    certificate = presenting(("dns", "a\0b\n"), ("ip", b"\x01\x02\x03"), ("email", "x" * 500))
    many = presenting(*(("dns", f"{i}.example.com") for i in range(100)))

    assert ("a\\x00b\\n",) == match_name(certificate, "dns", "example.com").presented
    assert ("#010203",) == match_name(certificate, "ip", "192.0.2.1").presented
    assert ("x" * 200,) == match_name(certificate, "email", "a@example.com").presented
    assert 21 == len(match_name(many, "dns", "example.com").presented)
    assert "..." == match_name(many, "dns", "example.com").presented[-1]
    assert ("#0c026162",) == match_name(
        presenting(("other", (SRV, b"\x0c\x02ab"))), "srv", "_a.example.com"
    ).presented


def test_a_spiffe_id_stands_alone() -> None:
    """SPIFFE X509-SVID, 2: exactly one URI; other schemes have no such rule."""
    certificate = presenting(("uri", "spiffe://example.org/a"), ("uri", "urn:example:a"))

    assert "name.several" == match_name(certificate, "uri", "spiffe://example.org/a").code
    assert match_name(certificate, "uri", "urn:example:a").matched


def test_unreadable_names_are_unknown() -> None:
    """None, and neither True nor False."""
    draft = entity()
    draft.set_extension("subjectAltName", b"\x04\x00")
    certificate = issue(draft)
    nothing = read_certificate(b"\x30\x00")

    assert match_name(certificate, "dns", "example.com").matched is None
    assert "name.unreadable" == match_name(certificate, "ip", "192.0.2.1").code
    assert match_name(nothing, "cn", "x").matched is None
    assert "name.unreadable" == match_name(nothing, "dn", "CN=x").code


def test_a_reference_that_is_no_name_matches_nothing() -> None:
    """And does not raise here."""
    assert "name.reference_invalid" == match_name(presenting(), "dns", "*.example.com").code
    assert "name.reference_invalid" == match_name(presenting(), "colour", "red").code


def test_each_of_ten_thousand_names_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And none that has no wildcard is taken apart."""
    certificate = presenting(*(("dns", f"{i}.example.com") for i in range(10_000)))
    reference = parse_reference("dns", "9999.example.com")
    compared: list[str] = []
    compare = names_module._is_same_dns

    def counted(wanted: DnsName, text: str) -> bool:
        compared.append(text)
        return compare(wanted, text)

    monkeypatch.setattr(names_module, "_is_same_dns", counted)
    monkeypatch.setattr(DnsPattern, "parse", None)

    found = match_reference(certificate, reference)

    assert "9999.example.com" == found.which
    assert [f"{i}.example.com" for i in range(10_000)] == compared


# -- references


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("dns", ""),
        ("dns", "example.com."),
        ("dns", "*.example.com"),
        ("dns", ".example.com"),
        ("dns", "a..com"),
        ("dns", "-a.com"),
        ("dns", "a-.com"),
        ("dns", "b\u00fccher.example"),
        ("dns", "exam\0ple.com"),
        ("dns", "192.0.2.1"),
        ("dns", "127.1"),
        ("dns", "a.0x7f"),
        ("dns", "a" * 64 + ".com"),
        ("dns", "a." * 127 + "com"),
        ("ip", "192.0.2.01"),
        ("ip", "[::1]"),
        ("ip", "fe80::1%eth0"),
        ("ip", "192.0.2.1:443"),
        ("ip", "example.com"),
        ("srv", "imaps.example.com"),
        ("srv", "_imaps"),
        ("srv", "_.example.com"),
        ("srv", "_imaps.*.example.com"),
        ("uri-id", "urn:example"),
        ("uri-id", "https://192.0.2.1/"),
        ("uri-id", "https://a@b@c.com/"),
        ("uri-id", "sip:a.com;x@b.com"),
        ("uri-id", "https://a.com:x/"),
        ("uri-id", "a:/b"),
        ("uri", "example"),
        ("uri", "spiffe://example.org/\u00e9"),
        ("uri", "spiffe:"),
        ("uri", "1a:b"),
        ("email", "example.com"),
        ("email", "@example.com"),
        ("email", "a@"),
        ("email", "a b@example.com"),
        ("email", ".a@example.com"),
        ("email", "a" * 65 + "@example.com"),
        ("cn", ""),
        ("cn", "x" * 20_000),
        ("dn", ""),
        ("dn", "CN"),
        ("colour", "red"),
    ],
)
def test_a_reference_that_cannot_be_compared_is_refused(kind: str, value: str) -> None:
    """With advice, and without control characters in the message."""
    with pytest.raises(InputError) as caught:
        parse_reference(kind, value)

    assert caught.value.help
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("kind", KINDS)
def test_a_reference_keeps_what_was_asked(kind: str) -> None:
    """Kind and text as given."""
    value = {
        "dns": "Example.com",
        "ip": "::ffff:192.0.2.1",
        "srv": "_xmpp-server.Example.com",
        "uri-id": "HTTPS://example.com:443/x",
        "uri": "spiffe://example.org/a",
        "email": "a.b@example.com",
        "cn": " account ",
        "dn": "CN=a",
    }[kind]

    reference = parse_reference(kind, value)

    assert (kind, value) == (reference.kind, reference.text)


# -- the subject: CN


def test_the_common_name_is_compared_by_code_point() -> None:
    """No folding, no trimming: an account is what it is."""
    certificate = named(("O", "x"), ("CN", "bot-7"))

    assert match_name(certificate, "cn", "bot-7") == NameMatch(
        matched=True, presented=("bot-7",), which="bot-7", code=None
    )
    for other in ("Bot-7", "bot-7 ", "bot\u20107", "x"):
        assert "name.mismatch" == match_name(certificate, "cn", other).code
    assert "name.mismatch" == match_name(named(("CN", "e\u0301")), "cn", "\u00e9").code


def test_there_is_exactly_one_common_name() -> None:
    """Which of two counts differs between readers."""
    two = named(("CN", "a"), ("CN", "b"))
    one_relative_name = named([("CN", "a"), ("CN", "b")])

    for certificate in (two, one_relative_name):
        found = match_name(certificate, "cn", "a")
        assert (False, ("a", "b"), "name.several") == (found.matched, found.presented, found.code)
    assert "name.absent" == match_name(named(("O", "a")), "cn", "a").code
    assert "name.absent" == match_name(named(), "cn", "a").code


def test_a_common_name_that_is_no_text_matches_nothing() -> None:
    """It is told as such."""
    certificate = named(("CN", b"\xff", "utf8"))

    assert ("(no text)",) == match_name(certificate, "cn", "a").presented
    assert "name.mismatch" == match_name(certificate, "cn", "(no text)").code


# -- the subject: DN


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CN=bot-7,O=Example\\, Inc.,C=CH", True),
        ("cn=BOT-7, o=example\\2c  inc., c=ch", True),
        ("2.5.4.3=bot-7,oid.2.5.4.10=Example\\, Inc.,C=CH", True),
        ("commonName=bot-7,O=Example\\, Inc.,C=#13024348", True),
        ("CN=#0c05626f742d37,O=Example\\, Inc.,C=CH", True),
        ("CN=#1305626f742d37,O=Example\\, Inc.,C=CH", False),
        ("C=CH,O=Example\\, Inc.,CN=bot-7", False),
        ("CN=bot-7,O=Example\\, Inc.", False),
        ("CN=bot-7+O=Example\\, Inc.,C=CH", False),
        ("CN=bot-7,O=Example Inc.,C=CH", False),
        ("CN=bot-7,OU=Example\\, Inc.,C=CH", False),
    ],
)
def test_distinguished_names(written: str, *, expected: bool) -> None:
    """RFC 4514 for the text, RFC 5280, 7.1 for the comparison, and the order counts."""
    certificate = named(("C", "CH"), ("O", "Example, Inc."), ("CN", "bot-7"))

    found = match_name(certificate, "dn", written)

    assert expected is found.matched
    assert ("CN=bot-7,O=Example\\, Inc.,C=CH",) == found.presented


def test_an_empty_subject_is_no_name() -> None:
    """It is absent, and cannot be asked for."""
    draft = entity()
    draft.subject = EMPTY

    found = match_name(issue(draft), "dn", "CN=a")

    assert (False, (), "name.absent") == (found.matched, found.presented, found.code)


def test_control_characters_do_not_vanish() -> None:
    """RFC 4518, 2.2 drops them; an account must not be had by writing NULs into its name."""
    assert not match_name(named(("CN", "adm\0in")), "dn", "CN=admin").matched
    assert not match_name(named(("CN", "admin", "teletex")), "dn", "CN=admin").matched
