"""Name constraints (RFC 5280, 4.2.1.10), form by form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy import limits
from mtlspolicy.der import writer
from mtlspolicy.derive.path import Anchor, AnchorConstraints, PathOptions
from mtlspolicy.forge.names import EMPTY, Name, name
from path_support import authority, chain, constrain, entity, faults, judged, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtlspolicy.forge.draft import CertificateDraft
    from mtlspolicy.forge.extensions import GeneralNameSpec

ROOT = authority("root", "p256-8")
ISSUER = authority("issuer", "p256-9")

PERMITTED = [("name_constraint_permitted", 0)]
EXCLUDED = [("name_constraint_excluded", 0)]
MALFORMED = [("name_constraint_malformed", 0)]
UNSUPPORTED = [("name_constraint_unsupported", 0)]

SRV, SMTP_UTF8, OTHER = "1.3.6.1.5.5.7.8.7", "1.3.6.1.5.5.7.8.9", "1.2.3.4"


def _other(oid: str, kind: str, text: str) -> GeneralNameSpec:
    return ("other", (oid, writer.string(kind, text).encode()))


def _leaf(*names: GeneralNameSpec, subject: Name = EMPTY) -> CertificateDraft:
    draft = entity(*names)
    draft.subject = subject
    return draft


def permitted(base: GeneralNameSpec, *names: GeneralNameSpec) -> list[tuple[str, int]]:
    """Return the faults of a leaf with `names` where `base` is permitted."""
    return faults(_leaf(*names), constrain(ISSUER.copy(), [base]), ROOT)


def excluded(base: GeneralNameSpec, *names: GeneralNameSpec) -> list[tuple[str, int]]:
    """Return the faults of a leaf with `names` where `base` is excluded."""
    return faults(_leaf(*names), constrain(ISSUER.copy(), None, [base]), ROOT)


# -- what is within what: base, name, permitted, excluded

OK: list[tuple[str, int]] = []

TABLE: list[
    tuple[GeneralNameSpec, GeneralNameSpec, list[tuple[str, int]], list[tuple[str, int]]]
] = [
    # dNSName: the name and everything below it
    (("dns", "example.com"), ("dns", "example.com"), OK, EXCLUDED),
    (("dns", "example.com"), ("dns", "a.b.EXAMPLE.com"), OK, EXCLUDED),
    (("dns", "example.com"), ("dns", "notexample.com"), PERMITTED, OK),
    (("dns", "example.com"), ("dns", "com"), PERMITTED, OK),
    (("dns", "a.example.com"), ("dns", "example.com"), PERMITTED, OK),
    (("dns", ""), ("dns", "example.com"), OK, EXCLUDED),
    (("dns", ""), ("dns", "*.example.com"), OK, EXCLUDED),
    # a wildcard is a set: permitted where all of it is, excluded where any of it is
    (("dns", "example.com"), ("dns", "*.example.com"), OK, EXCLUDED),
    (("dns", "a.example.com"), ("dns", "*.example.com"), PERMITTED, EXCLUDED),
    (("dns", "b.a.example.com"), ("dns", "*.example.com"), PERMITTED, OK),
    (("dns", "example.com"), ("dns", "*.com"), PERMITTED, EXCLUDED),
    (("dns", "example.org"), ("dns", "*.example.com"), PERMITTED, OK),
    # not written as a dNSName
    (("dns", ".example.com"), ("dns", "a.example.com"), [*MALFORMED, *PERMITTED], MALFORMED),
    (("dns", "*.example.com"), ("dns", "a.example.com"), [*MALFORMED, *PERMITTED], MALFORMED),
    (("dns", "example.com"), ("dns", ".example.com"), MALFORMED, MALFORMED),
    (("dns", "example.com"), ("dns", "a.*.example.com"), MALFORMED, MALFORMED),
    (("dns", "example.com"), ("dns", "example.com."), MALFORMED, MALFORMED),
    # an SRVName holds a DNS name
    (("dns", "example.com"), _other(SRV, "ia5", "_imap.mail.example.com"), OK, EXCLUDED),
    (("dns", "example.com"), _other(SRV, "ia5", "_imap.evil.com"), PERMITTED, OK),
    (("dns", "example.com"), _other(SRV, "utf8", "_imap.example.com"), MALFORMED, MALFORMED),
    # rfc822Name: a mailbox, a host, or all hosts below a domain
    (("email", "a@example.com"), ("email", "a@EXAMPLE.com"), OK, EXCLUDED),
    (("email", "a@example.com"), ("email", "A@example.com"), PERMITTED, OK),
    (("email", "*@example.com"), ("email", "a@example.com"), PERMITTED, OK),
    (("email", "example.com"), ("email", "a@example.com"), OK, EXCLUDED),
    (("email", "example.com"), ("email", "a@b.example.com"), PERMITTED, OK),
    (("email", ".example.com"), ("email", "a@b.example.com"), OK, EXCLUDED),
    (("email", ".example.com"), ("email", "a@example.com"), PERMITTED, OK),
    (("email", "a@b@example.com"), ("email", "a@example.com"), [*MALFORMED, *PERMITTED], MALFORMED),
    (("email", ""), ("email", "a@example.com"), [*MALFORMED, *PERMITTED], MALFORMED),
    (("email", "example.com"), ("email", "example.com"), MALFORMED, MALFORMED),
    (("email", "example.com"), ("email", '"a b"@example.com'), MALFORMED, MALFORMED),
    (
        ("email", "example.com"),
        _other(SMTP_UTF8, "utf8", "\u00e9@example.com"),
        MALFORMED,
        MALFORMED,
    ),
    # URI: the host of an authority
    (("uri", "example.com"), ("uri", "https://EXAMPLE.com:8443/a?b#c"), OK, EXCLUDED),
    (("uri", "example.com"), ("uri", "https://a.example.com"), PERMITTED, OK),
    (("uri", ".example.com"), ("uri", "spiffe://a.example.com/b"), OK, EXCLUDED),
    (("uri", ".example.com"), ("uri", "https://example.com"), PERMITTED, OK),
    (("uri", "example.com"), ("uri", "https://user@example.com/"), OK, EXCLUDED),
    (("uri", "example.com"), ("uri", "https://example.com@evil.com/"), PERMITTED, OK),
    (("uri", "example.com"), ("uri", "urn:example:com"), MALFORMED, MALFORMED),
    (("uri", "example.com"), ("uri", "sip:example.com"), MALFORMED, MALFORMED),
    (("uri", "example.com"), ("uri", "https://192.0.2.1/"), MALFORMED, MALFORMED),
    (("uri", "example.com"), ("uri", "/relative"), MALFORMED, MALFORMED),
    (("uri", "https://a.com"), ("uri", "https://a.com"), [*MALFORMED, *PERMITTED], MALFORMED),
    # an iPAddress is a network
    (("ip", "192.0.2.0/24"), ("ip", "192.0.2.1"), OK, EXCLUDED),
    (("ip", "192.0.2.0/24"), ("ip", "192.0.3.1"), PERMITTED, OK),
    (("ip", "192.0.2.0/24"), ("ip", "2001:db8::1"), PERMITTED, OK),
    (("ip", "2001:db8::/32"), ("ip", "2001:db8::1"), OK, EXCLUDED),
    (("ip", "0.0.0.0/0"), ("ip", "192.0.2.1"), OK, EXCLUDED),
    # an IPv4-mapped address is its IPv4 address, in the name and in the constraint
    (("ip", "192.0.2.0/24"), ("ip", "::ffff:192.0.2.1"), OK, EXCLUDED),
    (("ip", "::ffff:192.0.2.0/120"), ("ip", "192.0.2.1"), OK, EXCLUDED),
    # an excluded IPv6 network holds mapped addresses, and none that is written as IPv4
    (("ip", "::/0"), ("ip", "192.0.2.1"), PERMITTED, OK),
    (("ip", "::/0"), ("ip", "::ffff:192.0.2.1"), PERMITTED, EXCLUDED),
    (("ip", "0.0.0.0/0"), ("ip", "2001:db8::1"), PERMITTED, OK),
    (("ip", "::/0"), ("ip", "2001:db8::1"), OK, EXCLUDED),
    # not written as a network or an address
    (("ip", b"\xc0\x00\x02\x01"), ("ip", "192.0.2.1"), [*MALFORMED, *PERMITTED], MALFORMED),
    (
        ("ip", bytes(4) + b"\xff\x00\xff\x00"),
        ("ip", "192.0.2.1"),
        [*MALFORMED, *PERMITTED],
        MALFORMED,
    ),
    (("ip", "192.0.2.0/24"), ("ip", "192.0.2.0/24"), MALFORMED, MALFORMED),
    (("ip", "192.0.2.0/24"), ("ip", b""), MALFORMED, MALFORMED),
    # directoryName: a name and everything below it
    (("dn", name(("O", "A"))), ("dn", name(("O", " a "), ("CN", "x"))), OK, EXCLUDED),
    (("dn", name(("O", "A"))), ("dn", name(("CN", "x"), ("O", "A"))), PERMITTED, OK),
    (("dn", name(("O", "A"), ("CN", "x"))), ("dn", name(("O", "A"))), PERMITTED, OK),
    (("dn", EMPTY), ("dn", name(("O", "A"))), OK, EXCLUDED),
    # forms that are not processed
    (("rid", "1.2.3"), ("rid", "1.2.3"), UNSUPPORTED, UNSUPPORTED),
    (_other(OTHER, "utf8", "a"), _other(OTHER, "utf8", "b"), UNSUPPORTED, UNSUPPORTED),
    (("edi", (None, "a")), ("edi", (None, "b")), UNSUPPORTED, UNSUPPORTED),
    # constraints on one form say nothing about another
    (("ip", "192.0.2.0/24"), ("dns", "example.com"), OK, OK),
    (("dns", "example.com"), ("rid", "1.2.3"), OK, OK),
    (("dns", "example.com"), _other(OTHER, "utf8", "b"), OK, OK),
    (_other(OTHER, "utf8", "a"), ("dns", "example.com"), OK, OK),
]


@pytest.mark.parametrize(("base", "given", "if_permitted", "if_excluded"), TABLE)
def test_constraints(
    base: GeneralNameSpec,
    given: GeneralNameSpec,
    if_permitted: list[tuple[str, int]],
    if_excluded: list[tuple[str, int]],
) -> None:
    """The name alone, against the one subtree."""
    malformed_certificate = [
        f for f in permitted(base, given) if f[0] in {"not_well_formed", "unreadable"}
    ]
    assert [] == malformed_certificate
    assert if_permitted == permitted(base, given)
    assert if_excluded == excluded(base, given)


# -- lists


def test_one_of_several_permitted_subtrees_is_enough() -> None:
    """And one excluded subtree too many."""
    issuer = constrain(ISSUER.copy(), [("dns", "a.com"), ("dns", "b.com")], [("dns", "x.b.com")])

    assert [] == faults(_leaf(("dns", "b.com")), issuer, ROOT)
    assert PERMITTED == faults(_leaf(("dns", "c.com")), issuer, ROOT)
    assert EXCLUDED == faults(_leaf(("dns", "x.b.com")), issuer, ROOT)


def test_every_name_of_a_leaf_is_judged_and_the_first_is_told() -> None:
    """With the number of those like it."""
    issuer = constrain(ISSUER.copy(), [("dns", "a.com")])

    candidate = judged(_leaf(("dns", "a.com"), ("dns", "b.com"), ("dns", "c.com")), issuer, ROOT)

    (fault,) = candidate.faults
    assert "name constraint of issuer 1 (and 1 more)" == fault.detail
    assert ("within dNSName a.com", "dNSName b.com") == (fault.expected, fault.found)


def test_permitted_subtrees_narrow_down_the_path() -> None:
    """6.1.4 (g)(1): an intersection, whoever comes first."""
    wide, narrow = [("dns", "a.com"), ("dns", "b.com")], [("dns", "b.com")]
    upper, lower = authority("upper", "p256-10"), authority("lower", "p256-11")
    leaf = _leaf(("dns", "a.com"))

    for above, below in ((wide, narrow), (narrow, wide)):
        found = faults(leaf, constrain(lower.copy(), below), constrain(upper.copy(), above), ROOT)
        assert PERMITTED == found


def test_constraints_of_an_anchor_count() -> None:
    """RFC 5937, 3; unless the anchor is taken as name and key alone."""
    root = constrain(ROOT.copy(), [("dns", "a.com")])
    ignore = PathOptions(anchor_constraints=AnchorConstraints.IGNORE)

    (fault,) = judged(_leaf(("dns", "b.com")), root).faults

    assert "name constraint of the anchor" == fault.detail
    assert [] == faults(_leaf(("dns", "b.com")), root, options=ignore)


def test_issuers_are_constrained_too_unless_self_issued() -> None:
    """6.1.3 (b)-(c): self-issued certificates are spared, unless they are the last."""
    top = constrain(authority("same", "p256-10"), [("dns", "a.com")])
    same, other = authority("same", "p256-11"), authority("other", "p256-11")
    for draft in (same, other):
        draft.set_names(("dns", "b.com"))

    assert [] == faults(_leaf(("dns", "a.com")), same, top, ROOT)
    assert [("name_constraint_permitted", 1)] == faults(_leaf(("dns", "a.com")), other, top, ROOT)
    assert [("name_constraint_permitted", 0)] == faults(same, top, ROOT)


def test_the_subject_is_a_directory_name() -> None:
    """4.2.1.10: where it is not empty, beside those of the subjectAltName."""
    issuer = constrain(ISSUER.copy(), [("dn", name(("O", "A")))])

    assert [] == faults(
        _leaf(("dns", "x.com"), subject=name(("O", "A"), ("CN", "x"))), issuer, ROOT
    )
    assert PERMITTED == faults(_leaf(("dns", "x.com"), subject=name(("CN", "x"))), issuer, ROOT)
    assert [] == faults(_leaf(("dns", "x.com")), issuer, ROOT)


@pytest.mark.parametrize("names", [(("dns", "x.com"),), ()])
def test_the_subjects_mail_address_is_a_mailbox(names: Sequence[GeneralNameSpec]) -> None:
    """With a subjectAltName and without."""
    issuer = constrain(ISSUER.copy(), [("email", "a.com")])

    def found(text: str | bytes, string: str = "ia5") -> list[tuple[str, int]]:
        leaf = _leaf(("dns", "x.com"), subject=name(("emailAddress", text, string)))
        if not names:
            leaf.drop_extension("subjectAltName")
        return faults(leaf, issuer, ROOT)

    assert [] == found("x@a.com")
    assert PERMITTED == found("x@b.com")
    assert MALFORMED == found("a.com")
    assert [] == [f for f in found("x@a.com", "utf8") if f[0] != "not_well_formed"]


def test_a_mail_address_that_is_no_text_is_not_within() -> None:
    """Nothing is guessed."""
    issuer = constrain(ISSUER.copy(), [("email", "a.com")])
    leaf = _leaf(("dns", "x.com"), subject=name(("emailAddress", b"\xff\xfe", "utf8")))

    assert ("name_constraint_malformed", 0) in faults(leaf, issuer, ROOT)


# -- what cannot be applied


@pytest.mark.parametrize(("tag", "number"), [(0, 1), (1, 3)])
def test_distances_are_not_used(tag: int, number: int) -> None:
    """4.2.1.10: minimum is zero, maximum absent; else process or reject."""
    subtree = writer.sequence(
        writer.implicit(2, writer.string("ia5", "a.com")),
        writer.implicit(tag, writer.integer(number)),
    )
    value = writer.sequence(writer.implicit(0, writer.sequence(subtree))).encode()
    issuer = ISSUER.copy()
    issuer.set_extension("nameConstraints", value, critical=False)

    found = faults(_leaf(("dns", "a.com")), issuer, ROOT)

    assert ("name_constraint_unsupported", 0) in found
    assert [] == faults(_leaf(("ip", "192.0.2.1")), issuer, ROOT)


def test_a_form_that_is_not_processed_only_matters_where_critical() -> None:
    """4.2.1.10 has it so; a form that is processed always is."""
    loose = constrain(ISSUER.copy(), [("rid", "1.2.3"), ("dns", "a.com")], critical=False)

    assert [] == faults(_leaf(("rid", "1.2.3")), loose, ROOT)
    assert PERMITTED == faults(_leaf(("dns", "b.com")), loose, ROOT)


@pytest.mark.parametrize("lists", [(None, None), ([], None), (None, []), ([], [])])
def test_an_empty_extension_is_a_fault_of_its_issuer(
    lists: tuple[list[GeneralNameSpec] | None, list[GeneralNameSpec] | None],
) -> None:
    """4.2.1.10: MUST NOT be empty."""
    issuer = constrain(ISSUER.copy(), *lists)

    assert [("name_constraint_malformed", 1)] == faults(_leaf(("dns", "a.com")), issuer, ROOT)


def test_an_unreadable_subject_alternative_name_is_told_as_such() -> None:
    """There is nothing to compare."""
    leaf = _leaf(("dns", "a.com"))
    leaf.set_extension("subjectAltName", b"\x04\x00", critical=True)
    issuer = constrain(ISSUER.copy(), [("dns", "a.com")])

    assert ("unreadable", 0) in faults(leaf, issuer, ROOT)


# -- bounds


def test_many_names_under_many_constraints_run_into_the_bound() -> None:
    """Each side is legal; together they are a denial of service."""
    issuer = constrain(ISSUER.copy(), [("dns", f"{i}.example.com") for i in range(1000)])
    leaf = _leaf(*(("dns", f"x{i}.example.org") for i in range(1000)))

    candidate = judged(leaf, issuer, ROOT)

    (fault,) = candidate.faults
    assert ("path.budget_names", str(limits.MAX_NAME_COMPARISONS)) == (fault.code, fault.expected)


def test_the_bound_holds_for_the_whole_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was compared once is not compared again."""
    monkeypatch.setattr(limits, "MAX_NAME_COMPARISONS", 5)
    issuer = constrain(ISSUER.copy(), [("dns", "a.com")])
    upper = constrain(authority("upper", "p256-10"), [("dns", "a.com"), ("dns", "b.com")])

    assert [] == faults(_leaf(("dns", "a.com")), issuer, upper, ROOT)
    presented, anchor = chain(_leaf(("dns", "a.com")), issuer, upper, ROOT)
    again = search(presented, anchor, Anchor(anchor.certificate, "other"))
    assert [(), ()] == [candidate.faults for candidate in again.candidates]
    monkeypatch.setattr(limits, "MAX_NAME_COMPARISONS", 4)
    assert [("budget_names", 0)] == faults(_leaf(("dns", "a.com")), issuer, upper, ROOT)


def test_ten_thousand_of_either_alone_are_judged() -> None:
    """Linear, and within the bound."""
    many = limits.MAX_NAMES
    issuer = constrain(ISSUER.copy(), [("dns", f"{i}.example.com") for i in range(many)])
    leaf = _leaf(*(("dns", f"{i}.example.com") for i in range(many)))

    assert [] == faults(_leaf(("dns", f"{many - 1}.example.com")), issuer, ROOT)
    assert [] == faults(leaf, constrain(ISSUER.copy(), [("dns", "example.com")]), ROOT)
