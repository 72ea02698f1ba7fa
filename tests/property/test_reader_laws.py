"""Laws of the reader.

- Reading is total: any octets give facts.
- The short way agrees with the reader that explains, or gives nothing; and it gives nothing
  wherever there is anything to be noted. So it can never let through what the other refuses.
- What the memos have seen before changes no answer.
- Every note is of the catalogue, in order, and inside the certificate.
"""

from __future__ import annotations

import pickle
from functools import cache

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mtlspolicy.der.journal import Journal
from mtlspolicy.der.reader import Source
from mtlspolicy.der.writer import tlv
from mtlspolicy.facts import read_certificate, read_certificate_cached
from mtlspolicy.facts.certificate import UNREADABLE, Certificate
from mtlspolicy.facts.codes import KINDS, REJECTED
from mtlspolicy.facts.explain import explain_certificate
from mtlspolicy.facts.hot import forget, read_ordinary
from mtlspolicy.forge.pair import ordinary_pair
from reader_support import assert_same, codes, forged


def laws(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


@cache
def seeds() -> list[bytes]:
    """Return certificates that are small enough to be changed octet by octet."""
    return [der for der in forged().values() if 100 < len(der) < 2_000]


@cache
def spots(der: bytes) -> list[int]:
    """Return where identifiers, lengths and contents begin: where a change hurts most."""
    found: list[int] = []
    pending = [(0, len(der))]
    while pending:
        at, end = pending.pop()
        while at < end:
            element = Source(der, Journal()).element(at, end, "")
            if element is None:
                break
            found += [element.start, element.start + 1, element.content, element.end - 1]
            inside = der[element.content : element.content + 1]
            if element.tag & 0x20 or (element.tag == 0x04 and inside == b"\x30"):
                pending.append((element.content, element.end))
            at = element.after
    return sorted({spot for spot in found if 0 <= spot < len(der)})


LENGTHS = [0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0xFF]
TAGS = [0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0x87, 0xA0, 0xA3]
OCTETS = st.sampled_from(LENGTHS + TAGS) | st.integers(0, 255)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """Draw a certificate with a few octets changed, put in or taken out."""
    der = draw(st.sampled_from(seeds()))
    for _ in range(draw(st.integers(1, 3))):
        spot = draw(st.sampled_from(spots(der) or [0]) | st.integers(0, len(der) - 1))
        kind = draw(st.sampled_from(["same", "same", "same", "put", "take"]))
        put = bytes([draw(OCTETS)]) if kind != "take" else b""
        der = der[:spot] + put + der[spot + (kind != "put") :]
        if not der:
            break
    return der


def hold(der: bytes) -> Certificate:
    """Hold the laws for one input, and return what it reads as."""
    explained = explain_certificate(der)
    offsets = [note.offset for note in explained.notes]
    assert sorted(offsets) == offsets
    assert all(0 <= offset <= len(der) for offset in offsets)
    assert all(KINDS[note.code] is note.kind for note in explained.notes)
    assert explained.well_formed == (not REJECTED & {note.kind for note in explained.notes})
    for _ in range(3):
        ordinary = read_ordinary(der)
        if ordinary is not None:
            assert_same(ordinary, explained)
    assert codes(explained) == codes(read_certificate(der))
    return explained


@laws(1_500)
@given(mutants())
def test_the_short_way_agrees_with_the_reader_that_explains(der: bytes) -> None:
    hold(der)


@laws(300)
@given(mutants(), mutants())
def test_what_was_read_before_changes_no_answer(first: bytes, second: bytes) -> None:
    forget()
    cold = hold(second)
    forget()
    read_certificate(first)
    assert cold.notes == hold(second).notes


@laws(500)
@given(st.binary(max_size=300) | st.binary(max_size=120).map(lambda content: tlv(0x30, content)))
@example(b"")
@example(b"\x30\x80" * 2_000)
@example(b"\x30\x80" * 2_000 + b"\x00\x00" * 2_000)
@example(b"\x1f" * 300)
def test_any_octets_give_facts(octets: bytes) -> None:
    hold(octets)


@laws(300)
@given(st.sampled_from(seeds()), st.integers(0, 2_000))
def test_a_piece_of_a_certificate_is_never_well_formed(der: bytes, length: int) -> None:
    if length < len(der):
        assert not hold(der[:length]).well_formed


@laws(100)
@given(
    st.sampled_from([der for der in seeds() if explain_certificate(der).well_formed]),
    st.binary(min_size=1, max_size=5),
)
def test_nothing_may_follow_a_certificate(der: bytes, more: bytes) -> None:
    certificate = hold(der + more)
    assert not certificate.well_formed
    assert codes(certificate)


@laws(200)
@given(mutants())
def test_an_extension_that_is_wrong_has_a_note(der: bytes) -> None:
    certificate = hold(der)
    for part in ("extended_key_usage", "key_usage", "basic_constraints", "subject_alt_name"):
        assert getattr(certificate, part) is not UNREADABLE or certificate.notes


@laws(60)
@given(st.sampled_from(seeds()))
def test_copies_and_the_cache_say_the_same(der: bytes) -> None:
    certificate = read_certificate(der)
    for other in (read_certificate_cached(der), pickle.loads(pickle.dumps(certificate))):  # noqa: S301
        assert (certificate, certificate.notes) == (other, other.notes)


@cache
def ordinary() -> list[bytes]:
    built = ordinary_pair().build()
    return [*built.client.presented, *built.server.presented]


def test_ordinary_certificates_take_the_short_way() -> None:
    for der in ordinary():
        assert read_ordinary(der) is not None


def test_every_single_octet_of_an_ordinary_leaf_changed_three_ways() -> None:
    for der in ordinary():
        for at, octet in enumerate(der):
            for other in (octet ^ 0x01, octet ^ 0x80, (octet + 1) & 0xFF):
                changed = der[:at] + bytes([other]) + der[at + 1 :]
                short = read_ordinary(changed)
                if short is not None:
                    assert_same(short, explain_certificate(changed))
