"""Distinguished names: when two are one (RFC 5280, 7.1), how they are shown and written."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtlspolicy import limits
from mtlspolicy.derive import distinguished, rfc4514
from mtlspolicy.derive.distinguished import canonical, fold, is_within, lookup_key, show
from mtlspolicy.derive.names import match_name
from mtlspolicy.facts.certificate import Attribute, Name
from path_support import entity, issue

CN, O = "2.5.4.3", "2.5.4.10"  # noqa: E741 - the attribute's own keyword


def attribute(text: str | None, *, oid: str = CN, tag: int = 12, der: bytes = b"?") -> Attribute:
    """Return one attribute; its encoding matters only where it is compared."""
    return Attribute(oid, tag, text, der)


def name(*rdns: tuple[Attribute, ...], der: bytes = bytes(5000)) -> Name:
    """Return a name that is too long to be remembered."""
    return Name(rdns, der)


def same(one: Attribute, other: Attribute) -> bool:
    return canonical(name((one,))) == canonical(name((other,)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Example Trust", "  example   TRUST ", True),
        ("Example Trust", "ExampleTrust", False),
        ("\u00c9mile", "\u00e9MILE", True),
        ("e\u0301", "\u00e9", True),
        ("stra\u00dfe", "STRASSE", True),
        ("a\u00a0b", "a b", True),
        ("a\tb", "a b", True),
        ("soft\u00adhyphen", "softhyphen", True),
        ("\u0430", "a", False),
        ("", " ", True),
    ],
)
def test_text_is_prepared_before_it_is_compared(one: str, other: str, *, expected: bool) -> None:
    """RFC 4518: case, normal form, insignificant spaces; look-alikes stay different."""
    assert expected is same(attribute(one), attribute(other))


def test_string_types_that_mean_the_same_characters_are_equal() -> None:
    """UTF8String, PrintableString, IA5String, BMPString; not TeletexString, not others."""
    for tag in (18, 19, 22, 28, 30):
        assert same(attribute("a"), attribute("A", tag=tag))
    assert not same(attribute("a"), attribute("a", tag=20))
    assert same(attribute("a", tag=20), attribute("A", tag=20))
    assert not same(attribute("a"), attribute("a", tag=27))


def test_what_is_no_text_is_compared_by_its_encoding() -> None:
    """And so is text with control characters."""
    assert same(attribute(None, der=b"1"), attribute(None, der=b"1"))
    assert not same(attribute(None, der=b"1"), attribute(None, der=b"2"))
    assert not same(attribute("a\0", der=b"1"), attribute("a", der=b"1"))
    assert same(attribute("a\0", der=b"1"), attribute("A\0", der=b"1"))
    assert fold("\ud800") is None


def test_relative_names_are_sets_and_names_are_lists() -> None:
    """RFC 5280, 7.1."""
    a, b = attribute("a"), attribute("b", oid=O)

    assert canonical(name((a, b))) == canonical(name((b, a)))
    assert canonical(name((a,), (b,))) != canonical(name((b,), (a,)))
    assert canonical(name((a, b))) != canonical(name((a,)))
    assert is_within(canonical(name((a,), (b,))), canonical(name((a,))))
    assert not is_within(canonical(name((a,))), canonical(name((a,), (b,))))


def test_lookup_keys_are_equal_where_names_are() -> None:
    """And empty for the empty name only."""
    one, other = name((attribute("A b"),)), name((attribute("a  B", tag=19),))

    assert lookup_key(one) == lookup_key(other) != lookup_key(name((attribute("c"),)))
    assert "" == lookup_key(name())


def test_names_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long ones are not, and a full memo starts afresh."""
    monkeypatch.setattr(limits, "MAX_MEMO_ENTRIES", 1)
    monkeypatch.setattr(distinguished, "_memo", {})
    for text in ("a", "b", "a"):
        canonical(name((attribute(text),), der=text.encode()))
        canonical(name((attribute(text),)))

    assert [b"a"] == list(distinguished._memo)


# -- shown


def test_names_are_shown_as_rfc_4514_writes_them() -> None:
    """Last relative name first, special characters escaped, nothing that does not print."""
    shown = show(
        name(
            (attribute("Example, Inc.", oid=O),),
            (attribute("#a\n\u202eb "), attribute(None, oid="1.2.3", der=b"\x04\x01a")),
        )
    )

    assert "CN=\\#a\\0a\\e2\\80\\aeb\\ +1.2.3=#040161,O=Example\\, Inc." == shown
    assert "CN= " == show(name((attribute(" "),))).replace("\\", "")


def test_what_is_shown_is_bounded() -> None:
    """However long the name is."""
    long = name(*[(attribute("x" * 10_000),)] * 500)

    assert limits.MAX_TEXT == len(show(long))
    assert show(long).endswith("...")


@given(st.text(max_size=20))
@example(" ")
@example("  ")
@example("\\ ")
@example('"+,;<>\\=#')
def test_a_shown_name_is_read_again(text: str) -> None:
    """What an operator copies from a message finds the certificate."""
    certificate = issue(entity(cn="x"))
    subject = Name(((attribute(text, der=b""),),), text.encode(errors="replace") + bytes(5000))
    if fold(text) is None:
        return

    written = rfc4514.parse(show(subject))

    assert written is not None
    assert written.matches(canonical(subject), (((CN, b""),),))
    assert match_name(certificate, "dn", "CN=x").matched


# -- written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CN",
        "=a",
        "CN=a,",
        "CN=a+",
        ",CN=a",
        "CN=a,,O=b",
        "nonsense=a",
        "1.2.=a",
        "3.1.2=a",
        'CN="a"',
        "CN=a;O=b",
        "CN=a<b",
        "CN=a\\",
        "CN=a\\z",
        "CN=a\\0",
        "CN=\\ff",
        "CN=a\\00",
        "CN=a\0",
        "CN=\ud800",
        "CN=#",
        "CN=#0",
        "CN=#0g",
        "CN=#00 x",
        "CN=" + "a" * 20_000,
    ],
)
def test_what_is_not_written_as_rfc_4514_has_it_is_no_name(text: str) -> None:
    """Half a name would be compared as another."""
    assert rfc4514.parse(text) is None


def test_writing() -> None:
    """Escapes, spaces, several attributes, hexadecimal values."""
    written = rfc4514.parse("UID=a\\+b\\20 + CN = \\ c ,DC=#1601ff , OU=")

    assert written is not None
    assert (
        (("2.5.4.11", ""),),
        (("0.9.2342.19200300.100.1.25", b"\x16\x01\xff"),),
        (("0.9.2342.19200300.100.1.1", "a+b"), ("2.5.4.3", "c")),
    ) == written.rdns


def test_encoded_and_plain_values_may_stand_together() -> None:
    """In one relative name, whatever their order."""
    a, b = attribute("a", der=b"\x0c\x01a"), attribute("b", oid=O, der=b"\x0c\x01b")
    subject = canonical(name((a, b)))
    encodings = (((CN, b"\x0c\x01a"), (O, b"\x0c\x01b")),)

    def matches(text: str) -> bool:
        written = rfc4514.parse(text)
        assert written is not None
        return written.matches(subject, encodings)

    assert matches("O=b+CN=a")
    assert matches("O=b+CN=#0c0161")
    assert matches("O=#0c0162+CN=#0c0161")
    assert not matches("O=c+CN=#0c0161")
    assert not matches("O=b+CN=#0c0162")
    assert not matches("CN=#0c0161")
    assert not matches("CN=a")
