"""Where a common name stands in a subject, and what it is a copy of (BR 7.1.4.2 and 7.1.4.3)."""

from __future__ import annotations

import pytest

from mtlspolicy.facts import read_certificate
from mtlspolicy.features.subject import CertificateSubject, Place
from mtlspolicy.features.subject_alt_name import CommonName, Names, San, SubjectAltNameFeature
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

HOST = ("CN", "server.example.com")
SAN = San(frozenset(("dNSName",)), frozenset(), critical=False)


def read(subject: object, *names: tuple[str, str | bytes]) -> CommonName:
    """What the common names of a leaf with this subject are."""
    draft = ordinary_pair().server.leaf
    draft.subject = name(*subject)  # type: ignore[misc]
    draft.set_names(*names or (("dns", HOST[1]),))
    found = SubjectAltNameFeature().read(
        CertificateSubject(read_certificate(draft.build("p256-9")), ORDINARY_AT)
    )
    assert isinstance(found.common, CommonName)
    return found.common


@pytest.mark.parametrize(
    ("subject", "last"),
    [
        ([("C", "US"), ("O", "Example"), HOST], True),
        ([HOST, ("C", "US")], False),
        ([("O", "Example"), HOST, ("OU", "Unit")], False),
        ([("C", "US"), HOST, ("serialNumber", "1"), ("businessCategory", "x")], True),
        ([HOST, ("title", "x")], True),
        ([HOST, ("title", "x"), ("GN", "x")], False),
        ([[HOST, ("title", "x")]], False),
        ([HOST, HOST], True),
        ([HOST, ("title", "x"), HOST], True),
        ([[HOST, ("CN", "other.example.com")]], False),
    ],
)
def test_a_common_name_stands_alone_and_after_what_is_before_it_in_the_table(
    subject: object,
    last: bool,  # noqa: FBT001 - of a table
) -> None:
    """The table does not say where attributes stand that are not in it."""
    assert last is read(subject).last


@pytest.mark.parametrize(
    ("subject", "number"),
    [([("C", "US")], 1), ([("title", "x")], 1), ([("title", "x")], 2), ([], 2)],
)
def test_a_misplaced_one_is_written_into_any_subject(subject: object, number: int) -> None:
    feature, pair = SubjectAltNameFeature(), ordinary_pair()
    pair.server.leaf.subject = name(*subject)  # type: ignore[misc]
    value = Names(SAN, CommonName(number, in_san=True, last=False, sound=True))
    feature.realise(value, Place(pair, "server"))
    made = read_certificate(pair.server.leaf.build("p256-9"))

    assert value == feature.read(CertificateSubject(made, ORDINARY_AT))


@pytest.mark.parametrize(
    ("text", "same"),
    [("::ffff:808:808", True), ("::ffff:8.8.8.8", False), ("::ffff:0808:0808", False)],
)
def test_a_mapped_address_is_written_as_any_other(
    text: str,
    same: bool,  # noqa: FBT001 - of a table
) -> None:
    """RFC 5952, 4; the mixed form of section 5 is not what BR 7.1.4.3 names."""
    assert same is read([("CN", text)], ("ip", "::ffff:8.8.8.8")).in_san


def test_an_address_of_another_length_has_no_text() -> None:
    assert not read([("CN", "8.8.8.8.8")], ("ip", b"\x08" * 5)).in_san
