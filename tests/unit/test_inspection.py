"""What `inspect` prints: facts, departures with offsets, and the second reading."""

from __future__ import annotations

from typing import Any

import pytest

from mtlspolicy.der import writer
from mtlspolicy.facts import second
from mtlspolicy.forge import extensions
from mtlspolicy.forge.draft import CertificateDraft
from mtlspolicy.forge.encodings import DEFECTS
from mtlspolicy.forge.hostile import HOSTILE_DEFECTS
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ordinary_server_chain
from mtlspolicy.inspection import inspect_document
from schema_support import faults

LARGE = {"x_two_mebibytes", "x_deep_indefinite"}
SHAPES = {**DEFECTS, **{k: d for k, d in HOSTILE_DEFECTS.items() if k not in LARGE}}


def inspected(der: bytes) -> dict[str, Any]:
    (found,) = inspect_document([der])["certificates"]
    assert isinstance(found, dict)
    return found


def facts(draft: CertificateDraft) -> Any:  # noqa: ANN401 - JSON
    return inspected(draft.build())["facts"]


def test_a_chain_is_numbered_from_its_leaf() -> None:
    chain = ordinary_server_chain().build().presented
    document = inspect_document(chain)

    assert [0, 1] == [one["index"] for one in document["certificates"]]
    assert [len(der) for der in chain] == [one["length"] for one in document["certificates"]]
    assert [] == faults("inspect", document)


def test_nothing_is_a_document_too() -> None:
    assert {"schema_version": 1, "certificates": []} == inspect_document([])


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_the_bytes_the_document_is_valid(shape: str) -> None:
    assert [] == faults("inspect", inspect_document([SHAPES[shape].forge()]))


@pytest.mark.parametrize("der", [b"", b"no certificate", b"\x30\x80", b"\x30\x00"])
def test_what_is_no_certificate_is_unreadable(der: bytes) -> None:
    found = inspected(der)

    assert not found["well_formed"]
    assert "unreadable" == found["facts"]["subject"] == found["facts"]["extensions"]
    assert ([], None) == (found["second_reading"]["key_usage"], found["facts"]["seconds"])
    assert found["notes"]


def test_ordinary_facts_are_told_by_name() -> None:
    leaf = inspected(ordinary_server_chain().build().presented[0])["facts"]

    assert ("2026-04-01T00:00:00Z", "2026-06-29T23:59:59Z", 90 * 86_400) == (
        leaf["not_before"],
        leaf["not_after"],
        leaf["seconds"],
    )
    assert {"purposes": ["serverAuth"], "critical": False} == leaf["extended_key_usage"]
    assert {"bits": ["digitalSignature"], "critical": True} == leaf["key_usage"]
    assert leaf["basic_constraints"] is None
    assert "CN=Example Public Issuing,O=Example Trust,C=US" == leaf["issuer"]["text"]
    assert {"oid": "2.5.4.6", "name": "C", "value": "US"} == leaf["subject"]["rdns"][0][0]
    assert ("ec", 256, "secp256r1", None) == tuple(
        leaf["public_key"][key] for key in ("kind", "bits", "curve", "exponent")
    )


def test_a_note_has_its_place() -> None:
    (note,) = inspected(DEFECTS["04b_nonmin_len_eku"].forge())["notes"]

    assert ("der.length_not_minimal", "not-der") == (note["code"], note["kind"])
    der = DEFECTS["04b_nonmin_len_eku"].forge()
    assert der[note["offset"] :].startswith(bytes.fromhex(note["octets"]))
    assert note["path"].startswith("tbsCertificate.extensions[")


# -- values that JSON readers would lose


def test_numbers_beyond_double_precision_are_written_as_digits() -> None:
    bounds = writer.sequence(writer.boolean(value=True), writer.integer(2**64))
    draft = CertificateDraft(serial=-(2**100))
    draft.set_extension("basicConstraints", bounds.encode(), critical=True)
    identifier = extensions.authority_key_identifier(
        b"\x01", [("dns", "issuer.example.com")], 2**80
    )
    draft.set_extension("authorityKeyIdentifier", identifier)
    found = facts(draft)

    assert "-1" + "0" * 25 == found["serial"]
    assert "0x1" + "0" * 16 == found["basic_constraints"]["path_length"]
    authority = next(e for e in found["extensions"] if e["name"] == "authorityKeyIdentifier")
    assert "1" + "0" * 20 == authority["value"]["serial"]
    assert [{"kind": "dNSName", "text": "issuer.example.com"}] == authority["value"]["issuer"]


