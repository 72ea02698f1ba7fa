"""Lists and responses: strict DER, or nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mtlspolicy.der import writer
from mtlspolicy.facts import crl as crl_module
from mtlspolicy.facts import ocsp as ocsp_module
from mtlspolicy.facts.crl import IssuingPoint, RevocationList, read_crl
from mtlspolicy.facts.ocsp import OcspResponse, read_ocsp
from mtlspolicy.facts.strict import NOT_DER, Parts, Unusable, read_strictly
from mtlspolicy.forge import extensions
from mtlspolicy.forge.crl import issuing_distribution_point
from mtlspolicy.forge.extensions import DistributionPoint
from mtlspolicy.forge.names import name
from mtlspolicy.forge.ocsp import ResponderId
from mtlspolicy.forge.pair import ordinary_server_chain
from mtlspolicy.forge.revocation import crl_of, delegate, indirect_crl, ocsp_of, serial_of

if TYPE_CHECKING:
    from collections.abc import Callable

CHAIN = ordinary_server_chain()
POINT, REASON, ISSUER = "issuingDistributionPoint", "reasonCode", "certificateIssuer"


def crl(der: bytes) -> RevocationList:
    found = read_crl(der)
    assert isinstance(found, RevocationList)
    return found


def code(found: object) -> str:
    assert isinstance(found, Unusable)
    return found.code


def changed(**values: object) -> bytes:
    draft = crl_of(CHAIN)
    for key, value in values.items():
        setattr(draft, key, value)
    return draft.build()


def with_extension(oid: str, value: bytes) -> bytes:
    draft = crl_of(CHAIN)
    draft.set_extension(oid, value, critical=True)
    return draft.build()


# -- lists


def test_a_list_says_who_was_revoked_when_and_why() -> None:
    draft = crl_of(CHAIN, revoked=[0])
    draft.revoked[0].reason = "keyCompromise"
    found = crl(draft.build())
    (entry,) = found.entries[serial_of(CHAIN)]
    assert (draft.revoked[0].at, "keyCompromise", None) == (entry.at, entry.reason, entry.issuer)
    assert (draft.this_update, draft.next_update) == (found.this_update, found.next_update)
    assert found.signature_algorithm == found.algorithm == found.inner_algorithm
    assert not found.is_delta
    assert not found.unknown_critical
    assert IssuingPoint() == found.point


def test_without_entries_and_next_update() -> None:
    found = crl(changed(next_update=None))
    assert found.next_update is None
    assert not found.entries


def test_a_serial_that_stands_twice_keeps_both_entries() -> None:
    found = crl(crl_of(CHAIN, revoked=[0, 0]).build())
    assert len(found.entries[serial_of(CHAIN)]) == 2


def test_version_one_has_no_extensions() -> None:
    plain = changed(version=1, extensions=[], number=None)
    assert not crl(plain).is_delta
    assert code(read_crl(changed(version=1))) == "revocation.crl_version"


def test_another_version_is_refused() -> None:
    draft = crl_of(CHAIN)
    draft.tbs_edits.append(lambda tree: tree.edit("version", lambda _: writer.integer(2)))
    assert code(read_crl(draft.build())) == "revocation.crl_version"


def test_a_delta_is_told() -> None:
    assert crl(changed(delta_base=1)).is_delta


def test_unknown_critical_extensions_are_told() -> None:
    unknown = extensions.OID["unknown"]
    assert crl(with_extension(unknown, extensions.null_value())).unknown_critical == unknown
    draft = crl_of(CHAIN, revoked=[0])
    draft.revoked[0].add_extension(unknown, extensions.null_value(), critical=True)
    assert crl(draft.build()).unknown_critical == unknown


def test_an_entry_keeps_the_issuer_of_the_one_before() -> None:
    draft = indirect_crl(CHAIN, [0])
    draft.revoked.append(type(draft.revoked[0])(4711))
    found = crl(draft.build())
    assert found.entries[4711][0].issuer is not None
    assert found.point.indirect


def test_every_part_of_the_issuing_point() -> None:
    point = DistributionPoint((("uri", "http://crl.example.com/a.crl"),))
    value = issuing_distribution_point(
        point,
        user_certificates=True,
        ca_certificates=True,
        attribute_certificates=True,
        indirect=True,
        reasons=("keyCompromise",),
    )
    found = crl(with_extension(POINT, value)).point
    assert found.names is not None
    assert [one.text for one in found.names] == ["http://crl.example.com/a.crl"]
    flags = (found.user_certificates, found.ca_certificates, found.attribute_certificates)
    assert flags == (True, True, True)
    assert (found.indirect, found.reasons, found.relative) == (True, True, False)


def test_what_is_odd_and_der_is_read() -> None:
    point = DistributionPoint((("dns", "a b"),))
    found = crl(with_extension(POINT, issuing_distribution_point(point))).point
    assert found.names is not None


def test_a_point_relative_to_the_issuer() -> None:
    point = DistributionPoint(relative=name(("CN", "a")))
    found = crl(with_extension(POINT, issuing_distribution_point(point))).point
    assert (found.names, found.relative) == ((), True)


@pytest.mark.parametrize(
    ("extension", "value"),
    [
        (REASON, writer.enumerated(7).encode()),
        (REASON, writer.integer(1).encode()),
        (ISSUER, extensions.general_names(("dns", "a.example")).encode()),
        (ISSUER, writer.null().encode()),
    ],
)
def test_entries_that_cannot_be_read_end_the_list(extension: str, value: bytes) -> None:
    draft = crl_of(CHAIN, revoked=[0])
    draft.revoked[0].set_extension(extension, value)
    assert code(read_crl(draft.build())) == NOT_DER


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x30\x00\x00",
        writer.sequence(writer.implicit(1, writer.boolean(value=False))).encode(),
        writer.sequence(writer.implicit(1, writer.primitive(1, b"\x01"))).encode(),
        writer.sequence(writer.explicit(0, writer.null())).encode(),
        writer.sequence(writer.null()).encode(),
    ],
)
def test_issuing_points_that_cannot_be_read_end_the_list(value: bytes) -> None:
    assert code(read_crl(with_extension(POINT, value))) == NOT_DER


def test_an_extension_that_stands_twice_ends_the_list() -> None:
    draft = crl_of(CHAIN)
    for _ in range(2):
        draft.add_extension(extensions.OID["unknown"], extensions.null_value())
    assert code(read_crl(draft.build())) == NOT_DER


def test_times_that_are_no_instants_end_the_list() -> None:
    draft = crl_of(CHAIN)
    bad = writer.primitive(0x17, b"2601010000Z")
    draft.tbs_edits.append(lambda tree: tree.edit("this_update", lambda _: bad))
    assert code(read_crl(draft.build())) == NOT_DER


def test_a_signature_of_loose_bits_ends_the_list() -> None:
    draft = crl_of(CHAIN)
    bits = writer.bit_string(b"\x00", 1)
    draft.list_edits.append(lambda tree: tree.edit("signature", lambda _: bits))
    assert code(read_crl(draft.build())) == NOT_DER


def test_the_number_of_entries_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crl_module, "MAX_CRL_ENTRIES", 1)
    assert len(crl(crl_of(CHAIN, revoked=[0]).build()).entries) == 1
    assert code(read_crl(crl_of(CHAIN, revoked=[0, 1]).build())) == "revocation.crl_entries"


@pytest.mark.parametrize("read", [read_crl, read_ocsp])
def test_any_octets_give_facts_or_a_code(read: Callable[[bytes], object]) -> None:
    whole = crl_of(CHAIN, revoked=[0]).build() if read is read_crl else ocsp_of(CHAIN).build()
    for end in range(len(whole)):
        assert isinstance(read(whole[:end]), Unusable)
    for place in range(0, len(whole), 3):
        read(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    assert code(read(whole + b"\0")) == NOT_DER


# -- responses


def test_a_response_names_its_responder_by_key_or_by_name() -> None:
    by_key, by_name = (
        read_ocsp(ocsp_of(CHAIN).build()),
        read_ocsp(ocsp_of(CHAIN, by=ResponderId.NAME).build()),
    )
    assert isinstance(by_key, OcspResponse)
    assert isinstance(by_name, OcspResponse)
    assert by_key.responder_key is not None
    assert by_key.responder_name is None
    assert by_name.responder_key is None
    assert by_name.responder_name is not None


def test_what_a_response_says() -> None:
    draft = ocsp_of(CHAIN, status="revoked", responder=delegate(CHAIN))
    draft.singles[0].reason = "superseded"
    found = read_ocsp(draft.build())
    assert isinstance(found, OcspResponse)
    (answer,) = found.answers
    assert (answer.serial, answer.status) == (serial_of(CHAIN), "revoked")
    assert (answer.revoked_at, answer.reason) == (draft.singles[0].revoked_at, "superseded")
    assert (answer.this_update, answer.next_update) == (
        draft.singles[0].this_update,
        draft.singles[0].next_update,
    )
    assert found.certificates == tuple(draft.certificates)
    assert found.produced_at == draft.produced_at


def test_unknown_and_known_extensions_of_a_response() -> None:
    draft = ocsp_of(CHAIN)
    draft.singles[0].next_update = None
    draft.set_extension("ocspNonce", writer.octet_string(b"1").encode(), critical=True)
    draft.singles[0].add_extension(
        extensions.OID["unknown"], extensions.null_value(), critical=True
    )
    found = read_ocsp(draft.build())
    assert isinstance(found, OcspResponse)
    assert not found.unknown_critical
    assert found.answers[0].unknown_critical == extensions.OID["unknown"]
    assert found.answers[0].next_update is None


@pytest.mark.parametrize("outcome", [1, 2, 3, 5, 6, 9])
def test_a_response_that_is_no_answer(outcome: int) -> None:
    draft = ocsp_of(CHAIN)
    draft.outcome = outcome
    assert code(read_ocsp(draft.build())) == "revocation.ocsp_not_successful"


def test_another_type_of_response() -> None:
    inner = writer.sequence(writer.oid("1.2.3"), writer.octet_string(b""))
    der = writer.sequence(writer.enumerated(0), writer.explicit(0, inner)).encode()
    assert code(read_ocsp(der)) == "revocation.ocsp_type"


def test_a_response_with_a_version() -> None:
    draft = ocsp_of(CHAIN)
    version = writer.explicit(0, writer.integer(0))
    draft.tbs_edits.append(lambda tree: tree.edit("responder", lambda _: version))
    assert code(read_ocsp(draft.build())) == "revocation.ocsp_version"


@pytest.mark.parametrize(
    "status",
    [
        writer.implicit(0, writer.primitive(5, b"\0")),
        writer.implicit(3, writer.null()),
        writer.implicit(
            1,
            writer.sequence(writer.generalized_time(0), writer.explicit(0, writer.enumerated(7))),
        ),
    ],
)
def test_a_status_that_is_none(status: writer.Node) -> None:
    draft = ocsp_of(CHAIN)
    draft.tbs_edits.append(lambda tree: tree.edit("status", lambda _: status))
    assert code(read_ocsp(draft.build())) == NOT_DER


def test_answers_and_certificates_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = ocsp_of(CHAIN, responder=delegate(CHAIN))
    monkeypatch.setattr(ocsp_module, "MAX_OCSP_CERTIFICATES", 0)
    assert code(read_ocsp(draft.build())) == "revocation.ocsp_answers"
    monkeypatch.setattr(ocsp_module, "MAX_OCSP_ANSWERS", 0)
    assert code(read_ocsp(draft.build())) == "revocation.ocsp_answers"


def test_the_helper_refuses_what_has_no_value_and_no_note() -> None:
    def read(parts: Parts) -> object:
        return parts._sure(None)

    assert code(read_strictly(b"\x30\x00", read)) == NOT_DER
