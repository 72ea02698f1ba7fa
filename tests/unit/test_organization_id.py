"""The organisation identifier: its extension read, and beside the subject's (EVG 7.1.2.2)."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy.der import writer
from mtlspolicy.facts import read_certificate
from mtlspolicy.facts.certificate import Certificate, OrganizationIdentifier, Unreadable
from mtlspolicy.features.base import Call
from mtlspolicy.features.constraints import PAIRS
from mtlspolicy.features.extensions import Extensions, ExtensionsFeature
from mtlspolicy.features.organization_id import EXTENSION, IDENTIFIER, parts
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.subject import CertificateSubject, Place
from mtlspolicy.features.subject_name import Subject
from mtlspolicy.features.subject_plans import identified
from mtlspolicy.forge import extensions as x
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair

TEXT = ("organizationIdentifier", "NTRUS+CA-1")
SAME = x.organization_identifier("NTR", "US", "1", "CA")
STATELESS = x.organization_identifier("NTR", "US", "1")


def certificate(*rdns: Any, values: tuple[bytes, ...] = (SAME,)) -> Certificate:  # noqa: ANN401 - the forge's notation
    draft = ordinary_pair().server.leaf
    draft.subject = name(*rdns)
    for value in values:
        draft.add_extension("cabfOrganizationIdentifier", value)
    return read_certificate(draft.build("p256-11"))


def agreement(*rdns: Any, values: tuple[bytes, ...] = (SAME,)) -> object:  # noqa: ANN401 - the forge's notation
    found = ExtensionsFeature().read(
        CertificateSubject(certificate(*rdns, values=values), ORDINARY_AT)
    )
    assert isinstance(found, Extensions)
    return found.organization


def test_the_extension_is_read() -> None:
    found = certificate(TEXT)

    assert OrganizationIdentifier("NTR", "US", "CA", "1", critical=False) == found.find(EXTENSION)
    assert found.well_formed


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (writer.sequence().encode(), "asn1.missing_element"),
        (bytes.fromhex("30081303" + "4e5452" + "0c0131"), "asn1.tag"),
        (bytes.fromhex("300d13034e54" + "2a" + "13025553800143" + "0c00"), "asn1.string_character"),
        (bytes.fromhex("300d13034e5452" + "13025553" + "0c02c328"), "asn1.string_encoding"),
        (SAME[:1] + bytes((SAME[1] + 2,)) + SAME[2:] + b"\x05\x00", "asn1.unexpected_element"),
    ],
)
def test_what_is_not_its_syntax_is_malformed(value: bytes, code: str) -> None:
    found = certificate(TEXT, values=(value,))

    assert isinstance(found.find(EXTENSION), Unreadable)
    assert code in {note.code for note in found.notes}
    assert not found.well_formed


@pytest.mark.parametrize(
    ("rdns", "values", "expected"),
    [
        ((TEXT,), (SAME,), True),
        ((("C", "US"), TEXT, TEXT), (SAME,), True),
        ((TEXT, ("organizationIdentifier", "NTRUS+NY-1")), (SAME,), False),
        ((("C", "US"),), (SAME,), False),
        ((("organizationIdentifier", "NTRUS-1"),), (SAME,), False),
        ((("organizationIdentifier", b"\xe9", "teletex"),), (SAME,), False),
        ((("organizationIdentifier", "NTRUS-1"),), (STATELESS,), True),
        ((TEXT,), (writer.sequence().encode(),), False),
        ((TEXT,), (), None),
    ],
)
def test_agreement_is_of_every_part_and_every_attribute(
    rdns: tuple[Any, ...], values: tuple[bytes, ...], expected: object
) -> None:
    assert expected is agreement(*rdns, values=values)


def test_of_two_extensions_none_is_taken() -> None:
    assert isinstance(agreement(TEXT, values=(SAME, SAME)), Unreadable)


def test_an_identifier_has_no_control_characters() -> None:
    assert ("NTR", "US", "CA", "12345678") == parts(IDENTIFIER)
    assert None is parts("NTRUS-1\x00")


def test_every_agreement_is_written_read_back_and_told() -> None:
    """With a subject that has an identifier, and with one that gets one."""
    feature, atom = ATOMS["organization_id.agrees"]
    calls = [Call(feature, atom, ())]
    told = set()
    for value in feature.points(calls):
        for rdns in ((("C", "US"),), (("organizationIdentifier", IDENTIFIER), ("CN", "a"))):
            place = Place(ordinary_pair(), "server")
            place.certificate.subject = name(*rdns)
            feature.realise(value, place)
            found = read_certificate(place.certificate.build("p256-11"))
            again = feature.read(CertificateSubject(found, ORDINARY_AT))
            assert [c.answer(value) for c in calls] == [c.answer(again) for c in calls]
            told.add(feature.describe(again).partition("(organisation")[2])
            assert feature.show(again)

    assert {"", " as in the subject: yes)", " as in the subject: no)"} == told


ID = "2.5.4.97"


@pytest.mark.parametrize(
    ("types", "defects", "expected"),
    [
        ((ID,), (), True),
        ((), (), False),
        ((ID,), ("organization-identifier",), False),
        ((ID,), ("repeated",), False),
        ((ID, "2.5.4.10"), ("repeated", "placeholder"), True),
        ((), ("placeholder",), False),
    ],
)
def test_which_subjects_an_extension_can_agree_with(
    types: tuple[str, ...], defects: tuple[str, ...], expected: object
) -> None:
    assert expected is identified(Subject(frozenset(types), frozenset(defects)))


def test_only_what_is_there_is_agreed_with() -> None:
    (pair,) = [one for one in PAIRS if one.one == "subject"]
    subjects = [Subject(frozenset(types), frozenset()) for types in ((), (ID,))]
    lists = [
        Extensions(frozenset((EXTENSION,)), frozenset(), False, False, None, agree)  # noqa: FBT003 - its fields
        for agree in (True, False)
    ]

    assert [False, True, True, True] == [pair.together(s, e) for s in subjects for e in lists]
    assert [False, True] == [pair.kinds[0](subject) for subject in subjects]
    assert [True, False] == [pair.kinds[1](found) for found in lists]