def test_an_authority_key_identifier_may_lack_a_serial_number() -> None:
    draft = CertificateDraft()
    draft.set_extension("authorityKeyIdentifier", extensions.authority_key_identifier(b"\x01"))

    (extension,) = facts(draft)["extensions"]
    assert {"key_identifier": "01", "issuer": [], "serial": None, "critical": False} == (
        extension["value"]
    )


def test_an_rsa_key_has_an_exponent() -> None:
    assert "10001" == facts(CertificateDraft(key="rsa2048-0"))["public_key"]["exponent"]


# -- names


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        (("ip", "192.0.2.1"), {"kind": "iPAddress", "text": "192.0.2.1"}),
        (("ip", "2001:db8::1"), {"kind": "iPAddress", "text": "2001:db8::1"}),
        (("ip", b"\x01\x02"), {"kind": "iPAddress", "text": "#0102"}),
        (("dns", "a.example"), {"kind": "dNSName", "text": "a.example"}),
        (("dns", "a\x00b"), {"kind": "dNSName", "text": "a\\x00b"}),
        (("rid", "1.2.3"), {"kind": "registeredID", "text": "1.2.3"}),
        (("dn", name(("CN", "a"))), {"kind": "directoryName", "text": "CN=a"}),
        (
            ("other", ("1.3.6.1.5.5.7.8.7", writer.string("ia5", "_x.example").encode())),
            {"kind": "otherName", "text": "id-on-dnsSRV:_x.example"},
        ),
        (
            ("other", ("1.3.6.1.4.1.99999.7", writer.null().encode())),
            {"kind": "otherName", "text": "1.3.6.1.4.1.99999.7:#0500"},
        ),
    ],
)
def test_a_general_name_is_safe_to_print(spec: Any, shown: dict[str, str]) -> None:  # noqa: ANN401 - a spec of the forge
    draft = CertificateDraft()
    draft.set_names(spec)
    (found,) = facts(draft)["subject_alt_name"]["names"]

    assert found["kind"] == shown["kind"]
    assert found["text"].rpartition(":")[2] == shown["text"].rpartition(":")[2]


def test_an_attribute_that_is_no_text_has_no_value() -> None:
    found = inspected(HOSTILE_DEFECTS["x_cn_integer"].forge())["facts"]["subject"]

    assert None in [attribute["value"] for rdn in found["rdns"] for attribute in rdn]


def test_an_unknown_extension_has_no_value() -> None:
    draft = CertificateDraft()
    draft.set_extension("unknown", b"\x05\x00")

    (extension,) = facts(draft)["extensions"]
    assert (None, 2, "1.3.6.1.4.1.99999.1") == (
        extension["value"],
        extension["length"],
        extension["name"],
    )


# -- the second reading


def test_both_readers_agree_on_an_ordinary_certificate() -> None:
    issuer = inspected(ordinary_server_chain().build().presented[1])["second_reading"]

    assert [True] == [one["agrees"] for one in issuer["extended_key_usage"]]
    assert [{"ca": True, "path_length": 0}] == [one["value"] for one in issuer["basic_constraints"]]
    assert [["keyCertSign", "cRLSign"]] == [one["value"] for one in issuer["key_usage"]]


def test_each_occurrence_is_read_twice() -> None:
    twice = inspected(DEFECTS["01_dup_eku"].forge())["second_reading"]["extended_key_usage"]

    assert [["serverAuth", "clientAuth"], ["codeSigning"]] == [one["value"] for one in twice]


def test_the_second_reader_may_read_what_the_first_refuses() -> None:
    (one,) = inspected(DEFECTS["03_eku_trailing"].forge())["second_reading"]["extended_key_usage"]

    assert (["serverAuth", "clientAuth"], None) == (one["value"], one["agrees"])


def test_the_second_reader_may_read_nothing() -> None:
    (one,) = inspected(DEFECTS["05b_indef_eku"].forge())["second_reading"]["extended_key_usage"]

    assert (None, None) == (one["value"], one["agrees"])


def test_a_contradiction_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtlspolicy.inspection.second_reading", lambda *_: ("digitalSignature",))
    leaf = inspected(ordinary_server_chain().build().presented[0])["second_reading"]

    assert [True] == [one["agrees"] for one in leaf["key_usage"]]
    assert [False] == [one["agrees"] for one in leaf["extended_key_usage"]]
    assert second.second_reading is not None
